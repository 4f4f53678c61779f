#!/usr/bin/env bash
# Runs the examples and compares their answers: examples.sh [NAME...]
source "$(dirname "$0")/common.sh"

scripts/venv.sh demo
build/venv-demo/bin/python examples/run.py "$@"
