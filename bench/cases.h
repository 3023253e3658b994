/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured: for each case the machine, the event, or events, that
 * count, and how the machine gets ready for them once more.
 */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include <stdbool.h>

#include "machines.h"

#define CASE_MAX_SIZES 8

/**
 * struct stage - a machine with an image loaded, and what happens to it
 * @machine: of @shape
 * @size: of the case
 * @acted: the case's events have happened, and were not taken back
 * @watch: count what each event writes; the emulator compares segments for it
 * @events: told to handlers while watched
 * @bytes: written meanwhile
 * @hidden: how often the image was hidden meanwhile
 */
struct stage {
	struct machine *machine;
	struct shape shape;
	unsigned int size;
	bool acted;
	bool watch;
	unsigned int events;
	size_t bytes;
	unsigned int hidden;
};

/**
 * struct bench_case - one thing to measure
 * @name: as typed
 * @title: what happens
 * @unit: what the sizes count
 * @sizes: ascending, 0 at the end
 * @max_size: larger ones are refused
 * @segment: which one the events are about
 * @cpus: CPUs come: a rebuild of /cpus does the same
 * @loads: it is the loading that counts, and not events
 * @shape: the machine for this size
 * @prepare: make @act possible, from the start or after the last @act; NULL
 *	where a machine can be used only once
 * @act: what is measured
 *
 * The functions return 0, or -1 with the error set.
 */
struct bench_case {
	const char *name;
	const char *title;
	const char *unit;
	unsigned int sizes[CASE_MAX_SIZES];
	unsigned int max_size;
	enum segment_kind segment;
	bool cpus;
	bool loads;
	struct shape (*shape)(unsigned int size);
	int (*prepare)(struct stage *stage, struct error *err);
	int (*act)(struct stage *stage, struct error *err);
};

extern const struct bench_case bench_cases[];
extern const unsigned int nr_bench_cases;

/* boot the machine for @size and load an image; stage_end() it in any case */
int stage_begin(struct stage *stage, const struct bench_case *c,
		unsigned int size, const struct handler_module *handlers,
		struct error *err);
void stage_end(struct stage *stage);

#endif /* BENCH_CASES_H */
