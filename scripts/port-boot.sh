#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ./dev port-boot: build the kernel with core in it, and have kernel-port/port-boot
# boot it and crash it. All of it is in build/port; what is there is built again only
# as far as it changed.
set -euo pipefail

usage() {
	cat <<-END
	usage: ./dev port-boot [OPTION...]

	  --arch ARCH      ppc64le or x86_64; both unless given
	  --tree DIR       kernel sources, unpatched; Debian's linux-source-6.12 unless given
	  --kernel FILE    boot this kernel, which has core in it, and build none
	  --stock FILE     and this one, which has not, for contrast and figures
	  --stock-too      build that one as well
	  --at-store       crash in the middle of updates too: one more kernel is built, and
	                   a guest boots for each store that is tried
	  --at-store-boots N  at most so many for each event; 16 unless given
	  --only RUN       hotplug, thread, middle, figures, at-store, stock-middle,
	                   stock-figures
	  --qemu FILE      instead of the installed one, or for ppc64le, that of Debian's
	                   backports: 7.2 has no threads under TCG, and crashes at times
	END
}

fail() {
	echo "port-boot: $*" >&2
	exit 2
}

archs=() tree= kernel= stock= stock_too= at_store= qemu= runs=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--stock-too) stock_too=1 ;;
	--at-store) at_store=1 ;;
	-h | --help) usage; exit 0 ;;
	--arch | --tree | --kernel | --stock | --only | --qemu | --at-store-boots)
		[[ $# -gt 1 ]] || fail "$1: nothing behind it"
		case $1 in
		--arch) archs+=("$2") ;;
		--tree) tree=$(realpath -e "$2") ;;
		--kernel) kernel=$(realpath -e "$2") ;;
		--stock) stock=$(realpath -e "$2") ;;
		--only)
			runs+=(--only "$2")
			[[ $2 != at-store ]] || at_store=1
			;;
		--at-store-boots) runs+=(--at-store-boots "$2") ;;
		--qemu) qemu=$(realpath -e "$2") ;;
		esac
		shift
		;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
[[ ${#archs[@]} -gt 0 ]] || archs=(ppc64le x86_64)
for arch in "${archs[@]}"; do
	[[ $arch == ppc64le || $arch == x86_64 ]] || fail "no architecture '$arch'"
done
[[ -z $kernel || ${#archs[@]} == 1 ]] || fail "--kernel is for one --arch"

work=$PWD/build/port
mkdir -p "$work"

# the series, applied to a copy. When it is another one, what the last one touched is
# taken back: that and what it touches itself is all that make finds newer.
patch_tree() {
	local series=$work/series patched=$work/patched sum

	rm -rf "$series"
	kernel-port/port.pl --tree "$tree" --out "$series" >"$work/port.log" ||
		fail "no series: $(tail -n 1 "$work/port.log")"
	# without what is another one each time: dates, and with them commits
	sum=$(realpath "$tree"; sed -E '/^(Date:|From [0-9a-f]{40}) /d' "$series"/00{0[1-9],1?}-*.patch | sha256sum)
	[[ -e $patched.sum && $(<"$patched.sum") == "$sum" ]] && return
	rm -f "$patched.sum"
	if [[ ! -e $patched.tree || $(<"$patched.tree") != "$(realpath "$tree")" ]]; then
		rm -rf "$patched" "$patched.touched"
		cp -a "$tree" "$patched"
		realpath "$tree" >"$patched.tree"
	fi
	sed -n 's,^+++ b/,,p' "$series"/00{0[1-9],1?}-*.patch >>"$patched.touched"
	while read -r file; do
		rm -f "$patched/$file"
		[[ ! -e $tree/$file ]] || cp "$tree/$file" "$patched/$file"
	done < <(sort -u "$patched.touched")
	for file in "$series"/00{0[1-9],1?}-*.patch; do
		patch -s -p1 -d "$patched" <"$file" || fail "$file does not apply"
	done
	echo "$sum" >"$patched.sum"
}

if [[ -z $kernel || -n $at_store ]]; then
	[[ -x kernel-port/port.pl ]] || fail "no kernel-port/port.pl to make the series: give a --kernel"
	[[ -n $tree ]] || tree=$(scripts/port.sh --unpack)
	patch_tree
fi
for arch in "${archs[@]}"; do
	options=(--arch "$arch" --out "$work/$arch-boot" "${runs[@]}")
	image=$kernel
	[[ -n $image ]] ||
		image=$(kernel-port/build-kernel "$arch" "$work/patched" "$work/$arch")
	contrast=$stock
	[[ -z $stock_too ]] ||
		contrast=$(kernel-port/build-kernel "$arch" "$tree" "$work/$arch-stock")
	[[ -z $contrast ]] || options+=(--stock "$contrast")
	[[ -z $at_store ]] || options+=(--at-store-kernel "$(kernel-port/build-kernel \
		"$arch" "$work/patched" "$work/$arch-at-store" \
		kernel-port/configs/at-store.config)")
	program=$qemu
	[[ -n $program || $arch != ppc64le ]] ||
		program=$(scripts/newer-qemu.sh "$work/qemu") || program=
	[[ -z $program ]] || options+=(--qemu "$program")
	kernel-port/port-boot --kernel "$image" "${options[@]}" |
		tee "$work/$arch-boot.log"
done
