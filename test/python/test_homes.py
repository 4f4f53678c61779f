"""A view without a database is one of the database whose macro is called: the opened one's, or after USE of an attached
database, and in its SQL views, that one's own."""

import duckdb
import pytest

VIEW = "TABLES (t) METRICS (t.m AS sum(v))"
ASK = "FROM semantic_view('w', metrics := ['m'])"


def make(con, *values):
    con.execute(f"CREATE TABLE t AS SELECT unnest({list(values)}) AS v")
    con.execute("SELECT define_semantic_view('w', $1)", [VIEW]).fetchall()
    con.execute(f"CREATE VIEW sv AS {ASK}")


@pytest.fixture
def both(connect, tmp_path):
    """A database in memory whose t sums to 999, with one attached as aa whose t sums to 30."""
    path = tmp_path / "a.duckdb"
    con = connect(path)
    make(con, 10, 20)
    con.close()
    con = connect()
    make(con, 999)
    con.execute(f"ATTACH '{path}' AS aa")
    return con


def test_each_database_answers_for_itself(both):
    con = both
    for query, answer in [
        (ASK, 999),
        ("FROM sv", 999),
        ("FROM aa.sv", 30),
        ("FROM aa.main.semantic_view('w', metrics := ['m'])", 30),
        ("FROM semantic_view('aa.w', metrics := ['m'])", 30),
        ("FROM aa.main.semantic_view('memory.w', metrics := ['m'])", 999),
        ("SELECT theirs.m - ours.m + 999 FROM aa.sv AS theirs, memory.sv AS ours", 30),
    ]:
        assert con.execute(query).fetchall() == [(answer,)], query
    con.execute("USE aa")
    assert con.execute(ASK).fetchall() == [(30,)]
    assert "FROM aa.main.t" in "\n".join(
        line for (line,) in con.execute("FROM explain_semantic_view('w', metrics := ['m'])").fetchall()
    )
    assert con.execute("FROM memory.sv").fetchall() == [(999,)]
    con.execute("USE memory")
    assert con.execute(ASK).fetchall() == [(999,)]


def test_a_file_that_was_never_set_up_has_the_others_answer(connect, both, tmp_path):
    path = tmp_path / "plain.duckdb"
    duckdb.connect(str(path)).close()
    both.close()
    con = connect(path, read_only=True)
    con.execute(f"ATTACH '{tmp_path / 'a.duckdb'}' AS aa")
    assert con.execute("FROM aa.sv").fetchall() == [(30,)]


def test_a_view_that_only_the_opened_database_has(both):
    both.execute("SELECT define_semantic_view('only', $1)", [VIEW]).fetchall()
    with pytest.raises(duckdb.Error, match="semantic view 'only' does not exist"):
        both.execute("FROM aa.main.semantic_view('only', metrics := ['m'])")


def test_a_name_that_is_not_there_but_nearly(both):
    both.execute("SELECT drop_semantic_view('w')").fetchall()
    both.execute("SELECT define_semantic_view('revenue', $1)", [VIEW]).fetchall()
    for asked, text in [
        ("revenu", "semantic view 'revenu' does not exist. Did you mean \"revenue\"?"),
        ("w", "semantic view 'w' does not exist. Did you mean \"aa.w\"?"),
        ("aa.revenue", "semantic view 'aa.revenue' does not exist\n"),
        ("nothing", "semantic view 'nothing' does not exist\n"),
    ]:
        with pytest.raises(duckdb.Error) as error:
            both.execute(f"FROM semantic_view('{asked}', metrics := ['m'])")
        assert text in str(error.value)


def test_a_database_called_like_a_definition_is_none(connect):
    con = connect()
    con.execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) METRICS (t.total AS sum(x))')")
    con.execute("""ATTACH ':memory:' AS "{x" """)
    with pytest.raises(duckdb.Error, match="semantic view 'w' does not exist"):
        con.execute("FROM semantic_view('w', metrics := ['total'])")
    assert con.execute("FROM semantic_view('v', metrics := ['total'])").fetchall() == [(1,)]


def test_a_name_of_several_parts_is_taken_whole(connect):
    con = connect()
    con.execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)")
    con.execute("SELECT define_semantic_view('v', 'TABLES (t) METRICS (t.total AS sum(x))')")
    con.execute("SELECT define_semantic_view('v.w', 'TABLES (t) METRICS (t.total AS sum(x) + 10)')")
    for name, total in [("v", 1), ('"v"', 1), ("memory.v", 1), ("v.w", 11), ('v."w"', 11), ("memory.v.w", 11)]:
        assert con.execute(f"FROM semantic_view('{name}', metrics := ['total'])").fetchall() == [(total,)]
    for name in ("v.x", "w.v", '"v.w".v'):
        with pytest.raises(duckdb.Error, match="does not exist"):
            con.execute(f"FROM semantic_view('{name}', metrics := ['total'])")


def test_copies_cannot_be_told_apart(connect, tmp_path):
    con = connect(tmp_path / "a.duckdb")
    make(con, 10, 20)
    con.close()
    for name in ("b", "c"):
        (tmp_path / f"{name}.duckdb").write_bytes((tmp_path / "a.duckdb").read_bytes())
    con = connect()
    con.execute(f"ATTACH '{tmp_path / 'b.duckdb'}' AS b; ATTACH '{tmp_path / 'c.duckdb'}' AS c")
    with pytest.raises(duckdb.Error, match="the databases 'b' and 'c' are copies of each other"):
        con.execute("FROM b.sv")
    assert con.execute("FROM b.main.semantic_view('b.w', metrics := ['m'])").fetchall() == [(30,)]


@pytest.fixture
def original(connect, tmp_path):
    """A database whose t sums to 31; its copy of yesterday, backup.duckdb, where it sums to 30."""
    con = connect(tmp_path / "original.duckdb")
    make(con, 10, 20)
    con.close()
    (tmp_path / "backup.duckdb").write_bytes((tmp_path / "original.duckdb").read_bytes())
    con = connect(tmp_path / "original.duckdb")
    con.execute("INSERT INTO t VALUES (1)")
    return con


BARE = [ASK, "FROM sv", "FROM backup.sv", "FROM backup.main.semantic_view('w', metrics := ['m'])",
        "FROM explain_semantic_view('w', metrics := ['m'])"]


def check_bare_names_are_refused(con, copy):
    for query in BARE:
        with pytest.raises(duckdb.Error) as error:
            con.execute(query.replace("backup", copy))
        assert f"the databases '{copy}' and 'original' are copies of each other: write the name of the database before " \
            "that of the semantic view" in str(error.value), query
    assert con.execute("FROM semantic_view('original.w', metrics := ['m'])").fetchall() == [(31,)]


def test_a_copy_beside_its_original_is_told_apart_by_name_only(original, tmp_path):
    con = original
    assert con.execute("FROM sv").fetchall() == [(31,)]
    for options in ("", " (READ_ONLY)"):
        con.execute(f"ATTACH '{tmp_path / 'backup.duckdb'}' AS backup{options}")
        check_bare_names_are_refused(con, "backup")
        assert con.execute("FROM semantic_view('backup.w', metrics := ['m'])").fetchall() == [(30,)]
        con.execute("USE backup")
        check_bare_names_are_refused(con, "backup")
        con.execute("USE original; DETACH backup")
        assert con.execute("FROM sv").fetchall() == [(31,)]


def test_a_copy_made_by_copy_from_database(original, tmp_path):
    con = original
    con.execute(f"ATTACH '{tmp_path / 'now.duckdb'}' AS backup; ATTACH ':memory:' AS beside")
    assert con.execute("FROM sv").fetchall() == [(31,)]
    con.execute("COPY FROM DATABASE original TO backup")
    check_bare_names_are_refused(con, "backup")


def test_another_database_is_no_copy(original, connect, tmp_path):
    other = connect(tmp_path / "other.duckdb")
    make(other, 7)
    other.close()
    con = original
    for _ in range(3):
        con.execute(f"ATTACH '{tmp_path / 'other.duckdb'}' AS backup")
        for _ in range(2):
            assert con.execute("FROM sv").fetchall() == [(31,)]
            assert con.execute("FROM backup.sv").fetchall() == [(7,)]
        con.execute("DETACH backup")
    con.execute(f"ATTACH '{tmp_path / 'backup.duckdb'}' AS backup")
    check_bare_names_are_refused(con, "backup")


def test_a_copy_that_has_lost_its_macros_gets_a_mark_of_its_own(original, connect, tmp_path):
    original.close()
    copy = duckdb.connect(str(tmp_path / "backup.duckdb"))
    copy.execute("DROP MACRO TABLE semantic_view; DROP MACRO TABLE explain_semantic_view")
    copy.close()
    connect(tmp_path / "backup.duckdb").close()
    con = connect(tmp_path / "original.duckdb")
    con.execute(f"ATTACH '{tmp_path / 'backup.duckdb'}' AS backup")
    assert con.execute("FROM sv").fetchall() == [(31,)]
    assert con.execute("FROM backup.sv").fetchall() == [(30,)]


def test_the_macros_of_a_database_are_written_once(connect, db_file):
    marks = []
    for _ in range(2):
        con = connect(db_file)
        marks.append(con.execute(
            "SELECT function_name, macro_definition FROM duckdb_functions() WHERE macro_definition LIKE '%where_clause%' "
            "AND database_name = 'test' ORDER BY ALL").fetchall())
        con.close()
    assert len(marks[0]) == 2 and marks[0] == marks[1]


def test_macros_of_an_older_release_are_replaced(connect, db_file):
    con = connect(db_file)
    make(con, 1, 2)
    con.execute("""CREATE OR REPLACE MACRO semantic_view(view_name, dimensions := NULL, metrics := NULL, facts := NULL,
        where_clause := NULL) AS TABLE FROM query(semantic_view_sql(view_name, dimensions, metrics, facts, where_clause))""")
    assert con.execute(ASK).fetchall() == [(3,)]
    con.close()
    con = connect(db_file, read_only=True)
    assert con.execute(ASK).fetchall() == [(3,)]
    con.close()
    con = connect(db_file)
    assert con.execute(ASK).fetchall() == [(3,)]
    assert con.execute("SELECT count(*) FROM duckdb_functions() WHERE macro_definition LIKE '%where_clause, ''%'").fetchone() == (2,)
