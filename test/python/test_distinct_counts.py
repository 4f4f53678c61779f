"""Repetitions of a foreign key go before the joins only where equal keys are the same value (docs: design, section 5):
elsewhere DISTINCT and count(DISTINCT) may not agree.  The number is that of the SQL by hand all the same."""

import duckdb
import pytest

VIEW = """
TABLES (o AS orders, c AS customers PRIMARY KEY (id))
RELATIONSHIPS (buyer AS o(customer) REFERENCES c)
DIMENSIONS (c.name AS name, o.day AS day)
METRICS (o.buyers AS count(DISTINCT customer))
"""
BY_HAND = """SELECT name, count(DISTINCT customer) AS buyers
             FROM orders LEFT JOIN customers ON customer = id GROUP BY ALL ORDER BY ALL"""
# (type of the foreign key, of the key, keys, foreign keys)
EXACT = [
    ("INTEGER", "INTEGER", ["1", "2"], ["1", "1", "2", "3", "NULL"]),
    ("UTINYINT", "BIGINT", ["1", "2"], ["1", "1", "2", "3", "NULL"]),
    ("HUGEINT", "HUGEINT", ["1", "2"], ["1", "1", "2", "3", "NULL"]),
    ("UUID", "UUID", ["'00000000-0000-0000-0000-00000000000a'"], ["'00000000-0000-0000-0000-00000000000A'"] * 2),
]
OTHER = [
    ("VARCHAR", "VARCHAR", ["'a'"], ["'a'", "'a'", "'A'"]),
    ("VARCHAR COLLATE NOCASE", "VARCHAR COLLATE NOCASE", ["'a'"], ["'a'", "'a'", "'A'"]),
    ("VARCHAR COLLATE NOCASE", "VARCHAR", ["'a'"], ["'a'", "'A'", "'b'"]),
    ("VARCHAR", "INTEGER", ["1"], ["'1'", "'01'", "'1'"]),
    ("DOUBLE", "DOUBLE", ["0"], ["0", "'-0'", "'nan'", "'nan'"]),
    ("INTERVAL", "INTERVAL", ["'30 days'"], ["'30 days'", "'1 month'"]),
    ("DECIMAL(4, 1)", "INTEGER", ["1"], ["1.0", "1.2", "1.2"]),
]


def make(con, foreign, key, customers, orders):
    con.execute(f"CREATE TABLE customers (id {key}, name VARCHAR); CREATE TABLE orders (customer {foreign}, day INTEGER)")
    for n, value in enumerate(customers):
        con.execute(f"INSERT INTO customers VALUES ({value}, 'name {n}')")
    for n, value in enumerate(orders):
        con.execute(f"INSERT INTO orders VALUES ({value}, {n % 2})")
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW])


def ask(con):
    return con.execute("FROM semantic_view('v', dimensions := ['name'], metrics := ['buyers']) ORDER BY ALL").fetchall()


def is_told_first(con):
    return "SELECT DISTINCT" in con.execute("SELECT semantic_view_sql('v', ['name'], ['buyers'])").fetchone()[0]


@pytest.mark.parametrize("foreign, key, customers, orders", EXACT)
def test_exact_keys_are_told_before_the_joins(con, foreign, key, customers, orders):
    make(con, foreign, key, customers, orders)
    assert ask(con) == con.execute(BY_HAND).fetchall()
    assert is_told_first(con)


@pytest.mark.parametrize("foreign, key, customers, orders", OTHER)
def test_other_keys_are_counted_behind_them(con, foreign, key, customers, orders):
    make(con, foreign, key, customers, orders)
    assert ask(con) == con.execute(BY_HAND).fetchall()
    assert not is_told_first(con)


def test_types_are_those_of_now(con):
    make(con, "INTEGER", "INTEGER", ["1"], ["1", "1"])
    assert is_told_first(con)
    con.execute("CREATE OR REPLACE TABLE orders AS SELECT v AS customer, 1 AS day FROM (VALUES ('1'), ('01')) t(v)")
    assert not is_told_first(con)
    assert ask(con) == con.execute(BY_HAND).fetchall() == [("name 0", 2)]


def test_a_type_that_only_the_caller_sees_yet_is_an_error(con):
    make(con, "INTEGER", "INTEGER", ["1"], ["1", "1"])
    con.execute("BEGIN; ALTER TABLE orders ALTER customer TYPE VARCHAR; UPDATE orders SET customer = 'x'")
    with pytest.raises(duckdb.ConversionException, match="Could not convert string 'x' to INT32"):
        ask(con)


def test_views_and_queries_are_left_alone(con):
    make(con, "INTEGER", "INTEGER", ["1"], ["1", "1"])
    con.execute("ALTER TABLE orders RENAME TO sold; CREATE VIEW orders AS FROM sold")
    con.execute("SELECT drop_semantic_view('v')")
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW])
    assert not is_told_first(con)
    assert ask(con) == [("name 0", 1)]


def test_a_where_clause_of_many_parts(con):
    make(con, "INTEGER", "INTEGER", ["1", "2"], ["1", "1", "2", "3", "NULL"])
    parts = ["name <> 'x'", "day < 1"] * 500
    where = " AND ".join(parts)
    sql = con.execute("SELECT semantic_view_sql('v', ['name'], ['buyers'], NULL, $1)", [where]).fetchone()[0]
    inner, outer = sql.split(") AS o", 1)
    assert inner.count("o.day < 1") == outer.count("c.name <> 'x'") == 500
    assert "o.day" not in outer and "c.name" not in inner.split("FROM (", 1)[1]
    by_hand = BY_HAND.replace("GROUP BY", "WHERE name <> 'x' AND day < 1 GROUP BY")
    found = con.execute("FROM semantic_view('v', dimensions := ['name'], metrics := ['buyers'], where_clause := $1) "
                        "ORDER BY ALL", [where]).fetchall()
    assert found == con.execute(by_hand).fetchall() == [("name 0", 1), ("name 1", 1)]
