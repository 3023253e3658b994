// SPDX-License-Identifier: GPL-2.0-only
/* A scenario's events, one after the other, each with its time. */
#include <stdlib.h>
#include <string.h>

#include "schedule.h"

/**
 * struct clock - while times are given
 * @now: of the event before
 * @loaded: the first load is through
 * @gap: until the next event
 * @says: the scenario says so, and everything keeps to it
 */
struct clock {
	uint64_t now;
	bool loaded;
	uint64_t gap;
	bool says;
};

static bool takes_time(const struct event *event)
{
	switch (event->type) {
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		return true;
	default:
		return false;
	}
}

/* right behind what is before it: a crash, and what goes when it is offline */
static bool follows(const struct event *event)
{
	return event->type == EVENT_CRASH || event->type == EVENT_CPU_REMOVE ||
	       event->type == EVENT_MEMORY_REMOVE;
}

static int add(struct schedule *s, const struct clock *clock, size_t step,
	       const struct event *event, struct error *err)
{
	struct timed_event *more;

	if (s->nr == s->max) {
		s->max = s->max ? 2 * s->max : 256;
		more = realloc(s->events, s->max * sizeof(*more));
		if (!more)
			return fail(err, "out of memory");
		s->events = more;
	}
	s->events[s->nr++] = (struct timed_event){ clock->now, step, *event };
	return 0;
}

static int add_one(struct schedule *s, struct clock *clock, size_t step,
		   uint64_t pace, const struct event *event, struct error *err)
{
	if (clock->loaded && (clock->says || !follows(event))) {
		clock->now += clock->gap;
		clock->gap = takes_time(event) ? pace : 0;
	}
	if (event->type == EVENT_LOAD) {
		clock->loaded = true;
		clock->gap = pace;
	}
	clock->says = false;
	return add(s, clock, step, event, err);
}

/* a span of memory is its blocks */
static int add_event(struct schedule *s, struct clock *clock, size_t step,
		     uint64_t pace, uint64_t block_size,
		     const struct event *event, struct error *err)
{
	struct event block = *event;
	uint64_t left;

	if ((event->type != EVENT_MEMORY_ONLINE &&
	     event->type != EVENT_MEMORY_OFFLINE) || !block_size ||
	    event->u.memory.size % block_size)
		return add_one(s, clock, step, pace, event, err);

	block.u.memory.size = block_size;
	for (left = event->u.memory.size; left; left -= block_size) {
		if (add_one(s, clock, step, pace, &block, err))
			return -1;
		block.u.memory.start += block_size;
	}
	return 0;
}

int schedule_make(struct schedule *s, const struct scenario *scenario,
		  uint64_t block_size, uint64_t pace, struct error *err)
{
	struct clock clock = { 0 };

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < scenario->nr_steps; i++) {
		const struct scenario_step *step = &scenario->steps[i];
		uint64_t own = step->pace == TIME_NEVER ? pace : step->pace;

		if (step->after != TIME_NEVER) {
			clock.gap = step->after;
			clock.says = true;
		}
		for (size_t e = 0; e < step->nr_events; e++)
			if (add_event(s, &clock, i, own, block_size,
				      &step->events[e], err))
				return -1;
	}
	return 0;
}

void schedule_free(struct schedule *s)
{
	free(s->events);
	memset(s, 0, sizeof(*s));
}
