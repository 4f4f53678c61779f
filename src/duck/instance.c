#include "duck/instance.h"

#include "duck/cache.h"
#include "duck/macros.h"
#include "duck/session.h"

/* The second column of the rows whose first says `kind`, sorted. */
static sv_words words_of(sv_session *s, const sv_rows *rows, sv_str kind)
{
	sv_words out = {.items = SV_NEW_N(s->arena, sv_str, rows->row_count)};
	for (size_t i = 0; i < rows->row_count; i++)
		if (sv_str_eq(sv_rows_at(rows, i, 0), kind))
			out.items[out.count++] = sv_rows_at(rows, i, 1);
	sv_words_sort(&out);
	return out;
}

static bool read_facts(sv_session *s, sv_instance *instance)
{
	sv_rows rows;
	/* Listing the functions takes some 15 ms: once. */
	if (!sv_session_query(s,
	                      "SELECT DISTINCT function_type, CASE WHEN function_type = 'aggregate' "
	                      "THEN function_name ELSE function_name || ' ' || macro_definition END "
	                      "FROM duckdb_functions() WHERE function_type = 'aggregate' "
	                      "OR (function_type = 'table_macro' AND schema_name = 'main' "
	                      "AND database_name = current_database()) "
	                      "UNION ALL SELECT 'keyword', keyword_name FROM duckdb_keywords() "
	                      "WHERE keyword_category <> 'unreserved' "
	                      "UNION ALL SELECT 'database', current_database() "
	                      "UNION ALL SELECT 'mark', gen_random_uuid()::VARCHAR",
	                      NULL, 0, &rows))
		return false;
	instance->aggregates = words_of(s, &rows, SV_LIT("aggregate"));
	instance->macros = words_of(s, &rows, SV_LIT("table_macro"));
	instance->keywords = words_of(s, &rows, SV_LIT("keyword"));
	instance->database = words_of(s, &rows, SV_LIT("database")).items[0];
	instance->mark = sv_macros_mark(s->arena, &instance->macros);
	if (!instance->mark.ptr)
		instance->mark = words_of(s, &rows, SV_LIT("mark")).items[0];
	return true;
}

typedef struct {
	sv_arena *arena; /* of the instance */
	sv_arena *load;  /* of the caller: outlives a failure */
	duckdb_database *given;
	duckdb_connection connection;
	sv_instance *instance;
	const char *error;
} new_instance;

static void destroy_connector(void *connector)
{
	sv_connector_destroy(connector);
}

static void make(void *arg)
{
	new_instance *n = arg;
	sv_instance *instance = SV_NEW(n->arena, sv_instance);
	instance->cache = SV_NEW(n->arena, sv_cache);
	sv_session session;
	sv_session_init(&session, n->arena, instance);
	*sv_arena_own(n->arena, destroy_connector) = &instance->connector;
	n->error = sv_connector_init(&instance->connector, n->given, n->connection);
	if (n->error)
		return;
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
	new_instance n = {.arena = &arena, .load = load, .given = given, .connection = connection};
	if (!sv_arena_try(&arena, make, &n))
		n.error = "out of memory";
	if (!n.instance || n.error) {
		*error = n.error;
		sv_arena_free(&arena);
		return NULL;
	}
	sv_lock_init(&n.instance->writing);
	sv_lock_init(&n.instance->marks.lock);
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
	sv_lock_destroy(&i->marks.lock);
	sv_arena arena = i->arena; /* the instance lies in it */
	sv_arena_free(&arena);
}
