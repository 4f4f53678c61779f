/*
 * Metrics: which rows each aggregate call reads, and how the values are put
 * together (docs: design, rules 1, 3, 6, 8, 9).
 *
 * A branch is a query over the rows of one table, grouped by the requested
 * dimensions.  The aggregate calls of a metric belong to the branch of the
 * metric's table, roles and non-additive dimensions.
 *
 *   one branch        SELECT d, sum(o.x) / count(*) FROM o GROUP BY 1
 *   several           SELECT d, any_value(x) / coalesce(any_value(n), 0)
 *                     FROM (branch UNION ALL BY NAME branch) GROUP BY 1
 *   window metrics    SELECT d, rank() OVER (ORDER BY x) FROM (one of the above)
 *
 * Branches over the same rows have the same groups, whatever dimensions they are
 * not additive by: they form one class.  Window calls are computed over the groups
 * of the classes of the metrics that they name.
 */
#include "model/names.h"
#include "plan/plan_int.h"

typedef struct {
	sv_scope scope;
	const sv_member *metric;      /* the first metric that it computes */
	const sv_member *outer;       /* the requested metric that needed it */
	sv_text *keys;                /* of the requested dimensions */
	const sv_non_additive **last; /* non-additive dimensions that are not requested */
	size_t last_count;
	sv_text *last_values;
	sv_text *per; /* PER dimensions */
	size_t per_count;
	size_t class;
	sv_str flag; /* column that tells that the class has rows in a group; NULL: none */
} branch;

typedef struct {
	bool is_seen;
	size_t branch;   /* of its own calls; SV_NONE: it has none */
	size_t level;    /* 0: no window; else how many layers of windows */
	sv_str *columns; /* per call: the column of its branch that holds it */
	sv_str column;   /* of the finished value in the inner query; NULL: not kept */
} metric_state;

typedef struct {
	sv_planner *p;
	const sv_items *dimensions;
	const sv_items *metrics;
	const sv_expr *where;
	branch **branches;
	size_t branch_count;
	size_t branch_cap;
	size_t class_count;
	metric_state *states; /* per metric of the view */
	size_t *needed;       /* metrics, those that others name before them */
	size_t needed_count;
	size_t levels;
	sv_from *union_item; /* what the union of the branches is called */
	sv_from *inner;      /* the query below the windows that are being computed */
	size_t level;        /* of the query being written */
} job;

static const sv_member *metric_at(const job *j, size_t member)
{
	return &j->p->model->members[member];
}

static metric_state *state_of(const job *j, size_t member)
{
	const sv_model *m = j->p->model;
	return &j->states[member - m->fact_count - m->dimension_count];
}

/* ---- branches ---- */

static sv_asker asker_for(const branch *b, const sv_member *wanted, bool is_filter)
{
	return (sv_asker){
	    .metric = b->metric,
	    .outer = b->outer,
	    .wanted = wanted,
	    .is_filter = is_filter,
	    .is_request = true,
	    .place = SV_NOWHERE,
	};
}

/* Reports what the where_clause cannot reach with the member's name. */
static bool check_where(job *j, branch *b)
{
	for (size_t i = 0; j->where && i < j->where->ref_count; i++) {
		const sv_ref *ref = &j->where->refs[i];
		if (ref->kind != SV_REF_MEMBER || j->p->model->is_seed)
			continue;
		b->scope.asker = asker_for(b, metric_at(j, ref->member), true);
		if (!sv_scope_reach(&b->scope, b->scope.select->from, ref->table, ref->role))
			return false;
	}
	return true;
}

static bool is_requested(const job *j, const branch *b, const sv_text *value, size_t member)
{
	for (size_t i = 0; i < j->dimensions->count; i++)
		if (j->dimensions->items[i].member == member && sv_text_same(&b->keys[i], value))
			return true;
	return false;
}

/* A dimension that the metric itself names: roles as the metric chooses them. */
static bool put_own_dimension(job *j, branch *b, size_t member, sv_text *out)
{
	b->scope.asker = asker_for(b, metric_at(j, member), false);
	b->scope.asker.is_request = false;
	return sv_text_put_item(&b->scope, &(sv_item){.member = member, .role = SV_NONE}, out);
}

static bool put_non_additive(job *j, branch *b)
{
	sv_arena *a = j->p->arena;
	const sv_member *m = b->metric;
	b->last = SV_NEW_N(a, const sv_non_additive *, m->non_additive_count);
	b->last_values = SV_NEW_N(a, sv_text, m->non_additive_count);
	for (size_t i = 0; i < m->non_additive_count; i++) {
		size_t member = m->non_additive[i].dimension.index;
		sv_text value = {0};
		if (!put_own_dimension(j, b, member, &value))
			return false;
		if (is_requested(j, b, &value, member))
			continue;
		b->last_values[b->last_count] = value;
		b->last[b->last_count++] = &m->non_additive[i];
	}
	if (b->last_count == 0)
		return true;
	b->per = SV_NEW_N(a, sv_text, m->per.count);
	for (size_t i = 0; i < m->per.count; i++) {
		sv_text value = {0};
		if (!put_own_dimension(j, b, m->per.items[i].index, &value))
			return false;
		if (!is_requested(j, b, &value, m->per.items[i].index))
			b->per[b->per_count++] = value;
	}
	return true;
}

/* The type of a dimension does not depend on the way to it, and there may be none:
 * (SELECT o.day FROM orders AS o WHERE false). */
static bool put_type_of(sv_planner *p, const sv_item *item, sv_text *out)
{
	sv_scope s;
	sv_scope_open(&s, p, p->model->members[item->member].table.index, (sv_nameds){0});
	sv_text *value = sv_select_add(p, s.select, SV_LIT("value"));
	if (!sv_text_put_member(&s, s.select->from, item->member, value))
		return false;
	sv_text_put_sql(p, sv_select_add_where(p, s.select), SV_LIT("false"));
	sv_scope_finish(&s);
	sv_text_add(p, out, SV_PIECE_SCALAR)->select = s.select;
	return true;
}

static bool put_key(sv_planner *p, branch *b, const sv_item *item, sv_text *out)
{
	return p->is_for_types ? put_type_of(p, item, out) : sv_text_put_item(&b->scope, item, out);
}

static branch *open_branch(job *j, const sv_member *metric, const sv_member *outer)
{
	sv_planner *p = j->p;
	branch *b = SV_NEW(p->arena, branch);
	b->metric = metric;
	b->outer = outer;
	sv_scope_open(&b->scope, p, metric->table.index, metric->uses);
	b->keys = SV_NEW_N(p->arena, sv_text, j->dimensions->count);
	for (size_t i = 0; i < j->dimensions->count; i++) {
		const sv_item *item = &j->dimensions->items[i];
		b->scope.asker = asker_for(b, metric_at(j, item->member), false);
		if (!put_key(p, b, item, &b->keys[i]))
			return NULL;
	}
	if (!check_where(j, b) || !sv_scope_put_where(&b->scope, j->where) || !put_non_additive(j, b))
		return NULL;
	b->scope.asker = asker_for(b, NULL, false);
	return b;
}

static bool same_texts(const sv_text *x, const sv_text *y, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!sv_text_same(&x[i], &y[i]))
			return false;
	return true;
}

/* The same rows in the same groups. */
static bool same_class(const job *j, const branch *x, const branch *y)
{
	const sv_select *s = x->scope.select;
	const sv_select *t = y->scope.select;
	return x->scope.home == y->scope.home && s->where_count == t->where_count &&
	       same_texts(x->keys, y->keys, j->dimensions->count) &&
	       same_texts(s->where, t->where, s->where_count);
}

static bool same_last(const branch *x, const branch *y)
{
	if (x->last_count != y->last_count || (x->last_count && x->per_count != y->per_count))
		return false;
	for (size_t i = 0; i < x->last_count; i++)
		if (x->last[i]->is_descending != y->last[i]->is_descending ||
		    (x->last[i]->nulls == SV_NULLS_LAST) != (y->last[i]->nulls == SV_NULLS_LAST))
			return false;
	return same_texts(x->last_values, y->last_values, x->last_count) &&
	       same_texts(x->per, y->per, x->per_count);
}

static size_t keep_branch(job *j, branch *made)
{
	made->class = SV_NONE;
	for (size_t i = 0; i < j->branch_count; i++) {
		if (!same_class(j, j->branches[i], made))
			continue;
		made->class = j->branches[i]->class;
		if (same_last(j->branches[i], made))
			return i;
	}
	if (made->class == SV_NONE)
		made->class = j->class_count++;
	if (j->branch_count == j->branch_cap) {
		size_t cap = j->branch_cap ? j->branch_cap * 2 : 4;
		j->branches = sv_arena_grow(j->p->arena, j->branches, j->branch_cap * sizeof(branch *),
		                            cap * sizeof(branch *));
		j->branch_cap = cap;
	}
	j->branches[j->branch_count] = made;
	return j->branch_count++;
}

/* Metrics that say nothing about roles and last values share their table's branch. */
static size_t find_plain_branch(const job *j, const sv_member *metric)
{
	for (size_t i = 0; i < j->branch_count; i++) {
		const sv_member *other = j->branches[i]->metric;
		if (other == metric || (other->table.index == metric->table.index &&
		                        other->uses.count == 0 && metric->uses.count == 0 &&
		                        other->non_additive_count == 0 && metric->non_additive_count == 0))
			return i;
	}
	return SV_NONE;
}

static bool find_branch(job *j, const sv_member *metric, const sv_member *outer, size_t *out)
{
	*out = find_plain_branch(j, metric);
	if (*out != SV_NONE)
		return true;
	branch *made = open_branch(j, metric, outer);
	if (!made)
		return false;
	*out = keep_branch(j, made);
	return true;
}

static const sv_window *window_at(const sv_expr *e, size_t ref)
{
	size_t w = e->refs[ref].window;
	return w == SV_NONE ? NULL : &e->windows[w];
}

/* Visits a metric and, before it, those that it names. */
static bool need(job *j, size_t member, const sv_member *outer)
{
	const sv_member *m = metric_at(j, member);
	const sv_expr *e = &m->expr;
	metric_state *state = state_of(j, member);
	if (state->is_seen)
		return true;
	state->is_seen = true;
	state->branch = SV_NONE;
	if (e->call_count) {
		if (!find_branch(j, m, outer, &state->branch))
			return false;
		state->columns = SV_NEW_N(j->p->arena, sv_str, e->call_count);
	}
	for (size_t i = 0; i < e->ref_count; i++) {
		if (e->refs[i].kind != SV_REF_METRIC)
			continue;
		if (!need(j, e->refs[i].member, outer))
			return false;
		size_t level = state_of(j, e->refs[i].member)->level + (window_at(e, i) ? 1 : 0);
		if (level > state->level)
			state->level = level;
	}
	if (state->level > j->levels)
		j->levels = state->level;
	j->needed[j->needed_count++] = member;
	return true;
}

/* ---- the value of a metric ---- */

static bool put_value(job *j, size_t member, sv_text *out);

/* Marks the classes in which the metric has rows. */
static void mark_classes(const job *j, size_t member, bool *seen, bool *has)
{
	const sv_expr *e = &metric_at(j, member)->expr;
	const metric_state *state = state_of(j, member);
	if (seen[member])
		return;
	seen[member] = true;
	if (state->branch != SV_NONE)
		has[j->branches[state->branch]->class] = true;
	for (size_t i = 0; i < e->ref_count; i++)
		if (e->refs[i].kind == SV_REF_METRIC)
			mark_classes(j, e->refs[i].member, seen, has);
}

/* Marks the classes of the metrics that a window metric names; false when those are
 * all classes, or there is only one group: then it has rows everywhere. */
static bool find_window_classes(const job *j, const sv_expr *e, bool *has)
{
	bool *seen = SV_NEW_N(j->p->arena, bool, sv_model_member_count(j->p->model));
	for (size_t i = 0; i < e->ref_count; i++)
		if (e->refs[i].kind == SV_REF_METRIC)
			mark_classes(j, e->refs[i].member, seen, has);
	size_t marked = 0;
	for (size_t c = 0; c < j->class_count; c++)
		marked += has[c];
	return marked < j->class_count && j->dimensions->count > 0;
}

/* The condition that a group has rows of any metric that the window metric names;
 * nothing when every group has. */
static void put_window_flag(job *j, const sv_expr *e, sv_text *out)
{
	sv_planner *p = j->p;
	bool *has = SV_NEW_N(p->arena, bool, j->class_count);
	if (!find_window_classes(j, e, has))
		return;
	for (size_t i = 0; i < j->branch_count; i++) {
		const branch *b = j->branches[i];
		if (!has[b->class] || !b->flag.ptr)
			continue;
		has[b->class] = false;
		sv_text_put_sql(p, out, out->count ? SV_LIT(" OR ") : SV_LIT(""));
		sv_text_put_column(p, out, j->inner, b->flag);
	}
}

static bool refuse_window_dimension(job *j, const sv_member *metric, const sv_ref *ref)
{
	const sv_model *m = j->p->model;
	sv_buf name = SV_BUF_INIT(j->p->arena);
	sv_buf hint = SV_BUF_INIT(j->p->arena);
	if (ref->role != SV_NONE)
		sv_buf_putf(&name, "%.*s.", SV_FMT(m->relationships[ref->role].name));
	sv_buf_put(&name, m->members[ref->member].name);
	sv_buf_putf(&hint, "Add '%s' to the dimensions", sv_buf_cstr(&name));
	sv_diags_add(j->p->diags, SV_E_INVALID, SV_NOWHERE,
	             "metric '%.*s' needs dimension '%s', which its window names", SV_FMT(metric->name),
	             sv_buf_cstr(&name))
	    ->hint = sv_buf_cstr(&hint);
	return false;
}

/* The requested dimension that a window names; several roles of it must be told
 * apart by writing relationship.dimension.  NULL after adding a problem. */
static const sv_item *find_requested(job *j, const sv_member *metric, const sv_ref *ref)
{
	const sv_item *found = NULL;
	for (size_t i = 0; i < j->dimensions->count; i++) {
		const sv_item *item = &j->dimensions->items[i];
		if (item->member != ref->member || (ref->role != SV_NONE && item->role != ref->role))
			continue;
		if (found && found->role != item->role) {
			sv_diags_add(
			    j->p->diags, SV_E_AMBIGUOUS, SV_NOWHERE,
			    "the window of metric '%.*s' names dimension '%.*s', which is requested in "
			    "several roles",
			    SV_FMT(metric->name), SV_FMT(metric_at(j, ref->member)->name))
			    ->hint = "Name one of them in the window by relationship.dimension";
			return NULL;
		}
		found = found ? found : item;
	}
	if (!found)
		refuse_window_dimension(j, metric, ref);
	return found;
}

/* Names of finished values: metrics, and in windows requested dimensions. */
static bool put_finished_range(job *j, const sv_member *m, uint32_t start, uint32_t end,
                               sv_text *out)
{
	sv_planner *p = j->p;
	const sv_expr *e = &m->expr;
	uint32_t done = start;
	for (size_t i = 0; i < e->ref_count; i++) {
		const sv_ref *ref = &e->refs[i];
		if (ref->start < start || ref->end > end)
			continue;
		sv_text_put_slice(p, out, e, done, ref->start);
		if (ref->kind == SV_REF_METRIC) {
			if (!put_value(j, ref->member, out))
				return false;
		} else if (ref->kind == SV_REF_MEMBER) {
			const sv_item *item = find_requested(j, m, ref);
			if (!item)
				return false;
			sv_text_put_column(p, out, j->inner, item->name);
		} else {
			sv_diags_add(p->diags, SV_E_INTERNAL, m->place,
			             "metric '%.*s' reads a column outside of its aggregates", SV_FMT(m->name));
			return false;
		}
		done = ref->end;
	}
	sv_text_put_slice(p, out, e, done, end);
	return true;
}

static bool is_excluded(const sv_window *w, size_t dimension)
{
	for (size_t i = 0; i < w->excluded_count; i++)
		if (w->excluded[i] == dimension)
			return true;
	return false;
}

static bool check_excluded(job *j, const sv_member *m, const sv_window *w)
{
	for (size_t i = 0; i < w->excluded_count; i++) {
		sv_ref named = {.member = w->excluded[i], .role = SV_NONE};
		bool found = false;
		for (size_t d = 0; d < j->dimensions->count; d++)
			found = found || j->dimensions->items[d].member == w->excluded[i];
		if (!found)
			return refuse_window_dimension(j, m, &named);
	}
	return true;
}

/* What partitions the window: the author's list, or the requested dimensions but
 * for the excluded ones; and the groups in which the window has no rows apart. */
static bool put_partition(job *j, const sv_member *m, const sv_window *w, const sv_text *flag,
                          sv_text *out)
{
	sv_planner *p = j->p;
	bool has_list = w->partition_end > w->partition_start && !w->is_excluding;
	if (has_list && !put_finished_range(j, m, w->partition_start, w->partition_end, out))
		return false;
	if (w->is_excluding) {
		if (!check_excluded(j, m, w))
			return false;
		for (size_t i = 0; i < j->dimensions->count; i++) {
			if (is_excluded(w, j->dimensions->items[i].member))
				continue;
			sv_text_put_sql(p, out, has_list ? SV_LIT(", ") : SV_LIT("PARTITION BY "));
			sv_text_put_column(p, out, j->inner, j->dimensions->items[i].name);
			has_list = true;
		}
	}
	if (flag->count) {
		sv_text_put_sql(p, out, has_list ? SV_LIT(", ") : SV_LIT("PARTITION BY "));
		sv_text_put_nest(p, out, flag);
		if (w->partition_end == w->partition_start && m->expr.text.ptr[w->over] != ')')
			sv_text_put_sql(p, out, SV_LIT(" "));
	}
	return true;
}

static bool put_window(job *j, const sv_member *m, size_t window, sv_text *out)
{
	sv_planner *p = j->p;
	const sv_window *w = &m->expr.windows[window];
	sv_text *flag = SV_NEW(p->arena, sv_text);
	sv_text *value = SV_NEW(p->arena, sv_text);
	put_window_flag(j, &m->expr, flag);
	if (!put_finished_range(j, m, w->start, w->partition_start, value))
		return false;
	size_t before = value->count;
	if (!put_partition(j, m, w, flag, value))
		return false;
	uint32_t rest = w->partition_end;
	if (value->count == before && w->is_excluding) /* nothing left to partition by */
		while (rest < w->end && m->expr.text.ptr[rest] == ' ')
			rest++;
	if (!put_finished_range(j, m, rest, w->end, value))
		return false;
	if (flag->count) {
		sv_piece *when = sv_text_add(p, out, SV_PIECE_WHEN);
		when->test = flag;
		when->inner = value;
	} else {
		sv_text_put_nest(p, out, value);
		out->items[out->count - 1].is_bare = true;
	}
	return true;
}

/* The call as a column of the union of the branches, where a group may be missing. */
static bool put_carried(job *j, const sv_member *m, size_t call, sv_text *out)
{
	sv_planner *p = j->p;
	const metric_state *state = state_of(j, (size_t)(m - p->model->members));
	const branch *b = j->branches[state->branch];
	const sv_call *c = &m->expr.calls[call];
	sv_text *column = SV_NEW(p->arena, sv_text);
	sv_text *value = SV_NEW(p->arena, sv_text);
	sv_text_put_column(p, column, j->union_item, state->columns[call]);
	sv_text_add(p, value, SV_PIECE_ANY)->inner = column;
	if (c->empty == SV_EMPTY_NULL || j->dimensions->count == 0) {
		*sv_text_add(p, out, SV_PIECE_ANY) = value->items[0];
	} else if (c->empty == SV_EMPTY_ZERO) {
		sv_text_add(p, out, SV_PIECE_ZERO)->inner = value;
	} else {
		sv_text *flag = SV_NEW(p->arena, sv_text);
		sv_text *test = SV_NEW(p->arena, sv_text);
		sv_text *other = SV_NEW(p->arena, sv_text);
		sv_text_put_column(p, flag, j->union_item, b->flag);
		sv_text_add(p, test, SV_PIECE_ANY)->inner = flag;
		if (!sv_text_put_over_nothing(p, b->scope.home, m->uses, &m->expr, c, other))
			return false;
		sv_piece *when = sv_text_add(p, out, SV_PIECE_WHEN);
		when->test = test;
		when->inner = value;
		when->other = other;
	}
	return true;
}

static bool put_row_call(job *j, const sv_member *m, size_t call, sv_text *out)
{
	branch *b = j->branches[state_of(j, (size_t)(m - j->p->model->members))->branch];
	const sv_call *c = &m->expr.calls[call];
	b->scope.uses = m->uses;
	return sv_text_put_range(&b->scope, b->scope.select->from, m->table.index, &m->expr, c->start,
	                         c->end, out);
}

static bool put_call(job *j, const sv_member *m, size_t call, sv_text *out)
{
	if (j->level > 0) {
		const metric_state *state = state_of(j, (size_t)(m - j->p->model->members));
		sv_text_put_column(j->p, out, j->inner, state->columns[call]);
		return true;
	}
	return j->union_item ? put_carried(j, m, call, out) : put_row_call(j, m, call, out);
}

/* The expression of a metric: its calls and windows in order, names between them. */
static bool put_expression(job *j, size_t member, sv_text *out)
{
	const sv_member *m = metric_at(j, member);
	const sv_expr *e = &m->expr;
	uint32_t behind = 0;
	size_t c = 0;
	size_t w = 0;
	while (c < e->call_count || w < e->window_count) {
		bool is_call =
		    w == e->window_count || (c < e->call_count && e->calls[c].start < e->windows[w].start);
		uint32_t next = is_call ? e->calls[c].start : e->windows[w].start;
		if (!put_finished_range(j, m, behind, next, out))
			return false;
		if (is_call ? !put_call(j, m, c, out) : !put_window(j, m, w, out))
			return false;
		behind = is_call ? e->calls[c++].end : e->windows[w++].end;
	}
	return put_finished_range(j, m, behind, (uint32_t)e->text.len, out);
}

/* A metric where another one names it. */
static bool put_value(job *j, size_t member, sv_text *out)
{
	const metric_state *state = state_of(j, member);
	if (!sv_count_replaced(j->p, SV_NOWHERE))
		return false;
	if (state->level < j->level) {
		sv_text_put_column(j->p, out, j->inner, state->column);
		return true;
	}
	sv_text *inner = SV_NEW(j->p->arena, sv_text);
	if (!put_expression(j, member, inner))
		return false;
	sv_text_put_nest(j->p, out, inner);
	out->items[out->count - 1].is_bare = sv_expr_is_one_call(&metric_at(j, member)->expr);
	return true;
}

/* The same as a column of its own: without brackets. */
static bool put_output(job *j, size_t member, sv_text *out)
{
	if (state_of(j, member)->level < j->level)
		return put_value(j, member, out);
	return put_expression(j, member, out);
}

/* ---- names of columns that the caller does not see ---- */

static bool is_item_name(const sv_items *items, sv_str name)
{
	for (size_t i = 0; i < items->count; i++)
		if (sv_str_ieq(items->items[i].name, name))
			return true;
	return false;
}

static bool is_hidden_name(const job *j, sv_str name)
{
	for (size_t i = 0; i < j->needed_count; i++) {
		const metric_state *state = state_of(j, j->needed[i]);
		size_t calls = state->columns ? metric_at(j, j->needed[i])->expr.call_count : 0;
		if (state->column.ptr && sv_str_ieq(state->column, name))
			return true;
		for (size_t c = 0; c < calls; c++)
			if (state->columns[c].ptr && sv_str_ieq(state->columns[c], name))
				return true;
	}
	for (size_t i = 0; i < j->branch_count; i++)
		if (j->branches[i]->flag.ptr && sv_str_ieq(j->branches[i]->flag, name))
			return true;
	return false;
}

static sv_str numbered(job *j, sv_str base, size_t number)
{
	sv_buf b = SV_BUF_INIT(j->p->arena);
	sv_buf_putf(&b, "%.*s_%zu", SV_FMT(base), number);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static sv_str hidden_name(job *j, sv_str base)
{
	sv_str name = base;
	for (size_t n = 2; is_item_name(j->dimensions, name) || is_item_name(j->metrics, name) ||
	                   is_hidden_name(j, name);
	     n++)
		name = numbered(j, base, n);
	return name;
}

static const sv_item *requested_item(const job *j, size_t member)
{
	for (size_t i = 0; i < j->metrics->count; i++)
		if (j->metrics->items[i].member == member)
			return &j->metrics->items[i];
	return NULL;
}

static sv_str value_name(job *j, size_t member)
{
	const sv_item *item = requested_item(j, member);
	return item ? item->name : hidden_name(j, metric_at(j, member)->name);
}

static void name_calls(job *j, size_t member)
{
	const sv_member *m = metric_at(j, member);
	metric_state *state = state_of(j, member);
	for (size_t c = 0; c < m->expr.call_count; c++)
		state->columns[c] = sv_expr_is_one_call(&m->expr)
		                        ? value_name(j, member)
		                        : hidden_name(j, numbered(j, m->name, c + 1));
}

/* ---- the queries ---- */

static void add_keys(job *j, const branch *b, sv_select *select)
{
	for (size_t i = 0; i < j->dimensions->count; i++)
		*sv_select_add(j->p, select, j->dimensions->items[i].name) = b->keys[i];
	select->is_grouped = true;
	select->key_count = j->dimensions->count;
}

static void put_wrapped(sv_planner *p, sv_text *out, sv_str before, const sv_text *value,
                        sv_str after)
{
	sv_text_put_sql(p, out, before);
	sv_text_put_nest(p, out, value);
	out->items[out->count - 1].is_bare = true;
	sv_text_put_sql(p, out, after);
}

static const sv_text *copy_of(sv_planner *p, sv_text value)
{
	sv_text *copy = SV_NEW(p->arena, sv_text);
	*copy = value;
	return copy;
}

/* max(d); NULL where NULLS LAST lets a NULL win. */
static void put_last_value(sv_planner *p, const sv_non_additive *by, sv_text value, sv_text *out)
{
	const sv_text *v = copy_of(p, value);
	sv_str function = by->is_descending ? SV_LIT("min(") : SV_LIT("max(");
	if (by->nulls == SV_NULLS_LAST) {
		put_wrapped(p, out, SV_LIT("CASE WHEN count(*) = count("), v, SV_LIT(") THEN "));
		put_wrapped(p, out, function, v, SV_LIT(") END"));
	} else {
		put_wrapped(p, out, function, v, SV_LIT(")"));
	}
}

static void match(sv_planner *p, sv_from *last, const sv_text *value, sv_str name)
{
	sv_text_put_equal(p, &last->on[last->on_count++], value, last, name, true);
}

/*
 * Keeps the rows at the last value of the non-additive dimensions: joined to a
 * query that finds the last values of each group.  Ties all match.
 */
static bool join_last_values(job *j, branch *b)
{
	sv_planner *p = j->p;
	branch *found = open_branch(j, b->metric, b->outer);
	if (!found)
		return false;
	sv_select *select = found->scope.select;
	add_keys(j, found, select);
	size_t keys = j->dimensions->count;
	for (size_t i = 0; i < found->per_count; i++)
		*sv_select_add(p, select, sv_select_fresh_name(p, select, SV_LIT("per"))) = found->per[i];
	select->key_count = keys + found->per_count;
	bool is_single = found->last_count == 1;
	select->is_grouped = is_single;
	if (!is_single) {
		select->last_order = SV_NEW_N(p->arena, sv_last_order, found->last_count);
		select->last_order_count = found->last_count;
	}
	for (size_t i = 0; i < found->last_count; i++) {
		const sv_non_additive *by = found->last[i];
		sv_str name = metric_at(j, by->dimension.index)->name;
		sv_text *out = sv_select_add(p, select, sv_select_fresh_name(p, select, name));
		if (is_single) {
			put_last_value(p, by, found->last_values[i], out);
			continue;
		}
		*out = found->last_values[i];
		select->last_order[i] = (sv_last_order){
		    .output = select->output_count - 1,
		    .is_descending = by->is_descending,
		    .is_null_last = by->nulls == SV_NULLS_LAST,
		};
	}
	sv_from *last = sv_scope_join_select(&b->scope, b->scope.select->from, select, SV_LIT("last"));
	sv_scope *open = SV_NEW(p->arena, sv_scope);
	*open = found->scope;
	last->open = open;
	last->is_inner = true;
	last->is_used = true;
	last->on = SV_NEW_N(p->arena, sv_text, select->output_count);
	for (size_t i = 0; i < keys; i++)
		match(p, last, &b->keys[i], select->outputs[i].name);
	for (size_t i = 0; i < b->per_count; i++)
		match(p, last, &b->per[i], select->outputs[keys + i].name);
	for (size_t i = 0; i < b->last_count; i++)
		match(p, last, &b->last_values[i], select->outputs[keys + b->per_count + i].name);
	return true;
}

static bool is_called_unknown(const job *j, const branch *b)
{
	for (size_t i = 0; i < j->needed_count; i++) {
		const sv_member *m = metric_at(j, j->needed[i]);
		const metric_state *state = state_of(j, j->needed[i]);
		for (size_t c = 0; c < m->expr.call_count; c++)
			if (j->branches[state->branch] == b && m->expr.calls[c].empty == SV_EMPTY_UNKNOWN)
				return true;
	}
	return false;
}

/* The columns that tell whether a class has rows in a group, where that matters: to
 * windows, and to calls whose value over no rows is unknown. */
static void name_flags(job *j)
{
	bool *is_asked = SV_NEW_N(j->p->arena, bool, j->class_count);
	for (size_t i = 0; i < j->needed_count; i++) {
		const sv_expr *e = &metric_at(j, j->needed[i])->expr;
		bool *has = SV_NEW_N(j->p->arena, bool, j->class_count);
		bool is_partial = e->window_count && find_window_classes(j, e, has);
		for (size_t c = 0; c < j->class_count; c++)
			is_asked[c] = is_asked[c] || (is_partial && has[c]);
	}
	for (size_t i = 0; i < j->branch_count && j->dimensions->count; i++) {
		branch *b = j->branches[i];
		if (!is_asked[b->class] && !is_called_unknown(j, b))
			continue;
		is_asked[b->class] = false; /* one branch of a class tells for all */
		sv_buf name = SV_BUF_INIT(j->p->arena);
		sv_buf_putf(&name, "has_%.*s", SV_FMT(j->p->model->tables[b->scope.home].name));
		b->flag = hidden_name(j, (sv_str){sv_buf_cstr(&name), name.len});
	}
}

/* A branch of several: the keys, its calls, its flag. */
static bool fill_branch(job *j, size_t index)
{
	branch *b = j->branches[index];
	add_keys(j, b, b->scope.select);
	for (size_t i = 0; i < j->needed_count; i++) {
		const sv_member *m = metric_at(j, j->needed[i]);
		const metric_state *state = state_of(j, j->needed[i]);
		for (size_t c = 0; state->branch == index && c < m->expr.call_count; c++)
			if (!put_row_call(j, m, c, sv_select_add(j->p, b->scope.select, state->columns[c])))
				return false;
	}
	if (b->flag.ptr)
		sv_text_put_sql(j->p, sv_select_add(j->p, b->scope.select, b->flag), SV_LIT("true"));
	return true;
}

static bool finish_branch(job *j, branch *b)
{
	if (b->last_count && !join_last_values(j, b))
		return false;
	sv_scope_finish(&b->scope);
	return true;
}

static sv_from *query_item(sv_planner *p, sv_from_kind kind, sv_select **selects, size_t count,
                           sv_str alias)
{
	sv_from *item = SV_NEW(p->arena, sv_from);
	item->kind = kind;
	item->selects = selects;
	item->select_count = count;
	item->alias = alias;
	item->table_index = SV_NONE;
	item->relationship = SV_NONE;
	return item;
}

static sv_select *open_union(job *j)
{
	sv_planner *p = j->p;
	sv_select **parts = SV_NEW_N(p->arena, sv_select *, j->branch_count);
	for (size_t i = 0; i < j->branch_count; i++) {
		if (!fill_branch(j, i) || !finish_branch(j, j->branches[i]))
			return NULL;
		parts[i] = j->branches[i]->scope.select;
	}
	j->union_item = query_item(p, SV_FROM_UNION, parts, j->branch_count, SV_LIT("parts"));
	sv_select *select = SV_NEW(p->arena, sv_select);
	select->from = j->union_item;
	for (size_t i = 0; i < j->dimensions->count; i++) {
		sv_str name = j->dimensions->items[i].name;
		sv_text_put_column(p, sv_select_add(p, select, name), j->union_item, name);
	}
	select->is_grouped = true;
	select->key_count = j->dimensions->count;
	return select;
}

static bool add_requested(job *j, sv_select *select)
{
	for (size_t i = 0; i < j->metrics->count; i++)
		if (!put_output(j, j->metrics->items[i].member,
		                sv_select_add(j->p, select, j->metrics->items[i].name)))
			return false;
	return true;
}

/* Whether a later layer reads the finished value of the metric. */
static bool is_kept(const job *j, size_t member)
{
	size_t level = state_of(j, member)->level;
	if (requested_item(j, member))
		return true;
	for (size_t i = 0; i < j->needed_count; i++) {
		const sv_expr *e = &metric_at(j, j->needed[i])->expr;
		if (state_of(j, j->needed[i])->level <= level)
			continue;
		for (size_t r = 0; r < e->ref_count; r++)
			if (e->refs[r].kind == SV_REF_METRIC && e->refs[r].member == member)
				return true;
	}
	return false;
}

/* What the layers above read: finished values of this level, and at the lowest
 * level the calls of metrics that have windows too. */
static bool add_kept(job *j, sv_select *select)
{
	sv_planner *p = j->p;
	for (size_t i = 0; i < j->needed_count; i++) {
		size_t member = j->needed[i];
		const sv_member *m = metric_at(j, member);
		metric_state *state = state_of(j, member);
		if (state->level == j->level && is_kept(j, member)) {
			sv_str name = sv_expr_is_one_call(&m->expr) ? state->columns[0] : value_name(j, member);
			if (!put_expression(j, member, sv_select_add(p, select, name)))
				return false;
			state->column = name;
		}
		for (size_t c = 0; j->level == 0 && state->level > 0 && c < m->expr.call_count; c++)
			if (!put_call(j, m, c, sv_select_add(p, select, state->columns[c])))
				return false;
	}
	return true;
}

static void add_flags(job *j, sv_select *select)
{
	for (size_t i = 0; i < j->branch_count && j->union_item; i++) {
		if (!j->branches[i]->flag.ptr)
			continue;
		sv_text *column = SV_NEW(j->p->arena, sv_text);
		sv_text_put_column(j->p, column, j->union_item, j->branches[i]->flag);
		sv_text *out = sv_select_add(j->p, select, j->branches[i]->flag);
		sv_text_add(j->p, out, SV_PIECE_ANY)->inner = column;
	}
}

/* The layers of windows above the query of finished values. */
static sv_select *add_layers(job *j, sv_select *below)
{
	sv_planner *p = j->p;
	for (j->level = 1; j->level <= j->levels; j->level++) {
		sv_select **inner = SV_NEW(p->arena, sv_select *);
		inner[0] = below;
		j->inner = query_item(p, SV_FROM_SELECT, inner, 1, SV_LIT("finished"));
		sv_select *select = SV_NEW(p->arena, sv_select);
		select->from = j->inner;
		size_t passed = j->level < j->levels ? below->output_count : j->dimensions->count;
		for (size_t i = 0; i < passed; i++) {
			sv_str name = below->outputs[i].name;
			sv_text_put_column(p, sv_select_add(p, select, name), j->inner, name);
		}
		if (j->level < j->levels ? !add_kept(j, select) : !add_requested(j, select))
			return NULL;
		below = select;
	}
	return below;
}

static sv_select *plan_needed(job *j)
{
	for (size_t i = 0; i < j->needed_count; i++)
		name_calls(j, j->needed[i]);
	name_flags(j);
	sv_select *select = NULL;
	if (j->branch_count > 1) {
		select = open_union(j);
	} else {
		select = j->branches[0]->scope.select;
		add_keys(j, j->branches[0], select);
	}
	if (!select || (j->levels ? !add_kept(j, select) : !add_requested(j, select)))
		return NULL;
	if (j->levels && j->branch_count > 1)
		add_flags(j, select);
	if (j->branch_count == 1 && !finish_branch(j, j->branches[0]))
		return NULL;
	return j->levels ? add_layers(j, select) : select;
}

sv_select *sv_metrics_plan(sv_planner *p, const sv_items *dimensions, const sv_items *metrics,
                           const sv_expr *where)
{
	job j = {.p = p, .dimensions = dimensions, .metrics = metrics, .where = where};
	j.states = SV_NEW_N(p->arena, metric_state, p->model->metric_count);
	j.needed = SV_NEW_N(p->arena, size_t, p->model->metric_count);
	for (size_t i = 0; i < metrics->count; i++)
		if (!need(&j, metrics->items[i].member, metric_at(&j, metrics->items[i].member)))
			return NULL;
	if (j.branch_count == 0) {
		sv_diags_add(p->diags, SV_E_INTERNAL, SV_NOWHERE, "no metric of the request aggregates");
		return NULL;
	}
	return plan_needed(&j);
}
