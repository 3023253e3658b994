// SPDX-License-Identifier: GPL-2.0-only
/*
 * How new content gets into an image that may be read at any moment.
 *
 * The machine may crash between any two stores, and then the image is read as
 * it is. A reader has to find the old content or the new one, of all segments,
 * or no image. An image with slots has a place that nobody reads (slots.c).
 * Without, it is hidden while bytes are copied, unless the change is one that
 * nobody can see half done:
 *
 * - it is in one segment only, and
 * - of the bytes that readers of both the old and the new content look at, those
 *   that differ lie in one aligned word, which one store changes.
 *
 * What only one of the two reads (program headers behind the smaller e_phnum) is
 * written while the other one stands: before that store when the new content
 * reads it, after it when the old one did.
 *
 * Every store to an image that is or may be loaded is made by crash_hp_store().
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "publish.h"
#include "slots.h"

#define COMPARE_STEP 256

/* --- stores ----------------------------------------------------------------- */

/**
 * crash_hp_store() - change one word of an image
 * @word: aligned
 * @value: what it becomes
 *
 * A reader finds the old value or the new one.
 */
void crash_hp_store(unsigned long *word, unsigned long value)
{
	WRITE_ONCE(*word, value);
	crash_hp_stored();
}

/* some bytes of one word; the others stay */
static void store_part(u8 *to, const u8 *from, size_t size)
{
	const size_t in = (unsigned long)to % sizeof(unsigned long);
	unsigned long *word = (void *)(to - in);
	unsigned long value = *word;

	memcpy((u8 *)&value + in, from, size);
	if (value != *word)
		crash_hp_store(word, value);
}

/* whole words; long runs that are equal are the rule */
static size_t store_words(u8 *to, const u8 *from, size_t size)
{
	size_t done = 0, end;
	unsigned long value;

	while (size - done >= sizeof(value)) {
		if (size - done >= COMPARE_STEP &&
		    !memcmp(to + done, from + done, COMPARE_STEP)) {
			done += COMPARE_STEP;
			continue;
		}
		end = done + min(size - done, (size_t)COMPARE_STEP);
		for (; end - done >= sizeof(value); done += sizeof(value)) {
			value = get_unaligned((const unsigned long *)(from + done));
			if (value != *(unsigned long *)(to + done))
				crash_hp_store((void *)(to + done), value);
		}
	}
	return done;
}

/**
 * crash_hp_copy() - change bytes of an image, word by word, in ascending order
 * @to: the first of them, mapped with all of its word
 * @from: what they become
 * @size: bytes
 *
 * Words that are as they should be are left alone.
 */
void crash_hp_copy(void *to, const void *from, size_t size)
{
	size_t done = min(size, -(unsigned long)to % sizeof(unsigned long));

	if (done)
		store_part(to, from, done);
	done += store_words(to + done, from + done, size - done);
	if (done < size)
		store_part(to + done, from + done, size - done);
}

/* --- what differs ------------------------------------------------------------- */

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

static bool in_one_word(const struct difference *d)
{
	return !d->len ||
	       ALIGN_DOWN(d->at, sizeof(long)) ==
	       ALIGN_DOWN(d->at + d->len - 1, sizeof(long));
}

/* --- an image without slots ------------------------------------------------------ */

static void copy_difference(const struct update *update,
			    const struct crash_hp_segment *segment,
			    const struct difference *d)
{
	crash_hp_copy(update->old + d->at, segment->buf + d->at, d->len);
}

static void publish_in_sight(const struct update *update,
			     const struct crash_hp_segment *segment)
{
	bool grows = segment->new_spare < segment->old_spare;

	if (grows)
		copy_difference(update, segment, &update->rest);
	/* another CPU may crash and read: what the word leads to comes first */
	smp_wmb();
	copy_difference(update, segment, &update->shared);
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
static int publish_in_place(struct kimage *image,
			    const struct crash_hp_segment *segments, int nr)
{
	struct update updates[CRASH_HP_NR_PARTS];
	int mapped, changed = 0, last = 0, ret = 0;

	for (mapped = 0; mapped < nr; mapped++) {
		const struct crash_hp_segment *s = &segments[mapped];
		struct update *u = &updates[mapped];
		size_t shared = s->size - max(s->old_spare, s->new_spare);

		u->old = crash_hp_map(&s->place);
		if (!u->old) {
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

/**
 * crash_hp_publish() - make new content what a crash finds
 * @image: the image, loaded or at the end of being loaded
 * @segments: the content, prepared
 * @nr: of segments
 *
 * Return: 0, or -ENOMEM when a segment cannot be mapped: then the image is as it
 * was.
 */
int crash_hp_publish(struct kimage *image,
		     const struct crash_hp_segment *segments, int nr)
{
	struct crash_slots *slots = image->arch.crash_slots;

	if (!nr)
		return 0;
	if (slots)
		return crash_slots_publish(slots, segments, nr);
	return publish_in_place(image, segments, nr);
}
