#!/usr/bin/env bash
# Builds what is given away into build/dist: the stripped extension, its checksum, LICENSE and NOTICE.
# BUILD_DIR=... takes the extension of a folder that is built already (another platform).
source "$(dirname "$0")/common.sh"

built=${BUILD_DIR:-build/release}
[[ -n ${BUILD_DIR:-} ]] || scripts/build.sh release
rm -rf build/dist
mkdir -p build/dist
cp "$built/semantic_views.duckdb_extension" LICENSE NOTICE build/dist/
python3 scripts/check_dist.py build/dist/semantic_views.duckdb_extension
cd build/dist
if command -v sha256sum >/dev/null; then sha256sum semantic_views.duckdb_extension; else
	shasum -a 256 semantic_views.duckdb_extension
fi >semantic_views.duckdb_extension.sha256
cat semantic_views.duckdb_extension.sha256
