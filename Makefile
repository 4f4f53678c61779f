# The everyday commands. CMake builds (CMakePresets.json), scripts/ bring in what is missing.
PRESET ?= dev
REQUESTS ?= 100000
TIME ?= 60
EVERY ?= 1
SANITIZED_EVERY ?= 41
KILLS ?= 200
PART ?= all
export VERSIONS RUNS SCALE ROWS RESULTS PAGE
# The folder of duckdb.h and duckdb_extension.h; unset, they are fetched into build/.
export DUCKDB_INCLUDE_DIR

.PHONY: build check test demo examples docs dist cross bench oracle fuzz soak test-sanitized test-faults test-threads coverage test-clients fmt lint clean help diagrams test-kills set_duckdb_version configure_ci release test_release
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

examples: build ## the examples: their answers are compared
	@scripts/examples.sh

docs: ## the site of docs/, links checked: build/site
	@scripts/docs.sh

dist: ## the stripped extension and its checksum: build/dist
	@scripts/dist.sh

cross: ## builds for arm64 Linux and 64-bit Windows with Debian's cross compilers
	@scripts/cross.sh

bench: build ## docs/benchmark.md, ratios against SQL by hand: make bench SCALE=1,5 PART=scan|overhead|growth|tpch
	@scripts/bench.sh $(PART)

diagrams: build ## the diagrams of all golden definitions, read by Mermaid itself (needs Node.js)
	@scripts/mermaid.sh

oracle: build ## random requests against an independent evaluator: make oracle REQUESTS=100000
	@scripts/venv.sh duckdb-1.5.6
	@build/venv-1.5.6/bin/python test/oracle/run.py --requests $(REQUESTS)

fuzz: ## every fuzz target for TIME=60
	@scripts/fuzz.sh $(TIME)

test-sanitized: ## test/python with the extension under address and undefined-behaviour sanitizers
	@scripts/sanitize.sh tests

test-faults: ## every allocation of the extension fails once in a real DuckDB, one in SANITIZED_EVERY under the sanitizers too
	@scripts/sanitize.sh faults-plain 2.0.0 --every $(EVERY)
	@scripts/sanitize.sh faults 2.0.0 --every $(SANITIZED_EVERY)

test-threads: ## the tests marked `threads` under the thread sanitizer
	@scripts/sanitize.sh thread

test-kills: build ## a process is killed KILLS=200 times while it defines; each time every view is whole
	@scripts/venv.sh duckdb-2.0.0
	@build/venv-2.0.0/bin/python test/python/kills.py --kills $(KILLS)

soak: build ## memory over 10,000 rounds and 1,000 databases in one process
	@scripts/venv.sh duckdb-2.0.0
	@build/venv-2.0.0/bin/python test/soak/rounds.py

coverage: ## lines and branches of src/ that the tests run, and whether test/coverage.txt says why others do not
	@scripts/coverage.sh

test-clients: build ## the clients of other languages, each from its registry; CLIENT=node: one
	@scripts/clients.sh $(CLIENT)

fmt: ## formats the C files
	@scripts/lint.sh --fix

lint: ## clang-format and clang-tidy
	@scripts/lint.sh

clean: ## removes build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# The names that the build of DuckDB's community repository calls.
set_duckdb_version: # one file for every DuckDB: nothing to choose

configure_ci:
	@scripts/community.sh configure

release:
	@scripts/community.sh build

test_release:
	@scripts/community.sh test
