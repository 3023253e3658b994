#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# in-kernel with core and with handlers out of a kernel tree: where both keep the
# image true, and where upstream's is wrong while crash_hotplug reads 1, so that no
# rule makes it good.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# both SCENARIO CORE UPSTREAM [OPTION...]: reloads, and the verdict at the end
both() {
	hp compare --json --schemes in-kernel,in-kernel:upstream \
		--param handler=50us "${@:4}" "$1"
	expect_status 0
	expect_equal "core: $1" "$2" \
		"$(json '"$d->{schemes}[0]{reloads} $d->{schemes}[0]{at_the_end}"')"
	expect_equal "upstream: $1" "$3" \
		"$(json '"$d->{schemes}[1]{reloads} $d->{schemes}[1]{at_the_end}"')"
}

scenarios=$CRASH_HP_SOURCE/fixtures/scenarios
both "$scenarios/dlpar-4-cores-smt8.yaml" "0 accurate" "0 accurate"
both "$scenarios/mail-2020-rhel8-1-dimm.yaml" "0 accurate" "0 accurate"

# a block that is offline comes back with the next one that goes: I-GONE for 30 s
both "$scenarios/rolling-offline.yaml" "0 accurate" "0 accurate"
expect_equal "core is stale for" 0 "$(json '$d->{schemes}[0]{overall_ns}{stale}')"
expect_equal "upstream is stale for" yes \
	"$(json '$d->{schemes}[1]{overall_ns}{stale} > 29e9 ? "yes" : "no"')"

# an update that fails: core says so, and user space reloads
both "$scenarios/fdt-out-of-space.yaml" "1 accurate" "0 hang" --param pace=5s

finish
