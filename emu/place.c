// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding room for a segment, in the kernel's way: the first free range, from
 * below or from above, that holds the segment behind its first aligned byte
 * (arch/powerpc/kexec/file_load_64.c, 6.12).
 */
#include "place.h"

/* the part of free range @i that may be used; false when there is none */
static bool clip(const struct view_ranges *free, size_t i,
		 const struct place_request *req, struct view_range *r)
{
	uint64_t mask = req->align - 1;

	*r = free->r[i];
	if (r->start < req->min)
		r->start = req->min;
	if (r->end > req->max)
		r->end = req->max;
	if (r->start > UINT64_MAX - mask)
		return false;
	r->start = (r->start + mask) & ~mask;
	return r->start <= r->end && r->end - r->start >= req->size - 1;
}

bool place_bottom_up(const struct view_ranges *free,
		     const struct place_request *req, uint64_t *at)
{
	struct view_range r;
	size_t i;

	for (i = 0; i < free->nr; i++) {
		if (clip(free, i, req, &r)) {
			*at = r.start;
			return true;
		}
	}
	return false;
}

bool place_top_down(const struct view_ranges *free,
		    const struct place_request *req, uint64_t *at)
{
	struct view_range r;
	size_t i = free->nr;

	while (i--) {
		if (clip(free, i, req, &r)) {
			*at = (r.end - (req->size - 1)) & ~(req->align - 1);
			return true;
		}
	}
	return false;
}
