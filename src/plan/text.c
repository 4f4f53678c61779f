/*
 * Expressions: the author's text, in which every name is replaced by what it
 * stands for.
 *
 *   amount * (1 - rate)          at table o, rate being the fact t.percent / 100
 *   o.amount * (1 - (t.percent / 100))
 *
 * A fact that aggregates a finer table reads a column of a query that aggregates
 * that table over the way to the fact's own table, and is joined to it.
 */
#include "base/scan.h"
#include "plan/plan_int.h"

sv_piece *sv_text_add(sv_planner *p, sv_text *t, sv_piece_kind kind)
{
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 4;
		t->items =
		    sv_arena_grow(p->arena, t->items, t->cap * sizeof(sv_piece), cap * sizeof(sv_piece));
		t->cap = cap;
	}
	sv_piece *piece = &t->items[t->count++];
	*piece = (sv_piece){.kind = kind};
	return piece;
}

void sv_text_put_sql(sv_planner *p, sv_text *t, sv_str sql)
{
	if (sql.len)
		sv_text_add(p, t, SV_PIECE_SQL)->text = sql;
}

void sv_text_put_slice(sv_planner *p, sv_text *t, const sv_expr *e, uint32_t start, uint32_t end)
{
	uint32_t done = start;
	for (size_t i = 0; i < e->reads.count; i++) {
		const sv_read *read = &e->reads.items[i];
		if (read->start < start || read->end > end)
			continue;
		sv_text_put_sql(p, t, sv_expr_slice(e, done, read->start));
		sv_text_add(p, t, SV_PIECE_TABLE)->read = read;
		done = read->end;
	}
	sv_text_put_sql(p, t, sv_expr_slice(e, done, end));
}

void sv_text_put_column(sv_planner *p, sv_text *t, sv_from *from, sv_str name)
{
	sv_piece *piece = sv_text_add(p, t, SV_PIECE_COLUMN);
	piece->from = from;
	piece->text = name;
}

void sv_text_put_nest(sv_planner *p, sv_text *t, const sv_text *inner)
{
	sv_text_add(p, t, SV_PIECE_NEST)->inner = inner;
}

void sv_text_put_equal(sv_planner *p, sv_text *t, const sv_text *left, sv_from *from, sv_str name,
                       bool is_null_safe)
{
	sv_text_put_nest(p, t, left);
	sv_text_put_sql(p, t, is_null_safe ? SV_LIT(" IS NOT DISTINCT FROM ") : SV_LIT(" = "));
	sv_text_put_column(p, t, from, name);
}

sv_text *sv_select_add(sv_planner *p, sv_select *select, sv_str name)
{
	if (select->output_count == select->output_cap) {
		size_t cap = select->output_cap ? select->output_cap * 2 : 8;
		select->outputs =
		    sv_arena_grow(p->arena, select->outputs, select->output_cap * sizeof(sv_output),
		                  cap * sizeof(sv_output));
		select->output_cap = cap;
	}
	sv_output *out = &select->outputs[select->output_count++];
	*out = (sv_output){.name = name};
	return &out->value;
}

sv_text *sv_select_add_where(sv_planner *p, sv_select *select)
{
	if (select->where_count == select->where_cap) {
		size_t cap = select->where_cap ? select->where_cap * 2 : 4;
		select->where = sv_arena_grow(p->arena, select->where, select->where_cap * sizeof(sv_text),
		                              cap * sizeof(sv_text));
		select->where_cap = cap;
	}
	sv_text *out = &select->where[select->where_count++];
	*out = (sv_text){0};
	return out;
}

static bool is_on_stack(const sv_fact_stack *stack, size_t member)
{
	for (; stack; stack = stack->outer)
		if (stack->member == member)
			return true;
	return false;
}

static bool visit_named(const sv_planner *p, const sv_expr *e, bool *seen)
{
	for (size_t i = 0; i < e->ref_count; i++) {
		const sv_ref *ref = &e->refs[i];
		if (ref->kind != SV_REF_MEMBER || seen[ref->member])
			continue;
		seen[ref->member] = true;
		if (is_on_stack(p->facts, ref->member) ||
		    visit_named(p, &p->model->members[ref->member].expr, seen))
			return true;
	}
	return false;
}

/* Whether the expression reads one of the aggregated facts that are being computed,
 * be it through other facts and dimensions. */
static bool names_current_fact(const sv_planner *p, const sv_expr *e)
{
	return p->facts && visit_named(p, e, SV_NEW_N(p->arena, bool, sv_model_member_count(p->model)));
}

bool sv_count_replaced(sv_planner *p, sv_span place)
{
	if (++p->replaced <= SV_MAX_REPLACED)
		return true;
	sv_diags_add(p->diags, SV_E_LIMIT, place,
	             "the expressions of this request name facts, dimensions and metrics more than %d "
	             "times",
	             (int)SV_MAX_REPLACED)
	    ->hint = "Facts that name others several times double at each step: name them once";
	return false;
}

/* The finer table: one that the call names and from which everything that it
 * names is reached, and the fact's own table too. */
size_t sv_call_home(sv_planner *p, const sv_member *fact, const sv_call *call)
{
	const sv_model *m = p->model;
	const sv_expr *e = &fact->expr;
	size_t own = fact->table.index;
	for (size_t i = 0; i < e->ref_count; i++) {
		size_t home = e->refs[i].table;
		if (e->refs[i].start < call->start || e->refs[i].end > call->end || home == own ||
		    home == SV_NONE)
			continue;
		const bool *reach = sv_graph_reach(p->arena, p->view->graph, home);
		bool all = reach[own];
		for (size_t k = 0; k < e->ref_count && all; k++)
			if (e->refs[k].start >= call->start && e->refs[k].end <= call->end)
				all = e->refs[k].table == SV_NONE || reach[e->refs[k].table];
		if (all)
			return home;
	}
	sv_str text = sv_expr_slice(e, call->start, call->end);
	sv_diag *diag = sv_diags_add(p->diags, SV_E_FAN_OUT, fact->expr.place,
	                             "fact '%.*s' of table '%.*s' aggregates no finer table in '%.*s'",
	                             SV_FMT(fact->name), SV_FMT(m->tables[own].name), SV_FMT(text));
	diag->hint = "An aggregate in a fact reads the rows of one table from which relationships lead "
	             "to the fact's own table; declare a metric to aggregate the table itself";
	return SV_NONE;
}

/* The types of the columns from which a relationship is walked, if its keys are exact;
 * NULL: they are not, or that is not known, and is asked. */
static const sv_str *exact_types(sv_planner *p, size_t relationship, bool is_backward)
{
	if (p->exact_keys)
		return is_backward ? p->exact_keys[relationship].to : p->exact_keys[relationship].from;
	if (!p->asked_keys)
		p->asked_keys = SV_NEW_N(p->arena, bool, p->model->relationship_count);
	p->asked_keys[relationship] = true;
	return NULL;
}

/*
 * GROUP BY the key of the fact's own table, to which the finer rows are joined, and
 * the condition that joins the two.  The finer rows' own columns do only where keys
 * are exact, and save the join: 'a' and 'A' are equal under a collation, 1 and 1.0
 * across types, but two groups.  The cast costs nothing; where the caller's
 * transaction has another type, it makes one group of '1' and '01', or an error.
 */
static void put_finer_keys(sv_scope *s, sv_from *at, sv_from *item)
{
	sv_planner *p = s->planner;
	const sv_relationship *rel = &p->model->relationships[s->own->relationship];
	const sv_strs *keys = s->own->is_backward ? &rel->from_columns : &rel->to_columns;
	const sv_strs *finer = s->own->is_backward ? &rel->to_columns : &rel->from_columns;
	const sv_str *types = exact_types(p, s->own->relationship, s->own->is_backward);
	item->on = SV_NEW_N(p->arena, sv_text, keys->count);
	item->on_count = keys->count;
	for (size_t i = 0; i < keys->count; i++) {
		sv_str name = keys->items[i];
		sv_text *key = sv_select_add(p, s->select, name);
		sv_text_put_column(p, key, types ? s->own->parent : s->own, types ? finer->items[i] : name);
		if (types) {
			sv_text_put_sql(p, key, SV_LIT("::"));
			sv_text_put_sql(p, key, types[i]);
		}
		sv_text_put_column(p, &item->on[i], at, name);
		sv_text_put_sql(p, &item->on[i], SV_LIT(" = "));
		sv_text_put_column(p, &item->on[i], item, name);
	}
	for (sv_from *way = s->own; way->parent; way = way->parent)
		way->is_inner = true; /* rows that lead nowhere belong to no row */
	s->select->is_grouped = true;
	s->select->key_count = keys->count;
}

/* One flag per filter: whether it does not hold in what is being computed. */
static const bool *find_skipped(const sv_planner *p)
{
	bool *skipped = SV_NEW_N(p->arena, bool, p->model->filter_count);
	for (size_t i = 0; i < p->model->filter_count; i++)
		skipped[i] = names_current_fact(p, &p->model->filters[i]);
	return skipped;
}

/* items_by_orders */
static sv_str finer_name(sv_planner *p, size_t home, const sv_member *fact)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "%.*s_by_%.*s", SV_FMT(p->model->tables[home].name),
	            SV_FMT(p->model->tables[fact->table.index].name));
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static sv_from *find_finer(const sv_planner *p, const sv_from *at, size_t home, const bool *skipped)
{
	for (sv_from *c = at->first; c; c = c->next)
		if (c->open && c->open->own && c->open->home == home &&
		    memcmp(c->open->skipped, skipped, p->model->filter_count) == 0)
			return c;
	return NULL;
}

/*
 * The query that aggregates the rows of a finer table for each row of `at`, joined
 * to it.  One query serves several facts, unless filters hold in one that do not
 * hold in the other.
 */
static sv_from *finer_query(sv_scope *outer, sv_from *at, size_t home, const sv_member *fact)
{
	sv_planner *p = outer->planner;
	const bool *skipped = find_skipped(p);
	sv_from *found = find_finer(p, at, home, skipped);
	if (found)
		return found;
	sv_scope *s = SV_NEW(p->arena, sv_scope);
	sv_scope_open(s, p, home, (sv_nameds){0});
	s->skipped = skipped;
	s->asker = (sv_asker){.wanted = fact, .place = fact->expr.place};
	s->own = sv_scope_reach(s, s->select->from, fact->table.index, SV_NONE);
	if (!s->own || !sv_scope_put_where(s, NULL))
		return NULL;
	sv_from *item = sv_scope_join_select(outer, at, s->select, finer_name(p, home, fact));
	item->open = s;
	put_finer_keys(s, at, item);
	return item;
}

static bool has_output(const sv_select *select, sv_str name)
{
	for (size_t i = 0; i < select->output_count; i++)
		if (sv_str_ieq(select->outputs[i].name, name))
			return true;
	return false;
}

sv_str sv_select_fresh_name(sv_planner *p, const sv_select *select, sv_str base)
{
	sv_str name = base;
	for (unsigned n = 2; has_output(select, name); n++) {
		sv_buf b = SV_BUF_INIT(p->arena);
		sv_buf_putf(&b, "%.*s_%u", SV_FMT(base), n);
		name = (sv_str){b.ptr, b.len};
	}
	return name;
}

/* The column of a finer query that holds this value of a fact's call: named like
 * the fact when the call is all of it, else fact_1, fact_2. */
static sv_str finer_column(sv_planner *p, sv_select *select, const sv_member *fact,
                           const sv_call *call, const sv_text *value)
{
	for (size_t i = select->key_count; i < select->output_count; i++)
		if (sv_text_same(&select->outputs[i].value, value))
			return select->outputs[i].name;
	sv_buf base = SV_BUF_INIT(p->arena);
	sv_buf_put(&base, fact->name);
	if (!sv_expr_is_one_call(&fact->expr))
		sv_buf_putf(&base, "_%zu", (size_t)(call - fact->expr.calls) + 1);
	sv_str name = sv_select_fresh_name(p, select, (sv_str){sv_buf_cstr(&base), base.len});
	*sv_select_add(p, select, name) = *value;
	return name;
}

bool sv_text_put_over_nothing(sv_planner *p, size_t home, sv_nameds uses, const sv_expr *e,
                              const sv_call *call, sv_text *out)
{
	sv_scope s;
	sv_scope_open(&s, p, home, uses);
	sv_text *value = sv_select_add(p, s.select, SV_LIT("value"));
	if (!sv_text_put_range(&s, s.select->from, SV_NONE, e, call->start, call->end, value))
		return false;
	sv_text_put_sql(p, sv_select_add_where(p, s.select), SV_LIT("false"));
	sv_scope_finish(&s);
	sv_text_add(p, out, SV_PIECE_SCALAR)->select = s.select;
	return true;
}

/* An aggregate call of a fact: a column of the query over the finer table, with
 * what the aggregate is over no rows where the row has none. */
static bool put_finer_call(sv_scope *outer, sv_from *at, const sv_member *fact, const sv_call *call,
                           sv_text *out)
{
	sv_planner *p = outer->planner;
	size_t home = sv_call_home(p, fact, call);
	sv_from *item = home == SV_NONE ? NULL : finer_query(outer, at, home, fact);
	if (!item)
		return false;
	sv_text value = {0};
	sv_scope *s = item->open;
	if (!sv_text_put_range(s, s->select->from, SV_NONE, &fact->expr, call->start, call->end,
	                       &value))
		return false;
	sv_text *column = SV_NEW(p->arena, sv_text);
	sv_text_put_column(p, column, item, finer_column(p, s->select, fact, call, &value));
	if (call->empty == SV_EMPTY_NULL) {
		sv_text_put_nest(p, out, column);
	} else if (call->empty == SV_EMPTY_ZERO) {
		sv_text_add(p, out, SV_PIECE_ZERO)->inner = column;
	} else {
		sv_text *key = SV_NEW(p->arena, sv_text);
		sv_text *test = SV_NEW(p->arena, sv_text);
		sv_text *other = SV_NEW(p->arena, sv_text);
		sv_text_put_column(p, key, item, s->select->outputs[0].name);
		sv_text_add(p, test, SV_PIECE_PRESENT)->inner = key;
		if (!sv_text_put_over_nothing(p, home, (sv_nameds){0}, &fact->expr, call, other))
			return false;
		sv_piece *when = sv_text_add(p, out, SV_PIECE_WHEN);
		when->test = test;
		when->inner = column;
		when->other = other;
	}
	return true;
}

/* The author's own brackets serve: sum(net) becomes sum(amount * 0.8). */
static bool is_in_brackets(const sv_expr *e, const sv_ref *ref)
{
	return ref->start > 0 && e->text.ptr[ref->start - 1] == '(' && ref->end < e->text.len &&
	       e->text.ptr[ref->end] == ')';
}

/* A field follows: o.place.city, place being the column.  Without brackets DuckDB
 * would first look for a column city of a table o.place, schema o. */
static bool is_read_into(const sv_expr *e, const sv_ref *ref)
{
	size_t next = ref->end;
	while (next < e->text.len && sv_scan_is_blank(e->text.ptr[next]))
		next++;
	return next < e->text.len && e->text.ptr[next] == '.';
}

static bool put_reference(sv_scope *s, sv_from *at, size_t own, const sv_expr *e, const sv_ref *ref,
                          sv_text *out)
{
	sv_planner *p = s->planner;
	sv_from *item = at;
	bool is_opened = false;
	if (!sv_count_replaced(p, e->place))
		return false;
	switch (ref->kind) {
	case SV_REF_COLUMN:
	case SV_REF_MEMBER:
		if (ref->table != own || ref->role != SV_NONE)
			item = sv_scope_reach(s, at, ref->table, ref->role);
		if (!item)
			return false;
		is_opened = is_read_into(e, ref);
		sv_text_put_sql(p, out, is_opened ? SV_LIT("(") : SV_LIT(""));
		if (ref->kind == SV_REF_COLUMN) {
			sv_text_put_column(p, out, item, ref->column);
		} else {
			sv_text *inner = SV_NEW(p->arena, sv_text);
			if (!sv_text_put_member(s, item, ref->member, inner))
				return false;
			sv_text_put_nest(p, out, inner);
			out->items[out->count - 1].is_bare = is_opened || is_in_brackets(e, ref);
		}
		sv_text_put_sql(p, out, is_opened ? SV_LIT(")") : SV_LIT(""));
		return true;
	case SV_REF_BARE: /* any joined table may have the column: all are joined */
		for (size_t t = 1; t < p->model->table_count; t++)
			if (!sv_scope_seed_table(s, t))
				return false;
		for (sv_from *c = s->select->from->first; c; c = c->next)
			c->is_used = true;
		sv_text_put_slice(p, out, e, ref->start, ref->end);
		return true;
	case SV_REF_METRIC:
		break;
	}
	sv_diags_add(p->diags, SV_E_INTERNAL, e->place, "a metric stands in a row-level expression");
	return false;
}

/* The first reference that starts at or behind a byte: references are sorted. */
static size_t first_ref(const sv_expr *e, uint32_t start)
{
	size_t low = 0;
	size_t high = e->ref_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (e->refs[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sv_text_put_range(sv_scope *s, sv_from *at, size_t own, const sv_expr *e, uint32_t start,
                       uint32_t end, sv_text *out)
{
	uint32_t done = start;
	for (size_t i = first_ref(e, start); i < e->ref_count && e->refs[i].end <= end; i++) {
		const sv_ref *ref = &e->refs[i];
		sv_text_put_slice(s->planner, out, e, done, ref->start);
		if (!put_reference(s, at, own, e, ref, out))
			return false;
		done = ref->end;
	}
	sv_text_put_slice(s->planner, out, e, done, end);
	return true;
}

/* A fact with aggregate calls: what stands between them is of its own row. */
static bool put_aggregated(sv_scope *s, sv_from *at, size_t member, sv_text *out)
{
	sv_planner *p = s->planner;
	const sv_member *fact = &p->model->members[member];
	const sv_expr *e = &fact->expr;
	uint32_t done = 0;
	for (size_t i = 0; i < e->call_count; i++) {
		if (!sv_text_put_range(s, at, fact->table.index, e, done, e->calls[i].start, out) ||
		    !put_finer_call(s, at, fact, &e->calls[i], out))
			return false;
		done = e->calls[i].end;
	}
	return sv_text_put_range(s, at, fact->table.index, e, done, (uint32_t)e->text.len, out);
}

/* Of a row that the join did not find an aggregated fact is NULL, not 0 (docs:
 * design, rule 1). */
static void put_if_present(sv_planner *p, sv_from *at, const sv_text *value, sv_text *out)
{
	const sv_relationship *rel = &p->model->relationships[at->relationship];
	sv_text *key = SV_NEW(p->arena, sv_text);
	sv_text *test = SV_NEW(p->arena, sv_text);
	sv_text_put_column(p, key, at,
	                   at->is_backward ? rel->from_columns.items[0] : rel->to_columns.items[0]);
	sv_text_add(p, test, SV_PIECE_PRESENT)->inner = key;
	sv_piece *when = sv_text_add(p, out, SV_PIECE_WHEN);
	when->test = test;
	when->inner = value;
}

static bool is_null_over_nothing(const sv_expr *e)
{
	return sv_expr_is_one_call(e) && e->calls[0].empty == SV_EMPTY_NULL;
}

/* What a fact or dimension is for a row does not depend on the metric that asks:
 * USING chooses the ways to its table, not those inside its expression. */
static bool put_rows_own(sv_scope *s, sv_from *at, const sv_member *m, sv_text *out)
{
	sv_nameds uses = s->uses;
	s->uses = (sv_nameds){0};
	bool ok =
	    sv_text_put_range(s, at, m->table.index, &m->expr, 0, (uint32_t)m->expr.text.len, out);
	s->uses = uses;
	return ok;
}

bool sv_text_put_member(sv_scope *s, sv_from *at, size_t member, sv_text *out)
{
	sv_planner *p = s->planner;
	const sv_member *m = &p->model->members[member];
	if (m->expr.call_count == 0)
		return put_rows_own(s, at, m, out);
	if (is_on_stack(p->facts, member)) {
		sv_diags_add(p->diags, SV_E_CYCLE, m->expr.place,
		             "fact '%.*s' needs itself through the view's filters", SV_FMT(m->name));
		return false;
	}
	sv_fact_stack stack = {member, p->facts};
	p->facts = &stack;
	sv_nameds uses = s->uses;
	s->uses = (sv_nameds){0};
	sv_text *value = SV_NEW(p->arena, sv_text);
	bool ok = put_aggregated(s, at, member, value);
	s->uses = uses;
	p->facts = stack.outer;
	if (!ok)
		return false;
	if (at == s->select->from || is_null_over_nothing(&m->expr))
		*out = *value;
	else
		put_if_present(p, at, value, out);
	return true;
}

bool sv_text_put_item(sv_scope *s, const sv_item *item, sv_text *out)
{
	const sv_model *m = s->planner->model;
	sv_from *at = s->select->from;
	if (!m->is_seed)
		at = sv_scope_reach(s, at, m->members[item->member].table.index, item->role);
	return at && sv_text_put_member(s, at, item->member, out);
}

/*
 * Which items of the FROM clause a predicate rejects when they are missing, so
 * that they may be joined by JOIN instead of LEFT JOIN.
 */
typedef struct {
	sv_from **items;
	size_t count;
	size_t cap;
} from_set;

static void add_to_set(sv_planner *p, from_set *set, sv_from *item)
{
	if (set->count == set->cap) {
		size_t cap = set->cap ? set->cap * 2 : 4;
		set->items = sv_arena_grow(p->arena, set->items, set->cap * sizeof(sv_from *),
		                           cap * sizeof(sv_from *));
		set->cap = cap;
	}
	set->items[set->count++] = item;
}

static bool is_in_set(const from_set *set, const sv_from *item)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i] == item)
			return true;
	return false;
}

/* The query that an aggregated fact was read from; the fact is its only call. */
static sv_from *finer_query_of(sv_scope *s, const sv_from *at, size_t member)
{
	sv_planner *p = s->planner;
	const sv_member *fact = &p->model->members[member];
	sv_fact_stack stack = {member, p->facts};
	p->facts = &stack;
	sv_from *item = find_finer(p, at, sv_call_home(p, fact, &fact->expr.calls[0]), find_skipped(p));
	p->facts = stack.outer;
	return item;
}

/* The items whose absence makes the reference NULL, those on the way included. */
static void collect_strict(sv_scope *s, sv_from *at, size_t own, const sv_ref *ref, from_set *out)
{
	const sv_model *m = s->planner->model;
	sv_from *item = at;
	if (ref->kind != SV_REF_COLUMN && ref->kind != SV_REF_MEMBER)
		return;
	if (ref->table != own || ref->role != SV_NONE)
		item = sv_scope_reach(s, at, ref->table, ref->role);
	if (!item)
		return;
	const sv_expr *e = ref->kind == SV_REF_MEMBER ? &m->members[ref->member].expr : NULL;
	if (e && e->call_count && is_null_over_nothing(e))
		item = finer_query_of(s, item, ref->member);
	if (!e || e->call_count) {
		for (sv_from *i = item; i; i = i->parent)
			add_to_set(s->planner, out, i);
		return;
	}
	sv_nameds uses = s->uses;
	s->uses = (sv_nameds){0};
	for (size_t i = 0; i < e->ref_count; i++)
		if (e->refs[i].is_strict)
			collect_strict(s, item, m->members[ref->member].table.index, &e->refs[i], out);
	s->uses = uses;
}

/* Reads one operand at *at, in Polish notation. */
static void collect_rejected(sv_scope *s, const sv_expr *e, size_t *at, from_set *out)
{
	const sv_reject *r = &e->rejects[(*at)++];
	switch (r->op) {
	case SV_REJECT_REF:
		collect_strict(s, s->select->from, SV_NONE, &e->refs[r->value], out);
		return;
	case SV_REJECT_AND:
		for (size_t i = 0; i < r->value; i++)
			collect_rejected(s, e, at, out);
		return;
	case SV_REJECT_OR: {
		from_set kept = {0};
		for (size_t i = 0; i < r->value; i++) {
			from_set one = {0};
			collect_rejected(s, e, at, &one);
			if (i == 0) {
				kept = one;
				continue;
			}
			size_t left = 0;
			for (size_t k = 0; k < kept.count; k++)
				if (is_in_set(&one, kept.items[k]))
					kept.items[left++] = kept.items[k];
			kept.count = left;
		}
		for (size_t k = 0; k < kept.count; k++)
			add_to_set(s->planner, out, kept.items[k]);
		return;
	}
	}
}

static bool put_condition(sv_scope *s, const sv_expr *e)
{
	sv_planner *p = s->planner;
	sv_text value = {0};
	size_t own = p->model->is_seed ? 0 : SV_NONE;
	if (!sv_text_put_range(s, s->select->from, own, e, 0, (uint32_t)e->text.len, &value))
		return false;
	*sv_select_add_where(p, s->select) = value;
	if (e->reject_count && !p->model->is_seed) {
		from_set rejected = {0};
		size_t at = 0;
		collect_rejected(s, e, &at, &rejected);
		for (size_t i = 0; i < rejected.count; i++)
			rejected.items[i]->is_inner = true;
	}
	return true;
}

bool sv_scope_put_where(sv_scope *s, const sv_expr *where)
{
	sv_planner *p = s->planner;
	const sv_model *m = p->model;
	const bool *reach = NULL;
	for (size_t i = 0; i < m->filter_count && !p->is_for_types; i++) {
		const sv_expr *filter = &m->filters[i];
		if (!reach)
			reach = sv_graph_reach(p->arena, p->view->graph, s->home);
		if (!sv_scope_reaches(s, filter, reach) || names_current_fact(p, filter))
			continue;
		sv_asker asker = s->asker;
		s->asker = (sv_asker){.reader = "a filter of the view", .place = filter->place};
		if (!put_condition(s, filter))
			return false;
		s->asker = asker;
	}
	return !where || put_condition(s, where);
}
