/* SPDX-License-Identifier: GPL-2.0-only */
/* `diff-handlers --random`: many random scenarios, each in a process of its own. */
#ifndef CLI_DIFF_RANDOM_H
#define CLI_DIFF_RANDOM_H

#include "event_source.h"

#define RANDOM_MAX_JOBS 64
#define RANDOM_MAX_SCENARIOS 1000000000

/**
 * struct diff_random - what is asked for
 * @arch: of all machines
 * @seed: of the first scenario; the next ones have the seeds behind it
 * @scenarios: how many
 * @jobs: so many at a time
 * @handlers: names, A's and B's
 * @save: folder for the scenarios that are not explained; NULL: none
 */
struct diff_random {
	enum arch arch;
	uint64_t seed;
	uint64_t scenarios;
	unsigned int jobs;
	const char *handlers[2];
	const char *save;
	bool explained_ok;
	bool json;
	bool verbose;
};

/* the machine and the number of events that go with a seed */
struct generate_options random_options(enum arch arch, uint64_t seed);

/* an enum exit_status */
int diff_random(const struct diff_random *random);

#endif /* CLI_DIFF_RANDOM_H */
