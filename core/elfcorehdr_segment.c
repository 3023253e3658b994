// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr segment of a loaded image, made anew when memory has changed.
 * What it lists is the architecture's to say.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "crash_watch.h"
#include "elfcorehdr.h"
#include "online_mem.h"

/* as much as the new header or the old one takes: the rest is zero already */
static int size_elfcorehdr(const struct crash_mem *mem,
			   struct crash_hp_segment *segment)
{
	size_t room = segment->place.memsz, used;
	void *old = crash_hp_map(&segment->place);

	if (!old)
		return -ENOMEM;
	used = elfcorehdr_used(old, room);
	memunmap(old);
	segment->size = max(used, min(elfcorehdr_bytes(mem->nr_ranges), room));
	segment->old_spare = segment->size - used;
	return 0;
}

/**
 * elfcorehdr_prepare() - make the header as it should be now
 * @image: the image; only read, but for its elfcorehdr_index
 * @need_kernel_map: as for elfcorehdr_build()
 * @segment: filled in; buf is the caller's to free, also after an error
 *
 * Context: the memory layout must be held still.
 * Return: 0 or a negative errno.
 */
int elfcorehdr_prepare(struct kimage *image, bool need_kernel_map,
		       struct crash_hp_segment *segment)
{
	struct crash_watch *watch = image->arch.crash_watch;
	int ret = 0, index = crash_hp_find_elfcorehdr(image);
	struct crash_mem *mem = NULL;

	if (index < 0)
		return index;
	segment->part = CRASH_HP_ELFCOREHDR;
	segment->place = crash_hp_place(image, CRASH_HP_ELFCOREHDR, index);
	/* the first time, or memory was short when it changed */
	if (!watch->online)
		ret = list_online_memory(&watch->online);
	if (!ret)
		ret = get_crash_memory_ranges(watch->online, &mem);
	if (ret)
		goto out;

	ret = size_elfcorehdr(mem, segment);
	if (ret)
		goto out;
	segment->buf = kvmalloc(segment->size, GFP_KERNEL);
	if (segment->buf)
		ret = elfcorehdr_build(mem, need_kernel_map, segment->buf,
				       segment->size);
	else
		ret = -ENOMEM;
	if (!ret)
		segment->new_spare = segment->size -
				     elfcorehdr_used(segment->buf,
						     segment->size);
out:
	kvfree(mem);
	return ret;
}
