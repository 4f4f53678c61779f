"""docs/reference.md names everything that there is, and nothing that there is not."""

import json
import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "docs/schema.json").read_text(encoding="utf-8"))


def functions(con):
    """Names of functions and macros, with where they are: a macro may stand over a function of the same name."""
    query = "SELECT function_name, function_type, database_name = 'system' FROM duckdb_functions()"
    return set(con.execute(query).fetchall())


def test_every_function_that_load_registers_is_in_the_reference(connect, extension_path):
    con = connect(load=False)
    before = functions(con)
    con.load_extension(extension_path)
    registered = {name for name, *_ in functions(con) - before}
    assert registered >= {"semantic_view", "define_semantic_view", "semantic_view_diagram"}
    assert [name for name in sorted(registered) if f"`{name}(" not in REFERENCE] == []


def test_every_function_of_the_reference_is_registered(con):
    registered = {name for name, *_ in functions(con)}
    listed = re.findall(r"^\| `(\w+)\(.*?\| (?:scalar|table)", REFERENCE, re.MULTILINE)
    assert len(listed) > 10
    assert [name for name in listed if name not in registered] == []


def test_the_reference_tells_scalar_functions_from_table_functions(con):
    kinds = {}
    for name, kind, _ in functions(con):
        kinds.setdefault(name, set()).add(kind)
    for name, kind in re.findall(r"^\| `(\w+)\(.*?\| (scalar|table macro|table)\b", REFERENCE, re.MULTILINE):
        assert {"scalar": "scalar", "table": "table", "table macro": "table_macro"}[kind] in kinds[name], name


def keywords():
    """Words that the parser of statements asks for."""
    found = set()
    for file in (ROOT / "src/ddl").glob("parser*.c"):
        text = file.read_text(encoding="utf-8")
        for call in re.findall(r"(?:accept_words?|expect_word|at_words?|at_access)\(p, ([^)]*)\)", text):
            found.update(re.findall(r'"([A-Z]+)"', call))
        found.update(re.findall(r'\{"([A-Z]+)", (?:SV_STMT_\w+, )?\w+', text))  # tables of clauses and statements
    return found


def test_every_word_of_the_grammar_is_in_the_reference():
    words = keywords()
    assert words >= {"CREATE", "ALTER", "DROP", "DESCRIBE", "SHOW", "TABLES", "FILTERS", "PER", "TERSE", "ASSUME", "ASC"}
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", REFERENCE)] == []


def fields(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []:
        yield from fields(inner)


def test_every_field_of_a_document_is_in_the_reference():
    names = set(fields(SCHEMA))
    assert names >= {"tables", "expr", "non_additive_by", "base_table", "order"}
    documents = REFERENCE[REFERENCE.index("## 3. Documents") : REFERENCE.index("## 4. Requests")]
    assert [name for name in sorted(names) if not re.search(rf'[`"]{name}[`"]', documents)] == []


@pytest.mark.parametrize("statement", re.findall(r"^(SHOW [^\n]*|DESC[^\n]*)$", REFERENCE, re.MULTILINE))
def test_a_statement_without_its_options_runs(con, statement):
    """SHOW [TERSE] SEMANTIC VIEWS [LIKE 'pattern'] ...: what is left without the brackets."""
    con.execute("CREATE TABLE t AS SELECT 1 AS x")
    con.execute("SELECT define_semantic_view('view_name', 'TABLES (t) METRICS (t.metric_name AS sum(x))')").fetchall()
    plain = re.sub(r"\[[^\[\]]*\]", "", statement).replace("{ DIMENSIONS | METRICS | FACTS }", "METRICS")
    con.execute("FROM semantic_ddl(?)", [plain]).fetchall()
