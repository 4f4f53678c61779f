/* What the statements become; most of what is wrong in them is in test/golden/definitions. */
#include "sv_test.h"

#include "ddl/parser.h"

static sv_statement *parse(sv_arena *a, const char *source)
{
	sv_diags d;
	sv_str src = {source, strlen(source)};
	sv_diags_init(&d, a, NULL, src);
	sv_statement *s = sv_ddl_parse_statement(a, src, &d);
	if (!s)
		fail_msg("%s: %s", source, d.first->message);
	return s;
}

/* The parts of a name, quoted where they hold a dot. */
static const char *name_of(sv_arena *a, const sv_view_name *name)
{
	sv_buf b = SV_BUF_INIT(a);
	for (size_t i = 0; i < name->parts.count; i++) {
		sv_buf_puts(&b, i ? "|" : "");
		sv_buf_put(&b, name->parts.items[i]);
	}
	return sv_buf_cstr(&b);
}

static void assert_text(sv_word got, const char *wanted)
{
	if (!wanted)
		assert_null(got.text.ptr);
	else if (!got.text.ptr || !sv_str_eq(got.text, (sv_str){wanted, strlen(wanted)}))
		fail_msg("'%.*s' is not '%s'", SV_FMT(got.text), wanted);
}

static void keeps_the_parts_of_view_names(void **state)
{
	static const struct {
		const char *source;
		const char *view;
		bool if_exists;
	} cases[] = {
	    {"DROP SEMANTIC VIEW sales", "sales", false},
	    {"drop semantic view if exists Sales;", "Sales", true},
	    {"DROP SEMANTIC VIEW a . /* b */ \"c.d\".\"e \"\"f\"\"\" ;; -- end", "a|c.d|e \"f\"",
	     false},
	    {"DROP SEMANTIC VIEW if", "if", false},
	    {"DROP SEMANTIC VIEW IF EXISTS exists", "exists", true},
	    {"DESC SEMANTIC VIEW view", "view", false},
	    {"DESCRIBE SEMANTIC VIEW semantic.\"as\"", "semantic|as", false},
	    {"SHOW COLUMNS IN SEMANTIC VIEW a.b.c.d.e.f.g.h.i.j", "a|b|c|d|e|f|g|h|i|j", false},
	    {"\xEF\xBB\xBF ALTER SEMANTIC VIEW IF EXISTS v UNSET COMMENT", "v", true},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sv_statement *s = parse(&a, cases[i].source);
		assert_string_equal(name_of(&a, &s->view), cases[i].view);
		assert_int_equal(s->if_exists, cases[i].if_exists);
	}
	sv_arena_free(&a);
}

static void reads_create(void **state)
{
	static const struct {
		const char *source;
		bool or_replace;
		bool if_not_exists;
		bool is_file;
		sv_create_form form;
		const char *text;
		const char *comment;
	} cases[] = {
	    {"CREATE SEMANTIC VIEW v TABLES (o) METRICS (o.n AS 1)", false, false, false, SV_FROM_BODY,
	     NULL, NULL},
	    {"CREATE OR REPLACE SEMANTIC VIEW v COMMENT = 'c' AS TABLES (o) METRICS (o.n AS 1)", true,
	     false, false, SV_FROM_BODY, NULL, "c"},
	    {"CREATE SEMANTIC VIEW IF NOT EXISTS v FROM YAML $$a: 1$$", false, true, false,
	     SV_FROM_YAML, "a: 1", NULL},
	    {"CREATE SEMANTIC VIEW v COMMENT = $$c$$ FROM JSON '{\"a\": ''b''}'", false, false, false,
	     SV_FROM_JSON, "{\"a\": 'b'}", "c"},
	    {"CREATE SEMANTIC VIEW v FROM YAML FILE 'sales.yaml'", false, false, true, SV_FROM_YAML,
	     "sales.yaml", NULL},
	    {"CREATE SEMANTIC VIEW v FROM json file E's3://a\\'b'", false, false, true, SV_FROM_JSON,
	     "s3://a'b", NULL},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sv_statement *s = parse(&a, cases[i].source);
		assert_int_equal(s->kind, SV_STMT_CREATE);
		assert_int_equal(s->as.create.or_replace, cases[i].or_replace);
		assert_int_equal(s->if_exists, cases[i].if_not_exists);
		assert_int_equal(s->as.create.form, cases[i].form);
		assert_int_equal(s->as.create.is_file, cases[i].is_file);
		assert_int_equal(s->as.create.body != NULL, cases[i].form == SV_FROM_BODY);
		assert_text(s->as.create.text, cases[i].text);
		assert_text(s->as.create.comment, cases[i].comment);
	}
	sv_arena_free(&a);
}

static void reads_alter(void **state)
{
	static const struct {
		const char *source;
		sv_alter_action action;
		const char *new_name;
		const char *comment;
	} cases[] = {
	    {"ALTER SEMANTIC VIEW v RENAME TO db.\"w x\"", SV_ALTER_RENAME, "db|w x", NULL},
	    {"ALTER SEMANTIC VIEW v SET COMMENT = 'it''s'", SV_ALTER_SET_COMMENT, "", "it's"},
	    {"ALTER SEMANTIC VIEW v SET COMMENT = ''", SV_ALTER_SET_COMMENT, "", ""},
	    {"alter semantic view v unset comment", SV_ALTER_UNSET_COMMENT, "", NULL},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sv_statement *s = parse(&a, cases[i].source);
		assert_int_equal(s->kind, SV_STMT_ALTER);
		assert_int_equal(s->as.alter.action, cases[i].action);
		if (s->as.alter.new_name.parts.count)
			assert_string_equal(name_of(&a, &s->as.alter.new_name), cases[i].new_name);
		assert_text(s->as.alter.comment, cases[i].comment);
	}
	sv_arena_free(&a);
}

static void reads_show(void **state)
{
	static const struct {
		const char *source;
		sv_statement_kind kind;
		bool is_terse;
		sv_member_kind member;
		sv_scope in;
		const char *like;
		const char *where; /* database or view */
		const char *metric;
		const char *starts_with;
		int limit; /* -1: none */
	} cases[] = {
	    {"SHOW SEMANTIC VIEWS", SV_STMT_SHOW_VIEWS, false, SV_FACT, SV_IN_NOTHING, NULL, NULL, NULL,
	     NULL, -1},
	    {"show terse semantic views like 'a%' in account starts with 'A' limit 10",
	     SV_STMT_SHOW_VIEWS, true, SV_FACT, SV_IN_ACCOUNT, "a%", NULL, NULL, "A", 10},
	    {"SHOW SEMANTIC VIEWS IN DATABASE", SV_STMT_SHOW_VIEWS, false, SV_FACT, SV_IN_DATABASE,
	     NULL, NULL, NULL, NULL, -1},
	    {"SHOW SEMANTIC VIEWS IN DATABASE limit LIMIT 0", SV_STMT_SHOW_VIEWS, false, SV_FACT,
	     SV_IN_DATABASE, NULL, "limit", NULL, NULL, 0},
	    {"SHOW SEMANTIC VIEWS IN DATABASE LIMIT 5", SV_STMT_SHOW_VIEWS, false, SV_FACT,
	     SV_IN_DATABASE, NULL, NULL, NULL, NULL, 5},
	    {"SHOW SEMANTIC VIEWS IN DATABASE STARTS WITH 'x'", SV_STMT_SHOW_VIEWS, false, SV_FACT,
	     SV_IN_DATABASE, NULL, NULL, NULL, "x", -1},
	    {"SHOW SEMANTIC VIEWS IN DATABASE \"my db\"", SV_STMT_SHOW_VIEWS, false, SV_FACT,
	     SV_IN_DATABASE, NULL, "my db", NULL, NULL, -1},
	    {"SHOW SEMANTIC FACTS", SV_STMT_SHOW_MEMBERS, false, SV_FACT, SV_IN_NOTHING, NULL, NULL,
	     NULL, NULL, -1},
	    {"SHOW SEMANTIC METRICS LIKE 'x' IN a.b LIMIT 3;", SV_STMT_SHOW_MEMBERS, false, SV_METRIC,
	     SV_IN_VIEW, "x", "a|b", NULL, NULL, 3},
	    {"SHOW SEMANTIC METRICS IN DATABASE", SV_STMT_SHOW_MEMBERS, false, SV_METRIC,
	     SV_IN_DATABASE, NULL, NULL, NULL, NULL, -1},
	    {"SHOW SEMANTIC METRICS IN \"database\"", SV_STMT_SHOW_MEMBERS, false, SV_METRIC,
	     SV_IN_VIEW, NULL, "database", NULL, NULL, -1},
	    {"SHOW SEMANTIC DIMENSIONS IN sales FOR METRIC o.\"the revenue\" STARTS WITH 'r'",
	     SV_STMT_SHOW_MEMBERS, false, SV_DIMENSION, SV_IN_VIEW, NULL, "sales", "the revenue", "r",
	     -1},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sv_statement *s = parse(&a, cases[i].source);
		assert_int_equal(s->kind, cases[i].kind);
		assert_int_equal(s->as.show.is_terse, cases[i].is_terse);
		assert_int_equal(s->as.show.member, cases[i].member);
		assert_text(s->as.show.like, cases[i].like);
		assert_int_equal(s->as.show.in, cases[i].in);
		if (cases[i].in == SV_IN_VIEW)
			assert_string_equal(name_of(&a, &s->view), cases[i].where);
		else
			assert_text(s->as.show.database, cases[i].where);
		assert_text(s->as.show.metric.name, cases[i].metric);
		assert_text(s->as.show.starts_with, cases[i].starts_with);
		assert_int_equal(s->as.show.has_limit, cases[i].limit >= 0);
		if (cases[i].limit >= 0)
			assert_int_equal(s->as.show.limit, cases[i].limit);
	}
	sv_arena_free(&a);
}

static void takes_expressions_whole(void **state)
{
	static const char *const exprs[] = {
	    "o.a",
	    "coalesce(o.a, 0)",
	    "[o.a, o.b][1]",
	    "{'k': o.a, 'l': 2}",
	    "o.a || ', ' || o.b",
	    "$$a, ) b$$",
	    "E'\\', '",
	    "\"a, )\"",
	    "comment = 'x'",
	    "o.comment = 'x'",
	    "a AND comment = 'x'",
	    "CASE WHEN a THEN b COMMENT = 'x' END", /* nonsense, but DuckDB's to say */
	    "labels",
	    "x::TIMESTAMP WITH TIME ZONE",
	    "synonyms + labels",
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		static const char *const behind[] = {"", " COMMENT = 'c'", "\nWITH SYNONYMS = ('a')",
		                                     " LABELS (FILTER) COMMENT = 'c'"};
		for (size_t k = 0; k < sizeof(behind) / sizeof(behind[0]); k++) {
			sv_diags d;
			sv_buf text = SV_BUF_INIT(&a);
			sv_buf_putf(&text, "TABLES (o) DIMENSIONS (o.d AS %s%s, o.z AS 1)", exprs[i],
			            behind[k]);
			sv_str src = {text.ptr, text.len};
			sv_diags_init(&d, &a, "semantic view 'v'", src);
			const sv_body *b = sv_ddl_parse_body(&a, src, &d);
			if (!b) {
				fail_msg("%s: %s", src.ptr, d.first->message);
				return;
			}
			const sv_node *first = b->clauses[SV_NODE_DIMENSION].first;
			assert_string_equal(sv_str_dup(&a, first->as.member.expr.text), exprs[i]);
			assert_int_equal(b->clauses[SV_NODE_DIMENSION].count, 2);
			assert_int_equal(first->as.member.expr.span.end - first->as.member.expr.span.start,
			                 strlen(exprs[i]));
		}
	}
	sv_arena_free(&a);
}

static void says_what_is_expected(void **state)
{
	static const struct {
		const char *source;
		const char *message;
	} cases[] = {
	    {"DROP SEMANTIC VIEW a.'b'", "expected a name, found 'b'"},
	    {"DROP SEMANTIC VIEW a.", "expected a name at the end"},
	    {"DROP SEMANTIC VIEW \"\"", "a name cannot be empty"},
	    {"ALTER VIEW v", "expected SEMANTIC VIEW, found 'VIEW'"},
	    {"ALTER SEMANTIC VIEW", "expected the name of a semantic view at the end"},
	    {"CREATE SEMANTIC VIEW IF NOT v", "expected EXISTS, found 'v'"},
	    {"CREATE SEMANTIC VIEW v COMMENT AS TABLES (o)", "expected '=', found 'AS'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES o", "expected '(', found 'o'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o WITH SYNONYMS 'x')", "expected '(', found 'x'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o AS (SELECT [1)",
	     "expected ']' to close '[', found ')'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o AS (SELECT 1", "'(' is not closed"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o) METRICS (o.n AS sum([a, (b)", "'[' is not closed"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o, c) RELATIONSHIPS (\"\" AS o(id) REFERENCES c)",
	     "a name cannot be empty"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o, c) RELATIONSHIPS (r AS o(id) REFERENCES c ())",
	     "expected a name, found ')'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o) METRICS (o.m NON ADDITIVE BY d AS count(*))",
	     "expected '(', found 'd'"},
	    {"CREATE SEMANTIC VIEW v AS TABLES (o) METRICS", "expected '(' at the end"},
	    {"SHOW SEMANTIC DIMENSIONS IN v FOR n", "expected METRIC, found 'n'"},
	    {"DROP SEMANTIC VIEW \xFF",
	     "the statement text is not UTF-8: byte 0xFF at offset 19, in line 1"},
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_diags d;
		sv_str src = {cases[i].source, strlen(cases[i].source)};
		sv_diags_init(&d, &a, NULL, src);
		assert_null(sv_ddl_parse_statement(&a, src, &d));
		assert_int_equal(d.count, 1);
		assert_string_equal(d.first->message, cases[i].message);
	}
	sv_arena_free(&a);
}

typedef struct {
	sv_arena *arena;
	sv_str source;
} parse_args;

static void parse_and_show(void *arg)
{
	const parse_args *p = arg;
	sv_diags d;
	sv_buf out = SV_BUF_INIT(p->arena);
	sv_diags_init(&d, p->arena, "semantic view 'v'", p->source);
	sv_ddl_parse_statement(p->arena, p->source, &d);
	sv_diags_render(&d, &out);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	size_t n = 0;
	bool done = false;
	while (!done) {
		sv_arena a = {.fail_at = ++n};
		parse_args args = {
		    &a, SV_LIT("CREATE SEMANTIC VIEW a.\"b\"\"c\".d COMMENT = E'a\\n' AS TABLES (o) "
		               "DIMENSION (o.a AS 1, o b, c.d AS 2) METRICS (o.n USING (r, s) AS sum(x))")};
		done = sv_arena_try(&a, parse_and_show, &args);
		sv_arena_free(&a);
	}
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_the_parts_of_view_names),
	    cmocka_unit_test(reads_create),
	    cmocka_unit_test(reads_alter),
	    cmocka_unit_test(reads_show),
	    cmocka_unit_test(takes_expressions_whole),
	    cmocka_unit_test(says_what_is_expected),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
