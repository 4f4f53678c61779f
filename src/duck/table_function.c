/*
 * Table functions: the arguments are read when DuckDB binds, the rows are made
 * when it asks for the first of them.
 */
#include "duck/function.h"

/* What a registered function carries. */
typedef struct {
	sv_instance *instance;
	const sv_table_function *f;
} extra_info;

/* What DuckDB keeps of one use of it in a statement. */
typedef struct {
	sv_arena arena; /* holds this struct too */
	const extra_info *extra;
	sv_value args[SV_MAX_ARGS];
	sv_columns columns;
} use;

/* One run of that statement. */
typedef struct {
	sv_arena arena; /* holds this struct too */
	const use *use;
	sv_answer answer;
	size_t next;  /* row to give out */
	bool is_done; /* the rows are made */
} run;

typedef struct {
	sv_arena *arena;
	duckdb_bind_info info;
	use *made;
} bind_call;

sv_cell *sv_answer_add(sv_answer *answer)
{
	if (answer->count == answer->cap) {
		size_t cap = answer->cap ? answer->cap * 2 : 16;
		answer->cells = sv_arena_grow(answer->arena, answer->cells,
		                              answer->cap * answer->width * sizeof(sv_cell),
		                              cap * answer->width * sizeof(sv_cell));
		answer->cap = cap;
	}
	sv_cell *row = answer->cells + answer->count++ * answer->width;
	for (size_t i = 0; i < answer->width; i++)
		row[i] = (sv_cell){.is_null = true};
	return row;
}

void sv_cell_set_text(sv_cell *cell, sv_str text)
{
	*cell = (sv_cell){.is_null = !text.ptr, .text = text};
}

void sv_cell_set_number(sv_cell *cell, int64_t number)
{
	*cell = (sv_cell){.number = number};
}

void sv_cell_set_list(sv_cell *cell, sv_strs list)
{
	*cell = (sv_cell){.list = list};
}

/* ---- arguments ---- */

static void destroy_value(void *handle)
{
	duckdb_value value = handle;
	duckdb_destroy_value(&value);
}

static void free_text(void *text)
{
	duckdb_free(text);
}

static sv_str text_of(sv_arena *a, duckdb_value value)
{
	void **place = sv_arena_own(a, free_text);
	char *text = duckdb_get_varchar(value);
	*place = text;
	return text ? (sv_str){text, strlen(text)} : SV_LIT("");
}

static sv_value list_of(sv_arena *a, duckdb_value value)
{
	sv_value out = {.kind = SV_VALUE_LIST};
	out.list.count = duckdb_get_list_size(value);
	out.list.items = SV_NEW_N(a, sv_str, out.list.count);
	for (size_t i = 0; i < out.list.count; i++) {
		void **place = sv_arena_own(a, destroy_value);
		duckdb_value item = *place = duckdb_get_list_child(value, i);
		if (duckdb_is_null_value(item))
			continue;
		if (duckdb_get_type_id(duckdb_get_value_type(item)) != DUCKDB_TYPE_VARCHAR)
			return (sv_value){.kind = SV_VALUE_OTHER};
		out.list.items[i] = text_of(a, item);
	}
	return out;
}

static sv_value value_of(sv_arena *a, duckdb_value value)
{
	if (!value || duckdb_is_null_value(value))
		return (sv_value){.kind = SV_VALUE_NULL};
	duckdb_type type = duckdb_get_type_id(duckdb_get_value_type(value));
	if (type == DUCKDB_TYPE_VARCHAR)
		return (sv_value){.kind = SV_VALUE_TEXT, .text = text_of(a, value)};
	if (type == DUCKDB_TYPE_BOOLEAN)
		return (sv_value){.kind = SV_VALUE_BOOL, .truth = duckdb_get_bool(value)};
	if (type == DUCKDB_TYPE_LIST)
		return list_of(a, value);
	return (sv_value){.kind = SV_VALUE_OTHER};
}

static void read_args(sv_arena *a, duckdb_bind_info info, const sv_table_function *f, sv_value *out)
{
	for (size_t i = 0; i < f->arg_count; i++) {
		void **place = sv_arena_own(a, destroy_value);
		*place = duckdb_bind_get_parameter(info, i);
		out[i] = value_of(a, *place);
	}
	for (size_t i = f->arg_count; i < SV_MAX_ARGS && f->named[i - f->arg_count]; i++) {
		void **place = sv_arena_own(a, destroy_value);
		*place = duckdb_bind_get_named_parameter(info, f->named[i - f->arg_count]);
		out[i] = value_of(a, *place);
	}
}

/* ---- bind ---- */

static duckdb_logical_type column_type(duckdb_type type)
{
	if (type != DUCKDB_TYPE_LIST)
		return duckdb_create_logical_type(type);
	duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	duckdb_logical_type list = duckdb_create_list_type(text);
	duckdb_destroy_logical_type(&text);
	return list;
}

static void bind_body(void *arg)
{
	bind_call *b = arg;
	use *u = SV_NEW(b->arena, use);
	u->extra = duckdb_bind_get_extra_info(b->info);
	if (u->extra->f->columns)
		u->columns = *u->extra->f->columns;
	read_args(b->arena, b->info, u->extra->f, u->args);
	sv_session session;
	sv_session_init(&session, b->arena, u->extra->instance);
	if (u->extra->f->bind && !u->extra->f->bind(&session, u->args, &u->columns)) {
		duckdb_bind_set_error(b->info, sv_session_problems(&session));
		return;
	}
	sv_session_disconnect(&session);
	for (size_t i = 0; i < u->columns.count; i++) {
		duckdb_logical_type type = column_type(u->columns.items[i].type);
		duckdb_bind_add_result_column(b->info, u->columns.items[i].name, type);
		duckdb_destroy_logical_type(&type);
	}
	b->made = u;
}

static void free_use(void *data)
{
	sv_arena arena = ((use *)data)->arena; /* the struct lies in it */
	sv_arena_free(&arena);
}

static void bind(duckdb_bind_info info)
{
	sv_arena arena = {0};
	bind_call b = {.arena = &arena, .info = info};
	if (!sv_arena_try(&arena, bind_body, &b))
		duckdb_bind_set_error(info, "out of memory");
	if (!b.made) {
		sv_arena_free(&arena);
		return;
	}
	b.made->arena = arena;
	duckdb_bind_set_bind_data(info, b.made, free_use);
}

/* ---- run ---- */

typedef struct {
	sv_arena *arena;
	duckdb_init_info info;
	run *made;
} init_call;

static void init_body(void *arg)
{
	init_call *i = arg;
	run *r = SV_NEW(i->arena, run);
	r->use = duckdb_init_get_bind_data(i->info);
	i->made = r;
}

/*
 * DuckDB may call this on a thread of its own, after the user has closed the database.
 * Nothing may be left in the arena that owns the database, as a connection does: the
 * last owner closes it, which waits for that very thread, and the process ends.
 */
static void free_run(void *data)
{
	sv_arena arena = ((run *)data)->arena; /* the struct lies in it */
	sv_arena_free(&arena);
}

static void init(duckdb_init_info info)
{
	sv_arena arena = {0};
	init_call i = {.arena = &arena, .info = info};
	if (!sv_arena_try(&arena, init_body, &i)) {
		duckdb_init_set_error(info, "out of memory");
		sv_arena_free(&arena);
		return;
	}
	i.made->arena = arena;
	duckdb_init_set_init_data(info, i.made, free_run);
}

typedef struct {
	run *run;
	duckdb_function_info info;
} run_call;

static void run_body(void *arg)
{
	run_call *c = arg;
	run *r = c->run;
	sv_session session;
	sv_session_init(&session, &r->arena, r->use->extra->instance);
	r->answer = (sv_answer){.arena = &r->arena, .width = r->use->columns.count};
	if (!r->use->extra->f->run(&session, r->use->args, &r->answer)) {
		duckdb_function_set_error(c->info, sv_session_problems(&session));
		return;
	}
	sv_session_disconnect(&session);
	r->is_done = true;
}

static void set_list(duckdb_vector vector, idx_t row, sv_strs list)
{
	idx_t old = duckdb_list_vector_get_size(vector);
	duckdb_list_vector_reserve(vector, old + list.count);
	duckdb_list_vector_set_size(vector, old + list.count);
	duckdb_vector child = duckdb_list_vector_get_child(vector);
	for (size_t i = 0; i < list.count; i++)
		duckdb_vector_assign_string_element_len(child, old + i, list.items[i].ptr,
		                                        list.items[i].len);
	duckdb_list_entry *entries = duckdb_vector_get_data(vector);
	entries[row] = (duckdb_list_entry){.offset = old, .length = list.count};
}

static void set_cell(duckdb_vector vector, idx_t row, duckdb_type type, const sv_cell *cell)
{
	if (cell->is_null) {
		duckdb_vector_ensure_validity_writable(vector);
		duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
	} else if (type == DUCKDB_TYPE_VARCHAR) {
		duckdb_vector_assign_string_element_len(vector, row, cell->text.ptr, cell->text.len);
	} else if (type == DUCKDB_TYPE_BOOLEAN) {
		((bool *)duckdb_vector_get_data(vector))[row] = cell->number != 0;
	} else if (type == DUCKDB_TYPE_LIST) {
		set_list(vector, row, cell->list);
	} else {
		((int64_t *)duckdb_vector_get_data(vector))[row] = cell->number;
	}
}

/* Gives out the next rows, as many as the chunk holds. */
static void give(run *r, duckdb_data_chunk out)
{
	idx_t rows = r->answer.count - r->next;
	if (rows > duckdb_vector_size())
		rows = duckdb_vector_size();
	for (size_t column = 0; column < r->answer.width && rows; column++) {
		duckdb_vector vector = duckdb_data_chunk_get_vector(out, column);
		const sv_cell *cell = r->answer.cells + r->next * r->answer.width + column;
		for (idx_t row = 0; row < rows; row++, cell += r->answer.width)
			set_cell(vector, row, r->use->columns.items[column].type, cell);
	}
	r->next += rows;
	duckdb_data_chunk_set_size(out, rows);
}

static void run_chunk(duckdb_function_info info, duckdb_data_chunk out)
{
	run_call c = {.run = duckdb_function_get_init_data(info), .info = info};
	if (!c.run->is_done && !sv_arena_try(&c.run->arena, run_body, &c))
		duckdb_function_set_error(info, "out of memory");
	if (c.run->is_done)
		give(c.run, out);
	else
		sv_arena_release(&c.run->arena); /* not later, in free_run: see there */
}

/* ---- registration ---- */

static void release_extra(void *extra)
{
	sv_instance_release(((extra_info *)extra)->instance);
}

static void add_parameters(duckdb_table_function made, const sv_table_function *f)
{
	duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	duckdb_logical_type any = duckdb_create_logical_type(DUCKDB_TYPE_ANY);
	for (size_t i = 0; i < f->arg_count; i++)
		duckdb_table_function_add_parameter(made, text);
	for (size_t i = 0; i < SV_MAX_ARGS && f->named[i]; i++)
		duckdb_table_function_add_named_parameter(made, f->named[i], any);
	duckdb_destroy_logical_type(&text);
	duckdb_destroy_logical_type(&any);
}

bool sv_table_function_register(duckdb_connection connection, sv_instance *instance,
                                const sv_table_function *f)
{
	extra_info *extra = SV_NEW(&instance->arena, extra_info);
	*extra = (extra_info){.instance = instance, .f = f};
	duckdb_table_function made = duckdb_create_table_function();
	duckdb_table_function_set_name(made, f->name);
	add_parameters(made, f);
	sv_instance_use(instance);
	duckdb_table_function_set_extra_info(made, extra, release_extra);
	duckdb_table_function_set_bind(made, bind);
	duckdb_table_function_set_init(made, init);
	duckdb_table_function_set_function(made, run_chunk);
	bool ok = duckdb_register_table_function(connection, made) == DuckDBSuccess;
	duckdb_destroy_table_function(&made);
	return ok;
}
