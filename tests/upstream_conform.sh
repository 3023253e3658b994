#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform with handlers out of a kernel tree: the module opens, its
# image is the real kernel's, and is judged as ours: what is wrong with it is
# DIFFERENT, and no known defect of somebody else.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

modules=${CRASH_HP_MODULES:?the directory of the handler modules}

# conform NAME
conform() {
	local arch=powerpc
	[[ $1 != x86_64-* ]] || arch=x86_64
	hp conform --handlers "$modules/upstream-$arch.so" "$captures/$1"
}

for name in A-cpu-hotadd A-cpu-hotadd-4kpages E-smt4 F-no-maxmem \
	G-crash-on-hotadded-cpu x86_64-A-cpu-hotadd \
	x86_64-F-crash-after-hotplug; do
	conform "$name"
	expect_status 0
	expect_line "^$name: ([0-9]+) steps, \\1 equal\$"
done

[[ $(sed -n 's/^SUBLEVEL = //p' "$KERNEL_SOURCE/Makefile") == 117 ]] || {
	echo "the rest is about 6.12.117"
	finish
	exit
}
conform B-dimm-hotadd-remove
expect_status 1
expect_line 'step-06-.*DIFFERENT: our image is incomplete: I-GONE: .*0xd0000000-0xd0000000'
expect_line 'step-07-.* equal$'
expect_line '^B-dimm-hotadd-remove: 13 steps, 11 equal, 2 DIFFERENT$'
expect_no_line 'known defect'

hp conform --handlers "$modules/upstream-x86_64.so" "$captures/A-cpu-hotadd"
expect_status 2

finish
