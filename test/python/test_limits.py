"""Limits are errors that name the limit and what was given."""

import duckdb
import pytest


def chain(tables):
    """A view of tables in a row, each leading to the next; the last has a dimension, the first a metric."""
    sources = ", ".join(
        f"t{i} AS (SELECT {i} AS id, {i + 1} AS next) PRIMARY KEY (id)" for i in range(tables)
    )
    steps = ", ".join(f"t{i}(next) REFERENCES t{i + 1}" for i in range(tables - 1))
    return (
        f"TABLES ({sources}) RELATIONSHIPS ({steps}) "
        f"DIMENSIONS (t{tables - 1}.far AS id) METRICS (t0.rows AS count(*))"
    )


REQUEST = "FROM semantic_view('v', dimensions := ['far'], metrics := ['rows'])"


def test_a_way_of_64_steps_answers(con):
    con.execute("SELECT define_semantic_view('v', $1)", [chain(65)])
    assert con.execute(REQUEST).fetchall() == [(64, 1)]


def test_a_longer_way_is_an_error(con):
    con.execute("SELECT define_semantic_view('v', $1)", [chain(66)])
    with pytest.raises(duckdb.Error, match="'t65' is 65 steps away from 't0', at most 64 are followed"):
        con.execute(REQUEST)


def test_facts_that_double_are_an_error(con):
    con.execute("CREATE TABLE t (x INTEGER)")
    facts = ", ".join(f"t.f{i} AS f{i - 1} + f{i - 1}" for i in range(1, 40))
    with pytest.raises(duckdb.Error, match="more than 200000 times"):
        con.execute(
            "SELECT define_semantic_view('v', $1)",
            [f"TABLES (t) FACTS (t.f0 AS x, {facts}) METRICS (t.m AS sum(f39))"],
        )
    assert con.execute("FROM list_semantic_views()").fetchall() == []


def test_metrics_that_multiply_are_an_error(con):
    con.execute("CREATE TABLE t (x INTEGER)")
    metrics = ", ".join(f"t.m{i} AS " + " + ".join([f"m{i - 1}"] * 60) for i in range(1, 4))
    with pytest.raises(duckdb.Error, match="metric 't.m3' does not bind: the expressions of this request name .* more than 200000 times"):
        con.execute("SELECT define_semantic_view('v', $1)", [f"TABLES (t) METRICS (t.m0 AS sum(x), {metrics})"])


def test_a_request_of_too_many_names_is_an_error(con):
    con.execute("CREATE TABLE t (x INTEGER)")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) METRICS (t.m AS sum(x))')")
    with pytest.raises(duckdb.Error, match="a request may name 4096 members, this one names 5000"):
        con.execute("SELECT semantic_view_sql('v', NULL, [concat('m AS m', i) FOR i IN range(5000)])")


def test_an_expression_that_only_a_raised_limit_lets_pass_is_too_deep(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) DIMENSIONS (t.d AS a) METRICS (t.n AS count(*))')")
    deep = "+".join(["d"] * 2500)
    request = "FROM semantic_view('v', metrics := ['n'], where_clause := ?)"
    too_deep_for_duckdb = "where_clause does not parse: Max expression depth limit of 1000 exceeded"
    with pytest.raises(duckdb.Error, match=too_deep_for_duckdb):
        con.execute(request, [f"{deep} > 1"])
    if duckdb.__version__.startswith("1."):  # there the limit is one of the caller's connection alone
        con.execute("SET max_expression_depth = 100000")
        expected = [too_deep_for_duckdb, "Max expression depth limit of 1000 exceeded"]
    else:
        con.execute("SET GLOBAL max_expression_depth = 100000")
        expected = ["where_clause is nested too deep", "an expression is nested too deeply"]
    with pytest.raises(duckdb.Error, match=expected[0]):
        con.execute(request, [f"{deep} > 1"])
    with pytest.raises(duckdb.Error, match=expected[1]):
        con.execute("SELECT define_semantic_view('w', ?)", [f"TABLES (t) DIMENSIONS (t.x AS {deep.replace('d', 'a')})"])
