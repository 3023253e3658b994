#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp diff: by content, and 0, 1, 2.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

B=$captures/B-dimm-hotadd-remove
A=$captures/A-cpu-hotadd

hp diff "$B"/step-05-*/elfcorehdr.bin.gz "$B"/step-05-*/elfcorehdr.bin.gz
expect_status 0
expect_equal stdout "" "$out"

# both directions: what is + one way is - the other
hp diff "$B"/step-00-*/elfcorehdr.bin.gz "$B"/step-01-*/elfcorehdr.bin.gz
expect_status 1
expect_line '^\+ .*0x80000000-0x8fffffff'
hp diff "$B"/step-01-*/elfcorehdr.bin.gz "$B"/step-00-*/elfcorehdr.bin.gz
expect_status 1
expect_line '^- .*0x80000000-0x8fffffff'

hp diff "$A"/step-00-*/fdt.dtb.gz "$A"/step-01-*/fdt.dtb.gz
expect_status 1
expect_line '^\+ /cpus/PowerPC,POWER9@1$'
hp diff "$A"/step-01-*/fdt.dtb.gz "$A"/step-00-*/fdt.dtb.gz
expect_status 1
expect_line '^- /cpus/PowerPC,POWER9@1$'

# packed or not is no difference; nor is the order of nodes
gunzip -c "$A"/step-01-*/fdt.dtb.gz >"$work/fdt"
hp diff "$A"/step-01-*/fdt.dtb.gz "$work/fdt"
expect_status 0

hp diff --json "$A"/step-00-*/fdt.dtb.gz "$A"/step-01-*/fdt.dtb.gz
expect_status 1
expect_equal "JSON kind" fdt "$(json '$d->{kind}')"
expect_equal "JSON result" different "$(json '$d->{result}')"
expect_equal "JSON differences" "+ /cpus/PowerPC,POWER9@1" \
	"$(json '$d->{differences}[0]')"

hp diff "$A"/step-00-*/fdt.dtb.gz "$A"/step-00-*/elfcorehdr.bin.gz
expect_complaint 'is an FDT, .* is an elfcorehdr'
echo text >"$work/text"
hp diff "$work/text" "$work/fdt"
expect_complaint 'text: neither an elfcorehdr nor an FDT'
: >"$work/empty"
hp diff "$work/empty" "$work/fdt"
expect_complaint 'empty: neither'
hp diff "$work/none" "$work/fdt"
expect_complaint 'none: No such file or directory'
hp diff "$work" "$work/fdt"
expect_complaint 'Is a directory'
head -c 30 "$work/fdt" >"$work/short"
hp diff "$work/short" "$work/fdt"
expect_complaint 'short'
gzip -c "$work/fdt" | head -c 2000 >"$work/cut.gz"
hp diff "$work/cut.gz" "$work/fdt"
expect_complaint 'cut.gz: .*(too early|unexpected end)'

finish
