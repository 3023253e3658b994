/* SPDX-License-Identifier: GPL-2.0-only */
/* What fadump.c and fadump_second.c share. */
#ifndef EMU_FADUMP_PRIVATE_H
#define EMU_FADUMP_PRIVATE_H

#include "fadump.h"

/*
 * struct fadump_crash_info_header of 6.10 and later: six fields of 40 bytes in
 * all, struct pt_regs of 384 bytes, a mask of 2048 CPUs. The older one, without
 * version and vmcoreinfo, is shorter and has this room as well.
 */
#define FADUMP_INFO_SIZE (40 + 384 + 256)

/* where firmware copies the memory at @paddr to; @paddr if it does not */
uint64_t fadump_relocate(const struct fadump *f, uint64_t paddr);

/* the structure to register */
void fadump_structure(const struct fadump *f, struct rtas_dump *dump);

/* @notes: of all CPUs; start 0: not known yet. 0, or -1 without memory */
int fadump_make_header(const struct fadump *f, const struct machine *m,
		       const struct view_range *notes,
		       struct dump_header *header);

#endif /* EMU_FADUMP_PRIVATE_H */
