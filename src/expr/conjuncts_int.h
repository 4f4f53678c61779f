/* conjuncts_int.h - the parts of a predicate that are joined by AND. */
#ifndef SV_EXPR_CONJUNCTS_INT_H
#define SV_EXPR_CONJUNCTS_INT_H

#include "expr/tree_int.h"

/*
 * Fills the conjuncts of a predicate whose text was parsed to `item`: found by the
 * words AND outside of brackets, and kept only where the operands of the AND in
 * DuckDB's tree stand in them.  Else there are none.
 */
void sv_conjuncts_find(sv_arena *a, const sv_doc *item, sv_expr *expr);

#endif
