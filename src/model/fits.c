#include "model/fits_int.h"

/* The table that the member belongs to, as validation will find it. */
static bool is_of_table(const sv_model *m, const sv_member *member, size_t table)
{
	if (!member->table.name.ptr)
		return m->table_count == 1 || (m->is_seed && table == 0);
	return sv_str_ieq(member->table.name, m->tables[table].name);
}

static bool has_table(const sv_model *m, const sv_member *member)
{
	return member->table.name.ptr || m->table_count == 1 || m->is_seed;
}

/* ---- spans ---- */

static bool is_between(const sv_ref *r, uint32_t start, uint32_t end)
{
	return r->start >= start && r->end <= end;
}

/* The reference lies in the call or window that it names, and in no other. */
static bool is_placed(const sv_expr *x, const sv_ref *r)
{
	for (size_t i = 0; i < x->call_count; i++)
		if (r->call == i ? !is_between(r, x->calls[i].start, x->calls[i].end)
		                 : r->start < x->calls[i].end && r->end > x->calls[i].start)
			return false;
	for (size_t i = 0; i < x->window_count; i++)
		if (r->window == i ? !is_between(r, x->windows[i].start, x->windows[i].end)
		                   : r->start < x->windows[i].end && r->end > x->windows[i].start)
			return false;
	return (r->call == SV_NONE || r->call < x->call_count) &&
	       (r->window == SV_NONE || r->window < x->window_count);
}

/* In a window a reference lies before, in or behind PARTITION BY. */
static bool is_in_a_part(const sv_window *w, const sv_ref *r)
{
	return is_between(r, w->start, w->partition_start) ||
	       is_between(r, w->partition_start, w->partition_end) ||
	       is_between(r, w->partition_end, w->end);
}

/* A call is no part of a window: that is computed over finished values. */
static bool are_apart(const sv_expr *x)
{
	for (size_t c = 0; c < x->call_count; c++)
		for (size_t w = 0; w < x->window_count; w++)
			if (x->calls[c].start < x->windows[w].end && x->calls[c].end > x->windows[w].start)
				return false;
	return true;
}

/* ---- what may stand where ---- */

static bool is_row_level(const sv_model *m, const sv_ref *r)
{
	if (r->kind == SV_REF_METRIC || (r->role != SV_NONE && m->is_seed))
		return false;
	if (r->kind == SV_REF_BARE)
		return m->is_seed;
	return r->kind == SV_REF_COLUMN || is_of_table(m, &m->members[r->member], r->table);
}

static bool is_finished(const sv_model *m, const sv_expr *x, const sv_ref *r)
{
	if (r->kind == SV_REF_METRIC)
		return r->window == SV_NONE || is_in_a_part(&x->windows[r->window], r);
	return r->kind == SV_REF_MEMBER && r->window != SV_NONE &&
	       is_in_a_part(&x->windows[r->window], r) && m->members[r->member].kind == SV_DIMENSION;
}

static bool fits_metric(const sv_model *m, const sv_member *it, const sv_expr *x)
{
	bool names_metric = false;
	for (size_t i = 0; i < x->ref_count; i++) {
		const sv_ref *r = &x->refs[i];
		names_metric = names_metric || r->kind == SV_REF_METRIC;
		if (r->call == SV_NONE ? !is_finished(m, x, r) : !is_row_level(m, r))
			return false;
	}
	if (!x->call_count)
		return names_metric && !it->non_additive_count;
	return has_table(m, it);
}

static bool fits_rows(const sv_model *m, const sv_expr *x)
{
	for (size_t i = 0; i < x->ref_count; i++)
		if (!is_row_level(m, &x->refs[i]))
			return false;
	return x->window_count == 0;
}

/* A join condition reads what stands before it, and the joined table. */
static bool fits_join(const sv_expr *x, size_t join)
{
	for (size_t i = 0; i < x->ref_count; i++)
		if (x->refs[i].table != SV_NONE && x->refs[i].table > join + 1)
			return false;
	return true;
}

bool sv_resolved_fits(const sv_model *m, size_t index, const sv_expr *x)
{
	size_t members = sv_model_member_count(m);
	for (size_t i = 0; i < x->ref_count; i++)
		if (!is_placed(x, &x->refs[i]))
			return false;
	for (size_t i = 0; i < x->window_count; i++)
		if (x->windows[i].over >= x->windows[i].end)
			return false;
	if (!are_apart(x))
		return false;
	if (index >= members)
		return fits_rows(m, x) && x->call_count == 0 &&
		       (index < members + m->filter_count ||
		        fits_join(x, index - members - m->filter_count));
	const sv_member *it = &m->members[index];
	if (it->kind == SV_METRIC)
		return fits_metric(m, it, x);
	return fits_rows(m, x) && has_table(m, it) && (it->kind == SV_FACT || x->call_count == 0);
}
