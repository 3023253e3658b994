/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory is online.
 */
#ifndef CRASH_HP_ONLINE_MEM_H
#define CRASH_HP_ONLINE_MEM_H

#include "kernel_compat.h"

int update_online_memory(struct crash_mem **online, u64 start, u64 end);
int list_online_memory(struct crash_mem **online);
int get_online_memory_ranges(const struct crash_mem *online,
			     struct crash_mem **mem_ranges);

/* per architecture */
int arch_crash_walk_memory(void *arg,
			   int (*func)(u64 start, u64 end, void *arg));

#endif /* CRASH_HP_ONLINE_MEM_H */
