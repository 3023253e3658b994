// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crash FDT in the image: where it is, and new content for it.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_fdt_watch.h"
#include "crash_hp.h"

/**
 * crash_fdt_errno() - translate libfdt's errors, here and nowhere else
 * @fdt_error: what a libfdt function returned
 *
 * Return: 0 for 0 and above, else a negative errno.
 */
int crash_fdt_errno(int fdt_error)
{
	switch (fdt_error) {
	case 0 ... INT_MAX:
		return 0;
	case -FDT_ERR_NOTFOUND:
		return -ENOENT;
	case -FDT_ERR_NOSPACE:
		return -ENOSPC;
	case -FDT_ERR_EXISTS:
		return -EEXIST;
	default:
		return -EINVAL;
	}
}

/**
 * crash_fdt_find_segment() - find the segment with the FDT
 * @image: the image
 *
 * Return: its index; -ENOENT when no segment holds a tree with /cpus, -EINVAL
 * when one holds a tree that does not fit it.
 */
int crash_fdt_find_segment(struct kimage *image)
{
	unsigned long i, room;
	int ret = -ENOENT;
	void *fdt;

	for (i = 0; i < image->nr_segments && ret < 0; i++) {
		room = image->segment[i].memsz;
		if (room < sizeof(struct fdt_header))
			continue;
		fdt = crash_hp_map_segment(image, i);
		if (!fdt)
			continue;
		if (fdt_magic(fdt) == FDT_MAGIC) {
			if (fdt_totalsize(fdt) > room || fdt_check_header(fdt))
				ret = -EINVAL;
			else if (fdt_path_offset(fdt, "/cpus") >= 0)
				ret = i;
		}
		memunmap(fdt);
	}
	return ret;
}

/* new content for the segment, aside */
static int update_segment(struct crash_fdt_watch *watch, const void *fdt,
			  struct crash_hp_segment *segment)
{
	const size_t room = fdt_totalsize(fdt);

	segment->buf = kvmalloc(room, GFP_KERNEL);
	if (!segment->buf)
		return -ENOMEM;
	return crash_fdt_watch_update(watch, segment->changes, fdt, room,
				      segment->buf, &segment->size);
}

/**
 * crash_fdt_prepare() - make the FDT as it should be now
 * @image: the image; only read
 * @segment: begun; the rest is filled in; buf is the caller's to free, also
 *	after an error
 *
 * Return: 0 or a negative errno.
 */
int crash_fdt_prepare(struct kimage *image, struct crash_hp_segment *segment)
{
	void *fdt;
	int ret;

	segment->index = crash_fdt_find_segment(image);
	if (segment->index < 0) {
		pr_err("no segment holds a device tree with /cpus\n");
		return segment->index;
	}
	fdt = crash_hp_map_segment(image, segment->index);
	if (!fdt)
		return -ENOMEM;
	ret = update_segment(image->arch.crash_fdt, fdt, segment);
	memunmap(fdt);
	return ret;
}
