#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The generated device trees are what their generator makes now, and every
# tree compiles.
set -euo pipefail

trees=$(cd "$(dirname "$0")/../fixtures/trees" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
bad=0

"$trees/generate.sh" "$out"
for new in "$out"/*.dts; do
	if ! cmp -s "$new" "$trees/${new##*/}"; then
		echo "${new##*/}: not what fixtures/trees/generate.sh makes: run it again"
		bad=1
	fi
done

# The shape of a CPU node is PAPR's, not what dtc expects of a generic one.
for tree in "$trees"/*.dts; do
	if ! dtc -q -I dts -O dtb -o "$out/tree.dtb" "$tree"; then
		echo "${tree##*/}: dtc does not take it"
		bad=1
	fi
done
exit $bad
