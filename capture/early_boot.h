/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Early boot of a powerpc capture kernel: what its files share, and how they
 * read a property.
 */
#ifndef CAPTURE_EARLY_BOOT_H
#define CAPTURE_EARLY_BOOT_H

#include "judging.h"

/* struct cells - a walk over the 32-bit cells of a property */
struct cells {
	const uint8_t *next;
	const uint8_t *end;
};

/* the cells of @prop; none when it is NULL */
struct cells cells_of(const struct fdt_prop *prop);

/* read a number of @nr cells; false, and nothing read, when too few are left */
bool take_cells(struct cells *cells, unsigned int nr, uint64_t *value);

/* hardware ids of the threads of a CPU node */
struct cells threads_of(const struct fdt_tree *tree, int node);

/* the root's #address-cells and #size-cells */
struct cell_sizes {
	unsigned int address;
	unsigned int size;
};

/* early_memory.c: what memory does the capture kernel use, and what spare? */
void judge_early_memory(struct judging *j, const struct fdt_tree *tree,
			struct cell_sizes sizes);

/* early_header.c: where does it look for the elfcorehdr, and is it safe? */
void judge_header_place(struct judging *j, const struct fdt_tree *tree,
			struct cell_sizes sizes);

/* add all memory reservations to @set; false when memory ran out */
bool add_reservations(struct view_ranges *set, const struct fdt_tree *tree);

/* the last byte of a range, which never wraps; @size is not 0 */
static inline uint64_t range_end(uint64_t start, uint64_t size)
{
	return size - 1 > UINT64_MAX - start ? UINT64_MAX : start + size - 1;
}

#endif /* CAPTURE_EARLY_BOOT_H */
