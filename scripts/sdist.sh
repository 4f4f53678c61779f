#!/usr/bin/env bash
# Fetches the source distribution that requirements/NAME.txt pins with its checksum: sdist.sh NAME PATTERN...
# The files whose path in it matches a pattern land in build/NAME/, without their folders.
source "$(dirname "$0")/common.sh"

lock
name=$1 pins=requirements/$1.txt
shift
key=$(cat "$pins" <(echo "$@") | cksum)
[[ $(cat "build/$name/.stamp" 2>/dev/null) != "$key" ]] || exit 0

scripts/packages.sh python
package=$(sed -n 's/^\([A-Za-z0-9_-]*\)==.*/\1/p' "$pins")
say "fetching build/$name from the source distribution of $package"
work=build/$name.part
trap 'rm -rf "$work"' EXIT
rm -rf "$work"
mkdir "$work"
quietly "sdist-$name" python3 -m pip download --no-deps --no-binary "$package" --require-hashes -r "$pins" -d "$work"
mkdir "$work/out"
python3 - "$work"/*.tar.gz "$work/out" "$@" <<'PYTHON' # tar has other options on every system
import fnmatch
import sys
import tarfile
from pathlib import Path

archive, folder, *patterns = sys.argv[1:]
with tarfile.open(archive) as files:
    for file in files:
        if file.isfile() and any(fnmatch.fnmatchcase(file.name, pattern) for pattern in patterns):
            (Path(folder) / Path(file.name).name).write_bytes(files.extractfile(file).read())
PYTHON
rm -rf "build/${name:?}"
mv "$work/out" "build/$name"
echo "$key" >"build/$name/.stamp"
