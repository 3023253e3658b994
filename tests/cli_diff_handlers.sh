#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp diff-handlers: core against itself, and against upstream if built.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

# --- no divergence of core with itself ------------------------------------------

hp diff-handlers --handlers-b core "$scenarios/smt-switch.yaml"
expect_status 0
expect_line '^smt-switch: powerpc, A core, B core$'
expect_line ' 0 explained divergences, 0 unexplained$'
for arch in powerpc x86_64; do
	hp diff-handlers --handlers-b core --random 20 --seed 2 --arch $arch \
		--jobs 2
	expect_status 0
	expect_line "^20 random scenarios from seed 2: $arch, A core, B core\$"
	expect_line '^20 scenarios, [0-9]+ events, 0 explained divergences, 0 unexplained, 0 faults of A$'
done
hp diff-handlers --json --handlers-b core "$captures/B-dimm-hotadd-remove"
expect_status 0
expect_equal "JSON result" same "$(json '$d->{result}')"
expect_equal "JSON scenario" B-dimm-hotadd-remove "$(json '$d->{scenario}')"

# --- complaints ---------------------------------------------------------------------

hp diff-handlers
expect_complaint 'give a scenario, a capture, or --random N'
hp diff-handlers --random 0 --handlers-b core
expect_complaint 'give a scenario, a capture, or --random N'
hp diff-handlers --random 2 --handlers-b core --jobs many
expect_complaint 'jobs many is no number'
hp diff-handlers --random 2 --handlers-b "$work/none.so"
expect_complaint 'none.so'
hp diff-handlers --handlers-b core a b
expect_complaint "not 'b' as well"
hp diff-handlers --handlers-b core "$work/none.yaml"
expect_complaint 'none.yaml'
hp diff-handlers --handlers-b "$work/none.so" "$scenarios/smt-switch.yaml"
expect_complaint 'none.so'

# --- upstream ---------------------------------------------------------------------------

upstream=${CRASH_HP_MODULES:?}/upstream-powerpc.so
if [[ ! -e $upstream ]]; then
	hp diff-handlers "$scenarios/smt-switch.yaml"
	expect_complaint 'no upstream handlers for powerpc.*dev upstream'
	hp diff-handlers --random 3 --arch x86_64
	expect_complaint 'no upstream handlers for x86_64.*dev upstream'
	hp conform --handlers upstream "$captures/A-cpu-hotadd"
	expect_complaint 'A-cpu-hotadd: no upstream handlers for powerpc'
	hp run --handlers upstream "$scenarios/smt-switch.yaml"
	expect_complaint 'no upstream handlers for powerpc'
	finish || exit 1
	echo "skipped: $upstream is not there"
	exit 77
fi

hp diff-handlers "$scenarios/crash-on-hot-added-cpu.yaml"
expect_status 0

hp diff-handlers "$scenarios/offline-then-unplug.yaml"
expect_status 1
expect_line '^ +4  memory-offline .* A accurate, B incomplete: A is right$'
expect_line '^ +KB-02: '
expect_line '^ +[+] PT_LOAD 0x90000000-0xa0000000'
expect_line '^ +KB-66: '
expect_no_line UNEXPLAINED
hp diff-handlers --explained-ok "$scenarios/offline-then-unplug.yaml"
expect_status 0

# the other way round the defect is A's, and nothing explains that
hp diff-handlers --explained-ok --handlers-a "$upstream" --handlers-b core \
	"$scenarios/offline-then-unplug.yaml"
expect_status 1
expect_line 'B is right$'
expect_line UNEXPLAINED

hp diff-handlers --json "$scenarios/event-lost-during-load.yaml"
expect_status 1
expect_equal "JSON unexplained" 0 "$(json '$d->{unexplained}')"
expect_equal "JSON classes" "D-06 KB-02 KB-41" "$(json \
	'my %c = map { $_->{class} => 1 } map { @{$_->{reasons}} } @{$d->{divergences}}; join " ", sort keys %c')"

finish
