/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logical memory blocks: /ibm,dynamic-reconfiguration-memory lists all memory
 * that a partition may ever have, and says which of it is assigned. Two
 * formats: ibm,dynamic-memory has an entry per LMB, ibm,dynamic-memory-v2 one
 * per run of LMBs alike (PAPR+; arch/powerpc/mm/drmem.c, 6.12).
 */
#ifndef EMU_LMB_H
#define EMU_LMB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define LMB_NODE "/ibm,dynamic-reconfiguration-memory"

struct lmb {
	uint64_t base;
	uint32_t drc_index;
	uint32_t aa_index;	/* into ibm,associativity-lookup-arrays */
	uint32_t flags;
};

/**
 * struct lmb_array - all LMBs of a tree, in its order
 * @size: bytes of each; 0 when the tree has no LMBs
 * @property: the format it came in, by the property's name
 */
struct lmb_array {
	struct lmb *lmb;
	size_t nr;
	uint64_t size;
	const char *property;
};

/* read the LMBs of @fdt; 0 (also when it has none), or -1 with @err set */
int lmb_read(const void *fdt, struct lmb_array *array, struct error *err);
void lmb_free(struct lmb_array *array);

/* is it memory of this partition at boot? */
bool lmb_is_memory(const struct lmb *lmb);
/* NUMA node of an LMB, by its associativity index */
int lmb_nid(const void *fdt, const struct lmb *lmb);

/**
 * lmb_assign() - give LMBs to the partition, or take them away
 * @fdt: where the array came from
 * @array: the LMBs; those inside [@start, @start + @size) change
 * @start: physical address
 * @size: bytes
 * @nid: NUMA node that given LMBs shall belong to
 * @assigned: give or take
 *
 * Return: how many changed.
 */
size_t lmb_assign(const void *fdt, struct lmb_array *array, uint64_t start,
		  uint64_t size, int nid, bool assigned);

/**
 * lmb_encode() - the property's value again, in the format it came in
 * @array: the LMBs
 * @length: bytes
 *
 * Return: memory to be freed, or NULL when there is none.
 */
void *lmb_encode(const struct lmb_array *array, int *length);

#endif /* EMU_LMB_H */
