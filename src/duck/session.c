#include "duck/session.h"

void sv_session_init(sv_session *s, sv_arena *a, sv_instance *instance)
{
	*s = (sv_session){.arena = a, .instance = instance};
	sv_diags_init(&s->diags, a, NULL, (sv_str){0});
}

sv_str sv_session_shorten(sv_session *s, sv_str name)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	size_t len = name.len;
	if (len > SV_SHOWN_NAME) {
		len = SV_SHOWN_NAME;
		while ((name.ptr[len] & 0xC0) == 0x80) /* within a character */
			len--;
	}
	for (size_t i = 0; i < len; i++) {
		if (name.ptr[i])
			sv_buf_putc(&out, name.ptr[i]);
		else
			sv_buf_puts(&out, "\\0");
	}
	sv_buf_puts(&out, len < name.len ? "..." : "");
	return (sv_str){sv_buf_cstr(&out), out.len};
}

void sv_session_set_view(sv_session *s, sv_str name)
{
	sv_buf subject = SV_BUF_INIT(s->arena);
	sv_buf_puts(&subject, "semantic view '");
	sv_buf_put(&subject, sv_session_shorten(s, name));
	sv_buf_putc(&subject, '\'');
	s->diags.subject = sv_buf_cstr(&subject);
}

bool sv_session_fail(sv_session *s, sv_code code, const char *fmt, ...)
{
	sv_buf text = SV_BUF_INIT(s->arena);
	va_list ap;
	va_start(ap, fmt);
	sv_buf_vputf(&text, fmt, ap);
	va_end(ap);
	sv_diags_add(&s->diags, code, SV_NOWHERE, "%s", sv_buf_cstr(&text));
	return false;
}

const char *sv_session_problems(sv_session *s)
{
	sv_buf text = SV_BUF_INIT(s->arena);
	if (!s->diags.count)
		sv_session_fail(s, SV_E_INTERNAL, "internal error: a failure gave no reason");
	sv_diags_render(&s->diags, &text);
	return sv_buf_cstr(&text);
}

/* A connection that the arena closes, if nobody does before. */
typedef struct {
	sv_connector *connector;
	duckdb_connection connection; /* NULL: closed */
} held_connection;

static void close_held(void *handle)
{
	held_connection *held = handle;
	if (held->connection)
		sv_connector_close(held->connector, &held->connection);
}

static bool connect(sv_session *s)
{
	held_connection *held = SV_NEW(s->arena, held_connection);
	void **place = sv_arena_own(s->arena, close_held);
	held->connector = &s->instance->connector;
	if (!sv_connector_open(held->connector, &held->connection)) {
		held->connection = NULL;
		return false;
	}
	*place = held;
	s->connection = &held->connection;
	return true;
}

void sv_session_disconnect(sv_session *s)
{
	if (s->connection)
		sv_connector_close(&s->instance->connector, s->connection);
	s->connection = NULL;
}

static void destroy_statement(void *handle)
{
	duckdb_prepared_statement statement = handle;
	duckdb_destroy_prepare(&statement);
}

static void destroy_result(void *handle)
{
	duckdb_destroy_result(handle);
}

static void destroy_value(void *handle)
{
	duckdb_value value = handle;
	duckdb_destroy_value(&value);
}

static void destroy_chunk(void *handle)
{
	duckdb_data_chunk chunk = handle;
	duckdb_destroy_data_chunk(&chunk);
}

static void release(void **place, void (*destroy)(void *handle))
{
	if (*place)
		destroy(*place);
	*place = NULL;
}

/* A list of texts as DuckDB's value, owned by the arena. */
static duckdb_value list_value(sv_session *s, const sv_strs *list)
{
	duckdb_value *items = SV_NEW_N(s->arena, duckdb_value, list->count);
	void **place = sv_arena_own(s->arena, destroy_value);
	duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	for (size_t i = 0; i < list->count; i++)
		items[i] = duckdb_create_varchar_length(list->items[i].ptr, list->items[i].len);
	*place = duckdb_create_list_value(type, items, list->count);
	for (size_t i = 0; i < list->count; i++)
		duckdb_destroy_value(&items[i]);
	duckdb_destroy_logical_type(&type);
	return *place;
}

static bool bind(sv_session *s, duckdb_prepared_statement statement, idx_t index, const sv_param *p)
{
	duckdb_state state =
	    p->list ? duckdb_bind_value(statement, index, list_value(s, p->list))
	            : duckdb_bind_varchar_length(statement, index, p->text.ptr, p->text.len);
	return state == DuckDBSuccess;
}

static sv_str text_at(sv_session *s, duckdb_vector vector, idx_t row)
{
	if (!duckdb_validity_row_is_valid(duckdb_vector_get_validity(vector), row))
		return (sv_str){0};
	duckdb_string_t *texts = duckdb_vector_get_data(vector);
	sv_str text = {duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row])};
	return (sv_str){sv_str_dup(s->arena, text), text.len};
}

static void copy_chunk(sv_session *s, duckdb_data_chunk chunk, sv_rows *out)
{
	idx_t rows = duckdb_data_chunk_get_size(chunk);
	size_t width = out->column_count;
	size_t old = out->row_count * width;
	size_t new = old + rows *width;
	out->cells = sv_arena_grow(s->arena, out->cells, old * sizeof(sv_str), new * sizeof(sv_str));
	for (size_t column = 0; column < width; column++) {
		duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
		for (idx_t row = 0; row < rows; row++)
			out->cells[old + row * width + column] = text_at(s, vector, row);
	}
	out->row_count += rows;
}

static sv_rows failure(sv_session *s, const char *error, duckdb_error_type type)
{
	sv_str text = {error, error ? strlen(error) : 0};
	if (!text.len)
		text = SV_LIT("DuckDB gave no reason");
	return (sv_rows){.error = sv_str_dup(s->arena, text), .error_type = type};
}

/* Whether cells of all columns may be read as texts.  Columns of tables need not
 * be, whatever they were made as: a database file may come from anywhere. */
static bool holds_texts(duckdb_result *result, idx_t column_count)
{
	for (idx_t i = 0; i < column_count; i++)
		if (duckdb_column_type(result, i) != DUCKDB_TYPE_VARCHAR)
			return false;
	return true;
}

static void copy_result(sv_session *s, duckdb_result *result, sv_rows *out)
{
	out->column_count = duckdb_column_count(result);
	if (duckdb_result_return_type(*result) != DUCKDB_RESULT_TYPE_QUERY_RESULT)
		return;
	if (!holds_texts(result, out->column_count)) {
		*out = failure(s, "a column that must be VARCHAR is of another type", DUCKDB_ERROR_INVALID);
		return;
	}
	void **place = sv_arena_own(s->arena, destroy_chunk);
	while ((*place = duckdb_fetch_chunk(*result))) {
		copy_chunk(s, *place, out);
		release(place, destroy_chunk);
	}
}

static sv_rows prepare_and_run(sv_session *s, const char *sql, const sv_param *params, size_t count,
                               duckdb_result *result, void **owned_result)
{
	sv_rows rows = {0};
	void **statement = sv_arena_own(s->arena, destroy_statement);
	duckdb_prepared_statement prepared = NULL;
	bool ok = duckdb_prepare(*s->connection, sql, &prepared) == DuckDBSuccess;
	*statement = prepared;
	for (size_t i = 0; i < count && ok; i++)
		ok = bind(s, prepared, i + 1, &params[i]);
	if (!ok) {
		rows = failure(s, duckdb_prepare_error(prepared), DUCKDB_ERROR_INVALID);
	} else {
		ok = duckdb_execute_prepared(prepared, result) == DuckDBSuccess;
		*owned_result = result;
		if (!ok)
			rows = failure(s, duckdb_result_error(result), duckdb_result_error_type(result));
	}
	release(statement, destroy_statement);
	return rows;
}

static sv_rows just_run(sv_session *s, const char *sql, duckdb_result *result, void **owned_result)
{
	bool ok = duckdb_query(*s->connection, sql, result) == DuckDBSuccess;
	*owned_result = result;
	if (ok)
		return (sv_rows){0};
	return failure(s, duckdb_result_error(result), duckdb_result_error_type(result));
}

static sv_rows try(sv_session *s, const char *sql, const sv_param *params, size_t count,
                   bool is_prepared)
{
	if (!s->connection && !connect(s))
		return failure(s,
		               s->instance->connector.is_borrowed
		                   ? "no connection to the database can be opened"
		                   : "too many calls at once: all connections to the database are in use",
		               DUCKDB_ERROR_CONNECTION);
	duckdb_result *result = SV_NEW(s->arena, duckdb_result);
	void **owned_result = sv_arena_own(s->arena, destroy_result);
	sv_rows rows = is_prepared ? prepare_and_run(s, sql, params, count, result, owned_result)
	                           : just_run(s, sql, result, owned_result);
	if (!rows.error)
		copy_result(s, result, &rows);
	release(owned_result, destroy_result);
	return rows;
}

sv_rows sv_session_try(sv_session *s, const char *sql, const sv_param *params, size_t count)
{
	return try(s, sql, params, count, count > 0);
}

sv_rows sv_session_describe(sv_session *s, const char *query)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, "DESCRIBE ");
	sv_buf_puts(&sql, query);
	/* Prepared, so that a text which is several statements is an error. */
	return try(s, sv_buf_cstr(&sql), NULL, 0, true);
}

bool sv_rows_is_unbound(const sv_rows *rows)
{
	return rows->error &&
	       (rows->error_type == DUCKDB_ERROR_INVALID || /* found by prepare */
	        rows->error_type == DUCKDB_ERROR_CATALOG || rows->error_type == DUCKDB_ERROR_BINDER);
}

bool sv_session_query(sv_session *s, const char *sql, const sv_param *params, size_t count,
                      sv_rows *out)
{
	*out = sv_session_try(s, sql, params, count);
	return !out->error || sv_session_fail(s, SV_E_INVALID, "%s", out->error);
}
