/* tokens_int.h - the words, quotes and brackets of an expression's text. */
#ifndef SV_EXPR_TOKENS_INT_H
#define SV_EXPR_TOKENS_INT_H

#include "base/scan.h"

/* One token that is neither blank nor comment. */
typedef struct {
	sv_scan_kind kind;
	size_t start;
	size_t end;
} sv_token;

/* The first one from `pos` on; its kind is SV_SCAN_END behind the last. */
sv_token sv_token_next(sv_str text, size_t pos);

/* A word without quotes, in any case. */
bool sv_token_is_word(sv_str text, sv_token t, const char *word);

bool sv_token_is_punct(sv_str text, sv_token t, char c);

/* +1, -1 or 0: what a bracket does to the nesting. */
int sv_token_nesting(sv_str text, sv_token t);

#endif
