/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * powerpc: what two slots of an image need to know of its FDT.
 *
 * Purgatory's dt_offset holds the address of the FDT that it hands to the
 * capture kernel, and that FDT names the elfcorehdr. So each slot's FDT names
 * the slot's own header, and dt_offset is the one word that chooses both:
 *
 *	dt_offset --> FDT of slot 0 --> elfcorehdr of slot 0
 *	          `-> FDT of slot 1 --> elfcorehdr of slot 1
 *
 * But for the places that name the header, both FDTs are made alike.
 */
#ifndef CRASH_HP_POWERPC_SLOTS_H
#define CRASH_HP_POWERPC_SLOTS_H

#include "slots.h"

#define FDT_PATCH_MAX_LEN CRASH_SLOT_MAX_DIGITS

/**
 * struct fdt_patch - bytes that are another in each slot's FDT
 * @at: offset of the first, from the beginning of the FDT or of its structure
 *	block
 * @in_struct: the latter
 * @back: it is counted back from the structure block's end: what comes behind
 *	/cpus moves with its size
 * @len: how many, 0: none
 * @bytes: by slot
 */
struct fdt_patch {
	u32 at;
	bool in_struct;
	bool back;
	u8 len;
	u8 bytes[CRASH_NR_SLOTS][FDT_PATCH_MAX_LEN];
};

enum fdt_patch_kind {
	FDT_PATCH_RESERVATION,	/* memory reservation of the header */
	FDT_PATCH_ELFCOREHDR,	/* /chosen/linux,elfcorehdr */
	FDT_PATCH_BOOTARGS,	/* elfcorehdr= in /chosen/bootargs */
	FDT_NR_PATCHES
};

/**
 * struct fdt_slots - kept at image->arch.crash_slots
 * @slots: what the architectures have in common
 * @patch: where the FDT names the header
 */
struct fdt_slots {
	struct crash_slots slots;
	struct fdt_patch patch[FDT_NR_PATCHES];
};

#endif /* CRASH_HP_POWERPC_SLOTS_H */
