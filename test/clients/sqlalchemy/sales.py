"""SQLAlchemy with duckdb-engine: sales.py EXTENSION SALES FOLDER"""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checks import equal, read  # noqa: E402

extension, sales, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
ASK = text(
    "FROM semantic_view('sales', dimensions := :by, metrics := ['revenue'], where_clause := :condition) ORDER BY ALL"
)


def engine_of(read_only=False):
    engine = create_engine(
        f"duckdb:///{folder / 'sqlalchemy.duckdb'}",
        connect_args={"read_only": read_only, "config": {"allow_unsigned_extensions": "true"}},
    )

    @event.listens_for(engine, "connect")
    def load(connection, _):
        connection.cursor().execute(f"LOAD '{extension}'")

    return engine


def rows(connection, *statement):
    return [tuple(row) for row in connection.execute(*statement)]


def fails(engine, expected, *statement):
    with engine.connect() as connection:
        try:
            connection.execute(*statement).fetchall()
        except DBAPIError as error:
            assert expected in str(error), str(error)
        else:
            raise AssertionError(f"no error from {statement}")


def ask(connection):
    equal(
        rows(connection, ASK, {"by": ["region", "month"], "condition": "status = 'paid'"}),
        [
            ("AMER", date(2026, 2, 1), Decimal("70.00")),
            ("EMEA", date(2026, 1, 1), Decimal("100.50")),
            ("EMEA", date(2026, 2, 1), Decimal("20.00")),
            (None, date(2026, 2, 1), Decimal("5.25")),
        ],
    )
    equal(
        rows(connection, text("FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL")),
        [("Montréal", 1), ("Zürich", 2), ("Łódź", 1), (None, 1)],
    )


engine = engine_of()
with engine.begin() as connection:
    connection.exec_driver_sql(read(sales / "tables.sql"))
    connection.execute(text("SELECT define_semantic_view('sales', :definition)"), {"definition": read(sales / "definition.txt")})
with engine.connect() as connection:
    result = connection.execute(
        text(
            "FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean']) "
            "ORDER BY region"
        )
    )
    equal(list(result.keys()), ["region", "revenue", "items", "orders", "mean"])
    equal(
        [tuple(row) for row in result],
        [
            ("AMER", Decimal("70.00"), 4, 1, 70.0),
            ("EMEA", Decimal("170.75"), 6, 3, 56.9167),
            (None, Decimal("5.25"), 1, 1, 5.25),
        ],
    )
    ask(connection)

    # As a part of a query that SQLAlchemy builds.
    answer = (
        text("SELECT * FROM semantic_view('sales', dimensions := 'city', metrics := 'revenue')")
        .columns(Column("city", String), Column("revenue"))
        .subquery("answer")
    )
    query = select(func.upper(answer.c.city), answer.c.revenue).where(answer.c.revenue > bindparam("least"))
    query = query.order_by("revenue")
    equal(rows(connection, query, {"least": 50}), [("MONTRÉAL", Decimal("70.00")), ("ZÜRICH", Decimal("150.75"))])
    # A view over it is a table to SQLAlchemy.  (Reflection fails for every table: duckdb-engine has no pg_collation.)
    connection.exec_driver_sql(
        "CREATE VIEW cities AS FROM semantic_view('sales', dimensions := 'city', metrics := 'orders')"
    )
    connection.commit()
    cities = Table("cities", MetaData(), Column("city", String), Column("orders", Integer))
    equal(rows(connection, select(cities).where(cities.c.city == "Łódź")), [("Łódź", 1)])

fan_out = text("FROM semantic_view('sales', dimensions := :by, metrics := 'customers')")
fails(engine, read(sales / "fan_out.txt"), fan_out, {"by": ["status"]})
bad = read(sales / "definition.txt").replace("sum(items)", "sum(itmes)")
fails(engine, read(sales / "unknown_column.txt"), text("SELECT define_semantic_view('bad', :definition)"), {"definition": bad})
engine.dispose()

for read_only in (False, True):
    engine = engine_of(read_only)
    with engine.connect() as connection:
        ask(connection)
    engine.dispose()
print(f"DuckDB {duckdb.__version__}")
