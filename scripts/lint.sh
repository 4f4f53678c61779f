#!/usr/bin/env bash
# clang-format and clang-tidy over all C files: lint.sh [--fix]  (--fix only formats)
# A file that clang-tidy passed is not looked at again until it, a header or the rules change.
source "$(dirname "$0")/common.sh"

scripts/packages.sh build
scripts/packages.sh test
mapfile -t all < <(find src test -name '*.[ch]' | sort)
if [[ ${1:-} == --fix ]]; then
	clang-format -i "${all[@]}"
	exit
fi
status=0
clang-format --dry-run -Werror "${all[@]}" || status=1

# Only what the fuzz preset compiles has a compile command; it compiles everything.
scripts/build.sh --configure-only fuzz
mkdir -p build/tidy
common=$(find src test -name '*.h' -print0 | sort -z | xargs -0 cat .clang-tidy | sha256sum)
tidy() {
	local stamp=build/tidy/${1//\//_} key
	key=$(sha256sum - "$1" <<<"$2")
	[[ $(cat "$stamp" 2>/dev/null) != "$key" ]] || return 0
	# What it prints besides findings is a count of warnings in system headers.
	clang-tidy --quiet -p build/fuzz "$1" 2>"$stamp.err" || { grep -v 'warnings generated' "$stamp.err" >&2; return 1; }
	echo "$key" >"$stamp"
}
export -f tidy
export common
printf '%s\n' "${all[@]}" | grep '\.c$' | xargs -P "$(nproc)" -I{} bash -c 'tidy "$1" "$common"' _ {} || status=1
((status)) || echo "lint: ${#all[@]} files are clean"
exit $status
