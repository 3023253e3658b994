#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp gen: files, the same bytes for the same seed, complaints.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# --- powerpc: the tree is beside the scenario ------------------------------------

mkdir "$work/a" "$work/b"
for d in a b; do
	hp gen --arch powerpc --events 20 --seed 3 -o "$work/$d/r.yaml"
	expect_status 0
	expect_equal "stdout" "" "$out"
done
expect_equal "files" "r.dts r.yaml" "$(ls "$work/a" | xargs)"
expect_equal "same seed, same scenario" "" "$(diff "$work/a/r.yaml" "$work/b/r.yaml")"
expect_equal "same seed, same tree" "" "$(diff "$work/a/r.dts" "$work/b/r.dts")"
hp gen --events 20 --seed 4 -o "$work/b/r.yaml"
expect_status 0
expect_equal "another seed" 1 "$(cmp -s "$work/a/r.yaml" "$work/b/r.yaml"; echo $?)"

hp run --json "$work/a/r.yaml"
expect_equal "status below 2" yes "$([[ $status -lt 2 ]] && echo yes)"
expect_equal "steps" 20 "$(json 'scalar @{$d->{steps}}')"

# --- x86_64: also on stdout ---------------------------------------------------------

hp gen --arch x86_64 --events 12 --seed 5
expect_status 0
cp "$work/out" "$work/x.yaml"
hp gen --arch x86_64 --events 12 --seed 5 -o "$work/y.yaml"
expect_status 0
expect_equal "stdout or file" "" "$(diff "$work/x.yaml" "$work/y.yaml")"
expect_equal "no tree" 1 "$(test -e "$work/y.dts"; echo $?)"
hp run --json "$work/x.yaml"
expect_equal "status below 2" yes "$([[ $status -lt 2 ]] && echo yes)"
expect_equal "steps" 12 "$(json 'scalar @{$d->{steps}}')"

# --- what it expects is what core does ------------------------------------------------

for seed in 21 24 25; do
	for arch in powerpc x86_64; do
		hp gen --arch $arch --events 40 --seed $seed -o "$work/r.yaml"
		hp run "$work/r.yaml"
		expect_status 0
	done
done

# --- complaints --------------------------------------------------------------------

hp gen --arch powerpc
expect_complaint 'device tree beside it: give --out'
hp gen --arch arm64
expect_complaint "'arm64' is neither powerpc nor x86_64"
hp gen --events 0 -o "$work/z.yaml"
expect_complaint 'events 0 is no number from 1'
hp gen --seed -1 -o "$work/z.yaml"
expect_complaint 'seed -1 is no number'
hp gen -o "$work/z.dts"
expect_complaint "device tree's name"
hp gen -o "$work/none/z.yaml"
expect_complaint 'none'
hp gen -o "$work/a b.yaml"
expect_complaint 'only letters'
expect_equal "nothing written" 0 "$(ls "$work" | grep -c '^z')"

finish
