/* YAML as a tree with positions; more of what is wrong is in test/golden/definitions. */
#include "sv_test.h"

#include "sv_documents.h"

#define S(s) ((sv_str){(s), strlen(s)})

static void keeps_texts_and_places(void **state)
{
	static const struct {
		const char *source;
		const char *shown;
	} cases[] = {
	    {"{}", "{}@0-2"},
	    {"a: b\n", "{a@0-1: '\"b\"@3-4}@0-4"},
	    {"a:\nb: ''\nc: ~\n", "{a@0-1: null@2-2, b@3-4: \"\"@6-8, c@9-10: '\"~\"@12-13}@0-13"},
	    {"a:\n  - 1\n  - true\n\n\nb: [x, 'y z', \"\\x41\"] # c\n",
	     "{a@0-1: ['\"1\"@7-8, '\"true\"@13-17]@5-17, b@20-21: ['\"x\"@24-25, \"y z\"@27-32, "
	     "\"A\"@34-40]@23-41}@0-41"},
	    {"a: |\n  x\n   y\nb: >-\n  u\n  v\n",
	     "{a@0-1: \"x\\n y\\n\"@3-14, b@14-15: \"u v\"@17-28}@0-28"},
	    {"\xEF\xBB\xBF\xC3\xA9: \xE8\xA1\xA8 \xF0\x9F\xA6\x86\nb: \xC3\xA9\n",
	     "{\xC3\xA9@3-5: '\"\xE8\xA1\xA8 \xF0\x9F\xA6\x86\"@7-15, b@16-17: "
	     "'\"\xC3\xA9\"@19-21}@3-21"},
	    {"---\r\na: 'it''s'\r\nb:\r\n- c\r\n...\r\n",
	     "{a@5-6: \"it's\"@8-15, b@17-18: ['\"c\"@23-24]@21-24}@5-24"},
	    {"- 'a: b'\n- sum(x) FILTER (WHERE y)\n- count(*)\n",
	     "[\"a: b\"@2-8, '\"sum(x) FILTER (WHERE y)\"@11-34, '\"count(*)\"@37-45]@0-45"},
	    {"'plain key': {a: 1, b: [],}\n",
	     "{plain key@0-11: {a@14-15: '\"1\"@17-18, b@20-21: []@23-25}@13-27}@0-27"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = sv_show_document(&a, sv_doc_parse_yaml, S(cases[i].source));
		assert_non_null(shown);
		assert_string_equal(shown, cases[i].shown);
	}
	sv_arena_free(&a);
}

static void refuses_what_makes_small_files_big_or_unclear(void **state)
{
	static const struct {
		const char *source;
		const char *shown;
	} cases[] = {
	    {"a: &x 1\n", "YAML anchors (&name) are not allowed"},
	    {"a: &x [1]\n", "YAML anchors (&name) are not allowed"},
	    {"&x a: 1\n", "YAML anchors (&name) are not allowed"},
	    {"a: *x\n", "YAML aliases (*name) are not allowed"},
	    {"*x : 1\n", "YAML aliases (*name) are not allowed"},
	    {"a: !x 1\n", "YAML tags (!name) are not allowed"},
	    {"a: ! 1\n", "YAML tags (!name) are not allowed"},
	    {"a: !!int 1\n", "YAML tags (!name) are not allowed"},
	    {"!!map {a: 1}\n", "YAML tags (!name) are not allowed"},
	    {"%TAG ! tag:x,2000:\n---\na: 1\n", "YAML tags (%TAG) are not allowed"},
	    {"<<: {a: 1}\n", "YAML merge keys (<<) are not allowed"},
	    {"a: 1\n---\nb: 1\n", "more than one document"},
	    {"a: 1\n...\n---\n", "more than one document"},
	    {"? [a]\n: b\n", "a key must be a single word or text"},
	    {"? {a: b}\n: b\n", "a key must be a single word or text"},
	    {"a: 1\nA: 2\na: 3\n", "LINE 3: a: 3\n        ^"},
	    {"a: [{b: 1, b: 2}]\n", "key 'b' is given twice"},
	    {"", "the YAML text is empty"},
	    {"# a comment\n", "the YAML text is empty"},
	    {"a: \"\\0\"\n", "the text holds a NUL character"},
	    {"a:\n\t- b\n", "YAML is indented with spaces, not with tabs"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = sv_show_problems(&a, sv_doc_parse_yaml, S(cases[i].source));
		if (!strstr(shown, cases[i].shown))
			fail_msg("%s: %s", cases[i].source, shown);
	}
	sv_arena_free(&a);
}

static void stops_hostile_documents_at_once(void **state)
{
	(void)state;
	sv_arena a = {0};
	struct {
		sv_str source;
		const char *shown;
	} cases[] = {
	    {sv_repeat(&a, "[", 10000), "lists and maps are nested deeper than 64"},
	    {sv_repeat(&a, "[", 4000000), "lists and maps are nested deeper than 64"},
	    {sv_repeat(&a, "- ", 2000000), "lists and maps are nested deeper than 64"},
	    {sv_repeat(&a, "{", 4000000), "a key must be a single word"},
	    {sv_repeat(&a, "? ", 2000000), "a key must be a single word"},
	    {sv_repeat(&a, "{a: ", 1000000), "lists and maps are nested deeper than 64"},
	    {sv_repeat(&a, "a: ", 1300000), "mapping values are not allowed"},
	    {sv_repeat(&a, "&a ", 1300000), "anchors"},
	    {sv_repeat(&a, "x", 100 << 20), "has 104857600 bytes, at most 4194304 are allowed"},
	    {sv_repeat(&a, "- a\n", 1000000), "more than 131072 values"},
	    {sv_repeat(&a, "\xFF", 4000000), "is not UTF-8: byte 0xFF at offset 0, in line 1"},
	    {{"a: \0", 4}, "holds a NUL byte"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = sv_show_problems(&a, sv_doc_parse_yaml, cases[i].source);
		if (!strstr(shown, cases[i].shown))
			fail_msg("%.20s: %s", cases[i].source.ptr, shown);
	}
	assert_true(a.total < (size_t)300 << 20);
	sv_arena_free(&a);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	sv_fail_each_allocation(sv_doc_parse_yaml,
	                        S("a: [1, {b: \"\\x41\", b: 2}]\nc:\n  - |\n    x\n"));
	sv_fail_each_allocation(sv_doc_parse_yaml, S("a: [1, {b: *x}]\n"));
	sv_fail_each_allocation(sv_doc_parse_yaml, S("a: [1, {b: @"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_texts_and_places),
	    cmocka_unit_test(refuses_what_makes_small_files_big_or_unclear),
	    cmocka_unit_test(stops_hostile_documents_at_once),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
