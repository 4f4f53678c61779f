"""Memory of one process over many rounds: rounds.py [--rounds 10000] [--databases 1000] [--control]

A round defines a view, asks it in two ways, lists, describes and drops it, and meets two errors.  Then databases with a
view are opened and closed in the same process.  Prints the curve of what the process holds, and that of what it needs:
after DuckDB and the C library gave back what they keep for later.  Fails when the second rises after the first tenth.

What DuckDB keeps: 192 bytes for each block of memory that a query used, until its queue of blocks that may be evicted
is walked, which it is when memory is short (seen by the stacks of what is allocated and not freed); deleted rows of a
database in memory, until a checkpoint (seen in duckdb_memory()).

--control: the same work by plain SQL, without the extension: each statement that a round makes the extension run, on a
connection of its own as the extension does it, and the queries that it answers with.
"""

import argparse
import ctypes
import os
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = os.environ.get("SEMANTIC_VIEWS_EXTENSION", str(ROOT / "build/release/semantic_views.duckdb_extension"))
DEFINITION = """
TABLES (o AS orders PRIMARY KEY (id), c AS customers PRIMARY KEY (id))
RELATIONSHIPS (o (customer_id) REFERENCES c)
DIMENSIONS (c.region AS region, o.kind AS CASE WHEN amount > 3 THEN 'big' ELSE 'small' END)
METRICS (o.revenue AS sum(amount) COMMENT = 'round {}', c.customers AS count(*), ratio AS revenue / customers)
"""
ALLOWED_MIB = 2  # in 9,000 rounds: 230 bytes each
MEMORY_LIMIT = "200MB"


def rss():
    """Resident memory of this process in MiB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def needed(con=None):
    """The same after DuckDB, if a database is open, and the C library gave back all that they can.

    What still refers to memory keeps it: whatever the extension forgot is counted.
    """
    if con:
        con.execute("CHECKPOINT")
        # Refused, after everything was thrown out that can be.
        fails(con, "SET memory_limit = '1B'")
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    ctypes.CDLL(None).malloc_trim(0)
    return rss()


def connect(path, load=True):
    # Without a folder for temporary files nothing can leave memory that somebody still holds.
    config = {"threads": 1, "memory_limit": MEMORY_LIMIT, "temp_directory": "", "allow_unsigned_extensions": "true"}
    con = duckdb.connect(str(path), config=config)
    if load:
        con.load_extension(EXTENSION)
    return con


def set_up(con):
    con.execute("CREATE TABLE customers AS SELECT range AS id, 'r' || range % 3 AS region FROM range(10)")
    con.execute("CREATE TABLE orders AS SELECT range AS id, range % 10 AS customer_id, range % 7 AS amount FROM range(100)")


def fails(con, *statement):
    try:
        con.execute(*statement).fetchall()
    except duckdb.Error:
        return
    raise AssertionError("an error was expected")


def one_round(con, i):
    con.execute("SELECT define_semantic_view('v', ?)", [DEFINITION.format(i)]).fetchall()
    rows = con.execute("FROM semantic_view('v', dimensions := ['region'], metrics := ['revenue', 'ratio'])").fetchall()
    assert len(rows) == 3
    by_kind = "FROM semantic_view('v', dimensions := ['kind'], metrics := ['revenue'], where_clause := 'region = ''r1''')"
    assert len(con.execute(by_kind).fetchall()) == 2
    assert len(con.execute("CALL semantic_ddl('DESCRIBE SEMANTIC VIEW v')").fetchall()) > 10
    assert con.execute("FROM list_semantic_views()").fetchall() == [("v", "orders")]
    fails(con, "FROM semantic_view('v', dimensions := ['nothing'], metrics := ['revenue'])")
    fails(con, "SELECT define_semantic_view('w', ?)", [DEFINITION.format(i).replace("sum(amount)", "sum(")])
    con.execute("SELECT drop_semantic_view('v')").fetchall()


def aside(con, *statement):
    """Runs it as the extension does: on a connection that is opened for it and closed."""
    cursor = con.cursor()
    rows = cursor.execute(*statement).fetchall()
    cursor.close()
    return rows


def trees(con, texts):
    asked = ", ".join(f"json_serialize_sql({text!r})" for text in texts)
    return aside(con, f"SELECT {asked}")


def control_set_up(con):
    set_up(con)
    con.execute("CREATE TABLE definitions (name VARCHAR PRIMARY KEY, definition VARCHAR)")


def control_round(con, i):
    by_region = "SELECT c.region, sum(amount), count(*) FROM orders o LEFT JOIN customers c ON customer_id = c.id {} GROUP BY 1"
    trees(con, [f"SELECT ({text})" for text in ("sum(amount)", "CASE WHEN amount > 3 THEN 1 ELSE 2 END", "count(*)", "region")])
    aside(con, "INSERT INTO definitions VALUES ('v', ?)", [DEFINITION.format(i) * 4])
    for where in ("", "WHERE c.region = 'r1'"):
        assert aside(con, "SELECT definition FROM definitions WHERE name = 'v'")
        con.execute("FROM query(?)", [by_region.format(where)]).fetchall()
    aside(con, "DESCRIBE " + by_region.format(""))
    aside(con, "FROM definitions")
    fails(con, "SELECT nothing FROM orders")
    fails(con, "SELECT sum(")
    aside(con, "DELETE FROM definitions WHERE name = 'v'")


def one_database(folder, i):
    path = folder / f"{i % 2}.duckdb" if i % 2 else ":memory:"
    con = connect(path)
    if path == ":memory:" or i == 1:
        set_up(con)
    con.execute("SELECT define_semantic_view(?, ?)", [f"v{i}", DEFINITION.format(i)]).fetchall()
    rows = con.execute("FROM semantic_view(?, dimensions := ['region'], metrics := ['revenue'])", [f"v{i}"]).fetchall()
    assert len(rows) == 3
    con.execute("SELECT drop_semantic_view(?)", [f"v{i}"]).fetchall()
    con.close()


def put(what, points):
    print(f"  {what}:", " ".join(f"{point:.1f}" for point in points), flush=True)


def curve(what, count, step, con=None):
    """Runs step(1..count), prints the memory at eleven points; True when what is needed stays after the first tenth."""
    start, held, lasting = time.monotonic(), [rss()], [needed(con)]
    for i in range(1, count + 1):
        step(i)
        if i % max(1, count // 10) == 0:
            held.append(rss())
            lasting.append(needed(con))
    print(f"{count} {what} in {time.monotonic() - start:.0f} s, MiB:")
    put("held", held)
    put("needed", lasting)
    return lasting[-1] - lasting[1] <= ALLOWED_MIB


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--databases", type=int, default=1_000)
    parser.add_argument("--control", action="store_true", help="plain SQL without the extension")
    args = parser.parse_args()
    if args.control:
        con = connect(":memory:", load=False)
        control_set_up(con)
        curve("rounds without the extension", args.rounds, lambda i: control_round(con, i), con)
        return
    with tempfile.TemporaryDirectory() as folder:
        con = connect(":memory:")
        set_up(con)
        flat = curve("rounds", args.rounds, lambda i: one_round(con, i), con)
        con.close()
        flat &= curve("databases", args.databases, lambda i: one_database(Path(folder), i))
    print("flat" if flat else f"NOT flat: more than {ALLOWED_MIB} MiB from the first tenth to the end")
    raise SystemExit(not flat)


main()
