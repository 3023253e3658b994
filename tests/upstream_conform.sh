#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform with handlers out of a kernel tree: the same code on the same
# machine leaves the same bytes as the real kernel did. Where it does not, the
# emulator is wrong about the machine, or the tree is of another release.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
. "$CRASH_HP_SOURCE/tests/cli_capture.bash"

release=$(sed -n 's/^SUBLEVEL = //p' "$KERNEL_SOURCE/Makefile")

# --- the captures -----------------------------------------------------------------

hp conform --handlers upstream "$captures"/*/
if [[ $status == 1 && $release != 117 ]]; then
	grep -B 1 DIFFERENT <<<"$out"
	echo "skipped: the captures are of 6.12.117, and the tree is not"
	exit 77
fi
expect_status 0
for capture in "$captures"/*/; do
	name=$(basename "$capture")
	[[ $name == I2-* ]] ||
		expect_line "^$name: ([0-9]+) steps, \\1 equal\$"
done
expect_line '^I2-many-ranges-poison: 4 steps, 3 equal, 1 known defect$'
expect_line "^B-dimm-hotadd-remove: .*, handlers upstream \\(6[.]12[.]$release\\)\$"
expect_line '^  step-00-loaded .* equal, byte for byte; our own load too$'
expect_line '^  step-12-reload .* equal, byte for byte; our own load too$'
expect_line '^  step-06-mem-del-m3-a0000000 .* equal, byte for byte$'
expect_line '^all: 192 steps, 191 equal, 1 known defect$'

hp conform --json --handlers "${CRASH_HP_MODULES:?}/upstream-powerpc.so" \
	"$captures"/N-*
expect_status 0
expect_equal "JSON equal" "7 7" "$(json '"$d->{nr_steps} $d->{equal}"')"

hp conform --handlers "$CRASH_HP_MODULES/upstream-x86_64.so" "$captures"/N-*
expect_complaint 'upstream-x86_64'

# --- every byte counts ------------------------------------------------------------

# differs CAPTURE STEP PATTERN
differs() {
	hp conform --handlers upstream "$work/c"
	expect_status 1
	expect_step "$1" "DIFFERENT: $2"
}

take B-dimm-hotadd-remove
elfcorehdr 06 'substr($_, 0x78, 1) ^= "\1"'
differs 06 'elfcorehdr, byte 0x78 is 04, the kernel.s 05: ~ PT_NOTE'
# one that no reader looks at
take B-dimm-hotadd-remove
elfcorehdr 06 'substr($_, 0xfff0, 1) ^= "\1"'
differs 06 'elfcorehdr, byte 0xfff0 is 00, the kernel.s 01$'
take B-dimm-hotadd-remove
elfcorehdr 03 'load(5, 0x80000000, 0xafffffff)'
differs 03 'elfcorehdr, byte 0x162 is ff, the kernel.s 00: ~ the PT_LOADs'
expect_step 03 'DIFFERENT: [+] PT_LOAD 0x80000000-0xafffffff'
expect_step 02 'equal, byte for byte'
expect_step 04 'equal, byte for byte'

# what our own load does not make; the adopted one cannot differ
take x86_64-N-no-hotplug
elfcorehdr 00 'substr($_, 0x48, 1) ^= "\1"'
differs 00 'our own load: elfcorehdr, byte 0x48 is '
take A-cpu-hotadd
fdt 12 fdtput -t s {} /chosen bootargs other
differs 12 'our own load: fdt: .*bootargs'

take A-cpu-hotadd
fdt 02 fdtput -t x {} /cpus/PowerPC,POWER9@1 timebase-frequency 1
differs 02 'fdt, byte 0x[0-9a-f]+ is .*timebase-frequency'
# in an FDT it is content that counts
take A-cpu-hotadd
fdt 02 fdtput -t s {} /chosen later ''
fdt 02 fdtput -d {} /chosen later
hp conform --handlers upstream "$work/c"
expect_status 0
expect_step 02 'remark: fdt, byte 0x[0-9a-f]+ is .*: the same content'

take A-cpu-hotadd
manifest 01 '$m->{sysfs}{$_} = "0" for grep { /crash_hotplug/ } keys %{$m->{sysfs}}'
differs 01 'crash_hotplug reads 1, the kernel.s 0'
take A-cpu-hotadd
manifest 05 '$m->{sysfs}{$_} = "64" for grep { /elfcorehdr_size/ } keys %{$m->{sysfs}}'
differs 05 'crash_elfcorehdr_size reads [0-9]+, the kernel.s 64'

# --- what states do not show ------------------------------------------------------

# memory that came while the image was being loaded: what the load made has none
take x86_64-M1-mixed
cp "$work"/c/step-04-*/elfcorehdr.bin.gz "$work"/c/step-06-*/
rm -r "$work"/c/step-05-* "$work"/c/step-0[7-9]-* "$work"/c/step-[12]?-*
manifest 06 'push @{$m->{dmesg}},
	"crash hp: kexec_trylock() failed, kdump image may be inaccurate"'
hp conform --handlers upstream "$work/c"
expect_status 0
expect_step 06 'equal, byte for byte; our own load too'
hp conform "$work/c"
expect_status 0
expect_step 06 'known defect KB-41: '

# an FDT of user space's does not show the order of properties in the live tree;
# the one that the kernel makes of it later does
take A-cpu-hotadd
rm -r "$work"/c/step-0[4-9]-* "$work"/c/step-1?-*
manifest 00 '$m->{load_flags} = "0x9"'
hp conform --handlers upstream "$work/c"
expect_status 0
expect_step 00 'equal, byte for byte$'
expect_step 01 'equal, byte for byte'

# an image that is gone
take x86_64-N-no-hotplug
manifest 01 '$m->{segments} = []; $m->{sysfs}{kexec_crash_loaded} = "0"'
rm "$work"/c/step-01-*/elfcorehdr.bin.gz
hp conform --handlers upstream "$work/c"
expect_status 0
expect_step 01 'equal, byte for byte; no image is loaded'

finish
