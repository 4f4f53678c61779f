#!/usr/bin/env bash
# Builds the extension for other platforms with Debian's cross compilers: cross.sh [linux-arm64|windows-amd64]
# It cannot be run here; what is looked at is the format, the exported symbols and the platform in the footer.
source "$(dirname "$0")/common.sh"

targets=("$@")
((${#targets[@]})) || targets=(linux-arm64 windows-amd64)

# The machine's own package sources, for more architectures and with sources, in lists of their own.
apt_cross=(
	-o "Dir::State::Lists=$PWD/build/cross/lists" -o "Dir::Etc::SourceList=$PWD/build/cross/sources.list"
	-o "Dir::Etc::SourceParts=$PWD/build/cross/sources.d" -o "APT::Architectures::=amd64" -o "APT::Architectures::=arm64"
)
update_lists() {
	[[ ! -e build/cross/lists/.done ]] || return 0
	mkdir -p build/cross/sources.d build/cross/lists/partial
	: >build/cross/sources.list
	[[ ! -e /etc/apt/sources.list ]] || sed 's/^deb \(.*\)/&\ndeb-src \1/' /etc/apt/sources.list >build/cross/sources.list
	for file in /etc/apt/sources.list.d/*.sources; do
		[[ ! -e $file ]] || sed 's/^Types:.*/Types: deb deb-src/' "$file" >"build/cross/sources.d/${file##*/}"
	done
	quietly cross-apt-update apt-get "${apt_cross[@]}" update
	touch build/cross/lists/.done
}

# libraries_linux-arm64 ROOT: unpacks Debian's own.
libraries_linux-arm64() {
	mkdir -p "$1/debs"
	(cd "$1/debs" && quietly_here apt-get "${apt_cross[@]}" download libyaml-dev:arm64 libjson-c-dev:arm64)
	for deb in "$1"/debs/*.deb; do dpkg-deb -x "$deb" "$1"; done
}

# libraries_windows-amd64 ROOT: builds them from Debian's sources.
libraries_windows-amd64() {
	mkdir -p "$1/src"
	(cd "$1/src" && quietly_here apt-get "${apt_cross[@]}" source --download-only libyaml json-c)
	for archive in "$1"/src/*.orig.tar.gz; do tar -xzf "$archive" -C "$1/src"; done
	for library in "$1"/src/*/; do
		quietly "cross-$(basename "$library")" cmake -S "$library" -B "$library/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
			-DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/windows-amd64.cmake" -DCMAKE_INSTALL_PREFIX="$PWD/$1" \
			-DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DDISABLE_WERROR=ON
		quietly "cross-$(basename "$library")-install" cmake --build "$library/build" --target install
	done
}
quietly_here() { "$@" >log.txt 2>&1 || { cat log.txt >&2; return 1; }; }

compilers_linux_arm64=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
compilers_windows_amd64=(gcc-mingw-w64-x86-64-posix binutils-mingw-w64-x86-64)

for target in "${targets[@]}"; do
	declare -n compilers="compilers_${target//-/_}"
	scripts/packages.sh build
	scripts/packages.sh list "${compilers[@]}"
	scripts/sdist.sh duckdb-headers '*/src/include/duckdb.h' '*/src/include/duckdb_extension.h'
	root=build/cross/$target
	export SV_CROSS_ROOT=$PWD/$root
	if [[ ! -e $root/.done ]]; then
		update_lists
		rm -rf "$root"
		"libraries_$target" "$root"
		touch "$root/.done"
	fi
	quietly "configure-$target" cmake -S . -B "$root/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
		-DSV_WERROR=ON -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/$target.cmake" -DDUCKDB_INCLUDE_DIR="$PWD/build/duckdb-headers"
	cmake --build "$root/build" --target semantic_views | sed '/ninja: no work to do/d'
	python3 scripts/check_dist.py "$root/build/semantic_views.duckdb_extension" "${target/-/_}"
done
