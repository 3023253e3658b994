#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp run: lines, verdicts, exit status, JSON, files.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# scenario NAME: events on stdin, for a machine made from $tree
tree=$trees/pseries-8core.dts
scenario() {
	{
		printf 'name: %s\nmachine:\n  tree: %s\n' "$1" "$tree"
		printf '  crashkernel: 512M@512M\nevents:\n'
		cat
	} >"$work/$1.yaml"
}

# --- accurate to the end -------------------------------------------------------

scenario good <<'END'
  - cpu-offline: 1
  - load
  - cpu-online: 1
  - dlpar-cpu-add: 8
  - memory-offline: 0x50000000+256M
  - dimm-add: 0x80000000+2560M
  - cpu-offline: 2
    lock-busy: true
  - unload
END
hp run "$work/good.yaml"
expect_status 0
expect_equal stderr "" "$err"
expect_line '^good: powerpc, handlers core$'
expect_line '^ +1  cpu-offline 1 .* -$'
expect_line '^ +2  load kexec_file_load .* accurate$'
expect_line '^ +4  dlpar-cpu-add'
expect_line '^ +4\.1  cpu-add core 8 .* accurate$'
expect_line '^ +4\.2  cpu-online 8  +fdt [0-9]+, slot 1  +accurate$'
expect_line '^ +5  memory-offline 0x50000000 .* elfcorehdr [0-9]+, slot 0  +accurate$'
expect_line '^ +6\.2  memory-online .* accurate \(10 hotplug events\)$'
expect_line '^ +7  .* accurate \(1 of 1 hotplug events lost\)$'
expect_line '^ +8  unload .* -$'
expect_equal "last line" "10 events, 8 accurate, 2 without an image" \
	"$(tail -n 1 "$work/out")"
expect_equal "times of an event" 1 \
	"$(grep -cE '^ +4\.2 .*  fdt [0-9]+, slot 1, locked [0-9.]+ us +accurate$' "$work/timed")"
expect_equal "times in all" 1 \
	"$(grep -cE '^a dump possible at any time$' "$work/timed")"

hp run --json "$work/good.yaml"
expect_status 0
expect_equal "JSON times of an event" 0 \
	"$(grep -c '"hidden_ns": [1-9]' "$work/timed")"
expect_equal "JSON times in all" 1 \
	"$(grep -cE '^  "no_dump_ns": 0' "$work/timed")"
expect_equal "JSON scenario" good "$(json '$d->{scenario}')"
expect_equal "JSON handlers" core "$(json '$d->{handlers}')"
expect_equal "JSON steps" 8 "$(json 'scalar @{$d->{steps}}')"
expect_equal "JSON result" good "$(json '$d->{result}')"
expect_equal "JSON events" 10 "$(json '$d->{events}')"
expect_equal "keys of a JSON step" \
	"crash_hotplug events expect findings hidden hidden_ns hotplug_events line locked_ns log longest_ns lost no_dump_ns text verdict written" \
	"$(json 'join " ", sort keys %{$d->{steps}[1]}')"
expect_equal "JSON line" 6 "$(json '$d->{steps}[0]{line}')"
expect_equal "JSON verdict without an image" "" \
	"$(json '$d->{steps}[0]{verdict} // ""')"
expect_equal "JSON crash_hotplug without an image" 0 \
	"$(json '$d->{steps}[0]{crash_hotplug}')"
expect_equal "JSON crash_hotplug" 1 "$(json '$d->{steps}[1]{crash_hotplug}')"
expect_equal "JSON written" "fdt purgatory slot" \
	"$(json 'join " ", sort keys %{$d->{steps}[3]{written}}')"
expect_equal "JSON slot" 1 "$(json '$d->{steps}[3]{written}{slot}')"
expect_equal "JSON hidden" 0 "$(json '$d->{steps}[3]{hidden}')"
expect_equal "JSON lost" 1 "$(json '$d->{steps}[6]{lost}')"
expect_equal "JSON log" 1 "$(json '0 + grep { /^<\d>.*trylock/ } @{$d->{steps}[6]{log}}')"

# --- an image without slots is hidden -------------------------------------------

sed 's/- load$/- load: {call: kexec_load, flags: hotplug}/' "$work/good.yaml" \
	>"$work/hidden.yaml"
hp run "$work/hidden.yaml"
expect_status 0
expect_line '^ +4\.2  cpu-online 8  +fdt [0-9]+  +accurate$'
expect_equal "hidden: times of an event" 1 \
	"$(grep -cE '^ +4\.2 .*  fdt [0-9]+, hidden [0-9.]+, locked [0-9.]+ us +accurate$' "$work/timed")"
expect_equal "hidden: times in all" 1 \
	"$(grep -cE '^no dump possible for [0-9.]+ us in all, longest [0-9.]+ us at step [1-8]$' "$work/timed")"

hp run --json "$work/hidden.yaml"
expect_equal "hidden: JSON times of an event" 3 \
	"$(grep -c '"hidden_ns": [1-9]' "$work/timed")"
expect_equal "hidden: JSON times in all" 1 \
	"$(grep -cE '^  "no_dump_ns": [1-9]' "$work/timed")"
expect_equal "hidden: JSON written" fdt \
	"$(json 'join " ", keys %{$d->{steps}[3]{written}}')"
expect_equal "hidden: JSON hidden" 1 "$(json '$d->{steps}[3]{hidden}')"

# --- verdicts and exit status ------------------------------------------------------

scenario stale <<'END'
  - load: {call: kexec_load, flags: none}
  - dlpar-cpu-add: 8
  - crash: 8
  - crash: 0
END
hp run "$work/stale.yaml"
expect_status 1
expect_line '^ +3  crash cpu 8 .* hang$'
expect_line '^ +I-CPU: .*CPU 8 '
expect_line '^ +4  crash cpu 0 .* stale$'
expect_line '^5 events, 2 accurate, 1 stale, 2 hang: 3 bad$'
hp run --json "$work/stale.yaml"
expect_status 1
expect_equal "JSON verdict of the worst event" hang \
	"$(json '$d->{steps}[1]{verdict}')"
expect_equal "JSON finding" I-CPU \
	"$(json 'join " ", map { $_->{invariant} } grep { !$_->{remark} } @{$d->{steps}[2]{findings}}')"
expect_equal "JSON result" bad "$(json '$d->{result}')"
expect_equal "JSON bad" 3 "$(json '$d->{bad}')"

scenario expected <<'END'
  - load: {call: kexec_load, flags: none}
  - dlpar-cpu-add: 8
    expect: hang
  - crash: 0
    expect: stale
END
hp run "$work/expected.yaml"
expect_status 0
expect_line '^ +2\.2  .* hang, expected hang$'
expect_line '^4 events, .* 2 not accurate as expected$'

# nothing is asked of a step whose verdict does not matter, image or not
scenario whatever <<'END'
  - cpu-offline: 1
    expect: any
  - load: {call: kexec_load, flags: none}
    expect: any
  - dlpar-cpu-add: 8
    expect: any
END
hp run "$work/whatever.yaml"
expect_status 0
expect_line '^ +1  .* -, expected any$'
expect_line '^ +3\.2  .* hang, expected any$'
expect_line '^4 events, 2 accurate, 1 hang, 1 without an image, 1 not accurate as expected$'

# a crash while somebody holds the kexec lock
scenario locked <<'END'
  - crash: 0
    lock-busy: true
  - load
  - crash: 0
    lock-busy: true
    expect: lost
  - crash: 0
END
hp run "$work/locked.yaml"
expect_status 0
expect_line '^ +1  crash cpu 0, kexec lock busy .* -$'
expect_line '^ +3  .* lost, expected lost$'
expect_line '^ +I-LIVE: the kexec lock is held'
expect_line '^ +4  crash cpu 0 .* accurate$'

scenario unexpected <<'END'
  - load
  - cpu-offline: 1
    expect: hang
END
hp run "$work/unexpected.yaml"
expect_status 1
expect_line 'accurate, expected hang$'
expect_line ': 1 bad$'

# what a step expects is measured at its end: hang with three of four threads
# gone, accurate with the last one
tree=$trees/pseries-smt4.dts
scenario at-the-end <<'END'
  - load: {call: kexec_load, flags: none}
  - dlpar-cpu-add: 16
    expect: hang
  - dlpar-cpu-remove: 16
    expect: accurate
END
hp run "$work/at-the-end.yaml"
expect_status 0
expect_line '^ +3\.3  cpu-offline 18 .* hang$'
expect_line '^ +3\.5  cpu-remove core 16 .* accurate, expected accurate$'
sed -i '$d' "$work/at-the-end.yaml"
hp run "$work/at-the-end.yaml"
expect_status 1
expect_line ': 3 bad$'
tree=$trees/pseries-8core.dts

scenario storm <<'END'
  - load
  - lmb-add: 0x80000000+256M
  - lmb-add: 0x90000000+4G
END
hp run "$work/storm.yaml"
expect_status 0
expect_line '^ +3  .*: 32 events .* accurate \(16 hotplug events\)$'
expect_no_line '^ +3\.1 '
hp run --verbose "$work/storm.yaml"
expect_status 0
expect_line '^ +3\.32  memory-online .* accurate$'

# remarks are told with -v, and spoil nothing
scenario remark <<'END'
  - load
  - dlpar-cpu-add: 8
  - dlpar-cpu-remove: 8
END
hp run "$work/remark.yaml"
expect_status 0
expect_no_line 'remark:.*I-'
hp run -v "$work/remark.yaml"
expect_status 0
expect_line 'remark: I-FRESH: .*POWER9@8.* gone'

# what the kernel warns of
scenario refused <<'END'
  - load
  - poke: {segment: fdt, offset: 0, bytes: "00"}
  - dlpar-cpu-add: 8
END
hp run "$work/refused.yaml"
expect_status 1
expect_line '^ +kernel: crash hp: '

# --- handlers ---------------------------------------------------------------------

hp run --handlers x86 "$work/good.yaml"
expect_complaint "no handlers 'x86'"
hp run --handlers "$work/none.so" "$work/good.yaml"
expect_complaint 'none.so'
module=${CRASH_HP_MODULES-}/core-powerpc.so
if [[ -e $module ]]; then
	hp run --json "$work/good.yaml"
	cp "$work/out" "$work/builtin"
	hp run --json --handlers "$module" "$work/good.yaml"
	expect_status 0
	expect_equal "with the module instead of the built-in handlers" \
		"$(grep -v '"handlers"' "$work/builtin")" \
		"$(grep -v '"handlers"' "$work/out")"
fi

# --- files -----------------------------------------------------------------------

hp run --out "$work/o" --sysfs "$work/s" "$work/good.yaml"
expect_status 0
expect_equal "folders" "step-01 step-02 step-03 step-04 step-05 step-06 step-07 step-08" \
	"$(cd "$work/o" && echo *)"
expect_equal "without an image" "sys" "$(cd "$work/o/step-01" && echo *)"
expect_equal "with an image" "elfcorehdr fdt.dtb sys" \
	"$(cd "$work/o/step-04" && echo *)"
expect_equal "temporary files" "" "$(find "$work/o" "$work/s" -name '*.??????')"
expect_equal "readelf complains" "" \
	"$(readelf -lW "$work/o/step-06/elfcorehdr" 2>&1 >/dev/null)"
expect_equal "PT_LOADs behind the offline block" 1 \
	"$(readelf -lW "$work/o/step-06/elfcorehdr" | grep -c 'LOAD .* 0x0*60000000 ')"
expect_equal "bytes of the FDT" \
	"$((0x$(od -An -tx1 -j4 -N4 "$work/o/step-04/fdt.dtb" | tr -d ' ')))" \
	"$(stat -c %s "$work/o/step-04/fdt.dtb")"
# -f: dtc does not like the name property of a hot-added node, Linux does
expect_equal "CPU nodes that dtc sees" 9 \
	"$(dtc -q -f -I dtb -O dts "$work/o/step-04/fdt.dtb" 2>/dev/null |
	   grep -c 'PowerPC,POWER9@.* {')"
hp diff "$work/o/step-03/fdt.dtb" "$work/o/step-04/fdt.dtb"
expect_status 1
expect_line '^\+ /cpus/PowerPC,POWER9@8$'
expect_equal "crash_hotplug with an image" 1 \
	"$(<"$work/o/step-04/sys/devices/system/cpu/crash_hotplug")"
expect_equal "crash_hotplug at the end" 0 \
	"$(<"$work/s/devices/system/cpu/crash_hotplug")"

# a second time over the first
hp run --out "$work/o" "$work/good.yaml"
expect_status 0

hp run --out "$work/none/o" "$work/good.yaml"
expect_complaint 'none/o: No such file or directory'
hp run --out "$work/good.yaml" "$work/good.yaml"
expect_complaint 'good.yaml: '

# A file that cannot be written to its end: no part of it stays. Whoever ignores
# the signal is told by write() that the limit (in KiB) is reached.
scenario load <<'END'
  - load
END
last="crash-hp run --out, files limited to 4 KiB"
(trap '' XFSZ; ulimit -f 4
 "$CRASH_HP" run --out "$work/small" "$work/load.yaml" >/dev/null 2>"$work/err")
expect_equal "exit status" 2 $?
expect_equal stderr "crash-hp: $work/small/step-01/fdt.dtb: File too large" \
	"$(<"$work/err")"
expect_equal "files that stay" elfcorehdr "$(ls "$work/small/step-01")"

# --- mistakes ------------------------------------------------------------------------

scenario impossible <<'END'
  - load
  - cpu-online: 0
END
hp run "$work/impossible.yaml"
expect_complaint "impossible.yaml:7: "
scenario unknown <<'END'
  - explode: 1
END
hp run "$work/unknown.yaml"
expect_complaint 'unknown.yaml:6: .*explode'
echo '{' >"$work/broken.yaml"
hp run "$work/broken.yaml"
expect_complaint 'broken.yaml:'

finish
