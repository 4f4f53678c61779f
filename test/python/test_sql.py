"""Every statement and function, its columns, rows and errors: test/sql/*.test, see sqllogic.py.

After a change that was meant, SQL_UPDATE=1 writes what was found into the files; then read the difference.
"""

import os
from pathlib import Path

import pytest

import sqllogic

FILES = sorted((Path(__file__).parent.parent / "sql").glob("*.test"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sql(path, connect, tmp_path):
    runner = sqllogic.Runner(path, connect, tmp_path, update="SQL_UPDATE" in os.environ)
    problem = None
    try:
        runner.run()
    except sqllogic.Mismatch as mismatch:
        problem = str(mismatch)
    if problem:
        pytest.fail(problem, pytrace=False)
