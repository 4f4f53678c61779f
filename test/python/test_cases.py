"""Runs the hand-written cases of test/cases/*.case.

A case puts a request to a semantic view and, beside it, the SQL that an expert
would write by hand over the base tables. Both are run; column names in order,
column types and rows (as a multiset, floats within 1e-9) must be the same. An
`error:` case must fail, with a message that holds every fragment.

    pytest test/python/test_cases.py                 everything
    pytest test/python/test_cases.py -k hand_sql     the hand SQL alone, without the extension
    pytest test/python/test_cases.py -k semi_additive

The extension is SEMANTIC_VIEWS_EXTENSION, else build/release/semantic_views.duckdb_extension.

The format
----------
A key starts a line, its value follows on the line or indented below. `#` at the
start of a line is a comment.

    setup:          SQL that makes the data of the file
    view NAME:      a definition (clause text, JSON or YAML); cases below it ask this view

    case:           a sentence that names the behaviour; the keys below belong to it
    before:         SQL of this case alone, run before anything is defined
    define:         a definition of this case alone, under the name `own`
    after:          SQL of this case alone, run when everything is defined
    dimensions: metrics: facts:     names, separated by commas
    where:          the where_clause
    sql:            a complete statement, instead of a request
    by hand:        the SQL by hand
    rows:           what the SQL by hand gives: a line a row, cells as text, separated by `|`;
                    `(none)` for no rows
    types:          the column types, separated by `|`
    ordered: yes    rows are compared in order
    error:          fragments of the message, one a line. With `define:` and without a
                    request or statement, the definition itself must fail.
    duckdb error:   the same for a message that is DuckDB's own
"""

import math
import os
import re
import textwrap
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "test" / "cases"
EXTENSION = Path(
    os.environ.get("SEMANTIC_VIEWS_EXTENSION")
    or ROOT / "build" / "release" / "semantic_views.duckdb_extension"
)

FILE_KEYS = ("setup", "view")
REQUEST_KEYS = ("dimensions", "metrics", "facts", "where")
CASE_KEYS = REQUEST_KEYS + (
    "before", "define", "after", "sql", "by hand", "rows", "types", "ordered", "error", "duckdb error",
)
KEY = re.compile(r"(setup|view \w+|case|%s):(?: (.*))?$" % "|".join(CASE_KEYS))


class Case:
    """One case, with the setup of its file and the views defined above it."""

    def __init__(self, source, line, title, setup, views):
        self.source, self.line, self.title = source, line, title
        self.setup, self.views = setup, views
        self.keys = {}

    def get(self, key):
        return self.keys.get(key)

    @property
    def requests(self):
        return any(key in self.keys for key in REQUEST_KEYS)

    @property
    def failure(self):
        return self.get("error") or self.get("duckdb error")

    def statement(self):
        if "sql" in self.keys:
            return self.get("sql")
        view = "own" if "define" in self.keys else list(self.views)[-1]
        arguments = [quoted(view)]
        for key in ("dimensions", "metrics", "facts"):
            if key in self.keys:
                names = ", ".join(quoted(name) for name in split_names(self.get(key)))
                arguments.append(f"{key} := [{names}]")
        if "where" in self.keys:
            arguments.append("where_clause := " + quoted(self.get("where")))
        return f"FROM semantic_view({', '.join(arguments)})"

    def __str__(self):
        return f"{self.source}: {self.title}"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def split_names(text):
    """Splits at commas that are not inside double quotes."""
    names = re.findall(r'(?:"[^"]*"|[^,"])+', text)
    return [name.strip() for name in names if name.strip()]


def read_blocks(path):
    """Yields (line number, key, value) of a case file."""
    number, key, lines = 0, None, []
    for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        if line and not line[0].isspace():
            if key:
                yield number, key, block_text(lines)
            match = KEY.match(line)
            if not match:
                raise ValueError(f"{path.name}:{i}: not a key: {line}")
            number, key, lines = i, match[1], [match[2] or ""]
        else:
            lines.append(line)
    if key:
        yield number, key, block_text(lines)


def block_text(lines):
    head, rest = lines[0].strip(), textwrap.dedent("\n".join(lines[1:])).strip("\n")
    return f"{head}\n{rest}".strip("\n") if head else rest


def read_cases(path):
    cases, setup, views, titles = [], "", {}, set()
    for number, key, value in read_blocks(path):
        if key == "setup":
            setup += value + "\n"
        elif key.startswith("view "):
            views = {**views, key[5:]: value}
        elif key == "case":
            if value in titles:
                raise ValueError(f"{path.name}:{number}: this title exists: {value}")
            titles.add(value)
            cases.append(Case(path.stem, number, value, setup, views))
        elif not cases:
            raise ValueError(f"{path.name}:{number}: '{key}' stands before the first case")
        elif key in cases[-1].keys:
            raise ValueError(f"{path.name}:{number}: '{key}' is given twice")
        else:
            cases[-1].keys[key] = value
    return cases


ALL = [case for path in sorted(CASES.glob("*.case")) for case in read_cases(path)]
WITH_HAND_SQL = [case for case in ALL if case.get("by hand")]
WITH_ERROR = [case for case in ALL if case.failure]
# All views of a file; a case asks the last one above it.
VIEWS = {case.source: case.views for case in ALL}


def connect(case):
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(case.setup)
    if case.get("before"):
        connection.execute(case.get("before"))
    return connection


def load(connection, views):
    if not EXTENSION.exists():
        pytest.fail(f"no extension at {EXTENSION}: build it, or set SEMANTIC_VIEWS_EXTENSION")
    connection.execute(f"LOAD {quoted(str(EXTENSION))}")
    for name, definition in views.items():
        define(connection, name, definition)


@pytest.fixture(scope="module")
def shared():
    """shared(case, extension): a connection with the data and the views of the case's file.

    It is kept for the cases that change no data; the others get one of their own.
    """
    kept = {}

    def give(case, extension):
        key = (case.source, extension)
        if case.get("before") or case.get("after") or key not in kept:
            connection = connect(case)
            if extension:
                # A definition of the case alone meets its data alone.
                load(connection, {} if case.get("before") and case.get("define") else VIEWS[case.source])
            if case.get("before") or case.get("after"):
                return connection
            kept[key] = connection
        return kept[key]

    yield give
    for connection in kept.values():
        connection.close()


@pytest.fixture
def prepared(shared):
    """prepared(case): the same with what the case defines, which is dropped again."""
    dropped = []

    def give(case):
        connection = shared(case, extension=True)
        if case.get("define"):
            define(connection, "own", case.get("define"))
            dropped.append(connection)
        if case.get("after"):
            connection.execute(case.get("after"))
        return connection

    yield give
    for connection in dropped:
        connection.execute("SELECT drop_semantic_view('own')").fetchall()


def define(connection, name, definition):
    connection.execute("SELECT define_semantic_view(?, ?)", [name, definition]).fetchall()


def run(connection, statement):
    """The columns, as (name, type), and the rows of a statement."""
    columns = [row[:2] for row in connection.execute("DESCRIBE " + statement).fetchall()]
    return columns, connection.execute(statement).fetchall()


def sort_key(value):
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return "(" + ",".join(sort_key(v) for v in value) + ")"
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{sort_key(v)}" for k, v in value.items()) + "}"
    return repr(value)


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return type(left) is type(right) and left == right


def same_rows(left, right, ordered):
    if not ordered:
        left, right = sorted(left, key=sort_key), sorted(right, key=sort_key)
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right))


def show(columns, rows):
    lines = [" | ".join(f"{name} {type_}" for name, type_ in columns)]
    return "\n".join(lines + [" | ".join(repr(v) for v in row) for row in sorted(rows, key=sort_key)])


@pytest.mark.parametrize("case", WITH_HAND_SQL, ids=str)
def test_hand_sql_runs(case, shared):
    """The SQL by hand, without the extension: it runs and gives the literal rows."""
    connection = shared(case, extension=False)
    columns, rows = run(connection, case.get("by hand"))
    if case.get("types"):
        assert [t for _, t in columns] == [t.strip() for t in case.get("types").split("|")]
    if case.get("rows") is not None:
        lines = [line for line in case.get("rows").splitlines() if line.strip()]
        assert lines, "rows: say (none) where there are none"
        expected = [] if lines == ["(none)"] else [
            tuple(cell.strip() for cell in line.split("|")) for line in lines
        ]
        text = connection.execute(
            f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({case.get('by hand')}\n)"
        ).fetchall()
        found = [tuple("NULL" if cell is None else cell for cell in row) for row in text]
        if not case.get("ordered"):
            found, expected = sorted(found), sorted(expected)
        assert found == expected


@pytest.mark.parametrize("case", WITH_HAND_SQL, ids=str)
def test_case(case, prepared):
    """The request gives what the SQL by hand gives."""
    connection = prepared(case)
    expected_columns, expected_rows = run(connection, case.get("by hand"))
    columns, rows = run(connection, case.statement())
    assert [name for name, _ in columns] == [name for name, _ in expected_columns]
    assert columns == expected_columns
    assert same_rows(rows, expected_rows, case.get("ordered")), (
        f"\n{case.source}.case:{case.line}\n-- asked\n{show(columns, rows)}"
        f"\n-- by hand\n{show(expected_columns, expected_rows)}"
    )


@pytest.mark.parametrize("case", WITH_ERROR, ids=str)
def test_error(case, shared, prepared):
    """The request, the statement or the definition fails and says why."""
    if case.requests or case.get("sql"):
        connection = prepared(case)
        with pytest.raises(duckdb.Error) as caught:
            connection.execute(case.statement()).fetchall()
    else:
        connection = shared(case, extension=True)
        with pytest.raises(duckdb.Error) as caught:
            define(connection, "own", case.get("define"))
        names = connection.execute("SELECT name FROM list_semantic_views()").fetchall()
        assert ("own",) not in names
    message = str(caught.value)
    assert "semantic view" in message or case.get("duckdb error")
    for fragment in case.failure.splitlines():
        assert fragment.strip() in message


def test_every_case_is_complete():
    for case in ALL:
        at = f"{case.source}.case:{case.line}"
        assert bool(case.get("by hand")) != bool(case.failure), f"{at}: 'by hand' or 'error'"
        assert not (case.requests and case.get("sql")), f"{at}: a request or a statement"
        if case.get("by hand"):
            assert case.requests or case.get("sql"), f"{at}: nothing is asked"
        else:
            assert case.requests or case.get("sql") or case.get("define"), f"{at}: nothing is asked"
        assert case.get("define") or case.views, f"{at}: no view"
    assert len(ALL) >= 150
