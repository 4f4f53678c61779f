/*
 * connection.h - connections of our own to the database instance that loaded us.
 *
 * A C function receives no connection, so each call opens one, runs, and closes
 * it.  Never keep one open: it would own the database, which then stays locked
 * after the user closed it.
 */
#ifndef SV_DUCK_CONNECTION_H
#define SV_DUCK_CONNECTION_H

#include <stdbool.h>

#include "duck/api.h"
#include "duck/lock.h"

enum { SV_KEPT_CONNECTIONS = 16 };

/* How connections are made.  Must not move or be copied once initialised. */
typedef struct {
	void *owner[2]; /* the instance and its control block, borrowed */
	struct {
		struct _duckdb_database database;
		void *control;
	} handle;         /* what duckdb_connect() follows to `owner` */
	bool is_borrowed; /* false: the fallback, connections kept open */
	sv_lock lock;     /* guards is_busy */
	duckdb_connection kept[SV_KEPT_CONNECTIONS];
	bool is_busy[SV_KEPT_CONNECTIONS];
} sv_connector;

/*
 * Finds out how connections can be made.  `given` is what the loader hands out,
 * `load` a connection opened through it; both live while LOAD runs only.
 * Returns NULL, or the error that LOAD is to end with; sv_connector_destroy() must
 * follow then, too.
 */
const char *sv_connector_init(sv_connector *c, duckdb_database *given, duckdb_connection load);

/* Opens a connection; sv_connector_close() must follow in the same call from DuckDB. */
bool sv_connector_open(sv_connector *c, duckdb_connection *out);
void sv_connector_close(sv_connector *c, duckdb_connection *connection);

/* After a LOAD that failed, or with the instance: connections that are kept keep it, and
 * so us, alive. */
void sv_connector_destroy(sv_connector *c);

#endif
