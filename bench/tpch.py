"""TPC-H at scale factor 1: requests to a semantic view against an expert's SQL with inner joins.

The view is defined twice: `vouched` as in tpch_view.sql, `cautious` without ASSUME REFERENTIAL INTEGRITY.
Rows are compared before anything is timed.  A second run of the SQL by hand tells the noise.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from side_by_side import ROOT, connect, define, difference, geometric_mean, medians, scans, table, title
from tpch_queries import QUERIES

DATA = ROOT / "build/bench/tpch"
FILE = ROOT / f"build/bench/tpch-{duckdb.__version__}.duckdb"
TABLES = ("lineitem", "orders", "customer", "part", "supplier", "partsupp", "nation", "region")
VIEWS = ("vouched", "cautious")


def make_database():
    part = FILE.with_suffix(".part")
    part.unlink(missing_ok=True)
    con = duckdb.connect(str(part))
    for name in TABLES:
        con.execute(f"CREATE TABLE {name} AS FROM '{DATA}/{name}.parquet'")
    con.close()
    part.rename(FILE)


def define_views(con):
    text = (Path(__file__).parent / "tpch_view.sql").read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    for (name,) in con.execute("SELECT name FROM list_semantic_views()").fetchall():
        con.execute("SELECT drop_semantic_view(?)", [name]).fetchall()
    define(con, "vouched", text)
    define(con, "cautious", text.replace(" ASSUME REFERENTIAL INTEGRITY", ""))


def peak_megabytes(sql):
    """The most memory that a new process needs which opens the file and runs the query."""
    command = [sys.executable, __file__, "--once", sql]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_once(sql):
    connect(FILE, access_mode="READ_ONLY").execute(sql).fetchall()
    print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024)


def measure(con, semantic, by_hand):
    """The columns of one request in the report, the seconds by hand and of the two views, the scans that differ."""
    queries = [semantic.replace("{view}", name) for name in VIEWS]
    for name, query in zip(VIEWS, queries):
        wrong = difference(con, query, by_hand)
        if wrong:
            return [f"{name} DIFFERS: {wrong}"], None, []
    hand, again, *ours = medians(con, [by_hand, by_hand, *queries])
    expected = scans(con, by_hand)
    plans = [scans(con, query) for query in queries]
    memory = [peak_megabytes(query) for query in (by_hand, *queries)]
    cells = [f"{hand * 1e3:.1f}", f"{again / hand:.2f}"]
    cells += [f"{seconds / hand:.2f}" for seconds in ours]
    cells += ["yes" if plan == expected else "NO" for plan in plans]
    cells += [f"{memory[0]:.0f}"] + [f"{m / memory[0]:.2f}" for m in memory[1:]]
    differ = [
        f"- {name}: {described(plan, expected)}; by hand: {described(expected, plan)}"
        for name, plan in zip(VIEWS, plans)
        if plan != expected
    ]
    return cells, (hand, *ours), differ


def described(plan, other):
    """The scans of a plan that another does not have."""
    only = [scan for scan in plan if scan not in other]
    return ", ".join(f"{name} ({', '.join(read)}){' where ' + ' and '.join(f) if any(f) else ''}" for name, read, f in only)


def summary(label, times):
    if times:
        means = [
            f"{name} {geometric_mean(ratios):.3f} (most {max(ratios):.2f})"
            for i, name in enumerate(VIEWS, 1)
            for ratios in [[t[i] / t[0] for t in times]]
        ]
        print(f"\nGeometric mean of {len(times)} requests{label}: {', '.join(means)}")


def main():
    only = os.environ.get("ONLY", "")  # a part of the names of the requests to run
    if not FILE.exists():
        make_database()
    con = connect(FILE)
    define_views(con)
    con.close()

    con = connect(FILE, access_mode="READ_ONLY")  # as the processes that measure memory open it too
    rows, times, differing = [], [], []
    for name, semantic, by_hand in QUERIES:
        if only not in name:
            continue
        try:
            cells, seconds, differ = measure(con, semantic, by_hand)
        except duckdb.Error as error:
            cells, seconds, differ = ["FAILED"], None, []
            differing.append(f"{name} failed: {error}")
        print(name, *cells, file=sys.stderr, flush=True)
        rows.append([name, *cells, *[""] * (9 - len(cells))])
        if seconds:
            times.append(seconds)
        if differ:
            differing += [f"{name} scans otherwise:", *differ]

    title("TPC-H at scale factor 1")
    print("Ratios of medians to the SQL by hand: with ASSUME REFERENTIAL INTEGRITY (vouched) and without (cautious).")
    print("A request of a few ms also shows the fixed overhead of a query, see there.\n")
    table(
        ["request", "by hand, ms", "noise", *VIEWS, "same scans", "", "peak MB", "vouched", "cautious"],
        rows,
    )
    summary("", times)
    summary(" of more than 10 ms", [t for t in times if t[0] > 0.01])
    if differing:
        print("", *differing, sep="\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        run_once(sys.argv[2])
    else:
        main()
