// SPDX-License-Identifier: GPL-2.0-only
/* A warm reset, as memory sees it. */
#include <string.h>

#include "duration.h"
#include "efi_firmware.h"

static bool is_empty(const struct view_range *r)
{
	return r->end < r->start;
}

bool efi_dma_written(const struct efi_firmware *fw, struct view_range *written)
{
	unsigned __int128 bytes = (unsigned __int128)fw->dma_rate *
				  fw->device_reset / NS_PER_S;

	*written = fw->dma;
	if (is_empty(&fw->dma) || !bytes)
		return false;
	if (bytes - 1 < fw->dma.end - fw->dma.start)
		written->end = fw->dma.start + (uint64_t)(bytes - 1);
	return true;
}

static void overwrite(const struct view_range *r, int byte, uint64_t start,
		      uint8_t *bytes, size_t size)
{
	uint64_t from = r->start > start ? r->start : start;
	uint64_t last = start + (size - 1);

	if (is_empty(r) || r->end < start || r->start > last)
		return;
	if (r->end < last)
		last = r->end;
	memset(bytes + (from - start), byte, last - from + 1);
}

void efi_reset_memory(const struct efi_firmware *fw, uint64_t start,
		      uint8_t *bytes, size_t size)
{
	struct view_range dma;

	if (efi_dma_written(fw, &dma))
		overwrite(&dma, EFI_DMA_BYTE, start, bytes, size);
	if (fw->memory == EFI_MEMORY_CLEARED)
		memset(bytes, EFI_CLEARED_BYTE, size);
	else if (fw->memory == EFI_MEMORY_OVERWRITTEN)
		overwrite(&fw->overwrites, EFI_FIRMWARE_BYTE, start, bytes,
			  size);
}

int efi_memory_map(const struct efi_firmware *fw, const struct view_ranges *ram,
		   struct view_ranges *map)
{
	if (view_ranges_copy(map, ram))
		return -1;
	if (!fw->keeps || is_empty(&fw->overwrites))
		return 0;
	return view_ranges_remove(map, fw->overwrites.start,
				  fw->overwrites.end);
}
