// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bytes did an event change?
 *
 * Handlers write through pointers that they get by memremap(), and nobody sees
 * the stores, so the segments are compared with copies. The elfcorehdr and the
 * FDT are copied whole, and any other segment of up to 1 MiB. Of the kernel and
 * the initrd, which no handler has any business with, only the head is: a
 * handler that takes the wrong segment writes its header there first, and
 * comparing tens of megabytes at every event would cost more than the event.
 */
#include <stdlib.h>
#include <string.h>

#include "machine_private.h"

#define WHOLE_UP_TO ((size_t)1 << 20)
#define HEAD ((size_t)64 << 10)
#define CHUNK ((size_t)4096)

static const uint8_t *segment_bytes(struct machine *m, size_t i)
{
	const struct kexec_segment *s = &m->image.segment[i];

	return physmem_map(&m->phys, s->mem, s->memsz);
}

static size_t shadow_size(const struct machine *m, size_t i)
{
	size_t size = m->image.segment[i].memsz;
	enum segment_kind kind = m->image.kind[i];

	if (kind == SEGMENT_ELFCOREHDR || kind == SEGMENT_FDT ||
	    size <= WHOLE_UP_TO)
		return size;
	return HEAD;
}

int shadow_start(struct machine *m)
{
	struct shadow *s = &m->shadow;
	size_t i, nr = m->image.nr;

	shadow_drop(s);
	for (i = 0; i < nr; i++) {
		s->size[i] = shadow_size(m, i);
		s->bytes[i] = malloc(s->size[i]);
		s->nr = i + 1;
		if (!s->bytes[i]) {
			shadow_drop(s);
			return -1;
		}
		memcpy(s->bytes[i], segment_bytes(m, i), s->size[i]);
	}
	return 0;
}

void shadow_drop(struct shadow *shadow)
{
	size_t i;

	for (i = 0; i < shadow->nr; i++)
		free(shadow->bytes[i]);
	memset(shadow, 0, sizeof(*shadow));
}

void shadow_refresh(struct machine *m)
{
	struct shadow *s = &m->shadow;
	size_t i;

	if (!s->stale)
		return;
	for (i = 0; i < s->nr; i++)
		memcpy(s->bytes[i], segment_bytes(m, i), s->size[i]);
	s->stale = false;
}

/* equal chunks are skipped at memcmp()'s speed, and most are */
static size_t count_and_follow(uint8_t *old, const uint8_t *new, size_t size)
{
	size_t at, i, changed = 0;

	for (at = 0; at < size; at += CHUNK) {
		size_t n = size - at < CHUNK ? size - at : CHUNK;

		if (!memcmp(old + at, new + at, n))
			continue;
		for (i = at; i < at + n; i++)
			changed += old[i] != new[i];
		memcpy(old + at, new + at, n);
	}
	return changed;
}

void shadow_count(struct machine *m, size_t changed[VIEW_SEGMENT_MAX])
{
	struct shadow *s = &m->shadow;
	size_t i;

	for (i = 0; i < s->nr; i++)
		changed[i] = count_and_follow(s->bytes[i], segment_bytes(m, i),
					      s->size[i]);
}
