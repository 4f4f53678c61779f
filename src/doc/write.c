#include "doc/write.h"

#include "base/scan.h"
#include "base/utf8.h"

/* ---------------------------------------------------------- YAML's scalars */

static uint32_t code_point(sv_str s, size_t i, size_t *width)
{
	const unsigned char *p = (const unsigned char *)s.ptr + i;
	*width = sv_utf8_width(s.ptr[i]);
	switch (*width) {
	case 1:
		return p[0];
	case 2:
		return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	case 3:
		return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	default:
		return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
	}
}

/* What YAML 1.1 takes as it is, and not for the end of a line. */
static bool is_printable(uint32_t c)
{
	if (c < 0xA0)
		return c >= ' ' && c <= '~';
	return c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF;
}

/* Nothing but printable characters, and line breaks where they are allowed. */
static bool is_all_printable(sv_str s, bool may_break)
{
	size_t width;
	for (size_t i = 0; i < s.len; i += width) {
		uint32_t c = code_point(s, i, &width);
		if (!is_printable(c) && !(may_break && c == '\n'))
			return false;
	}
	return true;
}

/* Readers other than ours would take it for a number, a boolean or null. */
static bool looks_typed(sv_str s)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off"};
	bool is_number = true;
	for (size_t i = 0; i < s.len; i++)
		is_number = is_number && strchr("0123456789+-.:_eExXoabcdfABCDF", s.ptr[i]);
	if (is_number && strchr("0123456789+-.", s.ptr[0]))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sv_str_ieq(s, (sv_str){words[i], strlen(words[i])}))
			return true;
	return false;
}

static bool is_plain(sv_str s, bool is_inline)
{
	if (!is_all_printable(s, false) || looks_typed(s))
		return false;
	if (strchr("-?:,[]{}#&*!|>'\"%@`~<= ", s.ptr[0]) || s.ptr[s.len - 1] == ' ' ||
	    s.ptr[s.len - 1] == ':')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (is_inline && s.ptr[i] != '.' && !sv_scan_is_word_part(s.ptr[i]))
			return false;
		if (i &&
		    ((s.ptr[i] == ' ' && s.ptr[i - 1] == ':') || (s.ptr[i] == '#' && s.ptr[i - 1] == ' ')))
			return false;
	}
	return true;
}

/* Can stand as a block of lines: `|-` drops nothing and adds nothing. */
static bool is_block(sv_str s)
{
	return memchr(s.ptr, '\n', s.len) && !strchr(" \n", s.ptr[0]) &&
	       !strchr(" \n", s.ptr[s.len - 1]) && is_all_printable(s, true);
}

static void indent(sv_doc_writer *w, size_t levels)
{
	for (size_t i = 0; i < levels; i++)
		sv_buf_puts(w->out, "  ");
}

static void put_block(sv_doc_writer *w, sv_str s)
{
	size_t start = 0;
	sv_buf_puts(w->out, "|-");
	while (start <= s.len) {
		const char *eol = start < s.len ? memchr(s.ptr + start, '\n', s.len - start) : NULL;
		size_t end = eol ? (size_t)(eol - s.ptr) : s.len;
		sv_buf_putc(w->out, '\n');
		if (end > start)
			indent(w, w->depth);
		sv_buf_put(w->out, (sv_str){s.ptr + start, end - start});
		start = end + 1;
	}
}

static void put_double_quoted(sv_buf *out, sv_str s)
{
	size_t width;
	sv_buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i += width) {
		uint32_t c = code_point(s, i, &width);
		if (c == '"' || c == '\\')
			sv_buf_putf(out, "\\%c", (char)c);
		else if (c == '\n')
			sv_buf_puts(out, "\\n");
		else if (c == '\t')
			sv_buf_puts(out, "\\t");
		else if (c == '\r')
			sv_buf_puts(out, "\\r");
		else if (is_printable(c))
			sv_buf_put(out, (sv_str){s.ptr + i, width});
		else
			sv_buf_putf(out, "\\u%04X", (unsigned)c);
	}
	sv_buf_putc(out, '"');
}

static void put_yaml_text(sv_doc_writer *w, sv_str s, bool is_inline)
{
	if (s.len && is_plain(s, is_inline))
		sv_buf_put(w->out, s);
	else if (s.len && !is_inline && is_block(s))
		put_block(w, s);
	else if (is_all_printable(s, false))
		sv_buf_put_literal(w->out, s); /* YAML doubles single quotes as SQL does */
	else
		put_double_quoted(w->out, s);
}

/* ------------------------------------------------------------------- layout */

static bool is_top(const sv_doc_writer *w)
{
	return w->depth == 0;
}

/* Readable JSON: the root's entries and the items of its lists have lines of
 * their own. */
static bool has_lines(const sv_doc_writer *w)
{
	return w->style == SV_DOC_PRETTY && w->depth <= 2 && !w->levels[w->depth - 1].is_inline;
}

static void json_separator(sv_doc_writer *w)
{
	bool is_first = w->levels[w->depth - 1].count == 0;
	if (!is_first)
		sv_buf_puts(w->out, w->style == SV_DOC_COMPACT || has_lines(w) ? "," : ", ");
	if (has_lines(w)) {
		sv_buf_putc(w->out, '\n');
		indent(w, w->depth);
	}
}

/* The first entry of a map that is an item stands behind the item's dash. */
static void yaml_separator(sv_doc_writer *w)
{
	size_t level = w->depth - 1;
	bool is_first = w->levels[level].count == 0;
	if (w->levels[level].is_inline) {
		sv_buf_puts(w->out, is_first ? "" : ", ");
		return;
	}
	if (!(is_first && level > 0 && w->levels[level - 1].is_list)) {
		if (w->out->len && w->out->ptr[w->out->len - 1] != '\n')
			sv_buf_putc(w->out, '\n');
		indent(w, level);
	}
	if (w->levels[level].is_list)
		sv_buf_puts(w->out, "- ");
}

/* What stands in front of a value: separator, indentation, key. */
static void start_value(sv_doc_writer *w, const char *key, bool is_scalar)
{
	if (is_top(w))
		return;
	if (w->style == SV_DOC_YAML)
		yaml_separator(w);
	else
		json_separator(w);
	w->levels[w->depth - 1].count++;
	if (!key)
		return;
	if (w->style == SV_DOC_YAML)
		sv_buf_putf(w->out, "%s:%s", key, is_scalar ? " " : "");
	else
		sv_buf_putf(w->out, w->style == SV_DOC_COMPACT ? "\"%s\":" : "\"%s\": ", key);
}

static void open_level(sv_doc_writer *w, const char *key, bool is_list, bool is_inline)
{
	bool has_bracket = w->style != SV_DOC_YAML || is_inline;
	start_value(w, key, has_bracket);
	if (has_bracket)
		sv_buf_putc(w->out, is_list ? '[' : '{');
	w->levels[w->depth].is_list = is_list;
	w->levels[w->depth].is_inline = is_inline;
	w->levels[w->depth].count = 0;
	w->depth++;
}

void sv_doc_write_map(sv_doc_writer *w, const char *key)
{
	open_level(w, key, false, false);
}

void sv_doc_write_list(sv_doc_writer *w, const char *key)
{
	open_level(w, key, true, false);
}

void sv_doc_write_inline_list(sv_doc_writer *w, const char *key)
{
	open_level(w, key, true, true);
}

void sv_doc_write_end(sv_doc_writer *w)
{
	bool is_list = w->levels[w->depth - 1].is_list;
	bool is_empty = w->levels[w->depth - 1].count == 0;
	bool is_inline = w->levels[w->depth - 1].is_inline;
	bool breaks = has_lines(w) && !is_empty;
	w->depth--;
	if (w->style == SV_DOC_YAML && !is_inline) {
		if (is_empty)
			sv_buf_puts(w->out, is_list ? " []" : " {}");
		if (is_top(w))
			sv_buf_putc(w->out, '\n');
		return;
	}
	if (breaks) {
		sv_buf_putc(w->out, '\n');
		indent(w, w->depth);
	}
	sv_buf_putc(w->out, is_list ? ']' : '}');
}

void sv_doc_write_text(sv_doc_writer *w, const char *key, sv_str text)
{
	bool is_inline = w->depth && w->levels[w->depth - 1].is_inline;
	start_value(w, key, true);
	if (w->style == SV_DOC_YAML)
		put_yaml_text(w, text, is_inline);
	else
		sv_doc_put_json_string(w->out, text);
}

void sv_doc_write_word(sv_doc_writer *w, const char *key, const char *word)
{
	start_value(w, key, true);
	sv_buf_puts(w->out, word);
}
