/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a scenario's events happen, on the virtual clock: one thread, one memory
 * block at a time, as a kernel does it.
 */
#ifndef SCENARIO_SCHEDULE_H
#define SCENARIO_SCHEDULE_H

#include "scenario.h"

/**
 * struct timed_event - an event and its time
 * @time: nanoseconds since the first load
 * @step: index of the scenario's step that it is of
 */
struct timed_event {
	uint64_t time;
	size_t step;
	struct event event;
};

struct schedule {
	size_t nr;
	size_t max;
	struct timed_event *events;
};

/**
 * schedule_make() - the times of all events
 * @s: filled in; schedule_free() it also after a failure
 * @scenario: stays the caller's, and is pointed to
 * @block_size: bytes in a memory block: what goes online or offline is split
 * @pace: nanoseconds between events where the scenario says nothing
 * @err: set on failure
 *
 * The pace is that of events which go online or offline. What arrives takes no
 * time; what goes, goes right behind the last event before, and so does a crash,
 * unless the scenario says when. Steps before the first load have time 0, as the
 * load has.
 */
int schedule_make(struct schedule *s, const struct scenario *scenario,
		  uint64_t block_size, uint64_t pace, struct error *err);
void schedule_free(struct schedule *s);

#endif /* SCENARIO_SCHEDULE_H */
