/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel tells udev about an event of the machine. */
#ifndef EMU_UEVENT_H
#define EMU_UEVENT_H

#include "machine.h"

/**
 * struct uevent - one message
 * @subsystem: "cpu" or "memory"
 * @action: "add", "remove", "online", "offline"
 * @devpath: "/devices/system/memory/memory18"
 */
struct uevent {
	const char *subsystem;
	const char *action;
	char devpath[64];
};

/**
 * struct uevent_source - what is known of the machine between events
 * @block_size: bytes in a memory block
 * @cpus_register: a CPU's device comes and goes with the CPU; else all possible
 *	CPUs have one from boot on, as on pseries (arch/powerpc/kernel/sysfs.c,
 *	topology_init(), 6.12)
 * @present: by number of the CPU, as of the last event
 */
struct uevent_source {
	struct machine *machine;
	uint64_t block_size;
	bool cpus_register;
	bool *present;
	size_t nr_present;
};

int uevent_source_start(struct uevent_source *s, struct machine *machine,
			struct error *err);
void uevent_source_stop(struct uevent_source *s);

typedef int (*uevent_fn)(void *arg, const struct uevent *uevent,
			 struct error *err);

/* call @fn for each that @event leads to; 0, or -1 of the first that fails */
int uevents_of(struct uevent_source *s, const struct event *event,
	       uevent_fn fn, void *arg, struct error *err);

#endif /* EMU_UEVENT_H */
