#!/usr/bin/env bash
# Makes the Python environment build/venv-NAME from requirements/NAME.txt, which pins everything: venv.sh NAME...
# An environment that was made from the same pins by the same Python is left alone.
source "$(dirname "$0")/common.sh"

lock
scripts/packages.sh python
for name in "$@"; do
	pins=requirements/$name.txt venv=build/venv-${name#duckdb-}
	key=$(cat "$pins" requirements/pytest.txt <(python3 -VV) | cksum)
	[[ $(cat "$venv/.stamp" 2>/dev/null) != "$key" ]] || continue
	say "making $venv"
	rm -rf "$venv"
	python3 -m venv "$venv"
	quietly "venv-$name" "$venv/bin/python" -m pip install --no-deps -r "$pins"
	echo "$key" >"$venv/.stamp"
done
