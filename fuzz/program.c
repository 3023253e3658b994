// SPDX-License-Identifier: GPL-2.0-only
/* A program's bytes, as events that are possible. */
#include "program.h"

/* a capture kernel that costs no time to load */
#define IMAGE_SIZE 4096

static const char *const op_names[NR_PROGRAM_OPS] = {
	[PROGRAM_LOAD] = "load",
	[PROGRAM_RELOAD] = "reload",
	[PROGRAM_UNLOAD] = "unload",
	[PROGRAM_CPU_ONLINE] = "cpu-online",
	[PROGRAM_CPU_OFFLINE] = "cpu-offline",
	[PROGRAM_CORE_ADD] = "core-add",
	[PROGRAM_CORE_REMOVE] = "core-remove",
	[PROGRAM_MEMORY_ADD] = "memory-add",
	[PROGRAM_MEMORY_REMOVE] = "memory-remove",
	[PROGRAM_MEMORY_ONLINE] = "memory-online",
	[PROGRAM_MEMORY_OFFLINE] = "memory-offline",
	[PROGRAM_CRASH] = "crash",
};

const char *program_op_name(enum program_op op)
{
	return op_names[op];
}

void program_read(struct program *p, const uint8_t *data, size_t size)
{
	uint8_t header[PROGRAM_HEADER] = { 0 };

	for (size_t i = 0; i < size && i < PROGRAM_HEADER; i++)
		header[i] = data[i];

	p->machine = program_machine(header[1] % program_nr_machines);
	p->spec = p->machine->spec;
	p->spec.memmap_on_memory = header[2] & PROGRAM_MEMMAP_ON_MEMORY;
	if ((header[2] & PROGRAM_LARGE_PAGES) == PROGRAM_LARGE_PAGES &&
	    p->spec.arch == ARCH_POWERPC)
		p->spec.page_size = 65536;
	if ((header[2] & PROGRAM_HUGE_CONFIG) == PROGRAM_HUGE_CONFIG &&
	    p->spec.arch == ARCH_X86_64)
		p->spec.max_memory_ranges = 65535;

	p->events = NULL;
	p->nr = 0;
	if (size <= PROGRAM_HEADER || header[0] != PROGRAM_VERSION)
		return;
	p->events = data + PROGRAM_HEADER;
	p->nr = (size - PROGRAM_HEADER) / PROGRAM_EVENT;
	if (p->nr > PROGRAM_MAX_EVENTS)
		p->nr = PROGRAM_MAX_EVENTS;
}

/*
 * What follows looks for the "which"-th thing that has a property, modulo how
 * many have it: count first, then find.
 */
typedef bool (*is_possible_fn)(const struct program *p,
			       const struct machine_view *view, size_t i);

static bool pick(const struct program *p, const struct machine_view *view,
		 is_possible_fn is_possible, size_t nr, uint8_t which,
		 size_t *found)
{
	size_t i, possible = 0;

	for (i = 0; i < nr; i++)
		possible += is_possible(p, view, i);
	if (!possible)
		return false;
	which %= possible;
	for (i = 0; i < nr; i++)
		if (is_possible(p, view, i) && !which--)
			break;
	*found = i;
	return true;
}

/* --- CPUs ------------------------------------------------------------------- */

static bool is_online(const struct program *p, const struct machine_view *view,
		      size_t i)
{
	(void)p;
	return view->cpus[i].online;
}

static bool is_offline(const struct program *p, const struct machine_view *view,
		       size_t i)
{
	(void)p;
	return view->cpus[i].present && !view->cpus[i].online;
}

static bool of_core(const struct program *p, const struct machine_view *view,
		    size_t cpu, size_t core)
{
	const struct view_cpu *c = &view->cpus[cpu];
	uint32_t id = c->has_hwid ? c->hwid : c->cpu;

	return c->present && id / p->machine->threads == core;
}

static bool core_absent(const struct program *p,
			const struct machine_view *view, size_t core)
{
	for (size_t i = 0; i < view->nr_cpus; i++)
		if (of_core(p, view, i, core))
			return false;
	return true;
}

/* it is there, and all of it offline */
static bool core_idle(const struct program *p, const struct machine_view *view,
		      size_t core)
{
	for (size_t i = 0; i < view->nr_cpus; i++)
		if (of_core(p, view, i, core) && view->cpus[i].online)
			return false;
	return !core_absent(p, view, core);
}

static bool cpu_event(const struct program *p, const struct machine_view *view,
		      const uint8_t *b, bool online, struct event *event)
{
	size_t i;

	if (!pick(p, view, online ? is_offline : is_online, view->nr_cpus, b[1],
		  &i))
		return false;
	event->type = online ? EVENT_CPU_ONLINE : EVENT_CPU_OFFLINE;
	event->u.cpu.cpu = view->cpus[i].cpu;
	return true;
}

static bool core_event(const struct program *p, const struct machine_view *view,
		       const uint8_t *b, bool add, struct event *event)
{
	size_t core;

	if (!pick(p, view, add ? core_absent : core_idle, p->machine->cores,
		  b[1], &core))
		return false;
	event->type = add ? EVENT_CPU_ADD : EVENT_CPU_REMOVE;
	event->u.core.core = core * p->machine->threads;
	if (add && b[2] % 4 == 3)
		event->u.core.threads = 1;
	return true;
}

static bool crash_event(const struct program *p,
			const struct machine_view *view, const uint8_t *b,
			struct event *event)
{
	size_t i;

	if (!pick(p, view, is_online, view->nr_cpus, b[1], &i))
		return false;
	event->type = EVENT_CRASH;
	event->u.crash.cpu = view->cpus[i].cpu;
	return true;
}

/* --- memory ----------------------------------------------------------------- */

static bool block_in(const struct program *p, const struct view_ranges *set,
		     size_t block)
{
	uint64_t size = p->spec.block_size;
	uint64_t start = p->machine->area + block * size;

	return view_ranges_contains(set, start, start + (size - 1));
}

static bool block_absent(const struct program *p,
			 const struct machine_view *view, size_t block)
{
	return !block_in(p, &view->ram, block);
}

static bool block_online(const struct program *p,
			 const struct machine_view *view, size_t block)
{
	return block_in(p, &view->online, block);
}

static bool block_offline(const struct program *p,
			  const struct machine_view *view, size_t block)
{
	return block_in(p, &view->ram, block) &&
	       !block_in(p, &view->online, block);
}

static bool memory_event(const struct program *p,
			 const struct machine_view *view, const uint8_t *b,
			 enum event_type type, is_possible_fn is_possible,
			 struct event *event)
{
	size_t first, nr = 1, end = p->machine->area_blocks;

	if (!pick(p, view, is_possible, end, b[1], &first))
		return false;
	while (nr < 1 + b[2] % 4u && first + nr < end &&
	       is_possible(p, view, first + nr))
		nr++;
	event->type = type;
	event->u.memory.start = p->machine->area + first * p->spec.block_size;
	event->u.memory.size = nr * p->spec.block_size;
	event->u.memory.nid = type == EVENT_MEMORY_ADD && b[2] & 4;
	return true;
}

/* --- loading ---------------------------------------------------------------- */

static bool load_event(const uint8_t *b, bool if_needed, struct event *event)
{
	/* KEXEC_CRASH_HOTPLUG_SUPPORT, KEXEC_UPDATE_ELFCOREHDR, neither */
	static const unsigned long flags[] = { 0, 0x8, 0x4, 0 };
	unsigned int how = b[2] % 4;

	event->type = EVENT_LOAD;
	event->u.load = (struct load_spec){
		.if_needed = if_needed,
		.call = how ? LOAD_KEXEC_LOAD : LOAD_KEXEC_FILE_LOAD,
		.flags = flags[how],
		.kernel_size = IMAGE_SIZE,
		.initrd_size = IMAGE_SIZE,
	};
	return true;
}

/* --- all of them ------------------------------------------------------------- */

static bool choose(const struct program *p, const struct machine_view *view,
		   const uint8_t *b, struct event *event)
{
	switch ((enum program_op)(b[0] % NR_PROGRAM_OPS)) {
	case PROGRAM_LOAD:
		return load_event(b, false, event);
	case PROGRAM_RELOAD:
		return load_event(b, true, event);
	case PROGRAM_UNLOAD:
		event->type = EVENT_UNLOAD;
		return true;
	case PROGRAM_CPU_ONLINE:
		return cpu_event(p, view, b, true, event);
	case PROGRAM_CPU_OFFLINE:
		return cpu_event(p, view, b, false, event);
	case PROGRAM_CORE_ADD:
		return core_event(p, view, b, true, event);
	case PROGRAM_CORE_REMOVE:
		return core_event(p, view, b, false, event);
	case PROGRAM_MEMORY_ADD:
		return memory_event(p, view, b, EVENT_MEMORY_ADD, block_absent,
				    event);
	case PROGRAM_MEMORY_REMOVE:
		return memory_event(p, view, b, EVENT_MEMORY_REMOVE,
				    block_offline, event);
	case PROGRAM_MEMORY_ONLINE:
		return memory_event(p, view, b, EVENT_MEMORY_ONLINE,
				    block_offline, event);
	case PROGRAM_MEMORY_OFFLINE:
		return memory_event(p, view, b, EVENT_MEMORY_OFFLINE,
				    block_online, event);
	case PROGRAM_CRASH:
		return crash_event(p, view, b, event);
	case NR_PROGRAM_OPS:
		break;
	}
	return false;
}

static bool is_told(enum event_type type)
{
	return type == EVENT_CPU_ONLINE || type == EVENT_CPU_OFFLINE ||
	       type == EVENT_MEMORY_ONLINE || type == EVENT_MEMORY_OFFLINE;
}

static void add_fault(uint8_t fault, struct event *event)
{
	unsigned int nth = 1 + (fault & 0x1f);

	if (!is_told(event->type) && event->type != EVENT_CRASH)
		return;
	switch (fault >> 5) {
	case PROGRAM_LOCK_BUSY:
		event->lock_busy = true;
		break;
	case PROGRAM_FAIL_ALLOC:
		if (is_told(event->type))
			event->fail_alloc = nth;
		break;
	case PROGRAM_FAIL_MAP:
		if (is_told(event->type))
			event->fail_map = nth;
		break;
	case PROGRAM_BRINGUP_FAILS:
		if (event->type == EVENT_CPU_ONLINE)
			event->u.cpu.bringup_fails = true;
		break;
	}
}

bool program_event(const struct program *p, size_t i,
		   const struct machine_view *view, struct event *event)
{
	const uint8_t *b = p->events + i * PROGRAM_EVENT;

	*event = (struct event){ .line = 0 };
	if (!choose(p, view, b, event))
		return false;
	add_fault(b[3], event);
	return true;
}
