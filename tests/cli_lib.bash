# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of the command share; sourced by tests/cli_*.sh.
#
# hp ARGUMENT...        run crash-hp; then $status, $out, $err say how it went,
#                       without times, which are never the same
# expect_* ...          complain, with what was expected and got, and go on
# finish                the test's exit status

set -u
: "${CRASH_HP:?the crash-hp command}" "${CRASH_HP_SOURCE:?the source directory}"

captures=$CRASH_HP_SOURCE/fixtures/captures
trees=$CRASH_HP_SOURCE/fixtures/trees
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
checks=0

hp() {
	last="crash-hp $*"
	"$CRASH_HP" "$@" >"$work/timed" 2>"$work/err"
	status=$?
	sed -E -e 's/(, hidden [0-9.]+)?, locked [0-9.]+ us */  /' \
		-e '/^no dump possible for /d' \
		-e 's/("[a-z_]+_ns": |"longest_no_dump_step": )[0-9]+/\10/' \
		"$work/timed" >"$work/out"
	out=$(<"$work/out")
	err=$(<"$work/err")
}

# complain WHAT EXPECTED GOT
complain() {
	failures=$((failures + 1))
	printf '%s\n  after:    %s\n  expected: %s\n  got:      %s\n' \
		"$1" "$last" "$2" "$3"
}

# expect_equal WHAT EXPECTED GOT
expect_equal() {
	checks=$((checks + 1))
	[[ $2 == "$3" ]] || complain "$1" "$2" "$3"
}

expect_status() {
	checks=$((checks + 1))
	[[ $status == "$1" ]] ||
		complain "exit status" "$1" "$status; stderr: $err; stdout: $(tail -c 600 <<<"$out")"
}

# expect_line PATTERN: a line of stdout matches the extended regular expression
expect_line() {
	checks=$((checks + 1))
	grep -qE -- "$1" <<<"$out" || complain "stdout" "a line like: $1" "$out"
}

expect_no_line() {
	checks=$((checks + 1))
	grep -qE -- "$1" <<<"$out" && complain "stdout" "no line like: $1" "$out"
}

# expect_complaint PATTERN: status 2, and one line on stderr that matches
expect_complaint() {
	expect_status 2
	checks=$((checks + 1))
	[[ $(wc -l <"$work/err") == 1 && $err =~ $1 ]] ||
		complain "stderr" "one line like: $1" "$err"
}

# json EXPRESSION: Perl, about what is on stdout: $d is all of it
json() {
	perl -MJSON::PP -e '
		local $/;
		open my $f, "<", $ARGV[0] or die;
		my $d = eval { decode_json(<$f>) };
		print defined $d ? eval($ARGV[1]) // "undefined: $@" : "no JSON", "\n";
	' "$work/out" "$1"
}

finish() {
	echo "$checks checks, $failures failed"
	((checks > 0 && failures == 0))
}
