"""Definitions that lie in a database file: of every release, by hand, and with damage that fits the fingerprint."""

import json
import random
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

STORED = sorted(Path(__file__).with_name("stored").glob("*.json"))
TABLE = "semantic_layer._definitions"


def plain(rows):
    return json.loads(json.dumps(rows, default=lambda value: float(value) if isinstance(value, Decimal) else str(value)))


def write(con, release):
    """What a file of that release holds, written without the extension."""
    for statement in release["tables"]:
        con.execute(statement)
    con.execute(f"CREATE SCHEMA semantic_layer; CREATE TABLE {TABLE} (name VARCHAR PRIMARY KEY, definition VARCHAR)")
    con.executemany(f"INSERT INTO {TABLE} VALUES (?, ?)", release["views"])


def rows(con):
    return con.execute(f"FROM {TABLE} ORDER BY name").fetchall()


@pytest.mark.parametrize("read_only", [False, True], ids=["writable", "read-only"])
@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_views_of_an_earlier_release_answer(connect, db_file, file, read_only):
    release = json.loads(file.read_text())
    con = connect(db_file, load=False)
    write(con, release)
    before = rows(con)
    con.close()
    con = connect(db_file, read_only=read_only)
    for question, answer in release["questions"]:
        if not read_only:  # else there is no macro: semantic_view_sql is asked below
            assert plain(con.execute(question).fetchall()) == answer, question
    names = sorted(name for name, _ in release["views"])
    assert [row[0] for row in con.execute("FROM list_semantic_views()").fetchall()] == names
    for name in names:
        for statement in ("FROM describe_semantic_view(?)", "FROM check_semantic_view(?)",
                          "SELECT get_ddl('SEMANTIC_VIEW', ?)", "FROM show_semantic_metrics(?)"):
            assert con.execute(statement, [name]).fetchall()
        assert con.execute("SELECT semantic_view_sql(?, NULL, ['revenue'])", [name]).fetchall()
    assert rows(con) == before, "reading writes nothing"


def release():
    return json.loads(STORED[-1].read_text())


@pytest.fixture
def old(connect, db_file):
    con = connect(db_file, load=False)
    write(con, release())
    con.close()
    return connect(db_file)


def replace(con, name, definition):
    con.execute(f"UPDATE {TABLE} SET definition = ? WHERE name = ?", [definition, name])


def assert_answers(con, name):
    for question, answer in release()["questions"]:
        if f"semantic_view('{name}'" in question:
            assert plain(con.execute(question).fetchall()) == answer, question


NONSENSE = [None, 7, True, "x", [], {}, {"fingerprint": 7}, {"fingerprint": "", "sources": []},
            {"fingerprint": "0000000000000000", "sources": [["evil", "table"]] * 3, "expressions": ["0"], "names": []}]


@pytest.mark.parametrize("resolved", NONSENSE, ids=json.dumps)
@pytest.mark.parametrize("name", ["seed", "full"])
def test_resolved_that_does_not_belong_to_the_text_is_ignored(old, name, resolved):
    document = json.loads(dict(rows(old))[name])
    document["resolved"] = resolved
    replace(old, name, json.dumps(document))
    assert_answers(old, name)


def test_resolved_of_another_text_is_ignored(old):
    """The fingerprint is of what the author wrote: an edited row does not keep what was found in the old one."""
    text = dict(rows(old))["full"]
    replace(old, "full", text.replace('"amount * 0.8"', '"amount * 8"'))
    assert old.execute("FROM semantic_view('full', metrics := ['revenue'])").fetchall() == [(1760,)]


@pytest.mark.parametrize("name", ["seed", "full"])
def test_an_expression_that_was_stored_unresolved_is_resolved(old, name):
    text = dict(rows(old))[name]
    for first in (0, 1):
        document = json.loads(text)
        numbers = document["resolved"]["expressions"]
        numbers[first::2] = [""] * len(numbers[first::2])
        replace(old, name, json.dumps(document, separators=(",", ":")))
        assert_answers(old, name)


READS = [
    [[]], [["2 39 47"]], [["2 39 47", "main"]], [["2 39 47", 1, 2]], [["2 39 47", None, None]], ["2 39 47"], [7], 7, {}, "",
    [["", "main", "balances"]], [["2", "main", "balances"]], [["2 39", "main", "balances"]],
    [["2 47 39", "main", "balances"]], [["2 39 39", "main", "balances"]], [["2 39 4700", "main", "balances"]],
    [["2 39 99999999999999999999999", "main", "balances"]], [["2 4294967335 4294967343", "main", "balances"]],
    [["19 0 1", "main", "balances"]], [["99999999999 0 1", "main", "balances"]], [["-1 0 1", "main", "balances"]],
    [["2 39 47 1", "main", "balances"]], [["2 39 47x", "main", "balances"]], [["2  39 47", "main", "balances"]],
    [["2 39 47", "main", "balances"], ["2 39 47", "main", "balances"]],
    [["2 39 47", "main", "balances"], ["2 45 48", "main", "balances"]],
    [["2 39 47", "main", "balances"], ["2 0 3", "main", "balances"]],
]


@pytest.mark.parametrize("reads", READS, ids=lambda reads: json.dumps(reads).replace(" ", "_"))
def test_damaged_reads_are_ignored(old, reads):
    document = json.loads(dict(rows(old))["full"])
    document["resolved"]["reads"] = reads
    replace(old, "full", json.dumps(document))
    assert_answers(old, "full")


def test_places_that_are_no_names_are_no_danger(old):
    """They are as good as any other text that the author of a definition could write."""
    document = json.loads(dict(rows(old))["full"])
    document["resolved"]["reads"] = [["2 0 1", "main", 'x"; DROP TABLE orders; --']]
    replace(old, "full", json.dumps(document))
    with pytest.raises(duckdb.Error):
        old.execute("FROM semantic_view('full', metrics := ['balance'])").fetchall()
    assert len(old.execute("FROM orders").fetchall()) == 3


def without_tables(text):
    """A fingerprint that fits (FNV-1a over what stands before `resolved`), around nothing."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


@pytest.mark.parametrize("body", ['"tables":[]', '"tables":[],"metrics":[]', '"tables":[{"name":"o","source":"orders"}]'])
@pytest.mark.parametrize("reads", ['[["0 0 1","main","x"]]', '[["1 0 1","main","x"]]', '[["4294967295 0 1","main","x"]]'])
def test_a_row_without_tables_or_members_is_an_error(old, body, reads):
    author = '{"version":1,' + body
    resolved = f'"resolved":{{"fingerprint":"{without_tables(author)}","sources":[],"reads":{reads},"expressions":[],"names":[]}}'
    old.execute(f"INSERT INTO {TABLE} VALUES ('bad', ?)", [f"{author},{resolved}}}"])
    with pytest.raises(duckdb.Error, match="semantic view 'bad'"):
        old.execute("FROM semantic_view('bad', metrics := ['x'])").fetchall()
    with pytest.raises(duckdb.Error, match="semantic view 'bad'"):
        old.execute("FROM describe_semantic_view('bad')").fetchall()


@pytest.mark.parametrize("seed", range(5))
def test_any_other_numbers_give_an_answer_or_an_error(old, seed):
    """The fingerprint fits, so what passes the checks is believed: the answer may be wrong, the process may not suffer."""
    dice = random.Random(seed)
    names = [name for name, text in rows(old) if '"resolved"' in text]
    for _ in range(12):
        name = dice.choice(names)
        text = list(dict(release()["views"])[name])
        start = "".join(text).index('"sources"')
        digits = [i for i in range(start, len(text)) if text[i].isdigit()]
        for i in dice.sample(digits, dice.randint(1, 4)):
            text[i] = dice.choice("0123456789  ")
        replace(old, name, "".join(text))
        for question, _ in release()["questions"]:
            if f"semantic_view('{name}'" in question:
                try:
                    old.execute(question).fetchall()
                except duckdb.Error as error:
                    assert "INTERNAL" not in str(error), f"{error}\n{''.join(text)}"
    assert len(old.execute("FROM orders").fetchall()) == 3
