// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happened since the last load that explains why images differ, kept as long
 * as it does: an event that was lost, an allocation that failed, a core that went.
 */
#include <string.h>

#include "divergence.h"

static bool is_cpu_event(const struct event *event)
{
	return event->type == EVENT_CPU_ONLINE ||
	       event->type == EVENT_CPU_OFFLINE;
}

static bool is_memory_event(const struct event *event)
{
	return event->type == EVENT_MEMORY_ONLINE ||
	       event->type == EVENT_MEMORY_OFFLINE;
}

void past_forget(struct past *past)
{
	view_ranges_free(&past->lost_memory);
	memset(past, 0, sizeof(*past));
}

int past_lost(struct past *past, const struct event *event)
{
	uint64_t start = event->u.memory.start;

	if (is_cpu_event(event) && past->nr_lost_cpus < PAST_MAX)
		past->lost_cpus[past->nr_lost_cpus++] = event->u.cpu.cpu;
	if (!is_memory_event(event))
		return 0;
	return view_ranges_add(&past->lost_memory, start,
			       start + (event->u.memory.size - 1));
}

/* which one the allocation failed in; it may be both, or none */
static void failed_alloc(struct past *past, const struct event *event,
			 const bool hit[2])
{
	past->a_failed |= hit[0];
	past->b_hit = hit[1];
	if (hit[1] && is_memory_event(event))
		past->b_header_failed = true;
	/* on x86 a CPU's event is the header's, and there is no FDT */
	if (hit[1] && is_cpu_event(event))
		past->b_header_failed = past->b_fdt_failed = true;
}

/* A brings everything up to date */
static void handled_by_a(struct past *past)
{
	past->a_failed = false;
	view_ranges_free(&past->lost_memory);
}

/* and B what the event is about */
static void handled_by_b(struct past *past, const struct event *event)
{
	if (is_memory_event(event))
		past->b_header_failed = false;
	if (event->type == EVENT_CPU_ONLINE) {
		past->nr_lost_cpus = 0;
		past->b_fdt_failed = false;
	}
}

int past_event(struct past *past, const struct event *event, const bool hit[2])
{
	past->b_hit = false;
	if (event->type == EVENT_CPU_REMOVE && past->nr_gone_cores < PAST_MAX)
		past->gone_cores[past->nr_gone_cores++] = event->u.core.core;
	if (!is_cpu_event(event) && !is_memory_event(event))
		return 0;
	if (event->lock_busy)
		return past_lost(past, event);
	if (!hit[0])
		handled_by_a(past);
	if (!hit[1])
		handled_by_b(past, event);
	failed_alloc(past, event, hit);
	return 0;
}
