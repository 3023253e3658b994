#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every text file of ours says its licence in the first line, or the second
# where the first is "#!". Data cannot: captures, compiled trees, JSON.
set -euo pipefail

cd "$(dirname "$0")/.."
# Whoever checked the tree out may be another user than the one who tests.
git() { command git -c safe.directory='*' "$@"; }
if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	echo "check-spdx: no git work tree, so no list of files: skipped"
	exit 77
fi

bad=0
while IFS= read -r -d '' file; do
	case $file in
	COPYING | LICENSES/* | *.json | *.gz | *.dtb | *.bin | *.png) continue ;;
	fixtures/regress/* | fuzz/seeds/* | fuzz/corpus/*) continue ;;
	esac
	# No text, or deleted and not committed yet.
	[[ -f $file ]] && grep -Iq . "$file" || continue
	{ IFS= read -r line && [[ $line != '#!'* ]] || IFS= read -r line; } <"$file"
	if [[ $line != *'SPDX-License-Identifier: GPL-2.0-only'* ]]; then
		echo "$file: first line is no SPDX-License-Identifier: GPL-2.0-only"
		bad=1
	fi
done < <(git ls-files -z --cached --others --exclude-standard)
exit $bad
