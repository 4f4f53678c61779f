/*
 * diagram.h - from a model to a picture: an entity-relationship diagram in the
 * language of Mermaid (https://mermaid.js.org/syntax/entityRelationshipDiagram.html).
 */
#ifndef SV_DDL_DIAGRAM_H
#define SV_DDL_DIAGRAM_H

#include "model/model.h"

/*
 * Appends the diagram of a validated model: its tables, each with the columns of
 * its keys and its members; derived metrics as an entity of their own; then the
 * relationships, by name.
 *
 *   erDiagram
 *     "o"["o (orders)"] {
 *       column id PK
 *       column customer_id FK
 *       dimension order_day "order day"
 *       metric revenue
 *       metric cost "private"
 *     }
 *     "c" {
 *       column id PK
 *     }
 *     "o" }o--o| "c" : "order_customer (default)"
 *
 * The right end says what one row of the first table finds: o| at most one row,
 * || exactly one (ASSUME REFERENTIAL INTEGRITY).  The left end says how many rows
 * may lead to one of the second: }o any number, |o at most one (one-to-one).
 *
 * The names of tables and relationships stand in quotes, with #code; for what
 * Mermaid would read as markup.  Members must be words in its grammar, so others
 * are changed and have their real name beside them.
 */
void sv_ddl_put_diagram(const sv_model *m, sv_buf *out);

#endif
