"""TPC-H at scale factor 1: requests to a semantic view against an expert's SQL with inner joins.

The view is defined twice: `vouched` as in tpch_view.sql, `cautious` without ASSUME REFERENTIAL INTEGRITY.
Rows are compared before anything is timed.  A second run of the SQL by hand tells the noise.
"""

import os
import resource
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
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(con, semantic, by_hand):
    """The columns of one request in the report, and the two ratios."""
    queries = [semantic.replace("{view}", name) for name in VIEWS]
    for name, query in zip(VIEWS, queries):
        wrong = difference(con, query, by_hand)
        if wrong:
            return [f"{name} DIFFERS: {wrong}"], None
    hand, again, *ours = medians(con, [by_hand, by_hand, *queries])
    ratios = [seconds / hand for seconds in ours]
    same = ["yes" if scans(con, query) == scans(con, by_hand) else "NO" for query in queries]
    memory = [peak_megabytes(query) for query in (by_hand, *queries)]
    cells = [f"{hand * 1e3:.1f}", f"{again / hand:.2f}"]
    cells += [f"{ratio:.2f}" for ratio in ratios] + same
    cells += [f"{memory[0]:.0f}"] + [f"{m / memory[0]:.2f}" for m in memory[1:]]
    return cells, ratios


def main():
    only = os.environ.get("ONLY", "")  # a part of the names of the requests to run
    if not FILE.exists():
        make_database()
    con = connect(FILE)
    define_views(con)
    con.close()

    con = connect(FILE, access_mode="READ_ONLY")  # as the processes that measure memory open it too
    rows, ratios = [], []
    for name, semantic, by_hand in QUERIES:
        if only not in name:
            continue
        try:
            cells, pair = measure(con, semantic, by_hand)
        except duckdb.Error as error:
            cells, pair = [f"FAILED: {error}"], None
        print(name, *cells, file=sys.stderr, flush=True)
        rows.append([name, *cells, *[""] * (9 - len(cells))])
        if pair:
            ratios.append(pair)

    title("TPC-H at scale factor 1")
    print("Ratios of medians to the SQL by hand: with ASSUME REFERENTIAL INTEGRITY (vouched) and without (cautious).\n")
    table(
        ["request", "by hand, ms", "noise", *VIEWS, "same scans", "", "peak MB", "vouched", "cautious"],
        rows,
    )
    if ratios:
        print(f"\nGeometric mean of {len(ratios)} requests: ", end="")
        print(", ".join(f"{name} {geometric_mean(r):.3f} (most {max(r):.2f})" for name, r in zip(VIEWS, zip(*ratios))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        run_once(sys.argv[2])
    else:
        main()
