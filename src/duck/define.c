#include "duck/define.h"

#include <stdlib.h>
#include <time.h>

#include "base/scan.h"
#include "ddl/definition.h"
#include "duck/types.h"
#include "duck/view.h"
#include "model/names.h"
#include "model/write.h"

/* 2025-01-31 12:34:56.123456, UTC: 26 bytes for eight thousand years. */
static sv_str now(sv_session *s)
{
	struct timespec time;
	sv_buf out = SV_BUF_INIT(s->arena);
	clock_gettime(CLOCK_REALTIME, &time);
	duckdb_timestamp stamp = {.micros = (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000};
	duckdb_timestamp_struct t = duckdb_from_timestamp(stamp);
	sv_buf_putf(&out, "%04d-%02d-%02d %02d:%02d:%02d.%06d", t.date.year, t.date.month, t.date.day,
	            t.time.hour, t.time.min, t.time.sec, t.time.micros);
	return (sv_str){sv_buf_cstr(&out), out.len};
}

sv_str sv_define_stored(sv_session *s, const sv_model *m, sv_str created_on)
{
	sv_buf json = SV_BUF_INIT(s->arena);
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_model_put_json(m, &json);
	if (!created_on.ptr)
		return (sv_str){json.ptr, json.len};
	sv_buf_puts(&out, "{\"created_on\":\"");
	sv_buf_put(&out, created_on);
	sv_buf_puts(&out, "\",");
	sv_buf_put(&out, (sv_str){json.ptr + 1, json.len - 1});
	return (sv_str){sv_buf_cstr(&out), out.len};
}

/* Every expression whose tables exist must bind: a typing error is found now, not
 * by the first query. */
static bool binds(sv_session *s, const sv_view *v, const sv_view_key *key,
                  const sv_sources *sources)
{
	size_t *members = SV_NEW_N(s->arena, size_t, sv_model_member_count(v->model));
	size_t count = sv_types_bindable(s, v, sources, members);
	sv_types types = sv_types_read(s, v, key->database, members, count, SV_MAX_DIAGS);
	bool ok = true;
	for (size_t i = 0; i < count; i++) {
		const sv_member *m = &v->model->members[members[i]];
		if (!types.errors[members[i]])
			continue;
		sv_str name = sv_names_qualified(s->arena, v->model, members[i]);
		sv_diags_add(&s->diags, SV_E_INVALID, m->expr.place, "%s '%.*s' does not bind: %s",
		             sv_member_kind_name(m->kind), SV_FMT(name), types.errors[members[i]]);
		ok = false;
	}
	return ok;
}

/* A definition may bring what was resolved elsewhere: it is found out anew. */
static void forget(sv_expr *e)
{
	e->is_resolved = false;
	e->ref_count = e->call_count = e->window_count = e->reject_count = 0;
}

static void forget_resolved(sv_model *m)
{
	for (size_t i = 0; i < sv_model_expr_count(m); i++)
		forget(sv_model_expr_at(m, i));
}

/* ---- sources that use the macro ---- */

/* DuckDB 2 expands no macro inside itself, also not through query() or a SQL view. */
static bool can_nest_macros(void)
{
	const char *version = duckdb_library_version();
	return strtol(version + (*version == 'v'), NULL, 10) < 2;
}

/* Whether a query or the text of a view calls semantic_view(...). */
static bool calls_macro(sv_str text)
{
	sv_str last = {0};
	for (size_t pos = 0; pos < text.len;) {
		sv_scan token = sv_scan_at(text, pos);
		sv_str now = {text.ptr + pos, token.end - pos};
		if (sv_str_eq(now, SV_LIT("(")) && sv_str_ieq(last, SV_LIT("semantic_view")))
			return true;
		if (token.kind != SV_SCAN_BLANK && token.kind != SV_SCAN_COMMENT)
			last = now;
		pos = token.end;
	}
	return false;
}

/* The statement that made a view; empty when there is none. */
static sv_str text_of_view(sv_session *s, const sv_table *t, sv_str database)
{
	sv_param names[] = {SV_PARAM(database), SV_PARAM(t->found_schema), SV_PARAM(t->found_name)};
	sv_rows rows = sv_session_try(s,
	                              "SELECT sql FROM duckdb_views() WHERE database_name = $1 AND "
	                              "schema_name = $2 AND view_name = $3",
	                              names, 3);
	return rows.row_count ? sv_rows_at(&rows, 0, 0) : (sv_str){0};
}

static bool fail_nested(sv_session *s, const sv_table *t)
{
	sv_diags_add(&s->diags, SV_E_INVALID, t->source_place,
	             "the source of table '%.*s' calls semantic_view(...), which this DuckDB does not "
	             "expand within semantic_view(...)",
	             SV_FMT(t->name))
	    ->hint =
	    "Write query(semantic_view_sql('view', [dimensions], [metrics])) instead, which is "
	    "the same";
	return false;
}

/* A query that can never run is refused now, with what to write. */
static bool sources_expand(sv_session *s, const sv_model *m, sv_str database)
{
	bool ok = true;
	if (can_nest_macros())
		return true;
	for (size_t i = 0; i < m->table_count; i++) {
		const sv_table *t = &m->tables[i];
		if (calls_macro(t->is_found_view ? text_of_view(s, t, database)
		                                 : (t->is_query ? t->source : (sv_str){0})))
			ok = fail_nested(s, t);
	}
	return ok;
}

bool sv_define_model(sv_session *s, const sv_view_key *key, sv_model *m, sv_create_mode mode,
                     bool *existed)
{
	sv_view view;
	sv_sources sources;
	forget_resolved(m);
	if (!sv_view_prepare(s, s->arena, m, key, &view, &sources) ||
	    !sources_expand(s, m, key->database) || !binds(s, &view, key, &sources))
		return false;
	return sv_catalog_create(s, key, sv_define_stored(s, m, now(s)), mode, existed);
}

/* Fails early, before the definition is looked at; the transaction looks again. */
static bool is_free(sv_session *s, const sv_view_key *key)
{
	sv_lookup found = sv_catalog_look(s, key);
	if (found == SV_LOOKUP_FOUND)
		sv_catalog_fail_exists(s, key);
	return found == SV_LOOKUP_MISSING;
}

bool sv_define(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_str name;
	sv_str text;
	sv_view_key key;
	bool existed;
	if (!sv_value_require(s, &args[0], "define_semantic_view", "the name", &name) ||
	    !sv_value_require(s, &args[1], "define_semantic_view", "the definition", &text) ||
	    !sv_catalog_key(s, name, &key) || !is_free(s, &key))
		return false;
	s->diags.source = text;
	sv_model *m = sv_definition_read(s->arena, text, &s->diags);
	if (!m || !sv_define_model(s, &key, m, SV_CREATE, &existed))
		return false;
	sv_buf_puts(out, "Semantic view '");
	sv_buf_put(out, key.text);
	sv_buf_puts(out, "' registered successfully");
	return true;
}
