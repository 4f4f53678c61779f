/*
 * libyaml's events become a tree.  Its document API is not used: it has no
 * limit of depth and is quadratic in nesting.  What makes small files big or
 * values ambiguous (anchors, aliases, tags, merge keys) is an error.
 *
 * A mark's index counts characters, not bytes; marks only move forward, so a
 * cursor that follows them finds the bytes in linear time.
 */
#include <yaml.h>

#include "base/utf8.h"
#include "doc/doc_int.h"

/* One handle for the arena: whatever of the two is alive is released. */
typedef struct {
	yaml_parser_t parser;
	yaml_event_t event;
} yaml_handle;

typedef struct {
	sv_doc_builder build;
	sv_diags *diags;
	sv_str text; /* the whole source */
	yaml_handle *yaml;
	size_t start;     /* behind the byte-order mark: byte of character 0 */
	size_t character; /* cursor: this many characters from start ... */
	size_t byte;      /* ... end at this byte */
	size_t documents;
} reader;

static void release(void *handle)
{
	yaml_handle *h = handle;
	yaml_event_delete(&h->event);
	yaml_parser_delete(&h->parser);
}

static size_t byte_of(reader *r, yaml_mark_t mark)
{
	if (mark.index < r->character) {
		r->character = 0;
		r->byte = r->start;
	}
	while (r->character < mark.index && r->byte < r->text.len) {
		r->byte += sv_utf8_width(r->text.ptr[r->byte]);
		r->character++;
	}
	return r->byte < r->text.len ? r->byte : r->text.len;
}

static sv_span span_of_event(reader *r)
{
	size_t start = byte_of(r, r->yaml->event.start_mark);
	return sv_span_of(start, byte_of(r, r->yaml->event.end_mark));
}

static bool fail(reader *r, sv_span span, const char *message, const char *hint)
{
	sv_diags_add(r->diags, SV_E_SYNTAX, span, "%s", message)->hint = hint;
	return false;
}

/* What libyaml's message does not say. */
static const char *hint_of(const reader *r, size_t at)
{
	char c = at < r->text.len ? r->text.ptr[at] : '\0';
	if (c == '\t')
		return "YAML is indented with spaces, not with tabs";
	const char *context = r->yaml->parser.context;
	bool is_mark = context && (strstr(context, "alias") || strstr(context, "anchor") ||
	                           strstr(context, "tag"));
	if (is_mark || (c && strchr("*&!%@`|>:{}[],\"'", c)))
		return "Put a text with special characters in quotes";
	return NULL;
}

static bool report(reader *r)
{
	const yaml_parser_t *p = &r->yaml->parser;
	if (p->error == YAML_MEMORY_ERROR)
		sv_arena_out_of_memory(r->build.arena);
	size_t at =
	    p->error == YAML_READER_ERROR ? r->start + p->problem_offset : byte_of(r, p->problem_mark);
	if (at > r->text.len)
		at = r->text.len;
	sv_diag *diag = sv_diags_add(r->diags, SV_E_SYNTAX, sv_span_of(at, at + (at < r->text.len)),
	                             "no valid YAML: %s%s%s", p->problem ? p->problem : "unreadable",
	                             p->context ? " " : "", p->context ? p->context : "");
	diag->hint = hint_of(r, at);
	return false;
}

/* Anchors and tags, of whatever the event is. */
static bool is_plain_node(reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	sv_span span = sv_span_of(byte_of(r, r->yaml->event.start_mark),
	                          byte_of(r, r->yaml->event.start_mark) + 1);
	if (anchor)
		return fail(r, span, "YAML anchors (&name) are not allowed here",
		            "Write the value out, or put a text that starts with & in quotes");
	if (tag)
		return fail(r, span, "YAML tags (!name) are not allowed here",
		            "Leave the tag out, or put a text that starts with ! in quotes");
	return true;
}

static bool awaits_key(const reader *r)
{
	const sv_doc *top = sv_doc_top(&r->build);
	return top && top->kind == SV_DOC_MAP && !r->build.has_key;
}

static sv_str copy_of(reader *r, const yaml_char_t *value, size_t len)
{
	sv_str text = {(const char *)value, len};
	return (sv_str){sv_str_dup(r->build.arena, text), len};
}

static bool scalar(reader *r)
{
	const yaml_event_t *e = &r->yaml->event;
	bool is_plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (!is_plain_node(r, e->data.scalar.anchor, e->data.scalar.tag))
		return false;
	sv_span span = span_of_event(r);
	sv_str text = copy_of(r, e->data.scalar.value, e->data.scalar.length);
	if (text.len && memchr(text.ptr, '\0', text.len))
		return fail(r, span, "the text holds a NUL character", NULL);
	if (awaits_key(r)) {
		if (is_plain && sv_str_eq(text, SV_LIT("<<")))
			return fail(r, span, "YAML merge keys (<<) are not allowed", "Write the entries out");
		sv_doc_set_key(&r->build, text, span);
		return true;
	}
	bool is_null = is_plain && text.len == 0;
	sv_doc *doc = sv_doc_add(&r->build, is_null ? SV_DOC_NULL : SV_DOC_STRING, span);
	doc->text = text;
	doc->is_plain = is_plain;
	return true;
}

static bool enter(reader *r, sv_doc_kind kind)
{
	sv_span span = span_of_event(r);
	if (awaits_key(r))
		return fail(r, sv_span_of(span.start, span.start + 1),
		            "a key must be a single word or text",
		            "Put a text that starts with { or [ in quotes");
	return sv_doc_enter(&r->build, sv_doc_add(&r->build, kind, span));
}

/* In block style the end mark is that of the next token, lines further down. */
static bool leave(reader *r)
{
	const yaml_event_t *e = &r->yaml->event;
	size_t end = byte_of(r, e->end_mark);
	if (r->build.depth == 0)
		return fail(r, SV_NOWHERE, "more YAML lists and maps are closed than opened", NULL);
	const sv_doc_open *top = &r->build.open[r->build.depth - 1];
	if (e->start_mark.index == e->end_mark.index)
		end = top->last ? top->last->span.end : top->doc->span.start;
	return sv_doc_leave(&r->build, end);
}

static bool document(reader *r)
{
	const yaml_event_t *e = &r->yaml->event;
	size_t start = byte_of(r, e->start_mark);
	if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
		return fail(r, sv_span_of(start, start + 1), "YAML tags (%TAG) are not allowed", NULL);
	if (++r->documents > 1)
		return fail(r, span_of_event(r), "the YAML text holds more than one document",
		            "Leave out what follows the line ---");
	return true;
}

static bool take_event(reader *r)
{
	const yaml_event_t *e = &r->yaml->event;
	switch (e->type) {
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return true;
	case YAML_DOCUMENT_START_EVENT:
		return document(r);
	case YAML_ALIAS_EVENT:
		return fail(r, span_of_event(r), "YAML aliases (*name) are not allowed here",
		            "Write the value out, or put a text that starts with * in quotes");
	case YAML_SCALAR_EVENT:
		return scalar(r);
	case YAML_SEQUENCE_START_EVENT:
		return is_plain_node(r, e->data.sequence_start.anchor, e->data.sequence_start.tag) &&
		       enter(r, SV_DOC_LIST);
	case YAML_MAPPING_START_EVENT:
		return is_plain_node(r, e->data.mapping_start.anchor, e->data.mapping_start.tag) &&
		       enter(r, SV_DOC_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return leave(r);
	}
	sv_diags_add(r->diags, SV_E_INTERNAL, SV_NOWHERE, "unknown YAML event %d", (int)e->type);
	return false;
}

static bool read_events(reader *r)
{
	for (;;) {
		if (!yaml_parser_parse(&r->yaml->parser, &r->yaml->event))
			return report(r);
		if (!take_event(r))
			return false;
		if (!sv_doc_check_count(r->build.count, SV_DOC_MAX_BYTES, r->diags))
			return false;
		bool is_last = r->yaml->event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&r->yaml->event);
		if (is_last)
			return true;
	}
}

const sv_doc *sv_doc_parse_yaml(sv_arena *a, sv_str source, sv_diags *diags)
{
	if (!sv_doc_check_source(source, "YAML", SV_DOC_MAX_BYTES, diags))
		return NULL;
	reader r = {.build = {.arena = a, .diags = diags}, .diags = diags, .text = source};
	r.start = source.len - sv_utf8_skip_bom(source).len;
	r.byte = r.start;
	r.yaml = SV_NEW(a, yaml_handle);
	void **place = sv_arena_own(a, release);
	if (!yaml_parser_initialize(&r.yaml->parser))
		sv_arena_out_of_memory(a);
	*place = r.yaml;
	yaml_parser_set_encoding(&r.yaml->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.yaml->parser, (const unsigned char *)source.ptr + r.start,
	                             source.len - r.start);
	bool ok = read_events(&r);
	release(r.yaml);
	*place = NULL;
	if (ok && !r.build.root)
		fail(&r, SV_NOWHERE, "the YAML text is empty", NULL);
	return ok ? r.build.root : NULL;
}
