#include "duck/instance.h"

#include "duck/cache.h"
#include "duck/session.h"

/* The words in the only column of a statement's answer, sorted. */
static bool read_words(sv_session *s, const char *sql, sv_words *out)
{
	sv_rows rows;
	if (!sv_session_query(s, sql, NULL, 0, &rows))
		return false;
	*out = (sv_words){.items = rows.cells, .count = rows.row_count};
	sv_words_sort(out);
	return true;
}

static bool read_facts(sv_session *s, sv_instance *instance)
{
	sv_rows database;
	if (!sv_session_query(s, "SELECT current_database()", NULL, 0, &database))
		return false;
	instance->database = sv_rows_at(&database, 0, 0);
	return read_words(s,
	                  "SELECT keyword_name FROM duckdb_keywords() "
	                  "WHERE keyword_category <> 'unreserved'",
	                  &instance->keywords) &&
	       read_words(s,
	                  "SELECT DISTINCT function_name FROM duckdb_functions() "
	                  "WHERE function_type = 'aggregate'",
	                  &instance->aggregates);
}

typedef struct {
	sv_arena *arena; /* of the instance */
	sv_arena *load;  /* of the caller: outlives a failure */
	duckdb_database *given;
	duckdb_connection connection;
	sv_instance *instance;
	const char *error;
} new_instance;

static void make(void *arg)
{
	new_instance *n = arg;
	sv_instance *instance = SV_NEW(n->arena, sv_instance);
	instance->cache = SV_NEW(n->arena, sv_cache);
	sv_session session;
	sv_session_init(&session, n->arena, instance);
	if (!sv_connector_init(&instance->connector, n->given, n->connection)) {
		n->error = "semantic_views: no connection to the database can be opened";
		return;
	}
	if (!read_facts(&session, instance)) {
		const char *text = sv_session_problems(&session);
		n->error = sv_str_dup(n->load, (sv_str){text, strlen(text)});
		return;
	}
	sv_session_disconnect(&session);
	n->instance = instance;
}

sv_instance *sv_instance_new(sv_arena *load, duckdb_database *given, duckdb_connection connection,
                             const char **error)
{
	sv_arena arena = {0};
	new_instance n = {
	    .arena = &arena, .load = load, .given = given, .connection = connection};
	if (!sv_arena_try(&arena, make, &n))
		n.error = "out of memory";
	if (!n.instance || n.error) {
		*error = n.error;
		sv_arena_free(&arena);
		return NULL;
	}
	sv_lock_init(&n.instance->writing);
	sv_cache_init(n.instance->cache);
	atomic_init(&n.instance->users, 1);
	n.instance->arena = arena;
	return n.instance;
}

void sv_instance_use(sv_instance *i)
{
	atomic_fetch_add(&i->users, 1);
}

void sv_instance_release(void *instance)
{
	sv_instance *i = instance;
	if (atomic_fetch_sub(&i->users, 1) != 1)
		return;
	sv_cache_destroy(i->cache);
	sv_lock_destroy(&i->writing);
	sv_connector_destroy(&i->connector);
	sv_arena arena = i->arena; /* the instance lies in it */
	sv_arena_free(&arena);
}
