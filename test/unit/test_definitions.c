/* What an author wrote and exactly what the author reads: test/golden/definitions,
 * *.def for define_semantic_view, *.stmt for semantic_ddl. */
#include "sv_test.h"

#include "model/validate.h"
#include "sv_golden.h"

static sv_model *read_given(sv_arena *a, const sv_golden *g, sv_diags *d)
{
	return sv_golden_read(a, g->given, sv_golden_is(g, ".stmt"), d);
}

static bool check(sv_arena *a, const sv_golden *g)
{
	sv_diags d;
	sv_buf shown = SV_BUF_INIT(a);
	sv_diags_init(&d, a, "semantic view 'v'", g->given);
	sv_model *m = read_given(a, g, &d);
	if (m)
		sv_model_validate(a, m, &d);
	if (d.count == 0)
		fail_msg("%s: nothing was found wrong", g->name);
	sv_diags_render(&d, &shown);
	assert_null(strstr(sv_buf_cstr(&shown), "syntax error"));
	return sv_golden_check(a, g, (sv_str){shown.ptr, shown.len});
}

static void tells_what_is_wrong_and_where(void **state)
{
	(void)state;
	sv_golden_each("definitions", 120, check);
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
