/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The little that the command itself reads out of segments; what they mean is
 * the judge's business. Bytes may be anything.
 */
#ifndef CLI_SEGMENT_H
#define CLI_SEGMENT_H

#include <stddef.h>

#include "machine_view.h"

/**
 * segment_used() - bytes of a segment that say something
 * @kind: SEGMENT_ELFCOREHDR: header and program headers; SEGMENT_FDT: its
 *	totalsize; others: all
 * @bytes, @size: the segment
 *
 * Return: at most @size; @size when the segment is not what it should be.
 */
size_t segment_used(enum segment_kind kind, const void *bytes, size_t size);

/**
 * elfcorehdr_loads() - the memory in each PT_LOAD, in the header's order
 * @bytes, @size: the segment
 * @loads: set to an array to be freed; a PT_LOAD of size 0 is left out, one
 *	that wraps ends at the end of the address space
 *
 * Return: how many, 0 with @loads NULL when there is none or it is no header.
 */
size_t elfcorehdr_loads(const void *bytes, size_t size,
			struct view_range **loads);

/* bytes inside the totalsize of a sound FDT that no block uses */
size_t fdt_free_bytes(const void *fdt);

/**
 * fdt_elfcorehdr_address() - where a capture kernel with this FDT will look
 * @fdt, @size: the segment
 *
 * elfcorehdr= on its command line goes before /chosen/linux,elfcorehdr, as in
 * the kernel; user space's FDT has only the former.
 *
 * Return: the address, 0 when it is not told.
 */
uint64_t fdt_elfcorehdr_address(const void *fdt, size_t size);

#endif /* CLI_SEGMENT_H */
