"""Requests and exactly the SQL (or the error) that they become: test/golden/sql/*.golden.

A file has one setup, one view and many requests:

    == setup
    CREATE TABLE ...;
    == view
    TABLES (...)
    == request: revenue by region
    dimensions: region
    metrics: revenue
    --
    SELECT ...

The text below `--` is the SQL, or the message of the error.  To write the files
anew after a change that was meant, and then to read every line of the difference:

    GOLDEN_UPDATE=1 pytest test/python/test_golden_sql.py
"""

import os
import pathlib
import re

import duckdb
import pytest

FOLDER = pathlib.Path(__file__).parent.parent / "golden" / "sql"
FIELDS = ("dimensions", "metrics", "facts", "where")


class Golden:
    def __init__(self, path):
        self.path = path
        self.blocks = []  # (heading, text)
        for block in re.split(r"^== ", path.read_text(), flags=re.M)[1:]:
            heading, _, text = block.partition("\n")
            self.blocks.append((heading.strip(), text))

    def text(self, heading):
        return next(text for name, text in self.blocks if name == heading)

    def requests(self):
        for number, (heading, text) in enumerate(self.blocks):
            if heading.startswith("request: "):
                yield number, heading[len("request: "):], *text.split("\n--\n", 1)


def files():
    return sorted(FOLDER.glob("*.golden"))


def read_request(text):
    request = dict.fromkeys(FIELDS)
    for line in text.strip().splitlines():
        field, _, value = line.partition(":")
        assert field in FIELDS, line
        value = value.strip()
        request[field] = value if field == "where" else [v.strip() for v in value.split(" | ")]
    return request


def answer(con, request):
    try:
        return con.execute(
            "SELECT semantic_view_sql('v', $dimensions, $metrics, $facts, $where)", request
        ).fetchone()[0]
    except duckdb.Error as error:
        return "ERROR: " + str(error)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_golden_sql(connect, path):
    golden = Golden(path)
    con = connect()
    con.execute(golden.text("setup"))
    con.execute("SELECT define_semantic_view('v', $1)", [golden.text("view")])
    wrong = []
    for number, title, request, expected in golden.requests():
        fields = read_request(request)
        got = answer(con, fields)
        if not got.startswith("ERROR: "):
            con.execute(f"EXPLAIN {got}")
        if os.environ.get("GOLDEN_UPDATE"):
            golden.blocks[number] = (golden.blocks[number][0], f"{request}\n--\n{got}\n\n")
        elif got.strip() != expected.strip():
            wrong.append(f"== {title}\n-- expected\n{expected.strip()}\n-- got\n{got}")
    if os.environ.get("GOLDEN_UPDATE"):
        path.write_text("".join(f"== {heading}\n{text}" for heading, text in golden.blocks))
    assert not wrong, "\n\n".join(wrong)


def test_there_are_enough_requests():
    assert sum(len(list(Golden(path).requests())) for path in files()) >= 80
