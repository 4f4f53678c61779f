/*
 * index.h - finds tables, relationships and members of a model by name, in
 * constant time: requests and definitions may name thousands.
 *
 * Names compare ASCII case-insensitively, as DuckDB's do.  An index points
 * into the model, which must not change while it is used.
 */
#ifndef SV_MODEL_INDEX_H
#define SV_MODEL_INDEX_H

#include "model/model.h"

typedef struct sv_index sv_index;

/* Builds the index in the arena.  Of names that occur twice the first is
 * found; validation reports the second. */
const sv_index *sv_index_build(sv_arena *a, const sv_model *m);

/* Index of the table, relationship, or SV_NONE. */
size_t sv_index_table(const sv_index *x, sv_str name);
size_t sv_index_relationship(const sv_index *x, sv_str name);

/* The member of one table with this name, or SV_NONE.  table SV_NONE: among
 * derived metrics. */
size_t sv_index_member(const sv_index *x, size_t table, sv_str name);

/*
 * Members of this name in any table (derived metrics included) come one after
 * the other: start with SV_NONE, go on with what was returned.  SV_NONE: no
 * more.  In order of their indexes.
 */
size_t sv_index_next_named(const sv_index *x, sv_str name, size_t previous);

#endif
