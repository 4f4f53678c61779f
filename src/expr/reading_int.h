/*
 * reading_int.h - one expression while its names are being found out.
 */
#ifndef SV_EXPR_READING_INT_H
#define SV_EXPR_READING_INT_H

#include "expr/resolve.h"
#include "expr/tree_int.h"

/* What an expression is for: which names it may use depends on it. */
typedef enum {
	SV_READ_FACT,
	SV_READ_DIMENSION,
	SV_READ_METRIC,
	SV_READ_FILTER,
	SV_READ_JOIN, /* seed form: the condition of a join */
	SV_READ_WHERE,
} sv_read_kind;

/* A name that the expression itself gives a meaning: a lambda parameter, a table
 * of a subquery. */
typedef struct sv_bound sv_bound;

struct sv_bound {
	const sv_bound *outer;
	sv_str name;
};

/* Where in an expression a node stands. */
typedef struct {
	bool in_call;   /* in an aggregate call */
	bool in_window; /* in a window call */
	bool is_strict; /* the expression is NULL when the node is */
	bool is_scalar; /* its value is known to be no list */
	const sv_bound *bound;
} sv_position;

typedef struct {
	sv_arena *arena;
	const sv_model *model;
	const sv_index *names;
	const sv_catalog *catalog;
	sv_diags *diags;
	const sv_doc **items; /* trees of members, NULL where there is none; or NULL */
	sv_read_kind kind;
	const char *subject; /* begins each message: "metric 'revenue'" */
	size_t member;       /* whose expression it is; SV_NONE: of none */
	size_t home;         /* its table; SV_NONE: none */
	size_t last_table;   /* JOIN: tables up to here may be read */
	sv_expr *expr;
	bool *reported;   /* one flag per byte: DuckDB repeats parts of a text in its tree */
	uint32_t *ref_at; /* for each byte 1 + the reference that starts there, or 0 */
	size_t ref_cap;
	size_t call_cap;
	size_t window_cap;
	sv_diag dropped;
} sv_reading;

/* A name as it stands in the text. */
typedef struct {
	sv_str *parts;
	size_t *ends; /* offset behind each part */
	size_t count;
	size_t start;
} sv_written;

/*
 * Adds a problem at bytes of the expression's text: the subject, then the message.
 * Only one is kept for a start.  The result takes the hint, and is never NULL.
 */
sv_diag *sv_reading_fail(sv_reading *r, sv_code code, size_t start, size_t end, const char *fmt,
                         ...) SV_PRINTF(5, 6);

/* Whether a hint would be shown. */
bool sv_reading_is_shown(const sv_reading *r);

/* Reads the name that starts at `start`; false when it is not the one with these
 * parts: then DuckDB made it up. */
bool sv_reading_name(sv_reading *r, size_t start, sv_strs parts, sv_written *out);

/* Finds what a name means and adds a reference, or a problem. */
void sv_meaning_find(sv_reading *r, const sv_written *w, const sv_position *at);

/* The dimensions that PARTITION BY EXCLUDING names, from `start` to `end`. */
void sv_meaning_find_excluded(sv_reading *r, size_t start, size_t end, sv_window *window);

/* Whether a name is bound by the expression itself. */
bool sv_bound_has(const sv_bound *bound, sv_str name);

/* Adds the names that the left side of a LAMBDA binds. */
const sv_bound *sv_bound_lambda(sv_reading *r, const sv_doc *lambda, const sv_bound *outer);

/* Reports names in a subquery that look outside of it. */
void sv_subquery_check(sv_reading *r, const sv_doc *subquery, const sv_bound *bound);

/* Reports members that name each other in a circle, or too deep. */
bool sv_circles_check(sv_arena *a, const sv_model *m, sv_diags *diags);

#endif
