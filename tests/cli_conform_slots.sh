#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform and a kernel whose image has two slots: a capture of one that has
# not, with the second slot put into it.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
. "$CRASH_HP_SOURCE/tests/cli_capture.bash" || exit 1

# where the fixture has slot 0, and where slot 1 comes
header=21740000
header_1=218f0000
fdt=3ffb0000
fdt_1=3ff70000
page=$((0x10000))

# an FDT, from stdin, that names the other elfcorehdr, as text and as numbers
other_header() {
	perl -0777 -pe "
		s/$header/$header_1/g;
		my (\$a, \$b) = map { pack 'Q>', hex } '$header', '$header_1';
		s/\\Q\$a\\E/\$b/g"
}

# slots STEP SLOT: the step's image has two, and this one is read
slots() {
	local dir read=$fdt
	dir=$(echo "$work"/c/step-"$1"-*)
	cp "$dir/elfcorehdr.bin.gz" "$dir/elfcorehdr-spare.bin.gz"
	gunzip -c "$dir/fdt.dtb.gz" >"$work/fdt-0"
	other_header <"$work/fdt-0" >"$work/fdt-1"
	if [[ $2 == 1 ]]; then
		read=$fdt_1
		gunzip -c "$dir/elfcorehdr.bin.gz" | head -c 64 >"$work/old"
		head -c $((0x20000 - 64)) /dev/zero >>"$work/old"
		gzip -c "$work/old" >"$dir/elfcorehdr-spare.bin.gz"
	fi
	gzip -c "$work/fdt-$2" >"$dir/fdt.dtb.gz"
	truncate -s $((0x40000)) "$work/fdt-$((1 - $2))"
	gzip -c "$work/fdt-$((1 - $2))" >"$dir/fdt-spare.dtb.gz"
	perl -e "print \"\\0\" x 0x1d0, pack('Q<', hex '$read'), \"\\0\" x ($page - 0x1d8)" |
		gzip -c >"$dir/purgatory.bin.gz"
	manifest "$1" "
		push @{\$m->{segments}},
			{ index => 6, bufsz => '0x1000', mem => '0x$header_1',
			  memsz => '0x20000', name => 'elfcorehdr-1' },
			{ index => 7, bufsz => '0x326cb', mem => '0x$fdt_1',
			  memsz => '0x40000', name => 'fdt-1' };
		\$m->{dt_offset} = { address => '0x3fff01d0', value => '0x$read' };"
}

make() {
	take A-cpu-hotadd
	rm -r "$work"/c/step-0[3-9]* "$work"/c/step-1*
	slots 00 0
	slots 01 1
	slots 02 0
}

# --- it is the capture that it was ---------------------------------------------------

make
hp conform "$work/c"
expect_status 0
expect_step 00 'equal; our own load too'
expect_step 01 'equal'
expect_step 02 'equal'
hp explore "$work/c"
expect_status 0

# --- what is read is compared, and not what is spare -----------------------------------

spare=$(echo "$work"/c/step-01-*/fdt-spare.dtb.gz)
head -c $((0x40000)) /dev/urandom | gzip -c >"$spare"
hp conform "$work/c"
expect_status 0
elfcorehdr 01 'load(12, 0x80000000, 0x8fffffff); count(13)'
expect_different 01 ''

# --- what does not fit together -------------------------------------------------------

broken() {
	hp conform "$work/c"
	expect_complaint "step-01-cpu-add-core1/manifest.json: $1"
}
make
manifest 01 '$m->{dt_offset}{value} = "0x3ffb0000"'
broken 'dt_offset: purgatory has 0x3ff70000 there, not 0x3ffb0000'
make
manifest 01 '$m->{dt_offset}{address} = "0x3ffffffc"'
broken 'dt_offset: 0x3ffffffc is not in purgatory'
make
manifest 01 '$m->{segments}[7]{mem} = "0x3fee0000"'
broken 'dt_offset: 0x3ff70000 is the address of neither FDT'
make
manifest 01 'pop @{$m->{segments}}'
broken 'dt_offset: there is a second slot, and no segment "fdt-1"'
make
cp "$work/c"/step-00-*/fdt.dtb.gz "$work/c"/step-01-*/fdt.dtb.gz
broken 'dt_offset: the FDT at 0x3ff70000 names the other elfcorehdr'
make
rm "$work"/c/step-01-*/purgatory.bin.gz
hp conform "$work/c"
expect_complaint 'step-01-cpu-add-core1/purgatory.bin.gz: '

finish
