// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory events between two states. Memory that is there in both, on the same
 * node, stayed, unless the capture says of a block that it was away meanwhile.
 *
 * powerpc brings and takes memory in LMBs, and finishes one before it begins
 * with the next (dlpar_memory(), platforms/pseries/hotplug-memory.c, 6.12);
 * elsewhere a DIMM comes and goes whole.
 */
#include <string.h>

#include "derive.h"

/* memory that is in one state and not in the other, ascending */
struct spans {
	struct memory_spec *span;
	size_t nr;
};

static bool contains(const struct memory_spec *m, uint64_t addr)
{
	return addr >= m->start && addr - m->start < m->size;
}

static const struct memory_spec *memory_at(const struct memory_spec *memory,
					   size_t nr, uint64_t addr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (contains(&memory[i], addr))
			return &memory[i];
	return NULL;
}

static bool is_listed(const uint64_t *blocks, size_t nr, uint64_t start)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (blocks[i] == start)
			return true;
	return false;
}

/* bytes from @addr on that belong to one block and to one region, or none */
static uint64_t piece_size(const struct machine_spec *there, uint64_t addr,
			   uint64_t size)
{
	uint64_t to_block_end = there->block_size - addr % there->block_size;
	size_t i;

	if (size > to_block_end)
		size = to_block_end;
	for (i = 0; i < there->nr_memory; i++) {
		const struct memory_spec *m = &there->memory[i];

		if (m->start > addr && m->start - addr < size)
			size = m->start - addr;
		if (contains(m, addr) && m->size - (addr - m->start) < size)
			size = m->size - (addr - m->start);
	}
	return size;
}

/* did the piece of @region at @addr come or go? */
static bool changed(const struct derive *d, const struct machine_spec *there,
		    const struct memory_spec *region, uint64_t addr)
{
	const struct capture_facts *facts = facts_of(d->to);
	const struct memory_spec *other = memory_at(there->memory,
						    there->nr_memory, addr);

	return !other || other->nid != region->nid ||
	       is_listed(facts->removed, facts->nr_removed,
			 addr - addr % there->block_size);
}

static int add_span(struct derive *d, struct spans *spans,
		    const struct memory_spec *new, bool join)
{
	struct memory_spec *last = spans->nr ? &spans->span[spans->nr - 1] : NULL;
	struct memory_spec *more;

	if (last && join && last->start + last->size == new->start) {
		last->size += new->size;
		return 0;
	}
	/* 1, 2, 4, ... have room; what is outgrown stays in the pool */
	if (!(spans->nr & (spans->nr - 1))) {
		more = pool_alloc(&d->pool, (spans->nr ? 2 * spans->nr : 1) *
				  sizeof(*more));
		if (!more)
			return -1;
		if (spans->nr)
			memcpy(more, spans->span, spans->nr * sizeof(*more));
		spans->span = more;
	}
	spans->span[spans->nr++] = *new;
	return 0;
}

/* memory of @here that is not the same memory in @there */
static int find_spans(struct derive *d, const struct machine_spec *here,
		      const struct machine_spec *there, struct spans *spans)
{
	bool whole = here->arch != ARCH_POWERPC;
	size_t i;

	*spans = (struct spans){ 0 };
	for (i = 0; i < here->nr_memory; i++) {
		struct memory_spec piece = here->memory[i];
		uint64_t left = piece.size;
		bool join = false;

		for (; left; left -= piece.size, piece.start += piece.size) {
			piece.size = piece_size(there, piece.start, left);
			if (!changed(d, there, &here->memory[i], piece.start)) {
				join = false;
				continue;
			}
			if (add_span(d, spans, &piece, join))
				return -1;
			join = whole;
		}
	}
	return 0;
}

/* --- blocks --------------------------------------------------------------- */

static const struct block_spec *block_at(const struct machine_spec *m,
					 uint64_t start)
{
	size_t i;

	for (i = 0; i < m->nr_blocks; i++)
		if (m->blocks[i].start == start)
			return &m->blocks[i];
	return NULL;
}

static int memory_event(struct derive *d, enum event_type type,
			const struct memory_spec *memory)
{
	struct event *event = derive_event(d, type);

	if (!event)
		return -1;
	event->u.memory.start = memory->start;
	event->u.memory.size = memory->size;
	event->u.memory.nid = memory->nid;
	return 0;
}

static int block_event(struct derive *d, enum event_type type, uint64_t start)
{
	struct memory_spec block = { start, d->to->machine.block_size, 0 };

	return memory_event(d, type, &block);
}

/* the blocks of @span that are online in @here */
static int span_blocks(struct derive *d, enum event_type type,
		       const struct machine_spec *here,
		       const struct memory_spec *span)
{
	size_t i;

	for (i = 0; i < here->nr_blocks; i++)
		if (here->blocks[i].online &&
		    contains(span, here->blocks[i].start) &&
		    block_event(d, type, here->blocks[i].start))
			return -1;
	return 0;
}

/* blocks that stay: online in @here, and offline in @there or meanwhile */
static int staying_blocks(struct derive *d, enum event_type type,
			  const struct machine_spec *here,
			  const struct machine_spec *there,
			  const struct spans *spans)
{
	const struct capture_facts *facts = facts_of(d->to);
	size_t i;

	for (i = 0; i < here->nr_blocks; i++) {
		const struct block_spec *b = &here->blocks[i];
		const struct block_spec *other = block_at(there, b->start);

		if (!b->online || !other ||
		    memory_at(spans->span, spans->nr, b->start))
			continue;
		if (other->online && !is_listed(facts->offlined,
						facts->nr_offlined, b->start))
			continue;
		if (block_event(d, type, b->start))
			return -1;
	}
	return 0;
}

/* --- both directions ------------------------------------------------------ */

/* did the memory go from its end to its beginning? */
static bool downwards(const struct derive *d, const struct spans *spans)
{
	const struct capture_facts *facts = facts_of(d->to);

	return facts->has_last_block && spans->nr &&
	       contains(&spans->span[0], facts->last_block);
}

int derive_memory_gone(struct derive *d)
{
	const struct machine_spec *from = &d->from->machine;
	struct spans spans;
	size_t i;

	if (find_spans(d, from, &d->to->machine, &spans) ||
	    staying_blocks(d, EVENT_MEMORY_OFFLINE, from, &d->to->machine,
			   &spans))
		return -1;
	for (i = 0; i < spans.nr; i++) {
		const struct memory_spec *span =
			&spans.span[downwards(d, &spans) ? spans.nr - 1 - i : i];

		if (span_blocks(d, EVENT_MEMORY_OFFLINE, from, span) ||
		    memory_event(d, EVENT_MEMORY_REMOVE, span))
			return -1;
	}
	return 0;
}

int derive_memory_new(struct derive *d)
{
	const struct machine_spec *to = &d->to->machine;
	struct spans spans;
	size_t i;

	if (find_spans(d, to, &d->from->machine, &spans))
		return -1;
	for (i = 0; i < spans.nr; i++)
		if (memory_event(d, EVENT_MEMORY_ADD, &spans.span[i]) ||
		    span_blocks(d, EVENT_MEMORY_ONLINE, to, &spans.span[i]))
			return -1;
	return staying_blocks(d, EVENT_MEMORY_ONLINE, to, &d->from->machine,
			      &spans);
}
