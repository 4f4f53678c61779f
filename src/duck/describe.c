#include "duck/describe.h"

#include "doc/doc.h"
#include "duck/view.h"
#include "model/read.h"

#define TEXT DUCKDB_TYPE_VARCHAR

static const sv_column list_columns[] = {{"name", TEXT}, {"base_table", TEXT}};

static const sv_column describe_columns[] = {
    {"name", TEXT},    {"base_table", TEXT}, {"dimensions", TEXT},
    {"metrics", TEXT}, {"filters", TEXT},    {"joins", TEXT},
};

const sv_columns sv_list_columns = SV_COLUMNS(list_columns);
const sv_columns sv_describe_columns = SV_COLUMNS(describe_columns);

/* ---- list_semantic_views() ---- */

/* The source of the first table; NULL pointer when the row cannot be read. */
static sv_str base_table(sv_session *s, sv_str definition)
{
	sv_diags ignored;
	sv_diags_init(&ignored, s->arena, NULL, (sv_str){0});
	if (!definition.ptr)
		return (sv_str){0};
	const sv_model *m = sv_model_read(s->arena, definition, &ignored);
	return m ? m->tables[0].source : (sv_str){0};
}

bool sv_list_views(sv_session *s, const sv_value *args, sv_answer *out)
{
	sv_stored_list list;
	(void)args;
	if (!sv_catalog_list(s, (sv_str){0}, &list))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		const sv_stored *row = &list.items[i];
		sv_cell *cells = sv_answer_add(out);
		sv_cell_set_text(&cells[0], sv_catalog_written(s, row->database, row->name, false));
		sv_cell_set_text(&cells[1], base_table(s, row->definition));
	}
	return true;
}

/* ---- describe_semantic_view(name) ---- */

static void put_key(sv_buf *out, const char *before, const char *key, sv_str value)
{
	sv_buf_puts(out, before);
	sv_doc_put_json_string(out, (sv_str){key, strlen(key)});
	sv_buf_putc(out, ':');
	sv_doc_put_json_string(out, value);
}

/* {"table":"o","name":"revenue","expr":"sum(o.amount)"} */
static void put_member(sv_buf *out, const sv_member *m)
{
	put_key(out, "{", "name", m->name);
	put_key(out, ",", "expr", m->expr.text);
	if (m->table.name.ptr)
		put_key(out, ",", "table", m->table.name);
	if (m->comment.ptr)
		put_key(out, ",", "comment", m->comment);
	sv_buf_puts(out, m->is_private ? ",\"private\":true}" : "}");
}

static sv_str members(sv_session *s, const sv_model *m, sv_member_kind kind)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_buf_putc(&out, '[');
	for (size_t i = 0; i < sv_model_member_count(m); i++) {
		if (m->members[i].kind != kind)
			continue;
		sv_buf_puts(&out, out.len > 1 ? "," : "");
		put_member(&out, &m->members[i]);
	}
	sv_buf_putc(&out, ']');
	return (sv_str){out.ptr, out.len};
}

static sv_str filters(sv_session *s, const sv_model *m)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_buf_putc(&out, '[');
	for (size_t i = 0; i < m->filter_count; i++) {
		sv_buf_puts(&out, i ? "," : "");
		sv_doc_put_json_string(&out, m->filters[i].text);
	}
	sv_buf_putc(&out, ']');
	return (sv_str){out.ptr, out.len};
}

/* o.customer_id = c.id AND ... */
static sv_str condition(sv_session *s, const sv_relationship *r)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	out.keywords = &s->instance->keywords;
	if (r->on.text.ptr)
		return r->on.text;
	for (size_t i = 0; i < r->from_columns.count; i++) {
		sv_buf_puts(&out, i ? " AND " : "");
		sv_buf_put_ident(&out, r->from.name);
		sv_buf_putc(&out, '.');
		sv_buf_put_ident(&out, r->from_columns.items[i]);
		sv_buf_puts(&out, " = ");
		sv_buf_put_ident(&out, r->to.name);
		sv_buf_putc(&out, '.');
		sv_buf_put_ident(&out, r->to_columns.items[i]);
	}
	return (sv_str){out.ptr, out.len};
}

static sv_str joins(sv_session *s, const sv_model *m)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_buf_putc(&out, '[');
	for (size_t i = 0; i < m->relationship_count; i++) {
		const sv_relationship *r = &m->relationships[i];
		put_key(&out, i ? ",{" : "{", "table", m->tables[r->to.index].source);
		put_key(&out, ",", "on", condition(s, r));
		if (!m->is_seed) {
			put_key(&out, ",", "name", r->name);
			put_key(&out, ",", "from", r->from.name);
			put_key(&out, ",", "to", r->to.name);
		}
		sv_buf_putc(&out, '}');
	}
	sv_buf_putc(&out, ']');
	return (sv_str){out.ptr, out.len};
}

bool sv_describe_view(sv_session *s, const sv_value *args, sv_answer *out)
{
	sv_str name;
	sv_view_key key;
	if (!sv_value_require(s, &args[0], "describe_semantic_view", "the name", &name))
		return false;
	const sv_entry *entry = sv_view_open(s, name, &key);
	if (!entry)
		return false;
	const sv_model *m = entry->view.model;
	sv_cell *row = sv_answer_add(out);
	sv_cell_set_text(&row[0], sv_catalog_written(s, key.database, key.name, false));
	sv_cell_set_text(&row[1], m->tables[0].source);
	sv_cell_set_text(&row[2], members(s, m, SV_DIMENSION));
	sv_cell_set_text(&row[3], members(s, m, SV_METRIC));
	sv_cell_set_text(&row[4], filters(s, m));
	sv_cell_set_text(&row[5], joins(s, m));
	return true;
}
