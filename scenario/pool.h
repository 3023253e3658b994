/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that lives as long as what was read: many small pieces, one free.
 */
#ifndef SCENARIO_POOL_H
#define SCENARIO_POOL_H

#include <stddef.h>

struct pool {
	struct pool_piece *pieces;
};

/* @size bytes of zeros, at least one; NULL when memory runs out, as below */
void *pool_alloc(struct pool *pool, size_t size);
void *pool_copy(struct pool *pool, const void *bytes, size_t size);
char *pool_printf(struct pool *pool, const char *fmt, ...)
	__attribute__((__format__(printf, 2, 3)));
void pool_free(struct pool *pool);

#endif /* SCENARIO_POOL_H */
