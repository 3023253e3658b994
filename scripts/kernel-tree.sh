#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unpacks what docs/upstream.md lists, and the Makefile, which knows the version,
# out of Debian's linux-source-6.12, unless that was done before. Prints where.
#
# usage: kernel-tree.sh
set -euo pipefail
cd "$(dirname "$0")/.."

archive=/usr/src/linux-source-6.12.tar.xz
tree=$PWD/build/kernel/linux-source-6.12
files=(Makefile kernel/crash_core.c drivers/of/kexec.c
	arch/x86/kernel/{crash,machine_kexec_64}.c
	arch/powerpc/kexec/{crash,ranges,core_64,file_load,file_load_64}.c
	arch/powerpc/include/asm/{kexec_ranges,crashdump-ppc64}.h)

if [[ ! $tree/Makefile -nt $archive ]]; then
	echo "unpacking $archive" >&2
	# Aside: an interrupted run must not leave half of it.
	rm -rf "$tree" "$tree.new"
	mkdir -p "$tree.new"
	tar -xJf "$archive" -C "$tree.new" --strip-components=1 --touch \
		"${files[@]/#/linux-source-6.12/}"
	mv "$tree.new" "$tree"
fi
echo "$tree"
