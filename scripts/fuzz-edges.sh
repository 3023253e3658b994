#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the harnesses with afl-clang-fast and replays the seeds of each: they
# have to reach as many edges as fuzz/edges says. A harness that reads nothing,
# or stops at its first check, reaches only a few. And they have to reach the same
# ones each time, as afl-fuzz sees it when it calibrates: one that does not keeps
# something of its inputs.
#
# usage: fuzz-edges.sh BUILD-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
export AFL_QUIET=1
if ! type afl-clang-fast afl-showmap >/dev/null 2>&1; then
	echo "fuzz-edges: no afl++ here: skipped"
	exit 77
fi

cmake --preset fuzz -B "$build" >"$build.log" 2>&1 &&
	cmake --build "$build" --parallel "$(nproc)" --target fuzzers >>"$build.log" 2>&1 ||
	{ tail -n 40 "$build.log"; exit 1; }

# edges NAME: that its seeds reach
edges() {
	afl-showmap -C -i "fuzz/seeds/$1" -o "$build.edges" -- "$build/bin/fuzz_$1" \
		>"$build.log" 2>&1 || { tail -n 40 "$build.log" >&2; return 1; }
	wc -l <"$build.edges"
}

# stability NAME: in percent; afl-fuzz plays each seed some times, and one round
stability() {
	rm -rf "$build.afl"
	AFL_BENCH_JUST_ONE=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 \
		AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
		afl-fuzz -i "fuzz/seeds/$1" -o "$build.afl" -t 5000+ -- \
		"$build/bin/fuzz_$1" >"$build.log" 2>&1 </dev/null ||
		{ tail -n 40 "$build.log" >&2; return 1; }
	sed -n 's/^stability *: \([0-9.]*\)%/\1/p' "$build.afl/default/fuzzer_stats"
}

bad=0
for source in fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	# needs a kernel tree
	[[ $name != differential ]] || continue
	read -r wanted stable < <(sed -n "s/^$name //p" fuzz/edges) || true
	if [[ ! ${stable-} ]]; then
		echo "$name: fuzz/edges does not say how many edges its seeds reach, and how stable they are"
		bad=1
		continue
	fi
	got=$(edges "$name")
	same=$(stability "$name")
	printf '%-12s %5d edges, at least %d wanted; stability %s %%, at least %d wanted\n' \
		"$name" "$got" "$wanted" "$same" "$stable"
	((got >= wanted && ${same%.*} >= stable)) || bad=1
done
exit $bad
