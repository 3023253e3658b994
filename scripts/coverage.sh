#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which lines and branches of core/ the tests run, the harnesses' seeds and what
# fuzzers found included; docs/coverage.md says what is left, and why. Less than
# the limits is a failure.
#
# usage: coverage.sh, after the preset coverage was built
set -euo pipefail
cd "$(dirname "$0")/.."

lines=95 branches=90	# percent of core/, at least
build=build/coverage
report=$build/report
gcovr=(gcovr --root . --filter core/ "$build")

# Counters add up: what an earlier run has left would count too.
find "$build" -name '*.gcda' -delete
ctest --preset coverage --parallel "$(nproc)"

mkdir -p "$report"
status=0
"${gcovr[@]}" --txt "$report/lines.txt" --html-details "$report/index.html" \
	--fail-under-line $lines --fail-under-branch $branches || status=$?
"${gcovr[@]}" --branches --txt "$report/branches.txt"
cat "$report"/{lines,branches}.txt
echo "for each line: $report/index.html"
case $status in
0) ;;
[246])
	echo "coverage: core/ is below $lines % of lines or $branches % of branches" >&2
	exit 1
	;;
*) exit "$status" ;;
esac
