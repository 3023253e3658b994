// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schemes of user space and of the kernel: for each the case that it wins and the
 * case that it loses, as a timeline; what rules decide; and the chance of a dump
 * against a crash at every instant.
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

/* a reload takes 1 s and begins 0.1 s behind the event; a handler takes 1 ms */
#define TIMES "unload=200ms load=800ms udev-delay=100ms handler=1ms udev-event=100ms"

#define RULES "fixtures/udev/"

static const struct {
	const char *scheme;
	const char *rules;
	const char *params;
	const char *events;
	const char *timeline;
	unsigned int reloads;
} runs[] = {
	/* --- udev-reload ---------------------------------------------------------- */
	/* wins: one event, and it is soon true again */
	{ "udev-reload", RULES "rhel7.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s hang, 1.1 s none, 2.1 s accurate", 1 },
	/* loses: each of three events takes the image away for a second */
	{ "udev-reload", RULES "rhel7.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2; 1050ms core+ 3; 1050ms on 3; 1060ms off 1",
	  "0 accurate, 1 s hang, 1.1 s none, 3.1 s accurate", 2 },
	{ "udev-reload", RULES "rhel7.powerpc.rules", TIMES " requests=merged",
	  "1s off 1; 2s on 1; 2.1s off 1; 2.2s on 1; 2.3s off 1; 2.4s on 1",
	  "0 accurate, 2.1 s none, 4.1 s accurate", 2 },
	/* x86_64's rules wait for a CPU's device, which comes and goes at boot only */
	{ "udev-reload", RULES "rhel7.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s hang", 0 },
	/* Ubuntu has no rule for a CPU that goes online, but one for memory */
	{ "udev-reload:ubuntu", RULES "ubuntu.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s hang", 0 },
	{ "udev-reload:ubuntu", RULES "ubuntu.rules", TIMES,
	  "1s core+ 2; 1s on 2; 3s off 1",
	  "0 accurate, 1 s hang, 3.1 s none, 4.1 s accurate", 1 },

	/* --- udev-throttled -------------------------------------------------------- */
	/* wins: three events, one reload */
	{ "udev-throttled", RULES "rhel8.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2; 1050ms core+ 3; 1050ms on 3; 1060ms off 1; 1070ms on 1",
	  "0 accurate, 1 s hang, 2.1 s none, 3.1 s accurate", 1 },
	/* loses: for as long as it waits the image is stale */
	{ "udev-throttled", RULES "rhel8.powerpc.rules", TIMES " udev-event=5s",
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s hang, 5.1 s none, 6.1 s accurate", 1 },
	/* loses: an event while the tool loads is not in what it loads */
	{ "udev-throttled", RULES "rhel8.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2; 2.5s core+ 3; 2.5s on 3",
	  "0 accurate, 1 s hang, 2.1 s none, 3.1 s hang, 3.6 s none, 4.6 s accurate", 2 },
	{ "udev-throttled", RULES "rhel8.powerpc.rules", TIMES " lock-file=broken",
	  "1s off 1; 1s on 1", "0 accurate, 1.1 s none, 2.1 s accurate", 1 },

	/* --- in-kernel -------------------------------------------------------------- */
	/* wins: two slots */
	{ "in-kernel", RULES "crash-hotplug.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate", 0 },
	{ "in-kernel", RULES "crash-hotplug.powerpc.rules", TIMES,
	  "1s mem+ 80000000 10000000; 1s mem-on 80000000 10000000; 2s mem-off 80000000 10000000",
	  "0 accurate", 0 },
	/* rules that do not ask crash_hotplug reload what is true already */
	{ "in-kernel", RULES "rhel8.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2",
	  "0 accurate, 2.1 s none, 3.1 s accurate", 1 },
	/* wins: the handler's millisecond */
	{ "in-kernel:kexec-load", RULES "crash-hotplug.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s torn, 1.001 s accurate", 0 },
	/* loses: without the flag the kernel leaves it alone, and rules reload */
	{ "in-kernel:no-flag", RULES "crash-hotplug.powerpc.rules", TIMES,
	  "1s core+ 2; 1s on 2", "0 accurate, 1 s hang, 2.1 s none, 3.1 s accurate", 1 },
};

static struct scheme_case case_of(size_t i)
{
	return (struct scheme_case){
		&two_cores, runs[i].scheme, runs[i].rules, runs[i].params,
		runs[i].events,
	};
}

static void test_runs(void **state)
{
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		struct scheme_case c = case_of(i);

		scheme_bed_play(&run, &c);
		if (strcmp(runs[i].timeline, scheme_bed_timeline(&run)) ||
		    runs[i].reloads != run.counts.reloads)
			fail_msg("%s: %s\nexpected %s, %u reloads\ngot      %s, %u reloads",
				 runs[i].scheme, runs[i].events,
				 runs[i].timeline, runs[i].reloads,
				 scheme_bed_timeline(&run), run.counts.reloads);
		scheme_run_stop(&run);
	}
}

/* --- a crash at every instant ----------------------------------------------------------- */

static enum dump_state crash_at(const struct scheme_case *c, uint64_t time)
{
	struct scheme_crash crash;
	enum verdict_word word;
	struct scheme_run run;
	struct error err;

	scheme_bed_play_until(&run, c, time);
	/* the clock is ahead: a handler holds the kexec lock at that time */
	if (run.now > time) {
		scheme_run_stop(&run);
		return DUMP_TORN;
	}
	if (scheme_run_crash(&run, UINT32_MAX, &crash, &word, &err))
		fail_msg("%s", err.text);
	scheme_run_stop(&run);
	return crash.state;
}

/* all changes are at multiples of 5 ms, so a crash at each finds every share */
static void test_brute_force(void **state)
{
	static const char *const schemes[] = {
		"udev-throttled", "in-kernel", "none",
	};
	const uint64_t from = 995 * NS_PER_MS, to = 1300 * NS_PER_MS;
	const uint64_t step = 5 * NS_PER_MS;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		const struct scheme_case c = {
			&two_cores, schemes[i],
			i ? RULES "crash-hotplug.powerpc.rules" :
			    RULES "rhel8.powerpc.rules",
			!strcmp(schemes[i], "none") ? NULL :
			"unload=10ms load=15ms udev-delay=5ms handler=5ms "
			"udev-event=20ms throttle-sleep=50ms settle-timeout=100ms",
			"1s core+ 2; 1s on 2; 1010ms off 1; 1100ms on 1;"
			"1110ms mem+ 80000000 10000000;"
			"1110ms mem-on 80000000 10000000; 1150ms off 2",
		};
		uint64_t ns[NR_DUMP_STATES], found[NR_DUMP_STATES] = { 0 };
		struct scheme_run run;

		for (uint64_t t = from; t < to; t += step)
			found[crash_at(&c, t)] += step;
		scheme_bed_play(&run, &c);
		timeline_close(&run.timeline, to);
		timeline_sum(&run.timeline, from, to, ns);
		for (int s = 0; s < NR_DUMP_STATES; s++)
			if (ns[s] != found[s])
				fail_msg("%s: %s for %" PRIu64 " ns, by crashes %" PRIu64 "\n%s",
					 schemes[i], dump_state_name(s), ns[s],
					 found[s], scheme_bed_timeline(&run));
		scheme_run_stop(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
