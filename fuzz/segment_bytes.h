/* SPDX-License-Identifier: GPL-2.0-only */
/* Are the two segments that follow the machine the same? */
#ifndef FUZZ_SEGMENT_BYTES_H
#define FUZZ_SEGMENT_BYTES_H

#include "machine_view.h"

/* a copy of the elfcorehdr, and of the FDT where there is one */
struct segment_bytes {
	void *bytes[2];
	size_t size[2];
};

void segment_bytes_take(struct segment_bytes *s, const struct image_view *image);
void segment_bytes_free(struct segment_bytes *s);

/* which of the two segments has other bytes: "elfcorehdr", "fdt"; NULL: none */
const char *segment_bytes_differ(const struct segment_bytes *a,
				 const struct segment_bytes *b);

/**
 * segments_differ() - do two images, loaded at other times, say the same?
 *
 * The headers may have room for more, which is zeros. Of the FDTs it is /cpus that
 * counts: names, properties, order.
 *
 * Return: "elfcorehdr", "fdt", or NULL.
 */
const char *segments_differ(const struct image_view *a,
			    const struct image_view *b);

#endif /* FUZZ_SEGMENT_BYTES_H */
