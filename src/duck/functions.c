#include "duck/functions.h"

#include "duck/ask.h"
#include "duck/catalog.h"
#include "duck/define.h"
#include "duck/describe.h"
#include "duck/guide.h"

/* ---- semantic_views_info() ---- */

static const sv_column info_columns[] = {
    {"extension_version", DUCKDB_TYPE_VARCHAR},  {"c_api_version", DUCKDB_TYPE_VARCHAR},
    {"duckdb_version", DUCKDB_TYPE_VARCHAR},     {"connections", DUCKDB_TYPE_VARCHAR},
    {"definitions_database", DUCKDB_TYPE_VARCHAR},
};

static sv_str text_of(const char *text)
{
	return (sv_str){text, strlen(text)};
}

static bool info(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	sv_cell *row = sv_answer_add(out);
	sv_cell_set_text(&row[0], SV_LIT(SV_VERSION));
	sv_cell_set_text(&row[1], SV_LIT(DUCKDB_EXTENSION_API_VERSION_STRING));
	sv_cell_set_text(&row[2], text_of(duckdb_library_version()));
	sv_cell_set_text(&row[3], s->instance->connector.is_borrowed
	                              ? SV_LIT("short: opened and closed by each call")
	                              : SV_LIT("kept open: this DuckDB's handle cannot be borrowed"));
	sv_cell_set_text(&row[4], s->instance->database);
	return true;
}

/* ---- drop_semantic_view(name) ---- */

static bool drop(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_str text;
	sv_view_key name;
	if (!sv_value_require(s, &args[0], "drop_semantic_view", "the name", &text) ||
	    !sv_catalog_key(s, text, &name) || !sv_catalog_drop(s, &name, NULL))
		return false;
	sv_buf_puts(out, "Semantic view '");
	sv_buf_put(out, name.text);
	sv_buf_puts(out, "' dropped successfully");
	return true;
}

/* ---- all of them ---- */

#define TEXT DUCKDB_TYPE_VARCHAR
#define ANY DUCKDB_TYPE_ANY
#define REQUEST {TEXT, ANY, ANY, ANY, ANY}

static const sv_scalar scalars[] = {
    {"define_semantic_view", {TEXT, TEXT}, 2, 2, false, sv_define},
    {"drop_semantic_view", {TEXT}, 1, 1, false, drop},
    {"semantic_view_sql", REQUEST, 1, 5, false, sv_ask_sql},
    {"semantic_view_explain", REQUEST, 1, 5, true, sv_ask_explain},
};

static const sv_column list_columns[] = {{"name", TEXT}, {"base_table", TEXT}};

static const sv_column describe_columns[] = {
    {"name", TEXT},    {"base_table", TEXT}, {"dimensions", TEXT},
    {"metrics", TEXT}, {"filters", TEXT},    {"joins", TEXT},
};

static const sv_table_function table_functions[] = {
    {.name = "semantic_views_info", .columns = SV_COLUMNS(info_columns), .run = info},
    {.name = "list_semantic_views", .columns = SV_COLUMNS(list_columns), .run = sv_list_views},
    {.name = "describe_semantic_view",
     .arg_count = 1,
     .columns = SV_COLUMNS(describe_columns),
     .run = sv_describe_view},
    {.name = "semantic_view",
     .arg_count = 1,
     .named = {"dimensions", "metrics", "facts", "where_clause"},
     .bind = sv_guide_query},
    {.name = "explain_semantic_view",
     .arg_count = 1,
     .named = {"dimensions", "metrics", "facts", "where_clause"},
     .bind = sv_guide_explain},
};

bool sv_functions_register(duckdb_connection connection, sv_instance *instance, const char **error)
{
	(void)error;
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		if (!sv_scalar_register(connection, instance, &scalars[i]))
			return false;
	for (size_t i = 0; i < sizeof(table_functions) / sizeof(table_functions[0]); i++)
		if (!sv_table_function_register(connection, instance, &table_functions[i]))
			return false;
	return true;
}
