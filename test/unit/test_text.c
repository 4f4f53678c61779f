#include "sv_test.h"

#include "model/text.h"

#define S(s) ((sv_str){(s), strlen(s)})

static void drops_comments_and_nothing_else(void **state)
{
	static const struct {
		const char *written;
		const char *kept;
	} cases[] = {
	    {"sum(x)", "sum(x)"},
	    {" \n\tsum( x )\r\n ", "sum( x )"},
	    {"sum(x) -- net", "sum(x)"},
	    {"-- net\nsum(x)", "sum(x)"},
	    {"/* a */ sum(x) /* b */", "sum(x)"},
	    {"a -- why\n  + b", "a\n  + b"},
	    {"a\n  -- why\n  + b", "a\n  + b"},
	    {"a\r\n  -- why\r\n  + b", "a\r\n  + b"},
	    {"a\n-- one\n-- two\n\n+ b", "a\n\n+ b"},
	    {"a/* why */b", "a b"},
	    {"a /* why */ b", "a b"},
	    {"a /* why */b", "a b"},
	    {"a/* why */ b", "a b"},
	    {"a/*x*//*y*/b", "a b"},
	    {"f(a /* why */)", "f(a)"},
	    {"f(a /* why */, b /* c */ )", "f(a, b )"},
	    {"a /* one /* two */ three */ b", "a b"},
	    {"-/**/-", "- -"},
	    {"//**/*", "/ *"},
	    {"'a--b' || \"c--d\"", "'a--b' || \"c--d\""},
	    {"'/* a' || x /* b */ || '*/'", "'/* a' || x || '*/'"},
	    {"E'\\'--' -- c", "E'\\'--'"},
	    {"$$ -- $$ -- c", "$$ -- $$"},
	    {"$a$ $$ -- $a$", "$a$ $$ -- $a$"},
	    {"'open -- x", "'open -- x"},
	    {"a /* open", "a /* open"},
	    {"a -- one\n/* open", "a\n/* open"},
	    {"-- only", ""},
	    {"/**/", ""},
	    {"", ""},
	    {"  ", ""},
	    {"1 - -1", "1 - -1"},
	    {"a--b\r+ c", "a\r+ c"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_str kept = sv_expr_clean(&a, S(cases[i].written));
		assert_string_equal(sv_str_dup(&a, kept), cases[i].kept);
		assert_true(sv_str_eq(sv_expr_clean(&a, kept), kept));
	}
	sv_arena_free(&a);
}

/* Byte i of the text stands at place.start + i where nothing was dropped. */
static void places_the_text_without_its_blanks(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_expr e = {0};
	sv_diags_init(&d, &a, NULL, SV_LIT("METRICS (o.n AS  sum(x) )"));
	assert_true(sv_expr_take(&a, SV_LIT("  sum(x) "), (sv_span){15, 24}, &e, &d));
	assert_int_equal(e.place.start, 17);
	assert_int_equal(e.place.end, 23);
	assert_false(e.is_resolved);
	sv_arena_free(&a);
}

static void caps_the_nesting_of_brackets(void **state)
{
	(void)state;
	sv_arena a = {0};
	for (size_t depth = 60; depth < 70; depth++) {
		sv_buf b = SV_BUF_INIT(&a);
		sv_diags d;
		sv_expr e = {0};
		sv_diags_init(&d, &a, NULL, (sv_str){0});
		sv_buf_puts(&b, "'((((((((' || ");
		for (size_t i = 0; i < depth; i++)
			sv_buf_putc(&b, "([{"[i % 3]);
		sv_buf_puts(&b, "1");
		for (size_t i = depth; i-- > 0;)
			sv_buf_putc(&b, ")]}"[i % 3]);
		assert_int_equal(sv_expr_take(&a, (sv_str){b.ptr, b.len}, (sv_span){0, 0}, &e, &d),
		                 depth <= 64);
	}
	sv_arena_free(&a);
}

static void reads_names_with_and_without_a_qualifier(void **state)
{
	static const struct {
		const char *written;
		const char *qualifier;
		const char *name;
	} cases[] = {
	    {"date", NULL, "date"},
	    {"o.date", "o", "date"},
	    {"\"o x\".\"a.b\"", "o x", "a.b"},
	    {"order date", NULL, "order date"},
	    {"a.b.c", NULL, "a.b.c"},
	    {"\"open", NULL, "\"open"},
	    {"1st", NULL, "1st"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_named got = sv_named_take(&a, S(cases[i].written), (sv_span){1, 2});
		assert_string_equal(sv_str_dup(&a, got.name), cases[i].name);
		assert_int_equal(got.qualifier.ptr != NULL, cases[i].qualifier != NULL);
		if (cases[i].qualifier)
			assert_string_equal(sv_str_dup(&a, got.qualifier), cases[i].qualifier);
		assert_true(got.index == SV_NONE);
	}
	sv_arena_free(&a);
}

static void tells_tables_from_queries(void **state)
{
	static const struct {
		const char *written;
		const char *source; /* NULL: a problem */
		bool is_query;
	} cases[] = {
	    {"orders", "orders", false},
	    {" main . \"my orders\" -- c", "main . \"my orders\"", false},
	    {"(SELECT 1)", "(SELECT 1)", true},
	    {"/* c */ ( FROM t )", "( FROM t )", true},
	    {"a.b.c", "a.b.c", false},
	    {"a.b.c.d", NULL, false},
	    {"SELECT 1", NULL, false},
	    {"'orders.csv'", NULL, false},
	    {"f()", NULL, false},
	    {"", NULL, false},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_table t = {0};
		sv_diags d;
		sv_diags_init(&d, &a, NULL, (sv_str){0});
		bool ok = sv_source_take(&a, S(cases[i].written), (sv_span){0, 0}, &t, &d);
		assert_int_equal(ok, cases[i].source != NULL);
		assert_int_equal(ok, d.count == 0);
		if (!ok)
			continue;
		assert_string_equal(sv_str_dup(&a, t.source), cases[i].source);
		assert_int_equal(t.is_query, cases[i].is_query);
	}
	sv_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(drops_comments_and_nothing_else),
	    cmocka_unit_test(places_the_text_without_its_blanks),
	    cmocka_unit_test(caps_the_nesting_of_brackets),
	    cmocka_unit_test(reads_names_with_and_without_a_qualifier),
	    cmocka_unit_test(tells_tables_from_queries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
