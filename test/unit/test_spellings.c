/* One model, four spellings: whatever a definition was written in, what is printed
 * from it defines the same again, byte for byte in its stored form. */
#include "sv_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ddl/definition.h"
#include "ddl/parser.h"
#include "ddl/print.h"
#include "model/read.h"
#include "model/validate.h"
#include "model/write.h"
#include "random_model.h"
#include "sv_golden.h"

static sv_words keywords(void)
{
	static sv_str words[] = {{"AS", 2},      {"DEFAULT", 7}, {"FROM", 4},   {"KEY", 3},
	                         {"PRIMARY", 7}, {"SELECT", 6},  {"TABLES", 6}, {"USING", 5}};
	return (sv_words){words, sizeof(words) / sizeof(words[0])};
}

static sv_str text_of(sv_buf *b)
{
	return (sv_str){sv_buf_cstr(b), b->len};
}

static sv_str stored(sv_arena *a, const sv_model *m)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_model_put_json(m, &b);
	return text_of(&b);
}

static sv_str printed(sv_arena *a, const sv_model *m, sv_doc_style style)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_model_put_document(m, style, &b);
	return text_of(&b);
}

static sv_str statement(sv_arena *a, const sv_model *m, const sv_words *words)
{
	sv_buf b = SV_BUF_INIT(a);
	b.keywords = words;
	sv_ddl_put_create(m, SV_LIT("db.\"a view\""), &b);
	return text_of(&b);
}

static sv_model *read_text(sv_arena *a, const char *name, sv_str text, bool is_statement)
{
	sv_diags d;
	sv_buf shown = SV_BUF_INIT(a);
	sv_diags_init(&d, a, name, text);
	sv_model *m = sv_golden_read(a, text, is_statement, &d);
	sv_diags_render(&d, &shown);
	if (!m)
		fail_msg("%s\n%s", text.ptr, sv_buf_cstr(&shown));
	return m;
}

/* text defines what `wanted` says, and prints as the same text again. */
static sv_model *same_again(sv_arena *a, const char *name, sv_str text, bool is_statement,
                            sv_str wanted)
{
	sv_model *m = read_text(a, name, text, is_statement);
	sv_str got = stored(a, m);
	if (!sv_str_eq(got, wanted))
		fail_msg("%s: printed as\n%s\n\nstored as\n%s\n\nnot as\n%s", name, text.ptr, got.ptr,
		         wanted.ptr);
	return m;
}

static void round_trips(sv_arena *a, const char *name, const sv_model *m)
{
	sv_words words = keywords();
	sv_str wanted = stored(a, m);
	sv_str yaml = printed(a, m, SV_DOC_YAML);
	sv_str pretty = printed(a, m, SV_DOC_PRETTY);
	sv_str create = statement(a, m, &words);
	sv_diags d;
	sv_diags_init(&d, a, name, wanted);
	const sv_model *again = sv_model_read(a, wanted, &d);
	if (!again)
		fail_msg("%s: %s\n%s", name, d.first->message, wanted.ptr);
	assert_true(sv_str_eq(stored(a, again), wanted));
	same_again(a, name, wanted, false, wanted);
	m = same_again(a, name, yaml, false, wanted);
	assert_true(sv_str_eq(printed(a, m, SV_DOC_YAML), yaml));
	m = same_again(a, name, pretty, false, wanted);
	assert_true(sv_str_eq(printed(a, m, SV_DOC_PRETTY), pretty));
	m = same_again(a, name, create, true, wanted);
	assert_true(sv_str_eq(statement(a, m, &words), create));
	same_again(a, name, statement(a, m, NULL), true, wanted); /* every name quoted */
}

static bool survives(sv_arena *a, const sv_golden *g)
{
	sv_diags d;
	sv_model *m = read_text(a, g->name, g->given, sv_golden_is(g, ".stmt"));
	sv_str wanted = stored(a, m);
	round_trips(a, g->name, m);
	sv_diags_init(&d, a, g->name, g->given);
	if (!sv_model_validate(a, m, &d))
		fail_msg("%s: %s", g->name, d.first->message);
	assert_true(sv_str_eq(stored(a, m), wanted)); /* what was filled in is not printed */
	round_trips(a, g->name, m);
	return true;
}

static void every_definition_survives_all_spellings(void **state)
{
	(void)state;
	sv_golden_each("good", 60, survives);
}

/* SV_SEED chooses the models, SV_ROUNDS how many. */
static void every_random_model_survives_all_spellings(void **state)
{
	(void)state;
	const char *given = getenv("SV_SEED");
	const char *rounds = getenv("SV_ROUNDS");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	size_t count = rounds ? strtoul(rounds, NULL, 10) : 2000;
	print_message("SV_SEED=%llu\n", (unsigned long long)seed);
	for (size_t i = 0; i < count; i++) {
		sv_arena a = {0};
		char name[64];
		snprintf(name, sizeof(name), "SV_SEED=%llu, model %zu", (unsigned long long)seed, i);
		round_trips(&a, name, random_model(&a, seed + i * 1000003));
		sv_arena_free(&a);
	}
}

static void read_and_print(void *arg)
{
	sv_arena *a = arg;
	sv_str text = SV_LIT("tables:\n  - {name: o, source: 'a\"b', primary_key: [\"i\\x41\"]}\n"
	                     "metrics: [{name: n, expr: \"sum(x) -- y\\n+ 1\"}]\n");
	sv_diags d;
	sv_diags_init(&d, a, "semantic view 'v'", text);
	const sv_model *m = sv_definition_read(a,
	                                       SV_LIT("TABLES (o AS \"x\"\"y\") METRICS (o.n AS "
	                                              "sum(x) /* why */ + 1 COMMENT = E'a\\nb')"),
	                                       &d);
	sv_str stored_form = stored(a, m);
	m = sv_definition_read(a, stored_form, &d);
	sv_str yaml = printed(a, m, SV_DOC_YAML);
	m = sv_definition_read(a, yaml, &d);
	statement(a, m, NULL);
	assert_true(sv_str_eq(stored(a, m), stored_form));
	assert_null(sv_definition_read(a, text, &d)); /* the source is no name */
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	size_t n = 0;
	for (bool done = false; !done;) {
		sv_arena a = {.fail_at = ++n};
		done = sv_arena_try(&a, read_and_print, &a);
		sv_arena_free(&a);
	}
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_definition_survives_all_spellings),
	    cmocka_unit_test(every_random_model_survives_all_spellings),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
