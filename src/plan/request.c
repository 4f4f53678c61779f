#include "plan/plan_int.h"

/* Rows of one table, as they are or each combination once. */
static sv_select *plan_rows(sv_planner *p, const sv_items *dimensions, const sv_items *facts,
                            const sv_expr *where)
{
	size_t home = sv_home_find(p, dimensions, facts, where);
	if (home == SV_NONE)
		return NULL;
	sv_scope s;
	sv_scope_open(&s, p, home, (sv_nameds){0});
	s.select->is_distinct = facts->count == 0;
	const sv_items *lists[] = {dimensions, facts};
	for (size_t l = 0; l < 2; l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			const sv_item *item = &lists[l]->items[i];
			s.asker = (sv_asker){
			    .wanted = &p->model->members[item->member],
			    .is_request = true,
			    .place = SV_NOWHERE,
			};
			if (!sv_text_put_item(&s, item, sv_select_add(p, s.select, item->name)))
				return NULL;
		}
	}
	for (size_t i = 0; where && !p->model->is_seed && i < where->ref_count; i++) {
		const sv_ref *ref = &where->refs[i];
		if (ref->kind != SV_REF_MEMBER)
			continue;
		s.asker = (sv_asker){
		    .wanted = &p->model->members[ref->member],
		    .is_filter = true,
		    .is_request = true,
		    .place = SV_NOWHERE,
		};
		if (!sv_scope_reach(&s, s.select->from, ref->table, ref->role))
			return NULL;
	}
	if (!sv_scope_put_where(&s, where))
		return NULL;
	sv_scope_finish(&s);
	return s.select;
}

const sv_plan *sv_plan_request(sv_arena *a, const sv_view *v, const sv_request *r, sv_diags *diags)
{
	sv_planner p = {
	    .arena = a, .view = v, .model = v->model, .diags = diags, .exact_keys = r->exact_keys};
	sv_items dimensions = {0};
	sv_items metrics = {0};
	sv_items facts = {0};
	if (!sv_items_read(&p, r, &dimensions, &metrics, &facts))
		return NULL;
	sv_plan *plan = SV_NEW(a, sv_plan);
	plan->root = metrics.count ? sv_metrics_plan(&p, &dimensions, &metrics, r->where)
	                           : plan_rows(&p, &dimensions, &facts, r->where);
	plan->asked_keys = p.asked_keys;
	return plan->root ? plan : NULL;
}
