/*
 * The last look at a FROM clause: what nothing reads goes, every item gets its
 * alias.
 */
#include "plan/plan_int.h"

static void mark_text(const sv_text *t);

static void mark(sv_from *item)
{
	if (!item || item->is_used)
		return;
	item->is_used = true;
	mark(item->parent);
	for (size_t i = 0; i < item->on_count; i++)
		mark_text(&item->on[i]);
}

static void mark_text(const sv_text *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		mark(t->items[i].from);
		mark_text(t->items[i].inner);
		mark_text(t->items[i].test);
		mark_text(t->items[i].other);
	}
}

/* Marks the items that a text reads, other than these two; whether there is one. */
static bool note_reads(const sv_text *t, const sv_from *a, const sv_from *b)
{
	bool any = false;
	for (size_t i = 0; t && i < t->count; i++) {
		const sv_piece *piece = &t->items[i];
		if (piece->from && piece->from != a && piece->from != b)
			any = piece->from->is_read = true;
		any |= note_reads(piece->inner, a, b);
		any |= note_reads(piece->test, a, b);
		any |= note_reads(piece->other, a, b);
	}
	return any;
}

static void note_joins(const sv_from *item)
{
	for (sv_from *c = item->first; c; c = c->next) {
		for (size_t i = 0; i < c->on_count; i++)
			c->joins_others |= note_reads(&c->on[i], c, item);
		note_joins(c);
	}
}

static void note_all_reads(const sv_select *select)
{
	for (size_t i = 0; i < select->output_count; i++)
		note_reads(&select->outputs[i].value, NULL, NULL);
	for (size_t i = 0; i < select->where_count; i++)
		note_reads(&select->where[i], NULL, NULL);
	note_joins(select->from);
}

/* Items that must stay whoever reads them were marked when they were made: their
 * conditions have not been followed yet. */
static void mark_forced(sv_from *item)
{
	for (sv_from *c = item->first; c; c = c->next) {
		if (c->is_used) {
			c->is_used = false;
			mark(c);
		}
		mark_forced(c);
	}
}

static void drop_unused(sv_from *item)
{
	sv_from **place = &item->first;
	while (*place) {
		if ((*place)->is_used) {
			drop_unused(*place);
			place = &(*place)->next;
		} else {
			*place = (*place)->next;
		}
	}
}

/* What drops rows comes first: what is left is less for the others, and DuckDB moves
 * no join across a LEFT JOIN (TPC-H Q9: 0.93 of inner joins against 1.7).  A query
 * whose condition reads tables joined before stays behind them. */
static void put_inner_first(sv_from *item)
{
	sv_from *inner = NULL;
	sv_from *others = NULL;
	sv_from **last_inner = &inner;
	sv_from **last_other = &others;
	for (sv_from *c = item->first; c; c = c->next) {
		bool is_first = c->is_inner && !c->joins_others;
		sv_from ***last = is_first ? &last_inner : &last_other;
		put_inner_first(c);
		**last = c;
		*last = &c->next;
	}
	*last_other = NULL;
	*last_inner = others;
	item->first = inner;
}

/* A table that only leads to one other: nobody reads it. */
static bool is_bridge(const sv_from *item)
{
	return !item->is_read && item->first && !item->first->next;
}

/*
 * Behind a bridge a row without a match may go, and the row of the bridge with it:
 * what is read is NULL either way.  So lines LEFT JOIN (orders JOIN (customers JOIN
 * nations)) where nations alone are read: DuckDB's inner joins are faster and may be
 * reordered (TPC-H, revenue by the customer's nation: 0.99 to 1.24 of the time of inner joins,
 * 1.06 to 1.32 without).
 * may_go: whether the item's own row may.
 */
static void join_behind_bridges(sv_from *item, bool may_go)
{
	bool may_drop = may_go && is_bridge(item);
	for (sv_from *c = item->first; c; c = c->next) {
		join_behind_bridges(c, !c->is_inner || may_drop);
		c->is_inner = c->is_inner || may_drop;
	}
}

static size_t count_items(const sv_from *item)
{
	size_t count = 1;
	for (const sv_from *c = item->first; c; c = c->next)
		count += count_items(c);
	return count;
}

static void list_items(sv_from *item, sv_from **out, size_t *count)
{
	out[(*count)++] = item;
	for (sv_from *c = item->first; c; c = c->next)
		list_items(c, out, count);
}

static bool is_taken(sv_from *const *items, size_t count, sv_str alias)
{
	for (size_t i = 0; i < count; i++)
		if (items[i]->alias.ptr && sv_str_ieq(items[i]->alias, alias))
			return true;
	return false;
}

/* A table that stands there twice is told apart by the relationship that leads to
 * it: airports_departs, airports_arrives. */
static sv_str base_of(const sv_planner *p, sv_from *const *items, size_t count, const sv_from *item)
{
	bool is_twice = false;
	for (size_t i = 0; i < count; i++)
		is_twice = is_twice || (items[i] != item && items[i]->table_index == item->table_index);
	if (!is_twice || item->relationship == SV_NONE)
		return item->table->name;
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "%.*s_%.*s", SV_FMT(item->table->name),
	            SV_FMT(p->model->relationships[item->relationship].name));
	return (sv_str){sv_buf_cstr(&b), b.len};
}

/* "base", else "base_2", "base_3" */
static sv_str untaken(const sv_planner *p, sv_from *const *items, size_t count, sv_str base)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_put(&b, base);
	for (unsigned n = 2; is_taken(items, count, (sv_str){sv_buf_cstr(&b), b.len}); n++) {
		b.len = base.len;
		sv_buf_putf(&b, "_%u", n);
	}
	return (sv_str){sv_buf_cstr(&b), b.len};
}

/* Tables first: the names that the author gave stay where they can. */
static void name_items(sv_scope *s)
{
	sv_planner *p = s->planner;
	sv_from *root = s->select->from;
	size_t count = 0;
	sv_from **items = SV_NEW_N(p->arena, sv_from *, count_items(root));
	list_items(root, items, &count);
	sv_str *bases = SV_NEW_N(p->arena, sv_str, count);
	for (size_t i = 0; i < count; i++) {
		bases[i] =
		    items[i]->kind == SV_FROM_TABLE ? base_of(p, items, count, items[i]) : items[i]->alias;
	}
	for (size_t i = 0; i < count; i++)
		items[i]->alias = (sv_str){0};
	for (size_t i = 0; i < count; i++)
		if (items[i]->kind == SV_FROM_TABLE)
			items[i]->alias = untaken(p, items, count, bases[i]);
	for (size_t i = 0; i < count; i++)
		if (items[i]->kind != SV_FROM_TABLE)
			items[i]->alias = untaken(p, items, count, bases[i]);
}

/* Whether two sources may read the same rows: what a query or a view reads is not
 * known, nor what a name means that was not found. */
static bool may_be_same_source(const sv_table *x, const sv_table *y)
{
	if (x->found_name.ptr && y->found_name.ptr && !x->is_found_view && !y->is_found_view)
		return sv_str_ieq(x->found_name, y->found_name) &&
		       sv_str_ieq(x->found_schema, y->found_schema);
	return true;
}

static void add_condition(sv_planner *p, sv_from *item, size_t number)
{
	sv_text *on = SV_NEW_N(p->arena, sv_text, item->on_count + 1);
	memcpy(on, item->on, item->on_count * sizeof(sv_text));
	item->on = on;
	const sv_relationship *rel = &p->model->relationships[item->relationship];
	sv_str key = item->is_backward ? rel->from_columns.items[0] : rel->to_columns.items[0];
	sv_buf before = SV_BUF_INIT(p->arena);
	sv_buf_putf(&before, "concat('%zu', ", number);
	sv_text *out = &on[item->on_count++];
	sv_text_put_sql(p, out, (sv_str){sv_buf_cstr(&before), before.len});
	sv_text_put_column(p, out, item, key);
	sv_text_put_sql(p, out,
	                SV_LIT(") <> '' /* always true: keeps DuckDB from taking this join for "
	                       "one like it */"));
}

/* Whether an item is joined, in brackets, to one that stands there twice itself. */
static bool is_in_twin(sv_from *const *items, const bool *is_twin, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_twin[k] && items[k] == items[i]->parent)
			return true;
	return false;
}

/*
 * DuckDB 1.5 to 2.0 share subplans that look alike (common_subplan), and take one
 * occurrence of a table for another where a subplan reads the same table twice: the
 * departures by departs.city and the arrivals by arrives.city, both with filters on
 * both cities, come out by the same city (measured on 1.5.6 and 2.0.0).  So in all
 * but one of the queries of a plan the second occurrence gets a condition that is
 * always true and different in each.  In the first query too, where what is joined in
 * brackets stands there twice: (g JOIN a) of both roles came out as one of them.
 */
static void tell_twins_apart(sv_planner *p, sv_from *root)
{
	size_t count = 0;
	sv_from **items = SV_NEW_N(p->arena, sv_from *, count_items(root));
	list_items(root, items, &count);
	bool *is_twin = SV_NEW_N(p->arena, bool, count);
	bool any = false;
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i && !is_twin[i]; k++)
			if (items[i]->kind == SV_FROM_TABLE && items[k]->kind == SV_FROM_TABLE &&
			    may_be_same_source(items[i]->table, items[k]->table))
				any = is_twin[i] = true;
	if (!any || p->model->is_seed)
		return;
	bool is_first = ++p->twin_scopes == 1;
	for (size_t i = 1; i < count; i++)
		if (is_twin[i] && (!is_first || is_in_twin(items, is_twin, i)))
			add_condition(p, items[i], ++p->twins);
}

static void finish_queries(sv_from *item)
{
	for (sv_from *c = item->first; c; c = c->next) {
		if (c->open)
			sv_scope_finish(c->open);
		finish_queries(c);
	}
}

void sv_scope_finish(sv_scope *s)
{
	sv_select *select = s->select;
	if (s->is_finished)
		return;
	s->is_finished = true;
	mark(select->from);
	for (size_t i = 0; i < select->output_count; i++)
		mark_text(&select->outputs[i].value);
	for (size_t i = 0; i < select->where_count; i++)
		mark_text(&select->where[i]);
	mark_forced(select->from);
	drop_unused(select->from);
	if (!s->planner->model->is_seed) { /* there a condition may read what stands before it */
		note_all_reads(select);
		join_behind_bridges(select->from, false);
		put_inner_first(select->from);
	}
	name_items(s);
	tell_twins_apart(s->planner, select->from);
	finish_queries(select->from);
}

static const sv_text *value_of(const sv_from *item, sv_str name)
{
	const sv_select *select = item->selects[0];
	for (size_t i = 0; i < select->output_count; i++)
		if (sv_str_eq(select->outputs[i].name, name))
			return &select->outputs[i].value;
	return NULL;
}

static bool same_query(const sv_scope *x, const sv_scope *y)
{
	return x && y && x->own && y->own && x->home == y->home &&
	       memcmp(x->skipped, y->skipped, x->planner->model->filter_count) == 0;
}

bool sv_from_same(const sv_from *x, const sv_from *y)
{
	if (x == y)
		return true;
	if (!x || !y || x->kind != y->kind || x->table_index != y->table_index ||
	    x->relationship != y->relationship || x->is_backward != y->is_backward)
		return false;
	if (x->kind != SV_FROM_TABLE && !same_query(x->open, y->open))
		return false;
	return sv_from_same(x->parent, y->parent);
}

static bool same_inner(const sv_text *x, const sv_text *y)
{
	return x == y || (x && y && sv_text_same(x, y));
}

static bool same_read(const sv_read *x, const sv_read *y)
{
	return sv_str_ieq(x->found_schema, y->found_schema) && sv_str_ieq(x->found_name, y->found_name);
}

static bool same_piece(const sv_piece *x, const sv_piece *y)
{
	if (x->kind != y->kind || x->select != y->select || !sv_from_same(x->from, y->from))
		return false;
	if (x->from != y->from && x->from->kind == SV_FROM_SELECT) {
		const sv_text *left = value_of(x->from, x->text);
		const sv_text *right = value_of(y->from, y->text);
		return left && right && sv_text_same(left, right);
	}
	if (x->read != y->read && !same_read(x->read, y->read))
		return false;
	return sv_str_eq(x->text, y->text) && same_inner(x->inner, y->inner) &&
	       same_inner(x->test, y->test) && same_inner(x->other, y->other);
}

bool sv_text_same(const sv_text *x, const sv_text *y)
{
	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (!same_piece(&x->items[i], &y->items[i]))
			return false;
	return true;
}
