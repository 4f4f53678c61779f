"""Texts of a definition and of a request never become SQL, except the expressions that the author wrote."""

import json

import duckdb
import pytest

ATTACKS = {
    "quote": "x'); DROP TABLE victim; --",
    "double quote": 'x"; DROP TABLE victim; --',
    "both": "'\"'); DROP TABLE victim; SELECT ('",
    "dollar": "$$; DROP TABLE victim; $$",
    "tag": "$sql$; DROP TABLE victim; $json$",
    "comment": "x */ ; DROP TABLE victim; /* --",
    "line": "x\n; DROP TABLE victim;\n--",
    "backslash": "x\\'; DROP TABLE victim; --",
    "brackets": ")))); DROP TABLE victim; --",
    "union": "x' UNION ALL SELECT secret FROM victim --",
    "format": "%s%n {0} ${x} \\u0027; DROP TABLE victim",
    "unicode": "x\u2019; DROP TABLE victim; \u02bc--",
    "yaml": "x\n- name: y\n  expr: (SELECT secret FROM victim)",
}
BAD_EXPRESSIONS = [
    "1); DROP TABLE victim; --",
    "1; DROP TABLE victim",
    "a) FROM t; DROP TABLE victim; --",
    "a) AS d, (SELECT secret FROM victim",
    "a FROM victim",
    "a AS d, secret FROM victim --",
    "a --",
    "a /*",
    "a) UNION ALL SELECT (secret FROM victim",
    "'",
    '"',
    "$$",
    "",
    "a,a",
]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def sql(text):
    return "'" + text.replace("'", "''") + "'"


def model(text):
    """The full form with the text as every name, comment, synonym and value."""
    return {
        "version": 1,
        "comment": text,
        "tables": [
            {"name": text, "source": quoted(text), "primary_key": [text], "comment": text, "synonyms": [text]},
            {"name": "u", "source": "u", "primary_key": ["id"]},
        ],
        "relationships": [{"name": text + "r", "from": text, "from_columns": [text], "to": "u", "to_columns": ["id"]}],
        "dimensions": [
            {"table": text, "name": text, "expr": quoted(text), "comment": text, "synonyms": [text, text + "2"]},
            {"table": "u", "name": "value", "expr": f"coalesce({sql(text)}, 'x')", "comment": text},
        ],
        "metrics": [{"table": text, "name": text + "m", "expr": "count(*)", "comment": text, "synonyms": [text + "3"]}],
        "filters": [f"{quoted(text)}.{quoted(text)} <> {sql(text + '4')}"],
    }


def clauses(text):
    q, s = quoted(text), sql(text)
    return f"""
    TABLES ({q} AS {q} PRIMARY KEY ({q}) COMMENT = {s} WITH SYNONYMS = ({s}), u AS u PRIMARY KEY (id))
    RELATIONSHIPS ({quoted(text + "r")} AS {q} ({q}) REFERENCES u (id))
    DIMENSIONS ({q}.{q} AS {q} COMMENT = {s} WITH SYNONYMS = ({s}, {sql(text + "2")}), u.value AS coalesce({s}, 'x'))
    METRICS ({q}.{quoted(text + "m")} AS count(*) COMMENT = {s})
    FILTERS ({q}.{q} <> {sql(text + "4")})
    COMMENT = {s}
    """


SPELLINGS = {
    "json": lambda text: json.dumps(model(text)),
    "yaml": lambda text: "".join(f"{key}: {json.dumps(value)}\n" for key, value in model(text).items()),
    "clauses": clauses,
}


@pytest.fixture
def victim(con):
    con.execute("CREATE TABLE victim AS SELECT 'top secret' AS secret")
    yield con
    assert con.execute("FROM victim").fetchall() == [("top secret",)]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_texts_in_every_field_are_data(victim, text, spelling):
    q = quoted(text)
    victim.execute(f"CREATE TABLE {q} AS SELECT ? AS {q}", [text])
    victim.execute("CREATE TABLE u AS SELECT ? AS id", [text])
    victim.execute("SELECT define_semantic_view(?, ?)", [q, SPELLINGS[spelling](text)]).fetchall()
    request = [q, [q, "value"], [quoted(text + "m")], f"{q} = {sql(text)}"]
    asked = victim.execute("FROM semantic_view(?, dimensions := ?, metrics := ?, where_clause := ?)", request)
    assert [column[0] for column in asked.description] == [text, "value", text + "m"]
    assert asked.fetchall() == [(text, text, 1)]
    for statement in ("FROM describe_semantic_view(?)", "FROM check_semantic_view(?)", "FROM show_semantic_metrics(?)",
                      "SELECT read_yaml_from_semantic_view(?)", "FROM show_columns_in_semantic_view(?)",
                      "SELECT semantic_view_diagram(?)"):
        assert victim.execute(statement, [q]).fetchall()
    # What is printed makes the same view again, and nothing else.
    ddl = victim.execute("SELECT get_ddl('SEMANTIC_VIEW', ?)", [q]).fetchall()[0][0]
    yaml = victim.execute("SELECT read_yaml_from_semantic_view(?)", [q]).fetchall()[0][0]
    victim.execute("SELECT drop_semantic_view(?)", [q]).fetchall()
    victim.execute("FROM semantic_ddl(?)", [ddl]).fetchall()
    assert victim.execute("SELECT get_ddl('SEMANTIC_VIEW', ?)", [q]).fetchall()[0][0] == ddl
    victim.execute("SELECT define_semantic_view('again', ?)", [yaml]).fetchall()
    request[0] = "again"
    again = victim.execute("FROM semantic_view(?, dimensions := ?, metrics := ?, where_clause := ?)", request)
    assert again.fetchall() == [(text, text, 1)]


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_texts_in_every_argument_are_data(victim, text):
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")
    victim.execute("SELECT define_semantic_view('v', ?)", [definition()]).fetchall()
    for arguments in ([text, ["d"], ["n"], ""], ["v", [text], ["n"], ""], ["v", ["d"], [text], ""],
                      ["v", ["d AS " + text], ["n"], ""], ["v", ["d"], ["n"], "d = " + text]):
        with pytest.raises(duckdb.Error):
            victim.execute(
                "FROM semantic_view(?, dimensions := ?, metrics := ?, where_clause := ?)", arguments
            ).fetchall()
    for statement in ("SELECT drop_semantic_view(?)", "FROM describe_semantic_view(?)", "SELECT get_ddl(?, 'v')",
                      "SELECT get_ddl('SEMANTIC_VIEW', ?)", "FROM show_semantic_metrics(?)", "FROM semantic_ddl(?)"):
        with pytest.raises(duckdb.Error):
            victim.execute(statement, [text]).fetchall()


def definition(expr="a", metric="count(*)", filters=(), source="t"):
    return json.dumps(
        {
            "version": 1,
            "tables": [{"name": "t", "source": source}],
            "dimensions": [{"table": "t", "name": "d", "expr": expr}],
            "metrics": [{"table": "t", "name": "n", "expr": metric}],
            "filters": list(filters),
        }
    )


@pytest.mark.parametrize("where", ["dimension", "metric", "filter", "source"])
@pytest.mark.parametrize("expr", BAD_EXPRESSIONS)
def test_an_expression_is_one_expression(victim, expr, where):
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")
    texts = {
        "dimension": lambda: definition(expr=expr),
        "metric": lambda: definition(metric=expr),
        "filter": lambda: definition(filters=[expr]),
        "source": lambda: definition(source=f"(SELECT {expr})" if expr else ""),
    }
    try:
        victim.execute("SELECT define_semantic_view('v', ?)", [texts[where]()]).fetchall()
    except duckdb.Error:
        return
    # Harmless comments may be dropped; whatever else was accepted must not answer more than asked.
    try:
        asked = victim.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])")
    except duckdb.Error:
        return
    assert [column[0] for column in asked.description] == ["d", "n"]
    assert "top secret" not in str(asked.fetchall()) or where == "source"


# What the database forbids


def test_files_are_not_read_without_external_access(connect, tmp_path):
    file = tmp_path / "view.json"
    file.write_text(definition())
    con = connect()
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    for form in ("JSON", "YAML"):
        create = f"CREATE OR REPLACE SEMANTIC VIEW v FROM {form} FILE {sql(str(file))}"
        assert con.execute("FROM semantic_ddl(?)", [create]).fetchall()
    con.execute("SET enable_external_access = false")
    for form in ("JSON", "YAML"):
        create = f"CREATE SEMANTIC VIEW w FROM {form} FILE {sql(str(file))}"
        with pytest.raises(duckdb.Error, match="(?i)disabled by configuration|permission"):
            con.execute("FROM semantic_ddl(?)", [create]).fetchall()
    with pytest.raises(duckdb.Error, match="(?i)disabled by configuration|permission|does not exist"):
        source = f"(SELECT content AS a FROM read_text({sql(str(file))}))"
        con.execute("SELECT define_semantic_view('w', ?)", [definition(source=source)])
        con.execute("FROM semantic_view('w', dimensions := ['d'], metrics := ['n'])").fetchall()
    assert con.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall() == [(1, 1)]


def test_a_locked_configuration_stays_locked_and_views_work(con):
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.execute("SET enable_external_access = false; SET lock_configuration = true")
    before = con.execute("SELECT name, value FROM duckdb_settings() ORDER BY name").fetchall()
    con.execute("SELECT define_semantic_view('v', ?)", [definition()]).fetchall()
    assert con.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall() == [(1, 1)]
    assert con.execute("FROM check_semantic_view('v')").fetchall()
    assert con.execute("SELECT name, value FROM duckdb_settings() ORDER BY name").fetchall() == before
    con.execute("SELECT drop_semantic_view('v')").fetchall()
