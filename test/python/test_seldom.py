"""What seldom happens: checks that fail, sources that are not there, a cache that is full, settings of old files."""

import json

import duckdb
import pytest

SEED = {
    "base_table": "orders",
    "dimensions": [{"name": "region", "expr": "customers.region"}],
    "metrics": [{"name": "revenue", "expr": "sum(orders.amount)"}],
    "joins": [
        {"table": "customers", "on": "orders.customer_id = customers.id"},
        {"table": "regions", "on": "customers.region = regions.name"},
    ],
}


@pytest.fixture
def sales(con):
    con.execute("CREATE TABLE orders AS FROM (VALUES (1, 1, 100), (2, 2, 50), (3, 9, 5)) t(id, customer_id, amount)")
    con.execute("CREATE TABLE customers AS FROM (VALUES (1, 'EMEA'), (2, 'APAC')) t(id, region)")
    con.execute("CREATE TABLE regions AS FROM (VALUES ('EMEA'), ('APAC')) t(name)")
    return con


def checks(con, view, check):
    rows = con.execute("FROM check_semantic_view(?)", [view]).fetchall()
    return [row[1:] for row in rows if row[0] == check]


def test_a_join_of_the_seed_form_that_finds_several_rows_is_a_violation(sales):
    sales.execute("SELECT define_semantic_view('v', ?)", [json.dumps(SEED)]).fetchall()
    assert [row[:3] for row in checks(sales, "v", "join_finds_one_row")] == [("customers", "ok", 0), ("regions", "ok", 0)]
    sales.execute("INSERT INTO regions VALUES ('EMEA')")
    found = checks(sales, "v", "join_finds_one_row")
    assert [row[:3] for row in found] == [("customers", "ok", 0), ("regions", "violated", 1)]
    assert sales.execute(found[1][3].rstrip(";")).fetchall(), "the detail is the query that finds it"


def test_a_check_that_cannot_run_says_why(sales):
    sales.execute("SELECT define_semantic_view('v', ?)", [json.dumps(SEED)]).fetchall()
    sales.execute("ALTER TABLE regions RENAME name TO other")
    found = {row[0]: row for row in checks(sales, "v", "join_finds_one_row")}
    assert found["regions"][1] == "note" and "cannot be checked" in found["regions"][3]


def test_a_relationship_that_cannot_be_counted_is_a_note(sales):
    sales.execute("SELECT define_semantic_view('v', $1)", [
        "TABLES (o AS orders, c AS customers PRIMARY KEY (id)) RELATIONSHIPS (buys AS o(customer_id) REFERENCES c) METRICS (o.n AS count(*))"])
    assert checks(sales, "v", "referential_integrity")[0][:3] == ("buys", "note", 1)
    sales.execute("ALTER TABLE orders RENAME customer_id TO other")
    found = checks(sales, "v", "referential_integrity")
    assert found[0][:2] == ("buys", "note") and "cannot be checked" in found[0][3]


def test_sources_that_only_a_session_has_are_a_note(con):
    con.execute("SELECT define_semantic_view('v', $1)", ["TABLES (t, u) DIMENSIONS (t.d AS a) METRICS (t.n AS count(*), u.m AS sum(b))"])
    con.execute("CREATE TEMP TABLE t AS SELECT 1 AS a; CREATE TEMP TABLE u AS SELECT 1 AS b")
    notes = checks(con, "v", "expression_binds")
    assert {row[1] for row in notes} == {"note"}
    assert all("not found outside the sessions that may have them: the sources of 't', 'u'" in row[3] for row in notes)
    assert con.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall() == [(1, 1)]


def test_a_fact_that_a_late_source_lacks_is_named(con):
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) FACTS (t.f AS a + 1, t.g AS b + 1) METRICS (t.n AS count(*))')")
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    assert con.execute("FROM semantic_view('v', facts := ['f'])").fetchall() == [(2,)]
    with pytest.raises(duckdb.Error, match="fact 'g' does not bind"):
        con.execute("FROM semantic_view('v', facts := ['g'])").fetchall()


def test_a_full_cache_gives_way(con):
    """Definitions are kept up to some MiB: the ones not used for longest go, and all of them still answer."""
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    long = {"base_table": "t", "dimensions": [{"name": "d", "expr": f"a || '{'x' * 1_000_000}'"}], "metrics": [{"name": "n", "expr": "count(*)"}]}
    con.execute("SELECT define_semantic_view('v', ?)", [json.dumps(long)])
    # What would be resolved anew at each request is not kept, so the rows have what was found.
    con.execute("INSERT INTO semantic_layer._definitions SELECT 'v' || i, definition FROM semantic_layer._definitions, range(24) t(i)")
    for _ in range(2):
        for i in range(24):
            assert con.execute(f"FROM semantic_view('v{i}', metrics := ['n'])").fetchall() == [(1,)]


def test_an_empty_name_is_no_view(con):
    for call in ("SELECT define_semantic_view('', '{}')", "SELECT drop_semantic_view('')", "SELECT semantic_view_sql('')",
                 "FROM describe_semantic_view('\"\"')"):
        with pytest.raises(duckdb.Error, match="semantic view '?'?|needs a name|does not exist"):
            con.execute(call).fetchall()


@pytest.mark.parametrize("statement, message", {
    "SELECT get_ddl('TABLE', 'v')": "SEMANTIC_VIEW",
    "SELECT get_ddl(NULL, 'v')": "must be a text, not NULL",
    "SELECT semantic_view_sql('v', 7)": "dimensions must be a list of names, or one name",
    "SELECT semantic_view_sql('v', ['d', NULL])": "dimensions has a NULL among its names",
    "SELECT semantic_view_sql('v', ['d'], ['n'], NULL, 7)": "where_clause must be a text",
    "SELECT semantic_view_sql('v', [7])": "dimensions must be a list of names, or one name",
    "FROM describe_semantic_view(NULL)": "must be a text, not NULL",
    "CALL semantic_ddl(NULL)": "NULL",
}.items())
def test_arguments_of_other_types_are_errors(con, statement, message):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) DIMENSIONS (t.d AS a) METRICS (t.n AS count(*))')")
    with pytest.raises(duckdb.Error, match=message):
        con.execute(statement).fetchall()


@pytest.mark.parametrize("body, message", {
    "TABLES (t) DIMENSIONS (t.d AS a WITH SYNONYMS ('x') WITH SYNONYMS ('y')) METRICS (t.n AS count(*))": "WITH SYNONYMS is given twice",
    "TABLES (t) DIMENSIONS (t.d AS a LABELS = (FILTER) LABELS = (FILTER)) METRICS (t.n AS count(*))": "LABELS is given twice",
    "TABLES (t) METRICS (t.n AS count(*), m NON ADDITIVE BY (d) AS n + 1) DIMENSIONS (t.d AS a)": "NON ADDITIVE",
    "TABLES (t) DIMENSIONS (t.d AS a) METRICS (t.n NON ADDITIVE BY (x.d) AS count(*))": "unknown table 'x'",
    "TABLES (t PRIMARY KEY (a), u AS t PRIMARY KEY (a)) RELATIONSHIPS (r AS t(a) REFERENCES u) "
    "METRICS (t.n USING (r, r) AS count(u.a))": "names relationship 'r' twice",
    "TABLES (t PRIMARY KEY (a), u AS t PRIMARY KEY (a)) RELATIONSHIPS (r AS t(a) REFERENCES u) DIMENSIONS (u.d AS a) "
    "METRICS (t.n NON ADDITIVE BY (r.d) AS count(*))": "a relationship cannot choose here",
    "TABLES (t PRIMARY KEY (a), u AS t PRIMARY KEY (a)) RELATIONSHIPS (r AS t(a) REFERENCES u) "
    "METRICS (t.n AS count(*), m USING (r) AS n + 1)": "USING",
    "TABLES (t) FACTS (t.f AS sum(a)) METRICS (t.n AS sum(f))": "aggregates no finer table",
    'TABLES (t PRIMARY KEY ("")) METRICS (t.n AS count(*))': "without a name|empty",
    'TABLES ("" AS t) METRICS (t.n AS count(*))': "no name|empty",
}.items())
def test_definitions_that_are_refused(con, body, message):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error, match=message):
        con.execute("SELECT define_semantic_view('v', ?)", [body]).fetchall()
    assert con.execute("FROM list_semantic_views()").fetchall() == []


@pytest.mark.parametrize("document, message", {
    '{"tables": [], "metrics": []}': "is empty|needs a table|table",
    '{"tables": [{"name": ""}], "metrics": []}': "is empty",
    '{"tables": [{"name": "t", "primary_key": [""]}], "metrics": [{"table": "t", "name": "n", "expr": "count(*)"}]}': "is empty",
    '{"tables": [{"name": "t", "primary_key": []}], "metrics": [{"table": "t", "name": "", "expr": "count(*)"}]}': "is empty",
    '{"tables": [{"name": "t"}], "metrics": [{"table": "t", "name": "n", "expr": "sum(a)", "non_additive_per": ["d"]}], '
    '"dimensions": [{"table": "t", "name": "d", "expr": "a"}]}': "PER without NON ADDITIVE BY|non_additive",
    '{"tables": [{"name": "t", "comment": null}], "metrics": []}': "must be a string, not null",
    "tables: [{name: t, comment: null}]": r"\$.tables\[0\].comment must be a string, not null. Leave the key out, or put the text in quotes",
    "tables: [{name: t, synonyms: [~]}]": r"\$.tables\[0\].synonyms\[0\] must be a string, not null",
    '{"tables": [{"name": "t"}], "relationships": [{"name": "", "from": "t", "from_columns": [], "to": "t"}], "metrics": []}': "is empty",
}.items())
def test_documents_that_are_refused(con, document, message):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error, match=message):
        con.execute("SELECT define_semantic_view('v', ?)", [document]).fetchall()


@pytest.mark.parametrize("arguments, message", {
    "dimensions := ['d', NULL]": "dimensions has a NULL among its names",
    "metrics := [7]": "metrics must be a list of names, or one name",
    "facts := true": "facts must be a list of names, or one name",
    "dimensions := {'a': 1}": "dimensions must be a list of names, or one name",
    "dimensions := ['d'], where_clause := true": "where_clause must be a text",
}.items())
def test_the_table_functions_that_stand_in_for_macros_take_the_same_arguments(con, arguments, message):
    """explain_semantic_view and semantic_view are macros; system.main has functions that say what to write instead."""
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) DIMENSIONS (t.d AS a) METRICS (t.n AS count(*))')")
    for function in ("semantic_view", "explain_semantic_view"):
        with pytest.raises(duckdb.Error, match=message):
            con.execute(f"FROM {function}('v', {arguments})").fetchall()
    con.execute("ATTACH ':memory:' AS other; USE other")
    with pytest.raises(duckdb.Error, match="memory"):
        con.execute(f"FROM semantic_view('v', {arguments})").fetchall()


def test_members_too_long_to_be_bound_at_once(con):
    """Texts of more than 16 MB together are not put to DuckDB at once; the one that does not bind is found by halving."""
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    long = "t.long AS a || '" + "x" * 3_500_000 + "'"
    uses = ", ".join(f"t.d{i} AS long || '{i}'" for i in range(5))
    with pytest.raises(duckdb.Error) as error:
        con.execute("SELECT define_semantic_view('v', ?)", [f"TABLES (t) FACTS ({long}) DIMENSIONS ({uses}, t.bad AS nothing(a)) METRICS (t.n AS count(*))"])
    assert "dimension 't.bad' does not bind: Catalog Error: Scalar Function with name nothing does not exist!" in str(error.value)
    assert str(error.value).count("does not bind") == 1


def test_more_rows_than_a_chunk_holds(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    dimensions = ", ".join(f"t.d{i} AS a + {i}" for i in range(3000))
    con.execute("SELECT define_semantic_view('v', ?)", [f"TABLES (t) DIMENSIONS ({dimensions}) METRICS (t.n AS count(*))"])
    names = [row[0] for row in con.execute("SELECT name FROM show_semantic_dimensions('v')").fetchall()]
    assert sorted(names) == sorted(f"d{i}" for i in range(3000))


def test_facts_in_a_row_are_followed_64_deep(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")

    def define(count):
        facts = ", ".join(f"t.f{i} AS f{i - 1} + 1" for i in range(1, count))
        con.execute("SELECT define_semantic_view('v', ?)", [f"TABLES (t) FACTS (t.f0 AS a, {facts}) METRICS (t.m AS max(f{count - 1}))"])

    with pytest.raises(duckdb.Error, match="fact 'f64' is nested more than 64 deep in other members"):
        define(66)
    define(63)
    assert con.execute("FROM semantic_view('v', metrics := ['m'])").fetchall() == [(63,)]


@pytest.mark.parametrize("name, shown", {
    "x" + "é" * 150: "x" + "é" * 99 + "...",  # 200 bytes would end within a character
    "é" * 150: "é" * 100 + "...",
    "y" * 200: "y" * 200,
}.items(), ids=["within", "between", "whole"])
def test_a_long_name_is_cut_between_characters(con, name, shown):
    with pytest.raises(duckdb.Error) as error:
        con.execute("FROM describe_semantic_view(?)", [name]).fetchall()
    assert f"semantic view '{shown}' does not exist" in str(error.value)


def test_a_source_that_a_schema_and_a_database_may_mean_is_ambiguous(con):
    con.execute("ATTACH ':memory:' AS staging; CREATE TABLE staging.orders (a INTEGER)")
    con.execute("CREATE SCHEMA staging; CREATE TABLE memory.staging.orders (a INTEGER)")
    with pytest.raises(duckdb.Error, match="source 'staging.orders' of table 'o' may be each of 'staging.orders', 'staging.main.orders'"):
        con.execute("SELECT define_semantic_view('v', 'TABLES (o AS staging.orders) METRICS (o.n AS count(*))')")


def test_a_definition_by_hand_is_given_a_comment(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    text = '{"tables":[{"name":"t"}],"metrics":[{"name":"n","expr":"count(*)"}]}'
    con.execute("INSERT INTO semantic_layer._definitions VALUES ('v', ?), ('empty', NULL)", [text])
    con.execute("CALL semantic_ddl('ALTER SEMANTIC VIEW v SET COMMENT = ''by hand''')")
    stored = dict(con.execute("FROM semantic_layer._definitions").fetchall())["v"]
    assert json.loads(stored) == {"version": 1, "comment": "by hand", **json.loads(text)}, "nobody knows when it was created"
    assert con.execute("FROM semantic_view('v', metrics := ['n'])").fetchall() == [(1,)]
    with pytest.raises(duckdb.Error, match="semantic view 'empty': the definition is NULL"):
        con.execute("CALL semantic_ddl('ALTER SEMANTIC VIEW empty SET COMMENT = ''x''')")


def test_names_that_are_no_identifiers_are_listed_so_that_they_can_be_asked(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("ATTACH ':memory:' AS other; CREATE TABLE other.t AS SELECT 1 AS a")
    con.execute("""SELECT define_semantic_view('other."a-b"', 'TABLES (t) METRICS (t.n AS count(*))')""")
    assert con.execute("SELECT name FROM list_semantic_views()").fetchall() == [('other."a-b"',)]
    assert con.execute("""FROM semantic_view('other."a-b"', metrics := ['n'])""").fetchall() == [(1,)]


def test_files_that_are_refused(con, tmp_path):
    path = tmp_path / "v.yaml"
    path.write_text("x: [")
    with pytest.raises(duckdb.Error, match="semantic view 'v': no valid YAML: did not find expected node content"):
        con.execute("CALL semantic_ddl(?)", [f"CREATE SEMANTIC VIEW v FROM YAML FILE '{path}'"])
    path.write_text("comment: y\ntables: [{name: t}]\nmetrics: [{name: n, expr: count(*)}]")
    with pytest.raises(duckdb.Error, match="semantic view 'v': the comment is given twice, in the statement and in the definition"):
        con.execute("CALL semantic_ddl(?)", [f"CREATE SEMANTIC VIEW v COMMENT = 'x' FROM YAML FILE '{path}'"])


def test_the_only_member_does_not_bind(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error, match="metric 't.n' does not bind: Catalog Error: Scalar Function with name nothing does not exist!"):
        con.execute("SELECT define_semantic_view('v', 'TABLES (t) METRICS (t.n AS nothing(count(*)))')")


def test_facts_are_columns_of_a_view_unless_private(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) FACTS (t.f AS a + 1, PRIVATE t.p AS a) DIMENSIONS (t.d AS a) METRICS (t.n AS count(*))')")
    columns = con.execute("SELECT column_name, kind FROM show_columns_in_semantic_view('v')").fetchall()
    assert columns == [("f", "FACT"), ("d", "DIMENSION"), ("n", "METRIC")]


@pytest.mark.parametrize("statement, message", {
    "CREATE SEMANTIC VIEW v FROM YAML 'x: ['": "semantic view 'v': no valid YAML: did not find expected node content",
    "CREATE SEMANTIC VIEW v COMMENT = 'x' FROM YAML 'comment: y\ntables: [{name: t}]\nmetrics: [{name: n, expr: count(*)}]'":
        "semantic view 'v': the comment is given twice, in the statement and in the definition",
    "ALTER SEMANTIC VIEW damaged SET COMMENT = 'x'": "semantic view 'damaged': the definition has no 'tables'",
    "SHOW SEMANTIC VIEWS IN DATABASE nothing": "no database 'nothing' is attached",
}.items())
def test_statements_that_are_refused(con, statement, message):
    con.execute("INSERT INTO semantic_layer._definitions VALUES ('damaged', '{}')")
    with pytest.raises(duckdb.Error, match=message):
        con.execute("CALL semantic_ddl(?)", [statement]).fetchall()


@pytest.mark.parametrize("created_on", ["2026-01-01 01:01:01.00000", "2026x01-01 01:01:01.000001", "20a6-01-01 01:01:01.000001", 7])
def test_a_time_of_creation_that_is_none_is_not_shown(con, created_on):
    view = {"created_on": created_on, "tables": [{"name": "t"}], "metrics": [{"name": "n", "expr": "count(*)"}]}
    con.execute("INSERT INTO semantic_layer._definitions VALUES ('v', ?)", [json.dumps(view, separators=(",", ":"))])
    assert con.execute("SELECT created_on, name FROM show_semantic_views()").fetchall() == [(None, "v")]
