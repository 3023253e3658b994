#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp bugs: rows, what makes one wrong, and complaints. The suite itself is
# the tests known-defects and upstream-known-defects.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# entry ID KEY=VALUE...: a defect.yaml in $work/suite; its scenario is stdin
entry() {
	local dir=$work/suite/$1
	mkdir -p "$dir"
	{
		printf 'id: %s\n' "$1"
		printf '%s\n' "${@:2}" | sed 's/=/: /'
	} >"$dir/defect.yaml"
	cat >"$dir/scenario.yaml"
}

pc='machine: {arch: x86_64, memory: [1M+255M], possible-cpus: 1}'
suite=(--defects "$work/suite")

entry KB-1 title=one invariant=I-CRASHK upstream=fixed <<END
$pc
events:
  - ranges: {op: exclude, list: [0x1000-0x1fff], argument: 0x1000-0x17ff}
END
entry KB-2 title=two 'invariant=[I-GONE, I-MEM]' upstream=present note=why <<END
$pc
events:
  - ranges: {op: exclude, list: [0x1000-0x1fff], argument: 0x1000-0x17ff}
    expect: stale
END

hp bugs "${suite[@]}" KB-1
expect_status 0
expect_line '^KB-1 +one +passes .* I-CRASHK +1$'
expect_line '^1 rows, 1 right$'
hp bugs "${suite[@]}"
expect_status 1
expect_line '^KB-2 +two +fails .* I-GONE/I-MEM +1 +WRONG: core: step 1 is accurate, expected stale$'
expect_line '^2 rows, 1 right$'
hp bugs "${suite[@]}" -v KB-2
expect_line '^  present in Linux 6[.]12[.]117$'
expect_line '^  why$'
hp bugs "${suite[@]}" --json
expect_status 1
expect_equal "rows" "KB-1 1 KB-2 0" \
	"$(json 'join " ", map { $_->{id}, $_->{right} ? 1 : 0 } @{$d->{rows}}')"

# what cannot be played makes its row wrong, and only that
entry KB-3 title=three invariant=I-GONE upstream=fixed <<END
$pc
events:
  - memory-offline: 4G+128M
END
hp bugs "${suite[@]}" KB-1 KB-3
expect_status 1
expect_line '^KB-3 +three +not played .*WRONG: core: cannot be played: step 1: memory block 0x100000000 '

# --- complaints ---------------------------------------------------------------------

hp bugs "${suite[@]}" KB-9
expect_complaint 'KB-9/defect.yaml: No such file'
hp bugs --defects "$work/none"
expect_complaint 'none: No such file'
mkdir "$work/empty"
hp bugs --defects "$work/empty"
expect_complaint 'empty: no entries'
hp bugs "${suite[@]}" --b-fails I-GONE
expect_complaint '--b-fails needs --handlers-b'
hp bugs "${suite[@]}" --b-fails I-BAD --handlers-b x.so
expect_complaint 'I-BAD: no such invariant'
hp bugs "${suite[@]}" --handlers-b "$work/none.so"
expect_complaint 'none.so'

entry KB-4 title=four invariant=I-BAD upstream=fixed <"$work/suite/KB-1/scenario.yaml"
hp bugs "${suite[@]}" KB-4
expect_complaint "KB-4/defect.yaml: no invariant 'I-BAD'"
entry KB-4 title=four invariant=I-GONE upstream=perhaps <"$work/suite/KB-1/scenario.yaml"
hp bugs "${suite[@]}" KB-4
expect_complaint 'defect.yaml:4: upstream'
entry KB-4 title=four upstream=fixed <"$work/suite/KB-1/scenario.yaml"
hp bugs "${suite[@]}" KB-4
expect_complaint 'defect.yaml:1: .*invariant'
mv "$work/suite/KB-1" "$work/suite/KB-5"
hp bugs "${suite[@]}" KB-5
expect_complaint 'KB-5/defect.yaml: id is KB-1, the folder KB-5'

# --- upstream ---------------------------------------------------------------------------

upstream=${CRASH_HP_MODULES:?}/upstream-powerpc.so
if [[ ! -e $upstream ]]; then
	hp bugs KB-02
	expect_line '^no upstream handlers: build them with ./dev upstream$'
	expect_line '^KB-02 .* passes +- '
	finish || exit 1
	echo "skipped: $upstream is not there"
	exit 77
fi

# the other architecture's handlers fail with nothing
hp bugs --handlers-b "$upstream" --b-fails I-CRASHK KB-08
expect_status 1
expect_line 'WRONG: .*upstream-powerpc.so is for another architecture$'

# a program that dies, and what a mutant has to do
hp bugs -v KB-05
expect_line '^KB-05 .* passes +fails I-MEM '
expect_line 'upstream: step 1, ranges: remove from 127.*: I-MEM: the handlers die: Segmentation fault'
hp bugs --handlers-b "$upstream" --b-fails I-MEM KB-05
expect_status 0
hp bugs --handlers-b "$upstream" --b-fails I-SORT KB-05
expect_status 1
expect_line 'WRONG: does not fail with I-SORT$'

# a mutant has to fail; not every entry has one
for id in KB-05 KB-06; do
	mkdir -p "$work/mutants/$id"
	cp "$upstream" "$work/mutants/$id/module-powerpc.so"
done
hp bugs --mutants "$work/mutants" KB-04 KB-05 KB-06
expect_status 1
expect_line '^KB-04 .* -  +I-GONE +1$'
expect_line '^KB-05 .* fails I-MEM +fails I-MEM +I-MEM +1$'
expect_line '^KB-06 .* passes +passes +passes +I-COVER +1  WRONG: the mutant passes$'

finish
