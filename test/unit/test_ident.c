#include "sv_test.h"

#include "base/buf.h"
#include "base/ident.h"
#include "base/scan.h"
#include "base/utf8.h"

#define S(s) ((sv_str){(s), strlen(s)})

static void reads_dotted_names(void **state)
{
	static const struct {
		const char *text;
		const char *parts; /* joined by '|'; NULL: no name */
		const char *rest;
	} cases[] = {
	    {"region", "region", ""},
	    {"o.amount + 1", "o|amount", " + 1"},
	    {"o . \"my \"\"x\"\"\" + 1", "o|my \"x\"", " + 1"},
	    {"a/*.*/./* /*b*/ */b--c\n.c d", "a|b|c", " d"},
	    {"\"a.b\".\"c\"", "a.b|c", ""},
	    {"\xC3\xA9t\xC3\xA9$1 x", "\xC3\xA9t\xC3\xA9$1", " x"},
	    {"o.*", "o", ".*"},
	    {"o.", "o", "."},
	    {"o.1", "o", ".1"},
	    {"a.b.c.d.e.f.g.h", "a|b|c|d|e|f|g|h", ""},
	    {"a.b.c.d.e.f.g.h.i", NULL, "a.b.c.d.e.f.g.h.i"},
	    {"\"open", NULL, "\"open"},
	    {"\"\"", NULL, "\"\""},
	    {" o", NULL, " o"},
	    {"1o", NULL, "1o"},
	    {"'o'", NULL, "'o'"},
	    {"", NULL, ""},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_ident got;
		size_t pos = 0;
		sv_str text = S(cases[i].text);
		assert_int_equal(sv_ident_read(&a, text, &pos, &got), cases[i].parts != NULL);
		assert_string_equal(text.ptr + pos, cases[i].rest);
		if (!cases[i].parts)
			continue;
		sv_buf joined = SV_BUF_INIT(&a);
		for (size_t k = 0; k < got.count; k++) {
			sv_buf_puts(&joined, k ? "|" : "");
			sv_buf_put(&joined, got.parts[k]);
		}
		assert_string_equal(sv_buf_cstr(&joined), cases[i].parts);
	}
	sv_arena_free(&a);
}

static void takes_the_whole_text_or_nothing(void **state)
{
	static const struct {
		const char *text;
		bool is_name;
	} cases[] = {
	    {"o.x", true}, {" o.x ", true}, {"-- c\no /* d */", true}, {"o.x y", false}, {"o.*", false},
	    {"", false},   {"  ", false},   {"o /* open", false},      {"\"a", false},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_ident got;
		assert_int_equal(sv_ident_parse(&a, S(cases[i].text), &got), cases[i].is_name);
	}
	sv_arena_free(&a);
}

static void knows_where_tokens_end(void **state)
{
	static const struct {
		const char *text; /* the first token up to the '~' */
		sv_scan_kind kind;
		bool is_open;
	} cases[] = {
	    {"  \t\r\n\f\v~x", SV_SCAN_BLANK, false},
	    {"-- a~\nb", SV_SCAN_COMMENT, false},
	    {"-- a~\rb", SV_SCAN_COMMENT, false},
	    {"/* a /* b */ c */~ d", SV_SCAN_COMMENT, false},
	    {"/* a /* b */ c~", SV_SCAN_COMMENT, true},
	    {"_a$1~ b", SV_SCAN_WORD, false},
	    {"E~ 'x'", SV_SCAN_WORD, false},
	    {"ee~'x'", SV_SCAN_WORD, false},
	    {"e'it\\'s''x'~ y", SV_SCAN_STRING, false},
	    {"e'x\\~", SV_SCAN_STRING, true},
	    {"'it''s'~x", SV_SCAN_STRING, false},
	    {"'a\\'~x'", SV_SCAN_STRING, false},
	    {"'abc~", SV_SCAN_STRING, true},
	    {"$$it's $ $a$ here$$~ $$", SV_SCAN_STRING, false},
	    {"$a1$ $$ $a$ $a1$~", SV_SCAN_STRING, false},
	    {"$a$ $a ~", SV_SCAN_STRING, true},
	    {"$~1", SV_SCAN_PUNCT, false},
	    {"$~a", SV_SCAN_PUNCT, false},
	    {"\"a\"\"b\"~c", SV_SCAN_QUOTED, false},
	    {"\"a~", SV_SCAN_QUOTED, true},
	    {"1.5e-3~ x", SV_SCAN_NUMBER, false},
	    {"1~e", SV_SCAN_NUMBER, false},
	    {".5~.", SV_SCAN_NUMBER, false},
	    {"0x1_F~g", SV_SCAN_NUMBER, false},
	    {"1_000~_", SV_SCAN_NUMBER, false},
	    {".~a", SV_SCAN_PUNCT, false},
	    {"-~1", SV_SCAN_PUNCT, false},
	    {"\1~", SV_SCAN_BAD, false},
	    {"~", SV_SCAN_END, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];
		size_t end = (size_t)(strchr(cases[i].text, '~') - cases[i].text);
		memcpy(text, cases[i].text, end);
		strcpy(text + end, cases[i].text + end + 1); /* NOLINT: a test's own constant */
		sv_scan s = sv_scan_at(S(text), 0);
		if (s.end != end || s.kind != cases[i].kind)
			print_error("case: %s\n", cases[i].text);
		assert_int_equal(s.kind, cases[i].kind);
		assert_int_equal(s.end, end);
		assert_int_equal(s.is_open, cases[i].is_open);
	}
}

static void finds_bytes_that_are_not_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t bad;
	} cases[] = {
	    {"abc", 3},
	    {"", 0},
	    {"\xC3\xA9", 2},
	    {"\xE2\x82\xAC", 3},
	    {"\xF0\x9F\x98\x80", 4},
	    {"\xF4\x8F\xBF\xBF", 4},
	    {"a\x80", 1},            /* a continuation alone */
	    {"a\xC3", 1},            /* cut short */
	    {"a\xE2\x82", 1},        /* cut short */
	    {"\xC0\xAF", 0},         /* overlong '/' */
	    {"\xE0\x80\xAF", 0},     /* overlong */
	    {"\xF0\x80\x80\xAF", 0}, /* overlong */
	    {"x\xED\xA0\x80", 1},    /* a surrogate */
	    {"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
	    {"\xFF", 0},
	    {"\xE2\x28\xA1", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(sv_utf8_find_bad(S(cases[i].text)), cases[i].bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_dotted_names),
	    cmocka_unit_test(takes_the_whole_text_or_nothing),
	    cmocka_unit_test(knows_where_tokens_end),
	    cmocka_unit_test(finds_bytes_that_are_not_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
