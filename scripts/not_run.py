"""Compares the lines of src/ that no test runs with test/coverage.txt: not_run.py COVERAGE.JSON LIST

An entry of the list names a function, `src/duck/session.c connect: why no test gets there`, and covers all its lines.
Status 1: a line did not run and its function is not listed, or a listed function ran whole.  Entries whose reason begins
with `by chance` may run or not.
"""

import json
import sys
from pathlib import Path


def lines_that_did_not_run(report):
    """{"src/x.c function": [line, ...]}; a line counts as run when any of its copies, as of a header, did."""
    counts, functions = {}, {}
    for file in report["files"]:
        for line in file["lines"]:
            place = file["file"], line["line_number"]
            counts[place] = counts.get(place, 0) + line["count"]
            functions[place] = f"{file['file']} {line['function_name']}"
    found = {}
    for place in sorted(counts):
        if not counts[place]:
            found.setdefault(functions[place], []).append(place[1])
    return found


def entries(text):
    """{"src/x.c function": reason}"""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines), "a function is listed twice"
    return found


def problems(not_run, listed):
    for function, lines in not_run.items():
        if function not in listed:
            yield f"{function}: did not run: line {', '.join(map(str, lines))}"
    for function, reason in listed.items():
        if function not in not_run and not reason.startswith("by chance"):
            yield f"{function}: is listed and ran whole"


def main():
    report, listed = (Path(name).read_text() for name in sys.argv[1:])
    found = list(problems(lines_that_did_not_run(json.loads(report)), entries(listed)))
    print("\n".join(found) or "every line that did not run is listed with its reason")
    sys.exit(bool(found))


main()
