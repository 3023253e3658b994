// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: an update of a slot, and the end of slots.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "powerpc.h"
#include "powerpc_slots.h"
#include "publish.h"

static struct fdt_slots *fdt_slots_of(const struct crash_slots *slots)
{
	return container_of(slots, struct fdt_slots, slots);
}

/* beyond the slot's end where somebody else has torn the tree */
static size_t patch_offset(const struct fdt_patch *patch, const void *fdt)
{
	size_t begin = fdt_off_dt_struct(fdt);

	if (!patch->in_struct)
		return patch->at;
	return patch->back ? begin + fdt_size_dt_struct(fdt) - patch->at :
			     begin + patch->at;
}

static void put_patch(const struct fdt_patch *patch, unsigned int slot,
		      void *fdt, size_t memsz)
{
	size_t at = patch_offset(patch, fdt);

	if (at < memsz && patch->len <= memsz - at)
		crash_hp_copy(fdt + at, patch->bytes[slot], patch->len);
}

/**
 * arch_crash_slot_finish() - make what was copied into a slot that slot's own
 * @slots: of the image
 * @part: which segment
 * @bytes: its new content
 * @slot: the slot
 */
void arch_crash_slot_finish(const struct crash_slots *slots,
			    enum crash_hp_part part, void *bytes,
			    unsigned int slot)
{
	int i;

	if (part != CRASH_HP_FDT)
		return;
	for (i = 0; i < FDT_NR_PATCHES; i++)
		put_patch(&fdt_slots_of(slots)->patch[i], slot, bytes,
			  slots->part[part].memsz);
}

/**
 * crash_fdt_slots_check() - use slots only if purgatory is what it should be
 * @image: the image, at the end of being loaded
 */
void crash_fdt_slots_check(struct kimage *image)
{
	if (!image->arch.crash_slots ||
	    crash_slots_usable(image->arch.crash_slots))
		return;
	pr_warn("purgatory's dt_offset does not hold the FDT's address: no second slot\n");
	crash_fdt_slots_free(image);
}

/**
 * crash_fdt_slots_loaded() - free what only loading needed
 * @image: the image, of any kind, loaded or given up
 */
void crash_fdt_slots_loaded(struct kimage *image)
{
	struct fdt_slots *fs;

	if (!image->arch.crash_slots)
		return;
	fs = fdt_slots_of(image->arch.crash_slots);
	kvfree(fs->fdt);
	fs->fdt = NULL;
}

/**
 * crash_fdt_slots_free() - the image goes, or goes on without slots
 * @image: the image, of any kind
 */
void crash_fdt_slots_free(struct kimage *image)
{
	if (!image->arch.crash_slots)
		return;
	crash_fdt_slots_loaded(image);
	kfree(fdt_slots_of(image->arch.crash_slots));
	image->arch.crash_slots = NULL;
}
