#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The series on a whole kernel tree: what it touches compiles, for ppc64le and
# x86_64, without a warning of W=1 or of sparse in new files.
# The tree and what was built stay in DIR, so that the next run has little to do.
#
# usage: port_objects.sh DIR
set -eu

dir=$1
pristine=$(scripts/port.sh --unpack)
tree=$dir/tree
series=$dir/series
jobs=$(nproc)
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org

# Hard links: git replaces files, it does not write into them.
if [[ ! -d $tree/.git || $pristine/Makefile -nt $tree/.git/HEAD ]]; then
	rm -rf "$tree" "$tree.new"
	mkdir -p "$dir"
	cp -al "$pristine" "$tree.new"
	git -C "$tree.new" init -q
	mv "$tree.new" "$tree"
fi

scripts/port.sh --tree "$pristine" --out "$series" >"$dir/log"
grep -v '^From [0-9a-f]\{40\} \|^Date: ' "$series"/00{0[1-9],1?}-*.patch >"$dir/want"
if ! cmp -s "$dir/want" "$tree/.applied"; then
	rm -f "$tree/.applied"
	# only what the series touches is known to git
	git -C "$tree" ls-files -z | while IFS= read -r -d '' file; do
		rm -f "$tree/$file"
		[[ ! -e $pristine/$file ]] || ln "$pristine/$file" "$tree/$file"
	done
	rm -rf "$tree/.git"
	git -C "$tree" init -q
	sed -n 's|^--- a/||p' "$series"/00{0[1-9],1?}-*.patch | sort -u |
		while IFS= read -r file; do
			[[ ! -e $tree/$file ]] || echo "$file"
		done >"$dir/touched"
	git -C "$tree" add -f --pathspec-from-file="$(realpath "$dir/touched")"
	git -C "$tree" commit -q -m base
	git -C "$tree" am -q "$(realpath "$series")"/00{0[1-9],1?}-*.patch
	cp "$dir/want" "$tree/.applied"
fi
for file in core/*.[ch]; do
	cmp "$file" "$(find "$tree/kernel/crash_hp" "$tree"/arch/{powerpc/kexec,x86/kernel}/crash_hp \
		-name "${file##*/}")"
done

# compile NAME ARCH COMPILER FOLDER... with the fragments of NAME
compile() {
	local name=$1 arch=$2 compiler=$3 out=$dir/objects-$1 cc=$3gcc
	local build fragment fragments=(common "$name")

	shift 3
	if command -v ccache >/dev/null; then
		cc="ccache $cc"
	fi
	build=(make -s -C "$tree" O="$(realpath -m "$out")" ARCH="$arch"
		CROSS_COMPILE="$compiler" CC="$cc" -j "$jobs")
	mkdir -p "$out"
	[[ $name != ppc64le ]] || fragments=(common pseries ppc64le)
	for fragment in "${fragments[@]}"; do
		cat "kernel-port/configs/$fragment.config"
	done >"$out/fragment"
	echo CONFIG_CRASH_HP_KUNIT_TEST=y >>"$out/fragment"
	# with and without
	[[ $name == x86_64 ]] || echo CONFIG_CRASH_HP_PANIC_AT_STORE=y >>"$out/fragment"
	if [[ ! -e $out/.config || $out/fragment -nt $out/prepared ]] &&
	   ! cmp -s "$out/fragment" "$out/prepared"; then
		"${build[@]}" KCONFIG_ALLCONFIG="$(realpath "$out/fragment")" allnoconfig
	fi
	grep -q '^CONFIG_CRASH_HP=y' "$out/.config"
	"${build[@]}" prepare
	cp "$out/fragment" "$out/prepared"
	find "$out/kernel/crash_hp" "$out"/arch/*/*/crash_hp -name '*.o' -delete 2>/dev/null || true
	"${build[@]}" W=1 C=1 "$@" 2>&1 | tee "$out/log"
	[[ ${PIPESTATUS[0]} == 0 ]]
	if grep 'crash_hp/.*: \(warning\|error\)' "$out/log"; then
		echo "port_objects: $name: warnings in files of ours"
		return 1
	fi
	echo "port_objects: $name: $(find "$out/kernel/crash_hp" "$out"/arch/*/*/crash_hp \
		-name '*.o' ! -name '.*' | wc -l) objects"
}

compile ppc64le powerpc powerpc64le-linux-gnu- kernel/crash_hp/ \
	arch/powerpc/kexec/ arch/powerpc/kernel/smp.o kernel/crash_core.o
native=
[[ $(uname -m) == x86_64 ]] || native=x86_64-linux-gnu-
compile x86_64 x86_64 "$native" kernel/crash_hp/ arch/x86/kernel/crash_hp/ \
	arch/x86/kernel/{crash,machine_kexec_64,kexec-bzimage64}.o kernel/crash_core.o
