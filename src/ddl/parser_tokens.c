#include "base/near.h"
#include "base/utf8.h"
#include "ddl/parser_int.h"
#include "doc/doc.h"

bool sv_parser_open(sv_parser *p, sv_arena *a, sv_str source, const char *what, sv_diags *diags)
{
	int before = diags->count;
	if (!sv_doc_check_source(source, what, SV_DOC_MAX_BYTES, diags))
		return false;
	sv_tokens tokens = sv_ddl_lex(a, source, diags);
	*p = (sv_parser){.arena = a, .diags = diags, .source = source, .tok = tokens.items};
	return diags->count == before;
}

static bool is_word(const sv_token *t, const char *word)
{
	return t->kind == SV_TOK_IDENT && sv_str_ieq(t->text, (sv_str){word, strlen(word)});
}

bool sv_at_word(const sv_parser *p, const char *word)
{
	return is_word(p->tok, word);
}

bool sv_at_words(const sv_parser *p, const char *word, const char *next)
{
	return is_word(p->tok, word) && is_word(p->tok + 1, next);
}

bool sv_at_punct(const sv_parser *p, char c)
{
	return p->tok->kind == SV_TOK_PUNCT && p->tok->text.ptr[0] == c;
}

bool sv_at_name(const sv_parser *p)
{
	return p->tok->kind == SV_TOK_IDENT || p->tok->kind == SV_TOK_QUOTED_IDENT;
}

bool sv_at_end(const sv_parser *p)
{
	return p->tok->kind == SV_TOK_EOF || sv_at_punct(p, ';');
}

bool sv_accept_word(sv_parser *p, const char *word)
{
	bool yes = sv_at_word(p, word);
	p->tok += yes;
	return yes;
}

bool sv_accept_words(sv_parser *p, const char *word, const char *next)
{
	bool yes = sv_at_words(p, word, next);
	p->tok += yes ? 2 : 0;
	return yes;
}

bool sv_accept_punct(sv_parser *p, char c)
{
	bool yes = sv_at_punct(p, c);
	p->tok += yes;
	return yes;
}

const char *sv_suggest_word(sv_arena *a, sv_str found, const char *const *words)
{
	enum { WORDS_MAX = 16 };
	sv_str candidates[WORDS_MAX];
	size_t count = 0;
	while (count < WORDS_MAX && words[count]) {
		candidates[count] = (sv_str){words[count], strlen(words[count])};
		count++;
	}
	size_t near = sv_near_find(found, candidates, count);
	if (near == (size_t)-1 || sv_str_ieq(found, candidates[near]))
		return NULL;
	sv_buf b = SV_BUF_INIT(a);
	sv_buf_putf(&b, "Did you mean \"%s\"?", words[near]);
	return sv_buf_cstr(&b);
}

sv_diag *sv_diag_expected(sv_parser *p, const char *what)
{
	sv_str text = sv_utf8_cut(p->tok->text, SV_SHOWN_NAME);
	if (p->tok->kind == SV_TOK_EOF)
		return sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "expected %s at the end", what);
	const char *quote = text.ptr[0] == '\'' ? "" : "'";
	return sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "expected %s, found %s%.*s%s", what,
	                    quote, SV_FMT(text), quote);
}

bool sv_fail_expected(sv_parser *p, const char *what, const char *const *words)
{
	sv_diag *diag = sv_diag_expected(p, what);
	if (words && p->tok->kind == SV_TOK_IDENT)
		diag->hint = sv_suggest_word(p->arena, p->tok->text, words);
	return false;
}

bool sv_fail_hint(sv_parser *p, const char *what, const char *hint)
{
	sv_diag_expected(p, what)->hint = hint;
	return false;
}

bool sv_expect_word(sv_parser *p, const char *word)
{
	const char *const words[] = {word, NULL};
	return sv_accept_word(p, word) || sv_fail_expected(p, word, words);
}

bool sv_expect_punct(sv_parser *p, char c)
{
	char what[] = {'\'', c, '\'', '\0'};
	return sv_accept_punct(p, c) || sv_fail_expected(p, what, NULL);
}

bool sv_parse_name(sv_parser *p, sv_word *out)
{
	if (!sv_at_name(p))
		return sv_fail_expected(p, "a name", NULL);
	out->span = p->tok->span;
	if (!sv_ddl_decode(p->arena, p->tok, &out->text, p->diags))
		return false;
	if (out->text.len == 0) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "a name cannot be empty");
		return false;
	}
	p->tok++;
	return true;
}

bool sv_parse_text(sv_parser *p, sv_word *out)
{
	if (p->tok->kind != SV_TOK_STRING) {
		sv_fail_expected(p, "a text in single quotes", NULL);
		return false;
	}
	out->span = p->tok->span;
	if (!sv_ddl_decode(p->arena, p->tok, &out->text, p->diags))
		return false;
	p->tok++;
	return true;
}

bool sv_parse_comment(sv_parser *p, sv_word *out)
{
	if (out->text.ptr) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "COMMENT is given twice");
		return false;
	}
	return sv_expect_word(p, "COMMENT") && sv_expect_punct(p, '=') && sv_parse_text(p, out);
}

bool sv_parse_dotted(sv_parser *p, sv_dotted *out)
{
	if (!sv_parse_name(p, &out->name))
		return false;
	if (!sv_accept_punct(p, '.'))
		return true;
	out->qualifier = out->name;
	return sv_parse_name(p, &out->name);
}
