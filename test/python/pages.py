"""Runs the code blocks of a Markdown page and compares what they give with the output that stands below them.

    pages.py PAGE...            runs pages
    pages.py --update PAGE...   and writes the outputs that DuckDB gives now into them

Fenced blocks run in order, in one database a page and in an empty folder:

- ```sql runs; a block without language (or ```text) that follows directly is the output of its last statement: a table
  as DuckDB draws it, the bare lines of a result of one column, or the beginning of an error (its last line may be cut
  off by `...`). LOAD is left out: the extension is loaded. Without an output a block must only succeed.
- Comments, which readers do not see, say the rest:
  <!-- setup: flights -->          the tables of the flights data are there
  <!-- setup ... -->               SQL to run, also between blocks
  <!-- define: NAME -->            the next block (YAML, JSON or clause text) is defined as the view NAME
  <!-- define: NAME = OTHER -->    and must be the same definition as that of OTHER
  <!-- skip: REASON -->            the next block is not run
"""

import argparse
import atexit
import contextlib
import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = Path(
    os.environ.get("SEMANTIC_VIEWS_EXTENSION", ROOT / "build/release/semantic_views.duckdb_extension")
).resolve()
FLIGHTS = ROOT / "build/flights-data"
FLIGHTS_TABLES = ("flights", "airlines", "airports", "planes", "weather")
PIECE = re.compile(
    r"^<!--[ ]*(?P<word>setup|define|skip)(?P<rest>.*?)-->[ ]*$"
    r"|^```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```[ ]*$",
    re.DOTALL | re.MULTILINE,
)


class Mismatch(Exception):
    pass


def connect(file):
    con = duckdb.connect(str(file), config={"allow_unsigned_extensions": "true"})
    con.load_extension(str(EXTENSION))
    return con


@functools.cache
def flights_file():
    """A database with the five tables as the demo makes them, from files that are fetched once."""
    if not (FLIGHTS / "flights.csv.zip").exists():
        fetch = [ROOT / "scripts/sdist.sh", "flights-data", "*/data/*"]
        subprocess.run(fetch, check=True, stdout=subprocess.DEVNULL)
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with zipfile.ZipFile(FLIGHTS / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)
    with duckdb.connect(str(folder / "source.duckdb")) as con:
        for table in FLIGHTS_TABLES:
            file = (folder if table == "flights" else FLIGHTS) / f"{table}.csv"
            con.execute(f"CREATE TABLE {table} AS FROM read_csv('{file}', nullstr = 'NA')")
    return folder / "source.duckdb"


def create_flights(con):
    con.execute(f"ATTACH '{flights_file()}' AS source_of_flights (READ_ONLY)")
    for table in FLIGHTS_TABLES:
        con.execute(f"CREATE TABLE {table} AS FROM source_of_flights.{table}")
    con.execute("DETACH source_of_flights")


def definition_of(con, name):
    """The stored definition without what was computed."""
    rows = con.execute("SELECT definition FROM semantic_layer._definitions WHERE name = ?", [name]).fetchall()
    if not rows:
        raise Mismatch(f"there is no view {name}")
    document = json.loads(rows[0][0])
    return {key: value for key, value in document.items() if key not in ("resolved", "created_on")}


def shown(value):
    """A value as DuckDB's tables show it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    return str(value).replace("\n", "\\n")


def cells_of(box):
    """The names and rows of a table that DuckDB drew."""
    above, _, below = box.partition("├")
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in (above + below).splitlines()
             if line.startswith("│")]
    names, rows = lines[0], lines[2:]  # between them: types
    return names, [row for row in rows if len(row) == len(names)]  # else "20 rows  3 columns"


def run_statements(con, sql):
    """The names and rows of the last statement."""
    names, rows = [], []
    for statement in con.extract_statements(sql):
        if re.match(r"(--.*\n|\s)*LOAD\b", statement.query):
            continue
        con.execute(statement)
        names, rows = [column[0] for column in con.description or []], con.fetchall()
    return names, rows


def compare(names, rows, expected):
    if "┌" in expected:
        got = names, [[shown(value) for value in row] for row in rows]
        wanted = cells_of(expected)
        same = [[" ".join(cell.split()) for cell in row] for row in got[1]] == [
            [" ".join(cell.split()) for cell in row] for row in wanted[1]
        ] and got[0] == wanted[0]
    else:
        got = lines_of("\n".join(str(row[0]) for row in rows))
        wanted = lines_of(expected)
        same = got == wanted
    if not same:
        raise Mismatch(f"expected\n{wanted}\ngot\n{got}")


def lines_of(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def begins_with(lines, expected):
    """Whether these are the first lines; the last of them may be cut off by dots."""
    if not expected[-1].endswith("..."):
        return lines[: len(expected)] == expected
    last = len(expected) - 1
    return lines[:last] == expected[:last] and lines[last].startswith(expected[last].removesuffix("..."))


def draw(con, sql, names, rows, old):
    """The output to write below a block."""
    if "┌" not in old and len(names) == 1 and names != ["status"]:
        return "\n".join(str(row[0]) for row in rows).rstrip("\n") + "\n"
    last = con.extract_statements(sql)[-1].query
    again = con.sql("SELECT ? AS status", params=rows[0]) if names == ["status"] else con.sql(last)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        again.show(max_width=118, max_rows=60)
    return out.getvalue().rstrip("\n") + "\n"


class Page:
    """setup: what a comment of that name would have."""

    def __init__(self, file, setup=""):
        self.file = Path(file)
        self.text = self.file.read_text(encoding="utf-8")
        self.pieces = list(PIECE.finditer(self.text))
        self.setup = setup
        self.database = self.file.stem
        self.ran = 0

    def run(self, folder, update=False):
        """Runs all blocks inside the folder; returns the text of the page with the outputs of now."""
        here = os.getcwd()
        os.chdir(folder)
        con = connect(f"{self.database}.duckdb")
        try:
            self.prepare(con, self.setup)
            return self.run_pieces(con, update)
        finally:
            con.close()
            os.chdir(here)

    def prepare(self, con, setup):
        setup = setup.strip()
        if setup.removeprefix(":").strip() == "flights":
            create_flights(con)
        elif setup:
            run_statements(con, setup)

    def output_below(self, index):
        """The block that directly follows the one of this index, if it is an output."""
        if index + 1 == len(self.pieces):
            return None
        after = self.pieces[index + 1]
        between = self.text[self.pieces[index].end() : after.start()]
        return after if after["language"] in ("", "text") and not between.strip() else None

    def run_pieces(self, con, update):
        directive, argument = None, ""
        out, copied = [], 0
        for index, piece in enumerate(self.pieces):
            if piece["word"] == "setup":
                self.prepare(con, piece["rest"])
                continue
            if piece["word"]:
                directive, argument = piece["word"], piece["rest"].lstrip(": ").strip()
                continue
            line = self.text.count("\n", 0, piece.start()) + 1
            try:
                if directive == "define":
                    self.define(con, argument, piece["text"])
                elif piece["language"] == "sql" and directive != "skip":
                    expected = self.output_below(index)
                    now = self.run_sql(con, piece["text"], expected and expected["text"], update)
                    if update and expected and now is not None:
                        out += [self.text[copied : expected.start("text")], now]
                        copied = expected.end("text")
            except (Mismatch, duckdb.Error) as error:
                raise Mismatch(f"{self.file}:{line}: {error}") from None
            directive = None
        return "".join(out) + self.text[copied:]

    def define(self, con, argument, text):
        name, _, other = (part.strip() for part in argument.partition("="))
        con.execute("SELECT define_semantic_view(?, ?)", [name, text]).fetchall()
        self.ran += 1
        if other and definition_of(con, name) != definition_of(con, other):
            raise Mismatch(f"{definition_of(con, name)}\nis not\n{definition_of(con, other)}")

    def run_sql(self, con, sql, expected, update):
        self.ran += 1
        try:
            names, rows = run_statements(con, sql)
        except duckdb.Error as error:
            got = lines_of(str(error))
            if update and expected is not None and (expected.startswith("?") or "Error:" in expected):
                return "\n".join(lines_of(str(error).split("\n\nLINE ")[0])) + "\n"
            if expected is not None and "Error:" in expected and begins_with(got, lines_of(expected)):
                return None
            raise Mismatch(f"{error}\nexpected {expected}") from None
        if expected is None:
            return None
        if update:
            return draw(con, sql, names, rows, expected)
        compare(names, rows, expected)
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=Path)
    options = parser.parse_args()
    for file in options.pages:
        page = Page(file.resolve())
        with tempfile.TemporaryDirectory() as folder:
            text = page.run(folder, options.update)
        if options.update and text != page.text:
            file.write_text(text, encoding="utf-8")
        print(f"{file}: {page.ran} blocks")


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        sys.exit(str(mismatch))
