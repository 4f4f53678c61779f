/* Scalar functions: from DuckDB's vectors to values, and the answer back. */
#include "duck/function.h"

/* What a registered function carries. */
typedef struct {
	sv_instance *instance;
	const sv_scalar *f;
} extra_info;

typedef struct {
	duckdb_vector vector;
	duckdb_type type;
} argument;

/* One chunk of rows. */
typedef struct {
	duckdb_function_info info;
	const extra_info *extra;
	argument args[SV_MAX_ARGS];
	size_t arg_count;
	duckdb_vector out;
	idx_t list_size; /* of the child of a list answer, so far */
} chunk_call;

/* One row of them. */
typedef struct {
	chunk_call *chunk;
	sv_arena *arena;
	idx_t row;
	bool is_done;
} row_call;

static duckdb_type type_of(duckdb_vector vector)
{
	duckdb_logical_type type = duckdb_vector_get_column_type(vector);
	duckdb_type id = duckdb_get_type_id(type);
	duckdb_destroy_logical_type(&type);
	return id;
}

static bool is_null(duckdb_vector vector, idx_t row)
{
	return !duckdb_validity_row_is_valid(duckdb_vector_get_validity(vector), row);
}

static sv_str text_at(sv_arena *a, duckdb_vector vector, idx_t row)
{
	duckdb_string_t *texts = duckdb_vector_get_data(vector);
	sv_str text = {duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row])};
	return (sv_str){sv_str_dup(a, text), text.len};
}

/* Items of a list; false when they are no texts. */
static bool items_at(sv_arena *a, duckdb_vector child, idx_t from, idx_t count, sv_strs *out)
{
	duckdb_type type = type_of(child);
	if (count && type != DUCKDB_TYPE_VARCHAR && type != DUCKDB_TYPE_SQLNULL)
		return false;
	*out = (sv_strs){.items = SV_NEW_N(a, sv_str, count), .count = count};
	for (idx_t i = 0; i < count; i++)
		if (type == DUCKDB_TYPE_VARCHAR && !is_null(child, from + i))
			out->items[i] = text_at(a, child, from + i);
	return true;
}

static idx_t array_size(duckdb_vector vector)
{
	duckdb_logical_type type = duckdb_vector_get_column_type(vector);
	idx_t size = duckdb_array_type_array_size(type);
	duckdb_destroy_logical_type(&type);
	return size;
}

static sv_value list_at(sv_arena *a, const argument *arg, idx_t row)
{
	sv_value value = {.kind = SV_VALUE_LIST};
	bool ok = false;
	if (arg->type == DUCKDB_TYPE_ARRAY) {
		idx_t size = array_size(arg->vector);
		ok = items_at(a, duckdb_array_vector_get_child(arg->vector), row * size, size, &value.list);
	} else {
		const duckdb_list_entry *entries = duckdb_vector_get_data(arg->vector);
		ok = items_at(a, duckdb_list_vector_get_child(arg->vector), entries[row].offset,
		              entries[row].length, &value.list);
	}
	if (!ok)
		value.kind = SV_VALUE_OTHER;
	return value;
}

static sv_value value_at(sv_arena *a, const argument *arg, idx_t row)
{
	if (arg->type == DUCKDB_TYPE_SQLNULL || is_null(arg->vector, row))
		return (sv_value){.kind = SV_VALUE_NULL};
	if (arg->type == DUCKDB_TYPE_VARCHAR)
		return (sv_value){.kind = SV_VALUE_TEXT, .text = text_at(a, arg->vector, row)};
	if (arg->type == DUCKDB_TYPE_BOOLEAN)
		return (sv_value){.kind = SV_VALUE_BOOL,
		                  .truth = ((bool *)duckdb_vector_get_data(arg->vector))[row]};
	if (arg->type == DUCKDB_TYPE_LIST || arg->type == DUCKDB_TYPE_ARRAY)
		return list_at(a, arg, row);
	return (sv_value){.kind = SV_VALUE_OTHER};
}

static size_t count_lines(sv_str text)
{
	size_t count = 1;
	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] == '\n';
	return count;
}

/* The lines of the text as one list. */
static void put_lines(chunk_call *c, idx_t row, sv_str text)
{
	size_t count = count_lines(text);
	duckdb_list_vector_reserve(c->out, c->list_size + count);
	duckdb_list_vector_set_size(c->out, c->list_size + count);
	duckdb_vector child = duckdb_list_vector_get_child(c->out);
	size_t start = 0;
	for (size_t i = 0; i < count; i++) {
		size_t end = start;
		while (end < text.len && text.ptr[end] != '\n')
			end++;
		duckdb_vector_assign_string_element_len(child, c->list_size + i, text.ptr + start,
		                                        end - start);
		start = end + 1;
	}
	duckdb_list_entry *entries = duckdb_vector_get_data(c->out);
	entries[row] = (duckdb_list_entry){.offset = c->list_size, .length = count};
	c->list_size += count;
}

static void run_row(void *arg)
{
	row_call *r = arg;
	chunk_call *chunk = r->chunk;
	sv_session session;
	sv_session_init(&session, r->arena, chunk->extra->instance);
	sv_value values[SV_MAX_ARGS] = {0};
	for (size_t i = 0; i < chunk->arg_count; i++) {
		values[i] = value_at(r->arena, &chunk->args[i], r->row);
		values[i].is_given = true;
	}
	sv_buf out = SV_BUF_INIT(r->arena);
	if (!chunk->extra->f->run(&session, values, &out)) {
		duckdb_scalar_function_set_error(chunk->info, sv_session_problems(&session));
		return;
	}
	sv_str text = {sv_buf_cstr(&out), out.len};
	if (chunk->extra->f->is_list)
		put_lines(chunk, r->row, text);
	else
		duckdb_vector_assign_string_element_len(chunk->out, r->row, text.ptr, text.len);
	r->is_done = true;
}

static void run_chunk(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	chunk_call c = {.info = info, .out = out};
	c.extra = duckdb_scalar_function_get_extra_info(info);
	c.arg_count = duckdb_data_chunk_get_column_count(in);
	for (size_t i = 0; i < c.arg_count; i++) {
		c.args[i].vector = duckdb_data_chunk_get_vector(in, i);
		c.args[i].type = type_of(c.args[i].vector);
	}
	idx_t rows = duckdb_data_chunk_get_size(in);
	bool ok = true;
	for (idx_t row = 0; row < rows && ok; row++) {
		sv_arena arena = {0};
		row_call r = {.chunk = &c, .arena = &arena, .row = row};
		if (!sv_arena_try(&arena, run_row, &r))
			duckdb_scalar_function_set_error(info, "out of memory");
		ok = r.is_done;
		sv_arena_free(&arena);
	}
}

static void release_extra(void *extra)
{
	sv_instance_release(((extra_info *)extra)->instance);
}

static duckdb_logical_type list_type(void)
{
	duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	duckdb_logical_type list = duckdb_create_list_type(text);
	duckdb_destroy_logical_type(&text);
	return list;
}

/* The function with its first `count` arguments. */
static duckdb_scalar_function overload(extra_info *extra, size_t count)
{
	const sv_scalar *f = extra->f;
	duckdb_scalar_function made = duckdb_create_scalar_function();
	duckdb_scalar_function_set_name(made, f->name);
	for (size_t i = 0; i < count; i++) {
		duckdb_logical_type type = duckdb_create_logical_type(f->args[i]);
		duckdb_scalar_function_add_parameter(made, type);
		duckdb_destroy_logical_type(&type);
	}
	duckdb_logical_type answer =
	    f->is_list ? list_type() : duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	duckdb_scalar_function_set_return_type(made, answer);
	duckdb_destroy_logical_type(&answer);
	duckdb_scalar_function_set_volatile(made);
	duckdb_scalar_function_set_special_handling(made);
	sv_instance_use(extra->instance);
	duckdb_scalar_function_set_extra_info(made, extra, release_extra);
	duckdb_scalar_function_set_function(made, run_chunk);
	return made;
}

bool sv_scalar_register(duckdb_connection connection, sv_instance *instance, const sv_scalar *f)
{
	extra_info *extra = SV_NEW(&instance->arena, extra_info);
	*extra = (extra_info){.instance = instance, .f = f};
	duckdb_scalar_function_set set = duckdb_create_scalar_function_set(f->name);
	for (size_t count = f->required; count <= f->count; count++) {
		duckdb_scalar_function made = overload(extra, count);
		duckdb_add_scalar_function_to_set(set, made);
		duckdb_destroy_scalar_function(&made);
	}
	bool ok = duckdb_register_scalar_function_set(connection, set) == DuckDBSuccess;
	duckdb_destroy_scalar_function_set(&set);
	return ok;
}

bool sv_value_require(sv_session *c, const sv_value *value, const char *function,
                      const char *parameter, sv_str *out)
{
	if (value->kind == SV_VALUE_TEXT) {
		*out = value->text;
		return true;
	}
	return sv_session_fail(c, SV_E_INVALID, "%s: %s must be a text, not %s", function, parameter,
	                       value->kind == SV_VALUE_NULL ? "NULL" : "something else");
}
