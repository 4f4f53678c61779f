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
    for i in range(40):
        long = json.dumps({"base_table": "t", "dimensions": [{"name": "d", "expr": f"a || '{str(i) * 500_000}'"}],
                           "metrics": [{"name": "n", "expr": f"count(*) + {i}"}]})
        con.execute("INSERT INTO semantic_layer._definitions VALUES (?, ?)", [f"v{i}", long])
    for _ in range(2):
        for i in range(40):
            assert con.execute(f"FROM semantic_view('v{i}', metrics := ['n'])").fetchall() == [(1 + i,)]


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
    '{"tables": [{"name": "t"}], "relationships": [{"name": "", "from": "t", "from_columns": [], "to": "t"}], "metrics": []}': "is empty",
}.items())
def test_documents_that_are_refused(con, document, message):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error, match=message):
        con.execute("SELECT define_semantic_view('v', ?)", [document]).fetchall()
