#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Are the tests of the known defects able to fail? Each patch in tests/mutants
# puts a defect back into a copy of core/, and names the tests that must fail
# then. Where one passes, the mutant has survived.
#
# usage: mutants.sh CONFIG [MUTANT...]
#
# CONFIG is written by cmake/Mutants.cmake. A MUTANT is a name like KB-02;
# without any, all of them run.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
# From the configuration: cc, core_flags, core_sources, module_source, mutants,
# link.
# shellcheck source=/dev/null
source "$1"
config=$1
scratch=$(dirname "$1")/mutants
shift

# A read after free must not pass by luck. Memory that a failing test leaves
# behind is no news.
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=all)
export ASAN_OPTIONS=detect_leaks=0
# Not even a mutant that never ends holds up the others.
seconds=20

die() { echo "mutants: $*" >&2; exit 2; }

# compile SOURCE OBJECT
compile() {
	"$cc" -std=gnu11 -O1 -g "${sanitize[@]}" "${core_flags[@]}" -c "$1" -o "$2"
}

# link_program DIRECTORY: its objects, and the unchanged ones besides
link_program() {
	local source object objects=()
	for source in "${core_sources[@]}" "$module_source"; do
		object=$(basename "$source" .c).o
		if [[ -e $1/$object ]]; then
			objects+=("$1/$object")
		else
			objects+=("$scratch/unchanged/$object")
		fi
	done
	"$cc" "${sanitize[@]}" -o "$1/tests" "${objects[@]}" "${link[@]}"
}

tests_of() { sed -n '/^---/q; s/^Test: //p' "$1"; }

# passes DIRECTORY TEST
passes() { timeout "$seconds" "$1/tests" "$2" >"$1/$2.log" 2>&1; }

unchanged() {
	local dir=$scratch/unchanged source jobs=()
	mkdir -p "$dir"
	for source in "${core_sources[@]}" "$module_source"; do
		compile "$source" "$dir/$(basename "$source" .c).o" &
		jobs+=($!)
	done
	for source in "${jobs[@]}"; do
		wait "$source" || die "core/ does not compile"
	done
	link_program "$dir"
}

# one PATCH: a line for each test that it names
one() {
	local patch=$1 name dir file test tests
	name=$(basename "$patch" .patch)
	dir=$scratch/$name
	mkdir -p "$dir"
	cp -r "$top/core" "$dir/core"
	patch --silent --strip=1 --fuzz=0 --directory="$dir" <"$patch" >"$dir/patch.log" ||
		{ cat "$dir/patch.log"; die "$name does not apply"; }
	while read -r file; do
		[[ $file == core/*.c ]] || die "$name changes $file"
		compile "$dir/$file" "$dir/$(basename "$file" .c).o" ||
			die "$name does not compile"
	done < <(sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p' "$patch")
	link_program "$dir" || die "$name does not link"

	mapfile -t tests < <(tests_of "$patch")
	[[ ${#tests[@]} -gt 0 ]] || die "$name names no test"
	for test in "${tests[@]}"; do
		passes "$scratch/unchanged" "$test" ||
			die "$test fails without $name: $scratch/unchanged/$test.log"
		if passes "$dir" "$test"; then
			echo "$name SURVIVED $test"
		else
			echo "$name killed by $test"
		fi
	done
}

if [[ ${1-} == --one ]]; then
	one "$2"
	exit
fi

patches=("$mutants"/*.patch)
if [[ $# -gt 0 ]]; then
	patches=("${@/#/$mutants/}")
	patches=("${patches[@]/%/.patch}")
fi
rm -rf "$scratch"
unchanged
result=0
printf '%s\0' "${patches[@]}" |
	xargs -0 -n 1 -P "$(nproc)" "$0" "$config" --one >"$scratch/lines" || result=2
sort -V "$scratch/lines"
[[ $result == 0 ]] || die "not all of them could be tried"
printf '%s mutants, %s survived, %s s\n' "${#patches[@]}" \
	"$(grep -c SURVIVED "$scratch/lines" || true)" "$SECONDS"
! grep -q SURVIVED "$scratch/lines"
