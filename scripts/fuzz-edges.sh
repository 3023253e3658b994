#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the harnesses with afl-clang-fast and replays the seeds of each: they
# have to reach as many edges as fuzz/edges says. A harness that reads nothing,
# or stops at its first check, reaches only a few.
#
# usage: fuzz-edges.sh BUILD-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
edges=$build/edges.out
export AFL_QUIET=1
if ! type afl-clang-fast afl-showmap >/dev/null 2>&1; then
	echo "fuzz-edges: no afl++ here: skipped"
	exit 77
fi

cmake --preset fuzz -B "$build" >"$build.log" 2>&1 &&
	cmake --build "$build" --parallel "$(nproc)" --target fuzzers >>"$build.log" 2>&1 ||
	{ tail -n 40 "$build.log"; exit 1; }

bad=0
for source in fuzz/fuzz_*.c; do
	harness=$(basename "$source" .c)
	name=${harness#fuzz_}
	# needs a kernel tree
	[[ $name != differential ]] || continue
	wanted=$(awk -v name="$name" '$1 == name { print $2 }' fuzz/edges)
	if [[ ! $wanted ]]; then
		echo "$name: fuzz/edges does not say how many edges its seeds reach"
		bad=1
		continue
	fi
	rm -f "$edges"
	afl-showmap -C -i "fuzz/seeds/$name" -o "$edges" -- \
		"$build/bin/$harness" >"$build.log" 2>&1 ||
		{ tail -n 40 "$build.log"; echo "$name: afl-showmap failed"; bad=1; }
	got=$(cat "$edges" 2>/dev/null | wc -l)
	printf '%-12s %5d edges, at least %d wanted\n' "$name" "$got" "$wanted"
	((got >= wanted)) || bad=1
done
exit $bad
