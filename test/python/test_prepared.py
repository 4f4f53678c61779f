"""A prepared statement answers from the definition of now, not from the one it was planned with."""

import duckdb
import pytest

ONE = "TABLES (t) METRICS (t.m AS sum(v))"
TEN = "TABLES (t) METRICS (t.m AS sum(v * 10))"


def change(con, statement):
    con.execute("FROM semantic_ddl($1)", [statement]).fetchall()


@pytest.fixture
def prepared(con):
    con.execute("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (1)")
    change(con, f"CREATE SEMANTIC VIEW w AS {ONE}")
    con.execute("PREPARE q AS FROM semantic_view('w', metrics := ['m'])")
    assert con.execute("EXECUTE q").fetchall() == [(1,)]
    return con


def test_a_view_that_was_replaced(prepared):
    for factor in (10, 100, 1000):
        change(prepared, f"CREATE OR REPLACE SEMANTIC VIEW w AS {ONE.replace('(v)', f'(v * {factor})')}")
        assert prepared.execute("EXECUTE q").fetchall() == [(factor,)]


def test_a_view_that_was_dropped_and_defined_again(prepared):
    change(prepared, "DROP SEMANTIC VIEW w")
    with pytest.raises(duckdb.Error, match="semantic view 'w' does not exist"):
        prepared.execute("EXECUTE q").fetchall()
    prepared.execute("SELECT define_semantic_view('w', $1)", [TEN]).fetchall()
    assert prepared.execute("EXECUTE q").fetchall() == [(10,)]


def test_a_view_that_was_renamed(prepared):
    change(prepared, f"CREATE SEMANTIC VIEW x AS {TEN}")
    change(prepared, "ALTER SEMANTIC VIEW w RENAME TO y")
    change(prepared, "ALTER SEMANTIC VIEW x RENAME TO w")
    assert prepared.execute("EXECUTE q").fetchall() == [(10,)]


def test_from_another_connection(prepared):
    change(prepared.cursor(), f"CREATE OR REPLACE SEMANTIC VIEW w AS {TEN}")
    assert prepared.execute("EXECUTE q").fetchall() == [(10,)]


def test_in_an_open_transaction(prepared):
    prepared.execute("BEGIN; INSERT INTO t VALUES (2)")
    change(prepared, f"CREATE OR REPLACE SEMANTIC VIEW w AS {TEN}")
    assert prepared.execute("FROM semantic_view('w', metrics := ['m'])").fetchall() == [(30,)]
    prepared.execute("COMMIT")
    assert prepared.execute("EXECUTE q").fetchall() == [(30,)]


def test_a_view_of_an_attached_database(connect, tmp_path):
    con = connect()
    con.execute(f"ATTACH '{tmp_path / 'other.duckdb'}' AS other; CREATE TABLE other.t AS SELECT 1 AS v")
    change(con, f"CREATE SEMANTIC VIEW other.w AS {ONE}")
    con.execute("PREPARE q AS FROM semantic_view('other.w', metrics := ['m'])")
    assert con.execute("EXECUTE q").fetchall() == [(1,)]
    change(con, f"CREATE OR REPLACE SEMANTIC VIEW other.w AS {TEN}")
    assert con.execute("EXECUTE q").fetchall() == [(10,)]
