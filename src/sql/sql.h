/* sql.h - from a plan to SQL text.  Decides nothing: same plan, same bytes. */
#ifndef SV_SQL_SQL_H
#define SV_SQL_SQL_H

#include "plan/plan.h"

/*
 * Appends the statement, without a semicolon or a newline at the end.  Names are
 * quoted unless out->keywords says that they need not be.  `database` is the name
 * under which the view's own database is attached now; it is put before sources
 * that were found there.
 */
void sv_sql_put(const sv_plan *plan, sv_str database, sv_buf *out);

/* Appends the source of a table, without an alias: a name, or a query in brackets. */
void sv_sql_put_source(const sv_table *t, sv_str database, sv_buf *out);

#endif
