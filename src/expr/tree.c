#include "expr/tree_int.h"

/* Levels of the document; DuckDB's limit of 1000 nested expressions takes 3000. */
enum { MAX_DEPTH = 4096 };

enum { BEFORE = sizeof(SV_TREE_BEFORE) - 1, BEFORE_BARE = sizeof(SV_TREE_BEFORE_BARE) - 1 };

static bool is(sv_str text, const char *word)
{
	return sv_str_eq(text, (sv_str){word, strlen(word)});
}

/* Digits to a number; SV_NONE for what does not fit or is none. */
static size_t number_of(const sv_doc *node)
{
	size_t n = 0;
	if (!node || node->text.len == 0 || node->text.len > 9)
		return SV_NONE;
	for (size_t i = 0; i < node->text.len; i++) {
		char c = node->text.ptr[i];
		if (c < '0' || c > '9')
			return SV_NONE;
		n = n * 10 + (size_t)(c - '0');
	}
	return n;
}

static bool is_node(const sv_doc *doc)
{
	return doc->kind == SV_DOC_MAP && sv_doc_get(doc, "class");
}

bool sv_tree_is(const sv_doc *node, const char *class_name)
{
	return node && node->kind == SV_DOC_MAP && is(sv_tree_text(node, "class"), class_name);
}

bool sv_tree_has_type(const sv_doc *node, const char *type)
{
	return is(sv_tree_text(node, "type"), type);
}

sv_str sv_tree_text(const sv_doc *node, const char *key)
{
	const sv_doc *value = node && node->kind == SV_DOC_MAP ? sv_doc_get(node, key) : NULL;
	return value && value->kind == SV_DOC_STRING ? value->text : SV_LIT("");
}

sv_str sv_tree_function_name(const sv_doc *node)
{
	static const sv_str disguised[] = {{"lis_", 4}, {"array_ag_", 9}};
	static const sv_str real[] = {{"list", 4}, {"array_agg", 9}};
	sv_str name = sv_tree_text(node, "function_name");
	for (size_t i = 0; i < 2; i++)
		if (sv_str_eq(name, disguised[i]))
			return real[i];
	return name;
}

size_t sv_tree_place(const sv_doc *node)
{
	size_t place = number_of(sv_doc_get(node, "query_location"));
	return place == SV_NONE || place < BEFORE ? SV_NONE : place - BEFORE;
}

static void add_child(sv_arena *a, sv_tree_children *list, sv_tree_child child)
{
	size_t n = list->count;
	if ((n & (n - 1)) == 0) /* full: 0, 1, 2, 4, 8 */
		list->items =
		    sv_arena_grow(a, list->items, n * sizeof(child), (n ? n * 2 : 1) * sizeof(child));
	list->items[list->count++] = child;
}

static void collect(sv_arena *a, const sv_doc *doc, sv_str key, sv_tree_children *list)
{
	for (const sv_doc *at = doc->first; at; at = at->next) {
		sv_str name = key.ptr ? key : at->key;
		if (is_node(at))
			add_child(a, list, (sv_tree_child){at, name});
		else
			collect(a, at, name, list);
	}
}

sv_tree_children sv_tree_children_of(sv_arena *a, const sv_doc *node)
{
	sv_tree_children list = {0};
	collect(a, node, (sv_str){0}, &list);
	return list;
}

const sv_doc *sv_tree_any_list(sv_arena *a, const sv_doc *node)
{
	sv_tree_children children = sv_tree_children_of(a, node);
	const sv_doc *found = NULL;
	for (size_t i = 0; i < children.count; i++) {
		if (!is(children.items[i].key, "subquery"))
			continue;
		if (found)
			return NULL;
		found = children.items[i].node;
	}
	bool is_made_up = found && sv_tree_is(found, "FUNCTION") && sv_tree_place(found) == SV_NONE &&
	                  is(sv_tree_text(found, "function_name"), "unnest");
	return is_made_up ? found : NULL;
}

size_t sv_tree_first_place(sv_arena *a, const sv_doc *node)
{
	sv_tree_children children = sv_tree_children_of(a, node);
	size_t first = sv_tree_place(node);
	for (size_t i = 0; i < children.count; i++) {
		size_t place = sv_tree_first_place(a, children.items[i].node);
		if (place < first) /* SV_NONE is the largest */
			first = place;
	}
	return first;
}

static sv_strs texts_of(sv_arena *a, const sv_doc *list)
{
	sv_strs out = {0};
	if (!list || list->kind != SV_DOC_LIST)
		return out;
	out.items = SV_NEW_N(a, sv_str, list->count);
	for (const sv_doc *at = list->first; at; at = at->next)
		out.items[out.count++] = at->text;
	return out;
}

sv_strs sv_tree_column_names(sv_arena *a, const sv_doc *node)
{
	return texts_of(a, sv_doc_get(node, "column_names"));
}

sv_strs sv_tree_qualifiers(sv_arena *a, const sv_doc *node)
{
	const sv_doc *name = sv_doc_get(node, "qualified_name"); /* since 2.0 */
	const sv_doc *path = name && name->kind == SV_DOC_MAP ? sv_doc_get(name, "path") : NULL;
	sv_strs out = texts_of(a, path);
	if (out.count) {
		out.count--;
		return out;
	}
	sv_str parts[] = {sv_tree_text(node, "catalog"), sv_tree_text(node, "schema")};
	out.items = SV_NEW_N(a, sv_str, 2);
	for (size_t i = 0; i < 2; i++)
		if (parts[i].len)
			out.items[out.count++] = parts[i];
	return out;
}

static bool is_location(sv_str key)
{
	return is(key, "query_location") || is(key, "query_location_length");
}

/* Equal but for places. */
static bool same(const sv_doc *a, const sv_doc *b)
{
	if (a->kind != b->kind || a->count != b->count || !sv_str_eq(a->key, b->key))
		return false;
	if (is_location(a->key))
		return true;
	if (a->kind != SV_DOC_MAP && a->kind != SV_DOC_LIST)
		return sv_str_eq(a->text, b->text);
	const sv_doc *y = b->first;
	for (const sv_doc *x = a->first; x; x = x->next, y = y->next)
		if (!same(x, y))
			return false;
	return true;
}

static bool is_absent(const sv_doc *node, const char *key)
{
	const sv_doc *value = sv_doc_get(node, key);
	return !value || value->kind == SV_DOC_NULL || value->count == 0;
}

/* The one item of a statement that is a SELECT of one item and nothing else. */
static const sv_doc *only_item(const sv_doc *tree)
{
	static const char *const clauses[] = {"where_clause", "group_expressions", "group_sets",
	                                      "having",       "qualify",           "sample",
	                                      "modifiers"};
	const sv_doc *statements = sv_doc_get(tree, "statements");
	if (!statements || statements->count != 1)
		return NULL;
	const sv_doc *node = sv_doc_get(statements->first, "node");
	if (!node || !sv_tree_has_type(node, "SELECT_NODE"))
		return NULL;
	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++)
		if (!is_absent(node, clauses[i]))
			return NULL;
	const sv_doc *with = sv_doc_get(node, "cte_map");
	const sv_doc *from = sv_doc_get(node, "from_table");
	if ((with && with->kind == SV_DOC_MAP && !is_absent(with, "map")) || !from ||
	    from->kind != SV_DOC_MAP || !sv_tree_has_type(from, "EMPTY") ||
	    !is(sv_tree_text(node, "aggregate_handling"), "STANDARD_HANDLING"))
		return NULL;
	const sv_doc *items = sv_doc_get(node, "select_list");
	if (!items || items->count != 1 || sv_tree_text(items->first, "alias").len)
		return NULL;
	return is_node(items->first) ? items->first : NULL;
}

static bool has_error(const sv_doc *tree)
{
	const sv_doc *error = sv_doc_get(tree, "error");
	return error && is(error->text, "true");
}

static sv_tree_result no_parse(const sv_doc *tree, size_t before, size_t len, sv_str *message,
                               size_t *place)
{
	size_t at = number_of(sv_doc_get(tree, "position"));
	if (!is(sv_tree_text(tree, "error_type"), "parser"))
		return SV_TREE_NOT_ONE; /* another kind of statement */
	*message = sv_tree_text(tree, "error_message");
	*place = at == SV_NONE || at < before ? SV_NONE : at - before;
	if (*place != SV_NONE && *place > len)
		*place = len;
	return SV_TREE_NO_PARSE;
}

static bool is_too_deep(const sv_doc *root)
{
	size_t depth = 0;
	for (const sv_doc *at = root;;) {
		if (at->first) {
			at = at->first;
			if (++depth > MAX_DEPTH)
				return true;
			continue;
		}
		while (at != root && !at->next) {
			at = at->parent;
			depth--;
		}
		if (at == root)
			return false;
		at = at->next;
	}
}

sv_tree_result sv_tree_expression(const sv_doc *with_brackets, const sv_doc *without, size_t len,
                                  const sv_doc **item, sv_str *message, size_t *place)
{
	*item = NULL;
	*place = SV_NONE;
	if (!with_brackets || !without || with_brackets->kind != SV_DOC_MAP ||
	    without->kind != SV_DOC_MAP)
		return SV_TREE_BROKEN;
	if (has_error(with_brackets)) {
		size_t at = number_of(sv_doc_get(with_brackets, "position"));
		/* What is wrong at our closing bracket is told better without it. */
		if (has_error(without) && at != SV_NONE && at >= BEFORE + len)
			return no_parse(without, BEFORE_BARE, len, message, place);
		return no_parse(with_brackets, BEFORE, len, message, place);
	}
	if (is_too_deep(with_brackets) || is_too_deep(without))
		return SV_TREE_TOO_DEEP;
	const sv_doc *one = only_item(with_brackets);
	const sv_doc *other = has_error(without) ? NULL : only_item(without);
	if (!one || !other || !same(one, other))
		return SV_TREE_NOT_ONE;
	*item = one;
	return SV_TREE_OK;
}
