#include "duck/show.h"

#include "base/ident.h"
#include "duck/types.h"
#include "duck/view.h"
#include "model/names.h"
#include "model/text.h"
#include "plan/request.h"

#define TEXT DUCKDB_TYPE_VARCHAR

static const sv_column views_columns[] = {
    {"created_on", DUCKDB_TYPE_TIMESTAMP},
    {"name", TEXT},
    {"kind", TEXT},
    {"database_name", TEXT},
    {"comment", TEXT},
};

static const sv_column members_columns[] = {
    {"database_name", TEXT}, {"semantic_view_name", TEXT},   {"table_name", TEXT}, {"name", TEXT},
    {"data_type", TEXT},     {"synonyms", DUCKDB_TYPE_LIST}, {"comment", TEXT},
};

static const sv_column for_metric_columns[] = {
    {"table_name", TEXT},
    {"name", TEXT},
    {"data_type", TEXT},
    {"required", DUCKDB_TYPE_BOOLEAN},
    {"usable", DUCKDB_TYPE_BOOLEAN},
    {"reason", TEXT},
};

static const sv_column columns_columns[] = {
    {"database_name", TEXT}, {"semantic_view_name", TEXT},
    {"column_name", TEXT},   {"data_type", TEXT},
    {"kind", TEXT},          {"expression", TEXT},
    {"comment", TEXT},
};

enum { TERSE_COLUMNS = 4 }; /* SHOW TERSE leaves out the comment */

const sv_columns sv_show_views_columns = SV_COLUMNS(views_columns);
const sv_columns sv_show_members_columns = SV_COLUMNS(members_columns);
const sv_columns sv_show_for_metric_columns = SV_COLUMNS(for_metric_columns);
const sv_columns sv_show_columns_columns = SV_COLUMNS(columns_columns);

sv_columns sv_show_columns(const sv_statement *show)
{
	if (show->kind == SV_STMT_SHOW_COLUMNS)
		return sv_show_columns_columns;
	if (show->kind == SV_STMT_SHOW_MEMBERS)
		return show->as.show.metric.name.text.ptr ? sv_show_for_metric_columns
		                                          : sv_show_members_columns;
	if (show->as.show.is_terse)
		return (sv_columns){views_columns, TERSE_COLUMNS};
	return sv_show_views_columns;
}

/* ---- which views ---- */

/* A view that is shown. */
typedef struct {
	sv_str database;
	sv_str name;
	sv_str definition;
	const sv_entry *entry; /* NULL: it cannot be read */
} shown;

typedef struct {
	shown *items;
	size_t count;
} shown_list;

/* Reads a view whose problems are nobody's business here. */
static const sv_entry *read_quietly(sv_session *s, const sv_stored *row)
{
	sv_diags problems = s->diags;
	sv_diags_init(&s->diags, s->arena, NULL, (sv_str){0});
	sv_view_key key = {.text = row->name, .database = row->database, .name = row->name};
	const sv_entry *entry = sv_view_of(s, &key, row->definition);
	s->diags = problems;
	return entry;
}

static bool shown_one(sv_session *s, const sv_view_name *view, shown_list *out)
{
	sv_view_key key;
	sv_str definition;
	if (!sv_catalog_key_of(s, view->parts.items, view->parts.count, &key) ||
	    !sv_catalog_read(s, &key, &definition))
		return false;
	*out = (shown_list){.items = SV_NEW(s->arena, shown), .count = 1};
	*out->items = (shown){.database = key.database,
	                      .name = key.name,
	                      .definition = definition,
	                      .entry = sv_view_of(s, &key, definition)};
	return out->items->entry;
}

/* The attached database that is meant; NULL pointer: all of them. */
static bool scope_database(sv_session *s, const sv_statement *show, sv_str *out)
{
	const sv_word *written = &show->as.show.database;
	*out = (sv_str){0};
	if (show->as.show.in != SV_IN_DATABASE)
		return true;
	*out = s->instance->database;
	if (!written->text.ptr)
		return true;
	bool is_attached;
	if (!sv_catalog_find_database(s, written->text, out, &is_attached))
		return false;
	if (!is_attached)
		sv_diags_add(&s->diags, SV_E_UNKNOWN_NAME, written->span, "no database '%.*s' is attached",
		             SV_FMT(written->text));
	return is_attached;
}

static bool shown_views(sv_session *s, const sv_statement *show, shown_list *out)
{
	sv_str database;
	sv_stored_list list;
	if (show->kind == SV_STMT_SHOW_COLUMNS || show->as.show.in == SV_IN_VIEW)
		return shown_one(s, &show->view, out);
	if (!scope_database(s, show, &database) || !sv_catalog_list(s, database, &list))
		return false;
	*out = (shown_list){.items = SV_NEW_N(s->arena, shown, list.count), .count = list.count};
	for (size_t i = 0; i < list.count; i++)
		out->items[i] = (shown){.database = list.items[i].database,
		                        .name = list.items[i].name,
		                        .definition = list.items[i].definition,
		                        .entry = read_quietly(s, &list.items[i])};
	return true;
}

/* ---- which rows ---- */

static bool starts_with(sv_str text, sv_str start)
{
	return text.len >= start.len && memcmp(text.ptr, start.ptr, start.len) == 0;
}

/* One flag per name: does it match LIKE and STARTS WITH?  LIKE is DuckDB's own. */
static bool matches(sv_session *s, const sv_statement *show, const sv_strs *names, bool **out)
{
	sv_rows rows = {0};
	const sv_str like = show->as.show.like.text;
	const sv_str start = show->as.show.starts_with.text;
	sv_param params[] = {SV_PARAM_LIST(names), SV_PARAM(like)};
	*out = SV_NEW_N(s->arena, bool, names->count);
	if (like.ptr && names->count &&
	    !sv_session_query(s,
	                      "SELECT (x ILIKE $2)::VARCHAR FROM (SELECT unnest($1) AS x, "
	                      "generate_subscripts($1, 1) AS i) ORDER BY i",
	                      params, 2, &rows))
		return false;
	for (size_t i = 0; i < names->count; i++)
		(*out)[i] = (!like.ptr ||
		             (i < rows.row_count && sv_str_eq(sv_rows_at(&rows, i, 0), SV_LIT("true")))) &&
		            (!start.ptr || starts_with(names->items[i], start));
	return true;
}

static bool is_full(const sv_statement *show, const sv_answer *out)
{
	return show->as.show.has_limit && out->count >= show->as.show.limit;
}

/* ---- SHOW SEMANTIC VIEWS ---- */

/* "2025-01-31 12:34:56.123456"; false when it is not like that. */
static bool read_time(sv_str text, int64_t *out)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd.dddddd";
	int32_t parts[7] = {0};
	size_t part = 0;
	if (text.len != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
		if (is_digit != (shape[i] == 'd') || (!is_digit && text.ptr[i] != shape[i]))
			return false;
		if (is_digit)
			parts[part] = parts[part] * 10 + (text.ptr[i] - '0');
		else
			part++;
	}
	duckdb_timestamp_struct time = {
	    .date = {.year = parts[0], .month = (int8_t)parts[1], .day = (int8_t)parts[2]},
	    .time = {.hour = (int8_t)parts[3],
	             .min = (int8_t)parts[4],
	             .sec = (int8_t)parts[5],
	             .micros = parts[6]}};
	*out = duckdb_to_timestamp(time).micros;
	return true;
}

static bool show_views(sv_session *s, const sv_statement *show, const shown_list *views,
                       sv_answer *out)
{
	sv_strs names = {.items = SV_NEW_N(s->arena, sv_str, views->count), .count = views->count};
	bool *wanted;
	for (size_t i = 0; i < views->count; i++)
		names.items[i] = views->items[i].name;
	if (!matches(s, show, &names, &wanted))
		return false;
	for (size_t i = 0; i < views->count && !is_full(show, out); i++) {
		const shown *v = &views->items[i];
		int64_t created;
		if (!wanted[i])
			continue;
		sv_cell *row = sv_answer_add(out);
		if (read_time(sv_catalog_created_on(v->definition), &created))
			sv_cell_set_number(&row[0], created);
		sv_cell_set_text(&row[1], v->name);
		sv_cell_set_text(&row[2], SV_LIT("SEMANTIC_VIEW"));
		sv_cell_set_text(&row[3], v->database);
		if (out->width > TERSE_COLUMNS && v->entry)
			sv_cell_set_text(&row[4], v->entry->view.model->comment);
	}
	return true;
}

/* ---- members ---- */

static sv_str table_of(const sv_model *m, const sv_member *member)
{
	return member->table.index == SV_NONE ? (sv_str){0} : m->tables[member->table.index].name;
}

static void add_member(const shown *v, const sv_member *m, sv_str type, sv_answer *out)
{
	sv_cell *row = sv_answer_add(out);
	sv_cell_set_text(&row[0], v->database);
	sv_cell_set_text(&row[1], v->name);
	sv_cell_set_text(&row[2], table_of(v->entry->view.model, m));
	sv_cell_set_text(&row[3], m->name);
	sv_cell_set_text(&row[4], type);
	sv_cell_set_list(&row[5], m->synonyms);
	sv_cell_set_text(&row[6], m->comment);
}

static const char *kind_of(const sv_member *m)
{
	switch (m->kind) {
	case SV_FACT:
		return "FACT";
	case SV_DIMENSION:
		return "DIMENSION";
	case SV_METRIC:
		return sv_member_is_derived(m) ? "DERIVED_METRIC" : "METRIC";
	}
	return "";
}

static void add_column(const shown *v, const sv_member *m, sv_str type, sv_answer *out)
{
	sv_cell *row = sv_answer_add(out);
	const char *kind = kind_of(m);
	sv_cell_set_text(&row[0], v->database);
	sv_cell_set_text(&row[1], v->name);
	sv_cell_set_text(&row[2], m->name);
	sv_cell_set_text(&row[3], type);
	sv_cell_set_text(&row[4], (sv_str){kind, strlen(kind)});
	sv_cell_set_text(&row[5], m->expr.text);
	sv_cell_set_text(&row[6], m->comment);
}

static bool is_shown(const sv_statement *show, const sv_member *m)
{
	return show->kind == SV_STMT_SHOW_COLUMNS ? !m->is_private : m->kind == show->as.show.member;
}

static bool show_members_of(sv_session *s, const sv_statement *show, const shown *v, sv_answer *out)
{
	const sv_model *m = v->entry->view.model;
	size_t total = sv_model_member_count(m);
	size_t *members = SV_NEW_N(s->arena, size_t, total);
	sv_strs names = {.items = SV_NEW_N(s->arena, sv_str, total)};
	sv_types types;
	bool *wanted;
	for (size_t i = 0; i < total; i++) {
		if (is_shown(show, &m->members[i])) {
			members[names.count] = i;
			names.items[names.count++] = m->members[i].name;
		}
	}
	if (!matches(s, show, &names, &wanted) ||
	    !sv_types_now(s, &v->entry->view, v->database, &types))
		return false;
	for (size_t i = 0; i < names.count && !is_full(show, out); i++) {
		if (!wanted[i])
			continue;
		if (show->kind == SV_STMT_SHOW_COLUMNS)
			add_column(v, &m->members[members[i]], types.types[members[i]], out);
		else
			add_member(v, &m->members[members[i]], types.types[members[i]], out);
	}
	return true;
}

/* ---- FOR METRIC ---- */

/* The metric that a name means, or SV_NONE after adding the problem. */
static size_t find_metric(sv_session *s, const sv_view *v, const sv_dotted *name)
{
	size_t found = SV_NONE;
	size_t count = 0;
	sv_str qualifier = name->qualifier.text;
	size_t table = qualifier.ptr ? sv_index_table(v->names, qualifier) : SV_NONE;
	for (size_t i = sv_index_next_named(v->names, name->name.text, SV_NONE); i != SV_NONE;
	     i = sv_index_next_named(v->names, name->name.text, i)) {
		const sv_member *m = &v->model->members[i];
		if (m->kind != SV_METRIC || (qualifier.ptr && m->table.index != table))
			continue;
		found = i;
		count++;
	}
	if (count == 1 && (!qualifier.ptr || table != SV_NONE))
		return found;
	sv_str written = sv_names_written(s->arena, qualifier, name->name.text);
	sv_diags_add(&s->diags, count > 1 ? SV_E_AMBIGUOUS : SV_E_UNKNOWN_NAME, name->name.span,
	             count > 1 ? "metric '%.*s' is ambiguous" : "unknown metric '%.*s'",
	             SV_FMT(written))
	    ->hint = sv_names_hint(s->arena, v->model, SV_NAMES_METRICS, written);
	return SV_NONE;
}

/* "o"."amount" AS "3" */
static sv_str item_of(sv_session *s, const sv_model *m, size_t member)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_str table = table_of(m, &m->members[member]);
	if (table.ptr) {
		sv_buf_put_ident(&out, table);
		sv_buf_putc(&out, '.');
	}
	sv_buf_put_ident(&out, m->members[member].name);
	sv_buf_putf(&out, " AS \"%zu\"", member); /* two may have one name */
	return (sv_str){out.ptr, out.len};
}

typedef struct {
	const sv_view *view;
	size_t metric;
	const bool *required;
	sv_str *items; /* room for the dimensions of a request */
} asker;

/* Asks the planner for the metric by one dimension and those that it needs anyway.
 * Returns why that cannot be; NULL: it can. */
static const char *refusal(sv_session *s, asker *a, size_t dimension)
{
	const sv_model *m = a->view->model;
	sv_diags problems;
	sv_str metric = item_of(s, m, a->metric);
	sv_request r = {.metrics = {&metric, 1}, .dimensions = {.items = a->items}};
	a->items[r.dimensions.count++] = item_of(s, m, dimension);
	for (size_t i = 0; i < sv_model_member_count(m); i++)
		if (a->required[i] && i != dimension)
			a->items[r.dimensions.count++] = item_of(s, m, i);
	sv_diags_init(&problems, s->arena, NULL, (sv_str){0});
	if (sv_plan_request(s->arena, a->view, &r, &problems))
		return NULL;
	sv_buf text = SV_BUF_INIT(s->arena);
	sv_diags_render(&problems, &text);
	return sv_buf_cstr(&text);
}

static void add_for_metric(sv_session *s, asker *a, size_t dimension, sv_str type, sv_answer *out)
{
	const sv_member *m = &a->view->model->members[dimension];
	const char *why = refusal(s, a, dimension);
	sv_cell *row = sv_answer_add(out);
	sv_cell_set_text(&row[0], table_of(a->view->model, m));
	sv_cell_set_text(&row[1], m->name);
	sv_cell_set_text(&row[2], type);
	sv_cell_set_number(&row[3], a->required[dimension]);
	sv_cell_set_number(&row[4], !why);
	if (why)
		sv_cell_set_text(&row[5], (sv_str){why, strlen(why)});
}

static bool show_for_metric(sv_session *s, const sv_statement *show, const shown *v, sv_answer *out)
{
	const sv_model *m = v->entry->view.model;
	sv_strs names = {.items = SV_NEW_N(s->arena, sv_str, m->dimension_count),
	                 .count = m->dimension_count};
	asker a = {.view = &v->entry->view};
	sv_types types;
	bool *wanted;
	for (size_t i = 0; i < m->dimension_count; i++)
		names.items[i] = m->members[m->fact_count + i].name;
	a.metric = find_metric(s, a.view, &show->as.show.metric);
	if (a.metric == SV_NONE || !matches(s, show, &names, &wanted) ||
	    !sv_types_now(s, a.view, v->database, &types))
		return false;
	a.required = sv_plan_required_dimensions(s->arena, a.view, a.metric);
	a.items = SV_NEW_N(s->arena, sv_str, m->dimension_count + 1);
	for (size_t i = 0; i < m->dimension_count && !is_full(show, out); i++)
		if (wanted[i])
			add_for_metric(s, &a, m->fact_count + i, types.types[m->fact_count + i], out);
	return true;
}

/* ---- statements and functions ---- */

bool sv_show(sv_session *s, const sv_statement *show, sv_answer *out)
{
	shown_list views;
	if (!shown_views(s, show, &views))
		return false;
	if (show->kind == SV_STMT_SHOW_VIEWS)
		return show_views(s, show, &views, out);
	if (show->kind == SV_STMT_SHOW_MEMBERS && show->as.show.metric.name.text.ptr)
		return show_for_metric(s, show, views.items, out);
	for (size_t i = 0; i < views.count; i++)
		if (views.items[i].entry && !show_members_of(s, show, &views.items[i], out))
			return false;
	return true;
}

/* The name of a view as its parts. */
static sv_strs parts_of(sv_session *s, sv_str text)
{
	sv_ident ident;
	sv_strs parts = {.items = SV_NEW_N(s->arena, sv_str, SV_IDENT_MAX_PARTS), .count = 1};
	parts.items[0] = text;
	if (sv_ident_parse(s->arena, text, &ident)) {
		parts.count = ident.count;
		memcpy(parts.items, ident.parts, ident.count * sizeof(sv_str));
	}
	return parts;
}

static bool in_view(sv_session *s, const sv_value *arg, const char *function, sv_statement *show)
{
	sv_str text;
	if (!sv_value_require(s, arg, function, "the view's name", &text))
		return false;
	show->view.parts = parts_of(s, text);
	show->as.show.in = SV_IN_VIEW;
	return true;
}

bool sv_show_views(sv_session *s, const sv_value *args, sv_answer *out)
{
	(void)args;
	return sv_show(s, &(sv_statement){.kind = SV_STMT_SHOW_VIEWS}, out);
}

static bool show_members(sv_session *s, const sv_value *args, const char *function,
                         sv_member_kind kind, sv_answer *out)
{
	sv_statement show = {.kind = SV_STMT_SHOW_MEMBERS};
	show.as.show.member = kind;
	return in_view(s, &args[0], function, &show) && sv_show(s, &show, out);
}

bool sv_show_dimensions(sv_session *s, const sv_value *args, sv_answer *out)
{
	return show_members(s, args, "show_semantic_dimensions", SV_DIMENSION, out);
}

bool sv_show_metrics(sv_session *s, const sv_value *args, sv_answer *out)
{
	return show_members(s, args, "show_semantic_metrics", SV_METRIC, out);
}

bool sv_show_facts(sv_session *s, const sv_value *args, sv_answer *out)
{
	return show_members(s, args, "show_semantic_facts", SV_FACT, out);
}

bool sv_show_dimensions_for_metric(sv_session *s, const sv_value *args, sv_answer *out)
{
	static const char function[] = "show_semantic_dimensions_for_metric";
	sv_statement show = {.kind = SV_STMT_SHOW_MEMBERS};
	sv_str metric;
	if (!in_view(s, &args[0], function, &show) ||
	    !sv_value_require(s, &args[1], function, "the metric's name", &metric))
		return false;
	sv_named name = sv_named_take(s->arena, metric, SV_NOWHERE);
	show.as.show.member = SV_DIMENSION;
	show.as.show.metric.qualifier.text = name.qualifier;
	show.as.show.metric.name = (sv_word){.text = name.name, .span = SV_NOWHERE};
	return sv_show(s, &show, out);
}

bool sv_show_columns_in_view(sv_session *s, const sv_value *args, sv_answer *out)
{
	sv_statement show = {.kind = SV_STMT_SHOW_COLUMNS};
	return in_view(s, &args[0], "show_columns_in_semantic_view", &show) && sv_show(s, &show, out);
}
