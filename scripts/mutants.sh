#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Are the tests, and the suite of known defects, able to fail? Each patch puts a
# defect into a copy of core/ and says what must go wrong then. Where that goes
# well, the mutant has survived.
#
#   tests/known-defects/KB-nn/mutant*.patch   the scenario beside it fails, with
#                                             the invariant of defect.yaml or of
#                                             the patch's line "Invariant: I-X"
#   tests/mutants/**/*.patch                  no known defects, or none that a
#                                             scenario shows
#   "Test: NAME"                              lines of both: a test that fails
#   "Explore: FILE LINE"                      what crash-hp explore FILE prints, a
#                                             regular expression (powerpc)
#
# usage: mutants.sh CONFIG [PATCH...]
#
# CONFIG is written by cmake/Mutants.cmake. Without a PATCH all of them run.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
# From the configuration: cc, crash_hp, for each architecture flags_ARCH,
# sources_ARCH and programs_ARCH, for each of these programs link_PROGRAM.
# shellcheck source=/dev/null
source "$1"
config=$1
scratch=$(dirname "$1")/mutants
shift

# A read after free must not pass by luck: the tests have a sanitizer, and
# crash-hp bugs guards its allocations. What a failing test leaves behind is no
# news.
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=all)
export ASAN_OPTIONS=detect_leaks=0
# Not even a mutant that never ends holds up the others.
seconds=20

die() { echo "mutants: $*" >&2; exit 2; }

# head_of KEY PATCH: the values of "KEY: value" before the patch proper
head_of() { sed -n "/^---/q; s/^$1: //p" "$2"; }

# name_of PATCH: KB-02, KB-02-b, x86-cpu-events
name_of() {
	local folder file
	folder=$(basename "$(dirname "$1")")
	file=$(basename "$1" .patch)
	if [[ $1 == */known-defects/* ]]; then
		echo "$folder${file#mutant}"
	else
		echo "$folder-$file"
	fi
}

# arch_of PATCH: of the scenario beside it, or nothing
arch_of() {
	local scenario=${1%/*}/scenario.yaml
	[[ -e $scenario ]] || return 0
	if grep -qE '\barch: *x86_64\b' "$scenario"; then
		echo x86_64
	else
		echo powerpc
	fi
}

arch_of_program() {
	[[ " ${programs_x86_64[*]} " == *" $1 "* ]] && echo x86_64 || echo powerpc
}

# split_tests PATCH: the tests that it names, into ${tests_of[PROGRAM]}
split_tests() {
	local test program
	while read -r test; do
		program=$(cd "$top/tests" && grep -l "^static void $test(" \
			"${programs_powerpc[@]/%/.c}" "${programs_x86_64[@]/%/.c}") ||
			die "$1: there is no test $test"
		tests_of[${program%.c}]+="$test "
	done < <(head_of Test "$1")
}

# object DIRECTORY KIND ARCH SOURCE: the name of the object file
object() { echo "$1/$2-$3-$(basename "$4" .c).o"; }

# compile KIND ARCH SOURCE DIRECTORY
compile() {
	local -n flags=flags_$2
	local options=(-fPIC -fvisibility=hidden)
	[[ $1 == module ]] || options=("${sanitize[@]}"
		-DHANDLER_MODULE_SYMBOL="handler_module_core_$2")
	"$cc" -std=gnu11 -O1 -g "${options[@]}" "${flags[@]}" -c "$3" \
		-o "$(object "$4" "$1" "$2" "$3")"
}

# collect KIND ARCH DIRECTORY: into $objects, its own, else the unchanged ones
collect() {
	local -n sources=sources_$2
	local source file
	objects=()
	for source in "${sources[@]}"; do
		file=$(object "$3" "$1" "$2" "$source")
		[[ -e $file ]] || file=$(object "$scratch/unchanged" "$1" "$2" "$source")
		objects+=("$file")
	done
}

# build_tests PROGRAM ARCH DIRECTORY
build_tests() {
	local -n link=link_$1
	collect tests "$2" "$3"
	"$cc" "${sanitize[@]}" -o "$3/$1" "${objects[@]}" "${link[@]}"
}

# build_module ARCH DIRECTORY: module-ARCH.so
build_module() {
	collect module "$1" "$2"
	"$cc" -shared -nostdlib -Wl,-Bsymbolic -o "$2/module-$1.so" "${objects[@]}"
}

unchanged() {
	local dir=$scratch/unchanged kind arch source program jobs=()
	mkdir -p "$dir"
	for arch in powerpc x86_64; do
		local -n all=sources_$arch
		for kind in tests module; do
			for source in "${all[@]}"; do
				compile "$kind" "$arch" "$source" "$dir" &
				jobs+=($!)
			done
		done
	done
	for source in "${jobs[@]}"; do
		wait "$source" || die "core/ does not compile"
	done
	for arch in powerpc x86_64; do
		local -n programs=programs_$arch
		for program in "${programs[@]}"; do
			build_tests "$program" "$arch" "$dir"
		done
	done
}

# mutate PATCH DIRECTORY: into $changed, the files
mutate() {
	mkdir -p "$2"
	cp -r "$top/core" "$2/core"
	patch --silent --strip=1 --fuzz=0 --directory="$2" <"$1" >"$2/patch.log" ||
		{ cat "$2/patch.log"; die "$1 does not apply"; }
	mapfile -t changed < <(sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p' "$1")
	local file
	for file in "${changed[@]}"; do
		[[ $file == core/*.c ]] || die "$1 changes $file"
	done
}

# recompile KIND ARCH DIRECTORY NAME: what is changed
recompile() {
	local -n its=sources_$2
	local file
	for file in "${changed[@]}"; do
		# one of a file that the other architecture has
		[[ " ${its[*]} " == *"/$file "* ]] || continue
		compile "$1" "$2" "$3/$file" "$3" || die "$4 does not compile"
	done
}

# make_module ARCH DIRECTORY NAME
make_module() {
	recompile module "$1" "$2" "$3"
	build_module "$1" "$2" || die "$3 does not link"
}

# passes DIRECTORY PROGRAM TEST
passes() { timeout "$seconds" "$1/$2" "$3" >"$1/$3.log" 2>&1; }

# run_tests DIRECTORY NAME ARCH PROGRAM TEST...
run_tests() {
	local dir=$1 name=$2 arch=$3 program=$4 test
	[[ $# -gt 4 ]] || return 0
	recompile tests "$arch" "$dir" "$name"
	build_tests "$program" "$arch" "$dir" || die "$name does not link"
	for test in "${@:5}"; do
		passes "$scratch/unchanged" "$program" "$test" ||
			die "$test fails without $name: $scratch/unchanged/$test.log"
		if passes "$dir" "$program" "$test"; then
			echo "$name SURVIVED $test"
		else
			echo "$name killed by $test"
		fi
	done
}

# any of the entry's invariants, or the patch's own
invariants_of() {
	local own
	own=$(head_of Invariant "$1")
	[[ -n $own ]] || own=$(sed -n 's/^invariant: *//p' "${1%/*}/defect.yaml" |
		tr -d '[],')
	echo "$own"
}

# run_scenario PATCH DIRECTORY NAME ARCH
run_scenario() {
	local id invariant status
	id=$(basename "$(dirname "$1")")
	make_module "$4" "$2" "$3"
	for invariant in $(invariants_of "$1"); do
		status=0
		"$crash_hp" bugs "$id" --handlers-b "$2/module-$4.so" \
			--b-fails "$invariant" >"$2/bugs.log" 2>&1 || status=$?
		[[ $status -lt 2 ]] || { cat "$2/bugs.log"; die "$3 cannot be played"; }
		[[ $status == 1 ]] || {
			echo "$3 killed by its scenario, $invariant"
			return
		}
	done
	echo "$3 SURVIVED its scenario: $(grep -o 'WRONG: .*' "$2/bugs.log")"
}

# run_explore PATCH DIRECTORY NAME
run_explore() {
	local file line
	read -r file line < <(head_of Explore "$1") || return 0
	make_module powerpc "$2" "$3"
	! "$crash_hp" explore "$top/$file" | grep -qE "$line" ||
		die "explore $file prints '$line' without $3"
	"$crash_hp" explore --handlers "$2/module-powerpc.so" "$top/$file" \
		>"$2/explore.log" 2>&1 || true
	if grep -qE "$line" "$2/explore.log"; then
		echo "$3 killed by explore"
	else
		echo "$3 SURVIVED explore: $2/explore.log"
	fi
}

# one PATCH: a line for each thing that has to fail
one() {
	local patch=$1 name dir arch program changed objects
	local -A tests_of=()
	name=$(name_of "$patch")
	dir=$scratch/$name
	mutate "$patch" "$dir"
	split_tests "$patch"
	arch=$(arch_of "$patch")
	[[ ${#tests_of[@]} != 0 || -n $arch$(head_of Explore "$patch") ]] ||
		die "$name names no test"
	for program in "${!tests_of[@]}"; do
		# shellcheck disable=SC2086 # names of tests
		run_tests "$dir" "$name" "$(arch_of_program "$program")" "$program" \
			${tests_of[$program]}
	done
	run_explore "$patch" "$dir" "$name"
	[[ -z $arch ]] || run_scenario "$patch" "$dir" "$name" "$arch"
}

if [[ ${1-} == --one ]]; then
	one "$2"
	exit
fi

patches=("$@")
if [[ $# == 0 ]]; then
	shopt -s nullglob
	patches=("$top"/tests/known-defects/*/mutant*.patch "$top"/tests/mutants/{,*/}*.patch)
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
