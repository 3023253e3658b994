// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash hotplug events: bring a loaded crash image up to date.
 *
 * Every event, whatever its kind, brings all segments to the machine's present
 * state. So an event that was lost while the kexec lock was busy is made good
 * by the next one, and the order of events leaves no trace in the image.
 *
 * The new content is prepared aside, from beginning to end; only then is the
 * image hidden, for the copy of the bytes that differ. Where anything fails
 * the image stays as it was, and hotplug_support is cleared: crash_hotplug
 * reads 0, and user space reloads instead of trusting a stale image.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "elfcorehdr.h"

#define COMPARE_STEP 256

/**
 * crash_hp_map_segment() - make a segment of the image accessible
 * @image: the image
 * @index: of the segment
 *
 * Return: its first byte, memsz bytes may be used; NULL when it cannot be
 * mapped. memunmap() it.
 */
void *crash_hp_map_segment(struct kimage *image, int index)
{
	const struct kexec_segment *segment = &image->segment[index];

	return memremap(segment->mem, segment->memsz, MEMREMAP_WB);
}

/**
 * crash_hp_find_elfcorehdr() - find the segment with the elfcorehdr
 * @image: the image; its elfcorehdr_index is set
 *
 * The generic layer takes the last segment that starts with the ELF magic,
 * which may be another payload. Here the header must be this kernel's. Where
 * none proves to be, it is the only core header that there is; the generic
 * layer's choice stands where that does not tell either.
 *
 * Return: the index, or -ENOENT.
 */
int crash_hp_find_elfcorehdr(struct kimage *image)
{
	unsigned long i, core = 0, nr_core = 0;
	bool ours;
	void *ptr;

	for (i = 0; i < image->nr_segments; i++) {
		ptr = crash_hp_map_segment(image, i);
		if (!ptr)
			continue;
		ours = elfcorehdr_is_ours(ptr, image->segment[i].memsz);
		if (elfcorehdr_is_core(ptr, image->segment[i].memsz)) {
			core = i;
			nr_core++;
		}
		memunmap(ptr);
		if (ours) {
			image->elfcorehdr_index = i;
			return i;
		}
	}
	if (nr_core == 1)
		image->elfcorehdr_index = core;
	return image->elfcorehdr_index < 0 ? -ENOENT : image->elfcorehdr_index;
}

/* bytes at the beginning that are equal; long runs are the rule */
static size_t equal_head(const u8 *a, const u8 *b, size_t size)
{
	size_t n = 0;

	while (size - n >= COMPARE_STEP && !memcmp(a + n, b + n, COMPARE_STEP))
		n += COMPARE_STEP;
	while (n < size && a[n] == b[n])
		n++;
	return n;
}

static size_t equal_tail(const u8 *a, const u8 *b, size_t size)
{
	size_t n = size;

	while (n >= COMPARE_STEP &&
	       !memcmp(a + n - COMPARE_STEP, b + n - COMPARE_STEP, COMPARE_STEP))
		n -= COMPARE_STEP;
	while (n && a[n - 1] == b[n - 1])
		n--;
	return size - n;
}

/*
 * Copy the new content over the old. Everything that can fail is done before
 * the image is hidden. An image that is still being loaded is not visible yet
 * and needs no hiding.
 */
static int publish(struct kimage *image, const struct crash_hp_segment *segments,
		   int nr)
{
	size_t first[CRASH_HP_MAX_SEGMENTS], len[CRASH_HP_MAX_SEGMENTS];
	void *old[CRASH_HP_MAX_SEGMENTS];
	bool visible = kexec_crash_image == image;
	bool differs = false;
	int i, mapped, ret = 0;

	for (mapped = 0; mapped < nr; mapped++) {
		const struct crash_hp_segment *s = &segments[mapped];

		old[mapped] = crash_hp_map_segment(image, s->index);
		if (!old[mapped]) {
			pr_err("cannot map segment %d\n", s->index);
			ret = -ENOMEM;
			goto out_unmap;
		}
		first[mapped] = equal_head(old[mapped], s->buf, s->size);
		len[mapped] = s->size - first[mapped];
		len[mapped] -= equal_tail(old[mapped] + first[mapped],
					  s->buf + first[mapped], len[mapped]);
		differs |= len[mapped] != 0;
	}

	if (differs) {
		if (visible)
			xchg(&kexec_crash_image, NULL);
		for (i = 0; i < nr; i++)
			memcpy(old[i] + first[i], segments[i].buf + first[i],
			       len[i]);
		if (visible)
			xchg(&kexec_crash_image, image);
	}

out_unmap:
	while (mapped--)
		memunmap(old[mapped]);
	return ret;
}

/**
 * crash_hp_refresh() - bring an image to the machine's present state
 * @image: the image, loaded or at the end of being loaded
 *
 * Context: the kexec lock is held and the memory layout cannot change. May
 * sleep.
 * Return: 0, also when there was nothing to change, or a negative errno; on
 * error the image is as it was.
 */
int crash_hp_refresh(struct kimage *image)
{
	struct crash_hp_segment segments[CRASH_HP_MAX_SEGMENTS] = { };
	int i, nr, ret;

	nr = arch_crash_prepare_segments(image, segments);
	ret = nr < 0 ? nr : publish(image, segments, nr);

	for (i = 0; i < CRASH_HP_MAX_SEGMENTS; i++)
		kvfree(segments[i].buf);
	return ret;
}

/**
 * arch_crash_handle_hotplug_event() - a CPU or memory came or went
 * @image: the loaded crash image
 * @arg: struct memory_notify of a memory event, else NULL; not needed, as the
 *	machine's present state says it all
 *
 * Context: called by the generic layer with the kexec lock held, from inside a
 * CPU or memory hotplug operation.
 */
void arch_crash_handle_hotplug_event(struct kimage *image,
				     void *arg __always_unused)
{
	int ret = crash_hp_refresh(image);

	if (!ret)
		return;
	pr_err("the crash image was not updated (error %d) and needs a reload\n",
	       ret);
	image->hotplug_support = 0;
}

/**
 * crash_hp_post_load() - the image is complete, and about to be published
 * @image: the image
 *
 * Events that came while it was being loaded found the kexec lock busy and were
 * lost; segments that user space made may be older still. So the image is
 * brought to the present state here. Where that fails it is as it was loaded,
 * and hotplug_support is cleared.
 */
void crash_hp_post_load(struct kimage *image)
{
	int ret;

	if (!image->hotplug_support)
		return;

	cpus_read_lock();
	get_online_mems();
	ret = crash_hp_refresh(image);
	put_online_mems();
	cpus_read_unlock();

	if (ret) {
		pr_err("the loaded image cannot follow hotplug (error %d)\n",
		       ret);
		image->hotplug_support = 0;
	}
}
