"""How definition and expansion grow with the members of a view: 10, 100, 1,000 and 4,000."""

import json
import statistics
import time

from side_by_side import connect, define, save, table, title

SIZES = (10, 100, 1000, 4000)
COLUMNS = 20
RUNS = 300


def view(members):
    """Half dimensions, half metrics; each reads two columns."""
    half = members // 2
    return json.dumps(
        {
            "base_table": "t",
            "dimensions": [{"name": f"d{i}", "expr": f"c{i % COLUMNS} + {i}"} for i in range(half)],
            "metrics": [
                {"name": f"m{i}", "expr": f"sum(c{i % COLUMNS} * c{(i + 7) % COLUMNS} + {i})"} for i in range(half)
            ],
        }
    )


def seconds(action, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


con = connect()
con.execute(f"CREATE TABLE t AS SELECT {', '.join(f'1 AS c{i}' for i in range(COLUMNS))}")

rows, sizes, smallest = [], [], None
for members in SIZES:
    text, last = view(members), members // 2 - 1

    drop = "SELECT drop_semantic_view('v')"
    call = f"SELECT semantic_view_sql('v', ['d{last}'], ['m{last}'])"
    defining = []
    for _ in range(5):
        start = time.perf_counter()
        define(con, "v", text)
        defining.append(time.perf_counter() - start)
        con.execute(drop).fetchall()
    define(con, "v", text)

    start = time.perf_counter()
    con.execute(call).fetchall()
    first = time.perf_counter() - start

    one = seconds(lambda: con.execute(call).fetchall(), RUNS)
    smallest = smallest or one
    rows.append(
        (
            f"{members:,}",
            f"{statistics.median(defining) * 1e3:.1f}",
            f"{statistics.median(defining) / members * 1e6:.1f}",
            f"{first * 1e3:.2f}",
            f"{one * 1e3:.3f}",
            f"{(one - smallest) * 1e6:.0f}",
        )
    )
    sizes.append(
        {
            "members": members,
            "definition_ms": statistics.median(defining) * 1e3,
            "first_ms": first * 1e3,
            "later_ms": one * 1e3,
        }
    )
    con.execute(drop).fetchall()

title("Growth with the members of a view")
table(
    [
        "members",
        "definition, ms",
        "per member, us",
        "first expansion, ms",
        "later ones, ms",
        f"more than with {SIZES[0]}, us",
    ],
    rows,
)
save("growth", runs=RUNS, sizes=sizes)
