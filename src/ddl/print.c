#include "ddl/print.h"

#include "model/write.h"

static void put_idents(sv_buf *b, sv_strs names)
{
	sv_buf_puts(b, "(");
	for (size_t i = 0; i < names.count; i++) {
		sv_buf_puts(b, i ? ", " : "");
		sv_buf_put_ident(b, names.items[i]);
	}
	sv_buf_puts(b, ")");
}

static void put_named(sv_buf *b, const sv_named *name)
{
	if (name->qualifier.ptr) {
		sv_buf_put_ident(b, name->qualifier);
		sv_buf_putc(b, '.');
	}
	sv_buf_put_ident(b, name->name);
}

static void put_annotations(sv_buf *b, sv_strs synonyms, sv_str comment, bool is_filter)
{
	for (size_t i = 0; i < synonyms.count; i++) {
		sv_buf_puts(b, i ? ", " : " WITH SYNONYMS (");
		sv_buf_put_literal(b, synonyms.items[i]);
	}
	sv_buf_puts(b, synonyms.count ? ")" : "");
	if (comment.ptr) {
		sv_buf_puts(b, " COMMENT = ");
		sv_buf_put_literal(b, comment);
	}
	sv_buf_puts(b, is_filter ? " LABELS (FILTER)" : "");
}

/* An alias that says no more than the source is left out. */
static void put_table(sv_buf *b, const sv_table *t)
{
	size_t start = b->len;
	sv_buf_put_ident(b, t->name);
	if (!sv_str_eq((sv_str){b->ptr + start, b->len - start}, t->source)) {
		sv_buf_puts(b, " AS ");
		sv_buf_put(b, t->source);
	}
	if (t->primary_key.count) {
		sv_buf_puts(b, " PRIMARY KEY ");
		put_idents(b, t->primary_key);
	}
	for (size_t i = 0; i < t->unique_key_count; i++) {
		sv_buf_puts(b, " UNIQUE ");
		put_idents(b, t->unique_keys[i]);
	}
	put_annotations(b, t->synonyms, t->comment, false);
}

static void put_relationship(sv_buf *b, const sv_relationship *r)
{
	if (r->is_named) {
		sv_buf_put_ident(b, r->name);
		sv_buf_puts(b, " AS ");
	}
	sv_buf_put_ident(b, r->from.name);
	put_idents(b, r->from_columns);
	sv_buf_puts(b, " REFERENCES ");
	sv_buf_put_ident(b, r->to.name);
	if (r->has_to_columns)
		put_idents(b, r->to_columns);
	sv_buf_puts(b, r->is_default ? " DEFAULT" : "");
	sv_buf_puts(b, r->assumes_integrity ? " ASSUME REFERENTIAL INTEGRITY" : "");
}

static void put_metric_parts(sv_buf *b, const sv_member *m)
{
	for (size_t i = 0; i < m->uses.count; i++) {
		sv_buf_puts(b, i ? ", " : " USING (");
		sv_buf_put_ident(b, m->uses.items[i].name);
	}
	sv_buf_puts(b, m->uses.count ? ")" : "");
	for (size_t i = 0; i < m->non_additive_count; i++) {
		const sv_non_additive *n = &m->non_additive[i];
		sv_buf_puts(b, i ? ", " : " NON ADDITIVE BY (");
		put_named(b, &n->dimension);
		if (n->has_order)
			sv_buf_puts(b, n->is_descending ? " DESC" : " ASC");
		if (n->nulls != SV_NULLS_UNSET)
			sv_buf_puts(b, n->nulls == SV_NULLS_LAST ? " NULLS LAST" : " NULLS FIRST");
	}
	sv_buf_puts(b, m->non_additive_count ? ")" : "");
	for (size_t i = 0; i < m->per.count; i++) {
		sv_buf_puts(b, i ? ", " : " PER (");
		put_named(b, &m->per.items[i]);
	}
	sv_buf_puts(b, m->per.count ? ")" : "");
}

static void put_member(sv_buf *b, const sv_member *m)
{
	sv_buf_puts(b, m->is_private ? "PRIVATE " : "");
	if (m->table.name.ptr) {
		sv_buf_put_ident(b, m->table.name);
		sv_buf_putc(b, '.');
	}
	sv_buf_put_ident(b, m->name);
	put_metric_parts(b, m);
	sv_buf_puts(b, " AS ");
	sv_buf_put(b, m->expr.text);
	put_annotations(b, m->synonyms, m->comment, m->is_filter);
}

/* The separator before item i of a clause. */
static void put_item_start(sv_buf *b, const char *clause, size_t i)
{
	if (i == 0)
		sv_buf_putf(b, "\n  %s (", clause);
	sv_buf_puts(b, i ? ",\n    " : "\n    ");
}

static void put_clause_end(sv_buf *b, size_t count)
{
	sv_buf_puts(b, count ? "\n  )" : "");
}

static void put_members(sv_buf *b, const char *clause, const sv_member *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_item_start(b, clause, i);
		put_member(b, &members[i]);
	}
	put_clause_end(b, count);
}

static void put_body(sv_buf *b, const sv_model *m)
{
	const sv_member *dimensions = m->members + m->fact_count;
	for (size_t i = 0; i < m->table_count; i++) {
		put_item_start(b, "TABLES", i);
		put_table(b, &m->tables[i]);
	}
	put_clause_end(b, m->table_count);
	for (size_t i = 0; i < m->relationship_count; i++) {
		put_item_start(b, "RELATIONSHIPS", i);
		put_relationship(b, &m->relationships[i]);
	}
	put_clause_end(b, m->relationship_count);
	put_members(b, "FACTS", m->members, m->fact_count);
	put_members(b, "DIMENSIONS", dimensions, m->dimension_count);
	put_members(b, "METRICS", dimensions + m->dimension_count, m->metric_count);
	for (size_t i = 0; i < m->filter_count; i++) {
		put_item_start(b, "FILTERS", i);
		sv_buf_put(b, m->filters[i].text);
	}
	put_clause_end(b, m->filter_count);
	if (m->comment.ptr) {
		sv_buf_puts(b, "\n  COMMENT = ");
		sv_buf_put_literal(b, m->comment);
	}
}

static bool contains(sv_str text, const char *part, size_t len)
{
	for (size_t i = 0; i + len <= text.len; i++)
		if (memcmp(text.ptr + i, part, len) == 0)
			return true;
	return false;
}

/* A tag with a word in it, so that the statement can stand between $$ and $$. */
static void put_dollar_quoted(sv_buf *b, sv_str text)
{
	sv_buf tag = SV_BUF_INIT(b->arena);
	sv_buf_puts(&tag, "$json$");
	for (unsigned n = 1; contains(text, tag.ptr, tag.len); n++) {
		tag.len = 0;
		sv_buf_putf(&tag, "$json%u$", n);
	}
	sv_buf_puts(b, sv_buf_cstr(&tag));
	sv_buf_put(b, text);
	sv_buf_puts(b, sv_buf_cstr(&tag));
}

void sv_ddl_put_create(const sv_model *m, sv_str view_name, sv_buf *out)
{
	sv_buf_puts(out, "CREATE OR REPLACE SEMANTIC VIEW ");
	sv_buf_put(out, view_name);
	if (m->is_seed) {
		sv_buf document = SV_BUF_INIT(out->arena);
		sv_model_put_document(m, SV_DOC_PRETTY, &document);
		sv_buf_puts(out, " FROM JSON ");
		put_dollar_quoted(out, (sv_str){document.ptr, document.len});
		return;
	}
	sv_buf_puts(out, " AS");
	put_body(out, m);
}
