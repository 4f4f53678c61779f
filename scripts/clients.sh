#!/usr/bin/env bash
# Tests the built extension in every client, each as its registry has it, pinned: clients.sh [NAME...]
# All run, also after a failure; a line for each comes last. What is installed lands in build/clients.
source "$(dirname "$0")/common.sh"

clients=(docs python shell frames sqlalchemy dbt node java go rust)
root=$PWD
sales=$root/test/clients/sales
extension=${SEMANTIC_VIEWS_EXTENSION:-$root/build/release/semantic_views.duckdb_extension}

# work NAME: an empty folder for the database files of a client.
work() {
	rm -rf "build/clients/work/$1"
	mkdir -p "build/clients/work/$1"
	echo "$root/build/clients/work/$1"
}

# in_venv NAME: the Python of requirements/NAME.txt.
in_venv() {
	scripts/venv.sh "$1" >&2
	echo "$root/build/venv-${1#duckdb-}/bin/python"
}

# at_least NAME WANTED WHERE VERSION: stops with a reason when a tool is missing or too old.
at_least() {
	printf '%s\n%s\n' "$2" "${4:-0}" | sort -VC || {
		echo "$1 $2 or newer is needed (found: ${4:-none}) and Debian 12 has an older one, see $3" >&2
		exit 1
	}
}

node_modules() {
	scripts/packages.sh node
	local key
	key=$(cat test/clients/node/package.json <(node --version) | sha256sum)
	[[ $(cat build/clients/node/.stamp 2>/dev/null) != "$key" ]] || return 0
	say "making build/clients/node"
	rm -rf build/clients/node
	mkdir -p build/clients/node
	cp test/clients/node/package.json build/clients/node/
	quietly clients-npm npm install --prefix build/clients/node --no-package-lock --no-audit --no-fund
	echo "$key" >build/clients/node/.stamp
}

client_docs() { python3 test/clients/check_docs.py docs/howto/clients.md; }

client_python() {
	local folder version python
	folder=$(work python)
	for version in "${DUCKDB_VERSIONS[@]}"; do
		python=$(in_venv "duckdb-$version")
		"$python" test/clients/python/sales.py "$extension" "$sales" "$folder"
	done
}

client_shell() {
	local python
	python=$(in_venv demo)
	test/clients/shell/sales.sh "$(dirname "$python")/duckdb" "$extension" "$sales" "$(work shell)"
}

client_frames() {
	local python
	python=$(in_venv clients-frames)
	"$python" test/clients/frames/sales.py "$extension" "$sales" "$(work frames)"
}

client_sqlalchemy() {
	local python
	python=$(in_venv clients-sqlalchemy)
	"$python" test/clients/sqlalchemy/sales.py "$extension" "$sales" "$(work sqlalchemy)"
}

client_dbt() {
	local python
	python=$(in_venv clients-dbt)
	"$python" test/clients/dbt/run.py "$extension" "$sales" "$(work dbt)"
}

client_node() {
	node_modules
	cp test/clients/node/sales.mjs build/clients/node/ # imports are looked up beside it
	node build/clients/node/sales.mjs "$extension" "$sales" "$(work node)"
}

client_java() {
	local version jar
	version=$(sed -n 's|.*<duckdb.version>\(.*\)</duckdb.version>.*|\1|p' test/clients/java/pom.xml)
	jar=build/clients/java/duckdb_jdbc-$version.jar
	scripts/packages.sh java
	[[ -e $jar ]] || {
		say "fetching $jar"
		quietly clients-mvn mvn -B --strict-checksums -f test/clients/java/pom.xml dependency:copy-dependencies \
			-DoutputDirectory="$root/build/clients/java"
	}
	java -cp "$jar" test/clients/java/Sales.java "$extension" "$sales" "$(work java)"
}

client_go() {
	at_least Go 1.24 https://go.dev/dl "$(go env GOVERSION 2>/dev/null | sed 's/^go//')"
	scripts/packages.sh go
	quietly clients-go go build -C test/clients/go -o "$root/build/clients/go/sales" .
	build/clients/go/sales "$extension" "$sales" "$(work go)"
}

# DuckDB itself is the library that the Node client brings: to compile it, as the feature `bundled` does, takes too long.
client_rust() {
	at_least Rust 1.88 https://rustup.rs "$(cargo --version 2>/dev/null | cut -d' ' -f2)"
	node_modules
	local library
	library=$(find "$root/build/clients/node/node_modules/@duckdb" -name libduckdb.so -printf '%h\n' -quit)
	DUCKDB_LIB_DIR=$library CARGO_TARGET_DIR=$root/build/clients/rust quietly clients-cargo \
		cargo build --locked --manifest-path test/clients/rust/Cargo.toml
	LD_LIBRARY_PATH=$library build/clients/rust/debug/sales "$extension" "$sales" "$(work rust)"
}

# A client runs in a process of its own: what fails in it ends it.
if [[ ${1:-} == --one ]]; then
	"client_$2"
	exit
fi
(($#)) || set -- "${clients[@]}"
for name in "$@"; do
	declare -F "client_$name" >/dev/null || { echo "clients.sh: no client '$name', there are: ${clients[*]}" >&2; exit 2; }
done
[[ -e $extension ]] || { echo "clients.sh: $extension is not built: run make" >&2; exit 1; }

mkdir -p build/clients build/logs
summary=() failed=0
for name in "$@"; do
	printf '\n== %s\n' "$name"
	start=$SECONDS
	if "$BASH" "$0" --one "$name" </dev/null 2>&1 | tee "build/logs/client-$name.log"; then
		with=$(sed -n 's/^DuckDB v\?//p' "build/logs/client-$name.log" | paste -sd ' ')
		summary+=("$(printf '%-12s passed %4d s   %s' "$name" $((SECONDS - start)) "${with:+DuckDB $with}")")
	else
		summary+=("$(printf '%-12s FAILED %4d s' "$name" $((SECONDS - start)))")
		failed=$((failed + 1))
	fi
done
printf '\n== Summary: %d clients, %d failed\n' $# "$failed"
printf '%s\n' "${summary[@]}"
((failed == 0))
