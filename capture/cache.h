/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What need not be done again when the judge sees the same bytes again. An
 * entry keeps a copy of the bytes that it was made from and counts only as long
 * as these are equal, so that a cache cannot change a verdict.
 */
#ifndef CAPTURE_CACHE_H
#define CAPTURE_CACHE_H

#include "fdt_tree.h"
#include "judge.h"

/*
 * struct cached_tree - a device tree that was read
 * @copy: the blob; NULL: nothing is cached
 * @size: how much of the blob might have been read
 */
struct cached_tree {
	uint8_t *copy;
	size_t size;
	struct fdt_tree tree;
};

/*
 * struct cached_digest - a SHA-256
 * @copy: what it was computed over; NULL: nothing is cached
 */
struct cached_digest {
	uint8_t *copy;
	size_t size;
	uint8_t digest[32];
};

struct judge_cache {
	struct cached_tree image;
	struct cached_tree live;
	struct cached_tree loaded;
	struct cached_digest digest;
};

/**
 * cached_tree_read() - fdt_tree_read(), or its result of last time
 * @cached: where the tree is kept until the next call
 * @keep: worth a copy: it may be asked for again
 * @fdt, @size, @why: as for fdt_tree_read()
 *
 * Return: as fdt_tree_read(); the tree is cached->tree. Free it with
 * cached_tree_free().
 */
int cached_tree_read(struct cached_tree *cached, bool keep, const void *fdt,
		     size_t size, char *why);
void cached_tree_free(struct cached_tree *cached);

/* SHA-256 over the segments in the digest; @cached may be NULL */
void cached_digest_compute(struct cached_digest *cached,
			   const struct image_view *image, uint8_t *digest);

#endif /* CAPTURE_CACHE_H */
