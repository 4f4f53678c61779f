/*
 * A subquery inside an expression is left as it is, so it must not look outside:
 * its text is not rewritten, and what it would find there depends on the joins
 * that a request needs.
 */
#include "expr/reading_int.h"

typedef struct {
	const sv_bound *bound; /* tables and parameters in sight */
	bool has_from;         /* a query in sight has a FROM, so a bare name may be its column */
} sight;

static void look(sv_reading *r, const sv_doc *doc, sight in);

static void add_name(sv_reading *r, sight *in, sv_str name)
{
	if (name.len == 0)
		return;
	sv_bound *b = SV_NEW(r->arena, sv_bound);
	*b = (sv_bound){in->bound, name};
	in->bound = b;
}

/* The names of a FROM: aliases and tables, not those inside its subqueries. */
static void add_from(sv_reading *r, sight *in, const sv_doc *from)
{
	in->has_from = in->has_from || !sv_tree_has_type(from, "EMPTY");
	add_name(r, in, sv_tree_text(from, "alias"));
	add_name(r, in, sv_tree_text(from, "table_name"));
	for (const sv_doc *at = from->first; at; at = at->next) {
		bool is_query = sv_str_eq(at->key, SV_LIT("subquery"));
		bool is_list = at->kind == SV_DOC_LIST;
		if ((at->kind != SV_DOC_MAP && !is_list) || is_query)
			continue;
		if (sv_tree_is(at, "FUNCTION")) /* FROM range(3): named like the function */
			add_name(r, in, sv_tree_function_name(at));
		else if (!is_list && sv_tree_text(at, "class").len == 0 && sv_tree_text(at, "type").len)
			add_from(r, in, at);
	}
}

static void add_with(sv_reading *r, sight *in, const sv_doc *select)
{
	const sv_doc *with = sv_doc_get(select, "cte_map");
	const sv_doc *map = with && with->kind == SV_DOC_MAP ? sv_doc_get(with, "map") : NULL;
	for (const sv_doc *at = map ? map->first : NULL; at; at = at->next)
		if (at->kind == SV_DOC_MAP)
			add_name(r, in, sv_tree_text(at, "key"));
}

/* A bare name that a table of the view has: it may be meant, and would then be read
 * from whatever table a request happens to join. */
static bool is_of_view(const sv_reading *r, sv_str name)
{
	if (sv_index_next_named(r->names, name, SV_NONE) != SV_NONE)
		return true;
	for (size_t t = 0; r->catalog->knows_columns && t < r->model->table_count; t++)
		for (size_t c = 0; r->catalog->knows_columns[t] && c < r->catalog->columns[t].count; c++)
			if (sv_str_ieq(r->catalog->columns[t].items[c], name))
				return true;
	return false;
}

static bool is_outside(const sv_reading *r, const sight *in, const sv_strs *names)
{
	sv_str first = names->items[0];
	if (sv_bound_has(in->bound, first))
		return false;
	if (!in->has_from)
		return true;
	if (names->count > 1 && (sv_index_table(r->names, first) != SV_NONE ||
	                         sv_index_relationship(r->names, first) != SV_NONE))
		return true;
	return is_of_view(r, first);
}

static void check_name(sv_reading *r, const sv_doc *node, const sight *in)
{
	sv_written w;
	size_t place = sv_tree_place(node);
	sv_strs names = sv_tree_column_names(r->arena, node);
	if (place == SV_NONE || !sv_reading_name(r, place, names, &w) || !is_outside(r, in, &names))
		return;
	size_t end = w.ends[w.count - 1];
	sv_reading_fail(r, SV_E_INVALID, place, end, "has a subquery that looks outside: '%.*s'",
	                (int)(end - place), r->expr->text.ptr + place)
	    ->hint =
	    "Write the subquery's own table in front if its column is meant; else join through a "
	    "relationship, or use a query as the source of a table";
}

static void look_below(sv_reading *r, const sv_doc *doc, sight in)
{
	for (const sv_doc *at = doc->first; at; at = at->next)
		look(r, at, in);
}

static void look(sv_reading *r, const sv_doc *doc, sight in)
{
	if (doc->kind == SV_DOC_MAP && sv_tree_is(doc, "COLUMN_REF")) {
		check_name(r, doc, &in);
		return;
	}
	if (doc->kind == SV_DOC_MAP && sv_tree_is(doc, "LAMBDA"))
		in.bound = sv_bound_lambda(r, doc, in.bound);
	if (doc->kind == SV_DOC_MAP && sv_tree_has_type(doc, "SELECT_NODE")) {
		const sv_doc *from = sv_doc_get(doc, "from_table");
		if (from && from->kind == SV_DOC_MAP)
			add_from(r, &in, from);
		add_with(r, &in, doc);
	}
	if (doc->kind == SV_DOC_MAP || doc->kind == SV_DOC_LIST)
		look_below(r, doc, in);
}

void sv_subquery_check(sv_reading *r, const sv_doc *subquery, const sv_bound *bound)
{
	const sv_doc *query = sv_doc_get(subquery, "subquery");
	if (query)
		look(r, query, (sight){.bound = bound});
}
