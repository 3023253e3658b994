/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kexec-tools puts into an image for kexec_load(2): shared by the files
 * that make the segments.
 */
#ifndef EMU_LOAD_EXEC_H
#define EMU_LOAD_EXEC_H

#include "load.h"

/**
 * struct exec_plan - what is known when the elfcorehdr and the FDT are made
 * @configured: CPUs that are configured, as the C library has it
 * @cmdline: for the capture kernel, elfcorehdr= included (powerpc, as below)
 * @backup, @elfcorehdr, @initrd: physical addresses; @backup: x86 as well
 * @elfcorehdr_size: bytes to keep free at @elfcorehdr
 * @initrd_size: bytes; 0: none
 * @hotplug: the kernel shall update the image
 */
struct exec_plan {
	size_t configured;
	char *cmdline;
	uint64_t backup;
	uint64_t elfcorehdr;
	uint64_t elfcorehdr_size;
	uint64_t initrd;
	uint64_t initrd_size;
	bool hotplug;
};

/* sysconf(_SC_NPROCESSORS_CONF), as the scenario says, or else a C library that
 * counts all possible CPUs
 */
size_t exec_configured_cpus(const struct load *l);

/* --- load_exec.c: places for segments -------------------------------------------- */

/* at most: those that the tool makes, and one that a scenario adds */
#define EXEC_NR_SEGMENTS 7

/* a segment that has a place */
struct exec_segment {
	enum segment_kind kind;
	struct kexec_segment s;
	const void *content;
	size_t content_size;
	void *owned;
};

/**
 * struct exec - segments on their way into an image
 * @l: the load
 * @max: no byte of a segment above this
 */
struct exec {
	struct load *l;
	uint64_t max;
	struct exec_plan plan;
	struct exec_segment segment[EXEC_NR_SEGMENTS];
	size_t nr;
};

/* a place for a segment, @memsz in whole pages; NULL with @err set */
struct exec_segment *exec_place(struct exec *x, enum segment_kind kind,
				size_t bufsz, size_t memsz, bool top_down,
				struct error *err);
/* the same for one whose sizes and content a hint may give */
struct exec_segment *exec_place_file(struct exec *x, enum segment_kind kind,
				     size_t bufsz, size_t memsz, bool top_down,
				     struct error *err);
/* the segment that a hint calls "other", of which no tool knows, if there is one */
int exec_place_other(struct exec *x, struct error *err);
/* a place for @header, which is freed at the end, or at once on error; 0 or -1 */
int exec_add_elfcorehdr(struct exec *x, void *header, size_t size,
			size_t memsz, bool top_down, struct error *err);
/* all of them, in ascending order as the kernel wants them; also after an error */
void exec_add_segments(struct exec *x);

/* --- elfcorehdr_exec.c: the header's parts ------------------------------------- */

/**
 * struct exec_phdrs - program headers in the tool's order
 * @linear_map: virtual address of physical address 0
 */
struct exec_phdrs {
	Elf64_Phdr *p;
	size_t nr;
	size_t max;
	uint64_t linear_map;
};

/* each 0, or -1 without memory */
int exec_add_note(struct exec_phdrs *list, uint64_t phys, uint64_t size);
/* [@start, @end] of memory, if it is not empty; a dump finds it at @offset */
int exec_add_load(struct exec_phdrs *list, uint64_t start, uint64_t end,
		  uint64_t offset);
/* what of [@start, @end] is left without @crashk */
int exec_add_memory(struct exec_phdrs *list, const struct view_ranges *crashk,
		    uint64_t start, uint64_t end);
/* the header, in whole @align, to be freed; NULL: out of memory. Frees @list's */
void *exec_header(struct exec_phdrs *list, unsigned int machine, size_t align,
		  size_t *size);

/* elfcorehdr_exec_powerpc.c, elfcorehdr_exec_x86_64.c: the header, to be freed;
 * NULL: out of memory
 */
void *powerpc_exec_elfcorehdr(struct machine *m, const struct exec_plan *plan,
			      size_t *size);
void *x86_64_exec_elfcorehdr(struct machine *m, const struct exec_plan *plan,
			     size_t *size);

/* fdt_exec.c: the FDT, to be freed, with room to grow; NULL with @err set */
void *exec_fdt(struct machine *m, const struct exec_plan *plan,
	       struct error *err);

#endif /* EMU_LOAD_EXEC_H */
