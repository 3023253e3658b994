/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Headers for /proc/vmcore that neither a handler nor kexec-tools makes: those of
 * firmware-assisted schemes. The parts are the ones of load_exec.h.
 */
#ifndef EMU_DUMP_HEADER_H
#define EMU_DUMP_HEADER_H

#include "load_exec.h"

/**
 * struct dump_header - an ELF header and its program headers
 * @bytes: to be freed; NULL: there is none
 * @size: of them that are used
 */
struct dump_header {
	void *bytes;
	size_t size;
};

/* virtual address of physical address 0 in the running kernel's linear map */
uint64_t dump_linear_map(const struct machine *m);

/* each 0, or -1 without memory */

/* a PT_NOTE for each possible CPU's crash notes, then vmcoreinfo's */
int dump_add_notes(const struct machine *m, struct exec_phdrs *list);
/* the kernel's image at its own address, where it has one (x86) */
int dump_add_text(const struct machine *m, struct exec_phdrs *list);
/* @memory without the crash kernel's regions, and without x86's first MiB */
int dump_add_memory(const struct machine *m, const struct view_ranges *memory,
		    struct exec_phdrs *list);
/* make the header of the machine's architecture; frees @list's in any case */
int dump_header_make(const struct machine *m, struct exec_phdrs *list,
		     struct dump_header *header);

/* the program headers that lie within @size; NULL when there are none */
const Elf64_Phdr *dump_header_phdrs(const void *bytes, size_t size, size_t *nr);

/* does a PT_LOAD read memory of [@start, @end]? */
bool dump_header_reads(const void *bytes, size_t size, uint64_t start,
		       uint64_t end);

#endif /* EMU_DUMP_HEADER_H */
