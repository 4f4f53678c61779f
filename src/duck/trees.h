/*
 * trees.h - expressions as DuckDB parses them, and the functions that it knows.
 *
 * Names live in the arena of the session.
 */
#ifndef SV_DUCK_TREES_H
#define SV_DUCK_TREES_H

#include "duck/session.h"
#include "expr/resolve.h"

/* The syntax trees of some statements, in their order, by one query, in `a`.  NULL
 * after adding a problem; a statement that does not parse has a tree that says so. */
const sv_doc *const *sv_trees_read(sv_session *s, sv_arena *a, sv_strs statements);

/* The names that decide what a call in an expression is. */
typedef struct {
	sv_words aggregates; /* functions, window functions left out */
	sv_words aggregate_macros;
	sv_words macros; /* scalar, not built in */
	sv_words windows;
	sv_words schemas; /* and databases */
} sv_known_names;

/*
 * For a definition: the names as they are now.  Macros are looked into as far as
 * the trees call them: one whose body aggregates is an aggregate.
 */
bool sv_trees_read_names(sv_session *s, const sv_doc *const *trees, size_t count,
                         sv_known_names *out);

/*
 * For a where_clause, where listing the functions would take longer than the
 * query: any function that it calls may be a macro, also one that only the caller
 * sees, so nothing is concluded from what a function of that name does.
 */
bool sv_trees_assume_names(sv_session *s, const sv_doc *const *trees, size_t count,
                           sv_known_names *out);

/* The catalog of expr/resolve.h, without columns. */
sv_catalog sv_known_names_catalog(const sv_known_names *names);

#endif
