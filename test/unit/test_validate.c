#include "sv_test.h"

#include "model/read.h"
#include "model/validate.h"

/* Orders of customers; line items of orders. */
#define TABLES                                                                             \
	"{\"name\": \"o\", \"primary_key\": [\"id\"], \"unique_keys\": [[\"no\", \"year\"]]}," \
	"{\"name\": \"c\", \"primary_key\": [\"id\"]},"                                        \
	"{\"name\": \"li\"}"
#define BUYER "{\"from\": \"o\", \"from_columns\": [\"cid\"], \"to\": \"c\"}"
#define COUNT "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\"}"
#define DIMENSION "{\"table\": \"o\", \"name\": \"d\", \"expr\": \"d\"}"
#define VIEW(tables, relationships, dimensions, metrics)            \
	"{\"tables\": [" tables "], \"relationships\": [" relationships \
	"], \"dimensions\": [" dimensions "], \"metrics\": [" metrics "]}"

static const struct {
	const char *name;
	const char *definition;
	const char *shown; /* each problem and its hint, a line each */
} cases[] = {
    {"a good view", VIEW(TABLES, BUYER, "", COUNT), ""},
    {"two tables of one name", VIEW("{\"name\": \"o\"}, {\"name\": \"O\"}", "", "", COUNT),
     "table 'O' is declared twice. Give one of them another alias\n"},
    {"a column twice in a key",
     VIEW("{\"name\": \"o\", \"primary_key\": [\"id\", \"ID\"]}", "", "", COUNT),
     "primary key of table 'o' has column 'ID' twice\n"},
    {"an unknown table",
     VIEW(TABLES, "", "", "{\"table\": \"co\", \"name\": \"n\", \"expr\": \"count(*)\"}"),
     "unknown table 'co'. Did you mean \"o\"? Tables: o, c, li\n"},
    {"a dimension without table", VIEW(TABLES, "", "{\"name\": \"d\", \"expr\": \"d\"}", COUNT),
     "dimension 'd' needs its table. Write o.d, or the table that it belongs to\n"},
    {"one table needs no alias",
     VIEW("{\"name\": \"o\"}", "", "{\"name\": \"d\", \"expr\": \"d\"}",
          "{\"name\": \"n\", \"expr\": \"count(*)\"}"),
     ""},
    {"two members of one name",
     VIEW(TABLES, "", "{\"table\": \"o\", \"name\": \"N\", \"expr\": \"d\"}", COUNT),
     "metric 'n' of table 'o' is already a dimension. Facts, dimensions and metrics of a table "
     "share one namespace\n"},
    {"the same name in two tables",
     VIEW(TABLES, "", "{\"table\": \"c\", \"name\": \"n\", \"expr\": \"d\"}", COUNT), ""},
    {"two metrics of one name", VIEW(TABLES, "", "", COUNT ", " COUNT),
     "metric 'n' of table 'o' is defined twice\n"},
    {"a derived metric named like a table's metric",
     VIEW(TABLES, "", "", COUNT ", {\"name\": \"N\", \"expr\": \"o.n / 2\"}"),
     "derived metric 'N' has the name of a metric of table 'o'. Give it another name, or a "
     "table\n"},
    {"a relationship named like a table",
     VIEW(TABLES, "{\"name\": \"LI\", \"from\": \"o\", \"from_columns\": [\"cid\"], \"to\": \"c\"}",
          "", COUNT),
     "relationship 'LI' has the name of a table. Give it another name\n"},
    {"two relationships of one name",
     VIEW(TABLES,
          "{\"name\": \"r\", \"from\": \"o\", \"from_columns\": [\"cid\"], \"to\": \"c\"},"
          "{\"name\": \"R\", \"from\": \"li\", \"from_columns\": [\"oid\"], \"to\": \"o\"}",
          "", COUNT),
     "relationship 'R' is defined twice\n"},
    {"a target without key",
     VIEW(TABLES, "{\"from\": \"o\", \"from_columns\": [\"x\"], \"to\": \"li\"}", "", COUNT),
     "relationship 'o_li' leads to table 'li', which has no primary key. Declare its PRIMARY KEY, "
     "or write the columns after REFERENCES\n"},
    {"a target that is no key",
     VIEW(TABLES,
          "{\"from\": \"li\", \"from_columns\": [\"x\"], \"to\": \"o\", \"to_columns\": [\"no\"]}",
          "", COUNT),
     "relationship 'li_o' leads to (no), which is no key of table 'o'. Keys of 'o': (id), (no, "
     "year)\n"},
    {"a target without any key",
     VIEW(TABLES,
          "{\"from\": \"o\", \"from_columns\": [\"x\"], \"to\": \"li\", \"to_columns\": [\"a\"]}",
          "", COUNT),
     "relationship 'o_li' leads to (a), which is no key of table 'li'. Declare it: li ... PRIMARY "
     "KEY "
     "(a)\n"},
    {"a unique key in another order",
     VIEW(TABLES,
          "{\"from\": \"li\", \"from_columns\": [\"x\", \"y\"], \"to\": \"o\","
          " \"to_columns\": [\"YEAR\", \"no\"]}",
          "", COUNT),
     ""},
    {"numbers of columns that differ",
     VIEW(TABLES, "{\"from\": \"li\", \"from_columns\": [\"x\", \"y\"], \"to\": \"o\"}", "", COUNT),
     "relationship 'li_o' goes from 2 columns to 1. Keys of 'o': (id), (no, year)\n"},
    {"a table that refers to itself",
     VIEW(TABLES, "{\"from\": \"o\", \"from_columns\": [\"parent\"], \"to\": \"o\"}", "", COUNT),
     "relationship 'o_o' leads from table 'o' to itself. Declare the table under two aliases\n"},
    {"a circle of relationships",
     VIEW(TABLES,
          "{\"from\": \"li\", \"from_columns\": [\"oid\"], \"to\": \"o\"}, " BUYER
          ", {\"from\": \"c\", \"from_columns\": [\"first\"], \"to\": \"o\"}",
          "", COUNT),
     "relationships 'o_c', 'c_o' form a cycle. Declare one of the tables a second time, under "
     "another alias\n"},
    {"two defaults between the same tables",
     VIEW(TABLES,
          "{\"name\": \"a\", \"from\": \"o\", \"from_columns\": [\"x\"], \"to\": \"c\","
          " \"default\": true},"
          "{\"name\": \"b\", \"from\": \"o\", \"from_columns\": [\"y\"], \"to\": \"c\","
          " \"default\": true}",
          "", COUNT),
     "relationships 'a', 'b' are both DEFAULT from table 'o' to table 'c'. Keep one of them\n"},
    {"an unknown relationship in USING",
     VIEW(TABLES, BUYER, "",
          "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\", \"using\": [\"oc\"]}"),
     "unknown relationship 'oc'. Did you mean \"o_c\"? Relationships: o_c\n"},
    {"USING on a derived metric",
     VIEW(TABLES, BUYER, "",
          COUNT ", {\"name\": \"x\", \"expr\": \"n / 2\", \"using\": [\"o_c\"]}"),
     "metric 'x' belongs to no table: USING is for metrics that aggregate. Write it on the "
     "metrics that it names\n"},
    {"NON ADDITIVE BY something unknown",
     VIEW(TABLES, "", "{\"table\": \"c\", \"name\": \"day\", \"expr\": \"d\"}",
          "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\","
          " \"non_additive_by\": [\"dya\"]}"),
     "unknown dimension 'dya'. Did you mean \"day\"? Dimensions: day\n"},
    {"NON ADDITIVE BY a metric",
     VIEW(TABLES, "", "",
          COUNT ", {\"table\": \"o\", \"name\": \"x\", \"expr\": \"count(*)\","
                " \"non_additive_by\": [\"o.n\"]}"),
     "'o.n' is a metric, not a dimension. The view has none\n"},
    {"NON ADDITIVE BY a dimension of two tables",
     VIEW(TABLES, "",
          "{\"table\": \"c\", \"name\": \"day\", \"expr\": \"d\"},"
          "{\"table\": \"li\", \"name\": \"day\", \"expr\": \"d\"}",
          "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\","
          " \"non_additive_by\": [\"day\"]}"),
     "dimension 'day' is ambiguous: 'c.day', 'li.day'. Write the table in front\n"},
    {"NON ADDITIVE BY on a derived metric",
     VIEW(TABLES, "", "{\"table\": \"o\", \"name\": \"day\", \"expr\": \"d\"}",
          COUNT ", {\"name\": \"x\", \"expr\": \"n / 2\", \"non_additive_by\": [\"day\"]}"),
     "metric 'x' belongs to no table: NON ADDITIVE BY is for metrics that aggregate. Write it on "
     "the "
     "metrics that it names\n"},
    {"a dimension named twice",
     VIEW(TABLES, "", "{\"table\": \"o\", \"name\": \"day\", \"expr\": \"d\"}",
          "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\","
          " \"non_additive_by\": [\"day\"], \"non_additive_per\": [\"o.day\"]}"),
     "metric 'n' names dimension 'day' twice\n"},
    {"a label on a metric",
     VIEW(TABLES, "", "",
          "{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\", \"labels\": [\"filter\"]}"),
     "metric 'n' cannot be labelled a filter\n"},
    {"each problem once",
     VIEW("{\"name\": \"o\"}, {\"name\": \"o\"}",
          "{\"from\": \"x\", \"from_columns\": [\"a\"], \"to\": \"o\"}", "", COUNT ", " COUNT),
     "table 'o' is declared twice. Give one of them another alias\n"
     "unknown table 'x'. Tables: o, o\n"
     "metric 'n' of table 'o' is defined twice\n"},
};

static sv_model *read_model(sv_arena *a, const char *definition, sv_diags *diags)
{
	sv_str text = {definition, strlen(definition)};
	sv_diags_init(diags, a, NULL, text);
	return sv_model_read(a, text, diags);
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_arena a = {0};
		sv_diags d;
		sv_buf shown = SV_BUF_INIT(&a);
		sv_model *m = read_model(&a, cases[i].definition, &d);
		const sv_index *names = m ? sv_model_validate(&a, m, &d) : NULL;
		for (const sv_diag *diag = d.first; diag; diag = diag->next)
			sv_buf_putf(&shown, "%s%s%s\n", diag->message, diag->hint ? ". " : "",
			            diag->hint ? diag->hint : "");
		if (strcmp(sv_buf_cstr(&shown), cases[i].shown) != 0)
			print_error("case: %s\n", cases[i].name);
		assert_string_equal(sv_buf_cstr(&shown), cases[i].shown);
		assert_true((names != NULL) == (d.count == 0));
		sv_arena_free(&a);
	}
}

static void no_column(sv_model *m)
{
	m->tables[0].primary_key.items[0] = SV_LIT("");
}

static void no_table_name(sv_model *m)
{
	m->tables[2].name = SV_LIT("");
}

static void no_columns_of_a_key(sv_model *m)
{
	m->tables[0].unique_keys[0].count = 0;
}

static void no_columns_of_a_relationship(sv_model *m)
{
	m->relationships[0].from_columns.count = 0;
}

static void no_relationship_name(sv_model *m)
{
	m->relationships[0].name = SV_LIT("");
}

static void no_member_name(sv_model *m)
{
	m->members[1].name = SV_LIT("");
}

static void per_alone(sv_model *m)
{
	static sv_named per = {.name = {"d", 1}};
	m->members[1].per = (sv_nameds){&per, 1};
}

static void no_members(sv_model *m)
{
	m->dimension_count = 0;
	m->metric_count = 0;
}

static void no_tables(sv_model *m)
{
	m->table_count = 0;
}

/* The readers let none of these through; whoever makes a model otherwise is told. */
static void refuses_what_no_reader_makes(void **state)
{
	static const struct {
		void (*spoil)(sv_model *m);
		const char *message;
	} spoilt[] = {
	    {no_column, "primary key of table 'o' has a column without a name"},
	    {no_table_name, "a table has no name"},
	    {no_columns_of_a_key, "unique key of table 'o' has no columns"},
	    {no_columns_of_a_relationship, "relationship 'o_c' has no columns"},
	    {no_relationship_name, "a relationship has no name"},
	    {no_member_name, "a metric has no name"},
	    {per_alone, "metric 'n' has PER without NON ADDITIVE BY"},
	    {no_members, "a semantic view needs a fact, a dimension or a metric"},
	    {no_tables, "a semantic view needs a table"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		sv_arena a = {0};
		sv_diags d;
		sv_model *m = read_model(&a, VIEW(TABLES, BUYER, DIMENSION, COUNT), &d);
		assert_non_null(m);
		spoilt[i].spoil(m);
		assert_null(sv_model_validate(&a, m, &d));
		assert_int_equal(d.count, 1);
		assert_string_equal(d.first->message, spoilt[i].message);
		sv_arena_free(&a);
	}
}

static void refuses_too_many_members(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_model *m = read_model(&a, VIEW(TABLES, "", "", COUNT), &d);
	sv_member *many = SV_NEW_N(&a, sv_member, SV_MAX_MEMBERS + 1);
	for (size_t i = 0; i <= SV_MAX_MEMBERS; i++) {
		sv_buf name = SV_BUF_INIT(&a);
		sv_buf_putf(&name, "n%zu", i);
		many[i] = m->members[0];
		many[i].name = (sv_str){sv_buf_cstr(&name), name.len};
	}
	m->members = many;
	m->metric_count = SV_MAX_MEMBERS;
	assert_non_null(sv_model_validate(&a, m, &d));
	m->metric_count++;
	assert_null(sv_model_validate(&a, m, &d));
	assert_string_equal(d.first->message,
	                    "a semantic view has at most 4096 facts, dimensions and metrics, not 4097");
	sv_arena_free(&a);
}

static void completes_relationships(void **state)
{
	static const char definition[] =
	    VIEW(TABLES,
	         BUYER ", " BUYER ", " BUYER ", "
	               "{\"name\": \"o_c_2\", \"from\": \"o\", \"from_columns\": [\"year\", \"No\"],"
	               " \"to\": \"c\", \"to_columns\": [\"id\", \"x\"]}",
	         "", COUNT);
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_model *m = read_model(&a, definition, &d);
	assert_non_null(m);
	static sv_str both[] = {{"x", 1}, {"ID", 2}};
	m->tables[1].unique_keys = SV_NEW(&a, sv_strs);
	m->tables[1].unique_keys[0] = (sv_strs){both, 2};
	m->tables[1].unique_key_count = 1;
	const sv_index *names = sv_model_validate(&a, m, &d);
	assert_non_null(names);
	assert_string_equal(sv_str_dup(&a, m->relationships[0].name), "o_c");
	assert_string_equal(sv_str_dup(&a, m->relationships[1].name), "o_c_3");
	assert_string_equal(sv_str_dup(&a, m->relationships[2].name), "o_c_4");
	assert_int_equal(sv_index_relationship(names, SV_LIT("o_c_2")), 3);
	assert_int_equal(m->relationships[0].to_columns.count, 1);
	assert_false(m->relationships[0].is_named);
	assert_false(m->relationships[0].is_one_to_one);
	assert_true(m->relationships[3].is_one_to_one);
	assert_int_equal(m->relationships[3].from.index, 0);
	assert_int_equal(m->relationships[3].to.index, 1);
	sv_arena_free(&a);
}

static void places_members(void **state)
{
	static const char one[] = VIEW("{\"name\": \"o\"}", "", "{\"name\": \"d\", \"expr\": \"d\"}",
	                               "{\"name\": \"n\", \"expr\": \"count(*)\","
	                               " \"non_additive_by\": [\"D\"]}");
	static const char several[] =
	    VIEW(TABLES, "", "", COUNT ", {\"name\": \"x\", \"expr\": \"n / 2\"}");
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_model *m = read_model(&a, one, &d);
	assert_non_null(sv_model_validate(&a, m, &d));
	assert_int_equal(m->members[0].table.index, 0);
	assert_null(m->members[0].table.name.ptr);
	assert_int_equal(m->members[1].table.index, 0);
	assert_int_equal(m->members[1].non_additive[0].dimension.index, 0);
	m = read_model(&a, several, &d);
	assert_non_null(sv_model_validate(&a, m, &d));
	assert_false(sv_member_is_derived(&m->members[0]));
	assert_true(sv_member_is_derived(&m->members[1]));
	sv_arena_free(&a);
}

/* A thousand relationships between the same two tables, none with a name. */
static void names_many_relationships(void **state)
{
	enum { MANY = 20000 };
	(void)state;
	sv_arena a = {0};
	sv_diags d;
	sv_model *m = read_model(&a, VIEW(TABLES, BUYER, "", COUNT), &d);
	sv_relationship *many = SV_NEW_N(&a, sv_relationship, MANY);
	for (size_t i = 0; i < MANY; i++)
		many[i] = m->relationships[0];
	m->relationships = many;
	m->relationship_count = MANY;
	assert_non_null(sv_model_validate(&a, m, &d));
	assert_string_equal(sv_str_dup(&a, many[MANY - 1].name), "o_c_20000");
	sv_arena_free(&a);
}

typedef struct {
	sv_arena *arena;
	const char *definition;
} validate_args;

static void validate(void *arg)
{
	const validate_args *v = arg;
	sv_diags d;
	sv_model *m = read_model(v->arena, v->definition, &d);
	if (m)
		sv_model_validate(v->arena, m, &d);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool done = false;
		for (size_t n = 1; !done; n++) {
			sv_arena a = {.fail_at = n};
			validate_args args = {&a, cases[i].definition};
			done = sv_arena_try(&a, validate, &args);
			sv_arena_free(&a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_what_is_wrong),
	    cmocka_unit_test(refuses_what_no_reader_makes),
	    cmocka_unit_test(refuses_too_many_members),
	    cmocka_unit_test(completes_relationships),
	    cmocka_unit_test(places_members),
	    cmocka_unit_test(names_many_relationships),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
