#include "base/scan.h"

static char at(sv_str text, size_t pos)
{
	return pos < text.len ? text.ptr[pos] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool sv_scan_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool sv_scan_is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

bool sv_scan_is_word_part(char c)
{
	return sv_scan_is_word_start(c) || is_digit(c) || c == '$';
}

static sv_scan blanks(sv_str text, size_t pos)
{
	while (pos < text.len && sv_scan_is_blank(text.ptr[pos]))
		pos++;
	return (sv_scan){SV_SCAN_BLANK, pos, false};
}

static sv_scan line_comment(sv_str text, size_t pos)
{
	while (pos < text.len && text.ptr[pos] != '\n' && text.ptr[pos] != '\r')
		pos++;
	return (sv_scan){SV_SCAN_COMMENT, pos, false};
}

static sv_scan block_comment(sv_str text, size_t pos)
{
	size_t depth = 0;
	while (pos < text.len) {
		if (at(text, pos) == '/' && at(text, pos + 1) == '*') {
			depth++;
			pos += 2;
		} else if (at(text, pos) == '*' && at(text, pos + 1) == '/') {
			pos += 2;
			if (--depth == 0)
				return (sv_scan){SV_SCAN_COMMENT, pos, false};
		} else {
			pos++;
		}
	}
	return (sv_scan){SV_SCAN_COMMENT, text.len, true};
}

/* From the opening quote; a doubled quote is part of the text, and so is what
 * follows a backslash where has_escapes. */
static sv_scan quoted(sv_str text, size_t pos, sv_scan_kind kind, bool has_escapes)
{
	char quote = text.ptr[pos++];
	while (pos < text.len) {
		char c = text.ptr[pos++];
		bool is_escape = has_escapes && c == '\\' && pos < text.len;
		if (is_escape || (c == quote && at(text, pos) == quote))
			pos++;
		else if (c == quote)
			return (sv_scan){kind, pos, false};
	}
	return (sv_scan){kind, text.len, true};
}

/* The end of the opening $tag$ at pos, or pos when there is none. */
static size_t dollar_tag(sv_str text, size_t pos)
{
	size_t end = pos + 1;
	if (sv_scan_is_word_start(at(text, end)))
		while (sv_scan_is_word_part(at(text, end)) && at(text, end) != '$')
			end++;
	return at(text, end) == '$' ? end + 1 : pos;
}

static sv_scan dollar_quoted(sv_str text, size_t pos, size_t body)
{
	size_t tag = body - pos;
	for (size_t i = body; i + tag <= text.len; i++) {
		const char *dollar = memchr(text.ptr + i, '$', text.len - tag + 1 - i);
		if (!dollar)
			break;
		i = (size_t)(dollar - text.ptr);
		if (memcmp(dollar, text.ptr + pos, tag) == 0)
			return (sv_scan){SV_SCAN_STRING, i + tag, false};
	}
	return (sv_scan){SV_SCAN_STRING, text.len, true};
}

static sv_scan word(sv_str text, size_t pos)
{
	size_t end = pos;
	while (end < text.len && sv_scan_is_word_part(text.ptr[end]))
		end++;
	if (end == pos + 1 && (text.ptr[pos] == 'e' || text.ptr[pos] == 'E') && at(text, end) == '\'')
		return quoted(text, end, SV_SCAN_STRING, true);
	return (sv_scan){SV_SCAN_WORD, end, false};
}

static size_t digits(sv_str text, size_t pos)
{
	while (is_digit(at(text, pos)) || (at(text, pos) == '_' && is_digit(at(text, pos + 1))))
		pos++;
	return pos;
}

static sv_scan number(sv_str text, size_t pos)
{
	char x = at(text, pos + 1);
	if (text.ptr[pos] == '0' && (x == 'x' || x == 'X') && is_hex_digit(at(text, pos + 2))) {
		pos += 2;
		while (is_hex_digit(at(text, pos)) || at(text, pos) == '_')
			pos++;
		return (sv_scan){SV_SCAN_NUMBER, pos, false};
	}
	pos = digits(text, pos);
	if (at(text, pos) == '.')
		pos = digits(text, pos + 1);
	if (at(text, pos) == 'e' || at(text, pos) == 'E') {
		size_t exponent = pos + 1;
		if (at(text, exponent) == '+' || at(text, exponent) == '-')
			exponent++;
		if (is_digit(at(text, exponent)))
			pos = digits(text, exponent);
	}
	return (sv_scan){SV_SCAN_NUMBER, pos, false};
}

sv_scan sv_scan_at(sv_str text, size_t pos)
{
	if (pos >= text.len)
		return (sv_scan){SV_SCAN_END, pos, false};
	char c = text.ptr[pos];
	char next = at(text, pos + 1);
	if (sv_scan_is_blank(c))
		return blanks(text, pos);
	if (c == '-' && next == '-')
		return line_comment(text, pos);
	if (c == '/' && next == '*')
		return block_comment(text, pos);
	if (c == '\'')
		return quoted(text, pos, SV_SCAN_STRING, false);
	if (c == '"')
		return quoted(text, pos, SV_SCAN_QUOTED, false);
	if (sv_scan_is_word_start(c))
		return word(text, pos);
	if (is_digit(c) || (c == '.' && is_digit(next)))
		return number(text, pos);
	if (c == '$') {
		size_t body = dollar_tag(text, pos);
		if (body > pos)
			return dollar_quoted(text, pos, body);
	}
	return (sv_scan){c > ' ' && c <= '~' ? SV_SCAN_PUNCT : SV_SCAN_BAD, pos + 1, false};
}
