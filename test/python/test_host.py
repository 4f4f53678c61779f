"""How the extension sits in DuckDB: names, arguments, catalog table, macros, statements, transactions, other databases."""

import re
import subprocess
import sys
import threading
import time

import duckdb
import pytest

TABLES = """
CREATE TABLE customers (id INTEGER, region VARCHAR);
INSERT INTO customers VALUES (1, 'EMEA'), (2, 'APAC');
CREATE TABLE orders (id INTEGER, customer_id INTEGER, amount INTEGER);
INSERT INTO orders VALUES (1, 1, 10), (2, 1, 20), (3, 2, 5), (4, NULL, 7);
"""
SALES = """
TABLES (o AS orders PRIMARY KEY (id), c AS customers PRIMARY KEY (id))
RELATIONSHIPS (order_customer AS o(customer_id) REFERENCES c)
FACTS (PRIVATE o.net AS o.amount * 2)
DIMENSIONS (c.region AS c.region COMMENT = 'where' WITH SYNONYMS ('area', 'zone'), o.amount AS o.amount)
METRICS (o.revenue AS sum(o.amount), o.orders AS count(*), c.customers AS count(*), mean AS revenue / orders)
"""
ORDERS = "TABLES (o AS orders) METRICS (o.n AS count(*))"


def define(con, name, definition=SALES):
    return con.execute("SELECT define_semantic_view(?, ?)", [name, definition]).fetchall()[0][0]


def ddl(con, statement):
    return con.execute("CALL semantic_ddl(?)", [statement]).fetchall()


def rows(con, sql, *args):
    return con.execute(sql, *args).fetchall()


def views(con):
    return [name for (name,) in rows(con, "SELECT name FROM list_semantic_views()")]


def fails(con, sql, *args):
    with pytest.raises(duckdb.Error) as caught:
        con.execute(sql, *args).fetchall()
    return str(caught.value)


@pytest.fixture
def sales(con):
    con.execute(TABLES)
    define(con, "sales")
    return con


# Names and arguments


def test_info(con):
    result = con.execute("FROM semantic_views_info()")
    names = [column[0] for column in result.description]
    assert names == ["extension_version", "c_api_version", "duckdb_version", "connections", "definitions_database"]
    (version, api, duck, connections, database), = result.fetchall()
    assert re.fullmatch(r"v\d+\.\d+\.\d+", version)
    assert (api, duck, database) == ("v1.2.0", f"v{duckdb.__version__}", "memory")
    assert connections.startswith("short")


@pytest.mark.parametrize(
    "written, stored",
    [
        ("Sales", "Sales"),
        ('"Sales"', "Sales"),
        ("finance.sales", "finance.sales"),
        ('finance . "net sales"', "finance.net sales"),
        ("memory.sales", "sales"),
        ("MEMORY.a.b", "a.b"),
        ("system.sales", "system.sales"),
        ("my view", "my view"),
        ('"', '"'),
    ],
)
def test_what_a_view_name_means(con, written, stored):
    con.execute(TABLES)
    define(con, written, ORDERS)
    assert rows(con, "SELECT name FROM semantic_layer._definitions") == [(stored,)]
    assert rows(con, "SELECT n FROM semantic_view(?, metrics := ['n'])", [written.upper()]) == [(4,)]
    assert "already exists" in fails(con, "SELECT define_semantic_view(?, ?)", [written.upper(), ORDERS])
    con.execute("SELECT drop_semantic_view(?)", [written])
    assert views(con) == []


@pytest.mark.parametrize(
    "arguments",
    [
        "['region'], ['revenue']",
        "'region', 'revenue'",
        "list_sort(['region']), list_filter(['revenue', 'x'], lambda v: v <> 'x')",
        "['x', 'region'][2:], list_value('revenue')",
        "list_distinct(['region', 'region']), list_reverse(['revenue'])",
        "array_value('region'), array_value('revenue')",
        "['region'], ['revenue'], []",
        "['region'], ['revenue'], NULL, NULL",
        "['region'], ['revenue'], [], '  '",
    ],
)
def test_lists_come_in_many_shapes(sales, arguments):
    expected = rows(sales, "SELECT semantic_view_sql('sales', ['region'], ['revenue'])")
    assert rows(sales, f"SELECT semantic_view_sql('sales', {arguments})") == expected
    sales.execute("CREATE TABLE lists AS SELECT ['region'] AS d, ['revenue'] AS m FROM range(3000)")
    assert rows(sales, "SELECT DISTINCT semantic_view_sql('sales', d, m) FROM lists") == expected


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ("NULL", "view_name must be a text, not NULL"),
        ("'sales', [1]", "dimensions must be a list of names"),
        ("'sales', 1", "dimensions must be a list of names"),
        ("'sales', ['region', NULL]", "dimensions has a NULL among its names"),
        ("'sales', NULL, NULL, {'a': 1}", "facts must be a list of names"),
        ("'sales', NULL, 'revenue', NULL, 1", "where_clause must be a text"),
    ],
)
def test_arguments_of_other_types_are_errors(sales, arguments, problem):
    assert problem in fails(sales, f"SELECT semantic_view_sql({arguments})")


def test_rows_of_a_table_are_defined_one_by_one(con):
    con.execute(TABLES)
    con.execute("CREATE TABLE names AS SELECT 'v' || i AS name FROM range(40) t(i)")
    assert len(rows(con, "SELECT define_semantic_view(name, ?) FROM names", [ORDERS])) == 40
    assert len(views(con)) == 40
    assert rows(con, "SELECT DISTINCT semantic_view_sql(name, NULL, 'n') FROM names") == [
        ("SELECT count(*) AS n\nFROM memory.main.orders AS o",)
    ]


# The table of definitions


def test_a_definition_changed_by_plain_sql_counts_at_once(sales):
    query = "FROM semantic_view('sales', metrics := ['revenue'])"
    assert rows(sales, query) == [(42,)]
    sales.execute("UPDATE semantic_layer._definitions SET definition = replace(definition, 'sum(', 'max(')")
    assert rows(sales, query) == [(20,)]


def test_what_a_raw_row_means_is_looked_up_at_each_query(con):
    con.execute("CREATE TABLE orders (id INTEGER)")
    row = '{"base_table": "orders", "dimensions": [], "metrics": [{"name": "n", "expr": "sum(orders.amount)"}]}'
    con.execute("INSERT INTO semantic_layer._definitions VALUES ('raw', ?)", [row])
    assert "amount" in fails(con, "FROM semantic_view('raw', metrics := ['n'])")
    con.execute("ALTER TABLE orders ADD COLUMN amount INTEGER DEFAULT 3; INSERT INTO orders VALUES (1, 3), (2, 4)")
    assert rows(con, "FROM semantic_view('raw', metrics := ['n'])") == [(7,)]


def test_rows_that_cannot_be_read_fail_alone(sales):
    sales.execute("INSERT INTO semantic_layer._definitions VALUES ('bad', '{'), ('none', NULL)")
    assert rows(sales, "FROM list_semantic_views()") == [("bad", None), ("none", None), ("sales", "orders")]
    assert "semantic view 'bad': " in fails(sales, "FROM semantic_view('bad', metrics := ['n'])")
    assert "semantic view 'none': the definition is NULL" in fails(sales, "FROM describe_semantic_view('none')")
    assert [name for _, name, *_ in rows(sales, "FROM show_semantic_views()")] == ["bad", "none", "sales"]
    assert len(rows(sales, "FROM show_semantic_metrics()")) == 4


def test_a_table_that_is_not_ours_is_a_clear_error(con):
    con.execute("DROP TABLE semantic_layer._definitions")
    assert views(con) == []
    assert "semantic view 'x' does not exist" in fails(con, "SELECT drop_semantic_view('x')")
    con.execute("CREATE TABLE semantic_layer._definitions (name VARCHAR, text VARCHAR, n INTEGER)")
    problem = "has the columns (name VARCHAR, text VARCHAR, n INTEGER) instead of (name VARCHAR, definition VARCHAR)"
    assert problem in fails(con, "FROM describe_semantic_view('x')")
    assert problem in fails(con, "SELECT define_semantic_view('x', ?)", [ORDERS])
    con.execute("DROP SCHEMA semantic_layer CASCADE")
    con.execute(TABLES)
    define(con, "again", ORDERS)
    assert views(con) == ["again"]


def test_names_that_differ_in_case_are_one_view_from_many_threads(con):
    con.execute(TABLES)
    names = ["sales", "Sales", "SALES", "sAlEs"] * 4
    results = []

    def work(name):
        try:
            results.append(define(con.cursor(), name, ORDERS))
        except duckdb.Error as error:
            results.append(str(error))

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("registered successfully" in result for result in results) == 1
    assert sum("already exists" in result for result in results) == len(names) - 1
    assert len(views(con)) == 1


# Transactions


def test_drop_and_define_again_while_the_caller_is_in_a_transaction(sales):
    other = sales.cursor()
    other.execute("BEGIN; FROM semantic_layer._definitions")
    sales.execute("BEGIN; FROM semantic_layer._definitions")
    for _ in range(3):
        sales.execute("SELECT drop_semantic_view('sales')")
        define(sales, "sales")
        ddl(sales, "ALTER SEMANTIC VIEW sales RENAME TO other")
        ddl(sales, "ALTER SEMANTIC VIEW other RENAME TO sales")
    sales.execute("ROLLBACK")
    other.execute("ROLLBACK")
    assert rows(sales, "FROM semantic_view('sales', metrics := ['revenue'])") == [(42,)]


def test_a_conflict_that_stays_is_one_clear_error(sales):
    other = sales.cursor()
    other.execute("BEGIN; DELETE FROM semantic_layer._definitions")
    problem = fails(sales, "SELECT drop_semantic_view('sales')")
    assert "semantic view 'sales': other transactions keep changing the definitions" in problem
    other.execute("ROLLBACK")
    sales.execute("SELECT drop_semantic_view('sales')")


def test_ddl_from_many_threads_leaves_a_serial_outcome(con):
    con.execute(TABLES)
    body = "AS " + ORDERS
    statements = [
        f"CREATE OR REPLACE SEMANTIC VIEW a {body}",
        f"CREATE SEMANTIC VIEW IF NOT EXISTS a {body}",
        "ALTER SEMANTIC VIEW IF EXISTS a RENAME TO b",
        "ALTER SEMANTIC VIEW IF EXISTS b SET COMMENT = 'x'",
        "DROP SEMANTIC VIEW IF EXISTS b",
    ]
    problems = []

    def work(statement):
        own = con.cursor()
        for _ in range(10):
            try:
                assert len(ddl(own, statement)) == 1
            except duckdb.Error as error:
                problems.append(str(error))

    threads = [threading.Thread(target=work, args=(statement,)) for statement in statements for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("semantic view 'b' already exists" in problem for problem in problems), problems
    assert set(views(con)) <= {"a", "b"}
    for view in views(con):
        assert rows(con, "FROM semantic_view(?, metrics := ['n'])", [view]) == [(4,)]


def test_killed_at_any_point_of_a_ddl_loop_everything_is_whole(connect, db_file, extension_path):
    for con in gone(connect, db_file):
        con.execute(TABLES)
    code = f"""
import duckdb, itertools
con = duckdb.connect({str(db_file)!r}, config={{"allow_unsigned_extensions": "true"}})
con.load_extension({extension_path!r})
print("ready", flush=True)
for i in itertools.count():
    for statement in ("CREATE OR REPLACE SEMANTIC VIEW a AS " + {ORDERS!r}, "ALTER SEMANTIC VIEW a RENAME TO b",
                      "ALTER SEMANTIC VIEW b SET COMMENT = 'x'", "DROP SEMANTIC VIEW b"):
        con.execute("CALL semantic_ddl(?)", [statement]).fetchall()
"""
    for i in range(6):
        for con in gone(connect, db_file):
            assert len(views(con)) <= 1
            for view in views(con):
                assert rows(con, "FROM semantic_view(?, metrics := ['n'])", [view]) == [(4,)]
                con.execute("SELECT drop_semantic_view(?)", [view])
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.05 + 0.037 * i)
        child.kill()
        child.wait()
        child.stdout.close()


def gone(connect, path):
    """One connection, closed behind the loop's body."""
    con = connect(path)
    yield con
    con.close()


# Macros


def test_our_macros_are_kept_up_to_date_and_the_users_left_alone(connect, db_file):
    con = connect(db_file)
    con.execute(TABLES)
    define(con, "sales")
    con.execute("CREATE OR REPLACE MACRO semantic_view(view_name, old) AS TABLE "
                "FROM query(semantic_view_sql(view_name, old))")
    con.execute("CREATE OR REPLACE MACRO explain_semantic_view(mine) AS TABLE SELECT mine")
    con.close()
    con = connect(db_file)
    assert rows(con, "FROM semantic_view('sales', metrics := 'revenue')") == [(42,)]
    assert rows(con, "FROM explain_semantic_view(7)") == [(7,)]


@pytest.mark.parametrize(
    "call, advice",
    [
        ("semantic_view('v')", "FROM query(semantic_view_sql('v'))"),
        ("semantic_view('it''s', dimensions := ['a', 'b'], metrics := ['c'])",
         "FROM query(semantic_view_sql('it''s', ['a', 'b'], ['c']))"),
        ("semantic_view('v', facts := 'f', where_clause := 'x > ''1''')",
         "FROM query(semantic_view_sql('v', NULL, NULL, 'f', 'x > ''1'''))"),
        ("explain_semantic_view('v', metrics := ['c'])",
         "SELECT unnest(semantic_view_explain('v', NULL, ['c'])) AS explain_output"),
    ],
)
def test_without_a_macro_the_error_says_what_to_write(con, call, advice):
    con.execute("ATTACH ':memory:' AS other; USE other")
    problem = fails(con, f"FROM {call}")
    assert advice in problem
    assert "FROM memory." in problem


# Sources


def test_a_source_without_schema_must_be_the_only_one(con):
    con.execute(TABLES + "CREATE SCHEMA staging; CREATE VIEW staging.orders AS FROM main.orders LIMIT 1")
    problem = fails(con, "SELECT define_semantic_view('v', ?)", [ORDERS])
    assert "may be each of 'main.orders', 'staging.orders'" in problem and "LINE 1" in problem
    define(con, "v", ORDERS.replace("AS orders", "AS staging.orders"))
    assert rows(con, "FROM semantic_view('v', metrics := ['n'])") == [(1,)]


def test_a_source_is_found_in_the_views_own_database(con, tmp_path):
    con.execute(f"ATTACH '{tmp_path}/other.duckdb' AS other; CREATE TABLE other.orders AS SELECT 1 AS id")
    con.execute(TABLES)
    define(con, "other.v", ORDERS)
    define(con, "both", "TABLES (o AS orders, p AS other.main.orders) METRICS (o.n AS count(*), p.m AS count(*))")
    assert views(con) == ["both", "other.v"]
    assert rows(con, "FROM semantic_view('other.v', metrics := ['n'])") == [(1,)]
    assert rows(con, "FROM semantic_view('both', metrics := ['n', 'm'])") == [(4, 1)]
    con.execute(f"DETACH other; ATTACH '{tmp_path}/other.duckdb' AS renamed (READ_ONLY)")
    assert views(con) == ["both", "renamed.v"]
    assert rows(con, "FROM semantic_view('renamed.v', metrics := ['n'])") == [(1,)]
    assert "read-only" in fails(con, "SELECT drop_semantic_view('renamed.v')")
    assert [row[1:4] for row in ddl(con, "SHOW SEMANTIC VIEWS")] == [
        ("both", "SEMANTIC_VIEW", "memory"), ("v", "SEMANTIC_VIEW", "renamed")]


def test_a_source_to_come_is_named_when_it_does_not_fit(con):
    define(con, "v", "TABLES (l AS late) DIMENSIONS (l.d AS l.d) METRICS (l.total AS sum(l.v))")
    query = "FROM semantic_view('v', dimensions := ['d'], metrics := ['total'])"
    assert "late" in fails(con, query)
    con.execute("CREATE TEMP TABLE late AS SELECT 1 AS d, 2 AS v")
    assert rows(con, query) == [(1, 2)]
    con.execute("DROP TABLE late; CREATE TABLE late AS SELECT 1 AS d, 2 AS w")
    assert "semantic view 'v': metric 'total' does not bind: Binder Error" in fails(con, query)


def test_a_source_may_be_a_query_over_another_semantic_view(sales):
    define(sales, "top", """
        TABLES (r AS (FROM query(semantic_view_sql('sales', ['region'], ['revenue']))))
        METRICS (r.best AS max(r.revenue))""")
    assert rows(sales, "FROM semantic_view('top', metrics := ['best'])") == [(30,)]


def test_every_expression_must_bind(sales):
    problem = fails(sales, "SELECT define_semantic_view('v', ?)", [
        "TABLES (c AS customers) METRICS (c.a AS sum(c.region), c.b AS count(*), c.d AS avg(c.region))"])
    assert "metric 'c.a' does not bind: Binder Error" in problem and "metric 'c.d' does not bind" in problem
    assert "metric 'c.b'" not in problem
    assert views(sales) == ["sales"]


# Statements


def test_explain_and_prepare_do_not_run_a_statement(sales):
    sales.execute("EXPLAIN CALL semantic_ddl('DROP SEMANTIC VIEW sales')")
    sales.execute("PREPARE p AS FROM semantic_ddl($1)")
    assert views(sales) == ["sales"]
    assert rows(sales, "EXECUTE p('DROP SEMANTIC VIEW sales')") == [("Semantic view 'sales' dropped successfully",)]
    assert views(sales) == []


@pytest.mark.parametrize(
    "statement, status",
    [
        (f"CREATE SEMANTIC VIEW new AS {ORDERS}", "Semantic view 'new' registered successfully"),
        (f"CREATE OR REPLACE SEMANTIC VIEW sales AS {ORDERS};", "Semantic view 'sales' registered successfully"),
        (f"CREATE SEMANTIC VIEW IF NOT EXISTS sales AS {ORDERS}",
         "Semantic view 'sales' already exists, statement succeeded"),
        ("ALTER SEMANTIC VIEW sales RENAME TO other", "Semantic view 'sales' altered successfully"),
        ("ALTER SEMANTIC VIEW SALES SET COMMENT = 'x'", "Semantic view 'SALES' altered successfully"),
        ("ALTER SEMANTIC VIEW sales UNSET COMMENT", "Semantic view 'sales' altered successfully"),
        ("ALTER SEMANTIC VIEW IF EXISTS x UNSET COMMENT", "Semantic view 'x' does not exist, statement succeeded"),
        ("DROP SEMANTIC VIEW sales", "Semantic view 'sales' dropped successfully"),
        ("DROP SEMANTIC VIEW IF EXISTS x", "Semantic view 'x' does not exist, statement succeeded"),
    ],
)
def test_status(sales, statement, status):
    result = sales.execute("CALL semantic_ddl(?)", [statement])
    assert [column[0] for column in result.description] == ["status"]
    assert result.fetchall() == [(status,)]


@pytest.mark.parametrize(
    "statement, problem",
    [
        (f"CREATE SEMANTIC VIEW sales AS {ORDERS}", "semantic view 'sales' already exists"),
        ("ALTER SEMANTIC VIEW x RENAME TO y", "semantic view 'x' does not exist"),
        ("ALTER SEMANTIC VIEW sales RENAME TO Second", "semantic view 'Second' already exists"),
        ("DROP SEMANTIC VIEW x", "semantic view 'x' does not exist"),
        ("DESCRIBE SEMANTIC VIEW x", "semantic view 'x' does not exist"),
        ("SHOW SEMANTIC METRICS IN x", "semantic view 'x' does not exist"),
        ("SHOW SEMANTIC VIEWS IN DATABASE x", "no database 'x' is attached"),
        ("SHOW SEMANTIC DIMENSIONS IN sales FOR METRIC revenu", "Did you mean \"revenue\"?"),
        ("CREATE SEMANTIC VIEW v FROM YAML FILE '/no/such/file'", "there is no such file"),
        ("SELECT 1", "expected CREATE"),
    ],
)
def test_statements_that_fail(sales, statement, problem):
    define(sales, "second", ORDERS)
    before = rows(sales, "FROM semantic_layer._definitions ORDER BY name")
    assert problem in fails(sales, "CALL semantic_ddl(?)", [statement])
    assert rows(sales, "FROM semantic_layer._definitions ORDER BY name") == before


def test_a_file_is_read(sales, tmp_path):
    (yaml,), = rows(sales, "SELECT read_yaml_from_semantic_view('sales')")
    (tmp_path / "sales.yaml").write_text(yaml)
    ddl(sales, f"CREATE SEMANTIC VIEW copy COMMENT = 'from a file' FROM YAML FILE '{tmp_path}/sales.yaml'")
    assert rows(sales, "FROM semantic_view('copy', metrics := ['revenue'])") == [(42,)]
    assert [row[4] for row in ddl(sales, "SHOW SEMANTIC VIEWS LIKE 'COPY'")] == ["from a file"]


def test_what_is_exported_recreates_the_view(sales):
    before = rows(sales, "SELECT name, definition[45:] FROM semantic_layer._definitions")
    (text,), = rows(sales, "SELECT get_ddl('SEMANTIC_VIEW', 'sales')")
    assert text.startswith("CREATE OR REPLACE SEMANTIC VIEW sales AS\n")
    assert "VIEW memory.sales AS" in rows(sales, "SELECT get_ddl('SEMANTIC_VIEW', 'sales', true)")[0][0]
    (yaml,), = rows(sales, "SELECT read_yaml_from_semantic_view('sales')")
    sales.execute("SELECT drop_semantic_view('sales')")
    ddl(sales, text)
    assert rows(sales, "SELECT name, definition[45:] FROM semantic_layer._definitions") == before
    sales.execute("SELECT drop_semantic_view('sales')")
    define(sales, "sales", yaml)
    assert rows(sales, "SELECT name, definition[45:] FROM semantic_layer._definitions") == before


def test_created_on_stays_until_the_view_is_replaced(sales):
    def created():
        return rows(sales, "SELECT created_on FROM show_semantic_views()")[0][0]

    first = created()
    assert rows(sales, "SELECT abs(epoch(now()) - epoch(?)) < 60", [first]) == [(True,)]
    ddl(sales, "ALTER SEMANTIC VIEW sales SET COMMENT = 'x'")
    ddl(sales, "ALTER SEMANTIC VIEW sales RENAME TO s")
    assert created() == first
    ddl(sales, f"CREATE OR REPLACE SEMANTIC VIEW s AS {ORDERS}")
    assert created() > first


# Introspection


def test_show_members(sales):
    for columns, function in (
        (["region", "amount"], "show_semantic_dimensions"),
        (["revenue", "orders", "customers", "mean"], "show_semantic_metrics"),
        (["net"], "show_semantic_facts"),
    ):
        result = sales.execute(f"FROM {function}('sales')")
        assert [column[0] for column in result.description] == [
            "database_name", "semantic_view_name", "table_name", "name", "data_type", "synonyms", "comment"]
        found = result.fetchall()
        assert [row[3] for row in found] == columns
        assert rows(sales, f"FROM {function}()") == found
    assert rows(sales, "FROM show_semantic_dimensions('sales') LIMIT 1") == [
        ("memory", "sales", "c", "region", "VARCHAR", ["area", "zone"], "where")]
    assert [row[4] for row in rows(sales, "FROM show_semantic_metrics('sales')")] == [
        "HUGEINT", "BIGINT", "BIGINT", "DOUBLE"]


@pytest.mark.parametrize(
    "statement, names",
    [
        ("SHOW SEMANTIC METRICS LIKE '%E%'", ["revenue", "orders", "customers", "mean"]),
        ("SHOW SEMANTIC METRICS LIKE 'M_AN' IN sales", ["mean"]),
        ("SHOW SEMANTIC METRICS IN sales STARTS WITH 'o'", ["orders"]),
        ("SHOW SEMANTIC METRICS IN sales STARTS WITH 'O'", []),
        ("SHOW SEMANTIC METRICS IN DATABASE LIMIT 2", ["revenue", "orders"]),
        ("SHOW SEMANTIC FACTS IN ACCOUNT LIMIT 0", []),
    ],
)
def test_show_filters(sales, statement, names):
    assert [row[3] for row in ddl(sales, statement)] == names


def test_types_are_what_duckdb_says_now(sales):
    sales.execute("ALTER TABLE orders DROP COLUMN amount")
    found = dict(rows(sales, "SELECT column_name, data_type FROM show_columns_in_semantic_view('sales')"))
    assert found == {"region": "VARCHAR", "amount": None, "revenue": None, "orders": "BIGINT",
                     "customers": "BIGINT", "mean": None}
    sales.execute("DROP TABLE orders")
    found = dict(rows(sales, "SELECT column_name, data_type FROM show_columns_in_semantic_view('sales')"))
    assert found["customers"] == "BIGINT" and found["orders"] is None


def test_dimensions_for_a_metric(sales):
    found = rows(sales, "FROM show_semantic_dimensions_for_metric('sales', 'customers')")
    assert [row[:5] for row in found] == [
        ("c", "region", "VARCHAR", False, True), ("o", "amount", "INTEGER", False, False)]
    reason = found[1][5]
    assert reason in fails(sales, "FROM semantic_view('sales', dimensions := ['amount'], metrics := ['customers'])")


def test_check_counts_what_contradicts_the_author(sales):
    def found():
        checks = rows(sales, 'SELECT "check", object, status, violations FROM check_semantic_view(\'sales\')')
        return [row for row in checks if row[2] != "ok"]

    assert found() == [("referential_integrity", "order_customer", "note", 1)]
    sales.execute("DELETE FROM orders WHERE customer_id IS NULL")
    (detail,), = rows(sales, "SELECT detail FROM check_semantic_view('sales') WHERE status = 'note'")
    assert "ASSUME REFERENTIAL INTEGRITY would hold" in detail
    sales.execute("INSERT INTO customers VALUES (2, 'twice'), (NULL, 'none'); INSERT INTO orders VALUES (1, 9, 1)")
    ddl(sales, "CREATE OR REPLACE SEMANTIC VIEW sales AS " + SALES.replace("REFERENCES c", "REFERENCES c ASSUME REFERENTIAL INTEGRITY"))
    sales.execute("ALTER TABLE customers DROP COLUMN region")
    assert found() == [
        ("primary_key_unique", "o (id)", "violated", 1),
        ("primary_key_unique", "c (id)", "violated", 1),
        ("primary_key_not_null", "c (id)", "violated", 1),
        ("target_key_unique", "order_customer", "violated", 1),
        ("referential_integrity", "order_customer", "violated", 1),
        ("expression_binds", "c.region", "violated", 1),
    ]


# Copies of a database


def test_copy_from_database_carries_the_views_over(connect, tmp_path):
    con = connect(tmp_path / "one.duckdb")
    con.execute(TABLES)
    define(con, "sales")
    con.execute("CREATE VIEW total AS FROM semantic_view('sales', metrics := ['revenue'])")
    con.execute(f"ATTACH '{tmp_path}/two.duckdb' AS two; COPY FROM DATABASE one TO two")
    con.close()
    copy = connect(tmp_path / "two.duckdb")
    assert rows(copy, "FROM total") == [(42,)]


def test_export_and_import(connect, tmp_path):
    con = connect(tmp_path / "one.duckdb")
    con.execute(TABLES)
    define(con, "sales")
    con.execute("CREATE VIEW total AS FROM semantic_view('sales', metrics := ['revenue'])")
    con.execute(f"EXPORT DATABASE '{tmp_path}/dump'")
    con.close()
    # What LOAD makes is left out of the dump, and the definitions come first: SQL views need them.
    ours = re.compile(r"^.*(semantic_layer|CREATE MACRO .*semantic_(view|ddl)).*\n", re.MULTILINE)
    for name in ("schema.sql", "load.sql"):
        path = tmp_path / "dump" / name
        path.write_text(ours.sub("", path.read_text()))
    con = connect(tmp_path / "two.duckdb")
    con.execute(f"COPY semantic_layer._definitions FROM '{tmp_path}/dump/semantic_layer__definitions.csv' (HEADER)")
    con.execute(f"IMPORT DATABASE '{tmp_path}/dump'")
    assert rows(con, "FROM total") == [(42,)]
    assert views(con) == ["sales"]
