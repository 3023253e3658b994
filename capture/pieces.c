// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pieces of a range that a set of ranges holds, or does not hold.
 *
 *	the range	    |----------------------|
 *	the set		 |-----|   |----|   |--|
 *	held		    |--|   |----|   |--|
 *	not held	       |---|    |---|  |---|
 */
#include "pieces.h"

/* the first range of @set that does not end before @start */
static size_t first_range(const struct view_ranges *set, uint64_t start)
{
	size_t low = 0, high = set->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->r[middle].end < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct pieces pieces_of(uint64_t start, uint64_t end,
			const struct view_ranges *set, bool held)
{
	return (struct pieces){
		.set = set,
		.i = first_range(set, start),
		.next = start,
		.end = end,
		.held = held,
	};
}

/* take [next, end] off the walk; addresses may go up to the last of 64 bits */
static struct view_range take(struct pieces *walk, uint64_t end)
{
	struct view_range piece = { walk->next, end };

	walk->done = end == walk->end;
	walk->next = end + 1;
	return piece;
}

bool next_piece(struct pieces *walk, struct view_range *piece)
{
	const struct view_range *r;
	bool inside;

	while (!walk->done) {
		r = walk->i < walk->set->nr ? &walk->set->r[walk->i] : NULL;
		inside = r && r->start <= walk->next;
		if (inside) {
			*piece = take(walk, r->end < walk->end ? r->end :
								 walk->end);
			walk->i++;
		} else {
			*piece = take(walk, r && r->start <= walk->end ?
					    r->start - 1 : walk->end);
		}
		if (inside == walk->held)
			return true;
	}
	return false;
}
