#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/triage.pl: harnesses that are broken on purpose, and what it makes of
# findings that AFL++ might have left there.
#
# usage: test.sh DIRECTORY, with CRASH_HP and CRASH_HP_SOURCE as for tests/*.sh
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1
type afl-clang-fast gdb valgrind >/dev/null 2>&1 || exit 77

bin=$1/bin
export AFL_QUIET=1
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=all)

# build NAME DRIVER COMPILER OPTION...
build() {
	local name=$1 driver=$2 harness
	shift 2
	mkdir -p "$bin/$name"
	for harness in planted scenario; do
		"$@" -g -O1 -Ifuzz -Iemu tests/triage/fuzz_$harness.c fuzz/fuzz.c \
			fuzz/driver_$driver.c -o "$bin/$name/fuzz_$harness" || exit 1
	done
}
build plain files cc
build asan files cc "${sanitize[@]}"
build afl afl afl-clang-fast "${sanitize[@]}"
ln -sf "$CRASH_HP" "$bin/plain/crash-hp"

# a copy that can be pasted into, and files where AFL++ puts them
tree=$work/tree
mkdir -p "$tree/fixtures" "$work/out"
git -C "$tree" init -q
found=$work/found
mkdir -p "$found"/{planted,scenario}/{main,second}/{crashes,hangs,queue}
finding() { printf '%s' "$2" > "$found/$1"; }
finding planted/main/crashes/id:000000,sig:06 ppppppppppppppp
finding planted/main/crashes/id:000001,sig:06 pair
finding planted/second/crashes/id:000000,sig:06 pair
finding planted/second/crashes/id:000001,sig:06 quite
finding planted/second/crashes/id:000002,sig:11 nothing
finding planted/second/crashes/id:000003,sig:06 behind
finding planted/second/crashes/id:000004,sig:06 leaks
finding planted/second/crashes/id:000005,sig:06 uninitialised
finding planted/second/crashes/id:000006,sig:06 mended
finding planted/second/crashes/README.txt 'no finding'
finding planted/main/hangs/id:000000,src:000000 r
finding planted/main/queue/id:000000 pair
cp fuzz/seeds/scenario/pc-offline-then-unplug "$found/scenario/main/crashes/id:000000"
cp fuzz/seeds/scenario/pc-without-flag "$found/scenario/main/crashes/id:000001"

triage() {
	last="triage.pl $*"
	scripts/triage.pl --bin "$bin" --out "$work/out" --seconds 2 "$@" \
		>"$work/stdout" 2>"$work/err"
	status=$?
	out=$(<"$work/stdout")
	err=$(<"$work/err")
}

# --- a campaign's output -------------------------------------------------------

triage "$found"
expect_status 1
expect_equal "stderr" "" "$err"
expect_line '^11 findings: 10 reproduce, 8 causes; 1 do not$'
# one cause, whatever its numbers are
expect_line "^== [0-9]+\. planted: segment 15's promise is kept by nobody|segment 4's promise is kept by nobody"
expect_line '^== [0-9]+\. planted: another promise at 0x5$'
expect_line '^== [0-9]+\. planted: (SIGSEGV|load of null pointer.*) in read_nothing\(\)$'
expect_line '^== [0-9]+\. planted: heap-buffer-overflow in read_behind\(\)$'
expect_line '^== [0-9]+\. planted: leak in leak\(\)$'
expect_line '^== [0-9]+\. planted: Conditional jump.* in use_uninitialised\(\)$'
expect_line '^== [0-9]+\. planted: no end after 2 s$'
expect_line '^== [0-9]+\. scenario: event [0-9]+: memory goes offline$'
expect_line '^  planted  .*/second/crashes/id:000006,sig:06$'
# the stack is told by each
expect_line '^  gdb +read_nothing\(\) tests/triage/fuzz_planted\.c:[0-9]+$'
expect_line '^  gdb +go_round\(\) tests/triage/fuzz_planted\.c:[0-9]+$'
expect_line '^  Valgrind +Invalid read of size 1 in read_behind\(\)$'
expect_equal "smaller" p "$(cat "$work/out/planted/segment-s-promise-is-kept-by-nobody")"
expect_equal "smaller" b "$(cat "$work/out/planted/heap-buffer-overflow-in-read-behind")"
# a program keeps the one event that matters
scenario=$work/out/scenario/event-memory-goes-offline
expect_equal "events" 8 "$(stat -c %s "$scenario")"
expect_line 'crash-hp run gives the same verdicts: all accurate'
hp run "$scenario.yaml"
expect_status 0

# --- the line that is to be pasted ---------------------------------------------

paste=$(grep -E '^    mkdir -p fixtures/regress/scenario ' "$work/stdout")
(cd "$tree" && eval "$paste") || complain "paste" "goes well" "$paste"
kept=fixtures/regress/scenario/event-memory-goes-offline
expect_equal "in git" "$kept" "$(git -C "$tree" ls-files)"
"$bin/plain/fuzz_scenario" "$tree/fixtures/regress/scenario" >"$work/replay" 2>&1
expect_equal "replay is red" 134 $?

# --- one file, one harness, nothing, mistakes ------------------------------------

triage "$found/planted/main/crashes/id:000001,sig:06" planted
expect_status 1
expect_line '^1 finding: 1 reproduce, 1 cause;'
triage "$found/planted/second/crashes/id:000006,sig:06" planted
expect_status 0
expect_line 'no longer wrong'
rm -r "$found/planted"
triage "$found/scenario"
expect_status 1
expect_line '^2 findings: 2 reproduce, 1 cause;'
rm -r "$found"/scenario/main/crashes/*
triage "$found"
expect_status 0
expect_line '^no findings in '
triage "$work/none"
expect_complaint 'none: no such file or directory'
triage "$bin/plain/fuzz_planted"
expect_complaint 'of which harness'
triage "$found" other
expect_complaint "no harness 'other'"
triage "$work/tree"
expect_complaint 'nothing that ./dev fuzz wrote'
finish
