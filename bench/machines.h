/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines to measure on: partitions of any size, with cores as QEMU's are. */
#ifndef BENCH_MACHINES_H
#define BENCH_MACHINES_H

#include <stdbool.h>

#include "machine.h"

#define BLOCK_SIZE ((uint64_t)128 << 20)

/**
 * struct shape - how large a machine is
 * @cores: in the device tree at boot; the others may come later
 * @possible: cores at most
 * @threads: of each core
 * @blocks: memory blocks at boot, besides the low memory that holds the kernel
 *	and the crash kernel
 * @apart: the blocks do not touch: each is a range of its own
 */
struct shape {
	unsigned int cores;
	unsigned int possible;
	unsigned int threads;
	unsigned int blocks;
	bool apart;
};

/* the first byte of block number @i, whether it is there at boot or not */
uint64_t shape_block(const struct shape *shape, unsigned int i);
/* hardware id of the first thread of core number @i */
uint32_t shape_core(const struct shape *shape, unsigned int i);
/* a machine of this shape, all online, nothing loaded; NULL with @err set */
struct machine *shape_boot(const struct shape *shape,
			   const struct handler_module *handlers,
			   struct error *err);

#endif /* BENCH_MACHINES_H */
