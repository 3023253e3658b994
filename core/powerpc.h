/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * powerpc: what events and loading share: memory that means something special,
 * and the slots of an image.
 */
#ifndef CRASH_HP_POWERPC_H
#define CRASH_HP_POWERPC_H

#include "kernel_compat.h"

int get_usable_memory_ranges(struct crash_mem **mem_ranges);
int get_crash_reserved_ranges(struct crash_mem **mem_ranges);
void set_backup_offset(struct kimage *image, void *elfcorehdr, size_t size);
void crash_fdt_slots_check(struct kimage *image);
void crash_fdt_slots_loaded(struct kimage *image);
void crash_fdt_slots_free(struct kimage *image);

#endif /* CRASH_HP_POWERPC_H */
