/*
 * plan_int.h - what the files of the planner share.
 *
 *   items.c    what a request names
 *   home.c     whose rows answer dimensions-only and facts requests
 *   scope.c    one FROM clause under construction: tables and the ways to them
 *   text.c     expressions: names replaced by columns, facts by their expressions
 *   finish.c   aliases, inner joins, what nothing reads
 *   metrics.c  metrics: branches, unions, windows
 *   refuse.c   why a way cannot be taken, in words
 */
#ifndef SV_PLAN_PLAN_INT_H
#define SV_PLAN_PLAN_INT_H

#include "plan/request.h"

typedef struct sv_fact_stack sv_fact_stack;

/* The aggregated facts that are being computed, innermost first. */
struct sv_fact_stack {
	size_t member;
	const sv_fact_stack *outer;
};

typedef struct {
	sv_arena *arena;
	const sv_view *view;
	const sv_model *model;
	sv_diags *diags;
	const sv_fact_stack *facts;
	size_t replaced;                /* references so far, against SV_MAX_REPLACED */
	size_t twin_scopes;             /* finished scopes in which a source stands twice */
	size_t twins;                   /* conditions that tell them apart, so far */
	const sv_exact_key *exact_keys; /* of the request */
	bool *asked_keys;               /* of the plan */
	bool is_for_types; /* only types are asked for: filters and ways do not change them */
} sv_planner;

/* Facts that name facts twice double at each step: where an expression gets longer
 * than anyone could have meant, it is a mistake, and must not take the memory. */
enum { SV_MAX_REPLACED = 200000 };

/* Counts one more reference; false after adding the problem that it is too many. */
bool sv_count_replaced(sv_planner *p, sv_span place);

/* On whose behalf a way is looked for: only for messages. */
typedef struct {
	const sv_member *metric; /* whose rows are walked from; NULL: none */
	const sv_member *outer;  /* the requested metric that names `metric`; NULL: itself */
	const sv_member *wanted; /* the dimension or fact to reach; NULL: a table */
	bool is_filter;          /* it is wanted for where_clause, not to group by */
	bool is_request;         /* the request can choose a role by writing relationship.name */
	const char *reader;      /* what reads the table: "dimension 'x' of table 'c'"; or NULL */
	sv_span place;
} sv_asker;

/* One SELECT under construction. */
typedef struct sv_scope {
	sv_planner *planner;
	size_t home;
	sv_nameds uses; /* USING of the metric that is computed */
	sv_select *select;
	sv_asker asker;
	sv_from *own;        /* a query that aggregates a finer table: the fact's own table in it */
	const bool *skipped; /* the same: filters that do not hold, since they name the fact */
	bool is_finished;
} sv_scope;

/* One requested item, resolved. */
typedef struct {
	size_t member;
	size_t role; /* chosen by relationship.name; SV_NONE */
	sv_str name; /* column name */
} sv_item;

typedef struct {
	sv_item *items;
	size_t count;
	size_t cap;
} sv_items;

void sv_items_add(sv_planner *p, sv_items *items, sv_item item);

/* items.c: resolves what the request names.  False after adding a problem. */
bool sv_items_read(sv_planner *p, const sv_request *r, sv_items *dimensions, sv_items *metrics,
                   sv_items *facts);

/*
 * home.c: the table whose rows answer a request without metrics (docs: design,
 * rule 4).  `wanted` are its dimensions and facts.  SV_NONE after adding a
 * problem.
 */
size_t sv_home_find(sv_planner *p, const sv_items *dimensions, const sv_items *facts,
                    const sv_expr *where);

/* scope.c */
void sv_scope_open(sv_scope *s, sv_planner *p, size_t home, sv_nameds uses);

/*
 * The FROM item of `table`, reached from another item of the scope; joined when
 * it is not there yet.  NULL after adding a problem.
 */
sv_from *sv_scope_reach(sv_scope *s, sv_from *from, size_t table, size_t role);

/* The item of a joined table of a seed-form view. */
sv_from *sv_scope_seed_table(sv_scope *s, size_t table);

/* Adds a query to what is joined to an item. */
sv_from *sv_scope_join_select(sv_scope *s, sv_from *parent, sv_select *select, sv_str alias);

/* Whether every table that the expression names is reached from the home. */
bool sv_scope_reaches(const sv_scope *s, const sv_expr *e, const bool *reach);

/* Bytes [start, end) of an expression. */
static inline sv_str sv_expr_slice(const sv_expr *e, uint32_t start, uint32_t end)
{
	return (sv_str){e->text.ptr + start, end - start};
}

/* The whole expression is one aggregate call. */
static inline bool sv_expr_is_one_call(const sv_expr *e)
{
	return e->call_count == 1 && e->calls[0].start == 0 && e->calls[0].end == e->text.len;
}

/* text.c: appending to expressions. */
sv_piece *sv_text_add(sv_planner *p, sv_text *t, sv_piece_kind kind);
void sv_text_put_sql(sv_planner *p, sv_text *t, sv_str sql);

/* A part of the author's text; tables that its subqueries read are put where they were found. */
void sv_text_put_slice(sv_planner *p, sv_text *t, const sv_expr *e, uint32_t start, uint32_t end);
void sv_text_put_column(sv_planner *p, sv_text *t, sv_from *from, sv_str name);
void sv_text_put_nest(sv_planner *p, sv_text *t, const sv_text *inner);
void sv_text_put_equal(sv_planner *p, sv_text *t, const sv_text *left, sv_from *from, sv_str name,
                       bool is_null_safe);

/* Bytes [start, end) of a row-level expression, read at an item of the scope.
 * own: the table whose columns bare names are; SV_NONE: filters, where_clause. */
bool sv_text_put_range(sv_scope *s, sv_from *at, size_t own, const sv_expr *e, uint32_t start,
                       uint32_t end, sv_text *out);

/* The expression of a fact or dimension, read at an item of its table. */
bool sv_text_put_member(sv_scope *s, sv_from *at, size_t member, sv_text *out);

/* A requested dimension or fact, from the home of the scope. */
bool sv_text_put_item(sv_scope *s, const sv_item *item, sv_text *out);

/* WHERE: the view's filters that are reached from the home, then `where`. */
bool sv_scope_put_where(sv_scope *s, const sv_expr *where);

/* What the call gives over no rows, as a query of its own, for aggregates of which
 * only that can tell. */
bool sv_text_put_over_nothing(sv_planner *p, size_t home, sv_nameds uses, const sv_expr *e,
                              const sv_call *call, sv_text *out);

/* The table whose rows an aggregate call inside a fact aggregates; SV_NONE after
 * adding a problem. */
size_t sv_call_home(sv_planner *p, const sv_member *fact, const sv_call *call);

/* Appends one column and returns its expression, to be filled. */
sv_text *sv_select_add(sv_planner *p, sv_select *select, sv_str name);
sv_text *sv_select_add_where(sv_planner *p, sv_select *select);

/* A name that no column of the query has: base, base_2, base_3. */
sv_str sv_select_fresh_name(sv_planner *p, const sv_select *select, sv_str base);

/* finish.c: after the last text was put. */
void sv_scope_finish(sv_scope *s);

/* Whether two expressions, two items of two scopes mean the same. */
bool sv_text_same(const sv_text *x, const sv_text *y);
bool sv_from_same(const sv_from *x, const sv_from *y);

/* metrics.c */
sv_select *sv_metrics_plan(sv_planner *p, const sv_items *dimensions, const sv_items *metrics,
                           const sv_expr *where);

/* refuse.c: adds the problem that no way, or more than one, leads there. */
void sv_refuse_way(sv_planner *p, const sv_asker *asker, size_t from, size_t to, size_t role,
                   const sv_ways *ways);

#endif
