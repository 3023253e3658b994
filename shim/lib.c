// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/sort.c and the random number generator.
 */
#include <string.h>

#include "kernel_private.h"

/*
 * A heap sort, as the kernel's: in place, not stable, and with as many
 * comparisons. glibc's qsort() is stable mostly, so code that needs it would
 * pass here and fail there.
 *
 * @swp: NULL: bytes, or words where all elements are aligned to them
 */
struct heap {
	char *base;
	size_t size;
	cmp_func_t cmp;
	swap_func_t swp;
	bool words;
};

static void *element(const struct heap *h, size_t i)
{
	return h->base + i * h->size;
}

typedef u64 __attribute__((__may_alias__)) any_u64;

static void exchange_words(any_u64 *a, any_u64 *b, size_t nr)
{
	while (nr--) {
		swap(*a, *b);
		a++;
		b++;
	}
}

static void exchange_bytes(unsigned char *a, unsigned char *b, size_t nr)
{
	while (nr--) {
		swap(*a, *b);
		a++;
		b++;
	}
}

static void exchange(const struct heap *h, size_t i, size_t j)
{
	if (h->words)
		exchange_words(element(h, i), element(h, j),
			       h->size / sizeof(u64));
	else if (h->swp)
		h->swp(element(h, i), element(h, j), h->size);
	else
		exchange_bytes(element(h, i), element(h, j), h->size);
}

/*
 * Make a heap of [@root, @end) where only @root is out of place. What comes to
 * the root has mostly been a leaf, so its place is looked for from below: that
 * takes one comparison for a level, and not two.
 */
static void sift(const struct heap *h, size_t root, size_t end)
{
	size_t place = root, child;

	while ((child = 2 * place + 1) < end) {
		if (child + 1 < end &&
		    h->cmp(element(h, child), element(h, child + 1)) < 0)
			child++;
		place = child;
	}
	while (place != root && h->cmp(element(h, root), element(h, place)) >= 0)
		place = (place - 1) / 2;
	for (child = place; place != root;) {
		place = (place - 1) / 2;
		exchange(h, place, child);
	}
}

void sort(void *base, size_t num, size_t size, cmp_func_t cmp, swap_func_t swp)
{
	const struct heap h = {
		.base = base,
		.size = size,
		.cmp = cmp,
		.swp = swp,
		.words = !swp && !(((unsigned long)base | size) % sizeof(u64)),
	};
	size_t i;

	for (i = num / 2; i--;)
		sift(&h, i, num);
	for (i = num; i-- > 1;) {
		exchange(&h, 0, i);
		sift(&h, 0, i);
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
