// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sorted, disjoint ranges of physical memory.
 *
 * Every function here leaves the list sorted and disjoint, or returns an error
 * and leaves it as it was. Both ends of a range are inside it, so a range may
 * end at the last byte of the address space, and no end is ever computed that
 * could wrap.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "mem_ranges.h"

/* 2 KiB less the head of struct crash_mem: the smallest list worth having */
#define MIN_NR_RANGES 127

/**
 * alloc_mem_ranges() - make an empty list
 * @max_nr: ranges that it has room for
 *
 * Return: the list, to be freed with kvfree(), or NULL.
 */
struct crash_mem *alloc_mem_ranges(unsigned int max_nr)
{
	struct crash_mem *mem;

	mem = kvmalloc(struct_size(mem, ranges, max_nr), GFP_KERNEL);
	if (mem) {
		mem->max_nr_ranges = max_nr;
		mem->nr_ranges = 0;
	}
	return mem;
}

/* make room for one more range; the list may move */
static int reserve_range(struct crash_mem **mem_ranges)
{
	struct crash_mem *old = *mem_ranges, *mem;
	unsigned int max_nr = MIN_NR_RANGES;

	if (old && old->nr_ranges < old->max_nr_ranges)
		return 0;
	if (old && check_mul_overflow(old->max_nr_ranges + 1, 2U, &max_nr))
		return -E2BIG;

	mem = alloc_mem_ranges(max_nr);
	if (!mem)
		return -ENOMEM;

	mem->nr_ranges = old ? old->nr_ranges : 0;
	if (old)
		memcpy(mem->ranges, old->ranges,
		       array_size(old->nr_ranges, sizeof(old->ranges[0])));
	kvfree(old);
	*mem_ranges = mem;
	return 0;
}

/* move all from @from on to @to: closes a gap, or opens one where @to is later */
static void move_tail(struct crash_mem *mem, unsigned int to, unsigned int from)
{
	memmove(&mem->ranges[to], &mem->ranges[from],
		array_size(mem->nr_ranges - from, sizeof(mem->ranges[0])));
	mem->nr_ranges = mem->nr_ranges - from + to;
}

/* index of the first range that ends at @addr or later */
static unsigned int first_ending_at(const struct crash_mem *mem, u64 addr)
{
	unsigned int low = 0, high = mem->nr_ranges;

	/* whoever adds in ascending order need not search */
	if (!high || mem->ranges[high - 1].end < addr)
		return high;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (mem->ranges[mid].end < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * insert_mem_range() - add a range that stays apart from its neighbours
 * @mem_ranges: the list; allocated when it is NULL, may move when it grows
 * @start: first byte
 * @end: last byte, inclusive
 *
 * For ranges whose borders mean something, such as memblock's between NUMA
 * nodes: a range that touches another one is not merged with it.
 *
 * Return: 0, -EINVAL for a range that ends before it starts, -EEXIST when it
 * overlaps another one, -ENOMEM. On error the list is unchanged.
 */
int insert_mem_range(struct crash_mem **mem_ranges, u64 start, u64 end)
{
	struct crash_mem *mem = *mem_ranges;
	unsigned int i = 0;
	int ret;

	if (start > end)
		return -EINVAL;
	if (mem)
		i = first_ending_at(mem, start);
	if (mem && i < mem->nr_ranges && mem->ranges[i].start <= end)
		return -EEXIST;

	ret = reserve_range(mem_ranges);
	if (ret)
		return ret;

	mem = *mem_ranges;
	move_tail(mem, i + 1, i);
	mem->ranges[i].start = start;
	mem->ranges[i].end = end;
	return 0;
}

/**
 * add_mem_range() - add memory, merging with all that it meets
 * @mem_ranges: the list; allocated when it is NULL, may move when it grows
 * @base: first byte
 * @size: bytes; nothing is added when it is 0
 *
 * Ranges that overlap or touch the new one become one with it:
 *
 *	|--A--|      |--B--|   |--C--|
 *	    |---- new ----|
 *	|-------- A --------|  |--C--|
 *
 * Return: 0, -EINVAL when the range wraps, -ENOMEM. On error the list is
 * unchanged.
 */
int add_mem_range(struct crash_mem **mem_ranges, u64 base, u64 size)
{
	struct crash_mem *mem = *mem_ranges;
	unsigned int first = 0, next;
	u64 end;

	if (!size)
		return 0;
	if (check_add_overflow(base, size - 1, &end))
		return -EINVAL;

	if (mem)
		first = first_ending_at(mem, base ? base - 1 : 0);
	next = first;
	while (mem && next < mem->nr_ranges &&
	       (end == U64_MAX || mem->ranges[next].start <= end + 1))
		next++;

	if (next == first)
		return insert_mem_range(mem_ranges, base, end);

	mem->ranges[first].start = min(base, mem->ranges[first].start);
	mem->ranges[first].end = max(end, mem->ranges[next - 1].end);
	move_tail(mem, first + 1, next);
	return 0;
}

/**
 * crash_exclude_mem_range() - cut a hole into a list that may not grow
 * @mem: the list
 * @mstart: first byte of the hole
 * @mend: last byte of the hole, inclusive
 *
 * The hole may meet any number of ranges; only one that contains it on both
 * sides is split, which needs a free entry. The list need not be sorted, only
 * disjoint: no early stop depends on the order.
 *
 * Return: 0, -EINVAL when the hole ends before it starts, -ENOMEM when the
 * split finds no free entry. On error the list is unchanged.
 */
int crash_exclude_mem_range(struct crash_mem *mem, unsigned long long mstart,
			    unsigned long long mend)
{
	unsigned int i, kept = 0;

	if (mstart > mend)
		return -EINVAL;

	for (i = 0; i < mem->nr_ranges; i++) {
		struct range *r = &mem->ranges[i];

		if (mstart <= r->start || mend >= r->end)
			continue;

		/* |--r--|==hole==|--right--| */
		if (mem->nr_ranges >= mem->max_nr_ranges)
			return -ENOMEM;
		move_tail(mem, i + 1, i);
		mem->ranges[i].end = mstart - 1;
		mem->ranges[i + 1].start = mend + 1;
		return 0;
	}

	for (i = 0; i < mem->nr_ranges; i++) {
		struct range r = mem->ranges[i];

		if (mstart <= r.start && mend >= r.end)
			continue;
		if (mstart > r.start && mstart <= r.end)
			r.end = mstart - 1;
		else if (mend >= r.start && mend < r.end)
			r.start = mend + 1;
		mem->ranges[kept++] = r;
	}
	mem->nr_ranges = kept;
	return 0;
}

/**
 * remove_mem_range() - take memory away
 * @mem_ranges: the list, or NULL; may move when a range is split
 * @base: first byte
 * @size: bytes; nothing is removed when it is 0
 *
 * Return: 0, -EINVAL when the range wraps, -ENOMEM. On error the list is
 * unchanged.
 */
int remove_mem_range(struct crash_mem **mem_ranges, u64 base, u64 size)
{
	const struct crash_mem *mem = *mem_ranges;
	unsigned int first;
	u64 end;
	int ret;

	if (!size || !mem)
		return 0;
	if (check_add_overflow(base, size - 1, &end))
		return -EINVAL;

	first = first_ending_at(mem, base);
	if (first == mem->nr_ranges || mem->ranges[first].start > end)
		return 0;

	ret = crash_exclude_mem_range(*mem_ranges, base, end);
	if (ret != -ENOMEM)
		return ret;

	ret = reserve_range(mem_ranges);
	if (ret)
		return ret;
	return crash_exclude_mem_range(*mem_ranges, base, end);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return 0;
}

/**
 * coalesce_mem_ranges() - sort a list and merge what overlaps or touches
 * @mem: the list, in any order; ranges may overlap or lie inside one another
 *
 * The memory described stays the same, in as few ranges as possible.
 */
void coalesce_mem_ranges(struct crash_mem *mem)
{
	struct range *last = NULL;
	unsigned int i, kept = 0;

	sort(mem->ranges, mem->nr_ranges, sizeof(mem->ranges[0]),
	     compare_ranges, NULL);

	for (i = 0; i < mem->nr_ranges; i++) {
		const struct range r = mem->ranges[i];

		if (last && (last->end == U64_MAX || r.start <= last->end + 1)) {
			last->end = max(last->end, r.end);
			continue;
		}
		last = &mem->ranges[kept++];
		*last = r;
	}
	mem->nr_ranges = kept;
}
