"""pandas, Polars and Arrow through Python, as answers and as sources: sales.py EXTENSION SALES FOLDER"""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checks import connect, equal, fails, read  # noqa: E402

extension, sales, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
ASK = "FROM semantic_view('sales', dimensions := ['region', 'month'], metrics := ['revenue', 'items']) ORDER BY ALL"
BY_REGION = "FROM semantic_view(?, dimensions := ['region'], metrics := ['revenue']) ORDER BY ALL"


def answers(con):
    """The answer as each kind of frame, with its types."""
    df = con.sql(ASK).df()
    equal(list(df.columns), ["region", "month", "revenue", "items"])
    equal(df["region"].fillna("none").tolist(), ["AMER", "EMEA", "EMEA", "none"])
    equal(df["month"].tolist(), [pd.Timestamp(2026, month, 1) for month in (2, 1, 2, 2)])
    equal(df["revenue"].tolist(), [70.0, 150.75, 20.0, 5.25])
    equal(df["items"].tolist(), [4, 3, 3, 1])

    rows = [
        {"region": "AMER", "month": date(2026, 2, 1), "revenue": Decimal("70.00"), "items": 4},
        {"region": "EMEA", "month": date(2026, 1, 1), "revenue": Decimal("150.75"), "items": 3},
        {"region": "EMEA", "month": date(2026, 2, 1), "revenue": Decimal("20.00"), "items": 3},
        {"region": None, "month": date(2026, 2, 1), "revenue": Decimal("5.25"), "items": 1},
    ]
    equal(con.sql(ASK).pl().to_dicts(), rows)
    equal(con.sql(ASK).pl(lazy=True).filter(pl.col("region") == "EMEA").collect().to_dicts(), rows[1:3])
    table = con.sql(ASK).to_arrow_table()
    equal(table.to_pylist(), rows)
    equal(table.schema.field("revenue").type, pa.decimal128(38, 2))
    reader = con.sql(ASK).arrow()
    equal((reader if isinstance(reader, pa.Table) else reader.read_all()).to_pylist(), rows)
    written = con.sql("FROM query(semantic_view_sql('sales', 'city', 'orders')) ORDER BY ALL").pl()
    equal(written.rows(), [("Montréal", 1), ("Zürich", 2), ("Łódź", 1), (None, 1)])
    # A relation goes on from there.
    equal(con.sql(ASK).filter("region = 'EMEA'").aggregate("sum(revenue) AS revenue").fetchall(), [(Decimal("170.75"),)])


file = folder / "frames.duckdb"
with connect(extension, file) as con:
    con.execute(read(sales / "tables.sql"))
    con.execute("SELECT define_semantic_view('sales', ?)", [read(sales / "definition.txt")]).fetchall()
    answers(con)
for read_only in (False, True):
    with connect(extension, file, read_only) as con:
        answers(con)

# Frames as sources: the view names them, they are looked up where it is asked.
VIEW = """
TABLES (o AS orders PRIMARY KEY (id), c AS customers PRIMARY KEY (id))
RELATIONSHIPS (order_customer AS o (customer_id) REFERENCES c)
DIMENSIONS (c.region AS region, o.order_id AS id)
METRICS (o.revenue AS sum(amount), c.customers AS count(*))
"""
ORDERS = {"id": [1, 2, 3, 4], "customer_id": [1, 1, 2, 9], "amount": [100, 50, 70, 5]}
CUSTOMERS = {"id": [1, 2], "region": ["EMEA", "AMER"]}
ANSWER = [("AMER", 70), ("EMEA", 150), (None, 5)]
UNKNOWN = "FROM semantic_view(?, dimensions := ['order_id'], metrics := ['customers'])"


def registered(con, make):
    """Frames that are registered under the names of the tables."""
    con.register("orders", make(ORDERS))
    con.register("customers", make(CUSTOMERS))
    con.execute("SELECT define_semantic_view('registered', ?)", [VIEW]).fetchall()
    equal(con.execute(BY_REGION, ["registered"]).fetchall(), ANSWER)
    con.register("orders", make({"id": [1], "customer_id": [2], "amount": [7]}))
    equal(con.execute(BY_REGION, ["registered"]).fetchall(), [("AMER", 7)])
    fails(con, "metric 'customers' of table 'c' cannot be grouped by dimension 'order_id'", UNKNOWN, ["registered"])
    con.unregister("orders")
    fails(con, "Table with name orders does not exist", BY_REGION, ["registered"])


def local(con, make):
    """Local variables with the names of the tables: those of the place where the view is asked."""
    con.execute("SELECT define_semantic_view('local', ?)", [VIEW]).fetchall()
    fails(con, "Table with name orders does not exist", BY_REGION, ["local"])
    orders, customers = make(ORDERS), make(CUSTOMERS)
    equal(con.execute(BY_REGION, ["local"]).fetchall(), ANSWER)
    relation = con.sql("FROM semantic_view('local', dimensions := 'region', metrics := 'revenue') ORDER BY ALL")
    equal(relation.fetchall(), ANSWER)
    equal(con.sql("FROM query(semantic_view_sql('local', 'region', 'revenue')) ORDER BY ALL").fetchall(), ANSWER)
    fails(con, "metric 'customers' of table 'c' cannot be grouped by dimension 'order_id'", UNKNOWN, ["local"])

    # A table of the database beside a variable, and before one of the same name.
    con.execute("CREATE TABLE customers AS SELECT 2 AS id, 'APAC' AS region")
    equal(con.execute(BY_REGION, ["local"]).fetchall(), [("APAC", 70), (None, 155)])
    del orders, customers


for make in (pd.DataFrame, pl.DataFrame, pa.table, lambda columns: pl.DataFrame(columns).lazy()):
    for test in (registered, local):
        with connect(extension) as con:
            test(con, make)
print(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, Polars {pl.__version__}, PyArrow {pa.__version__}")
