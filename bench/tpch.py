"""TPC-H at one scale factor (SCALE=1): requests to a semantic view against an expert's SQL with inner joins.

The view is defined twice: `vouched` as in tpch_view.sql, `cautious` without ASSUME REFERENTIAL INTEGRITY.
Rows are compared before anything is timed.  A second run of the SQL by hand tells the noise.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from side_by_side import ROOT, RUNS, connect, define, difference, geometric_mean, medians, results_file, save, scans
from side_by_side import table, title
from tpch_queries import QUERIES

SCALE = os.environ.get("SCALE") or "1"
DATA = ROOT / f"build/bench/tpch-sf{SCALE}"
FILE = ROOT / f"build/bench/tpch-sf{SCALE}-{duckdb.__version__}.duckdb"
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
    """What is known of one request after it ran in all three ways."""
    queries = {name: semantic.replace("{view}", name) for name in VIEWS}
    for name, query in queries.items():
        wrong = difference(con, query, by_hand)
        if wrong:
            return {"failed": f"the answer of {name} differs: {wrong}"}
    hand, again, *ours = medians(con, [by_hand, by_hand, *queries.values()], enough=0.3)
    expected = scans(con, by_hand)
    plans = {name: scans(con, query) for name, query in queries.items()}
    return {
        "hand_ms": hand * 1e3,
        "noise": again / hand,
        "ratio": dict(zip(VIEWS, (seconds / hand for seconds in ours))),
        "same_scans": {name: plan == expected for name, plan in plans.items()},
        "other_scans": {
            name: f"{described(plan, expected)}, instead of by hand: {described(expected, plan)}"
            for name, plan in plans.items()
            if plan != expected
        },
        "hand_mb": peak_megabytes(by_hand),
        "mb": {name: peak_megabytes(query) for name, query in queries.items()},
    }


def cells(request):
    """A request's row in the table."""
    if "failed" in request:
        return [request["name"], "FAILED", *[""] * 8]
    return [
        request["name"],
        f"{request['hand_ms']:.1f}",
        f"{request['noise']:.2f}",
        *(f"{request['ratio'][name]:.2f}" for name in VIEWS),
        *("yes" if request["same_scans"][name] else "NO" for name in VIEWS),
        f"{request['hand_mb']:.0f}",
        *(f"{request['mb'][name] / request['hand_mb']:.2f}" for name in VIEWS),
    ]


def described(plan, other):
    """The scans of a plan that another does not have."""
    only = list(plan)
    for scan in other:
        if scan in only:
            only.remove(scan)
    texts = [f"{name} ({', '.join(read)}){' where ' + ' and '.join(f) if any(f) else ''}" for name, read, f in only]
    return "; ".join(texts) or "none"


def summary(label, requests):
    if requests:
        means = []
        for name in VIEWS:
            ratios = [r["ratio"][name] for r in requests]
            means.append(f"{name} {geometric_mean(ratios):.3f} (most {max(ratios):.2f})")
        print(f"\nGeometric mean of {len(requests)} requests{label}: {', '.join(means)}")


def measure_all():
    con = connect(FILE, access_mode="READ_ONLY")  # as the processes that measure memory open it too
    # ONLY: a part of the names of the requests to measure again.  Of the others what was measured stays.
    only = os.environ.get("ONLY", "")
    file = results_file("tpch", f"-sf{SCALE}")
    kept = {r["name"]: r for r in json.loads(file.read_text())["requests"]} if only and file.exists() else {}
    for name, semantic, by_hand in QUERIES:
        if only not in name:
            if name in kept:
                yield kept[name]
            continue
        try:
            request = {"name": name, **measure(con, semantic, by_hand)}
        except duckdb.Error as error:
            request = {"name": name, "failed": str(error)}
        print(*cells(request), file=sys.stderr, flush=True)
        yield request


def main():
    if not FILE.exists():
        make_database()
    con = connect(FILE)
    define_views(con)
    con.close()

    requests = list(measure_all())
    answered = [r for r in requests if "failed" not in r]
    save("tpch", scale=float(SCALE), runs=RUNS, requests=requests)

    title(f"TPC-H at scale factor {SCALE}")
    print("Ratios of medians to the SQL by hand: with ASSUME REFERENTIAL INTEGRITY (vouched) and without (cautious).")
    print("A request of a few ms also shows the fixed overhead of a query, see there.\n")
    table(
        ["request", "by hand, ms", "noise", *VIEWS, "same scans", "", "peak MB", "vouched", "cautious"],
        map(cells, requests),
    )
    summary("", answered)
    summary(" of more than 10 ms", [r for r in answered if r["hand_ms"] > 10])
    for request in requests:
        if "failed" in request:
            print(f"\n{request['name']} failed: {request['failed']}")
        for name, other in request.get("other_scans", {}).items():
            print(f"\n{request['name']}, {name} scans otherwise: {other}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        run_once(sys.argv[2])
    else:
        main()
