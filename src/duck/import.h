/* import.h - the function semantic_import. */
#ifndef SV_DUCK_IMPORT_H
#define SV_DUCK_IMPORT_H

#include "duck/function.h"

/*
 * semantic_import('dir'): what IMPORT DATABASE 'dir' does, into the opened database,
 * where LOAD has already made what an export also creates, and where SQL views need
 * the definitions before they can be created.  All of it, or nothing.
 */
bool sv_import(sv_session *s, const sv_value *args, sv_answer *out);
extern const sv_columns sv_import_columns;

#endif
