#include "model/text.h"

#include "base/ident.h"
#include "base/scan.h"
#include "base/utf8.h"

static sv_str trim(sv_str s)
{
	while (s.len && sv_scan_is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && sv_scan_is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* The end of the first comment at or behind *start, which moves to its start. */
static size_t find_comment(sv_str text, size_t *start)
{
	for (size_t pos = *start;;) {
		sv_scan s = sv_scan_at(text, pos);
		if (s.kind == SV_SCAN_END)
			return 0;
		if (s.kind == SV_SCAN_COMMENT && !s.is_open) {
			*start = pos;
			return s.end;
		}
		pos = s.end;
	}
}

static bool ends_in(const sv_buf *b, const char *chars)
{
	return b->len && strchr(chars, b->ptr[b->len - 1]);
}

/* Leaves one blank where the comment was the only thing between two tokens, none
 * before a closing bracket, and no empty line where it was the only thing in its
 * line. */
static size_t drop_comment(sv_buf *out, sv_str text, size_t end)
{
	char next = end < text.len ? text.ptr[end] : '\0';
	if (next && strchr("),]}", next)) {
		while (ends_in(out, " \t"))
			out->len--;
		return end;
	}
	if (!sv_scan_is_blank(next)) {
		if (out->len && !ends_in(out, " \t\n\r\f\v"))
			sv_buf_putc(out, ' ');
		return end;
	}
	while (ends_in(out, " \t"))
		out->len--;
	if (!ends_in(out, "\n") && out->len)
		return end;
	if (next == '\r' && end + 1 < text.len && text.ptr[end + 1] == '\n')
		end++;
	return end + (text.ptr[end] == '\n');
}

sv_str sv_expr_clean(sv_arena *a, sv_str text)
{
	size_t start = 0;
	text = trim(text);
	size_t end = find_comment(text, &start);
	if (end == 0)
		return text;
	sv_buf out = SV_BUF_INIT(a);
	for (size_t done = 0;;) {
		sv_buf_put(&out, (sv_str){text.ptr + done, start - done});
		done = drop_comment(&out, text, end);
		start = done;
		end = find_comment(text, &start);
		if (end == 0) {
			sv_buf_put(&out, (sv_str){text.ptr + done, text.len - done});
			return trim((sv_str){out.ptr, out.len});
		}
	}
}

static sv_span trim_place(sv_str written, sv_span place)
{
	sv_str text = trim(written);
	if (place.end - place.start != written.len)
		return place;
	uint32_t start = place.start + (uint32_t)(text.ptr - written.ptr);
	return (sv_span){start, start + (uint32_t)text.len};
}

/* How deep brackets are nested; strings and quoted names do not count. */
static size_t depth_of(sv_str text)
{
	size_t depth = 0;
	size_t deepest = 0;
	for (size_t pos = 0; pos < text.len;) {
		sv_scan s = sv_scan_at(text, pos);
		char c = s.kind == SV_SCAN_PUNCT ? text.ptr[pos] : '\0';
		if (c == '(' || c == '[' || c == '{')
			depth++;
		else if (depth && (c == ')' || c == ']' || c == '}'))
			depth--;
		deepest = depth > deepest ? depth : deepest;
		pos = s.end;
	}
	return deepest;
}

static bool check_depth(sv_str text, sv_span place, sv_diags *diags)
{
	size_t depth = depth_of(text);
	if (depth <= SV_MAX_NESTING)
		return true;
	sv_diags_add(diags, SV_E_SYNTAX, place, "brackets are nested %zu deep, at most %d are allowed",
	             depth, SV_MAX_NESTING);
	return false;
}

bool sv_expr_take(sv_arena *a, sv_str written, sv_span place, sv_expr *out, sv_diags *diags)
{
	out->text = sv_expr_clean(a, written);
	out->place = trim_place(written, place);
	if (out->text.len == 0) {
		sv_diags_add(diags, SV_E_SYNTAX, place, "the expression is empty");
		return false;
	}
	return check_depth(out->text, out->place, diags);
}

bool sv_source_take(sv_arena *a, sv_str written, sv_span place, sv_table *out, sv_diags *diags)
{
	sv_ident name;
	out->source = sv_expr_clean(a, written);
	out->source_place = trim_place(written, place);
	out->is_query = out->source.len && out->source.ptr[0] == '(';
	if (out->is_query)
		return check_depth(out->source, out->source_place, diags);
	if (sv_ident_parse(a, out->source, &name) && name.count <= 3)
		return true;
	sv_diags_add(diags, SV_E_SYNTAX, out->source_place,
	             "a source is a table's name or a query in brackets, not '%.*s'",
	             SV_FMT(sv_utf8_cut(out->source, SV_SHOWN_NAME)))
	    ->hint = "Write orders, main.orders, \"my orders\" or (SELECT ...)";
	return false;
}

static bool is_plain_word(sv_str name)
{
	return name.len && sv_scan_at(name, 0).kind == SV_SCAN_WORD &&
	       sv_scan_at(name, 0).end == name.len;
}

sv_str sv_source_of_name(sv_arena *a, sv_str name)
{
	if (is_plain_word(name))
		return name;
	sv_buf quoted = SV_BUF_INIT(a);
	sv_buf_put_ident(&quoted, name);
	return (sv_str){quoted.ptr, quoted.len};
}

sv_named sv_named_take(sv_arena *a, sv_str written, sv_span place)
{
	sv_ident ident;
	sv_named out = {.name = written, .place = place, .index = SV_NONE};
	if (!sv_ident_parse(a, written, &ident) || ident.count > 2)
		return out;
	out.name = ident.parts[ident.count - 1];
	if (ident.count == 2)
		out.qualifier = ident.parts[0];
	return out;
}

bool sv_model_check_member_count(size_t count, sv_diags *diags)
{
	if (count <= SV_MAX_MEMBERS)
		return true;
	sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE,
	             "the definition has %zu facts, dimensions and metrics, at most %d are allowed",
	             count, SV_MAX_MEMBERS);
	return false;
}
