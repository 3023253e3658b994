#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The patch series of kernel-port/: it is made for 6.12, git takes it, core's files
# are in it byte for byte; and where a tree has moved the generator says so, names
# the function, and writes nothing.
#
# usage: port.sh CACHE    what is extracted of Debian's kernel source stays there
set -u

: "${CRASH_HP_SOURCE:?the source directory}"
cache=$1
archive=/usr/src/linux-source-6.12.tar.xz
port=$CRASH_HP_SOURCE/kernel-port/port.pl
failures=0
checks=0

# every file that the series looks at
files=(Makefile MAINTAINERS Documentation/admin-guide/kdump/index.rst
	include/linux/crash_core.h kernel/{Makefile,Kconfig.kexec,crash_core.c}
	arch/powerpc/Kconfig arch/powerpc/include/asm/{kexec,kexec_ranges}.h
	arch/powerpc/kernel/smp.c kernel/kexec_internal.h
	arch/powerpc/kexec/{Makefile,core.c,crash.c,elf_64.c}
	arch/powerpc/kexec/{file_load,file_load_64,ranges}.c
	arch/x86/Kconfig arch/x86/include/asm/{crash,kexec}.h
	arch/x86/kernel/{Makefile,crash.c,kexec-bzimage64.c}
	arch/x86/kernel/machine_kexec_{32,64}.c)

if [[ ! -r $archive ]]; then
	echo "port: no $archive: run scripts/packages.sh"
	exit 1
fi
if [[ ! $cache/Makefile -nt $archive ]] ||
   ! (cd "$cache" && stat "${files[@]}" >/dev/null 2>&1); then
	rm -rf "$cache" "$cache.new"
	mkdir -p "$cache.new"
	tar -xJf "$archive" -C "$cache.new" --strip-components=1 --touch \
		"${files[@]/#/linux-source-6.12/}" || exit 1
	mv "$cache.new" "$cache"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org

# complain WHAT EXPECTED GOT
complain() {
	failures=$((failures + 1))
	printf '%s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"
}

# expect WHAT EXPECTED GOT
expect() {
	checks=$((checks + 1))
	[[ $2 == "$3" ]] || complain "$@"
}

# expect_like WHAT PATTERN GOT
expect_like() {
	checks=$((checks + 1))
	[[ $3 == $2 ]] || complain "$@"
}

# --- the series for 6.12 ---------------------------------------------------------

"$port" --tree "$cache" --out "$work/out" >"$work/log" 2>&1
expect "a series for 6.12" 0 $?
[[ $failures == 0 ]] || { cat "$work/log"; exit 1; }

tree=$work/tree
cp -r "$cache" "$tree"
git -C "$tree" init -q
git -C "$tree" add -A -f
git -C "$tree" commit -q -m base
git -C "$tree" am -q "$work"/out/00{0[1-9],1?}-*.patch >"$work/log" 2>&1 ||
	complain "git am" 0 "$? $(tail -n 3 "$work/log")"

for file in "$CRASH_HP_SOURCE"/core/*.[ch]; do
	found=$(cd "$tree" && find kernel arch -name "$(basename "$file")" -path '*crash_hp/*')
	expect "$(basename "$file") in the tree" 0 \
		"$(cmp -s "$file" "$tree/$found"; echo $?)"
done
expect "subjects of at most 75 characters, signed off" "" \
	"$(git -C "$tree" log --format='%s%x00%b' -z HEAD~10.. |
		perl -0ne 'chomp; push @f, $_; END { while (@f) { my ($s, $b) = splice @f, 0, 2;
			print "$s\n" if length $s > 75 || $b !~ /^Signed-off-by: YOUR NAME <you\@example.org>$/m } }')"
expect "lines of messages of at most 75 characters" "" \
	"$(git -C "$tree" log --format=%b HEAD~10.. | grep -E '^.{76}')"
expect "blanks at ends of lines" "" \
	"$(git -C "$tree" diff --check HEAD~10 2>&1 | head -n 3)"
expect_like "the cover letter has a subject and names the version" \
	"*Subject: ?PATCH 00/*crash*Made for Linux 6.12.*" \
	"$(cat "$work"/out/0000-*)"
expect "the cover letter is filled in" "" \
	"$(grep -F '***' "$work"/out/0000-*)"

# a repository is read at its HEAD, whatever its work tree holds
git -C "$tree" checkout -q HEAD~10
rm "$tree/kernel/crash_core.c"
"$port" --tree "$tree" --out "$work/again" >"$work/log" 2>&1
expect "a series for a repository" 0 $?
expect "is the same" "" "$(diff <(cat "$work"/out/00{0[1-9],1?}-* | grep -v '^From [0-9a-f]\{40\}\|^Date: ') \
	<(cat "$work"/again/00{0[1-9],1?}-* | grep -v '^From [0-9a-f]\{40\}\|^Date: ') | head -n 3)"
expect_like "and says on what it is based" \
	"*base-commit: $(git -C "$tree" rev-parse HEAD)*" "$(cat "$work"/again/0000-*)"

# --- trees that have moved -----------------------------------------------------------

# moved FILE PERL_EDIT MESSAGE
moved() {
	local tree=$work/moved out=$work/none status

	rm -rf "$tree"
	cp -r "$cache" "$tree"
	perl -0pi -e "$2" "$tree/$1"
	expect "'$2' changes $1" 1 "$(cmp -s "$cache/$1" "$tree/$1"; echo $?)"
	"$port" --tree "$tree" --out "$out" >"$work/log" 2>&1
	status=$?
	expect "$2: exit status" 2 "$status"
	expect_like "$2: message" "port: *$1: $3*" "$(<"$work/log")"
	expect "$2: lines" 1 "$(wc -l <"$work/log")"
	expect "$2: nothing is written" "" "$(ls "$out" 2>/dev/null)"
}

moved kernel/crash_core.c 's/\bcrash_exclude_mem_range\b/exclude_range/g' \
	'no function crash_exclude_mem_range()'
moved arch/powerpc/kexec/crash.c 's/update_crash_fdt\(/update_fdt(/g' \
	'no function update_crash_fdt()'
moved arch/powerpc/kexec/crash.c 's/.*\K^int arch_crash_hotplug_support.*?^}\n//ms' \
	'no function arch_crash_hotplug_support()'
moved arch/powerpc/kexec/elf_64.c 's/get_reserved_memory_ranges/get_reserved/' \
	'elf64_load(): no part from get_reserved_memory_ranges() to fdt_pack()'
moved arch/powerpc/kexec/elf_64.c 's/(\tkfree\(rmem\);\n)/$1$1/' \
	'elf64_load(): 2 times kfree(rmem)'
moved arch/powerpc/kexec/file_load_64.c 's/struct umem_info \{/struct umem {/' \
	'no struct umem_info'
moved arch/powerpc/kexec/ranges.c 's/^#endif.*CONFIG_CRASH_DUMP \*\/\n//m' \
	'* conditionals on *'
moved arch/powerpc/include/asm/kexec.h 's/sync_backup_region_phdr/sync_backup/g' \
	'no prototype of sync_backup_region_phdr()'
moved arch/x86/include/asm/kexec.h 's/struct kimage_arch \{/struct arch {/g' \
	'no struct kimage_arch'
moved arch/x86/kernel/crash.c 's/prepare_elf_headers\(/prepare_headers(/g' \
	'no function prepare_elf_headers()'
moved arch/x86/kernel/machine_kexec_64.c 's/vfree\(image->elf_headers\)/kvfree(image->elf_headers)/' \
	'arch_kimage_file_post_load_cleanup(): no end of elf_headers'
moved arch/x86/Kconfig 's/config ARCH_DEFAULT_CRASH_DUMP/config CRASH_DUMP_DEFAULT/' \
	'no config ARCH_DEFAULT_CRASH_DUMP'
moved arch/x86/kernel/kexec-bzimage64.c 's/setup_boot_parameters\(/setup_params(/g' \
	'bzImage64_load(): no call of setup_boot_parameters()'
moved kernel/crash_core.c 's/machine_kexec\(kexec_crash_image\)/machine_kexec(image)/' \
	'__crash_kexec(): no machine_kexec()'
moved kernel/kexec_internal.h 's/&old, 1\)/&old, LOCKED)/' \
	'kexec_trylock(): no compare and exchange'
moved arch/powerpc/kernel/smp.c 's/if \(kexec_crash_image\)/if (kexec_crash_loaded())/' \
	'crash_smp_send_stop(): no look at kexec_crash_image'
moved kernel/Makefile 's/crash_core\.o/crash.o/' \
	'no line that builds crash_core.o'

# refused MESSAGE ARGUMENT...
refused() {
	local message=$1

	shift
	"$port" "$@" >"$work/log" 2>&1
	expect "port $*: exit status" 2 $?
	expect_like "port $*: message" "$message" "$(<"$work/log")"
}

mkdir "$work/empty" "$work/full"
touch "$work/full/notes"
refused '*no such directory' --tree "$work/missing" --out "$work/none"
refused '*no kernel tree' --tree "$work/empty" --out "$work/none"
refused '*other files than patches' --tree "$cache" --out "$work/full"
refused "*is not 'NAME <MAIL>'" --tree "$cache" --out "$work/none" --author me
refused 'usage: *' --tree "$cache"

echo "$checks checks, $failures failed"
[[ $failures == 0 ]]
