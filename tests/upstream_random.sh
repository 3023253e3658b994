#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random scenarios with core and with handlers out of a kernel tree: core breaks
# no invariant, and each divergence is in an explained class. A few hundred here;
# ./dev random plays thousands.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
scenarios=$CRASH_HP_SOURCE/tests/divergences

# --- the smallest scenario of each class ---------------------------------------------

# shows CLASS FILE: nothing else but that class, and at least once
shows() {
	hp diff-handlers --json "$scenarios/$2.yaml"
	expect_equal "unexplained in $2" 0 "$(json '$d->{unexplained}')"
	expect_equal "class of $2" "$1" "$(json '
		my %c = map { $_->{class} => 1 }
			map { @{$_->{reasons}} } @{$d->{divergences}};
		join " ", sort keys %c')"
}

for file in "$scenarios"/*.yaml; do
	name=$(basename "$file" .yaml)
	shows "$(sed -n 's/^# shows: //p' "$file")" "$name"
done

# --- a class holds only where its reason does ------------------------------------------

# nothing that A lacks is explained by an event that was lost long ago
hp diff-handlers --handlers-a upstream --handlers-b core "$scenarios/D-06.yaml"
expect_status 1
expect_line UNEXPLAINED

# nor is a load that A refuses
for id in KB-32 KB-54 D-13; do
	hp diff-handlers --handlers-a upstream --handlers-b core \
		"$scenarios/$id.yaml"
	expect_status 1
	expect_line 'UNEXPLAINED: A cannot load: kexec_file_load: FDT: '
done

# --- random ----------------------------------------------------------------------------

for arch in powerpc x86_64; do
	hp diff-handlers --random 200 --arch $arch --explained-ok \
		--jobs "$(nproc)"
	expect_status 0
	expect_equal stderr "" "$err"
	expect_line '^200 scenarios, [0-9]+ events, [0-9]+ explained divergences, 0 unexplained, 0 faults of A$'
	expect_line '^  D-01 +[0-9]+$'
	# fixed before 6.12, or nothing that these scenarios have: a wrong claim
	expect_no_line '^  KB-(01|15|16|17|25|26|43|47|50) '
done

# an update that leaves a header as user space made it was one all the same
hp diff-handlers --random 1 --seed 5074 --explained-ok
expect_status 0
expect_line '^  KB-66 '
expect_no_line '^  KB-50 '

# a fault of A is told, with the seed, and the scenario is written down
hp diff-handlers --handlers-a upstream --handlers-b upstream --random 3 \
	--save "$work"
expect_status 1
expect_line '^seed [0-9]+: step [0-9]+, .*: FAULT: A is '
seed=$(sed -n 's/^seed \([0-9]*\): .*/\1/p' <<<"$out" | head -1)
hp run "$work/seed-$seed.yaml"
expect_status 0

# the same seed gives the same again
hp diff-handlers --random 1 --seed "$seed" --save "$work/again" --explained-ok
expect_complaint again
mkdir "$work/again"
hp diff-handlers --random 1 --seed "$seed" --save "$work/again" --explained-ok
expect_status 0
expect_equal "same seed" "" "$(diff "$work/seed-$seed.yaml" "$work/again")"

finish
