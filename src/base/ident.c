#include "base/ident.h"

#include "base/scan.h"

void sv_ident_skip_blanks(sv_str text, size_t *pos)
{
	for (;;) {
		sv_scan s = sv_scan_at(text, *pos);
		if (s.is_open || (s.kind != SV_SCAN_BLANK && s.kind != SV_SCAN_COMMENT))
			return;
		*pos = s.end;
	}
}

/* "my ""x"""  ->  my "x" */
static sv_str unquote(sv_arena *a, sv_str quoted)
{
	sv_str inner = {quoted.ptr + 1, quoted.len - 2};
	if (!memchr(inner.ptr, '"', inner.len))
		return inner;
	char *out = sv_arena_alloc(a, inner.len);
	size_t len = 0;
	for (size_t i = 0; i < inner.len; i++) {
		out[len++] = inner.ptr[i];
		i += inner.ptr[i] == '"'; /* the second of the two */
	}
	return (sv_str){out, len};
}

/* part ::= word | '"' text '"', the text not empty */
static bool part(sv_arena *a, sv_str text, size_t *pos, sv_str *out)
{
	sv_scan s = sv_scan_at(text, *pos);
	sv_str written = {text.ptr + *pos, s.end - *pos};
	if (s.kind == SV_SCAN_WORD)
		*out = written;
	else if (s.kind == SV_SCAN_QUOTED && !s.is_open && written.len > 2)
		*out = unquote(a, written);
	else
		return false;
	*pos = s.end;
	return true;
}

bool sv_ident_read(sv_arena *a, sv_str text, size_t *pos, sv_ident *out)
{
	size_t at = *pos;
	*out = (sv_ident){0};
	if (!part(a, text, &at, &out->parts[out->count++]))
		return false;
	for (;;) {
		size_t next = at;
		sv_str found;
		sv_ident_skip_blanks(text, &next);
		if (next >= text.len || text.ptr[next] != '.')
			break;
		next++;
		sv_ident_skip_blanks(text, &next);
		if (!part(a, text, &next, &found))
			break;
		if (out->count == SV_IDENT_MAX_PARTS)
			return false;
		out->parts[out->count++] = found;
		at = next;
	}
	*pos = at;
	return true;
}

bool sv_ident_parse(sv_arena *a, sv_str text, sv_ident *out)
{
	size_t pos = 0;
	sv_ident_skip_blanks(text, &pos);
	if (!sv_ident_read(a, text, &pos, out))
		return false;
	sv_ident_skip_blanks(text, &pos);
	return pos == text.len;
}
