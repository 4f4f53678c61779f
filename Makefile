# The everyday commands. CMake builds (CMakePresets.json), scripts/ bring in what is missing.
PRESET ?= dev
REQUESTS ?= 100000
TIME ?= 60
PART ?= all
export VERSIONS RUNS
# The folder of duckdb.h and duckdb_extension.h; unset, they are fetched into build/.
export DUCKDB_INCLUDE_DIR

.PHONY: build check test demo bench oracle fuzz fmt lint clean help
.DEFAULT_GOAL := build

build: ## the extension: build/release/semantic_views.duckdb_extension
	@scripts/build.sh release

check: ## the unit tests of one preset: make check PRESET=dev|clang|fuzz|release
	@scripts/build.sh $(PRESET)
	@ctest --preset $(PRESET)

test: ## everything, as CI runs it
	@scripts/test.sh

demo: build ## questions about 336,776 real flights
	@scripts/demo.sh

bench: build ## ratios against SQL by hand: make bench PART=scan|overhead|tpch|growth
	@scripts/bench.sh $(PART)

oracle: build ## random requests against an independent evaluator: make oracle REQUESTS=100000
	@scripts/venv.sh duckdb-1.5.6
	@build/venv-1.5.6/bin/python test/oracle/run.py --requests $(REQUESTS)

fuzz: ## every fuzz target for TIME=60
	@scripts/fuzz.sh $(TIME)

fmt: ## formats the C files
	@scripts/lint.sh --fix

lint: ## clang-format and clang-tidy
	@scripts/lint.sh

clean: ## removes build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16
