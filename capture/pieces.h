/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pieces of a range that a set of ranges holds, or does not hold.
 */
#ifndef CAPTURE_PIECES_H
#define CAPTURE_PIECES_H

#include "machine_view.h"

/* struct pieces - a walk over [next, end], see pieces_of() */
struct pieces {
	const struct view_ranges *set;
	size_t i;
	uint64_t next;
	uint64_t end;
	bool held;
	bool done;
};

/*
 * Begin a walk over the pieces of [start, end] (start <= end) that @set holds
 * (@held) or that it does not hold. Ends are inside.
 */
struct pieces pieces_of(uint64_t start, uint64_t end,
			const struct view_ranges *set, bool held);

/* the next piece, ascending; false when there is none left */
bool next_piece(struct pieces *walk, struct view_range *piece);

#endif /* CAPTURE_PIECES_H */
