#include "duck/ask.h"

#include "duck/keys.h"
#include "duck/trees.h"
#include "duck/types.h"
#include "duck/view.h"
#include "plan/request.h"
#include "sql/sql.h"

enum { ARG_VIEW, ARG_DIMENSIONS, ARG_METRICS, ARG_FACTS, ARG_WHERE, ARG_MARK };

/* A list of names, or a single one. */
static bool names(sv_session *s, const sv_value *value, const char *what, sv_strs *out)
{
	*out = (sv_strs){0};
	bool ok = value->kind == SV_VALUE_NULL;
	if (value->kind == SV_VALUE_TEXT) {
		*out = (sv_strs){.items = SV_NEW(s->arena, sv_str), .count = 1};
		out->items[0] = value->text;
		ok = true;
	} else if (value->kind == SV_VALUE_LIST) {
		*out = value->list;
		ok = true;
		for (size_t i = 0; i < out->count; i++)
			if (!out->items[i].ptr)
				return sv_session_fail(s, SV_E_INVALID, "%s has a NULL among its names", what);
	}
	return ok || sv_session_fail(s, SV_E_INVALID, "%s must be a list of names, or one name", what);
}

static bool is_blank(sv_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!strchr(" \t\r\n\f\v", text.ptr[i]))
			return false;
	return true;
}

/* The syntax trees of a where_clause.  What does not parse may parse later: how deep an
 * expression may be is a setting. */
static bool make_trees(sv_session *s, sv_entry *entry, const void *arg, bool *is_lasting)
{
	const sv_strs *statements = arg;
	entry->trees = sv_trees_read(s, &entry->arena, *statements);
	*is_lasting = entry->trees;
	for (size_t i = 0; i < statements->count && *is_lasting; i++)
		*is_lasting = sv_doc_get(entry->trees[i], "statements");
	return entry->trees;
}

static bool where(sv_session *s, const sv_view *v, const sv_value *value, const sv_expr **out)
{
	*out = NULL;
	if (value->kind == SV_VALUE_NULL || (value->kind == SV_VALUE_TEXT && is_blank(value->text)))
		return true;
	if (value->kind != SV_VALUE_TEXT)
		return sv_session_fail(s, SV_E_INVALID, "where_clause must be a text");
	sv_known_names known;
	sv_strs statements = sv_expr_where_statements(s->arena, value->text);
	const sv_entry *parsed = sv_cache_get(s, (sv_str){0}, value->text, make_trees, &statements);
	if (!parsed || !sv_trees_assume_names(s, parsed->trees, statements.count, &known))
		return false;
	sv_catalog catalog = sv_known_names_catalog(&known);
	catalog.columns = SV_NEW_N(s->arena, sv_strs, v->model->table_count);    /* not known, */
	catalog.knows_columns = SV_NEW_N(s->arena, bool, v->model->table_count); /* not needed */
	sv_expr *expr = SV_NEW(s->arena, sv_expr);
	s->diags.source = value->text;
	bool ok = sv_expr_resolve_where(s->arena, v->model, v->names, &catalog, value->text,
	                                parsed->trees, expr, &s->diags);
	if (ok)
		s->diags.source = (sv_str){0};
	*out = expr;
	return ok;
}

/* ---- expressions whose sources were not there at definition ---- */

static bool has_unknown_source(const sv_model *m)
{
	for (size_t t = 0; t < m->table_count; t++)
		if (!m->tables[t].is_query && !m->tables[t].found_name.ptr)
			return true;
	return false;
}

/* The statement of a request; NULL when it cannot be planned. */
static const char *sql_of(sv_session *s, const sv_view *v, sv_str database, const sv_request *r)
{
	sv_diags ignored;
	sv_buf sql = SV_BUF_INIT(s->arena);
	sql.keywords = &s->instance->keywords;
	sv_diags_init(&ignored, s->arena, NULL, (sv_str){0});
	const sv_plan *plan = sv_plan_request(s->arena, v, r, &ignored);
	if (!plan)
		return NULL;
	sv_sql_put(plan, database, &sql);
	return sv_buf_cstr(&sql);
}

/* Asks for one item alone; false after adding the problem that it does not bind. */
static bool item_binds(sv_session *s, const sv_view *v, sv_str database, const char *kind,
                       sv_str item, const sv_request *alone)
{
	const char *sql = sql_of(s, v, database, alone);
	if (!sql)
		return true;
	sv_rows rows = sv_session_describe(s, sql);
	return !rows.error || sv_session_fail(s, SV_E_INVALID, "%s '%.*s' does not bind: %s", kind,
	                                      SV_FMT(item), sv_types_without_line(s, rows.error));
}

static bool items_bind(sv_session *s, const sv_view *v, sv_str database, const sv_request *r)
{
	bool ok = true;
	for (size_t i = 0; i < r->dimensions.count && ok; i++)
		ok = item_binds(s, v, database, "dimension", r->dimensions.items[i],
		                &(sv_request){.dimensions = {&r->dimensions.items[i], 1}});
	for (size_t i = 0; i < r->metrics.count && ok; i++)
		ok = item_binds(s, v, database, "metric", r->metrics.items[i],
		                &(sv_request){.metrics = {&r->metrics.items[i], 1}});
	for (size_t i = 0; i < r->facts.count && ok; i++)
		ok = item_binds(s, v, database, "fact", r->facts.items[i],
		                &(sv_request){.facts = {&r->facts.items[i], 1}});
	return ok;
}

/*
 * A source that was not there at definition may have come since, without a column
 * that the author expected: then the member is named.  One that only the caller
 * sees (a temp table) is left to the caller's query.
 */
static bool binds(sv_session *s, const sv_view *v, sv_str database, const sv_request *r,
                  const char *sql)
{
	sv_sources sources;
	if (!has_unknown_source(v->model) || !sv_session_describe(s, sql).error)
		return true;
	if (!sv_sources_look(s, v->model, database, &sources))
		return false;
	for (size_t t = 0; t < v->model->table_count; t++)
		if (!sources.knows_columns[t])
			return true;
	return items_bind(s, v, database, r);
}

/* ---- requests ---- */

/* Appends the SQL; *request is what was asked. */
static bool put_sql(sv_session *s, const sv_value *args, sv_view_key *key, sv_request *request,
                    sv_buf *out)
{
	sv_str view;
	if (!sv_value_require(s, &args[ARG_VIEW], "semantic_view", "view_name", &view))
		return false;
	if (args[ARG_MARK].kind == SV_VALUE_TEXT)
		s->mark = args[ARG_MARK].text;
	const sv_entry *entry = sv_view_open(s, view, key);
	if (!entry || !names(s, &args[ARG_DIMENSIONS], "dimensions", &request->dimensions) ||
	    !names(s, &args[ARG_METRICS], "metrics", &request->metrics) ||
	    !names(s, &args[ARG_FACTS], "facts", &request->facts) ||
	    !where(s, &entry->view, &args[ARG_WHERE], &request->where))
		return false;
	const sv_plan *plan = sv_plan_request(s->arena, &entry->view, request, &s->diags);
	if (plan && plan->asked_keys) {
		request->exact_keys = sv_keys_exact(s, &entry->view, key->database, plan->asked_keys);
		plan = sv_plan_request(s->arena, &entry->view, request, &s->diags);
	}
	if (!plan)
		return false;
	out->keywords = &s->instance->keywords;
	sv_sql_put(plan, key->database, out);
	return binds(s, &entry->view, key->database, request, sv_buf_cstr(out));
}

bool sv_ask_sql(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_view_key key;
	sv_request request = {0};
	return put_sql(s, args, &key, &request, out);
}

/* -- metrics: revenue, orders */
static void put_comment(sv_buf *out, const char *what, const sv_str *items, size_t count)
{
	if (!count)
		return;
	sv_buf_puts(out, "-- ");
	sv_buf_puts(out, what);
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(out, i ? ", " : ": ");
		for (size_t b = 0; b < items[i].len; b++) {
			char c = items[i].ptr[b];
			sv_buf_putc(out, c == '\n' || c == '\r' ? ' ' : c); /* the comment goes on */
		}
	}
	sv_buf_putc(out, '\n');
}

bool sv_ask_explain(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_view_key key;
	sv_request request = {0};
	sv_buf sql = SV_BUF_INIT(s->arena);
	if (!put_sql(s, args, &key, &request, &sql))
		return false;
	put_comment(out, "semantic view", &key.text, 1);
	put_comment(out, "dimensions", request.dimensions.items, request.dimensions.count);
	put_comment(out, "metrics", request.metrics.items, request.metrics.count);
	put_comment(out, "facts", request.facts.items, request.facts.count);
	sv_buf_putc(out, '\n');
	sv_buf_put(out, (sv_str){sql.ptr, sql.len});
	return true;
}
