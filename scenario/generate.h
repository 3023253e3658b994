/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random scenarios: a machine that could exist, and events that can happen to
 * it. The same options always give the same bytes.
 */
#ifndef SCENARIO_GENERATE_H
#define SCENARIO_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "machine_view.h"

#define GENERATE_MAX_CPUS 2000
#define GENERATE_MAX_BLOCKS 10000
#define GENERATE_MAX_EVENTS 100000

/**
 * struct generate_options - what is asked for
 * @events: items in the scenario's event list, from 1 to GENERATE_MAX_EVENTS
 * @max_cpus, @max_blocks: no machine is larger; 0: GENERATE_MAX_*
 * @small_image: capture kernel and initrd are small, so that playing many
 *	scenarios takes less time
 * @tree: what the scenario calls its device tree; powerpc only
 */
struct generate_options {
	enum arch arch;
	unsigned int events;
	uint64_t seed;
	unsigned int max_cpus;
	unsigned int max_blocks;
	bool small_image;
	const char *tree;
};

/**
 * struct generated - a scenario, not written to any file yet
 * @yaml, @yaml_size: the scenario
 * @dts, @dts_size: its device tree as source; NULL where there is none
 * @owed: for each item: must the image be accurate after it? Not where the
 *	scenario itself keeps the kernel from updating it: it expects anything
 */
struct generated {
	char *yaml;
	size_t yaml_size;
	char *dts;
	size_t dts_size;
	bool *owed;
	unsigned int nr;
};

/* 0, or -1 with @err set; generated_free() @g in any case */
int generate(const struct generate_options *options, struct generated *g,
	     struct error *err);
void generated_free(struct generated *g);

#endif /* SCENARIO_GENERATE_H */
