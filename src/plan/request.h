/*
 * request.h - from a request against a view to a plan (docs: design, section 5).
 */
#ifndef SV_PLAN_REQUEST_H
#define SV_PLAN_REQUEST_H

#include "plan/plan.h"
#include "plan/view.h"

/*
 * The types of the columns of a relationship, if they are such that values which are
 * equal are the same value, integers and the like, so that rows may be grouped by
 * either side.  NULL pointers: they are not, or nothing is known.
 */
typedef struct {
	const sv_str *from; /* one for each column */
	const sv_str *to;
} sv_exact_key;

/* The items as the caller wrote them: "region", "o.*", "departs.city AS c". */
typedef struct {
	sv_strs dimensions;
	sv_strs metrics;
	sv_strs facts;
	const sv_expr *where;           /* from sv_expr_resolve_where(); NULL: none */
	const sv_exact_key *exact_keys; /* one per relationship; NULL: not known of any */
} sv_request;

/*
 * Decides everything about the answer.  Returns NULL after adding a problem:
 * unknown or private names, fan-out, ways that nobody chose, duplicates.
 * Time is linear in what the request names, not in the size of the view.
 */
const sv_plan *sv_plan_request(sv_arena *a, const sv_view *v, const sv_request *r, sv_diags *diags);

/*
 * Checks what only paths can tell about a definition whose expressions are
 * resolved: every name of another table is reached by exactly one way towards
 * the one side, aggregated facts have one finer table, USING relationships are
 * reached, every filter holds for some table.  Adds the problems it finds and
 * returns whether there were none.
 */
bool sv_plan_check(sv_arena *a, const sv_view *v, sv_diags *diags);

/*
 * A plan whose columns are the given members, one after the other: for DESCRIBE,
 * which tells the types; never meant to be run.  Members of several tables stand
 * in one statement.  Returns NULL after adding a problem.
 */
const sv_plan *sv_plan_types(sv_arena *a, const sv_view *v, const size_t *members, size_t count,
                             sv_diags *diags);

/* One flag per member of the view: the dimensions that a request for this metric
 * must name, because windows do. */
const bool *sv_plan_required_dimensions(sv_arena *a, const sv_view *v, size_t metric);

#endif
