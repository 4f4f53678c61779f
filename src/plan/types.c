#include "plan/plan_int.h"

/* One column of the answer: which of the queries has it. */
typedef struct {
	sv_from *from;
	sv_str name;
} place;

typedef struct {
	sv_planner *p;
	const size_t *members;
	size_t count;
	place *places; /* one per member */
	sv_select **selects;
	size_t select_count;
} job;

static sv_str numbered(sv_planner *p, const char *base, size_t number)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "%s%zu", base, number);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static sv_from *add_select(job *j, sv_select *select)
{
	sv_from *from = SV_NEW(j->p->arena, sv_from);
	from->alias = numbered(j->p, "t", j->select_count + 1);
	j->selects[j->select_count++] = select;
	return from;
}

/* Facts and dimensions of one table: columns of a query over its rows. */
static bool add_rows(job *j, size_t table)
{
	sv_planner *p = j->p;
	sv_scope s;
	sv_from *from = NULL;
	for (size_t i = 0; i < j->count; i++) {
		const sv_member *m = &p->model->members[j->members[i]];
		if (m->kind == SV_METRIC || m->table.index != table)
			continue;
		if (!from) {
			sv_scope_open(&s, p, table, (sv_nameds){0});
			from = add_select(j, s.select);
		}
		s.asker = (sv_asker){.wanted = m, .place = m->expr.place};
		j->places[i] = (place){from, numbered(p, "m", i + 1)};
		if (!sv_text_put_item(&s, &(sv_item){.member = j->members[i], .role = SV_NONE},
		                      sv_select_add(p, s.select, j->places[i].name)))
			return false;
	}
	if (from)
		sv_scope_finish(&s);
	return true;
}

/* Each once. */
static void add_to_items(sv_planner *p, sv_items *items, sv_item item)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].member == item.member && items->items[i].role == item.role)
			return;
	sv_items_add(p, items, item);
}

/* The dimensions that the windows of a metric name, also through other metrics. */
static void add_window_dimensions(sv_planner *p, size_t member, bool *seen, sv_items *out)
{
	const sv_expr *e = &p->model->members[member].expr;
	if (seen[member])
		return;
	seen[member] = true;
	for (size_t i = 0; i < e->ref_count; i++) {
		const sv_ref *ref = &e->refs[i];
		if (ref->kind == SV_REF_METRIC)
			add_window_dimensions(p, ref->member, seen, out);
		else if (ref->kind == SV_REF_MEMBER && ref->window != SV_NONE)
			add_to_items(p, out,
			             (sv_item){ref->member, ref->role, numbered(p, "d", out->count + 1)});
	}
	for (size_t w = 0; w < e->window_count; w++)
		for (size_t i = 0; i < e->windows[w].excluded_count; i++)
			add_to_items(
			    p, out,
			    (sv_item){e->windows[w].excluded[i], SV_NONE, numbered(p, "d", out->count + 1)});
}

const bool *sv_plan_required_dimensions(sv_arena *a, const sv_view *v, size_t metric)
{
	sv_planner p = {.arena = a, .view = v, .model = v->model};
	sv_items needed = {0};
	bool *required = SV_NEW_N(a, bool, sv_model_member_count(v->model));
	add_window_dimensions(&p, metric, SV_NEW_N(a, bool, sv_model_member_count(v->model)), &needed);
	for (size_t i = 0; i < needed.count; i++)
		required[needed.items[i].member] = true;
	return required;
}

/* Metrics without windows stand in one query; each other one in its own, with the
 * dimensions that it needs. */
static bool add_metrics(job *j)
{
	sv_planner *p = j->p;
	sv_items plain = {0};
	sv_from *plain_from = SV_NEW(p->arena, sv_from);
	for (size_t i = 0; i < j->count; i++) {
		if (p->model->members[j->members[i]].kind != SV_METRIC)
			continue;
		sv_items needed = {0};
		sv_item item = {j->members[i], SV_NONE, numbered(p, "m", i + 1)};
		add_window_dimensions(p, j->members[i],
		                      SV_NEW_N(p->arena, bool, sv_model_member_count(p->model)), &needed);
		j->places[i] = (place){plain_from, item.name};
		if (needed.count == 0) {
			add_to_items(p, &plain, item);
			continue;
		}
		sv_items one = {&item, 1, 1};
		sv_select *select = sv_metrics_plan(p, &needed, &one, NULL);
		if (!select)
			return false;
		j->places[i].from = add_select(j, select);
	}
	if (plain.count == 0)
		return true;
	sv_items none = {0};
	sv_select *select = sv_metrics_plan(p, &none, &plain, NULL);
	if (!select)
		return false;
	plain_from->alias = add_select(j, select)->alias;
	return true;
}

const sv_plan *sv_plan_types(sv_arena *a, const sv_view *v, const size_t *members, size_t count,
                             sv_diags *diags)
{
	sv_planner p = {.arena = a, .view = v, .model = v->model, .diags = diags};
	p.is_for_types = true;
	job j = {.p = &p, .members = members, .count = count};
	j.places = SV_NEW_N(a, place, count);
	j.selects = SV_NEW_N(a, sv_select *, v->model->table_count + count + 1);
	for (size_t t = 0; t < v->model->table_count; t++)
		if (!add_rows(&j, t))
			return NULL;
	if (!add_metrics(&j))
		return NULL;
	sv_plan *plan = SV_NEW(a, sv_plan);
	sv_select *root = SV_NEW(a, sv_select);
	sv_from *cross = SV_NEW(a, sv_from);
	cross->kind = SV_FROM_CROSS;
	cross->selects = j.selects;
	cross->select_count = j.select_count;
	root->from = cross;
	for (size_t i = 0; i < count; i++)
		sv_text_put_column(&p, sv_select_add(&p, root, numbered(&p, "m", i + 1)), j.places[i].from,
		                   j.places[i].name);
	plan->root = root;
	return plan;
}
