/* From documents to models, and what is stored beside them. */
#include "sv_test.h"

#include "model/read.h"
#include "model/validate.h"
#include "model/write.h"

static sv_model *read_json(sv_arena *a, const char *text)
{
	sv_diags d;
	sv_str source = {text, strlen(text)};
	sv_diags_init(&d, a, NULL, source);
	sv_model *m = sv_model_read(a, source, &d);
	if (!m)
		fail_msg("%s: %s", text, d.first->message);
	return m;
}

static void assert_str(sv_str got, const char *wanted)
{
	if (!wanted)
		assert_null(got.ptr);
	else if (!got.ptr || !sv_str_eq(got, (sv_str){wanted, strlen(wanted)}))
		fail_msg("'%.*s' is not '%s'", SV_FMT(got), wanted);
}

static void reads_every_field_of_the_full_form(void **state)
{
	(void)state;
	sv_arena a = {0};
	const sv_model *m = read_json(
	    &a,
	    "{\"comment\": \"\", \"tables\": [{\"name\": \"o\", \"source\": \"main.orders\","
	    "\"primary_key\": [\"id\"], \"unique_keys\": [[\"a\"], [\"b\", \"c\"]],"
	    "\"comment\": \"x\", \"synonyms\": [\"s\"]}, {\"name\": \"My C\"},"
	    "{\"name\": \"q\", \"source\": \"(SELECT 1)\"}],"
	    "\"relationships\": [{\"name\": \"r\", \"from\": \"o\", \"from_columns\": [\"x\", \"y\"],"
	    "\"to\": \"My C\", \"to_columns\": [\"b\", \"c\"], \"default\": true,"
	    "\"assume_referential_integrity\": true}, {\"from\": \"o\", \"from_columns\": [\"x\"],"
	    "\"to\": \"q\"}], \"facts\": [{\"table\": \"o\", \"name\": \"f\", \"expr\": \" 1 \","
	    "\"private\": true}], \"dimensions\": [{\"table\": \"o\", \"name\": \"d\","
	    "\"expr\": \"e\", \"labels\": [\"FILTER\"], \"synonyms\": [\"t\"]}],"
	    "\"metrics\": [{\"name\": \"m\", \"expr\": \"g\", \"using\": [\"r.s\"],"
	    "\"non_additive_by\": [\"o.d\", {\"dimension\": \"d e\", \"order\": \"DESC\","
	    "\"nulls\": \"first\"}], \"non_additive_per\": [\"d\"]}], \"filters\": [\"h\"]}");
	assert_false(m->is_seed);
	assert_str(m->comment, "");
	assert_int_equal(m->table_count, 3);
	assert_str(m->tables[0].name, "o");
	assert_str(m->tables[0].source, "main.orders");
	assert_str(m->tables[0].primary_key.items[0], "id");
	assert_int_equal(m->tables[0].unique_key_count, 2);
	assert_str(m->tables[0].unique_keys[1].items[1], "c");
	assert_str(m->tables[0].comment, "x");
	assert_str(m->tables[0].synonyms.items[0], "s");
	assert_str(m->tables[1].source, "\"My C\"");
	assert_str(m->tables[1].comment, NULL);
	assert_true(m->tables[2].is_query);
	assert_true(m->relationships[0].is_named && m->relationships[0].is_default);
	assert_true(m->relationships[0].assumes_integrity && m->relationships[0].has_to_columns);
	assert_true(m->relationships[0].to.index == SV_NONE);
	assert_str(m->relationships[0].from_columns.items[1], "y");
	assert_false(m->relationships[1].is_named || m->relationships[1].has_to_columns);
	assert_int_equal(m->fact_count + m->dimension_count + m->metric_count, 3);
	assert_str(m->members[0].expr.text, "1");
	assert_true(m->members[0].is_private && m->members[0].kind == SV_FACT);
	assert_true(m->members[1].is_filter && m->members[1].kind == SV_DIMENSION);
	const sv_member *metric = &m->members[2];
	assert_str(metric->table.name, NULL);
	assert_true(metric->table.index == SV_NONE && metric->kind == SV_METRIC);
	assert_str(metric->uses.items[0].name, "r.s");
	assert_str(metric->non_additive[0].dimension.qualifier, "o");
	assert_false(metric->non_additive[0].has_order);
	assert_str(metric->non_additive[1].dimension.name, "d e");
	assert_true(metric->non_additive[1].has_order && metric->non_additive[1].is_descending);
	assert_int_equal(metric->non_additive[1].nulls, SV_NULLS_FIRST);
	assert_str(metric->per.items[0].name, "d");
	assert_str(m->filters[0].text, "h");
	sv_arena_free(&a);
}

static void reads_the_seed_form(void **state)
{
	(void)state;
	sv_arena a = {0};
	const sv_model *m = read_json(
	    &a, "{\"base_table\": \"main.\\\"My Orders\\\"\", \"dimensions\": [{\"name\": \"region\","
	        "\"expr\": \"customers.region\"}], \"metrics\": [{\"name\": \"n\", \"expr\": "
	        "\"count(*)\"}],"
	        "\"filters\": [\"a = 1\"], \"joins\": [{\"table\": \"customers\", \"on\": \"x = y -- "
	        "z\"}]}");
	assert_true(m->is_seed);
	assert_int_equal(m->table_count, 2);
	assert_str(m->tables[0].name, "My Orders");
	assert_str(m->tables[0].source, "main.\"My Orders\"");
	assert_int_equal(m->relationship_count, 1);
	assert_str(m->relationships[0].on.text, "x = y");
	assert_str(m->relationships[0].from.name, "My Orders");
	assert_str(m->relationships[0].to.name, "customers");
	assert_int_equal(m->members[0].table.index, 0);
	assert_int_equal(m->members[1].kind, SV_METRIC);
	assert_str(m->filters[0].text, "a = 1");
	sv_arena_free(&a);
}

/* A caret inside an expression can be right only if the place is. */
static void places_expressions_without_their_quotes(void **state)
{
	(void)state;
	sv_arena a = {0};
	static const char text[] =
	    "{\"tables\": [{\"name\": \"o\"}], \"metrics\": [{\"name\": \"n\", "
	    "\"expr\": \" sum(x) \"}, {\"name\": \"m\", \"expr\": \"\\u0061\"}]}";
	const sv_model *m = read_json(&a, text);
	const sv_expr *plain = &m->members[0].expr;
	assert_memory_equal(text + plain->place.start, "sum(x)", 6);
	assert_int_equal(plain->place.end - plain->place.start, 6);
	assert_memory_equal(text + m->members[1].expr.place.start, "\"\\u0061\"", 8);
	assert_memory_equal(text + m->members[0].place.start, "n\"", 2);
	sv_arena_free(&a);
}

/* ------------------------------------------------------------ `resolved` */

static const char view[] =
    "{\"tables\": [{\"name\": \"o\"}, {\"name\": \"c\", \"primary_key\": [\"id\"]}],"
    "\"relationships\": [{\"name\": \"r\", \"from\": \"o\", \"from_columns\": [\"c\"], \"to\": "
    "\"c\"}],"
    "\"facts\": [{\"table\": \"o\", \"name\": \"net\", \"expr\": \"amount * \\\"the rate\\\"\"}],"
    "\"dimensions\": [{\"table\": \"c\", \"name\": \"city\", \"expr\": \"r.city\"}],"
    "\"metrics\": [{\"table\": \"o\", \"name\": \"sales\", \"expr\": \"sum(net) FILTER (WHERE "
    "true)\"},"
    "{\"name\": \"share\", \"expr\": \"sales / sum(sales) OVER (PARTITION BY EXCLUDING city)\"}],"
    "\"filters\": [\"o.net > 0 AND o.amount > 0\"]}";

static sv_ref ref(uint32_t start, uint32_t end, sv_ref_kind kind, size_t table, size_t member)
{
	return (sv_ref){.start = start,
	                .end = end,
	                .kind = kind,
	                .table = table,
	                .member = member,
	                .role = SV_NONE,
	                .call = SV_NONE,
	                .window = SV_NONE};
}

static void set_refs(sv_arena *a, sv_expr *e, const sv_ref *refs, size_t count)
{
	e->is_resolved = true;
	e->ref_count = count;
	e->refs = SV_NEW_N(a, sv_ref, count);
	memcpy(e->refs, refs, count * sizeof(*refs));
}

/* The view with what resolving it would have found. */
static sv_model *resolved_view(sv_arena *a)
{
	sv_model *m = read_json(a, view);
	sv_ref refs[2] = {ref(0, 6, SV_REF_COLUMN, 0, SV_NONE), ref(9, 19, SV_REF_COLUMN, 0, SV_NONE)};
	refs[0].column = SV_LIT("amount");
	refs[0].is_strict = true;
	refs[1].column = SV_LIT("the rate");
	set_refs(a, &m->members[0].expr, refs, 2);
	refs[0] = ref(0, 6, SV_REF_COLUMN, 1, SV_NONE);
	refs[0].role = 0;
	refs[0].column = SV_LIT("another name");
	set_refs(a, &m->members[1].expr, refs, 1);
	refs[0] = ref(4, 7, SV_REF_MEMBER, 0, 0);
	refs[0].call = 0;
	set_refs(a, &m->members[2].expr, refs, 1);
	static sv_call call = {.start = 0, .end = 28, .empty = SV_EMPTY_NULL};
	m->members[2].expr.calls = &call;
	m->members[2].expr.call_count = 1;
	refs[0] = ref(0, 5, SV_REF_METRIC, SV_NONE, 2);
	refs[1] = ref(12, 17, SV_REF_METRIC, SV_NONE, 2);
	refs[1].window = 0;
	set_refs(a, &m->members[3].expr, refs, 2);
	static size_t excluded[] = {1};
	static sv_window window = {.start = 8,
	                           .end = 53,
	                           .over = 25,
	                           .partition_start = 25,
	                           .partition_end = 52,
	                           .is_excluding = true,
	                           .excluded = excluded,
	                           .excluded_count = 1};
	m->members[3].expr.windows = &window;
	m->members[3].expr.window_count = 1;
	refs[0] = ref(0, 5, SV_REF_MEMBER, 0, 0);
	refs[1] = ref(14, 22, SV_REF_COLUMN, 0, SV_NONE);
	refs[1].column = SV_LIT("amount");
	set_refs(a, &m->filters[0], refs, 2);
	static sv_reject rejects[] = {{SV_REJECT_AND, 2}, {SV_REJECT_REF, 0}, {SV_REJECT_REF, 1}};
	m->filters[0].rejects = rejects;
	m->filters[0].reject_count = 3;
	m->tables[1].found_schema = SV_LIT("main");
	m->tables[1].found_name = SV_LIT("C \"x\"");
	return m;
}

static sv_str stored(sv_arena *a, const sv_model *m)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_model_put_json(m, &b);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static void keeps_what_was_resolved(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_str text = stored(&a, resolved_view(&a));
	assert_non_null(strstr(text.ptr, "\"resolved\":{\"fingerprint\":\""));
	sv_model *m = read_json(&a, text.ptr);
	assert_true(sv_str_eq(stored(&a, m), text));
	for (size_t i = 0; i < 4; i++)
		assert_true(m->members[i].expr.is_resolved);
	assert_str(m->members[0].expr.refs[1].column, "the rate");
	assert_true(m->members[0].expr.refs[0].is_strict);
	assert_str(m->members[1].expr.refs[0].column, "another name");
	assert_int_equal(m->members[1].expr.refs[0].role, 0);
	assert_int_equal(m->members[2].expr.calls[0].end, 28);
	assert_int_equal(m->members[2].expr.refs[0].member, 0);
	assert_true(m->members[2].expr.refs[0].window == SV_NONE);
	assert_int_equal(m->members[3].expr.windows[0].partition_end, 52);
	assert_int_equal(m->members[3].expr.windows[0].excluded[0], 1);
	assert_int_equal(m->filters[0].reject_count, 3);
	assert_int_equal(m->filters[0].rejects[2].value, 1);
	assert_str(m->tables[0].found_name, NULL);
	assert_str(m->tables[1].found_schema, "main");
	assert_str(m->tables[1].found_name, "C \"x\"");
	sv_diags d;
	sv_diags_init(&d, &a, NULL, text);
	assert_non_null(sv_model_validate(&a, m, &d));
	assert_true(sv_str_eq(stored(&a, m), text)); /* what validation fills in is not stored */
	sv_arena_free(&a);
}

/* The stored text with one piece of it replaced. */
static const char *edited(sv_arena *a, sv_str text, const char *from, const char *to)
{
	sv_buf b = SV_BUF_INIT(a);
	const char *at = strstr(text.ptr, from);
	if (!at)
		fail_msg("no %s in %s", from, text.ptr);
	sv_buf_put(&b, (sv_str){text.ptr, (size_t)(at - text.ptr)});
	sv_buf_puts(&b, to);
	sv_buf_puts(&b, at + strlen(from));
	return sv_buf_cstr(&b);
}

static void trusts_nothing_that_does_not_fit(void **state)
{
	static const struct {
		const char *from;
		const char *to;
	} cases[] = {
	    {"\"expr\":\"r.city\"", "\"expr\":\"r.name\""}, /* the author's text was edited */
	    {"\"primary_key\":[\"id\"]", "\"primary_key\":[\"no\"]"},
	    {"\"fingerprint\":\"", "\"fingerprint\":\"0"},
	    {"\"sources\":[null,", "\"sources\":["},
	    {"\"sources\":[null", "\"sources\":[1"},
	    {"\"expressions\":[\"", "\"expressions\":[\"9"},                      /* 92 references */
	    {"\"expressions\":[\"2 0 6 ", "\"expressions\":[\"2 0 99 "},          /* behind the text */
	    {"\"expressions\":[\"2 0 6 ", "\"expressions\":[\"2 6 6 "},           /* empty */
	    {"\"expressions\":[\"2 0 6 0", "\"expressions\":[\"2 0 6 4"},         /* no such kind */
	    {"\"expressions\":[\"2 0 6 0 1 0", "\"expressions\":[\"2 0 6 0 3 0"}, /* no such table */
	    {"\"expressions\":[\"2 0 6 0 1 0", "\"expressions\":[\"2 0 6 0 0 0"}, /* column of none */
	    {"\"expressions\":[\"2 0 6 0 1 0", "\"expressions\":[\"2 0 6 1 1 3"}, /* a metric */
	    {"\"expressions\":[\"2 0 6 0 1 0", "\"expressions\":[\"2 0 6 1 1 9"}, /* no such member */
	    {"\"expressions\":[\"2 0 6 0 1 0 0", "\"expressions\":[\"2 0 6 0 1 0 2"}, /* no such role */
	    {"\"expressions\":[\"2 0 6 0 1 0 0 0", "\"expressions\":[\"2 0 6 0 1 0 0 1"}, /* no call */
	    {"\"expressions\":[\"2 0 6", "\"expressions\":[\"2 0 12"}, /* overlaps the next */
	    {"\"expressions\":[\"2 ", "\"expressions\":[\"x "},
	    {"\"expressions\":[\"2 ", "\"expressions\":[\"-2 "},
	    {"\"expressions\":[\"2 ", "\"expressions\":[\"99999999999999999999999 "},
	    {"\"expressions\":[\"2 ", "\"expressions\":[\"\",\"2 "}, /* one too many */
	    {"3 0 2 2 0 2 1\"", "3 0 2 2 0 2 2\""},                  /* rejects: no such reference */
	    {"3 0 2 2 0 2 1\"", "3 0 2 2 0\""},                      /* rejects: cut short */
	    {"\"names\":[", "\"names\":[1,"},
	    {"\"names\":[\"another name\"]", "\"names\":[]"},
	    {"\"names\":[\"another name\"]", "\"names\":null"},
	};
	(void)state;
	sv_arena a = {0};
	sv_str text = stored(&a, resolved_view(&a));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sv_model *m = read_json(&a, edited(&a, text, cases[i].from, cases[i].to));
		for (size_t k = 0; k < 4; k++)
			if (m->members[k].expr.is_resolved)
				fail_msg("trusted: %s", cases[i].to);
		assert_false(m->filters[0].is_resolved);
		assert_null(m->tables[1].found_name.ptr);
	}
	const char *empty = edited(&a, text, "\"resolved\":{", "\"resolved\":[{");
	empty = edited(&a, (sv_str){empty, strlen(empty)}, "\"]}}", "\"]}]}");
	assert_false(read_json(&a, empty)->filters[0].is_resolved);
	sv_arena_free(&a);
}

/* Facts that name each other would never come to an end. */
static void does_not_trust_circles(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model *m = resolved_view(&a);
	m->members[0].expr.refs[0].kind = SV_REF_MEMBER;
	m->members[0].expr.refs[0].member = 1;
	m->members[1].expr.refs[0].kind = SV_REF_MEMBER;
	m->members[1].expr.refs[0].member = 0;
	sv_str text = stored(&a, m);
	assert_false(read_json(&a, text.ptr)->members[0].expr.is_resolved);
	m->members[1].expr.refs[0].member = 1; /* itself */
	text = stored(&a, m);
	assert_false(read_json(&a, text.ptr)->members[0].expr.is_resolved);
	m->members[1].expr.ref_count = 0;
	for (size_t t = 0; t < m->table_count; t++)
		if (sv_str_ieq(m->tables[t].name, m->members[1].table.name))
			m->members[0].expr.refs[0].table = t;
	text = stored(&a, m);
	assert_true(read_json(&a, text.ptr)->members[0].expr.is_resolved);
	m->members[0].expr.refs[0].table = 1 - m->members[0].expr.refs[0].table; /* another's */
	text = stored(&a, m);
	assert_false(read_json(&a, text.ptr)->members[0].expr.is_resolved);
	sv_arena_free(&a);
}

static void out_of_its_window(sv_model *m)
{
	m->members[3].expr.refs[1].window = SV_NONE;
}

static void call_in_a_window(sv_model *m)
{
	static sv_call call = {.start = 19, .end = 24};
	m->members[3].expr.calls = &call;
	m->members[3].expr.call_count = 1;
}

static void metric_in_a_fact(sv_model *m)
{
	m->members[0].expr.refs[0] = ref(0, 6, SV_REF_METRIC, SV_NONE, 2);
}

static void column_beside_a_metric(sv_model *m)
{
	m->members[3].expr.refs[0] = ref(0, 5, SV_REF_COLUMN, 0, SV_NONE);
	m->members[3].expr.refs[0].column = SV_LIT("sales");
}

static void window_without_brackets(sv_model *m)
{
	sv_window *w = &m->members[3].expr.windows[0];
	w->over = w->partition_start = w->partition_end = w->end;
}

static void does_not_trust_what_cannot_stand_there(void **state)
{
	static void (*const spoil[])(sv_model *) = {
	    out_of_its_window,      call_in_a_window,        metric_in_a_fact,
	    column_beside_a_metric, window_without_brackets,
	};
	(void)state;
	for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
		sv_arena a = {0};
		sv_model *m = resolved_view(&a);
		m->members[3].expr.windows =
		    memcpy(SV_NEW(&a, sv_window), m->members[3].expr.windows, sizeof(sv_window));
		assert_true(read_json(&a, stored(&a, m).ptr)->members[3].expr.is_resolved);
		spoil[i](m);
		assert_false(read_json(&a, stored(&a, m).ptr)->members[3].expr.is_resolved);
		sv_arena_free(&a);
	}
}

/* The condition of a join may not read what is joined later. */
static void does_not_trust_joins_that_look_ahead(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model *m = read_json(
	    &a, "{\"base_table\": \"o\", \"dimensions\": [], \"metrics\": [], \"joins\": ["
	        "{\"table\": \"b\", \"on\": \"x = 1\"}, {\"table\": \"c\", \"on\": \"y = 1\"}]}");
	for (size_t i = 0; i < 2; i++) {
		sv_ref at = ref(0, 1, SV_REF_COLUMN, i + 1, SV_NONE);
		at.column = i ? SV_LIT("y") : SV_LIT("x");
		set_refs(&a, &m->relationships[i].on, &at, 1);
	}
	assert_true(read_json(&a, stored(&a, m).ptr)->relationships[0].on.is_resolved);
	m->relationships[0].on.refs[0].table = 2;
	assert_false(read_json(&a, stored(&a, m).ptr)->relationships[0].on.is_resolved);
	sv_arena_free(&a);
}

static bool trusts_a_chain(size_t facts)
{
	sv_arena a = {0};
	sv_buf text = SV_BUF_INIT(&a);
	sv_buf_puts(&text, "{\"tables\": [{\"name\": \"o\"}], \"facts\": [");
	for (size_t i = 0; i < facts; i++)
		sv_buf_putf(&text, "%s{\"table\": \"o\", \"name\": \"f%zu\", \"expr\": \"f\"}",
		            i ? "," : "", i);
	sv_buf_puts(&text, "]}");
	sv_model *m = read_json(&a, sv_buf_cstr(&text));
	for (size_t i = 1; i < facts; i++) {
		sv_ref at = ref(0, 1, SV_REF_MEMBER, 0, i - 1);
		set_refs(&a, &m->members[i].expr, &at, 1);
	}
	bool is_trusted = read_json(&a, stored(&a, m).ptr)->members[1].expr.is_resolved;
	sv_arena_free(&a);
	return is_trusted;
}

static void does_not_trust_long_chains(void **state)
{
	(void)state;
	assert_true(trusts_a_chain(SV_MAX_NESTING));
	assert_false(trusts_a_chain(SV_MAX_NESTING + 2));
}

static void cuts_long_keys_between_characters(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_buf text = SV_BUF_INIT(&a);
	sv_diags d;
	sv_buf_puts(&text, "{\"tables\": [{\"name\": \"o\"}], \"facts\": [{\"table\": \"o\", \"name\": "
	                   "\"f\", \"expr\": \"1\"}], \"x");
	for (size_t i = 0; i < 60; i++)
		sv_buf_puts(&text, "\xC3\xA9");
	sv_buf_puts(&text, "\": 1}");
	sv_str source = {text.ptr, text.len};
	sv_diags_init(&d, &a, NULL, source);
	assert_null(sv_model_read(&a, source, &d));
	sv_buf shown = SV_BUF_INIT(&a);
	sv_buf_puts(&shown, "unknown key 'x");
	for (size_t i = 0; i < 39; i++) /* 79 bytes: the 80th begins a character */
		sv_buf_puts(&shown, "\xC3\xA9");
	sv_buf_puts(&shown, "' in the definition");
	assert_string_equal(d.first->message, sv_buf_cstr(&shown));
	sv_arena_free(&a);
}

static void refuses_more_members_than_are_allowed(void **state)
{
	static const char *const starts[] = {
	    "{\"tables\": [{\"name\": \"o\"}], \"metrics\": [",
	    "{\"base_table\": \"o\", \"dimensions\": [], \"metrics\": [",
	};
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		sv_arena a = {0};
		sv_diags d;
		sv_buf text = SV_BUF_INIT(&a);
		sv_buf_puts(&text, starts[k]);
		for (size_t i = 0; i <= SV_MAX_MEMBERS; i++)
			sv_buf_putf(&text, "%s{\"name\": \"n%zu\", \"expr\": \"1\"}", i ? "," : "", i);
		sv_buf_puts(&text, "]}");
		sv_str source = {text.ptr, text.len};
		sv_diags_init(&d, &a, NULL, source);
		assert_null(sv_model_read(&a, source, &d));
		assert_string_equal(d.first->message, "the definition has 4097 facts, dimensions and "
		                                      "metrics, at most 4096 are allowed");
		sv_arena_free(&a);
	}
}

/* Then the view is resolved anew by each request, which is slower and as right. */
static void leaves_out_what_was_resolved_where_it_is_too_long(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model *m = resolved_view(&a);
	char *name = sv_arena_alloc(&a, SV_MAX_STORED);
	memset(name, 'x', SV_MAX_STORED);
	m->members[1].expr.refs[0].column = (sv_str){name, SV_MAX_STORED};
	sv_str text = stored(&a, m);
	assert_null(strstr(text.ptr, "resolved"));
	assert_str(read_json(&a, text.ptr)->members[1].expr.text, "r.city");
	sv_arena_free(&a);
}

static void says_what_is_no_map(void **state)
{
	static const struct {
		const char *definition;
		const char *message;
	} cases[] = {
	    {"{\"tables\": [\"o\"], \"metrics\": [{\"name\": \"n\", \"expr\": \"1\"}]}",
	     "$.tables[0] must be a map, not a string"},
	    {"{\"tables\": [{\"name\": \"o\"}], \"relationships\": [[]], \"metrics\": [{\"name\": "
	     "\"n\", \"expr\": \"1\"}]}",
	     "$.relationships[0] must be a map, not a list"},
	    {"{\"base_table\": \"o\", \"dimensions\": [7], \"metrics\": []}",
	     "$.dimensions[0] must be a map, not a number"},
	    {"{\"tables\": [{\"name\": \"o\"}], \"metrics\": [{\"name\": \"n\", \"expr\": \"1\", "
	     "\"non_additive_by\": [{\"dimension\": \"d\", \"order\": true}]}]}",
	     "$.metrics[0].non_additive_by[0].order must be a string, not a boolean"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_arena a = {0};
		sv_diags d;
		sv_str source = {cases[i].definition, strlen(cases[i].definition)};
		sv_diags_init(&d, &a, NULL, source);
		assert_null(sv_model_read(&a, source, &d));
		assert_int_equal(d.count, 1);
		assert_string_equal(d.first->message, cases[i].message);
		sv_arena_free(&a);
	}
}

/* No hint and no path is worked out for problems that nobody sees; all are counted. */
static void counts_problems_that_are_not_shown(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		sv_arena a = {0};
		sv_buf text = SV_BUF_INIT(&a);
		sv_diags d;
		sv_buf_puts(&text, "{\"metrics\": [{\"name\": \"n\", \"expr\": \"1\"}], \"tables\": [");
		for (size_t i = 0; i < 30; i++) {
			sv_buf_puts(&text, i ? ", " : "");
			if (k == 0)
				sv_buf_putf(&text, "{\"nam\": \"x\", \"name\": \"t%zu\"}", i);
			else if (k == 1)
				sv_buf_putf(&text, "%zu", i);
			else
				sv_buf_putf(&text, "{\"name\": %zu}", i);
		}
		sv_buf_puts(&text, "]}");
		sv_str source = {text.ptr, text.len};
		sv_diags_init(&d, &a, NULL, source);
		assert_null(sv_model_read(&a, source, &d));
		assert_int_equal(d.count, 30);
		sv_buf shown = SV_BUF_INIT(&a);
		sv_diags_render(&d, &shown);
		assert_non_null(strstr(sv_buf_cstr(&shown), "\n\n... and 10 more"));
		sv_arena_free(&a);
	}
}

static void leaves_out_what_was_resolved_on_request(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model *m = resolved_view(&a);
	sv_buf b = SV_BUF_INIT(&a);
	sv_buf yaml = SV_BUF_INIT(&a);
	sv_model_put_stored(m, false, &b);
	sv_model_put_yaml(m, &yaml);
	assert_null(strstr(sv_buf_cstr(&b), "resolved"));
	assert_null(strstr(sv_buf_cstr(&yaml), "resolved"));
	sv_arena_free(&a);
}

static void read_resolved(void *arg)
{
	sv_arena *a = arg;
	read_json(a, stored(a, resolved_view(a)).ptr);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	size_t n = 0;
	for (bool done = false; !done;) {
		sv_arena a = {.fail_at = ++n};
		done = sv_arena_try(&a, read_resolved, &a);
		sv_arena_free(&a);
	}
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_field_of_the_full_form),
	    cmocka_unit_test(reads_the_seed_form),
	    cmocka_unit_test(places_expressions_without_their_quotes),
	    cmocka_unit_test(keeps_what_was_resolved),
	    cmocka_unit_test(trusts_nothing_that_does_not_fit),
	    cmocka_unit_test(does_not_trust_circles),
	    cmocka_unit_test(does_not_trust_what_cannot_stand_there),
	    cmocka_unit_test(does_not_trust_joins_that_look_ahead),
	    cmocka_unit_test(does_not_trust_long_chains),
	    cmocka_unit_test(cuts_long_keys_between_characters),
	    cmocka_unit_test(refuses_more_members_than_are_allowed),
	    cmocka_unit_test(leaves_out_what_was_resolved_where_it_is_too_long),
	    cmocka_unit_test(says_what_is_no_map),
	    cmocka_unit_test(counts_problems_that_are_not_shown),
	    cmocka_unit_test(leaves_out_what_was_resolved_on_request),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
