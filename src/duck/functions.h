/* functions.h - every SQL function of the extension (docs: reference, section 1). */
#ifndef SV_DUCK_FUNCTIONS_H
#define SV_DUCK_FUNCTIONS_H

#include "duck/instance.h"

/* Registers them all.  False, and *error when there is more to say, if DuckDB
 * refuses one. */
bool sv_functions_register(duckdb_connection connection, sv_instance *instance, const char **error);

#endif
