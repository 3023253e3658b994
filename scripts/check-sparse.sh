#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sparse over core/, as the kernel's C=1 does it: above all, no big-endian
# value is used as a number.
#
# usage: check-sparse.sh FLAG... -- SOURCE...
set -euo pipefail

flags=()
while [[ $1 != -- ]]; do
	flags+=("$1")
	shift
done
shift

# sparse reports and exits 0 all the same: any output is a finding.
findings=$(for source; do
	sparse -std=gnu11 -ffreestanding -Wbitwise -Wno-unknown-attribute \
		-Wno-return-void "${flags[@]}" "$source" 2>&1
done)
[[ -z $findings ]] && exit 0
echo "$findings"
exit 1
