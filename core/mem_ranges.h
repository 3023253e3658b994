/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorted, disjoint ranges of physical memory in struct crash_mem.
 */
#ifndef CRASH_HP_MEM_RANGES_H
#define CRASH_HP_MEM_RANGES_H

#include "kernel_compat.h"

struct crash_mem *alloc_mem_ranges(unsigned int max_nr);
int insert_mem_range(struct crash_mem **mem_ranges, u64 start, u64 end);
int add_mem_range(struct crash_mem **mem_ranges, u64 base, u64 size);
int remove_mem_range(struct crash_mem **mem_ranges, u64 base, u64 size);
int crash_exclude_mem_range(struct crash_mem *mem, unsigned long long mstart,
			    unsigned long long mend);
void coalesce_mem_ranges(struct crash_mem *mem);

#endif /* CRASH_HP_MEM_RANGES_H */
