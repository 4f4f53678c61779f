#!/usr/bin/env bash
# Configures and builds one CMake preset, with all that it needs: build.sh [--configure-only] PRESET
source "$(dirname "$0")/common.sh"

configure_only=0
[[ $1 != --configure-only ]] || { configure_only=1; shift; }
preset=$1

scripts/packages.sh build
[[ $preset == release || $preset == dev ]] || scripts/packages.sh test
[[ -n ${DUCKDB_INCLUDE_DIR:-} ]] ||
	scripts/sdist.sh duckdb-headers '*/src/include/duckdb.h' '*/src/include/duckdb_extension.h'
quietly "configure-$preset" cmake --preset "$preset" \
	-DDUCKDB_INCLUDE_DIR="${DUCKDB_INCLUDE_DIR:-$PWD/build/duckdb-headers}"
((configure_only)) || cmake --build --preset "$preset" | sed '/ninja: no work to do/d'
