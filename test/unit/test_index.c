#include "sv_test.h"

#include "model/index.h"
#include "model/names.h"

static sv_str str(const char *s)
{
	return (sv_str){s, strlen(s)};
}

static sv_member member(sv_member_kind kind, size_t table, const char *name)
{
	return (sv_member){.kind = kind, .name = str(name), .table.index = table};
}

static sv_table tables[] = {{.name = {"o", 1}}, {.name = {"Order Items", 11}}};
static sv_relationship relationships[] = {{.name = {"item_order", 10}}};
static sv_member members[6];

static sv_model model(void)
{
	members[0] = member(SV_FACT, 0, "net");
	members[1] = member(SV_DIMENSION, 0, "name");
	members[2] = member(SV_DIMENSION, 1, "name");
	members[3] = member(SV_DIMENSION, 1, "region");
	members[4] = member(SV_METRIC, 0, "revenue");
	members[5] = member(SV_METRIC, SV_NONE, "Share");
	members[4].is_private = true;
	return (sv_model){.tables = tables,
	                  .table_count = 2,
	                  .relationships = relationships,
	                  .relationship_count = 1,
	                  .members = members,
	                  .fact_count = 1,
	                  .dimension_count = 3,
	                  .metric_count = 2};
}

static void finds_names_in_any_case(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model m = model();
	const sv_index *x = sv_index_build(&a, &m);
	assert_int_equal(sv_index_table(x, str("O")), 0);
	assert_int_equal(sv_index_table(x, str("order items")), 1);
	assert_true(sv_index_table(x, str("")) == SV_NONE);
	assert_int_equal(sv_index_relationship(x, str("ITEM_ORDER")), 0);
	assert_true(sv_index_relationship(x, str("o")) == SV_NONE);
	assert_int_equal(sv_index_member(x, 1, str("NAME")), 2);
	assert_true(sv_index_member(x, 0, str("region")) == SV_NONE);
	assert_int_equal(sv_index_member(x, SV_NONE, str("share")), 5);
	assert_true(sv_index_member(x, SV_NONE, str("net")) == SV_NONE);
	sv_arena_free(&a);
}

static void lists_members_of_a_name_in_order(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model m = model();
	const sv_index *x = sv_index_build(&a, &m);
	size_t first = sv_index_next_named(x, str("Name"), SV_NONE);
	assert_int_equal(first, 1);
	size_t second = sv_index_next_named(x, str("Name"), first);
	assert_int_equal(second, 2);
	assert_true(sv_index_next_named(x, str("Name"), second) == SV_NONE);
	assert_true(sv_index_next_named(x, str("nothing"), SV_NONE) == SV_NONE);
	sv_arena_free(&a);
}

/* Names that differ in their last bytes only, and names of two tables. */
static void keeps_thousands_apart(void **state)
{
	enum { COUNT = 4096 };
	(void)state;
	sv_arena a = {0};
	sv_member *many = SV_NEW_N(&a, sv_member, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		sv_buf name = SV_BUF_INIT(&a);
		sv_buf_putf(&name, "a_rather_long_name_%zu", i / 2);
		many[i] = member(SV_FACT, i % 2, sv_buf_cstr(&name));
	}
	sv_model m = {.members = many, .fact_count = COUNT};
	const sv_index *x = sv_index_build(&a, &m);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(sv_index_member(x, i % 2, many[i].name), i);
	for (size_t i = 0; i < COUNT; i += 2) {
		assert_int_equal(sv_index_next_named(x, many[i].name, SV_NONE), i);
		assert_int_equal(sv_index_next_named(x, many[i].name, i), i + 1);
	}
	sv_arena_free(&a);
}

static void hints_at_what_is_near_and_what_exists(void **state)
{
	static const struct {
		unsigned kinds;
		const char *written;
		const char *hint;
	} cases[] = {
	    {SV_NAMES_DIMENSIONS, "regoin",
	     "Did you mean \"region\"? Dimensions: o.name, Order Items.name, region"},
	    {SV_NAMES_DIMENSIONS, "nmae",
	     "Did you mean \"o.name\"? Dimensions: o.name, Order Items.name, region"},
	    {SV_NAMES_DIMENSIONS, "o.nmae",
	     "Did you mean \"o.name\"? Dimensions: o.name, Order Items.name, region"},
	    {SV_NAMES_FACTS | SV_NAMES_DIMENSIONS, "x",
	     "Dimensions: o.name, Order Items.name, region. Facts: net"},
	    {SV_NAMES_METRICS, "revenue", "Metrics: Share"},
	    {SV_NAMES_METRICS | SV_NAMES_PRIVATE, "revneue",
	     "Did you mean \"revenue\"? Metrics: revenue, Share"},
	};
	(void)state;
	sv_arena a = {0};
	sv_model m = model();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(sv_names_hint(&a, &m, cases[i].kinds, str(cases[i].written)),
		                    cases[i].hint);
	assert_string_equal(sv_names_hint_tables(&a, &m, str("p")), "Tables: o, Order Items");
	assert_string_equal(sv_names_hint_relationships(&a, &m, str("item_ordr")),
	                    "Did you mean \"item_order\"? Relationships: item_order");
	sv_arena_free(&a);
}

static void cuts_long_lists(void **state)
{
	enum { COUNT = 25 };
	(void)state;
	sv_arena a = {0};
	sv_str names[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		names[i] = str("t");
	const char *hint = sv_names_hint_list(&a, "Tables", names, COUNT, str("unlike"));
	assert_non_null(strstr(hint, "t, t, ... and 5 more"));
	sv_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_names_in_any_case),
	    cmocka_unit_test(lists_members_of_a_name_in_order),
	    cmocka_unit_test(keeps_thousands_apart),
	    cmocka_unit_test(hints_at_what_is_near_and_what_exists),
	    cmocka_unit_test(cuts_long_lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
