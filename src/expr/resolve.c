/*
 * One walk over DuckDB's tree per expression finds names, aggregate calls and
 * window calls; then they are put in order and what must hold for the whole
 * expression is checked.
 */
#include "expr/resolve.h"

#include <stdlib.h>

#include "expr/calls_int.h"
#include "expr/reading_int.h"
#include "expr/strict_int.h"
#include "model/text.h"

static void walk(sv_reading *r, const sv_doc *node, sv_position at);

static sv_str text_of(const char *s)
{
	return (sv_str){s, strlen(s)};
}

/* Window functions that are nothing else; since 1.5 DuckDB lists them among the
 * aggregates. */
static bool is_window_only(const sv_reading *r, sv_str function)
{
	static const char *const names[] = {"cume_dist", "dense_rank",   "fill", "first_value",
	                                    "lag",       "last_value",   "lead", "nth_value",
	                                    "ntile",     "percent_rank", "rank", "rank_dense",
	                                    "row_number"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sv_str_ieq(function, text_of(names[i])))
			return true;
	return sv_words_has(r->catalog->windows, function);
}

static bool is_aggregate(const sv_reading *r, sv_str function)
{
	return !is_window_only(r, function) && (sv_words_has(r->catalog->aggregates, function) ||
	                                        sv_words_has(r->catalog->aggregate_macros, function));
}

/* Walks what is below a node, but for what stands under `skip`. */
static void walk_below(sv_reading *r, const sv_doc *node, sv_position at, const char *skip)
{
	sv_tree_children children = sv_tree_children_of(r->arena, node);
	for (size_t i = 0; i < children.count; i++) {
		const sv_tree_child *child = &children.items[i];
		sv_position below = at;
		if (skip && sv_str_eq(child->key, text_of(skip)))
			continue;
		below.is_strict =
		    at.is_strict && sv_strict_in(r->arena, r->catalog, node, &children, i, at.is_scalar);
		below.is_scalar = below.is_strict && sv_strict_is_scalar(r->arena, r->catalog, node,
		                                                         &children, i, at.is_scalar);
		walk(r, child->node, below);
	}
}

static void column(sv_reading *r, const sv_doc *node, const sv_position *at)
{
	size_t place = sv_tree_place(node);
	sv_strs names = sv_tree_column_names(r->arena, node);
	sv_written w;
	if (names.count == 0 || sv_bound_has(at->bound, names.items[0]))
		return;
	if (place == SV_NONE || !sv_reading_name(r, place, names, &w))
		return;
	if (r->ref_at[place]) { /* DuckDB repeats x of CASE x WHEN 1 ... WHEN 2 in its tree */
		sv_ref *known = &r->expr->refs[r->ref_at[place] - 1];
		known->is_strict = known->is_strict || at->is_strict;
		return;
	}
	sv_meaning_find(r, &w, at);
}

/* Names of a LAMBDA's parameters are bound below it.  x -> x is also how JSON is
 * read (o.j -> 'a'): that has no parameters. */
static bool binds_names(sv_reading *r, const sv_doc *lambda)
{
	const sv_doc *left = sv_doc_get(lambda, "lhs");
	if (!left || left->kind != SV_DOC_MAP || sv_bound_lambda(r, lambda, NULL) == NULL)
		return false;
	if (sv_str_eq(sv_tree_text(lambda, "syntax_type"), SV_LIT("LAMBDA_KEYWORD")) ||
	    sv_tree_first_place(r->arena, left) == SV_NONE) /* lambda x: ..., in all versions */
		return true;
	return sv_tree_is(left, "FUNCTION");
}

static bool mentions(sv_reading *r, const sv_doc *node, const sv_bound *bound)
{
	if (sv_tree_is(node, "COLUMN_REF")) {
		sv_strs names = sv_tree_column_names(r->arena, node);
		return names.count && sv_bound_has(bound, names.items[0]);
	}
	sv_tree_children children = sv_tree_children_of(r->arena, node);
	for (size_t i = 0; i < children.count; i++)
		if (mentions(r, children.items[i].node, bound))
			return true;
	return false;
}

/* The functions that take a lambda, as their second argument. */
static bool takes_lambda(sv_str function)
{
	static const char *const names[] = {
	    "apply",      "array_apply", "array_filter", "array_reduce",   "array_transform", "filter",
	    "list_apply", "list_filter", "list_reduce",  "list_transform", "reduce"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sv_str_ieq(function, text_of(names[i])))
			return true;
	return false;
}

/* An arrow: a lambda where one is taken, or where its body uses the parameter. */
static void lambda(sv_reading *r, const sv_doc *node, sv_position at, bool is_taken)
{
	const sv_doc *body = sv_doc_get(node, "expr");
	const sv_bound *own = sv_bound_lambda(r, node, NULL);
	at.is_strict = false;
	at.is_scalar = false;
	bool is_lambda = own && body && body->kind == SV_DOC_MAP &&
	                 (is_taken || binds_names(r, node) || mentions(r, body, own));
	if (!is_lambda) {
		walk_below(r, node, at, NULL);
		return;
	}
	at.bound = sv_bound_lambda(r, node, at.bound);
	walk_below(r, node, at, "lhs");
}

/* The bytes of a function's name and brackets, or its first byte. */
static size_t call_end(sv_reading *r, size_t start, sv_str function)
{
	sv_call_span span;
	return sv_call_find(r->arena, r->expr->text, start, function, &span) ? span.end : start + 1;
}

/*
 * What is written before a function's name is a schema: o.amount.sum() is parsed
 * as a call of sum in schema amount, with no reference to a column.  Schemas that
 * the parser makes up (main, for [x for x in l]) are not in the text.
 */
static bool check_qualifiers(sv_reading *r, const sv_doc *node, const sv_position *at, size_t start,
                             sv_str function)
{
	sv_strs qualifiers = sv_tree_qualifiers(r->arena, node);
	sv_written w;
	if (qualifiers.count == 0 || !sv_reading_name(r, start, qualifiers, &w) ||
	    sv_words_has(r->catalog->schemas, qualifiers.items[0]) ||
	    sv_bound_has(at->bound, qualifiers.items[0]))
		return true;
	size_t end = call_end(r, start, function);
	sv_buf hint = SV_BUF_INIT(r->arena);
	sv_buf_putf(&hint, "Write %.*s(%.*s)", SV_FMT(function), (int)(w.ends[w.count - 1] - start),
	            r->expr->text.ptr + start);
	sv_reading_fail(r, SV_E_INVALID, start, end, "calls '%.*s' on a name: '%.*s'", SV_FMT(function),
	                (int)(end - start), r->expr->text.ptr + start)
	    ->hint = sv_buf_cstr(&hint);
	return false;
}

/* Whether an aggregate may stand here; reports it if not. */
static bool check_aggregate(sv_reading *r, const sv_position *at, const sv_call_span *span)
{
	const char *message = NULL;
	const char *hint = NULL;
	if (at->in_call) {
		message = "has an aggregate inside an aggregate:";
		hint = r->kind == SV_READ_METRIC
		           ? "Declare a fact for the inner part; over finished values, a metric"
		           : "Declare a fact for the inner part";
	} else if (at->in_window) {
		message = "has an aggregate inside a window call:";
		hint = "Declare a metric for the inner part";
	} else if (r->kind == SV_READ_DIMENSION) {
		message = "has an aggregate, which dimensions cannot have:";
		hint = "Declare a fact for it, which a dimension may use";
	} else if (r->kind == SV_READ_FILTER) {
		message = "has an aggregate, which filters cannot have:";
		hint = "Declare a fact for it, which a filter may use";
	} else if (r->kind == SV_READ_WHERE) {
		message = "cannot aggregate:";
		hint = "Filter the result of the query outside instead";
	} else if (r->kind == SV_READ_JOIN) {
		message = "has an aggregate, which join conditions cannot have:";
	} else if (r->kind == SV_READ_METRIC && r->home == SV_NONE) {
		message = "belongs to no table and has an aggregate:";
		hint = "Write its table in front of its name, or declare a metric for the aggregate";
	}
	if (!message)
		return true;
	sv_reading_fail(r, SV_E_INVALID, span->start, span->end, "%s '%.*s'", message,
	                (int)(span->name_end - span->start), r->expr->text.ptr + span->start)
	    ->hint = hint;
	return false;
}

static bool has_operands(sv_reading *r, const sv_doc *node)
{
	sv_tree_children children = sv_tree_children_of(r->arena, node);
	for (size_t i = 0; i < children.count; i++) {
		sv_str key = children.items[i].key;
		if (sv_str_eq(key, SV_LIT("children")) || sv_str_eq(key, SV_LIT("arguments")))
			return true;
	}
	return false;
}

/* (o.amount).sum(): what is aggregated stands before the name, or the brackets are
 * empty. */
static bool is_method(sv_reading *r, const sv_doc *node, const sv_call_span *span)
{
	return sv_tree_first_place(r->arena, node) < span->start ||
	       (has_operands(r, node) && sv_call_is_empty(r->expr->text, span));
}

/* Finds the call in the text; reports one that is not written as a call. */
static bool find_call(sv_reading *r, const sv_doc *node, sv_str function, sv_call_span *span)
{
	size_t start = sv_tree_place(node);
	bool is_window = sv_tree_is(node, "WINDOW");
	if (start == SV_NONE || start >= r->expr->text.len)
		start = 0;
	if (sv_call_find(r->arena, r->expr->text, start, function, span) && !is_method(r, node, span) &&
	    is_window == (span->over != SV_NONE))
		return true;
	sv_reading_fail(r, SV_E_INVALID, start, call_end(r, start, function),
	                "does not write '%.*s' as a call", SV_FMT(function))
	    ->hint =
	    is_window ? "Write f(x) OVER (...), with its brackets" : "Write f(x), as in sum(o.amount)";
	return false;
}

static void *room(sv_reading *r, void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	size_t old = *cap;
	*cap = old ? old * 2 : 4;
	return sv_arena_grow(r->arena, items, old * size, *cap * size);
}

static void aggregate(sv_reading *r, const sv_doc *node, sv_position at, sv_str function)
{
	sv_call_span span;
	sv_expr *e = r->expr;
	if (!find_call(r, node, function, &span) || !check_aggregate(r, &at, &span))
		return;
	e->calls = room(r, e->calls, e->call_count, &r->call_cap, sizeof(sv_call));
	e->calls[e->call_count++] = (sv_call){.start = (uint32_t)span.start,
	                                      .end = (uint32_t)span.end,
	                                      .empty = sv_strict_empty(r->catalog, function),
	                                      .is_star = sv_str_ieq(function, SV_LIT("count_star"))};
	at.in_call = true;
	at.is_strict = false;
	at.is_scalar = false;
	walk_below(r, node, at, NULL);
}

/* A star is in the tree only since 2.0, and not always: a function without
 * operands may have one. */
static bool check_star(sv_reading *r, const sv_doc *node, size_t start, sv_str function)
{
	sv_call_span span;
	if (has_operands(r, node) || !sv_call_find(r->arena, r->expr->text, start, function, &span))
		return true;
	bool is_count = sv_str_ieq(function, SV_LIT("count_star"));
	bool is_star = sv_call_is_star(r->expr->text, &span);
	bool is_empty = sv_call_is_empty(r->expr->text, &span);
	if (is_count ? is_star || is_empty : !is_star)
		return true;
	sv_reading_fail(r, SV_E_INVALID, span.start, span.end, "uses * in '%.*s'",
	                (int)(span.end - span.start), r->expr->text.ptr + span.start)
	    ->hint = "A star may stand in count(*) only";
	return false;
}

/* Functions that make several rows of one, and rows that are counted several times
 * with them. */
static bool check_rows(sv_reading *r, const sv_doc *node, sv_str function)
{
	static const char *const names[] = {"generate_subscripts", "unlist", "unnest"};
	size_t start = sv_tree_place(node);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!sv_str_ieq(function, text_of(names[i])))
			continue;
		if (start == SV_NONE || start >= r->expr->text.len)
			start = 0;
		sv_reading_fail(r, SV_E_INVALID, start, call_end(r, start, function),
		                "calls '%.*s', which makes several rows of one", SV_FMT(function))
		    ->hint = "Use it in a query that is the source of a table";
		return false;
	}
	return true;
}

static void function(sv_reading *r, const sv_doc *node, sv_position at)
{
	sv_str name = sv_tree_function_name(node);
	size_t start = sv_tree_place(node);
	if (!check_rows(r, node, name))
		return;
	if (start != SV_NONE && start < r->expr->text.len) {
		if (!check_qualifiers(r, node, &at, start, name) || !check_star(r, node, start, name))
			return;
	}
	if (is_aggregate(r, name)) {
		aggregate(r, node, at, name);
		return;
	}
	if (is_window_only(r, name) && start != SV_NONE && start < r->expr->text.len) {
		sv_reading_fail(r, SV_E_INVALID, start, call_end(r, start, name),
		                "calls window function '%.*s' without OVER (...)", SV_FMT(name));
		return;
	}
	if (!takes_lambda(name)) {
		walk_below(r, node, at, NULL);
		return;
	}
	sv_tree_children children = sv_tree_children_of(r->arena, node);
	at.is_strict = false;
	at.is_scalar = false;
	for (size_t i = 0; i < children.count; i++) {
		if (i == 1 && sv_tree_is(children.items[i].node, "LAMBDA"))
			lambda(r, children.items[i].node, at, true);
		else
			walk(r, children.items[i].node, at);
	}
}

static bool check_window(sv_reading *r, const sv_position *at, const sv_call_span *span)
{
	const char *message = NULL;
	const char *hint = "Windows are for metrics, over other metrics";
	if (r->kind != SV_READ_METRIC) {
		message = r->kind == SV_READ_WHERE ? "cannot use a window call"
		                                   : "has a window call, which only metrics can have";
	} else if (at->in_call) {
		message = "has a window call inside an aggregate";
		hint = "A window is computed after the groups are finished: write it outside";
	} else if (at->in_window) {
		message = "has a window call inside a window call";
		hint = "Declare a metric for the inner part";
	}
	if (!message)
		return true;
	sv_reading_fail(r, SV_E_INVALID, span->start, span->end, "%s", message)->hint = hint;
	return false;
}

static void window(sv_reading *r, const sv_doc *node, sv_position at)
{
	sv_call_span span;
	sv_expr *e = r->expr;
	sv_str name = sv_tree_function_name(node);
	size_t start = sv_tree_place(node);
	if (start != SV_NONE && start < e->text.len && !check_qualifiers(r, node, &at, start, name))
		return;
	if (!find_call(r, node, name, &span) || !check_window(r, &at, &span))
		return;
	sv_partition partition = sv_call_partition(e->text, &span);
	sv_window w = {.start = (uint32_t)span.start,
	               .end = (uint32_t)span.end,
	               .over = (uint32_t)span.over,
	               .partition_start = (uint32_t)partition.start,
	               .partition_end = (uint32_t)partition.end,
	               .is_excluding = partition.is_excluding};
	if (partition.is_excluding)
		sv_meaning_find_excluded(r, partition.names, partition.end, &w);
	e->windows = room(r, e->windows, e->window_count, &r->window_cap, sizeof(w));
	e->windows[e->window_count++] = w;
	at.in_window = true;
	at.is_strict = false;
	at.is_scalar = false;
	walk_below(r, node, at, partition.is_excluding ? "partitions" : NULL);
}

/* A subquery is left alone, but for the left side of x IN (SELECT ...). */
static void subquery(sv_reading *r, const sv_doc *node, sv_position at)
{
	const sv_doc *list = sv_tree_any_list(r->arena, node);
	at.is_strict = false;
	at.is_scalar = false;
	if (list) {
		walk_below(r, node, at, "subquery");
		walk_below(r, list, at, NULL);
		return;
	}
	if (r->kind == SV_READ_WHERE || r->kind == SV_READ_JOIN) {
		size_t start = sv_tree_first_place(r->arena, node);
		if (start == SV_NONE)
			start = 0;
		sv_reading_fail(r, SV_E_INVALID, start, start,
		                r->kind == SV_READ_WHERE ? "cannot use a subquery" : "has a subquery")
		    ->hint = r->kind == SV_READ_WHERE ? "Write a predicate over dimensions and facts"
		                                      : "Write a condition over the columns of the tables";
		return;
	}
	sv_subquery_check(r, node, at.bound);
	walk_below(r, node, at, "subquery");
}

static void refuse(sv_reading *r, const sv_doc *node, const char *what, const char *hint)
{
	size_t start = sv_tree_place(node);
	if (start == SV_NONE)
		start = 0;
	sv_reading_fail(r, SV_E_INVALID, start, start, "has %s", what)->hint = hint;
}

static void walk(sv_reading *r, const sv_doc *node, sv_position at)
{
	if (sv_tree_is(node, "COLUMN_REF"))
		column(r, node, &at);
	else if (sv_tree_is(node, "FUNCTION"))
		function(r, node, at);
	else if (sv_tree_is(node, "WINDOW"))
		window(r, node, at);
	else if (sv_tree_is(node, "LAMBDA"))
		lambda(r, node, at, false);
	else if (sv_tree_is(node, "SUBQUERY"))
		subquery(r, node, at);
	else if (sv_tree_is(node, "STAR"))
		refuse(r, node, "a star", "* and COLUMNS(...) may stand in count(*) only");
	else if (sv_tree_is(node, "PARAMETER"))
		refuse(r, node, "a parameter", "Write the value");
	else if (sv_tree_is(node, "POSITIONAL_REFERENCE"))
		refuse(r, node, "a column by its position", "Write the name of the column");
	else if (sv_tree_is(node, "DEFAULT"))
		refuse(r, node, "DEFAULT", "Write the value");
	else if (sv_tree_has_type(node, "GROUPING_FUNCTION"))
		refuse(r, node, "grouping()", "What a query groups by is for the query to say");
	else if (!sv_tree_is(node, "TYPE") && !sv_tree_is(node, "CONSTANT"))
		walk_below(r, node, at, NULL);
}

static int by_ref_start(const void *a, const void *b)
{
	const sv_ref *x = a;
	const sv_ref *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

static int by_call_start(const void *a, const void *b)
{
	const sv_call *x = a;
	const sv_call *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

static int by_window_start(const void *a, const void *b)
{
	const sv_window *x = a;
	const sv_window *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/* The tree has them in no order, and some twice. */
static void put_in_order(sv_expr *e)
{
	size_t kept = 0;
	if (e->ref_count)
		qsort(e->refs, e->ref_count, sizeof(sv_ref), by_ref_start);
	if (e->call_count)
		qsort(e->calls, e->call_count, sizeof(sv_call), by_call_start);
	for (size_t i = 0; i < e->call_count; i++)
		if (i == 0 || e->calls[i].start != e->calls[kept - 1].start)
			e->calls[kept++] = e->calls[i];
	e->call_count = kept;
	if (e->window_count)
		qsort(e->windows, e->window_count, sizeof(sv_window), by_window_start);
	kept = 0;
	for (size_t i = 0; i < e->window_count; i++)
		if (i == 0 || e->windows[i].start != e->windows[kept - 1].start)
			e->windows[kept++] = e->windows[i];
	e->window_count = kept;
}

/* In which call and window each reference stands; spans do not overlap. */
static void place_refs(sv_expr *e)
{
	size_t call = 0;
	size_t window = 0;
	for (size_t i = 0; i < e->ref_count; i++) {
		sv_ref *ref = &e->refs[i];
		while (call < e->call_count && e->calls[call].end <= ref->start)
			call++;
		while (window < e->window_count && e->windows[window].end <= ref->start)
			window++;
		if (call < e->call_count && e->calls[call].start <= ref->start)
			ref->call = call;
		if (window < e->window_count && e->windows[window].start <= ref->start)
			ref->window = window;
	}
}

static void check_windows(sv_reading *r)
{
	const sv_expr *e = r->expr;
	bool *names_metric = SV_NEW_N(r->arena, bool, e->window_count);
	for (size_t i = 0; i < e->ref_count; i++)
		if (e->refs[i].window != SV_NONE && e->refs[i].kind == SV_REF_METRIC)
			names_metric[e->refs[i].window] = true;
	for (size_t i = 0; i < e->window_count; i++)
		if (!names_metric[i])
			sv_reading_fail(r, SV_E_INVALID, e->windows[i].start, e->windows[i].end,
			                "has a window call that names no metric")
			    ->hint = "Windows are computed over finished groups: name a metric in it, as in "
			             "rank() OVER (ORDER BY revenue)";
}

static void check_metric(sv_reading *r)
{
	const sv_expr *e = r->expr;
	const sv_member *it = &r->model->members[r->member];
	bool names_metric = false;
	for (size_t i = 0; i < e->ref_count; i++)
		names_metric = names_metric || e->refs[i].kind == SV_REF_METRIC;
	check_windows(r);
	if (e->call_count == 0 && e->window_count == 0 && !names_metric) {
		sv_reading_fail(r, SV_E_INVALID, 0, e->text.len, "has neither an aggregate nor a metric")
		    ->hint = "Write an aggregate such as sum(x), or name a metric";
		return;
	}
	if (e->call_count == 0 && it->non_additive_count)
		sv_reading_fail(r, SV_E_INVALID, 0, e->text.len,
		                "has NON ADDITIVE BY but no aggregate of its own")
		    ->hint = "Write it on the metrics that it names";
	else if (e->call_count == 0 && e->window_count == 0 && it->uses.count)
		sv_reading_fail(r, SV_E_INVALID, 0, e->text.len, "has USING but no aggregate of its own")
		    ->hint = "Write it on the metrics that it names";
}

static void report_tree(sv_reading *r, sv_tree_result result, sv_str message, size_t place)
{
	size_t start = place == SV_NONE ? 0 : place;
	size_t end = place == SV_NONE ? r->expr->text.len : place;
	switch (result) {
	case SV_TREE_OK:
		return;
	case SV_TREE_NO_PARSE:
		sv_reading_fail(r, SV_E_SYNTAX, start, end, "does not parse: %.*s", SV_FMT(message));
		return;
	case SV_TREE_NOT_ONE:
		sv_reading_fail(r, SV_E_SYNTAX, 0, r->expr->text.len, "is not one expression");
		return;
	case SV_TREE_TOO_DEEP:
		sv_reading_fail(r, SV_E_LIMIT, 0, r->expr->text.len, "is nested too deep");
		return;
	case SV_TREE_BROKEN:
		break;
	}
	sv_reading_fail(r, SV_E_INTERNAL, 0, 0, "has no syntax tree");
}

/* The tree of an expression, or NULL after reporting. */
static const sv_doc *read_tree(sv_reading *r, const sv_doc *const *trees)
{
	const sv_doc *item;
	sv_str message = {0};
	size_t place;
	sv_tree_result result =
	    sv_tree_expression(trees[0], trees[1], r->expr->text.len, &item, &message, &place);
	report_tree(r, result, message, place);
	return item;
}

/* Reads the names of one expression. */
static bool read_names(sv_reading *r, const sv_doc *item)
{
	sv_expr *e = r->expr;
	int before = r->diags->count;
	e->refs = NULL;
	e->calls = NULL;
	e->windows = NULL;
	e->ref_count = e->call_count = e->window_count = 0;
	r->reported = SV_NEW_N(r->arena, bool, e->text.len + 1);
	r->ref_at = SV_NEW_N(r->arena, uint32_t, e->text.len + 1);
	walk(r, item, (sv_position){.is_strict = true});
	if (r->diags->count != before)
		return false;
	put_in_order(e);
	place_refs(e);
	if (r->kind == SV_READ_METRIC)
		check_metric(r);
	if (r->kind == SV_READ_FILTER || r->kind == SV_READ_WHERE)
		sv_strict_find_rejects(r->arena, r->catalog, item, e);
	e->is_resolved = r->diags->count == before;
	return e->is_resolved;
}

typedef struct {
	sv_arena *arena;
	sv_model *model;
	const sv_index *names;
	const sv_catalog *catalog;
	sv_diags *diags;
	const sv_doc **items; /* of members, filters, joins; NULL: resolved already, or bad */
} resolver;

static sv_reading reading_of(const resolver *all, sv_read_kind kind, sv_expr *expr)
{
	return (sv_reading){.arena = all->arena,
	                    .model = all->model,
	                    .names = all->names,
	                    .catalog = all->catalog,
	                    .diags = all->diags,
	                    .items = all->items,
	                    .kind = kind,
	                    .member = SV_NONE,
	                    .home = SV_NONE,
	                    .expr = expr};
}

static const char *member_subject(const resolver *all, size_t i)
{
	const sv_member *it = &all->model->members[i];
	sv_buf b = SV_BUF_INIT(all->arena);
	sv_buf_putf(&b, "%s '%.*s'", sv_member_kind_name(it->kind), SV_FMT(it->name));
	if (it->table.index != SV_NONE && all->model->table_count > 1 && !all->model->is_seed)
		sv_buf_putf(&b, " of table '%.*s'", SV_FMT(all->model->tables[it->table.index].name));
	return sv_buf_cstr(&b);
}

static sv_reading member_reading(const resolver *all, size_t i)
{
	sv_member *it = &all->model->members[i];
	sv_read_kind kind = it->kind == SV_FACT        ? SV_READ_FACT
	                    : it->kind == SV_DIMENSION ? SV_READ_DIMENSION
	                                               : SV_READ_METRIC;
	sv_reading r = reading_of(all, kind, &it->expr);
	r.member = i;
	r.home = it->table.index;
	r.subject = member_subject(all, i);
	return r;
}

static sv_reading filter_reading(const resolver *all, size_t i)
{
	sv_reading r = reading_of(all, SV_READ_FILTER, &all->model->filters[i]);
	sv_buf b = SV_BUF_INIT(all->arena);
	sv_buf_putf(&b, "filter %zu", i + 1);
	r.subject = sv_buf_cstr(&b);
	r.home = 0;
	return r;
}

static sv_reading join_reading(const resolver *all, size_t i)
{
	sv_relationship *it = &all->model->relationships[i];
	sv_reading r = reading_of(all, SV_READ_JOIN, &it->on);
	sv_buf b = SV_BUF_INIT(all->arena);
	sv_buf_putf(&b, "the condition of join '%.*s'", SV_FMT(it->to.name));
	r.subject = sv_buf_cstr(&b);
	r.home = it->to.index;
	r.last_table = it->to.index;
	return r;
}

static sv_reading reading_at(const resolver *all, size_t i)
{
	size_t members = sv_model_member_count(all->model);
	if (i < members)
		return member_reading(all, i);
	if (i < members + all->model->filter_count)
		return filter_reading(all, i - members);
	return join_reading(all, i - members - all->model->filter_count);
}

bool sv_expr_resolve_model(sv_arena *a, sv_model *m, const sv_index *names,
                           const sv_catalog *catalog, const sv_doc *const *trees, sv_diags *diags)
{
	resolver all = {.arena = a, .model = m, .names = names, .catalog = catalog, .diags = diags};
	size_t count = sv_model_expr_count(m);
	bool ok = true;
	all.items = SV_NEW_N(a, const sv_doc *, count);
	for (size_t i = 0; i < count; i++) {
		sv_reading r = reading_at(&all, i);
		if (r.expr->is_resolved)
			continue;
		all.items[i] = read_tree(&r, trees);
		ok = all.items[i] && ok;
		trees += 2;
	}
	for (size_t i = 0; i < count; i++) {
		sv_reading r = reading_at(&all, i);
		if (all.items[i])
			ok = read_names(&r, all.items[i]) && ok;
	}
	return ok && sv_circles_check(a, m, diags);
}

bool sv_expr_resolve_where(sv_arena *a, const sv_model *m, const sv_index *names,
                           const sv_catalog *catalog, sv_str where, const sv_doc *const *trees,
                           sv_expr *out, sv_diags *diags)
{
	*out = (sv_expr){0};
	sv_reading r = {.arena = a,
	                .model = m,
	                .names = names,
	                .catalog = catalog,
	                .diags = diags,
	                .kind = SV_READ_WHERE,
	                .subject = "where_clause",
	                .member = SV_NONE,
	                .home = SV_NONE,
	                .expr = out};
	if (!sv_expr_take(a, where, (sv_span){0, (uint32_t)where.len}, out, diags))
		return false;
	const sv_doc *item = read_tree(&r, trees);
	return item && read_names(&r, item);
}
