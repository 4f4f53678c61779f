#include "plan/plan_int.h"

void sv_scope_open(sv_scope *s, sv_planner *p, size_t home, sv_nameds uses)
{
	*s = (sv_scope){.planner = p, .home = home, .uses = uses};
	s->select = SV_NEW(p->arena, sv_select);
	sv_from *root = SV_NEW(p->arena, sv_from);
	root->kind = SV_FROM_TABLE;
	root->table = &p->model->tables[home];
	root->table_index = home;
	root->relationship = SV_NONE;
	s->select->from = root;
}

/* Items stand in the order in which they were asked for; those of a seed-form
 * view in the order of its joins, since a condition may read an earlier one. */
static void add_child(sv_from *parent, sv_from *child, bool in_order)
{
	child->parent = parent;
	sv_from **place = &parent->first;
	while (*place && (!in_order || (*place)->relationship < child->relationship))
		place = &(*place)->next;
	child->next = *place;
	*place = child;
}

static sv_from *table_item(sv_planner *p, size_t table, size_t relationship)
{
	sv_from *item = SV_NEW(p->arena, sv_from);
	item->kind = SV_FROM_TABLE;
	item->table = &p->model->tables[table];
	item->table_index = table;
	item->relationship = relationship;
	return item;
}

static sv_from *find_child(const sv_from *parent, size_t relationship, bool is_backward)
{
	for (sv_from *c = parent->first; c; c = c->next)
		if (c->kind == SV_FROM_TABLE && c->relationship == relationship &&
		    c->is_backward == is_backward)
			return c;
	return NULL;
}

static sv_from *take_step(sv_scope *s, sv_from *from, sv_step step)
{
	sv_planner *p = s->planner;
	const sv_relationship *rel = &p->model->relationships[step.relationship];
	sv_from *item = find_child(from, step.relationship, step.is_backward);
	if (item)
		return item;
	item = table_item(p, step.table, step.relationship);
	item->is_backward = step.is_backward;
	item->is_inner = rel->assumes_integrity && !step.is_backward;
	const sv_strs *here = step.is_backward ? &rel->to_columns : &rel->from_columns;
	const sv_strs *there = step.is_backward ? &rel->from_columns : &rel->to_columns;
	item->on = SV_NEW_N(p->arena, sv_text, here->count);
	item->on_count = here->count;
	for (size_t i = 0; i < here->count; i++) {
		sv_text_put_column(p, &item->on[i], from, here->items[i]);
		sv_text_put_sql(p, &item->on[i], SV_LIT(" = "));
		sv_text_put_column(p, &item->on[i], item, there->items[i]);
	}
	add_child(from, item, false);
	return item;
}

static size_t depth_of(const sv_from *item)
{
	size_t depth = 0;
	for (; item->parent; item = item->parent)
		depth++;
	return depth;
}

sv_from *sv_scope_reach(sv_scope *s, sv_from *from, size_t table, size_t role)
{
	sv_planner *p = s->planner;
	const sv_graph *g = p->view->graph;
	if (from->table_index == table && role == SV_NONE)
		return from;
	if (p->model->is_seed)
		return sv_scope_seed_table(s, table);
	sv_ways all = sv_graph_ways(p->arena, g, from->table_index, table);
	sv_ways left = sv_graph_choose(p->arena, g, all, (sv_choice){role, s->uses});
	if (left.count != 1 || left.is_cut) {
		sv_refuse_way(p, &s->asker, from->table_index, table, role, left.count ? &left : &all);
		return NULL;
	}
	if (depth_of(from) + left.items[0].count > SV_MAX_NESTING) {
		sv_diags_add(p->diags, SV_E_LIMIT, s->asker.place,
		             "table '%.*s' is %zu steps away from '%.*s', at most %d are followed",
		             SV_FMT(p->model->tables[table].name), depth_of(from) + left.items[0].count,
		             SV_FMT(p->model->tables[s->home].name), (int)SV_MAX_NESTING)
		    ->hint = "Shorten the way by a query as the source of a table";
		return NULL;
	}
	sv_from *at = from;
	for (size_t i = 0; i < left.items[0].count; i++)
		at = take_step(s, at, left.items[0].steps[i]);
	return at;
}

sv_from *sv_scope_seed_table(sv_scope *s, size_t table)
{
	sv_planner *p = s->planner;
	sv_from *root = s->select->from;
	if (table == 0)
		return root;
	size_t join = table - 1; /* relationships[i] joins tables[i + 1] */
	sv_from *item = find_child(root, join, false);
	if (item)
		return item;
	const sv_expr *on = &p->model->relationships[join].on;
	item = table_item(p, table, join);
	item->on = SV_NEW(p->arena, sv_text);
	item->on_count = 1;
	add_child(root, item, true);
	uint32_t end = (uint32_t)on->text.len;
	return sv_text_put_range(s, root, 0, on, 0, end, item->on) ? item : NULL;
}

sv_from *sv_scope_join_select(sv_scope *s, sv_from *parent, sv_select *select, sv_str alias)
{
	sv_planner *p = s->planner;
	sv_from *item = SV_NEW(p->arena, sv_from);
	item->kind = SV_FROM_SELECT;
	item->selects = SV_NEW(p->arena, sv_select *);
	item->selects[0] = select;
	item->select_count = 1;
	item->alias = alias;
	item->table_index = SV_NONE;
	item->relationship = SV_NONE;
	add_child(parent, item, false);
	return item;
}

bool sv_scope_reaches(const sv_scope *s, const sv_expr *e, const bool *reach)
{
	const sv_planner *p = s->planner;
	if (p->model->is_seed)
		return true;
	for (size_t i = 0; i < e->ref_count; i++) {
		const sv_ref *ref = &e->refs[i];
		if (ref->table == SV_NONE)
			continue;
		if (!reach[ref->table])
			return false;
		if (ref->role == SV_NONE)
			continue;
		sv_ways ways = sv_graph_ways(p->arena, p->view->graph, s->home, ref->table);
		sv_choice choice = {.role = ref->role};
		if (sv_graph_choose(p->arena, p->view->graph, ways, choice).count == 0)
			return false;
	}
	return true;
}
