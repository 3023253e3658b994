/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is it a device tree, whoever wrote the bytes? libfdt 1.6.1 and older, as
 * Debian 12 has, trust a tree more than the kernel's own libfdt does.
 */
#ifndef EMU_FDT_SOUND_H
#define EMU_FDT_SOUND_H

#include <stdbool.h>
#include <stddef.h>

/**
 * fdt_wraps() - is there a property of 2 GiB or more?
 * @fdt: bytes, none of which is trusted
 * @size: that may be read
 *
 * libfdt 1.6.1 adds such a length to an offset and goes back with it: round in
 * circles, or into the middle of another property.
 *
 * Return: true: a walk through the tree may come back to where it was.
 */
bool fdt_wraps(const void *fdt, size_t size);

/* the part of it that is quick: nothing behind the header is looked at */
int fdt_check_sound_header(const void *fdt, size_t size);

/**
 * fdt_check_sound() - what fdt_check_full() is meant for
 * @fdt: bytes, none of which is trusted
 * @size: that may be read
 *
 * Besides, trees that are older than version 16 are refused: libfdt 1.6.1 does
 * not survive all of them. The kernel (6.12) writes version 17.
 *
 * Return: 0: libfdt can walk through it, or libfdt's negative error.
 */
int fdt_check_sound(const void *fdt, size_t size);

#endif /* EMU_FDT_SOUND_H */
