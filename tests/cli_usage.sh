#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command itself: help, version, wrong arguments, output that cannot be
# written.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

hp --help
expect_status 0
for command in run conform check diff bugs; do
	expect_line "^  $command "
	hp "$command" --help
	expect_status 0
	expect_line "^Usage: crash-hp $command "
	hp --help
done

hp --version
expect_status 0
expect_line '^crash-hp [0-9]'

hp
expect_complaint 'no command given'
hp frobnicate
expect_complaint "no command 'frobnicate'"
hp --frobnicate
expect_complaint "unrecognized option '--frobnicate'"
for command in run conform check diff bugs; do
	hp "$command" --frobnicate
	expect_complaint "unrecognized option '--frobnicate'"
done

hp run
expect_complaint 'no scenario'
hp run one.yaml two.yaml
expect_complaint "not 'two.yaml'"
hp run --out
expect_complaint "requires an argument"
hp run "$work/none.yaml"
expect_complaint 'none.yaml: No such file'
hp conform
expect_complaint 'no capture'
hp conform "$work/none"
expect_complaint 'none: No such file'
hp check
expect_complaint 'neither --elfcorehdr nor --fdt'
hp diff one
expect_complaint 'two files'
hp diff one two three
expect_complaint "not 'three'"

# full disk behind stdout
last="crash-hp --help > /dev/full"
"$CRASH_HP" --help >/dev/full 2>"$work/err"
expect_equal "exit status" 2 $?
expect_equal "stderr" "crash-hp: standard output: No space left on device" \
	"$(<"$work/err")"

finish
