#include "ddl/lower.h"

#include "base/ident.h"

#include "model/text.h"

typedef struct {
	sv_arena *arena;
	sv_diags *diags;
} lowering;

static sv_strs texts(const lowering *l, const sv_word *list)
{
	sv_strs out = {0};
	for (const sv_word *w = list; w; w = w->next)
		out.count++;
	out.items = SV_NEW_N(l->arena, sv_str, out.count);
	for (size_t i = 0; list; list = list->next)
		out.items[i++] = list->text;
	return out;
}

static sv_named named(const sv_word *qualifier, const sv_word *name)
{
	sv_span place = name->span;
	if (qualifier && qualifier->text.ptr)
		place.start = qualifier->span.start;
	return (sv_named){.qualifier = qualifier ? qualifier->text : (sv_str){0},
	                  .name = name->text,
	                  .place = place,
	                  .index = SV_NONE};
}

static bool table(const lowering *l, const sv_node *node, sv_table *out)
{
	sv_ident source;
	out->primary_key = texts(l, node->as.table.primary_key);
	for (const sv_key *k = node->as.table.unique_keys; k; k = k->next)
		out->unique_key_count++;
	out->unique_keys = SV_NEW_N(l->arena, sv_strs, out->unique_key_count);
	size_t i = 0;
	for (const sv_key *k = node->as.table.unique_keys; k; k = k->next)
		out->unique_keys[i++] = texts(l, k->columns);
	out->comment = node->as.table.annotations.comment.text;
	out->synonyms = texts(l, node->as.table.annotations.synonyms);
	out->place = node->as.table.alias.span;
	out->name = node->as.table.alias.text;
	const sv_sql *sql = &node->as.table.source;
	if (!sv_source_take(l->arena, sql->text, sql->span, out, l->diags))
		return false;
	if (out->name.ptr)
		return true;
	out->place = out->source_place;
	if (out->is_query) {
		sv_diags_add(l->diags, SV_E_SYNTAX, out->source_place, "a query needs an alias")->hint =
		    "Write alias AS (SELECT ...)";
		return false;
	}
	bool ok = sv_ident_parse(l->arena, out->source, &source);
	out->name = ok ? source.parts[source.count - 1] : out->source;
	return ok;
}

static void relationship(const lowering *l, const sv_node *node, sv_relationship *out)
{
	out->name = node->as.relationship.name.text;
	out->is_named = out->name.ptr != NULL;
	out->place = out->is_named ? node->as.relationship.name.span : node->span;
	out->from = named(NULL, &node->as.relationship.from);
	out->from_columns = texts(l, node->as.relationship.from_columns);
	out->to = named(NULL, &node->as.relationship.to);
	out->to_columns = texts(l, node->as.relationship.to_columns);
	out->has_to_columns = out->to_columns.count > 0;
	out->is_default = node->as.relationship.is_default;
	out->assumes_integrity = node->as.relationship.assumes_integrity;
}

static void uses(const lowering *l, const sv_word *list, sv_nameds *out)
{
	for (const sv_word *w = list; w; w = w->next)
		out->count++;
	out->items = SV_NEW_N(l->arena, sv_named, out->count);
	for (size_t i = 0; list; list = list->next)
		out->items[i++] = named(NULL, list);
}

static size_t count_items(const sv_by_item *list)
{
	size_t count = 0;
	for (; list; list = list->next)
		count++;
	return count;
}

static void non_additive(const lowering *l, const sv_node *node, sv_member *out)
{
	const sv_by_item *list = node->as.member.non_additive;
	out->non_additive_count = count_items(list);
	out->non_additive = SV_NEW_N(l->arena, sv_non_additive, out->non_additive_count);
	for (size_t i = 0; list; list = list->next)
		out->non_additive[i++] = (sv_non_additive){
		    .dimension = named(&list->dimension.qualifier, &list->dimension.name),
		    .is_descending = list->is_descending,
		    .has_order = list->has_order,
		    .nulls = list->nulls,
		};
	list = node->as.member.per;
	out->per.count = count_items(list);
	out->per.items = SV_NEW_N(l->arena, sv_named, out->per.count);
	for (size_t i = 0; list; list = list->next)
		out->per.items[i++] = named(&list->dimension.qualifier, &list->dimension.name);
}

static bool member(const lowering *l, const sv_node *node, sv_member *out)
{
	static const sv_member_kind kinds[] = {
	    [SV_NODE_FACT] = SV_FACT, [SV_NODE_DIMENSION] = SV_DIMENSION, [SV_NODE_METRIC] = SV_METRIC};
	const sv_dotted *name = &node->as.member.name;
	out->kind = kinds[node->kind];
	out->name = name->name.text;
	out->place = name->name.span;
	out->table =
	    (sv_named){.name = name->qualifier.text, .place = name->qualifier.span, .index = SV_NONE};
	out->comment = node->as.member.annotations.comment.text;
	out->synonyms = texts(l, node->as.member.annotations.synonyms);
	out->is_private = node->as.member.is_private;
	out->is_filter = node->as.member.annotations.is_filter;
	uses(l, node->as.member.uses, &out->uses);
	non_additive(l, node, out);
	return sv_expr_take(l->arena, node->as.member.expr.text, node->as.member.expr.span, &out->expr,
	                    l->diags);
}

static bool members(const lowering *l, const sv_body *body, sv_model *m)
{
	bool ok = true;
	m->fact_count = body->clauses[SV_NODE_FACT].count;
	m->dimension_count = body->clauses[SV_NODE_DIMENSION].count;
	m->metric_count = body->clauses[SV_NODE_METRIC].count;
	size_t count = sv_model_member_count(m);
	if (!sv_model_check_member_count(count, l->diags))
		return false;
	m->members = SV_NEW_N(l->arena, sv_member, count);
	sv_member *out = m->members;
	for (size_t kind = SV_NODE_FACT; kind <= SV_NODE_METRIC; kind++)
		for (const sv_node *n = body->clauses[kind].first; n; n = n->next)
			ok = member(l, n, out++) && ok;
	return ok;
}

sv_model *sv_ddl_lower(sv_arena *a, const sv_body *body, sv_diags *diags)
{
	lowering l = {.arena = a, .diags = diags};
	sv_model *m = SV_NEW(a, sv_model);
	bool ok = true;
	m->comment = body->comment.text;
	m->tables = SV_NEW_N(a, sv_table, body->clauses[SV_NODE_TABLE].count);
	for (const sv_node *n = body->clauses[SV_NODE_TABLE].first; n; n = n->next)
		ok = table(&l, n, &m->tables[m->table_count++]) && ok;
	m->relationships = SV_NEW_N(a, sv_relationship, body->clauses[SV_NODE_RELATIONSHIP].count);
	for (const sv_node *n = body->clauses[SV_NODE_RELATIONSHIP].first; n; n = n->next)
		relationship(&l, n, &m->relationships[m->relationship_count++]);
	ok = members(&l, body, m) && ok;
	m->filters = SV_NEW_N(a, sv_expr, body->clauses[SV_NODE_FILTER].count);
	for (const sv_node *n = body->clauses[SV_NODE_FILTER].first; n; n = n->next)
		ok = sv_expr_take(a, n->as.filter.text, n->as.filter.span, &m->filters[m->filter_count++],
		                  diags) &&
		     ok;
	return ok ? m : NULL;
}
