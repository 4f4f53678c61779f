#!/usr/bin/env bash
# Runs every fuzz target for some time, on the corpus that is kept and what it finds: fuzz.sh [SECONDS]
# Then the SQL of all requests that were found goes to DuckDB, which must parse and bind it.
source "$(dirname "$0")/common.sh"

seconds=${1:-60}
scripts/build.sh fuzz
for target in $(find build/fuzz -type f -executable -name 'fuzz_*' | sort); do
	name=$(basename "$target") # inputs of fuzz_ddl: test/fuzz/corpus/ddl
	kept=test/fuzz/corpus/${name#fuzz_} found=build/corpus/${name#fuzz_}
	mkdir -p "$found"
	say "$name, $seconds s"
	"$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$found/../$name-" "$found" $([[ ! -d $kept ]] || echo "$kept") 2>build/logs/"$name".log ||
		{ tail -40 build/logs/"$name".log >&2; exit 1; }
	grep -E 'number_of_executed_units|new_units_added' build/logs/"$name".log
done

scripts/venv.sh duckdb-2.0.0
sql=build/corpus/request.jsonl
rm -f "$sql"
SV_FUZZ_SQL=$sql build/fuzz/test/fuzz_request -runs=0 build/corpus/request test/fuzz/corpus/request 2>/dev/null
build/venv-2.0.0/bin/python test/fuzz/parse_sql.py "$sql"
