// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sorted lists of physical ranges. Few ranges describe a large machine (64 TiB
 * that are online are one), and a lookup is a binary search.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_private.h"

/* index of the first region that ends at or after @addr */
static unsigned int lower_bound(const struct region_list *list, u64 addr)
{
	unsigned int lo = 0, hi = list->nr, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (list->r[mid].end < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct region *region_find(const struct region_list *list, u64 addr)
{
	unsigned int i = lower_bound(list, addr);

	return i < list->nr && list->r[i].start <= addr ? &list->r[i] : NULL;
}

bool region_any(const struct region_list *list, u64 start, u64 end)
{
	unsigned int i = lower_bound(list, start);

	return i < list->nr && list->r[i].start <= end;
}

bool region_all(const struct region_list *list, u64 start, u64 end)
{
	const struct region *r;

	for (; (r = region_find(list, start)); start = r->end + 1)
		if (r->end >= end)
			return true;
	return false;
}

/* put @n regions in the place of @drop ones at @i */
static int replace(struct region_list *list, unsigned int i, unsigned int drop,
		   const struct region *with, unsigned int n)
{
	unsigned int nr = list->nr - drop + n;

	if (nr > list->max) {
		unsigned int max = 2 * nr;
		struct region *r = realloc(list->r, max * sizeof(*r));

		if (!r)
			return -ENOMEM;
		list->r = r;
		list->max = max;
	}
	if (drop != n)
		memmove(&list->r[i + n], &list->r[i + drop],
			(list->nr - i - drop) * sizeof(*list->r));
	if (n)
		memcpy(&list->r[i], with, n * sizeof(*with));
	list->nr = nr;
	return 0;
}

int region_remove(struct region_list *list, u64 start, u64 end)
{
	unsigned int i = lower_bound(list, start), n = 0, last = i;
	struct region rest[2];

	while (last < list->nr && list->r[last].start <= end)
		last++;
	if (last == i)
		return 0;

	/* what sticks out on the left of the first, on the right of the last */
	rest[n] = list->r[i];
	rest[n].end = start - 1;
	n += list->r[i].start < start;
	rest[n] = list->r[last - 1];
	rest[n].start = end + 1;
	n += list->r[last - 1].end > end;
	return replace(list, i, last - i, rest, n);
}

int region_add(struct region_list *list, u64 start, u64 end, int nid)
{
	struct region new = { start, end, nid };
	unsigned int i, drop = 0;
	int ret = region_remove(list, start, end);

	if (ret)
		return ret;

	/* neighbours of the same node melt in */
	i = lower_bound(list, start);
	if (i && list->r[i - 1].end + 1 == start && list->r[i - 1].nid == nid) {
		i--;
		new.start = list->r[i].start;
		drop++;
	}
	if (i + drop < list->nr && end + 1 == list->r[i + drop].start &&
	    list->r[i + drop].nid == nid) {
		new.end = list->r[i + drop].end;
		drop++;
	}
	return replace(list, i, drop, &new, 1);
}
