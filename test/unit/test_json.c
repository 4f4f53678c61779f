/* JSON as a tree with positions; more of what is wrong is in test/golden/definitions. */
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
	    {"[ ]", "[]@0-3"},
	    {" [1, -2.5e+3 ,true,false,null]\n",
	     "[1@2-3, -2.5e+3@5-12, true@14-18, false@19-24, null@25-29]@1-30"},
	    {"{\"a\": \"b\", \"\": {}}", "{a@1-4: \"b\"@6-9, @11-13: {}@15-17}@0-18"},
	    {"\"a\\n\\\"\\\\\\/\\u00e9\\ud83e\\udd86\"",
	     "\"a\\n\\\"\\\\/\xC3\xA9\xF0\x9F\xA6\x86\"@0-29"},
	    {"{\"\\u0061\": 0}", "{a@1-9: 0@11-12}@0-13"},
	    {"\xEF\xBB\xBF{\"\xC3\xA9\": \"\xE8\xA1\xA8\"}",
	     "{\xC3\xA9@4-8: \"\xE8\xA1\xA8\"@10-15}@3-16"},
	    {"12", "12@0-2"},
	    {"\"\"", "\"\"@0-2"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = sv_show_document(&a, sv_doc_parse_json, S(cases[i].source));
		assert_non_null(shown);
		assert_string_equal(shown, cases[i].shown);
	}
	sv_arena_free(&a);
}

static void takes_nothing_that_is_no_json(void **state)
{
	static const char *const sources[] = {"",
	                                      " ",
	                                      "nul",
	                                      "nulll",
	                                      "NULL",
	                                      "True",
	                                      "+1",
	                                      "01",
	                                      "1.",
	                                      ".5",
	                                      "1e",
	                                      "-",
	                                      "0x10",
	                                      "NaN",
	                                      "Infinity",
	                                      "-Infinity",
	                                      "'a'",
	                                      "\"a",
	                                      "\"\\\"",
	                                      "\"\\x41\"",
	                                      "\"\\u12\"",
	                                      "\"a\nb\"",
	                                      "\"\t\"",
	                                      "[",
	                                      "[1",
	                                      "[1,",
	                                      "[1,]",
	                                      "[,1]",
	                                      "[1 2]",
	                                      "]",
	                                      "{",
	                                      "{\"a\"",
	                                      "{\"a\":",
	                                      "{\"a\":1",
	                                      "{\"a\":1,}",
	                                      "{a:1}",
	                                      "{1:1}",
	                                      "{\"a\" 1}",
	                                      "{,}",
	                                      "[1]]",
	                                      "{}{}",
	                                      "1 2",
	                                      "// x\n1",
	                                      "/* x */1",
	                                      "[1/**/]",
	                                      "{\"a\":1}x",
	                                      "\"\\u0000\"",
	                                      "[}",
	                                      "{]",
	                                      "\xEF\xBB\xBF",
	                                      "\"\\",
	                                      "{\"a\":1 \"b\":2}",
	                                      "\"a\\",
	                                      "tru",
	                                      "[tru]",
	                                      "1e5x"};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (sv_show_document(&a, sv_doc_parse_json, S(sources[i])))
			fail_msg("accepted: %s", sources[i]);
		if (sv_doc_parse_trusted_json(&a, S(sources[i])))
			fail_msg("trusted: %s", sources[i]);
	}
	sv_arena_free(&a);
}

/* Nothing that json-c takes and we do not goes without a reason, and the reverse. */
static void agrees_with_the_walk_on_texts_cut_anywhere(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_str text =
	    SV_LIT("{\"a\\u00e9\": [1.5e-3, true, {\"b\": null, \"c\": \"\\\"\"}], \"d\": -0}");
	for (size_t len = 0; len < text.len; len++)
		assert_null(sv_show_document(&a, sv_doc_parse_json, (sv_str){text.ptr, len}));
	assert_non_null(sv_show_document(&a, sv_doc_parse_json, text));
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
	    {sv_repeat(&a, "{\"a\":", 10000), "lists and maps are nested deeper than 64"},
	    {sv_repeat(&a, "[", 4000000), "more than 131072 values"},
	    {sv_repeat(&a, "x", 100 << 20), "has 104857600 bytes, at most 4194304 are allowed"},
	    {sv_repeat(&a, "[],", 1000000), "more than 131072 values"},
	    {sv_repeat(&a, "\xFF", 4000000), "is not UTF-8: byte 0xFF at offset 0, in line 1"},
	    {{"[\0]", 3}, "holds a NUL byte"},
	    {sv_repeat(&a, " ", 4000000), "ends where a value is expected"},
	    {sv_repeat(&a, "\"", 4000001), "expected nothing behind the document"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = sv_show_problems(&a, sv_doc_parse_json, cases[i].source);
		if (!strstr(shown, cases[i].shown))
			fail_msg("%.20s: %s", cases[i].source.ptr, shown);
	}
	assert_non_null(sv_show_document(&a, sv_doc_parse_json, sv_repeat(&a, "9", 4000000)));
	assert_true(a.total < (size_t)300 << 20);
	sv_arena_free(&a);
}

static void takes_64_levels(void **state)
{
	(void)state;
	sv_arena a = {0};
	for (size_t depth = 1; depth < 70; depth++) {
		sv_buf b = SV_BUF_INIT(&a);
		sv_buf_put(&b, sv_repeat(&a, "[", depth));
		sv_buf_put(&b, sv_repeat(&a, "]", depth));
		sv_str text = {b.ptr, b.len};
		assert_int_equal(sv_show_document(&a, sv_doc_parse_json, text) != NULL, depth <= 64);
		assert_non_null(sv_doc_parse_trusted_json(&a, text));
	}
	sv_arena_free(&a);
}

static void finds_duplicate_keys_among_many(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_buf b = SV_BUF_INIT(&a);
	for (int i = 0; i < 1000; i++)
		sv_buf_putf(&b, "%s\"k%d\":%d", i ? "," : "{", i % 999, i);
	sv_buf_puts(&b, "}");
	sv_str text = {b.ptr, b.len};
	assert_non_null(
	    strstr(sv_show_problems(&a, sv_doc_parse_json, text), "key 'k0' is given twice"));
	sv_arena_free(&a);
}

/* DuckDB's trees are deep: no cap, and no recursion that would end in a crash. */
static void trusts_what_duckdb_wrote(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_buf b = SV_BUF_INIT(&a);
	sv_buf_put(&b, sv_repeat(&a, "{\"child\":[", 200000));
	sv_buf_puts(&b, "1");
	sv_buf_put(&b, sv_repeat(&a, "]}", 200000));
	const sv_doc *d = sv_doc_parse_trusted_json(&a, (sv_str){b.ptr, b.len});
	for (size_t depth = 0; depth < 200000; depth++)
		d = sv_doc_get(d, "child")->first;
	assert_int_equal(d->kind, SV_DOC_NUMBER);
	sv_arena_free(&a);
}

static void names_the_path_of_a_node(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_buf path = SV_BUF_INIT(&a);
	sv_str text = SV_LIT("{\"metrics\": [1, {\"a b\": {\"expr\": 2, \"\\\"\": 3}}]}");
	sv_diags_init(&d, &a, NULL, text);
	const sv_doc *root = sv_doc_parse_json(&a, text, &d);
	const sv_doc *inner = sv_doc_get(sv_doc_get(root, "metrics")->first->next, "a b");
	sv_doc_put_path(root, &path);
	sv_buf_puts(&path, " ");
	sv_doc_put_path(sv_doc_get(inner, "expr"), &path);
	sv_buf_puts(&path, " ");
	sv_doc_put_path(sv_doc_get(inner, "\""), &path);
	assert_string_equal(sv_buf_cstr(&path),
	                    "$ $.metrics[1][\"a b\"].expr $.metrics[1][\"a b\"][\"\\\"\"]");
	assert_null(sv_doc_get(inner, "EXPR"));
	assert_null(sv_doc_get(sv_doc_get(inner, "expr"), "expr"));
	sv_arena_free(&a);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	sv_fail_each_allocation(sv_doc_parse_json,
	                        S("{\"a\\n\": [1, {\"b\": \"\\u0041\", \"b\": 2}], \"c\": null}"));
	sv_fail_each_allocation(sv_doc_parse_json, S("{\"a\\n\": [1, {\"b\": x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_texts_and_places),
	    cmocka_unit_test(takes_nothing_that_is_no_json),
	    cmocka_unit_test(agrees_with_the_walk_on_texts_cut_anywhere),
	    cmocka_unit_test(stops_hostile_documents_at_once),
	    cmocka_unit_test(takes_64_levels),
	    cmocka_unit_test(finds_duplicate_keys_among_many),
	    cmocka_unit_test(trusts_what_duckdb_wrote),
	    cmocka_unit_test(names_the_path_of_a_node),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
