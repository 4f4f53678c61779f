/*
 * model.h - what a semantic view is.
 *
 * One model for all four spellings (seed JSON, JSON, YAML, clause text).  The
 * author's texts stand beside what was resolved from them: sv_model_validate()
 * fills the indexes, expr/resolve.h fills the parts of the expressions, duck/
 * fills where a source was found.  Members refer to each other by index.
 *
 * A model and everything in it lives in the arena it was made in.  Texts that
 * are not set have a NULL pointer.  Places are byte spans in the text of the
 * definition that was read.
 */
#ifndef SV_MODEL_MODEL_H
#define SV_MODEL_MODEL_H

#include "base/diag.h"

#define SV_NONE ((size_t)-1) /* an index that points nowhere */

enum {
	SV_MAX_DEFINITION = 4 * 1024 * 1024, /* bytes */
	SV_MAX_MEMBERS = 4096,               /* facts, dimensions and metrics together */
	SV_MAX_NESTING = 64, /* brackets in expressions, facts in facts, joins in joins */
};

/* A list of texts: columns of a key, synonyms. */
typedef struct {
	sv_str *items;
	size_t count;
} sv_strs;

/* The name of something else in the view, as written, and what it means. */
typedef struct {
	sv_str qualifier; /* "o" of o.amount; NULL pointer when there is none */
	sv_str name;      /* quotes removed */
	sv_span place;
	size_t index; /* of the table, relationship or member; SV_NONE until validated */
} sv_named;

typedef struct {
	sv_named *items;
	size_t count;
} sv_nameds;

typedef enum {
	SV_REF_COLUMN, /* a column of a table */
	SV_REF_MEMBER, /* a fact or dimension, replaced by its expression */
	SV_REF_METRIC, /* the finished value of a metric */
	SV_REF_BARE,   /* a name whose table only DuckDB can tell (seed form): left as it is */
} sv_ref_kind;

/* One name inside an expression.  References never overlap. */
typedef struct {
	uint32_t start; /* bytes in sv_expr.text that stand for it */
	uint32_t end;
	sv_ref_kind kind;
	size_t table;   /* COLUMN: whose column it is; MEMBER: the member's table; else SV_NONE */
	size_t member;  /* MEMBER, METRIC: index in sv_model.members; else SV_NONE */
	size_t role;    /* relationship chosen by writing relationship.x; SV_NONE: not chosen */
	sv_str column;  /* COLUMN: its name, quotes removed */
	size_t call;    /* the outermost aggregate call it stands in; SV_NONE: outside */
	size_t window;  /* the window call it stands in; SV_NONE: outside */
	bool is_strict; /* the whole expression is NULL whenever this reference is NULL */
} sv_ref;

/* What an aggregate is over no rows. */
typedef enum {
	SV_EMPTY_NULL,    /* sum, avg, max, list, ... */
	SV_EMPTY_ZERO,    /* the count family */
	SV_EMPTY_UNKNOWN, /* a macro that aggregates: only evaluating it tells */
} sv_empty;

/* An outermost aggregate call that is no window call: sum(x) FILTER (WHERE y).
 * It ends after its FILTER clause. */
typedef struct {
	uint32_t start;
	uint32_t end;
	sv_empty empty;
	bool is_star; /* count(*) or count(): reads no column */
} sv_call;

/* A window call: sum(revenue) OVER (PARTITION BY region ORDER BY month). */
typedef struct {
	uint32_t start;
	uint32_t end;
	uint32_t over;            /* first byte after the bracket of OVER ( */
	uint32_t partition_start; /* the word PARTITION; == over when there is no PARTITION BY */
	uint32_t partition_end;   /* end of the last partition expression; == partition_start
	                           * when there is none */
	bool is_excluding;        /* PARTITION BY EXCLUDING: the names are in `excluded` */
	size_t *excluded;         /* dimensions, indexes in sv_model.members */
	size_t excluded_count;
} sv_window;

/* One step of how a predicate rejects rows (Polish notation, root first). */
typedef struct {
	enum { SV_REJECT_AND, SV_REJECT_OR, SV_REJECT_REF } op;
	size_t value; /* AND, OR: number of operands; REF: index in sv_expr.refs */
} sv_reject;

/* The name of a table that a query of the author reads: in a source in brackets, or in
 * a subquery of an expression. */
typedef struct {
	uint32_t start; /* first byte of the name in the text */
	uint32_t end;
	/* Where it was found, as for a source (sv_table); NULL pointers: read as written. */
	sv_str found_schema;
	sv_str found_name;
} sv_read;

typedef struct {
	sv_read *items; /* by start */
	size_t count;
} sv_reads;

/* An expression: the author's text and what was found in it. */
typedef struct {
	sv_str text; /* comments dropped, trimmed */
	sv_span place;
	bool is_resolved;
	sv_ref *refs; /* by start */
	size_t ref_count;
	sv_call *calls; /* by start */
	size_t call_count;
	sv_window *windows; /* by start */
	size_t window_count;
	sv_reads reads; /* of its subqueries; found ones only */
	/*
	 * Predicates only (filters, where_clause): references whose NULL makes the
	 * predicate not true.  AND rejects if any operand does, OR if all do.
	 */
	sv_reject *rejects;
	size_t reject_count;
} sv_expr;

typedef struct {
	sv_str name;   /* the alias */
	sv_str source; /* as written: orders, main.orders, or a query in brackets */
	bool is_query; /* the source is a query in brackets */
	sv_span place;
	sv_span source_place;
	sv_strs primary_key; /* count 0: none */
	sv_strs *unique_keys;
	size_t unique_key_count;
	sv_str comment;
	sv_strs synonyms;
	/*
	 * Where the source was found at definition, when it lies in the view's own
	 * database (whose name is added only when SQL is written); NULL pointers:
	 * the source stays as written.
	 */
	sv_str found_schema;
	sv_str found_name;
	bool is_found_view; /* it was a view: what it reads is not known */
	sv_reads reads;     /* of a source that is a query; found ones only */
} sv_table;

typedef struct {
	sv_str name;   /* never NULL after validation: <from>_<to> when not written */
	bool is_named; /* the author wrote the name */
	sv_span place;
	sv_named from; /* table */
	sv_strs from_columns;
	sv_named to;         /* table */
	sv_strs to_columns;  /* after validation: the primary key of `to` when not written */
	bool has_to_columns; /* the author wrote them */
	bool is_default;
	bool assumes_integrity; /* ASSUME REFERENTIAL INTEGRITY */
	bool is_one_to_one;     /* computed: the from-columns contain a key of their table */
	/*
	 * Seed form only: the join condition, of which `to` is the joined table and
	 * `from` the base table.  It may read any table that stands before it.
	 */
	sv_expr on;
} sv_relationship;

typedef enum {
	SV_FACT,
	SV_DIMENSION,
	SV_METRIC,
} sv_member_kind;

typedef enum {
	SV_NULLS_UNSET, /* a NULL is never the last value while there is another */
	SV_NULLS_FIRST,
	SV_NULLS_LAST,
} sv_nulls;

/* One item of NON ADDITIVE BY. */
typedef struct {
	sv_named dimension;
	bool is_descending;
	bool has_order; /* ASC or DESC was written */
	sv_nulls nulls;
} sv_non_additive;

/* A fact, dimension or metric. */
typedef struct {
	sv_str name;
	sv_named table; /* name NULL and index SV_NONE: a derived metric.  With a single table
	                 * it may be left out; validation then sets the index (not the name). */
	sv_expr expr;
	sv_str comment;
	sv_strs synonyms;
	/* Metrics only. */
	sv_nameds uses; /* USING: relationships */
	sv_non_additive *non_additive;
	size_t non_additive_count;
	sv_nameds per; /* PER: dimensions */
	sv_span place; /* of the name */
	sv_member_kind kind;
	bool is_private;
	bool is_filter; /* LABELS = (FILTER) */
} sv_member;

typedef struct {
	bool is_seed; /* the seed form: tables[0] is the base table, the rest are joins */
	sv_str comment;
	sv_table *tables;
	size_t table_count;
	sv_relationship *relationships;
	size_t relationship_count;
	sv_member *members; /* facts, then dimensions, then metrics, each in the author's order */
	size_t fact_count;
	size_t dimension_count;
	size_t metric_count;
	sv_expr *filters;
	size_t filter_count;
} sv_model;

static inline size_t sv_model_member_count(const sv_model *m)
{
	return m->fact_count + m->dimension_count + m->metric_count;
}

/* Expressions in their fixed order: members, filters, join conditions (seed form). */
static inline size_t sv_model_expr_count(const sv_model *m)
{
	return sv_model_member_count(m) + m->filter_count + (m->is_seed ? m->relationship_count : 0);
}

static inline sv_expr *sv_model_expr_at(const sv_model *m, size_t i)
{
	size_t members = sv_model_member_count(m);
	if (i < members)
		return &m->members[i].expr;
	if (i < members + m->filter_count)
		return &m->filters[i - members];
	return &m->relationships[i - members - m->filter_count].on;
}

/* A metric that names only other metrics and belongs to no table. */
static inline bool sv_member_is_derived(const sv_member *m)
{
	return m->kind == SV_METRIC && m->table.index == SV_NONE;
}

/* "fact", "dimension" or "metric", for messages. */
const char *sv_member_kind_name(sv_member_kind kind);

#endif
