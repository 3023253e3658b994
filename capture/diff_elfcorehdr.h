/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Comparing two elfcorehdrs: what its files share.
 */
#ifndef CAPTURE_DIFF_ELFCOREHDR_H
#define CAPTURE_DIFF_ELFCOREHDR_H

#include "differing.h"
#include "elfcore.h"

/* room for all fields of two program headers */
#define PHDR_FIELDS	384

/* some of the program headers of an elfcorehdr */
struct phdr_list {
	const Elf64_Phdr **p;
	size_t nr;
};

/* @list_a, @list_b: those that are being compared */
struct elf_diff {
	struct differing d;
	struct elfcore a;
	struct elfcore b;
	struct phdr_list list_a;
	struct phdr_list list_b;
};

/*
 * Sort both lists by address and drop what is the same in both. Returns whether
 * what was dropped followed each other in the same order.
 */
bool drop_equal(struct elf_diff *e);

/* the memory of a program header; an empty one is shown as a byte */
struct view_range phdr_range(const Elf64_Phdr *phdr);

/* the fields that differ: "p_offset 0x0 -> 0x21730000" */
const char *phdr_fields(const Elf64_Phdr *a, const Elf64_Phdr *b,
			char text[PHDR_FIELDS]);

/* diff_loads.c: the PT_LOADs, in the lists */
void diff_loads(struct elf_diff *e);

#endif /* CAPTURE_DIFF_ELFCOREHDR_H */
