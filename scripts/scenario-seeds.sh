#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes the seeds of the scenario harness: fixtures/scenarios as far as small
# programs can say the same (fuzz/program.h). Run it when one is to be added.
#
# usage: scenario-seeds.sh [DIRECTORY]	(default: fuzz/seeds/scenario)
set -euo pipefail

out=${1:-fuzz/seeds/scenario}
ops=(load reload unload cpu-online cpu-offline core-add core-remove
	memory-add memory-remove memory-online memory-offline crash)
machines=(pseries powernv pc pseries-smt8 pseries-1t server)

# the place of a word in a list
place() {
	local word=$1 i=0
	shift
	for w; do
		[[ $w == "$word" ]] && { echo $i; return; }
		i=$((i + 1))
	done
	echo "$0: no '$word'" >&2
	exit 1
}

bytes() {
	printf "$(printf '\\x%02x' "$@")"
}

# seed NAME MACHINE FLAGS, then lines "op [which [how [fault]]]" on stdin; fault:
# busy, alloc-N, map-N, bringup
seed() {
	local op which how fault nr
	{
		bytes 1 "$(place "$2" "${machines[@]}")" "$3" 0
		while read -r op which how fault; do
			case ${fault-} in
			busy) nr=0x80 ;;
			alloc-*) nr=$((0xa0 + ${fault#alloc-} - 1)) ;;
			map-*) nr=$((0xc0 + ${fault#map-} - 1)) ;;
			bringup) nr=0xe0 ;;
			*) nr=0 ;;
			esac
			bytes "$(place "$op" "${ops[@]}")" "${which:-0}" "${how:-0}" $nr
		done
	} > "$out/$1"
}

mkdir -p "$out"

for machine in pseries pc; do
	seed $machine-crash-on-hot-added-cpu $machine 0 <<-EOF
	load
	core-add
	cpu-online
	crash 4
	EOF
	seed $machine-dimm-kexec-load $machine 0 <<-EOF
	load 0 1
	memory-add 0 5
	memory-online 0 1
	memory-offline 1
	memory-remove
	EOF
	seed $machine-cores-then-memory $machine 1 <<-EOF
	load
	core-add 1
	cpu-online 1
	memory-add 2 1
	memory-online 0 1
	memory-offline 0
	cpu-offline 0
	EOF
done

for machine in pseries powernv pc; do
	seed $machine-event-lost $machine 0 <<-EOF
	load
	cpu-offline 1 0 busy
	cpu-offline 1
	memory-offline 0 0 busy
	cpu-online
	EOF
	seed $machine-allocation-fails $machine 0 <<-EOF
	load
	memory-offline 0 0 alloc-1
	memory-online
	reload
	memory-offline 0
	EOF
	seed $machine-mapping-fails $machine 0 <<-EOF
	load
	memory-offline 0 0 map-3
	reload 0 1
	memory-online 0 0 map-7
	EOF
	seed $machine-without-flag $machine 0 <<-EOF
	load 0 3
	memory-offline
	reload 0 1
	memory-remove
	unload
	cpu-offline
	EOF
done

seed pseries-core-replaced pseries 14 <<EOF
load
cpu-offline 2
cpu-offline 2
core-remove
core-add 2 3
cpu-online
core-add 0
cpu-online 0 0 bringup
crash 1
EOF

# a guest grows, loads, and grows on
seed pseries-smt8-grows pseries-smt8 0 <<EOF
core-add
core-add
core-add
core-add
load
core-add
cpu-online 8
memory-add 0
memory-online 0
EOF

seed pseries-1t-dimm pseries-1t 1 <<EOF
load
memory-add 1
memory-online 0
core-add
cpu-online
memory-offline 2
EOF

seed server-grows server 0 <<EOF
load
core-add
cpu-online
memory-add 1
memory-online 0
crash 8
EOF

# configured for more CPUs and ranges than ELF can number
seed pc-huge-configuration pc 0x70 <<EOF
load
core-add
cpu-online
crash 3
load 0 1
EOF

seed powernv-smt powernv 0 <<EOF
load 0 1
cpu-offline 1
cpu-offline 1
cpu-offline 1
cpu-online 2
crash 0 0 busy
EOF

seed pc-offline-then-unplug pc 1 <<EOF
load
memory-add 3 6
memory-online 0
memory-online 0
memory-offline 1
memory-remove 0
crash 2
EOF
