#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run --vmcore: the dump that a crash results in, for programs that read dumps; and
# nothing half written.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

pc=$work/pc.yaml
cat >"$pc" <<-'END'
	machine:
	  arch: x86_64
	  memory: [0x1000-0x9fbff, 1M+511M]
	  possible-cpus: 8
	  present: "0-2"
	  block-size: 128M
	  crashkernel: 64M@256M
	events:
	  - load: {kernel-size: 64K, initrd-size: 64K}
	  - dimm-add: 4G+128M
	  - cpu-offline: 2
END
pseries=$work/pseries.yaml
cat >"$pseries" <<-END
	machine:
	  tree: $trees/pseries-8core.dts
	  crashkernel: 512M@512M
	events:
	  - load: {kernel-size: 64K, initrd-size: 64K}
	  - dimm-add: 0x80000000+256M
	  - cpu-add: 8
	  - cpu-online: 8
END
vmcore=$work/vmcore

# crash SCENARIO SCHEME [OPTION...]
crash() {
	rm -f "$vmcore"
	hp run --scheme "$2" --crash-at 60s --vmcore "$vmcore" "${@:3}" "$1"
}

# memory: physical addresses and sizes of the PT_LOADs, as readelf sees them
memory() {
	readelf -lW "$vmcore" | awk '$1 == "LOAD" { print $4 "+" $6 }' |
		sed 's/0x0*\([0-9a-f]\)/\1/g' | xargs
}

# notes: their owners and types
notes() {
	readelf -nW "$vmcore" | awk '$2 ~ /^0x/ { print $1 }' | uniq -c |
		awk '{ print $2 "*" $1 }' | xargs
}

# --- what is in it --------------------------------------------------------------------

# scheme | exit status | memory of the DIMM is in the dump
while IFS='|' read -r scheme expected dimm; do
	crash "$pc" "$scheme"
	expect_status "$expected"
	expect_line "/vmcore: the dump$"
	expect_equal "notes" "CORE*2 VMCOREINFO*1" "$(notes)"
	expect_equal "memory, with the DIMM $dimm" "$dimm" \
		"$([[ " $(memory) " == *" 100000000+8000000 "* ]] && echo yes || echo no)"
done <<-'END'
	none|1|no
	udev-reload|0|yes
	in-kernel|0|yes
	efi-assisted|0|yes
END
crash "$pc" efi-assisted
expect_equal "memory" "1000000+2c30000 100000+ff00000 14000000+c000000 \
100000000+8000000" "$(memory)"

# crash-fdt-hole has no business with memory; fadump dumps all but what it reserves
while IFS='|' read -r scheme expected dumped; do
	crash "$pseries" "$scheme" --param handler=0
	expect_status "$expected"
	expect_equal "notes" "CORE*9 VMCOREINFO*1" "$(notes)"
	expect_equal "memory" "$dumped" "$(memory)"
done <<-'END'
	crash-fdt-hole|1|0+10000 10000+1fff0000 2fff0000+95c 40000000+40000000
	in-kernel|0|0+10000 10000+1fff0000 2fff0000+95c 40000000+50000000
	fadump|0|0+14000000 28030000+67fd0000
	fadump:6.9|0|0+14000000 28030000+67fd0000
END

# no dump, no file
crash "$pseries" none
expect_status 1
expect_line '/vmcore: not written, there is no dump$'
expect_equal "file" "no" "$([[ -e $vmcore ]] && echo yes || echo no)"

# --- who reads it ------------------------------------------------------------------------

for scenario in "$pc in-kernel" "$pc efi-assisted" "$pseries fadump" "$pseries in-kernel"; do
	# shellcheck disable=SC2086
	crash $scenario
	for reader in "readelf -aW" "eu-readelf -a"; do
		last="$reader of $scenario"
		expect_equal "complaints" "" "$($reader "$vmcore" 2>&1 >/dev/null)"
		expect_equal "exit status" 0 "$($reader "$vmcore" >/dev/null 2>&1; echo $?)"
	done
	expect_equal "vmcoreinfo" yes \
		"$(eu-readelf -n "$vmcore" | grep -q 'OSRELEASE=' && echo yes)"
done

crash "$pc" in-kernel --crash-cpu 1
last="gdb"
gdb -nx -batch -ex 'info threads' -ex 'print/x $pc' \
	-ex 'x/2gx 0xffff888100000000' -c "$vmcore" >"$work/gdb" 2>&1
expect_equal "threads" 2 "$(grep -cE '^\*? +[0-9]+ +(process|LWP|Thread)' "$work/gdb")"
expect_equal "where" '$1 = 0xffffffff81000000' "$(grep '^\$1' "$work/gdb")"
expect_equal "memory of the DIMM" \
	"0xffff888100000000: 0x0000000000000000 0x0000000000000000" \
	"$(grep '^0xffff888100000000' "$work/gdb" | xargs)"

# the log by itself, and a dump without the pages that are zeros
last="makedumpfile"
makedumpfile --dump-dmesg "$vmcore" "$work/dmesg" >"$work/mdf" 2>&1
expect_equal "log" "[ 0.000000] Linux version 6.12.117|[ 0.000000] Kernel panic - \
not syncing: CPU 1" "$(sed 's/\[ */[ /' "$work/dmesg" | grep -v 'crash hp:' | paste -sd'|')"
makedumpfile --message-level 4 -E -d 1 "$vmcore" "$work/small" >"$work/mdf" 2>&1
expect_equal "exit status" 0 $?
expect_equal "its notes" "CORE*2 VMCOREINFO*1" "$(vmcore=$work/small notes)"
expect_equal "less than 1 MiB" yes "$(find "$work/small" -size -1024k | sed 's/.*/yes/')"

# what firmware has worked in is not in the dump any more: here the kernel's end
crash "$pc" efi-assisted --param memory=overwritten --param firmware-at=0x3b00000
expect_status 1
makedumpfile --dump-dmesg "$vmcore" "$work/dmesg" >"$work/mdf" 2>&1
expect_equal "a log of that" 1 $?

# --- what cannot be written ----------------------------------------------------------------

mkdir "$work/out-dir"
hp run --scheme none --vmcore "$work/out-dir" "$pc"
expect_complaint 'out-dir: not a regular file$'
hp run --scheme none --vmcore /dev/full "$pc"
expect_complaint '/dev/full: not a regular file$'
hp run --scheme none --vmcore "$work/nowhere/out" "$pc"
expect_complaint 'nowhere/out: No such file or directory$'
echo old >"$work/out-old"
# as a disk with no room for it: the file may have 100 KiB
(
	trap '' XFSZ
	ulimit -f 100
	exec "$CRASH_HP" run --scheme none --vmcore "$work/out-old" "$pc"
) >/dev/null 2>"$work/err"
status=$? err=$(<"$work/err") last="run --vmcore, with a limit"
expect_complaint 'out-old: [0-9]+ bytes: File too large$'
expect_equal "what was there" old "$(<"$work/out-old")"
expect_equal "files" "out-dir out-old" "$(ls "$work" | grep '^out-' | xargs)"
hp run --vmcore "$work/out-new" "$pc"
expect_complaint 'run: --crash-at, --crash-cpu, --vmcore, .* go with --scheme$'

finish
