"""Fixtures of the end-to-end tests.  They run against whatever DuckDB the environment holds, with one built extension."""

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = Path(
    os.environ.get("SEMANTIC_VIEWS_EXTENSION", ROOT / "build/release/semantic_views.duckdb_extension")
).resolve()

# What run_python puts before the code: the same connect() as in the tests.
PRELUDE = f"""
import json, os, signal, sys, threading, time
import duckdb
def connect(path=":memory:", read_only=False, load=True, **config):
    con = duckdb.connect(str(path), read_only=read_only, config={{"allow_unsigned_extensions": "true", **config}})
    if load:
        con.load_extension({str(EXTENSION)!r})
    return con
"""


def pytest_configure(config):
    config.addinivalue_line("markers", "threads: the extension runs in several threads at once (make test-threads)")


def must_be_marked(request):
    if not request.node.get_closest_marker("threads"):
        pytest.fail("this test starts threads: mark it with pytest.mark.threads, so that make test-threads runs it")


@pytest.fixture(autouse=True)
def threads_are_marked(request, monkeypatch):
    """A threaded test without the mark fails: the thread sanitizer would never see it."""
    start = threading.Thread.start

    def start_marked(thread):
        must_be_marked(request)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_marked)


@pytest.fixture(scope="session")
def extension_path():
    """The loadable file: SEMANTIC_VIEWS_EXTENSION, or what `make` builds."""
    if not EXTENSION.exists():
        pytest.fail(f"{EXTENSION} is not built: run make")
    return str(EXTENSION)


@pytest.fixture
def connect(extension_path):
    """connect(path=":memory:", read_only=False, load=True, **config): a connection with the extension loaded.

    All are closed when the test ends; a test may close its own earlier.
    """
    opened = []

    def open_one(path=":memory:", read_only=False, load=True, **config):
        config = {"allow_unsigned_extensions": "true", **config}
        con = duckdb.connect(str(path), read_only=read_only, config=config)
        opened.append(con)
        if load:
            con.load_extension(extension_path)
        return con

    yield open_one
    for con in opened:
        con.close()


@pytest.fixture
def con(connect):
    """One connection to a database in memory."""
    return connect()


@pytest.fixture
def db_file(tmp_path):
    """The path of a database file that does not exist yet."""
    return tmp_path / "test.duckdb"


@pytest.fixture
def run_python(request, extension_path):
    """run_python(code, *args, timeout=60): runs code in a new process, which has connect() and sys.argv[1:].

    Returns the finished process with its output as text; it is the caller's to look at the return code.
    """

    def run(code, *args, timeout=60):
        if "Thread(" in code:
            must_be_marked(request)
        command = [sys.executable, "-c", PRELUDE + textwrap.dedent(code), *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout)

    return run
