#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Would the harnesses find a defect? Each mutant of tests/known-defects is built
# into those that it is linked into, with sanitizers, and AFL++ starts from the
# ordinary seeds and the custom mutator until something is found or the time is
# over. ./dev fuzz-power, docs/fuzzing.md.
#
# usage: fuzz-power.sh [ID...] [--minutes M] [--jobs N] [--out DIR]
#
#   ID         KB-02, KB-43b, ...; without any all of them
#   --minutes  for each mutant and harness (5)
#   --jobs     mutants at the same time (as many as CPUs)
#   --out      DIR (build/fuzz-power)
#
# The programs are built in DIR/build out of DIR/tree, which is this tree, but for
# core/, which is a copy. Exit status: 0, or 2 when it could not run.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
# in the order in which they are tried: by how many inputs a second they take
harnesses=(elfcorehdr fdt_update segments scenario)

die() { echo "fuzz-power: $*" >&2; exit 2; }

# --- one mutant -----------------------------------------------------------------

# what it says when it ends badly, without what differs each time
words_of() {
	grep -aE 'broken promise|AddressSanitizer:|runtime error:' "$1" | head -1 |
		sed -E 's/^==[0-9]+==//; s/ on (unknown )?address.*//; s/^[^ ]*: (runtime error)/\1/'
}

# report NAME HARNESS SECONDS EXECUTIONS FILE-WITH-WORDS
report() {
	printf '%-10s %-10s %5s %9s  %s\n' "$1" "$2" "$3" "$4" "$(words_of "$5")"
}

# says NAME HARNESS FILE: what the harness has to say of an input, into "words";
# NAME may be "unchanged"
says() {
	local dir=$out/mutants/$1
	# the shell would say that it was aborted
	{ timeout 20 "$dir/fuzz_$2" <"$3" >"$dir/words" 2>&1; } 2>/dev/null
}

# a seed that shows it: then there is nothing to fuzz
try_seeds() {
	local name=$1 harness=$2 dir=$out/mutants/$1 seed
	for seed in "$top/fuzz/seeds/$harness"/*; do
		says "$name" "$harness" "$seed" ||
			{ report "$name" "$harness" 0 0 "$dir/words"; return 0; }
	done
	return 1
}

try_fuzzing() {
	local name=$1 harness=$2 dir=$out/mutants/$1 crash words=()
	local -x AFL_CUSTOM_MUTATOR_LIBRARY
	[[ $harness != scenario ]] || {
		AFL_CUSTOM_MUTATOR_LIBRARY=$out/mutator_scenario.so
		local -x AFL_CUSTOM_MUTATOR_ONLY=1
	}
	for words in fdt elf; do
		case $harness-$words in
		fdt_update-fdt | segments-*) dictionary+=(-x "$top/fuzz/$words.dict") ;;
		esac
	done
	AFL_BENCH_UNTIL_CRASH=1 timeout -s INT $((seconds + 60)) \
		afl-fuzz -V "$seconds" -t 1000+ "${dictionary[@]}" \
		-i "$top/fuzz/seeds/$harness" -o "$dir/$harness" -- \
		"$dir/fuzz_$harness" >"$dir/$harness.log" 2>&1 || true
	# ...,time:1234,execs:5678,...
	crash=$(find "$dir/$harness/default/crashes" "$dir/$harness/default/hangs" \
		-name 'id:*' 2>/dev/null | sort | head -1)
	[[ $crash ]] || return 1
	says unchanged "$harness" "$crash" ||
		{ echo "$name: $harness fails without it, too: $crash"; return 1; }
	says "$name" "$harness" "$crash" || true
	[[ $crash =~ time:([0-9]+),execs:([0-9]+) ]]
	report "$name" "$harness" $(((BASH_REMATCH[1] + 999) / 1000)) \
		"${BASH_REMATCH[2]}" "$dir/words"
}

one() {
	local name=$1 harness dictionary=() dir=$out/mutants/$1
	for harness in "${harnesses[@]}"; do
		[[ ! -e $dir/fuzz_$harness ]] || ! try_seeds "$name" "$harness" || return 0
	done
	for harness in "${harnesses[@]}"; do
		dictionary=()
		[[ ! -e $dir/fuzz_$harness ]] || ! try_fuzzing "$name" "$harness" || return 0
	done
	printf '%-10s not found: %s\n' "$name" "$(
		for harness in "${harnesses[@]}"; do
			stats=$dir/$harness/default/fuzzer_stats
			[[ ! -e $stats ]] || printf '%s %s executions  ' "$harness" \
				"$(sed -n 's/^execs_done *: *//p' "$stats")"
		done)"
}

# --- builds ---------------------------------------------------------------------

make_tree() {
	local entry
	rm -rf "$out/tree"
	mkdir -p "$out/tree"
	for entry in "$top"/*; do
		[[ $entry == */core || $entry == */build ]] || ln -s "$entry" "$out/tree"
	done
	cp -r "$top/core" "$out/tree/core"
}

build() {
	cmake --build "$out/build" --parallel "$jobs" --target \
		"${harnesses[@]/#/fuzz_}" >"$out/build.log" 2>&1
}

build_unchanged() {
	# compilers warn of some mutants
	(cd "$out/tree" && cmake --preset fuzz-asan -B "$out/build" \
		-DCMAKE_C_FLAGS="-O2 -g -w") \
		>"$out/configure.log" 2>&1 ||
		{ tail -n 20 "$out/configure.log"; die "cannot configure a build"; }
	build || { tail -n 20 "$out/build.log"; die "core does not build"; }
	mkdir -p "$out/mutants/unchanged"
	cp "${harnesses[@]/#/"$out"/build/bin/fuzz_}" "$out/mutants/unchanged"
	cc -std=gnu11 -O2 -shared -fPIC -I"$top/emu" -o "$out/mutator_scenario.so" \
		"$top/fuzz/mutator_scenario.c"
}

# build_mutant NAME: only the programs that are other ones now
build_mutant() {
	local name=$1 dir=$out/mutants/$1 harness file
	mkdir -p "$dir/core"
	cp "$top"/core/* "$dir/core"
	patch --silent --strip=1 --directory="$dir" <"${patches[$name]}" >"$dir/patch.log" ||
		die "${patches[$name]} does not apply"
	# with the time of now, or make takes what it made for another mutant
	for file in "$out"/tree/core/*; do
		cmp -s "$file" "$dir/core/$(basename "$file")" ||
			cp "$dir/core/$(basename "$file")" "$file"
	done
	rm -r "$dir/core"
	build || { tail -n 20 "$out/build.log" >&2; die "$name does not build"; }
	for harness in "${harnesses[@]}"; do
		cmp -s "$out/build/bin/fuzz_$harness" \
			"$out/mutants/unchanged/fuzz_$harness" ||
			cp "$out/build/bin/fuzz_$harness" "$dir"
	done
}

# the names, each as soon as it is built; those that change the same file follow
# one another, so that it is all that has to be compiled
build_all() {
	local name
	for name in "${names[@]}"; do
		echo "$(sed -n 's,^+++ b/,,p' "${patches[$name]}" | xargs) $name"
	done | sort | while read -r name; do
		name=${name##* }
		build_mutant "$name"
		echo "$name"
	done
}

# KB-02, KB-02-b
name_of() {
	local file
	file=$(basename "$1" .patch)
	echo "$(basename "$(dirname "$1")")${file#mutant}"
}

# --- all of it --------------------------------------------------------------------

if [[ ${1-} == --one ]]; then
	out=$2 seconds=$3
	one "$4"
	exit
fi

minutes=5 jobs=$(nproc) out=$top/build/fuzz-power ids=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--minutes | --jobs | --out)
		[[ $# -gt 1 ]] || die "$1 needs a value"
		printf -v "${1#--}" %s "$2"
		shift
		;;
	-*) die "no option $1" ;;
	*) ids+=("$1") ;;
	esac
	shift
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || die "--minutes: '$minutes' is no number of minutes"
[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "--jobs: '$jobs' is no number of jobs"
type afl-fuzz afl-clang-fast >/dev/null 2>&1 || die "no afl++ here"

shopt -s nullglob
[[ ${#ids[@]} -gt 0 ]] || ids=($(cd "$top/tests/known-defects" && echo KB-*))
declare -A patches
names=()
for id in "${ids[@]}"; do
	found=("$top/tests/known-defects/$id"/mutant*.patch)
	[[ ${#found[@]} -gt 0 ]] || die "no mutant of '$id' in tests/known-defects"
	for patch in "${found[@]}"; do
		# another entry's mutant
		[[ -L $patch && ${#ids[@]} -gt 1 ]] && continue
		name=$(name_of "$patch")
		patches[$name]=$patch
		names+=("$name")
	done
done

mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/mutants"
echo "building ${#names[@]} mutants in $out"
make_tree
build_unchanged

export AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_FORKSRV_INIT_TMOUT=60000
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
printf '%-10s %-10s %5s %9s  %s\n' mutant harness s inputs "what is said"
build_all | xargs -d '\n' -n 1 -P "$jobs" "$0" --one "$out" $((60 * minutes)) |
	tee "$out/found"
found=$(grep -vc 'not found' "$out/found" || true)
seeds=$(awk '$3 == 0 && $4 == 0' "$out/found" | wc -l)
echo "${#names[@]} mutants, $found found, $seeds of them by a seed alone; $((SECONDS / 60)) minutes"
