#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform must see what is wrong, and call it by its name. Captured
# segments are changed here as a kernel with some defect would have left them, or
# as none would.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
. "$CRASH_HP_SOURCE/tests/cli_capture.bash" || exit 1

# B: program headers 0-2 are notes, 3 the backup, 4 0x10000-0x1fffffff, 5 RTAS,
# 6 from 0x40000000 on. After step 6 the block at 0xa0000000 is gone.

# --- what no row knows -------------------------------------------------------------

take B-dimm-hotadd-remove
elfcorehdr 03 'load(6, 0x40000000, 0xaffeffff)'
expect_different 03 'the kernel does not list 0xafff0000-0xafffffff'

take B-dimm-hotadd-remove
elfcorehdr 03 'load(6, 0x40000000, 0xb000ffff)'
expect_different 03 'only the kernel lists 0xb0000000-0xb000ffff'

take B-dimm-hotadd-remove
elfcorehdr 03 'load(4, 0x10000, 0x1ffeffff)'
expect_different 03 'the kernel does not list 0x1fff0000-0x1fffffff'

# a note elsewhere
take B-dimm-hotadd-remove
elfcorehdr 03 'substr($_, 64 + 8, 8, pack("Q<", 0x7fe8b800))'
expect_different 03 '.*0x7fe8b800'

# an own load that is not ours: memory, room, places, CPUs, usable memory
take B-dimm-hotadd-remove
elfcorehdr 12 'load(6, 0x40000000, 0x7ffeffff)'
expect_different 12 'the kernel does not list 0x7fff0000-0x7fffffff'

take B-dimm-hotadd-remove
for s in "$work"/c/step-*; do
	manifest "$(basename "$s" | cut -c6-7)" '
		$_->{name} eq "elfcorehdr" and $_->{memsz} = "0x10000"
			for @{$m->{segments}};
		$m->{elfcorehdr}{segment}{memsz} = "0x10000"'
	f=$s/elfcorehdr.bin.gz
	gunzip -c "$f" | head -c 65536 >"$work/elf"
	gzip -c "$work/elf" >"$f"
done
expect_different 00 'our own load: the elfcorehdr segment has 131072 bytes, the kernel.s 65536'

take A-cpu-hotadd
fdt 00 fdtput -t x {} /chosen linux,elfcorehdr 0 21750000 0 10000
expect_different 00 'our own load: ~ /chosen/linux,elfcorehdr: '

take A-cpu-hotadd
fdt 12 fdtput -t x {} '/cpus/PowerPC,POWER9@2' ibm,purr 7
expect_different 12 '~ /cpus/PowerPC,POWER9@2/ibm,purr'

# the reservation of the elfcorehdr
take A-cpu-hotadd
fdt 12 perl -0777 -pi -e '
	s/\0{4}\x21\x74\0\0\0{5}\x02\0\0/\0\0\0\0\x21\x74\0\0\0\0\0\0\0\x01\0\0/' {}
expect_different 12 '- memory reservation 0x21740000-0x2175ffff'

take A-cpu-hotadd
fdt 12 fdtput -t s {} /chosen bootargs "elfcorehdr=0x21740000 quiet"
expect_different 12 '.*/chosen/bootargs'

take A-cpu-hotadd
fdt 12 fdtput -t x {} /memory@0 linux,usable-memory 0 0 0 30000000
expect_different 12 '.*linux,usable-memory'

# the seeds are random, and what is in the boot FDT only is not known
take A-cpu-hotadd
fdt 12 fdtput -t x {} /chosen rng-seed 1 2 3
fdt 12 fdtput -t x {} /chosen kaslr-seed 1 2
fdt 12 fdtput -t s {} / model none
hp conform "$work/c"
expect_status 0
expect_step 12 ' equal$'

# but with the adopted image everything is compared
take A-cpu-hotadd
fdt 05 fdtput -t s {} / model none
expect_different 05 '.*/model'

take A-cpu-hotadd
fdt 05 fdtput -t x {} '/cpus/PowerPC,POWER9@2' ibm,purr 7
expect_different 05 '~ /cpus/PowerPC,POWER9@2/ibm,purr'

# where space is scarce as well: it is not missing, but different
take N-fdt-no-space
fdt 03 fdtput -t x {} '/cpus/PowerPC,POWER9@2' ibm,purr 7
expect_different 03 '~ /cpus/PowerPC,POWER9@2/ibm,purr'

# ours is out of date while the real kernel's is not
take N-fdt-no-space
new_node=$(gunzip -c "$work"/c/step-04-*/live-tree.dtb.gz |
	dtc -q -f -I dtb -O dts 2>/dev/null |
	awk '/PowerPC,POWER9@3 {/ { on = 1 } on; /};/ { on = 0 }')
gunzip -c "$work"/c/step-03-*/fdt.dtb.gz | dtc -q -f -I dtb -O dts 2>/dev/null |
	awk -v node="$new_node" '/PowerPC,POWER9@2 {/ { print node } 1' |
	dtc -q -f -I dts -O dtb -S 30000 2>/dev/null | gzip >"$work"/c/step-04-*/fdt.dtb.gz
expect_different 04 'our image is hang: I-CPU: .*CPU 3 '

# what does not even parse
take A-cpu-hotadd
elfcorehdr 05 'substr($_, 0, 4, "ELF?")'
expect_different 05 'elfcorehdr not compared: '
take A-cpu-hotadd
fdt 05 perl -0777 -pi -e 'substr($_, 4000, 4, "\xff" x 4)' {}
expect_different 05 'FDT not compared: '

# a judge that is wrong about a crash is found out
take G-crash-on-hotadded-cpu
manifest 04 '$m->{capture_up} = JSON::PP::false; $m->{outcome} = "timeout"'
expect_different 04 'the judge calls the kernel.s image accurate, but its capture kernel did not come up'

take H-crash-fdt-not-updated
manifest 03 '$m->{capture_up} = JSON::PP::true; $m->{outcome} = "up"'
expect_different 03 'the judge calls the kernel.s image hang, but its capture kernel came up'

# a guest that died for another reason: the list was not full
take I2-many-ranges-poison
elfcorehdr 03 'load(130, 0x1300000000, 0x130fffffff); count(131)'
expect_different 03 'the kernel died, and no known defect explains it'

# --- what is known --------------------------------------------------------------------

# KB-01: the right half's size wraps
take B-dimm-hotadd-remove
elfcorehdr 06 'substr($_, 64 + 56 * 7 + 32, 16, pack("Q<2", (-0x20000000) x 2))'
hp conform "$work/c"
expect_step 06 'known defect KB-01: '

# KB-04: the block lay in two PT_LOADs before, and stays
take B-dimm-hotadd-remove
elfcorehdr 05 'load(6, 0x40000000, 0xa7ffffff); load(7, 0xa8000000, 0xcfffffff); count(8)'
elfcorehdr 06 'load(6, 0x40000000, 0xa7ffffff); load(7, 0xa8000000, 0xcfffffff)'
expect_defect 06 KB-04
expect_step 05 'remark: the same memory cut elsewhere'

# ...while of one that lay in a single one nothing is known
take B-dimm-hotadd-remove
elfcorehdr 06 'load(6, 0x40000000, 0xa7ffffff); load(7, 0xa8000000, 0xcfffffff)'
expect_different 06 'only the kernel lists 0xa0000000-0xafffffff'

# KB-07: RTAS was merged into the memory below it, over the crash kernel's
take B-dimm-hotadd-remove
elfcorehdr 03 'load(4, 0x10000, 0x2fff083b)'
expect_defect 03 KB-07

# KB-15, KB-16: the offset of the backup entry
take B-dimm-hotadd-remove
elfcorehdr 12 'load(3, 0, 0xffff)'
expect_defect 12 KB-15
take B-dimm-hotadd-remove
elfcorehdr 03 'load(3, 0, 0xffff)'
expect_defect 03 KB-16

# KB-17: the FDT reserves the header as it was at the load
take B-dimm-hotadd-remove
fdt 12 fdtput -t x {} /chosen linux,elfcorehdr 0 21740000 0 200
fdt 12 perl -0777 -pi -e '
	s/\0{4}\x21\x74\0\0\0{5}\x02\0\0/\0\0\0\0\x21\x74\0\0\0\0\0\0\0\0\x02\0/' {}
expect_defect 12 KB-17

# KB-18: 65536 program headers, in a segment that has room for them
take_large() {
	take B-dimm-hotadd-remove
	rm -r "$work"/c/step-0[2-9]* "$work"/c/step-1*
	for s in 00 01; do
		manifest $s '
			$m->{elfcorehdr}{segment}{memsz} = "0x400000";
			for (@{$m->{segments}}) {
				$_->{memsz} = "0x400000"
					if $_->{name} eq "elfcorehdr";
				$_->{mem} = "0x30000000"
					if $_->{name} eq "initrd";
			}
			$m->{addresses}{initrd} = "0x30000000"'
		elfcorehdr $s '$_ .= "\0" x (0x400000 - length)'
		fdt $s fdtput -t x {} /chosen linux,elfcorehdr 0 21740000 0 400000
		fdt $s perl -0777 -pi -e '
			s/\0{4}\x21\x74\0\0\0{5}\x02\0\0/\0\0\0\0\x21\x74\0\0\0\0\0\0\0\x40\0\0/' {}
	done
}
take_large
elfcorehdr 01 'for my $i (7 .. 65535) { load($i, 0x40000000, 0x4000ffff) } count(0)'
hp conform "$work/c"
expect_step 01 'known defect KB-18: '
expect_no_line 'step-01.*DIFFERENT'

# ...which is not what a number looks like that is merely wrong
take_large
elfcorehdr 01 'count(0)'
expect_different 01 'the kernel does not list 0x40000000-0x8fffffff'

# KB-19: 256 KiB at the head of the block that went
take B-dimm-hotadd-remove
elfcorehdr 06 'load(6, 0x40000000, 0xa003ffff); load(7, 0xb0000000, 0xcfffffff)'
expect_defect 06 KB-19

# KB-25: just loaded, without the cores that came after boot
take A-cpu-hotadd
fdt 12 fdtput -r {} '/cpus/PowerPC,POWER9@7'
expect_defect 12 KB-25

# KB-26, KB-36: a cache node that the core refers to is not in the FDT, after the
# load, or after its core came
cache() {
	local tree cpu="/cpus/PowerPC,POWER9@$2"
	tree=$(echo "$work"/c/step-"$1"-*/live-tree.dtb.gz)
	gunzip -c "$tree" >"$work/tree"
	fdtput -c "$work/tree" "/cpus/l2-cache@200$2"
	fdtput -t s "$work/tree" "/cpus/l2-cache@200$2" device_type cache
	fdtput -t s "$work/tree" "/cpus/l2-cache@200$2" name l2-cache
	fdtput -t x "$work/tree" "/cpus/l2-cache@200$2" phandle 200$2
	fdtput -t x "$work/tree" "$cpu" l2-cache 200$2
	gzip -c "$work/tree" >"$tree"
	fdt "$1" fdtput -t x {} "$cpu" l2-cache 200$2
}
take A-cpu-hotadd
rm -r "$work"/c/step-0[1-9]* "$work"/c/step-1*
cache 00 0
expect_defect 00 KB-26
take A-cpu-hotadd
rm -r "$work"/c/step-0[2-9]* "$work"/c/step-1*
cache 01 1
expect_defect 01 KB-36

# KB-41: memory that came while the load ran
take B-dimm-hotadd-remove
rm -r "$work"/c/step-0[6-9]* "$work"/c/step-1*
mv "$work"/c/step-05-mem-add-m5-c0000000 "$work"/c/step-05-reload
manifest 05 '$m->{event} = "reload"; $m->{detail} = { kind => "reload" }'
elfcorehdr 05 'load(6, 0x40000000, 0xbfffffff)'
expect_defect 05 KB-41

# KB-67: the half node of step 5 is still there after the next rewrite
take N-fdt-no-space
rm -r "$work"/c/step-06-*
cp -r "$work"/c/step-05-cpu-add-core4 "$work"/c/step-06-cpu-add-core4
expect_defect 06 KB-67
expect_step 05 'known defect KB-35: '

finish
