#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A qemu-system-ppc64 of 8.2 or later, for threads under TCG: the installed one, or
# that of Debian 12's backports, unpacked into a folder and not installed. Prints its
# path; status 1 and one line when there is none to be had.
#
# usage: newer-qemu.sh DIR
set -euo pipefail

[[ $# == 1 ]] || { echo "usage: newer-qemu.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(realpath "$1")
qemu=$dir/qemu-system-ppc64
packages=(qemu-system-ppc qemu-system-common qemu-system-data)

# new_enough PROGRAM
new_enough() {
	local version

	version=$("$1" --version 2>/dev/null | sed -n 's/.*version \([0-9.]*\).*/\1/p')
	[[ -n $version ]] &&
		[[ $(printf '8.2\n%s\n' "$version" | sort -V | head -n 1) == 8.2 ]]
}

# apt-get with lists and sources of its own: the system's stay as they are
fetch() {
	local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$dir/sources.list"
		-o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$dir/lists"
		-o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root)

	mkdir -p "$dir"/lists/partial "$dir"/cache/archives/partial "$dir/root"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"http://deb.debian.org/debian bookworm-backports main" \
		>"$dir/sources.list"
	"${apt[@]}" update && (cd "$dir" && "${apt[@]}" download "${packages[@]}")
}

for program in qemu-system-ppc64 "$qemu"; do
	if new_enough "$program"; then
		command -v "$program"
		exit 0
	fi
done
if ! fetch >"$dir/log" 2>&1; then
	echo "newer-qemu: cannot fetch it: $(tail -n 1 "$dir/log")" >&2
	exit 1
fi
for package in "$dir"/*.deb; do
	dpkg -x "$package" "$dir/root"
done
rm -rf "$dir"/*.deb "$dir/lists" "$dir/cache"
cat >"$qemu" <<END
#!/bin/sh
LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH
exec $dir/root/usr/bin/qemu-system-ppc64 -L $dir/root/usr/share/qemu "\$@"
END
chmod +x "$qemu"
if ! new_enough "$qemu"; then
	echo "newer-qemu: it does not run: $("$qemu" --version 2>&1 | tail -n 1)" >&2
	exit 1
fi
echo "$qemu"
