"""A fact that aggregates a finer table groups by the finer rows' own columns only where equal keys are the same value
(docs: design, section 5); elsewhere it joins the fact's table, and counts each row once all the same."""

import pytest

EXACT = [
    ("INTEGER", "BIGINT", [("1", "1"), ("2", "2")]),
    ("UBIGINT", "BIGINT", [("1", "1"), ("9223372036854775807", "9223372036854775807")]),
    ("UUID", "UUID", [("'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000001'")]),
    ("HUGEINT", "HUGEINT", [("1", "1")]),
]
# (type of the foreign key, of the key, keys, values of the foreign key that are equal to it)
INEXACT = [
    ("VARCHAR", "VARCHAR COLLATE NOCASE", "'a'", ["'a'", "'A'"]),
    ("VARCHAR COLLATE NOCASE", "VARCHAR", "'a'", ["'a'", "'A'"]),
    ("VARCHAR", "INTEGER", "1", ["'1'", "'01'"]),
    ("DOUBLE", "FLOAT", "1", ["1", "1"]),
    ("BIGINT", "DOUBLE", "9007199254740992", ["9007199254740992", "9007199254740993"]),
    ("DATE", "DATE", "'2024-01-01'", ["'2024-01-01'", "'2024-01-01'"]),
    ("TIMESTAMP", "DATE", "'2024-01-01'", ["'2024-01-01'", "'2024-01-01 00:00:00'"]),
    ("INTEGER", "HUGEINT", "1", ["1", "1"]),
    ("VARCHAR", "VARCHAR", "'a'", ["'a'", "'a'"]),
]
VIEW = """
TABLES (p AS parents PRIMARY KEY (id), k AS children PRIMARY KEY (n))
RELATIONSHIPS (of AS k(parent) REFERENCES p)
FACTS (p.children AS count(k.n))
METRICS (p.parents AS count(*), p.total AS sum(children))
"""


def make(con, foreign, key, parents, children):
    con.execute(f"CREATE TABLE parents (id {key}); CREATE TABLE children (n INTEGER, parent {foreign})")
    for value in parents:
        con.execute(f"INSERT INTO parents VALUES ({value})")
    for n, value in enumerate(children):
        con.execute(f"INSERT INTO children VALUES ({n}, {value})")
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW])


def ask(con):
    return con.execute("FROM semantic_view('v', metrics := ['parents', 'total'])").fetchone()


def sql(con):
    return con.execute("SELECT semantic_view_sql('v', NULL, ['parents', 'total'])").fetchone()[0]


@pytest.mark.parametrize("foreign, key, pairs", EXACT)
def test_exact_keys_need_no_join(con, foreign, key, pairs):
    make(con, foreign, key, [k for _, k in pairs], [f for f, _ in pairs] * 2)
    assert ask(con) == (len(pairs), 2 * len(pairs))
    assert sql(con).count("parents") == 2  # the source and the metric, once each


@pytest.mark.parametrize("foreign, key, parent, children", INEXACT)
def test_other_keys_count_each_row_once(con, foreign, key, parent, children):
    make(con, foreign, key, [parent], children)
    by_hand = con.execute("SELECT count(*) FROM children JOIN parents ON children.parent = parents.id").fetchone()[0]
    assert by_hand == 2
    assert ask(con) == (1, by_hand)
    assert sql(con).count("main.parents") == 2


def test_types_are_those_of_now(con):
    make(con, "INTEGER", "INTEGER", ["1"], ["1", "1"])
    assert sql(con).count("main.parents") == 1
    con.execute("CREATE OR REPLACE TABLE children AS SELECT i AS n, v AS parent FROM (VALUES (1, '1'), (2, '01')) t(i, v)")
    assert sql(con).count("main.parents") == 2
    assert ask(con) == (1, 2)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE children ALTER parent TYPE VARCHAR",
        "DROP TABLE children; CREATE TABLE children (n INTEGER, parent VARCHAR)",
        "CREATE OR REPLACE TABLE children (n INTEGER, parent VARCHAR COLLATE NOCASE)",
    ],
)
def test_the_callers_transaction_may_have_other_types(con, change):
    make(con, "INTEGER", "INTEGER", ["1"], [])
    con.execute(f"BEGIN; {change}; INSERT INTO children VALUES (1, '1'), (2, '01')")
    assert ask(con) == (1, 2)


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_what_the_caller_sees_instead_may_have_other_types(con, kind):
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW])  # before there are tables
    con.execute("CREATE TABLE parents AS SELECT 1 AS id; CREATE TABLE children (n INTEGER, parent INTEGER)")
    con.execute(f"CREATE TEMP {kind} children AS SELECT * FROM (VALUES (1, '1'), (2, '01')) t(n, parent)")
    assert ask(con) == (1, 2)


def test_rows_without_a_match_and_nulls_belong_to_nobody(con):
    make(con, "INTEGER", "INTEGER", ["1", "2"], ["1", "1", "7", "NULL"])
    assert ask(con) == (2, 2)


def test_a_source_that_only_the_caller_sees(con):
    con.execute("CREATE TABLE parents AS SELECT 1 AS id")
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW])
    con.execute("CREATE TEMP TABLE children AS SELECT 1 AS n, 1 AS parent")
    assert ask(con) == (1, 1)
