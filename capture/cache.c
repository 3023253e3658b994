// SPDX-License-Identifier: GPL-2.0-only
/*
 * What need not be done again when the judge sees the same bytes again.
 */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <nettle/sha2.h>

#include "cache.h"

/* --- device trees --------------------------------------------------------- */

static bool is_cached(const struct cached_tree *cached, const void *fdt,
		      size_t size)
{
	return cached->copy && size == cached->size &&
	       !memcmp(cached->copy, fdt, cached->tree.used);
}

/*
 * Take a copy and read that, as the tree points into it. What is no tree keeps
 * its header, so that the reason why is the same as without a copy.
 */
static int read_copy(struct cached_tree *cached, const void *fdt, size_t size,
		     char *why)
{
	const size_t header = sizeof(struct fdt_header);

	cached->size = size;
	if (size > header && fdt_totalsize(fdt) < size)
		size = fdt_totalsize(fdt) > header ? fdt_totalsize(fdt) : header;
	cached->copy = malloc(size ? size : 1);
	if (!cached->copy)
		return FDT_TREE_NO_MEMORY;
	memcpy(cached->copy, fdt, size);
	return fdt_tree_read(&cached->tree, cached->copy, size, why);
}

int cached_tree_read(struct cached_tree *cached, bool keep, const void *fdt,
		     size_t size, char *why)
{
	int err;

	if (is_cached(cached, fdt, size))
		return 0;
	cached_tree_free(cached);
	err = keep ? read_copy(cached, fdt, size, why) :
		     fdt_tree_read(&cached->tree, fdt, size, why);
	if (err)
		cached_tree_free(cached);
	return err;
}

void cached_tree_free(struct cached_tree *cached)
{
	fdt_tree_free(&cached->tree);
	free(cached->copy);
	*cached = (struct cached_tree){ 0 };
}

/* --- the digest ----------------------------------------------------------- */

static void compute(const struct image_view *image, uint8_t *digest)
{
	const struct view_segment *s = image->segment;
	struct sha256_ctx sha;
	size_t i;

	sha256_init(&sha);
	for (i = 0; i < image->nr_segments; i++, s++) {
		if (s->in_digest)
			sha256_update(&sha, s->memsz, s->bytes);
	}
	sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
}

static bool is_computed(const struct cached_digest *cached,
			const struct image_view *image)
{
	const struct view_segment *s = image->segment;
	size_t i, at = 0;

	if (!cached->copy)
		return false;
	for (i = 0; i < image->nr_segments; i++, s++) {
		if (!s->in_digest)
			continue;
		if (s->memsz > cached->size - at ||
		    memcmp(cached->copy + at, s->bytes, s->memsz))
			return false;
		at += s->memsz;
	}
	return at == cached->size;
}

/* no room for a copy is no error: it will be computed again */
static void keep_digest(struct cached_digest *cached,
			const struct image_view *image, const uint8_t *digest)
{
	const struct view_segment *s = image->segment;
	size_t i, size = 0;

	for (i = 0; i < image->nr_segments; i++)
		size += s[i].in_digest ? s[i].memsz : 0;
	free(cached->copy);
	cached->copy = malloc(size ? size : 1);
	cached->size = 0;
	if (!cached->copy)
		return;
	for (i = 0; i < image->nr_segments; i++, s++) {
		if (!s->in_digest)
			continue;
		memcpy(cached->copy + cached->size, s->bytes, s->memsz);
		cached->size += s->memsz;
	}
	memcpy(cached->digest, digest, sizeof(cached->digest));
}

void cached_digest_compute(struct cached_digest *cached,
			   const struct image_view *image, uint8_t *digest)
{
	if (cached && is_computed(cached, image)) {
		memcpy(digest, cached->digest, sizeof(cached->digest));
		return;
	}
	compute(image, digest);
	if (cached)
		keep_digest(cached, image, digest);
}

/* --- life ----------------------------------------------------------------- */

struct judge_cache *judge_cache_new(void)
{
	return calloc(1, sizeof(struct judge_cache));
}

void judge_cache_forget_trees(struct judge_cache *cache)
{
	cached_tree_free(&cache->image);
	cached_tree_free(&cache->live);
	cached_tree_free(&cache->loaded);
}

void judge_cache_free(struct judge_cache *cache)
{
	if (!cache)
		return;
	judge_cache_forget_trees(cache);
	free(cache->digest.copy);
	free(cache);
}
