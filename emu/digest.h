/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-256 over the segments of an image, as its loader tells purgatory. */
#ifndef EMU_DIGEST_H
#define EMU_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

struct digest_cache;

/* the bytes of one segment */
struct digest_piece {
	const uint8_t *bytes;
	size_t size;
};

/**
 * digest_make() - the digest over pieces, one after the other
 * @cache: where to look for it first, and to keep it; NULL: nowhere
 * @pieces, @nr: what is digested
 * @digest: DIGEST_SIZE bytes, filled in
 */
void digest_make(struct digest_cache *cache, const struct digest_piece *pieces,
		 size_t nr, uint8_t *digest);

#endif /* EMU_DIGEST_H */
