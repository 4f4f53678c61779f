#!/usr/bin/env bash
# Lets Mermaid itself (test/mermaid/package.json pins the versions) read the diagrams of all golden definitions.
# Needs Node.js 20 and the built extension.
source "$(dirname "$0")/common.sh"

command -v npm >/dev/null || { echo "mermaid.sh: install Node.js 20 or later, with npm" >&2; exit 1; }
scripts/venv.sh duckdb-1.5.6
mkdir -p build/mermaid
cp test/mermaid/{package.json,package-lock.json,parse.mjs} build/mermaid/
if ! cmp -s build/mermaid/package-lock.json build/mermaid/installed.json; then
	quietly npm-mermaid npm ci --prefix build/mermaid --ignore-scripts --no-audit --no-fund
	cp build/mermaid/package-lock.json build/mermaid/installed.json
fi
build/venv-1.5.6/bin/python test/mermaid/check.py build/release/semantic_views.duckdb_extension
