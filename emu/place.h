/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding room for a segment.
 */
#ifndef EMU_PLACE_H
#define EMU_PLACE_H

#include "machine_view.h"

/**
 * struct place_request - what is looked for
 * @size: bytes, not 0
 * @align: a power of two
 * @min, @max: no byte below or above these, both inside
 */
struct place_request {
	uint64_t size;
	uint64_t align;
	uint64_t min;
	uint64_t max;
};

/**
 * place_bottom_up() - the lowest place
 * @free: where there may be one
 * @req: what is looked for
 * @at: set to the place's first byte
 *
 * Return: false when there is none.
 */
bool place_bottom_up(const struct view_ranges *free,
		     const struct place_request *req, uint64_t *at);

/* place_top_down() - the highest place; else as place_bottom_up() */
bool place_top_down(const struct view_ranges *free,
		    const struct place_request *req, uint64_t *at);

#endif /* EMU_PLACE_H */
