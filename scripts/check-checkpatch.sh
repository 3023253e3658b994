#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own style checker over what goes into the kernel. It is not
# ours to carry: it comes out of Debian's kernel source, once, into CACHE.
#
# usage: check-checkpatch.sh CACHE
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=$1
archive=/usr/src/linux-source-6.12.tar.xz

if [[ ! -x $cache/checkpatch.pl ]]; then
	if [[ ! -r $archive ]]; then
		echo "check-checkpatch: no $archive: run scripts/packages.sh"
		exit 1
	fi
	# Unpacked aside: an interrupted run must not leave half of it.
	rm -rf "$cache.new"
	mkdir -p "$cache.new"
	tar -xJf "$archive" -C "$cache.new" --strip-components=2 --wildcards \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch'
	rm -rf "$cache"
	mv "$cache.new" "$cache"
fi

cd "$top"
shopt -s nullglob
files=({core,kernel-port/kunit}/*.[ch] shim/kernel_compat.h)
perl "$cache/checkpatch.pl" --no-tree --strict --no-summary --terse \
	--show-types --max-line-length=100 -f "${files[@]}"
