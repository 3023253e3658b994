#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The one list of Debian packages that building and testing need. Installs
# what is missing, and touches apt only then.
#
# usage: packages.sh [--list] [coverage] [objects] [port]
#
# coverage: what counts lines and branches
# objects: what compiling in a kernel tree takes
# port: cross compilers, QEMU, and what a kernel build takes (some hundred MB)
set -euo pipefail

build=(
	build-essential
	cmake
	ninja-build
	pkg-config
	libelf-dev
	libfdt-dev
	libjansson-dev
	libyaml-dev
	nettle-dev
	zlib1g-dev
)
test=(
	afl++			# afl-clang-fast, which is clang-14's
	clang-14
	cpio
	device-tree-compiler
	elfutils		# eu-readelf reads dumps
	gdb
	git
	gnuplot-nox		# crash-hp compare --svg
	libcmocka-dev
	libclang-rt-14-dev	# sanitizers and libFuzzer
	linux-source-6.12	# the only package with checkpatch.pl
	makedumpfile
	perl			# for checkpatch.pl, one-token-mutants.pl, fuzz.pl
	python3			# its standard library: kernel-port/capture-kernel
	rsync			# ./dev fuzz --sync
	sparse
	unzip			# zip --test calls it
	valgrind		# and its headers, for the shim
	zip			# .clusterfuzzlite/build.sh
)
coverage=(
	gcovr
)
objects=(
	bc
	bison
	flex
	gcc-powerpc64le-linux-gnu
	libssl-dev
)
port=(
	"${objects[@]}"
	libc6-dev-ppc64el-cross
	qemu-system-ppc
	qemu-system-x86
)

packages=("${build[@]}" "${test[@]}")
list=
for argument; do
	case $argument in
	--list) list=1 ;;
	coverage) packages+=("${coverage[@]}") ;;
	objects) packages+=("${objects[@]}") ;;
	port) packages+=("${port[@]}") ;;
	*)
		echo "packages: no group '$argument'" >&2
		exit 2
		;;
	esac
done
if [[ $list ]]; then
	printf '%s\n' "${packages[@]}"
	exit 0
fi

missing=()
for package in "${packages[@]}"; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[[ $state == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

sudo=()
[[ $(id -u) == 0 ]] || sudo=(sudo)
install=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive
	apt-get install -y --no-install-recommends)

echo "packages: installing ${missing[*]}"
# Lists that are there may be too old to fetch from: refresh and try again.
if [[ -z $(apt-cache madison "${missing[0]}" 2>/dev/null) ]] ||
   ! "${install[@]}" "${missing[@]}"; then
	"${sudo[@]}" apt-get update
	"${install[@]}" "${missing[@]}"
fi
