/* What an author wrote and exactly what the author reads: test/golden/definitions,
 * *.def for define_semantic_view, *.stmt for semantic_ddl. */
#include "sv_test.h"

#include "ddl/definition.h"
#include "ddl/parser.h"
#include "model/validate.h"
#include "sv_golden.h"

static sv_model *read_given(sv_arena *a, const sv_golden *g, sv_diags *d)
{
	if (!sv_golden_is(g, ".stmt"))
		return sv_definition_read(a, g->given, d);
	const sv_statement *s = sv_ddl_parse_statement(a, g->given, d);
	return s ? sv_definition_of_create(a, s, d) : NULL;
}

static void tells_what_is_wrong_and_where(void **state)
{
	(void)state;
	sv_arena files = {0};
	sv_golden *all;
	size_t failed = 0;
	size_t count = sv_golden_list(&files, "definitions", &all);
	assert_true(count >= 120);
	for (size_t i = 0; i < count; i++) {
		sv_arena a = {0};
		sv_diags d;
		sv_buf shown = SV_BUF_INIT(&a);
		sv_diags_init(&d, &a, "semantic view 'v'", all[i].given);
		sv_model *m = read_given(&a, &all[i], &d);
		if (m)
			sv_model_validate(&a, m, &d);
		if (d.count == 0)
			fail_msg("%s: nothing was found wrong", all[i].name);
		sv_diags_render(&d, &shown);
		assert_null(strstr(sv_buf_cstr(&shown), "syntax error"));
		failed += !sv_golden_check(&a, &all[i], (sv_str){shown.ptr, shown.len});
		sv_arena_free(&a);
	}
	sv_arena_free(&files);
	assert_int_equal(failed, 0);
}

typedef struct {
	sv_arena *arena;
	const sv_golden *given;
} read_args;

static void read_and_show(void *arg)
{
	const read_args *r = arg;
	sv_diags d;
	sv_buf shown = SV_BUF_INIT(r->arena);
	sv_diags_init(&d, r->arena, "semantic view 'v'", r->given->given);
	read_given(r->arena, r->given, &d);
	sv_diags_render(&d, &shown);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	sv_arena files = {0};
	sv_golden *all;
	size_t count = sv_golden_list(&files, "definitions", &all);
	for (size_t i = 0; i < count; i++) {
		bool done = all[i].given.len > 4096;
		for (size_t n = 1; !done; n++) {
			sv_arena a = {.fail_at = n};
			read_args args = {&a, &all[i]};
			done = sv_arena_try(&a, read_and_show, &args);
			sv_arena_free(&a);
		}
	}
	sv_arena_free(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_is_wrong_and_where),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
