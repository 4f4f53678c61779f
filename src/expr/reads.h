/*
 * reads.h - the tables that the author's queries read: FROM orders in a source in
 * brackets, or in a subquery of an expression.  Left as written, a name could mean
 * another table in the caller's query: a WITH of that name, a temp table, or the
 * search path after USE.
 */
#ifndef SV_EXPR_READS_H
#define SV_EXPR_READS_H

#include "doc/doc.h"
#include "model/model.h"

/* The statements to parse: one for each table whose source is a query, in order. */
sv_strs sv_reads_statements(sv_arena *a, const sv_model *m);

/*
 * Notes the names in each source that is a query and in each expression that is not
 * resolved yet, those of their own WITH left out; where they lie is not looked up.
 * expr_trees are of sv_expr_statements(), source_trees of sv_reads_statements().
 * Returns false after adding problems: a source that DuckDB does not take, a name
 * whose place it does not tell, a call of query() or query_table().
 */
bool sv_reads_find(sv_arena *a, sv_model *m, const sv_doc *const *expr_trees,
                   const sv_doc *const *source_trees, sv_diags *diags);

#endif
