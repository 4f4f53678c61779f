#include "duck/macros.h"

/* Between `text` and `rest`, and in the same way in what is printed, stands the mark of
 * the database (instance.h) where there is a `rest`. */
typedef struct {
	const char *name;
	const char *text;    /* parameters and bodies */
	const char *sign;    /* in every version of ours, as DuckDB prints it */
	const char *printed; /* this version, as DuckDB 1.3 to 2.0 prints it: saves asking */
	const char *rest;
} macro;

#define PARAMETERS \
	"(view_name, dimensions := NULL, metrics := NULL, facts := NULL, where_clause := NULL)"
#define ARGUMENTS "(view_name, dimensions, metrics, facts, where_clause"
#define BEFORE_MARK "where_clause, '"

/* The C API cannot give a table function an argument that may be left out. */
#define SHOW(function, members)                                                        \
	{                                                                                  \
		function,                                                                      \
		    "() AS TABLE (FROM semantic_ddl('SHOW SEMANTIC " members "')), "           \
		    "(view_name) AS TABLE (FROM system.main." function "(view_name))",         \
		    "main." function "(view_name",                                             \
		    function " SELECT * FROM \"system\".main." function "(view_name)" function \
		             " SELECT * FROM semantic_ddl('SHOW SEMANTIC " members "')",       \
		    NULL                                                                       \
	}

static const macro macros[] = {
    {"semantic_view", PARAMETERS " AS TABLE FROM query(semantic_view_sql" ARGUMENTS,
     "query(semantic_view_sql(view_name",
     "semantic_view SELECT * FROM query(semantic_view_sql" ARGUMENTS, "))"},
    {"explain_semantic_view", PARAMETERS " AS TABLE SELECT unnest(semantic_view_explain" ARGUMENTS,
     "semantic_view_explain(view_name",
     "explain_semantic_view SELECT unnest(semantic_view_explain" ARGUMENTS, ")) AS explain_output"},
    SHOW("show_semantic_dimensions", "DIMENSIONS"),
    SHOW("show_semantic_metrics", "METRICS"),
    SHOW("show_semantic_facts", "FACTS"),
};

enum { MACRO_COUNT = sizeof(macros) / sizeof(macros[0]) };

bool sv_macros_is_ours(sv_str name, const char *text)
{
	for (size_t i = 0; i < MACRO_COUNT; i++) {
		sv_str ours = {macros[i].name, strlen(macros[i].name)};
		if (sv_str_ieq(ours, name) && strstr(text, macros[i].sign))
			return true;
	}
	return false;
}

static bool begins_with_word(sv_str text, const char *word)
{
	size_t len = strlen(word);
	return text.len > len && text.ptr[len] == ' ' &&
	       sv_str_ieq((sv_str){text.ptr, len}, (sv_str){word, len});
}

/* What a macro is, among texts such as "f SELECT a + b": several for one that
 * is overloaded, NULL pointer for one that is not there. */
static sv_str text_of(sv_session *s, const sv_words *texts, const char *name)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	for (size_t i = 0; i < texts->count; i++)
		if (texts->items[i].ptr && begins_with_word(texts->items[i], name))
			sv_buf_put(&out, texts->items[i]);
	return (sv_str){out.ptr, out.len};
}

sv_str sv_macros_mark(sv_arena *a, const sv_words *texts)
{
	const char *name = macros[0].name;
	for (size_t i = 0; i < texts->count; i++) {
		if (!texts->items[i].ptr || !begins_with_word(texts->items[i], name))
			continue;
		const char *text = sv_str_dup(a, texts->items[i]);
		const char *mark = strstr(text, macros[0].sign) ? strstr(text, BEFORE_MARK) : NULL;
		const char *end = mark ? strchr(mark += strlen(BEFORE_MARK), '\'') : NULL;
		if (end)
			return (sv_str){mark, (size_t)(end - mark)};
	}
	return (sv_str){0};
}

/* text, 'mark'rest */
static void put_marked(sv_buf *out, const sv_session *s, const char *text, const char *rest)
{
	sv_buf_puts(out, text);
	if (!rest)
		return;
	sv_buf_puts(out, ", ");
	sv_buf_put_literal(out, s->instance->mark);
	sv_buf_puts(out, rest);
}

static void create(sv_session *s, const char *create, sv_str database, const macro *m)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, create);
	sv_buf_put_ident(&sql, database);
	sv_buf_puts(&sql, ".main.");
	sv_buf_puts(&sql, m->name);
	put_marked(&sql, s, m->text, m->rest);
	sv_session_try(s, sv_buf_cstr(&sql), NULL, 0);
}

/* Our macro as this DuckDB prints it, which has its own words for it: makes it as a
 * temporary one. */
static sv_str printed(sv_session *s, const macro *m)
{
	create(s, "CREATE OR REPLACE TEMP MACRO ", SV_LIT("temp"), m);
	sv_rows rows = sv_session_try(s,
	                              "SELECT function_name || ' ' || macro_definition "
	                              "FROM duckdb_functions() WHERE function_type = 'table_macro' "
	                              "AND database_name = 'temp' AND function_name = $1",
	                              &SV_PARAM(((sv_str){m->name, strlen(m->name)})), 1);
	sv_words texts = {rows.cells, rows.row_count};
	sv_words_sort(&texts);
	return text_of(s, &texts, m->name);
}

void sv_macros_set_up(sv_session *s)
{
	sv_str database = s->instance->database;
	for (size_t i = 0; i < MACRO_COUNT; i++) {
		const macro *m = &macros[i];
		sv_buf current = SV_BUF_INIT(s->arena);
		put_marked(&current, s, m->printed, m->rest);
		sv_str found = text_of(s, &s->instance->macros, m->name);
		if (!found.ptr)
			create(s, "CREATE MACRO IF NOT EXISTS ", database, m);
		else if (strstr(found.ptr, m->sign) && /* else it is the user's */
		         !sv_str_eq(found, (sv_str){current.ptr, current.len}) &&
		         !sv_str_eq(found, printed(s, m)))
			create(s, "CREATE OR REPLACE MACRO ", database, m);
	}
}
