/*
 * One function for each kind of map.  Each goes on after a problem, so that one
 * call reports all of them, and returns false if there was any.
 */
#include "model/read.h"

#include "base/ident.h"
#include "base/near.h"
#include "base/utf8.h"
#include "model/resolved.h"
#include "model/text.h"
#include "model/write.h"

typedef struct {
	sv_arena *arena;
	sv_diags *diags;
} reader;

typedef struct {
	const sv_str *items;
	size_t count;
} known_keys;

#define KEY(s)             \
	{                      \
		(s), sizeof(s) - 1 \
	}
#define KEYS(list) ((known_keys){(list), sizeof(list) / sizeof((list)[0])})

static const sv_str seed_keys[] = {KEY("base_table"), KEY("dimensions"), KEY("metrics"),
                                   KEY("filters"),    KEY("joins"),      KEY("comment")};
static const sv_str seed_member_keys[] = {KEY("name"), KEY("expr")};
static const sv_str seed_join_keys[] = {KEY("table"), KEY("on")};
static const sv_str root_keys[] = {KEY("comment"), KEY("tables"),     KEY("relationships"),
                                   KEY("facts"),   KEY("dimensions"), KEY("metrics"),
                                   KEY("filters")};
/* What a stored definition has at its root besides; nobody is told to write them. */
static const sv_str stored_keys[] = {KEY("version"), KEY("resolved"), KEY("created_on")};
static const sv_str table_keys[] = {KEY("name"),        KEY("source"),  KEY("primary_key"),
                                    KEY("unique_keys"), KEY("comment"), KEY("synonyms")};
static const sv_str relationship_keys[] = {KEY("name"),
                                           KEY("from"),
                                           KEY("from_columns"),
                                           KEY("to"),
                                           KEY("to_columns"),
                                           KEY("default"),
                                           KEY("assume_referential_integrity")};
static const sv_str member_keys[] = {KEY("table"),    KEY("name"),   KEY("expr"),   KEY("comment"),
                                     KEY("synonyms"), KEY("labels"), KEY("private")};
static const sv_str metric_keys[] = {KEY("table"),
                                     KEY("name"),
                                     KEY("expr"),
                                     KEY("comment"),
                                     KEY("synonyms"),
                                     KEY("labels"),
                                     KEY("using"),
                                     KEY("non_additive_by"),
                                     KEY("non_additive_per"),
                                     KEY("private")};
static const sv_str non_additive_keys[] = {KEY("dimension"), KEY("order"), KEY("nulls")};

/* ------------------------------------------------------------- problems */

static const char *path_of(const reader *r, const sv_doc *node)
{
	sv_buf path = SV_BUF_INIT(r->arena);
	if (!node->parent)
		return "the definition";
	sv_doc_put_path(node, &path);
	return sv_buf_cstr(&path);
}

/* Paths are worked out only for problems that are shown: it takes a while to
 * count where in a list of a million entries a node stands. */
static bool is_shown(const reader *r)
{
	if (r->diags->count < SV_MAX_DIAGS)
		return true;
	sv_diags_add(r->diags, SV_E_SYNTAX, SV_NOWHERE, "not shown");
	return false;
}

/* what: "must be a list, not a string". */
static bool fail(const reader *r, const sv_doc *node, const char *what, const char *hint)
{
	if (is_shown(r))
		sv_diags_add(r->diags, SV_E_SYNTAX, node->span, "%s %s", path_of(r, node), what)->hint =
		    hint;
	return false;
}

static const char *kind_name(const sv_doc *node)
{
	switch (node->kind) {
	case SV_DOC_NULL:
		return "null";
	case SV_DOC_BOOL:
		return "a boolean";
	case SV_DOC_NUMBER:
		return "a number";
	case SV_DOC_STRING:
		return "a string";
	case SV_DOC_LIST:
		return "a list";
	case SV_DOC_MAP:
		return "a map";
	}
	return "unknown";
}

/* expected: "a list". */
static bool fail_type(const reader *r, const sv_doc *node, const char *expected)
{
	if (!is_shown(r))
		return false;
	sv_diag *diag =
	    sv_diags_add(r->diags, SV_E_SYNTAX, node->kind == SV_DOC_NULL ? node->key_span : node->span,
	                 "%s must be %s, not %s", path_of(r, node), expected, kind_name(node));
	if (node->kind == SV_DOC_NULL)
		diag->hint = "Leave the key out, or write a value";
	else if (node->kind == SV_DOC_MAP && node->count == 1)
		diag->hint = "In YAML a text with a colon and a blank in it needs quotes";
	return false;
}

static const char *list_keys(const reader *r, known_keys keys)
{
	sv_buf b = SV_BUF_INIT(r->arena);
	for (size_t i = 0; i < keys.count; i++) {
		sv_buf_puts(&b, i ? ", " : "It may have ");
		sv_buf_put(&b, keys.items[i]);
	}
	return sv_buf_cstr(&b);
}

static const char *suggest_key(const reader *r, sv_str key, known_keys keys)
{
	size_t near = sv_near_find(key, keys.items, keys.count);
	if (near == (size_t)-1)
		return list_keys(r, keys);
	sv_buf b = SV_BUF_INIT(r->arena);
	sv_buf_putf(&b, "Did you mean \"%.*s\"?", SV_FMT(keys.items[near]));
	return sv_buf_cstr(&b);
}

static bool is_known(sv_str key, known_keys keys)
{
	for (size_t i = 0; i < keys.count; i++)
		if (sv_str_eq(key, keys.items[i]))
			return true;
	return false;
}

/* node is a map with no other keys than these. */
static bool check_map(const reader *r, const sv_doc *node, known_keys keys)
{
	bool ok = true;
	if (node->kind != SV_DOC_MAP)
		return fail_type(r, node, "a map");
	for (const sv_doc *e = node->first; e; e = e->next) {
		if (is_known(e->key, keys) || (!node->parent && is_known(e->key, KEYS(stored_keys))))
			continue;
		ok = false;
		if (is_shown(r))
			sv_diags_add(r->diags, SV_E_UNKNOWN_NAME, e->key_span, "unknown key '%.*s' in %s",
			             SV_FMT(sv_utf8_cut(e->key, SV_SHOWN_NAME)), path_of(r, node))
			    ->hint = suggest_key(r, e->key, keys);
	}
	return ok;
}

/* The value of a key that must be there. */
static const sv_doc *require(const reader *r, const sv_doc *map, const char *key)
{
	const sv_doc *value = sv_doc_get(map, key);
	if (!value && is_shown(r))
		sv_diags_add(r->diags, SV_E_SYNTAX, (sv_span){map->span.start, map->span.start + 1},
		             "%s has no '%s'", path_of(r, map), key);
	return value;
}

/* -------------------------------------------------------------- scalars */

/* YAML's null is a scalar without quotes, as everything there. */
static bool is_plain_null(const sv_doc *node)
{
	return node->is_plain &&
	       (sv_str_ieq(node->text, SV_LIT("null")) || sv_str_eq(node->text, SV_LIT("~")));
}

static bool text(const reader *r, const sv_doc *node, sv_str *out)
{
	*out = node->text;
	if (is_plain_null(node))
		return fail(r, node, "must be a string, not null",
		            "Leave the key out, or put the text in quotes");
	if (node->kind != SV_DOC_STRING)
		return fail_type(r, node, "a string");
	return true;
}

/* Where the text itself stands: without the quotes when nothing was escaped. */
static sv_span text_place(const sv_doc *node)
{
	if (node->span.end - node->span.start == node->text.len + 2)
		return (sv_span){node->span.start + 1, node->span.end - 1};
	return node->span;
}

static bool name(const reader *r, const sv_doc *node, sv_str *out)
{
	return text(r, node, out) && (out->len || fail(r, node, "is empty", NULL));
}

static bool optional_text(const reader *r, const sv_doc *map, const char *key, sv_str *out)
{
	const sv_doc *node = sv_doc_get(map, key);
	return !node || text(r, node, out);
}

static bool required_name(const reader *r, const sv_doc *map, const char *key, sv_str *out)
{
	const sv_doc *node = require(r, map, key);
	return node && name(r, node, out);
}

static bool expression(const reader *r, const sv_doc *node, sv_expr *out)
{
	sv_str written;
	if (!text(r, node, &written))
		return false;
	if (sv_expr_clean(r->arena, written).len == 0)
		return fail(r, node, "is empty", NULL);
	return sv_expr_take(r->arena, written, text_place(node), out, r->diags);
}

static bool required_expression(const reader *r, const sv_doc *map, const char *key, sv_expr *out)
{
	const sv_doc *node = require(r, map, key);
	return node && expression(r, node, out);
}

/* true or false; in YAML a scalar without quotes. */
static bool optional_bool(const reader *r, const sv_doc *map, const char *key, bool *out)
{
	const sv_doc *node = sv_doc_get(map, key);
	if (!node)
		return true;
	bool may_be = node->kind == SV_DOC_BOOL || (node->kind == SV_DOC_STRING && node->is_plain);
	*out = may_be && sv_str_ieq(node->text, SV_LIT("true"));
	if (*out || (may_be && sv_str_ieq(node->text, SV_LIT("false"))))
		return true;
	return fail_type(r, node, "true or false");
}

/* One of two words; *is_second says which, *is_set that there was any. */
static bool optional_word(const reader *r, const sv_doc *map, const char *key,
                          const char *const words[2], bool *is_set, bool *is_second)
{
	const sv_doc *node = sv_doc_get(map, key);
	sv_str word;
	if (!node)
		return true;
	if (!text(r, node, &word))
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (!sv_str_ieq(word, (sv_str){words[i], strlen(words[i])}))
			continue;
		*is_set = true;
		*is_second = i == 1;
		return true;
	}
	sv_buf what = SV_BUF_INIT(r->arena);
	sv_buf_putf(&what, "must be \"%s\" or \"%s\", not \"%.*s\"", words[0], words[1], SV_FMT(word));
	return fail(r, node, sv_buf_cstr(&what), NULL);
}

/* ---------------------------------------------------------------- lists */

/* The list of this key, NULL when there is none.  False: it is no list. */
static bool optional_list(const reader *r, const sv_doc *map, const char *key, const sv_doc **out)
{
	*out = sv_doc_get(map, key);
	if (!*out || (*out)->kind == SV_DOC_LIST)
		return true;
	fail_type(r, *out, "a list");
	*out = NULL;
	return false;
}

static bool names(const reader *r, const sv_doc *list, sv_strs *out)
{
	bool ok = true;
	if (list->kind != SV_DOC_LIST)
		return fail_type(r, list, "a list");
	out->items = SV_NEW_N(r->arena, sv_str, list->count);
	for (const sv_doc *e = list->first; e; e = e->next)
		ok = name(r, e, &out->items[out->count++]) && ok;
	return ok;
}

static bool optional_names(const reader *r, const sv_doc *map, const char *key, sv_strs *out)
{
	const sv_doc *list = sv_doc_get(map, key);
	return !list || names(r, list, out);
}

/* Columns: at least one. */
static bool columns(const reader *r, const sv_doc *list, sv_strs *out)
{
	return names(r, list, out) && (out->count || fail(r, list, "is empty", NULL));
}

static bool optional_columns(const reader *r, const sv_doc *map, const char *key, sv_strs *out)
{
	const sv_doc *list = sv_doc_get(map, key);
	return !list || columns(r, list, out);
}

static size_t count_of(const sv_doc *list)
{
	return list ? list->count : 0;
}

/* --------------------------------------------------------- the full form */

static bool unique_keys(const reader *r, const sv_doc *map, sv_table *out)
{
	const sv_doc *list;
	bool ok = optional_list(r, map, "unique_keys", &list);
	out->unique_keys = SV_NEW_N(r->arena, sv_strs, count_of(list));
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next)
		ok = columns(r, e, &out->unique_keys[out->unique_key_count++]) && ok;
	return ok;
}

static bool source(const reader *r, const sv_doc *map, sv_table *out)
{
	const sv_doc *node = sv_doc_get(map, "source");
	sv_str written;
	if (!node) {
		out->source = sv_source_of_name(r->arena, out->name);
		out->source_place = out->place;
		return true;
	}
	return name(r, node, &written) &&
	       sv_source_take(r->arena, written, text_place(node), out, r->diags);
}

static bool table(const reader *r, const sv_doc *node, sv_table *out)
{
	if (node->kind != SV_DOC_MAP)
		return check_map(r, node, KEYS(table_keys));
	bool ok = check_map(r, node, KEYS(table_keys));
	bool has_name = required_name(r, node, "name", &out->name);
	out->place = has_name ? text_place(sv_doc_get(node, "name")) : node->span;
	ok = has_name && ok;
	ok = source(r, node, out) && ok;
	ok = optional_columns(r, node, "primary_key", &out->primary_key) && ok;
	ok = unique_keys(r, node, out) && ok;
	ok = optional_text(r, node, "comment", &out->comment) && ok;
	return optional_names(r, node, "synonyms", &out->synonyms) && ok;
}

/* An alias: the whole text is the name. */
static bool table_name(const reader *r, const sv_doc *node, sv_named *out)
{
	out->index = SV_NONE;
	out->place = text_place(node);
	return name(r, node, &out->name);
}

static bool relationship(const reader *r, const sv_doc *node, sv_relationship *out)
{
	if (!check_map(r, node, KEYS(relationship_keys)) && node->kind != SV_DOC_MAP)
		return false;
	int before = r->diags->count;
	const sv_doc *written = sv_doc_get(node, "name");
	out->is_named = written && name(r, written, &out->name);
	out->place = written ? text_place(written) : node->span;
	const sv_doc *from = require(r, node, "from");
	if (from)
		table_name(r, from, &out->from);
	const sv_doc *from_columns = require(r, node, "from_columns");
	if (from_columns)
		columns(r, from_columns, &out->from_columns);
	const sv_doc *to = require(r, node, "to");
	if (to)
		table_name(r, to, &out->to);
	optional_columns(r, node, "to_columns", &out->to_columns);
	out->has_to_columns = out->to_columns.count > 0;
	optional_bool(r, node, "default", &out->is_default);
	optional_bool(r, node, "assume_referential_integrity", &out->assumes_integrity);
	return r->diags->count == before;
}

static bool labels(const reader *r, const sv_doc *map, sv_member *out)
{
	const sv_doc *list;
	if (!optional_list(r, map, "labels", &list))
		return false;
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next) {
		sv_str label;
		if (!name(r, e, &label))
			return false;
		if (!sv_str_ieq(label, SV_LIT("filter")))
			return fail(r, e, "is an unknown label", "The only label is \"filter\"");
		out->is_filter = true;
	}
	return true;
}

static bool named(const reader *r, const sv_doc *node, sv_named *out)
{
	sv_str written;
	if (!name(r, node, &written))
		return false;
	*out = sv_named_take(r->arena, written, text_place(node));
	return true;
}

static bool uses(const reader *r, const sv_doc *map, sv_member *out)
{
	const sv_doc *list;
	bool ok = optional_list(r, map, "using", &list);
	out->uses.items = SV_NEW_N(r->arena, sv_named, count_of(list));
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next)
		ok = table_name(r, e, &out->uses.items[out->uses.count++]) && ok;
	return ok;
}

static bool non_additive_item(const reader *r, const sv_doc *node, sv_non_additive *out)
{
	static const char *const orders[2] = {"asc", "desc"};
	static const char *const nulls[2] = {"first", "last"};
	bool has_nulls = false;
	bool is_last = false;
	if (node->kind == SV_DOC_STRING)
		return named(r, node, &out->dimension);
	if (node->kind != SV_DOC_MAP)
		return fail_type(r, node, "a dimension's name or a map");
	bool ok = check_map(r, node, KEYS(non_additive_keys));
	const sv_doc *dimension = require(r, node, "dimension");
	ok = dimension && named(r, dimension, &out->dimension) && ok;
	ok = optional_word(r, node, "order", orders, &out->has_order, &out->is_descending) && ok;
	ok = optional_word(r, node, "nulls", nulls, &has_nulls, &is_last) && ok;
	if (has_nulls)
		out->nulls = is_last ? SV_NULLS_LAST : SV_NULLS_FIRST;
	return ok;
}

static bool non_additive(const reader *r, const sv_doc *map, sv_member *out)
{
	const sv_doc *by;
	const sv_doc *per;
	bool ok = optional_list(r, map, "non_additive_by", &by);
	out->non_additive = SV_NEW_N(r->arena, sv_non_additive, count_of(by));
	for (const sv_doc *e = by ? by->first : NULL; e; e = e->next)
		ok = non_additive_item(r, e, &out->non_additive[out->non_additive_count++]) && ok;
	ok = optional_list(r, map, "non_additive_per", &per) && ok;
	out->per.items = SV_NEW_N(r->arena, sv_named, count_of(per));
	for (const sv_doc *e = per ? per->first : NULL; e; e = e->next)
		ok = named(r, e, &out->per.items[out->per.count++]) && ok;
	if (ok && out->per.count && !out->non_additive_count)
		return fail(r, per, "needs 'non_additive_by' beside it", NULL);
	return ok;
}

static bool member(const reader *r, const sv_doc *node, sv_member_kind kind, sv_member *out)
{
	known_keys keys = kind == SV_METRIC ? KEYS(metric_keys) : KEYS(member_keys);
	out->kind = kind;
	out->table.index = SV_NONE;
	out->place = node->span;
	if (node->kind != SV_DOC_MAP)
		return check_map(r, node, keys);
	bool ok = check_map(r, node, keys);
	const sv_doc *owner = sv_doc_get(node, "table");
	ok = (!owner || table_name(r, owner, &out->table)) && ok;
	if (required_name(r, node, "name", &out->name))
		out->place = text_place(sv_doc_get(node, "name"));
	else
		ok = false;
	ok = required_expression(r, node, "expr", &out->expr) && ok;
	ok = optional_text(r, node, "comment", &out->comment) && ok;
	ok = optional_names(r, node, "synonyms", &out->synonyms) && ok;
	ok = labels(r, node, out) && ok;
	ok = optional_bool(r, node, "private", &out->is_private) && ok;
	if (kind == SV_METRIC) {
		ok = uses(r, node, out) && ok;
		ok = non_additive(r, node, out) && ok;
	}
	if (kind == SV_DIMENSION && out->is_private)
		return fail(r, sv_doc_get(node, "private"), "cannot be true",
		            "Only facts and metrics can be private");
	return ok;
}

static bool members(const reader *r, const sv_doc *list, sv_member_kind kind, sv_member *out)
{
	bool ok = true;
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next)
		ok = member(r, e, kind, out++) && ok;
	return ok;
}

/* The three lists of members; NULL where there is none. */
typedef struct {
	const sv_doc *facts;
	const sv_doc *dimensions;
	const sv_doc *metrics;
} member_lists;

/* Room for all members, or false when there are too many. */
static bool make_room(const reader *r, member_lists l, sv_model *m)
{
	m->fact_count = count_of(l.facts);
	m->dimension_count = count_of(l.dimensions);
	m->metric_count = count_of(l.metrics);
	size_t count = sv_model_member_count(m);
	if (!sv_model_check_member_count(count, r->diags))
		return false;
	m->members = SV_NEW_N(r->arena, sv_member, count);
	return true;
}

static bool filters(const reader *r, const sv_doc *root, sv_model *m)
{
	const sv_doc *list;
	bool ok = optional_list(r, root, "filters", &list);
	m->filters = SV_NEW_N(r->arena, sv_expr, count_of(list));
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next)
		ok = expression(r, e, &m->filters[m->filter_count++]) && ok;
	return ok;
}

static bool version(const reader *r, const sv_doc *root)
{
	const sv_doc *node = sv_doc_get(root, "version");
	if (!node)
		return true;
	if (node->kind != SV_DOC_NUMBER && !(node->kind == SV_DOC_STRING && node->is_plain))
		return fail_type(r, node, "a number");
	if (sv_str_eq(node->text, SV_LIT("1")))
		return true;
	sv_diags_add(r->diags, SV_E_SYNTAX, node->span,
	             "$.version is %.*s, this version of the extension reads version 1",
	             SV_FMT(node->text));
	return false;
}

static bool tables(const reader *r, const sv_doc *root, sv_model *m)
{
	const sv_doc *list = sv_doc_get(root, "tables");
	bool ok = true;
	if (!list) {
		sv_diags_add(r->diags, SV_E_SYNTAX, (sv_span){root->span.start, root->span.start + 1},
		             "the definition has no 'tables'")
		    ->hint = "A definition has tables, or base_table in the short form";
		return false;
	}
	if (list->kind != SV_DOC_LIST)
		return fail_type(r, list, "a list");
	if (list->count == 0)
		return fail(r, list, "is empty", "A semantic view has at least one table");
	m->tables = SV_NEW_N(r->arena, sv_table, list->count);
	for (const sv_doc *e = list->first; e; e = e->next)
		ok = table(r, e, &m->tables[m->table_count++]) && ok;
	return ok;
}

static bool relationships(const reader *r, const sv_doc *root, sv_model *m)
{
	const sv_doc *list;
	bool ok = optional_list(r, root, "relationships", &list);
	m->relationships = SV_NEW_N(r->arena, sv_relationship, count_of(list));
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next)
		ok = relationship(r, e, &m->relationships[m->relationship_count++]) && ok;
	return ok;
}

static bool full_form(const reader *r, const sv_doc *root, sv_model *m)
{
	member_lists l;
	bool ok = check_map(r, root, KEYS(root_keys));
	ok = version(r, root) && ok;
	ok = optional_text(r, root, "comment", &m->comment) && ok;
	ok = tables(r, root, m) && ok;
	ok = relationships(r, root, m) && ok;
	bool has_lists = optional_list(r, root, "facts", &l.facts);
	has_lists = optional_list(r, root, "dimensions", &l.dimensions) && has_lists;
	has_lists = optional_list(r, root, "metrics", &l.metrics) && has_lists;
	if (!make_room(r, l, m))
		return false;
	ok = members(r, l.facts, SV_FACT, m->members) && ok;
	ok = members(r, l.dimensions, SV_DIMENSION, m->members + m->fact_count) && ok;
	ok = members(r, l.metrics, SV_METRIC, m->members + m->fact_count + m->dimension_count) && ok;
	ok = filters(r, root, m) && ok;
	if (has_lists && sv_model_member_count(m) == 0)
		return fail(r, root, "has no facts, dimensions or metrics",
		            "A semantic view has at least one");
	return ok && has_lists;
}

/* --------------------------------------------------------- the seed form */

/* A table of the seed form is called as the last part of its name says. */
static bool seed_table(const reader *r, const sv_doc *node, sv_table *out)
{
	sv_str written;
	sv_ident ident;
	if (!name(r, node, &written) ||
	    !sv_source_take(r->arena, written, text_place(node), out, r->diags))
		return false;
	if (out->is_query)
		return fail(
		    r, node, "must be a table's name, not a query",
		    "The full form takes a query: {\"tables\": [{\"name\": ..., \"source\": ...}]}");
	if (!sv_ident_parse(r->arena, out->source, &ident))
		return false;
	out->name = ident.parts[ident.count - 1];
	out->place = out->source_place;
	return true;
}

static bool seed_join(const reader *r, const sv_doc *node, sv_model *m)
{
	sv_table *to = &m->tables[m->table_count++];
	sv_relationship *join = &m->relationships[m->relationship_count++];
	join->from.index = SV_NONE;
	join->to.index = SV_NONE;
	if (node->kind != SV_DOC_MAP)
		return check_map(r, node, KEYS(seed_join_keys));
	bool ok = check_map(r, node, KEYS(seed_join_keys));
	const sv_doc *joined = require(r, node, "table");
	ok = joined && seed_table(r, joined, to) && ok;
	ok = required_expression(r, node, "on", &join->on) && ok;
	join->place = to->place;
	join->from.name = m->tables[0].name;
	join->from.place = m->tables[0].place;
	join->to.name = to->name;
	join->to.place = to->place;
	return ok;
}

static bool seed_tables(const reader *r, const sv_doc *root, sv_model *m)
{
	const sv_doc *joins;
	bool ok = optional_list(r, root, "joins", &joins);
	m->tables = SV_NEW_N(r->arena, sv_table, count_of(joins) + 1);
	m->relationships = SV_NEW_N(r->arena, sv_relationship, count_of(joins));
	m->table_count = 1;
	ok = seed_table(r, sv_doc_get(root, "base_table"), &m->tables[0]) && ok;
	for (const sv_doc *e = joins ? joins->first : NULL; e; e = e->next)
		ok = seed_join(r, e, m) && ok;
	return ok;
}

static bool seed_members(const reader *r, const sv_doc *list, sv_member_kind kind, sv_member *out)
{
	bool ok = true;
	for (const sv_doc *e = list ? list->first : NULL; e; e = e->next, out++) {
		out->kind = kind;
		out->place = e->span;
		ok = check_map(r, e, KEYS(seed_member_keys)) && ok;
		if (e->kind != SV_DOC_MAP)
			continue;
		if (required_name(r, e, "name", &out->name))
			out->place = text_place(sv_doc_get(e, "name"));
		else
			ok = false;
		ok = required_expression(r, e, "expr", &out->expr) && ok;
		out->table.index = 0; /* all members of the seed form belong to the base table */
	}
	return ok;
}

static bool seed_form(const reader *r, const sv_doc *root, sv_model *m)
{
	member_lists l = {0};
	m->is_seed = true;
	bool ok = check_map(r, root, KEYS(seed_keys));
	ok = version(r, root) && ok;
	ok = optional_text(r, root, "comment", &m->comment) && ok;
	ok = seed_tables(r, root, m) && ok;
	ok = require(r, root, "dimensions") && ok;
	ok = optional_list(r, root, "dimensions", &l.dimensions) && ok;
	ok = require(r, root, "metrics") && ok;
	ok = optional_list(r, root, "metrics", &l.metrics) && ok;
	if (!make_room(r, l, m))
		return false;
	ok = seed_members(r, l.dimensions, SV_DIMENSION, m->members) && ok;
	ok = seed_members(r, l.metrics, SV_METRIC, m->members + m->dimension_count) && ok;
	return filters(r, root, m) && ok;
}

sv_model *sv_model_from_doc(sv_arena *a, const sv_doc *root, sv_diags *diags)
{
	reader r = {.arena = a, .diags = diags};
	sv_model *m = SV_NEW(a, sv_model);
	if (root->kind != SV_DOC_MAP) {
		sv_diags_add(diags, SV_E_SYNTAX, root->span, "the definition must be a map, not %s",
		             kind_name(root))
		    ->hint = "It has the key tables, or base_table in the short form; clause text starts "
		             "with TABLES (";
		return NULL;
	}
	const sv_doc *resolved = sv_doc_get(root, "resolved");
	bool ok = sv_doc_get(root, "base_table") ? seed_form(&r, root, m) : full_form(&r, root, m);
	if (!ok)
		return NULL;
	if (resolved)
		sv_resolved_take(a, resolved, m);
	return m;
}

sv_model *sv_model_read(sv_arena *a, sv_str text, sv_diags *diags)
{
	const sv_doc *root = sv_doc_parse_json_up_to(a, text, SV_MAX_STORED, diags);
	return root ? sv_model_from_doc(a, root, diags) : NULL;
}
