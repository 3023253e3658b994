// SPDX-License-Identifier: GPL-2.0-only
/*
 * Purgatory: the code between the crashed kernel and the capture kernel. Where
 * it checks the SHA-256 that was recorded at load, a mismatch stops the machine
 * (arch/x86/purgatory/purgatory.c in 6.12; kexec-tools' own purgatory; the
 * kernel's for powerpc checks nothing).
 */
#include <stdio.h>
#include <string.h>

#include <nettle/sha2.h>

#include "cache.h"
#include "judging.h"

/* what hotplug events rewrite, and therefore must not be in the digest */
static bool may_change(const struct judging *j, enum segment_kind kind)
{
	return kind == SEGMENT_ELFCOREHDR ||
	       (kind == SEGMENT_FDT && j->machine->arch == ARCH_POWERPC);
}

static void judge_coverage(struct judging *j)
{
	const struct view_segment *s = j->image->segment;
	size_t i;

	for (i = 0; i < j->image->nr_segments; i++, s++) {
		if (s->in_digest && may_change(j, s->kind))
			found(j, NOWHERE, I_DIG, REMARK,
			      "the digest covers the %s: the first update of it makes purgatory stop",
			      segment_kind_name(s->kind));
		else if (!s->in_digest && (s->kind == SEGMENT_KERNEL ||
					   s->kind == SEGMENT_INITRD))
			found(j, NOWHERE, I_DIG, REMARK,
			      "the digest leaves out the %s, which never changes",
			      segment_kind_name(s->kind));
	}
}

static bool is_known(const struct image_view *image)
{
	size_t i;

	for (i = 0; i < image->nr_segments; i++) {
		if (image->segment[i].in_digest && !image->segment[i].bytes)
			return false;
	}
	return true;
}

/* the first bytes are enough to tell two digests apart */
static const char *short_digest(const uint8_t *digest, char buf[12])
{
	snprintf(buf, 12, "%02x%02x%02x%02x...", digest[0], digest[1],
		 digest[2], digest[3]);
	return buf;
}

void judge_purgatory(struct judging *j)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	char now[12], then[12];

	if (!j->image->verifies)
		return;
	judge_coverage(j);
	if (!is_known(j->image))
		return;
	cached_digest_compute(j->cache ? &j->cache->digest : NULL, j->image,
			      digest);
	if (!memcmp(digest, j->image->digest, sizeof(digest)))
		return;
	found(j, NOWHERE, I_DIG, VERDICT_LOST,
	      "SHA-256 over the segments is %s, at load it was %s: purgatory stops",
	      short_digest(digest, now), short_digest(j->image->digest, then));
}
