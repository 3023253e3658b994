/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in an image a store was, in the words of the segment's format. */
#ifndef CLI_STORE_PLACE_H
#define CLI_STORE_PLACE_H

#include "machine_view.h"
#include "store_log.h"

/* of the part of it that says what it is */
#define STORE_PLACE_SIZE 220

/**
 * store_place() - name the field, header, node or property that changed
 * @image: with the store made; its bytes may be half of something
 * @store: it
 * @text: of @size bytes: "elfcorehdr +0x1f8: program header 8, p_filesz",
 *	"fdt +0x1a40: /cpus/PowerPC,POWER9@8, property reg",
 *	"purgatory +0x1d0: dt_offset, selects slot 1", on x86_64
 *	entry64_regs.rsi; "spare fdt" is not read now
 */
void store_place(const struct image_view *image, const struct store *store,
		 char *text, size_t size);

#endif /* CLI_STORE_PLACE_H */
