// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which memory is there (memblock), which of it is online (sections), and the
 * hotplug of memory blocks (mm/memory_hotplug.c, drivers/base/memory.c).
 */
#include <errno.h>

#include "kernel_private.h"

/* arch/powerpc/include/asm/book3s/64/radix.h; never to be dereferenced */
#define VMEMMAP_START 0xc00c000000000000UL
#define SIZEOF_STRUCT_PAGE 64

/* --- what core asks ---------------------------------------------------------- */

bool shim_next_mem_range(u64 *idx, phys_addr_t *start, phys_addr_t *end)
{
	struct kernel *k = kernel_current();

	check_layout_held_still(k, "walk over memblock");
	if (*idx >= k->memblock.nr)
		return false;
	*start = k->memblock.r[*idx].start;
	*end = k->memblock.r[*idx].end + 1;
	return true;
}

struct page *pfn_to_online_page(unsigned long pfn)
{
	struct kernel *k = kernel_current();

	check_layout_held_still(k, "pfn_to_online_page()");
	k->report.asked++;
	if (!region_find(&k->online, PFN_PHYS(pfn)))
		return NULL;
	return (struct page *)(VMEMMAP_START + pfn * SIZEOF_STRUCT_PAGE);
}

/* --- memory comes and goes ------------------------------------------------- */

/* x86_64 with five levels; powerpc has 51 bits (MAX_PHYSMEM_BITS) */
#define MAX_PHYSMEM (1ULL << 52)

/* the last byte; an empty range has none, it ends before its start or wraps */
static bool range_end(u64 start, u64 size, u64 *end)
{
	*end = start + size - 1;
	return *end >= start && *end < MAX_PHYSMEM;
}

/* mm/memory_hotplug.c:check_hotplug_memory_range() */
static bool is_whole_blocks(const struct kernel *k, u64 start, u64 size)
{
	return !((start | size) & (k->config.block_size - 1));
}

int kernel_boot_memory(struct kernel *k, u64 start, u64 size, int nid)
{
	u64 in_section = (1ULL << k->config.section_shift) - 1;
	u64 end;
	int ret;

	if (!range_end(start, size, &end))
		return -EINVAL;
	if (region_any(&k->memblock, start, end))
		return -EEXIST;
	ret = region_add(&k->memblock, start, end, nid);
	/* a section that is there in part is online as a whole */
	return ret ? ret : region_add(&k->online, start & ~in_section,
				      end | in_section, 0);
}

int kernel_add_memory(struct kernel *k, u64 start, u64 size, int nid)
{
	u64 end;

	if (!range_end(start, size, &end) || !is_whole_blocks(k, start, size))
		return -EINVAL;
	if (region_any(&k->memblock, start, end))
		return -EEXIST;
	return region_add(&k->memblock, start, end, nid);
}

int kernel_remove_memory(struct kernel *k, u64 start, u64 size)
{
	u64 end;

	if (!range_end(start, size, &end) || !is_whole_blocks(k, start, size) ||
	    !region_all(&k->memblock, start, end))
		return -EINVAL;
	if (region_any(&k->online, start, end))
		return -EBUSY;
	return region_remove(&k->memblock, start, end);
}

/* --- one memory block ------------------------------------------------------- */

static bool is_block(const struct kernel *k, u64 start, u64 vmemmap_size)
{
	u64 page_mask = (1ULL << k->config.page_shift) - 1;

	return is_whole_blocks(k, start, k->config.block_size) &&
	       vmemmap_size < k->config.block_size &&
	       !(vmemmap_size & page_mask) &&
	       region_all(&k->memblock, start,
			  start + (k->config.block_size - 1));
}

/*
 * mm/memory_hotplug.c:online_pages(), offline_pages(): the span that is told
 * begins behind the block's own struct pages, and the other fields are not
 * set there; values that nobody can take for real ones stand for that.
 */
static void tell_memory(struct kernel *k, unsigned long action, u64 start,
			u64 vmemmap_size)
{
	const unsigned int shift = k->config.page_shift;
	struct memory_notify arg = {
		.altmap_start_pfn = 0x5a5a5a5a5a5a5a5aUL,
		.altmap_nr_pages = 0x5a5a5a5a5a5a5a5aUL,
		.start_pfn = (start + vmemmap_size) >> shift,
		.nr_pages = (k->config.block_size - vmemmap_size) >> shift,
		.status_change_nid_normal = -1,
		.status_change_nid = -1,
	};

	chain_call(k, &k->memory_chain, "memory notifier", action, &arg);
}

int kernel_online_block(struct kernel *k, u64 start, u64 vmemmap_size)
{
	u64 end = start + (k->config.block_size - 1);
	int ret;

	if (!is_block(k, start, vmemmap_size) ||
	    region_any(&k->online, start, end))
		return -EINVAL;

	mem_hotplug_begin(k);
	tell_memory(k, MEM_GOING_ONLINE, start, vmemmap_size);
	ret = region_add(&k->online, start, end, 0);
	if (!ret)
		tell_memory(k, MEM_ONLINE, start, vmemmap_size);
	mem_hotplug_done(k);
	return ret;
}

/*
 * Sections that hold nothing but the block's own struct pages go offline after
 * the notifiers have run (mhp_deinit_memmap_on_memory()).
 */
int kernel_offline_block(struct kernel *k, u64 start, u64 vmemmap_size)
{
	u64 in_section = (1ULL << k->config.section_shift) - 1;
	u64 pages = start + (vmemmap_size & ~in_section);
	u64 end = start + (k->config.block_size - 1);
	int ret;

	if (!is_block(k, start, vmemmap_size) ||
	    !region_all(&k->online, start, end))
		return -EINVAL;

	mem_hotplug_begin(k);
	tell_memory(k, MEM_GOING_OFFLINE, start, vmemmap_size);
	ret = region_remove(&k->online, pages, end);
	if (!ret) {
		tell_memory(k, MEM_OFFLINE, start, vmemmap_size);
		ret = region_remove(&k->online, start, end);
	}
	mem_hotplug_done(k);
	return ret;
}

/* --- what the machine asks --------------------------------------------------- */

bool kernel_range_online(const struct kernel *k, u64 start, u64 size)
{
	u64 end;

	return range_end(start, size, &end) &&
	       region_all(&k->online, start, end);
}

unsigned int kernel_nr_memblock(const struct kernel *k)
{
	return k->memblock.nr;
}

void kernel_memblock(const struct kernel *k, unsigned int i, u64 *start,
		     u64 *size, int *nid)
{
	const struct region *r = &k->memblock.r[i];

	*start = r->start;
	*size = r->end - r->start + 1;
	*nid = r->nid;
}
