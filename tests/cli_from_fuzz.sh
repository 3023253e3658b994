#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp from-fuzz: seeds and regressions play as scenarios, with the verdicts
# that are written there; what is in a program; complaints.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# --- what they say is what happens ------------------------------------------------

shopt -s nullglob
for f in fuzz/seeds/scenario/* fixtures/regress/scenario/*; do
	hp from-fuzz "$f"
	expect_status 0
	cp "$work/out" "$work/x.yaml"
	hp run "$work/x.yaml"
	expect_status 0
done

# --- one program, event by event --------------------------------------------------

# load; CPU 2, then 1 goes offline, nothing hears of the second; an event that is
# not possible; memory arrives; the mapping for it fails; half an event
printf '\1\2\0\0''\0\0\0\0''\4\2\0\0''\4\1\0\200''\10\0\0\0''\7\0\5\0''\11\0\0\302''\4\0' > "$work/p"
hp from-fuzz "$work/p"
expect_status 0
expect_equal "events" "load cpu-offline cpu-offline memory-add memory-online" \
	"$(sed -n 's/^  - \([a-z-]*\):.*/\1/p' "$work/out" | xargs)"
expect_equal "lock" 1 "$(grep -c 'lock-busy: true' "$work/out")"
expect_equal "mapping" 1 "$(grep -c 'fail-map: 3' "$work/out")"
expect_equal "verdict" 1 "$(grep -c 'expect: incomplete' "$work/out")"
cp "$work/out" "$work/x.yaml"
hp run "$work/x.yaml"
expect_status 0

# --- a powerpc machine is in the command -------------------------------------------

printf '\1\0\0\0''\0\0\0\0''\4\1\0\0' > "$work/p"
hp from-fuzz "$work/p"
expect_equal "tree" "builtin:pseries" "$(sed -n 's/^  tree: //p' "$work/out")"
sed -i 's/builtin:pseries/builtin:other/' "$work/out"
cp "$work/out" "$work/x.yaml"
hp run "$work/x.yaml"
expect_complaint '"builtin:other" is none of the built-in trees'

# --- complaints ---------------------------------------------------------------------

hp from-fuzz
expect_complaint 'which file?'
hp from-fuzz "$work/p" "$work/p"
expect_complaint 'one file, not'
hp from-fuzz "$work/none"
expect_complaint 'none: '
: > "$work/empty"
hp from-fuzz "$work/empty"
expect_complaint 'empty: a program in which nothing happens'
printf '\7\0\0\0\0\0\0\0' > "$work/future"
hp from-fuzz "$work/future"
expect_complaint 'nothing happens'
finish
