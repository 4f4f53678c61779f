#include "model/index.h"

#include "model/map_int.h"

struct sv_index {
	sv_map tables;
	sv_map relationships;
	sv_map members;     /* the scope is the table */
	sv_map named;       /* first member of a name, in any table */
	size_t *next_named; /* for each member the next of the same name, or SV_NONE */
};

static void add_first(sv_map *map, size_t scope, sv_str name, size_t value)
{
	if (!name.ptr)
		return;
	size_t *at = sv_map_at(map, scope, name);
	if (*at == SV_NONE)
		*at = value;
}

/* From the last member to the first, so that each one points to the next. */
static void chain_names(sv_index *x, const sv_model *m)
{
	for (size_t i = sv_model_member_count(m); i-- > 0;) {
		x->next_named[i] = SV_NONE;
		if (!m->members[i].name.ptr)
			continue;
		size_t *first = sv_map_at(&x->named, 0, m->members[i].name);
		x->next_named[i] = *first;
		*first = i;
	}
}

const sv_index *sv_index_build(sv_arena *a, const sv_model *m)
{
	sv_index *x = SV_NEW(a, sv_index);
	size_t members = sv_model_member_count(m);
	x->tables = sv_map_make(a, m->table_count);
	for (size_t i = 0; i < m->table_count; i++)
		add_first(&x->tables, 0, m->tables[i].name, i);
	x->relationships = sv_map_make(a, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++)
		add_first(&x->relationships, 0, m->relationships[i].name, i);
	x->members = sv_map_make(a, members);
	for (size_t i = 0; i < members; i++)
		add_first(&x->members, m->members[i].table.index, m->members[i].name, i);
	x->named = sv_map_make(a, members);
	x->next_named = SV_NEW_N(a, size_t, members);
	chain_names(x, m);
	return x;
}

size_t sv_index_table(const sv_index *x, sv_str name)
{
	return sv_map_get(&x->tables, 0, name);
}

size_t sv_index_relationship(const sv_index *x, sv_str name)
{
	return sv_map_get(&x->relationships, 0, name);
}

size_t sv_index_member(const sv_index *x, size_t table, sv_str name)
{
	return sv_map_get(&x->members, table, name);
}

size_t sv_index_next_named(const sv_index *x, sv_str name, size_t previous)
{
	return previous == SV_NONE ? sv_map_get(&x->named, 0, name) : x->next_named[previous];
}
