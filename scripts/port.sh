#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The patch series for a kernel tree, by default for Debian's linux-source-6.12,
# which is unpacked once (kernel-port/README.md).
#
# usage: port.sh [--tree DIR] [--out DIR] [--author 'NAME <MAIL>']
#        port.sh --unpack    only unpack, and print where
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
archive=/usr/src/linux-source-6.12.tar.xz
debian=$top/build/kernel/linux-source-6.12-full

unpack() {
	[[ $debian/Makefile -nt $archive ]] && return
	if [[ ! -r $archive ]]; then
		echo "port: no $archive: run scripts/packages.sh" >&2
		exit 2
	fi
	echo "port: unpacking $archive" >&2
	# Aside: an interrupted run must not leave half of it.
	rm -rf "$debian" "$debian.new"
	mkdir -p "$debian.new"
	tar -xJf "$archive" -C "$debian.new" --strip-components=1
	touch "$debian.new/Makefile"
	mv "$debian.new" "$debian"
}

if [[ ${1-} == --unpack ]]; then
	unpack
	echo "$debian"
	exit
fi

tree=""
out=$top/build/port/series
rest=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--tree | --out | --author)
		if [[ $# == 1 ]]; then
			echo "port: $1 needs a value" >&2
			exit 2
		fi
		;;&
	--tree) tree=$2 ;;
	--out) out=$2 ;;
	--author) rest+=("$1" "$2") ;;
	*)
		echo "usage: port.sh [--tree DIR] [--out DIR] [--author 'NAME <MAIL>']" >&2
		exit 2
		;;
	esac
	shift 2
done
if [[ -z $tree ]]; then
	unpack
	tree=$debian
fi
exec "$top/kernel-port/port.pl" --tree "$tree" --out "$out" \
	${rest[@]+"${rest[@]}"}
