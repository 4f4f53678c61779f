"""A source that is a query, and a subquery in an expression, read the tables that were there when the view was
defined: no WITH, temp table or search path of the caller takes their place."""

import duckdb
import pytest

SETUP = """
CREATE TABLE orders (id INTEGER, status VARCHAR, amount INTEGER);
INSERT INTO orders VALUES (1, 'open', 10), (2, 'shut', 20), (3, 'open', 30);
CREATE TABLE allowed (status VARCHAR);
INSERT INTO allowed VALUES ('open');
CREATE SCHEMA other;
CREATE TABLE other.elsewhere (id INTEGER);
"""

# Each of these reads orders and nothing else, in all the ways in which a query can.
QUERIES = [
    "SELECT * FROM orders",
    "FROM orders",
    "FROM main.orders",
    'SELECT o.* FROM "Orders" AS o',
    "SELECT orders.* FROM orders -- a comment\n",
    "SELECT * FROM /* here */ orders WHERE orders.id > 0",
    "WITH x AS (FROM orders) FROM x",
    "WITH orders AS (FROM orders) FROM orders",
    "WITH a AS (FROM orders), orders AS (FROM a) SELECT * FROM orders",
    "WITH x AS MATERIALIZED (FROM orders) FROM x",
    "WITH a AS MATERIALIZED (FROM orders), b AS MATERIALIZED (FROM a) SELECT b.* FROM a JOIN b USING (id)",
    "WITH RECURSIVE r AS (SELECT * FROM orders WHERE id = 1 UNION ALL SELECT o.* FROM orders o JOIN r ON o.id = r.id + 1) FROM r",
    "WITH RECURSIVE orders AS (FROM main.orders) FROM orders",
    "WITH RECURSIVE orders AS (SELECT * FROM orders UNION ALL SELECT * FROM orders WHERE id < 0) FROM orders",
    "WITH RECURSIVE x AS (FROM (FROM orders) UNION ALL SELECT x.* FROM x JOIN orders USING (id) WHERE id < 0) FROM x",
    "SELECT * FROM orders WHERE id IN (SELECT id FROM orders)",
    "SELECT * FROM orders WHERE EXISTS (FROM orders i WHERE i.id = orders.id)",
    "SELECT a.* FROM orders a JOIN orders b USING (id)",
    "SELECT a.* FROM orders a, LATERAL (SELECT count(*) AS n FROM orders i WHERE i.id < a.id)",
    "FROM orders UNION FROM orders",
    "FROM (SELECT * FROM (FROM orders))",
    "SELECT id, status, amount FROM (UNPIVOT orders ON amount INTO NAME k VALUE amount)",
    "SELECT * FROM orders TABLESAMPLE 100%",
    "SELECT * FROM orders ORDER BY (SELECT max(id) FROM orders)",
]
TOTAL = "SELECT total FROM semantic_view('v', metrics := ['total'])"


def define(con, query):
    con.execute("SELECT define_semantic_view('v', $1)", [f"TABLES (o AS ({query})) METRICS (o.total AS sum(amount))"])


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_source_reads_the_tables_it_was_defined_on(connect, db_file, query):
    con = connect(db_file)
    con.execute(SETUP)
    define(con, query)
    shadows = {
        "nothing": ("", ""),
        "WITH": ("", "WITH orders AS (SELECT 1 AS id, 'open' AS status, 7 AS amount), a AS (SELECT 1), x AS (SELECT 2) "),
        "a temp table": ("CREATE TEMP TABLE orders AS SELECT 1 AS id, 'open' AS status, 7 AS amount", ""),
        "USE": ("ATTACH ':memory:' AS m; CREATE TABLE m.orders AS SELECT 1 AS id, 'open' AS status, 7 AS amount; USE m", ""),
    }
    for name, (before, with_clause) in shadows.items():
        con.execute(before or "SELECT 1")
        asked = TOTAL.replace("semantic_view", "test.semantic_view").replace("'v'", "'test.v'")
        assert con.execute(with_clause + asked).fetchall() == [(60,)], name


def test_it_holds_after_reopening_under_another_name(connect, db_file):
    con = connect(db_file)
    con.execute(SETUP)
    define(con, "SELECT * FROM orders JOIN (FROM allowed) USING (status)")
    con.close()
    con = connect()
    con.execute(f"ATTACH '{db_file}' AS renamed; CREATE TABLE orders AS SELECT 1 AS id, 'open' AS status, 7 AS amount")
    assert con.execute(TOTAL.replace("'v'", "'renamed.v'")).fetchall() == [(40,)]
    sql = con.execute("SELECT semantic_view_sql('renamed.v', NULL, ['total'])").fetchone()[0]
    assert "FROM renamed.main.orders JOIN (FROM renamed.main.allowed) USING (status)" in sql


@pytest.mark.parametrize(
    "member, ask",
    [
        ("METRICS (o.total AS sum(amount) FILTER (WHERE status IN (FROM allowed)))", TOTAL),
        (
            "FACTS (o.kept AS CASE WHEN status IN (SELECT allowed.status FROM allowed) THEN amount END) "
            "METRICS (o.total AS sum(kept))",
            TOTAL,
        ),
        ("METRICS (o.total AS sum(amount)) FILTERS (o.status IN (FROM allowed))", TOTAL),
        (
            "DIMENSIONS (o.is_allowed AS status IN (FROM allowed)) METRICS (o.total AS sum(amount))",
            "SELECT total FROM semantic_view('v', dimensions := ['is_allowed'], metrics := ['total']) WHERE is_allowed",
        ),
        (
            "METRICS (o.n AS sum(amount), o.total AS n - 20 + 0 * (SELECT count(*) FROM allowed))",
            TOTAL,
        ),
    ],
)
def test_a_subquery_reads_the_tables_it_was_defined_on(con, member, ask):
    con.execute(SETUP)
    con.execute("SELECT define_semantic_view('v', $1)", [f"TABLES (o AS orders) {member}"])
    assert con.execute(ask).fetchall() == [(40,)]
    assert con.execute("WITH allowed AS (SELECT 'shut' AS status) " + ask).fetchall() == [(40,)]
    con.execute("CREATE TEMP TABLE allowed AS SELECT 'shut' AS status")
    assert con.execute(ask).fetchall() == [(40,)]


def test_a_view_as_the_source_of_another(con):
    con.execute(SETUP)
    con.execute("SELECT define_semantic_view('inner', 'TABLES (o AS orders) FACTS (o.amount AS amount)')")
    define(con, "FROM query(semantic_view_sql('inner', NULL, NULL, ['amount']))")
    assert con.execute("WITH orders AS (SELECT 7 AS amount) " + TOTAL).fetchall() == [(60,)]


def test_what_is_not_there_is_read_in_the_callers_query(con):
    define(con, "SELECT * FROM later")
    assert con.execute("WITH later AS (SELECT 3 AS amount) " + TOTAL).fetchall() == [(3,)]
    con.execute("CREATE TEMP TABLE later AS SELECT 4 AS amount")
    assert con.execute(TOTAL).fetchall() == [(4,)]


def test_the_definition_shows_what_the_author_wrote(con):
    con.execute(SETUP)
    define(con, "SELECT * FROM orders")
    assert "(SELECT * FROM orders)" in con.execute("SELECT get_ddl('SEMANTIC_VIEW', 'v')").fetchone()[0]


def test_a_name_in_several_schemas_is_refused(con):
    con.execute(SETUP + "CREATE TABLE other.orders (id INTEGER)")
    with pytest.raises(duckdb.Error) as error:
        define(con, "SELECT * FROM orders")
    assert "table 'orders' of a query may be each of 'main.orders', 'other.orders'" in str(error.value)
    assert "Write it with its schema" in str(error.value)


def test_a_bare_name_is_found_in_another_schema(con):
    con.execute(SETUP + "INSERT INTO other.elsewhere VALUES (5)")
    con.execute(
        "SELECT define_semantic_view('v', 'TABLES (o AS (SELECT id AS amount FROM elsewhere)) METRICS (o.total AS sum(amount))')"
    )
    assert con.execute(TOTAL).fetchall() == [(5,)]


@pytest.mark.parametrize(
    "query, text",
    [
        ("SELEC * FROM orders", "source of table 'o' is no query that can be joined: "),
        ("PIVOT orders ON status USING sum(amount)", "source of table 'o' is no query that can be joined: "),
        ("FROM query_table('orders')", "source of table 'o' calls query_table(...)"),
        ("SELECT * FROM (FROM query('FROM orders'))", "source of table 'o' calls query(...)"),
        ("INSERT INTO orders VALUES (1) RETURNING *", "source of table 'o' is no query that can be joined: "),
    ],
)
def test_a_source_that_is_no_query(con, query, text):
    con.execute(SETUP)
    with pytest.raises(duckdb.Error) as error:
        define(con, query)
    assert text in str(error.value)
    assert con.execute("FROM list_semantic_views()").fetchall() == []
