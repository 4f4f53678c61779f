/* What people see: get_ddl, read_yaml_from_semantic_view, the stored row. */
#include "sv_test.h"

#include "ddl/definition.h"
#include "ddl/print.h"
#include "model/write.h"

static const char sales[] =
    "TABLES (o AS main.orders PRIMARY KEY (id) UNIQUE (a, \"b c\") WITH SYNONYMS = ('x', 'it''s')\n"
    "  COMMENT = 'Orders', \"select\" AS \"select\" PRIMARY KEY (\"Key\",), customers,)\n"
    "RELATIONSHIPS (buyer AS o(buyer_id) REFERENCES \"select\" DEFAULT ASSUME REFERENTIAL "
    "INTEGRITY,\n"
    "  o(seller_id) REFERENCES \"select\"(\"Key\"))\n"
    "FACTS (PRIVATE o.net AS amount * (1 - rate) /* less discount */)\n"
    "DIMENSIONS (o.day AS day, o.\"big one\" AS net > 100 LABELS = (FILTER))\n"
    "METRICS (o.revenue USING (buyer) AS sum(net), o.balance NON ADDITIVE BY (day DESC NULLS "
    "LAST)\n"
    "  PER (o.\"big one\") AS sum(\n    b), ratio AS revenue / balance COMMENT = 'two\nlines')\n"
    "FILTERS (o.status <> 'a: b') COMMENT = 'Sales'";

static const char sales_ddl[] =
    "CREATE OR REPLACE SEMANTIC VIEW sales AS\n"
    "  TABLES (\n"
    "    o AS main.orders PRIMARY KEY (id) UNIQUE (a, \"b c\") WITH SYNONYMS ('x', 'it''s') "
    "COMMENT = 'Orders',\n"
    "    \"select\" PRIMARY KEY (Key),\n"
    "    customers\n"
    "  )\n"
    "  RELATIONSHIPS (\n"
    "    buyer AS o(buyer_id) REFERENCES \"select\" DEFAULT ASSUME REFERENTIAL INTEGRITY,\n"
    "    o(seller_id) REFERENCES \"select\"(Key)\n"
    "  )\n"
    "  FACTS (\n"
    "    PRIVATE o.net AS amount * (1 - rate)\n"
    "  )\n"
    "  DIMENSIONS (\n"
    "    o.day AS day,\n"
    "    o.\"big one\" AS net > 100 LABELS (FILTER)\n"
    "  )\n"
    "  METRICS (\n"
    "    o.revenue USING (buyer) AS sum(net),\n"
    "    o.balance NON ADDITIVE BY (day DESC NULLS LAST) PER (o.\"big one\") AS sum(\n"
    "    b),\n"
    "    ratio AS revenue / balance COMMENT = 'two\n"
    "lines'\n"
    "  )\n"
    "  FILTERS (\n"
    "    o.status <> 'a: b'\n"
    "  )\n"
    "  COMMENT = 'Sales'";

static const char sales_yaml[] = "comment: Sales\n"
                                 "tables:\n"
                                 "  - name: o\n"
                                 "    source: main.orders\n"
                                 "    primary_key: [id]\n"
                                 "    unique_keys:\n"
                                 "      - [a, 'b c']\n"
                                 "    synonyms: [x, 'it''s']\n"
                                 "    comment: Orders\n"
                                 "  - name: select\n"
                                 "    source: '\"select\"'\n"
                                 "    primary_key: [Key]\n"
                                 "  - name: customers\n"
                                 "relationships:\n"
                                 "  - name: buyer\n"
                                 "    from: o\n"
                                 "    from_columns: [buyer_id]\n"
                                 "    to: select\n"
                                 "    default: true\n"
                                 "    assume_referential_integrity: true\n"
                                 "  - from: o\n"
                                 "    from_columns: [seller_id]\n"
                                 "    to: select\n"
                                 "    to_columns: [Key]\n"
                                 "facts:\n"
                                 "  - table: o\n"
                                 "    name: net\n"
                                 "    expr: amount * (1 - rate)\n"
                                 "    private: true\n"
                                 "dimensions:\n"
                                 "  - table: o\n"
                                 "    name: day\n"
                                 "    expr: day\n"
                                 "  - table: o\n"
                                 "    name: big one\n"
                                 "    expr: net > 100\n"
                                 "    labels: [filter]\n"
                                 "metrics:\n"
                                 "  - table: o\n"
                                 "    name: revenue\n"
                                 "    using: [buyer]\n"
                                 "    expr: sum(net)\n"
                                 "  - table: o\n"
                                 "    name: balance\n"
                                 "    non_additive_by:\n"
                                 "      - dimension: day\n"
                                 "        order: desc\n"
                                 "        nulls: last\n"
                                 "    non_additive_per: ['o.\"big one\"']\n"
                                 "    expr: |-\n"
                                 "      sum(\n"
                                 "          b)\n"
                                 "  - name: ratio\n"
                                 "    expr: revenue / balance\n"
                                 "    comment: |-\n"
                                 "      two\n"
                                 "      lines\n"
                                 "filters:\n"
                                 "  - 'o.status <> ''a: b'''\n";

static const char shop[] = "{\"base_table\": \"orders\", \"dimensions\": [],\n"
                           " \"metrics\": [{\"name\": \"n\", \"expr\": \"count(*)\"}],\n"
                           " \"joins\": [{\"table\": \"c\", \"on\": \"cid = $json$\"}]}";

static const char shop_ddl[] = "CREATE OR REPLACE SEMANTIC VIEW sales FROM JSON $json1${\n"
                               "  \"base_table\": \"orders\",\n"
                               "  \"dimensions\": [],\n"
                               "  \"metrics\": [\n"
                               "    {\"name\": \"n\", \"expr\": \"count(*)\"}\n"
                               "  ],\n"
                               "  \"joins\": [\n"
                               "    {\"table\": \"c\", \"on\": \"cid = $json$\"}\n"
                               "  ]\n"
                               "}$json1$";

static const char shop_yaml[] = "base_table: orders\n"
                                "dimensions: []\n"
                                "metrics:\n"
                                "  - name: n\n"
                                "    expr: count(*)\n"
                                "joins:\n"
                                "  - table: c\n"
                                "    on: cid = $json$\n";

static const char shop_json[] = "{\"version\":1,\"base_table\":\"orders\",\"dimensions\":[],"
                                "\"metrics\":[{\"name\":\"n\",\"expr\":\"count(*)\"}],"
                                "\"joins\":[{\"table\":\"c\",\"on\":\"cid = $json$\"}]}";

static sv_model *define(sv_arena *a, const char *text)
{
	sv_diags d;
	sv_str source = {text, strlen(text)};
	sv_diags_init(&d, a, NULL, source);
	sv_model *m = sv_definition_read(a, source, &d);
	if (!m)
		fail_msg("%s", d.first->message);
	return m;
}

static void prints_what_a_person_would_write(void **state)
{
	static const struct {
		const char *written;
		const char *ddl;
		const char *yaml;
	} cases[] = {{sales, sales_ddl, sales_yaml}, {shop, shop_ddl, shop_yaml}};
	static sv_str reserved[] = {{"select", 6}};
	static const sv_words keywords = {reserved, 1};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_arena a = {0};
		sv_buf ddl = SV_BUF_INIT(&a);
		sv_buf yaml = SV_BUF_INIT(&a);
		const sv_model *m = define(&a, cases[i].written);
		ddl.keywords = &keywords;
		sv_ddl_put_create(m, SV_LIT("sales"), &ddl);
		sv_model_put_yaml(m, &yaml);
		assert_string_equal(sv_buf_cstr(&ddl), cases[i].ddl);
		assert_string_equal(sv_buf_cstr(&yaml), cases[i].yaml);
		sv_arena_free(&a);
	}
}

static void stores_one_line(void **state)
{
	(void)state;
	sv_arena a = {0};
	sv_buf b = SV_BUF_INIT(&a);
	sv_model_put_json(define(&a, shop), &b);
	assert_string_equal(sv_buf_cstr(&b), shop_json);
	sv_arena_free(&a);
}

static void quotes_in_yaml_what_would_be_read_otherwise(void **state)
{
	static const struct {
		const char *text;
		const char *written;
	} cases[] = {
	    {"sum(x) FILTER (WHERE y > 1)", "sum(x) FILTER (WHERE y > 1)"},
	    {"o.a::INTEGER", "o.a::INTEGER"},
	    {"a b:", "'a b:'"},
	    {"a: b", "'a: b'"},
	    {"a #b", "'a #b'"},
	    {"a#b", "a#b"},
	    {"it's", "it's"},
	    {"'a'", "'''a'''"},
	    {"\"a\"", "'\"a\"'"},
	    {"", "''"},
	    {" a", "' a'"},
	    {"a ", "'a '"},
	    {"true", "'true'"},
	    {"No", "'No'"},
	    {"null", "'null'"},
	    {"~", "'~'"},
	    {"12", "'12'"},
	    {"-1.5e3", "'-1.5e3'"},
	    {"2020-01-01", "'2020-01-01'"},
	    {"12 + x", "12 + x"},
	    {"(a)", "(a)"},
	    {"- a", "'- a'"},
	    {"-a", "'-a'"},
	    {"*", "'*'"},
	    {"[a]", "'[a]'"},
	    {"a\nb", "|-\n  a\n  b"},
	    {"a\n\n  b", "|-\n  a\n\n    b"},
	    {"a\n", "\"a\\n\""},
	    {" a\nb", "\" a\\nb\""},
	    {"a\r\nb", "\"a\\r\\nb\""},
	    {"a\tb", "\"a\\tb\""},
	    {"a\\b", "a\\b"},
	    {"\x01\x7F\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF", "\"\\u0001\\u007F\\u0085\\u2028\\uFEFF\""},
	    {"\xC3\xA9t\xC3\xA9 \xF0\x9F\xA6\x86", "\xC3\xA9t\xC3\xA9 \xF0\x9F\xA6\x86"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sv_arena a = {0};
		sv_buf b = SV_BUF_INIT(&a);
		sv_buf wanted = SV_BUF_INIT(&a);
		sv_doc_writer w = SV_DOC_WRITER(&b, SV_DOC_YAML);
		sv_doc_write_map(&w, NULL);
		sv_doc_write_text(&w, "k", (sv_str){cases[i].text, strlen(cases[i].text)});
		sv_doc_write_end(&w);
		sv_buf_putf(&wanted, "k: %s\n", cases[i].written);
		assert_string_equal(sv_buf_cstr(&b), sv_buf_cstr(&wanted));
		sv_arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_what_a_person_would_write),
	    cmocka_unit_test(stores_one_line),
	    cmocka_unit_test(quotes_in_yaml_what_would_be_read_otherwise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
