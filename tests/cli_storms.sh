#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The mail of 2020-12-14 (docs/schemes.md): reloads and seconds in all come out within
# 5 %, and what does not fit together in it does not here either.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

# within5 WHAT EXPECTED GOT
within5() {
	expect_equal "$1: $3 is within 5 % of $2" yes \
		"$(awk -v a="$2" -v b="$3" 'BEGIN { d = b / a - 1; if (d < .05 && d > -.05) print "yes" }')"
}

# cell SCENARIO SCHEME RELOADS SECONDS [OPTION...]
cell() {
	local scheme reloads rest total
	hp compare --csv --schemes "$2" "$scenarios/$1.yaml" "${@:5}"
	expect_status 0
	IFS=, read -r scheme reloads rest <<<"$(tail -n 1 "$work/out")"
	total=$(cut -d , -f 8 <<<"$scheme,$reloads,$rest")
	expect_equal "scheme" "$2" "$scheme"
	within5 "reloads" "$3" "$reloads"
	within5 "seconds" "$4" "$(awk -v ns="$total" 'BEGIN { print ns / 1e9 }')"
}

cell mail-2020-rhel8-1-dimm udev-throttled 21 86
cell mail-2020-rhel8-480-dimms udev-throttled 105 419
cell mail-2020-rhel7-1-dimm udev-reload 3840 181
cell mail-2020-rhel7-480-dimms udev-reload 3840 389
# with a reload as long as it is, 3840 of them do not fit into the mail's 181 s
cell mail-2020-rhel7-1-dimm udev-reload 3840 2880 \
	--param unload=50ms --param load=700ms
cell mail-2020-rhel7-1-dimm udev-reload 243 181 \
	--param unload=50ms --param load=700ms --param requests=merged
# where udev's queue is empty soon, the throttler's cycle is no 4 s
cell mail-2020-rhel8-480-dimms udev-throttled 384 419 --param udev-event=20ms

# core in the kernel has the least time without an accurate dump in both storms
for storm in 1-dimm 480-dimms; do
	hp compare --json --param handler=50us \
		--schemes none,udev-throttled,in-kernel \
		"$scenarios/mail-2020-rhel8-$storm.yaml"
	expect_equal "the best" in-kernel "$(json '
		my %t = map { my $n = $_->{overall_ns};
			$_->{scheme} => $n->{none} + $n->{torn} + $n->{stale} } @{$d->{schemes}};
		(sort { $t{$a} <=> $t{$b} } keys %t)[0]')"
done

finish
