#!/usr/bin/env python3
"""Records the syntax trees that tests of src/expr read: test/unit/trees/VERSION.jsonl.

    build/venv-1.4.4/bin/python scripts/record_trees.py build/dev/test/test_resolve build/dev/test/test_reject

asks the tests for their statements (--statements) and writes DuckDB's own
json_serialize_sql() of each, for the version that this Python has.  Trees that no
test asks for any more are dropped.
"""

import json
import pathlib
import subprocess
import sys

import duckdb

TREES = pathlib.Path(__file__).resolve().parent.parent / "test" / "unit" / "trees"


def statements(tests):
    for test in tests:
        out = subprocess.run([test, "--statements"], check=True, capture_output=True, text=True).stdout
        yield from (json.loads(line) for line in out.splitlines())


def main():
    connection = duckdb.connect()
    lines = []
    for statement in sorted(set(statements(sys.argv[1:]))):
        (tree,) = connection.execute("SELECT json_serialize_sql($1)", [statement]).fetchone()
        lines.append(f'{{"statement":{json.dumps(statement, ensure_ascii=False)},"tree":{tree}}}\n')
    path = TREES / f"{duckdb.__version__}.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    print(f"{path}: {len(lines)} trees")


if __name__ == "__main__":
    main()
