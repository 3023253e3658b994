// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash hotplug events: bring a loaded crash image up to date.
 *
 * Every event, whatever its kind, brings to the machine's present state each
 * segment that the image's watch has marked as older (crash_watch.h). So an event
 * that was lost while the kexec lock was busy is made good by the next one, and
 * the order of events leaves no trace in the image.
 *
 * The new content is prepared aside, from beginning to end, and then published
 * (publish.c). Where anything fails the image stays as it was, and hotplug_support is cleared:
 * crash_hotplug reads 0, and user space reloads instead of trusting a stale image.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "crash_watch.h"
#include "elfcorehdr.h"
#include "publish.h"
#include "slots.h"

/**
 * crash_hp_map() - make bytes of an image accessible
 * @place: where they are
 *
 * Return: the first, or NULL when they cannot be mapped. memunmap() it.
 */
void *crash_hp_map(const struct crash_hp_place *place)
{
	void *ptr = memremap(place->mem, place->memsz, MEMREMAP_WB);

	if (!ptr)
		pr_err("cannot map %zu bytes of the crash image at %#llx\n",
		       place->memsz, (unsigned long long)place->mem);
	return ptr;
}

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
 * crash_hp_place() - where is the content that a crash finds now?
 * @image: the image
 * @part: of which segment
 * @index: of that segment, or of the one in the first slot
 *
 * Return: the place.
 */
struct crash_hp_place crash_hp_place(struct kimage *image,
				     enum crash_hp_part part, int index)
{
	const struct crash_slots *slots = image->arch.crash_slots;
	const struct kexec_segment *segment = &image->segment[index];
	struct crash_hp_place place = { segment->mem, segment->memsz };

	if (slots) {
		place.mem = slots->part[part].mem[slots->active];
		place.memsz = slots->part[part].memsz;
	}
	return place;
}

/* is it this kernel's header? One of any kernel? -ENOMEM when nobody can say */
static int look_at_segment(struct kimage *image, int index, bool *ours,
			   bool *core)
{
	const size_t memsz = image->segment[index].memsz;
	void *ptr;

	*ours = false;
	*core = false;
	if (memsz < sizeof(struct elf64_hdr))
		return 0;
	ptr = crash_hp_map_segment(image, index);
	if (!ptr)
		return -ENOMEM;
	*ours = elfcorehdr_is_ours(ptr, memsz);
	*core = elfcorehdr_is_core(ptr, memsz);
	memunmap(ptr);
	return 0;
}

static int not_seen(void)
{
	pr_err("a segment that may hold the elfcorehdr cannot be mapped\n");
	return -ENOMEM;
}

/**
 * crash_hp_find_elfcorehdr() - find the segment with the elfcorehdr
 * @image: the image; its elfcorehdr_index is set
 *
 * The generic layer takes the last segment that starts with the ELF magic,
 * which may be another payload. Here the header must be this kernel's. Where
 * none proves to be, it is the only core header that there is; the generic
 * layer's choice stands where that does not tell either. Both need to have seen
 * all segments: one that cannot be mapped may be this kernel's header.
 *
 * Return: the index, -ENOENT, or -ENOMEM when a segment that could not be mapped
 * may be the one.
 */
int crash_hp_find_elfcorehdr(struct kimage *image)
{
	unsigned long i, only = 0, nr_core = 0;
	bool ours, core, unseen = false;
	int hint = image->elfcorehdr_index;

	/* as a rule it is where it was, and no other need be mapped */
	if (hint >= 0 && look_at_segment(image, hint, &ours, &core))
		return not_seen();
	if (hint >= 0 && ours)
		return hint;

	for (i = 0; i < image->nr_segments; i++) {
		if (look_at_segment(image, i, &ours, &core))
			unseen = true;
		if (ours) {
			image->elfcorehdr_index = i;
			return i;
		}
		if (core) {
			only = i;
			nr_core++;
		}
	}
	if (unseen)
		return not_seen();
	if (nr_core == 1)
		image->elfcorehdr_index = only;
	if (image->elfcorehdr_index < 0) {
		pr_err("no segment holds an elfcorehdr\n");
		return -ENOENT;
	}
	return image->elfcorehdr_index;
}

/* --- an event ------------------------------------------------------------ */

/**
 * crash_hp_segment_stale() - is there anything to prepare?
 * @segment: begun here, when there is
 * @mark: tells whether the segment is up to date
 *
 * Return: true when the machine has changed since the segment was published.
 */
bool crash_hp_segment_stale(struct crash_hp_segment *segment,
			    struct crash_watch_mark *mark)
{
	segment->mark = mark;
	segment->changes = READ_ONCE(mark->changes);
	return segment->changes != mark->published;
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
	struct crash_hp_segment segments[CRASH_HP_NR_PARTS] = { };
	int i, nr, ret;

	nr = arch_crash_prepare_segments(image, segments);
	ret = nr < 0 ? nr : crash_hp_publish(image, segments, nr);

	for (i = 0; !ret && i < nr; i++)
		segments[i].mark->published = segments[i].changes;
	for (i = 0; i < CRASH_HP_NR_PARTS; i++)
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
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg)
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
 * From here on the image is watched. Events that came while it was being loaded
 * found the kexec lock busy and were lost; segments that user space made may be
 * older still. So the image is brought to the present state, after the watch has
 * started: nothing falls between. Where that fails it is as it was loaded, and
 * hotplug_support is cleared.
 */
void crash_hp_post_load(struct kimage *image)
{
	int ret;

	if (!image->hotplug_support)
		return;

	ret = crash_watch_start(image);
	if (!ret)
		ret = arch_crash_watch_start(image);
	if (!ret) {
		cpus_read_lock();
		get_online_mems();
		ret = crash_hp_refresh(image);
		put_online_mems();
		cpus_read_unlock();
	}

	if (ret) {
		pr_err("the loaded image cannot follow hotplug (error %d)\n",
		       ret);
		image->hotplug_support = 0;
	}
}

/**
 * crash_hp_cleanup() - the image is being freed
 * @image: the image, of any kind, loaded or given up
 *
 * Context: neither the CPU nor the memory hotplug lock is held; may sleep.
 */
void crash_hp_cleanup(struct kimage *image)
{
	arch_crash_watch_stop(image);
	crash_watch_stop(image);
}
