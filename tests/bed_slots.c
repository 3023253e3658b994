// SPDX-License-Identifier: GPL-2.0-only
/* Images with slots, for tests of emu/: what is read of them, and what is spare. */
#include <setjmp.h>
#include <stdarg.h>

#include "bed.h"

#include <cmocka.h>

struct view_segment bed_segment(enum segment_kind kind, uint64_t mem,
				const uint8_t *bytes, size_t size)
{
	return (struct view_segment){
		.kind = kind, .loaded_as = kind, .mem = mem, .memsz = size,
		.bytes = bytes, .loaded = kind == SEGMENT_FDT ? bytes : NULL,
	};
}

char bed_slot(const struct image_view *v, enum segment_kind kind)
{
	const struct view_segment *s = image_view_segment(v, kind);

	return s ? '0' + image_view_slot(v, s) : '-';
}

const struct view_segment *bed_spare(const struct image_view *v,
				     enum segment_kind kind)
{
	for (size_t i = 0; i < v->nr_segments; i++)
		if (v->segment[i].kind == SEGMENT_SPARE &&
		    v->segment[i].loaded_as == kind)
			return &v->segment[i];
	return NULL;
}

void bed_poke(struct machine *m, const char *name, size_t offset,
	      const void *bytes, size_t size)
{
	const struct event e = {
		.type = EVENT_POKE,
		.u.poke = { .segment = name, .offset = offset, .bytes = bytes,
			    .nr_bytes = size },
	};
	struct error err = { "" };

	if (machine_apply(m, &e, NULL, &err))
		fail_msg("poke: %s", err.text);
}
