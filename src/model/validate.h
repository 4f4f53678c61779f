/*
 * validate.h - what must hold in a definition before its expressions are read
 * (docs: reference, sections 2.1, 3 and 5).
 */
#ifndef SV_MODEL_VALIDATE_H
#define SV_MODEL_VALIDATE_H

#include "model/index.h"

/*
 * Checks and completes a model that was just read, in whatever spelling:
 * - limits (members, definition size are the readers' business: here members);
 * - table names unique; member names unique within their table (facts,
 *   dimensions and metrics share one namespace) and among derived metrics, and
 *   no derived metric named like a table's metric; relationship names unique and
 *   unlike any table's name; unnamed relationships get `<from>_<to>`, with _2, _3;
 * - every sv_named gets its index (tables, relationships, dimensions in NON
 *   ADDITIVE BY and PER: that of the metric's own table, else the only one in
 *   the view); with one table a member without a table gets that table's index;
 *   facts and dimensions need a table when there are several;
 * - to_columns default to the primary key of `to`; they must be its primary or
 *   a unique key, in any order, of the same number as from_columns; is_one_to_one;
 * - relationships form no cycle (of directed steps), a table does not refer to
 *   itself, at most one DEFAULT between the same two tables;
 * - USING relationships exist; labels only on facts and dimensions; NON ADDITIVE
 *   BY and PER name dimensions, each once; they stand on metrics with a table.
 * Tables that no relationship reaches are legal as long as nothing needs the way.
 *
 * Returns the index, or NULL after adding at least one problem, each with its
 * place, and a hint that names the nearest known name.
 */
const sv_index *sv_model_validate(sv_arena *a, sv_model *m, sv_diags *diags);

#endif
