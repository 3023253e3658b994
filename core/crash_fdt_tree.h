/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a crash FDT and of the live nodes in it, so that the next
 * update touches only what changed. Shared by crash_fdt*.c.
 *
 *   crash_fdt_nodes.c  live tree --> list of nodes, with the changed ones marked
 *   crash_fdt_write.c  old FDT and list --> new FDT
 *   crash_fdt_watch.c  changes of the live tree --> marks
 */
#ifndef CRASH_HP_CRASH_FDT_TREE_H
#define CRASH_HP_CRASH_FDT_TREE_H

#include "kernel_compat.h"

#define FDT_TAG_BYTES 4
/* property positions for which the place of the name is remembered */
#define CRASH_FDT_NAME_HINTS 64

/**
 * struct crash_fdt_node - a CPU or cache node
 * @live: the node in the live tree. A changed node holds a reference; of an
 *	unchanged one it is only known which it is: it must not be looked into
 * @id: hardware id of a CPU's first thread, 0 for a cache
 * @is_cpu: else it is a cache
 * @changed: it has to be written from the live tree
 * @size: bytes in the structure block
 * @offset: in the structure block; meaningless when changed, as is the rest
 * @strings_before: bytes of the strings block that must be there already ...
 * @strings: ... so that these are there when it is written: names of its own
 *	that are new are appended in its order
 */
struct crash_fdt_node {
	struct device_node *live;
	u32 id;
	bool is_cpu;
	bool changed;
	u32 size;
	u32 offset;
	u32 strings_before;
	u32 strings;
};

/**
 * struct crash_fdt_nodes - the children of /cpus that boot needs
 * @node: CPU nodes by hardware id, then cache nodes; equals by name
 * @nr: all of them
 * @max_nr: as many fit into @node
 */
struct crash_fdt_nodes {
	struct crash_fdt_node *node;
	unsigned int nr;
	unsigned int max_nr;
};

/**
 * struct crash_fdt_tree - what is known of an FDT
 * @nodes: its CPU and cache nodes
 * @header: it begins with these bytes
 * @begin: offset of the first child of /cpus in the structure block, or of its
 *	end tag when it has none
 * @kept: from this offset on everything stays, the end tag of /cpus at the latest
 * @kept_before: bytes of children before @kept that stay
 * @ours: we have written it: all that stays is behind @kept, and behind the
 *	strings there are zeros
 * @untyped: a child that stays has no device_type
 * @strings: bytes of the strings block that all but @nodes need
 * @hint: where the name of the property at this position was, last time
 */
struct crash_fdt_tree {
	struct crash_fdt_nodes nodes;
	struct fdt_header header;
	u32 begin;
	u32 kept;
	u32 kept_before;
	bool ours;
	bool untyped;
	u32 strings;
	u32 hint[CRASH_FDT_NAME_HINTS];
};

/* crash_fdt_nodes.c */
int crash_fdt_nodes_read(struct crash_fdt_nodes *nodes);
int crash_fdt_nodes_check(const struct crash_fdt_nodes *nodes);
int crash_fdt_nodes_change(struct crash_fdt_nodes *nodes,
			   struct device_node *live, bool attached,
			   const void *fdt);
void crash_fdt_nodes_settle(struct crash_fdt_nodes *nodes);
void crash_fdt_nodes_free(struct crash_fdt_nodes *nodes);
bool crash_fdt_skip_property(const struct device_node *node,
			     const struct property *pp);
u32 crash_fdt_property_size(const struct property *pp);

/* crash_fdt_write.c */
int crash_fdt_tree_parse(struct crash_fdt_tree *tree, const void *fdt);
int crash_fdt_tree_write(struct crash_fdt_tree *tree, const void *fdt,
			 size_t room, void *buf, size_t *size);

#endif /* CRASH_HP_CRASH_FDT_TREE_H */
