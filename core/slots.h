/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image in which the segments that change are there twice, and a word that
 * says which of the two a capture kernel gets.
 */
#ifndef CRASH_HP_SLOTS_H
#define CRASH_HP_SLOTS_H

#include "crash_hp.h"

#define CRASH_NR_SLOTS 2
/* how a command line begins that names a header, with its address behind */
#define CRASH_SLOT_PARAM "elfcorehdr=0x"
#define CRASH_SLOT_PARAM_LEN (sizeof(CRASH_SLOT_PARAM) - 1)
/* of an address on a command line */
#define CRASH_SLOT_MAX_DIGITS 16

/**
 * struct crash_slot_part - one kind of segment, in both slots
 * @mem: physical address in each
 * @memsz: bytes in each; 0: the image has no such part
 */
struct crash_slot_part {
	phys_addr_t mem[CRASH_NR_SLOTS];
	size_t memsz;
};

/**
 * struct crash_slots - of one image, kept at image->arch.crash_slots
 * @selector: physical address of the word, which is aligned
 * @choice: what it holds when a slot is read
 * @active: the slot that is read
 * @part: by kind
 * @buffer: of a segment that only slot 1 has, while the image is being loaded;
 *	from kvmalloc()
 *
 * An architecture that needs more has it behind this, in the same allocation.
 */
struct crash_slots {
	phys_addr_t selector;
	unsigned long choice[CRASH_NR_SLOTS];
	unsigned int active;
	struct crash_slot_part part[CRASH_HP_NR_PARTS];
	void *buffer;
};

int crash_slots_publish(struct crash_slots *slots,
			const struct crash_hp_segment *segments, int nr);
void crash_slots_start(struct kimage *image);
void crash_slots_loaded(struct kimage *image);
void crash_slots_free(struct kimage *image);

/* slots_load.c */
int crash_slots_digits(const struct crash_slots *slots, const char *cmdline,
		       size_t size,
		       u8 digits[CRASH_NR_SLOTS][CRASH_SLOT_MAX_DIGITS]);
int crash_slots_select(struct crash_slots *slots, struct kimage *image,
		       const char *symbol, size_t offset,
		       const phys_addr_t *mem);
void crash_slots_install(struct kimage *image, struct crash_slots *slots,
			 int ret);

/* per architecture */
void arch_crash_slot_finish(const struct crash_slots *slots,
			    enum crash_hp_part part, void *bytes,
			    unsigned int slot);

#endif /* CRASH_HP_SLOTS_H */
