/*
 * plan.h - a small relational plan that fixes everything about one answer.
 *
 * The emitter prints it and decides nothing.  Everything lives in the arena of
 * the request; texts point into the model, or are constant.
 *
 *   select     SELECT outputs FROM from WHERE where GROUP BY 1, 2
 *   from       a table, a query or a union of queries, with what is joined to it
 *   text       an expression: pieces, one after the other
 */
#ifndef SV_PLAN_PLAN_H
#define SV_PLAN_PLAN_H

#include "model/model.h"

typedef struct sv_select sv_select;
typedef struct sv_from sv_from;
typedef struct sv_piece sv_piece;

/* An expression, piece by piece. */
typedef struct {
	sv_piece *items;
	size_t count;
	size_t cap;
} sv_text;

typedef enum {
	SV_PIECE_SQL,     /* text as it is: the author's, or a constant of ours */
	SV_PIECE_COLUMN,  /* from.name */
	SV_PIECE_TABLE,   /* a table that a subquery of the author reads */
	SV_PIECE_NEST,    /* (inner), without brackets where inner stands alone */
	SV_PIECE_ZERO,    /* coalesce(inner, 0) */
	SV_PIECE_ANY,     /* any_value(inner) */
	SV_PIECE_WHEN,    /* CASE WHEN test THEN inner [ELSE other] END */
	SV_PIECE_PRESENT, /* inner IS NOT NULL */
	SV_PIECE_SCALAR,  /* (select) */
} sv_piece_kind;

struct sv_piece {
	sv_piece_kind kind;
	sv_str text;         /* SQL: the text; COLUMN: the column's name */
	sv_from *from;       /* COLUMN */
	const sv_read *read; /* TABLE */
	const sv_text *inner;
	bool is_bare;         /* NEST: without brackets whatever inner is */
	const sv_text *test;  /* WHEN */
	const sv_text *other; /* WHEN; NULL: no ELSE */
	sv_select *select;    /* SCALAR */
};

typedef enum {
	SV_FROM_TABLE,  /* a source of the view */
	SV_FROM_SELECT, /* (select) */
	SV_FROM_UNION,  /* (select UNION ALL BY NAME select ...) */
	SV_FROM_CROSS,  /* select, select, ...: one beside the other, to learn types */
} sv_from_kind;

/* One item of a FROM clause and, below it, what is joined to it. */
struct sv_from {
	sv_from_kind kind;
	const sv_table *table; /* TABLE */
	sv_select **selects;   /* SELECT, UNION, CROSS */
	size_t select_count;
	sv_str alias;
	/* How it is joined to its parent. */
	bool is_inner; /* JOIN; else LEFT JOIN */
	sv_text *on;   /* conditions, joined by AND */
	size_t on_count;
	sv_from *first; /* joined to this one, in order */
	sv_from *next;  /* next item joined to the same parent */
	/* How the planner found it; the emitter does not look at these. */
	sv_from *parent;
	size_t table_index;  /* TABLE, else SV_NONE */
	size_t relationship; /* walked from the parent; SV_NONE at the root and for queries */
	bool is_backward;
	bool is_used;          /* something reads it; others are left out */
	bool is_read;          /* the same, beyond the conditions that join it and its children */
	bool joins_others;     /* the condition that joins it reads more than it and its parent */
	struct sv_scope *open; /* SELECT: a query that may still get columns */
};

typedef struct {
	sv_text value;
	sv_str name; /* its column name */
} sv_output;

/* One item of the order in which a row is the last one. */
typedef struct {
	size_t output;      /* index of the output that holds its value */
	bool is_descending; /* as declared: ASC means that the greatest is last */
	bool is_null_last;  /* a NULL is the last value; else never while there is another */
} sv_last_order;

struct sv_select {
	bool is_distinct;
	sv_output *outputs;
	size_t output_count;
	size_t output_cap;
	bool is_grouped;  /* GROUP BY the first key_count outputs, by number */
	size_t key_count; /* 0 and grouped: an aggregate over all rows */
	sv_from *from;
	sv_text *where; /* conditions, joined by AND */
	size_t where_count;
	size_t where_cap;
	/*
	 * Several ordering dimensions: of each combination of the first key_count
	 * outputs only the last row stays (not grouped then).
	 */
	sv_last_order *last_order;
	size_t last_order_count;
};

typedef struct {
	sv_select *root;
	/* One flag per relationship: the SQL would be faster if its keys were known to be
	 * exact (sv_request).  NULL: none. */
	bool *asked_keys;
} sv_plan;

#endif
