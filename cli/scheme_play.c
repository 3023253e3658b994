// SPDX-License-Identifier: GPL-2.0-only
/* A scenario's events, at their times, under one scheme. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "report.h"
#include "scheme_play.h"

static int ask_judge(void *arg, const struct scheme_crash *crash,
		     enum verdict_word *word)
{
	struct verdict verdict = { 0 };
	int ret = judge_with_cache(arg, crash->machine, crash->image,
				   crash->cpu, &verdict);

	*word = verdict.word;
	verdict_free(&verdict);
	return ret;
}

bool scheme_available(const struct scheme *scheme, enum arch arch,
		      struct error *why)
{
	if (!(scheme->archs & 1u << arch)) {
		fail(why, "not for %s", cli_arch_name(arch));
		return false;
	}
	return cli_handlers(arch, scheme->handlers, why) != NULL;
}

static bool has_load(const struct scenario *s)
{
	for (size_t i = 0; i < s->nr_steps; i++)
		for (size_t e = 0; e < s->steps[i].nr_events; e++)
			if (s->steps[i].events[e].type == EVENT_LOAD)
				return true;
	return false;
}

static int make_schedule(struct scheme_play *p)
{
	struct error err;

	if (!has_load(p->scenario))
		return cli_fail("%s: nothing is loaded, so there is nothing to keep true",
				p->scenario->file);
	if (schedule_make(&p->schedule, p->scenario,
			  machine_block_size(p->run.machine),
			  param(&p->params, "pace"), &err))
		return cli_fail("%s", err.text);
	return STATUS_GOOD;
}

int scheme_play_start(struct scheme_play *p, const struct scheme *scheme,
		      const struct scenario *scenario,
		      const struct scheme_options *options)
{
	const bool tells = p->tells;
	const struct handler_module *handlers;
	struct scheme_judging judging = { .judge = ask_judge };
	bool has_rules;
	struct error err;

	memset(p, 0, sizeof(*p));
	p->scenario = scenario;
	p->scheme = scheme;
	if (scheme_options_params(options, scheme, scenario, &p->params))
		return STATUS_FAILED;
	handlers = cli_handlers(scenario->machine.arch, scheme->handlers, &err);
	if (!handlers)
		return cli_fail("scheme %s: %s", scheme->name, err.text);

	/* without one it only takes longer */
	p->cache = judge_cache_new();
	judging.arg = p->cache;
	has_rules = scheme_options_rules(options, scheme, scenario->machine.arch,
					 p->rules, sizeof(p->rules));
	if (scheme_run_start(&p->run, scheme, &scenario->machine, handlers,
			     &p->params, has_rules ? p->rules : NULL, &judging,
			     &err))
		return cli_fail("scheme %s: %s", scheme->name, err.text);
	p->run.tells = tells;
	return make_schedule(p);
}

/* what was told so far happened before the event */
static int tell_event(struct scheme_play *p, const struct timed_event *e,
		      struct error *err)
{
	char text[128];

	if (!p->run.tells || e->event.type == EVENT_CRASH)
		return 0;
	if (scheme_run_until(&p->run, e->time, err))
		return -1;
	event_describe(&e->event, text, sizeof(text));
	scheme_tell(&p->run, "event: %s", text);
	return 0;
}

int scheme_play_until(struct scheme_play *p, uint64_t time)
{
	struct error err;

	for (size_t i = 0; i < p->schedule.nr; i++) {
		const struct timed_event *e = &p->schedule.events[i];

		if (e->time > time)
			break;
		if (tell_event(p, e, &err) ||
		    scheme_run_event(&p->run, e->time, &e->event, &err))
			return cli_fail("%s:%d: scheme %s: %s",
					p->scenario->file, e->event.line ?
					e->event.line :
					p->scenario->steps[e->step].line,
					p->scheme->name, err.text);
	}
	if (time == TIME_NEVER ? scheme_run_settle(&p->run, &err) :
				 scheme_run_until(&p->run, time, &err))
		return cli_fail("%s: scheme %s: %s", p->scenario->file,
				p->scheme->name, err.text);
	return STATUS_GOOD;
}

void scheme_play_end(struct scheme_play *p)
{
	scheme_run_stop(&p->run);
	schedule_free(&p->schedule);
	judge_cache_free(p->cache);
	p->cache = NULL;
}
