#include "duck/functions.h"

#include "duck/ask.h"
#include "duck/catalog.h"
#include "duck/check.h"
#include "duck/define.h"
#include "duck/describe.h"
#include "duck/export.h"
#include "duck/guide.h"
#include "duck/import.h"
#include "duck/show.h"
#include "duck/statement.h"

/* ---- semantic_views_info() ---- */

static const sv_column info_columns[] = {
    {"extension_version", DUCKDB_TYPE_VARCHAR},    {"c_api_version", DUCKDB_TYPE_VARCHAR},
    {"duckdb_version", DUCKDB_TYPE_VARCHAR},       {"connections", DUCKDB_TYPE_VARCHAR},
    {"definitions_database", DUCKDB_TYPE_VARCHAR},
};

static const sv_columns info_answer = SV_COLUMNS(info_columns);

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
	bool existed;
	if (!sv_value_require(s, &args[0], "drop_semantic_view", "the name", &text) ||
	    !sv_catalog_key(s, text, &name) || !sv_catalog_drop(s, &name, &existed))
		return false;
	if (!existed)
		return sv_catalog_fail_missing(s, &name);
	sv_buf_puts(out, "Semantic view '");
	sv_buf_put(out, name.text);
	sv_buf_puts(out, "' dropped successfully");
	return true;
}

/* ---- all of them ---- */

#define TEXT DUCKDB_TYPE_VARCHAR
#define ANY DUCKDB_TYPE_ANY
#define REQUEST                        \
	{                                  \
		TEXT, ANY, ANY, ANY, ANY, TEXT \
	}

#define REQUEST_NAMES                                    \
	{                                                    \
		"dimensions", "metrics", "facts", "where_clause" \
	}

static const sv_scalar scalars[] = {
    {"define_semantic_view", {TEXT, TEXT}, false, 2, 2, sv_define},
    {"drop_semantic_view", {TEXT}, false, 1, 1, drop},
    {"semantic_view_sql", REQUEST, false, 1, 6, sv_ask_sql},
    {"semantic_view_explain", REQUEST, true, 1, 6, sv_ask_explain},
    {"get_ddl", {TEXT, TEXT, DUCKDB_TYPE_BOOLEAN}, false, 2, 3, sv_export_ddl},
    {"read_yaml_from_semantic_view", {TEXT}, false, 1, 1, sv_export_yaml},
    {"semantic_view_diagram", {TEXT}, false, 1, 1, sv_export_diagram},
};

static const sv_table_function table_functions[] = {
    {"semantic_views_info", 0, {0}, &info_answer, NULL, info},
    {"list_semantic_views", 0, {0}, &sv_list_columns, NULL, sv_list_views},
    {"describe_semantic_view", 1, {0}, &sv_describe_columns, NULL, sv_describe_view},
    {"check_semantic_view", 1, {0}, &sv_check_columns, NULL, sv_check_view},
    {"semantic_ddl", 1, {0}, NULL, sv_statement_bind, sv_statement_run},
    {"semantic_import", 1, {0}, &sv_import_columns, NULL, sv_import},
    {"show_semantic_views", 0, {0}, &sv_show_views_columns, NULL, sv_show_views},
    {"show_semantic_dimensions", 1, {0}, &sv_show_members_columns, NULL, sv_show_dimensions},
    {"show_semantic_metrics", 1, {0}, &sv_show_members_columns, NULL, sv_show_metrics},
    {"show_semantic_facts", 1, {0}, &sv_show_members_columns, NULL, sv_show_facts},
    {"show_semantic_dimensions_for_metric",
     2,
     {0},
     &sv_show_for_metric_columns,
     NULL,
     sv_show_dimensions_for_metric},
    {"show_columns_in_semantic_view",
     1,
     {0},
     &sv_show_columns_columns,
     NULL,
     sv_show_columns_in_view},
    {"semantic_view", 1, REQUEST_NAMES, NULL, sv_guide_query, NULL},
    {"explain_semantic_view", 1, REQUEST_NAMES, NULL, sv_guide_explain, NULL},
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
