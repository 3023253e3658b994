#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tables of docs/schemes.md are what the program says: each scheme by kind of
# event, and the bundled scenarios.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

doc=$CRASH_HP_SOURCE/docs/schemes.md
last="scripts/schemes-tables.pl"
"$CRASH_HP_SOURCE/scripts/schemes-tables.pl" "$CRASH_HP" >"$work/doc"
expect_equal "exit status" 0 $?
expect_equal "docs/schemes.md (make its tables anew: scripts/schemes-tables.pl)" \
	"" "$(diff "$doc" "$work/doc")"
expect_equal "tables that are filled in" 3 \
	"$(grep -A3 '^<!-- table\|^<!-- results' "$doc" | grep -c '^| ---')"
finish
