// SPDX-License-Identifier: GPL-2.0-only
/* The command line of an x86 capture kernel, by way of its boot parameters. */
#include <string.h>

#include "boot_params.h"

/* the low and the high half of the command line's address */
#define CMD_LINE_PTR 0x228
#define EXT_CMD_LINE_PTR 0x0c8

static uint32_t get_le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_le32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = value >> (8 * i);
}

void boot_params_set_cmdline(uint8_t *page, uint64_t address)
{
	put_le32(page + CMD_LINE_PTR, (uint32_t)address);
	put_le32(page + EXT_CMD_LINE_PTR, address >> 32);
}

void boot_params_header(const uint8_t *bytes, size_t size, uint64_t mem,
			struct header_place *place)
{
	uint64_t address;

	if (size < BOOT_PARAMS_SIZE)
		return;
	address = get_le32(bytes + CMD_LINE_PTR) |
		  (uint64_t)get_le32(bytes + EXT_CMD_LINE_PTR) << 32;
	if (address < mem || address - mem >= size)
		return;
	bytes += address - mem;
	size -= address - mem;
	bootargs_header(bytes, strnlen((const char *)bytes, size), place);
}
