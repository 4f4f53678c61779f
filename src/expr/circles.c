#include "expr/reading_int.h"

/* Members that name each other, depth first. */
typedef struct {
	sv_arena *arena;
	const sv_model *model;
	sv_diags *diags;
	unsigned char *state; /* 0 new, 1 on the way, 2 done */
	size_t *depth;        /* 1: names no member */
	size_t *way;
	size_t length;
	bool ok;
} visit;

static const char *plural(const sv_model *m, const size_t *members, size_t count)
{
	bool has[3] = {false};
	for (size_t i = 0; i < count; i++)
		has[m->members[members[i]].kind] = true;
	if (has[SV_METRIC])
		return "metrics";
	if (has[SV_FACT] && has[SV_DIMENSION])
		return "facts and dimensions";
	return has[SV_FACT] ? "facts" : "dimensions";
}

/* The way ends where the circle closes: at `again`. */
static void report_circle(visit *v, size_t again)
{
	const sv_model *m = v->model;
	sv_buf names = SV_BUF_INIT(v->arena);
	size_t first = v->length;
	while (v->way[first - 1] != again)
		first--;
	first--;
	for (size_t i = first; i < v->length; i++)
		sv_buf_putf(&names, "%s'%.*s'", i == first ? "" : ", ", SV_FMT(m->members[v->way[i]].name));
	sv_diags_add(v->diags, SV_E_CYCLE, m->members[again].place, "%s %s refer to each other",
	             plural(m, v->way + first, v->length - first), sv_buf_cstr(&names));
	v->ok = false;
}

static void visit_member(visit *v, size_t i)
{
	const sv_model *m = v->model;
	const sv_expr *e = &m->members[i].expr;
	v->state[i] = 1;
	v->depth[i] = 1;
	v->way[v->length++] = i;
	for (size_t k = 0; k < e->ref_count; k++) {
		size_t next = e->refs[k].member;
		if (next == SV_NONE)
			continue;
		if (v->state[next] == 0)
			visit_member(v, next);
		else if (v->state[next] == 1)
			report_circle(v, next);
		if (v->state[next] == 2 && v->depth[next] >= v->depth[i])
			v->depth[i] = v->depth[next] + 1;
	}
	v->state[i] = 2;
	v->length--;
	if (v->depth[i] == SV_MAX_NESTING + 1) {
		sv_diags_add(v->diags, SV_E_LIMIT, m->members[i].place,
		             "%s '%.*s' is nested more than %d deep in other members",
		             sv_member_kind_name(m->members[i].kind), SV_FMT(m->members[i].name),
		             SV_MAX_NESTING);
		v->ok = false;
	}
}

bool sv_circles_check(sv_arena *a, const sv_model *m, sv_diags *diags)
{
	size_t count = sv_model_member_count(m);
	visit v = {.arena = a, .model = m, .diags = diags, .ok = true};
	v.state = SV_NEW_N(a, unsigned char, count);
	v.depth = SV_NEW_N(a, size_t, count);
	v.way = SV_NEW_N(a, size_t, count);
	for (size_t i = 0; i < count; i++)
		if (v.state[i] == 0)
			visit_member(&v, i);
	return v.ok;
}
