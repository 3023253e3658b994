#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A crash in the middle of an update of Linux 6.12's handlers: the kexec lock that
# the update holds keeps it from the image, whatever that is.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
scenarios=$CRASH_HP_SOURCE/fixtures/scenarios

cat >"$work/s.yaml" <<END
name: at-a-store
machine:
  tree: $trees/pseries-8core.dts
  crashkernel: 512M@512M
events:
- load
- dlpar-cpu-add: 8
- crash: {cpu: 0, at-store: 1, without-lock: true}
  expect: accurate
- dlpar-cpu-add: 9
- crash: {cpu: 0, at-store: 2, without-lock: true}
  expect: lost
- dlpar-cpu-add: 10
- crash: {cpu: 0, at-store: 1}
  expect: lost
END
hp run --handlers upstream "$work/s.yaml"
expect_status 0
expect_line '^ +3  crash cpu 0 after store 1 .* accurate, expected accurate'
expect_line 'I-LIVE: the kexec lock is held'

# explore says how the state can be seen again
hp explore --handlers upstream "$scenarios/memory-in-sight.yaml"
expect_status 1
expect_line 'to see it: .* at-store: [0-9]+, without-lock: true\}$'

finish
