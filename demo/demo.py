"""Asks a semantic view about real flights.  demo.py build DIR makes DIR/flights.duckdb and asks; demo.py again DIR
opens what is there and asks again.  Run by scripts/demo.sh."""

import sys
import zipfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
DEFINITION = HERE / "flights.sql"  # flights.json is the same view in the seed form
EXTENSION = HERE.parent / "build/release/semantic_views.duckdb_extension"
DATA = HERE.parent / "build/flights-data"

# What a person wants to know, and how it is asked.
QUESTIONS = [
    (
        "Which airlines fly most, and how late do they leave?",
        """FROM semantic_view('flights', dimensions := ['carrier'], metrics := ['flights', 'mean_delay'])
ORDER BY flights DESC LIMIT 8""",
    ),
    (
        "When in the year are flights more than 15 minutes late?",
        """FROM semantic_view('flights', dimensions := ['month'], metrics := ['flights', 'late_percent'])
ORDER BY month""",
    ),
    (
        "And from which airport?",
        """FROM semantic_view('flights', dimensions := ['origin'], metrics := ['flights', 'mean_delay', 'late_percent'])
ORDER BY late_percent DESC""",
    ),
    (
        "Whose planes carry the seats?",
        """FROM semantic_view('flights', dimensions := ['manufacturer'], metrics := ['seats_flown', 'flights'])
ORDER BY seats_flown DESC NULLS LAST LIMIT 6""",
    ),
    (
        "Where do people go?",
        """FROM semantic_view('flights', dimensions := ['destination'], metrics := ['flights', 'miles'])
ORDER BY flights DESC LIMIT 8""",
    ),
    (
        "What does fog do?",
        """FROM semantic_view('flights', dimensions := ['visibility'], metrics := ['flights', 'mean_delay', 'late_percent'])
ORDER BY mean_delay DESC""",
    ),
    (
        "June and July are bad. From JFK, which airline to which airport is worst?",
        """FROM semantic_view('flights', dimensions := ['carrier', 'destination'], metrics := ['flights', 'mean_delay'],
     where_clause := 'origin = ''JFK'' AND month IN (6, 7)')
WHERE flights > 100 ORDER BY mean_delay DESC LIMIT 5""",
    ),
]


def connect(file):
    con = duckdb.connect(str(file), config={"allow_unsigned_extensions": "true"})
    con.load_extension(str(EXTENSION))
    return con


def heading(text):
    print(f"-- {text}")


def ask(con, question, query):
    heading(question)
    print(query + ";")
    con.sql(query).show(max_width=100)


def create_tables(con):
    """The CSV files as they are: NA is NULL, types are found by DuckDB."""
    with zipfile.ZipFile(DATA / "flights.csv.zip") as archive:
        archive.extract("flights.csv", DATA)
    for table in ("flights", "airlines", "airports", "planes", "weather"):
        con.execute(f"CREATE TABLE {table} AS FROM read_csv('{DATA / table}.csv', nullstr = 'NA')")
    (DATA / "flights.csv").unlink()


def build(folder):
    file = folder / "flights.duckdb"
    for old in (file, folder / "flights.duckdb.wal"):
        old.unlink(missing_ok=True)
    con = connect(file)
    create_tables(con)
    rows = con.execute("SELECT count(*) FROM flights").fetchall()[0][0]
    print(f"{rows:,} flights out of New York in 2013, with airlines, airports, planes and weather.\n")

    heading(f"The semantic view, once: demo/{DEFINITION.name}")
    definition = DEFINITION.read_text()
    print(definition)
    print(con.execute("SELECT define_semantic_view('flights', ?)", [definition]).fetchall()[0][0] + "\n")
    for question, query in QUESTIONS:
        ask(con, question, query)

    heading("The SQL behind the fourth question")
    for (line,) in con.execute(
        """SELECT * FROM explain_semantic_view('flights',
               dimensions := ['manufacturer'], metrics := ['seats_flown', 'flights'])"""
    ).fetchall():
        print(line)
    con.close()


def again(folder):
    file = folder / "flights.duckdb"
    con = connect(file)
    print("\n-- A new process, the same file: the view is still there")
    con.sql("FROM list_semantic_views()").show()
    ask(con, *QUESTIONS[2])
    con.close()

    shell = Path(sys.executable).with_name("duckdb")
    print(
        f"""Go on in the DuckDB shell ('pip install duckdb-cli' brings one; this one is ready):

  {shown(shell)} -unsigned {shown(file)}
  LOAD '{shown(EXTENSION)}';
  FROM semantic_view('flights', dimensions := ['carrier', 'origin'], metrics := ['flights', 'late_percent']);"""
    )


def shown(path):
    return path.absolute().relative_to(Path.cwd())


if __name__ == "__main__":
    {"build": build, "again": again}[sys.argv[1]](Path(sys.argv[2]))
