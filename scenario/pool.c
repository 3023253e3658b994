// SPDX-License-Identifier: GPL-2.0-only
/* Memory in pieces that are freed together. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

struct pool_piece {
	struct pool_piece *next;
	max_align_t bytes[];
};

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_piece *piece;

	if (size > SIZE_MAX - sizeof(*piece) - 1)
		return NULL;
	piece = calloc(1, sizeof(*piece) + size + !size);
	if (!piece)
		return NULL;
	piece->next = pool->pieces;
	pool->pieces = piece;
	return piece->bytes;
}

void *pool_copy(struct pool *pool, const void *bytes, size_t size)
{
	void *copy = pool_alloc(pool, size);

	if (copy && size)
		memcpy(copy, bytes, size);
	return copy;
}

char *pool_printf(struct pool *pool, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return NULL;

	text = pool_alloc(pool, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void pool_free(struct pool *pool)
{
	while (pool->pieces) {
		struct pool_piece *next = pool->pieces->next;

		free(pool->pieces);
		pool->pieces = next;
	}
}
