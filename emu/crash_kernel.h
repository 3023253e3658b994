/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of the running kernel's own data programs look at first in a dump: its name,
 * its log, and on x86 its page tables and list of memory sections. All of it lies at
 * the end of the kernel's image.
 */
#ifndef EMU_CRASH_KERNEL_H
#define EMU_CRASH_KERNEL_H

#include "error.h"
#include "machine.h"
#include "physmem.h"

/* lines of the log */
#define CRASH_LOG_LINES 64

/**
 * struct crash_kernel - the kernel's data, on its way into memory
 * @phys, @virt: of its first byte
 * @bytes, @size: all that there is room for
 * @used: of them
 * @info: lines for vmcoreinfo, of @info_size bytes at most
 */
struct crash_kernel {
	uint64_t phys;
	uint64_t virt;
	uint8_t *bytes;
	size_t size;
	size_t used;
	char *info;
	size_t info_size;
};

/* append a line to vmcoreinfo, if it has room */
void crash_kernel_info(struct crash_kernel *k, const char *fmt, ...)
	__attribute__((__format__(printf, 2, 3)));

/* room for @size bytes, whose place is a multiple of @align; NULL: none is left */
uint8_t *crash_kernel_room(struct crash_kernel *k, size_t size, size_t align,
			   uint64_t *virt);

/* crash_log.c: the kernel's name and its log, in the ring that it has since 5.10 */
void crash_kernel_log(struct crash_kernel *k, const char *release,
		      const char *machine, const char *const *lines, size_t nr);

/* crash_paging.c: x86_64's page tables and memory sections */
void crash_kernel_paging(struct crash_kernel *k, const struct machine_view *view,
			 uint64_t linear_map);

#endif /* EMU_CRASH_KERNEL_H */
