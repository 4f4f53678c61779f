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


# The seed form, statements, requests


def seed(text):
    q, s = quoted(text), sql(text)
    return json.dumps(
        {
            "base_table": q,
            "dimensions": [{"name": text, "expr": f"{q}.{q}"}, {"name": "value", "expr": f"coalesce({s}, 'x')"}],
            "metrics": [{"name": text + "m", "expr": f"count(*) FILTER (WHERE {q}.{q} = {s})"}],
            "filters": [f"{q}.{q} <> {sql(text + '4')}"],
            "joins": [{"table": "u", "on": f"{q}.{q} = u.id AND u.id = {s}"}],
        }
    )


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_texts_in_the_seed_form_are_data(victim, text):
    q = quoted(text)
    victim.execute(f"CREATE TABLE {q} AS SELECT ? AS {q}", [text])
    victim.execute("CREATE TABLE u AS SELECT ? AS id", [text])
    victim.execute("SELECT define_semantic_view(?, ?)", [q, seed(text)]).fetchall()
    asked = victim.execute("FROM semantic_view(?, dimensions := ?, metrics := ?, where_clause := ?)",
                           [q, [q, "value"], [quoted(text + "m")], f"{q} = {sql(text)}"])
    assert [column[0] for column in asked.description] == [text, "value", text + "m"]
    assert asked.fetchall() == [(text, text, 1)]
    for statement in ("FROM describe_semantic_view(?)", "FROM check_semantic_view(?)", "FROM show_semantic_metrics(?)",
                      "SELECT get_ddl('SEMANTIC_VIEW', ?)", "FROM show_columns_in_semantic_view(?)"):
        assert victim.execute(statement, [q]).fetchall()


def rich(text):
    """Names of roles, windows and semi-additive metrics, which stand in other places of the SQL."""
    q, a = quoted(text), quoted(text + "a")
    return f"""
    TABLES ({q} AS {q} PRIMARY KEY ({q}), {a} AS {q} PRIMARY KEY ({q}))
    RELATIONSHIPS ({quoted(text + "r")} AS {q} ({q}) REFERENCES {a} ({q}))
    FACTS ({q}.{quoted(text + "f")} AS 1, {a}.{quoted(text + "n")} AS count({q}.{q}))
    DIMENSIONS ({a}.{quoted(text + "d")} AS {q})
    METRICS (
      {q}.{quoted(text + "u")} USING ({quoted(text + "r")}) AS sum({quoted(text + "f")}),
      {q}.{quoted(text + "s")} NON ADDITIVE BY ({a}.{quoted(text + "d")}) AS sum({q}.{quoted(text + "f")}),
      {a}.{quoted(text + "k")} AS sum({quoted(text + "n")}),
      {quoted(text + "w")} AS sum({quoted(text + "u")}) OVER (PARTITION BY EXCLUDING {quoted(text + "d")})
    )"""


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_texts_as_roles_windows_and_column_names_are_data(victim, text):
    q = quoted(text)
    victim.execute(f"CREATE TABLE {q} AS SELECT ? AS {q}", [text])
    victim.execute("SELECT define_semantic_view('v', ?)", [rich(text)]).fetchall()
    metrics = [quoted(text + m) for m in "uskw"]
    role = f"{quoted(text + 'r')}.{quoted(text + 'd')} AS {quoted(text + '!')}"
    asked = victim.execute("FROM semantic_view('v', dimensions := ?, metrics := ?)", [[quoted(text + "d")], metrics])
    assert asked.fetchall() == [(text, 1, 1, 1, 1)]
    asked = victim.execute("FROM semantic_view('v', dimensions := ?, metrics := ?)", [[role], metrics[:1]])
    assert [column[0] for column in asked.description] == [text + "!", text + "u"]
    assert asked.fetchall() == [(text, 1)]
    asked = victim.execute("FROM semantic_view('v', facts := ?)", [[quoted(text + "f"), quoted(text + "n")]])
    assert asked.fetchall() == [(1, 1)]
    lines = victim.execute("FROM explain_semantic_view('v', dimensions := ?, metrics := ?)", [[role], metrics[:1]])
    head = [line for (line,) in lines.fetchall()]
    assert all(line.startswith("-- ") for line in head[: head.index("")])


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_texts_in_statements_are_data(victim, text):
    q, s = quoted(text), sql(text)
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")

    def ddl(statement):
        return victim.execute("FROM semantic_ddl(?)", [statement]).fetchall()

    ddl(f"CREATE SEMANTIC VIEW v COMMENT = {s} FROM JSON {sql(definition())}")
    ddl(f"ALTER SEMANTIC VIEW v RENAME TO {q}")
    ddl(f"ALTER SEMANTIC VIEW IF EXISTS {q} SET COMMENT = {sql(text + 'c')}")
    assert victim.execute("SELECT name FROM list_semantic_views()").fetchall() == [(text,)]
    for show in (f"SHOW SEMANTIC VIEWS STARTS WITH {s}", f"SHOW SEMANTIC METRICS IN {q}",
                 f"SHOW SEMANTIC DIMENSIONS IN {q} FOR METRIC n", f"SHOW COLUMNS IN SEMANTIC VIEW {q}",
                 f"DESCRIBE SEMANTIC VIEW {q}"):
        assert ddl(show), show
    for show in (f"SHOW SEMANTIC VIEWS LIKE {s}", f"SHOW SEMANTIC FACTS LIKE {s}", f"SHOW SEMANTIC METRICS STARTS WITH {s}",
                 f"SHOW SEMANTIC DIMENSIONS LIKE {s} IN {q} FOR METRIC n"):
        ddl(show)
    for bad in (f"SHOW SEMANTIC DIMENSIONS IN {q} FOR METRIC {q}", f"SHOW SEMANTIC VIEWS IN DATABASE {q}",
                f"CREATE SEMANTIC VIEW w FROM YAML FILE {s}", f"CREATE SEMANTIC VIEW w FROM JSON FILE {s}",
                f"CREATE SEMANTIC VIEW w FROM JSON {s}", f"CREATE SEMANTIC VIEW {q}.w.x {s}",
                f"CREATE SEMANTIC VIEW w FROM JSON {sql(json.dumps(json.loads(definition()) | {'labels': text}))}"):
        with pytest.raises(duckdb.Error):
            ddl(bad)
    for call in ("SELECT read_yaml_from_semantic_view(?)", "SELECT semantic_view_diagram(?)"):
        assert victim.execute(call, [q]).fetchall()
    with pytest.raises(duckdb.Error):
        victim.execute("FROM semantic_import(?)", [text]).fetchall()
    ddl(f"DROP SEMANTIC VIEW IF EXISTS {q}")
    assert victim.execute("FROM list_semantic_views()").fetchall() == []


@pytest.mark.parametrize("clause", [*BAD_EXPRESSIONS, "d = (SELECT secret FROM victim)", "d IN (FROM victim)", "true) OR (true",
                                    "EXISTS (FROM victim)", "d = 1 UNION SELECT secret FROM victim", "victim.secret = ''"])
def test_a_where_clause_is_one_predicate(victim, clause):
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")
    victim.execute("SELECT define_semantic_view('v', ?)", [definition()]).fetchall()
    asked = "FROM semantic_view('v', dimensions := ['d'], metrics := ['n'], where_clause := ?)"
    if not clause.strip():
        assert victim.execute(asked, [clause]).fetchall() == [(1, 1)]
        return
    with pytest.raises(duckdb.Error):
        victim.execute(asked, [clause]).fetchall()


@pytest.mark.parametrize("source", ["(SELECT 1 AS a) AS x, (SELECT secret FROM victim)", "(SELECT 1 AS a); DROP TABLE victim; (FROM t)",
                                    "(FROM t) JOIN victim ON (true)", "(DROP TABLE victim)", "(DELETE FROM victim RETURNING 1 AS a)",
                                    "(FROM t) t(a), (FROM victim)", "t, victim", "t JOIN victim ON true", "victim; --"])
def test_a_source_is_one_source(victim, source):
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error):
        victim.execute("SELECT define_semantic_view('v', ?)", [definition(source=source)]).fetchall()
        victim.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall()


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_where_a_table_was_found_is_data(victim, text):
    """A stored row may claim that its table was found anywhere: that is a name, in quotes."""
    victim.execute("CREATE TABLE t AS SELECT 1 AS a")
    victim.execute("SELECT define_semantic_view('v', ?)", [definition()]).fetchall()
    row = json.loads(victim.execute("SELECT definition FROM semantic_layer._definitions").fetchall()[0][0])
    for found in ([text, text], ["main", text]):
        row["resolved"]["sources"] = [found]
        victim.execute("UPDATE semantic_layer._definitions SET definition = ?", [json.dumps(row)])
        with pytest.raises(duckdb.Error):
            victim.execute("FROM semantic_view('v', dimensions := ['d'], metrics := ['n'])").fetchall()


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


def test_a_read_only_database_is_not_written_from_files(connect, tmp_path):
    file, path = tmp_path / "view.json", tmp_path / "x.duckdb"
    file.write_text(definition())
    con = connect(path)
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.close()
    con = connect(path, read_only=True)
    for form in ("JSON", "YAML"):
        with pytest.raises(duckdb.Error, match="(?i)read-only"):
            con.execute("FROM semantic_ddl(?)", [f"CREATE SEMANTIC VIEW w FROM {form} FILE {sql(str(file))}"]).fetchall()
    with pytest.raises(duckdb.Error, match="(?i)read-only"):
        con.execute("SELECT define_semantic_view('w', ?)", [definition()]).fetchall()
