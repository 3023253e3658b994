// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic layer between a hotplug event and the architecture's handler,
 * as kernel/crash_core.c and kernel/kexec_core.c have it in 6.12, its oddities
 * included; and a check that a handler leaves nothing behind.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include <errno.h>
#include <string.h>

#include "kernel_private.h"

/* --- around every call of a handler ------------------------------------------ */

void kernel_enter_handler(struct kernel *k, const char *function)
{
	k->previous = kernel_switch(k);
	k->handler = function;
	k->held = (struct held){
		.mappings = k->nr_mappings,
		.node_refs = k->node_refs,
		.cpu_hotplug = k->cpu_hotplug,
		.mem_hotplug = k->mem_hotplug,
		.image = k->crash_image,
		.since = handler_begins(k),
	};
}

static void check_count(struct kernel *k, unsigned long before,
			unsigned long now, const char *what)
{
	if (now > before)
		kernel_add_violation(k, "%s() keeps %lu %s", k->handler,
				     now - before, what);
	else if (now < before)
		kernel_add_violation(k, "%s() dropped %lu %s that it did not take",
				     k->handler, before - now, what);
}

/* a callback of the live tree may keep a node that a handler drops later */
static void check_node_refs(struct kernel *k, unsigned long before)
{
	unsigned long kept;

	if (k->of_chain.callers && k->node_refs > before) {
		k->kept_node_refs += k->node_refs - before;
		return;
	}
	if (k->node_refs < before) {
		kept = min(before - k->node_refs, k->kept_node_refs);
		k->kept_node_refs -= kept;
		before -= kept;
	}
	check_count(k, before, k->node_refs, "node reference(s)");
}

void kernel_leave_handler(struct kernel *k)
{
	const struct held *held = &k->held;

	handler_ends(k, held->since);
	check_count(k, held->mappings, k->nr_mappings, "mapping(s)");
	check_node_refs(k, held->node_refs);
	check_count(k, held->cpu_hotplug.readers, k->cpu_hotplug.readers,
		    "cpus_read_lock()");
	check_count(k, held->mem_hotplug.readers, k->mem_hotplug.readers,
		    "get_online_mems()");
	check_count(k, 0, k->spinlocks, "spinlock(s)");
	if (k->crash_image != held->image)
		kernel_add_violation(k, "%s() left kexec_crash_image %s",
				     k->handler,
				     k->crash_image ? "changed" : "NULL");

	/* one leak is one violation, and not one more at each later lock */
	k->cpu_hotplug = held->cpu_hotplug;
	k->mem_hotplug = held->mem_hotplug;
	k->spinlocks = 0;
	kernel_switch(k->previous);
}

/* --- the event ---------------------------------------------------------------- */

/* compare the first bytes only; the last segment that matches is taken */
static int find_elfcorehdr(struct kernel *k, const struct kimage *image)
{
	int index = -1;
	unsigned long n;

	for (n = 0; n < image->nr_segments; n++) {
		const void *p = k->config.map(k->config.ctx,
					      image->segment[n].mem, SELFMAG);

		if (p && !memcmp(p, ELFMAG, SELFMAG))
			index = n;
	}
	return index;
}

static void call_handler(struct kernel *k, struct kimage *image,
			 unsigned int action, void *arg)
{
	image->hp_action = action;
	if (k->handlers) {
		kernel_enter_handler(k, "arch_crash_handle_hotplug_event");
		k->handlers->handle_event(image, arg);
		kernel_leave_handler(k);
	}
	image->hp_action = KEXEC_CRASH_HP_NONE;
	/* whether or not the handler did anything */
	image->elfcorehdr_updated = true;
}

/*
 * @handlers, @hidden: so much time had gone into them before the lock was taken.
 * What else is done with the lock held is a few instructions of the generic
 * layer's own.
 */
static void note_locked(struct kernel *k, u64 handlers, u64 hidden)
{
	u64 ns = times_now()->handlers - handlers, no_dump;

	times_now()->locked += ns;
	hidden = k->report.hidden_ns - hidden;
	/* the clock on the wall, which hidden_ns goes by, may have gone further */
	ns = max(ns, hidden);
	no_dump = kexec_lock_stops_crash(k) ? ns : hidden;
	k->report.locked_ns += ns;
	k->report.no_dump_ns += no_dump;
	k->report.longest_ns = max(k->report.longest_ns, no_dump);
}

/* kernel/crash_core.c:crash_handle_hotplug_event() */
static enum kernel_event_outcome handle_event(struct kernel *k,
					      unsigned int action,
					      unsigned int cpu, void *arg)
{
	enum kernel_event_outcome outcome = KERNEL_EVENT_IGNORED;
	struct kimage *image = k->crash_image;
	u64 handlers = times_now()->handlers, hidden = k->report.hidden_ns;

	if (!kexec_trylock_update(k)) {
		pr_info("kexec_trylock() failed, kdump image may be inaccurate\n");
		return KERNEL_EVENT_LOST;
	}
	if (!image || !image->hotplug_support)
		goto out;

	if (cpu != KEXEC_CRASH_HP_INVALID_CPU)
		pr_debug("hp_action %u, cpu %u\n", action, cpu);
	else
		pr_debug("hp_action %u\n", action);

	if (image->elfcorehdr_index < 0)
		image->elfcorehdr_index = find_elfcorehdr(k, image);
	if (image->elfcorehdr_index < 0) {
		pr_err("unable to locate elfcorehdr segment");
		goto out;
	}
	call_handler(k, image, action, arg);
	outcome = KERNEL_EVENT_HANDLED;
out:
	note_locked(k, handlers, hidden);
	kernel_kexec_unlock(k);
	return outcome;
}

void crash_hotplug_event(struct kernel *k, unsigned int action,
			 unsigned int cpu, void *arg)
{
	struct kernel *previous = kernel_switch(k);
	struct kernel_report *report = &k->report;

	crash_hotplug_lock(k);
	report->outcome = handle_event(k, action, cpu, arg);
	crash_hotplug_unlock(k);

	report->events++;
	report->lost += report->outcome == KERNEL_EVENT_LOST;
	report->ignored += report->outcome == KERNEL_EVENT_IGNORED;
	kernel_switch(previous);
}

static int memory_notifier(struct notifier_block *nb, unsigned long val,
			   void *arg)
{
	struct kernel *k = container_of(nb, struct kernel, crash_memory_nb);

	if (val == MEM_ONLINE)
		crash_hotplug_event(k, KEXEC_CRASH_HP_ADD_MEMORY,
				    KEXEC_CRASH_HP_INVALID_CPU, arg);
	else if (val == MEM_OFFLINE)
		crash_hotplug_event(k, KEXEC_CRASH_HP_REMOVE_MEMORY,
				    KEXEC_CRASH_HP_INVALID_CPU, arg);
	return NOTIFY_OK;
}

void crash_hotplug_init(struct kernel *k)
{
	k->crash_memory_nb.notifier_call = memory_notifier;
	chain_register(k, &k->memory_chain, &k->crash_memory_nb);
}

/* --- attributes, crash ---------------------------------------------------------- */

int kernel_crash_hotplug_attr(struct kernel *k)
{
	struct kernel *previous = kernel_switch(k);
	int support = 0;

	crash_hotplug_lock(k);
	if (kexec_trylock_update(k)) {
		if (k->crash_image)
			support = k->crash_image->hotplug_support;
		kernel_kexec_unlock(k);
	} else {
		pr_info("kexec_trylock() failed, kdump image may be inaccurate\n");
	}
	crash_hotplug_unlock(k);
	kernel_switch(previous);
	return support;
}

unsigned int kernel_elfcorehdr_size_attr(struct kernel *k)
{
	unsigned int size = 0;

	if (k->handlers) {
		kernel_enter_handler(k, "arch_crash_get_elfcorehdr_size");
		size = k->handlers->elfcorehdr_size();
		kernel_leave_handler(k);
	}
	return size;
}

int kernel_crash_kexec(struct kernel *k)
{
	if (kexec_lock_stops_crash(k))
		return -EBUSY;
	return k->crash_image ? 0 : -ENOENT;
}
