"""A semantic view from definition to answer in a real database: files, restarts, connections, transactions, threads."""

import hashlib
import json
import signal
import threading

import duckdb
import pytest

SALES = json.dumps(
    {
        "base_table": "orders",
        "dimensions": [{"name": "region", "expr": "customers.region"}, {"name": "status", "expr": "orders.status"}],
        "metrics": [
            {"name": "revenue", "expr": "sum(orders.amount)"},
            {"name": "order_count", "expr": "count(*)"},
        ],
        "joins": [{"table": "customers", "on": "orders.customer_id = customers.id"}],
    }
)

# Order 4 has no customer, so there is a group without a region.
TABLES = """
    CREATE TABLE customers (id INTEGER, region VARCHAR);
    INSERT INTO customers VALUES (1, 'EMEA'), (2, 'APAC');
    CREATE TABLE orders (id INTEGER, customer_id INTEGER, amount INTEGER, status VARCHAR);
    INSERT INTO orders VALUES (1, 1, 100, 'paid'), (2, 1, 50, 'open'), (3, 2, 70, 'paid'), (4, 9, 5, 'paid');
"""
BY_REGION = "FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue'])"
ANSWER = [("APAC", 70), ("EMEA", 150), (None, 5)]


def define(con, name, definition=SALES):
    return con.execute("SELECT define_semantic_view(?, ?)", [name, definition]).fetchall()[0][0]


def drop(con, name):
    return con.execute("SELECT drop_semantic_view(?)", [name]).fetchall()[0][0]


def views(con):
    return con.execute("SELECT name FROM list_semantic_views()").fetchall()


def by_region(con, view="sales"):
    return con.execute(
        "FROM semantic_view(?, dimensions := ['region'], metrics := ['revenue']) ORDER BY region", [view]
    ).fetchall()


def set_up(con):
    con.execute(TABLES)
    define(con, "sales")
    return con


def simple(table="t", expr="a"):
    """The smallest view: one dimension, one metric."""
    return json.dumps(
        {
            "base_table": table,
            "dimensions": [{"name": "d", "expr": expr}],
            "metrics": [{"name": "n", "expr": "count(*)"}],
        }
    )


@pytest.fixture
def sales(connect):
    return set_up(connect())


# The four functions


def test_confirmations_and_errors_are_the_contract(con):
    con.execute(TABLES)
    assert define(con, "sales") == "Semantic view 'sales' registered successfully"
    with pytest.raises(duckdb.Error, match="semantic view 'sales' already exists"):
        define(con, "sales")
    assert drop(con, "sales") == "Semantic view 'sales' dropped successfully"
    with pytest.raises(duckdb.Error, match="semantic view 'sales' does not exist"):
        drop(con, "sales")
    with pytest.raises(duckdb.Error, match="semantic view 'sales' does not exist"):
        con.execute("FROM describe_semantic_view('sales')").fetchall()
    with pytest.raises(duckdb.Error, match="semantic view 'sales' does not exist"):
        con.execute(BY_REGION).fetchall()


def test_list_is_sorted_and_names_the_base_table(sales):
    define(sales, "a_view")
    listed = sales.execute("FROM list_semantic_views()")
    assert [column[0] for column in listed.description] == ["name", "base_table"]
    assert [name for name, _ in listed.fetchall()] == ["a_view", "sales"]


def test_describe_gives_back_what_was_written(sales):
    described = sales.execute("FROM describe_semantic_view('sales')")
    columns = [column[0] for column in described.description]
    assert columns == ["name", "base_table", "dimensions", "metrics", "filters", "joins"]
    row = dict(zip(columns, described.fetchall()[0]))
    written = json.loads(SALES)
    assert (row["name"], row["base_table"]) == ("sales", "orders")
    for key in ("dimensions", "metrics"):
        assert [(m["name"], m["expr"]) for m in json.loads(row[key])] == [(m["name"], m["expr"]) for m in written[key]]
    assert json.loads(row["filters"]) == []
    assert [(j["table"], j["on"]) for j in json.loads(row["joins"])] == [
        ("customers", "orders.customer_id = customers.id")
    ]


@pytest.mark.parametrize("call", ["define_semantic_view(NULL, '{}')", "define_semantic_view('x', NULL)",
                                  "drop_semantic_view(NULL)", "semantic_view_sql(NULL)"])
def test_null_where_a_value_is_needed_is_an_error(con, call):
    with pytest.raises(duckdb.Error):
        con.execute(f"SELECT {call}").fetchall()


def test_a_definition_that_fails_writes_nothing(con):
    con.execute(TABLES)
    for bad in ["{", '{"base_table": "orders"}', SALES.replace('"expr"', '"exrp"'), SALES[:-1] + ', "filter": []}']:
        with pytest.raises(duckdb.Error):
            define(con, "sales", bad)
        assert views(con) == []


# Restart


@pytest.mark.parametrize("where", ["same process", "new process"])
def test_a_view_survives_a_restart(connect, run_python, db_file, where):
    set_up(connect(db_file)).close()
    if where == "same process":
        con = connect(db_file)
        assert views(con) == [("sales",)]
        assert con.execute("SELECT base_table FROM describe_semantic_view('sales')").fetchall() == [("orders",)]
        assert by_region(con) == ANSWER
    else:
        done = run_python(
            f"""
            con = connect(sys.argv[1])
            print(json.dumps([con.sql("SELECT name FROM list_semantic_views()").fetchall(),
                              con.sql("SELECT base_table FROM describe_semantic_view('sales')").fetchall(),
                              con.sql("{BY_REGION} ORDER BY region").fetchall()]))
            """,
            db_file,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == [[["sales"]], [["orders"]], [list(row) for row in ANSWER]]


def test_a_view_survives_kill_9_right_after_its_definition(connect, run_python, db_file):
    done = run_python(
        """
        con = connect(sys.argv[1])
        con.execute(sys.argv[2])
        con.execute("SELECT define_semantic_view('sales', ?)", [sys.argv[3]]).fetchall()
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        db_file, TABLES, SALES,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    con = connect(db_file)
    assert views(con) == [("sales",)]
    assert by_region(con) == ANSWER


def test_a_drop_survives_kill_9(connect, run_python, db_file):
    set_up(connect(db_file)).close()
    done = run_python(
        """
        connect(sys.argv[1]).execute("SELECT drop_semantic_view('sales')").fetchall()
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        db_file,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert views(connect(db_file)) == []


def test_a_clean_close_leaves_no_wal_and_allows_read_only_at_once(connect, db_file):
    con = set_up(connect(db_file))
    assert by_region(con) == ANSWER
    con.close()
    assert [path.name for path in db_file.parent.iterdir()] == [db_file.name]
    con = connect(db_file, read_only=True)
    assert views(con) == [("sales",)]
    assert by_region(con) == ANSWER
    with pytest.raises(duckdb.Error, match="(?i)read-only"):
        define(con, "other")
    con.close()
    assert by_region(connect(db_file)) == ANSWER


def test_loading_again_does_not_write(connect, db_file):
    def content():
        return hashlib.sha256(db_file.read_bytes()).hexdigest()

    set_up(connect(db_file)).close()
    before = content()
    con = connect(db_file)
    assert by_region(con) == ANSWER
    con.close()
    assert content() == before


def test_fifty_times_open_define_close(connect, db_file):
    con = connect(db_file)
    con.execute(TABLES)
    con.close()
    for i in range(50):
        con = connect(db_file)
        define(con, f"v{i}")
        con.close()
        con = connect(db_file, read_only=True)
        assert by_region(con, f"v{i}") == ANSWER
        con.close()
    assert len(views(connect(db_file))) == 50


# Databases and connections


def test_memory(sales):
    assert by_region(sales) == ANSWER
    info = sales.execute("FROM semantic_views_info()").fetchall()
    assert len(info) == 1
    assert duckdb.__version__ in str(info[0])


def test_two_databases_in_one_process_keep_their_own_views(connect, tmp_path):
    one, two, memory = connect(tmp_path / "one.duckdb"), connect(tmp_path / "two.duckdb"), connect()
    for con, name in ((one, "only_one"), (two, "only_two"), (memory, "only_memory")):
        con.execute(TABLES)
        define(con, name)
    two.execute("UPDATE orders SET amount = 1")
    assert (views(one), views(two), views(memory)) == ([("only_one",)], [("only_two",)], [("only_memory",)])
    one.close()
    assert by_region(two, "only_two") == [("APAC", 1), ("EMEA", 2), (None, 1)]
    assert by_region(memory, "only_memory") == ANSWER


@pytest.mark.threads
def test_databases_open_load_and_close_in_several_threads(run_python, tmp_path):
    done = run_python(
        """
        def work(i):
            try:
                for n in range(8):
                    con = connect(f"{sys.argv[1]}/{i}.duckdb")
                    con.execute(f"CREATE OR REPLACE TABLE t AS SELECT {i} AS a")
                    con.execute(f"SELECT define_semantic_view('v{n}', ?)", [sys.argv[2]]).fetchall()
                    rows = con.execute(f"FROM semantic_view('v{n}', dimensions := ['d'], metrics := ['n'])").fetchall()
                    assert rows == [(i, 1)], rows
                    assert con.execute("SELECT count(*) FROM list_semantic_views()").fetchall()[0] == (n + 1,)
                    con.close()
            except BaseException as error:
                errors.append(repr(error))
        errors = []
        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        sys.exit("; ".join(errors) or 0)
        """,
        tmp_path, simple(),
        timeout=300,  # under the sanitizers 81 s were seen
    )
    assert done.returncode == 0, done.stderr


def test_load_twice(sales, extension_path):
    sales.load_extension(extension_path)
    sales.execute(f"LOAD '{extension_path}'")
    assert by_region(sales) == ANSWER


def test_load_on_a_second_connection(connect, db_file):
    first = set_up(connect(db_file))
    second = connect(db_file)
    define(second, "from_second")
    assert views(first) == [("from_second",), ("sales",)]
    first.close()
    assert by_region(second) == ANSWER
    assert by_region(second.cursor(), "from_second") == ANSWER


def test_load_into_a_read_only_file_that_was_never_set_up(connect, db_file):
    con = connect(db_file, load=False)
    con.execute(TABLES)
    con.close()
    con = connect(db_file, read_only=True)
    assert views(con) == []
    with pytest.raises(duckdb.Error, match="semantic view 'sales' does not exist"):
        con.execute("SELECT semantic_view_sql('sales', ['region'], ['revenue'])").fetchall()
    with pytest.raises(duckdb.Error, match=r"FROM query\(semantic_view_sql\("):
        con.execute(BY_REGION).fetchall()
    with pytest.raises(duckdb.Error):
        define(con, "sales")


def test_the_spelled_out_query_is_the_same(sales):
    sql = "FROM query(semantic_view_sql('sales', ['region'], ['revenue'])) ORDER BY region"
    assert sales.execute(sql).fetchall() == ANSWER


def test_after_use_of_another_database_the_error_says_what_to_write(sales):
    sales.execute("ATTACH ':memory:' AS other; USE other")
    with pytest.raises(duckdb.Error, match=r"FROM query\(semantic_view_sql\("):
        sales.execute(BY_REGION).fetchall()
    # The view's tables are those of its own database, wherever the caller stands.
    sql = "FROM query(semantic_view_sql('sales', ['region'], ['revenue'])) ORDER BY region"
    assert sales.execute(sql).fetchall() == ANSWER


def test_an_attached_database_holds_its_own_views(connect, tmp_path):
    con = set_up(connect(tmp_path / "one.duckdb"))
    con.execute(f"ATTACH '{tmp_path / 'two.duckdb'}' AS second")
    con.execute("USE second")
    con.execute(TABLES.replace("100", "1000"))
    con.execute("USE one")
    define(con, "second.sales")
    assert by_region(con, "sales") == ANSWER
    assert by_region(con, "second.sales") == [("APAC", 70), ("EMEA", 1050), (None, 5)]
    con.execute("DETACH second")
    with pytest.raises(duckdb.Error, match="does not exist"):
        by_region(con, "second.sales")

    # Under another name, and opened by itself.
    con.execute(f"ATTACH '{tmp_path / 'two.duckdb'}' AS renamed (READ_ONLY)")
    assert by_region(con, "renamed.sales")[1] == ("EMEA", 1050)
    con.close()
    assert by_region(connect(tmp_path / "two.duckdb"))[1] == ("EMEA", 1050)


def test_a_macro_of_the_user_is_left_alone(connect, db_file):
    con = connect(db_file, load=False)
    con.execute("CREATE MACRO semantic_view(x) AS TABLE SELECT x AS mine")
    con.close()
    con = connect(db_file)
    assert con.execute("FROM semantic_view(42)").fetchall() == [(42,)]


def test_a_row_put_into_the_table_by_plain_sql_is_a_view(sales):
    sales.execute("INSERT INTO semantic_layer._definitions VALUES ('by_hand', ?), ('broken', '{\"base_table\": 1')", [SALES])
    assert by_region(sales, "by_hand") == ANSWER
    listed = dict(sales.execute("FROM list_semantic_views()").fetchall())
    assert listed["broken"] is None and listed["by_hand"] == "orders"
    with pytest.raises(duckdb.Error, match="broken"):
        by_region(sales, "broken")


# The caller's own query


def test_uncommitted_rows_are_seen(sales):
    sales.execute("BEGIN; INSERT INTO orders VALUES (5, 2, 1000, 'paid')")
    assert by_region(sales)[0] == ("APAC", 1070)
    assert by_region(sales.cursor()) == ANSWER
    sales.execute("ROLLBACK")
    assert by_region(sales) == ANSWER


def test_definitions_commit_on_their_own(sales):
    sales.execute("BEGIN")
    define(sales, "inside")
    sales.execute("ROLLBACK")
    assert views(sales) == [("inside",), ("sales",)]


def test_temp_tables_are_seen(con):
    define(con, "later", simple("to_come"))
    con.execute("CREATE TEMP TABLE to_come AS SELECT unnest([1, 1, 2]) AS a")
    query = "FROM semantic_view('later', dimensions := ['d'], metrics := ['n']) ORDER BY d"
    assert con.execute(query).fetchall() == [(1, 2), (2, 1)]


def test_a_temp_table_does_not_stand_in_for_the_tables_of_the_view(sales):
    sales.execute("CREATE TEMP TABLE orders AS SELECT 1 AS id, 1 AS customer_id, 0 AS amount, 'fake' AS status")
    assert by_region(sales) == ANSWER


def test_one_thread(connect, db_file):
    con = set_up(connect(db_file, threads=1))
    con.execute("SET threads = 1")
    assert by_region(con) == ANSWER
    define(con, "another")
    drop(con, "another")
    assert views(con) == [("sales",)]


def test_prepared_statements_take_list_and_string_parameters(sales):
    sales.execute("PREPARE by_list AS FROM semantic_view($1, dimensions := $2, metrics := $3, where_clause := $4)")
    call = "EXECUTE by_list('sales', ['region'], ['revenue'], {})"
    assert sorted(sales.execute(call.format("'status = ''paid'' AND region IS NOT NULL'")).fetchall()) == [
        ("APAC", 70),
        ("EMEA", 100),
    ]
    assert sales.execute(call.format("'region = ''APAC'''")).fetchall() == [("APAC", 70)]
    query = "FROM semantic_view(?, dimensions := ?, metrics := ?) ORDER BY ALL"
    assert sales.execute(query, ["sales", ["status"], ["order_count", "revenue"]]).fetchall() == [
        ("open", 1, 50),
        ("paid", 3, 175),
    ]
    assert sales.execute(query, ["sales", [], ["revenue"]]).fetchall() == [(225,)]


def test_a_string_stands_for_a_list_of_one(sales):
    query = "FROM semantic_view('sales', dimensions := 'region', metrics := 'revenue') ORDER BY region"
    assert sales.execute(query).fetchall() == ANSWER


def test_variables_of_the_caller(sales):
    sales.execute("SET VARIABLE dims = ['region']")
    query = "FROM semantic_view('sales', dimensions := getvariable('dims'), metrics := ['revenue']) ORDER BY region"
    assert sales.execute(query).fetchall() == ANSWER


def test_a_sql_view_over_it_survives_a_restart(connect, db_file):
    con = set_up(connect(db_file))
    con.execute(f"CREATE VIEW regions AS SELECT region, revenue * 2 AS twice {BY_REGION}")
    query = "FROM regions WHERE region = 'EMEA'"
    assert con.execute(query).fetchall() == [("EMEA", 300)]
    con.close()
    assert connect(db_file).execute(query).fetchall() == [("EMEA", 300)]


def test_two_joined(sales):
    rows = sales.execute(
        """
        SELECT a.region, a.revenue, b.order_count
        FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue']) a
        JOIN semantic_view('sales', dimensions := ['region'], metrics := ['order_count']) b USING (region)
        ORDER BY region
        """
    ).fetchall()
    assert rows == [("APAC", 70, 1), ("EMEA", 150, 2)]


def test_describe_shows_names_and_types(sales):
    rows = sales.execute(f"DESCRIBE {BY_REGION}").fetchall()
    assert [row[:2] for row in rows] == [("region", "VARCHAR"), ("revenue", "HUGEINT")]


def scans(con, query):
    """The table scans of the plan: {table: filters as text}."""
    plan = json.loads(con.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()[0][1])
    found = {}

    def walk(node):
        info = node.get("extra_info", {})
        if "SCAN" in node.get("name", "") and "Table" in info:
            found[info["Table"].split(".")[-1]] = str(info.get("Filters", ""))
        for child in node.get("children", []):
            walk(child)

    for node in plan:
        walk(node)
    return found


def test_an_outer_where_filters_the_table_scan(sales):
    query = "FROM semantic_view('sales', dimensions := ['{}'], metrics := ['revenue']) WHERE {} = '{}'"
    one_table = scans(sales, query.format("status", "status", "paid"))
    assert list(one_table) == ["orders"], "the join is not needed"
    assert "paid" in one_table["orders"]
    assert "EMEA" in scans(sales, query.format("region", "region", "EMEA"))["customers"]


def test_explain_runs_nothing_and_semantic_explain_shows_the_sql(sales):
    assert sales.execute(f"EXPLAIN {BY_REGION}").fetchall()
    lines = [
        line
        for (line,) in sales.execute(
            "FROM explain_semantic_view('sales', dimensions := ['region'], metrics := ['revenue'])"
        ).fetchall()
    ]
    blank = lines.index("")
    assert all(line.startswith("-- ") for line in lines[:blank])
    sql = sales.execute("SELECT semantic_view_sql('sales', ['region'], ['revenue'])").fetchall()[0][0]
    assert "\n".join(lines[blank + 1 :]).strip() == sql.strip()
    assert sorted(sales.execute(sql).fetchall(), key=str) == sorted(ANSWER, key=str)


# Names and texts are data

ODD_NAMES = {
    "quotes": "it's \"quoted\"",
    "semicolon": "x'); DROP TABLE orders; --",
    "dollar": "$$ $x$ {} %s \\ /* */",
    "unicode": "売上 ünïcödé 🦆",
    "newline": "two\nlines\tand a tab",
    "blank": " ",
    "long": "n" * 100_000,
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())
def test_odd_view_names_are_data(con, name):
    con.execute(TABLES)
    quoted = '"' + name.replace('"', '""') + '"'
    assert define(con, quoted) == f"Semantic view '{name}' registered successfully"
    assert views(con) == [(name,)]
    assert by_region(con, quoted) == ANSWER
    assert con.execute("SELECT name FROM describe_semantic_view(?)", [quoted]).fetchall() == [(name,)]
    with pytest.raises(duckdb.Error, match="already exists"):
        define(con, quoted)
    assert drop(con, quoted) == f"Semantic view '{name}' dropped successfully"
    assert views(con) == []
    assert con.execute("SELECT count(*) FROM orders").fetchall()[0] == (4,)


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())
def test_odd_names_of_tables_columns_and_members_are_data(con, name):
    quoted = '"' + name.replace('"', '""') + '"'
    con.execute(f"CREATE TABLE {quoted} AS SELECT 'it''s; --' AS {quoted}")
    definition = {
        "base_table": quoted,
        "dimensions": [{"name": name, "expr": quoted}],
        "metrics": [{"name": "n", "expr": "count(*)"}],
        "filters": [f"{quoted} <> 'a''); DROP TABLE x; --'"],
    }
    define(con, "v", json.dumps(definition))
    rows = con.execute("FROM semantic_view('v', dimensions := [?], metrics := ['n'])", [quoted])
    assert [column[0] for column in rows.description] == [name, "n"]
    assert rows.fetchall() == [("it's; --", 1)]


def test_a_text_of_a_megabyte(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    text = "it's; \"" * 1000 + "x" * 1_000_000
    literal = "'" + text.replace("'", "''") + "'"
    define(con, "v", simple(expr=f"a || {literal}"))
    assert con.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall() == [("1" + text, 1)]


def test_a_name_of_a_megabyte_is_kept_whole_or_refused(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    name = "n" * 1_000_000
    try:
        define(con, name, simple())
    except duckdb.Error as error:  # before 2.0, DuckDB allows 120 KB in a key
        assert "maximum" in str(error) and len(str(error)) < 1000
        assert views(con) == []
    else:
        assert views(con) == [(name,)]


def test_a_definition_above_the_limit_is_an_error(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error, match="4 MiB|4194304|4,194,304"):
        define(con, "v", simple(expr="'" + "x" * (5 << 20) + "'"))
    assert views(con) == []


def test_nul_is_never_the_end_of_a_text(sales):
    for name, definition in (("a\0b", SALES), ("nul", SALES.replace("region", "reg\0ion")), ("nul", SALES + "\0{}")):
        try:
            define(sales, name, definition)
        except duckdb.Error:
            pass  # a clear refusal is as good as keeping it
        else:
            assert (name,) in views(sales)
    assert all(name in ("sales", "a\0b", "nul") for (name,) in views(sales)), "a name was cut"
    with pytest.raises(duckdb.Error):
        sales.execute("FROM semantic_view('sales' || chr(0) || 'x', metrics := ['revenue'])").fetchall()
    with pytest.raises(duckdb.Error):
        sales.execute("FROM semantic_view('sales', metrics := ['revenue' || chr(0) || 'x'])").fetchall()
    with pytest.raises(duckdb.Error):
        sales.execute(
            "FROM semantic_view('sales', metrics := ['revenue'], where_clause := 'true' || chr(0) || ' AND false')"
        ).fetchall()


@pytest.mark.parametrize(
    "clause",
    ["1 = 1) UNION SELECT 1 --", "true; DROP TABLE orders", "true) OR (true", "region = 'x' GROUP BY 1", "'", "(", "--"],
)
def test_a_where_clause_is_one_predicate(sales, clause):
    with pytest.raises(duckdb.Error):
        sales.execute("FROM semantic_view('sales', metrics := ['revenue'], where_clause := ?)", [clause]).fetchall()
    assert by_region(sales) == ANSWER


# Many threads

STRESS = """
import random
ROUNDS, THREADS, SHARED = int(sys.argv[3]), 16, ["s0", "s1", "s2"]
main = connect(sys.argv[1])
main.execute("CREATE TABLE t AS SELECT range % 10 AS a FROM range(1000)")
definition = sys.argv[2]
changes = {name: 0 for name in SHARED}   # definitions minus drops that succeeded
lock, problems, counts = threading.Lock(), [], {}

def attempt(con, kind, name, sql, args):
    # Only two errors are documented, and only for a name that others change too.
    try:
        rows = con.execute(sql, args).fetchall()
    except duckdb.Error as error:
        text = str(error)
        allowed = f"semantic view '{name}' " + ("already exists" if kind == "define" else "does not exist")
        if name not in SHARED or kind == "list" or allowed not in text:
            raise
        rows = None
    with lock:
        counts[kind] = counts.get(kind, 0) + 1
        if rows is not None and name in SHARED and kind in ("define", "drop"):
            changes[name] += 1 if kind == "define" else -1
    return rows

def query(con, name):
    rows = attempt(con, "query", name,
                   "FROM semantic_view(?, dimensions := ['d'], metrics := ['n']) ORDER BY d", [name])
    assert rows is None or rows == [(i, 100) for i in range(10)], rows

def work(number):
    rng = random.Random(number)
    con = main.cursor()
    try:
        for round in range(ROUNDS):
            mine = f"t{number}_{round}"
            assert attempt(con, "define", mine, "SELECT define_semantic_view(?, ?)", [mine, definition])
            query(con, mine)
            listed = [n for (n,) in attempt(con, "list", None, "SELECT name FROM list_semantic_views()", [])]
            assert listed == sorted(listed) and len(set(listed)) == len(listed), listed
            assert [n for n in listed if n.startswith(f"t{number}_")] == [mine], listed
            shared = rng.choice(SHARED)
            kind = rng.choice(["define", "drop", "query", "query"])
            if kind == "define":
                attempt(con, kind, shared, "SELECT define_semantic_view(?, ?)", [shared, definition])
            elif kind == "drop":
                attempt(con, kind, shared, "SELECT drop_semantic_view(?)", [shared])
            else:
                query(con, shared)
            assert attempt(con, "drop", mine, "SELECT drop_semantic_view(?)", [mine])
    except BaseException as error:
        problems.append(f"thread {number}: {type(error).__name__}: {error}")

threads = [threading.Thread(target=work, args=(i,)) for i in range(THREADS)]
[t.start() for t in threads]
[t.join() for t in threads]
left = [n for (n,) in main.execute("SELECT name FROM list_semantic_views()").fetchall()]
expected = sorted(name for name in SHARED if changes[name] == 1)
if not problems and (left != expected or any(n not in (0, 1) for n in changes.values())):
    problems.append(f"left {left}, expected {changes}")
main.close()
print(json.dumps({"problems": problems[:5], "counts": counts, "left": expected}))
"""


@pytest.mark.threads
def test_sixteen_threads_define_drop_list_and_query(run_python, connect, db_file):
    done = run_python(STRESS, db_file, simple(), 20, timeout=600)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["problems"] == []
    assert result["counts"]["list"] == 16 * 20 and set(result["counts"]) == {"define", "drop", "list", "query"}
    con = connect(db_file)
    assert [name for (name,) in views(con)] == result["left"]


@pytest.mark.threads
def test_the_same_name_from_many_threads_is_defined_once(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    for i in range(20):
        outcomes = []
        barrier = threading.Barrier(8)

        def work(cursor):
            barrier.wait()
            try:
                outcomes.append(define(cursor, f"v{i}", simple()))
            except duckdb.Error as error:
                outcomes.append(str(error))

        threads = [threading.Thread(target=work, args=(con.cursor(),)) for _ in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sum("registered" in text for text in outcomes) == 1, outcomes
        assert sum(f"semantic view 'v{i}' already exists" in text for text in outcomes) == 7, outcomes
