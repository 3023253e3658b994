/* SPDX-License-Identifier: GPL-2.0-only */
/* crash-hp run --scheme: one crash under one scheme, from beginning to end. */
#ifndef CLI_RUN_SCHEME_H
#define CLI_RUN_SCHEME_H

#include "scheme_options.h"

/**
 * struct run_scheme_args - what was asked for
 * @scheme: its name
 * @crash_at: NULL: where the scenario crashes last, else when all has settled
 * @crash_cpu: NULL: the scenario's, else any that is online
 * @vmcore: file to write the dump to; NULL: none
 */
struct run_scheme_args {
	const char *file;
	const char *scheme;
	const char *crash_at;
	const char *crash_cpu;
	const char *vmcore;
	bool json;
	bool verbose;
	struct scheme_options options;
};

/* enum exit_status: bad if the dump is not accurate */
int run_scheme(const struct run_scheme_args *args);

#endif /* CLI_RUN_SCHEME_H */
