/*
 * print.h - from a model to the statement that defines it.
 */
#ifndef SV_DDL_PRINT_H
#define SV_DDL_PRINT_H

#include "model/model.h"

/*
 * Appends the statement, one item a line, clauses that are empty left out:
 *
 *   CREATE OR REPLACE SEMANTIC VIEW sales AS
 *     TABLES (
 *       o AS orders PRIMARY KEY (id)
 *     )
 *     METRICS (
 *       o.revenue AS sum(o.amount)
 *     )
 *
 * Names are quoted where out->keywords asks for it.  Running it gives the same
 * stored form, byte for byte.  A view in the seed form becomes FROM JSON with its
 * document, dollar-quoted.  view_name is SQL.
 */
void sv_ddl_put_create(const sv_model *m, sv_str view_name, sv_buf *out);

#endif
