// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: which memory a dump shall have. memblock is gone once an x86 kernel has
 * booted; what it knows are System RAM resources, one for each range of
 * firmware's memory map and one for each DIMM that came later.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "elfcorehdr.h"
#include "mem_ranges.h"
#include "online_mem.h"

/* the crashed kernel kept out of it, and the capture kernel boots in it */
#define LOW_MEMORY_SIZE 0x100000

struct memory_walk {
	void *arg;
	int (*func)(u64 start, u64 end, void *arg);
};

static int walk_resource(struct resource *res, void *arg)
{
	const struct memory_walk *walk = arg;

	return walk->func(res->start, res->end, walk->arg);
}

/**
 * arch_crash_walk_memory() - go over the regions of memory that may be dumped
 * @arg: passed on
 * @func: called for each System RAM resource in ascending order, with its first
 *	and its last byte; the walk ends when it does not return 0
 *
 * Context: the memory layout must be held still.
 * Return: what @func returned last, -EINVAL without a resource.
 */
int arch_crash_walk_memory(void *arg,
			   int (*func)(u64 start, u64 end, void *arg))
{
	struct memory_walk walk = { .arg = arg, .func = func };

	return walk_system_ram_res(0, U64_MAX, &walk, walk_resource);
}

/**
 * get_crash_memory_ranges() - list the memory that a dump shall have
 * @online: all memory that is online
 * @mem_ranges: set to the list; the caller frees it with kvfree(), also after
 *	an error
 *
 * All that is online, less the first 1 MiB and the crash kernel's regions. A
 * block that goes is offline when its event is told, although its resource
 * stays until the whole DIMM goes; so the resources alone do not decide.
 *
 * Context: the memory layout must be held still.
 * Return: 0, -ENODATA when there is nothing to dump, or another negative errno.
 */
int get_crash_memory_ranges(const struct crash_mem *online,
			    struct crash_mem **mem_ranges)
{
	int ret;

	ret = get_online_memory_ranges(online, mem_ranges);
	if (!ret)
		ret = remove_mem_range(mem_ranges, 0, LOW_MEMORY_SIZE);
	if (!ret)
		ret = exclude_crash_regions(mem_ranges);
	if (ret)
		return ret;
	if (!*mem_ranges)
		return -ENODATA;

	/* borders between resources are worth keeping only while they fit */
	if ((*mem_ranges)->nr_ranges > CONFIG_CRASH_MAX_MEMORY_RANGES)
		coalesce_mem_ranges(*mem_ranges);
	return 0;
}
