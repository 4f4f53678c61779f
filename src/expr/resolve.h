/*
 * resolve.h - what the names inside expressions mean.
 *
 * DuckDB parses expressions, this folder reads its syntax trees
 * (json_serialize_sql) as documents and never scans SQL by hand, except to find
 * where a name or a call ends whose start DuckDB gave (docs: reference, section
 * 5).  duck/ runs the parsing: it asks for the statements, gets one tree for
 * each, and passes the trees back in the same order.
 */
#ifndef SV_EXPR_RESOLVE_H
#define SV_EXPR_RESOLVE_H

#include "doc/doc.h"
#include "model/index.h"

/*
 * What duck/ knows about the database.  A macro may stand in for the function or
 * operator of its name, so nothing is taken for granted about those in `macros`.
 */
typedef struct {
	const sv_strs *columns;           /* one per table of the model */
	const bool *knows_columns;        /* one per table: false when the source was not found */
	const sv_words *aggregates;       /* names of aggregate functions */
	const sv_words *aggregate_macros; /* scalar macros whose body aggregates */
	const sv_words *macros;           /* scalar macros that are not built in; may be NULL */
	const sv_words *windows;          /* window functions only: rank, lag, ...; may be NULL */
	const sv_words *schemas;          /* of databases too, to tell main.f(x) from x.f() */
} sv_catalog;

/*
 * The statements to parse: for each expression of the model that is not resolved
 * yet two, `SELECT\n(expr\n)` and `SELECT\nexpr\n` (an expression must parse both
 * ways, else `a), (b` would).  In a fixed order: members, filters, joins (seed).
 * `PARTITION BY EXCLUDING` is blanked to spaces so that offsets stay.
 */
sv_strs sv_expr_statements(sv_arena *a, const sv_model *m);

/*
 * Resolves every unresolved expression of a validated model.  trees has one
 * document per statement.  Returns false after adding problems, each at its
 * place in the definition: what does not parse, names that mean nothing or two
 * things, aggregates where none may be or missing where one must be, window
 * shape, cycles among facts and dimensions and among metrics.
 *
 * Whether rows of another table can be reached is the planner's business.
 */
bool sv_expr_resolve_model(sv_arena *a, sv_model *m, const sv_index *names,
                           const sv_catalog *catalog, const sv_doc *const *trees, sv_diags *diags);

/* The two statements of a where_clause, like those above. */
sv_strs sv_expr_where_statements(sv_arena *a, sv_str where);

/*
 * Resolves a where_clause: one predicate over public dimensions and facts,
 * written name, alias.name or relationship.name (docs: reference, section 4).
 * Anything else is a problem: a metric, a private member, an unknown name or bare
 * column, a subquery, an aggregate, a window.  Fills rejects.  Places of problems
 * are places in `where`.
 */
bool sv_expr_resolve_where(sv_arena *a, const sv_model *m, const sv_index *names,
                           const sv_catalog *catalog, sv_str where, const sv_doc *const *trees,
                           sv_expr *out, sv_diags *diags);

#endif
