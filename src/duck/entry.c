/*
 * The entry point.  DuckDB calls it once for each database instance: LOAD of what
 * is loaded already does nothing.
 */
#include <stdatomic.h>
#include <string.h>

#include "duck/catalog.h"
#include "duck/functions.h"
#include "duck/macros.h"

/* Bytes, some times what is needed. */
enum { ROOM_TO_REGISTER = 4 * 1024, ROOM_TO_SET_UP = 64 * 1024 };

duckdb_ext_api_v1 duckdb_ext_api = {0};

/* Every LOAD brings the table of DuckDB's functions.  It is written when it is new
 * only: functions of another database may run, and read it, while this one loads. */
static void take_api(const duckdb_ext_api_v1 *api)
{
	static atomic_flag is_taken = ATOMIC_FLAG_INIT;
	while (atomic_flag_test_and_set(&is_taken))
		sv_nap(1);
	if (memcmp(&duckdb_ext_api, api, sizeof(*api)) != 0)
		duckdb_ext_api = *api;
	atomic_flag_clear(&is_taken);
}

typedef struct {
	sv_arena *arena; /* of LOAD */
	struct duckdb_extension_access *access;
	duckdb_extension_info info;
	duckdb_connection *connection; /* of LOAD, which the arena closes */
	sv_instance *instance;
	const char *error;
} loading;

static void disconnect(void *connection)
{
	duckdb_disconnect(connection);
}

static void release(void *place)
{
	sv_instance_release(*(sv_instance **)place);
}

static void register_functions(void *arg)
{
	loading *l = arg;
	sv_arena_reserve(&l->instance->arena, ROOM_TO_REGISTER);
	if (!sv_functions_register(*l->connection, l->instance, &l->error) && !l->error)
		l->error = "semantic_views: DuckDB refuses to register a function";
}

static void set_up(loading *l)
{
	sv_session session;
	sv_session_init(&session, l->arena, l->instance);
	if (sv_catalog_is_writable(&session, l->instance->database)) {
		sv_catalog_set_up(&session);
		sv_macros_set_up(&session);
	}
	sv_session_disconnect(&session);
}

static void load(void *arg)
{
	loading *l = arg;
	duckdb_database *database = l->access->get_database(l->info);
	l->connection = SV_NEW(l->arena, duckdb_connection);
	void **connection = sv_arena_own(l->arena, disconnect);
	void **instance = sv_arena_own(l->arena, release);
	if (!database || duckdb_connect(*database, l->connection) != DuckDBSuccess) {
		l->error = "semantic_views: no connection to the database can be opened";
		return;
	}
	*connection = l->connection;
	l->instance = sv_instance_new(l->arena, database, *l->connection, &l->error);
	if (!l->instance)
		return;
	*instance = &l->instance;
	/* DuckDB 1.4 does not register a function twice: what runs out of memory behind the
	 * first could not be loaded again.  (The macros need the functions.) */
	sv_arena_reserve(l->arena, ROOM_TO_SET_UP);
	if (!sv_arena_try(&l->instance->arena, register_functions, l))
		sv_arena_out_of_memory(l->arena);
	if (!l->error)
		set_up(l);
}

DUCKDB_CAPI_ENTRY_VISIBILITY bool semantic_views_init_c_api(duckdb_extension_info info,
                                                            struct duckdb_extension_access *access);

bool semantic_views_init_c_api(duckdb_extension_info info, struct duckdb_extension_access *access)
{
	const duckdb_ext_api_v1 *api = access->get_api(info, DUCKDB_EXTENSION_API_VERSION_STRING);
	if (!api)
		return false; /* DuckDB has said why */
	take_api(api);
	sv_arena arena = {0};
	loading l = {.arena = &arena, .access = access, .info = info};
	if (!sv_arena_try(&arena, load, &l))
		l.error = "semantic_views: out of memory";
	if (l.error)
		access->set_error(info, l.error);
	bool ok = !l.error;
	sv_arena_free(&arena);
	return ok;
}
