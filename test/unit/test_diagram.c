/* Diagrams exactly as they are written: test/golden/diagram. */
#include "sv_test.h"

#include "ddl/diagram.h"
#include "model/validate.h"
#include "sv_golden.h"

static sv_model *define(sv_arena *a, const sv_golden *g)
{
	sv_diags d;
	sv_buf shown = SV_BUF_INIT(a);
	sv_diags_init(&d, a, g->name, g->given);
	sv_model *m = sv_golden_read(a, g->given, sv_golden_is(g, ".stmt"), &d);
	if (m)
		sv_model_validate(a, m, &d);
	sv_diags_render(&d, &shown);
	if (d.count)
		fail_msg("%s: %s", g->name, sv_buf_cstr(&shown));
	return m;
}

static sv_str diagram(sv_arena *a, const sv_golden *g)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_ddl_put_diagram(define(a, g), &b);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static bool check(sv_arena *a, const sv_golden *g)
{
	return sv_golden_check(a, g, diagram(a, g));
}

static void draws_what_is_defined(void **state)
{
	(void)state;
	sv_golden_each("diagram", 8, check);
}

/* A quote that a name could close would let it write lines of its own. */
static bool has_pairs_of_quotes(sv_arena *a, const sv_golden *g)
{
	size_t quotes = 0;
	sv_str text = diagram(a, g);
	for (size_t i = 0; i < text.len; i++) {
		quotes += text.ptr[i] == '"';
		if (text.ptr[i] == '\n' && quotes % 2)
			fail_msg("%s: a line ends inside quotes:\n%s", g->name, text.ptr);
	}
	return quotes % 2 == 0;
}

static void keeps_names_inside_their_quotes(void **state)
{
	(void)state;
	sv_golden_each("good", 60, has_pairs_of_quotes);
}

typedef struct {
	const sv_model *model;
	sv_arena *arena;
} draw_args;

static void draw(void *arg)
{
	const draw_args *d = arg;
	sv_buf b = SV_BUF_INIT(d->arena);
	sv_ddl_put_diagram(d->model, &b);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	sv_arena files = {0};
	sv_golden *all;
	size_t count = sv_golden_list(&files, "diagram", &all);
	for (size_t i = 0; i < count; i++) {
		sv_arena models = {0};
		const sv_model *m = define(&models, &all[i]);
		bool done = false;
		for (size_t n = 1; !done; n++) {
			sv_arena a = {.fail_at = n};
			draw_args args = {m, &a};
			done = sv_arena_try(&a, draw, &args);
			sv_arena_free(&a);
		}
		sv_arena_free(&models);
	}
	sv_arena_free(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(draws_what_is_defined),
	    cmocka_unit_test(keeps_names_inside_their_quotes),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
