"""Python: sales.py EXTENSION SALES FOLDER.  A file that another version left in FOLDER is asked, too."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checks import connect, equal, fails, read  # noqa: E402

extension, sales, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


ASK = "FROM semantic_view('sales', dimensions := ?, metrics := ['revenue'], where_clause := ?) ORDER BY ALL"
PAID_BY_MONTH = [
    ("AMER", date(2026, 2, 1), Decimal("70.00")),
    ("EMEA", date(2026, 1, 1), Decimal("100.50")),
    ("EMEA", date(2026, 2, 1), Decimal("20.00")),
    (None, date(2026, 2, 1), Decimal("5.25")),
]


def ask(con):
    equal(con.execute(ASK, [["region", "month"], "status = 'paid'"]).fetchall(), PAID_BY_MONTH)
    equal(
        con.execute("FROM query(semantic_view_sql(?, ?, ?)) ORDER BY ALL", ["sales", ["city"], ["orders"]]).fetchall(),
        [("Montréal", 1), ("Zürich", 2), ("Łódź", 1), (None, 1)],
    )


for file in sorted(folder.glob("*.duckdb")):
    with connect(extension, file, read_only=True) as con:
        ask(con)

file = folder / f"{duckdb.__version__}.duckdb"
with connect(extension, file) as con:
    con.execute(read(sales / "tables.sql"))
    con.execute("SELECT define_semantic_view('sales', ?)", [read(sales / "definition.txt")]).fetchall()
    answer = con.sql(
        "FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean']) "
        "ORDER BY region"
    )
    equal(answer.columns, ["region", "revenue", "items", "orders", "mean"])
    equal(
        answer.fetchall(),
        [
            ("AMER", Decimal("70.00"), 4, 1, 70.0),
            ("EMEA", Decimal("170.75"), 6, 3, 56.9167),
            (None, Decimal("5.25"), 1, 1, 5.25),
        ],
    )
    ask(con)
    named = "FROM semantic_view($view, dimensions := $by, metrics := $metrics, where_clause := 'region = ''EMEA''')"
    equal(
        con.execute(named, {"view": "sales", "by": "status", "metrics": ["items"]}).fetchall(), [("paid", 5), ("open", 1)]
    )
    fails(con, read(sales / "fan_out.txt"), "FROM semantic_view('sales', dimensions := ['status'], metrics := ['customers'])")
    bad = read(sales / "definition.txt").replace("sum(items)", "sum(itmes)")
    fails(con, read(sales / "unknown_column.txt"), "SELECT define_semantic_view('bad', ?)", [bad])

with connect(extension, file) as con:
    ask(con)
with connect(extension, file, read_only=True) as con:
    ask(con)
print(f"DuckDB {duckdb.__version__}")
