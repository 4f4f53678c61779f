/*
 * Which tables the author's queries read, by DuckDB's own trees of three versions, and
 * by trees that no DuckDB writes.
 */
#include "sv_trees.h"

#include "expr/reads.h"

static const char definition[] =
    "{\"tables\":[{\"name\":\"o\",\"source\":?,\"primary_key\":[\"id\"]}],"
    "\"metrics\":[{\"table\":\"o\",\"name\":\"n\",\"expr\":\"count(*)\"}]}";

/* A source, and the names found in it, with a blank between them; NULL: a problem. */
typedef struct {
	const char *source;
	const char *found;
} reads_case;

static const reads_case cases[] = {
    {"(SELECT * FROM orders)", "orders"},
    {"(FROM orders)", "orders"},
    {"(SELECT 1 AS id)", ""},
    {"(SELECT * FROM a JOIN b USING (id), c)", "a b c"},
    {"(SELECT * FROM a WHERE id IN (SELECT id FROM b WHERE EXISTS (FROM c)))", "a b c"},
    {"(FROM a UNION ALL FROM b EXCEPT FROM a)", "a b a"},
    {"(FROM main.a JOIN \"b c\" ON true)", "main.a \"b c\""},
    {"(WITH x AS (FROM a) FROM x JOIN b ON true)", "a b"},
    {"(WITH x AS (FROM a), y AS (FROM x) FROM y)", "a"},
    {"(WITH a AS (FROM a) FROM a)", "a"},
    {"(WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 3) FROM a)", ""},
    {"(WITH x AS (FROM a) FROM main.x)", "a main.x"},
    {"(FROM (FROM (FROM a)))", "a"},
    {"(SELECT (SELECT max(id) FROM b) AS id FROM a)", "b a"},
    {"(FROM 'file.csv')", ""},
    {"(FROM range(3))", ""},
    {"(FROM (VALUES (1)) v(id))", ""},
    {"(a JOIN b ON true)", "a b"},
    {"(SELECT FROM)", NULL},
    {"(SELECT * FROM a) AS x, (SELECT * FROM b)", NULL},
    {"(FROM a) JOIN b ON (true)", NULL},
    {"(FROM a); (FROM b)", NULL},
};

static sv_str names_in(sv_arena *a, const sv_table *t)
{
	sv_buf b = SV_BUF_INIT(a);
	uint32_t after = 0;
	for (size_t i = 0; i < t->reads.count; i++) {
		const sv_read *r = &t->reads.items[i];
		assert_true(r->start >= after && r->end > r->start && r->end <= t->source.len);
		after = r->end;
		sv_buf_puts(&b, i ? " " : "");
		sv_buf_put(&b, (sv_str){t->source.ptr + r->start, r->end - r->start});
	}
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static int list_statements(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view v;
		open_view(&v, definition, cases[i].source, NULL, 0);
		print_statements(&v.arena, sv_expr_statements(&v.arena, v.model));
		print_statements(&v.arena, sv_reads_statements(&v.arena, v.model));
		sv_arena_free(&v.arena);
	}
	return 0;
}

static void check_case(size_t version, const reads_case *c)
{
	view v;
	open_view(&v, definition, c->source, NULL, 0);
	sv_strs expressions = sv_expr_statements(&v.arena, v.model);
	sv_strs sources = sv_reads_statements(&v.arena, v.model);
	const sv_doc **expr_trees = find_trees(&v.arena, version, expressions);
	const sv_doc **source_trees = find_trees(&v.arena, version, sources);
	bool ok = sv_reads_find(&v.arena, v.model, expr_trees, source_trees, &v.diags);
	if (ok != (c->found != NULL)) {
		sv_buf out = SV_BUF_INIT(&v.arena);
		sv_diags_render(&v.diags, &out);
		fail_msg("%s of %s: %s", c->source, tree_versions[version], sv_buf_cstr(&out));
	} else if (ok) {
		sv_str found = names_in(&v.arena, &v.model->tables[0]);
		if (!sv_str_eq(found, (sv_str){c->found, strlen(c->found)}))
			fail_msg("%s of %s: found %.*s", c->source, tree_versions[version], SV_FMT(found));
	} else {
		assert_true(v.diags.count > 0);
	}
	sv_arena_free(&v.arena);
}

static void finds_the_tables_of_sources(void **state)
{
	(void)state;
	for (size_t version = 0; version < TREE_VERSIONS; version++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			check_case(version, &cases[i]);
}

/* ---- trees that were made up ---- */

/* The tree of the source is `tree`; says what the problem is, or what was found. */
static void check_tree(const char *tree, const char *expected)
{
	view v;
	open_view(&v, definition, "(FROM orders JOIN o2)", NULL, 0);
	const sv_doc *none = sv_doc_parse_trusted_json(&v.arena, SV_LIT("{}"));
	const sv_doc *source = sv_doc_parse_trusted_json(&v.arena, (sv_str){tree, strlen(tree)});
	const sv_doc *expressions[] = {none, none};
	assert_non_null(source);
	sv_buf out = SV_BUF_INIT(&v.arena);
	if (sv_reads_find(&v.arena, v.model, expressions, &source, &v.diags))
		sv_buf_put(&out, names_in(&v.arena, &v.model->tables[0]));
	else
		sv_diags_render(&v.diags, &out);
	if (!strstr(sv_buf_cstr(&out), expected))
		fail_msg("%s: %s", tree, sv_buf_cstr(&out));
	sv_arena_free(&v.arena);
}

#define BEFORE                                                                                    \
	"{\"statements\":[{\"node\":{\"type\":\"SELECT_NODE\",\"from_table\":{\"type\":\"SUBQUERY\"," \
	"\"all\":["
#define AFTER "]}}}]}"
#define TABLE(name, place) \
	"{\"type\":\"BASE_TABLE\",\"table_name\":\"" name "\",\"query_location\":" place "}"

static void survives_trees_that_no_duckdb_writes(void **state)
{
	(void)state;
	check_tree("{}", "no query that can be joined");
	check_tree("[]", "no query that can be joined");
	check_tree("{\"statements\":7}", "it is more than one");
	check_tree("{\"statements\":[]}", "it is more than one");
	check_tree("{\"statements\":[7]}", "it is more than one");
	check_tree("{\"statements\":[{\"node\":[]}]}", "it is more than one");
	check_tree("{\"statements\":[{\"node\":{\"from_table\":7}}]}", "it is more than one");
	check_tree(BEFORE TABLE("orders", "14") AFTER, "orders");
	check_tree(BEFORE TABLE("o2", "26") "," TABLE("orders", "14") AFTER, "orders o2");
	check_tree(BEFORE TABLE("orders", "14") "," TABLE("orders", "14") AFTER, "orders");
	check_tree(BEFORE TABLE("orders", "15") AFTER, ""); /* not the name there */
	check_tree(BEFORE TABLE("orders", "99999") AFTER, "does not tell its place");
	check_tree(BEFORE TABLE("orders", "18446744073709551615") AFTER,
	           "'orders' in a form in which DuckDB does not tell its place");
	check_tree(BEFORE TABLE("orders", "-7") AFTER, "does not tell its place");
	check_tree(BEFORE TABLE("orders", "\"14\"") AFTER, "orders");
	check_tree(BEFORE "{\"cte_map\":7},{\"cte_map\":{\"map\":7}},{\"cte_map\":{\"map\":[7]}},"
	                  "{\"cte_map\":{\"map\":[{\"key\":\"orders\"}]},\"from\":" TABLE(
	                      "orders", "14") "}" AFTER,
	           "");
}

static void refuses_what_is_nested_too_deeply(void **state)
{
	(void)state;
	enum { DEEP = 5000 };
	sv_arena a = {0};
	sv_buf b = SV_BUF_INIT(&a);
	sv_buf_puts(&b, BEFORE);
	for (size_t i = 0; i < DEEP; i++)
		sv_buf_puts(&b, "[");
	for (size_t i = 0; i < DEEP; i++)
		sv_buf_puts(&b, "]");
	sv_buf_puts(&b, AFTER);
	check_tree(sv_buf_cstr(&b), "is nested too deeply");
	sv_arena_free(&a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_tables_of_sources),
	    cmocka_unit_test(survives_trees_that_no_duckdb_writes),
	    cmocka_unit_test(refuses_what_is_nested_too_deeply),
	};
	if (argc > 1 && strcmp(argv[1], "--statements") == 0)
		return list_statements();
	return cmocka_run_group_tests(tests, open_trees, close_trees);
}
