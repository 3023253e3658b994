#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp explore over all captures and scenarios: at every store of every update a
# crash gives no less than one before the update or after it. Where an image has one
# slot only, it gives nothing while the image is hidden, and never something wrong.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# what these have is in smaller ones too
too_long=(storm-480g.yaml mail-2020-rhel7-1-dimm.yaml mail-2020-rhel8-1-dimm.yaml)

# by kexec_load(2)
one_slot=(kexec-load-without-flag.yaml x86_64-kexec-load.yaml x86_64-K-kexec-load)

# in LIST NAME
in_list() {
	local -n list=$1
	[[ " ${list[*]} " == *" $2 "* ]]
}

for source in "$captures"/*/ "$CRASH_HP_SOURCE"/fixtures/scenarios/*.yaml; do
	name=$(basename "$source")
	in_list too_long "$name" && continue
	hp explore --json "$source"
	expect_equal "stderr" "" "$err"
	may_be=
	in_list one_slot "$name" && may_be=lost
	expect_equal "worse than before and after, but for '$may_be'" "" \
		"$(json "join ' ', grep { \$_ ne '$may_be' } sort keys %{\$d->{worse}}")"
	seen=${seen:-}$(json '"$d->{arch} " x !!$d->{all}{stores}')
done

# and there was something to see
expect_equal "with stores, powerpc and x86_64" "at least 20, at least 9" "$(
	powerpc=$(grep -o powerpc <<<"$seen" | wc -l)
	x86=$(grep -o x86_64 <<<"$seen" | wc -l)
	if ((powerpc >= 20 && x86 >= 9)); then
		echo "at least 20, at least 9"
	else
		echo "$powerpc, $x86"
	fi)"

finish
