/* lower.h - from the clauses as written to the model. */
#ifndef SV_DDL_LOWER_H
#define SV_DDL_LOWER_H

#include "ddl/ast.h"

/* Returns NULL after adding at least one problem: too many members, a query
 * without an alias, an expression that is empty but for comments. */
sv_model *sv_ddl_lower(sv_arena *a, const sv_body *body, sv_diags *diags);

#endif
