"""Kills a process at random points of a loop of definitions, and looks at what is left: kills.py [--kills 200] [--seed 1]

The child says when it starts and when it has finished each operation, and both sides know what the operations are.  So the
views must be exactly those after the last operation that was finished, or after the one that was running, with their
answers and comments.  The next child goes on with the same file.
"""

import argparse
import collections
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = os.environ.get("SEMANTIC_VIEWS_EXTENSION", str(ROOT / "build/release/semantic_views.duckdb_extension"))
NAMES = ["a", "b", "c"]
ROWS = 4
LONGEST_WAIT = 0.3  # seconds from the start of the loop to the kill
EXPECTED_ERRORS = ("already exists", "does not exist")


def definition(number):
    """Its metric tells the number; some fill many pages of the file."""
    filler = "x" * (number % 5 * 10_000)
    return f"TABLES (o AS orders) METRICS (o.n AS count(*) + {number} COMMENT = '{filler}')"


def operations(seed):
    """Endless: (kind, name, argument)."""
    rng = random.Random(seed)
    for number in itertools.count(1):
        kind = rng.choice(["define", "replace", "replace", "rename", "comment", "drop", "checkpoint"])
        argument = rng.choice(NAMES) if kind == "rename" else number
        yield kind, rng.choice(NAMES), argument


def statement(kind, name, argument):
    return {
        "define": lambda: ("SELECT define_semantic_view(?, ?)", [name, definition(argument)]),
        "replace": lambda: ("CALL semantic_ddl(?)", [f"CREATE OR REPLACE SEMANTIC VIEW {name} AS {definition(argument)}"]),
        "rename": lambda: ("CALL semantic_ddl(?)", [f"ALTER SEMANTIC VIEW {name} RENAME TO {argument}"]),
        "comment": lambda: ("CALL semantic_ddl(?)", [f"ALTER SEMANTIC VIEW {name} SET COMMENT = 'comment {argument}'"]),
        "drop": lambda: ("CALL semantic_ddl(?)", [f"DROP SEMANTIC VIEW {name}"]),
        "checkpoint": lambda: ("CHECKPOINT", []),
    }[kind]()


def apply(views, kind, name, argument):
    """The views, {name: (number, comment)}, after an operation; one that fails changes nothing."""
    views = dict(views)
    if kind == "replace" or (kind == "define" and name not in views):
        views[name] = (argument, None)
    elif kind == "rename" and name in views and argument not in views:
        views[argument] = views.pop(name)
    elif kind == "comment" and name in views:
        views[name] = (views[name][0], f"comment {argument}")
    elif kind == "drop":
        views.pop(name, None)
    return views


def connect(path):
    con = duckdb.connect(str(path), config={"allow_unsigned_extensions": "true"})
    con.load_extension(EXTENSION)
    return con


def work(path, seed):
    """The child."""
    con = connect(path)
    print("ready", flush=True)
    for operation in operations(seed):
        print("start", flush=True)
        try:
            con.execute(*statement(*operation)).fetchall()
        except duckdb.Error as error:
            if not any(text in str(error) for text in EXPECTED_ERRORS):
                raise
        print("done", flush=True)


def found(path):
    """What a new process of the user sees: every view is whole and answers."""
    con = connect(path)
    try:
        views = {}
        comments = dict(con.execute("SELECT name, comment FROM show_semantic_views()").fetchall())
        stored = con.execute("SELECT name, json_valid(definition) FROM semantic_layer._definitions").fetchall()
        assert sorted(stored) == [(name, True) for name in sorted(comments)], stored
        for name, base_table in con.execute("FROM list_semantic_views()").fetchall():
            assert base_table == "orders", (name, base_table)
            (count,), = con.execute("FROM semantic_view(?, metrics := ['n'])", [name]).fetchall()
            ddl, = con.execute("SELECT get_ddl('SEMANTIC_VIEW', ?)", [name]).fetchone()
            number = count - ROWS
            assert f"'{'x' * (number % 5 * 10_000)}'" in ddl or number % 5 == 0, ddl[:300]
            views[name] = (number, comments[name])
        assert sorted(views) == sorted(comments), (views, comments)
        return views
    finally:
        con.close()


def kill_once(path, views, seed, rng):
    """Starts a child, kills it, looks.  Returns the views that are left and what was running."""
    command = [sys.executable, __file__, "--child", str(path), str(seed)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if rng.random() < 0.1:  # while it starts: LOAD
        time.sleep(rng.uniform(0, 2 * LONGEST_WAIT))
    else:
        first = child.stdout.readline()
        assert first == "ready\n", first + child.stdout.read()
        time.sleep(rng.uniform(0, LONGEST_WAIT))
    child.kill()
    with child.stdout:
        said = child.stdout.read()
    child.wait()
    assert "Error" not in said, said
    words = [word for word in said.split() if word in ("start", "done")]
    running = "nothing"
    outcomes = [views]
    for operation in itertools.islice(operations(seed), words.count("start")):
        running = operation[0]
        outcomes = [outcomes[-1], apply(outcomes[-1], *operation)]
    if words[-1:] != ["start"]:
        running = "nothing"
        outcomes = outcomes[-1:]
    wal = path.with_name(path.name + ".wal")
    has_wal = wal.exists() and wal.stat().st_size > 0
    left = found(path)
    assert left in outcomes, f"seed {seed}: {left} is none of {outcomes}"
    return left, running, words.count("done"), has_wal, len(outcomes) > 1 and left == outcomes[-1] != outcomes[0]


def run(kills, folder, seed):
    """Raises at the first loss; returns the figures as text."""
    path = Path(folder) / "killed.duckdb"
    con = connect(path)
    con.execute(f"CREATE TABLE orders AS SELECT range AS id FROM range({ROWS})")
    con.close()
    rng, views, during = random.Random(seed), {}, collections.Counter()
    finished = replayed = kept = 0
    for i in range(kills):
        views, running, done, has_wal, is_kept = kill_once(path, views, f"{seed} {i}", rng)
        during[running] += 1
        finished += done
        replayed += has_wal
        kept += is_kept
    points = ", ".join(f"{kind} {count}" for kind, count in during.most_common())
    return (f"DuckDB {duckdb.__version__}: {kills} kills, seed {seed}, {finished} operations finished; killed during: {points}; "
            f"a WAL was replayed {replayed} times; the operation that was running had been committed {kept} times; nothing was lost")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2)
    args = parser.parse_args()
    if args.child:
        work(*args.child)
    with tempfile.TemporaryDirectory() as folder:
        print(run(args.kills, folder, args.seed))


if __name__ == "__main__":
    main()
