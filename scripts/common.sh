# Sourced by the other scripts: strict mode, the repository's root as working directory, a few helpers.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p build
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
DUCKDB_VERSIONS=(1.4.4 1.5.6 2.0.0) # each has requirements/duckdb-VERSION.txt

say() { printf '%s\n' "-- $*"; }

# One setup at a time, also when several targets are made at once. macOS has no flock: there they must not be.
lock() { ! command -v flock >/dev/null || { exec 9>build/.lock && flock 9; }; }

# quietly NAME COMMAND...: the output goes to build/logs/NAME.log and is shown only on failure.
quietly() {
	local log=build/logs/$1.log
	shift
	mkdir -p build/logs
	"$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}
