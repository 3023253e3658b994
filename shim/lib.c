// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/sort.c and the random number generator.
 */
#include <string.h>

#include "kernel_private.h"

static void swap_bytes(void *a, void *b, int size)
{
	unsigned char *x = a, *y = b;

	while (size--) {
		swap(*x, *y);
		x++;
		y++;
	}
}

/*
 * A heap sort, as the kernel's: in place, and not stable. glibc's qsort() is
 * stable mostly, so code that needs it would pass here and fail there.
 */
void sort(void *base, size_t num, size_t size, cmp_func_t cmp, swap_func_t swp)
{
	char *b = base;
	size_t start = num / 2, end = num, root, child;

	if (!swp)
		swp = swap_bytes;

	while (end > 1) {
		if (start)
			start--;
		else
			swp(b, b + --end * size, size);

		for (root = start; (child = 2 * root + 1) < end; root = child) {
			if (child + 1 < end && cmp(b + child * size,
						   b + (child + 1) * size) < 0)
				child++;
			if (cmp(b + root * size, b + child * size) >= 0)
				break;
			swp(b + root * size, b + child * size, size);
		}
	}
}

/* splitmix64: the same numbers in every kernel */
u64 get_random_u64(void)
{
	u64 z = kernel_current()->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void get_random_bytes(void *buf, size_t len)
{
	char *p = buf;

	while (len) {
		u64 r = get_random_u64();
		size_t n = min(len, sizeof(r));

		memcpy(p, &r, n);
		p += n;
		len -= n;
	}
}
