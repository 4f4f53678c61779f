#!/usr/bin/env bash
# Fetches the source distribution that requirements/NAME.txt pins with its checksum: sdist.sh NAME PATTERN...
# The files whose path in it matches a pattern land in build/NAME/, without their folders.
source "$(dirname "$0")/common.sh"

lock
name=$1 pins=requirements/$1.txt
shift
key=$(cat "$pins" <(echo "$@") | sha256sum)
[[ $(cat "build/$name/.stamp" 2>/dev/null) != "$key" ]] || exit 0

scripts/packages.sh python
package=$(sed -n 's/^\([A-Za-z0-9_-]*\)==.*/\1/p' "$pins")
say "fetching build/$name from the source distribution of $package"
work=$(mktemp -d -p build)
trap 'rm -rf "$work"' EXIT
quietly "sdist-$name" python3 -m pip download --no-deps --no-binary "$package" --require-hashes -r "$pins" -d "$work"
mkdir "$work/out"
tar -xzf "$work"/*.tar.gz -C "$work/out" --wildcards --transform 's|.*/||' "$@"
rm -rf "build/${name:?}"
mv "$work/out" "build/$name"
echo "$key" >"build/$name/.stamp"
