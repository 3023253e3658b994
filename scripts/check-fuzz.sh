#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does ./dev fuzz do what it says? Short campaigns, limited by executions: two
# hosts that share a folder, one that goes on, and one of a core/ with a defect,
# which has to be found.
#
# usage: check-fuzz.sh DIRECTORY	(everything is built and found there)
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
if ! type afl-fuzz afl-cmin rsync >/dev/null 2>&1; then
	echo "check-fuzz: no afl++ and rsync here: skipped"
	exit 77
fi
mkdir -p "$dir"
rm -rf "$dir"/{a,b,programs,defect,shared,tree}
mkdir "$dir/shared" "$dir/tree"
# One tree for all: then little is built anew for the defect.
tar -C "$top" --exclude=./build --exclude=./.git -cf - . | tar -C "$dir/tree" -xf -
# The last run has left the defect in the objects.
touch "$dir"/tree/core/*.c

bad() { echo "WRONG: $*"; exit 1; }

# campaign WANTED-STATUS ARGUMENT...
campaign() {
	local wanted=$1 status=0
	shift
	echo "-- fuzz $*"
	"$dir/tree/scripts/fuzz.pl" --minutes 4 --jobs 2 --build "$dir/build" "$@" \
		>"$dir/log" 2>&1 || status=$?
	tail -n 6 "$dir/log"
	[[ $status == "$wanted" ]] || bad "exit status $status, not $wanted"
}

# on_host NAME
on_host() {
	campaign 0 elfcorehdr --roles main,asan,cmplog --execs 5000 \
		--out "$dir/$1" --sync "$dir/shared" --host "$1"
}

# executions INSTANCE
executions() { sed -n 's/^execs_done *: //p' "$dir/$1/fuzzer_stats"; }

# sees HOST OTHER: all that OTHER's main has found came, and was looked at
sees() {
	local from=$dir/$1/elfcorehdr seen
	diff <(ls "$dir/$2/elfcorehdr/main/queue") \
		<(ls "$from/from-$2/queue") >/dev/null ||
		bad "$1 has not all of $2's inputs"
	# AFL++'s own note: the number of the next one to look at
	seen=$(od -A n -t u4 "$from/main/.synced/from-$2" | tr -d ' ')
	[[ $seen -gt 3 ]] || bad "$1 has not looked at $2's inputs"
	echo "$1 has looked at $seen inputs of $2"
}

for option in "nosuch" "judge --minutes 0" "judge --jobs x" "judge --roles nosuch" \
	"judge --sync $dir/nowhere" "judge --host a/b"; do
	# shellcheck disable=SC2086
	campaign 2 $option --out "$dir/a"
	[[ $(wc -l <"$dir/log") == 1 ]] || bad "more than one line about $option"
done

on_host a
for instance in main asan cmplog; do
	[[ $(executions "a/elfcorehdr/$instance") -ge 5000 ]] ||
		bad "no 5000 executions of $instance"
done
[[ -n $(ls "$dir/a/elfcorehdr/corpus") ]] || bad "no corpus"
on_host b
sees b a
before=$(executions a/elfcorehdr/main)
on_host a
sees a b
[[ $(executions a/elfcorehdr/main) -ge $((before + 5000)) ]] ||
	bad "it did not go on, but began anew"

# AFL++ leaves some behind, if nobody cares
left=$(pgrep -f "^$dir/build/" || true)
[[ ! $left ]] || bad "processes are left: $left"

campaign 0 scenario --roles main,events --execs 500 --out "$dir/programs"

patch --silent --strip=1 --directory="$dir/tree" \
	<"$top/tests/known-defects/KB-04/mutant.patch"
campaign 1 elfcorehdr --roles main --execs 200000 --out "$dir/defect"
found=("$dir"/defect/elfcorehdr/*/crashes/id:*)
[[ -e ${found[0]} ]] || bad "no finding in its folder"
grep -q 'broken promise: ' "$dir/log" || bad "the finding is not told in words"
