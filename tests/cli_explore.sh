#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp explore: a state for every store, judged; and one of them again, as a
# scenario.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

# of WHICH WORD: states in the sum over all events
of() { json "\$d->{all}{$1}{worst}{$2}{states}"; }

# --- in sight: nobody ever sees a bad state -----------------------------------------

hp explore --json "$scenarios/memory-in-sight.yaml"
expect_status 0
# lock, e_phnum, and the six words of a program header that are not 0, unlock
expect_equal "stores" 36 "$(json '$d->{all}{stores}')"
expect_equal "states" 40 "$(of past_update accurate)"
# all but those before the lock is taken and after it is given back
expect_equal "with the lock" 8 "$(of linux accurate)"
expect_equal "lost to the lock" 32 "$(of linux lost)"

# --- two slots: the same, whatever changes ---------------------------------------------

hp explore --json "$scenarios/crash-on-hot-added-cpu.yaml"
expect_status 0
expect_equal "a state for each store, and the ends" 1 "$(json '
	my $d = $d->{all};
	my $states = $d->{past_update}{worst}{accurate}{states};
	$d->{stores} > 100 && $states > $d->{stores} ? 1 :
		"$states of $d->{stores}"')"

# --- one slot, hidden: as many states as stores, and all of them lost ----------------

sed -e "s#tree: \.\./#tree: $scenarios/../#" \
	-e 's/- load: kexec_file_load/- load: {call: kexec_load, flags: hotplug}/' \
	"$scenarios/crash-on-hot-added-cpu.yaml" >"$work/hidden.yaml"
hp explore --json "$work/hidden.yaml"
expect_status 1
for word in stale incomplete hang; do
	expect_equal "$word" 0 "$(of past_update $word)"
done
expect_equal "a state for each store, and the ends" 1 "$(json '
	my $sum = 0;
	$sum += $_->{states} for values %{$d->{all}{past_update}{worst}};
	$sum > $d->{all}{stores} ? 1 : "$sum of $d->{all}{stores}"')"
expect_equal "first bad state" "lost in step 3" "$(json '
	"$d->{first}[0]{verdict} in step $d->{first}[0]{step}"')"

# --- what the judge says at one store, `run` says as well ----------------------------

cat >"$work/s.yaml" <<END
name: at-a-store
machine:
  tree: $trees/pseries-8core.dts
  crashkernel: 512M@512M
events:
- load: {call: kexec_load, flags: hotplug}
- dlpar-cpu-add: 8
- crash: {cpu: 0, at-store: 1}
  expect: accurate
- dlpar-cpu-add: 9
- crash: {cpu: 0, at-store: 2}
  expect: lost
END
hp run "$work/s.yaml"
expect_status 0
expect_line '^ +3  crash cpu 0 after store 1 .* accurate, expected accurate'
expect_line 'I-LIVE: .*no image'

sed 's/at-store: 2}/at-store: 99999}/' "$work/s.yaml" >"$work/far.yaml"
hp run "$work/far.yaml"
expect_complaint 'far.yaml:11: crash: at-store 99999: the step before makes [0-9]+ stores'

sed -e 's/- load: .*/- load/' -e 's/expect: lost/expect: accurate/' "$work/s.yaml" \
	>"$work/slots.yaml"
hp run "$work/slots.yaml"
expect_status 0
expect_line '^ +5  crash cpu 0 after store 2 .* accurate, expected accurate'

# --- a handler that never updates: a hang for the CPU that it brought ----------------

hp explore --json "$captures/H-crash-fdt-not-updated"
expect_status 1
expect_equal "hangs for the new CPU" 1 "$(json '
	$d->{all}{past_update}{new}{hang}{states} > 0 ? 1 : 0')"
expect_equal "as often as it is brought" "$(json '
	$d->{all}{past_update}{new}{hang}{states}')" "$(json '
	my $n = 0; $n += $_ for map { $_->{states} }
		values %{$d->{all}{past_update}{new}}; $n')"

hp explore --json "$captures/x86_64-B-dimm-hotadd-remove"
expect_equal "x86_64: hangs" 0 "$(of past_update hang)"

# --- what is no scenario -----------------------------------------------------------------

hp explore
expect_complaint 'explore: no scenario or capture given'
hp explore "$work/none.yaml"
expect_complaint 'none.yaml: '

finish
