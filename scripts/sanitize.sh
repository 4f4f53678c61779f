#!/usr/bin/env bash
# Loads a build with sanitizers into a real DuckDB: sanitize.sh tests|faults|faults-plain|thread [VERSION] [ARGUMENT]...
# tests: test/python, arguments go to pytest; faults: test/faults, every allocation fails; faults-plain: the same without
# sanitizers, five times as fast; thread: the tests that are marked `threads`.
source "$(dirname "$0")/common.sh"

part=${1:-tests}
version=${2:-2.0.0}
shift $(($# < 2 ? $# : 2))
pytest=(-m pytest -q -p no:cacheprovider)

# The runtimes must come before everything else, and the C++ library with them, so that DuckDB's exceptions are seen.
case $part in
tests) preset=dev runtimes=(libasan.so libubsan.so) command=("${pytest[@]}" test/python "$@") ;;
faults) preset=faults runtimes=(libasan.so libubsan.so) command=(test/faults/out_of_memory.py "$@") ;;
faults-plain) preset=faults-plain runtimes=() command=(test/faults/out_of_memory.py "$@") ;;
thread)
	preset=thread runtimes=(libtsan.so)
	command=("${pytest[@]}" test/python -m threads "$@")
	;;
*) echo "sanitize.sh: unknown part '$part'" >&2; exit 2 ;;
esac

scripts/build.sh "$preset"
scripts/venv.sh "duckdb-$version"
preload=
for runtime in ${runtimes:+"${runtimes[@]}" libstdc++.so}; do
	preload+="$(gcc -print-file-name="$runtime") "
done
# DuckDB and Python are not built for it: leaks at exit are theirs (test/python/leaks.py looks for ours before), and races
# inside them are not ours to see.
export SEMANTIC_VIEWS_EXTENSION=$PWD/build/$preset/semantic_views.duckdb_extension PYTHONMALLOC=malloc
# Reports go to files: pytest keeps what a test writes, and loses it when the process ends.
reports=$PWD/build/reports-$part
rm -rf "$reports"
mkdir -p "$reports"
export ASAN_OPTIONS=detect_leaks=1:leak_check_at_exit=0:detect_odr_violation=0:log_path=$reports/asan
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$reports/ubsan
# Fork takes all locks of DuckDB's allocator at once, more than the deadlock detector knows to hold: it ends the process.
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:detect_deadlocks=0:log_path=$reports/tsan
# Thousands of definitions are committed, each of which waits for the disk.
[[ $part != faults* || ! -w /dev/shm ]] || export TMPDIR=/dev/shm
status=0
LD_PRELOAD=$preload "build/venv-$version/bin/python" "${command[@]}" || status=$?
for report in "$reports"/*; do
	[[ -s $report ]] || continue
	cat "$report" >&2
	((status)) || status=1
done
exit "$status"
