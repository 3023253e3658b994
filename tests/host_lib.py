# SPDX-License-Identifier: GPL-2.0-only
"""For tests of kernel-port/host: comparisons that say in words what was expected and
what came, and how the test ends."""
import sys

failed = 0


def expect(what, expected, got):
    global failed
    if expected != got:
        failed += 1
        print(f"{what}\n  expected: {expected}\n  got:      {got}")


def end():
    sys.exit(failed != 0)
