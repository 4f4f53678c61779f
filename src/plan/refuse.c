#include "plan/plan_int.h"

static sv_str table_name(const sv_planner *p, size_t table)
{
	return p->model->tables[table].name;
}

static const char *kind_of(const sv_member *m)
{
	return sv_member_kind_name(m->kind);
}

/* "metric 'balance' of table 'c' cannot be grouped by dimension 'status' of table 'o'" */
static void put_subject(const sv_planner *p, const sv_asker *asker, size_t from, size_t to,
                        sv_buf *out)
{
	const sv_member *metric = asker->metric;
	const sv_member *wanted = asker->wanted;
	if (metric && wanted) {
		sv_buf_putf(out, "metric '%.*s' of table '%.*s'", SV_FMT(metric->name),
		            SV_FMT(table_name(p, metric->table.index)));
		if (asker->outer && asker->outer != metric)
			sv_buf_putf(out, ", which metric '%.*s' names,", SV_FMT(asker->outer->name));
		sv_buf_putf(out, " cannot be %s by %s '%.*s' of table '%.*s'",
		            asker->is_filter ? "filtered" : "grouped", kind_of(wanted),
		            SV_FMT(wanted->name), SV_FMT(table_name(p, wanted->table.index)));
		if (wanted->table.index != to)
			sv_buf_putf(out, ", which reads table '%.*s'", SV_FMT(table_name(p, to)));
	} else if (asker->reader) {
		sv_buf_putf(out, "%s cannot read table '%.*s' from '%.*s'", asker->reader,
		            SV_FMT(table_name(p, to)), SV_FMT(table_name(p, from)));
	} else if (wanted) {
		sv_buf_putf(out, "%s '%.*s' of table '%.*s' cannot be %s the rows of table '%.*s'",
		            kind_of(wanted), SV_FMT(wanted->name),
		            SV_FMT(table_name(p, wanted->table.index)),
		            asker->is_filter ? "used to filter" : "shown for", SV_FMT(table_name(p, from)));
	} else {
		sv_buf_putf(out, "table '%.*s' cannot be read from '%.*s'", SV_FMT(table_name(p, to)),
		            SV_FMT(table_name(p, from)));
	}
}

static void put_reachable(const sv_planner *p, size_t from, sv_buf *out)
{
	enum { SHOWN = 6 };
	const bool *reach = sv_graph_reach(p->arena, p->view->graph, from);
	size_t shown = 0;
	for (size_t t = 0; t < p->model->table_count && shown < SHOWN; t++)
		if (reach[t] && t != from)
			sv_buf_putf(out, shown++ ? ", '%.*s'" : " or of a table that it leads to: '%.*s'",
			            SV_FMT(table_name(p, t)));
}

static void refuse_fan_out(sv_planner *p, const sv_asker *asker, size_t from, size_t to)
{
	sv_buf message = SV_BUF_INIT(p->arena);
	sv_buf hint = SV_BUF_INIT(p->arena);
	size_t one = 0;
	size_t many = 0;
	size_t r = sv_graph_find_fan_out(p->arena, p->view->graph, from, to, &one, &many);
	put_subject(p, asker, from, to, &message);
	if (r != SV_NONE)
		sv_buf_putf(&message, ": relationship '%.*s' leads from one '%.*s' to many '%.*s'",
		            SV_FMT(p->model->relationships[r].name), SV_FMT(table_name(p, one)),
		            SV_FMT(table_name(p, many)));
	else
		sv_buf_putf(&message, ": no relationship leads from '%.*s' to '%.*s'",
		            SV_FMT(table_name(p, from)), SV_FMT(table_name(p, to)));
	if (asker->is_request) {
		sv_buf_putf(&hint, "%s a dimension of '%.*s'", asker->is_filter ? "Filter by" : "Ask for",
		            SV_FMT(table_name(p, from)));
		put_reachable(p, from, &hint);
		sv_buf_putf(&hint, "; or declare a metric of '%.*s'", SV_FMT(table_name(p, to)));
	} else if (r != SV_NONE) {
		sv_buf_putf(&hint,
		            "Aggregate the rows of '%.*s' in a fact of '%.*s' and read that, or declare "
		            "this on '%.*s'",
		            SV_FMT(table_name(p, to)), SV_FMT(table_name(p, one)),
		            SV_FMT(table_name(p, to)));
	} else {
		sv_buf_putf(&hint, "Declare one under RELATIONSHIPS");
	}
	sv_diags_add(p->diags, SV_E_FAN_OUT, asker->place, "%s", sv_buf_cstr(&message))->hint =
	    sv_buf_cstr(&hint);
}

/* A relationship of this way that no other way passes; SV_NONE: there is none. */
static size_t own_relationship(const sv_ways *ways, size_t way)
{
	for (size_t s = 0; s < ways->items[way].count; s++) {
		size_t r = ways->items[way].steps[s].relationship;
		bool is_own = true;
		for (size_t k = 0; k < ways->count && is_own; k++)
			is_own = k == way || !sv_way_passes(ways->items[k], r);
		if (is_own)
			return r;
	}
	return SV_NONE;
}

static void put_way(const sv_planner *p, sv_way way, sv_buf *out)
{
	for (size_t s = 0; s < way.count; s++)
		sv_buf_putf(out, "%s'%.*s'", s ? " then " : "",
		            SV_FMT(p->model->relationships[way.steps[s].relationship].name));
}

/* Whether asking for this relationship leaves one way. */
static bool is_enough(sv_planner *p, const sv_asker *asker, size_t from, size_t to, size_t role)
{
	const sv_graph *g = p->view->graph;
	sv_choice choice = {role, asker->metric ? asker->metric->uses : (sv_nameds){0}};
	sv_ways all = sv_graph_ways(p->arena, g, from, to);
	return sv_graph_choose(p->arena, g, all, choice).count == 1;
}

static void refuse_ambiguity(sv_planner *p, const sv_asker *asker, size_t from, size_t to,
                             const sv_ways *ways)
{
	enum { SHOWN = 8 };
	static const sv_words no_keywords; /* an item of a request may be any word */
	sv_buf message = SV_BUF_INIT(p->arena);
	sv_buf hint = SV_BUF_INIT(p->arena);
	hint.keywords = &no_keywords;
	const sv_member *wanted = asker->wanted;
	if (asker->reader)
		sv_buf_putf(&message, "%s is ambiguous", asker->reader);
	else if (wanted)
		sv_buf_putf(&message, "%s '%.*s' is ambiguous", kind_of(wanted), SV_FMT(wanted->name));
	else
		sv_buf_putf(&message, "the way from '%.*s' is ambiguous", SV_FMT(table_name(p, from)));
	sv_buf_putf(&message, ": table '%.*s' is reached by relationships ", SV_FMT(table_name(p, to)));
	size_t named = 0;
	for (size_t i = 0; i < ways->count && i < SHOWN; i++) {
		sv_buf_puts(&message, i ? ", " : "");
		put_way(p, ways->items[i], &message);
		size_t r = own_relationship(ways, i);
		if (r == SV_NONE)
			continue;
		if (!asker->is_request || !wanted || !is_enough(p, asker, from, to, r))
			continue;
		sv_buf_puts(&hint, named++ ? " or '" : "Ask for '");
		sv_buf_put_ident(&hint, p->model->relationships[r].name);
		sv_buf_putc(&hint, '.');
		sv_buf_put_ident(&hint, wanted->name);
		sv_buf_putc(&hint, '\'');
	}
	if (ways->count > SHOWN || ways->is_cut)
		sv_buf_puts(&message, " and more");
	if (asker->metric)
		sv_buf_putf(&message, " (for metric '%.*s' of table '%.*s')", SV_FMT(asker->metric->name),
		            SV_FMT(table_name(p, asker->metric->table.index)));
	if (!named)
		sv_buf_puts(&hint, asker->metric ? "Choose in the metric with USING (relationship), or "
		                                   "declare one of them DEFAULT"
		                                 : "Choose by writing relationship.name in the expression, "
		                                   "or declare one of them DEFAULT");
	else if (asker->metric)
		sv_buf_puts(&hint, ", or choose in the metric with USING");
	sv_diags_add(p->diags, SV_E_AMBIGUOUS, asker->place, "%s", sv_buf_cstr(&message))->hint =
	    sv_buf_cstr(&hint);
}

/* The role leads elsewhere, or lies on no way from these rows. */
static void refuse_role(sv_planner *p, const sv_asker *asker, size_t from, size_t to, size_t role,
                        const sv_ways *ways)
{
	sv_buf message = SV_BUF_INIT(p->arena);
	sv_buf hint = SV_BUF_INIT(p->arena);
	put_subject(p, asker, from, to, &message);
	sv_buf_putf(&message, ": no way from '%.*s' to '%.*s' passes relationship '%.*s'",
	            SV_FMT(table_name(p, from)), SV_FMT(table_name(p, to)),
	            SV_FMT(p->model->relationships[role].name));
	sv_buf_puts(&hint, "The ways there are: ");
	for (size_t i = 0; i < ways->count && i < 4; i++) {
		sv_buf_puts(&hint, i ? "; " : "");
		put_way(p, ways->items[i], &hint);
	}
	sv_diags_add(p->diags, SV_E_FAN_OUT, asker->place, "%s", sv_buf_cstr(&message))->hint =
	    sv_buf_cstr(&hint);
}

void sv_refuse_way(sv_planner *p, const sv_asker *asker, size_t from, size_t to, size_t role,
                   const sv_ways *ways)
{
	if (ways->count == 0) {
		refuse_fan_out(p, asker, from, to);
		return;
	}
	if (role != SV_NONE) {
		bool passes = false;
		for (size_t i = 0; i < ways->count; i++)
			passes = passes || sv_way_passes(ways->items[i], role);
		if (!passes) {
			refuse_role(p, asker, from, to, role, ways);
			return;
		}
	}
	refuse_ambiguity(p, asker, from, to, ways);
}
