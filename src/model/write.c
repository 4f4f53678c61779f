#include "model/write.h"

#include "base/scan.h"
#include "model/resolved.h"
#include "model/text.h"

static void put_optional(sv_doc_writer *w, const char *key, sv_str text)
{
	if (text.ptr)
		sv_doc_write_text(w, key, text);
}

static void put_texts(sv_doc_writer *w, const char *key, sv_strs texts)
{
	sv_doc_write_inline_list(w, key);
	for (size_t i = 0; i < texts.count; i++)
		sv_doc_write_text(w, NULL, texts.items[i]);
	sv_doc_write_end(w);
}

static void put_optional_texts(sv_doc_writer *w, const char *key, sv_strs texts)
{
	if (texts.count)
		put_texts(w, key, texts);
}

static void put_flag(sv_doc_writer *w, const char *key, bool is_set)
{
	if (is_set)
		sv_doc_write_word(w, key, "true");
}

/* date, o.date, "order date": what sv_named_take() reads. */
static sv_str text_of(const sv_doc_writer *w, const sv_named *name)
{
	sv_buf b = SV_BUF_INIT(w->out->arena);
	if (name->qualifier.ptr) {
		sv_buf_put(&b, sv_source_of_name(b.arena, name->qualifier));
		sv_buf_putc(&b, '.');
	}
	sv_buf_put(&b, sv_source_of_name(b.arena, name->name));
	return (sv_str){b.ptr, b.len};
}

/* ------------------------------------------------------------ the full form */

static void put_table(sv_doc_writer *w, const sv_table *t)
{
	sv_doc_write_map(w, NULL);
	sv_doc_write_text(w, "name", t->name);
	if (!sv_str_eq(t->source, sv_source_of_name(w->out->arena, t->name)))
		sv_doc_write_text(w, "source", t->source);
	put_optional_texts(w, "primary_key", t->primary_key);
	if (t->unique_key_count) {
		sv_doc_write_list(w, "unique_keys");
		for (size_t i = 0; i < t->unique_key_count; i++)
			put_texts(w, NULL, t->unique_keys[i]);
		sv_doc_write_end(w);
	}
	put_optional_texts(w, "synonyms", t->synonyms);
	put_optional(w, "comment", t->comment);
	sv_doc_write_end(w);
}

static void put_relationship(sv_doc_writer *w, const sv_relationship *r)
{
	sv_doc_write_map(w, NULL);
	if (r->is_named)
		sv_doc_write_text(w, "name", r->name);
	sv_doc_write_text(w, "from", r->from.name);
	put_texts(w, "from_columns", r->from_columns);
	sv_doc_write_text(w, "to", r->to.name);
	if (r->has_to_columns)
		put_texts(w, "to_columns", r->to_columns);
	put_flag(w, "default", r->is_default);
	put_flag(w, "assume_referential_integrity", r->assumes_integrity);
	sv_doc_write_end(w);
}

static void put_non_additive(sv_doc_writer *w, const sv_non_additive *n)
{
	sv_str dimension = text_of(w, &n->dimension);
	if (!n->has_order && n->nulls == SV_NULLS_UNSET) {
		sv_doc_write_text(w, NULL, dimension);
		return;
	}
	sv_doc_write_map(w, NULL);
	sv_doc_write_text(w, "dimension", dimension);
	if (n->has_order)
		sv_doc_write_text(w, "order", n->is_descending ? SV_LIT("desc") : SV_LIT("asc"));
	if (n->nulls != SV_NULLS_UNSET)
		sv_doc_write_text(w, "nulls", n->nulls == SV_NULLS_LAST ? SV_LIT("last") : SV_LIT("first"));
	sv_doc_write_end(w);
}

static void put_metric_parts(sv_doc_writer *w, const sv_member *m)
{
	if (m->uses.count) {
		sv_doc_write_inline_list(w, "using");
		for (size_t i = 0; i < m->uses.count; i++)
			sv_doc_write_text(w, NULL, m->uses.items[i].name);
		sv_doc_write_end(w);
	}
	if (m->non_additive_count) {
		sv_doc_write_list(w, "non_additive_by");
		for (size_t i = 0; i < m->non_additive_count; i++)
			put_non_additive(w, &m->non_additive[i]);
		sv_doc_write_end(w);
	}
	if (m->per.count) {
		sv_doc_write_inline_list(w, "non_additive_per");
		for (size_t i = 0; i < m->per.count; i++)
			sv_doc_write_text(w, NULL, text_of(w, &m->per.items[i]));
		sv_doc_write_end(w);
	}
}

static void put_member(sv_doc_writer *w, const sv_member *m)
{
	sv_doc_write_map(w, NULL);
	put_optional(w, "table", m->table.name);
	sv_doc_write_text(w, "name", m->name);
	put_metric_parts(w, m);
	sv_doc_write_text(w, "expr", m->expr.text);
	put_optional_texts(w, "synonyms", m->synonyms);
	put_optional(w, "comment", m->comment);
	if (m->is_filter) {
		sv_doc_write_inline_list(w, "labels");
		sv_doc_write_text(w, NULL, SV_LIT("filter"));
		sv_doc_write_end(w);
	}
	put_flag(w, "private", m->is_private);
	sv_doc_write_end(w);
}

static void put_members(sv_doc_writer *w, const char *key, const sv_member *members, size_t count)
{
	if (count == 0)
		return;
	sv_doc_write_list(w, key);
	for (size_t i = 0; i < count; i++)
		put_member(w, &members[i]);
	sv_doc_write_end(w);
}

static void put_filters(sv_doc_writer *w, const sv_model *m)
{
	if (m->filter_count == 0)
		return;
	sv_doc_write_list(w, "filters");
	for (size_t i = 0; i < m->filter_count; i++)
		sv_doc_write_text(w, NULL, m->filters[i].text);
	sv_doc_write_end(w);
}

static void put_full(sv_doc_writer *w, const sv_model *m)
{
	const sv_member *dimensions = m->members + m->fact_count;
	put_optional(w, "comment", m->comment);
	sv_doc_write_list(w, "tables");
	for (size_t i = 0; i < m->table_count; i++)
		put_table(w, &m->tables[i]);
	sv_doc_write_end(w);
	if (m->relationship_count) {
		sv_doc_write_list(w, "relationships");
		for (size_t i = 0; i < m->relationship_count; i++)
			put_relationship(w, &m->relationships[i]);
		sv_doc_write_end(w);
	}
	put_members(w, "facts", m->members, m->fact_count);
	put_members(w, "dimensions", dimensions, m->dimension_count);
	put_members(w, "metrics", dimensions + m->dimension_count, m->metric_count);
	put_filters(w, m);
}

/* ------------------------------------------------------------ the seed form */

static void put_seed_members(sv_doc_writer *w, const char *key, const sv_member *members,
                             size_t count)
{
	sv_doc_write_list(w, key);
	for (size_t i = 0; i < count; i++) {
		sv_doc_write_map(w, NULL);
		sv_doc_write_text(w, "name", members[i].name);
		sv_doc_write_text(w, "expr", members[i].expr.text);
		sv_doc_write_end(w);
	}
	sv_doc_write_end(w);
}

static void put_seed(sv_doc_writer *w, const sv_model *m)
{
	put_optional(w, "comment", m->comment);
	sv_doc_write_text(w, "base_table", m->tables[0].source);
	put_seed_members(w, "dimensions", m->members, m->dimension_count);
	put_seed_members(w, "metrics", m->members + m->dimension_count, m->metric_count);
	put_filters(w, m);
	if (m->relationship_count == 0)
		return;
	sv_doc_write_list(w, "joins");
	for (size_t i = 0; i < m->relationship_count; i++) {
		sv_doc_write_map(w, NULL);
		sv_doc_write_text(w, "table", m->tables[i + 1].source);
		sv_doc_write_text(w, "on", m->relationships[i].on.text);
		sv_doc_write_end(w);
	}
	sv_doc_write_end(w);
}

static void put_author_part(sv_doc_writer *w, const sv_model *m)
{
	if (m->is_seed)
		put_seed(w, m);
	else
		put_full(w, m);
}

void sv_model_put_document(const sv_model *m, sv_doc_style style, sv_buf *out)
{
	sv_doc_writer w = SV_DOC_WRITER(out, style);
	sv_doc_write_map(&w, NULL);
	put_author_part(&w, m);
	sv_doc_write_end(&w);
}

void sv_model_put_yaml(const sv_model *m, sv_buf *out)
{
	sv_model_put_document(m, SV_DOC_YAML, out);
}

void sv_model_put_stored(const sv_model *m, bool with_resolved, sv_buf *out)
{
	size_t start = out->len;
	sv_doc_writer w = SV_DOC_WRITER(out, SV_DOC_COMPACT);
	sv_doc_write_map(&w, NULL);
	sv_doc_write_word(&w, "version", "1");
	put_author_part(&w, m);
	if (with_resolved && sv_resolved_exists(m))
		sv_resolved_put(m, (sv_str){out->ptr + start, out->len - start}, &w);
	sv_doc_write_end(&w);
}

/* Room for what others add: when a view was created. */
enum {
	STORED_BYTES = SV_MAX_STORED - 1024,
	STORED_VALUES = SV_MAX_STORED / SV_DOC_BYTES_PER_VALUE - 32,
};

static bool fits(sv_str json)
{
	return json.len <= STORED_BYTES && sv_doc_count_values(json) <= STORED_VALUES;
}

void sv_model_put_json(const sv_model *m, sv_buf *out)
{
	size_t start = out->len;
	sv_model_put_stored(m, true, out);
	if (fits((sv_str){out->ptr + start, out->len - start}))
		return;
	out->len = start;
	sv_model_put_stored(m, false, out);
}

bool sv_model_check_size(sv_arena *a, const sv_model *m, sv_diags *diags)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_model_put_stored(m, false, &b);
	if (fits((sv_str){b.ptr, b.len}))
		return true;
	sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE,
	             "the definition would be stored as JSON of %zu bytes with %zu values, at most %d "
	             "bytes and %d values are allowed",
	             b.len, sv_doc_count_values((sv_str){b.ptr, b.len}), STORED_BYTES, STORED_VALUES);
	return false;
}
