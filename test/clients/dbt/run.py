"""dbt with dbt-duckdb: run.py EXTENSION SALES FOLDER"""

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checks import equal, read  # noqa: E402

extension, sales, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
project = Path(__file__).resolve().parent
file = folder / "dbt.duckdb"
environment = {
    **os.environ,
    "SALES_FILE": str(file),
    "SEMANTIC_VIEWS_EXTENSION": extension,
    "PYTHONPATH": str(project),
    "PYTHONDONTWRITEBYTECODE": "1",
    "DBT_TARGET_PATH": str(folder / "target"),
    "DBT_LOG_PATH": str(folder / "logs"),
}


def dbt(*arguments, status=0):
    command = [Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments]
    places = ["--project-dir", project, "--profiles-dir", project]
    done = subprocess.run([*command, *places], env=environment, capture_output=True, text=True, cwd=folder)
    assert done.returncode == status, f"dbt {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def answers(paid_by_month):
    with duckdb.connect(str(file), read_only=True, config={"allow_unsigned_extensions": "true"}) as con:
        con.load_extension(extension)
        equal(
            con.execute("FROM by_region ORDER BY region").fetchall(),
            [
                ("AMER", Decimal("70.00"), 4, 1, 70.0),
                ("EMEA", Decimal("170.75"), 6, 3, 56.9167),
                (None, Decimal("5.25"), 1, 1, 5.25),
            ],
        )
        equal(con.execute("FROM paid_by_month ORDER BY ALL").fetchall(), paid_by_month)
        equal(
            con.execute("FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL").fetchall(),
            [("Montréal", 1), ("Zürich", 2), ("Łódź", 1), (None, 1)],
        )


PAID = [
    ("AMER", date(2026, 2, 1), Decimal("70.00")),
    ("EMEA", date(2026, 1, 1), Decimal("100.50")),
    ("EMEA", date(2026, 2, 1), Decimal("20.00")),
    (None, date(2026, 2, 1), Decimal("5.25")),
]
OPEN = [("EMEA", date(2026, 1, 1), Decimal("50.25"))]

dbt("seed")
dbt("run")
dbt("test")
answers(PAID)
# Again over what is there, loaded in the other ways, with another filter.
for target in ("hook", "plugin"):
    dbt("build", "--target", target, "--vars", "{status: open}")
    answers(OPEN)
    dbt("build", "--target", target)
    answers(PAID)

printed = dbt("run", "--vars", "{broken: true}", "--select", "broken", status=1)
expected = read(sales / "fan_out.txt")
assert expected in printed, printed
print(f"DuckDB {duckdb.__version__}")
