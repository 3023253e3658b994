/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's side of firmware-assisted dump (arch/powerpc/kernel/fadump.c, 6.12,
 * and 6.9 for the older way): what it reserves and registers, and what the kernel
 * that boots after a crash makes of that.
 *
 *	reserved + 0	CPU state	by firmware
 *	...		HPTEs		by firmware
 *	(whole page)	boot memory	copied by firmware
 *	...		crash info
 *	...		elfcorehdr	before 6.10 only: made when registering
 *
 * With fadump=on no memory is reserved for a crash kernel; this is instead of it.
 */
#ifndef EMU_FADUMP_H
#define EMU_FADUMP_H

#include "dump_header.h"
#include "rtas_dump.h"

/* "FADMPSIG", and before 6.10 "FADMPINF", as a number whose first letter counts
 * most
 */
#define FADUMP_MAGIC 0x4641444d50534947ULL
#define FADUMP_MAGIC_OLD 0x4641444d50494e46ULL
#define FADUMP_VERSION 1

/**
 * struct fadump - what the running kernel knows
 * @hotplug_ready: since 6.10: the second kernel makes the headers, and
 *	/sys/kernel/fadump/hotplug_ready reads 1
 * @area: the reserved area, as the one range of @reserved
 * @boot: boot memory, which firmware copies; @boot_top: first byte behind it
 * @cpu_state, @hpte, @boot_copy, @info, @header: places in the area
 * @cpu_state_size, @hpte_size, @info_size: bytes
 * @capacity: bytes of the area for the elfcorehdr, by the ranges there were at boot
 * @elfcorehdr: as made when registering
 * @registrations: so often did it register
 */
struct fadump {
	bool hotplug_ready;
	struct view_range area;
	struct view_ranges reserved;
	struct view_range boot[RTAS_DUMP_BOOT_REGIONS + 1];
	size_t nr_boot;
	uint64_t boot_top;
	uint64_t cpu_state, hpte, boot_copy, info, header;
	uint64_t cpu_state_size, hpte_size, info_size;
	size_t capacity;
	struct dump_header elfcorehdr;
	struct rtas_firmware fw;
	unsigned int registrations;
};

/**
 * fadump_reserve() - at boot
 * @f: zeroed but for hotplug_ready; stays where it is
 * @boot_size: bytes of boot memory; 0: 5 % of all memory, at least
 *	FADUMP_MIN_BOOT_MEMORY
 *
 * Return: 0, or -1 with @err set.
 */
int fadump_reserve(struct fadump *f, const struct machine *m,
		   uint64_t boot_size, struct error *err);
/* RTAS_FADUMP_MIN_BOOT_MEM of rtas-fadump.h */
#define FADUMP_MIN_BOOT_MEMORY 0x14000000ULL
void fadump_free(struct fadump *f);

/**
 * fadump_register() - /sys/kernel/fadump/registered is written 1
 *
 * Return: 0, or -1 with @err saying what firmware has against it.
 */
int fadump_register(struct fadump *f, const struct machine *m,
		    struct error *err);
void fadump_unregister(struct fadump *f, const struct machine *m);

/* --- after a crash --------------------------------------------------------------- */

/**
 * struct fadump_dump - what the second kernel makes
 * @header: of /proc/vmcore
 * @as_loaded: the same, as the judge knows headers: what firmware has copied at
 *	the place that it was copied from, notes at the places of their CPUs
 * @notes: physical address of the CPUs' notes, in the second kernel's memory
 * @cpus: so many have notes
 */
struct fadump_dump {
	struct dump_header header;
	struct dump_header as_loaded;
	uint64_t notes;
	unsigned int cpus;
};

/**
 * fadump_crash() - the machine crashes, firmware saves, the second kernel looks
 * @f: a copy of the running kernel's; changed as firmware changes its part
 * @cpu: that crashes; UINT32_MAX: the first that is online
 * @memory: as the crashed kernel left it; afterwards as the second one finds it
 * @dump: zeroed; fadump_dump_free() it also after a failure
 * @why: set when there is none: the second kernel boots as usual
 *
 * Return: 0 there is a dump, 1 there is none, -1 without memory of the host.
 */
int fadump_crash(struct fadump *f, struct machine *m, uint32_t cpu,
		 struct physmem *memory, struct fadump_dump *dump,
		 struct error *why);
void fadump_dump_free(struct fadump_dump *dump);

#endif /* EMU_FADUMP_H */
