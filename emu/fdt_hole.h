/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kexec crash FDT of the RFC of 2022-02-21 (linuxppc-dev): a hole in the crash
 * kernel's region, reserved at boot, where every image has its FDT. The kernel
 * rewrites the CPU nodes there, in place, when DLPAR has added a core.
 */
#ifndef EMU_FDT_HOLE_H
#define EMU_FDT_HOLE_H

#include "machine_private.h"

/**
 * fdt_hole_reserve() - at boot: the highest place of the region below the RMA's end
 * @size: bytes, whole pages
 *
 * Return: 0, or -1 with @err set.
 */
int fdt_hole_reserve(struct machine *m, uint64_t size, struct error *err);

/* at load: the FDT in the hole takes all of it; 0, or -1 with @err set */
int fdt_hole_open(struct machine *m, struct error *err);

/**
 * fdt_hole_update() - the CPU nodes of the live tree instead of the FDT's
 *
 * Nobody is asked and nothing is hidden meanwhile. What is done when something
 * fails stays done, as in update_cpus_node() (arch/powerpc/kexec/core_64.c, 6.12).
 *
 * Return: 0, or -1 with @err set.
 */
int fdt_hole_update(struct machine *m, struct error *err);

#endif /* EMU_FDT_HOLE_H */
