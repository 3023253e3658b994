/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies of the segments from before an event, to count the bytes that the
 * event changed.
 */
#ifndef EMU_SHADOW_H
#define EMU_SHADOW_H

#include <stddef.h>
#include <stdint.h>

#include "machine_view.h"

/**
 * struct shadow - what the segments held
 * @bytes, @size: of each segment's copy; size 0: none
 * @stale: the copies are older than the last event
 */
struct shadow {
	uint8_t *bytes[VIEW_SEGMENT_MAX];
	size_t size[VIEW_SEGMENT_MAX];
	size_t nr;
	bool stale;
};

struct machine;

/* a new image: make its copies; 0, or -1 when memory runs out */
int shadow_start(struct machine *m);
/* no image any more */
void shadow_drop(struct shadow *shadow);
/* before an event that somebody wants a report of */
void shadow_refresh(struct machine *m);
/* after it: bytes that changed, by segment; the copies follow */
void shadow_count(struct machine *m, size_t changed[VIEW_SEGMENT_MAX]);

#endif /* EMU_SHADOW_H */
