/*
 * Stored definitions (with what was resolved, so without DuckDB), requests and the
 * plans that they become: test/golden/plan.  The definitions were written by
 * define_semantic_view; a plan file has blocks of
 *
 *   dimensions: region | month
 *   metrics: revenue
 *   --
 *   select
 *     ...
 *
 * and an empty line between them.  PLAN_UPDATE=1 in the environment prints them anew.
 */
#include "sv_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/read.h"
#include "model/validate.h"
#include "plan/print.h"
#include "plan/request.h"
#include "sql/sql.h"

static sv_str read_file(sv_arena *a, const char *name)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", SV_GOLDEN, name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	sv_buf b = SV_BUF_INIT(a);
	char chunk[4096];
	for (size_t n; (n = fread(chunk, 1, sizeof(chunk), f)) > 0;)
		sv_buf_put(&b, (sv_str){chunk, n});
	fclose(f);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static bool open_view(sv_arena *a, sv_str json, sv_view *v, sv_diags *d)
{
	sv_model *m = sv_model_read(a, json, d);
	v->model = m;
	v->names = m ? sv_model_validate(a, m, d) : NULL;
	v->graph = v->names ? sv_graph_build(a, m) : NULL;
	return v->graph != NULL;
}

static bool starts_with(sv_str s, const char *prefix)
{
	return s.len >= strlen(prefix) && memcmp(s.ptr, prefix, strlen(prefix)) == 0;
}

/* "a | b" */
static sv_strs split(sv_arena *a, sv_str text)
{
	sv_strs out = {.items = SV_NEW_N(a, sv_str, text.len + 1)};
	size_t start = 0;
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != '|')
			continue;
		size_t end = i;
		while (start < end && text.ptr[start] == ' ')
			start++;
		while (end > start && text.ptr[end - 1] == ' ')
			end--;
		out.items[out.count++] = (sv_str){text.ptr + start, end - start};
		start = i + 1;
	}
	return out;
}

static sv_str next_line(sv_str *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	sv_str line = {rest->ptr, len};
	rest->ptr += len + (end ? 1 : 0);
	rest->len -= len + (end ? 1 : 0);
	return line;
}

static sv_request read_request(sv_arena *a, sv_str *rest)
{
	sv_request r = {0};
	for (sv_str line = next_line(rest); !sv_str_eq(line, SV_LIT("--")); line = next_line(rest)) {
		assert_true(line.len > 0);
		if (starts_with(line, "dimensions: "))
			r.dimensions = split(a, (sv_str){line.ptr + 12, line.len - 12});
		else if (starts_with(line, "metrics: "))
			r.metrics = split(a, (sv_str){line.ptr + 9, line.len - 9});
		else if (starts_with(line, "facts: "))
			r.facts = split(a, (sv_str){line.ptr + 7, line.len - 7});
		else
			fail_msg("what is this: %.*s", SV_FMT(line));
	}
	return r;
}

static sv_str read_block(sv_str *rest)
{
	sv_str block = {rest->ptr, 0};
	while (rest->len && rest->ptr[0] != '\n') {
		sv_str line = next_line(rest);
		block.len = (size_t)(line.ptr + line.len + 1 - block.ptr);
	}
	if (rest->len)
		next_line(rest);
	return block;
}

/* Compares the plans of one view, or prints them; returns how many. */
static size_t check_plans(const char *definition, const char *plans_of_it)
{
	sv_arena a = {0};
	sv_diags d;
	sv_view v = {.name = SV_LIT("v")};
	sv_diags_init(&d, &a, "semantic view 'v'", (sv_str){0});
	assert_true(open_view(&a, read_file(&a, definition), &v, &d));
	sv_str rest = read_file(&a, plans_of_it);
	size_t plans = 0;
	while (rest.len) {
		sv_str head = rest;
		sv_request r = read_request(&a, &rest);
		head.len -= rest.len;
		sv_str expected = read_block(&rest);
		sv_buf found = SV_BUF_INIT(&a);
		sv_diags_init(&d, &a, NULL, (sv_str){0});
		const sv_plan *plan = sv_plan_request(&a, &v, &r, &d);
		if (plan)
			sv_plan_put(plan, v.model, &found);
		else
			sv_diags_render(&d, &found);
		sv_buf_puts(&found, plan ? "" : "\n");
		if (getenv("PLAN_UPDATE"))
			printf("%.*s%s\n", SV_FMT(head), sv_buf_cstr(&found));
		else
			assert_string_equal(sv_buf_cstr(&found), sv_str_dup(&a, expected));
		plans++;
	}
	sv_arena_free(&a);
	return plans;
}

static void decides_as_before(void **state)
{
	(void)state;
	assert_true(check_plans("shop.json", "shop.plan") >= 20);
	assert_int_equal(check_plans("bank.json", "bank.plan"), 7);
	assert_int_equal(check_plans("sales.json", "sales.plan"), 1); /* docs: architecture */
}

typedef struct {
	sv_arena *arena;
	sv_str json;
	size_t len; /* of the SQL */
} path_args;

static void whole_path(void *arg)
{
	path_args *p = arg;
	sv_arena *a = p->arena;
	sv_diags d;
	sv_view v = {.name = SV_LIT("shop")};
	sv_diags_init(&d, a, "semantic view 'shop'", (sv_str){0});
	if (!open_view(a, p->json, &v, &d))
		fail();
	sv_request r = {
	    .dimensions = split(a, SV_LIT("status | home")),
	    .metrics = split(a, SV_LIT("orders | sold | take | return_rate | sold_share | last_items")),
	};
	const sv_plan *plan = sv_plan_request(a, &v, &r, &d);
	if (!plan) {
		sv_buf shown = SV_BUF_INIT(a);
		sv_diags_render(&d, &shown);
		fail_msg("%s", sv_buf_cstr(&shown));
	}
	sv_buf sql = SV_BUF_INIT(a);
	sv_sql_put(plan, SV_LIT("memory"), &sql);
	p->len = sql.len;
}

/* From the stored text to SQL, with each allocation failing once. */
static void survives_each_failed_allocation(void **state)
{
	(void)state;
	sv_arena files = {0};
	path_args args = {.json = read_file(&files, "shop.json")};
	bool done = false;
	size_t n = 0;
	while (!done) {
		sv_arena a = {.fail_at = ++n};
		args.arena = &a;
		done = sv_arena_try(&a, whole_path, &args);
		sv_arena_free(&a);
	}
	assert_true(n > 500);
	assert_true(args.len > 1000);
	sv_arena_free(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decides_as_before),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
