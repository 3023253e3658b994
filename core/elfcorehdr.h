/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The elfcorehdr segment: which memory it lists, how large it is, its bytes.
 */
#ifndef CRASH_HP_ELFCOREHDR_H
#define CRASH_HP_ELFCOREHDR_H

#include "kernel_compat.h"

int exclude_crash_regions(struct crash_mem **mem_ranges);
size_t elfcorehdr_bytes(unsigned int nr_ranges);
int elfcorehdr_build(const struct crash_mem *mem, bool need_kernel_map,
		     void *buf, size_t size);
size_t elfcorehdr_used(const void *buf, size_t size);
bool elfcorehdr_is_core(const void *buf, size_t size);
bool elfcorehdr_is_ours(const void *buf, size_t size);
struct elf64_phdr *elfcorehdr_find_paddr(void *buf, size_t size, u64 paddr);

/* per architecture */
int get_crash_memory_ranges(const struct crash_mem *online,
			    struct crash_mem **mem_ranges);
size_t elfcorehdr_segment_size(unsigned int nr_ranges);

#endif /* CRASH_HP_ELFCOREHDR_H */
