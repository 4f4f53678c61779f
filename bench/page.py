"""Writes the benchmark page from what was measured: page.py RESULTS FOLDER

RESULTS holds the JSON files of the other scripts; FOLDER/benchmark.md and FOLDER/benchmark/*.svg are written.  Every
number on the page comes from those files.
"""

import json
import math
import sys
from pathlib import Path

import plot

LOSS = 1.1  # a ratio above it is named on the page
WAYS = {"vouched": "asserted", "cautious": "not asserted"}

HEAD = """# Benchmarks

A request to a semantic view against the SQL that an expert would write for the same answer, on the same data, in the same
process, in turns. A ratio of 1.00 means that both take the same time; above 1.00 the semantic view is slower.

Written by `make bench` from its measurements. The median of several runs counts; answers are compared before anything is timed.
"""

EMPTY = """
Nothing has been measured yet.
"""

REPEAT = """
## Repeat it

```sh
make bench                                   # everything: TPC-H at scale factors 1 and 5, three DuckDBs
make bench PART=tpch SCALE=1 VERSIONS=1.5.6  # a part, a scale factor, a DuckDB
make bench RUNS=21                           # more timed runs of each query
```

It builds the extension, fetches the DuckDBs and generates the data, which stays in `build/bench` for the next time. An idle
machine gives quiet numbers. The measurements are `build/bench/results/*.json`; `bench/page.py` makes this page and its pictures
of them. The requests and the SQL beside them: `bench/tpch_queries.py`, the view: `bench/tpch_view.sql`.
"""


def geometric_mean(values):
    return math.exp(math.fsum(math.log(v) for v in values) / len(values))


def read(folder):
    """The results by part, in the order of scale and version."""
    parts = {}
    for file in Path(folder).glob("*.json"):
        result = json.loads(file.read_text(encoding="utf-8"))
        parts.setdefault(result["part"], []).append(result)
    for results in parts.values():
        results.sort(key=lambda r: (r.get("scale", 0), [int(n) for n in r["duckdb"].split(".")]))
    return parts


def table(header, rows):
    """A Markdown table, numbers on the right."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in cells]) + "\n"


def machines(parts):
    """What the measurements were made on; a line for each machine, version and day if they differ."""
    seen = {}
    for results in parts.values():
        for r in results:
            m = r["machine"]
            memory = f", {m['memory_gb']} GB of memory" if m["memory_gb"] else ""
            text = f"{m['cpu']}, {m['cores']} cores{memory}, {m['os']} ({m['kernel']}); DuckDB used {r['threads']} threads"
            versions, days = seen.setdefault(text, (set(), set()))
            versions.add(r["duckdb"])
            days.add(r["date"])
    return "".join(
        f"- {text}; DuckDB {', '.join(sorted(versions))}; {' to '.join(sorted({min(days), max(days)}))}\n"
        for text, (versions, days) in seen.items()
    )


def answered(result, key="requests"):
    return [r for r in result[key] if "failed" not in r]


def failures(result, key="requests"):
    return [f"- DuckDB {result['duckdb']}, {r['name']}: {r['failed']}" for r in result[key] if "failed" in r]


def listed(title, lines):
    return f"\n{title}\n\n" + "\n".join(lines) + "\n" if lines else ""


# ---- TPC-H ----


def tpch_summary(results):
    rows = []
    for r in results:
        requests = answered(r)
        if not requests:
            continue
        row = [f"{r['scale']:g}", r["duckdb"], len(requests)]
        for way in WAYS:
            ratios = [q["ratio"][way] for q in requests]
            same = sum(q["same_scans"][way] for q in requests)
            row += [f"{geometric_mean(ratios):.3f}", f"{max(ratios):.2f}", f"{same} of {len(requests)}"]
        noise = [q["noise"] for q in requests]
        rows.append(row + [f"{min(noise):.2f} to {max(noise):.2f}"])
    header = ["scale factor", "DuckDB", "requests"]
    for label in WAYS.values():
        header += [f"{label}: mean ratio", "worst", "same scans"]
    return table(header + ["noise"], rows)


def by_request(results, choose, cell):
    """{(scale, request, way): {DuckDB: cell}} for those that choose() takes with any DuckDB."""
    rows = {}
    for r in results:
        for q in answered(r):
            for way in WAYS:
                row = rows.setdefault((r["scale"], q["name"], way), [False, {}])
                row[0] = row[0] or choose(q, way)
                row[1][r["duckdb"]] = cell(q, way)
    return {key: cells for key, (is_chosen, cells) in rows.items() if is_chosen}


def tpch_losses(results):
    chosen = by_request(
        results,
        lambda q, way: q["ratio"][way] > LOSS,
        lambda q, way: f"{q['ratio'][way]:.2f} ({q['hand_ms']:.1f}, {q['noise']:.2f})",
    )
    if not chosen:
        return f"\nNo request took more than {LOSS:g} times the SQL by hand.\n"
    versions = list(dict.fromkeys(r["duckdb"] for r in results))
    rows = [
        [name, f"{scale:g}", WAYS[way], *(cells.get(version, "") for version in versions)]
        for (scale, name, way), cells in chosen.items()
    ]
    header = ["request", "scale factor", "integrity", *(f"DuckDB {version}" for version in versions)]
    return (
        f"\nThe requests that took more than {LOSS:g} times the SQL by hand with any DuckDB: the ratio; in brackets the "
        f"milliseconds of the SQL by hand, and the ratio of the same SQL run twice.\n\n{table(header, rows)}"
        "\nWithout the assertion the joins are outer joins, which leave DuckDB fewer orders to choose from. A request of a few "
        "milliseconds also shows the fixed overhead below.\n"
    )


def tpch_scans(results):
    about = ("*Same scans* counts the requests whose plan reads the same columns of the same tables with the same pushed-down "
             "filters as that of the SQL by hand.")
    chosen = by_request(results, lambda q, way: way in q["other_scans"], lambda q, way: q["other_scans"].get(way))
    seen = {}
    for (scale, name, way), cells in chosen.items():
        where, _ = seen.setdefault((name, way), ([], ""))
        where += [f"{version} at {scale:g}" for version, text in cells.items() if text]
        seen[name, way] = where, [text for text in cells.values() if text][-1]
    lines = [f"- {name}, {WAYS[way]} (DuckDB {', '.join(where)}): {text}" for (name, way), (where, text) in seen.items()]
    if not lines:
        return f"\n{about} All do.\n"
    return f"\n{about} The others, with the scans that only one side has:\n\n" + "\n".join(lines) + "\n"


def tpch_memory(results):
    rows = []
    for r in results:
        requests = answered(r)
        if requests:
            row = [f"{r['scale']:g}", r["duckdb"], f"{max(q['hand_mb'] for q in requests):,.0f}"]
            for way in WAYS:
                ratios = [q["mb"][way] / q["hand_mb"] for q in requests]
                row += [f"{geometric_mean(ratios):.2f}", f"{max(ratios):.2f}"]
            rows.append(row)
    header = ["scale factor", "DuckDB", "by hand, largest, MB"]
    for label in WAYS.values():
        header += [f"{label}: mean ratio", "worst"]
    return (
        "\n### Memory\n\nThe peak memory of a new process that opens the database and runs one request, against that of the "
        f"SQL by hand; it includes what DuckDB keeps of the file.\n\n{table(header, rows)}"
    )


def dots(results, value, title):
    """A panel for each DuckDB, a row for each request."""
    names = list(dict.fromkeys(q["name"] for r in results for q in answered(r)))
    panels = [
        (f"DuckDB {r['duckdb']}", {q["name"]: [value(q, way) for way in WAYS] for q in answered(r)}) for r in results
    ]
    return plot.dots(title, names, panels, [f"integrity {label}" for label in WAYS.values()])


def tpch(results, pictures):
    text = """
## TPC-H

The view is defined twice: with ASSUME REFERENTIAL INTEGRITY on its relationships (asserted), which is true of TPC-H and lets a
request use the inner joins that an expert writes; and without, where rows with no match must stay in the answer and
every join is an outer join.

"""
    text += tpch_summary(results)
    for scale in dict.fromkeys(r["scale"] for r in results):
        of_scale = [r for r in results if r["scale"] == scale and answered(r)]
        if not of_scale:
            continue
        title = f"Time of a request against SQL by hand, TPC-H at scale factor {scale:g}"
        name = f"tpch-sf{scale:g}.svg"
        pictures[name] = dots(of_scale, lambda q, way: q["ratio"][way], title)
        text += f"\n![{title}](benchmark/{name})\n"
    text += listed("These requests failed or gave another answer:", [f for r in results for f in failures(r)])
    text += "\n### Where it loses\n" + tpch_losses(results) + tpch_scans(results) + tpch_memory(results)
    largest = max(r["scale"] for r in results)
    of_scale = [r for r in results if r["scale"] == largest and answered(r)]
    if of_scale:
        title = f"Peak memory of a request against SQL by hand, TPC-H at scale factor {largest:g}"
        pictures["memory.svg"] = dots(of_scale, lambda q, way: q["mb"][way] / q["hand_mb"], title)
        text += f"\n![{title}](benchmark/memory.svg)\n"
    return text


# ---- the other parts ----


def by_query(results, cell):
    """A row for each query, a column for each DuckDB."""
    names = list(dict.fromkeys(q["name"] for r in results for q in answered(r, "queries")))
    columns = [{q["name"]: cell(q) for q in answered(r, "queries")} for r in results]
    rows = [[name, *(column.get(name, "") for column in columns)] for name in names]
    return table(["", *(f"DuckDB {r['duckdb']}" for r in results)], rows)


def scan(results, _):
    rows = " and ".join(sorted({f"{r['rows']:,}" for r in results}))
    return (
        f"\n## One table of {rows} rows\n\nRatio to the SQL by hand; in brackets the milliseconds of that, and the ratio of "
        "the same SQL run twice.\n\n"
        + by_query(results, lambda q: f"{q['semantic_ms'] / q['hand_ms']:.2f} ({q['hand_ms']:.1f}, {q['noise']:.2f})")
        + listed("These gave another answer:", [f for r in results for f in failures(r, "queries")])
    )


def overhead(results, pictures):
    title = "Fixed overhead of a request, in milliseconds"
    names = list(dict.fromkeys(q["name"] for r in results for q in r["queries"]))
    bars = [(f"DuckDB {r['duckdb']}", {q["name"]: q["semantic_ms"] - q["hand_ms"] for q in r["queries"]}) for r in results]
    pictures["overhead.svg"] = plot.bars(title, names, bars)
    return (
        "\n## Fixed overhead\n\nWhat a request over tables of two rows takes longer than its SQL: finding the view, reading it, "
        "planning and writing the SQL, and DuckDB's work for the macro. A query that takes no longer than this loses "
        "by it. In milliseconds; in brackets the SQL by hand.\n\n"
        + by_query(results, lambda q: f"{q['semantic_ms'] - q['hand_ms']:.3f} ({q['hand_ms']:.3f})")
        + f"\n![{title}](benchmark/overhead.svg)\n"
    )


def growth(results, pictures):
    rows = [
        (r["duckdb"], f"{s['members']:,}", f"{s['definition_ms']:.1f}", f"{s['definition_ms'] / s['members'] * 1e3:.0f}",
         f"{s['first_ms']:.2f}", f"{s['later_ms']:.3f}")
        for r in results
        for s in r["sizes"]
    ]
    title = "Milliseconds by members of the view"
    panels = [("definition", "definition_ms"), ("first expansion", "first_ms"), ("later expansions", "later_ms")]
    pictures["growth.svg"] = plot.lines(
        title,
        [(name, {f"DuckDB {r['duckdb']}": [(s["members"], s[key]) for s in r["sizes"]] for r in results})
         for name, key in panels],
    )
    header = ["DuckDB", "members", "definition, ms", "a member, us", "first expansion, ms", "later ones, ms"]
    return (
        "\n## Growth with the members of a view\n\nDefinition parses every expression with DuckDB; an expansion turns a request "
        f"into SQL, the first one after a definition also reads it.\n\n{table(header, rows)}"
        f"\n![{title}](benchmark/growth.svg)\n"
    )


def main():
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    parts = read(results)
    pictures = {}
    text = HEAD + (f"\n{machines(parts)}" if parts else EMPTY)
    for name, write in (("tpch", tpch), ("scan", scan), ("overhead", overhead), ("growth", growth)):
        if name in parts:
            text += write(parts[name], pictures)
    text += REPEAT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmark").mkdir(exist_ok=True)
    for old in (folder / "benchmark").glob("*.svg"):
        old.unlink()
    for name, picture in pictures.items():
        (folder / "benchmark" / name).write_text(picture, encoding="utf-8")
    (folder / "benchmark.md").write_text(text, encoding="utf-8")
    print(f"-- written: {folder / 'benchmark.md'}")


if __name__ == "__main__":
    main()
