#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp conform: how each step of each bundled capture ends.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# steps CAPTURE STEP...: one word per step: =, a remark r, defects by number, !
steps() {
	local capture=$1
	shift
	hp conform --json "$captures/$capture"
	expect_status 0
	expect_equal "steps of $capture" "$*" "$(json '
		join " ", map {
			my $s = $_;
			my %kb = map { substr($_->{defect}, 3) => 1 }
				grep { $_->{defect} } @{$s->{reasons}};
			$s->{result} eq "equal" ? "=" :
			$s->{result} eq "remark" ? "r" :
			$s->{result} eq "known defect" ?
				join("+", sort keys %kb) : "!"
		} @{$d->{captures}[0]{steps}}')"
}

steps A-cpu-hotadd		= = = = = = = = = r r = =
steps A-cpu-hotadd-4kpages	= = = = = = = = = r r = =
steps B-dimm-hotadd-remove	= = = = = = 02 = = = = 02+03 =
steps E-smt4			= = = = = r = = =
steps F-no-maxmem		= = = = = = = =
steps G-crash-on-hotadded-cpu	= = = = =
steps H-crash-fdt-not-updated	= = = =
steps I2-many-ranges-poison	= 02+03 02+03 05
steps K-numa-adjacent-regions	= = = = = = 02+03 = = 02+03 r r
steps L-offline-block-then-unplug	= = = = = = 02 r 66 66 66
steps N-fdt-no-space		= = = = 35 35 35

steps x86_64-A-cpu-hotadd	48+69 = = = = = = = = 69
steps x86_64-B-dimm-hotadd-remove	48+69 = = = 20 69 = 20 20 20 = = 20 69
steps x86_64-D-manual-online	48+69 = r r r r r r 66 20+66 69
steps x86_64-F-crash-after-hotplug	48+69 = = = = = = r =
steps x86_64-J-memmap-holes	48+69 = = 20 20
steps x86_64-K-kexec-load	48 r = = = 20 20 r = = = =
steps x86_64-M1-mixed		48+69 69 = 69 69 = 69 = = 20 = = = = = = = = \
				= 20 r 20 r r 20 20 r 20
steps x86_64-N-no-hotplug	48+69 = = 69

# a PT_LOAD that overlaps is not one that is cut elsewhere
hp conform --json "$captures"/K-*
expect_equal "reasons at step 6 of K" "KB-03 KB-02" \
	"$(json 'join " ", map { $_->{defect} // "-" } @{$d->{captures}[0]{steps}[6]{reasons}}')"

# in words
hp conform "$captures"/B-* "$captures"/G-*
expect_status 0
expect_equal stderr "" "$err"
expect_line '^B-dimm-hotadd-remove: powerpc, 64 KiB pages, handlers core$'
expect_line '^  step-00-loaded  .* equal; our own load too$'
expect_line '^  step-01-mem-add-m1-80000000  +elfcorehdr [0-9]+  +equal$'
expect_line '^  step-06-.* known defect KB-02: .*\(0xd0000000-0xd0000000\)$'
expect_line '^        known defect KB-03: '
expect_line '^B-dimm-hotadd-remove: 13 steps, 11 equal, 2 known defect$'
expect_line '^  step-04-crash-cpu2 .* equal; a crash on CPU 2: ours accurate, the kernel.s accurate, and its capture kernel came up$'
expect_equal "last line" "all: 18 steps, 16 equal, 2 known defect" \
	"$(tail -n 1 "$work/out")"

# an image that does not follow hotplug, and says so
hp conform "$captures"/H-*
expect_line 'step-02-.* equal; ours: hang, and says so: crash_hotplug reads 0$'
expect_line 'a crash on CPU 2: ours hang, the kernel.s hang, and its capture kernel did not come up$'

hp conform -v "$captures"/B-*
expect_line '^ +the kernel.s is incomplete:$'
expect_line 'I-GONE: .*0xd0000000-0xd0000000'

module=${CRASH_HP_MODULES-}/core-powerpc.so
if [[ -e $module ]]; then
	hp conform --handlers "$module" "$captures"/E-*
	expect_status 0
	expect_line '^E-smt4: 9 steps, 8 equal, 1 remark$'
fi

# what cannot be replayed
if [[ -e $module ]]; then
	hp conform --handlers "$module" "$captures"/x86_64-A-cpu-hotadd
	expect_complaint 'core-powerpc is for powerpc, the machine is x86_64$'
fi

# --exact: a kernel that has core in it; this one's header has KB-02 at one step
hp conform --exact "$captures"/B-*
expect_status 1
expect_line '^  step-05-.* fdt, byte 0x[0-9a-f]+ is .*: the same content$'
expect_line '^  step-06-.* DIFFERENT: elfcorehdr, byte 0x1e8 is 00, the kernel.s 01: '
expect_line '^B-dimm-hotadd-remove: 13 steps, 0 equal, 11 remark, 2 DIFFERENT$'
hp conform --exact "$captures"/x86_64-N-*
expect_status 1
expect_line "DIFFERENT: our own load: crash_elfcorehdr_size reads"

mkdir "$work/empty"
hp conform "$work/empty"
expect_complaint 'empty'
cp -r "$captures"/G-crash-on-hotadded-cpu "$work/broken"
chmod -R u+w "$work/broken"
echo '{' >"$work/broken/step-01-cpu-add-core1/manifest.json"
hp conform "$work/broken"
expect_complaint 'broken/step-01-cpu-add-core1/manifest.json'
rm -r "$work/broken/step-00-loaded"
hp conform "$work/broken"
expect_status 2

# the others are replayed nevertheless
hp conform "$work/empty" "$captures"/G-*
expect_status 2
expect_line '^G-crash-on-hotadded-cpu: 5 steps, 5 equal$'

finish
