// SPDX-License-Identifier: GPL-2.0-only
/* The virtual clock: events, work that falls due, loads, and the timeline. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scheme_run.h"

/* no scheme works for ever without an event; more than any storm has */
#define MAX_WORK 10000000

static int no_memory(struct error *err)
{
	return fail(err, "out of memory");
}

/* --- the tale ------------------------------------------------------------------- */

void scheme_tell(struct scheme_run *run, const char *fmt, ...)
{
	struct scheme_line *more;
	char text[512];
	va_list ap;

	if (!run->tells)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	more = realloc(run->lines, (run->nr_lines + 1) * sizeof(*more));
	if (!more)
		return;
	run->lines = more;
	more[run->nr_lines].time = run->now;
	more[run->nr_lines].text = strdup(text);
	if (more[run->nr_lines].text)
		run->nr_lines++;
}

/* --- what a crash would find -------------------------------------------------------- */

/* the kexec image, as __crash_kexec() (kernel/crash_core.c, 6.12) finds it */
static void crash_image(struct scheme_run *run, struct scheme_crash *crash)
{
	crash->machine = machine_view(run->machine);
	crash->image = machine_image(run->machine);
	if (run->phase != RELOAD_IDLE) {
		crash->state = DUMP_NONE;
		snprintf(crash->why, sizeof(crash->why),
			 "the image is unloaded, the next one not loaded yet");
	} else if (!crash->image->loaded) {
		crash->state = DUMP_NONE;
		snprintf(crash->why, sizeof(crash->why), "no image is loaded");
	}
}

int scheme_run_crash(struct scheme_run *run, uint32_t cpu,
		     struct scheme_crash *crash, enum verdict_word *word,
		     struct error *err)
{
	const struct scheme_ops *ops = &run->scheme->ops;

	memset(crash, 0, sizeof(*crash));
	crash->cpu = cpu;
	crash->state = DUMP_ACCURATE;
	crash_image(run, crash);
	if (ops->crash && ops->crash(run, crash, err))
		return -1;

	*word = VERDICT_LOST;
	if (crash->state == DUMP_TORN || crash->state == DUMP_NONE)
		return 0;
	*word = crash->word;
	if (!crash->decided &&
	    run->judging.judge(run->judging.arg, crash, word))
		return no_memory(err);
	crash->state = *word == VERDICT_ACCURATE ? DUMP_ACCURATE : DUMP_STALE;
	return 0;
}

int scheme_mark(struct scheme_run *run, struct error *err)
{
	struct scheme_crash crash;
	enum verdict_word word;

	if (!run->loaded)
		return 0;
	if (scheme_run_crash(run, UINT32_MAX, &crash, &word, err))
		return -1;
	return timeline_mark(&run->timeline, run->now, crash.state, word) ?
	       no_memory(err) : 0;
}

int scheme_torn(struct scheme_run *run, uint64_t ns, struct error *err)
{
	if (!ns)
		return 0;
	if (timeline_mark(&run->timeline, run->now, DUMP_TORN, VERDICT_LOST))
		return no_memory(err);
	run->now += ns;
	return 0;
}

/* --- loads -------------------------------------------------------------------------- */

static int load_now(struct scheme_run *run, struct error *err)
{
	struct event load = { .type = EVENT_LOAD, .u.load = run->load };

	load.u.load.during = run->during;
	load.u.load.nr_during = run->nr_during;
	if (!run->scheme->registers &&
	    machine_apply(run->machine, &load, NULL, err))
		return -1;
	free(run->during);
	run->during = NULL;
	run->nr_during = 0;
	run->phase = RELOAD_IDLE;
	run->due = TIME_NEVER;
	return 0;
}

static int tell_loaded(struct scheme_run *run, struct error *err)
{
	const struct scheme_ops *ops = &run->scheme->ops;

	if (!run->scheme->registers)
		scheme_tell(run, "loaded: kernel, initrd, elfcorehdr and all else");
	return ops->loaded ? ops->loaded(run, err) : 0;
}

/* the service starts: at once, that is where the clock begins */
static int start_service(struct scheme_run *run, const struct event *event,
			 struct error *err)
{
	run->load = event->u.load;
	if (run->scheme->sets_load) {
		run->load.call = run->scheme->call;
		run->load.flags = run->scheme->flags;
	}
	run->load.if_needed = false;
	if (load_now(run, err))
		return -1;
	run->loaded = true;
	return tell_loaded(run, err) || scheme_mark(run, err) ? -1 : 0;
}

int scheme_reload(struct scheme_run *run, struct error *err)
{
	const struct event unload = { .type = EVENT_UNLOAD };

	if (!run->scheme->registers &&
	    machine_apply(run->machine, &unload, NULL, err))
		return -1;
	scheme_tell(run, "unloaded, to load all of it again");
	run->counts.reloads++;
	run->phase = RELOAD_UNLOADED;
	run->due = run->now + param(run->params, "unload");
	return scheme_mark(run, err);
}

static int reload_work(struct scheme_run *run, struct error *err)
{
	if (run->phase == RELOAD_UNLOADED) {
		run->phase = RELOAD_LOADING;
		run->due = run->now + param(run->params, "load");
		return 0;
	}
	return load_now(run, err) || tell_loaded(run, err) ||
	       scheme_mark(run, err) ? -1 : 0;
}

/* --- work that falls due ------------------------------------------------------------ */

static uint64_t next_work(struct scheme_run *run)
{
	const struct scheme_ops *ops = &run->scheme->ops;
	uint64_t next = ops->next ? ops->next(run) : TIME_NEVER;

	return next < run->due ? next : run->due;
}

static int do_work(struct scheme_run *run, uint64_t time, struct error *err)
{
	if (run->now < time)
		run->now = time;
	run->settled = run->now;
	if (run->due == time)
		return reload_work(run, err);
	return run->scheme->ops.work(run, err) || scheme_mark(run, err) ?
	       -1 : 0;
}

static int work_until(struct scheme_run *run, uint64_t time, struct error *err)
{
	for (unsigned int i = 0; i < MAX_WORK; i++) {
		uint64_t next = next_work(run);

		if (next == TIME_NEVER || next > time)
			return 0;
		if (do_work(run, next, err))
			return -1;
	}
	return fail(err, "scheme %s: work without end", run->scheme->name);
}

int scheme_run_until(struct scheme_run *run, uint64_t time, struct error *err)
{
	if (work_until(run, time, err))
		return -1;
	if (run->now < time)
		run->now = time;
	return 0;
}

int scheme_run_settle(struct scheme_run *run, struct error *err)
{
	if (work_until(run, TIME_NEVER - 1, err))
		return -1;
	timeline_close(&run->timeline, run->now);
	return 0;
}

/* --- events ------------------------------------------------------------------------ */

void scheme_claim(struct scheme_run *run)
{
	run->claimed = true;
}

/* the kernel's crash hotplug code hears of it */
static bool is_hotplug(const struct event *event)
{
	switch (event->type) {
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		return true;
	default:
		return false;
	}
}

/* a load holds the kexec lock: what happens meanwhile is told to it */
static int queue(struct scheme_run *run, const struct event *event,
		 struct event_report *report, struct error *err)
{
	struct event *more = realloc(run->during, (run->nr_during + 1) *
						  sizeof(*more));

	if (!more)
		return no_memory(err);
	run->during = more;
	more[run->nr_during++] = *event;
	report->kernel_events = is_hotplug(event);
	if (run->scheme->kernel_updates)
		report->lost = report->kernel_events;
	else
		report->ignored = report->kernel_events;
	return 0;
}

static void count(struct scheme_run *run, const struct event_report *report)
{
	struct scheme_counts *c = &run->counts;

	if (run->claimed) {
		c->events++;
		c->handled++;
		return;
	}
	c->events += report->kernel_events;
	c->lost += report->lost;
	c->ignored += report->ignored;
	c->handled += report->kernel_events - report->lost - report->ignored;
}

/* how long no dump was possible because of the handlers */
static uint64_t handler_time(const struct scheme_run *run,
			     const struct event_report *report)
{
	uint64_t fixed = param(run->params, "handler");

	if (report->kernel_events == report->lost + report->ignored)
		return 0;
	/* nothing is hidden, and a crash goes past the lock */
	if (!report->hidden && machine_crash_past_update(run->machine))
		return 0;
	return fixed == PARAM_MEASURED ? report->no_dump_ns : fixed;
}

static int happen(struct scheme_run *run, const struct event *event,
		  struct error *err)
{
	const struct scheme_ops *ops = &run->scheme->ops;
	struct event_report report = { 0 };

	if (!run->had_event)
		run->first_event = run->now;
	run->had_event = true;
	run->claimed = false;
	if (run->phase == RELOAD_LOADING && !run->scheme->registers) {
		if (queue(run, event, &report, err))
			return -1;
	} else if (machine_apply(run->machine, event, &report, err) ||
		   scheme_torn(run, handler_time(run, &report), err)) {
		return -1;
	}
	if (ops->event && ops->event(run, event, err))
		return -1;
	count(run, &report);
	run->last_event = run->now;
	run->settled = run->now;
	return scheme_mark(run, err);
}

/* the image stays as it is, so that other moments can be asked about as well */
static int crash(struct scheme_run *run, const struct event *event,
		 struct error *err)
{
	struct scheme_verdict *more, v = {
		.time = run->now,
		.line = event->line,
		.cpu = event->u.crash.cpu,
	};
	struct scheme_crash crash;

	if (scheme_run_crash(run, v.cpu, &crash, &v.word, err))
		return -1;
	v.state = crash.state;
	more = realloc(run->verdicts, (run->nr_verdicts + 1) * sizeof(*more));
	if (!more)
		return no_memory(err);
	run->verdicts = more;
	more[run->nr_verdicts++] = v;
	return 0;
}

int scheme_run_event(struct scheme_run *run, uint64_t time,
		     const struct event *event, struct error *err)
{
	if (scheme_run_until(run, time, err))
		return -1;
	switch (event->type) {
	case EVENT_LOAD:
		/* one that asks crash_hotplug first is what a scheme does itself */
		return event->u.load.if_needed ? 0 :
		       start_service(run, event, err);
	case EVENT_POKE:
		/* somebody spoils the image, which is no hotplug event */
		return run->scheme->registers ? 0 :
		       machine_apply(run->machine, event, NULL, err) ||
		       scheme_mark(run, err) ? -1 : 0;
	case EVENT_UNLOAD:
	case EVENT_RANGES:
		return fail(err, "a scheme loads and unloads itself, and plays no ranges");
	case EVENT_CRASH:
		return crash(run, event, err);
	default:
		return run->loaded ? happen(run, event, err) :
		       machine_apply(run->machine, event, NULL, err);
	}
}

/* --- life --------------------------------------------------------------------------- */

int scheme_run_start(struct scheme_run *run, const struct scheme *scheme,
		     const struct machine_spec *spec,
		     const struct handler_module *handlers,
		     const struct params *params, const char *rules,
		     const struct scheme_judging *judging, struct error *err)
{
	struct machine_spec own = *spec;

	*run = (struct scheme_run){
		.scheme = scheme,
		.params = params,
		.judging = *judging,
		.rules = rules,
		.due = TIME_NEVER,
	};
	if (!(scheme->archs & 1u << spec->arch))
		return fail(err, "scheme %s is not for this architecture",
			    scheme->name);
	own.no_crash_hotplug = !scheme->kernel_updates;
	run->machine = machine_create(&own, handlers, err);
	if (!run->machine)
		return -1;
	machine_skip_bytes_written(run->machine);
	return scheme->ops.start ? scheme->ops.start(run, err) : 0;
}

void scheme_run_stop(struct scheme_run *run)
{
	if (run->machine && run->scheme->ops.stop)
		run->scheme->ops.stop(run);
	if (run->machine)
		machine_destroy(run->machine);
	for (size_t i = 0; i < run->nr_lines; i++)
		free(run->lines[i].text);
	free(run->lines);
	free(run->verdicts);
	free(run->during);
	timeline_free(&run->timeline);
	memset(run, 0, sizeof(*run));
}
