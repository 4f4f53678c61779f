/* What only paths can tell about a definition: each expression is put together
 * once, from the rows of its own table, and the problems on the way are kept. */
#include "plan/plan_int.h"

static const char *reader_of(sv_planner *p, const sv_member *m)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "%s '%.*s'", sv_member_kind_name(m->kind), SV_FMT(m->name));
	if (m->table.index != SV_NONE)
		sv_buf_putf(&b, " of table '%.*s'", SV_FMT(p->model->tables[m->table.index].name));
	return sv_buf_cstr(&b);
}

static void check_uses(sv_planner *p, const sv_member *m)
{
	const bool *reach = sv_graph_reach(p->arena, p->view->graph, m->table.index);
	for (size_t i = 0; i < m->uses.count; i++) {
		const sv_named *use = &m->uses.items[i];
		const sv_relationship *rel = &p->model->relationships[use->index];
		if (reach[rel->from.index] || (rel->is_one_to_one && reach[rel->to.index]))
			continue;
		sv_diags_add(p->diags, SV_E_FAN_OUT, use->place,
		             "metric '%.*s' uses relationship '%.*s', which table '%.*s' does not reach",
		             SV_FMT(m->name), SV_FMT(rel->name),
		             SV_FMT(p->model->tables[m->table.index].name))
		    ->hint = "USING names relationships on the way from the metric's table to others";
	}
}

static void check_metric(sv_planner *p, sv_scope *s, const sv_member *m)
{
	const sv_expr *e = &m->expr;
	if (m->table.index == SV_NONE)
		return;
	for (size_t i = 0; i < e->call_count; i++) {
		sv_text ignored = {0};
		sv_text_put_range(s, s->select->from, m->table.index, e, e->calls[i].start, e->calls[i].end,
		                  &ignored);
	}
	check_uses(p, m);
	sv_asker asker = s->asker;
	for (size_t i = 0; i < m->non_additive_count + m->per.count; i++) {
		const sv_named *d = i < m->non_additive_count ? &m->non_additive[i].dimension
		                                              : &m->per.items[i - m->non_additive_count];
		sv_text ignored = {0};
		s->asker = (sv_asker){
		    .metric = m,
		    .wanted = &p->model->members[d->index],
		    .place = d->place,
		};
		sv_text_put_item(s, &(sv_item){.member = d->index, .role = SV_NONE}, &ignored);
	}
	s->asker = asker;
}

static void check_member(sv_planner *p, size_t member)
{
	const sv_member *m = &p->model->members[member];
	sv_scope s;
	if (m->table.index == SV_NONE)
		return;
	sv_scope_open(&s, p, m->table.index, m->uses);
	s.asker = (sv_asker){.reader = reader_of(p, m), .place = m->expr.place};
	sv_text ignored = {0};
	if (m->kind == SV_METRIC)
		check_metric(p, &s, m);
	else
		sv_text_put_member(&s, s.select->from, member, &ignored);
}

/* A filter holds for tables from which everything that it names is reached. */
static void check_filter(sv_planner *p, const sv_expr *filter)
{
	for (size_t t = 0; t < p->model->table_count; t++) {
		sv_scope s;
		sv_scope_open(&s, p, t, (sv_nameds){0});
		if (sv_scope_reaches(&s, filter, sv_graph_reach(p->arena, p->view->graph, t)))
			return;
	}
	sv_diags_add(p->diags, SV_E_FAN_OUT, filter->place,
	             "no table reaches everything that the filter '%.*s' names", SV_FMT(filter->text))
	    ->hint = "A filter holds for the tables from which relationships lead to all that it names";
}

bool sv_plan_check(sv_arena *a, const sv_view *v, sv_diags *diags)
{
	sv_planner p = {.arena = a, .view = v, .model = v->model, .diags = diags};
	int before = diags->count;
	for (size_t i = 0; i < v->model->filter_count && !v->model->is_seed; i++)
		check_filter(&p, &v->model->filters[i]);
	if (diags->count != before)
		return false;
	for (size_t i = 0; i < sv_model_member_count(v->model); i++)
		check_member(&p, i);
	return diags->count == before;
}
