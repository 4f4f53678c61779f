#include "graph/graph_int.h"

/* Steps of all tables in one array, those of one table together. */
static void add_steps(sv_graph *g)
{
	const sv_model *m = g->model;
	size_t *next = SV_NEW_N(g->arena, size_t, m->table_count + 1);
	for (size_t r = 0; r < m->relationship_count; r++) {
		const sv_relationship *rel = &m->relationships[r];
		next[rel->from.index + 1]++;
		if (rel->is_one_to_one)
			next[rel->to.index + 1]++;
	}
	g->first = SV_NEW_N(g->arena, size_t, m->table_count + 1);
	for (size_t t = 0; t < m->table_count; t++)
		g->first[t + 1] = next[t + 1] += next[t];
	memcpy(next, g->first, (m->table_count + 1) * sizeof(size_t));
	g->steps = SV_NEW_N(g->arena, sv_step, g->first[m->table_count]);
	for (size_t r = 0; r < m->relationship_count; r++) {
		const sv_relationship *rel = &m->relationships[r];
		g->steps[next[rel->from.index]++] = (sv_step){r, rel->to.index, false};
		if (rel->is_one_to_one)
			g->steps[next[rel->to.index]++] = (sv_step){r, rel->from.index, true};
	}
}

const sv_graph *sv_graph_build(sv_arena *a, const sv_model *m)
{
	sv_graph *g = SV_NEW(a, sv_graph);
	g->arena = a;
	g->model = m;
	add_steps(g);
	return g;
}

const bool *sv_graph_reach(sv_arena *a, const sv_graph *g, size_t from)
{
	size_t count = g->model->table_count;
	bool *reached = SV_NEW_N(a, bool, count);
	size_t *queue = SV_NEW_N(a, size_t, count);
	size_t end = 0;
	reached[from] = true;
	queue[end++] = from;
	for (size_t at = 0; at < end; at++) {
		size_t t = queue[at];
		for (size_t s = g->first[t]; s < g->first[t + 1]; s++) {
			size_t next = g->steps[s].table;
			if (!reached[next]) {
				reached[next] = true;
				queue[end++] = next;
			}
		}
	}
	return reached;
}

/* Relaxes over the relationships until nothing changes: a view has few tables,
 * and steps are stored by where they start. */
const bool *sv_graph_reached_from(sv_arena *a, const sv_graph *g, size_t to)
{
	const sv_model *m = g->model;
	bool *reaches = SV_NEW_N(a, bool, m->table_count);
	reaches[to] = true;
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t r = 0; r < m->relationship_count; r++) {
			const sv_relationship *rel = &m->relationships[r];
			size_t from = rel->from.index;
			size_t target = rel->to.index;
			if (reaches[target] && !reaches[from])
				changed = reaches[from] = true;
			if (rel->is_one_to_one && reaches[from] && !reaches[target])
				changed = reaches[target] = true;
		}
	}
	return reaches;
}

size_t sv_graph_find_fan_out(sv_arena *a, const sv_graph *g, size_t from, size_t to, size_t *one,
                             size_t *many)
{
	const sv_model *m = g->model;
	size_t *came_by = SV_NEW_N(a, size_t, m->table_count); /* relationship + 1; 0: not seen */
	size_t *came_from = SV_NEW_N(a, size_t, m->table_count);
	size_t *queue = SV_NEW_N(a, size_t, m->table_count);
	size_t end = 0;
	queue[end++] = from;
	for (size_t at = 0; at < end && !came_by[to]; at++) {
		for (size_t r = 0; r < m->relationship_count; r++) {
			const sv_relationship *rel = &m->relationships[r];
			size_t t = queue[at];
			if (rel->from.index != t && rel->to.index != t)
				continue;
			size_t next = rel->from.index == t ? rel->to.index : rel->from.index;
			if (next == from || came_by[next])
				continue;
			came_by[next] = r + 1;
			came_from[next] = t;
			queue[end++] = next;
		}
	}
	if (!came_by[to])
		return SV_NONE;
	size_t found = SV_NONE;
	for (size_t t = to; t != from; t = came_from[t]) { /* the first on the way is the last seen */
		const sv_relationship *rel = &m->relationships[came_by[t] - 1];
		if (rel->is_one_to_one || rel->from.index != t)
			continue;
		found = came_by[t] - 1;
		*one = rel->to.index;
		*many = rel->from.index;
	}
	return found;
}
