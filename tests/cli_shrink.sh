#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp shrink: what is left fails in the same way and is all that is needed.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# what fails: an event that is lost, among many that do not matter
{
	printf 'name: storm\nmachine:\n  tree: %s\n' "$trees/pseries-8core.dts"
	printf '  crashkernel: 512M@512M\n  max-memory-ranges: 4096\nevents:\n'
	cat <<'END'
  - cpu-offline: [1, 2]
  - load:
      call: kexec_file_load
      kernel-size: 24M
  - dimm-add: 0x80000000+512M
  - cpu-online: 1
  # the one that counts
  - memory-add: 0xa0000000+1G
  - memory-online: 0xa0000000+1G
    lock-busy: true
  - cpu-online: 2
  - memory-offline: 0xa0000000+256M
END
} >"$work/storm.yaml"

hp run "$work/storm.yaml"
expect_status 1
mkdir "$work/sub"
hp shrink "$work/storm.yaml" -o "$work/sub/small.yaml"
expect_status 0
expect_equal "stderr" "incomplete, I-COVER: 3 of 8 items left" \
	"$(sed -E 's/^crash-hp: (.*), [0-9]+ runs$/\1/' <<<"$err")"
expect_equal "items" "load memory-add memory-online" \
	"$(sed -nE 's/^  - ([a-z-]+):.*/\1/p' "$work/sub/small.yaml" | xargs)"
expect_equal "no simple line too many" 0 \
	"$(grep -cE 'max-memory|kernel-size' "$work/sub/small.yaml")"
expect_equal "modifier kept" 1 "$(grep -c lock-busy "$work/sub/small.yaml")"
expect_equal "smaller memory" 2 "$(grep -c 0xa0000000+1G "$work/sub/small.yaml")"
hp run "$work/sub/small.yaml"
expect_status 1
expect_line 'I-COVER: no PT_LOAD covers 0xa0000000-'

# stdout, and the same again: it is as small as it gets
hp shrink "$work/sub/small.yaml"
expect_status 0
expect_equal "same again" "$(<"$work/sub/small.yaml")" "$out"

# --- complaints ---------------------------------------------------------------------

hp shrink
expect_complaint 'no scenario given'
hp shrink "$CRASH_HP_SOURCE/fixtures/scenarios/smt-switch.yaml"
expect_complaint 'every verdict is good'
hp shrink "$work/none.yaml"
expect_complaint 'none.yaml'
printf 'name: x\nevents: [load]\nmachine: {tree: a.dts}\n' >"$work/flow.yaml"
hp shrink "$work/flow.yaml"
expect_complaint 'not a list with one item per line'

finish
