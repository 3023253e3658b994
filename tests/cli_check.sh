#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp check: a real kernel's segments, and as much of the truth as there is.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# truth STEP: iomem and notes of a captured step, as a person would copy them
truth() {
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", "$ARGV[0]/manifest.json" or die;
		my $m = decode_json(<$f>);
		open my $o, ">", "$ARGV[1]/iomem";
		print $o "$_\n" for @{$m->{iomem}};
		open $o, ">", "$ARGV[1]/notes";
		print $o "$_\n" for @{$m->{crash_notes}};
		print $o "vmcoreinfo $m->{vmcoreinfo}\n";
	' "$1" "$work"
}

# check_step STEP OPTION...: with all that is known
check_step() {
	local step=$1
	shift
	truth "$step"
	hp check --elfcorehdr "$step/elfcorehdr.bin.gz" \
		--fdt "$step/fdt.dtb.gz" --tree "$step/live-tree.dtb.gz" \
		--iomem "$work/iomem" --notes "$work/notes" \
		--backup 0x21730000 "$@"
}

B=$captures/B-dimm-hotadd-remove
H=$captures/H-crash-fdt-not-updated

check_step "$B"/step-05-*
expect_status 0
expect_equal stdout accurate "$out"

# the kernel's own mistake: one byte too long
check_step "$B"/step-06-*
expect_status 1
expect_line '^incomplete$'
expect_line 'I-GONE: .*0xd0000000-0xd0000000'

# without the truth about memory that is not found
hp check --elfcorehdr "$B"/step-06-*/elfcorehdr.bin.gz
expect_status 0
expect_line 'not judged: memory \(no --iomem\)'
hp check --elfcorehdr "$B"/step-06-*/elfcorehdr.bin.gz --iomem "$work/iomem"
expect_status 0
expect_line 'not judged: memory \(no --tree'

# memory that is there: listed although it is offline, a remark; missing, not
check_step "$B"/step-05-* --offline c0000000-cfffffff
expect_status 0
expect_line 'remark: I-GONE: .*0xc0000000-0xcfffffff.* offline'
truth "$B"/step-05-*
echo 'e0000000-efffffff : System RAM' >>"$work/iomem"
hp check --elfcorehdr "$B"/step-05-*/elfcorehdr.bin.gz --iomem "$work/iomem" \
	--tree "$B"/step-05-*/live-tree.dtb.gz
expect_status 1
expect_line 'I-COVER: .*0xe0000000-0xefffffff'

# a wrong place of the backup, of the elfcorehdr, of the crash kernel
check_step "$B"/step-05-* --backup 0x21750000
expect_status 1
expect_line 'I-BACKUP'
check_step "$B"/step-05-* --elfcorehdr-address 0x21750000
expect_status 1
expect_line 'I-RESV: .*0x21740000, it is at 0x21750000'
check_step "$B"/step-05-* --crashkernel 60000000-6fffffff
expect_status 1
expect_line 'I-CRASHK: .*0x60000000-0x6fffffff'

# the FDT of a kernel that was not told about two cores
check_step "$H"/step-02-* --kexec-load
expect_status 1
expect_line '^hang$'
expect_line 'CPU 2 .hardware id 2.: if it crashes'
check_step "$H"/step-02-* --kexec-load --crash-cpu 0
expect_line '^stale$'
# CPU 5 is the thread with hardware id 0
hp check --fdt "$H"/step-02-*/fdt.dtb.gz --online 5=0
expect_status 0
hp check --fdt "$H"/step-02-*/fdt.dtb.gz --online 5
expect_status 1
expect_line 'CPU 5 .hardware id 5'

check_step "$B"/step-06-* --json
expect_status 1
expect_equal "JSON verdict" incomplete "$(json '$d->{verdict}')"
expect_equal "JSON finding" I-GONE "$(json '$d->{findings}[0]{invariant}')"
expect_equal "JSON result" bad "$(json '$d->{result}')"

# what is no segment is judged too
echo 'no header' >"$work/text"
hp check --elfcorehdr "$work/text"
expect_status 1
expect_line '^lost$'

# wrong truth
header=("--elfcorehdr" "$B"/step-05-*/elfcorehdr.bin.gz)
hp check "${header[@]}" --iomem "$work/text"
expect_complaint "text:1: 'no header' is not a line of /proc/iomem"
echo '00000000-00000000 : System RAM' >"$work/zeros"
hp check "${header[@]}" --iomem "$work/zeros"
expect_complaint 'read it as root'
echo '0-10 : PCI' >"$work/pci"
hp check "${header[@]}" --iomem "$work/pci"
expect_complaint 'pci: no System RAM'
hp check "${header[@]}" --tree "$work/text"
expect_complaint 'text: not a device tree'
printf '0 7fe8b400 536\n1 what\n' >"$work/bad-notes"
hp check "${header[@]}" --notes "$work/bad-notes"
expect_complaint "bad-notes:2: '1 what' is not"
printf '0 7fe8b400 536\n1 7feab400 537\n' >"$work/bad-notes"
hp check "${header[@]}" --notes "$work/bad-notes"
expect_complaint 'bad-notes:2: notes of 537 bytes, other CPUs have 536'
for list in '' x 1- 3-1 0-99999 1,,2 '1=' 99999999999999999999; do
	hp check "${header[@]}" --online "$list"
	expect_complaint "'$list' is not a list of CPUs"
done
hp check "${header[@]}" --crashkernel 20000000
expect_complaint "'20000000' is not START-END"
hp check "${header[@]}" --crashkernel 2-1
expect_complaint 'ends before it starts'
hp check "${header[@]}" --page-size 5000
expect_complaint 'not a power of 2'
hp check "${header[@]}" --page-size -1
expect_complaint "'-1' is not a number"
hp check "${header[@]}" --arch arm64
expect_complaint "'arm64' is neither"
hp check "${header[@]}" --backup 0xfffffffffffffffff
expect_complaint 'is not a number'

finish
