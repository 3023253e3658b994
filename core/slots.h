/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image in which the segments that change are there twice, and a word that
 * says which of the two a capture kernel gets.
 */
#ifndef CRASH_HP_SLOTS_H
#define CRASH_HP_SLOTS_H

#include "crash_hp.h"

#define CRASH_NR_SLOTS 2

/**
 * struct crash_slot_part - one kind of segment, in both slots
 * @mem: physical address in each
 * @memsz: bytes in each; 0: the image has no such part
 * @used: bytes that may be other than zero in each, from its start
 * @version: counts contents; a slot that nobody reads may hold an old one
 */
struct crash_slot_part {
	phys_addr_t mem[CRASH_NR_SLOTS];
	size_t memsz;
	size_t used[CRASH_NR_SLOTS];
	unsigned long version[CRASH_NR_SLOTS];
};

/**
 * struct crash_slots - of one image, kept at image->arch.crash_slots
 * @selector: physical address of the word, which is aligned
 * @choice: what it holds when a slot is read
 * @active: the slot that is read
 * @part: by kind
 */
struct crash_slots {
	phys_addr_t selector;
	unsigned long choice[CRASH_NR_SLOTS];
	unsigned int active;
	struct crash_slot_part part[CRASH_HP_NR_PARTS];
};

bool crash_slots_usable(const struct crash_slots *slots);
int crash_slots_publish(struct crash_slots *slots,
			const struct crash_hp_segment *segments, int nr);

/* per architecture */
void arch_crash_slot_finish(const struct crash_slots *slots,
			    enum crash_hp_part part, void *bytes,
			    unsigned int slot);

#endif /* CRASH_HP_SLOTS_H */
