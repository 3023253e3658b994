/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI stub of the kernel that boots after a reset: has the one before it
 * crashed, and may this one go and look? It boots as usual, or confined to the
 * crash kernel's memory; when in doubt, as usual.
 */
#ifndef EMU_EFI_STUB_H
#define EMU_EFI_STUB_H

#include "efi_firmware.h"
#include "efi_record.h"

/**
 * struct efi_boot - what a stub finds
 * @file, @file_size: the variable, as efivarfs has it; size 0: there is none
 * @map: memory that firmware gives to this kernel
 * @says: how firmware calls the reset
 * @read: bytes of physical memory; NULL where nobody knows any
 * @arg: for @read
 */
struct efi_boot {
	const uint8_t *file;
	size_t file_size;
	const struct view_ranges *map;
	enum efi_reset says;
	const uint8_t *(*read)(void *arg, uint64_t start, uint64_t size);
	void *arg;
};

/**
 * struct efi_decision - what it does
 * @confined: boot within record.ranges, less the area; else as usual
 * @record: whose
 * @slot: the headers of /proc/vmcore
 * @cpu: the one that crashed
 * @why: in words, always
 */
struct efi_decision {
	bool confined;
	struct efi_record record;
	struct efi_slot slot;
	uint32_t cpu;
	char why[192];
};

void efi_stub_decide(const struct efi_boot *boot, struct efi_decision *decision);

#endif /* EMU_EFI_STUB_H */
