// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256 over the segments of an image. To compute it is most of the work of a
 * small load, and most small loads have the same bytes: a cache keeps the last
 * few with what they were computed over, and compares all of that.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "digest.h"
#include "machine.h"

#define MAX_KEPT 16

/* @bytes: all pieces; NULL: free */
struct kept {
	uint8_t *bytes;
	size_t size;
	uint8_t digest[DIGEST_SIZE];
};

struct digest_cache {
	struct kept kept[MAX_KEPT];
	size_t oldest;
};

struct digest_cache *digest_cache_new(void)
{
	return calloc(1, sizeof(struct digest_cache));
}

void digest_cache_free(struct digest_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < MAX_KEPT; i++)
		free(cache->kept[i].bytes);
	free(cache);
}

static size_t size_of(const struct digest_piece *pieces, size_t nr)
{
	size_t size = 0;

	while (nr--)
		size += pieces[nr].size;
	return size;
}

static bool is_over(const struct kept *kept, const struct digest_piece *pieces,
		    size_t nr)
{
	const uint8_t *at = kept->bytes;

	if (!at || kept->size != size_of(pieces, nr))
		return false;
	for (; nr; at += pieces->size, pieces++, nr--)
		if (memcmp(at, pieces->bytes, pieces->size))
			return false;
	return true;
}

/* without memory for a copy it is computed again next time */
static void keep(struct kept *kept, const struct digest_piece *pieces,
		 size_t nr, const uint8_t *digest)
{
	uint8_t *at;

	free(kept->bytes);
	kept->size = size_of(pieces, nr);
	at = kept->bytes = malloc(kept->size ? kept->size : 1);
	if (!at)
		return;
	for (; nr; at += pieces->size, pieces++, nr--)
		memcpy(at, pieces->bytes, pieces->size);
	memcpy(kept->digest, digest, DIGEST_SIZE);
}

static void compute(const struct digest_piece *pieces, size_t nr,
		    uint8_t *digest)
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (; nr; pieces++, nr--)
		sha256_update(&sha, pieces->size, pieces->bytes);
	sha256_digest(&sha, DIGEST_SIZE, digest);
}

void digest_make(struct digest_cache *cache, const struct digest_piece *pieces,
		 size_t nr, uint8_t *digest)
{
	for (size_t i = 0; cache && i < MAX_KEPT; i++) {
		if (!is_over(&cache->kept[i], pieces, nr))
			continue;
		memcpy(digest, cache->kept[i].digest, DIGEST_SIZE);
		return;
	}
	compute(pieces, nr, digest);
	if (cache) {
		keep(&cache->kept[cache->oldest], pieces, nr, digest);
		cache->oldest = (cache->oldest + 1) % MAX_KEPT;
	}
}
