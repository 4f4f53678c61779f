"""What the benchmarks share: a connection, queries timed in turns, medians, tables in Markdown, results as JSON."""

import datetime
import json
import math
import os
import platform
import statistics
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = os.environ.get("SEMANTIC_VIEWS_EXTENSION", str(ROOT / "build/release/semantic_views.duckdb_extension"))
RESULTS = Path(os.environ.get("RESULTS") or ROOT / "build/bench/results")
RUNS = int(os.environ.get("RUNS") or 11)


def connect(path=":memory:", **config):
    con = duckdb.connect(str(path), config={"allow_unsigned_extensions": "true", **config})
    con.load_extension(EXTENSION)
    return con


def define(con, name, definition):
    con.execute("SELECT define_semantic_view(?, ?)", [name, definition]).fetchall()


def timed(con, sql):
    start = time.perf_counter()
    con.execute(sql).fetchall()
    return time.perf_counter() - start


def medians(con, queries, runs=RUNS, enough=0.0):
    """Median seconds of each query.  They run in turns, every other turn backwards, after one turn that warms up: `runs`
    turns, and more of short queries, until each has run for `enough` seconds or in 101 turns."""
    times = [[] for _ in queries]
    for turn in range(max(runs, 101) + 1):
        if turn > runs and min(map(sum, times)) >= enough:
            break
        order = range(len(queries)) if turn % 2 else reversed(range(len(queries)))
        for i in order:
            seconds = timed(con, queries[i])
            if turn:
                times[i].append(seconds)
    return [statistics.median(t) for t in times]


def geometric_mean(ratios):
    return math.exp(statistics.fmean(math.log(r) for r in ratios))


def equal(a, b):
    """Values of two answers; sums of floating point numbers depend on the order of the rows."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b


def difference(con, semantic, by_hand):
    """None, or how the answers of two queries differ (as bags of rows)."""
    rows, expected = (sorted(con.execute(q).fetchall(), key=repr) for q in (semantic, by_hand))
    if len(rows) != len(expected):
        return f"{len(rows)} rows, {len(expected)} by hand"
    for row, wanted in zip(rows, expected):
        if len(row) != len(wanted) or not all(map(equal, row, wanted)):
            return f"{row} is {wanted} by hand"
    return None


def scans(con, sql):
    """The table scans of a plan, as sorted text: table, columns read, filters."""
    plan = json.loads(con.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()[0][1])
    found = []

    def walk(node):
        info = node.get("extra_info", {})
        if "Table" in info:
            read = info.get("Projections", [])
            filters = info.get("Filters", [])
            found.append(
                (
                    info["Table"].split(".")[-1],
                    sorted(read if isinstance(read, list) else [read]),
                    sorted(filters if isinstance(filters, list) else [filters]),
                )
            )
        for child in node.get("children", []):
            walk(child)

    for node in plan:
        walk(node)
    return sorted(found)


def peak_memory(con, sql):
    """Bytes that DuckDB's buffers held at most while the query ran."""
    con.execute("PRAGMA enable_profiling = 'no_output'")
    con.execute("""PRAGMA custom_profiling_settings = '{"SYSTEM_PEAK_BUFFER_MEMORY": "true"}'""")
    con.execute(sql).fetchall()
    profile = json.loads(con.get_profiling_information(format="json"))
    con.execute("PRAGMA disable_profiling")
    return profile["system_peak_buffer_memory"]


def line_of(file, key):
    """The value of `key: value` or `key="value"` in a file of the system."""
    for line in Path(file).read_text().splitlines() if Path(file).exists() else []:
        name, _, value = line.replace("=", ":", 1).partition(":")
        if name.strip() == key:
            return value.strip().strip('"')
    return None


def machine():
    memory = line_of("/proc/meminfo", "MemTotal")
    return {
        "cpu": line_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.split()[0]) / 1024**2, 1) if memory else None,
        "os": line_of("/etc/os-release", "PRETTY_NAME") or platform.platform(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def results_file(part, scale=""):
    return RESULTS / f"{part}{scale}-{duckdb.__version__}.json"


def save(part, **results):
    """Writes what a part has measured for page.py; its name tells the DuckDB too."""
    threads = duckdb.connect().execute("SELECT current_setting('threads')").fetchall()[0][0]
    about = {
        "part": part,
        "duckdb": duckdb.__version__,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "threads": threads,
    }
    scale = f"-sf{results['scale']:g}" if "scale" in results else ""
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = results_file(part, scale)
    file.write_text(json.dumps({**about, **results}, indent=1) + "\n")


def title(text):
    print(f"\n## {text}, DuckDB {duckdb.__version__}\n", flush=True)


def table(header, rows):
    """A Markdown table, aligned so that it also reads well in a terminal; numbers come as text."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def line(row):
        padded = [c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * w if i == 0 else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    print("\n".join([line(cells[0]), line(rule), *map(line, cells[1:])]), flush=True)
