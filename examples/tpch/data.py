"""TPC-H at scale factor 0.01: 60,175 order lines.  The generator is the one of bench/."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "build/examples/tpch"
TABLES = ("lineitem", "orders", "customer", "part", "supplier", "partsupp", "nation", "region")


def create(con):
    if not all((DATA / f"{table}.parquet").exists() for table in TABLES):
        subprocess.run([ROOT / "scripts/venv.sh", "bench-data"], check=True)
        generator = ROOT / "build/venv-bench-data/bin/tpchgen-cli"
        command = [generator, "parquet", "--scale-factor", "0.01", "--output-dir", DATA]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for table in TABLES:
        con.execute(f"CREATE TABLE {table} AS FROM '{DATA / table}.parquet'")
