/* Diagrams exactly as they are written: test/golden/diagram. */
#include "sv_test.h"

#include "ddl/definition.h"
#include "ddl/diagram.h"
#include "ddl/parser.h"
#include "model/validate.h"
#include "sv_golden.h"

static sv_model *define(sv_arena *a, const sv_golden *g)
{
	sv_diags d;
	sv_buf shown = SV_BUF_INIT(a);
	sv_model *m = NULL;
	sv_diags_init(&d, a, g->name, g->given);
	if (sv_golden_is(g, ".stmt")) {
		const sv_statement *s = sv_ddl_parse_statement(a, g->given, &d);
		m = s ? sv_definition_of_create(a, s, &d) : NULL;
	} else {
		m = sv_definition_read(a, g->given, &d);
	}
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

static void draws_what_is_defined(void **state)
{
	(void)state;
	sv_arena files = {0};
	sv_golden *all;
	size_t failed = 0;
	size_t count = sv_golden_list(&files, "diagram", &all);
	assert_true(count >= 8);
	for (size_t i = 0; i < count; i++) {
		sv_arena a = {0};
		failed += !sv_golden_check(&a, &all[i], diagram(&a, &all[i]));
		sv_arena_free(&a);
	}
	sv_arena_free(&files);
	assert_int_equal(failed, 0);
}

/* A quote that a name could close would let it write lines of its own. */
static void assert_quotes_pair(const char *name, sv_str text)
{
	size_t quotes = 0;
	for (size_t i = 0; i < text.len; i++) {
		quotes += text.ptr[i] == '"';
		if (text.ptr[i] == '\n' && quotes % 2)
			fail_msg("%s: a line ends inside quotes:\n%s", name, text.ptr);
	}
	assert_int_equal(quotes % 2, 0);
}

static void keeps_names_inside_their_quotes(void **state)
{
	(void)state;
	sv_arena files = {0};
	sv_golden *all;
	size_t count = sv_golden_list(&files, "good", &all);
	assert_true(count >= 60);
	for (size_t i = 0; i < count; i++) {
		sv_arena a = {0};
		assert_quotes_pair(all[i].name, diagram(&a, &all[i]));
		sv_arena_free(&a);
	}
	sv_arena_free(&files);
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
