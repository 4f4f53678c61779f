#include "model/map_int.h"

#include <stdint.h>

#include "model/model.h"

static uint64_t hash(size_t scope, sv_str name)
{
	uint64_t h = 14695981039346656037u ^ scope; /* FNV-1a */
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		h = (h ^ (unsigned char)c) * 1099511628211u;
	}
	return h ^ (h >> 32);
}

/* The slot of the name, or the free one where it belongs. */
static sv_map_slot *slot(const sv_map *map, size_t scope, sv_str name)
{
	size_t i = (size_t)hash(scope, name) & map->mask;
	while (map->slots[i].name.ptr &&
	       (map->slots[i].scope != scope || !sv_str_ieq(map->slots[i].name, name)))
		i = (i + 1) & map->mask;
	return &map->slots[i];
}

sv_map sv_map_make(sv_arena *a, size_t count)
{
	size_t size = 8;
	while (size < count * 2)
		size *= 2;
	return (sv_map){SV_NEW_N(a, sv_map_slot, size), size - 1};
}

size_t *sv_map_at(sv_map *map, size_t scope, sv_str name)
{
	sv_map_slot *s = slot(map, scope, name);
	if (!s->name.ptr)
		*s = (sv_map_slot){scope, name, SV_NONE};
	return &s->value;
}

size_t sv_map_get(const sv_map *map, size_t scope, sv_str name)
{
	const sv_map_slot *s = slot(map, scope, name);
	return s->name.ptr ? s->value : SV_NONE;
}
