/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image as it was between two stores: a copy of the segments that are
 * stored to, which goes back and forth in a log of stores.
 */
#ifndef CLI_IMAGE_COPY_H
#define CLI_IMAGE_COPY_H

#include "machine_view.h"
#include "store_log.h"

/* zeroed at first */
struct image_copy {
	struct image_view view;
	uint8_t *bytes[VIEW_SEGMENT_MAX];
};

/**
 * image_copy_rewind() - the image as it was before these stores
 * @copy: what was in it goes
 * @image: as it is after them
 * @stores, @nr: all of them
 *
 * Return: 0, or -1 without memory.
 */
int image_copy_rewind(struct image_copy *copy, const struct image_view *image,
		      const struct store *stores, size_t nr);
/**
 * image_copy_extend() - and what later stores change is as it was before them
 * @copy: of an earlier moment; a segment that it has a copy of stays as it is
 * @image: as it is after these stores
 * @stores, @nr: the first since that moment to the segments that it has no copy of
 *
 * Return: 0, or -1 without memory.
 */
int image_copy_extend(struct image_copy *copy, const struct image_view *image,
		      const struct store *stores, size_t nr);
/* the next store happens */
void image_copy_step(struct image_copy *copy, const struct store *store);
void image_copy_free(struct image_copy *copy);

#endif /* CLI_IMAGE_COPY_H */
