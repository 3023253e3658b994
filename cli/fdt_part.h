/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of a capture kernel's FDT that kexec_file_load(2) decides. The rest
 * is the boot FDT's, and a capture has only the live tree, which is not the
 * same: it lacks what was for early boot, and has what the kernel added.
 */
#ifndef CLI_FDT_PART_H
#define CLI_FDT_PART_H

#include <stddef.h>

#include "error.h"

/**
 * fdt_loaded_part() - a copy of an FDT reduced to what a load sets
 * @fdt, @size: the tree; the segment it is in
 * @err: set on failure
 *
 * Kept are the memory reservations, the children of /cpus, the usable memory
 * properties, and of /chosen what the load writes, seeds excepted.
 *
 * Return: the tree, to be freed; NULL when @fdt is none, or without memory.
 */
void *fdt_loaded_part(const void *fdt, size_t size, struct error *err);

#endif /* CLI_FDT_PART_H */
