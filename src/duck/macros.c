#include "duck/macros.h"

typedef struct {
	const char *name;
	const char *text; /* parameters and body */
	const char *mark; /* in the body of every version of ours */
} macro;

#define PARAMETERS "(view_name, dimensions := NULL, metrics := NULL, facts := NULL, where_clause := NULL)"
#define ARGUMENTS "(view_name, dimensions, metrics, facts, where_clause)"

static const macro macros[] = {
    {"semantic_view", PARAMETERS " AS TABLE FROM query(semantic_view_sql" ARGUMENTS ")",
     "query(semantic_view_sql(view_name"},
    {"explain_semantic_view",
     PARAMETERS " AS TABLE SELECT unnest(semantic_view_explain" ARGUMENTS ") AS explain_output",
     "semantic_view_explain(view_name"},
};

/* The definition of a macro as this DuckDB prints it, in `database`; NULL pointer:
 * there is none. */
static sv_str definition_of(sv_session *s, sv_str database, const char *name)
{
	sv_param params[] = {SV_PARAM(database), SV_PARAM(((sv_str){name, strlen(name)}))};
	sv_rows rows =
	    sv_session_try(s,
	                "SELECT string_agg(parameters::VARCHAR || ' ' || macro_definition, ';') "
	                "FROM duckdb_functions() WHERE database_name = $1 AND schema_name = 'main' "
	                "AND function_name = $2 AND function_type = 'table_macro'",
	                params, 2);
	return rows.error ? (sv_str){0} : sv_rows_at(&rows, 0, 0);
}

static void create(sv_session *s, const char *create, sv_str database, const macro *m)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, create);
	sv_buf_put_ident(&sql, database);
	sv_buf_puts(&sql, ".main.");
	sv_buf_puts(&sql, m->name);
	sv_buf_puts(&sql, m->text);
	sv_session_try(s, sv_buf_cstr(&sql), NULL, 0);
}

void sv_macros_set_up(sv_session *s)
{
	sv_str database = s->instance->database;
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		const macro *m = &macros[i];
		sv_str found = definition_of(s, database, m->name);
		if (!found.ptr) {
			create(s, "CREATE MACRO IF NOT EXISTS ", database, m);
			continue;
		}
		if (!strstr(found.ptr, m->mark)) /* the user's */
			continue;
		/* DuckDB prints macros in its own words: let it print ours for comparison. */
		create(s, "CREATE OR REPLACE TEMP MACRO ", SV_LIT("temp"), m);
		if (!sv_str_eq(found, definition_of(s, SV_LIT("temp"), m->name)))
			create(s, "CREATE OR REPLACE MACRO ", database, m);
	}
}
