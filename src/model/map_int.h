/*
 * map_int.h - a hash map from (scope, name) to an index; the index and the
 * validator are built on it.
 *
 * Names compare ASCII case-insensitively and are not copied.  The map has its
 * final size from the start and lives in the arena passed in.
 */
#ifndef SV_MODEL_MAP_INT_H
#define SV_MODEL_MAP_INT_H

#include "base/str.h"

typedef struct {
	size_t scope;
	sv_str name;  /* NULL pointer: the slot is free */
	size_t value; /* SV_NONE when new */
} sv_map_slot;

typedef struct {
	sv_map_slot *slots;
	size_t mask; /* number of slots - 1 */
} sv_map;

/* A map for up to `count` names. */
sv_map sv_map_make(sv_arena *a, size_t count);

/* The place of the value for a name, which is added with the value SV_NONE when
 * it is not there yet. */
size_t *sv_map_at(sv_map *map, size_t scope, sv_str name);

/* The value for a name, or SV_NONE. */
size_t sv_map_get(const sv_map *map, size_t scope, sv_str name);

#endif
