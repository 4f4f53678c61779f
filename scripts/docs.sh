#!/usr/bin/env bash
# Builds the site of docs/ into build/site; a link or anchor that leads nowhere stops it.
source "$(dirname "$0")/common.sh"

scripts/venv.sh docs
quietly docs build/venv-docs/bin/mkdocs build --strict
say "built: build/site/index.html"
