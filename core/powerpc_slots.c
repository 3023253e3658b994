// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: what is in a slot names the slot.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
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
