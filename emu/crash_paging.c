// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86_64: page tables of four levels for the linear map and the kernel's image, and
 * which memory sections are there (arch/x86/include/asm/pgtable_64_types.h,
 * include/linux/mmzone.h, 6.12). There are no struct pages.
 */
#include <inttypes.h>
#include <string.h>

#include "crash_kernel.h"

#define TABLE 4096
#define PRESENT_WRITABLE 0x003ULL
#define LARGE_PAGE 0x083ULL
#define ADDRESS 0x000ffffffffff000ULL

#define LARGE_2M (1ULL << 21)
#define LARGE_1G (1ULL << 30)

/* SPARSEMEM_EXTREME: roots of one page each */
#define SECTION_BITS 27
#define PHYSMEM_BITS 46
#define SECTIONS_PER_ROOT (TABLE / sizeof(struct section))
#define NR_ROOTS ((1UL << (PHYSMEM_BITS - SECTION_BITS)) / SECTIONS_PER_ROOT)
#define SECTION_THERE 3ULL
#define VMEMMAP 0xffffea0000000000ULL

struct section {
	uint64_t map;
	uint64_t usage;
};

/* --- page tables --------------------------------------------------------------------- */

static uint64_t *table_at(struct crash_kernel *k, uint64_t phys)
{
	return (uint64_t *)(k->bytes + (phys - k->phys));
}

/* the table behind an entry, made if there is none; NULL: no room */
static uint64_t *next_table(struct crash_kernel *k, uint64_t *entry)
{
	uint64_t virt;

	if (!*entry) {
		if (!crash_kernel_room(k, TABLE, TABLE, &virt))
			return NULL;
		*entry = (k->phys + (virt - k->virt)) | PRESENT_WRITABLE;
	}
	return table_at(k, *entry & ADDRESS);
}

static unsigned int part(uint64_t virt, unsigned int shift)
{
	return virt >> shift & 511;
}

/* one large page, of 1 GiB or 2 MiB */
static bool map_page(struct crash_kernel *k, uint64_t *top, uint64_t virt,
		     uint64_t phys, uint64_t size)
{
	uint64_t *table = next_table(k, &top[part(virt, 39)]);
	unsigned int shift = 30;

	if (table && size == LARGE_2M) {
		table = next_table(k, &table[part(virt, 30)]);
		shift = 21;
	}
	if (table)
		table[part(virt, shift)] = phys | LARGE_PAGE;
	return table;
}

static bool map_all(struct crash_kernel *k, uint64_t *top, uint64_t virt,
		    uint64_t phys, uint64_t end, uint64_t size)
{
	for (; phys < end; virt += size, phys += size)
		if (!map_page(k, top, virt, phys, size))
			return false;
	return true;
}

static void put_page_tables(struct crash_kernel *k,
			    const struct machine_view *view, uint64_t linear_map)
{
	const struct view_text *t = &view->text;
	const uint64_t below = t->phys & (LARGE_2M - 1);
	uint64_t virt, *top;

	top = (void *)crash_kernel_room(k, TABLE, TABLE, &virt);
	if (top && map_all(k, top, t->virt - below, t->phys - below,
			   t->phys + t->size, LARGE_2M) &&
	    map_all(k, top, linear_map, 0,
		    view->ram.r[view->ram.nr - 1].end, LARGE_1G))
		crash_kernel_info(k, "SYMBOL(init_top_pgt)=%" PRIx64 "\n", virt);
}

/* --- sections ------------------------------------------------------------------------ */

static bool put_section(struct crash_kernel *k, uint64_t *roots, uint64_t nr)
{
	uint64_t *root = &roots[nr / SECTIONS_PER_ROOT];
	struct section *sections;

	if (nr / SECTIONS_PER_ROOT >= NR_ROOTS)
		return false;
	if (!*root && !crash_kernel_room(k, TABLE, TABLE, root))
		return false;
	sections = (struct section *)(k->bytes + (*root - k->virt));
	sections[nr % SECTIONS_PER_ROOT].map = VMEMMAP | SECTION_THERE;
	return true;
}

static bool put_sections(struct crash_kernel *k, uint64_t *roots,
			 const struct view_ranges *ram)
{
	for (size_t i = 0; i < ram->nr; i++)
		for (uint64_t nr = ram->r[i].start >> SECTION_BITS;
		     nr <= ram->r[i].end >> SECTION_BITS; nr++)
			if (!put_section(k, roots, nr))
				return false;
	return true;
}

static void put_mem_section(struct crash_kernel *k, const struct view_ranges *ram)
{
	uint64_t virt, symbol;
	uint64_t *roots = (void *)crash_kernel_room(k, NR_ROOTS * sizeof(*roots),
						    8, &virt);
	uint8_t *pointer = crash_kernel_room(k, sizeof(virt), 8, &symbol);

	if (!roots || !pointer || !put_sections(k, roots, ram))
		return;
	memcpy(pointer, &virt, sizeof(virt));
	crash_kernel_info(k, "SYMBOL(mem_section)=%" PRIx64 "\n", symbol);
	crash_kernel_info(k, "LENGTH(mem_section)=%lu\n", NR_ROOTS);
	crash_kernel_info(k, "SIZE(mem_section)=%zu\n", sizeof(struct section));
	crash_kernel_info(k, "OFFSET(mem_section.section_mem_map)=0\n"
			     "NUMBER(SECTION_SIZE_BITS)=%d\n"
			     "NUMBER(MAX_PHYSMEM_BITS)=%d\n", SECTION_BITS,
			  PHYSMEM_BITS);
	crash_kernel_info(k, "SIZE(page)=64\nOFFSET(page.flags)=0\n"
			     "OFFSET(page.lru)=8\nOFFSET(page.mapping)=24\n"
			     "OFFSET(page.private)=40\nOFFSET(page._mapcount)=48\n"
			     "OFFSET(page._refcount)=52\n");
	crash_kernel_info(k, "SIZE(list_head)=16\nOFFSET(list_head.next)=0\n"
			     "OFFSET(list_head.prev)=8\n");
}

void crash_kernel_paging(struct crash_kernel *k, const struct machine_view *view,
			 uint64_t linear_map)
{
	if (!view->ram.nr)
		return;
	put_page_tables(k, view, linear_map);
	put_mem_section(k, &view->ram);
}
