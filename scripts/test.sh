#!/usr/bin/env bash
# Everything that CI runs. All suites run, also after a failure; the runners' own summaries come last.
source "$(dirname "$0")/common.sh"

names=() failed=()
# suite NAME COMMAND...: runs it; what it prints is also kept in build/logs/NAME.log.
suite() {
	local name=$1 start=$SECONDS
	shift
	mkdir -p build/logs
	printf '\n== %s: %s\n' "$name" "$*"
	names+=("$name")
	if "$@" </dev/null 2>&1 | tee "build/logs/$name.log"; then
		say "$name passed in $((SECONDS - start)) s"
	else
		failed+=("$name")
		say "$name FAILED after $((SECONDS - start)) s"
	fi
}

units() { scripts/build.sh "$1" && ctest --preset "$1"; }
pytests() {
	scripts/venv.sh "duckdb-$1" && "build/venv-$1/bin/python" -m pytest -q -p no:cacheprovider -n auto test/python
}
oracle() {
	scripts/venv.sh "duckdb-$1" && "build/venv-$1/bin/python" test/oracle/run.py --requests "$2" --metamorphic "$3" --seed "$4"
}
evaluator() {
	scripts/venv.sh "duckdb-$1" && "build/venv-$1/bin/python" -m pytest -q -p no:cacheprovider test/oracle
}

suite lint scripts/lint.sh
suite unit-dev units dev
suite unit-fuzz units fuzz
suite release scripts/build.sh release
for version in "${DUCKDB_VERSIONS[@]}"; do
	suite "python-$version" pytests "$version"
done
suite evaluator evaluator 2.0.0
# Fixed seeds: a run of CI can be repeated; `make oracle` takes new ones.
suite oracle-1.4.4 oracle 1.4.4 500 5 1
suite oracle-2.0.0 oracle 2.0.0 3000 20 2

printf '\n== Summary: %d suites, failed: %s\n' "${#names[@]}" "${failed[*]:-none}"
for name in "${names[@]}"; do
	summary=$(grep -E '^(=+ )?[0-9]+ (passed|failed|skipped|errors?)\b|^(no tests ran|.*[0-9]+% tests passed)|^[0-9]+ passed' \
		"build/logs/$name.log" | tail -n 1 || true)
	[[ -z $summary ]] || printf -- '-- %s\n%s\n' "$name" "$summary"
done
((${#failed[@]} == 0))
