/*
 * calls_int.h - where a call ends whose start DuckDB gave.
 */
#ifndef SV_EXPR_CALLS_INT_H
#define SV_EXPR_CALLS_INT_H

#include "model/model.h"

/* Offsets in the text of an expression. */
typedef struct {
	size_t start;
	size_t end; /* after FILTER (...), WITHIN GROUP (...), OVER (...) */
	size_t name_end;
	size_t open;  /* the bracket behind the name */
	size_t close; /* the bracket that closes it */
	bool has_filter;
	size_t over;     /* first byte after the bracket of OVER (; SV_NONE: no OVER */
	size_t over_end; /* the bracket that closes it */
} sv_call_span;

/*
 * Finds the call that starts at `start`.  Returns false when there is no call of
 * this function: `written` is what DuckDB calls it, which may differ from what
 * the author wrote (percentile_cont is quantile_cont).
 *
 *   sum(x) FILTER (WHERE y) + 1       ends before " + 1"
 */
bool sv_call_find(sv_arena *a, sv_str text, size_t start, sv_str function, sv_call_span *out);

/* The brackets hold nothing but a star: count(*). */
bool sv_call_is_star(sv_str text, const sv_call_span *call);

/* The brackets hold nothing at all. */
bool sv_call_is_empty(sv_str text, const sv_call_span *call);

/*
 * PARTITION BY inside OVER (...): from the word PARTITION to the end of the last
 * expression; both are `over` when there is none.  *names is where they begin:
 * after BY, or after EXCLUDING.
 */
typedef struct {
	size_t start;
	size_t end;
	size_t names;
	bool is_excluding;
} sv_partition;

sv_partition sv_call_partition(sv_str text, const sv_call_span *call);

/*
 * Where the word EXCLUDING of PARTITION BY EXCLUDING starts, from *pos on, which
 * moves behind it; SV_NONE when there is no more.  A column of that name
 * (PARTITION BY excluding, x) is not meant.
 */
size_t sv_call_find_excluding(sv_str text, size_t *pos);

#endif
