// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: which memory a dump shall have, which the capture kernel may use,
 * and which firmware keeps.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "elfcorehdr.h"
#include "mem_ranges.h"
#include "online_mem.h"
#include "powerpc.h"

static int add_rtas_mem_range(struct crash_mem **mem_ranges)
{
	struct device_node *dn = of_find_node_by_path("/rtas");
	u32 base, size;
	int ret = 0;

	if (!dn)
		return 0;
	if (!of_property_read_u32(dn, "linux,rtas-base", &base) &&
	    !of_property_read_u32(dn, "rtas-size", &size))
		ret = add_mem_range(mem_ranges, base, size);
	of_node_put(dn);
	return ret;
}

static int add_opal_mem_range(struct crash_mem **mem_ranges)
{
	struct device_node *dn = of_find_node_by_path("/ibm,opal");
	u64 base, size;
	int ret = 0;

	if (!dn)
		return 0;
	if (!of_property_read_u64(dn, "opal-base-address", &base) &&
	    !of_property_read_u64(dn, "opal-runtime-size", &size))
		ret = add_mem_range(mem_ranges, base, size);
	of_node_put(dn);
	return ret;
}

/* I/O translation tables, which devices go on using across the crash */
static int add_tce_mem_ranges(struct crash_mem **mem_ranges)
{
	struct device_node *dn;
	u64 base;
	u32 size;
	int ret;

	for_each_node_by_type(dn, "pci") {
		if (of_property_read_u64(dn, "linux,tce-base", &base) ||
		    of_property_read_u32(dn, "linux,tce-size", &size))
			continue;
		ret = add_mem_range(mem_ranges, base, size);
		if (ret) {
			of_node_put(dn);
			return ret;
		}
	}
	return 0;
}

/* what of_read_number() can make 64 bits of */
static bool makes_number(int cells)
{
	return cells == 1 || cells == 2;
}

static int add_reserved_ranges(struct crash_mem **mem_ranges)
{
	struct device_node *root = of_find_node_by_path("/");
	int addr_cells, size_cells, len, ret = 0;
	const __be32 *prop, *end;

	if (!root)
		return 0;
	addr_cells = of_n_addr_cells(root);
	size_cells = of_n_size_cells(root);
	prop = of_get_property(root, "reserved-ranges", &len);
	if (!prop || !makes_number(addr_cells) || !makes_number(size_cells))
		goto out;
	end = prop + len / sizeof(*prop);

	while (!ret && end - prop >= addr_cells + size_cells) {
		ret = add_mem_range(mem_ranges,
				    of_read_number(prop, addr_cells),
				    of_read_number(prop + addr_cells,
						   size_cells));
		prop += addr_cells + size_cells;
	}
out:
	of_node_put(root);
	return ret;
}

/**
 * arch_crash_walk_memory() - go over the regions of memory that may be dumped
 * @arg: passed on
 * @func: called for each region of memblock's in ascending order, with its first
 *	and its last byte; the walk ends when it does not return 0
 *
 * Regions that differ in node or flags touch, and are told one by one.
 *
 * Context: the memory layout must be held still.
 * Return: what @func returned last, 0 without a region.
 */
int arch_crash_walk_memory(void *arg,
			   int (*func)(u64 start, u64 end, void *arg))
{
	phys_addr_t start, end;
	int ret;
	u64 i;

	for_each_mem_range(i, &start, &end) {
		ret = func(start, end - 1, arg);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * get_crash_memory_ranges() - list the memory that a dump shall have
 * @online: all memory that is online
 * @mem_ranges: set to the list; the caller frees it with kvfree(), also after
 *	an error
 *
 * All that is online, less the crash kernel's regions, plus what firmware
 * keeps even there (RTAS, OPAL). The first 64 KiB are an entry of their own,
 * whatever touches them: they are dumped from the backup, because the capture
 * kernel runs in them.
 *
 * Context: the memory layout must be held still.
 * Return: 0 or a negative errno.
 */
int get_crash_memory_ranges(const struct crash_mem *online,
			    struct crash_mem **mem_ranges)
{
	int ret;

	ret = get_online_memory_ranges(online, mem_ranges);
	if (!ret)
		ret = remove_mem_range(mem_ranges, BACKUP_SRC_START,
				       BACKUP_SRC_SIZE);
	if (!ret)
		ret = exclude_crash_regions(mem_ranges);
	if (!ret)
		ret = add_rtas_mem_range(mem_ranges);
	if (!ret)
		ret = add_opal_mem_range(mem_ranges);
	if (ret)
		return ret;

	/* borders between nodes are worth keeping only while they fit */
	if (*mem_ranges &&
	    (*mem_ranges)->nr_ranges >= CONFIG_CRASH_MAX_MEMORY_RANGES)
		coalesce_mem_ranges(*mem_ranges);
	return insert_mem_range(mem_ranges, BACKUP_SRC_START, BACKUP_SRC_END);
}

/**
 * get_usable_memory_ranges() - list the memory that the capture kernel may use
 * @mem_ranges: set to the list; the caller frees it with kvfree(), also after
 *	an error
 *
 * Starts at 0, not at the crash kernel's region: early boot needs the first
 * memory block. What lies between is kept by memory reservations.
 *
 * Return: 0 or a negative errno.
 */
int get_usable_memory_ranges(struct crash_mem **mem_ranges)
{
	int ret;

	ret = add_mem_range(mem_ranges, 0, crashk_res.end + 1);
	if (!ret)
		ret = add_rtas_mem_range(mem_ranges);
	if (!ret)
		ret = add_opal_mem_range(mem_ranges);
	if (!ret)
		ret = add_tce_mem_ranges(mem_ranges);
	return ret;
}

/**
 * get_crash_reserved_ranges() - list the memory that nobody may touch
 * @mem_ranges: set to the list, or left NULL where there is none; the caller
 *	frees it with kvfree(), also after an error
 *
 * Return: 0 or a negative errno.
 */
int get_crash_reserved_ranges(struct crash_mem **mem_ranges)
{
	int ret;

	ret = add_rtas_mem_range(mem_ranges);
	if (!ret)
		ret = add_tce_mem_ranges(mem_ranges);
	if (!ret)
		ret = add_reserved_ranges(mem_ranges);
	return ret;
}
