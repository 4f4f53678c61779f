/*
 * json-c says whether a text is JSON and what an escaped string means.  Its
 * objects carry no positions, keep the last of two equal keys in silence, and it
 * takes NaN and single quotes for JSON even when strict.  So a walk of our own
 * over the text builds the tree and explains what is wrong.  The walk trusts
 * nothing and does not recurse: DuckDB's trees are deep.
 */
#include <json-c/json.h>

#include "base/scan.h"
#include "base/utf8.h"
#include "doc/doc_int.h"

typedef struct {
	sv_doc_builder build;
	sv_str text;
	size_t pos;
	json_tokener *decoder; /* of strings with escapes */
} walker;

static void release_tokener(void *handle)
{
	json_tokener_free(handle);
}

static json_tokener *open_tokener(sv_arena *a, int depth, void ***place)
{
	*place = sv_arena_own(a, release_tokener);
	json_tokener *tokener = json_tokener_new_ex(depth);
	if (!tokener)
		sv_arena_out_of_memory(a);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	**place = tokener;
	return tokener;
}

static void close_tokener(void **place)
{
	release_tokener(*place);
	*place = NULL;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_spaces(sv_str text, size_t pos)
{
	while (pos < text.len && is_space(text.ptr[pos]))
		pos++;
	return pos;
}

/* The token at pos, to be shown: a word, a number, a string, or one character. */
static sv_span token_at(sv_str text, size_t pos)
{
	enum { SHOWN_MAX = 40 };
	size_t end = sv_scan_at(text, pos).end;
	if (pos < end && (end > pos + SHOWN_MAX || memchr(text.ptr + pos, '\n', end - pos)))
		end = pos + sv_utf8_width(text.ptr[pos]);
	return sv_span_of(pos, end);
}

/* expected: "a value". */
static bool fail_expected(sv_diags *diags, sv_str text, size_t pos, const char *expected)
{
	if (!diags)
		return false;
	pos = skip_spaces(text, pos);
	sv_span span = token_at(text, pos);
	if (pos >= text.len)
		sv_diags_add(diags, SV_E_SYNTAX, span, "the JSON text ends where %s is expected", expected);
	else
		sv_diags_add(diags, SV_E_SYNTAX, span, "expected %s, found %s%.*s%s", expected,
		             text.ptr[pos] == '\'' ? "" : "'", (int)(span.end - span.start), text.ptr + pos,
		             text.ptr[pos] == '\'' ? "" : "'");
	return false;
}

/* "a\"b" with its quotes; the text is at most as long as what stands for it. */
static bool decode(walker *w, sv_str raw, sv_str *out)
{
	char *copy = sv_arena_alloc(w->build.arena, raw.len);
	json_tokener_reset(w->decoder);
	json_object *object = json_tokener_parse_ex(w->decoder, raw.ptr, (int)raw.len);
	bool ok = json_object_is_type(object, json_type_string);
	if (ok) {
		size_t len = (size_t)json_object_get_string_len(object);
		memcpy(copy, json_object_get_string(object), len < raw.len ? len : raw.len);
		*out = (sv_str){copy, len};
	}
	json_object_put(object);
	if (!object && json_tokener_get_error(w->decoder) == json_tokener_success)
		sv_arena_out_of_memory(w->build.arena);
	return ok;
}

static bool fail_string(walker *w, size_t start, size_t end, const char *message, const char *hint)
{
	if (w->build.diags)
		sv_diags_add(w->build.diags, SV_E_SYNTAX, sv_span_of(start, end), "%s", message)->hint =
		    hint;
	return false;
}

/* string ::= '"' ( any but '"' and '\' | '\' any )* '"' */
static bool string(walker *w, sv_str *out, sv_span *span)
{
	size_t start = w->pos;
	size_t i = start + 1;
	bool has_escapes = false;
	for (; i < w->text.len && w->text.ptr[i] != '"'; i++) {
		unsigned char c = (unsigned char)w->text.ptr[i];
		if (c < ' ')
			return fail_string(w, i, i + 1, "a JSON string cannot hold a line break or tab",
			                   "Write \\n or \\t");
		has_escapes = has_escapes || c == '\\';
		i += c == '\\';
	}
	if (i >= w->text.len)
		return fail_string(w, start, start + 1, "unterminated string", NULL);
	w->pos = i + 1;
	*span = sv_span_of(start, w->pos);
	*out = (sv_str){w->text.ptr + start + 1, i - start - 1};
	if (has_escapes && !decode(w, (sv_str){w->text.ptr + start, w->pos - start}, out))
		return fail_string(w, start, w->pos, "the string holds an escape that JSON does not have",
		                   "Escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u0041");
	if (has_escapes && memchr(out->ptr, '\0', out->len))
		return fail_string(w, start, w->pos, "the string holds a NUL character", NULL);
	return true;
}

static bool is_digit_at(const walker *w, size_t i)
{
	return i < w->text.len && w->text.ptr[i] >= '0' && w->text.ptr[i] <= '9';
}

static bool is_one_of(const walker *w, size_t i, const char *chars)
{
	return i < w->text.len && strchr(chars, w->text.ptr[i]) && w->text.ptr[i];
}

/* number ::= '-'? ( '0' | [1-9] digit* ) ( '.' digit+ )? ( [eE] [+-]? digit+ )?
 * Returns its end, or its start when there is none. */
static size_t number(const walker *w)
{
	size_t i = w->pos + is_one_of(w, w->pos, "-");
	if (!is_digit_at(w, i))
		return w->pos;
	if (w->text.ptr[i++] != '0')
		while (is_digit_at(w, i))
			i++;
	if (is_one_of(w, i, ".")) {
		if (!is_digit_at(w, ++i))
			return w->pos;
		while (is_digit_at(w, i))
			i++;
	}
	if (is_one_of(w, i, "eE")) {
		i++;
		i += is_one_of(w, i, "+-");
		if (!is_digit_at(w, i))
			return w->pos;
		while (is_digit_at(w, i))
			i++;
	}
	return i < w->text.len && sv_scan_is_word_part(w->text.ptr[i]) ? w->pos : i;
}

static bool is_word(const walker *w, sv_str word)
{
	size_t end = w->pos + word.len;
	return end <= w->text.len && memcmp(w->text.ptr + w->pos, word.ptr, word.len) == 0 &&
	       !(end < w->text.len && sv_scan_is_word_part(w->text.ptr[end]));
}

static void add_scalar(walker *w, sv_doc_kind kind, size_t end)
{
	sv_doc *doc = sv_doc_add(&w->build, kind, sv_span_of(w->pos, end));
	doc->text = (sv_str){w->text.ptr + w->pos, end - w->pos};
	w->pos = end;
}

/* scalar ::= string | number | 'true' | 'false' | 'null' */
static bool scalar(walker *w)
{
	if (is_one_of(w, w->pos, "\"")) {
		sv_str text;
		sv_span span;
		if (!string(w, &text, &span))
			return false;
		sv_doc_add(&w->build, SV_DOC_STRING, span)->text = text;
	} else if (number(w) > w->pos) {
		add_scalar(w, SV_DOC_NUMBER, number(w));
	} else if (is_word(w, SV_LIT("true"))) {
		add_scalar(w, SV_DOC_BOOL, w->pos + 4);
	} else if (is_word(w, SV_LIT("false"))) {
		add_scalar(w, SV_DOC_BOOL, w->pos + 5);
	} else if (is_word(w, SV_LIT("null"))) {
		add_scalar(w, SV_DOC_NULL, w->pos + 4);
	} else {
		return fail_expected(w->build.diags, w->text, w->pos, "a value");
	}
	return true;
}

/* key ::= string ':' */
static bool key(walker *w)
{
	sv_str text;
	sv_span span;
	w->pos = skip_spaces(w->text, w->pos);
	if (!is_one_of(w, w->pos, "\""))
		return fail_expected(w->build.diags, w->text, w->pos, "a key in double quotes");
	if (!string(w, &text, &span))
		return false;
	sv_doc_set_key(&w->build, text, span);
	w->pos = skip_spaces(w->text, w->pos);
	if (!is_one_of(w, w->pos, ":"))
		return fail_expected(w->build.diags, w->text, w->pos, "':'");
	w->pos++;
	return true;
}

/* Behind a value, or a bracket that opened: on to the place of the next value.
 * Closes what ends here; *done when that was the root. */
static bool advance(walker *w, bool is_first, bool *done)
{
	const sv_doc *top;
	while ((top = sv_doc_top(&w->build))) {
		bool is_map = top->kind == SV_DOC_MAP;
		w->pos = skip_spaces(w->text, w->pos);
		if (is_one_of(w, w->pos, is_map ? "}" : "]")) {
			w->pos++;
			if (!sv_doc_leave(&w->build, w->pos))
				return false;
			is_first = false;
			continue;
		}
		if (!is_first && !is_one_of(w, w->pos, ","))
			return fail_expected(w->build.diags, w->text, w->pos,
			                     is_map ? "',' or '}'" : "',' or ']'");
		w->pos += !is_first;
		return !is_map || key(w);
	}
	*done = true;
	return true;
}

/* value ::= scalar | '[' values ']' | '{' entries '}', to the end of the text */
static bool walk(walker *w)
{
	for (bool done = false; !done;) {
		w->pos = skip_spaces(w->text, w->pos);
		bool is_list = is_one_of(w, w->pos, "[");
		bool is_opening = is_list || is_one_of(w, w->pos, "{");
		if (is_opening) {
			sv_doc *doc = sv_doc_add(&w->build, is_list ? SV_DOC_LIST : SV_DOC_MAP,
			                         sv_span_of(w->pos, w->pos + 1));
			w->pos++;
			if (!sv_doc_enter(&w->build, doc))
				return false;
		} else if (!scalar(w)) {
			return false;
		}
		if (!advance(w, is_opening, &done))
			return false;
	}
	w->pos = skip_spaces(w->text, w->pos);
	return w->pos == w->text.len ||
	       fail_expected(w->build.diags, w->text, w->pos, "nothing behind the document");
}

/* Does json-c take text[start..] for JSON?  *at: where it stopped. */
static bool is_valid(sv_arena *a, sv_str text, size_t start, size_t *at)
{
	void **place;
	json_tokener *tokener = open_tokener(a, SV_DOC_MAX_DEPTH + 1, &place);
	json_object *object = json_tokener_parse_ex(tokener, text.ptr + start, (int)(text.len - start));
	enum json_tokener_error error = json_tokener_get_error(tokener);
	*at = start + json_tokener_get_parse_end(tokener);
	json_object_put(object);
	close_tokener(place);
	/* A number or word may go on, so json-c waits for more; the walk decides. */
	char c = text.ptr[start];
	bool is_waiting = error == json_tokener_continue && c != '{' && c != '[' && c != '"';
	return error == json_tokener_success || is_waiting;
}

static const sv_doc *walk_from(sv_arena *a, sv_str source, size_t start, sv_diags *diags)
{
	void **place;
	walker w = {.build = {.arena = a, .diags = diags}, .text = source, .pos = start};
	w.decoder = open_tokener(a, 1, &place);
	bool ok = walk(&w);
	close_tokener(place);
	return ok ? w.build.root : NULL;
}

const sv_doc *sv_doc_parse_json(sv_arena *a, sv_str source, sv_diags *diags)
{
	return sv_doc_parse_json_up_to(a, source, SV_DOC_MAX_BYTES, diags);
}

const sv_doc *sv_doc_parse_json_up_to(sv_arena *a, sv_str source, size_t max_bytes, sv_diags *diags)
{
	if (!sv_doc_check_source(source, "JSON", max_bytes, diags))
		return NULL;
	size_t start = source.len >= 3 && memcmp(source.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	start = skip_spaces(source, start);
	if (start == source.len) {
		fail_expected(diags, source, start, "a value");
		return NULL;
	}
	/* json-c would make an object of each before anybody could say stop. */
	if (!sv_doc_check_count(sv_doc_count_values(source), max_bytes, diags))
		return NULL;
	size_t stopped = 0;
	bool ok = is_valid(a, source, start, &stopped);
	const sv_doc *root = walk_from(a, source, start, diags);
	if (!ok && root)
		fail_expected(diags, source, stopped, "JSON");
	return ok ? root : NULL;
}

const sv_doc *sv_doc_parse_trusted_json(sv_arena *a, sv_str source)
{
	return walk_from(a, source, 0, NULL);
}
