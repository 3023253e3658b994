/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine to which events happen, and what a crash after each would give:
 * what `run`, `shrink` and `diff-handlers` have in common.
 */
#ifndef CLI_PLAYBACK_H
#define CLI_PLAYBACK_H

#include "error.h"
#include "judge.h"
#include "machine.h"

/**
 * struct playback - a machine and what happened to it so far
 * @cache: the judge's, which sees much the same image after every event
 * @load_asked: there should be an image, so having none counts
 * @lost_allocs: what the kernel had allocated after the last event
 * @explorer: sees every store, or NULL
 */
struct playback {
	struct machine *machine;
	struct judge_cache *cache;
	bool load_asked;
	unsigned long lost_allocs;
	struct explorer *explorer;
};

/* 0, or -1 with @err set */
int playback_start(struct playback *p, const struct machine_spec *spec,
		   const struct handler_module *handlers, struct error *err);
void playback_end(struct playback *p);

/* so that a crash can come at a store; right after playback_start(), 0 or -1 */
int playback_watch_stores(struct playback *p, struct error *err);
/* the next step begins */
void playback_step(struct playback *p);

/* machine_apply(); a crash at a store must be at one that there was */
int playback_apply(struct playback *p, const struct event *event,
		   struct event_report *report, struct error *err);

/**
 * playback_judge() - what @event left behind
 * @p: the event has just happened to its machine
 * @violations: by the event's report
 * @verdict: zeroed; filled in, with what the kernel's contracts suffered
 * @judged: there is a verdict; else there is no image, and none was asked for
 *
 * Return: 0, or -1 without memory.
 */
int playback_judge(struct playback *p, const struct event *event,
		   unsigned int violations, struct verdict *verdict,
		   bool *judged);

/* instead, where the handlers refused a load: there is no image now */
int playback_refused(struct playback *p, const struct error *why,
		     struct verdict *verdict);

#endif /* CLI_PLAYBACK_H */
