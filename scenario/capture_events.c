// SPDX-License-Identifier: GPL-2.0-only
/* What must have happened between two steps of a capture. */
#include <stdlib.h>

#include "derive.h"

struct event *derive_event(struct derive *d, enum event_type type)
{
	struct event *more;

	if (d->nr == d->max) {
		size_t max = d->max * 2 + 16;

		more = realloc(d->events, max * sizeof(*more));
		if (!more)
			return NULL;
		d->events = more;
		d->max = max;
	}
	d->events[d->nr] = (struct event){ .type = type };
	return &d->events[d->nr++];
}

/* what no event changes */
static int check_same_machine(const struct capture_step *from,
			      const struct capture_step *to, struct error *err)
{
	const struct machine_spec *a = &from->machine, *b = &to->machine;
	const char *what = NULL;
	size_t i;

	if (!from->has_state || !to->has_state)
		return fail(err, "%s: the machine's state is not in the capture",
			    from->has_state ? to->name : from->name);
	if (a->arch != b->arch)
		what = "architecture";
	else if (a->page_size != b->page_size)
		what = "page size";
	else if (a->block_size != b->block_size)
		what = "memory block size";
	else if (a->nr_cpu_specs != b->nr_cpu_specs)
		what = "number of possible CPUs";
	for (i = 0; !what && i < a->nr_cpu_specs; i++)
		if (a->cpus[i].cpu != b->cpus[i].cpu)
			what = "set of possible CPUs";
	return what ? fail(err, "no events lead from %s to %s: the %s differs",
			   from->name, to->name, what) : 0;
}

static int derive_unload(struct derive *d)
{
	if (!d->from->load.nr_segments || d->to->load.nr_segments)
		return 0;
	return derive_event(d, EVENT_UNLOAD) ? 0 : -1;
}

int capture_events(const struct capture_step *from,
		   const struct capture_step *to, struct event **events,
		   size_t *nr, struct error *err)
{
	struct derive d = { .from = from, .to = to };
	int rc = 0;

	if (check_same_machine(from, to, err))
		return -1;
	if (derive_unload(&d) || derive_cpus_offline(&d) ||
	    derive_memory_gone(&d) || derive_cores_gone(&d) ||
	    derive_cores_new(&d) || derive_memory_new(&d) ||
	    derive_cpus_online(&d) || derive_pokes(&d))
		rc = fail(err, "%s: out of memory", to->name);
	pool_free(&d.pool);
	if (rc) {
		capture_events_free(d.events, d.nr);
		return -1;
	}
	derive_lost(&d);
	*events = d.events;
	*nr = d.nr;
	return 0;
}

void capture_events_free(struct event *events, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (events[i].type == EVENT_CPU_ADD)
			free((void *)events[i].u.core.node);
		else if (events[i].type == EVENT_POKE)
			free((void *)events[i].u.poke.bytes);
	}
	free(events);
}
