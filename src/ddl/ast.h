/*
 * ast.h - what the parser saw, in source order, nothing resolved or checked.
 *
 * Every node and list lives in the arena given to the parser.  Texts point into
 * the source where they can, so the source must outlive the tree.  A text that
 * was not written has a NULL pointer, a list that was not written is NULL.
 */
#ifndef SV_DDL_AST_H
#define SV_DDL_AST_H

#include "model/model.h"

/* A name, quotes removed, or the text of a string; in lists chained. */
typedef struct sv_word sv_word;

struct sv_word {
	sv_str text;
	sv_span span;
	sv_word *next;
};

/* A name that may have a qualifier: date, o.date. */
typedef struct {
	sv_word qualifier;
	sv_word name;
} sv_dotted;

/* UNIQUE (a, b), one after the other. */
typedef struct sv_key sv_key;

struct sv_key {
	sv_word *columns;
	sv_key *next;
};

/* One item of NON ADDITIVE BY or PER. */
typedef struct sv_by_item sv_by_item;

struct sv_by_item {
	sv_dotted dimension;
	bool has_order;
	bool is_descending;
	sv_nulls nulls;
	sv_by_item *next;
};

/* SQL text, copied through untouched. */
typedef struct {
	sv_str text;
	sv_span span;
} sv_sql;

typedef struct {
	sv_word comment;
	sv_word *synonyms;
	bool has_synonyms;
	bool is_filter; /* LABELS = (FILTER) */
} sv_annotations;

typedef enum {
	SV_NODE_TABLE,
	SV_NODE_RELATIONSHIP,
	SV_NODE_FACT,
	SV_NODE_DIMENSION,
	SV_NODE_METRIC,
	SV_NODE_FILTER,
} sv_node_kind;

typedef struct sv_node sv_node;

struct sv_node {
	sv_node_kind kind; /* says which member of `as` is set */
	sv_span span;      /* the whole item */
	sv_node *next;     /* next item of the same clause */
	union {
		struct {
			sv_word alias; /* not written: the last part of the source */
			sv_sql source;
			sv_word *primary_key;
			sv_key *unique_keys;
			sv_annotations annotations;
		} table;
		struct {
			sv_word name;
			sv_word from;
			sv_word *from_columns;
			sv_word to;
			sv_word *to_columns;
			bool is_default;
			bool assumes_integrity;
		} relationship;
		struct { /* facts, dimensions, metrics */
			bool is_private;
			sv_dotted name;
			sv_word *uses;
			sv_by_item *non_additive;
			sv_by_item *per;
			sv_sql expr;
			sv_annotations annotations;
		} member;
		sv_sql filter;
	} as;
};

/* The items of one clause. */
typedef struct {
	sv_node *first;
	size_t count;
} sv_clause;

typedef struct {
	sv_clause clauses[SV_NODE_FILTER + 1]; /* by sv_node_kind */
	sv_word comment;
} sv_body;

/* The name of a view: its parts, quotes removed. */
typedef struct {
	sv_strs parts;
	sv_span span;
} sv_view_name;

typedef enum {
	SV_STMT_CREATE,
	SV_STMT_ALTER,
	SV_STMT_DROP,
	SV_STMT_DESCRIBE,
	SV_STMT_SHOW_VIEWS,
	SV_STMT_SHOW_MEMBERS,
	SV_STMT_SHOW_COLUMNS,
} sv_statement_kind;

typedef enum {
	SV_FROM_BODY, /* the clauses themselves */
	SV_FROM_JSON,
	SV_FROM_YAML,
} sv_create_form;

typedef enum {
	SV_ALTER_RENAME,
	SV_ALTER_SET_COMMENT,
	SV_ALTER_UNSET_COMMENT,
} sv_alter_action;

/* Where SHOW looks. */
typedef enum {
	SV_IN_NOTHING,  /* no IN */
	SV_IN_ACCOUNT,  /* every attached database */
	SV_IN_DATABASE, /* the named one, or the opened one */
	SV_IN_VIEW,
} sv_scope;

typedef struct {
	sv_statement_kind kind; /* says which member of `as` is set */
	sv_view_name view;      /* of all but SHOW VIEWS; SHOW MEMBERS: when `in` is SV_IN_VIEW */
	bool if_exists;         /* ALTER, DROP: IF EXISTS; CREATE: IF NOT EXISTS */
	union {
		struct {
			bool or_replace;
			sv_word comment; /* before AS or FROM */
			sv_create_form form;
			sv_body *body; /* SV_FROM_BODY */
			sv_word text;  /* else: the document, or the path of a file */
			bool is_file;
		} create;
		struct {
			sv_alter_action action;
			sv_view_name new_name;
			sv_word comment;
		} alter;
		struct {                   /* both SHOW VIEWS and SHOW MEMBERS */
			bool is_terse;         /* VIEWS */
			sv_member_kind member; /* MEMBERS */
			sv_word like;
			sv_scope in;
			sv_word database; /* SV_IN_DATABASE; not written: the opened one */
			sv_dotted metric; /* FOR METRIC */
			sv_word starts_with;
			bool has_limit;
			uint64_t limit;
		} show;
	} as;
} sv_statement;

#endif
