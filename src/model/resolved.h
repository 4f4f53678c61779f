/*
 * resolved.h - what was found out when a view was defined, as it is stored beside
 * the author's text, so that a query need not parse expressions again.
 *
 *   "resolved": {"fingerprint": "9ae16a3b2f90404f",
 *                "sources": [["main", "orders"], null],
 *                "reads": [["0 15 21", "main", "orders"]],
 *                "names": ["my column"],
 *                "expressions": ["1 4 6 0 1 0 0 0 1 0 0 ...", ""]}
 *
 * `sources` has an entry for each table: schema and name where it was found.
 * `reads` are tables that queries of the author read, left out where there are none:
 * the number of the text (sources of tables, then expressions), the bytes there,
 * where the table was found.
 * `expressions` has one for each member, filter and (seed form) join condition: its
 * references, calls, windows and rejects as numbers, each kind led by its count; an
 * index is written plus one, 0 is none; "" is an expression that is not resolved.
 * `names` are names of columns that are not the last part of what stands at the
 * reference.  The fingerprint is that of the author's part, so that an edited
 * definition does not keep what was found in the old one.
 */
#ifndef SV_MODEL_RESOLVED_H
#define SV_MODEL_RESOLVED_H

#include "doc/write.h"
#include "model/model.h"

/* Is there anything to store? */
bool sv_resolved_exists(const sv_model *m);

/* Writes the key `resolved`; author_part is the stored form without it. */
void sv_resolved_put(const sv_model *m, sv_str author_part, sv_doc_writer *w);

/*
 * Takes `resolved` over into a model that was just read.  Where it does not fit,
 * in fingerprint or in shape, the model stays as it was: nothing in here is
 * trusted.
 */
void sv_resolved_take(sv_arena *a, const sv_doc *resolved, sv_model *m);

#endif
