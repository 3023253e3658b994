/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU nodes of a powerpc device tree. A node is a core; its threads are the
 * numbers in ibm,ppc-interrupt-server#s, which are also the hardware ids.
 */
#ifndef EMU_CPU_NODE_H
#define EMU_CPU_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define CPU_NODE_MAX_THREADS 64

/**
 * struct cpu_node - one core as its node tells it
 * @offset: of the node in its tree
 * @reg: hardware id of the first thread
 * @nr_threads: entries in @thread
 * @thread: hardware ids
 * @available: firmware lets it be used (its "status")
 */
struct cpu_node {
	int offset;
	uint32_t reg;
	unsigned int nr_threads;
	uint32_t thread[CPU_NODE_MAX_THREADS];
	bool available;
};

/* read node @offset; 0, or -1 with @err set when it makes no sense */
int cpu_node_read(const void *fdt, int offset, struct cpu_node *node,
		  struct error *err);
/* the next CPU node after @offset, in document order; start at -1 */
int cpu_node_next(const void *fdt, int offset);
/* the core whose reg, or one of whose threads, is @hwid: its offset, or -1 */
int cpu_node_find(const void *fdt, uint32_t hwid);

/**
 * cpu_node_clone() - a node for a new core, made after the model of another
 * @fdt: the live tree
 * @model: offset of the model
 * @reg: hardware id of the new core's first thread
 * @nr_threads: of the new core; the others follow @reg
 * @size: bytes of the result
 * @err: set on failure
 *
 * Cache nodes are not cloned: the new core shares the model's.
 *
 * Return: a device tree whose root has the node as its only child, to be
 * freed; NULL on error.
 */
void *cpu_node_clone(const void *fdt, int model, uint32_t reg,
		     unsigned int nr_threads, size_t *size, struct error *err);

/**
 * cpu_node_private_caches() - caches that only this core uses
 * @fdt: the live tree
 * @cpu: offset of the core's node
 * @cache: filled with offsets, nearest cache first
 * @max: room in @cache
 *
 * Return: how many.
 */
size_t cpu_node_private_caches(const void *fdt, int cpu, int *cache,
			       size_t max);

#endif /* EMU_CPU_NODE_H */
