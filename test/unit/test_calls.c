/*
 * What a call from DuckDB does with connections.  DuckDB is a handful of functions here.
 *
 * When it fails, nothing of DuckDB's is left behind: DuckDB may drop what a function
 * keeps on one of its own threads, after the user closed the database; a connection in
 * there would be the last owner of it, and the thread would wait for itself.
 */
#include <pthread.h>
#include <stdio.h>

#include "duck/function.h"
#include "sv_test.h"

static struct {
	duckdb_table_function_bind_t bind;
	duckdb_table_function_init_t init;
	duckdb_table_function_t run;
	void *extra;
	void *bind_data;
	duckdb_delete_callback_t free_bind_data;
	void *init_data;
	duckdb_delete_callback_t free_init_data;
	char error[200];
	int connections; /* open ones */
	int results;
	bool answers; /* statements of our connections work, with one column */
	bool refuses; /* no connection can be opened */
	bool is_mute; /* what fails says nothing */
	bool is_file; /* the database is no database in memory */
	int most;     /* connections that can be open; 0: any number */
	int rollbacks;
	int resets; /* of what USE changes */
} fake;

static int anything;

#define SOMETHING ((void *)&anything) /* a handle that nobody looks into */

static char each[100]; /* connections */

static duckdb_state fake_connect(duckdb_database database, duckdb_connection *out)
{
	(void)database;
	*out = (void *)&each[fake.connections]; /* DuckDB promises nothing about it on failure */
	if (fake.refuses || (fake.most && fake.connections == fake.most))
		return DuckDBError;
	fake.connections++;
	return DuckDBSuccess;
}

static void fake_disconnect(duckdb_connection *connection)
{
	*connection = NULL;
	fake.connections--;
}

static duckdb_state fake_query(duckdb_connection connection, const char *query,
                               duckdb_result *result)
{
	const char *own = (const char *)connection;
	bool is_loaders = own < each || own >= each + sizeof(each);
	fake.rollbacks += strcmp(query, "ROLLBACK") == 0;
	fake.resets += strcmp(query, "RESET search_path") == 0;
	fake.results += result != NULL;
	return fake.answers || is_loaders ? DuckDBSuccess : DuckDBError;
}

/* One row; none for the database in memory when it is a file. */
static duckdb_data_chunk fake_fetch(duckdb_result result)
{
	(void)result;
	return fake.is_file ? NULL : SOMETHING;
}

static idx_t fake_size(duckdb_data_chunk chunk)
{
	(void)chunk;
	return 1;
}

static void fake_destroy_chunk(duckdb_data_chunk *chunk)
{
	*chunk = NULL;
}

static idx_t fake_column_count(duckdb_result *result)
{
	(void)result;
	return 1;
}

static void fake_destroy_result(duckdb_result *result)
{
	(void)result;
	fake.results--;
}

static const char *fake_result_error(duckdb_result *result)
{
	(void)result;
	return fake.is_mute ? "" : "it failed";
}

static duckdb_error_type fake_error_type(duckdb_result *result)
{
	(void)result;
	return DUCKDB_ERROR_CATALOG;
}

static duckdb_table_function fake_create(void)
{
	return SOMETHING;
}

static void fake_destroy(duckdb_table_function *function)
{
	*function = NULL;
}

static void fake_set_name(duckdb_table_function function, const char *name)
{
	(void)function;
	(void)name;
}

static duckdb_logical_type fake_create_type(duckdb_type type)
{
	(void)type;
	return SOMETHING;
}

static void fake_destroy_type(duckdb_logical_type *type)
{
	*type = NULL;
}

static void fake_set_extra_info(duckdb_table_function function, void *extra,
                                duckdb_delete_callback_t destroy)
{
	(void)function;
	(void)destroy;
	fake.extra = extra;
}

static void fake_set_bind(duckdb_table_function function, duckdb_table_function_bind_t bind)
{
	(void)function;
	fake.bind = bind;
}

static void fake_set_init(duckdb_table_function function, duckdb_table_function_init_t init)
{
	(void)function;
	fake.init = init;
}

static void fake_set_function(duckdb_table_function function, duckdb_table_function_t run)
{
	(void)function;
	fake.run = run;
}

static duckdb_state fake_register(duckdb_connection connection, duckdb_table_function function)
{
	(void)connection;
	(void)function;
	return DuckDBSuccess;
}

static void *fake_bind_extra(duckdb_bind_info info)
{
	(void)info;
	return fake.extra;
}

static void fake_set_bind_data(duckdb_bind_info info, void *data, duckdb_delete_callback_t destroy)
{
	(void)info;
	fake.bind_data = data;
	fake.free_bind_data = destroy;
}

static void fake_add_column(duckdb_bind_info info, const char *name, duckdb_logical_type type)
{
	(void)info;
	(void)name;
	(void)type;
}

static void *fake_init_bind_data(duckdb_init_info info)
{
	(void)info;
	return fake.bind_data;
}

static void fake_set_init_data(duckdb_init_info info, void *data, duckdb_delete_callback_t destroy)
{
	(void)info;
	fake.init_data = data;
	fake.free_init_data = destroy;
}

static void *fake_run_init_data(duckdb_function_info info)
{
	(void)info;
	return fake.init_data;
}

static void fake_bind_error(duckdb_bind_info info, const char *error)
{
	(void)info;
	snprintf(fake.error, sizeof(fake.error), "%s", error);
}

static void fake_run_error(duckdb_function_info info, const char *error)
{
	(void)info;
	snprintf(fake.error, sizeof(fake.error), "%s", error);
}

duckdb_ext_api_v1 duckdb_ext_api;

static void play_duckdb(void)
{
	duckdb_connect = fake_connect;
	duckdb_disconnect = fake_disconnect;
	duckdb_query = fake_query;
	duckdb_destroy_result = fake_destroy_result;
	duckdb_column_count = fake_column_count;
	duckdb_fetch_chunk = fake_fetch;
	duckdb_data_chunk_get_size = fake_size;
	duckdb_destroy_data_chunk = fake_destroy_chunk;
	duckdb_result_error = fake_result_error;
	duckdb_result_error_type = fake_error_type;
	duckdb_create_table_function = fake_create;
	duckdb_destroy_table_function = fake_destroy;
	duckdb_table_function_set_name = fake_set_name;
	duckdb_create_logical_type = fake_create_type;
	duckdb_destroy_logical_type = fake_destroy_type;
	duckdb_table_function_set_extra_info = fake_set_extra_info;
	duckdb_table_function_set_bind = fake_set_bind;
	duckdb_table_function_set_init = fake_set_init;
	duckdb_table_function_set_function = fake_set_function;
	duckdb_register_table_function = fake_register;
	duckdb_bind_get_extra_info = fake_bind_extra;
	duckdb_bind_set_bind_data = fake_set_bind_data;
	duckdb_bind_add_result_column = fake_add_column;
	duckdb_bind_set_error = fake_bind_error;
	duckdb_init_get_bind_data = fake_init_bind_data;
	duckdb_init_set_init_data = fake_set_init_data;
	duckdb_function_get_init_data = fake_run_init_data;
	duckdb_function_set_error = fake_run_error;
}

void sv_instance_use(sv_instance *i)
{
	i->users++;
}

void sv_instance_release(void *instance)
{
	((sv_instance *)instance)->users--;
}

/* ---- functions that fail ---- */

static bool ask(sv_session *s)
{
	sv_rows rows;
	return sv_session_query(s, "SELECT", NULL, 0, &rows);
}

static bool fail_to_bind(sv_session *s, const sv_value *args, sv_columns *out)
{
	(void)args;
	(void)out;
	return ask(s);
}

static bool fail_to_run(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	(void)out;
	return ask(s);
}

static bool run_out_of_memory(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	(void)out;
	ask(s);
	sv_arena_out_of_memory(s->arena);
}

static const sv_column status = {"status", DUCKDB_TYPE_VARCHAR};
static const sv_columns columns = {&status, 1};

typedef struct {
	sv_instance instance;
	sv_table_function function;
} loaded;

static void set_up(loaded *l)
{
	memset(&fake, 0, sizeof(fake));
	play_duckdb();
	l->instance.connector.is_borrowed = true;
	assert_true(sv_table_function_register(SOMETHING, &l->instance, &l->function));
}

static void check_nothing_is_held(const char *error)
{
	assert_string_equal(fake.error, error);
	assert_int_equal(fake.connections, 0);
	assert_int_equal(fake.results, 0);
}

static bool fail_for_no_reason(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)s;
	(void)args;
	(void)out;
	return false;
}

static bool fail_without_connection(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	(void)out;
	fake.refuses = true;
	return ask(s);
}

static bool fail_mutely(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	(void)out;
	fake.is_mute = true;
	return ask(s);
}

static void check_run(bool (*run)(sv_session *, const sv_value *, sv_answer *), const char *error)
{
	loaded l = {.function = {.name = "f", .columns = &columns, .run = run}};
	set_up(&l);
	fake.bind(SOMETHING);
	fake.init(SOMETHING);
	fake.run(SOMETHING, SOMETHING);
	check_nothing_is_held(error);
	fake.free_init_data(fake.init_data);
	fake.free_bind_data(fake.bind_data);
	sv_arena_free(&l.instance.arena);
}

static void run_that_fails(void **state)
{
	(void)state;
	check_run(fail_to_run, "it failed");
}

static void run_without_memory(void **state)
{
	(void)state;
	check_run(run_out_of_memory, "out of memory");
}

static void run_that_gets_no_connection(void **state)
{
	(void)state;
	check_run(fail_without_connection, "no connection to the database can be opened");
}

static void run_that_fails_without_a_word(void **state)
{
	(void)state;
	check_run(fail_mutely, "DuckDB gave no reason");
	check_run(fail_for_no_reason, "internal error: a failure gave no reason");
}

static void bind_that_fails(void **state)
{
	(void)state;
	loaded l = {.function = {.name = "f", .bind = fail_to_bind, .run = fail_to_run}};
	set_up(&l);
	fake.bind(SOMETHING);
	check_nothing_is_held("it failed");
	assert_null(fake.bind_data);
	sv_arena_free(&l.instance.arena);
}

/* ---- where connections come from ---- */

/* A handle and a client context, with the instance in it or not. */
typedef struct {
	int instance;
	int control;
	void *indirect;
	struct _duckdb_database database;
	duckdb_database handle;
	void *context[10];
	struct _duckdb_connection load;
	sv_connector connector;
} loading;

static void begin_loading(loading *l, bool has_instance)
{
	memset(&fake, 0, sizeof(fake));
	play_duckdb();
	*l = (loading){0};
	l->indirect = &l->control;
	l->database.internal_ptr = has_instance ? (void *)&l->instance : (void *)&l->indirect;
	l->handle = &l->database;
	l->context[2] = &l->instance;
	l->context[3] = &l->control;
	l->load.internal_ptr = l->context;
}

static void borrows_where_the_instance_is_found_and_answers(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, true);
	fake.answers = true;
	assert_null(sv_connector_init(&l.connector, &l.handle, &l.load));
	assert_true(l.connector.is_borrowed);
	assert_ptr_equal(l.connector.owner[0], &l.instance);
	assert_ptr_equal(l.connector.owner[1], &l.control);
	assert_int_equal(fake.connections, 0);
	sv_connector_destroy(&l.connector);
}

static void *close_soon(void *argument)
{
	sv_connector *c = argument;
	duckdb_connection last = c->kept[SV_KEPT_CONNECTIONS - 1];
	sv_nap(20);
	sv_connector_close(c, &last);
	return NULL;
}

static void check_kept(sv_connector *c)
{
	duckdb_connection open[SV_KEPT_CONNECTIONS];
	duckdb_connection one_more;
	pthread_t other;
	assert_false(c->is_borrowed);
	assert_int_equal(fake.connections, SV_KEPT_CONNECTIONS);
	for (int i = 0; i < SV_KEPT_CONNECTIONS; i++) {
		assert_true(sv_connector_open(c, &open[i]));
		for (int k = 0; k < i; k++)
			assert_ptr_not_equal(open[i], open[k]);
	}
	assert_int_equal(pthread_create(&other, NULL, close_soon, c), 0);
	assert_true(sv_connector_open(c, &one_more));
	pthread_join(other, NULL);
	assert_ptr_equal(one_more, open[SV_KEPT_CONNECTIONS - 1]);
	sv_connector_close(c, &open[0]);
	assert_null(open[0]);
	assert_int_equal(fake.rollbacks, 2);
	assert_int_equal(fake.resets, 2);
	assert_int_equal(fake.connections, SV_KEPT_CONNECTIONS);
	sv_connector_destroy(c);
	assert_int_equal(fake.connections, 0);
}

static void keeps_connections_where_the_instance_is_not_found(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, false);
	fake.answers = true;
	assert_null(sv_connector_init(&l.connector, &l.handle, &l.load));
	check_kept(&l.connector);
}

static void keeps_connections_where_there_is_no_client_context(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, true);
	fake.answers = true;
	l.load.internal_ptr = NULL;
	assert_null(sv_connector_init(&l.connector, &l.handle, &l.load));
	check_kept(&l.connector);
}

static void keeps_connections_where_the_instance_does_not_answer(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, true);
	assert_null(sv_connector_init(&l.connector, &l.handle, &l.load));
	check_kept(&l.connector);
}

static void check_refused(loading *l, const char *why)
{
	const char *error = sv_connector_init(&l->connector, &l->handle, &l->load);
	assert_non_null(error);
	assert_non_null(strstr(error, why));
	sv_connector_destroy(&l->connector);
	assert_int_equal(fake.connections, 0);
}

static void fails_where_no_connection_can_be_opened(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, true);
	fake.refuses = true;
	check_refused(&l, "no connection to the database can be opened");
}

static void keeps_no_connection_to_a_file(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, false);
	fake.is_file = true;
	check_refused(&l, "a file could not be closed");
}

static void keeps_no_connection_where_not_all_can_be_opened(void **state)
{
	(void)state;
	loading l;
	begin_loading(&l, false);
	fake.most = SV_KEPT_CONNECTIONS - 1;
	check_refused(&l, "no connection to the database can be opened");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(run_that_fails),
	    cmocka_unit_test(run_without_memory),
	    cmocka_unit_test(run_that_gets_no_connection),
	    cmocka_unit_test(run_that_fails_without_a_word),
	    cmocka_unit_test(bind_that_fails),
	    cmocka_unit_test(borrows_where_the_instance_is_found_and_answers),
	    cmocka_unit_test(keeps_connections_where_the_instance_is_not_found),
	    cmocka_unit_test(keeps_connections_where_there_is_no_client_context),
	    cmocka_unit_test(fails_where_no_connection_can_be_opened),
	    cmocka_unit_test(keeps_connections_where_the_instance_does_not_answer),
	    cmocka_unit_test(keeps_no_connection_to_a_file),
	    cmocka_unit_test(keeps_no_connection_where_not_all_can_be_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
