"""Every allocation of the extension fails once, in a real DuckDB process.

Needs the build with SV_FAIL_ALLOCATIONS (make test-faults).  For each statement and every n its n-th allocation fails:
the statement must say `out of memory` and nothing else, leave nothing behind, and the same statement must work next.
When the database is closed, no memory that the extension or DuckDB took may be left (the leak checker of the address
sanitizer), and the file must open again read-only, which a connection that was kept would prevent.

out_of_memory.py [--every 17] [--first 0] [--limit S] [PART OF A NAME]...: with --every, only one n in so many, those of each
statement others; --first moves them; --limit stops a statement after so many seconds and says at which allocation.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
import leaks

EXTENSION = os.environ["SEMANTIC_VIEWS_EXTENSION"]

FULL = """
TABLES (
  o AS orders PRIMARY KEY (id) COMMENT = 'what was sold',
  c AS customers PRIMARY KEY (id) UNIQUE (name) WITH SYNONYMS ('buyers'),
  s AS (SELECT customer_id, day, balance FROM balances) PRIMARY KEY (customer_id, day)
)
RELATIONSHIPS (
  buys AS o (customer_id) REFERENCES c DEFAULT,
  pays AS o (payer_id) REFERENCES c,
  held AS s (customer_id) REFERENCES c ASSUME REFERENTIAL INTEGRITY
)
FACTS (o.net AS amount * 0.8 LABELS (FILTER), c.spent AS sum(o.amount))
DIMENSIONS (c.region AS region, c.name AS name, o.status AS status COMMENT = 'of the order', s.day AS day)
METRICS (
  o.revenue AS sum(net) WITH SYNONYMS = ('turnover', 'sales'),
  o.order_count AS count(*),
  o.names AS list(c.name ORDER BY c.name),
  PRIVATE o.big AS count(*) FILTER (amount > 60),
  c.customers AS count(*),
  s.balance NON ADDITIVE BY (day) PER (name) AS sum(balance),
  per_order AS revenue / order_count,
  running AS sum(revenue) OVER (ORDER BY region)
)
FILTERS (o.amount > 0)
COMMENT = 'everything'
"""
SEED = json.dumps(
    {
        "base_table": "orders",
        "dimensions": [{"name": "region", "expr": "customers.region"}, {"name": "status", "expr": "orders.status"}],
        "metrics": [{"name": "revenue", "expr": "sum(orders.amount)"}],
        "joins": [{"table": "customers", "on": "orders.customer_id = customers.id"}],
        "filters": ["orders.amount > 0"],
    }
)
YAML = """
tables:
  - {name: o, source: orders, primary_key: [id]}
dimensions:
  - {table: o, name: status, expr: status, comment: "a \\"quoted\\" text"}
metrics:
  - {table: o, name: revenue, expr: sum(amount)}
"""
TABLES = """
CREATE TABLE customers AS FROM (VALUES (1, 'Ann', 'EMEA'), (2, 'Bob', 'APAC')) t(id, name, region);
CREATE TABLE orders AS FROM (VALUES (1, 1, 2, 100, 'paid'), (2, 1, 1, 50, 'open'), (3, 2, 2, 70, 'paid'))
    t(id, customer_id, payer_id, amount, status);
CREATE TABLE balances AS FROM (VALUES (1, 1, 10), (1, 2, 20), (2, 1, 5)) t(customer_id, day, balance);
"""


def sql(text):
    return "'" + text.replace("'", "''") + "'"


def request(arguments):
    return f"FROM semantic_view('full', {arguments}) ORDER BY ALL"


def ddl(statement):
    return f"CALL semantic_ddl({sql(statement)})"


FOLDER = tempfile.TemporaryDirectory()
FILE = Path(FOLDER.name) / "view.yaml"
FILE.write_text(YAML)
(Path(FOLDER.name) / "schema.sql").write_text(
    "CREATE SCHEMA semantic_layer;;\nCREATE TABLE imported(a INTEGER);;\n"
    "CREATE VIEW over_it AS FROM query(semantic_view_sql('x', NULL, 'n'));;\n"
)
(Path(FOLDER.name) / "load.sql").write_text(
    f"COPY semantic_layer._definitions FROM '{FOLDER.name}/definitions.csv' (FORMAT 'csv', header 1);"
)
(Path(FOLDER.name) / "definitions.csv").write_text(
    'name,definition\nx,"{""tables"":[{""name"":""imported""}],""metrics"":[{""name"":""n"",""expr"":""count(*)""}]}"\n'
)

# name: (statement, what undoes it)
DROP_X = "SELECT drop_semantic_view('x')"
STATEMENTS = {
    "define clauses": (f"SELECT define_semantic_view('x', {sql(FULL)})", DROP_X),
    "define json": (f"SELECT define_semantic_view('x', {sql(SEED)})", DROP_X),
    "define yaml": (f"SELECT define_semantic_view('x', {sql(YAML)})", DROP_X),
    "create": (ddl("CREATE SEMANTIC VIEW x AS " + FULL), DROP_X),
    "create from yaml": (ddl(f"CREATE OR REPLACE SEMANTIC VIEW x FROM YAML {sql(YAML)}"), DROP_X),
    "create from file": (ddl(f"CREATE SEMANTIC VIEW x FROM YAML FILE {sql(str(FILE))}"), DROP_X),
    "define with a mistake": (f"SELECT define_semantic_view('x', {sql(FULL.replace('o.net AS', 'q.net AS'))})", None),
    "define with a mistake in json": (f"SELECT define_semantic_view('x', {sql(SEED[:-3])})", None),
    "drop": ("SELECT drop_semantic_view('x')", f"SELECT define_semantic_view('x', {sql(SEED)})"),
    "alter": (ddl("ALTER SEMANTIC VIEW full SET COMMENT = 'other'"), None),
    "rename": (ddl("ALTER SEMANTIC VIEW seed RENAME TO seed2"), ddl("ALTER SEMANTIC VIEW seed2 RENAME TO seed")),
    "one table": (request("dimensions := ['region'], metrics := ['revenue', 'per_order', 'names']"), None),
    "several tables": (request("dimensions := ['name'], metrics := ['revenue', 'customers', 'balance']"), None),
    "roles": (request("dimensions := ['buys.region', 'pays.name AS payer'], metrics := ['order_count']"), None),
    "window": (request("dimensions := ['region'], metrics := ['running']"), None),
    "facts": (request("dimensions := ['status'], facts := ['o.net', 'c.spent']"), None),
    "where": (request("dimensions := ['o.*'], metrics := ['revenue'], where_clause := 'net > 1 AND region = ''EMEA'''"), None),
    "unknown member": (request("dimensions := ['regoin'], metrics := ['revenue']"), None),
    "seed request": ("FROM semantic_view('seed', dimensions := ['region'], metrics := ['revenue'])", None),
    "explain": ("FROM explain_semantic_view('full', dimensions := ['region'], metrics := ['revenue'])", None),
    "list": ("FROM list_semantic_views()", None),
    "describe function": ("FROM describe_semantic_view('full')", None),
    "describe": (ddl("DESCRIBE SEMANTIC VIEW full"), None),
    "show views": (ddl("SHOW SEMANTIC VIEWS LIKE 'f%'"), None),
    "show metrics": (ddl("SHOW SEMANTIC METRICS"), None),
    "show for metric": (ddl("SHOW SEMANTIC DIMENSIONS IN full FOR METRIC revenue"), None),
    "show columns": (ddl("SHOW COLUMNS IN SEMANTIC VIEW full"), None),
    "get_ddl": ("SELECT get_ddl('SEMANTIC_VIEW', 'full')", None),
    "yaml": ("SELECT read_yaml_from_semantic_view('full')", None),
    "diagram": ("SELECT semantic_view_diagram('full')", None),
    "check": ("FROM check_semantic_view('full')", None),
    "import": (f"CALL semantic_import({sql(FOLDER.name)})", f"DROP VIEW over_it; DROP TABLE imported; {DROP_X}"),
    "info": ("FROM semantic_views_info()", None),
}


def fail_at(n):
    if n:
        os.environ["SV_FAIL_AT"] = str(n)
    else:
        os.environ.pop("SV_FAIL_AT", None)


def run(con, statement, n=0):
    """(rows, None), or (None, the error's text), with the n-th allocation failing."""
    fail_at(n)
    try:
        return con.execute(statement).fetchall(), None
    except duckdb.Error as error:
        return None, str(error)
    finally:
        fail_at(0)


def open_one(path=":memory:"):
    return duckdb.connect(path, config={"allow_unsigned_extensions": "true", "threads": 1})


def set_up(path):
    con = open_one(str(path))
    con.load_extension(EXTENSION)
    con.execute(TABLES)
    con.execute("SELECT define_semantic_view('full', ?)", [FULL]).fetchall()
    con.execute("SELECT define_semantic_view('seed', ?)", [SEED]).fetchall()
    return con


def stored(con):
    return con.execute("SELECT name, definition FROM semantic_layer._definitions ORDER BY name").fetchall()


def assert_nothing_left(name, path):
    """After the last connection was closed."""
    left = leaks.report()
    assert not left, f"{name} leaks:\n{left}"
    con = duckdb.connect(str(path), read_only=True)
    con.close()
    assert not Path(f"{path}.wal").exists(), f"{name} left a WAL: the database was not closed"
    path.unlink()


def test(name, statement, undo, first, every, limit):
    """Returns how many allocations were made to fail."""
    path = Path(FOLDER.name) / "faults.duckdb"
    con = set_up(path)
    start = time.monotonic()
    writes = undo or name == "alter"
    if name == "drop":
        con.execute(undo).fetchall()
    names = [row[0] for row in stored(con)]
    expected = run(con, statement)

    def undone():
        if undo and not expected[1]:
            con.execute(undo).fetchall()

    undone()
    n, failed, passed = first, 0, 0
    while passed < 2:  # with a cold cache and with a warm one
        if not writes and (failed + passed) % 2 == 0:  # another text of the same meaning is not in the cache
            con.execute("UPDATE semantic_layer._definitions SET definition = definition || ' '")
        got = run(con, statement, n)
        if got == expected:
            passed += 1
            undone()
            continue
        failed += 1
        assert got[0] is None and "out of memory" in got[1], f"{name}, allocation {n}: {got}"
        assert [row[0] for row in stored(con)] == names, f"{name}, allocation {n} left traces"
        assert run(con, statement) == expected, f"{name}, after allocation {n}"
        undone()
        n += every
        if limit and time.monotonic() - start > limit:
            print(f"{name}: stopped at allocation {n}")
            break
    con.close()
    assert_nothing_left(name, path)
    return failed


# Of an earlier version: LOAD puts ours in their place.
OLD_MACROS = """
CREATE OR REPLACE MACRO semantic_view(view_name, dimensions := NULL) AS TABLE
    FROM query(semantic_view_sql(view_name, dimensions));
CREATE OR REPLACE MACRO explain_semantic_view(view_name) AS TABLE SELECT unnest(semantic_view_explain(view_name)) AS x;
"""
LOADS = {"load": "", "load over old macros": OLD_MACROS}


def test_load(first, every, old_macros):
    """LOAD that fails, and LOAD again in the same database."""
    failed = 0
    path = Path(FOLDER.name) / "load.duckdb"
    while True:
        n = first + failed * every
        if old_macros:
            con = open_one(str(path))
            con.load_extension(EXTENSION)
            con.execute(old_macros)
            con.close()
        con = open_one(str(path))
        fail_at(n)
        try:
            con.load_extension(EXTENSION)
        except duckdb.Error as error:
            failed += 1
            assert "out of memory" in str(error), f"load, allocation {n}: {error}"
            fail_at(0)
            con.load_extension(EXTENSION)
            con.execute(TABLES)
            con.execute("SELECT define_semantic_view('full', ?)", [FULL]).fetchall()
            assert con.execute(STATEMENTS["one table"][0]).fetchall()
            con.close()
            assert_nothing_left("load", path)
        else:
            con.close()
            assert_nothing_left("load", path)
            return failed
        finally:
            fail_at(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--limit", type=float, help="seconds for one statement")
    parser.add_argument("names", nargs="*", default=[""])
    args = parser.parse_args()
    total = 0
    for i, (name, (statement, undo)) in enumerate(STATEMENTS.items()):
        if any(part in name for part in args.names):
            start = time.monotonic()
            count = test(name, statement, undo, 1 + (i + args.first) % args.every, args.every, args.limit)
            total += count
            print(f"{name}: {count} allocations failed, {time.monotonic() - start:.1f} s", flush=True)
    for name, old_macros in LOADS.items():
        if any(part in name for part in args.names):
            start = time.monotonic()
            count = test_load(1 + args.first % args.every, args.every, old_macros)
            total += count
            print(f"{name}: {count} allocations failed, {time.monotonic() - start:.1f} s", flush=True)
    assert total, "SV_FAIL_AT does nothing: not a build with SV_FAIL_ALLOCATIONS"
    print(f"passed: DuckDB {duckdb.__version__}, {total} allocations failed")


main()
