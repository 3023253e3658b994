// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory arrives and goes, and its blocks change between offline and online,
 * one by one in ascending order, as a kernel does it.
 */
#include <inttypes.h>

#include "machine_private.h"

struct span {
	uint64_t start;
	uint64_t size;
	uint64_t end;		/* inside */
};

/* whole memory blocks, somewhere a machine can have memory */
static int take_span(const struct machine *m, const struct event *event,
		     struct span *span, struct error *err)
{
	span->start = event->u.memory.start;
	span->size = event->u.memory.size;
	span->end = span->start + (span->size - 1);

	if (!span->size)
		return fail(err, "memory at 0x%" PRIx64 " has no bytes",
			    span->start);
	if ((span->start | span->size) & (m->block_size - 1))
		return fail(err, "memory 0x%" PRIx64 "+0x%" PRIx64 " is not made of whole blocks of 0x%" PRIx64,
			    span->start, span->size, m->block_size);
	if (span->end < span->start || span->end >= m->ops->max_phys)
		return fail(err, "memory 0x%" PRIx64 "+0x%" PRIx64 " ends beyond 0x%" PRIx64,
			    span->start, span->size, m->ops->max_phys);
	return 0;
}

/* --- add, remove ------------------------------------------------------------------- */

/*
 * Can a block hold its own struct pages? They have to be whole pages, and where
 * these are small, whole PMDs (mhp_supports_memmap_on_memory() in
 * mm/memory_hotplug.c, arch_supports_memmap_on_memory(), 6.12).
 */
static bool can_host_memmap(const struct machine *m)
{
	uint64_t size = m->block_size / m->page_size * STRUCT_PAGE_SIZE;
	uint64_t unit = m->page_size == 4096 ? (uint64_t)2 << 20 : m->page_size;

	return m->memmap_on_memory && size % unit == 0;
}

static int add_ram(struct machine *m, const struct span *s)
{
	if (view_ranges_add(&m->ram, s->start, s->end))
		return -1;
	if (!can_host_memmap(m))
		return 0;
	return view_ranges_add(&m->self_hosted, s->start, s->end);
}

static int remove_ram(struct machine *m, const struct span *s)
{
	return view_ranges_remove(&m->ram, s->start, s->end) ||
	       view_ranges_remove(&m->self_hosted, s->start, s->end) ? -1 : 0;
}

/*
 * Block by block: two DIMMs may be told to go as one. What lies in two resources
 * stays, and a kernel only warns of it (try_remove_memory(),
 * mm/memory_hotplug.c, 6.12).
 */
static void release_system_ram(struct machine *m, const struct span *s)
{
	uint64_t at;

	for (at = s->start; at <= s->end; at += m->block_size)
		kernel_release_system_ram(m->kernel, at,
					  at + (m->block_size - 1));
}

static int memory_assigned(struct machine *m, const struct span *s, int nid,
			   bool assigned, struct error *err)
{
	if (!m->ops->memory_assigned)
		return 0;
	return m->ops->memory_assigned(m, s->start, s->size, nid, assigned, err);
}

int event_memory_add(struct machine *m, const struct event *event,
		     struct error *err)
{
	int ret, nid = event->u.memory.nid;
	struct span s;

	if (take_span(m, event, &s, err))
		return -1;
	if (view_ranges_intersects(&m->ram, s.start, s.end))
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 " overlaps memory that is there",
			    s.start, s.end);

	ret = kernel_add_memory(m->kernel, s.start, s.size, nid);
	if (ret)
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 ": %s",
			    s.start, s.end, machine_strerror(ret));
	if (add_ram(m, &s)) {
		fail(err, "out of memory");
		goto undo;
	}
	ret = kernel_insert_system_ram(m->kernel, s.start, s.end);
	if (ret) {
		fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 ": %s", s.start,
		     s.end, machine_strerror(ret));
		goto undo;
	}
	if (memory_assigned(m, &s, nid, true, err))
		goto undo;
	return 0;

undo:
	release_system_ram(m, &s);
	remove_ram(m, &s);
	kernel_remove_memory(m->kernel, s.start, s.size);
	return -1;
}

int event_memory_remove(struct machine *m, const struct event *event,
			struct error *err)
{
	struct span s;
	int ret;

	if (take_span(m, event, &s, err))
		return -1;
	if (!view_ranges_contains(&m->ram, s.start, s.end))
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 " is not all there",
			    s.start, s.end);
	if (view_ranges_intersects(&m->online, s.start, s.end))
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 " is not all offline",
			    s.start, s.end);

	/* firmware's list first: it is what may fail, and it changes alone */
	if (memory_assigned(m, &s, 0, false, err))
		return -1;
	ret = kernel_remove_memory(m->kernel, s.start, s.size);
	if (ret)
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 ": %s",
			    s.start, s.end, machine_strerror(ret));
	release_system_ram(m, &s);
	return remove_ram(m, &s) ? fail(err, "out of memory") : 0;
}

/* --- online, offline --------------------------------------------------------------- */

static int check_online(const struct machine *m, uint64_t start, uint64_t end,
			struct error *err)
{
	if (!view_ranges_contains(&m->ram, start, end))
		return fail(err, "memory block 0x%" PRIx64 " cannot go online: not all of it is there",
			    start);
	if (view_ranges_intersects(&m->online, start, end))
		return fail(err, "memory block 0x%" PRIx64 " is online already",
			    start);
	return 0;
}

/* what cannot be moved away, hence keeps a block online */
static const char *pinned_by(const struct machine *m, uint64_t start,
			     uint64_t end)
{
	uint64_t kernel = m->ram.r[0].start;

	if (kernel >= start && kernel <= end)
		return "the kernel";
	if (m->kernel_end && start < m->kernel_end && end >= m->kernel_start)
		return "the kernel";
	if (view_ranges_intersects(&m->crashk, start, end))
		return "the crash kernel's region";
	if (view_ranges_intersects(&m->firmware, start, end))
		return "firmware";
	if (view_ranges_intersects(&m->notes, start, end))
		return "crash notes";
	return NULL;
}

static int check_offline(const struct machine *m, uint64_t start, uint64_t end,
			 struct error *err)
{
	const char *what;

	if (!view_ranges_intersects(&m->ram, start, end))
		return fail(err, "memory block 0x%" PRIx64 " cannot go offline: it is not there",
			    start);
	if (!view_ranges_intersects(&m->online, start, end))
		return fail(err, "memory block 0x%" PRIx64 " is offline already",
			    start);
	/* mm/memory_hotplug.c, offline_pages(), 6.12 */
	if (!view_ranges_contains(&m->online, start, end))
		return fail(err, "memory block 0x%" PRIx64 " cannot go offline: it has a hole",
			    start);
	what = pinned_by(m, start, end);
	if (what)
		return fail(err, "memory block 0x%" PRIx64 " cannot go offline: it holds %s",
			    start, what);
	return 0;
}

int event_memory_online(struct machine *m, const struct event *event,
			struct error *err)
{
	uint64_t at, last;
	struct span s;
	int ret;

	if (take_span(m, event, &s, err))
		return -1;
	for (at = s.start; at <= s.end; at += m->block_size)
		if (check_online(m, at, at + (m->block_size - 1), err))
			return -1;

	for (at = s.start; at <= s.end; at += m->block_size) {
		last = at + (m->block_size - 1);
		ret = kernel_online_block(m->kernel, at,
					  machine_vmemmap_size(m, at));
		if (ret || view_ranges_add(&m->online, at, last))
			return fail(err, "memory block 0x%" PRIx64 ": %s", at,
				    machine_strerror(ret ? ret : -ENOMEM));
	}
	return 0;
}

int event_memory_offline(struct machine *m, const struct event *event,
			 struct error *err)
{
	uint64_t at, last;
	struct span s;
	int ret;

	if (take_span(m, event, &s, err))
		return -1;
	for (at = s.start; at <= s.end; at += m->block_size)
		if (check_offline(m, at, at + (m->block_size - 1), err))
			return -1;

	for (at = s.start; at <= s.end; at += m->block_size) {
		last = at + (m->block_size - 1);
		ret = kernel_offline_block(m->kernel, at,
					   machine_vmemmap_size(m, at));
		if (ret || view_ranges_remove(&m->online, at, last))
			return fail(err, "memory block 0x%" PRIx64 ": %s", at,
				    machine_strerror(ret ? ret : -ENOMEM));
	}
	return 0;
}
