// SPDX-License-Identifier: GPL-2.0-only
/* What harnesses share. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

struct fuzz_bytes fuzz_take(struct fuzz_bytes *bytes, size_t size)
{
	struct fuzz_bytes taken = *bytes;

	if (taken.size > size)
		taken.size = size;
	bytes->p += taken.size;
	bytes->size -= taken.size;
	return taken;
}

static uint64_t take_number(struct fuzz_bytes *bytes, size_t size)
{
	struct fuzz_bytes taken = fuzz_take(bytes, size);
	uint64_t number = 0;

	while (taken.size)
		number = number << 8 | taken.p[--taken.size];
	return number;
}

uint8_t fuzz_u8(struct fuzz_bytes *bytes)
{
	return take_number(bytes, 1);
}

uint16_t fuzz_u16(struct fuzz_bytes *bytes)
{
	return take_number(bytes, 2);
}

uint64_t fuzz_u64(struct fuzz_bytes *bytes)
{
	return take_number(bytes, 8);
}

void *fuzz_copy(struct fuzz_bytes bytes, size_t size)
{
	void *copy = calloc(1, size ? size : 1);

	fuzz_check(copy, "no memory for %zu bytes", size);
	if (bytes.size > size)
		bytes.size = size;
	if (bytes.size)
		memcpy(copy, bytes.p, bytes.size);
	return copy;
}

void fuzz_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("broken promise: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}
