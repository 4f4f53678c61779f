"""semantic_import of a folder that somebody changed by hand."""

import duckdb
import pytest


@pytest.fixture
def folder(tmp_path):
    """folder(schema, load): what EXPORT DATABASE writes, with statements that somebody added."""

    def write(schema, load, **files):
        (tmp_path / "schema.sql").write_text(schema)
        (tmp_path / "load.sql").write_text(load)
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return str(tmp_path)

    return write


def test_import_runs_statements_that_were_added(con, folder):
    path = folder(
        "CREATE TABLE a (x INTEGER, s VARCHAR);\nCREATE TABLE b (s VARCHAR);\nINSERT INTO b VALUES ('q'), ('r');",
        "COPY a FROM '/then/a.csv' (FORMAT 'csv', header 1);\nINSERT INTO a SELECT 7, s FROM b WHERE s = 'q';", a="x,s\n1,p\n")
    con.execute("CALL semantic_import(?)", [path])
    assert con.execute("FROM a ORDER BY x").fetchall() == [(1, "p"), (7, "q")]


@pytest.mark.parametrize("schema, load, message", [
    ("CREATE TABLE a (x INTEGER);", "COPY a FROM '/then/a.csv' (FORMAT 'csv');", "No files found that match"),
    ("CREATE TABLE a (x INTEGER);", "COPY semantic_layer._definitions FROM '/then/d.csv';", "No files found that match"),
    ("CREATE TABLE a (x INTEGER); CREATE 7;", "", "syntax error at or near \"7\""),
])
def test_an_import_that_fails_leaves_nothing(con, folder, schema, load, message):
    with pytest.raises(duckdb.Error, match=message):
        con.execute("CALL semantic_import(?)", [folder(schema, load)]).fetchall()
    assert con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name = 'a'").fetchall() == []


def test_import_leaves_a_copy_that_writes(con, folder, tmp_path):
    path = folder("CREATE TABLE a (x INTEGER);", f"COPY (SELECT 7 AS x) TO '{tmp_path}/out.csv';")
    con.execute("CALL semantic_import(?)", [path])
    assert (tmp_path / "out.csv").read_text() == "x\n7\n"
