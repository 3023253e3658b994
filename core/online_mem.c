// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which memory is online. Asking for all blocks of a machine takes long, so the
 * answers are kept in a list, which each change brings up to date.
 *
 * The list is merged where blocks touch. What a dump lists keeps the borders of
 * the architecture's regions of memory: one pass over the regions and the list,
 * side by side, gives that.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "mem_ranges.h"
#include "online_mem.h"

/* holes and additions of the architectures: each takes one entry at most */
#define SPARE_RANGES 8

/**
 * update_online_memory() - bring a list of online memory to the present state
 * @online: the list; allocated when it is NULL, may move when it grows
 * @start: first byte of the memory to look at
 * @end: its last byte, inclusive
 *
 * A memory block goes online and offline as a whole, so its last page speaks
 * for it; the first one would not do, as with memmap_on_memory the sections
 * that hold only the block's own struct pages change state later than the
 * notifiers run.
 *
 * Context: the memory layout must be held still: inside a memory or CPU
 * hotplug event it is, elsewhere take cpus_read_lock() and get_online_mems().
 * Return: 0 or -ENOMEM; on error the list is up to date in part.
 */
int update_online_memory(struct crash_mem **online, u64 start, u64 end)
{
	const u64 block = memory_block_size_bytes();
	u64 pos = start, last;
	int ret;

	for (;;) {
		last = min(end, pos | (block - 1));
		if (pfn_to_online_page(PHYS_PFN(last)))
			ret = add_mem_range(online, pos, last - pos + 1);
		else
			ret = remove_mem_range(online, pos, last - pos + 1);
		if (ret || last == end)
			return ret;
		pos = last + 1;
	}
}

static int list_region(u64 start, u64 end, void *arg)
{
	return update_online_memory(arg, start, end);
}

/**
 * list_online_memory() - list all memory that is online
 * @online: set to the list, NULL when nothing is online or on error; the caller
 *	frees it with kvfree()
 *
 * Context: as for update_online_memory().
 * Return: 0 or a negative errno.
 */
int list_online_memory(struct crash_mem **online)
{
	int ret;

	*online = NULL;
	ret = arch_crash_walk_memory(online, list_region);
	if (ret) {
		kvfree(*online);
		*online = NULL;
	}
	return ret;
}

static int count_region(u64 start, u64 end, void *arg)
{
	unsigned int *nr = arg;

	++*nr;
	return 0;
}

/**
 * struct online_merge - a list and the regions of memory, side by side, both in
 *	ascending order
 * @online: the list
 * @next: of @online, the first range that may reach into the next region
 * @mem: what both have in common
 */
struct online_merge {
	const struct crash_mem *online;
	unsigned int next;
	struct crash_mem *mem;
};

static int merge_region(u64 start, u64 end, void *arg)
{
	struct online_merge *merge = arg;
	struct crash_mem *mem = merge->mem;
	const struct range *r, *behind;

	r = &merge->online->ranges[merge->next];
	behind = &merge->online->ranges[merge->online->nr_ranges];
	while (r < behind && r->end < start)
		r++;
	for (; r < behind && r->start <= end; r++) {
		if (mem->nr_ranges == mem->max_nr_ranges)
			return -E2BIG;
		mem->ranges[mem->nr_ranges].start = max(start, r->start);
		mem->ranges[mem->nr_ranges++].end = min(end, r->end);
		if (r->end > end)
			break;
	}
	merge->next = r - merge->online->ranges;
	return 0;
}

/**
 * get_online_memory_ranges() - what is online of each region of memory
 * @online: from list_online_memory(), up to date; may be NULL
 * @mem_ranges: set to the list, with room for the changes that the
 *	architectures make; the caller frees it with kvfree(), also after an error
 *
 * The regions' borders stay borders: what touches another region is not merged
 * with it.
 *
 * Context: as for update_online_memory().
 * Return: 0 or a negative errno.
 */
int get_online_memory_ranges(const struct crash_mem *online,
			     struct crash_mem **mem_ranges)
{
	struct online_merge merge = { .online = online };
	unsigned int nr = SPARE_RANGES;
	int ret;

	*mem_ranges = NULL;
	if (!online)
		return 0;
	/*
	 * Each border of either cuts the other at most once. On x86 a resource may
	 * come between the two walks, as it is registered before the memory layout is
	 * locked: nothing in it is online yet, so it takes no entry.
	 */
	ret = arch_crash_walk_memory(&nr, count_region);
	if (ret)
		return ret;
	merge.mem = alloc_mem_ranges(nr + online->nr_ranges);
	if (!merge.mem)
		return -ENOMEM;
	*mem_ranges = merge.mem;
	return arch_crash_walk_memory(&merge, merge_region);
}
