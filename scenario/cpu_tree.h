/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU nodes of captured live trees: listing, comparing, putting them in order,
 * and cutting one out as DLPAR would bring it.
 */
#ifndef SCENARIO_CPU_TREE_H
#define SCENARIO_CPU_TREE_H

#include "capture.h"
#include "core_map.h"
#include "pool.h"

/* a CPU node: @core.first is not known here */
struct cpu_tree_node {
	int offset;
	struct core core;
};

/* the CPU nodes of @tree in its order, in @pool; the number of them or -1 */
int cpu_tree_list(const struct blob *tree, struct pool *pool,
		  struct cpu_tree_node **nodes);

/* same properties with the same values, whatever their order */
bool cpu_tree_same(const void *a, int a_node, const void *b, int b_node);

/**
 * cpu_tree_cut() - a CPU node by itself
 * @tree: where it is
 * @node: its offset
 * @size: bytes of the result
 *
 * Return: to be freed: a tree whose root has copies of @node and of the cache
 * nodes that it refers to; NULL when memory runs out.
 */
void *cpu_tree_cut(const void *tree, int node, size_t *size);

/**
 * cpu_tree_sort() - put CPU nodes in the order of their CPU numbers
 * @tree: replaced by the new one, in @pool
 * @cores: with their numbers; a node without one comes last
 *
 * Return: 0, or -1 when memory runs out.
 */
int cpu_tree_sort(struct blob *tree, const struct core *cores, size_t nr,
		  struct pool *pool);

#endif /* SCENARIO_CPU_TREE_H */
