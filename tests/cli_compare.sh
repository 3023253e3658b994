#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp compare and run --scheme: text, JSON, CSV, SVG, one crash told, rules that
# decide, and complaints.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

# --- text, JSON, CSV -------------------------------------------------------------------------

storm=$scenarios/dlpar-4-cores-smt8.yaml
few=none,udev-throttled,in-kernel
hp compare --schemes $few --param handler=50us "$storm"
expect_status 0
expect_equal stderr "" "$err"
expect_line '^dlpar-4-cores-smt8: powerpc, 61.31 s on the virtual clock$'
expect_line '^none +0 +32 +0 +0 +0 +32 +1.31 s +0 +0 +0 +60.31 s +1 s +1.63% +0% +hang$'
expect_line '^udev-throttled +1 +32 +32 +31 +0 +0 +2.76 s +1.45 s +750 ms +0 +1.01 s +59.55 s +97.13% +0% +accurate$'
expect_line '^in-kernel +0 +32 +32 +0 +0 +0 .* 0 +0 +0 +61.31 s +100% +100% +accurate$'
expect_line '^crash of CPU 192 \(line [0-9]+\): none hang, udev-throttled hang, in-kernel accurate$'
expect_line '^crash of CPU 192 \(line [0-9]+\): none hang, udev-throttled accurate, in-kernel accurate$'
expect_line '^least time without an accurate dump: in-kernel, 0; the others: none 60.31 s, udev-throttled 1.76 s$'
expect_line '^model: .* measured: '
expect_line '^  pace +10 ms .*\(given\)$'
expect_line '^  load +700 ms .*commit 227c185'
expect_line '^  throttle-sleep +1 s .*1c97aee'

# without slots the image is hidden, here by one thread of each new core
hp compare --schemes none,in-kernel:kexec-load --param handler=50us "$storm"
expect_line '^in-kernel:kexec-load +0 +32 +32 .* 0 +200 us +0 +61.31 s +99.9997% +99.9355% +accurate$'
expect_line '^least time without an accurate dump: in-kernel:kexec-load, 200 us; the others: none 301550 times as long$'

hp compare --schemes in-kernel "$storm"
expect_line '^  handler +measured .*\(measured: our handlers on this computer\)$'

hp compare --json --schemes $few --param handler=50us "$storm"
expect_status 0
expect_equal "JSON schemes" "$few" "$(json 'join ",", map { $_->{scheme} } @{$d->{schemes}}')"
expect_equal "JSON reloads" "0 1 0" "$(json 'join " ", map { $_->{reloads} } @{$d->{schemes}}')"
expect_equal "JSON crashes" "hang hang" \
	"$(json 'join " ", map { $_->{verdict} } @{$d->{schemes}[0]{crashes}}')"
expect_equal "JSON times" "0 0" \
	"$(json 'my $n = $d->{schemes}[2]{overall_ns}; "$n->{torn} $n->{stale}"')"
expect_equal "JSON timeline has no gap" yes \
	"$(json 'my $at = 0; my $ok = "yes"; for (@{$d->{schemes}[1]{timeline}}) { $ok = "no" if $_->{start_ns} != $at; $at = $_->{end_ns} } $at == $d->{end_ns} ? $ok : "short"')"
expect_equal "JSON measured" "0" "$(json '0 + $d->{schemes}[0]{params}{handler}{measured}')"

hp compare --csv --schemes $few "$storm"
expect_status 0
expect_equal "CSV lines" 4 "$(wc -l <"$work/out")"
expect_equal "CSV columns" 1 "$(awk -F , '{ print NF }' "$work/out" | sort -u | wc -l)"

# all that this build can play
hp compare --param handler=50us "$storm"
expect_status 0
expect_line '^in-kernel:no-flag '

# --- a picture ----------------------------------------------------------------------------------

hp compare --svg "$work/x.svg" --schemes $few "$storm"
expect_status 0
for lane in none udev-throttled in-kernel; do
	expect_equal "lane of $lane" yes "$(grep -q ">$lane<" "$work/x.svg" && echo yes)"
done
# none, stale, torn, accurate
for colour in '201,  *58,  *58' '232, 185,  *60' '138,  *79, 191' ' *76, 159,  *80'; do
	expect_equal "boxes of $colour" yes "$(grep -q "$colour" "$work/x.svg" && echo yes)"
done
mkdir "$work/empty"
last="compare --svg without gnuplot"		# nor dtc: it needs no tree
err=$(PATH=$work/empty "$CRASH_HP" compare --svg "$work/y.svg" --schemes none \
	"$scenarios/mail-2020-rhel8-1-dimm.yaml" 2>&1)
expect_equal "exit status" 2 $?
expect_equal "complaint" "crash-hp: --svg needs gnuplot, which is not there (Debian: apt-get install gnuplot-nox)" "$err"
expect_equal "no picture" "" "$(ls "$work" | grep y.svg)"
hp compare --svg /nonexistent/y.svg --schemes none "$storm"
expect_complaint "/nonexistent/y.svg: No such file"

# --- one crash, told -----------------------------------------------------------------------------

told=$scenarios/dlpar-4-cores-smt8.yaml
hp run --scheme udev-throttled --crash-at 1500ms --crash-cpu 192 "$told"
expect_status 1
expect_line '^ +1.000000 s  udev: a rule asks the throttler$'
expect_line '^ +1.500000 s  crash of CPU 192$'
expect_line '^loaded, by kexec_load\(2\):$'
expect_line '^  I-CPU: no CPU node of the FDT has CPU 192'
expect_line '^verdict: hang$'
hp run --scheme udev-throttled --crash-at 1500ms --crash-cpu 0 "$told"
expect_line '^  I-CPU: no CPU node of the FDT has CPU 192 .* which is online$'
expect_line '^  \.\.\. 28 more, which -v shows$'
expect_line '^verdict: stale$'
expect_status 1
hp run --scheme udev-throttled --crash-at 2.3s "$told"
expect_status 1
expect_line '^none: the image is unloaded, the next one not loaded yet$'
expect_line '^verdict: lost$'
hp run --scheme in-kernel:kexec-load --param handler=2ms --crash-at 1001ms "$told"
expect_status 1
expect_line '^torn: the image is being rewritten'
hp run --scheme in-kernel --param handler=2ms --crash-at 1001ms "$told"
expect_status 0
expect_line '^  spare fdt +0x[0-9a-f]+ \+0x[0-9a-f]+$'
hp run --scheme udev-throttled "$told"
expect_status 0
expect_line '^ +61.310000 s  crash of CPU 192$'
expect_line '^/proc/vmcore: nothing is wrong$'
hp run --json --scheme none "$told"
expect_status 1
expect_equal "JSON verdict" "hang stale 192" \
	"$(json '"$d->{verdict} $d->{state} $d->{cpu}"')"

# --- rules decide ----------------------------------------------------------------------------------

cat >"$work/my.rules" <<'END'
SUBSYSTEM=="cpu", ACTION=="online", KERNEL=="cpu192", RUN+="/usr/bin/kdumpctl reload"
END
hp compare --csv --schemes udev-reload --rules "$work/my.rules" "$storm"
expect_line '^udev-reload,1,32,1,0,0,31,'
hp compare --csv --schemes udev-reload,udev-throttled \
	--rules "udev-reload=$work/my.rules" "$storm"
expect_line '^udev-reload,1,32,1,'
expect_line '^udev-throttled,1,32,32,31,'
# without the question for crash_hotplug, what the kernel did is done again
hp compare --csv --schemes in-kernel \
	--rules "$CRASH_HP_SOURCE/fixtures/udev/rhel8.powerpc.rules" "$storm"
expect_line '^in-kernel,1,32,32,31,'

# --- what the handlers refuse, the rules make good ---------------------------------------------------

hp compare --csv --schemes none,in-kernel --param pace=5s "$scenarios/fdt-out-of-space.yaml"
expect_status 0
expect_line '^none,0,3,0,0,0,3,.*,hang$'
expect_line '^in-kernel,1,3,3,0,0,0,.*,accurate$'
hp run --scheme in-kernel --param pace=5s --crash-at 10.5s "$scenarios/fdt-out-of-space.yaml"
expect_status 1
expect_line 'udev: a rule asks the throttler'
expect_line '^verdict: hang$'
hp run --scheme in-kernel --param pace=5s --crash-at 14s "$scenarios/fdt-out-of-space.yaml"
expect_status 0

cat >"$work/no-memory.yaml" <<END
machine:
  tree: $trees/pseries-8core.dts
  crashkernel: 512M@512M
events:
  - load
  - cpu-add: 8
  - cpu-online: 8
    fail-alloc: 1
END
hp compare --csv --schemes in-kernel "$work/no-memory.yaml"
expect_line '^in-kernel,1,1,1,0,0,0,.*,accurate$'

# --- complaints --------------------------------------------------------------------------------------

bad() {
	hp "${@:2}"
	expect_complaint "$1"
}

bad "no scenario given" compare
bad "no scheme 'x'; there are none, udev-reload" compare --schemes x "$storm"
bad "'none' stands there twice" compare --schemes none,none "$storm"
bad "none are named" compare --schemes , "$storm"
bad "--json or --csv, not both" compare --json --csv "$storm"
bad "no scheme that is played has a parameter 'lock-retry'" \
	compare --schemes none --param lock-retry=1s "$storm"
bad "no scheme that is played has a parameter 'x'" compare --param x=1 "$storm"
bad "parameter load: '7' is no duration" compare --param load=7 "$storm"
bad "no scheme that is played uses" compare --schemes none --rules x "$storm"
bad "/nonexistent: No such file" compare --schemes udev-reload --rules /nonexistent "$storm"
echo 'ACTION="x"' >"$work/bad.rules"
bad "bad.rules:1: nothing can be assigned to 'ACTION'" \
	compare --schemes udev-reload --rules "$work/bad.rules" "$storm"
bad "no scheme 'x'" run --scheme x "$storm"
bad "'x' is no duration" run --scheme none --crash-at x "$storm"
bad "go with --scheme" run --crash-at 1s "$storm"
bad "do not go with --scheme" run --scheme none --out "$work/out.d" "$storm"
bad "CPU 223 cannot crash: it is not online then" \
	run --scheme none --crash-at 1s --crash-cpu 223 "$storm"

# scenario KEYS: the machine and some lines more
scenario() {
	cat >"$work/s.yaml" <<-END
		machine:
		  tree: $trees/pseries-8core.dts
		  crashkernel: 512M@512M
		$1
	END
}
scenario $'timing: {pase: 1s}\nevents: [load]'
bad "s.yaml:4: timing: no scheme has a parameter 'pase'" compare "$work/s.yaml"
scenario $'timing: {pace: x}\nevents: [load]'
bad "s.yaml:4: timing: parameter pace: 'x' is no duration" compare "$work/s.yaml"
scenario $'timing: [1]\nevents: [load]'
bad "s.yaml:4: timing is no mapping" compare "$work/s.yaml"
scenario $'events:\n  - load\n  - cpu-offline: 1\n    after: soon'
bad "s.yaml:7: after \"soon\" is no duration" compare "$work/s.yaml"
scenario $'events:\n  - cpu-offline: 1'
bad "nothing is loaded, so there is nothing to keep true" compare "$work/s.yaml"
scenario $'events:\n  - load\n  - unload'
bad "s.yaml:6: scheme none: a scheme loads and unloads itself" compare "$work/s.yaml"
scenario $'events:\n  - load\n  - cpu-online: 1'
bad "s.yaml:6: scheme none: CPU 1 is online already" compare "$work/s.yaml"

finish
