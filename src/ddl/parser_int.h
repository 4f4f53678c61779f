/*
 * parser_int.h - what the rules of the clauses (parser_body.c) and of the
 * statements (parser.c) share.
 *
 * Recursive descent over the token array.  Each function is named after the rule
 * in the comment above it and leaves `p->tok` on the first token it did not use.
 * at_ looks, accept_ takes if it is there, expect_ takes or reports.  A function
 * that fails has reported why and returns false; only lists of items go on.
 */
#ifndef SV_DDL_PARSER_INT_H
#define SV_DDL_PARSER_INT_H

#include "ddl/ast.h"
#include "ddl/lexer.h"

typedef struct {
	sv_arena *arena;
	sv_diags *diags;
	sv_str source;
	const sv_token *tok;
} sv_parser;

/* A text that a statement or definition may be: its size, UTF-8, tokens.  False
 * after adding a problem.  what: "statement". */
bool sv_parser_open(sv_parser *p, sv_arena *a, sv_str source, const char *what, sv_diags *diags);

bool sv_at_word(const sv_parser *p, const char *word);
bool sv_at_words(const sv_parser *p, const char *word, const char *next);
bool sv_at_punct(const sv_parser *p, char c);
bool sv_at_name(const sv_parser *p);
bool sv_at_end(const sv_parser *p); /* of the statement: ';' or nothing */
bool sv_accept_word(sv_parser *p, const char *word);
bool sv_accept_words(sv_parser *p, const char *word, const char *next);
bool sv_accept_punct(sv_parser *p, char c);
bool sv_expect_word(sv_parser *p, const char *word);
bool sv_expect_punct(sv_parser *p, char c);

/* "expected WHAT, found 'x'", with the nearest of the words (NULL-terminated; or
 * NULL) as a suggestion. */
bool sv_fail_expected(sv_parser *p, const char *what, const char *const *words);

sv_diag *sv_diag_expected(sv_parser *p, const char *what);

/* The same with a hint of its own. */
bool sv_fail_hint(sv_parser *p, const char *what, const char *hint);

/* The words that a token may have been meant to be: "Did you mean "X"?" or NULL. */
const char *sv_suggest_word(sv_arena *a, sv_str found, const char *const *words);

/* name ::= IDENT | QUOTED_IDENT */
bool sv_parse_name(sv_parser *p, sv_word *out);

/* text ::= STRING */
bool sv_parse_text(sv_parser *p, sv_word *out);

/* comment ::= 'COMMENT' '=' text */
bool sv_parse_comment(sv_parser *p, sv_word *out);

/* dotted ::= name ( '.' name )? */
bool sv_parse_dotted(sv_parser *p, sv_dotted *out);

/* body ::= clauses in their order, and COMMENT = 'text', up to the end */
bool sv_parse_body(sv_parser *p, sv_body *out);

#endif
