#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform on x86_64: what is wrong has its name, and machines that the
# bundled captures do not show (KASLR, a low crash kernel region) are understood.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
. "$CRASH_HP_SOURCE/tests/cli_capture.bash" || exit 1

linear_map=0xffff888000000000
shopt -s extglob

# keep STEPS: no others
keep() {
	local dir
	for dir in "$work"/c/step-*; do
		[[ ${dir##*/step-} == @($1)-* ]] || rm -r "$dir"
	done
}

# each_step FUNCTION ARGUMENT...: with the number of each step in front
each_step() {
	local dir name function=$1
	shift
	for dir in "$work"/c/step-*; do
		name=${dir##*/step-}
		"$function" "${name%%-*}" "$@"
	done
}

# take_x86 CAPTURE: with a kernel that does not take most of the time to hash
shrink_kernel() {
	manifest "$1" '
		for (grep { ($_->{name} // "") eq "kernel" } @{$m->{segments}}) {
			$_->{bufsz} = $_->{memsz} = "0x1000";
		}'
}
take_x86() {
	take "x86_64-$1"
	each_step shrink_kernel
}

# Program headers of a captured one: 0-7 are notes of CPUs, 8 is vmcoreinfo's, 9
# the kernel's image, 10 0x100000-0x2effffff, 11 0x3f000000-0x3ffdefff; DIMMs.

# --- what no row knows -------------------------------------------------------------

take_x86 B-dimm-hotadd-remove
elfcorehdr 03 'load(10, 0x100000, 0x2effefff)'
expect_different 03 'the kernel does not list 0x2efff000-0x2effffff'

take_x86 B-dimm-hotadd-remove
elfcorehdr 03 'load(11, 0x3f000000, 0x3fffffff)'
expect_different 03 'only the kernel lists 0x3ffdf000-0x3fffffff'

take_x86 B-dimm-hotadd-remove
elfcorehdr 03 'load(10, 0x1000, 0x2effffff)'
expect_different 03 'only the kernel lists 0x1000-0xfffff'
expect_step 03 "the kernel's image breaks I-CRASHK: "

# the crash kernel's own
take_x86 B-dimm-hotadd-remove
elfcorehdr 03 'load(10, 0x100000, 0x2fffffff)'
expect_different 03 'only the kernel lists 0x2f000000-0x2fffffff'

# the kernel's image is elsewhere
take_x86 B-dimm-hotadd-remove
elfcorehdr 03 'substr($_, 64 + 56 * 9 + 16, 8, pack("Q<", 0xffffffff82000000))'
expect_different 03 '.*p_vaddr 0xffffffff81000000 -> 0xffffffff82000000'

# memory that was never there
take_x86 N-no-hotplug
elfcorehdr 01 'load(6, 0x100000000, 0x107ffffff); count(7)'
expect_different 01 'only the kernel lists 0x100000000-0x107ffffff'

# a smaller segment than the kernel's
take_x86 N-no-hotplug
keep 00
manifest 00 '$m->{segments}[0]{memsz} = "0xe0000"'
elfcorehdr 00 '$_ = substr($_, 0, 0xe0000)'
hp conform "$work/c"
expect_status 1
expect_step 00 'DIFFERENT: our own load: the elfcorehdr segment has 921600 bytes, the kernel.s 917504'

# --- other machines ----------------------------------------------------------------

# results STEP...: each one's word
results() {
	hp conform --json "$work/c"
	expect_status 0
	expect_equal "steps" "$*" "$(json 'join " ", map {
		{ equal => "=", remark => "r", "known defect" => "kb" }->{$_->{result}} // "!"
	} @{$d->{captures}[0]{steps}}')"
	expect_equal "our verdicts" "accurate" "$(json '
		my %words = map { $_->{ours} ? ($_->{ours}{verdict} => 1) : () }
			@{$d->{captures}[0]{steps}};
		join " ", sort keys %words')"
}

# what a later kernel may mend
mended() {
	manifest "$1" '
		$m->{sysfs}{crash_elfcorehdr_size} = "917680";
		s/2f0e00b0/2f0e1000/ for @{$m->{dmesg}}'
}
take_x86 B-dimm-hotadd-remove
each_step mended
results = = = = kb = = kb kb kb = = kb =
expect_equal note "our own load too" "$(json '$d->{captures}[0]{steps}[0]{note}')"

# KASLR: image and linear map are elsewhere, and KASLR's kernel has no more to say
kaslr() {
	elfcorehdr "$1" '
		for my $i (9 .. unpack("v", substr($_, 56, 2)) - 1) {
			my $at = 64 + 56 * $i;
			my ($offset, $virt, $phys) = unpack("Q<3", substr($_, $at + 8, 24));
			if ($i == 9) {
				$offset = $phys = 0x17000000;
				$virt += 0x19000000;
			} else {
				$virt += 0x152b40000000;
			}
			substr($_, $at + 8, 24, pack("Q<3", $offset, $virt, $phys));
		}'
	manifest "$1" "$2"
}
take_x86 B-dimm-hotadd-remove
each_step mended
each_step kaslr '
	s/^ffffffff81000000 /ffffffff9a000000 /, s/^ffffffff83c30000 /ffffffff9cc30000 /
		for @{$m->{kallsyms}};
	s/01000000-01ffffff : Kernel code/17000000-17ffffff : Kernel code/
		for @{$m->{iomem}}'
results = = = = kb = = kb kb kb = = kb =
take_x86 B-dimm-hotadd-remove
each_step mended
each_step kaslr 'delete $m->{kallsyms}'
results = = = = kb = = kb kb kb = = kb =

# a crash kernel far up has a second region, which is listed by nobody
low_region() {
	elfcorehdr "$1" '
		my $nr = unpack("v", substr($_, 56, 2));
		substr($_, 64 + 56 * 11, 0, substr($_, 64 + 56 * 10, 56));
		$_ = substr($_, 0, 0xe1000);
		load(10, 0x100000, 0xfffffff);
		load(11, 0x18000000, 0x2effffff);
		count($nr + 1)'
	manifest "$1" '
		$m->{crashkernel_low} = { start => "0x10000000", end => "0x17ffffff" }'
}
take_x86 B-dimm-hotadd-remove
each_step mended
each_step low_region
results = = = = kb = = kb kb kb = = kb =

# --- what some row knows --------------------------------------------------------------

# KB-41: the DIMM came while the load ran, and a later CPU event does not help
take_x86 M1-mixed
keep '00|04|06|07|08'
without_m2() {
	elfcorehdr "$1" 'load(13, 0, -1); count(13)'
}
without_m2 06
without_m2 07
without_m2 08
manifest 06 'unshift @{$m->{dmesg}},
	"crash hp: kexec_trylock() failed, kdump image may be inaccurate"'
expect_defect 06 KB-41
expect_defect 08 KB-41
expect_step 08 '\(0x108000000-0x10fffffff\)'

# the header of kexec_load is user space's until the first event, then the kernel's
take_x86 K-kexec-load
header=$work/user-header.gz
cp "$work"/c/step-00-*/elfcorehdr.bin.gz "$header"
still_old() {
	[[ $1 < $2 ]] || cp "$header" "$work"/c/step-"$1"-*/elfcorehdr.bin.gz
}

# KB-50: another segment begins with an ELF magic, and has got the new header
keep '00|01|02|03|04'
each_step still_old 02
decoy() {
	manifest "$1" 'push @{$m->{segments}}, { index => 2, bufsz => "0x1000",
		mem => "0x2f200000", memsz => "0x1000", content => "elf" }'
}
each_step decoy
expect_defect 02 KB-50
expect_defect 04 KB-50
expect_step 01 'remark: the header is still the one that user space made'

# KB-43: it has no room for 100 CPUs; the attribute says that all is well
small() {
	elfcorehdr "$1" '$_ = substr($_, 0, 0x1000)'
	manifest "$1" '
		$m->{cpu_possible} = "0-99";
		$m->{segments} = [ @{$m->{segments}}[0, 1] ];
		$m->{segments}[1]{memsz} = "0x1000"'
}
each_step small
expect_defect 02 KB-43
expect_step 01 'equal; ours: lost, and says so: crash_hotplug reads 0'
manifest 02 '$m->{sysfs}{cpu_crash_hotplug} = "0"'
hp conform "$work/c"
expect_status 0
expect_step 02 'equal; ours: lost'

# KB-48: only what the ELF header takes is forgiven
take_x86 N-no-hotplug
keep 00
manifest 00 '$m->{sysfs}{crash_elfcorehdr_size} = "917632"'
expect_different 00 'crash_elfcorehdr_size reads'

# KB-69: less than is used, and in whole pages, is something else
take_x86 N-no-hotplug
keep 00
manifest 00 's/2f0e00b0/2f001000/ for @{$m->{dmesg}}'
expect_different 00 'our own load: 921600 bytes are reserved for the elfcorehdr, by the kernel 4096'

finish
