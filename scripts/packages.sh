#!/usr/bin/env bash
# Installs the Debian packages that are missing: packages.sh build|test|python|node|java|go
# or packages.sh list NAME...
# Without root it prints the command to run and stops.
source "$(dirname "$0")/common.sh"

# have COMMAND...: all of these tools are there; they need not be Debian's.
have() { for tool; do command -v "$tool" >/dev/null || return; done; }

wanted=()
case ${1:?what for: build, test, python, node, java, go or list} in
build) wanted=(gcc libc6-dev cmake ninja-build libyaml-dev libjson-c-dev libcmocka-dev) ;;
test) wanted=(clang clang-format clang-tidy libclang-rt-14-dev) ;;
python) ;;
node) have node npm || wanted=(nodejs npm) ;;
java) have javac mvn || wanted=(default-jdk-headless maven) ;;
go) wanted=(g++ libc6-dev) ;; # for cgo; Debian's Go is too old
list) wanted=("${@:2}") ;;
*) echo "packages.sh: unknown purpose '$1'" >&2; exit 2 ;;
esac

missing=()
if command -v dpkg-query >/dev/null; then
	for package in "${wanted[@]}"; do
		[[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
	done
fi
# python3 need not be Debian's, so ask it and not dpkg.
python3 -c 'import ensurepip, pip, venv' 2>/dev/null || missing+=(python3 python3-venv python3-pip)

((${#missing[@]})) || exit 0
install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
	echo "These packages are missing. Install them, then run this again:" >&2
	echo "  sudo apt-get update && sudo ${install[*]}" >&2
	exit 1
fi
say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
quietly apt-update apt-get -o DPkg::Lock::Timeout=300 update
quietly apt-install "${install[@]}" -o DPkg::Lock::Timeout=300
