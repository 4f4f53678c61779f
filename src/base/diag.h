/*
 * diag.h - problems found in user input, each with a code and a place.
 *
 * A function that takes an sv_diags and returns false or NULL has added at
 * least one problem; it never prints or exits.  Places are byte offsets into
 * one source text; line and caret are worked out only when shown.
 */
#ifndef SV_BASE_DIAG_H
#define SV_BASE_DIAG_H

#include <stdint.h>

#include "base/buf.h"

typedef struct {
	uint32_t start; /* byte offset of the first byte */
	uint32_t end;   /* one past the last byte; == start for a point */
} sv_span;

/* The place of a problem that has none: no line is shown. */
#define SV_NOWHERE ((sv_span){UINT32_MAX, UINT32_MAX})

/* The kind of a problem, for tests; it is no part of the text. */
typedef enum {
	SV_E_LEX = 1,      /* a byte that no token starts with, as in "o.\1" */
	SV_E_UNTERMINATED, /* a string or quoted name left open, as in "'abc" */
	SV_E_SYNTAX,       /* a token that does not fit the grammar, as in "o b" */
	SV_E_UNKNOWN_NAME, /* a name that nothing defines */
	SV_E_AMBIGUOUS,    /* a name that means two things */
	SV_E_DUPLICATE,    /* a name defined or asked for twice */
	SV_E_CYCLE,        /* things that need each other */
	SV_E_FAN_OUT,      /* a way that multiplies rows, or none at all */
	SV_E_LIMIT,        /* more, longer or deeper than allowed */
	SV_E_INVALID,      /* right in its grammar, wrong in its meaning */
	SV_E_INTERNAL,     /* a broken invariant: our bug, not the author's */
} sv_code;

typedef struct sv_diag sv_diag;

struct sv_diag {
	sv_diag *next;
	sv_code code;
	sv_span span;
	const char *message; /* what is wrong: one sentence, no period at the end */
	const char *hint;    /* what to do: "Did you mean \"orders\"?"; or NULL */
};

typedef struct {
	sv_arena *arena;
	const char *subject; /* begins each problem: "semantic view 'sales'"; or NULL */
	sv_str source;       /* the definition's text; empty: no place is shown */
	sv_diag *first;
	sv_diag **tail;
	int count;       /* problems added, including those past SV_MAX_DIAGS */
	sv_diag dropped; /* where a problem past SV_MAX_DIAGS is written */
} sv_diags;

enum { SV_MAX_DIAGS = 20 }; /* as many as one reads in one go */

void sv_diags_init(sv_diags *d, sv_arena *a, const char *subject, sv_str source);

/* Adds a problem and returns it (so that `hint` can be set); never NULL.
 * Past SV_MAX_DIAGS only the count goes up and no memory is used. */
sv_diag *sv_diags_add(sv_diags *d, sv_code code, sv_span span, const char *fmt, ...)
    SV_PRINTF(4, 5);

/*
 * Appends every problem in the form of DuckDB's own errors, without a newline
 * at the end; of a long line only the part around the place:
 *
 *   semantic view 'sales': unknown table 'ordrs'. Did you mean "orders"?
 *
 *   LINE 2: METRICS (ordrs.revenue AS sum(amount))
 *                    ^~~~~
 */
void sv_diags_render(const sv_diags *d, sv_buf *out);

#endif
