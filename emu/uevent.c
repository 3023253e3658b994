// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of the machine as uevents: device_online() and device_offline() of a
 * CPU or a memory block send one each, as does a device that is registered or
 * unregistered (drivers/base/core.c, 6.12).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uevent.h"

int uevent_source_start(struct uevent_source *s, struct machine *machine,
			struct error *err)
{
	const struct machine_view *view = machine_view(machine);

	*s = (struct uevent_source){
		.machine = machine,
		.block_size = machine_block_size(machine),
		.cpus_register = view->arch != ARCH_POWERPC,
		.nr_present = view->nr_cpus,
		.present = calloc(view->nr_cpus + 1, sizeof(bool)),
	};
	if (!s->present)
		return fail(err, "out of memory");
	for (size_t i = 0; i < view->nr_cpus; i++)
		s->present[i] = view->cpus[i].present;
	return 0;
}

void uevent_source_stop(struct uevent_source *s)
{
	free(s->present);
	s->present = NULL;
}

static int send(const char *subsystem, const char *action, uint64_t number,
		uevent_fn fn, void *arg, struct error *err)
{
	struct uevent u = { .subsystem = subsystem, .action = action };

	snprintf(u.devpath, sizeof(u.devpath),
		 "/devices/system/%s/%s%" PRIu64, subsystem, subsystem, number);
	return fn(arg, &u, err);
}

/* CPUs that came or went since the last event */
static int send_present(struct uevent_source *s, uevent_fn fn, void *arg,
			struct error *err)
{
	const struct machine_view *view = machine_view(s->machine);

	for (size_t i = 0; i < s->nr_present; i++) {
		const struct view_cpu *c = &view->cpus[i];

		if (c->present == s->present[i])
			continue;
		s->present[i] = c->present;
		if (s->cpus_register &&
		    send("cpu", c->present ? "add" : "remove", c->cpu, fn, arg,
			 err))
			return -1;
	}
	return 0;
}

static int send_blocks(const struct uevent_source *s, const struct event *event,
		       const char *action, uevent_fn fn, void *arg,
		       struct error *err)
{
	uint64_t first = event->u.memory.start / s->block_size;
	uint64_t nr = event->u.memory.size / s->block_size;

	for (uint64_t i = 0; i < nr; i++)
		if (send("memory", action, first + i, fn, arg, err))
			return -1;
	return 0;
}

int uevents_of(struct uevent_source *s, const struct event *event,
	       uevent_fn fn, void *arg, struct error *err)
{
	switch (event->type) {
	case EVENT_CPU_ADD:
	case EVENT_CPU_REMOVE:
		return send_present(s, fn, arg, err);
	case EVENT_CPU_ONLINE:
		return event->u.cpu.bringup_fails ? 0 :
		       send("cpu", "online", event->u.cpu.cpu, fn, arg, err);
	case EVENT_CPU_OFFLINE:
		return send("cpu", "offline", event->u.cpu.cpu, fn, arg, err);
	case EVENT_MEMORY_ADD:
		return send_blocks(s, event, "add", fn, arg, err);
	case EVENT_MEMORY_REMOVE:
		return send_blocks(s, event, "remove", fn, arg, err);
	case EVENT_MEMORY_ONLINE:
		return send_blocks(s, event, "online", fn, arg, err);
	case EVENT_MEMORY_OFFLINE:
		return send_blocks(s, event, "offline", fn, arg, err);
	default:
		return 0;
	}
}
