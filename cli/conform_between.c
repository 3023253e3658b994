// SPDX-License-Identifier: GPL-2.0-only
/*
 * What led from one step to the next, in two parts when the next is a load: what
 * came before it, and what happened while it ran, after it had looked at the
 * machine. The states do not show that, but the image does: what the load made
 * knows nothing of it.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>

#include "conform_replay.h"
#include "fdt_sound.h"
#include "segment.h"

/* does the header list a byte of the memory that @event is about? */
static bool header_lists(const struct capture_step *step,
			 const struct event *event)
{
	uint64_t start = event->u.memory.start;
	uint64_t end = start + (event->u.memory.size - 1);
	struct view_range *loads;
	bool found = false;
	size_t nr;

	nr = elfcorehdr_loads(step->elfcorehdr.bytes, step->elfcorehdr.size,
			      &loads);
	for (size_t i = 0; i < nr && !found; i++)
		found = loads[i].start <= end && loads[i].end >= start;
	free(loads);
	return found;
}

static bool fdt_has_core(const struct capture_step *step, uint32_t core)
{
	const void *fdt = step->fdt.bytes;
	const fdt32_t *reg;
	int node, length;

	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus")) {
		reg = fdt_getprop(fdt, node, "reg", &length);
		if (reg && length == (int)sizeof(*reg) &&
		    fdt32_ld(reg) == core)
			return true;
	}
	return false;
}

static bool has_fdt(const struct capture_step *step)
{
	return step->fdt.size && !fdt_check_sound(step->fdt.bytes,
						  step->fdt.size);
}

/* @step is a load by kexec_file_load(2), and what it made does not know of @event */
static bool happened_meanwhile(const struct capture_step *step,
			       const struct event *event)
{
	switch (event->type) {
	case EVENT_MEMORY_ADD:
	case EVENT_MEMORY_ONLINE:
		return !header_lists(step, event);
	case EVENT_MEMORY_REMOVE:
		return header_lists(step, event);
	case EVENT_CPU_ADD:
		return has_fdt(step) && !fdt_has_core(step, event->u.core.core);
	case EVENT_CPU_REMOVE:
		return has_fdt(step) && fdt_has_core(step, event->u.core.core);
	default:
		/* a load makes nothing of it, but the kernel may have lost it */
		return event->lock_busy;
	}
}

/* those of the first kind first, otherwise in the order in which they were */
static int split(struct between *b, const struct capture_step *to)
{
	struct event *sorted = calloc(b->nr + 1, sizeof(*sorted));
	size_t at = 0;

	if (!sorted)
		return -1;
	for (int meanwhile = 0; meanwhile < 2; meanwhile++) {
		for (size_t i = 0; i < b->nr; i++)
			if (happened_meanwhile(to, &b->events[i]) == meanwhile)
				sorted[at++] = b->events[i];
		if (!meanwhile)
			b->nr_before = at;
	}
	free(b->events);
	b->events = sorted;
	return 0;
}

int between_find(struct between *b, const struct capture_step *from,
		 const struct capture_step *to, struct error *err)
{
	if (capture_events(from, to, &b->events, &b->nr, err)) {
		*b = (struct between){ 0 };
		return -1;
	}
	b->nr_before = b->nr;
	if (!to->loaded || to->load.call != LOAD_KEXEC_FILE_LOAD)
		return 0;
	return split(b, to) ? fail(err, "out of memory") : 0;
}

void between_free(struct between *b)
{
	capture_events_free(b->events, b->nr);
}
