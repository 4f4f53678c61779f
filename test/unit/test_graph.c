#include "sv_test.h"

#include "graph/graph.h"

/* A view as text: "name from to [flags]", flags d: DEFAULT, 1: one-to-one. */
typedef struct {
	const char *name;
	size_t from;
	size_t to;
	bool is_default;
	bool is_one_to_one;
} arrow;

static const sv_graph *build(sv_arena *a, sv_model *m, size_t tables, const arrow *arrows,
                             size_t count)
{
	*m = (sv_model){0};
	m->tables = SV_NEW_N(a, sv_table, tables);
	m->table_count = tables;
	m->relationships = SV_NEW_N(a, sv_relationship, count);
	m->relationship_count = count;
	for (size_t i = 0; i < count; i++) {
		sv_relationship *r = &m->relationships[i];
		r->name = (sv_str){arrows[i].name, strlen(arrows[i].name)};
		r->from.index = arrows[i].from;
		r->to.index = arrows[i].to;
		r->is_default = arrows[i].is_default;
		r->is_one_to_one = arrows[i].is_one_to_one;
	}
	return sv_graph_build(a, m);
}

static const char *show(sv_arena *a, const sv_model *m, sv_ways ways)
{
	sv_buf b = SV_BUF_INIT(a);
	for (size_t i = 0; i < ways.count; i++) {
		sv_buf_puts(&b, i ? " | " : "");
		for (size_t s = 0; s < ways.items[i].count; s++)
			sv_buf_putf(&b, "%s%.*s", s ? "-" : "",
			            SV_FMT(m->relationships[ways.items[i].steps[s].relationship].name));
		if (ways.items[i].count == 0)
			sv_buf_puts(&b, "here");
	}
	return sv_buf_cstr(&b);
}

/* 0 items, 1 orders, 2 customers, 3 nations; two roles between orders and customers. */
static const arrow shop[] = {
    {"item_order", 0, 1, false, false}, {"bill", 1, 2, true, false},   {"ship", 1, 2, false, false},
    {"home", 2, 3, false, false},       {"birth", 2, 3, false, false},
};

static void finds_every_way_to_the_one_side(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model m;
	const sv_graph *g = build(&a, &m, 4, shop, 5);
	assert_string_equal(show(&a, &m, sv_graph_ways(&a, g, 0, 1)), "item_order");
	assert_string_equal(show(&a, &m, sv_graph_ways(&a, g, 0, 2)),
	                    "item_order-bill | item_order-ship");
	assert_string_equal(show(&a, &m, sv_graph_ways(&a, g, 1, 0)), "");
	assert_string_equal(show(&a, &m, sv_graph_ways(&a, g, 2, 2)), "here");
	assert_int_equal(sv_graph_ways(&a, g, 0, 3).count, 4);
	assert_true(sv_graph_reach(&a, g, 0)[3]);
	assert_false(sv_graph_reach(&a, g, 3)[0]);
	assert_true(sv_graph_reached_from(&a, g, 3)[0]);
	assert_false(sv_graph_reached_from(&a, g, 0)[1]);
	sv_arena_free(&a);
}

static void walks_a_one_to_one_relationship_both_ways(void **state)
{
	static const arrow arrows[] = {{"details", 0, 1, false, true}, {"city", 1, 2, false, false}};
	(void)state;
	sv_arena a = {0};
	sv_model m;
	const sv_graph *g = build(&a, &m, 3, arrows, 2);
	sv_ways back = sv_graph_ways(&a, g, 1, 0);
	assert_string_equal(show(&a, &m, back), "details");
	assert_true(back.items[0].steps[0].is_backward);
	assert_string_equal(show(&a, &m, sv_graph_ways(&a, g, 0, 2)), "details-city");
	sv_arena_free(&a);
}

/* Rule 7: the request's choice, then the metric's, then DEFAULT. */
static void chooses_among_ways(void **state)
{
	enum { NONE = -1, BILL = 1, SHIP = 2, HOME = 3, BIRTH = 4 };
	static const struct {
		size_t to;
		int role;
		int uses[2];
		const char *left;
	} cases[] = {
	    {2, NONE, {NONE, NONE}, "item_order-bill"},
	    {2, SHIP, {NONE, NONE}, "item_order-ship"},
	    {2, NONE, {SHIP, NONE}, "item_order-ship"},
	    {2, BILL, {SHIP, NONE}, "item_order-bill"},
	    {2, NONE, {HOME, NONE}, "item_order-bill"},
	    {3, NONE, {NONE, NONE}, "item_order-bill-home | item_order-bill-birth"},
	    {3, BIRTH, {NONE, NONE}, "item_order-bill-birth"},
	    {3, NONE, {HOME, NONE}, "item_order-bill-home"},
	    {3, BIRTH, {SHIP, NONE}, "item_order-ship-birth"},
	    {3, SHIP, {HOME, NONE}, "item_order-ship-home"},
	    {3, NONE, {SHIP, HOME}, "item_order-ship-home"},
	    {3, NONE, {BIRTH, SHIP}, "item_order-ship-birth"},
	    {3, NONE, {HOME, BIRTH}, "item_order-bill-home | item_order-bill-birth"},
	    {2, NONE, {SHIP, HOME}, "item_order-ship"},
	    {2, HOME, {NONE, NONE}, ""},
	};
	(void)state;
	sv_arena a = {0};
	sv_model m;
	const sv_graph *g = build(&a, &m, 4, shop, 5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_named uses[2] = {{.index = (size_t)cases[i].uses[0]},
		                    {.index = (size_t)cases[i].uses[1]}};
		size_t use_count = (size_t)(cases[i].uses[0] != NONE) + (size_t)(cases[i].uses[1] != NONE);
		sv_choice choice = {
		    .role = cases[i].role == NONE ? SV_NONE : (size_t)cases[i].role,
		    .uses = {uses, use_count},
		};
		sv_ways left = sv_graph_choose(&a, g, sv_graph_ways(&a, g, 0, cases[i].to), choice);
		assert_string_equal(show(&a, &m, left), cases[i].left);
	}
	sv_arena_free(&a);
}

static void names_the_relationship_that_fans_out(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_model m;
	const sv_graph *g = build(&a, &m, 5, shop, 5);
	size_t one = 0;
	size_t many = 0;
	assert_int_equal(sv_graph_find_fan_out(&a, g, 2, 0, &one, &many), 1);
	assert_int_equal(one, 2);
	assert_int_equal(many, 1);
	assert_true(sv_graph_find_fan_out(&a, g, 0, 4, &one, &many) == SV_NONE);
	sv_arena_free(&a);
}

/* Twelve pairs of roles in a row: 4,096 ways, of which no more than the cap is kept. */
static void stops_counting_ways(void **state)
{
	enum { LEVELS = 12 };
	(void)state;
	sv_arena a = {0};
	sv_model m;
	arrow arrows[LEVELS * 2];
	for (size_t i = 0; i < LEVELS; i++)
		arrows[2 * i] = arrows[2 * i + 1] = (arrow){"r", i, i + 1, false, false};
	const sv_graph *g = build(&a, &m, LEVELS + 1, arrows, (size_t)LEVELS * 2);
	sv_ways ways = sv_graph_ways(&a, g, 0, LEVELS);
	assert_true(ways.is_cut);
	assert_int_equal(ways.count, SV_MAX_WAYS);
	sv_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_every_way_to_the_one_side),
	    cmocka_unit_test(walks_a_one_to_one_relationship_both_ways),
	    cmocka_unit_test(chooses_among_ways),
	    cmocka_unit_test(names_the_relationship_that_fans_out),
	    cmocka_unit_test(stops_counting_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
