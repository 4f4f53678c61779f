"""Runs sqllogictest files as DuckDB writes them (duckdb.org/docs/dev/sqllogictest): test/sql/*.test

    # a comment
    statement ok [con1]         SQL up to an empty line
    statement error [con1]      the message behind `----`: from its beginning or from the start of one of its lines, and
                                up to the end of a line; or `<REGEX>:` and an expression for all of it
    query IT [rowsort] [con1]   one letter a column (I whole number, R number, T anything), rows behind `----`, cells
                                between tabs; NULL, (empty); a cell may be a `<REGEX>:` too
    load [FILE [readonly]]      another database, by default a new one in memory
    restart                     closes the database and opens it again
    foreach NAME VALUE...       ${NAME} in what follows, up to `endloop`
    __TEST_DIR__                a folder of the test's own

The extension is loaded in every database that is opened.  `con1`, `con2`... are further connections to it.
"""

import dataclasses
import re

import duckdb

PREFIX = re.compile(r"(?:[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)* Error: )+")


class Mismatch(Exception):
    """What is not as the file says, with its place."""


@dataclasses.dataclass
class Record:
    line: int  # of its head, from 1
    words: list  # of its head
    sql: str = ""
    expected: list = None  # lines behind `----`
    end: int = 0  # the number of its last line
    body: list = None  # of a loop


def read(path):
    """The records of a file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    records, rest = read_records(path, lines, 0, is_loop=False)
    assert rest == len(lines)
    return records


def read_records(path, lines, i, is_loop):
    records = []
    while i < len(lines):
        head = Record(i + 1, lines[i].split())
        i += 1
        if not head.words or head.words[0].startswith("#"):
            continue
        kind = head.words[0]
        if kind == "endloop" and is_loop:
            return records, i
        if kind == "foreach":
            head.body, i = read_records(path, lines, i, is_loop=True)
        elif kind in ("statement", "query"):
            start = i
            while i < len(lines) and lines[i].strip():
                i += 1
            block = lines[start:i]
            if "----" in block:
                head.expected = block[block.index("----") + 1 :]
                block = block[: block.index("----")]
            head.sql, head.end = "\n".join(block), i
        elif kind not in ("load", "restart"):
            raise Mismatch(f"{path}:{head.line}: unknown: {lines[head.line - 1]}")
        records.append(head)
    if is_loop:
        raise Mismatch(f"{path}: a loop has no endloop")
    return records, i


def show(value):
    """A cell as DuckDB prints it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': {show(item)}" for key, item in value.items()) + "}"
    return str(value) or "(empty)"


def letter(values):
    """The letter of a column."""
    kinds = {type(value) for value in values if value is not None}
    return "I" if kinds == {int} else "R" if kinds == {float} else "T"


def cell_is(found, expected, kind):
    if expected.startswith("<REGEX>:"):
        return re.fullmatch(expected[len("<REGEX>:") :], found, re.S) is not None
    if kind == "R" and "NULL" not in (found, expected):
        return abs(float(found) - float(expected)) <= 1e-9 * abs(float(expected))
    return found == expected


def error_is(message, expected):
    if expected.startswith("<REGEX>:"):
        return re.fullmatch(expected[len("<REGEX>:") :], message, re.S) is not None
    texts = [message, PREFIX.sub("", message, count=1)]
    return any(f"\n{expected}\n" in f"\n{text}\n" for text in texts)


class Runner:
    """One file, run: connect(path, read_only) opens a database with the extension loaded."""

    def __init__(self, path, connect, folder, update=False):
        self.path, self.connect, self.folder, self.update = path, connect, folder, update
        self.connections, self.edits = {}, []
        self.opened = (":memory:", False)

    def connection(self, name):
        if "main" not in self.connections:
            self.connections["main"] = self.connect(*self.opened)
        if name not in self.connections:
            self.connections[name] = self.connections["main"].cursor()
        return self.connections[name]

    def close(self):
        for connection in reversed(self.connections.values()):
            connection.close()
        self.connections = {}

    def run(self):
        try:
            self.run_all(read(self.path), {})
        finally:
            self.close()
        if self.edits:
            lines = self.path.read_text(encoding="utf-8").split("\n")
            for start, end, new in reversed(self.edits):
                lines[start:end] = new
            self.path.write_text("\n".join(lines), encoding="utf-8")

    def run_all(self, records, names):
        for record in records:
            kind = record.words[0]
            if kind == "foreach":
                for value in record.words[2:]:
                    self.run_all(record.body, {**names, record.words[1]: value})
            elif kind == "statement":
                self.statement(record, names)
            elif kind == "query":
                self.query(record, names)
            else:
                self.close()
                if kind == "load":
                    words = [self.fill(word, names) for word in record.words[1:]]
                    self.opened = (words[0] if words else ":memory:", "readonly" in words)

    def fill(self, text, names):
        for name, value in names.items():
            text = text.replace("${" + name + "}", value)
        return text.replace("__TEST_DIR__", str(self.folder))

    def fail(self, record, names, text):
        loop = "".join(f", {name} = {value}" for name, value in names.items())
        raise Mismatch(f"{self.path}:{record.line}{loop}: {text}\n\n{record.sql}") from None

    def connection_of(self, record):
        last = record.words[-1]
        return self.connection(last if re.fullmatch(r"con\d+", last) else "main")

    def statement(self, record, names):
        expects_error = record.words[1] == "error"
        try:
            self.connection_of(record).execute(self.fill(record.sql, names)).fetchall()
        except duckdb.Error as error:
            message = str(error)
            if not expects_error:
                self.fail(record, names, message)
        else:
            if expects_error:
                self.fail(record, names, "an error was expected")
            return
        expected = self.fill("\n".join(record.expected or []), names)
        if expected and error_is(message, expected):
            return
        if not self.change(record, names, record.words, [PREFIX.sub("", message, count=1).split("\n\n")[0]]):
            self.fail(record, names, f"the error was expected to be\n{expected}\n\nand is\n{message}")

    def query(self, record, names):
        try:
            rows = self.connection_of(record).execute(self.fill(record.sql, names)).fetchall()
        except duckdb.Error as error:
            self.fail(record, names, str(error))
        letters = record.words[1]
        found = [[show(value) for value in row] for row in rows]
        expected = [self.fill(line, names).split("\t") for line in record.expected or []]
        if "rowsort" in record.words:
            found, expected = sorted(found), sorted(expected)
        if [len(row) for row in found] == [len(row) for row in expected] and all(
            len(row) == len(letters) and all(map(cell_is, row, wanted, letters))
            for row, wanted in zip(found, expected)
        ):
            return
        columns = "".join(letter(column) for column in zip(*rows)) or letters
        lines = ["\t".join(row) for row in found]
        if not self.change(record, names, ["query", columns, *record.words[2:]], lines):
            wanted = "\n".join("\t".join(row) for row in expected)
            text = "\n".join(lines)
            self.fail(record, names, f"expected {len(expected)} rows\n{wanted}\n\nfound {len(found)}\n{text}")

    def change(self, record, names, head, expected):
        """Notes what the file should say, if it is to be rewritten; not in loops."""
        if self.update and not names:
            self.edits.append((record.line - 1, record.end, [" ".join(head), *record.sql.split("\n"), "----", *expected]))
            return True
        return False
