#!/usr/bin/env bash
# What the build of DuckDB's community repository does with an extension: community.sh configure|build|test
# Its containers have CMake, Ninja, Python and vcpkg (vcpkg.json), but neither apt nor Debian's packages. It says in the
# environment for what to build: DUCKDB_PLATFORM, OSX_BUILD_ARCH, VCPKG_TOOLCHAIN_PATH, VCPKG_TARGET_TRIPLET.
source "$(dirname "$0")/common.sh"

built=build/community
given=build/release/extension/semantic_views/semantic_views.duckdb_extension # where it looks for the file
case ${1:?configure, build or test} in
configure) scripts/sdist.sh duckdb-headers '*/src/include/duckdb.h' '*/src/include/duckdb_extension.h' ;;
build)
	quietly community-configure cmake -S . -B "$built" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
		${DUCKDB_PLATFORM:+"-DSV_PLATFORM=$DUCKDB_PLATFORM"} \
		${OSX_BUILD_ARCH:+"-DCMAKE_OSX_ARCHITECTURES=$OSX_BUILD_ARCH"} \
		${VCPKG_TOOLCHAIN_PATH:+"-DCMAKE_TOOLCHAIN_FILE=$VCPKG_TOOLCHAIN_PATH"} \
		${VCPKG_TARGET_TRIPLET:+"-DVCPKG_TARGET_TRIPLET=$VCPKG_TARGET_TRIPLET"}
	cmake --build "$built"
	mkdir -p "${given%/*}"
	cp "$built/semantic_views.duckdb_extension" "$given"
	python3 scripts/check_dist.py "$given" ${DUCKDB_PLATFORM:+"$DUCKDB_PLATFORM"}
	;;
test)
	machine=$(uname -m)
	[[ ${OSX_BUILD_ARCH:-$machine} == "$machine" ]] || { say "built for $OSX_BUILD_ARCH, which $machine cannot run"; exit 0; }
	scripts/venv.sh duckdb-1.5.6
	SEMANTIC_VIEWS_EXTENSION=$PWD/$given build/venv-1.5.6/bin/python -m pytest -q -p no:cacheprovider -n auto \
		test/python/test_cases.py test/python/test_sql.py
	;;
*) echo "community.sh: unknown step '$1'" >&2; exit 2 ;;
esac
