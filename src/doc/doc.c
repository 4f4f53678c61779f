#include "doc/doc.h"

#include <stdlib.h>

#include "base/scan.h"
#include "base/utf8.h"
#include "doc/doc_int.h"

/* A byte that cannot be shown either: its line is named instead. */
static bool fail_byte(sv_str source, size_t at, const char *what, const char *problem,
                      sv_diags *diags)
{
	unsigned line = 1;
	for (size_t i = 0; i < at; i++)
		line += source.ptr[i] == '\n';
	sv_diags_add(diags, SV_E_LEX, SV_NOWHERE,
	             "the %s text %s: byte 0x%02X at offset %zu, in line %u", what, problem,
	             (unsigned)(unsigned char)source.ptr[at], at, line);
	return false;
}

bool sv_doc_check_source(sv_str source, const char *what, size_t max_bytes, sv_diags *diags)
{
	if (source.len > max_bytes) {
		sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE,
		             "the %s text has %zu bytes, at most %zu are allowed", what, source.len,
		             max_bytes);
		return false;
	}
	const char *nul = source.len ? memchr(source.ptr, '\0', source.len) : NULL;
	if (nul)
		return fail_byte(source, (size_t)(nul - source.ptr), what, "holds a NUL byte", diags);
	size_t bad = sv_utf8_find_bad(source);
	if (bad < source.len)
		return fail_byte(source, bad, what, "is not UTF-8", diags);
	return true;
}

bool sv_doc_check_count(size_t count, size_t max_bytes, sv_diags *diags)
{
	size_t most = max_bytes / SV_DOC_BYTES_PER_VALUE;
	if (count <= most)
		return true;
	sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE,
	             "the document has more than %zu values, the most that is allowed", most);
	return false;
}

size_t sv_doc_count_values(sv_str json)
{
	size_t count = 1;
	bool is_inside = false; /* a string */
	for (size_t i = 0; i < json.len; i++) {
		char c = json.ptr[i];
		if (c == '"')
			is_inside = !is_inside;
		else if (c == '\\')
			i++;
		else if (!is_inside)
			count += c == ',' || c == '[' || c == '{';
	}
	return count;
}

sv_doc *sv_doc_top(const sv_doc_builder *b)
{
	return b->depth ? b->open[b->depth - 1].doc : NULL;
}

void sv_doc_set_key(sv_doc_builder *b, sv_str key, sv_span span)
{
	b->key = key;
	b->key_span = span;
	b->has_key = true;
}

sv_doc *sv_doc_add(sv_doc_builder *b, sv_doc_kind kind, sv_span span)
{
	sv_doc *doc = SV_NEW(b->arena, sv_doc);
	doc->kind = kind;
	doc->span = span;
	b->count++;
	if (b->depth == 0) {
		b->root = doc;
		return doc;
	}
	sv_doc_open *top = &b->open[b->depth - 1];
	doc->parent = top->doc;
	if (b->has_key) {
		doc->key = b->key;
		doc->key_span = b->key_span;
		b->has_key = false;
	}
	if (top->last)
		top->last->next = doc;
	else
		top->doc->first = doc;
	top->last = doc;
	top->doc->count++;
	return doc;
}

bool sv_doc_enter(sv_doc_builder *b, sv_doc *doc)
{
	if (b->diags && b->depth == SV_DOC_MAX_DEPTH) {
		sv_diags_add(b->diags, SV_E_SYNTAX, sv_span_of(doc->span.start, doc->span.start + 1),
		             "lists and maps are nested deeper than %d", SV_DOC_MAX_DEPTH);
		return false;
	}
	if (b->depth == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 16;
		b->open = sv_arena_grow(b->arena, b->open, b->cap * sizeof(sv_doc_open),
		                        cap * sizeof(sv_doc_open));
		b->cap = cap;
	}
	b->open[b->depth++] = (sv_doc_open){.doc = doc};
	return true;
}

typedef struct {
	const sv_doc *doc;
} entry;

static int by_key(const void *a, const void *b)
{
	const sv_doc *x = ((const entry *)a)->doc;
	const sv_doc *y = ((const entry *)b)->doc;
	size_t shorter = x->key.len < y->key.len ? x->key.len : y->key.len;
	int order = shorter ? memcmp(x->key.ptr, y->key.ptr, shorter) : 0;
	if (order)
		return order;
	if (x->key.len != y->key.len)
		return x->key.len < y->key.len ? -1 : 1;
	return (x->key_span.start > y->key_span.start) - (x->key_span.start < y->key_span.start);
}

static bool report_duplicate(sv_doc_builder *b, const sv_doc *again)
{
	if (b->diags)
		sv_diags_add(b->diags, SV_E_SYNTAX, again->key_span, "key '%.*s' is given twice",
		             SV_FMT(sv_utf8_cut(again->key, SV_SHOWN_NAME)));
	return false;
}

/* Sorted, since a hostile map may have a million keys; small maps need no sorting. */
static bool keys_are_unique(sv_doc_builder *b, const sv_doc *map)
{
	enum { SMALL = 8 };
	bool ok = true;
	if (map->count <= SMALL) {
		for (const sv_doc *e = map->first; e; e = e->next) {
			const sv_doc *f = map->first;
			while (f != e && !sv_str_eq(f->key, e->key))
				f = f->next;
			if (f != e)
				ok = report_duplicate(b, e);
		}
		return ok;
	}
	entry *sorted = SV_NEW_N(b->arena, entry, map->count);
	size_t count = 0;
	for (const sv_doc *e = map->first; e; e = e->next)
		sorted[count++].doc = e;
	qsort(sorted, count, sizeof(entry), by_key);
	for (size_t i = 1; i < count; i++)
		if (sv_str_eq(sorted[i].doc->key, sorted[i - 1].doc->key))
			ok = report_duplicate(b, sorted[i].doc);
	return ok;
}

bool sv_doc_leave(sv_doc_builder *b, size_t end)
{
	sv_doc *doc = b->open[--b->depth].doc;
	doc->span.end = (uint32_t)end;
	return doc->kind != SV_DOC_MAP || keys_are_unique(b, doc);
}

const sv_doc *sv_doc_get(const sv_doc *map, const char *key)
{
	sv_str wanted = {key, strlen(key)};
	if (map->kind != SV_DOC_MAP)
		return NULL;
	for (const sv_doc *e = map->first; e; e = e->next)
		if (sv_str_eq(e->key, wanted))
			return e;
	return NULL;
}

static bool is_plain_key(sv_str key)
{
	if (key.len == 0 || !sv_scan_is_word_start(key.ptr[0]))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (!sv_scan_is_word_part(key.ptr[i]))
			return false;
	return true;
}

static size_t position(const sv_doc *node)
{
	size_t i = 0;
	for (const sv_doc *e = node->parent->first; e && e != node; e = e->next)
		i++;
	return i;
}

void sv_doc_put_path(const sv_doc *node, sv_buf *out)
{
	if (!node->parent) {
		sv_buf_putc(out, '$');
		return;
	}
	sv_doc_put_path(node->parent, out);
	if (node->parent->kind == SV_DOC_LIST) {
		sv_buf_putf(out, "[%zu]", position(node));
	} else if (is_plain_key(node->key)) {
		sv_buf_putc(out, '.');
		sv_buf_put(out, node->key);
	} else {
		sv_buf_putc(out, '[');
		sv_doc_put_json_string(out, node->key);
		sv_buf_putc(out, ']');
	}
}

static void put_json_char(sv_buf *out, char c)
{
	static const char letters[] = "btnvfr"; /* of 0x08 .. 0x0D; JSON has no \v */
	if (c == '"' || c == '\\')
		sv_buf_putf(out, "\\%c", c);
	else if (c >= 0x08 && c <= 0x0D && c != 0x0B)
		sv_buf_putf(out, "\\%c", letters[c - 0x08]);
	else
		sv_buf_putf(out, "\\u%04x", (unsigned)c);
}

void sv_doc_put_json_string(sv_buf *out, sv_str text)
{
	size_t done = 0;
	sv_buf_putc(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		sv_buf_put(out, (sv_str){text.ptr + done, i - done});
		put_json_char(out, text.ptr[i]);
		done = i + 1;
	}
	sv_buf_put(out, (sv_str){text.ptr + done, text.len - done});
	sv_buf_putc(out, '"');
}
