"""What the Python programs of test/clients have in common."""

import duckdb


def connect(extension, file=":memory:", read_only=False):
    con = duckdb.connect(str(file), read_only=read_only, config={"allow_unsigned_extensions": "true"})
    con.load_extension(extension)
    return con


def read(file):
    return file.read_text(encoding="utf-8").rstrip("\n")


def equal(got, expected):
    assert got == expected, f"\ngot      {got!r}\nexpected {expected!r}"


def fails(con, expected, *statement):
    try:
        con.execute(*statement).fetchall()
    except duckdb.Error as error:
        assert expected in str(error), str(error)
    else:
        raise AssertionError(f"no error from {statement}")
