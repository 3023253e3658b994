// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash hotplug events: bring a loaded crash image up to date.
 *
 * Every event, whatever its kind, brings to the machine's present state each
 * segment that the image's watch has marked as older (crash_watch.h). So an event
 * that was lost while the kexec lock was busy is made good by the next one, and
 * the order of events leaves no trace in the image.
 *
 * The new content is prepared aside, from beginning to end, and then published:
 * the bytes that differ are copied, where need be while the image is hidden.
 * Where anything fails the image stays as it was, and hotplug_support is cleared:
 * crash_hotplug reads 0, and user space reloads instead of trusting a stale image.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "crash_watch.h"
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
 * layer's choice stands where that does not tell either. Both need to have seen
 * all segments: one that cannot be mapped may be this kernel's header.
 *
 * Return: the index, -ENOENT, or -ENOMEM when a segment that could not be mapped
 * may be the one.
 */
int crash_hp_find_elfcorehdr(struct kimage *image)
{
	unsigned long i, core = 0, nr_core = 0;
	bool ours, unseen = false;
	void *ptr;

	for (i = 0; i < image->nr_segments; i++) {
		if (image->segment[i].memsz < sizeof(struct elf64_hdr))
			continue;
		ptr = crash_hp_map_segment(image, i);
		if (!ptr) {
			unseen = true;
			continue;
		}
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
	if (unseen) {
		pr_err("a segment that may hold the elfcorehdr cannot be mapped\n");
		return -ENOMEM;
	}
	if (nr_core == 1)
		image->elfcorehdr_index = core;
	if (image->elfcorehdr_index < 0) {
		pr_err("no segment holds an elfcorehdr\n");
		return -ENOENT;
	}
	return image->elfcorehdr_index;
}

/* --- publishing ---------------------------------------------------------- */

/*
 * The machine may crash between any two stores, and then the image is read as
 * it is. A reader has to find the old content or the new one, of all segments,
 * or no image. So the image is hidden while bytes are copied, unless the change
 * is one that nobody can see half done:
 *
 * - it is in one segment only, and
 * - of the bytes that readers of both the old and the new content look at, those
 *   that differ lie in one aligned word, which one store changes.
 *
 * What only one of the two reads (program headers behind the smaller e_phnum) is
 * written while the other one stands: before that store when the new content
 * reads it, after it when the old one did.
 */

/**
 * struct difference - bytes that differ
 * @at: offset of the first
 * @len: bytes up to the last, inclusive; 0: none differ
 */
struct difference {
	size_t at;
	size_t len;
};

/**
 * struct update - one segment, old and new
 * @old: its bytes, mapped
 * @shared: differences in what is read of the old and of the new content
 * @rest: differences behind it
 */
struct update {
	void *old;
	struct difference shared;
	struct difference rest;
};

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

/* between the offsets @from and @to */
static struct difference find_difference(const u8 *a, const u8 *b, size_t from,
					 size_t to)
{
	struct difference d;

	d.at = from + equal_head(a + from, b + from, to - from);
	d.len = to - d.at - equal_tail(a + d.at, b + d.at, to - d.at);
	return d;
}

static void copy_difference(const struct update *update,
			    const struct crash_hp_segment *segment,
			    const struct difference *d)
{
	memcpy(update->old + d->at, segment->buf + d->at, d->len);
}

static bool in_one_word(const struct difference *d)
{
	return !d->len ||
	       ALIGN_DOWN(d->at, sizeof(long)) ==
	       ALIGN_DOWN(d->at + d->len - 1, sizeof(long));
}

static void store_word(const struct update *update,
		       const struct crash_hp_segment *segment)
{
	const struct difference *d = &update->shared;
	unsigned long *word = update->old + ALIGN_DOWN(d->at, sizeof(*word));
	unsigned long new;

	if (!d->len)
		return;
	new = *word;
	memcpy((u8 *)&new + d->at % sizeof(*word), segment->buf + d->at, d->len);
	WRITE_ONCE(*word, new);
}

static void publish_in_sight(const struct update *update,
			     const struct crash_hp_segment *segment)
{
	bool grows = segment->new_spare < segment->old_spare;

	if (grows)
		copy_difference(update, segment, &update->rest);
	/* another CPU may crash and read: what the word leads to comes first */
	smp_wmb();
	store_word(update, segment);
	/* and what it led to goes last */
	smp_wmb();
	if (!grows)
		copy_difference(update, segment, &update->rest);
}

static void publish_hidden(struct kimage *image, const struct update *updates,
			   const struct crash_hp_segment *segments, int nr)
{
	/* one that is still being loaded is not visible yet */
	bool visible = kexec_crash_image == image;
	int i;

	if (visible)
		xchg(&kexec_crash_image, NULL);
	for (i = 0; i < nr; i++) {
		copy_difference(&updates[i], &segments[i], &updates[i].shared);
		copy_difference(&updates[i], &segments[i], &updates[i].rest);
	}
	if (visible)
		xchg(&kexec_crash_image, image);
}

/* everything that can fail is done before the first store */
static int publish(struct kimage *image, const struct crash_hp_segment *segments,
		   int nr)
{
	struct update updates[CRASH_HP_MAX_SEGMENTS];
	int mapped, changed = 0, last = 0, ret = 0;

	for (mapped = 0; mapped < nr; mapped++) {
		const struct crash_hp_segment *s = &segments[mapped];
		struct update *u = &updates[mapped];
		size_t shared = s->size - max(s->old_spare, s->new_spare);

		u->old = crash_hp_map_segment(image, s->index);
		if (!u->old) {
			pr_err("cannot map segment %d\n", s->index);
			ret = -ENOMEM;
			goto out_unmap;
		}
		u->shared = find_difference(u->old, s->buf, 0, shared);
		u->rest = find_difference(u->old, s->buf, shared, s->size);
		if (u->shared.len || u->rest.len) {
			last = mapped;
			changed++;
		}
	}

	if (changed == 1 && in_one_word(&updates[last].shared))
		publish_in_sight(&updates[last], &segments[last]);
	else if (changed)
		publish_hidden(image, updates, segments, nr);

out_unmap:
	while (mapped--)
		memunmap(updates[mapped].old);
	return ret;
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
	struct crash_hp_segment segments[CRASH_HP_MAX_SEGMENTS] = { };
	int i, nr, ret;

	nr = arch_crash_prepare_segments(image, segments);
	ret = nr < 0 ? nr : publish(image, segments, nr);

	for (i = 0; !ret && i < nr; i++)
		segments[i].mark->published = segments[i].changes;
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
