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

# the tree, too, has only what it takes: one core, no LMBs
expect_equal "small tree" small.dts "$(sed -n 's/^ *tree: //p' "$work/sub/small.yaml")"
expect_equal "cores" 1 "$(grep -c 'PowerPC,POWER9@' "$work/sub/small.dts")"
expect_equal "LMBs" 0 "$(grep -c '^.ibm,dynamic' "$work/sub/small.dts")"
expect_equal "no two blank lines" "" "$(uniq -d "$work/sub/small.dts" | grep -x '')"

# what it takes of the LMBs: a list has as many as it says
cat >"$work/lmb.yaml" <<END
name: lmb
machine:
  tree: $trees/pseries-480g.dts
  crashkernel: 512M@512M
events:
  - load
  - lmb-remove: 0x5000000000+256M
    lock-busy: true
END
hp run "$work/lmb.yaml"
expect_status 1
hp shrink "$work/lmb.yaml" -o "$work/lmb-small.yaml"
expect_status 0
expect_equal "entries" "<0x1" \
	"$(sed -nE 's/.*ibm,dynamic-memory-v2 = (<0x.*)/\1/p' "$work/lmb-small.dts")"
hp run "$work/lmb-small.yaml"
expect_status 1

# --- the tree is found from the new place ------------------------------------------------

# one that is compiled stays what it is
dtc -q -I dts -O dtb -o "$work/sub/tree.dtb" "$work/sub/small.dts"
mkdir -p "$work/far/away"
sed -i "s,tree: .*,tree: tree.dtb," "$work/sub/small.yaml"
expect_tree() { expect_equal "tree" "$1" "$(sed -n 's/^ *tree: //p' "$2")"; }
while read -r file tree; do
	hp shrink "$work/sub/small.yaml" -o "$work/$file"
	expect_status 0
	expect_tree "$tree" "$work/$file"
	hp run "$work/$file"
	expect_status 1
done <<'END'
sub/again.yaml       tree.dtb
s.yaml               sub/tree.dtb
su.yaml              sub/tree.dtb
far/s.yaml           ../sub/tree.dtb
far/away/s.yaml      ../../sub/tree.dtb
END
(cd "$work/far" && "$CRASH_HP" shrink ../sub/small.yaml >"$work/far/out.yaml" 2>/dev/null)
expect_tree ../sub/tree.dtb "$work/far/out.yaml"
# who says where it is from the root on is left alone
sed "s,tree: .*,tree: $work/sub/tree.dtb," "$work/sub/small.yaml" >"$work/root.yaml"
hp shrink "$work/root.yaml" -o "$work/far/s.yaml"
expect_tree "$work/sub/tree.dtb" "$work/far/s.yaml"
# a tree that cannot be smaller is not written anew
sed "s,tree: .*,tree: small.dts," "$work/sub/small.yaml" >"$work/sub/same.yaml"
hp shrink "$work/sub/same.yaml" -o "$work/far/same.yaml"
expect_tree ../sub/small.dts "$work/far/same.yaml"
hp shrink "$work/sub/small.yaml" -o "$work/none/s.yaml"
expect_complaint 'none: No such file'

# stdout, and the same again: it is as small as it gets
hp shrink "$work/root.yaml"
expect_status 0
expect_equal "same again" "$(<"$work/root.yaml")" "$out"

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
