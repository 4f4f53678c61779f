#include "expr/tokens_int.h"

#include "base/ident.h"

sv_token sv_token_next(sv_str text, size_t pos)
{
	sv_ident_skip_blanks(text, &pos);
	sv_scan s = sv_scan_at(text, pos);
	return (sv_token){s.kind, pos, s.end};
}

bool sv_token_is_word(sv_str text, sv_token t, const char *word)
{
	sv_str found = {text.ptr + t.start, t.end - t.start};
	return t.kind == SV_SCAN_WORD && sv_str_ieq(found, (sv_str){word, strlen(word)});
}

bool sv_token_is_punct(sv_str text, sv_token t, char c)
{
	return t.kind == SV_SCAN_PUNCT && text.ptr[t.start] == c;
}

int sv_token_nesting(sv_str text, sv_token t)
{
	if (sv_token_is_punct(text, t, '(') || sv_token_is_punct(text, t, '[') ||
	    sv_token_is_punct(text, t, '{'))
		return 1;
	if (sv_token_is_punct(text, t, ')') || sv_token_is_punct(text, t, ']') ||
	    sv_token_is_punct(text, t, '}'))
		return -1;
	return 0;
}
