/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes and bytes as a person reads them.
 */
#ifndef CAPTURE_TEXT_H
#define CAPTURE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_SIZE	32
#define TEXT_VALUE	64

/* what came from a segment may hold anything: one line, no control codes */
void text_printable(char *text);

/* the size of [start, end] in the largest binary unit that divides it */
const char *text_size(uint64_t start, uint64_t end, char buf[TEXT_SIZE]);

/*
 * The value of a device tree property as dtc writes it, shortened: strings,
 * cells <0x1 0x2> or bytes [01 02]; nothing for an empty one.
 */
const char *text_value(const void *data, size_t len, char buf[TEXT_VALUE]);

#endif /* CAPTURE_TEXT_H */
