#include "sv_test.h"

#include "base/utf8.h"

static void finds_the_first_byte_that_is_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t bad; /* strlen: none */
	} cases[] = {
	    {"", 0},
	    {"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA6\x86", 10},
	    {"a\x80", 1},             /* continues nothing */
	    {"a\xC3", 1},             /* cut short */
	    {"a\xC3\x28", 1},         /* does not continue */
	    {"a\xE2\x82\x28", 1},     /* neither, at the third byte */
	    {"a\xF0\x9F\xA6\x28", 1}, /* at the fourth */
	    {"a\xC0\xAF", 1},         /* overlong */
	    {"a\xE0\x80\xAF", 1},     /* overlong */
	    {"a\xED\xA0\x80", 1},     /* half of a surrogate pair */
	    {"a\xF4\x90\x80\x80", 1}, /* behind the last code point */
	    {"a\xFF", 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(sv_utf8_find_bad((sv_str){cases[i].text, strlen(cases[i].text)}),
		                 cases[i].bad);
}

static void cuts_between_characters(void **state)
{
	(void)state;
	sv_str text = SV_LIT("a\xC3\xA9\xE2\x82\xAC");
	static const size_t cut[] = {0, 1, 1, 3, 3, 3, 6, 6};
	for (size_t max = 0; max < sizeof(cut) / sizeof(cut[0]); max++)
		assert_int_equal(sv_utf8_cut(text, max).len, cut[max]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_first_byte_that_is_wrong),
	    cmocka_unit_test(cuts_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
