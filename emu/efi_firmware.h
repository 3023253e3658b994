/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware between a crash and the next boot: what a warm reset leaves of memory,
 * and what of it is the next kernel's.
 */
#ifndef EMU_EFI_FIRMWARE_H
#define EMU_EFI_FIRMWARE_H

#include <stdbool.h>

#include "machine_view.h"

enum efi_memory {
	EFI_MEMORY_KEPT,
	EFI_MEMORY_CLEARED,
	EFI_MEMORY_OVERWRITTEN,	/* where firmware works; else kept */
};

enum efi_reset {
	EFI_RESET_UNKNOWN,	/* firmware says nothing, as the specification allows */
	EFI_RESET_WARM,
	EFI_RESET_COLD,
};

/**
 * struct efi_firmware - one firmware, and one reset
 * @memory: what it does to memory
 * @overwrites: where it works; also what it keeps for good, with @keeps
 * @keeps: that memory is not in the next kernel's map
 * @says: how it calls the reset
 * @dma: a device that nobody has stopped goes on writing here, so fast
 *	(bytes in a second) until devices are reset @device_reset nanoseconds after
 *	the crash; an empty range (end before start): none does
 */
struct efi_firmware {
	enum efi_memory memory;
	struct view_range overwrites;
	bool keeps;
	enum efi_reset says;
	struct view_range dma;
	uint64_t dma_rate;
	uint64_t device_reset;
};

/* what it leaves in memory that it writes to */
#define EFI_CLEARED_BYTE 0x00
#define EFI_FIRMWARE_BYTE 0xf1
#define EFI_DMA_BYTE 0xd3

/* what of firmware->dma is written; false: nothing */
bool efi_dma_written(const struct efi_firmware *fw, struct view_range *written);

/* let the reset happen to @bytes, which lie at @start */
void efi_reset_memory(const struct efi_firmware *fw, uint64_t start,
		      uint8_t *bytes, size_t size);

/**
 * efi_memory_map() - memory that the next kernel may use
 * @ram: what the machine has
 * @map: filled in, to be freed
 *
 * Return: 0, or -1 without memory.
 */
int efi_memory_map(const struct efi_firmware *fw, const struct view_ranges *ram,
		   struct view_ranges *map);

#endif /* EMU_EFI_FIRMWARE_H */
