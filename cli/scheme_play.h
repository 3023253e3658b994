/* SPDX-License-Identifier: GPL-2.0-only */
/* A scenario played under one scheme: what `compare` and `run --scheme` share. */
#ifndef CLI_SCHEME_PLAY_H
#define CLI_SCHEME_PLAY_H

#include <limits.h>

#include "judge.h"
#include "schedule.h"
#include "scheme_options.h"
#include "scheme_run.h"

/**
 * struct scheme_play - one machine, one scheme
 * @tells: set before the start: keep the tale in run.lines
 */
struct scheme_play {
	bool tells;
	const struct scenario *scenario;
	const struct scheme *scheme;
	struct params params;
	char rules[PATH_MAX];
	struct schedule schedule;
	struct judge_cache *cache;
	struct scheme_run run;
};

/* are @scheme's handlers there for a machine of @arch? */
bool scheme_available(const struct scheme *scheme, enum arch arch,
		      struct error *why);

/**
 * scheme_play_start() - boot the scenario's machine under a scheme
 *
 * scheme_play_end() is due also after a failure. 0, or STATUS_FAILED after a
 * message.
 */
int scheme_play_start(struct scheme_play *p, const struct scheme *scheme,
		      const struct scenario *scenario,
		      const struct scheme_options *options);

/**
 * scheme_play_until() - let happen what happens until then
 * @time: the last moment; TIME_NEVER: all of it, and until it has settled
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int scheme_play_until(struct scheme_play *p, uint64_t time);
void scheme_play_end(struct scheme_play *p);

#endif /* CLI_SCHEME_PLAY_H */
