"""Gives the SQL that fuzz_request wrote (one JSON string a line) to DuckDB: parse_sql.py FILE

Each text must parse as one SELECT (json_serialize_sql) and bind: its tables s0 to s4 are there, with every column that
the fuzz target names.
"""

import json
import sys
from pathlib import Path

import duckdb

COLUMNS = "a INTEGER, b INTEGER, id INTEGER, " + ", ".join(f"f{i} INTEGER" for i in range(5))


def problem(con, sql):
    """Why DuckDB does not take it, or None."""
    tree = json.loads(con.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if tree["error"] or len(tree["statements"]) != 1:
        return tree.get("error_message", "several statements")
    try:
        con.execute(f"DESCRIBE {sql}")
    except duckdb.Error as error:
        return str(error)
    return None


def main():
    con = duckdb.connect(config={"threads": 1})
    for i in range(5):
        con.execute(f"CREATE TABLE s{i} ({COLUMNS})")
    texts = sorted({json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()}, key=len)
    assert texts, f"{sys.argv[1]} has no SQL"
    problems = [(sql, why) for sql in texts if (why := problem(con, sql))]
    for sql, why in problems[:5]:
        print(f"{why}\n{sql}\n")
    print(f"DuckDB {duckdb.__version__}: {len(texts)} texts parsed and bound, {len(problems)} refused")
    raise SystemExit(bool(problems))


main()
