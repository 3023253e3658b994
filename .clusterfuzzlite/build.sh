#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds what ClusterFuzzLite and OSS-Fuzz run, in their environment: $CC, $CXX,
# $CFLAGS, $CXXFLAGS and $LIB_FUZZING_ENGINE to build with, the source in
# $SRC/crash-hp, $WORK for what is between, $OUT for what is run elsewhere.
set -eu

top=$SRC/crash-hp
build=$WORK/crash-hp
seeds=$WORK/seeds

# Their compiler is newer than ours: what it warns of besides is no error there.
# Where the programs run, there is no library but the C library: all others come
# along in lib/.
cmake -S "$top" -B "$build" -G Ninja \
	-DCMAKE_BUILD_TYPE=None \
	-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF \
	-DCMAKE_BUILD_RPATH="\$ORIGIN/lib" \
	-DCRASH_HP_CHECKS=OFF \
	-DCRASH_HP_FUZZ_ENGINE=libfuzzer \
	-DCRASH_HP_FUZZ_LINK="$LIB_FUZZING_ENGINE"
cmake --build "$build" --target fuzzers

cd "$top"
fuzz/make-seeds.pl --captures "$seeds"
mkdir -p "$OUT/lib"

# libraries PROGRAM: those that do not come with the C library
libraries() {
	ldd "$1" | awk '$2 == "=>" && $1 !~ /^(lib(c|m|dl|rt|pthread|gcc_s)|ld-linux)/ {
		print $3 }'
}

# words NAME: its dictionaries
words() {
	awk -v name="$1" '$1 == name { for (i = 2; i <= NF; i++) print "fuzz/" $i ".dict" }' \
		fuzz/words
}

for program in "$build"/bin/fuzz_*; do
	file=$(basename "$program")
	name=${file#fuzz_}
	cp "$program" "$OUT/"
	libraries "$program" | xargs -r cp -L -t "$OUT/lib"
	mkdir -p "$seeds/$name"
	for input in fuzz/seeds/"$name"/* fixtures/regress/"$name"/*; do
		[ ! -e "$input" ] || cp "$input" "$seeds/$name/"
	done
	rm -f "$OUT/${file}_seed_corpus.zip"
	zip --quiet --junk-paths --recurse-paths "$OUT/${file}_seed_corpus.zip" \
		"$seeds/$name"
	words "$name" | xargs -r cat >"$OUT/$file.dict"
	[ -s "$OUT/$file.dict" ] || rm "$OUT/$file.dict"
	# larger ones say nothing new, and take longer
	printf '[libfuzzer]\nmax_len = 65536\n' >"$OUT/$file.options"
done
