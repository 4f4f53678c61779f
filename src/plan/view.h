/* view.h - a definition that is ready for requests. */
#ifndef SV_PLAN_VIEW_H
#define SV_PLAN_VIEW_H

#include "graph/graph.h"
#include "model/index.h"

/* All parts live in one arena, are read-only and may be shared by threads. */
typedef struct {
	sv_str name; /* as the definition table has it */
	const sv_model *model;
	const sv_index *names;
	const sv_graph *graph;
} sv_view;

#endif
