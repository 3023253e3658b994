/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * powerpc: memory that means something special, shared by events and loading.
 */
#ifndef CRASH_HP_POWERPC_H
#define CRASH_HP_POWERPC_H

#include "kernel_compat.h"

int get_usable_memory_ranges(struct crash_mem **mem_ranges);
int get_crash_reserved_ranges(struct crash_mem **mem_ranges);
void set_backup_offset(struct kimage *image, void *elfcorehdr, size_t size);

#endif /* CRASH_HP_POWERPC_H */
