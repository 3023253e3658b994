/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened between two steps of a capture: the events as they are found.
 */
#ifndef SCENARIO_DERIVE_H
#define SCENARIO_DERIVE_H

#include "capture_reader.h"

/**
 * struct derive - the search for events
 * @from, @to: the two states
 * @events: found so far
 * @pool: scratch memory
 */
struct derive {
	const struct capture_step *from;
	const struct capture_step *to;
	struct event *events;
	size_t nr;
	size_t max;
	struct pool pool;
};

/* one more event; NULL when memory runs out */
struct event *derive_event(struct derive *d, enum event_type type);

/*
 * In this order: what goes, then what arrives, each 0 or -1 when memory runs
 * out. derive_cpu.c: CPUs go offline; cores go; cores arrive; CPUs come online.
 */
int derive_cpus_offline(struct derive *d);
int derive_cores_gone(struct derive *d);
int derive_cores_new(struct derive *d);
int derive_cpus_online(struct derive *d);

/* derive_memory.c: offline blocks and memory that goes; then the reverse */
int derive_memory_gone(struct derive *d);
int derive_memory_new(struct derive *d);

/* derive_image.c: writes by hand; marks of events that the kernel lost */
int derive_pokes(struct derive *d);
void derive_lost(struct derive *d);

#endif /* SCENARIO_DERIVE_H */
