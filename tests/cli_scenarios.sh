#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The scenarios that come with this program: each does what it says, and the
# two that end in one state leave the same bytes.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

for file in "$scenarios"/*.yaml; do
	hp run "$file"
	expect_status 0
	expect_equal stderr "" "$err"
done

last_step=()
for name in history-cores-then-memory history-memory-then-cores; do
	hp run --out "$work/$name" "$scenarios/$name.yaml"
	expect_status 0
	steps=("$work/$name"/step-*)
	last_step+=("${steps[-1]}")
done
for segment in elfcorehdr fdt.dtb; do
	hp diff "${last_step[0]}/$segment" "${last_step[1]}/$segment"
	expect_status 0
	expect_equal "bytes of $segment" \
		"$(sha256sum <"${last_step[0]}/$segment")" \
		"$(sha256sum <"${last_step[1]}/$segment")"
done

finish
