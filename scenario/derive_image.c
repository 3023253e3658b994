// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happened to the image between two states besides updates: bytes that
 * somebody wrote, and events that the kernel did not handle.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "derive.h"

/* kernel/crash_core.c and include/linux/crash_core.h, 6.12 */
#define KEXEC_CRASH_HP_ADD_CPU		1
#define KEXEC_CRASH_HP_REMOVE_CPU	2
#define KEXEC_CRASH_HP_ADD_MEMORY	3
#define KEXEC_CRASH_HP_REMOVE_MEMORY	4

static int poke(struct derive *d, const char *segment, const struct blob *blob,
		size_t offset, size_t size)
{
	void *bytes = malloc(size);
	struct event *event = bytes ? derive_event(d, EVENT_POKE) : NULL;

	if (!event) {
		free(bytes);
		return -1;
	}
	memcpy(bytes, (char *)blob->bytes + offset, size);
	event->u.poke.segment = segment;
	event->u.poke.offset = offset;
	event->u.poke.bytes = bytes;
	event->u.poke.nr_bytes = size;
	return 0;
}

/* words that differ, one write for each run of them */
static int pokes(struct derive *d, const char *segment, const struct blob *old,
		 const struct blob *new)
{
	const size_t word = sizeof(fdt32_t);
	size_t end = old->size < new->size ? old->size : new->size;
	size_t at = 0, from;

	for (end -= end % word; at < end; at += word) {
		for (from = at; at < end &&
		     memcmp((char *)old->bytes + at, (char *)new->bytes + at,
			    word); at += word)
			;
		if (at > from && poke(d, segment, new, from, at - from))
			return -1;
	}
	return 0;
}

int derive_pokes(struct derive *d)
{
	const struct blob *old = &d->from->fdt, *new = &d->to->fdt;
	const size_t offset = offsetof(struct fdt_header, totalsize);

	if (d->to->loaded)
		return 0;
	if (facts_of(d->to)->poked)
		return pokes(d, "elfcorehdr", &d->from->elfcorehdr,
			     &d->to->elfcorehdr) ||
		       pokes(d, "fdt", old, new) ? -1 : 0;
	/* no update changes the size of a loaded FDT */
	if (old->size < sizeof(struct fdt_header) ||
	    new->size < sizeof(struct fdt_header) ||
	    fdt_totalsize(old->bytes) == fdt_totalsize(new->bytes))
		return 0;
	return poke(d, "fdt", new, offset, sizeof(fdt32_t));
}

/* what the kernel calls @event; 0 when it does not hear of it */
static unsigned int hp_action(const struct event *event)
{
	switch (event->type) {
	case EVENT_CPU_ONLINE:
		return KEXEC_CRASH_HP_ADD_CPU;
	case EVENT_CPU_OFFLINE:
		return KEXEC_CRASH_HP_REMOVE_CPU;
	case EVENT_MEMORY_ONLINE:
		return KEXEC_CRASH_HP_ADD_MEMORY;
	case EVENT_MEMORY_OFFLINE:
		return KEXEC_CRASH_HP_REMOVE_MEMORY;
	default:
		return 0;
	}
}

static bool handled(const struct outcome *outcome, const struct event *event)
{
	unsigned int action = hp_action(event);

	if (outcome->lost || outcome->action != action)
		return false;
	return (action != KEXEC_CRASH_HP_ADD_CPU &&
		action != KEXEC_CRASH_HP_REMOVE_CPU) ||
	       outcome->cpu == event->u.cpu.cpu;
}

/*
 * The log has a line for each event, in the order in which they happened: what
 * was done, or that the lock was busy. An event whose line is of the latter
 * kind was lost.
 */
void derive_lost(struct derive *d)
{
	const struct capture_facts *facts = facts_of(d->to);
	size_t i, next = 0;

	for (i = 0; i < d->nr && next < facts->nr_outcomes; i++) {
		const struct outcome *outcome = &facts->outcomes[next];

		if (!hp_action(&d->events[i]))
			continue;
		d->events[i].lock_busy = outcome->lost;
		if (outcome->lost || handled(outcome, &d->events[i]))
			next++;
	}
}
