#!/usr/bin/env bash
# Which lines and branches of src/ the tests run: coverage.sh [PYTEST ARGUMENT]...
# Unit tests, test/python on DuckDB 2.0.0, and some failed allocations, with a build that counts. A summary comes out, with
# every line that did not run; build/coverage/html/index.html shows them in the source. Without arguments also: does
# test/coverage.txt say why?
source "$(dirname "$0")/common.sh"

scripts/build.sh coverage
scripts/venv.sh duckdb-2.0.0 coverage
find build/coverage -name '*.gcda' -delete
export SEMANTIC_VIEWS_EXTENSION=$PWD/build/coverage/semantic_views.duckdb_extension
status=0
ctest --preset coverage || status=1
build/venv-2.0.0/bin/python -m pytest -q -p no:cacheprovider test/python "$@" || status=1
build/venv-2.0.0/bin/python test/faults/out_of_memory.py --every 1 drop list || status=1
build/venv-2.0.0/bin/python test/faults/out_of_memory.py --every 13 load || status=1

mkdir -p build/coverage/html
build/venv-coverage/bin/gcovr --root . --filter src/ --gcov-ignore-parse-errors=negative_hits.warn \
	--exclude-unreachable-branches --exclude-throw-branches --merge-mode-functions separate \
	--html-details build/coverage/html/index.html --json build/coverage/coverage.json --txt build/coverage/summary.txt \
	--txt-metric line --print-summary build/coverage
cat build/coverage/summary.txt
(($#)) || python3 scripts/not_run.py build/coverage/coverage.json test/coverage.txt || status=1
exit $status
