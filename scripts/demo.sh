#!/usr/bin/env bash
# Builds build/demo/flights.duckdb, defines a semantic view in it and asks; then asks again in a new process.
source "$(dirname "$0")/common.sh"

scripts/sdist.sh flights-data '*/data/*'
scripts/venv.sh demo
mkdir -p build/demo
python=build/venv-demo/bin/python
"$python" demo/demo.py build build/demo
"$python" demo/demo.py again build/demo
