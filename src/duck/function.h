/*
 * function.h - SQL functions: what DuckDB's callbacks have in common.  A function
 * is a table of constants and a body that sees a call, values and a place for its
 * answer; it runs in one arena, and a failed allocation ends the statement only.
 */
#ifndef SV_DUCK_FUNCTION_H
#define SV_DUCK_FUNCTION_H

#include "duck/session.h"

typedef enum {
	SV_VALUE_NULL, /* also: a trailing argument that was left out */
	SV_VALUE_TEXT,
	SV_VALUE_BOOL,
	SV_VALUE_LIST, /* of texts; a NULL item has a NULL pointer */
	SV_VALUE_OTHER,
} sv_value_kind;

/* An argument. */
typedef struct {
	sv_value_kind kind;
	bool is_given; /* false: it was left out */
	bool truth;
	sv_str text;
	sv_strs list;
} sv_value;

enum { SV_MAX_ARGS = 6 };

/* A scalar function that answers a text.  It is volatile and sees NULLs. */
typedef struct {
	const char *name;
	duckdb_type args[SV_MAX_ARGS]; /* DUCKDB_TYPE_ANY: the body checks it */
	bool is_list;                  /* it answers a list: one item for each line of the text */
	size_t required;               /* the others may be left out from the end */
	size_t count;
	/* Appends the answer.  False: it added a problem. */
	bool (*run)(sv_session *s, const sv_value *args, sv_buf *out);
} sv_scalar;

/* A column of a table function: VARCHAR, BOOLEAN, BIGINT, TIMESTAMP, or LIST for a
 * list of VARCHAR. */
typedef struct {
	const char *name;
	duckdb_type type;
} sv_column;

typedef struct {
	const sv_column *items;
	size_t count;
} sv_columns;

#define SV_COLUMNS(array)                           \
	{                                               \
		(array), sizeof(array) / sizeof((array)[0]) \
	}

typedef struct {
	bool is_null;
	sv_str text;
	int64_t number; /* BOOLEAN: 0 or 1; TIMESTAMP: microseconds since 1970 */
	sv_strs list;
} sv_cell;

/* Rows in the making: set the cells of the row that sv_answer_add() returns. */
typedef struct {
	sv_arena *arena;
	size_t width;
	sv_cell *cells;
	size_t count; /* rows */
	size_t cap;
} sv_answer;

/* A new row, of NULLs; valid until the next is added. */
sv_cell *sv_answer_add(sv_answer *answer);

/* NULL when the text has a NULL pointer. */
void sv_cell_set_text(sv_cell *cell, sv_str text);
void sv_cell_set_number(sv_cell *cell, int64_t number);
void sv_cell_set_list(sv_cell *cell, sv_strs list);

/* A table function.  Binding declares its columns, the first step of running it
 * does all the work, once for each run. */
typedef struct {
	const char *name;
	size_t arg_count;               /* VARCHAR, all required */
	const char *named[SV_MAX_ARGS]; /* named parameters of any type, behind the others; NULL ends */
	const sv_columns *columns;      /* NULL: bind() tells */
	/* NULL when `columns` is not. */
	bool (*bind)(sv_session *s, const sv_value *args, sv_columns *out);
	bool (*run)(sv_session *s, const sv_value *args, sv_answer *out);
} sv_table_function;

/* Registers a function that uses the instance until DuckDB drops it.  False when
 * DuckDB refuses.  The tables of constants must live as long as the program. */
bool sv_scalar_register(duckdb_connection connection, sv_instance *instance, const sv_scalar *f);
bool sv_table_function_register(duckdb_connection connection, sv_instance *instance,
                                const sv_table_function *f);

/* The text of an argument that must not be NULL; else adds a problem. */
bool sv_value_require(sv_session *s, const sv_value *value, const char *function,
                      const char *parameter, sv_str *out);

#endif
