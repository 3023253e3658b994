// SPDX-License-Identifier: GPL-2.0-only
/*
 * Set arithmetic over sorted, disjoint ranges of physical memory. Both ends
 * are inside, so a set may reach the last address there is.
 */
#include <stdlib.h>
#include <string.h>

#include "machine_view.h"

/* index of the first range that ends at @addr or later */
static size_t first_ending_at(const struct view_ranges *set, uint64_t addr)
{
	size_t low = 0, high = set->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (set->r[mid].end < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* index of the first range that starts after @addr */
static size_t first_starting_after(const struct view_ranges *set, uint64_t addr)
{
	size_t low = 0, high = set->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (set->r[mid].start <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* make room for one range at @at */
static int open_gap(struct view_ranges *set, size_t at)
{
	if (set->nr == set->max) {
		size_t max = set->max ? 2 * set->max : 8;
		struct view_range *r = realloc(set->r, max * sizeof(*r));

		if (!r)
			return -1;
		set->r = r;
		set->max = max;
	}
	memmove(&set->r[at + 1], &set->r[at], (set->nr - at) * sizeof(*set->r));
	set->nr++;
	return 0;
}

/* drop ranges @from up to, not including, @to */
static void close_gap(struct view_ranges *set, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(&set->r[from], &set->r[to], (set->nr - to) * sizeof(*set->r));
	set->nr -= to - from;
}

int view_ranges_add(struct view_ranges *set, uint64_t start, uint64_t end)
{
	size_t first, last;

	if (start > end)
		return 0;
	/* one that ends right before @start touches, and is merged */
	first = first_ending_at(set, start ? start - 1 : 0);
	last = first_starting_after(set, end < UINT64_MAX ? end + 1 : end);
	if (first == last) {
		if (open_gap(set, first))
			return -1;
		set->r[first].start = start;
		set->r[first].end = end;
		return 0;
	}
	if (set->r[first].start > start)
		set->r[first].start = start;
	set->r[first].end = set->r[last - 1].end > end ? set->r[last - 1].end :
							  end;
	close_gap(set, first + 1, last);
	return 0;
}

int view_ranges_remove(struct view_ranges *set, uint64_t start, uint64_t end)
{
	size_t first, last;

	if (start > end)
		return 0;
	first = first_ending_at(set, start);
	last = first_starting_after(set, end);
	if (first >= last)
		return 0;

	/* |--A--|==removed==|--B--| within one range splits it */
	if (set->r[first].start < start && set->r[first].end > end) {
		if (open_gap(set, first))
			return -1;
		set->r[first].end = start - 1;
		set->r[first + 1].start = end + 1;
		return 0;
	}
	if (set->r[first].start < start) {
		set->r[first].end = start - 1;
		first++;
	}
	if (first < last && set->r[last - 1].end > end) {
		set->r[last - 1].start = end + 1;
		last--;
	}
	close_gap(set, first, last);
	return 0;
}

int view_ranges_copy(struct view_ranges *dst, const struct view_ranges *src)
{
	if (dst->max < src->nr) {
		struct view_range *r = realloc(dst->r, src->nr * sizeof(*r));

		if (!r)
			return -1;
		dst->r = r;
		dst->max = src->nr;
	}
	if (src->nr)
		memcpy(dst->r, src->r, src->nr * sizeof(*src->r));
	dst->nr = src->nr;
	return 0;
}

bool view_ranges_contains(const struct view_ranges *set, uint64_t start,
			  uint64_t end)
{
	size_t i = first_ending_at(set, start);

	return i < set->nr && set->r[i].start <= start && set->r[i].end >= end;
}

bool view_ranges_intersects(const struct view_ranges *set, uint64_t start,
			    uint64_t end)
{
	size_t i = first_ending_at(set, start);

	return i < set->nr && set->r[i].start <= end;
}

void view_ranges_free(struct view_ranges *set)
{
	free(set->r);
	memset(set, 0, sizeof(*set));
}
