/*
 * Everything here walks over words, strings, comments and brackets
 * (base/scan.h); what they mean is DuckDB's business, which has parsed the text.
 */
#include "expr/calls_int.h"

#include "base/ident.h"
#include "base/scan.h"

/* The functions that the parser renames. */
static const struct {
	const char *written;
	const char *function;
} renamed[] = {
    {"count", "count_star"},
    {"percentile_cont", "quantile_cont"},
    {"percentile_disc", "quantile_disc"},
};

/* One token that is neither blank nor comment. */
typedef struct {
	sv_scan_kind kind;
	size_t start;
	size_t end;
} token;

static token next_token(sv_str text, size_t pos)
{
	sv_ident_skip_blanks(text, &pos);
	sv_scan s = sv_scan_at(text, pos);
	return (token){s.kind, pos, s.end};
}

static bool is_word(sv_str text, token t, const char *word)
{
	sv_str found = {text.ptr + t.start, t.end - t.start};
	return t.kind == SV_SCAN_WORD && sv_str_ieq(found, (sv_str){word, strlen(word)});
}

static bool is_punct(sv_str text, token t, char c)
{
	return t.kind == SV_SCAN_PUNCT && text.ptr[t.start] == c;
}

/* +1, -1 or 0: what a token does to the nesting. */
static int nesting(sv_str text, token t)
{
	if (is_punct(text, t, '(') || is_punct(text, t, '[') || is_punct(text, t, '{'))
		return 1;
	if (is_punct(text, t, ')') || is_punct(text, t, ']') || is_punct(text, t, '}'))
		return -1;
	return 0;
}

/* The bracket that closes the one at `open`, or SV_NONE. */
static size_t find_close(sv_str text, size_t open)
{
	int depth = 0;
	for (size_t pos = open;;) {
		token t = next_token(text, pos);
		if (t.kind == SV_SCAN_END)
			return SV_NONE;
		depth += nesting(text, t);
		if (depth == 0)
			return t.start;
		pos = t.end;
	}
}

/* WORD '(' ... ')', or WORD1 WORD2 '(' ... ')': moves *end behind it. */
static bool accept_clause(sv_str text, size_t *end, const char *first, const char *second,
                          size_t *open, size_t *close)
{
	token t = next_token(text, *end);
	if (!is_word(text, t, first))
		return false;
	if (second) {
		t = next_token(text, t.end);
		if (!is_word(text, t, second))
			return false;
	}
	t = next_token(text, t.end);
	if (!is_punct(text, t, '('))
		return false;
	*open = t.start;
	*close = find_close(text, t.start);
	if (*close == SV_NONE)
		return false;
	*end = *close + 1;
	return true;
}

/* IGNORE NULLS stands inside the brackets. */
static bool accept_export_state(sv_str text, size_t *end)
{
	token t = next_token(text, *end);
	if (!is_word(text, t, "EXPORT_STATE"))
		return false;
	*end = t.end;
	return true;
}

static void accept_clauses(sv_str text, sv_call_span *call)
{
	size_t open = 0;
	size_t close = 0;
	for (;;) {
		if (accept_clause(text, &call->end, "FILTER", NULL, &open, &close)) {
			call->has_filter = true;
		} else if (accept_clause(text, &call->end, "OVER", NULL, &open, &close)) {
			call->over = open + 1;
			call->over_end = close;
			return; /* nothing may follow it */
		} else if (!accept_clause(text, &call->end, "WITHIN", "GROUP", &open, &close) &&
		           !accept_export_state(text, &call->end)) {
			return;
		}
	}
}

static bool is_name_of(sv_str written, sv_str function)
{
	if (sv_str_ieq(written, function))
		return true;
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (sv_str_ieq(written, (sv_str){renamed[i].written, strlen(renamed[i].written)}) &&
		    sv_str_ieq(function, (sv_str){renamed[i].function, strlen(renamed[i].function)}))
			return true;
	return false;
}

bool sv_call_find(sv_arena *a, sv_str text, size_t start, sv_str function, sv_call_span *out)
{
	sv_ident name;
	size_t end = start;
	*out = (sv_call_span){.start = start, .over = SV_NONE, .over_end = SV_NONE};
	if (!sv_ident_read(a, text, &end, &name) || !is_name_of(name.parts[name.count - 1], function))
		return false;
	token t = next_token(text, end);
	if (!is_punct(text, t, '('))
		return false;
	out->name_end = end;
	out->open = t.start;
	out->close = find_close(text, t.start);
	if (out->close == SV_NONE)
		return false;
	out->end = out->close + 1;
	accept_clauses(text, out);
	return true;
}

bool sv_call_is_star(sv_str text, const sv_call_span *call)
{
	token t = next_token(text, call->open + 1);
	return is_punct(text, t, '*') && next_token(text, t.end).start == call->close;
}

bool sv_call_is_empty(sv_str text, const sv_call_span *call)
{
	return next_token(text, call->open + 1).start == call->close;
}

/* Tokens after which a word is a name and not the start of a clause. */
static bool wants_operand(sv_str text, token before)
{
	static const char *const words[] = {"BY",   "EXCLUDING", "AND",  "OR",       "NOT",    "IN",
	                                    "LIKE", "ILIKE",     "IS",   "BETWEEN",  "FROM",   "WHEN",
	                                    "THEN", "ELSE",      "CASE", "DISTINCT", "COLLATE"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(text, before, words[i]))
			return true;
	return before.kind == SV_SCAN_PUNCT && nesting(text, before) == 0;
}

/* ORDER BY and the frame end the list of PARTITION BY. */
static bool ends_partition(sv_str text, token before, token t)
{
	if (is_word(text, t, "ORDER"))
		return is_word(text, next_token(text, t.end), "BY");
	return (is_word(text, t, "ROWS") || is_word(text, t, "RANGE") || is_word(text, t, "GROUPS")) &&
	       !wants_operand(text, before);
}

/* EXCLUDING as a word of ours: a name follows, which is not one of a clause. */
static bool is_excluding(sv_str text, token t)
{
	if (!is_word(text, t, "EXCLUDING"))
		return false;
	token after = next_token(text, t.end);
	if (after.kind == SV_SCAN_QUOTED)
		return true;
	return after.kind == SV_SCAN_WORD && !is_word(text, after, "COLLATE") &&
	       (!ends_partition(text, (token){SV_SCAN_NUMBER, t.start, t.end}, after) ||
	        is_punct(text, next_token(text, after.end), ',') ||
	        is_punct(text, next_token(text, after.end), ')'));
}

sv_partition sv_call_partition(sv_str text, const sv_call_span *call)
{
	sv_partition p = {call->over, call->over, call->over, false};
	token t = next_token(text, call->over);
	token by = next_token(text, t.end);
	if (!is_word(text, t, "PARTITION") || !is_word(text, by, "BY"))
		return p;
	p.start = t.start;
	p.names = by.end;
	token before = by;
	t = next_token(text, by.end);
	if (is_excluding(text, t)) {
		p.is_excluding = true;
		p.names = t.end;
		before = t;
		t = next_token(text, t.end);
	}
	for (int depth = 0; t.start < call->over_end; t = next_token(text, t.end)) {
		if (depth == 0 && ends_partition(text, before, t))
			break;
		depth += nesting(text, t);
		before = t;
	}
	p.end = before.end;
	return p;
}

size_t sv_call_find_excluding(sv_str text, size_t *pos)
{
	token last[2] = {{SV_SCAN_END, 0, 0}, {SV_SCAN_END, 0, 0}};
	for (;;) {
		token t = next_token(text, *pos);
		if (t.kind == SV_SCAN_END)
			return SV_NONE;
		*pos = t.end;
		if (is_word(text, last[0], "PARTITION") && is_word(text, last[1], "BY") &&
		    is_excluding(text, t))
			return t.start;
		last[0] = last[1];
		last[1] = t;
	}
}
