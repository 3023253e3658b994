/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory, as far as anybody looks at it: the segments of the loaded
 * image. All other memory costs nothing, however much there is.
 */
#ifndef EMU_PHYSMEM_H
#define EMU_PHYSMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct extent - memory that is backed, zero-filled at first
 * @start: physical address
 * @size: bytes
 * @bytes: an allocation of its own, so that AddressSanitizer and Valgrind see
 *	its exact bounds
 */
struct extent {
	uint64_t start;
	size_t size;
	uint8_t *bytes;
};

/* sorted by address, disjoint */
/*
 * @own_pages: what is added from here on begins at a page of the host's and
 *	shares none with anything else, so that it can be protected
 */
struct physmem {
	struct extent *e;
	size_t nr;
	size_t max;
	bool own_pages;
};

/**
 * physmem_add() - back [@start, @start + @size) with memory
 * @phys: the memory
 * @start: physical address
 * @size: bytes, not 0
 *
 * Return: 0; -1 when it overlaps what is backed already, or memory runs out.
 */
int physmem_add(struct physmem *phys, uint64_t start, size_t size);

/**
 * physmem_map() - host memory behind [@start, @start + @size)
 * @phys: the memory
 * @start: physical address
 * @size: bytes
 *
 * Return: the first byte, or NULL unless one extent holds all of it.
 */
void *physmem_map(const struct physmem *phys, uint64_t start, uint64_t size);

/* nothing is backed any more */
void physmem_clear(struct physmem *phys);

#endif /* EMU_PHYSMEM_H */
