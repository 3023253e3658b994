/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario played in a process of its own, so that handlers that crash or
 * never end are one more result.
 */
#ifndef CLI_BUG_PLAY_H
#define CLI_BUG_PLAY_H

#include "error.h"
#include "judge.h"

/**
 * struct bug_finding - an invariant that a step leaves broken
 * @step: from 0
 * @text: the first of its findings
 */
struct bug_finding {
	size_t step;
	enum invariant inv;
	enum verdict_word word;
	char text[512];
};

/**
 * struct bug_play - what one set of handlers made of a scenario
 * @played: the scenario came to its end, or the handlers to theirs
 * @why: why it could not be played, if not @played
 * @findings: remarks are left out; of a step with "expect" those at its end
 * @unexpected: steps whose verdict is not what the scenario expects
 * @first_unexpected: "step 3 is stale, expected accurate"
 */
struct bug_play {
	bool played;
	char why[512];
	struct bug_finding *findings;
	size_t nr;
	size_t unexpected;
	char first_unexpected[512];
};

struct scenario;
struct handler_module;

/**
 * bug_play() - play @scenario with @handlers
 * @quiet: nothing that the process says is shown
 *
 * Return: 0, or -1 with @err set when no process could be had.
 */
int bug_play(const struct scenario *scenario,
	     const struct handler_module *handlers, bool quiet,
	     struct bug_play *play, struct error *err);
void bug_play_free(struct bug_play *play);

/* the finding of @step for @inv, or NULL */
const struct bug_finding *bug_play_find(const struct bug_play *play,
					size_t step, enum invariant inv);

#endif /* CLI_BUG_PLAY_H */
