#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp-bench: every case once, at a small size. Not how long it took, but that
# everybody came to the same result, and that table and JSON say so.
: "${CRASH_HP_BENCH:?the crash-hp-bench command}"
CRASH_HP=$CRASH_HP_BENCH
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

core=$CRASH_HP_MODULES/core-powerpc.so

# --- JSON ------------------------------------------------------------------------

hp --list
expect_status 0
cases=$(grep -oE '^[a-z-]+' <<<"$out" | xargs)
expect_equal "cases" "cpu-add cpu-online mem-add-contiguous mem-remove-contiguous \
mem-add-alternating mem-remove-alternating storm-contiguous storm-alternating \
smt-switch load" "$cases"

hp --sizes 8 --budget 0 --handlers "$core" --json -
expect_status 0
# that there are times is part of it
cp "$work/timed" "$work/out"
expect_equal "a row for each case" "$cases" \
	"$(json 'join " ", map { $_->{case} } @{$d->{rows}}')"
expect_equal "sizes" 8 \
	"$(json 'my %s = map { $_->{size} => 1 } @{$d->{rows}}; join " ", keys %s')"
expect_equal "rows without core, memcpy and the module" "" "$(json '
	join " ", map { $_->{case} } grep {
		my %p = map { $_->{peer} => 1 } @{$_->{peers}};
		!($p{core} && $p{memcpy} && $p{"core-powerpc"})
	} @{$d->{rows}}')"
expect_equal "rows with the rebuild" "cpu-add cpu-online smt-switch" "$(json '
	join " ", map { $_->{case} } grep {
		grep { $_->{peer} eq "rebuild" } @{$_->{peers}}
	} @{$d->{rows}}')"
expect_equal "results that are wrong" "" "$(json '
	join "; ", map {
		my $c = $_->{case};
		map { "$c: $_->{peer}: $_->{verdict_why} $_->{different}" } grep {
			!$_->{same} || $_->{verdict} ne "accurate"
		} @{$_->{peers}}
	} @{$d->{rows}}')"
expect_equal "numbers that are missing" "" "$(json '
	join "; ", map {
		my $c = $_->{case};
		map { "$c: $_->{peer}" } grep {
			!($_->{samples} >= 1 && $_->{median_ns} > 0 &&
			  $_->{fastest_ns} <= $_->{median_ns})
		} @{$_->{peers}}
	} @{$d->{rows}}')"

# what one sample is made of, by core
events() {
	json 'my ($r) = grep { $_->{case} eq "'"$1"'" } @{$d->{rows}};
	      $r->{peers}[0]{'"$2"'}'
}
for row in cpu-add:1 cpu-online:1 mem-add-alternating:1 mem-remove-contiguous:1 \
	storm-contiguous:8 storm-alternating:8 smt-switch:56 load:0; do
	expect_equal "events of ${row%:*}" "${row#*:}" "$(events "${row%:*}" events)"
done
for name in cpu-online smt-switch; do
	expect_equal "bytes of $name" 0 "$(events "$name" bytes)"
	expect_equal "hidden by $name" 0 "$(events "$name" hidden)"
done
expect_equal "a new core is written" yes \
	"$([[ $(events cpu-add bytes) -gt 300 ]] && echo yes)"

# --- the table, the targets --------------------------------------------------------

hp --case cpu-add --case mem-add-contiguous --sizes 4,8 --budget 0 --json "$work/j" \
	--check
expect_status 1
expect_line '^cpu-add: a core arrives'
expect_line '^   nodes '
expect_line '^       4  core  +[0-9.]+ [num]?s +1\.00 '
expect_line '^ +memcpy  +[0-9.]+ [num]?s '
expect_line '^       8  core '
expect_line '^  growth .*: core -?[0-9.]+ \(-?[0-9.]+\), one-slot -?[0-9.]+ \(-?[0-9.]+\), memcpy '
expect_line '^mem-add-contiguous: '
expect_no_line '^load: '
expect_no_line 'not what core made'
expect_line 'cpu-add 2048: exponent of growth.* 1.1 +not seen  NOT MET$'
targets=$(sed -n '/^targets$/,$p' <<<"$out" | grep -c 'NOT MET$\|  met$')
expect_equal "a line for each target" 19 "$targets"
expect_line 'cpu-add 1024: times faster .* 1000 +not seen  NOT MET$'
expect_equal "JSON beside the table" "4 4 19" "$(mv "$work/j" "$work/out"
	json 'scalar(@{$d->{rows}}) . " " . $d->{rows}[0]{size} . " " .
	      scalar(@{$d->{targets}})')"
expect_equal "growth" yes \
	"$(json 'exists $d->{growth}{"cpu-add"}{core}{end} ? "yes" : "no"')"

# --- complaints --------------------------------------------------------------------

hp --case cpu-ad
expect_complaint "no case 'cpu-ad'"
for sizes in 8,4 1 8,8 8, , x 2,3,4,5,6,7,8,9,10; do
	hp --sizes "$sizes"
	expect_complaint "sizes: '.*' is no ascending list"
done
hp --case smt-switch --sizes 2000
expect_complaint 'smt-switch takes up to 1024 cores, not 2000'
for budget in x -1 1s 1e9; do
	hp --budget "$budget"
	expect_complaint "budget $budget is no number of seconds"
done
hp --handlers "$CRASH_HP_MODULES/core-x86_64.so"
expect_complaint 'handlers for x86_64'
hp --handlers "$core" --handlers "$core"
expect_complaint 'core-powerpc is measured already'
hp --handlers "$work/none.so"
expect_complaint 'none.so'
hp --case cpu-online --json "$work/none/j"
expect_complaint 'none/j: .*No such file'
hp all
expect_complaint "unexpected argument 'all'"

finish
