/*
 * tree_int.h - reading DuckDB's syntax trees (json_serialize_sql).
 *
 * Nodes are maps with a "class"; what else is in them moves between versions
 * (in 2.0 the children of a function went from "children" to
 * "arguments[].expression"), so nodes are found by class, wherever they are.
 * Lists made here live in the arena passed in.
 */
#ifndef SV_EXPR_TREE_INT_H
#define SV_EXPR_TREE_INT_H

#include "doc/doc.h"
#include "model/model.h"

/* An expression is parsed as SELECT\n(expr\n): places are counted from here. */
#define SV_TREE_BEFORE "SELECT\n("
#define SV_TREE_BEFORE_BARE "SELECT\n"

/* The last letter of list( and array_agg( in what DuckDB parses: see statements.c. */
#define SV_TREE_DISGUISE '_'

typedef struct {
	const sv_doc *node; /* has a class */
	sv_str key;         /* under which its parent has it, lists and the like left out: "filter" */
} sv_tree_child;

typedef struct {
	sv_tree_child *items; /* in the order of the document */
	size_t count;
} sv_tree_children;

sv_tree_children sv_tree_children_of(sv_arena *a, const sv_doc *node);

bool sv_tree_is(const sv_doc *node, const char *class_name);

/* node is of this type: "COMPARE_IN" */
bool sv_tree_has_type(const sv_doc *node, const char *type);

/* A text in a node; empty when there is none. */
sv_str sv_tree_text(const sv_doc *node, const char *key);

/* The name of a FUNCTION or WINDOW node, lower case as DuckDB has it. */
sv_str sv_tree_function_name(const sv_doc *node);

/* Where the node starts in the text of the expression; SV_NONE when DuckDB made
 * it up.  For operators it may be the place of the operator. */
size_t sv_tree_place(const sv_doc *node);

/* x = ANY (list) is a SUBQUERY to DuckDB, over a call of unnest(list) that nobody wrote:
 * returns that call, or NULL when the node is a subquery. */
const sv_doc *sv_tree_any_list(sv_arena *a, const sv_doc *node);

/* The first place of the node and all below it, or SV_NONE. */
size_t sv_tree_first_place(sv_arena *a, const sv_doc *node);

/* The parts of a COLUMN_REF. */
sv_strs sv_tree_column_names(sv_arena *a, const sv_doc *node);

/* What is written before the name of a function: {o, amount} of o.amount.sum(). */
sv_strs sv_tree_qualifiers(sv_arena *a, const sv_doc *node);

typedef enum {
	SV_TREE_OK,
	SV_TREE_NO_PARSE, /* DuckDB's message is in `message`, its place in `place` or SV_NONE */
	SV_TREE_NOT_ONE,  /* more or other than one expression: a, b or a FROM t */
	SV_TREE_TOO_DEEP, /* for those who walk it; DuckDB's own limit can be raised */
	SV_TREE_BROKEN,   /* no tree as it should be: our bug */
} sv_tree_result;

/*
 * The node of an expression, from the trees of its two statements.  With SELECT
 * and brackets `a), (b` parses, without brackets `a FROM t` does: an expression is
 * what parses both ways to the same one item and nothing else.
 */
sv_tree_result sv_tree_expression(const sv_doc *with_brackets, const sv_doc *without, size_t len,
                                  const sv_doc **item, sv_str *message, size_t *place);

#endif
