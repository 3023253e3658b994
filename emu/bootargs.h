/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command line tells a capture kernel about its elfcorehdr. */
#ifndef EMU_BOOTARGS_H
#define EMU_BOOTARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct header_place - where a capture kernel looks for the elfcorehdr
 * @known: it is told
 * @address: physical
 * @size: bytes; 0: not told
 */
struct header_place {
	bool known;
	uint64_t address;
	uint64_t size;
};

/**
 * bootargs_header() - elfcorehdr= on a command line
 * @bootargs: @len bytes, which need not end with a NUL
 * @place: changed where the option is there (kernel/elfcorehdr.c, 6.12)
 */
void bootargs_header(const void *bootargs, size_t len,
		     struct header_place *place);

#endif /* EMU_BOOTARGS_H */
