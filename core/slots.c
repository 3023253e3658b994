// SPDX-License-Identifier: GPL-2.0-only
/*
 * Updates without a window: the segments that change are there twice, and one
 * aligned word in purgatory leads to one of the two or to the other.
 *
 * An update writes into the slot that nobody reads, and then changes the word.
 * Before that store a crash finds the old content of all segments, behind it the
 * new one; the image is whole at every instant and never hidden. Then the slot
 * that was read before gets the same content, so that both are equal between
 * updates, and each update pays for its own change and no other.
 *
 * Who reads the word is purgatory, on the one CPU that is left: all others are
 * stopped by then. So nobody is on the way through the slot that an update
 * writes to, and content and word only have to become visible in order.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "publish.h"
#include "slots.h"

/**
 * struct slots_map - all of the slots, mapped
 * @word: the selector
 * @part: by kind, in each slot
 */
struct slots_map {
	unsigned long *word;
	void *part[CRASH_HP_NR_PARTS][CRASH_NR_SLOTS];
};

static void unmap_all(struct slots_map *map)
{
	void **part = &map->part[0][0];
	unsigned int i;

	for (i = 0; i < CRASH_HP_NR_PARTS * CRASH_NR_SLOTS; i++)
		if (part[i])
			memunmap(part[i]);
	if (map->word)
		memunmap(map->word);
}

static bool map_part(const struct crash_slot_part *part, void **mapped)
{
	unsigned int slot;

	for (slot = 0; slot < CRASH_NR_SLOTS && part->memsz; slot++) {
		mapped[slot] = memremap(part->mem[slot], part->memsz,
					MEMREMAP_WB);
		if (!mapped[slot])
			return false;
	}
	return true;
}

static int map_all(const struct crash_slots *slots, struct slots_map *map)
{
	unsigned int i;

	map->word = memremap(slots->selector, sizeof(*map->word), MEMREMAP_WB);
	if (!map->word)
		goto out_unmap;
	for (i = 0; i < CRASH_HP_NR_PARTS; i++)
		if (!map_part(&slots->part[i], map->part[i]))
			goto out_unmap;
	return 0;
out_unmap:
	pr_err("cannot map the slots of the crash image\n");
	unmap_all(map);
	return -ENOMEM;
}

/* --- an update --------------------------------------------------------------- */

static bool is_new(const struct crash_slots *slots, const struct slots_map *map,
		   const struct crash_hp_segment *segment)
{
	return memcmp(map->part[segment->part][slots->active], segment->buf,
		      segment->size);
}

static void write_slot(const struct crash_slots *slots,
		       const struct slots_map *map, unsigned int slot,
		       const struct crash_hp_segment *segments, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		const struct crash_hp_segment *s = &segments[i];
		void *to = map->part[s->part][slot];

		if (!s->size)
			continue;
		crash_hp_copy(to, s->buf, s->size);
		arch_crash_slot_finish(slots, s->part, to, slot);
	}
}

static void commit(struct crash_slots *slots, const struct slots_map *map,
		   unsigned int slot)
{
	/* another CPU may crash and read what the word leads to */
	smp_wmb();
	crash_hp_store(map->word, slots->choice[slot]);
	/* and has to find it there before the other slot is written */
	smp_wmb();
	slots->active = slot;
}

/**
 * crash_slots_publish() - make new content what a crash finds
 * @slots: of the image
 * @segments: the content, prepared; what has no bytes stays as it is
 * @nr: of segments
 *
 * Return: 0, or -ENOMEM when something cannot be mapped: then nothing has been
 * written.
 */
int crash_slots_publish(struct crash_slots *slots,
			const struct crash_hp_segment *segments, int nr)
{
	const unsigned int before = slots->active;
	struct slots_map map = { };
	bool new = false;
	int i, ret;

	ret = map_all(slots, &map);
	if (ret)
		return ret;
	for (i = 0; i < nr; i++)
		new |= is_new(slots, &map, &segments[i]);
	if (new) {
		write_slot(slots, &map, !before, segments, nr);
		commit(slots, &map, !before);
		write_slot(slots, &map, before, segments, nr);
	}
	unmap_all(&map);
	return 0;
}

/* --- from load to unload ---------------------------------------------------------- */

/* as slot 0, but for what names the slot */
static void fill_slot_1(const struct crash_slots *slots,
			const struct slots_map *map)
{
	unsigned int i;

	for (i = 0; i < CRASH_HP_NR_PARTS; i++) {
		if (!slots->part[i].memsz)
			continue;
		crash_hp_copy(map->part[i][1], map->part[i][0],
			      slots->part[i].memsz);
		arch_crash_slot_finish(slots, i, map->part[i][1], 1);
	}
}

static bool start(const struct crash_slots *slots)
{
	struct slots_map map = { };
	bool usable;

	if (map_all(slots, &map))
		return false;
	usable = *map.word == slots->choice[0];
	if (usable)
		fill_slot_1(slots, &map);
	else
		pr_err("purgatory does not lead to the first slot\n");
	unmap_all(&map);
	return usable;
}

/**
 * crash_slots_start() - make the second slot ready
 * @image: the image, at the end of being loaded
 *
 * If it has slots, it keeps them only where purgatory's word leads to the first.
 */
void crash_slots_start(struct kimage *image)
{
	if (image->arch.crash_slots && !start(image->arch.crash_slots))
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
