#include "duck/properties.h"

#include "base/ident.h"
#include "doc/doc.h"
#include "duck/types.h"
#include "duck/view.h"
#include "model/names.h"

#define TEXT DUCKDB_TYPE_VARCHAR

static const sv_column columns[] = {
    {"object_kind", TEXT}, {"object_name", TEXT},    {"parent_entity", TEXT},
    {"property", TEXT},    {"property_value", TEXT},
};

const sv_columns sv_properties_columns = SV_COLUMNS(columns);

/* The object whose rows are added. */
typedef struct {
	sv_session *s;
	sv_answer *out;
	const sv_model *model;
	sv_str kind;
	sv_str name;
	sv_str parent;
} object;

static void put(object *o, const char *property, sv_str value)
{
	sv_cell *row = sv_answer_add(o->out);
	sv_cell_set_text(&row[0], o->kind);
	sv_cell_set_text(&row[1], o->name);
	sv_cell_set_text(&row[2], o->parent);
	sv_cell_set_text(&row[3], (sv_str){property, strlen(property)});
	sv_cell_set_text(&row[4], value);
}

/* The same, but what is not set has no row. */
static void put_set(object *o, const char *property, sv_str value)
{
	if (value.ptr)
		put(o, property, value);
}

/* ["id", "day"]; no row for an empty list. */
static void put_list(object *o, const char *property, sv_strs list)
{
	sv_buf text = SV_BUF_INIT(o->s->arena);
	if (!list.count)
		return;
	for (size_t i = 0; i < list.count; i++) {
		sv_buf_puts(&text, i ? "," : "[");
		sv_doc_put_json_string(&text, list.items[i]);
	}
	sv_buf_putc(&text, ']');
	put(o, property, (sv_str){text.ptr, text.len});
}

static sv_str written(object *o, const sv_named *name)
{
	return sv_names_written(o->s->arena, name->qualifier, name->name);
}

static void put_names(object *o, const char *property, const sv_nameds *names)
{
	sv_strs list = {.items = SV_NEW_N(o->s->arena, sv_str, names->count), .count = names->count};
	for (size_t i = 0; i < names->count; i++)
		list.items[i] = written(o, &names->items[i]);
	put_list(o, property, list);
}

/* ---- tables ---- */

static void put_source(object *o, const sv_table *t, sv_str database)
{
	sv_ident ident;
	if (t->is_query) {
		put(o, "DEFINITION", t->source);
		return;
	}
	if (t->found_name.ptr)
		ident = (sv_ident){.parts = {database, t->found_schema, t->found_name}, .count = 3};
	else if (!sv_ident_parse(o->s->arena, t->source, &ident))
		ident = (sv_ident){.parts = {t->source}, .count = 1};
	const sv_str *last = &ident.parts[ident.count - 1];
	put_set(o, "BASE_TABLE_DATABASE_NAME", ident.count > 2 ? last[-2] : (sv_str){0});
	put_set(o, "BASE_TABLE_SCHEMA_NAME", ident.count > 1 ? last[-1] : (sv_str){0});
	put(o, "BASE_TABLE_NAME", *last);
}

static void put_table(object *o, const sv_table *t, sv_str database)
{
	o->kind = SV_LIT("TABLE");
	o->name = t->name;
	put_source(o, t, database);
	put_list(o, "PRIMARY_KEY", t->primary_key);
	for (size_t i = 0; i < t->unique_key_count; i++)
		put_list(o, "UNIQUE_KEY", t->unique_keys[i]);
	put_set(o, "COMMENT", t->comment);
	put_list(o, "SYNONYMS", t->synonyms);
}

/* ---- relationships ---- */

static void put_relationship(object *o, const sv_relationship *r)
{
	o->kind = SV_LIT("RELATIONSHIP");
	o->name = r->name;
	o->parent = r->from.name;
	put(o, "TABLE", r->from.name);
	put(o, "REF_TABLE", r->to.name);
	put_list(o, "FOREIGN_KEY", r->from_columns);
	put_list(o, "REF_KEY", r->to_columns);
	put_set(o, "CONDITION", r->on.text); /* the seed form */
	put(o, "CARDINALITY", r->is_one_to_one ? SV_LIT("one-to-one") : SV_LIT("many-to-one"));
	if (r->is_default)
		put(o, "DEFAULT", SV_LIT("true"));
	if (r->assumes_integrity)
		put(o, "REFERENTIAL_INTEGRITY", SV_LIT("ASSUMED"));
}

/* ---- members ---- */

static sv_str kind_of(const sv_member *m)
{
	switch (m->kind) {
	case SV_FACT:
		return SV_LIT("FACT");
	case SV_DIMENSION:
		return SV_LIT("DIMENSION");
	case SV_METRIC:
		return sv_member_is_derived(m) ? SV_LIT("DERIVED_METRIC") : SV_LIT("METRIC");
	}
	return (sv_str){0};
}

/* ["o.day DESC NULLS LAST"] */
static void put_non_additive(object *o, const sv_member *m)
{
	sv_strs list = {.items = SV_NEW_N(o->s->arena, sv_str, m->non_additive_count),
	                .count = m->non_additive_count};
	for (size_t i = 0; i < list.count; i++) {
		const sv_non_additive *by = &m->non_additive[i];
		sv_buf text = SV_BUF_INIT(o->s->arena);
		sv_buf_put(&text, written(o, &by->dimension));
		if (by->has_order)
			sv_buf_puts(&text, by->is_descending ? " DESC" : " ASC");
		if (by->nulls != SV_NULLS_UNSET)
			sv_buf_puts(&text, by->nulls == SV_NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
		list.items[i] = (sv_str){text.ptr, text.len};
	}
	put_list(o, "NON_ADDITIVE_BY", list);
}

static void put_member(object *o, const sv_member *m, sv_str type)
{
	o->kind = kind_of(m);
	o->name = m->name;
	o->parent = m->table.index == SV_NONE ? (sv_str){0} : o->model->tables[m->table.index].name;
	put_set(o, "TABLE", o->parent);
	put(o, "EXPRESSION", m->expr.text);
	put(o, "DATA_TYPE", type);
	put_set(o, "COMMENT", m->comment);
	put_list(o, "SYNONYMS", m->synonyms);
	if (m->is_filter)
		put(o, "LABELS", SV_LIT("[\"FILTER\"]"));
	if (m->kind != SV_DIMENSION)
		put(o, "ACCESS_MODIFIER", m->is_private ? SV_LIT("PRIVATE") : SV_LIT("PUBLIC"));
	put_names(o, "USING", &m->uses);
	put_non_additive(o, m);
	put_names(o, "NON_ADDITIVE_PER", &m->per);
}

bool sv_properties(sv_session *s, sv_view_key *key, sv_answer *out)
{
	sv_str definition;
	sv_types types;
	if (!sv_catalog_read(s, key, &definition))
		return false;
	const sv_entry *entry = sv_view_of(s, key, definition);
	if (!entry || !sv_types_now(s, &entry->view, key->database, &types))
		return false;
	const sv_model *m = entry->view.model;
	object o = {.s = s, .out = out, .model = m};
	put_set(&o, "COMMENT", m->comment);
	for (size_t i = 0; i < m->table_count; i++)
		put_table(&o, &m->tables[i], key->database);
	for (size_t i = 0; i < m->relationship_count; i++)
		put_relationship(&o, &m->relationships[i]);
	for (size_t i = 0; i < sv_model_member_count(m); i++)
		put_member(&o, &m->members[i], types.types[i]);
	o = (object){.s = s, .out = out, .model = m, .kind = SV_LIT("FILTER")};
	for (size_t i = 0; i < m->filter_count; i++)
		put(&o, "EXPRESSION", m->filters[i].text);
	return true;
}
