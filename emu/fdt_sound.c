// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees that nobody has checked before.
 */
#include <limits.h>
#include <stdint.h>

#include <libfdt.h>

#include "fdt_sound.h"

/* the first whose nodes have names as they are now */
#define OLDEST_VERSION	16

/* @fdt has a sound header and is all there */
static bool has_endless_property(const void *fdt)
{
	const void *length;	/* of any alignment */
	int offset, next = 0;
	uint32_t tag;

	do {
		offset = next;
		tag = fdt_next_tag(fdt, offset, &next);
		length = tag == FDT_PROP ?
			 fdt_offset_ptr(fdt, offset + FDT_TAGSIZE,
					sizeof(fdt32_t)) : NULL;
		if (length && fdt32_ld(length) > INT_MAX)
			return true;
	} while (tag != FDT_END && next >= 0);
	return false;
}

bool fdt_wraps(const void *fdt, size_t size)
{
	return size >= sizeof(struct fdt_header) && !fdt_check_header(fdt) &&
	       fdt_totalsize(fdt) <= size && has_endless_property(fdt);
}

int fdt_check_sound_header(const void *fdt, size_t size)
{
	int ret;

	if (size < sizeof(struct fdt_header))
		return -FDT_ERR_TRUNCATED;
	ret = fdt_check_header(fdt);
	if (ret)
		return ret;
	if (fdt_magic(fdt) != FDT_MAGIC || fdt_version(fdt) < OLDEST_VERSION)
		return -FDT_ERR_BADVERSION;
	return fdt_totalsize(fdt) > size ? -FDT_ERR_TRUNCATED : 0;
}

int fdt_check_sound(const void *fdt, size_t size)
{
	int ret = fdt_check_sound_header(fdt, size);

	if (ret)
		return ret;
	if (fdt_wraps(fdt, size))
		return -FDT_ERR_BADSTRUCTURE;
	return fdt_check_full(fdt, size);
}
