// SPDX-License-Identifier: GPL-2.0-only
/* A machine of bed.h under a scheme. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "scheme_bed.h"

#include "helpers.h"

static struct params params;

static int ask_judge(void *arg, const struct scheme_crash *crash,
		     enum verdict_word *word)
{
	struct verdict verdict = { 0 };
	int ret = judge(crash->machine, crash->image, crash->cpu, &verdict);

	(void)arg;
	*word = verdict.word;
	verdict_free(&verdict);
	return ret;
}

static void set_params(const char *text)
{
	char copy[512], *save = NULL, *one;
	struct error err;

	snprintf(copy, sizeof(copy), "%s", text ? text : "");
	for (one = strtok_r(copy, " ", &save); one;
	     one = strtok_r(NULL, " ", &save))
		if (params_set(&params, one, &err) != 1)
			fail_msg("parameter %s is not taken", one);
}

static int try_start(struct scheme_run *run, const struct scheme_case *c,
		     struct error *err)
{
	const struct scheme_judging judging = { .judge = ask_judge };
	const struct scheme *scheme = scheme_find(c->scheme);
	struct machine_spec spec = c->bed ? bed_spec(c->bed) : *c->spec;

	assert_non_null(scheme);
	scheme_params(scheme, &params);
	set_params(c->params);
	return scheme_run_start(run, scheme, &spec,
				handlers_builtin(spec.arch, scheme->handlers),
				&params, c->rules, &judging, err);
}

static void start(struct scheme_run *run, const struct scheme_case *c)
{
	struct error err;

	if (try_start(run, c, &err))
		fail_msg("%s: %s", c->scheme, err.text);
}

const char *scheme_bed_refused(struct scheme_run *run,
			       const struct scheme_case *c)
{
	static struct error err;

	if (!try_start(run, c, &err))
		fail_msg("%s: it starts", c->scheme);
	scheme_run_stop(run);
	return err.text;
}

static void play_line(struct scheme_run *run, const char *line)
{
	struct event event;
	struct error err;
	char time[32];
	uint64_t at;
	int used;

	if (sscanf(line, " %31s %n", time, &used) != 1 ||
	    !duration_parse(time, &at))
		fail_msg("'%s' has no time", line);
	event = bed_event(line + used);
	if (event.type == EVENT_LOAD) {
		/* how large they are changes nothing, but takes time here */
		event.u.load.kernel_size = 65536;
		event.u.load.initrd_size = 65536;
	}
	if (scheme_run_event(run, at, &event, &err))
		fail_msg("%s: %s", line, err.text);
}

static uint64_t line_time(const char *line)
{
	char time[32];
	uint64_t at = 0;

	return sscanf(line, " %31s", time) == 1 && duration_parse(time, &at) ?
	       at : 0;
}

void scheme_bed_play_until(struct scheme_run *run, const struct scheme_case *c,
			   uint64_t time)
{
	char copy[8192], *save = NULL, *line;
	struct error err;

	start(run, c);
	snprintf(copy, sizeof(copy), "0 load;%s", c->events);
	for (line = strtok_r(copy, ";", &save); line;
	     line = strtok_r(NULL, ";", &save)) {
		if (line_time(line) > time)
			break;
		play_line(run, line);
	}
	if (time == TIME_NEVER ? scheme_run_settle(run, &err) :
				 scheme_run_until(run, time, &err))
		fail_msg("%s: %s", c->scheme, err.text);
}

void scheme_bed_play(struct scheme_run *run, const struct scheme_case *c)
{
	scheme_bed_play_until(run, c, TIME_NEVER);
}

const char *scheme_bed_timeline(const struct scheme_run *run)
{
	static const char *const words[] = {
		[VERDICT_STALE] = "stale", [VERDICT_INCOMPLETE] = "incomplete",
		[VERDICT_HANG] = "hang", [VERDICT_LOST] = "lost",
	};
	static char text[4096];
	size_t used = 0;
	char at[32];

	text[0] = '\0';
	for (size_t i = 0; i < run->timeline.nr && used < sizeof(text); i++) {
		const struct interval *v = &run->timeline.intervals[i];

		duration_print(v->start, at, sizeof(at));
		used += snprintf(text + used, sizeof(text) - used, "%s%s %s",
				 used ? ", " : "", at,
				 v->state == DUMP_STALE ? words[v->word] :
				 dump_state_name(v->state));
	}
	return text;
}

void scheme_bed_assert(struct scheme_run *run, const char *name,
		       const char *timeline, const char *why)
{
	const char *got = scheme_bed_timeline(run);
	struct scheme_crash crash;
	enum verdict_word word;
	struct error err;

	if (strcmp(timeline, got))
		fail_msg("%s:\n\texpected \"%s\"\n\tgot      \"%s\"", name,
			 timeline, got);
	if (scheme_run_crash(run, 0, &crash, &word, &err))
		fail_msg("%s: %s", name, err.text);
	assert_says(name, why, crash.why);
}
