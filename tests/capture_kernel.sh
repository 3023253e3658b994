#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel-port/capture-kernel without QEMU: a recorded guest becomes a capture that
# conform reads, and whatever goes wrong is one line. --timeout is only there for
# what never comes.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

guests=$CRASH_HP_SOURCE/tests/guests
capture_kernel=$CRASH_HP_SOURCE/kernel-port/capture-kernel

# capture ARGUMENT...: as hp, of the other program
capture() {
	last="capture-kernel $*"
	"$capture_kernel" "$@" >"$work/out" 2>"$work/err"
	status=$?
	out=$(<"$work/out")
	err=$(<"$work/err")
}

# --- a recorded guest --------------------------------------------------------------

steps=("cpu-add 1" "cpu-online 1" "mem-add m1 128M" "block-offline 32" "crash 1")
capture --arch x86_64 --replay "$guests/q35.tape.gz" --out "$work/q35" "${steps[@]}"
expect_status 0
expect_line '^  cpu-online 1 +CPUs 0-1; elfcorehdr the same$'
expect_line '^  mem-add m1 128M +CPUs 0-1; elfcorehdr changed$'
expect_line '^  crash 1 +the capture kernel came up$'
expect_equal "folders" "console.txt.gz step-00-loaded step-01-cpu-add-1 \
step-02-cpu1-online step-03-mem-add-m1-100000000 step-04-block32-offline \
step-05-crash-cpu1" "$(ls "$work/q35" | xargs)"
hp conform "$work/q35"
expect_status 0
expect_line '^  step-03-mem-add-m1-100000000 +elfcorehdr 1[0-9] +equal$'
expect_line '6 steps'

# --- what the recording is not of ----------------------------------------------------

capture --arch x86_64 --replay "$guests/q35.tape.gz" --out "$work/other" "cpu-add 2"
expect_complaint 'q35.tape.gz: call [0-9]+ is .*, not '
expect_equal "whole steps only" "step-00-loaded" \
	"$(ls "$work/other" | xargs)"
capture --arch x86_64 --replay "$work/none" --out "$work/n1"
expect_complaint 'none: No such file or directory$'
head -c 1000 "$guests/q35.tape.gz" >"$work/cut.gz"
capture --arch x86_64 --replay "$work/cut.gz" --out "$work/n2"
expect_complaint 'cut.gz: .*ended'
capture --arch x86_64 --replay "$guests/q35.tape.gz" --out "$work/q35" "${steps[@]}"
expect_complaint 'q35: not empty$'

# --- steps and options ------------------------------------------------------------------

while IFS='|' read -r step complaint; do
	capture --out "$work/n3" --kernel /dev/null "$step"
	expect_complaint "^capture-kernel: step: $complaint\$"
done <<-'END'
	fly 1|no step 'fly 1'
	cpu-add|cpu-add: 0 arguments
	cpu-add one|'one' is no number
	mem-add m1 128X|'128X' is no size such as 256M
	mem-add m1|mem-add: 1 arguments
	crash -1|'-1' is no number
END
capture --out "$work/n3" --kernel /dev/null "crash 0" "cpu-add 1"
expect_complaint 'step: nothing comes after a crash$'
capture --out "$work/n3" "cpu-add 1"
expect_complaint 'no --kernel given$'
capture --out "$work/n3" --kernel "$work/none" --init /dev/null "cpu-add 1"
expect_complaint 'capture-kernel: .*/none: No such file or directory$'
expect_equal "nothing written" "" "$(ls -d "$work"/n3 2>/dev/null)"

# --- QEMU and guests that go wrong ---------------------------------------------------------

# Only who is silent is waited for; a computer with other work needs its time, too.
while IFS='|' read -r fake seconds complaint; do
	export FAKE=$fake
	rm -rf "$work/fake"
	capture --arch x86_64 --out "$work/fake" --kernel /dev/null --init /dev/null \
		--qemu "$guests/fake-qemu" --timeout "$seconds" "mem-add m1 128M"
	expect_complaint "$complaint"
done <<-'END'
	dies|60|fake-qemu ended with status 1: fake: no such machine$
	dies-later|60|fake-qemu ended with status 1: fake: out of memory$
	silent|10|QMP: its greeting: nothing came in 10 s$
	no-json|60|QMP: its greeting: not a JSON object: b'hello'$
	no-object|60|QMP: its greeting: not a JSON object: b'\[1\]'$
	no-greeting|60|QMP: the greeting is \{\}$
	guest-silent|10|guest: its start: no answer in 10 s$
	guest-babbles|60|guest: its start: an answer ends with '.what'$
	guest-goes|60|guest: its start: it went away$
	load-fails|60|guest: kexec_file_load: Invalid argument$
	no-segments|60|guest: the kernel does not say where the segments are
END

finish
