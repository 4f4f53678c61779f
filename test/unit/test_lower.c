/* What clauses become, and where it stands. */
#include "sv_test.h"

#include "ddl/definition.h"
#include "model/read.h"
#include "model/write.h"

static sv_model *define(sv_arena *a, sv_str source)
{
	sv_diags d;
	sv_diags_init(&d, a, NULL, source);
	sv_model *m = sv_definition_read(a, source, &d);
	if (!m)
		fail_msg("%s", d.first->message);
	return m;
}

static void assert_place(sv_str source, sv_span place, const char *wanted)
{
	sv_str got = {source.ptr + place.start, place.end - place.start};
	if (!sv_str_eq(got, (sv_str){wanted, strlen(wanted)}))
		fail_msg("'%.*s' is not '%s'", SV_FMT(got), wanted);
}

static void keeps_places(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_str s =
	    SV_LIT("TABLES (o AS main . orders, \"my c\" PRIMARY KEY (id), q AS ( FROM t ))\n"
	           "RELATIONSHIPS (r AS o(x) REFERENCES \"my c\", o(y) REFERENCES q(z) DEFAULT)\n"
	           "FACTS (PRIVATE o.\"f\" AS /* a */ x + 1 COMMENT = 'c')\n"
	           "METRICS (o.n USING (r) NON ADDITIVE BY (o . d DESC) PER (e) AS\n"
	           "  sum(x) /* b */, share AS n * 2) FILTERS ( o.f > 0 )");
	const sv_model *m = define(&a, s);
	assert_place(s, m->tables[0].place, "o");
	assert_place(s, m->tables[0].source_place, "main . orders");
	assert_place(s, m->tables[1].place, "\"my c\"");
	assert_place(s, m->tables[2].source_place, "( FROM t )");
	assert_place(s, m->relationships[0].place, "r");
	assert_place(s, m->relationships[0].from.place, "o");
	assert_place(s, m->relationships[0].to.place, "\"my c\"");
	assert_place(s, m->relationships[1].place, "o(y) REFERENCES q(z) DEFAULT");
	assert_place(s, m->members[0].place, "\"f\"");
	assert_place(s, m->members[0].table.place, "o");
	assert_place(s, m->members[0].expr.place, "x + 1");
	assert_place(s, m->members[1].uses.items[0].place, "r");
	assert_place(s, m->members[1].non_additive[0].dimension.place, "o . d");
	assert_place(s, m->members[1].per.items[0].place, "e");
	assert_place(s, m->members[1].expr.place, "sum(x)");
	assert_place(s, m->filters[0].place, "o.f > 0");
	sv_arena_free(&a);
}

static void leaves_to_validation_what_names_mean(void **state)
{
	(void)state;
	sv_arena a = {0};
	const sv_model *m =
	    define(&a, SV_LIT("TABLES (orders) RELATIONSHIPS (o(x) REFERENCES c) DIMENSIONS (d AS 1) "
	                      "METRICS (o.n USING (r) NON ADDITIVE BY (d) PER (e) AS 1, m AS 2)"));
	assert_true(m->relationships[0].from.index == SV_NONE);
	assert_true(m->relationships[0].to.index == SV_NONE);
	assert_null(m->relationships[0].name.ptr);
	assert_false(m->relationships[0].is_named);
	assert_int_equal(m->members[0].kind, SV_DIMENSION);
	assert_null(m->members[0].table.name.ptr);
	for (size_t i = 0; i < 3; i++)
		assert_true(m->members[i].table.index == SV_NONE);
	assert_true(m->members[1].uses.items[0].index == SV_NONE);
	assert_true(m->members[1].non_additive[0].dimension.index == SV_NONE);
	assert_false(m->members[1].non_additive[0].has_order);
	assert_int_equal(m->members[1].non_additive[0].nulls, SV_NULLS_UNSET);
	assert_true(m->members[1].per.items[0].index == SV_NONE);
	assert_null(m->members[2].comment.ptr);
	assert_null(m->comment.ptr);
	sv_arena_free(&a);
}

/* The first character or word says which spelling it is. */
static void tells_the_spellings_apart(void **state)
{
	static const char *const texts[] = {
	    "TABLES (o) METRICS (o.n AS count(*))",
	    "-- a\n/* b */ tables(o)metrics(o.n as count(*))",
	    "{\"tables\": [{\"name\": \"o\"}], \"metrics\": [{\"table\": \"o\", \"name\": \"n\", "
	    "\"expr\": \"count(*)\"}]}",
	    "\n\t{\"tables\": [{\"name\": \"o\"}], \"metrics\": [{\"table\": \"o\", \"name\": \"n\", "
	    "\"expr\": \"count(*)\"}]}",
	    "tables: [{name: o}]\nmetrics: [{table: o, name: n, expr: count(*)}]",
	    "tables : [{name: o}]\nmetrics: [{table: o, name: n, expr: count(*)}]",
	    "# a comment\n---\nmetrics: [{table: o, name: n, expr: count(*)}]\ntables: [{name: o}]",
	    "\"tables\": [{name: o}]\nmetrics: [{table: o, name: n, expr: count(*)}]",
	    "\xEF\xBB\xBFTABLES (o) METRICS (o.n AS count(*))",
	};
	(void)state;
	sv_arena a = {0};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const sv_model *m = define(&a, (sv_str){texts[i], strlen(texts[i])});
		assert_int_equal(m->table_count, 1);
		assert_int_equal(m->metric_count, 1);
		assert_true(sv_str_eq(m->members[0].expr.text, SV_LIT("count(*)")));
	}
	sv_arena_free(&a);
}

/* What is accepted can be read when it was stored. */
static void caps_what_would_be_stored(void **state)
{
	static const struct {
		size_t synonyms;
		bool is_fine;
	} cases[] = {{100000, true}, {800000, false}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_arena a = {0};
		sv_diags d;
		sv_buf b = SV_BUF_INIT(&a);
		sv_buf stored = SV_BUF_INIT(&a);
		sv_buf_puts(&b, "TABLES (o) METRICS (o.n AS count(*) WITH SYNONYMS (");
		for (size_t k = 0; k < cases[i].synonyms; k++)
			sv_buf_puts(&b, "'x',");
		sv_buf_puts(&b, "))");
		sv_str text = {b.ptr, b.len};
		sv_diags_init(&d, &a, NULL, text);
		const sv_model *m = sv_definition_read(&a, text, &d);
		assert_int_equal(m != NULL, cases[i].is_fine);
		if (!m) {
			assert_non_null(strstr(d.first->message, "with 800011 values, at most"));
		} else {
			sv_model_put_json(m, &stored);
			assert_non_null(sv_model_read(&a, (sv_str){stored.ptr, stored.len}, &d));
		}
		sv_arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_places),
	    cmocka_unit_test(leaves_to_validation_what_names_mean),
	    cmocka_unit_test(tells_the_spellings_apart),
	    cmocka_unit_test(caps_what_would_be_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
