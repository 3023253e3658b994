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

void history_free(struct history *h)
{
	view_ranges_free(&h->left_online);
	view_ranges_free(&h->left_offline);
	view_ranges_free(&h->came_in_load);
}
