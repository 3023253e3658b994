/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The FDT that the capture kernel boots with: its /cpus after events, and all
 * that loading puts into it.
 */
#ifndef CRASH_HP_CRASH_FDT_H
#define CRASH_HP_CRASH_FDT_H

#include "kernel_compat.h"

struct crash_hp_segment;

/**
 * struct crash_fdt_load - what loading knows and the FDT must say
 * @cmdline: the capture kernel's command line, complete
 * @initrd_addr: physical address of the initrd, 0 when there is none
 * @initrd_len: its bytes
 * @elfcorehdr_addr: physical address of the elfcorehdr segment
 * @elfcorehdr_size: bytes of it to keep free: all of the segment
 * @backup_addr: physical address of the backup of the first 64 KiB
 * @usable: memory that the capture kernel may use
 * @reserved: memory that firmware keeps, NULL when there is none
 */
struct crash_fdt_load {
	const char *cmdline;
	u64 initrd_addr;
	u64 initrd_len;
	u64 elfcorehdr_addr;
	u64 elfcorehdr_size;
	u64 backup_addr;
	const struct crash_mem *usable;
	const struct crash_mem *reserved;
};

int crash_fdt_errno(int fdt_error);
int crash_fdt_find_segment(struct kimage *image);
int crash_fdt_prepare(struct kimage *image, struct crash_hp_segment *segment);
int crash_fdt_update_cpus(const void *fdt, size_t room, void *buf);
int crash_fdt_cpus_room(size_t *room);
void *crash_fdt_create(const struct crash_fdt_load *load);

#endif /* CRASH_HP_CRASH_FDT_H */
