#!/usr/bin/env bash
# Measures side by side on each DuckDB, then writes docs/benchmark.md: bench.sh [all|scan|overhead|tpch|growth]
# SCALE="1,5" scale factors of TPC-H, VERSIONS="1.5.6" the DuckDBs, RUNS=5 timed runs of a query, ROWS=1000 rows of scan;
# RESULTS=folder for the measurements (JSON), PAGE=folder for the page.
source "$(dirname "$0")/common.sh"

part=${1:-all}
[[ $part == all ]] && parts=(scan overhead growth tpch) || parts=("$part")
read -ra versions <<<"${VERSIONS:-${DUCKDB_VERSIONS[*]}}"
IFS=', ' read -ra scales <<<"${SCALE:-1,5}"

scripts/venv.sh "${versions[@]/#/duckdb-}"
for scale in "${scales[@]}"; do
	data=build/bench/tpch-sf$scale
	[[ " ${parts[*]} " == *" tpch "* && ! -e $data/.done ]] || continue
	scripts/venv.sh bench-data
	say "generating TPC-H at scale factor $scale"
	build/venv-bench-data/bin/tpchgen-cli parquet --scale-factor "$scale" --output-dir "$data"
	touch "$data/.done"
done

for name in "${parts[@]}"; do
	for version in "${versions[@]}"; do
		if [[ $name == tpch ]]; then
			for scale in "${scales[@]}"; do
				SCALE=$scale "build/venv-$version/bin/python" bench/tpch.py
			done
		else
			"build/venv-$version/bin/python" "bench/$name.py"
		fi
	done
done
python3 bench/page.py "${RESULTS:-build/bench/results}" "${PAGE:-docs}"
