/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A flattened device tree, read once into arrays: libfdt alone answers every
 * question by a walk from the start, so that comparing two trees would cost
 * the square of their size.
 */
#ifndef CAPTURE_FDT_TREE_H
#define CAPTURE_FDT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* room for the reason why a blob is no device tree */
#define FDT_TREE_WHY	160

/* room for the path of a node, shortened if need be */
#define FDT_TREE_PATH	160

struct fdt_prop {
	const char *name;
	const void *data;
	size_t len;
};

/*
 * struct fdt_node - one node; the root is node 0 and each node is followed by
 * its descendants
 * @name: with the unit address; "" for the root
 * @parent: -1 for the root
 * @depth: 0 for the root
 * @end: the first node that is no descendant of this one
 * @props: its first property in fdt_tree.props
 */
struct fdt_node {
	const char *name;
	int parent;
	int depth;
	int end;
	size_t props;
	size_t nr_props;
};

struct fdt_reservation {
	uint64_t start;
	uint64_t size;
};

/*
 * struct fdt_tree - a device tree; names and values point into its blob
 * @used: the bytes of the blob that it was made from, without free space
 * @reservations: sorted, empty ones left out
 */
struct fdt_tree {
	const void *fdt;
	size_t used;
	struct fdt_node *nodes;
	int nr_nodes;
	size_t max_nodes;
	struct fdt_prop *props;
	size_t nr_props;
	size_t max_props;
	struct fdt_reservation *reservations;
	size_t nr_reservations;
};

/* the blob is no device tree that a kernel would take */
#define FDT_TREE_INVALID	(-1)
#define FDT_TREE_NO_MEMORY	(-2)

/**
 * fdt_tree_read() - check a blob and read it
 * @tree: filled in; on success, fdt_tree_free() it
 * @fdt: the blob
 * @size: bytes that may be read, however large the blob claims to be
 * @why: FDT_TREE_WHY bytes, set for FDT_TREE_INVALID
 *
 * Return: 0, FDT_TREE_INVALID or FDT_TREE_NO_MEMORY.
 */
int fdt_tree_read(struct fdt_tree *tree, const void *fdt, size_t size,
		  char *why);
void fdt_tree_free(struct fdt_tree *tree);

/* a child of @node by its name, or -1 */
int fdt_tree_child(const struct fdt_tree *tree, int node, const char *name);
const struct fdt_prop *fdt_tree_prop(const struct fdt_tree *tree, int node,
				     const char *name);
/* is this property there, and exactly this string? */
bool fdt_tree_prop_is(const struct fdt_tree *tree, int node, const char *name,
		      const char *string);
/* "/cpus/PowerPC,POWER9@8"; a long path loses its middle */
const char *fdt_tree_path(const struct fdt_tree *tree, int node,
			  char path[FDT_TREE_PATH]);

/* each child of @node in turn */
#define for_each_child(child, tree, node)				\
	for (child = (node) + 1; child < (tree)->nodes[node].end;	\
	     child = (tree)->nodes[child].end)

/*
 * struct fdt_change - one difference between tree a and tree b
 * @a, @b: a node and its partner in the other tree
 * @child_a, @child_b: a child that only one of them has, else -1; its
 *	descendants are not told
 * @prop_a, @prop_b: a property that differs, NULL where it is missing
 */
struct fdt_change {
	int a;
	int b;
	int child_a;
	int child_b;
	const struct fdt_prop *prop_a;
	const struct fdt_prop *prop_b;
};

/*
 * struct fdt_comparison - two subtrees to be compared
 * @node_a, @node_b: where they begin; their own names are not compared
 * @skip: name of a child of these that is not looked into, or NULL
 * @change: called for each difference, those in one node in a row
 */
struct fdt_comparison {
	const struct fdt_tree *a;
	const struct fdt_tree *b;
	int node_a;
	int node_b;
	const char *skip;
	void (*change)(void *ctx, const struct fdt_change *change);
	void *ctx;
};

/**
 * fdt_tree_compare() - tell all differences between two subtrees
 * @c: what to compare; the order of nodes and properties does not count
 *
 * Return: 0 or FDT_TREE_NO_MEMORY.
 */
int fdt_tree_compare(const struct fdt_comparison *c);

/*
 * Call @change for each memory reservation that one of two trees lacks, counted
 * with its copies.
 */
void fdt_tree_compare_reservations(const struct fdt_tree *a,
				   const struct fdt_tree *b,
				   void (*change)(void *ctx,
						  const struct fdt_reservation *r,
						  bool in_b),
				   void *ctx);

#endif /* CAPTURE_FDT_TREE_H */
