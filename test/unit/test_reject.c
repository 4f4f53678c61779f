#include "sv_trees.h"

/* One table, so that a filter may read its columns. */
static const char definition[] =
    "{\"tables\": [{\"name\": \"t\"}],"
    "\"dimensions\": [{\"name\": \"d\", \"expr\": \"d\"}], \"filters\": [?]}";

static const char *const columns[] = {"t: a b c d l s"};

/* AND and OR over the names whose NULL makes the predicate not true. */
static const struct {
	const char *predicate;
	const char *rejects;
} cases[] = {
    {"a = 1", "a"},
    {"a = b", "and(a b)"},
    {"a = 1 AND b = 2", "and(a b)"},
    {"a = 1 OR b = 2", "or(a b)"},
    {"a = 1 OR b IS NULL", ""},
    {"a = 1 AND b IS NULL", "a"},
    {"a = 1 AND (b = 2 OR c > a)", "and(a or(b and(c a)))"},
    {"a = 1 AND (b = 2 AND c = 3)", "and(a b c)"},
    {"a IS NOT NULL", "a"},
    {"NOT a IS NULL", "a"},
    {"NOT (a IS NOT NULL)", ""},
    {"NOT a = 1", "a"},
    {"NOT (a = 1 AND b = 2)", "or(a b)"},
    {"NOT (a = 1 OR b = 2)", "and(a b)"},
    {"NOT (a = 1 OR NOT b = 2)", "and(a b)"},
    {"a BETWEEN b AND c", "and(a b c)"},
    {"NOT a BETWEEN b AND c", "a"},
    {"a NOT BETWEEN 1 AND 2", "a"},
    {"a IN (1, 2, NULL)", "a"},
    {"a NOT IN (1, 2)", "a"},
    {"a IN (b, 2)", ""},
    {"a LIKE 'x%'", "a"},
    {"a NOT LIKE 'x%'", "a"},
    {"a ILIKE b", "and(a b)"},
    {"a LIKE 'x!%' ESCAPE '!'", "a"},
    {"a SIMILAR TO 'x.*'", "a"},
    {"a IS DISTINCT FROM 1", ""},
    {"a IS NOT DISTINCT FROM 1", "a"},
    {"a IS NOT DISTINCT FROM NULL", ""},
    {"a IS NOT DISTINCT FROM b", ""},
    {"(a = 1) IS TRUE", "a"},
    {"(a = 1) IS NOT TRUE", ""},
    {"(a = 1) IS NOT FALSE", ""},
    {"(a = 1) IS FALSE", "a"},
    {"coalesce(a, b) = 1", ""},
    {"CASE WHEN a = 1 THEN true END", ""},
    {"a + 1 > b", "and(a b)"},
    {"a + b > 1", "and(a b)"},
    {"a + b > c", "c"},
    {"a + b BETWEEN 1 AND 2", "and(a b)"},
    {"a - b > c", "and(a b c)"},
    {"-a > 1", "a"},
    {"a + b * c > d", "and(a b c d)"},
    {"a || b = c", "and(a b c)"},
    {"a::INTEGER = 1", "a"},
    {"CAST(a AS UNION(i INTEGER)) = b", "b"},
    {"CAST(a AS thing) = b", "b"},
    {"TRY_CAST(a AS DATE) = b", "and(a b)"},
    {"a COLLATE nocase = 'x'", "a"},
    {"lower(a) = 'x'", "a"},
    {"main.lower(a) = 'x'", "a"},
    {"upper(a) = 'x'", ""}, /* upper is a macro here */
    {"starts_with(a, 'x')", "a"},
    {"concat(a, b) = 'x'", ""},
    {"nullif(a, 1) = b", "b"},
    {"date_trunc('month', a) = DATE '2020-01-01'", "a"},
    {"a", "a"},
    {"NOT a", "a"},
    {"true", ""},
    {"a = (SELECT 1)", "a"},
    {"a IN (SELECT 1)", ""},
    {"EXISTS (SELECT 1) AND b = 1", "b"},
    {"list_contains(l, a)", ""},
    {"len(list_filter(l, a -> a > b)) > c", "c"},
    {"CASE a WHEN 1 THEN b WHEN 2 THEN c END = 1", ""},
    {"s.f = 1", "s"},
};

static void put_step(sv_buf *b, const sv_expr *e, size_t *at)
{
	sv_reject step = e->rejects[(*at)++];
	if (step.op == SV_REJECT_REF) {
		const sv_ref *ref = &e->refs[step.value];
		if (ref->kind == SV_REF_MEMBER)
			sv_buf_puts(b, "d");
		else
			sv_buf_put(b, ref->column);
		return;
	}
	sv_buf_puts(b, step.op == SV_REJECT_AND ? "and(" : "or(");
	for (size_t i = 0; i < step.value; i++) {
		sv_buf_puts(b, i ? " " : "");
		put_step(b, e, at);
	}
	sv_buf_puts(b, ")");
}

static const char *show(sv_arena *a, const sv_expr *e)
{
	sv_buf b = SV_BUF_INIT(a);
	size_t at = 0;
	if (e->reject_count)
		put_step(&b, e, &at);
	assert_int_equal(at, e->reject_count);
	return sv_buf_cstr(&b);
}

static void finds_what_a_predicate_rejects(void **state)
{
	(void)state;
	bool ok = true;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			view v;
			open_view(&v, definition, cases[i].predicate, columns, 1);
			sv_strs statements = sv_expr_statements(&v.arena, v.model);
			bool done = sv_expr_resolve_model(&v.arena, v.model, v.names, &v.catalog,
			                                  find_trees(&v.arena, version, statements), &v.diags);
			const char *found =
			    done ? show(&v.arena, &v.model->filters[0]) : v.diags.first->message;
			if (strcmp(found, cases[i].rejects) != 0) {
				print_error("%s: %s\n  expected: %s\n  found:    %s\n", tree_versions[version],
				            cases[i].predicate, cases[i].rejects, found);
				ok = false;
			}
			sv_arena_free(&v.arena);
		}
	}
	assert_true(ok);
}

static int list_statements(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view v;
		open_view(&v, definition, cases[i].predicate, columns, 1);
		print_statements(&v.arena, sv_expr_statements(&v.arena, v.model));
		sv_arena_free(&v.arena);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_a_predicate_rejects),
	};
	if (argc > 1 && strcmp(argv[1], "--statements") == 0)
		return list_statements();
	return cmocka_run_group_tests(tests, open_trees, close_trees);
}
