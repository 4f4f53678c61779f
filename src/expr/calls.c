/*
 * Everything here walks over words, strings, comments and brackets
 * (base/scan.h); what they mean is DuckDB's business, which has parsed the text.
 */
#include "expr/calls_int.h"

#include "base/ident.h"
#include "expr/tokens_int.h"

/* The functions that the parser renames. */
static const struct {
	const char *written;
	const char *function;
} renamed[] = {
    {"count", "count_star"},
    {"percentile_cont", "quantile_cont"},
    {"percentile_disc", "quantile_disc"},
};

/* The bracket that closes the one at `open`, or SV_NONE. */
static size_t find_close(sv_str text, size_t open)
{
	int depth = 0;
	for (size_t pos = open;;) {
		sv_token t = sv_token_next(text, pos);
		if (t.kind == SV_SCAN_END)
			return SV_NONE;
		depth += sv_token_nesting(text, t);
		if (depth == 0)
			return t.start;
		pos = t.end;
	}
}

/* WORD '(' ... ')', or WORD1 WORD2 '(' ... ')': moves *end behind it. */
static bool accept_clause(sv_str text, size_t *end, const char *first, const char *second,
                          size_t *open, size_t *close)
{
	sv_token t = sv_token_next(text, *end);
	if (!sv_token_is_word(text, t, first))
		return false;
	if (second) {
		t = sv_token_next(text, t.end);
		if (!sv_token_is_word(text, t, second))
			return false;
	}
	t = sv_token_next(text, t.end);
	if (!sv_token_is_punct(text, t, '('))
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
	sv_token t = sv_token_next(text, *end);
	if (!sv_token_is_word(text, t, "EXPORT_STATE"))
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
	sv_token t = sv_token_next(text, end);
	if (!sv_token_is_punct(text, t, '('))
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
	sv_token t = sv_token_next(text, call->open + 1);
	return sv_token_is_punct(text, t, '*') && sv_token_next(text, t.end).start == call->close;
}

bool sv_call_is_empty(sv_str text, const sv_call_span *call)
{
	return sv_token_next(text, call->open + 1).start == call->close;
}

/* Tokens after which a word is a name and not the start of a clause. */
static bool wants_operand(sv_str text, sv_token before)
{
	static const char *const words[] = {"BY",   "EXCLUDING", "AND",  "OR",       "NOT",    "IN",
	                                    "LIKE", "ILIKE",     "IS",   "BETWEEN",  "FROM",   "WHEN",
	                                    "THEN", "ELSE",      "CASE", "DISTINCT", "COLLATE"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sv_token_is_word(text, before, words[i]))
			return true;
	return before.kind == SV_SCAN_PUNCT && sv_token_nesting(text, before) == 0;
}

/* ORDER BY and the frame end the list of PARTITION BY. */
static bool ends_partition(sv_str text, sv_token before, sv_token t)
{
	if (sv_token_is_word(text, t, "ORDER"))
		return sv_token_is_word(text, sv_token_next(text, t.end), "BY");
	return (sv_token_is_word(text, t, "ROWS") || sv_token_is_word(text, t, "RANGE") ||
	        sv_token_is_word(text, t, "GROUPS")) &&
	       !wants_operand(text, before);
}

/* EXCLUDING as a word of ours: a name follows, which is not one of a clause. */
static bool is_excluding(sv_str text, sv_token t)
{
	if (!sv_token_is_word(text, t, "EXCLUDING"))
		return false;
	sv_token after = sv_token_next(text, t.end);
	if (after.kind == SV_SCAN_QUOTED)
		return true;
	return after.kind == SV_SCAN_WORD && !sv_token_is_word(text, after, "COLLATE") &&
	       (!ends_partition(text, (sv_token){SV_SCAN_NUMBER, t.start, t.end}, after) ||
	        sv_token_is_punct(text, sv_token_next(text, after.end), ',') ||
	        sv_token_is_punct(text, sv_token_next(text, after.end), ')'));
}

sv_partition sv_call_partition(sv_str text, const sv_call_span *call)
{
	sv_partition p = {call->over, call->over, call->over, false};
	sv_token t = sv_token_next(text, call->over);
	sv_token by = sv_token_next(text, t.end);
	if (!sv_token_is_word(text, t, "PARTITION") || !sv_token_is_word(text, by, "BY"))
		return p;
	p.start = t.start;
	p.names = by.end;
	sv_token before = by;
	t = sv_token_next(text, by.end);
	if (is_excluding(text, t)) {
		p.is_excluding = true;
		p.names = t.end;
		before = t;
		t = sv_token_next(text, t.end);
	}
	for (int depth = 0; t.start < call->over_end; t = sv_token_next(text, t.end)) {
		if (depth == 0 && ends_partition(text, before, t))
			break;
		depth += sv_token_nesting(text, t);
		before = t;
	}
	p.end = before.end;
	return p;
}

size_t sv_call_find_excluding(sv_str text, size_t *pos)
{
	sv_token last[2] = {{SV_SCAN_END, 0, 0}, {SV_SCAN_END, 0, 0}};
	for (;;) {
		sv_token t = sv_token_next(text, *pos);
		if (t.kind == SV_SCAN_END)
			return SV_NONE;
		*pos = t.end;
		if (sv_token_is_word(text, last[0], "PARTITION") && sv_token_is_word(text, last[1], "BY") &&
		    is_excluding(text, t))
			return t.start;
		last[0] = last[1];
		last[1] = t;
	}
}
