/*
 * text.h - the author's expressions as they are kept.
 */
#ifndef SV_MODEL_TEXT_H
#define SV_MODEL_TEXT_H

#include "model/model.h"

/*
 * The expression without comments and without blanks around it.  Strings
 * ('..', E'..', $$..$$) and quoted names stay as they are.  Points into the text
 * when there is nothing to drop in the middle.  Cleaning twice changes nothing.
 *
 *   sum(x) -- net         sum(x)
 *   a -- why              a
 *     + b                   + b
 *   'a--b' || "c--d"      'a--b' || "c--d"
 *
 * A string or comment that is left open stays: DuckDB says what is wrong.
 */
sv_str sv_expr_clean(sv_arena *a, sv_str text);

/*
 * Makes an expression of what the author wrote: cleans it and checks that it is
 * not empty and its brackets are not nested deeper than SV_MAX_NESTING.  place
 * becomes that of the text without the blanks around it, so that byte i of the
 * text stands at place.start + i where nothing was dropped before it.
 */
bool sv_expr_take(sv_arena *a, sv_str written, sv_span place, sv_expr *out, sv_diags *diags);

/*
 * Makes the source of a table of what the author wrote: a dotted name of up to
 * three parts, or a query in brackets.  Fills source, is_query and source_place.
 */
bool sv_source_take(sv_arena *a, sv_str written, sv_span place, sv_table *out, sv_diags *diags);

/* Facts, dimensions and metrics together: at most SV_MAX_MEMBERS. */
bool sv_model_check_member_count(size_t count, sv_diags *diags);

/* The source of a table that has only a name: orders, "Order Items". */
sv_str sv_source_of_name(sv_arena *a, sv_str name);

/* A name that may have a qualifier (date, o.date, "a.b"), or, when it is no
 * identifier, the whole text as the name (order date). */
sv_named sv_named_take(sv_arena *a, sv_str written, sv_span place);

#endif
