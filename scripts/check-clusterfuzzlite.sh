#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs .clusterfuzzlite/build.sh as OSS-Fuzz's base-builder would, but for the
# container and its compiler, and then each program on its seeds.
#
# usage: check-clusterfuzzlite.sh DIRECTORY SANITIZER...
#
# SANITIZER: address, undefined, coverage
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mkdir -p "$1" && cd "$1" && pwd)
shift
if ! type clang clang++ zip >/dev/null 2>&1; then
	echo "check-clusterfuzzlite: no clang and zip here: skipped"
	exit 77
fi

bad() { echo "WRONG: $*"; exit 1; }

# the flags of gcr.io/oss-fuzz-base/base-builder
base="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
ubsan=array-bounds,bool,builtin,enum,integer-divide-by-zero,null,object-size,return
ubsan+=,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound
declare -A flags=(
	[address]="-fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
	[undefined]="-fsanitize=$ubsan,unsigned-integer-overflow -fno-sanitize-recover=$ubsan -fsanitize=fuzzer-no-link"
	[coverage]="-fprofile-instr-generate -fcoverage-mapping -pthread"
)

# run_build SANITIZER
run_build() {
	export SANITIZER=$1 FUZZING_ENGINE=libfuzzer FUZZING_LANGUAGE=c ARCHITECTURE=x86_64
	export CC=clang CXX=clang++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer
	export CFLAGS="$base ${flags[$1]}"
	export CXXFLAGS=$CFLAGS
	export SRC=$dir/src OUT=$dir/$1/out WORK=$dir/$1/work
	export UBSAN_OPTIONS=silence_unsigned_overflow=1
	rm -rf "$OUT" "$WORK" "$SRC"
	mkdir -p "$OUT" "$WORK" "$SRC/crash-hp"
	# A copy, as in the container: CMake gets lost where a link leads back up.
	tar -C "$top" --exclude=./build --exclude=./.git -cf - . |
		tar -C "$SRC/crash-hp" -xf -
	cp "$top/.clusterfuzzlite/build.sh" "$SRC/build.sh"
	(cd "$SRC/crash-hp" && bash -eu "$SRC/build.sh") >"$dir/$1/log" 2>&1 ||
		{ tail -n 30 "$dir/$1/log"; bad "build.sh failed with $1"; }
}

# check_program NAME: it runs with its own libraries, on all of its seeds
check_program() {
	local file=$OUT/fuzz_$1 corpus=$WORK/corpus runs=500
	# libFuzzer cannot go on from there: it sees no edges
	[[ $SANITIZER != coverage ]] || runs=0
	[[ -x $file && -s $file.options ]] || bad "no fuzz_$1, or no options"
	zip --quiet --test "${file}_seed_corpus.zip" || bad "no seeds of fuzz_$1"
	if grep -q "^$1 " "$top/fuzz/words" && [[ ! -s $file.dict ]]; then
		bad "no dictionary of fuzz_$1"
	fi
	grep -q "libfdt.* => $OUT/lib/" < <(ldd "$file") ||
		bad "fuzz_$1 does not take its libraries from \$OUT"
	rm -rf "$corpus"
	cp -r "$WORK/seeds/$1" "$corpus"
	(cd "$WORK" && LLVM_PROFILE_FILE=$WORK/profraw "$file" -runs=$runs -seed=1 \
		-timeout=60 -rss_limit_mb=4096 "$corpus") >"$WORK/run.log" 2>&1 ||
		{ tail -n 30 "$WORK/run.log"; bad "fuzz_$1 fails"; }
	printf '%-9s fuzz_%-12s %s\n' "$SANITIZER" "$1" \
		"$(grep -o 'DONE.*cov: [0-9]*' "$WORK/run.log" || tail -n 1 "$WORK/run.log")"
}

for sanitizer; do
	[[ ${flags[$sanitizer]-} ]] || { echo "no sanitizer '$sanitizer'"; exit 2; }
	run_build "$sanitizer"
	for source in "$top"/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		# needs a kernel tree
		[[ $name == fuzz_differential ]] || check_program "${name#fuzz_}"
	done
done
