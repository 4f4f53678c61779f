/*
 * view.h - definitions made ready for requests.
 */
#ifndef SV_DUCK_VIEW_H
#define SV_DUCK_VIEW_H

#include "duck/cache.h"
#include "duck/catalog.h"
#include "duck/sources.h"

/*
 * Makes a model that was read ready: validates it, finds its sources, lets DuckDB
 * parse its expressions and resolves them, builds the graph, checks the paths.  A
 * model that was resolved when it was defined is done at once.  The view lives in
 * `a`.  Adds problems and returns false when something is wrong.  sources->columns
 * stays NULL when nothing had to be asked.
 */
bool sv_view_prepare(sv_session *s, sv_arena *a, sv_model *m, const sv_view_key *key, sv_view *out,
                     sv_sources *sources);

/* The view that a stored definition describes, as long as the session lives; NULL
 * after adding a problem.  `key` names it as the table does. */
const sv_entry *sv_view_of(sv_session *s, const sv_view_key *key, sv_str definition);

/* Reads a view by name: NULL when it does not exist or cannot be read. */
const sv_entry *sv_view_open(sv_session *s, sv_str name, sv_view_key *key);

#endif
