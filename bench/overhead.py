"""What a semantic query costs on top of the SQL that it runs, on tables of a few rows."""

import json

from side_by_side import connect, define, medians, save, table, title

VIEW = {
    "base_table": "orders",
    "dimensions": [{"name": "region", "expr": "customers.region"}, {"name": "status", "expr": "orders.status"}],
    "metrics": [{"name": "revenue", "expr": "sum(orders.amount)"}],
    "joins": [{"table": "customers", "on": "orders.customer_id = customers.id"}],
}
RUNS = 1000
QUERIES = [
    ("one table", "FROM semantic_view('sales', dimensions := ['status'], metrics := ['revenue'])",
     "SELECT status, sum(amount) AS revenue FROM orders GROUP BY status"),
    ("a join", "FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue'])",
     "SELECT c.region, sum(o.amount) AS revenue FROM orders o LEFT JOIN customers c ON o.customer_id = c.id GROUP BY 1"),
    ("semantic_view_sql alone", "SELECT semantic_view_sql('sales', ['region'], ['revenue'])", "SELECT 'text'"),
]

con = connect()
con.execute("""
    CREATE TABLE customers AS FROM (VALUES (1, 'EMEA'), (2, 'APAC')) t(id, region);
    CREATE TABLE orders AS FROM (VALUES (1, 100, 'paid'), (2, 50, 'open')) t(customer_id, amount, status)
""")
define(con, "sales", json.dumps(VIEW))

rows, queries = [], []
for name, semantic, by_hand in QUERIES:
    hand, ours = medians(con, [by_hand, semantic], RUNS)
    rows.append((name, f"{hand * 1e3:.3f}", f"{ours * 1e3:.3f}", f"{(ours - hand) * 1e3:.3f}"))
    queries.append({"name": name, "hand_ms": hand * 1e3, "semantic_ms": ours * 1e3})

title("Fixed overhead of a tiny query (target: under 1 ms)")
table(["query", "by hand, ms", "semantic, ms", "overhead, ms"], rows)
save("overhead", runs=RUNS, queries=queries)
