"""get_ddl and read_yaml_from_semantic_view recreate every view that the tests know: DESCRIBE shows the same."""

from pathlib import Path

import pytest

import test_cases

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted((ROOT / "test/golden/good").iterdir())
WRITTEN = [
    *sorted(path for path in (ROOT / "examples").glob("*/definition.*")),
    ROOT / "bench/tpch_view.sql",
    *sorted((ROOT / "demo").glob("flights.*")),
]
CASES = {case.source: [] for case in test_cases.ALL}
for case in test_cases.ALL:
    CASES[case.source].append(case)


def is_defined(case):
    """It has a definition of its own, which must not fail."""
    return case.get("define") and (not case.failure or case.requests or case.get("sql"))


def stored(con):
    """The definition without the time of its creation."""
    (text,), = con.execute("SELECT definition FROM semantic_layer._definitions WHERE name = 'v'").fetchall()
    assert text.startswith('{"created_on":"')
    return text.partition('",')[2]


def facts_of(con):
    """Everything that is known of the view `v`."""
    return (
        con.execute("CALL semantic_ddl('DESCRIBE SEMANTIC VIEW v')").fetchall(),
        con.execute("FROM describe_semantic_view('v')").fetchall(),
        stored(con),
        con.execute("SELECT get_ddl('SEMANTIC_VIEW', 'v')").fetchall(),
        con.execute("SELECT read_yaml_from_semantic_view('v')").fetchall(),
    )


def check(con, text, is_statement=False):
    """Defines `v` from a text, again from its own DDL, and again from its own YAML."""
    if is_statement:
        con.execute("CALL semantic_ddl(?)", [text]).fetchall()
        (name,), = con.execute("SELECT name FROM list_semantic_views()").fetchall()
        con.execute("UPDATE semantic_layer._definitions SET name = 'v' WHERE name = ?", [name])
    else:
        con.execute("SELECT define_semantic_view('v', ?)", [text]).fetchall()
    before = facts_of(con)
    (ddl,), = before[3]
    (yaml,), = before[4]
    con.execute("CALL semantic_ddl(?)", [ddl]).fetchall()
    assert facts_of(con) == before, ddl
    literal = "'" + yaml.replace("'", "''") + "'"
    con.execute("CALL semantic_ddl(?)", [f"CREATE OR REPLACE SEMANTIC VIEW v FROM YAML {literal}"]).fetchall()
    assert facts_of(con) == before, yaml
    con.execute("SELECT drop_semantic_view('v')").fetchall()


@pytest.fixture(scope="module")
def empty():
    """A database without tables."""
    with test_cases.duckdb.connect(config={"allow_unsigned_extensions": "true"}) as con:
        test_cases.load(con, {})
        yield con


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_a_golden_definition(empty, path):
    check(empty, path.read_bytes().decode().partition("\n----\n")[0], is_statement=path.suffix == ".stmt")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_definition_of_an_example(empty, path):
    check(empty, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", CASES)
def test_the_views_of_a_case_file(source):
    cases = CASES[source]
    own = [case for case in cases if is_defined(case)]
    texts = [*cases[-1].views.values(), *(case.get("define") for case in own if not case.get("before"))]
    with test_cases.connect(cases[0]) as con:
        test_cases.load(con, {})
        for text in dict.fromkeys(texts):
            check(con, text)
    for case in own:
        if case.get("before"):
            with test_cases.connect(case) as con:
                test_cases.load(con, {})
                check(con, case.get("define"))
