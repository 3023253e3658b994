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

/*
 * 1 when a segment holds the tree of a kernel that kexec starts, 0 when it holds
 * another one with /cpus, -EINVAL when its tree does not fit it, -ENOMEM when it
 * cannot be mapped, else -ENOENT.
 */
static int look_at_segment(struct kimage *image, int index)
{
	const size_t room = image->segment[index].memsz;
	int chosen, ret = -ENOENT;
	void *fdt;

	if (room < sizeof(struct fdt_header))
		return ret;
	fdt = crash_hp_map_segment(image, index);
	if (!fdt)
		return -ENOMEM;
	if (fdt_magic(fdt) == FDT_MAGIC) {
		if (fdt_totalsize(fdt) > room || fdt_check_header(fdt)) {
			ret = -EINVAL;
		} else if (fdt_path_offset(fdt, "/cpus") >= 0) {
			chosen = fdt_path_offset(fdt, "/chosen");
			ret = chosen >= 0 &&
			      fdt_getprop(fdt, chosen, "linux,booted-from-kexec",
					  NULL);
		}
	}
	memunmap(fdt);
	return ret;
}

/**
 * crash_fdt_find_segment() - find the segment with the FDT
 * @image: the image
 *
 * Another payload may be a device tree too. The capture kernel's own says that
 * kexec starts it; where none says so, it is the only one with /cpus. Either needs
 * to have seen all segments up to there.
 *
 * Return: its index; -ENOENT when no segment holds a tree with /cpus, -EINVAL
 * when one holds a tree that does not fit it, or when it could be any of several,
 * -ENOMEM when it could be one that cannot be mapped.
 */
int crash_fdt_find_segment(struct kimage *image)
{
	int found = -ENOENT, nr = 0, ret;
	bool unseen = false;
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		ret = look_at_segment(image, i);
		/* the first: a second one is the second slot's */
		if (ret > 0 && !unseen)
			return i;
		if (!ret) {
			found = i;
			nr++;
		} else if (ret == -EINVAL && !nr) {
			found = ret;
		}
		unseen |= ret == -ENOMEM;
	}
	if (unseen) {
		pr_err("a segment that may hold the device tree cannot be mapped\n");
		return -ENOMEM;
	}
	if (nr > 1) {
		pr_err("%d segments hold a device tree with /cpus, none has /chosen/linux,booted-from-kexec\n",
		       nr);
		return -EINVAL;
	}
	if (found < 0)
		pr_err("no segment holds a device tree with /cpus\n");
	return found;
}

/* new content for the segment, aside */
static int update_segment(struct crash_fdt_watch *watch, const void *fdt,
			  struct crash_hp_segment *segment)
{
	const size_t room = fdt_totalsize(fdt);

	if (fdt_magic(fdt) != FDT_MAGIC || room > segment->place.memsz) {
		pr_err("segment %d no longer holds a device tree that fits it\n",
		       watch->index);
		return -EINVAL;
	}
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
	struct crash_fdt_watch *watch = image->arch.crash_fdt;
	void *fdt;
	int ret;

	segment->part = CRASH_HP_FDT;
	segment->place = crash_hp_place(image, CRASH_HP_FDT, watch->index);
	fdt = crash_hp_map(&segment->place);
	if (!fdt)
		return -ENOMEM;
	ret = update_segment(watch, fdt, segment);
	memunmap(fdt);
	return ret;
}
