/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario, played with two handler modules: what `diff-handlers` does with
 * one, and with each of many random ones.
 */
#ifndef CLI_DIFF_PLAY_H
#define CLI_DIFF_PLAY_H

#include "divergence.h"
#include "event_source.h"

/**
 * struct diff_play - a scenario being played
 * @handlers: names, A's and B's
 * @tell: called for each event with a divergence
 * @broken: called where A is at fault by itself, with what it is
 * @arg: for these two
 * @source: opened by the caller; diff_play_end() closes it
 * @events, @explained, @unexplained, @faults: how many so far
 */
struct diff_play {
	const char *handlers[2];
	void (*tell)(void *arg, size_t step, const struct event *event,
		     const struct divergence *d);
	void (*broken)(void *arg, size_t step, const struct event *event,
		       const char *what);
	void *arg;

	struct event_source source;
	struct twins twins;
	unsigned int events;
	unsigned int explained;
	unsigned int unexplained;
	unsigned int faults;
};

/* open the handlers, make the machines; 0, or STATUS_FAILED after a message */
int diff_play_start(struct diff_play *p);
/* all events, or STATUS_FAILED after a message */
int diff_play_run(struct diff_play *p);
void diff_play_end(struct diff_play *p);

/* "A is right", by the two verdicts */
const char *diff_who_is_right(const struct divergence *d);

#endif /* CLI_DIFF_PLAY_H */
