/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading flattened device trees: checked before anything else looks at them,
 * then asked for numbers.
 */
#ifndef EMU_TREE_H
#define EMU_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/**
 * struct tree_cells - 32-bit cells of an address and of a size
 */
struct tree_cells {
	int addr;
	int size;
};

/**
 * tree_check() - is this a whole device tree?
 * @fdt: any bytes
 * @size: how many
 * @what: the tree's name, for the message
 * @err: set on failure
 *
 * Return: 0, or -1: the others of this file must not see it.
 */
int tree_check(const void *fdt, size_t size, const char *what,
	       struct error *err);

/* the root's cells: 0, or -1 with @err set when they are not 1 or 2 */
int tree_root_cells(const void *fdt, struct tree_cells *cells,
		    struct error *err);
/* a number of @cells cells at @p, which need not be aligned */
uint64_t tree_read(const void *p, int cells);

/* a property of exactly 4 bytes; false when there is none */
bool tree_get_u32(const void *fdt, int node, const char *name, uint32_t *val);
/* a property of 4 or 8 bytes */
bool tree_get_number(const void *fdt, int node, const char *name,
		     uint64_t *val);
/* does the node's device_type say @type? */
bool tree_is_type(const void *fdt, int node, const char *type);
/* next node after @node, any depth, whose device_type is @type; start at -1 */
int tree_next_of_type(const void *fdt, int node, const char *type);

/**
 * tree_nid() - NUMA node of an ibm,associativity list
 * @fdt: the tree
 * @assoc: the list without its leading count
 * @nr: its entries
 *
 * Return: the domain at the level that ibm,associativity-reference-points
 * names first (arch/powerpc/mm/numa.c, 6.12); 0 when that is not known.
 */
int tree_nid(const void *fdt, const void *assoc, size_t nr);

#endif /* EMU_TREE_H */
