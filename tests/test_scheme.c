// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual clock under the schemes: durations, parameters, timelines, and
 * the scheme that does nothing. Nearly all tests are tables.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scheme_bed.h"

#include "helpers.h"

static const struct bed two_cores = {
	.memory = "0+80000000",
	.cores = "0 1",
	.max_cores = 4,
	.lmbs = 16,
	.lmb_base = 0x80000000,
};

/* --- durations -------------------------------------------------------------------- */

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t ns;
		const char *printed;
	} rows[] = {
		{ "0", true, 0, "0" },
		{ "300ns", true, 300, "300 ns" },
		{ "20us", true, 20000, "20 us" },
		{ "22.4ms", true, 22400000, "22.4 ms" },
		{ "1.5s", true, 1500000000, "1.5 s" },
		{ "0.5ns", true, 0, "0" },
		{ "3min", true, 180000000000, "180 s" },
		{ "2880s", true, 2880000000000, "2880 s" },
		{ "12345s", true, 12345000000000, "12345 s" },
		{ "8640000s", true, DURATION_MAX, "8640000 s" },
		{ "8640001s", false },
		{ "99999999999999999999s", false },
		{ "1", false },
		{ "-1s", false },
		{ " 1s", false },
		{ "1 s", false },
		{ "1h", false },
		{ ".5s", false },
		{ "", false },
	};
	char printed[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t ns = 0;

		if (duration_parse(rows[i].text, &ns) != rows[i].good)
			fail_msg("'%s' is %sa duration", rows[i].text,
				 rows[i].good ? "" : "no ");
		if (!rows[i].good)
			continue;
		assert_u64(rows[i].text, rows[i].ns, ns);
		duration_print(ns, printed, sizeof(printed));
		assert_string_equal(rows[i].printed, printed);
	}
}

/* --- parameters ------------------------------------------------------------------- */

static const struct param_spec specs[] = {
	{ .name = "wait", .kind = PARAM_DURATION, .value = 5, .measurable = true },
	{ .name = "tries", .kind = PARAM_NUMBER, .value = 3 },
	{ .name = "memory", .kind = PARAM_CHOICE, .choices = "kept|cleared|torn" },
	{ .name = "plain", .kind = PARAM_DURATION },
};

static void test_params(void **state)
{
	static const struct {
		const char *assignment;
		int ret;
		const char *name;
		const char *text;	/* or the complaint */
	} rows[] = {
		{ "wait=20ms", 1, "wait", "20 ms" },
		{ "wait=measured", 1, "wait", "measured" },
		{ "s/wait=1s", 1, "wait", "1 s" },
		{ "other/wait=1s", 0 },
		{ "nothing=1s", 0 },
		{ "tries=0x10", 1, "tries", "16" },
		{ "memory=torn", 1, "memory", "torn" },
		{ "memory=kept", 1, "memory", "kept" },
		{ "memory=kep", -1, NULL, "'kep' is none of kept|cleared|torn" },
		{ "tries=many", -1, NULL, "'many' is no number" },
		{ "wait=5", -1, NULL, "'5' is no duration" },
		{ "plain=measured", -1, NULL, "'measured' is no duration" },
		{ "wait", -1, NULL, "'wait' is not NAME=VALUE" },
		{ "s/", -1, NULL, "'s/' is not NAME=VALUE" },
	};
	struct params params = { .scheme = "s" };
	struct error err;
	char text[32];

	(void)state;
	params_add(&params, specs, ARRAY_SIZE(specs));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int ret = params_set(&params, rows[i].assignment, &err);

		if (ret != rows[i].ret)
			fail_msg("%s: %d", rows[i].assignment, ret);
		if (ret < 0)
			assert_says(rows[i].assignment, rows[i].text, err.text);
		for (size_t p = 0; ret > 0 && p < params.nr; p++) {
			if (strcmp(params.p[p].spec->name, rows[i].name))
				continue;
			param_text(&params.p[p], text, sizeof(text));
			assert_string_equal(rows[i].text, text);
			assert_true(params.p[p].given);
		}
	}
	assert_u64("plain", 0, param(&params, "plain"));
}

/* --- timelines -------------------------------------------------------------------- */

static void test_timeline(void **state)
{
	struct timeline t = { 0 };
	uint64_t ns[NR_DUMP_STATES];

	(void)state;
	timeline_mark(&t, 0, DUMP_ACCURATE, VERDICT_ACCURATE);
	timeline_mark(&t, 10, DUMP_NONE, VERDICT_LOST);
	timeline_mark(&t, 10, DUMP_STALE, VERDICT_HANG);
	timeline_mark(&t, 15, DUMP_STALE, VERDICT_HANG);
	timeline_mark(&t, 20, DUMP_TORN, VERDICT_LOST);
	timeline_mark(&t, 20, DUMP_STALE, VERDICT_HANG);
	timeline_mark(&t, 30, DUMP_ACCURATE, VERDICT_ACCURATE);
	timeline_close(&t, 40);

	/* what lasted no time is not there, what did not change is one */
	assert_int_equal(3, t.nr);
	assert_null(timeline_at(&t, 40));
	assert_int_equal(DUMP_ACCURATE, timeline_at(&t, 9)->state);
	assert_int_equal(DUMP_STALE, timeline_at(&t, 10)->state);
	assert_int_equal(VERDICT_HANG, timeline_at(&t, 29)->word);
	assert_int_equal(DUMP_ACCURATE, timeline_at(&t, 30)->state);

	timeline_sum(&t, 5, 35, ns);
	assert_u64("accurate", 10, ns[DUMP_ACCURATE]);
	assert_u64("stale", 20, ns[DUMP_STALE]);
	assert_u64("torn", 0, ns[DUMP_TORN]);
	assert_u64("none", 0, ns[DUMP_NONE]);
	assert_true(timeline_chance(&t, 0, 40) == 0.5);
	assert_true(timeline_chance(&t, 40, 50) == -1);
	timeline_free(&t);
}

/* --- runs -------------------------------------------------------------------------- */

static const struct {
	struct scheme_case c;
	const char *timeline;
} runs[] = {
	/* nothing changes what counts: a thread of a core that was there */
	{ { &two_cores, "none", .events = "1s off 1; 2s on 1" }, "0 accurate" },
	{ { &two_cores, "none",
	    .events = "1s mem+ 80000000 10000000; 1s mem-on 80000000 10000000;"
		      "3s mem-off 80000000 10000000" },
	  "0 accurate, 1 s incomplete, 3 s accurate" },
	{ { &two_cores, "none", .events = "1s core+ 2; 2s on 2" },
	  "0 accurate, 2 s hang" },
};

static void test_runs(void **state)
{
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		scheme_bed_play(&run, &runs[i].c);
		assert_string_equal(runs[i].timeline, scheme_bed_timeline(&run));
		scheme_run_stop(&run);
	}
}

static void test_counts(void **state)
{
	static const struct scheme_case c = {
		&two_cores, "none", .events = "1s core+ 2; 2s on 2; 3s off 1",
	};
	struct scheme_run run;

	(void)state;
	scheme_bed_play(&run, &c);
	assert_int_equal(2, run.counts.events);
	assert_int_equal(2, run.counts.ignored);
	assert_int_equal(0, run.counts.handled);
	assert_int_equal(0, run.counts.reloads);
	assert_u64("storm begins", NS_PER_S, run.first_event);
	assert_u64("storm ends", 3 * NS_PER_S, run.last_event);
	scheme_run_stop(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_timeline),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
