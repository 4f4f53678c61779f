#include "duck/trees.h"

#include "base/scan.h"

static sv_str keep(sv_arena *a, sv_str text)
{
	return (sv_str){sv_str_dup(a, text), text.len};
}

const sv_doc *const *sv_trees_read(sv_session *s, sv_arena *a, sv_strs statements)
{
	sv_rows rows;
	const sv_doc **trees = SV_NEW_N(a, const sv_doc *, statements.count);
	if (!sv_session_query(s,
	                      "SELECT json_serialize_sql(x)::VARCHAR FROM (SELECT unnest($1) AS x, "
	                      "generate_subscripts($1, 1) AS i) ORDER BY i",
	                      &SV_PARAM_LIST(&statements), 1, &rows))
		return NULL;
	for (size_t i = 0; i < statements.count; i++) {
		sv_str json = i < rows.row_count ? sv_rows_at(&rows, i, 0) : (sv_str){0};
		trees[i] = json.ptr ? sv_doc_parse_trusted_json(a, keep(a, json)) : NULL;
		if (!trees[i]) {
			sv_session_fail(s, SV_E_INTERNAL,
			                "internal error: DuckDB's syntax tree cannot be read");
			return NULL;
		}
	}
	return trees;
}

/* ---- names ---- */

/* Window functions that are nothing else: some versions list them as aggregates. */
static const char *const window_names[] = {
    "cume_dist", "dense_rank", "fill",         "first_value", "lag",        "last_value", "lead",
    "nth_value", "ntile",      "percent_rank", "rank",        "rank_dense", "row_number",
};

enum { WINDOW_COUNT = sizeof(window_names) / sizeof(window_names[0]) };

static void take_windows(sv_session *s, sv_words *out)
{
	*out = (sv_words){.items = SV_NEW_N(s->arena, sv_str, WINDOW_COUNT), .count = WINDOW_COUNT};
	for (size_t i = 0; i < WINDOW_COUNT; i++)
		out->items[i] = (sv_str){window_names[i], strlen(window_names[i])};
	sv_words_sort(out);
}

/* Names among rows of (kind, name, is internal, body of a macro). */
static void take_words(sv_session *s, const sv_rows *rows, sv_str kind, bool with_internal,
                       const sv_words *except, sv_words *out)
{
	*out = (sv_words){.items = SV_NEW_N(s->arena, sv_str, rows->row_count)};
	for (size_t i = 0; i < rows->row_count; i++)
		if (sv_str_eq(sv_rows_at(rows, i, 0), kind) &&
		    (with_internal || sv_str_eq(sv_rows_at(rows, i, 2), SV_LIT("false"))) &&
		    !sv_words_has(except, sv_rows_at(rows, i, 1)))
			out->items[out->count++] = sv_rows_at(rows, i, 1);
	sv_words_sort(out);
}

/* ---- calls ---- */

/* The functions that trees call. */
typedef struct {
	sv_session *s;
	sv_strs names;   /* each once */
	bool has_window; /* there are window calls too */
	size_t cap;
	bool is_qualified; /* one of them is written with a schema */
} calls;

static bool has(const sv_strs *list, sv_str name)
{
	for (size_t i = 0; i < list->count; i++)
		if (sv_str_ieq(list->items[i], name))
			return true;
	return false;
}

static void add(calls *c, sv_str name)
{
	if (!name.len || has(&c->names, name))
		return;
	if (c->names.count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 16;
		c->names.items = sv_arena_grow(c->s->arena, c->names.items, c->cap * sizeof(sv_str),
		                               cap * sizeof(sv_str));
		c->cap = cap;
	}
	c->names.items[c->names.count++] = name;
}

/* Calls outside subqueries; a window call is none, what stands inside it is. */
static void find_calls(calls *c, const sv_doc *node)
{
	const sv_doc *class = node->kind == SV_DOC_MAP ? sv_doc_get(node, "class") : NULL;
	if (class && sv_str_eq(class->text, SV_LIT("SUBQUERY")))
		return;
	c->has_window = c->has_window || (class && sv_str_eq(class->text, SV_LIT("WINDOW")));
	if (class && sv_str_eq(class->text, SV_LIT("FUNCTION"))) {
		const sv_doc *name = sv_doc_get(node, "function_name");
		const sv_doc *schema = sv_doc_get(node, "schema");
		if (name)
			add(c, name->text);
		c->is_qualified = c->is_qualified || (schema && schema->text.len);
	}
	for (const sv_doc *child = node->first; child; child = child->next)
		find_calls(c, child);
}

/* ---- macros that aggregate ---- */

/* A scalar macro that an expression calls, maybe through others. */
typedef struct {
	sv_str name;
	sv_strs calls;
	bool aggregates;
	bool has_window; /* it calls a window function, maybe through other macros */
} macro;

typedef struct {
	calls asked; /* names called so far */
	size_t done; /* so many of them were looked up */
	const sv_rows *rows;
	macro *macros;
	size_t count;
} macro_finder;

static sv_str select_of(sv_session *s, sv_str body)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, "SELECT ");
	sv_buf_put(&sql, body);
	return (sv_str){sql.ptr, sql.len};
}

/* Looks up the names not looked up yet: those of macros bring what they call. */
static bool look_up(macro_finder *f)
{
	sv_session *s = f->asked.s;
	sv_strs names = {f->asked.names.items + f->done, f->asked.names.count - f->done};
	sv_strs bodies = {.items = SV_NEW_N(s->arena, sv_str, f->rows->row_count)};
	size_t first = f->count;
	f->done = f->asked.names.count;
	for (size_t i = 0; i < f->rows->row_count; i++) {
		if (!sv_rows_at(f->rows, i, 3).ptr || !has(&names, sv_rows_at(f->rows, i, 1)))
			continue;
		f->macros[f->count++].name = sv_rows_at(f->rows, i, 1);
		bodies.items[bodies.count++] = select_of(s, sv_rows_at(f->rows, i, 3));
	}
	if (!bodies.count)
		return true;
	const sv_doc *const *trees = sv_trees_read(s, s->arena, bodies);
	for (size_t i = 0; i < bodies.count && trees; i++) {
		calls inside = {.s = s};
		find_calls(&inside, trees[i]);
		f->macros[first + i].calls = inside.names;
		f->macros[first + i].has_window = inside.has_window;
		for (size_t c = 0; c < inside.names.count; c++)
			add(&f->asked, inside.names.items[c]);
	}
	return trees;
}

static bool aggregates(const macro_finder *f, const macro *m, const sv_words *functions)
{
	for (size_t c = 0; c < m->calls.count; c++) {
		if (sv_words_has(functions, m->calls.items[c]))
			return true;
		for (size_t i = 0; i < f->count; i++)
			if (f->macros[i].aggregates && sv_str_ieq(f->macros[i].name, m->calls.items[c]))
				return true;
	}
	return false;
}

static void take_aggregate_macros(macro_finder *f, const sv_words *functions, sv_words *out)
{
	*out = (sv_words){.items = SV_NEW_N(f->asked.s->arena, sv_str, f->count)};
	for (bool is_new = true; is_new;) {
		is_new = false;
		for (size_t i = 0; i < f->count; i++) {
			macro *m = &f->macros[i];
			if (m->aggregates || !aggregates(f, m, functions))
				continue;
			m->aggregates = is_new = true;
			out->items[out->count++] = m->name;
		}
	}
	sv_words_sort(out);
}

static bool calls_window(const macro_finder *f, const macro *m)
{
	for (size_t c = 0; c < m->calls.count; c++)
		for (size_t i = 0; i < f->count; i++)
			if (f->macros[i].has_window && sv_str_ieq(f->macros[i].name, m->calls.items[c]))
				return true;
	return m->has_window;
}

/* Macros that hide a window function are refused like one without OVER: the rules of
 * windows would not hold for them. */
static void take_window_macros(macro_finder *f, sv_words *windows)
{
	sv_words all = {.items = SV_NEW_N(f->asked.s->arena, sv_str, windows->count + f->count)};
	for (bool is_new = true; is_new;) {
		is_new = false;
		for (size_t i = 0; i < f->count; i++) {
			bool has = calls_window(f, &f->macros[i]);
			is_new = is_new || has != f->macros[i].has_window;
			f->macros[i].has_window = has;
		}
	}
	for (size_t i = 0; i < windows->count; i++)
		all.items[all.count++] = windows->items[i];
	for (size_t i = 0; i < f->count; i++)
		if (f->macros[i].has_window)
			all.items[all.count++] = f->macros[i].name;
	sv_words_sort(&all);
	*windows = all;
}

bool sv_trees_read_names(sv_session *s, const sv_doc *const *trees, size_t count,
                         sv_known_names *out)
{
	sv_rows rows;
	if (!sv_session_query(s,
	                      "SELECT DISTINCT function_type, function_name, internal::VARCHAR, "
	                      "CASE WHEN function_type = 'macro' THEN macro_definition END "
	                      "FROM duckdb_functions() WHERE function_type IN ('aggregate', 'macro') "
	                      "UNION ALL SELECT 'schema', schema_name, 'false', NULL "
	                      "FROM duckdb_schemas() "
	                      "UNION ALL SELECT 'schema', database_name, 'false', NULL "
	                      "FROM duckdb_databases()",
	                      NULL, 0, &rows))
		return false;
	take_windows(s, &out->windows);
	take_words(s, &rows, SV_LIT("aggregate"), true, &out->windows, &out->aggregates);
	take_words(s, &rows, SV_LIT("macro"), false, NULL, &out->macros);
	take_words(s, &rows, SV_LIT("schema"), true, NULL, &out->schemas);
	macro_finder f = {.asked = {.s = s}, .rows = &rows};
	f.macros = SV_NEW_N(s->arena, macro, rows.row_count);
	for (size_t i = 0; i < count; i++)
		find_calls(&f.asked, trees[i]);
	while (f.done < f.asked.names.count)
		if (!look_up(&f))
			return false;
	take_aggregate_macros(&f, &out->aggregates, &out->aggregate_macros);
	take_window_macros(&f, &out->windows);
	return true;
}

/* Operators are taken for DuckDB's own: nobody gives a macro the name ~~ to change
 * what LIKE means, and asking costs 50 ms (measured). */
static sv_strs drop_operators(sv_strs names)
{
	size_t kept = 0;
	for (size_t i = 0; i < names.count; i++)
		if (sv_scan_is_word_start(names.items[i].ptr[0]))
			names.items[kept++] = names.items[i];
	names.count = kept;
	return names;
}

bool sv_trees_assume_names(sv_session *s, const sv_doc *const *trees, size_t count,
                           sv_known_names *out)
{
	calls called = {.s = s};
	sv_rows rows = {0};
	for (size_t i = 0; i < count; i++)
		find_calls(&called, trees[i]);
	if (called.is_qualified &&
	    !sv_session_query(s,
	                      "SELECT schema_name FROM duckdb_schemas() "
	                      "UNION ALL SELECT database_name FROM duckdb_databases()",
	                      NULL, 0, &rows))
		return false;
	called.names = drop_operators(called.names);
	*out = (sv_known_names){.aggregates = s->instance->aggregates,
	                        .macros = {called.names.items, called.names.count},
	                        .schemas = {rows.cells, rows.row_count}};
	sv_words_sort(&out->macros);
	sv_words_sort(&out->schemas);
	take_windows(s, &out->windows);
	return true;
}

sv_catalog sv_known_names_catalog(const sv_known_names *names)
{
	return (sv_catalog){.aggregates = &names->aggregates,
	                    .aggregate_macros = &names->aggregate_macros,
	                    .macros = &names->macros,
	                    .windows = &names->windows,
	                    .schemas = &names->schemas};
}
