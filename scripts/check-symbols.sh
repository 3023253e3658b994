#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What core/ calls must be what the kernel offers: every symbol that its
# objects leave undefined has to be in core-symbols.allow.
#
# usage: check-symbols.sh NM LIBRARY
set -euo pipefail
export LC_ALL=C

nm=$1
library=$2
allow=$(dirname "$0")/core-symbols.allow

allowed=$(grep -v -e '^#' -e '^$' "$allow")
if ! sort -cu <<<"$allowed"; then
	echo "core-symbols.allow: not sorted, or a name is there twice"
	exit 1
fi

# What one object leaves to another of the same library is not a call out;
# _GLOBAL_OFFSET_TABLE_ is made by the linker.
names() {
	"$nm" -P "$@" "$library" |
		awk 'NF > 1 && $1 != "_GLOBAL_OFFSET_TABLE_" { print $1 }' | sort -u
}
offenders=$(names -u |
	comm -23 - <(names --defined-only) |
	comm -23 - <(echo "$allowed"))
[[ -z $offenders ]] && exit 0

while read -r name; do
	where=$("$nm" -A -u "$library" | awk -v name="$name" \
		'$NF == name { sub(/:[^:]*$/, "", $1); sub(/.*:/, "", $1); printf " %s", $1 }')
	echo "core/ calls $name, which is not in scripts/core-symbols.allow:$where"
done <<<"$offenders"
exit 1
