/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The difference between two elfcorehdrs or two FDTs, as a person wants to
 * see it: notes and ranges, nodes and properties; never bytes.
 */
#ifndef CAPTURE_DIFF_H
#define CAPTURE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum diff_kind {
	DIFF_ADDED,	/* in b only */
	DIFF_REMOVED,	/* in a only */
	DIFF_CHANGED,
};

enum diff_subject {
	DIFF_EHDR,	/* a field of the ELF header */
	DIFF_NOTE,	/* a PT_NOTE */
	DIFF_LOAD,	/* a PT_LOAD, by its memory */
	DIFF_ORDER,	/* the same PT_LOADs in another order */
	DIFF_CUT,	/* the same memory, cut into PT_LOADs elsewhere */
	DIFF_FDT_HEADER,	/* boot_cpuid_phys, version */
	DIFF_RESERVE,	/* a memory reservation */
	DIFF_NODE,
	DIFF_PROPERTY,
};

/**
 * struct diff_item - one difference
 * @start, @end: the memory range it is about (notes, loads, reservations)
 * @path: node path, or NULL
 * @text: one line: "+ PT_LOAD 0xa0000000-0xafffffff (256 MiB)"
 */
struct diff_item {
	enum diff_kind kind;
	enum diff_subject subject;
	uint64_t start;
	uint64_t end;
	char *path;
	char *text;
};

struct diff {
	size_t nr;
	size_t max;
	struct diff_item *items;
};

/*
 * Compare two segments; each buffer may be longer than what it holds. Content
 * is compared: neither the order of nodes and properties nor what lies after
 * the end counts. 0, or -1 with @why set to a static or caller-owned line when
 * one of the two is no elfcorehdr (no FDT) at all; @why has room for 160 bytes.
 */
int diff_elfcorehdr(const void *a, size_t a_size, const void *b, size_t b_size,
		    struct diff *diff, char *why);
int diff_fdt(const void *a, size_t a_size, const void *b, size_t b_size,
	     struct diff *diff, char *why);
void diff_free(struct diff *diff);

#endif /* CAPTURE_DIFF_H */
