/*
 * lexer.h - splits a statement into tokens that point into the source.
 *
 * It knows just enough SQL to find where an expression ends (base/scan.h); what
 * stands inside is DuckDB's business.
 */
#ifndef SV_DDL_LEXER_H
#define SV_DDL_LEXER_H

#include "base/diag.h"

typedef enum {
	SV_TOK_EOF,
	SV_TOK_IDENT,
	SV_TOK_QUOTED_IDENT,
	SV_TOK_STRING, /* 'a', E'a', $$a$$ */
	SV_TOK_NUMBER,
	SV_TOK_PUNCT, /* one ASCII character; "||" is two of them */
} sv_tok_kind;

typedef struct {
	sv_tok_kind kind;
	sv_span span;
	sv_str text; /* exact source bytes, quotes included */
} sv_token;

typedef struct {
	sv_token *items;
	size_t count;
} sv_tokens;

/* Always ends the list with SV_TOK_EOF; reports bad bytes and goes on. */
sv_tokens sv_ddl_lex(sv_arena *a, sv_str source, sv_diags *diags);

/* What a name or string token stands for: quotes, doubled quotes and escapes
 * are gone.  False: an escape that makes no character. */
bool sv_ddl_decode(sv_arena *a, const sv_token *token, sv_str *out, sv_diags *diags);

#endif
