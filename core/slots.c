// SPDX-License-Identifier: GPL-2.0-only
/*
 * Updates without a window: the segments that change are there twice, and one
 * aligned word in purgatory leads to one of the two or to the other.
 *
 * An update writes into the slot that nobody reads, and then changes the word.
 * Before that store a crash finds the old content of all segments, behind it the
 * new one; the image is whole at every instant and never hidden.
 *
 * Who reads the word is purgatory, on the one CPU that is left: all others are
 * stopped by then. So nobody is on the way through the slot that an update
 * writes to, and content and word only have to become visible in order.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "publish.h"
#include "slots.h"

/**
 * struct slot_update - one part, from one slot to the other
 * @read: what is read now, mapped
 * @idle: what is not, mapped
 * @from: content for @idle: what was prepared, or @read; NULL: it has it
 * @size: bytes of @from; behind them are zeros
 * @changed: the content is new
 */
struct slot_update {
	void *read;
	void *idle;
	const void *from;
	size_t size;
	bool changed;
};

/**
 * struct slots_update - all parts
 * @idle: the slot that is written
 * @word: the selector, mapped
 * @part: of both slots
 */
struct slots_update {
	unsigned int idle;
	unsigned long *word;
	struct slot_update part[CRASH_HP_NR_PARTS];
};

static void unmap_all(struct slots_update *u)
{
	unsigned int i;

	for (i = 0; i < CRASH_HP_NR_PARTS; i++) {
		if (u->part[i].read)
			memunmap(u->part[i].read);
		if (u->part[i].idle)
			memunmap(u->part[i].idle);
	}
	if (u->word)
		memunmap(u->word);
}

static int map_all(const struct crash_slots *slots, struct slots_update *u)
{
	unsigned int i;

	for (i = 0; i < CRASH_HP_NR_PARTS; i++) {
		const struct crash_slot_part *part = &slots->part[i];

		if (!part->memsz)
			continue;
		u->part[i].read = memremap(part->mem[slots->active],
					   part->memsz, MEMREMAP_WB);
		u->part[i].idle = memremap(part->mem[u->idle], part->memsz,
					   MEMREMAP_WB);
		if (!u->part[i].read || !u->part[i].idle)
			goto out_unmap;
	}
	u->word = memremap(slots->selector, sizeof(*u->word), MEMREMAP_WB);
	if (u->word)
		return 0;
out_unmap:
	pr_err("cannot map a slot of the crash image\n");
	unmap_all(u);
	return -ENOMEM;
}

/* true when something differs from what is read now */
static bool find_changes(struct slots_update *u,
			 const struct crash_hp_segment *segments, int nr)
{
	bool changed = false;
	int i;

	for (i = 0; i < nr; i++) {
		const struct crash_hp_segment *s = &segments[i];
		struct slot_update *part = &u->part[s->part];

		if (!memcmp(part->read, s->buf, s->size))
			continue;
		part->from = s->buf;
		part->size = s->size;
		part->changed = true;
		changed = true;
	}
	return changed;
}

/* what has not changed now may have changed at the last update */
static void find_old(const struct crash_slots *slots, struct slots_update *u)
{
	unsigned int i;

	for (i = 0; i < CRASH_HP_NR_PARTS; i++) {
		const struct crash_slot_part *part = &slots->part[i];

		if (u->part[i].changed ||
		    part->version[u->idle] == part->version[slots->active])
			continue;
		u->part[i].from = u->part[i].read;
		u->part[i].size = part->used[slots->active];
	}
}

static void write_part(struct crash_slots *slots, enum crash_hp_part which,
		       const struct slots_update *u)
{
	const struct slot_update *from = &u->part[which];
	struct crash_slot_part *part = &slots->part[which];
	size_t *used = &part->used[u->idle];

	if (!from->from)
		return;
	crash_hp_copy(from->idle, from->from, from->size);
	if (*used > from->size)
		crash_hp_clear(from->idle + from->size, *used - from->size);
	*used = from->size;
	part->version[u->idle] = part->version[slots->active] + from->changed;
	arch_crash_slot_finish(slots, which, from->idle, u->idle);
}

/**
 * crash_slots_publish() - make new content what a crash finds
 * @slots: of the image
 * @segments: the content, prepared; parts that have none stay as they are
 * @nr: of segments
 *
 * Return: 0, or -ENOMEM when something cannot be mapped: then no part has been
 * written.
 */
int crash_slots_publish(struct crash_slots *slots,
			const struct crash_hp_segment *segments, int nr)
{
	struct slots_update u = { .idle = !slots->active };
	unsigned int i;
	int ret;

	ret = map_all(slots, &u);
	if (ret)
		return ret;
	if (find_changes(&u, segments, nr)) {
		find_old(slots, &u);
		for (i = 0; i < CRASH_HP_NR_PARTS; i++)
			write_part(slots, i, &u);
		/* another CPU may crash and read what the word leads to */
		smp_wmb();
		crash_hp_store(u.word, slots->choice[u.idle]);
		/* and has to find it there before the next update writes */
		smp_wmb();
		slots->active = u.idle;
	}
	unmap_all(&u);
	return 0;
}

/* --- from load to unload ---------------------------------------------------------- */

static bool leads_to_active(const struct crash_slots *slots)
{
	unsigned long *word = memremap(slots->selector, sizeof(*word),
				       MEMREMAP_WB);
	bool leads;

	if (!word)
		return false;
	leads = *word == slots->choice[slots->active];
	memunmap(word);
	return leads;
}

/**
 * crash_slots_check() - use slots only if purgatory is what it should be
 * @image: the image, at the end of being loaded
 */
void crash_slots_check(struct kimage *image)
{
	if (!image->arch.crash_slots || leads_to_active(image->arch.crash_slots))
		return;
	pr_warn("purgatory does not lead to the first slot: no second one\n");
	crash_slots_free(image);
}

/**
 * crash_slots_loaded() - free what only loading needed
 * @image: the image, of any kind, loaded or given up
 *
 * An image that is given up before machine_kexec_post_load() is not cleaned up
 * after this, and one that no watch was started for is never updated: they have
 * no slots from here on.
 */
void crash_slots_loaded(struct kimage *image)
{
	struct crash_slots *slots = image->arch.crash_slots;

	if (!image->arch.crash_watch) {
		crash_slots_free(image);
	} else if (slots) {
		kvfree(slots->buffer);
		slots->buffer = NULL;
	}
}

/**
 * crash_slots_free() - the image goes, or goes on without slots
 * @image: the image, of any kind
 */
void crash_slots_free(struct kimage *image)
{
	struct crash_slots *slots = image->arch.crash_slots;

	if (!slots)
		return;
	image->arch.crash_slots = NULL;
	kvfree(slots->buffer);
	kfree(slots);
}
