#!/usr/bin/env bash
# Measures side by side on each DuckDB, prints tables, writes build/bench/report.md: bench.sh [all|scan|overhead|tpch|growth]
# VERSIONS="1.5.6" restricts the DuckDBs, RUNS=5 the timed runs of a query.
source "$(dirname "$0")/common.sh"

part=${1:-all}
[[ $part == all ]] && parts=(scan overhead tpch growth) || parts=("$part")
read -ra versions <<<"${VERSIONS:-${DUCKDB_VERSIONS[*]}}"

mkdir -p build/bench/parts
scripts/venv.sh "${versions[@]/#/duckdb-}"
if [[ " ${parts[*]} " == *" tpch "* && ! -e build/bench/tpch/.done ]]; then
	scripts/venv.sh bench-data
	say "generating TPC-H at scale factor 1"
	build/venv-bench-data/bin/tpchgen-cli parquet --scale-factor 1 --output-dir build/bench/tpch
	touch build/bench/tpch/.done
fi

for name in "${parts[@]}"; do
	for version in "${versions[@]}"; do
		fragment=build/bench/parts/$name-$version.md
		"build/venv-$version/bin/python" "bench/$name.py" | tee "$fragment.new"
		mv "$fragment.new" "$fragment"
	done
done

report=build/bench/report.md
{
	printf '# Semantic views against SQL by hand\n\n%s, %s cores\n' "$(uname -srm)" "$(nproc)"
	for name in scan overhead tpch growth; do
		for version in "${DUCKDB_VERSIONS[@]}"; do
			[[ ! -e build/bench/parts/$name-$version.md ]] || cat "build/bench/parts/$name-$version.md"
		done
	done
} >"$report"
say "written: $report"
