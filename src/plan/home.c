/*
 * Whose rows answer a request without metrics (docs: design, rule 4).
 *
 * Candidates are the tables from which everything requested is reached, be it in
 * several ways; one-to-one partners are one candidate.  One that has a requested
 * member is taken, else the one that reaches no other.
 */
#include "plan/plan_int.h"

/* Tables from which `table` is reached, passing `role` when one was chosen. */
static void narrow(sv_planner *p, bool *is_candidate, size_t table, size_t role)
{
	const sv_graph *g = p->view->graph;
	const bool *reaches = sv_graph_reached_from(p->arena, g, table);
	for (size_t t = 0; t < p->model->table_count; t++) {
		if (!is_candidate[t])
			continue;
		is_candidate[t] = reaches[t];
		if (reaches[t] && role != SV_NONE) {
			sv_ways ways = sv_graph_ways(p->arena, g, t, table);
			sv_choice choice = {role, {0}};
			is_candidate[t] = sv_graph_choose(p->arena, g, ways, choice).count > 0;
		}
	}
}

static void narrow_items(sv_planner *p, bool *is_candidate, const sv_items *items, bool *has_member)
{
	for (size_t i = 0; i < items->count; i++) {
		size_t table = p->model->members[items->items[i].member].table.index;
		narrow(p, is_candidate, table, items->items[i].role);
		has_member[table] = true;
	}
}

static void put_tables(const sv_planner *p, const bool *flags, sv_buf *out)
{
	bool any = false;
	for (size_t t = 0; t < p->model->table_count; t++) {
		if (!flags[t])
			continue;
		sv_buf_putf(out, "%s'%.*s'", any ? ", " : "", SV_FMT(p->model->tables[t].name));
		any = true;
	}
}

/* The first requested member of each table: dimension 'region' of table 'c', ... */
static void put_members(const sv_planner *p, const sv_items *items, const char *kind, bool *is_told,
                        sv_buf *out)
{
	for (size_t i = 0; i < items->count; i++) {
		const sv_member *m = &p->model->members[items->items[i].member];
		if (is_told[m->table.index])
			continue;
		is_told[m->table.index] = true;
		sv_buf_putf(out, "%s%s '%.*s' of table '%.*s'", out->len ? ", " : "", kind, SV_FMT(m->name),
		            SV_FMT(p->model->tables[m->table.index].name));
	}
}

static size_t refuse_none(sv_planner *p, const sv_items *dimensions, const sv_items *facts,
                          const sv_expr *where)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	bool *is_told = SV_NEW_N(p->arena, bool, p->model->table_count);
	put_members(p, facts, "fact", is_told, &b);
	put_members(p, dimensions, "dimension", is_told, &b);
	if (where)
		sv_buf_puts(&b, ", and what where_clause names");
	sv_diags_add(p->diags, SV_E_FAN_OUT, SV_NOWHERE, "no table reaches everything requested: %s",
	             sv_buf_cstr(&b))
	    ->hint =
	    "Ask for fewer of them, ask for metrics instead, or declare the relationships that "
	    "lead to these tables";
	return SV_NONE;
}

static size_t refuse_several(sv_planner *p, const bool *is_lowest)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_puts(&b, "the dimensions meet in the rows of several tables: ");
	put_tables(p, is_lowest, &b);
	sv_diags_add(p->diags, SV_E_AMBIGUOUS, SV_NOWHERE, "%s", sv_buf_cstr(&b))->hint =
	    "Add a metric or a dimension of the table whose rows are meant";
	return SV_NONE;
}

/* Per table the first table in TABLES that one-to-one relationships connect it to. */
static const size_t *find_partners(sv_planner *p)
{
	const sv_model *m = p->model;
	size_t *first = SV_NEW_N(p->arena, size_t, m->table_count);
	for (size_t t = 0; t < m->table_count; t++)
		first[t] = t;
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t r = 0; r < m->relationship_count; r++) {
			const sv_relationship *rel = &m->relationships[r];
			size_t from = first[rel->from.index];
			size_t to = first[rel->to.index];
			if (!rel->is_one_to_one || from == to)
				continue;
			first[rel->from.index] = first[rel->to.index] = from < to ? from : to;
			changed = true;
		}
	}
	return first;
}

/* Keeps one candidate of each group of partners: one that has a requested member
 * before others, else the first in TABLES. */
static void keep_one_partner(sv_planner *p, bool *is_candidate, const bool *has_member,
                             const size_t *partner)
{
	for (size_t t = 0; t < p->model->table_count; t++) {
		for (size_t other = 0; is_candidate[t] && other < p->model->table_count; other++) {
			if (other == t || !is_candidate[other] || partner[other] != partner[t])
				continue;
			bool goes_first = has_member[other] == has_member[t] ? other < t : has_member[other];
			if (goes_first)
				is_candidate[t] = false;
		}
	}
}

/* Leaves the candidates from which no other candidate is reached. */
static void keep_lowest(sv_planner *p, bool *is_candidate)
{
	size_t count = p->model->table_count;
	bool *is_lowest = SV_NEW_N(p->arena, bool, count);
	for (size_t t = 0; t < count; t++) {
		if (!is_candidate[t])
			continue;
		const bool *reach = sv_graph_reach(p->arena, p->view->graph, t);
		is_lowest[t] = true;
		for (size_t other = 0; other < count; other++)
			if (other != t && is_candidate[other] && reach[other])
				is_lowest[t] = false;
	}
	memcpy(is_candidate, is_lowest, count * sizeof(bool));
}

static size_t count_flags(const bool *flags, size_t count, size_t *last)
{
	size_t found = 0;
	for (size_t t = 0; t < count; t++) {
		if (flags[t]) {
			found++;
			*last = t;
		}
	}
	return found;
}

size_t sv_home_find(sv_planner *p, const sv_items *dimensions, const sv_items *facts,
                    const sv_expr *where)
{
	size_t count = p->model->table_count;
	if (p->model->is_seed)
		return 0;
	bool *is_candidate = SV_NEW_N(p->arena, bool, count);
	bool *has_member = SV_NEW_N(p->arena, bool, count);
	memset(is_candidate, 1, count * sizeof(bool));
	narrow_items(p, is_candidate, dimensions, has_member);
	narrow_items(p, is_candidate, facts, has_member);
	for (size_t i = 0; where && i < where->ref_count; i++)
		if (where->refs[i].table != SV_NONE)
			narrow(p, is_candidate, where->refs[i].table, where->refs[i].role);
	keep_one_partner(p, is_candidate, has_member, find_partners(p));
	bool *is_own = SV_NEW_N(p->arena, bool, count);
	for (size_t t = 0; t < count; t++)
		is_own[t] = is_candidate[t] && has_member[t];
	size_t home = SV_NONE;
	size_t found = count_flags(is_own, count, &home);
	if (found > 1)
		return refuse_several(p, is_own);
	if (found == 0) {
		keep_lowest(p, is_candidate);
		found = count_flags(is_candidate, count, &home);
		if (found > 1)
			return refuse_several(p, is_candidate);
	}
	return found ? home : refuse_none(p, dimensions, facts, where);
}
