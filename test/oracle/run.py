"""Compares the built extension with the evaluator on random views and requests.

    python test/oracle/run.py --requests 3000 --seed 1 [--extension PATH] [--metamorphic N]

Every answer must be equal, or both must be an error. A mismatch is made small and printed as a
complete SQL script with both answers and the generated SQL. The exit status is 1 on any mismatch,
2 when the extension cannot be loaded.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import io
import itertools
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import random
import signal
import sys
import tempfile
import time
import traceback

import duckdb

from compare import same_rows, sorted_rows
from evaluator import Answer, Evaluator, Refused, Request, Unclear, View
from expressions import literal, quote
from generator import GeneratedCase, Generator
from printer import call_text, create_table_text, sql_call_text, view_text
from shrink import shrink

ROOT = pathlib.Path(__file__).resolve().parents[2]
VIEW_NAME = "v"
TASK_SECONDS = 300  # a task that hangs dies of its alarm, and is reported


class Database:
    """A database in memory with the extension, the tables and, when it is accepted, the view."""

    trace: str | None = None  # a file that holds the last script, for when the process dies

    def __init__(self, extension: str, physical, threads: int = 1):
        self.script = ""
        self.connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": threads})
        self.connection.execute(f"LOAD {literal(extension)}")
        for table in physical:
            self.script += create_table_text(table.name, table.columns, table.rows) + "\n"
        self.connection.execute(self.script)

    def note(self, query: str):
        if self.trace is not None:
            pathlib.Path(self.trace).write_text(f"{self.script}{query};\n")

    def define(self, view: View) -> str | None:
        """The refusal, or None when the view was accepted."""
        text = f"SELECT define_semantic_view({literal(VIEW_NAME)}, $$\n{view_text(view)}\n$$)"
        self.note(text)
        self.script += text + ";\n"
        try:
            self.connection.execute("SELECT define_semantic_view(?, ?)", [VIEW_NAME, view_text(view)]).fetchall()
            return None
        except duckdb.Error as error:
            return str(error)

    def ask(self, query: str) -> "Outcome":
        self.note(query)
        try:
            cursor = self.connection.execute(query)
            columns = [c[0] for c in cursor.description]
            return Outcome(columns, cursor.fetchall(), None)
        except duckdb.Error as error:
            return Outcome([], [], str(error))

    def close(self):
        self.connection.close()


class Outcome:
    def __init__(self, columns, rows, error):
        self.columns, self.rows, self.error = columns, rows, error


class Outer:
    """What the caller's own query does with the answer."""

    def __init__(self, kind: str, column: str | None = None, value=None):
        self.kind, self.column, self.value = kind, column, value

    def query(self, request: Request) -> str:
        call = call_text(VIEW_NAME, request)
        if self.kind == "plain":
            return f"FROM {call}"
        if self.kind == "count":
            return f"SELECT count(*) AS n FROM {call}"
        if self.kind == "project":
            return f"SELECT {quote(self.column)} FROM {call}"
        return f"FROM {call} WHERE {quote(self.column)} IS NOT DISTINCT FROM {literal(self.value)}"

    def expected(self, answer: Answer) -> Answer:
        if self.kind == "count":
            return Answer(["n"], [(len(answer.rows),)])
        if self.kind == "plain":
            return answer
        at = answer.columns.index(self.column)
        if self.kind == "project":
            return Answer([self.column], [(row[at],) for row in answer.rows])
        return Answer(answer.columns, [r for r in answer.rows if r[at] == self.value])


PLAIN = Outer("plain")


def pick_outer(rng: random.Random, request: Request, answer: Answer) -> Outer:
    choice = rng.random()
    if choice < 0.75 or not answer.columns:
        return PLAIN
    if choice < 0.8:
        return Outer("count")
    column = rng.choice(answer.columns)
    if choice < 0.87:
        return Outer("project", column)
    named = answer.columns[: len(answer.columns) - len(request.metrics)] if request.metrics else answer.columns
    if not named or not answer.rows or any(item.star for item in request.metrics):
        return PLAIN
    column = rng.choice(named)
    return Outer("where", column, rng.choice(answer.rows)[answer.columns.index(column)])


def expected_answer(evaluator: Evaluator, request: Request) -> Answer | Refused | None:
    """None where the rules do not decide."""
    try:
        return evaluator.answer(request)
    except Refused as refused:
        return refused
    except Unclear:
        return None


def is_own_refusal(error: str) -> bool:
    """An error must come from the extension, which names the view, not from DuckDB's binder."""
    return "semantic view" in error.lower() and not error.startswith("INTERNAL")


def difference(expected: Answer | Refused, outer: Outer, outcome: Outcome) -> str | None:
    """What is wrong, or None."""
    if isinstance(expected, Refused):
        if outcome.error is None:
            return f"the rules refuse this ({expected}), the extension answers"
        if not is_own_refusal(outcome.error):
            return f"the rules refuse this ({expected}), but the error is not the extension's"
        return None
    if outcome.error is not None:
        # With the kind of error, so that shrinking does not turn one refusal into another.
        return f"the rules answer this, the extension refuses ({outcome.error.split(':')[0]})"
    wanted = outer.expected(expected)
    if wanted.columns != outcome.columns:
        return "other columns"
    return None if same_rows(wanted.rows, outcome.rows) else "other rows"


def check_once(extension: str, case: GeneratedCase, request: Request, outer: Outer) -> str | None:
    """Builds everything anew for one request: for shrinking, where definitions change."""
    try:
        evaluator = Evaluator(case.view)
    except (Refused, Unclear):
        return None
    expected = expected_answer(evaluator, request)
    if expected is None:
        return None
    database = Database(extension, case.physical)
    try:
        if database.define(case.view) is not None:
            return "the extension refuses the definition"
        try:
            query = outer.query(request)
            return difference(expected, outer, database.ask(query))
        except ValueError:
            return None
    finally:
        database.close()


def report(extension: str, case: GeneratedCase, request: Request | None, outer: Outer, what: str):
    print("=" * 100)
    print(f"MISMATCH (seed {case.seed}): {what}\n")
    database = Database(extension, case.physical)
    for table in case.physical:
        print(create_table_text(table.name, table.columns, table.rows))
    print(f"SELECT define_semantic_view({literal(VIEW_NAME)}, $$\n{view_text(case.view)}\n$$);")
    refusal = database.define(case.view)
    if refusal is not None:
        print(f"\nthe definition is refused: {refusal}")
    if request is not None:
        print(outer.query(request) + ";")
        try:
            expected = expected_answer(Evaluator(case.view), request)
        except Refused as refused:
            expected = refused
        if isinstance(expected, Answer):
            wanted = outer.expected(expected)
            print(f"\nexpected columns {wanted.columns}")
            for row in sorted_rows(wanted.rows):
                print(f"  {row}")
        else:
            print(f"\nexpected: an error: {expected}")
        outcome = database.ask(outer.query(request))
        if outcome.error is not None:
            print(f"actual: an error: {outcome.error}")
        else:
            print(f"actual columns {outcome.columns}")
            for row in sorted_rows(outcome.rows):
                print(f"  {row}")
        sql = database.ask(sql_call_text(VIEW_NAME, request))
        print(f"\ngenerated SQL:\n{sql.error if sql.error is not None else sql.rows[0][0] if sql.rows else None}")
    database.close()
    sys.stdout.flush()


@dataclasses.dataclass
class Settings:
    extension: str
    seed: int
    shrinking: bool
    per_view: int


class Run:
    """The work of one child process; what it counts is sent to the parent after each task."""

    def __init__(self, settings: Settings, most: int):
        self.extension, self.seed, self.shrinking = settings.extension, settings.seed, settings.shrinking
        self.per_view, self.most, self.shown = settings.per_view, most, 0
        self.start()

    def start(self):
        self.passed, self.failed = 0, 0
        self.categories: collections.Counter = collections.Counter()
        self.kinds: collections.Counter = collections.Counter()

    def task(self, kind: str, number: int):
        if kind == "view":
            self.view(number)
        elif kind == "bad":
            self.bad_definition(number)
        else:
            import metamorphic

            metamorphic.check(self, number)

    def fail(self, case: GeneratedCase, request: Request | None, outer: Outer, what: str):
        self.failed += 1
        self.kinds[what] += 1
        if self.shown >= self.most:
            return
        self.shown += 1
        if self.shrinking and request is not None:
            case, request, outer, what = self.made_small(case, request, outer, what)
        report(self.extension, case, request, outer, what)

    def made_small(self, case, request, outer, what):
        def still_fails(smaller: GeneratedCase, asked: Request, use: Outer) -> bool:
            return check_once(self.extension, smaller, asked, use) == what

        if not still_fails(case, request, outer):
            return case, request, outer, what + " (only next to other requests)"
        if outer is not PLAIN and still_fails(case, request, PLAIN):
            outer = PLAIN
        case, request = shrink(case, request, lambda c, r: still_fails(c, r, outer))
        return case, request, outer, what

    def view(self, number: int):
        """One random view and its requests."""
        seed = f"{self.seed}.{number}"
        rng = random.Random(f"outer {seed}")
        case = Generator(seed).case()
        database = Database(self.extension, case.physical, threads=rng.choice([1, 1, 4]))
        try:
            refusal = database.define(case.view)
            if refusal is not None:
                self.refused_definition(case, refusal)
                return
            for _ in range(self.per_view):
                self.request(database, case, rng)
        finally:
            database.close()

    def refused_definition(self, case: GeneratedCase, refusal: str):
        self.failed += 1
        self.kinds["the extension refuses the definition"] += 1
        if self.shown >= self.most:
            return
        self.shown += 1
        if self.shrinking:
            def refuses(smaller: GeneratedCase, _) -> bool:
                try:
                    Evaluator(smaller.view)
                except (Refused, Unclear):
                    return False
                database = Database(self.extension, smaller.physical)
                try:
                    return database.define(smaller.view) is not None
                finally:
                    database.close()

            case, _ = shrink(case, None, refuses)
        report(self.extension, case, None, PLAIN, "the rules accept this definition, the extension refuses it")

    def request(self, database: Database, case: GeneratedCase, rng: random.Random):
        request = case.generator.request()
        expected = expected_answer(case.generator.evaluator, request)
        if expected is None:
            return
        outer = pick_outer(rng, request, expected) if isinstance(expected, Answer) else PLAIN
        outcome = database.ask(outer.query(request))
        what = difference(expected, outer, outcome)
        self.categories[expected.category if isinstance(expected, Refused) else "answered"] += 1
        if what is None:
            self.passed += 1
        else:
            self.fail(case, request, outer, what)

    def bad_definition(self, number: int):
        """A definition that the rules refuse must be refused, by the extension itself."""
        case, what = Generator(f"{self.seed}.bad.{number}").bad_view()
        database = Database(self.extension, case.physical)
        refusal = database.define(case.view)
        database.close()
        self.categories["bad definition"] += 1
        if refusal is not None and is_own_refusal(refusal):
            self.passed += 1
        else:
            self.fail(case, None, PLAIN, f"a bad definition is accepted ({what})" if refusal is None
                      else f"a bad definition ({what}) is refused by DuckDB, not by the extension")


class Total:
    """What all children counted."""

    def __init__(self, most: int):
        self.most, self.passed, self.failed, self.shown = most, 0, 0, 0
        self.categories: collections.Counter = collections.Counter()
        self.kinds: collections.Counter = collections.Counter()

    def add(self, passed, failed, categories, kinds, shown, text):
        self.passed += passed
        self.failed += failed
        self.categories += categories
        self.kinds += kinds
        if text and self.shown < self.most:
            print(text, end="", flush=True)
        self.shown += shown


def child(settings: Settings, tasks, most: int, pipe, trace: str):
    """Runs tasks in a process of its own, so that a crash of the extension is a finding like any other."""
    Database.trace = trace
    run = Run(settings, most)
    for task in tasks:
        run.start()
        signal.alarm(TASK_SECONDS)
        before = run.shown
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            try:
                run.task(*task)
            except Exception:
                run.failed += 1
                run.kinds["an exception in the oracle itself"] += 1
                print(f"seed {settings.seed}, --only {task[0]}:{task[1]}\n{traceback.format_exc()}")
        pipe.send((task, (run.passed, run.failed, run.categories, run.kinds, run.shown - before, text.getvalue())))
    pipe.close()


def work(settings: Settings, tasks: list, total: Total, jobs: int, batch: int = 10):
    context = multiprocessing.get_context("fork")
    waiting = [tasks[i:i + batch] for i in range(0, len(tasks), batch)][::-1]
    running: dict = {}
    with tempfile.TemporaryDirectory() as folder:
        names = itertools.count()
        while waiting or running:
            while waiting and len(running) < jobs:
                chunk, trace = waiting.pop(), os.path.join(folder, str(next(names)))
                here, there = context.Pipe(duplex=False)
                most = max(0, total.most - total.shown)
                process = context.Process(target=child, args=(settings, chunk, most, there, trace))
                process.start()
                there.close()
                running[here] = (process, chunk, trace)
            for pipe in multiprocessing.connection.wait(list(running)):
                process, chunk, trace = running[pipe]
                try:
                    task, counts = pipe.recv()
                    chunk.remove(task)
                    total.add(*counts)
                except EOFError:
                    del running[pipe]
                    process.join()
                    if chunk:
                        crashed = chunk.pop(0)
                        report_crash(settings, total, crashed, process.exitcode, trace)
                        if chunk:
                            waiting.append(chunk)


def report_crash(settings: Settings, total: Total, task, code: int, trace: str):
    total.failed += 1
    total.kinds["the process died"] += 1
    print("=" * 100)
    print(f"MISMATCH: the process died (exit code {code}); --seed {settings.seed} --only {task[0]}:{task[1]}\n")
    if os.path.exists(trace):
        print(pathlib.Path(trace).read_text())


def extension_path(given: str | None) -> str:
    path = given or os.environ.get("SEMANTIC_VIEWS_EXTENSION") or "build/release/semantic_views.duckdb_extension"
    return str(path if os.path.isabs(path) or given else ROOT / path)


def loads(extension: str) -> bool:
    """Tried in a process of its own: the parent opens no database, since it forks."""
    def load():
        try:
            Database(extension, []).close()
        except duckdb.Error as error:
            print(f"cannot load {extension}: {error}", flush=True)
            os._exit(1)

    process = multiprocessing.get_context("fork").Process(target=load)
    process.start()
    process.join()
    return process.exitcode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--extension")
    parser.add_argument("--metamorphic", type=int, default=0, metavar="N", help="views to check in pairs")
    parser.add_argument("--per-view", type=int, default=30)
    parser.add_argument("--bad-definitions", type=int, default=None, help="default: one for 50 requests")
    parser.add_argument("--show", type=int, default=5, help="mismatches to print in full")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", metavar="KIND:N", help="one part of the seed: view:7, bad:3 or metamorphic:5")
    options = parser.parse_args()

    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    extension = extension_path(options.extension)
    print(f"seed {seed}, DuckDB {duckdb.__version__}")
    sys.stdout.flush()
    if not loads(extension):
        return 2

    started = time.monotonic()
    tasks: list[tuple[str, int]] = []
    if options.only is not None:
        tasks.append((options.only.split(":")[0], int(options.only.split(":")[1])))
    else:
        if options.requests:
            tasks += [("view", n) for n in range(max(1, options.requests // options.per_view))]
        bad = options.requests // 50 if options.bad_definitions is None else options.bad_definitions
        tasks += [("bad", n) for n in range(bad)] + [("metamorphic", n) for n in range(options.metamorphic)]
    settings = Settings(extension, seed, not options.no_shrink, options.per_view)
    run = Total(options.show)
    work(settings, tasks, run, options.jobs)
    for category, count in run.categories.most_common():
        print(f"  {count:7d} {category}")
    for kind, count in run.kinds.most_common():
        print(f"  {count:7d} MISMATCH {kind}")
    print(f"{time.monotonic() - started:.1f} seconds, seed {seed}")
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
