// SPDX-License-Identifier: GPL-2.0-only
/* Sparse physical memory: a sorted array of extents. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "physmem.h"

/* index of the first extent that ends after @addr */
static size_t first_after(const struct physmem *phys, uint64_t addr)
{
	size_t low = 0, high = phys->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct extent *e = &phys->e[mid];

		if (e->start + (e->size - 1) < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static uint8_t *allocate(const struct physmem *phys, size_t size)
{
	size_t page, whole;
	uint8_t *bytes;

	if (!phys->own_pages)
		return calloc(1, size);
	page = sysconf(_SC_PAGESIZE);
	whole = (size + page - 1) & ~(page - 1);
	bytes = whole ? aligned_alloc(page, whole) : NULL;
	return bytes ? memset(bytes, 0, whole) : NULL;
}

int physmem_add(struct physmem *phys, uint64_t start, size_t size)
{
	size_t at = first_after(phys, start);
	uint64_t end = start + (size - 1);
	struct extent *e;
	uint8_t *bytes;

	if (!size || end < start || (at < phys->nr && phys->e[at].start <= end))
		return -1;
	if (phys->nr == phys->max) {
		size_t max = phys->max ? 2 * phys->max : 16;

		e = realloc(phys->e, max * sizeof(*e));
		if (!e)
			return -1;
		phys->e = e;
		phys->max = max;
	}
	bytes = allocate(phys, size);
	if (!bytes)
		return -1;

	e = &phys->e[at];
	memmove(e + 1, e, (phys->nr - at) * sizeof(*e));
	phys->nr++;
	e->start = start;
	e->size = size;
	e->bytes = bytes;
	return 0;
}

void *physmem_map(const struct physmem *phys, uint64_t start, uint64_t size)
{
	size_t i = first_after(phys, start);
	const struct extent *e;

	if (i == phys->nr)
		return NULL;
	e = &phys->e[i];
	if (start < e->start || size > e->size - (start - e->start))
		return NULL;
	return e->bytes + (start - e->start);
}

void physmem_clear(struct physmem *phys)
{
	size_t i;

	for (i = 0; i < phys->nr; i++)
		free(phys->e[i].bytes);
	free(phys->e);

	phys->e = NULL;
	phys->nr = 0;
	phys->max = 0;
}
