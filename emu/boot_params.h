/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86: what a boot loader hands to the kernel, as far as it leads to the
 * elfcorehdr: a page of parameters, and a command line
 * (Documentation/arch/x86/zero-page.rst, 6.12).
 */
#ifndef EMU_BOOT_PARAMS_H
#define EMU_BOOT_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "bootargs.h"

/* bytes of the parameters; whoever makes them has the command line behind */
#define BOOT_PARAMS_SIZE 0x1000

/* @page: BOOT_PARAMS_SIZE bytes; @address: physical, of its command line */
void boot_params_set_cmdline(uint8_t *page, uint64_t address);

/**
 * boot_params_header() - where the capture kernel will look for the elfcorehdr
 * @bytes: a segment that begins with boot parameters
 * @size: bytes of it
 * @mem: its physical address
 * @place: changed where the command line is in the segment and says it
 */
void boot_params_header(const uint8_t *bytes, size_t size, uint64_t mem,
			struct header_place *place);

#endif /* EMU_BOOT_PARAMS_H */
