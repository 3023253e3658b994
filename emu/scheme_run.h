/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One machine played under one scheme, on a virtual clock. The caller lets events
 * happen at their times; work that falls due before is done first. After every
 * change the judge is asked, and the answer goes on the timeline.
 */
#ifndef EMU_SCHEME_RUN_H
#define EMU_SCHEME_RUN_H

#include "scheme.h"

/**
 * scheme_judge - what a crash would give
 * @arg: as in struct scheme_judging
 * @crash: state DUMP_ACCURATE, and not decided
 * @word: set
 *
 * Return: 0, or -1 without memory.
 */
typedef int (*scheme_judge)(void *arg, const struct scheme_crash *crash,
			    enum verdict_word *word);

struct scheme_judging {
	scheme_judge judge;
	void *arg;
};

/**
 * struct scheme_counts - what became of the hotplug events
 * @events: that the kernel had, or that user space did something about
 * @handled: by the kernel, or user space reloads for it
 * @merged: of them, by a reload that waits for another one anyway
 * @lost: told to the kernel while the kexec lock was busy, and nobody else cared
 * @ignored: nobody did anything
 * @reloads: of everything, the service's start not among them
 */
struct scheme_counts {
	unsigned int events;
	unsigned int handled;
	unsigned int merged;
	unsigned int lost;
	unsigned int ignored;
	unsigned int reloads;
};

/* a crash of the scenario */
struct scheme_verdict {
	uint64_t time;
	int line;
	unsigned int cpu;
	enum dump_state state;
	enum verdict_word word;
};

/* one line of the tale that `run --scheme` tells */
struct scheme_line {
	uint64_t time;
	char *text;
};

/* a load that user space is at */
enum reload_phase {
	RELOAD_IDLE,
	RELOAD_UNLOADED,	/* no image, nothing asked of the kernel yet */
	RELOAD_LOADING,		/* the tool has looked at the machine; events are lost */
};

/**
 * struct scheme_run - the run
 * @now: nanoseconds since the first load was done
 * @load: how the image is loaded, by the scenario's first load
 * @rules: the udev rules' file, or NULL
 * @private: the scheme's
 * @user_space: what user_space.h keeps
 * @timeline: begins at the first load
 * @first_event, @last_event: the storm: from the first event after the load to
 *	the end of the last one
 * @settled: when something was last done
 * @loaded: the service has started
 * @tells: keep the tale
 * @phase, @due: of a reload
 * @during: events since it is RELOAD_LOADING
 * @claimed: user space does something about the present event
 */
struct scheme_run {
	const struct scheme *scheme;
	const struct params *params;
	struct scheme_judging judging;
	struct machine *machine;
	uint64_t now;
	struct load_spec load;
	const char *rules;
	void *private;
	void *user_space;

	struct timeline timeline;
	struct scheme_counts counts;
	bool had_event;
	uint64_t first_event;
	uint64_t last_event;
	uint64_t settled;
	struct scheme_verdict *verdicts;
	size_t nr_verdicts;

	bool tells;
	struct scheme_line *lines;
	size_t nr_lines;

	bool loaded;
	enum reload_phase phase;
	uint64_t due;
	struct event *during;
	size_t nr_during;
	bool claimed;
};

/**
 * scheme_run_start() - boot a machine under a scheme
 * @run: filled in; scheme_run_stop() is due also after a failure
 * @scheme: which
 * @spec: the machine; scheme->kernel_updates decides about its kernel
 * @handlers: that scheme->handlers names
 * @params: of @scheme; stay the caller's
 * @rules: the udev rules' file; NULL: no rules
 * @judging: who is asked
 * @err: set on failure
 */
int scheme_run_start(struct scheme_run *run, const struct scheme *scheme,
		     const struct machine_spec *spec,
		     const struct handler_module *handlers,
		     const struct params *params, const char *rules,
		     const struct scheme_judging *judging, struct error *err);
void scheme_run_stop(struct scheme_run *run);

/**
 * scheme_run_event() - let an event happen
 * @time: when; if the run is behind that already, now
 * @event: one for the kernel: a single thread, a single memory block. The first
 *	EVENT_LOAD starts the service; what else is loaded later, also
 *
 * Work that is due until then is done before. 0, or -1 with @err set.
 */
int scheme_run_event(struct scheme_run *run, uint64_t time,
		     const struct event *event, struct error *err);

/* do what falls due until @time, and go there */
int scheme_run_until(struct scheme_run *run, uint64_t time, struct error *err);
/* until nothing is left to do; @run->now is when */
int scheme_run_settle(struct scheme_run *run, struct error *err);

/**
 * scheme_run_crash() - what a crash of @cpu would use now
 * @cpu: or UINT32_MAX, any that is online
 * @crash: filled in; its pointers are valid until the next event
 * @word: the verdict; not accurate when torn or none
 */
int scheme_run_crash(struct scheme_run *run, uint32_t cpu,
		     struct scheme_crash *crash, enum verdict_word *word,
		     struct error *err);

/* --- for schemes ---------------------------------------------------------------- */

/* start an unload and load of everything; it must be RELOAD_IDLE, and the scheme
 * is told by its loaded()
 */
int scheme_reload(struct scheme_run *run, struct error *err);
/* user space does something about the present event */
void scheme_claim(struct scheme_run *run);

/* what a crash would use has changed at @run->now: ask, and note it */
int scheme_mark(struct scheme_run *run, struct error *err);
/* being rewritten for @ns from now on; the clock goes on by that */
int scheme_torn(struct scheme_run *run, uint64_t ns, struct error *err);

/* a line of the tale, if somebody listens */
void scheme_tell(struct scheme_run *run, const char *fmt, ...)
	__attribute__((__format__(printf, 2, 3)));

#endif /* EMU_SCHEME_RUN_H */
