/*
 * scan.h - the lexical shape of DuckDB's SQL: where a word, a string or a
 * comment ends.  It knows nothing of grammar.
 */
#ifndef SV_BASE_SCAN_H
#define SV_BASE_SCAN_H

#include "base/str.h"

typedef enum {
	SV_SCAN_END,     /* of the text */
	SV_SCAN_BLANK,   /* a run of spaces, tabs and line breaks */
	SV_SCAN_COMMENT, /* -- to the end of the line (which is left out), or nested block comment */
	SV_SCAN_WORD,    /* region, _x1, été, a$b */
	SV_SCAN_QUOTED,  /* "Order ""Date""" */
	SV_SCAN_STRING,  /* 'it''s', E'it\'s', $$it's$$, $tag$it's$tag$ */
	SV_SCAN_NUMBER,  /* 12, 1.5e-3, .5, 0x1F, 1_000 */
	SV_SCAN_PUNCT,   /* one ASCII character; "||" is two of them */
	SV_SCAN_BAD,     /* a control character */
} sv_scan_kind;

typedef struct {
	sv_scan_kind kind;
	size_t end;   /* one past the last byte; the start when kind is END */
	bool is_open; /* a quote or comment that the text ends in */
} sv_scan;

/* What starts at text[pos].  Never reads outside the text, whatever pos is. */
sv_scan sv_scan_at(sv_str text, size_t pos);

bool sv_scan_is_blank(char c);
bool sv_scan_is_word_start(char c);
bool sv_scan_is_word_part(char c);

#endif
