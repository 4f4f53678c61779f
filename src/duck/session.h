/*
 * session.h - one call from DuckDB: its arena, its problems, its connection, and
 * the statements that it runs there.
 *
 * Everything returned lives in the arena of the call.
 */
#ifndef SV_DUCK_SESSION_H
#define SV_DUCK_SESSION_H

#include "base/diag.h"
#include "duck/instance.h"
#include "model/model.h"

typedef struct {
	sv_arena *arena;
	sv_instance *instance;
	/*
	 * The mark (instance.h) of the macro that is called: a view without a database is of
	 * that one's, after USE of an attached database or in a SQL view of it.  NULL pointer:
	 * the opened one's.
	 */
	sv_str mark;
	sv_diags diags;
	duckdb_connection *connection; /* opened by the first statement; NULL: not yet */
} sv_session;

void sv_session_init(sv_session *s, sv_arena *a, sv_instance *instance);

enum { SV_SHOWN_NAME = 200 };

/* A name as messages show it: a very long one is cut, a NUL is \0. */
sv_str sv_session_shorten(sv_session *s, sv_str name);

/* From now on each problem begins with: semantic view 'name'. */
void sv_session_set_view(sv_session *s, sv_str name);

/* Adds a problem that has no place in a text; returns false. */
bool sv_session_fail(sv_session *s, sv_code code, const char *fmt, ...) SV_PRINTF(3, 4);

/* The problems as one text, as DuckDB shows it. */
const char *sv_session_problems(sv_session *s);

/* Closes the connection early; a later statement opens another. */
void sv_session_disconnect(sv_session *s);

/* A parameter of a statement: a text, or a list of texts. */
typedef struct {
	sv_str text;
	const sv_strs *list; /* NULL: it is the text */
} sv_param;

#define SV_PARAM(s) ((sv_param){.text = (s)})
#define SV_PARAM_LIST(l) ((sv_param){.list = (l)})

/* What a statement answered. */
typedef struct {
	sv_str *cells; /* row after row; a NULL pointer is SQL NULL */
	size_t row_count;
	size_t column_count;
	const char *error; /* what DuckDB said; NULL: it worked */
	duckdb_error_type error_type;
} sv_rows;

static inline sv_str sv_rows_at(const sv_rows *rows, size_t row, size_t column)
{
	return rows->cells[row * rows->column_count + column];
}

/* Runs one statement; its columns must be VARCHAR.  Reports nothing.  Parameters
 * are $1, $2, ...: with none of them it takes a third less time. */
sv_rows sv_session_try(sv_session *s, const char *sql, const sv_param *params, size_t count);

/* The name and type of each column that a query has, by binding it only:
 * sv_rows_at(rows, i, 0) and (rows, i, 1). */
sv_rows sv_session_describe(sv_session *s, const char *query);

/* Whether DuckDB could not bind the statement: what it names does not exist. */
bool sv_rows_is_unbound(const sv_rows *rows);

/* The same, but an error is a problem: returns false after adding it. */
bool sv_session_query(sv_session *s, const char *sql, const sv_param *params, size_t count,
                      sv_rows *out);

#endif
