#!/usr/bin/env bash
# Tests the built extension in every client, each as its registry has it, pinned: clients.sh [NAME...]
# All run, also after a failure; a line for each comes last. What is installed lands in build/clients.
source "$(dirname "$0")/common.sh"

clients=(docs python shell frames sqlalchemy dbt node java go rust)
root=$PWD
sales=$root/test/clients/sales
extension=${SEMANTIC_VIEWS_EXTENSION:-$root/build/release/semantic_views.duckdb_extension}

# empty_folder NAME: an empty folder for the database files of a client.
empty_folder() {
	rm -rf "build/clients/files/$1"
	mkdir -p "build/clients/files/$1"
	echo "$root/build/clients/files/$1"
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

# java_driver: the jar from Maven Central.
java_driver() {
	local version jar
	version=$(sed -n 's|.*<duckdb.version>\(.*\)</duckdb.version>.*|\1|p' test/clients/java/pom.xml)
	jar=build/clients/java/duckdb_jdbc-$version.jar
	scripts/packages.sh java >&2
	[[ -e $jar ]] || {
		say "fetching $jar" >&2
		quietly clients-mvn mvn -B --strict-checksums -f test/clients/java/pom.xml dependency:copy-dependencies \
			-DoutputDirectory="$root/build/clients/java"
	}
	echo "$jar"
}

# library: the folder of a libduckdb.so of DuckDB 2.0.0, to link Go and Rust with. It comes out of the Java driver,
# whose library has all of DuckDB's C API: test/clients/README.md says why.
library() {
	local jar folder=$root/build/clients/library name
	jar=$(java_driver)
	name=libduckdb_java.so_linux_$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
	[[ $folder/$name -nt $jar ]] || {
		rm -rf "$folder"
		mkdir -p "$folder"
		python3 -m zipfile -e "$jar" "$folder"
		find "$folder" -mindepth 1 -not -name "$name" -delete
		ln -s "$name" "$folder/libduckdb.so"
		touch "$folder/$name"
	}
	echo "$folder"
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
	folder=$(empty_folder python)
	for version in "${DUCKDB_VERSIONS[@]}"; do
		python=$(in_venv "duckdb-$version")
		"$python" test/clients/python/sales.py "$extension" "$sales" "$folder"
	done
}

client_shell() {
	local python
	python=$(in_venv demo)
	test/clients/shell/sales.sh "$(dirname "$python")/duckdb" "$extension" "$sales" "$(empty_folder shell)"
}

client_frames() {
	local python
	python=$(in_venv clients-frames)
	"$python" test/clients/frames/sales.py "$extension" "$sales" "$(empty_folder frames)"
}

client_sqlalchemy() {
	local python
	python=$(in_venv clients-sqlalchemy)
	"$python" test/clients/sqlalchemy/sales.py "$extension" "$sales" "$(empty_folder sqlalchemy)"
}

client_dbt() {
	local python
	python=$(in_venv clients-dbt)
	"$python" test/clients/dbt/run.py "$extension" "$sales" "$(empty_folder dbt)"
}

client_node() {
	node_modules
	cp test/clients/node/sales.mjs build/clients/node/ # imports are looked up beside it
	node build/clients/node/sales.mjs "$extension" "$sales" "$(empty_folder node)"
}

client_java() {
	local jar
	jar=$(java_driver)
	java -cp "$jar" test/clients/java/Sales.java "$extension" "$sales" "$(empty_folder java)"
}

# The newest module, with the library beside the program; and the newest whose static libraries the proxy has.
client_go() {
	at_least Go 1.24 https://go.dev/dl "$(go env GOVERSION 2>/dev/null | sed 's/^go//')"
	scripts/packages.sh go
	local library programs=$root/build/clients/go
	library=$(library)
	CGO_LDFLAGS="-lduckdb -L$library" quietly clients-go go build -C test/clients/go -tags=duckdb_use_lib -o "$programs/shared" .
	LD_LIBRARY_PATH=$library "$programs/shared" "$extension" "$sales" "$(empty_folder go)"
	quietly clients-go-static go build -C test/clients/go -modfile=static.mod -o "$programs/static" .
	"$programs/static" "$extension" "$sales" "$(empty_folder go)"
}

client_rust() {
	at_least Rust 1.88 https://rustup.rs "$(cargo --version 2>/dev/null | cut -d' ' -f2)"
	local library
	library=$(library)
	DUCKDB_LIB_DIR=$library CARGO_TARGET_DIR=$root/build/clients/rust quietly clients-cargo \
		cargo build --locked --manifest-path test/clients/rust/Cargo.toml
	LD_LIBRARY_PATH=$library build/clients/rust/debug/sales "$extension" "$sales" "$(empty_folder rust)"
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
