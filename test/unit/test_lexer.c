#include "sv_test.h"

#include "ddl/lexer.h"

static void lexes_each_kind(void **state)
{
	static const struct {
		const char *source;
		sv_tok_kind kind;
		const char *decoded; /* NULL: as written */
	} cases[] = {
	    {"TABLES", SV_TOK_IDENT, NULL},
	    {"_a1$", SV_TOK_IDENT, NULL},
	    {"\xC3\xA9t\xC3\xA9", SV_TOK_IDENT, NULL},
	    {"\"my \"\"v\"", SV_TOK_QUOTED_IDENT, "my \"v"},
	    {"'it''s'", SV_TOK_STRING, "it's"},
	    {"''", SV_TOK_STRING, ""},
	    {"'a\\n'", SV_TOK_STRING, "a\\n"},
	    {"E'a\\n\\t\\b\\f\\r\\q\\'''\\\\'", SV_TOK_STRING, "a\n\t\b\f\rq''\\"},
	    {"e'\\x41\\x4a1\\101\\60x\\u00e9\\U0001F986\\x'", SV_TOK_STRING,
	     "AJ1A0x\xC3\xA9\xF0\x9F\xA6\x86x"},
	    {"E'\\u0041\\U0000007e'", SV_TOK_STRING, "A~"},
	    {"$$it's$$", SV_TOK_STRING, "it's"},
	    {"$a1$ $$ $b$ $a1$", SV_TOK_STRING, " $$ $b$ "},
	    {"1.5", SV_TOK_NUMBER, NULL},
	    {"(", SV_TOK_PUNCT, NULL},
	    {"[", SV_TOK_PUNCT, NULL},
	    {"|", SV_TOK_PUNCT, NULL},
	    {"$", SV_TOK_PUNCT, NULL},
	    {"-- a comment", SV_TOK_EOF, NULL},
	    {"/* a /* nested */ comment */", SV_TOK_EOF, NULL},
	    {"\xEF\xBB\xBF", SV_TOK_EOF, NULL},
	    {"", SV_TOK_EOF, NULL},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_diags d;
		sv_str src = {cases[i].source, strlen(cases[i].source)};
		sv_diags_init(&d, &a, "semantic view 'v'", src);
		sv_tokens t = sv_ddl_lex(&a, src, &d);
		assert_int_equal(d.count, 0);
		assert_int_equal(t.items[0].kind, cases[i].kind);
		assert_int_equal(t.items[t.count - 1].kind, SV_TOK_EOF);
		if (cases[i].kind == SV_TOK_EOF)
			continue;
		sv_str text;
		const char *decoded = cases[i].decoded ? cases[i].decoded : cases[i].source;
		assert_true(sv_str_eq(t.items[0].text, src));
		assert_true(sv_ddl_decode(&a, &t.items[0], &text, &d));
		assert_string_equal(sv_str_dup(&a, text), decoded);
	}
	sv_arena_free(&a);
}

static void finds_every_token(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_buf joined = SV_BUF_INIT(&a);
	sv_str src = SV_LIT("o.\"x\"/*c*/AS-1.5--d\n||'it''s' E'\\'' $$;$$ $1 <>e");
	sv_diags_init(&d, &a, NULL, src);
	sv_tokens t = sv_ddl_lex(&a, src, &d);
	for (size_t i = 0; i + 1 < t.count; i++) {
		sv_buf_puts(&joined, i ? " " : "");
		sv_buf_put(&joined, t.items[i].text);
	}
	assert_string_equal(sv_buf_cstr(&joined),
	                    "o . \"x\" AS - 1.5 | | 'it''s' E'\\'' $$;$$ $ 1 < > e");
	sv_arena_free(&a);
}

static void shows_where_a_string_was_left_open(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_str src = SV_LIT("SELECT\n\xC3\xA9t\xC3\xA9, 'oops");
	sv_diags_init(&d, &a, "semantic view 'v'", src);
	sv_ddl_lex(&a, src, &d);
	sv_buf out = SV_BUF_INIT(&a);
	sv_diags_render(&d, &out);
	assert_int_equal(d.first->code, SV_E_UNTERMINATED);
	assert_string_equal(sv_buf_cstr(&out), "semantic view 'v': unterminated string\n"
	                                       "\n"
	                                       "LINE 2: \xC3\xA9t\xC3\xA9, 'oops\n"
	                                       "             ^");
	sv_arena_free(&a);
}

static void caps_the_number_of_problems(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_str src = SV_LIT("\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1");
	sv_diags_init(&d, &a, "semantic view 'v'", src);
	sv_ddl_lex(&a, src, &d);
	assert_int_equal(d.count, 30);
	sv_buf out = SV_BUF_INIT(&a);
	sv_diags_render(&d, &out);
	assert_non_null(strstr(sv_buf_cstr(&out), "\n\n... and 10 more"));
	sv_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lexes_each_kind),
	    cmocka_unit_test(finds_every_token),
	    cmocka_unit_test(shows_where_a_string_was_left_open),
	    cmocka_unit_test(caps_the_number_of_problems),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
