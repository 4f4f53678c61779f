/*
 * graph.h - relationships as steps between the tables of one view, and the ways
 * along them.
 *
 * A step leads to the *one* side: a relationship walked from its `from` table to
 * its `to` table, or a one-to-one relationship walked back.  A way is a sequence
 * of steps that visits no table twice, so it never multiplies rows (docs:
 * design, rule 2 "Reach").  Which of several ways is meant is decided by rule 7
 * "Roles": what the request chose, else what the metric chose, else DEFAULT.
 *
 * Everything returned lives in the arena passed in.
 */
#ifndef SV_GRAPH_GRAPH_H
#define SV_GRAPH_GRAPH_H

#include "model/model.h"

typedef struct {
	size_t relationship;
	size_t table;     /* where it leads */
	bool is_backward; /* a one-to-one relationship from `to` to `from` */
} sv_step;

typedef struct {
	const sv_step *steps; /* in walking order */
	size_t count;         /* 0: the table itself */
} sv_way;

typedef struct {
	sv_way *items;
	size_t count;
	bool is_cut; /* there are more than SV_MAX_WAYS */
} sv_ways;

enum { SV_MAX_WAYS = 512 };

typedef struct sv_graph sv_graph;

/* Builds the graph of a validated model, which must outlive it. */
const sv_graph *sv_graph_build(sv_arena *a, const sv_model *m);

/* One flag per table: whether at least one way leads there from `from` (itself:
 * yes). */
const bool *sv_graph_reach(sv_arena *a, const sv_graph *g, size_t from);

/* The same the other way round: the tables from which a way leads to `to`. */
const bool *sv_graph_reached_from(sv_arena *a, const sv_graph *g, size_t to);

/* Every way from one table to another, in the order of the relationships; none is
 * no problem, so nothing is reported.  from == to: the empty way. */
sv_ways sv_graph_ways(sv_arena *a, const sv_graph *g, size_t from, size_t to);

/* What chooses among several ways. */
typedef struct {
	size_t role;    /* relationship that the request or expression chose; SV_NONE: none */
	sv_nameds uses; /* USING of the metric; count 0: none */
} sv_choice;

/*
 * Keeps the ways that rule 7 leaves: those that pass the chosen role; of several,
 * those that pass most of USING (none passes the same and more); of several, those
 * that take the DEFAULT among the roles between the same two tables.
 */
sv_ways sv_graph_choose(sv_arena *a, const sv_graph *g, sv_ways ways, sv_choice choice);

/* Whether a way passes a relationship. */
bool sv_way_passes(sv_way way, size_t relationship);

/*
 * The relationship that fans out on the shortest way between two tables that are
 * connected, walked from `from`; SV_NONE when they are not connected at all.
 * *one and *many get its tables.
 */
size_t sv_graph_find_fan_out(sv_arena *a, const sv_graph *g, size_t from, size_t to, size_t *one,
                             size_t *many);

#endif
