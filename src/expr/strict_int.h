/*
 * strict_int.h - when an expression is NULL because something in it is.
 *
 * Only what is certain on every DuckDB from 1.3 on counts (all measured); in
 * doubt the answer is no.
 */
#ifndef SV_EXPR_STRICT_INT_H
#define SV_EXPR_STRICT_INT_H

#include "expr/resolve.h"
#include "expr/tree_int.h"

/*
 * The node is NULL whenever its child i is.  is_scalar: the value of the node is
 * known to be no list (NULL + [1] is [1]).
 */
bool sv_strict_in(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                  const sv_tree_children *children, size_t i, bool is_scalar);

/* The value of child i is known to be no list. */
bool sv_strict_is_scalar(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                         const sv_tree_children *children, size_t i, bool is_scalar);

/* Fills rejects of a predicate whose refs are there. */
void sv_strict_find_rejects(sv_arena *a, const sv_catalog *catalog, const sv_doc *item,
                            sv_expr *expr);

/* What the aggregate of this name is over no rows. */
sv_empty sv_strict_empty(const sv_catalog *catalog, sv_str function);

#endif
