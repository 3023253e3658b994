// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of ranges, before and after: what the judge says of each. Lists are
 * written as "10-1f 30-3f", numbers in hexadecimal, both ends inside.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "machine.h"

/* machine.h has a fail() of its own */
#include <cmocka.h>

#define MAX 16

static size_t parse(const char *text, struct view_range *r)
{
	size_t nr = 0;
	char *end;

	while (*text) {
		assert_true(nr < MAX);
		r[nr].start = strtoull(text, &end, 16);
		assert_int_equal('-', *end);
		r[nr++].end = strtoull(end + 1, &end, 16);
		text = end + (*end == ' ');
	}
	return nr;
}

/* "I-COVER I-SORT incomplete" */
static void say(const struct verdict *v, char *buf, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < v->nr; i++)
		used += snprintf(buf + used, size - used, "%s ",
				 invariant_name(v->findings[i].inv));
	snprintf(buf + used, size - used, "%s", verdict_name(v->word));
}

static void lists_are_judged_by_set_arithmetic(void **state)
{
	static const struct {
		enum ranges_op op;
		const char *list, *args, *result;
		const char *says;
		int ret;
		size_t done;	/* with @ret */
	} rows[] = {
		{ RANGES_ADD, "10-1f", "30-3f", "10-1f 30-3f", "accurate" },
		{ RANGES_ADD, "10-1f", "20-2f", "10-2f", "accurate" },
		{ RANGES_ADD, "10-1f", "20-2f", "10-1f 20-2f", "accurate" },
		{ RANGES_ADD, "10-1f", "20-2f", "10-1f", "I-COVER incomplete" },
		{ RANGES_ADD, "10-1f", "20-2f", "10-30", "I-GONE incomplete" },
		{ RANGES_ADD, "10-1f", "1f-1f", "10-1f 1f-1f", "I-DISJ incomplete" },
		{ RANGES_ADD, "30-3f", "10-1f", "30-3f 10-1f", "I-SORT incomplete" },
		{ RANGES_ADD, "10-1f", "20-2f 30-3f", "10-3f", "accurate" },
		{ RANGES_ADD, "10-1f", "20-2f 30-3f", "10-2f",
		  "I-FRESH stale", -ENOMEM, 1 },
		{ RANGES_ADD, "10-1f", "20-2f 30-3f", "10-1f",
		  "I-FRESH I-COVER incomplete", -ENOMEM, 1 },

		{ RANGES_REMOVE, "10-3f", "20-2f", "10-1f 30-3f", "accurate" },
		{ RANGES_REMOVE, "10-3f", "20-2f", "10-1f 30-40",
		  "I-GONE incomplete" },
		{ RANGES_REMOVE, "10-3f", "20-2f", "30-3f 10-1f",
		  "I-SORT incomplete" },
		{ RANGES_REMOVE, "10-3f", "20-2f", "10-1f 30-1f",
		  "I-SANE I-COVER incomplete" },
		{ RANGES_REMOVE, "10-3f", "20-2f", "10-3f",
		  "I-GONE incomplete" },
		{ RANGES_REMOVE, "10-3f", "20-2f", "10-3f", "I-FRESH stale",
		  -ENOMEM },
		{ RANGES_REMOVE, "10-3f", "10-3f", "", "accurate" },

		/* what is left of a hole, and what never was in the list */
		{ RANGES_EXCLUDE, "10-3f", "20-2f", "10-3f",
		  "I-CRASHK incomplete" },
		{ RANGES_EXCLUDE, "10-3f", "20-2f", "10-1f 30-40",
		  "I-GONE incomplete" },
		/* a list out of order may stay so */
		{ RANGES_EXCLUDE, "30-3f 10-1f", "10-17", "30-3f 18-1f",
		  "accurate" },
		{ RANGES_REMOVE, "10-1f 18-2f", "50-5f", "10-1f 18-2f",
		  "accurate" },

		{ RANGES_MERGE, "30-3f 10-1f 18-2f", "", "10-3f", "accurate" },
		{ RANGES_MERGE, "30-3f 10-1f", "", "30-3f 10-1f",
		  "I-SORT incomplete" },
		{ RANGES_MERGE, "10-1f 18-2f", "", "10-1f 18-2f",
		  "I-DISJ incomplete" },
		{ RANGES_MERGE, "10-9f 20-5f 60-8f", "", "10-5f 60-8f",
		  "I-COVER incomplete" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view_range list[MAX], args[MAX], result[MAX];
		struct ranges_spec spec = { .op = rows[i].op };
		struct ranges_result r = { .ret = rows[i].ret };
		struct verdict verdict = { 0 };
		char says[256];

		spec.nr = parse(rows[i].list, list);
		spec.nr_args = parse(rows[i].args, args);
		spec.list = list;
		spec.args = args;
		r.list = result;
		r.nr = parse(rows[i].result, result);
		r.done = r.ret ? rows[i].done : spec.nr_args;
		assert_int_equal(0, judge_ranges(&spec, &r, &verdict));
		say(&verdict, says, sizeof(says));
		if (strcmp(says, rows[i].says))
			fail_msg("row %zu (%s, %s -> %s): expected \"%s\", got \"%s\"",
				 i, rows[i].list, rows[i].args, rows[i].result,
				 rows[i].says, says);
		verdict_free(&verdict);
	}
}

/* without a list there has to be an error */
static void a_list_that_is_gone_needs_an_error(void **state)
{
	struct view_range range = { 0x10, 0x1f };
	struct ranges_spec spec = {
		.op = RANGES_ADD, .list = &range, .nr = 1, .args = &range,
		.nr_args = 1,
	};
	struct ranges_result result = { .gone = true };
	struct verdict verdict = { 0 };
	char says[64];

	(void)state;
	assert_int_equal(0, judge_ranges(&spec, &result, &verdict));
	say(&verdict, says, sizeof(says));
	assert_string_equal("I-MEM lost", says);
	verdict_free(&verdict);

	result.ret = -ENOMEM;
	assert_int_equal(0, judge_ranges(&spec, &result, &verdict));
	say(&verdict, says, sizeof(says));
	assert_string_equal("I-FRESH stale", says);
	verdict_free(&verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_judged_by_set_arithmetic),
		cmocka_unit_test(a_list_that_is_gone_needs_an_error),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
