#include "graph/graph_int.h"

typedef struct {
	sv_arena *arena;
	const sv_graph *graph;
	const bool *leads; /* per table: whether the target can be reached from it */
	bool *visited;
	sv_step *steps; /* of the way being walked */
	size_t depth;
	size_t to;
	sv_ways out;
	size_t cap;
} walk;

static void add_way(walk *w)
{
	if (w->out.count == SV_MAX_WAYS) {
		w->out.is_cut = true;
		return;
	}
	if (w->out.count == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 4;
		w->out.items =
		    sv_arena_grow(w->arena, w->out.items, w->cap * sizeof(sv_way), cap * sizeof(sv_way));
		w->cap = cap;
	}
	sv_step *steps = SV_NEW_N(w->arena, sv_step, w->depth);
	if (w->depth)
		memcpy(steps, w->steps, w->depth * sizeof(sv_step));
	w->out.items[w->out.count++] = (sv_way){steps, w->depth};
}

/* Depth first, in the order of the relationships; no table twice. */
static void go_on(walk *w, size_t from)
{
	const sv_graph *g = w->graph;
	if (from == w->to) {
		add_way(w);
		return;
	}
	w->visited[from] = true;
	for (size_t s = g->first[from]; s < g->first[from + 1] && !w->out.is_cut; s++) {
		size_t next = g->steps[s].table;
		if (w->visited[next] || !w->leads[next])
			continue;
		w->steps[w->depth++] = g->steps[s];
		go_on(w, next);
		w->depth--;
	}
	w->visited[from] = false;
}

sv_ways sv_graph_ways(sv_arena *a, const sv_graph *g, size_t from, size_t to)
{
	size_t count = g->model->table_count;
	walk w = {
	    .arena = a,
	    .graph = g,
	    .leads = sv_graph_reached_from(a, g, to),
	    .visited = SV_NEW_N(a, bool, count),
	    .steps = SV_NEW_N(a, sv_step, count),
	    .to = to,
	};
	if (w.leads[from])
		go_on(&w, from);
	return w.out;
}

bool sv_way_passes(sv_way way, size_t relationship)
{
	for (size_t i = 0; i < way.count; i++)
		if (way.steps[i].relationship == relationship)
			return true;
	return false;
}

static sv_ways keep(sv_arena *a, sv_ways ways, const bool *kept)
{
	sv_ways out = {.items = SV_NEW_N(a, sv_way, ways.count), .is_cut = ways.is_cut};
	for (size_t i = 0; i < ways.count; i++)
		if (kept[i])
			out.items[out.count++] = ways.items[i];
	return out;
}

static sv_ways keep_role(sv_arena *a, sv_ways ways, size_t role)
{
	bool *kept = SV_NEW_N(a, bool, ways.count);
	for (size_t i = 0; i < ways.count; i++)
		kept[i] = sv_way_passes(ways.items[i], role);
	return keep(a, ways, kept);
}

/* Whether `more` passes all that `way` passes of USING, and others too. */
static bool passes_more(const bool *more, const bool *way, size_t count)
{
	bool has_others = false;
	for (size_t u = 0; u < count; u++) {
		if (way[u] && !more[u])
			return false;
		has_others = has_others || (more[u] && !way[u]);
	}
	return has_others;
}

/* USING (bill, home): bill-home, and neither bill-birth nor ship-home. */
static sv_ways keep_used(sv_arena *a, sv_ways ways, sv_nameds uses)
{
	bool *kept = SV_NEW_N(a, bool, ways.count);
	bool *passes = SV_NEW_N(a, bool, ways.count *uses.count);
	for (size_t i = 0; i < ways.count; i++)
		for (size_t u = 0; u < uses.count; u++)
			passes[i * uses.count + u] = sv_way_passes(ways.items[i], uses.items[u].index);
	for (size_t i = 0; i < ways.count; i++) {
		kept[i] = true;
		for (size_t k = 0; k < ways.count && kept[i]; k++)
			kept[i] = !passes_more(passes + k * uses.count, passes + i * uses.count, uses.count);
	}
	return keep(a, ways, kept);
}

static bool same_tables(const sv_relationship *x, const sv_relationship *y)
{
	return (x->from.index == y->from.index && x->to.index == y->to.index) ||
	       (x->from.index == y->to.index && x->to.index == y->from.index);
}

/* Whether the way takes another role where some way takes the default d. */
static bool passes_rival(const sv_model *m, sv_way way, size_t d)
{
	for (size_t i = 0; i < way.count; i++) {
		size_t r = way.steps[i].relationship;
		if (r != d && same_tables(&m->relationships[r], &m->relationships[d]))
			return true;
	}
	return false;
}

static sv_ways keep_defaults(sv_arena *a, const sv_model *m, sv_ways ways)
{
	bool *kept = SV_NEW_N(a, bool, ways.count);
	memset(kept, 1, ways.count * sizeof(bool));
	for (size_t i = 0; i < ways.count; i++) {
		for (size_t s = 0; s < ways.items[i].count; s++) {
			size_t d = ways.items[i].steps[s].relationship;
			if (!m->relationships[d].is_default)
				continue;
			for (size_t k = 0; k < ways.count; k++)
				kept[k] = kept[k] && !passes_rival(m, ways.items[k], d);
		}
	}
	return keep(a, ways, kept);
}

sv_ways sv_graph_choose(sv_arena *a, const sv_graph *g, sv_ways ways, sv_choice choice)
{
	if (choice.role != SV_NONE)
		ways = keep_role(a, ways, choice.role);
	if (ways.count > 1 && choice.uses.count)
		ways = keep_used(a, ways, choice.uses);
	if (ways.count > 1) {
		sv_ways left = keep_defaults(a, g->model, ways);
		if (left.count)
			ways = left;
	}
	return ways;
}
