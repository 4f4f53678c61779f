"""One table of 10 million generated rows (ROWS=): a semantic query against the same SQL by hand."""

import json
import os

from side_by_side import RUNS, connect, define, difference, medians, save, table, title

ROWS = int(os.environ.get("ROWS") or 10_000_000)
VIEW = {
    "base_table": "sales",
    "dimensions": [
        {"name": "region", "expr": "region"},
        {"name": "day", "expr": "day"},
        {"name": "month", "expr": "date_trunc('month', day)"},
        {"name": "customer", "expr": "customer"},
    ],
    "metrics": [
        {"name": "row_count", "expr": "count(*)"},
        {"name": "revenue", "expr": "sum(amount * price)"},
        {"name": "mean_price", "expr": "avg(price)"},
        {"name": "customers", "expr": "count(DISTINCT customer)"},
        {"name": "big", "expr": "count(*) FILTER (amount > 90)"},
    ],
}

# name, arguments of semantic_view after the name, what follows, the same by hand
QUERIES = [
    ("total", "metrics := ['row_count', 'revenue', 'mean_price']", "",
     "SELECT count(*), sum(amount * price), avg(price) FROM sales"),
    ("5 groups", "dimensions := ['region'], metrics := ['revenue', 'mean_price', 'big']", "",
     "SELECT region, sum(amount * price), avg(price), count(*) FILTER (amount > 90) FROM sales GROUP BY region"),
    ("a computed dimension", "dimensions := ['month'], metrics := ['revenue']", "",
     "SELECT date_trunc('month', day), sum(amount * price) FROM sales GROUP BY 1"),
    ("where_clause", "dimensions := ['region'], metrics := ['revenue'], where_clause := 'day >= DATE ''2024-06-01'''", "",
     "SELECT region, sum(amount * price) FROM sales WHERE day >= DATE '2024-06-01' GROUP BY region"),
    ("outer WHERE", "dimensions := ['region', 'day'], metrics := ['revenue']", "WHERE region = 'north'",
     "SELECT region, day, sum(amount * price) FROM sales WHERE region = 'north' GROUP BY region, day"),
    ("distinct count", "dimensions := ['region'], metrics := ['customers']", "",
     "SELECT region, count(DISTINCT customer) FROM sales GROUP BY region"),
    ("100,000 groups", "dimensions := ['customer'], metrics := ['revenue']", "",
     "SELECT customer, sum(amount * price) FROM sales GROUP BY customer"),
    ("distinct values", "dimensions := ['region', 'month']", "",
     "SELECT DISTINCT region, date_trunc('month', day) FROM sales"),
]

con = connect()
con.execute(f"""
    CREATE TABLE sales AS
    SELECT ['north', 'south', 'east', 'west', NULL][1 + (hash(i) % 5)::INTEGER] AS region,
           DATE '2024-01-01' + (hash(i + 1) % 366)::INTEGER AS day,
           (hash(i + 2) % 100000)::INTEGER AS customer,
           (hash(i + 3) % 100)::INTEGER AS amount,
           ((hash(i + 4) % 10000) / 100)::DECIMAL(9, 2) AS price
    FROM range({ROWS}) t(i)
""")
define(con, "sales", json.dumps(VIEW))

rows, queries = [], []
for name, arguments, after, by_hand in QUERIES:
    semantic = f"FROM semantic_view('sales', {arguments}) {after}"
    wrong = difference(con, semantic, by_hand)
    if wrong:
        rows.append((name, "", "", "", f"DIFFERS: {wrong}"))
        queries.append({"name": name, "failed": f"the answers differ: {wrong}"})
        continue
    # The same text twice tells how far two equal queries lie apart here and now.
    hand, ours, again = medians(con, [by_hand, semantic, by_hand])
    rows.append((name, f"{hand * 1e3:.1f}", f"{ours * 1e3:.1f}", f"{again / hand:.2f}", f"{ours / hand:.2f}"))
    queries.append({"name": name, "hand_ms": hand * 1e3, "semantic_ms": ours * 1e3, "noise": again / hand})

title(f"One table of {ROWS:,} rows")
table(["query", "by hand, ms", "semantic, ms", "noise", "ratio"], rows)
save("scan", runs=RUNS, rows=ROWS, queries=queries)
