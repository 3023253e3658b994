// SPDX-License-Identifier: GPL-2.0-only
/* What came and went between two steps of a capture, kept for later steps. */
#include "conform.h"

/* 1 online, 0 offline, -1 not there */
static int block_state(const struct machine_spec *spec, uint64_t start)
{
	for (size_t i = 0; i < spec->nr_blocks; i++)
		if (spec->blocks[i].start == start)
			return spec->blocks[i].online;
	return -1;
}

static int note_block_gone(struct history *h, const struct block_spec *block,
			   uint64_t end)
{
	return view_ranges_remove(&h->came_in_load, block->start, end) ||
	       view_ranges_add(block->online ? &h->left_online :
					       &h->left_offline,
			       block->start, end);
}

static int note_block_there(struct history *h, const struct block_spec *block,
			    uint64_t end, bool came_in_load)
{
	return view_ranges_remove(&h->left_online, block->start, end) ||
	       view_ranges_remove(&h->left_offline, block->start, end) ||
	       (block->online &&
		view_ranges_remove(&h->relisted, block->start, end)) ||
	       (came_in_load &&
		view_ranges_add(&h->came_in_load, block->start, end));
}

int history_update(struct history *h, const struct capture_step *from,
		   const struct capture_step *to)
{
	const struct machine_spec *old = &from->machine, *new = &to->machine;
	const struct block_spec *b;
	int failed = 0;

	for (size_t i = 0; i < old->nr_blocks && !failed; i++) {
		b = &old->blocks[i];
		if (block_state(new, b->start) < 0)
			failed = note_block_gone(h, b, b->start +
						       old->block_size - 1);
	}
	for (size_t i = 0; i < new->nr_blocks && !failed; i++) {
		b = &new->blocks[i];
		failed = note_block_there(h, b, b->start + new->block_size - 1,
					  to->loaded && b->online &&
					  block_state(old, b->start) != 1);
	}
	return failed;
}

/*
 * The blocks of an event are told one after the other, and each time all memory
 * is listed but for the one at hand: of those that go offline, the last.
 */
static int relist(struct history *h, const struct machine_view *truth,
		  const struct event *event, uint64_t block_size)
{
	uint64_t end = event->u.memory.start + (event->u.memory.size - 1);
	struct view_ranges offline = { 0 };
	int failed = view_ranges_copy(&offline, &truth->ram);

	for (size_t i = 0; i < truth->online.nr && !failed; i++)
		failed = view_ranges_remove(&offline, truth->online.r[i].start,
					    truth->online.r[i].end);
	if (!failed && event->type == EVENT_MEMORY_OFFLINE)
		failed = view_ranges_remove(&offline, end - (block_size - 1),
					    end);
	for (size_t i = 0; i < offline.nr && !failed; i++)
		failed = view_ranges_add(&h->relisted, offline.r[i].start,
					 offline.r[i].end);
	if (!failed && event->type == EVENT_MEMORY_OFFLINE)
		failed = view_ranges_remove(&h->relisted,
					    end - (block_size - 1), end);
	view_ranges_free(&offline);
	return failed;
}

int history_event(struct history *h, const struct machine_view *truth,
		  const struct event *event, uint64_t block_size)
{
	uint64_t start = event->u.memory.start;
	uint64_t end = start + (event->u.memory.size - 1);

	switch (event->type) {
	case EVENT_LOAD:
		/* what is gone by then is not in the new image */
		view_ranges_free(&h->relisted);
		return 0;
	case EVENT_MEMORY_ADD:
		return view_ranges_remove(&h->relisted, start, end);
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		return event->lock_busy ? 0 :
		       relist(h, truth, event, block_size);
	default:
		return 0;
	}
}

void history_free(struct history *h)
{
	view_ranges_free(&h->relisted);
	view_ranges_free(&h->left_online);
	view_ranges_free(&h->left_offline);
	view_ranges_free(&h->came_in_load);
}
