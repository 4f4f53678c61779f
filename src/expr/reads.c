#include "expr/reads.h"

#include "base/ident.h"
#include "expr/reading_int.h"

/* As long as SV_TREE_BEFORE, so that places are counted alike. */
#define BEFORE_SOURCE "FROM   \n"

_Static_assert(sizeof(BEFORE_SOURCE) == sizeof(SV_TREE_BEFORE), "places are counted alike");

/* One text while its names are being found. */
typedef struct {
	sv_arena *arena;
	sv_str text;
	sv_reads found;
	size_t cap;
	sv_str unplaced;       /* a name whose place DuckDB does not tell */
	sv_str query_function; /* query or query_table, if it is called */
	size_t depth;
	bool is_too_deep;
} finder;

/* Levels of the document, as for expressions. */
enum { MAX_DEPTH = 4096 };

sv_strs sv_reads_statements(sv_arena *a, const sv_model *m)
{
	sv_strs out = {.items = SV_NEW_N(a, sv_str, m->table_count)};
	for (size_t t = 0; t < m->table_count; t++) {
		if (!m->tables[t].is_query)
			continue;
		sv_buf b = SV_BUF_INIT(a);
		sv_buf_puts(&b, BEFORE_SOURCE);
		sv_buf_put(&b, m->tables[t].source);
		sv_buf_puts(&b, "\n AS q");
		out.items[out.count++] = (sv_str){b.ptr, b.len};
	}
	return out;
}

/* ---- the tables of a tree ---- */

/* Keeps the list sorted and each place once: DuckDB repeats parts of a query in its tree. */
static void add(finder *f, size_t start, size_t end)
{
	size_t at = f->found.count;
	while (at > 0 && f->found.items[at - 1].start >= start)
		at--;
	if (at < f->found.count && f->found.items[at].start == start)
		return;
	if (f->found.count == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 4;
		f->found.items = sv_arena_grow(f->arena, f->found.items, f->cap * sizeof(sv_read),
		                               cap * sizeof(sv_read));
		f->cap = cap;
	}
	memmove(&f->found.items[at + 1], &f->found.items[at], (f->found.count - at) * sizeof(sv_read));
	f->found.items[at] = (sv_read){.start = (uint32_t)start, .end = (uint32_t)end};
	f->found.count++;
}

static void take_table(finder *f, const sv_doc *node, const sv_bound *bound)
{
	sv_ident name;
	sv_str table = sv_tree_text(node, "table_name");
	bool has_schema = sv_tree_text(node, "schema_name").len > 0;
	size_t start = sv_tree_place(node);
	size_t end = start;
	if (!has_schema && sv_bound_has(bound, table))
		return;
	if (start == SV_NONE || start >= f->text.len)
		f->unplaced = table;
	else if (sv_ident_read(f->arena, f->text, &end, &name) &&
	         sv_str_ieq(name.parts[name.count - 1], table)) /* else it is 'file.csv' */
		add(f, start, end);
}

static void walk(finder *f, const sv_doc *doc, const sv_bound *bound);

static const sv_bound *bind(finder *f, const sv_bound *outer, sv_str name)
{
	sv_bound *b = SV_NEW(f->arena, sv_bound);
	*b = (sv_bound){outer, name};
	return b;
}

/*
 * WITH a AS (...), b AS (...): b sees a; the rest of the query sees both.  A name is
 * not seen in its own query, WITH orders AS (FROM orders) reads the table, unless it
 * is recursive.
 */
static const sv_bound *walk_with(finder *f, const sv_doc *query, const sv_bound *bound)
{
	const sv_doc *with = sv_doc_get(query, "cte_map");
	const sv_doc *map = with && with->kind == SV_DOC_MAP ? sv_doc_get(with, "map") : NULL;
	for (const sv_doc *at = map ? map->first : NULL; at; at = at->next) {
		walk(f, at, bound);
		bound = bind(f, bound, sv_tree_text(at, "key"));
	}
	return bound;
}

/* DuckDB 1.x has the query of each WITH once more, in a node around what it is for. */
static bool is_repeated(const sv_doc *parent, const sv_doc *child)
{
	return sv_str_eq(child->key, SV_LIT("cte_map")) ||
	       (sv_tree_has_type(parent, "CTE_NODE") && sv_str_eq(child->key, SV_LIT("query")));
}

/* Only the second part of a recursive WITH sees its name: the first is where it starts. */
static bool is_recursive(const sv_doc *parent, const sv_doc *child)
{
	return sv_tree_has_type(parent, "RECURSIVE_CTE_NODE") && sv_str_eq(child->key, SV_LIT("right"));
}

static void walk_below(finder *f, const sv_doc *doc, const sv_bound *bound)
{
	bool is_map = doc->kind == SV_DOC_MAP;
	for (const sv_doc *at = doc->first; at; at = at->next) {
		if ((at->kind != SV_DOC_MAP && at->kind != SV_DOC_LIST) || (is_map && is_repeated(doc, at)))
			continue;
		if (is_map && is_recursive(doc, at))
			walk(f, at, bind(f, bound, sv_tree_text(doc, "cte_name")));
		else
			walk(f, at, bound);
	}
}

/* These read the names that a text holds, where the caller's query is bound.  What
 * semantic_view_sql() writes has no such names. */
static bool reads_names_in_text(sv_arena *a, const sv_doc *call)
{
	sv_str name = sv_tree_function_name(call);
	if (sv_str_ieq(name, SV_LIT("query_table")))
		return true;
	if (!sv_str_ieq(name, SV_LIT("query")))
		return false;
	sv_tree_children arguments = sv_tree_children_of(a, call);
	return arguments.count != 1 ||
	       !sv_str_ieq(sv_tree_function_name(arguments.items[0].node), SV_LIT("semantic_view_sql"));
}

static void walk(finder *f, const sv_doc *doc, const sv_bound *bound)
{
	if (f->depth >= MAX_DEPTH || f->is_too_deep) {
		f->is_too_deep = true;
		return;
	}
	f->depth++;
	if (doc->kind == SV_DOC_MAP) {
		if (sv_tree_has_type(doc, "BASE_TABLE"))
			take_table(f, doc, bound);
		if (sv_tree_is(doc, "FUNCTION") && reads_names_in_text(f->arena, doc))
			f->query_function = sv_tree_function_name(doc);
		bound = walk_with(f, doc, bound);
	}
	walk_below(f, doc, bound);
	f->depth--;
}

/* ---- texts ---- */

static bool is_parsed(const sv_doc *tree)
{
	return tree->kind == SV_DOC_MAP && sv_doc_get(tree, "statements");
}

static bool fail(const finder *f, const char *subject, sv_span place, sv_diags *diags)
{
	if (f->is_too_deep)
		sv_diags_add(diags, SV_E_LIMIT, place, "%s is nested too deeply", subject);
	else if (f->query_function.ptr)
		sv_diags_add(diags, SV_E_INVALID, place,
		             "%s calls %.*s(...), which would read what the caller's query has under the "
		             "names in its text",
		             subject, SV_FMT(f->query_function))
		    ->hint = "Write the query itself: FROM and the name";
	else
		sv_diags_add(diags, SV_E_INVALID, place,
		             "%s reads '%.*s' in a form in which DuckDB does not tell its place", subject,
		             SV_FMT(f->unplaced))
		    ->hint = "Write FROM and the name";
	return false;
}

static bool find(sv_arena *a, const sv_doc *tree, sv_str text, const char *subject, sv_span place,
                 sv_reads *out, sv_diags *diags)
{
	finder f = {.arena = a, .text = text};
	walk(&f, tree, NULL);
	*out = f.found;
	bool ok = !f.is_too_deep && !f.unplaced.ptr && !f.query_function.ptr;
	return ok || fail(&f, subject, place, diags);
}

/* FROM (...) AS q, and not FROM (...) AS x, (...) AS q. */
static bool is_one_query(const sv_doc *tree)
{
	const sv_doc *list = sv_doc_get(tree, "statements");
	const sv_doc *statement = list->kind == SV_DOC_LIST && list->count == 1 ? list->first : NULL;
	const sv_doc *node =
	    statement && statement->kind == SV_DOC_MAP ? sv_doc_get(statement, "node") : NULL;
	const sv_doc *from = node && node->kind == SV_DOC_MAP ? sv_doc_get(node, "from_table") : NULL;
	return from && from->kind == SV_DOC_MAP && sv_tree_has_type(from, "SUBQUERY");
}

static bool find_in_source(sv_arena *a, sv_table *t, const sv_doc *tree, sv_diags *diags)
{
	sv_buf subject = SV_BUF_INIT(a);
	sv_str message = sv_tree_text(tree, "error_message");
	sv_buf_putf(&subject, "source of table '%.*s'", SV_FMT(t->name));
	if (is_parsed(tree) && is_one_query(tree))
		return find(a, tree, t->source, sv_buf_cstr(&subject), t->source_place, &t->reads, diags);
	if (is_parsed(tree))
		message = SV_LIT("it is more than one");
	sv_diags_add(diags, SV_E_INVALID, t->source_place, "%s is no query that can be joined: %.*s",
	             sv_buf_cstr(&subject), SV_FMT(message));
	return false;
}

bool sv_reads_find(sv_arena *a, sv_model *m, const sv_doc *const *expr_trees,
                   const sv_doc *const *source_trees, sv_diags *diags)
{
	bool ok = true;
	for (size_t t = 0; t < m->table_count; t++) {
		m->tables[t].reads = (sv_reads){0};
		if (m->tables[t].is_query)
			ok = find_in_source(a, &m->tables[t], *source_trees++, diags) && ok;
	}
	for (size_t i = 0; i < sv_model_expr_count(m); i++) {
		sv_expr *e = sv_model_expr_at(m, i);
		if (e->is_resolved)
			continue;
		e->reads = (sv_reads){0};
		if (is_parsed(*expr_trees)) /* else it is reported when it is resolved */
			ok = find(a, *expr_trees, e->text, "an expression", e->place, &e->reads, diags) && ok;
		expr_trees += 2;
	}
	return ok;
}
