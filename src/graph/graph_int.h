/* graph_int.h - how the graph is kept; for this folder alone. */
#ifndef SV_GRAPH_GRAPH_INT_H
#define SV_GRAPH_GRAPH_INT_H

#include "graph/graph.h"

struct sv_graph {
	sv_arena *arena;
	const sv_model *model;
	size_t *first;  /* per table its first step; one more at the end */
	sv_step *steps; /* by table, within it by relationship */
};

#endif
