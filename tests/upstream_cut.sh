#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/cut-functions.awk: what it takes of a source and what it leaves, that
# each line says where it came from, and that a name it does not find is told.
. "$CRASH_HP_SOURCE/tests/cli_lib.bash" || exit 1

# cut SOURCE NAMES
cut() {
	last="cut $*"
	rm -f "$work/cut.c"
	"${AWK:-awk}" -v names="$2" -v out="$work/cut.c" \
		-f "$CRASH_HP_SOURCE/scripts/cut-functions.awk" "$1" \
		>"$work/out" 2>"$work/err"
	status=$?
	err=$(<"$work/err")
	out=$(cat "$work/cut.c" 2>/dev/null)
}

# without #line and empty lines
code() {
	grep -v -e '^#line' -e '^$' <<<"$out"
}

# every line of the cut is that line of the source
expect_true_lines() {
	expect_equal "lines that are not where they say" "" "$(awk -v source="$1" '
		BEGIN { while ((getline line < source) > 0) text[++nr] = line }
		/^#line / { at = $2; file = $3; next }
		file != "\"" source "\"" || text[at] != $0 { print FILENAME ":" FNR ": " $0 }
		{ at++ }' "$work/cut.c")"
}

cat >"$work/sample.c" <<'END'
/* a comment { with a brace, and wanted() */
#include <linux/one.h>
#define LONG(x) \
	((x) + /* wanted */ 1)
#ifdef CONFIG_A /* a comment
		 * that goes on */
static int twice(int a) { return 2 * a; }
#else
static int twice(int a)
{
	return a + a;
}
#endif
struct pair {
	int a, b;
};
struct other { int c; };
static struct pair table[] = {
	{ 1, 2 },
};
static int limit = 3, unused_limit;
int provided = 4;
static int later(struct pair *p);

/* calls unwanted() in a comment only, and "unwanted()" in a string */
int wanted(int a,
	   int b)
{
	/* unwanted() } */
	char brace = '}', quote = '\'';

	return twice(a) + later(&table[b]) + limit + provided
#if LONG(1)
		+ "unwanted() {"[0];
#endif
}
EXPORT_SYMBOL(wanted);

static int unwanted(void)
{
	return 0;
}

static int later(struct pair *p)
{
	return p->a;
}
int again(void) { return 1; }
int again(void) { return 2; }
late_initcall(unwanted);
END

cut "$work/sample.c" wanted
expect_status 0
expect_equal stderr "" "$err"
expect_true_lines "$work/sample.c"
expect_equal "what was cut" "$(sed -e '1d' -e '/^struct other/d' -e '/^int provided/d' \
	-e '/^EXPORT_SYMBOL/,/^}/d' -e '/again(void)/d' -e '/^late_/d' \
	-e '/^\/\* calls/d' -e '/^$/d' "$work/sample.c")" "$(code)"

# a directive stays, whatever is wanted
cut "$work/sample.c" "unwanted ?no_such_function"
expect_status 0
expect_true_lines "$work/sample.c"
expect_line '^#define LONG'
expect_line '^static int unwanted'
expect_no_line '^int wanted|twice|later'

cut "$work/sample.c" "wanted no_such_function pair"
expect_status 1
expect_equal stderr "cut-functions: $work/sample.c: no function no_such_function()
cut-functions: $work/sample.c: no function pair()" "$err"
expect_equal "what was written" "" "$out"

cut "$work/sample.c" again
expect_status 1
expect_equal stderr \
	"cut-functions: $work/sample.c: function again() is defined 2 times" "$err"

# the real thing; a function that gets another name is noticed
source=$KERNEL_SOURCE/arch/powerpc/kexec/crash.c
cut "$source" arch_crash_handle_hotplug_event
expect_status 0
expect_true_lines "$source"
expect_line '^static void update_crash_fdt\('
expect_line '^static void update_crash_elfcorehdr\('
expect_no_line default_machine_crash_shutdown

sed 's/^void arch_crash_handle_hotplug_event/&_new/' "$source" >"$work/crash.c"
cut "$work/crash.c" arch_crash_handle_hotplug_event
expect_status 1
expect_equal stderr \
	"cut-functions: $work/crash.c: no function arch_crash_handle_hotplug_event()" "$err"

finish
