"""What a process and a database file can do to the extension: threads, fork, exit, DETACH, a table that others altered."""

import json
import threading
import time

import duckdb
import pytest

DEFINITION = json.dumps(
    {
        "base_table": "t",
        "dimensions": [{"name": "d", "expr": "a"}],
        "metrics": [{"name": "n", "expr": "count(*)"}],
    }
)
QUERY = "FROM semantic_view('v', dimensions := ['d'], metrics := ['n']) ORDER BY d"
ANSWER = [(0, 2), (1, 2)]


def set_up(con, name="v"):
    con.execute("CREATE TABLE IF NOT EXISTS t AS SELECT range % 2 AS a FROM range(4)")
    con.execute("SELECT define_semantic_view(?, ?)", [name, DEFINITION]).fetchall()
    return con


@pytest.fixture
def views(con):
    return set_up(con)


# Threads and processes


@pytest.mark.threads
def test_load_in_eight_threads_at_once(run_python, extension_path, tmp_path):
    done = run_python(
        """
        for round in range(10):
            con = connect(f"{sys.argv[1]}/{round}.duckdb", load=False)
            barrier, errors = threading.Barrier(8), []
            def load(cursor):
                barrier.wait()
                try:
                    cursor.load_extension(extension)
                    cursor.execute("FROM list_semantic_views()").fetchall()
                except Exception as error:
                    errors.append(str(error))
            extension = sys.argv[2]
            threads = [threading.Thread(target=load, args=(con.cursor(),)) for _ in range(8)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            assert not errors, errors
            con.close()
        """,
        tmp_path, extension_path,
    )
    assert done.returncode == 0, done.stderr


def test_fork_after_load(run_python, tmp_path):
    """The child of a fork that DuckDB allows: it opens its own database, the parent goes on."""
    done = run_python(
        f"""
        con = connect(threads=1)
        con.execute("CREATE TABLE t AS SELECT range % 2 AS a FROM range(4)")
        con.execute("SELECT define_semantic_view('v', ?)", [sys.argv[1]]).fetchall()
        child = os.fork()
        if not child:
            own = connect(sys.argv[2], threads=1)
            own.execute("CREATE TABLE t AS SELECT range % 2 AS a FROM range(4)")
            own.execute("SELECT define_semantic_view('v', ?)", [sys.argv[1]]).fetchall()
            good = own.execute("{QUERY}").fetchall() == {ANSWER}
            own.close()
            os._exit(0 if good else 1)
        assert con.execute("{QUERY}").fetchall() == {ANSWER}
        _, status = os.waitpid(child, 0)
        sys.exit(os.waitstatus_to_exitcode(status))
        """,
        DEFINITION, tmp_path / "child.duckdb",
    )
    assert done.returncode == 0, done.stderr


# Not sys.exit(): Python 3.11 ends daemon threads by unwinding DuckDB's frames, which aborts without the extension too.
@pytest.mark.threads
@pytest.mark.parametrize("how", ["os._exit(0)", "os.kill(os.getpid(), 15)"])
def test_the_process_exits_while_queries_run(run_python, how):
    done = run_python(
        f"""
        con = connect()
        con.execute("CREATE TABLE t AS SELECT range AS a FROM range(300000)")
        con.execute("SELECT define_semantic_view('v', ?)", [sys.argv[1]]).fetchall()
        started = threading.Barrier(5)
        def ask(cursor):
            started.wait()
            try:
                while True:
                    cursor.execute("{QUERY}").fetchall()
            except duckdb.Error:
                pass  # the database was closed
        for _ in range(4):
            threading.Thread(target=ask, args=(con.cursor(),), daemon=True).start()
        started.wait()
        time.sleep(0.1)
        {how}
        """,
        DEFINITION,
    )
    assert done.returncode == (-15 if "kill" in how else 0), done.stderr


@pytest.mark.threads
def test_detach_while_the_view_is_queried(con, tmp_path):
    path = tmp_path / "other.duckdb"
    stop, problems, answers = threading.Event(), [], []

    def ask(cursor):
        while not stop.is_set():
            try:
                assert cursor.execute(QUERY.replace("'v'", "'other.v'")).fetchall() == ANSWER
                answers.append(1)
            except duckdb.Error as error:
                text = str(error)
                if not any(part in text for part in ("does not exist", "other", "detached", "different database")):
                    problems.append(text)
            except BaseException as error:
                problems.append(repr(error))

    con.execute(f"ATTACH '{path}' AS other; USE other")
    con.execute("CREATE TABLE t AS SELECT range % 2 AS a FROM range(4)")
    con.execute("USE memory")
    con.execute("SELECT define_semantic_view('other.v', ?)", [DEFINITION]).fetchall()
    threads = [threading.Thread(target=ask, args=(con.cursor(),)) for _ in range(4)]
    [t.start() for t in threads]
    try:
        for _ in range(20):
            con.execute("DETACH other")
            deadline = time.monotonic() + 30
            while True:  # as long as a query runs, the file is in use
                try:
                    con.execute(f"ATTACH '{path}' AS other")
                    break
                except duckdb.Error as error:
                    assert "already attached" in str(error) and time.monotonic() < deadline, str(error)
    finally:
        stop.set()
        [t.join() for t in threads]
    assert not problems, problems[:3]
    assert con.execute(QUERY.replace("'v'", "'other.v'")).fetchall() == ANSWER


@pytest.mark.threads
def test_interrupt_stops_a_query_over_a_view(con):
    con.execute("CREATE TABLE t AS SELECT range AS a FROM range(1000)")
    heavy = DEFINITION.replace('"t"', json.dumps("(SELECT x.a FROM t x, t y, t z, t u) AS heavy"))
    try:
        con.execute("SELECT define_semantic_view('v', ?)", [heavy]).fetchall()
    except duckdb.Error:  # the seed form takes a table: a view stands for the query
        con.execute("CREATE VIEW heavy AS SELECT x.a FROM t x, t y, t z, t u")
        con.execute("SELECT define_semantic_view('v', ?)", [DEFINITION.replace('"t"', '"heavy"')]).fetchall()
    timer = threading.Timer(0.3, con.interrupt)
    timer.start()
    with pytest.raises(duckdb.InterruptException):
        con.execute(QUERY).fetchall()
    timer.join()
    assert con.execute("SELECT name FROM list_semantic_views()").fetchall() == [("v",)]


# A definitions table that someone altered

TABLE = "semantic_layer._definitions"
USES = {
    "query": QUERY,
    "list": "FROM list_semantic_views()",
    "describe": "FROM describe_semantic_view('v')",
    "show": "CALL semantic_ddl('SHOW SEMANTIC VIEWS')",
    "metrics": "CALL semantic_ddl('SHOW SEMANTIC METRICS')",
    "get_ddl": "SELECT get_ddl('SEMANTIC_VIEW', 'v')",
    "define": f"SELECT define_semantic_view('w', '{DEFINITION}')",
    "drop": "SELECT drop_semantic_view('v')",
}
ALTERED = {
    "a column missing": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name FROM {TABLE}",
    "another column missing": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT definition FROM {TABLE}",
    "a column too many": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name, definition, 1 AS more FROM {TABLE}",
    "other names": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name AS a, definition AS b FROM {TABLE}",
    "a number": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name, 7 AS definition FROM {TABLE}",
    "a blob": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name, definition::BLOB AS definition FROM {TABLE}",
    "a list": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT name, [definition] AS definition FROM {TABLE}",
    "a struct": f"CREATE OR REPLACE TABLE {TABLE} AS SELECT {{'x': name}} AS name, definition FROM {TABLE}",
    "a view": f"CREATE TABLE kept AS FROM {TABLE}; DROP TABLE {TABLE}; CREATE VIEW {TABLE} AS FROM kept",
    "a view that does not bind": f"CREATE TABLE kept AS FROM {TABLE}; DROP TABLE {TABLE};"
    f"CREATE VIEW {TABLE} AS FROM kept; DROP TABLE kept",
    "no table": f"DROP TABLE {TABLE}",
    "no schema": "DROP SCHEMA semantic_layer CASCADE",
    "no rows": f"DELETE FROM {TABLE}",
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_table_gives_an_answer_or_a_clear_error(views, how, use):
    views.execute(ALTERED[how])
    try:
        views.execute(USES[use]).fetchall()
    except duckdb.Error as error:
        text = str(error)
        assert "INTERNAL" not in text and "internal error" not in text, text
        words = ("_definitions", "semantic view 'v' does not exist", "semantic_layer", "kept")
        assert any(word in text for word in words), text
    assert views.execute("SELECT count(*) FROM t").fetchall() == [(4,)]


@pytest.mark.parametrize("use", ["define", "drop", "alter", "rename", "replace"])
def test_a_view_in_place_of_the_table_is_not_written(views, use):
    writes = USES | {
        "alter": "CALL semantic_ddl($x$ALTER SEMANTIC VIEW v SET COMMENT = 'x'$x$)",
        "rename": "CALL semantic_ddl('ALTER SEMANTIC VIEW v RENAME TO w')",
        "replace": f"CALL semantic_ddl('CREATE OR REPLACE SEMANTIC VIEW v FROM JSON $${DEFINITION}$$')",
    }
    views.execute(ALTERED["a view"])
    with pytest.raises(duckdb.Error, match="'memory' is a view and not a table: its semantic views can be asked, but not"):
        views.execute(writes[use]).fetchall()
    assert views.execute(QUERY).fetchall() == ANSWER


GARBAGE = {
    "NULL": None,
    "nothing": "",
    "blanks": "  \n",
    "text": "hello",
    "cut": DEFINITION[:-7],
    "a list": "[1, 2]",
    "a string": '"v"',
    "null": "null",
    "an empty object": "{}",
    "of another program": '{"version": 3, "cubes": []}',
    "a wrong type": DEFINITION.replace('"t"', "17"),
    "control characters": '{"\x01\x02": "\x7f"}',
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "SQL": "'; DROP TABLE t; --",
    "much": '{"base_table": "t", "x": "' + "y" * 5_000_000 + '"}',
    "a number too large": '{"base_table": 1e999999}',
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_garbage_row_harms_only_its_own_view(views, garbage):
    views.execute(f"INSERT INTO {TABLE} VALUES ('bad', ?)", [garbage])
    for statement in (QUERY.replace("'v'", "'bad'"), "FROM describe_semantic_view('bad')",
                      "SELECT get_ddl('SEMANTIC_VIEW', 'bad')", "FROM check_semantic_view('bad')",
                      "CALL semantic_ddl('DESCRIBE SEMANTIC VIEW bad')"):
        with pytest.raises(duckdb.Error, match="semantic view 'bad'") as error:
            views.execute(statement).fetchall()
        assert len(str(error.value)) < 10_000
        assert "internal error" not in str(error.value).lower()
    assert views.execute(QUERY).fetchall() == ANSWER
    assert views.execute("SELECT name, base_table FROM list_semantic_views()").fetchall() == [("bad", None), ("v", "t")]
    assert [row[1] for row in views.execute("CALL semantic_ddl('SHOW SEMANTIC VIEWS')").fetchall()] == ["bad", "v"]
    assert ("n",) in views.execute("SELECT name FROM show_semantic_metrics('v')").fetchall()
    assert "dropped" in views.execute("SELECT drop_semantic_view('bad')").fetchall()[0][0]


def test_a_row_without_a_name_is_not_in_the_way(views):
    views.execute(f"CREATE OR REPLACE TABLE {TABLE} AS FROM {TABLE}")
    views.execute(f"INSERT INTO {TABLE} VALUES (NULL, 'x'), ('v2', 'x'), ('v2', 'y'), ('', '{{}}')")
    assert views.execute(QUERY).fetchall() == ANSWER
    assert ("v", "t") in views.execute("FROM list_semantic_views()").fetchall()
    assert views.execute("CALL semantic_ddl('SHOW SEMANTIC VIEWS')").fetchall()


# Sizes


def test_a_request_of_ten_thousand_names(views):
    names = ["d"] + [f"unknown_{i}" for i in range(10_000)]
    with pytest.raises(duckdb.Error, match="may name 4096 members, this one names 10002") as error:
        views.execute("FROM semantic_view('v', dimensions := ?, metrics := ['n'])", [names]).fetchall()
    assert len(str(error.value)) < 100_000


def test_a_view_of_two_thousand_members(con):
    con.execute("CREATE TABLE t AS SELECT range % 2 AS a FROM range(4)")
    wide = json.loads(DEFINITION)
    wide["metrics"] += [{"name": f"m{i}", "expr": f"sum(a + {i})"} for i in range(2000)]
    con.execute("SELECT define_semantic_view('wide', ?)", [json.dumps(wide)]).fetchall()
    rows = con.execute(
        "FROM semantic_view('wide', dimensions := ['d'], metrics := ?) ORDER BY d", [[f"m{i}" for i in range(2000)]]
    ).fetchall()
    assert [row[:3] for row in rows] == [(0, 0, 2), (1, 2, 4)]


# What the database forbids


def test_a_read_only_database(connect, db_file):
    set_up(connect(db_file)).close()
    con = connect(db_file, read_only=True)
    assert con.execute(QUERY).fetchall() == ANSWER
    for statement in (USES["define"], USES["drop"], "CALL semantic_ddl('ALTER SEMANTIC VIEW v RENAME TO w')"):
        with pytest.raises(duckdb.Error, match="(?i)read-only"):
            con.execute(statement).fetchall()
    assert con.execute(QUERY).fetchall() == ANSWER
