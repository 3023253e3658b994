// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a powerpc device tree says of the machine at boot: memory, LMBs, what
 * firmware keeps, where nothing may be loaded.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "arch_powerpc.h"
#include "cpu_node.h"
#include "lmb.h"
#include "tree.h"

/* --- memory -------------------------------------------------------------------- */

/**
 * struct memory_list - memory as it is found
 * @at_0: bytes of the range that starts at 0, before others are joined to it
 */
struct memory_list {
	struct memory_spec *m;
	size_t nr;
	size_t max;
	uint64_t at_0;
};

static int list_add(struct memory_list *list, uint64_t start, uint64_t size,
		    int nid, struct error *err)
{
	struct memory_spec *last = list->nr ? &list->m[list->nr - 1] : NULL;

	if (!size)
		return 0;
	if (!start)
		list->at_0 = size;
	/* a run of LMBs is one region, as memblock makes it */
	if (last && last->nid == nid && last->start + last->size == start) {
		last->size += size;
		return 0;
	}
	if (list->nr == list->max) {
		size_t max = list->max ? 2 * list->max : 16;
		struct memory_spec *p = realloc(list->m, max * sizeof(*p));

		if (!p)
			return fail(err, "out of memory");
		list->m = p;
		list->max = max;
	}
	list->m[list->nr++] = (struct memory_spec){ start, size, nid };
	return 0;
}

/* NUMA node of a memory node, by its own associativity list */
static int node_nid(const void *fdt, int node)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, "ibm,associativity", &len);

	if (!p || len < 4 || fdt32_ld(p) > (uint32_t)len / 4 - 1)
		return 0;
	return tree_nid(fdt, p + 1, fdt32_ld(p));
}

static int add_memory_nodes(const void *fdt, struct memory_list *list,
			    struct error *err)
{
	struct tree_cells c;
	int node = -1;

	if (tree_root_cells(fdt, &c, err))
		return -1;
	while ((node = tree_next_of_type(fdt, node, "memory")) >= 0) {
		int len, nid = node_nid(fdt, node);
		const fdt32_t *p = fdt_getprop(fdt, node, "reg", &len);

		for (; p && len >= 4 * (c.addr + c.size);
		     len -= 4 * (c.addr + c.size), p += c.addr + c.size)
			if (list_add(list, tree_read(p, c.addr),
				     tree_read(p + c.addr, c.size), nid, err))
				return -1;
	}
	return 0;
}

static int add_lmbs(const void *fdt, struct memory_list *list,
		    struct error *err)
{
	struct lmb_array array;
	int ret = 0;
	size_t i;

	if (lmb_read(fdt, &array, err))
		return -1;
	for (i = 0; !ret && i < array.nr; i++)
		if (lmb_is_memory(&array.lmb[i]))
			ret = list_add(list, array.lmb[i].base, array.size,
				       lmb_nid(fdt, &array.lmb[i]), err);
	lmb_free(&array);
	return ret;
}

static const void *live_tree(const struct machine_spec *spec)
{
	return spec->live_tree ? spec->live_tree : spec->boot_fdt;
}

int powerpc_memory(struct machine *m __always_unused,
		   const struct machine_spec *spec, struct memory_spec **memory,
		   size_t *nr, struct error *err)
{
	const void *fdt = live_tree(spec);
	struct memory_list list = { 0 };

	if (add_memory_nodes(fdt, &list, err) || add_lmbs(fdt, &list, err)) {
		free(list.m);
		return -1;
	}
	*memory = list.m;
	*nr = list.nr;
	return 0;
}

/* --- firmware's memory, and other memory that is taken -------------------------- */

/* what lies beyond all possible memory is of no interest, and may be nonsense */
static int add_range(const struct machine *m, struct view_ranges *set,
		     uint64_t start, uint64_t size, struct error *err)
{
	uint64_t end = start + (size - 1);

	if (!size || start >= m->ops->max_phys)
		return 0;
	if (end < start || end >= m->ops->max_phys)
		end = m->ops->max_phys - 1;
	return view_ranges_add(set, start, end) ? fail(err, "out of memory") :
						  0;
}

/* a range that two properties of one node tell of; the node may be missing */
static int add_base_size(struct machine *m, struct view_ranges *set,
			 const void *fdt, int node, const char *base_name,
			 const char *size_name, struct error *err)
{
	uint64_t base, size;

	if (node < 0 || !tree_get_number(fdt, node, base_name, &base) ||
	    !tree_get_number(fdt, node, size_name, &size))
		return 0;
	return add_range(m, set, base, size, err);
}

static int read_firmware(struct machine *m, const void *fdt, struct error *err)
{
	size_t i;

	if (add_base_size(m, &m->firmware, fdt, fdt_path_offset(fdt, "/rtas"),
			  "linux,rtas-base", "rtas-size", err) ||
	    add_base_size(m, &m->firmware, fdt,
			  fdt_path_offset(fdt, "/ibm,opal"),
			  "opal-base-address", "opal-runtime-size", err))
		return -1;
	for (i = 0; i < m->firmware.nr; i++)
		if (view_ranges_add(&m->reserved, m->firmware.r[i].start,
				    m->firmware.r[i].end))
			return fail(err, "out of memory");
	return 0;
}

static int read_reserved_ranges(struct machine *m, const void *fdt,
				struct error *err)
{
	struct tree_cells c;
	const fdt32_t *p;
	int len;

	if (tree_root_cells(fdt, &c, err))
		return -1;
	p = fdt_getprop(fdt, 0, "reserved-ranges", &len);
	for (; p && len >= 4 * (c.addr + c.size);
	     len -= 4 * (c.addr + c.size), p += c.addr + c.size)
		if (add_range(m, &m->reserved, tree_read(p, c.addr),
			      tree_read(p + c.addr, c.size), err))
			return -1;
	return 0;
}

/* the old initrd stays where it is only on request */
static int read_initrd(struct machine *m, const void *fdt, int chosen,
		       struct error *err)
{
	uint64_t start, end;

	if (!strstr(m->cmdline, "retain_initrd") || chosen < 0 ||
	    !tree_get_number(fdt, chosen, "linux,initrd-start", &start) ||
	    !tree_get_number(fdt, chosen, "linux,initrd-end", &end) ||
	    end <= start)
		return 0;
	return add_range(m, &m->reserved, start, end - start, err);
}

/* get_exclude_memory_ranges(), arch/powerpc/kexec/ranges.c, 6.12 */
static int read_reserved(struct machine *m, const void *fdt, struct error *err)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), node = -1;

	if (chosen >= 0)
		tree_get_number(fdt, chosen, "linux,kernel-end",
				&m->kernel_end);
	if (m->kernel_end > m->ops->max_phys)
		return fail(err, "device tree: /chosen/linux,kernel-end is 0x%" PRIx64,
			    m->kernel_end);
	if (add_range(m, &m->reserved, 0, m->kernel_end, err) ||
	    add_base_size(m, &m->reserved, fdt, chosen, "linux,htab-base",
			  "linux,htab-size", err) ||
	    read_initrd(m, fdt, chosen, err) ||
	    read_reserved_ranges(m, fdt, err))
		return -1;
	while ((node = tree_next_of_type(fdt, node, "pci")) >= 0)
		if (add_base_size(m, &m->reserved, fdt, node, "linux,tce-base",
				  "linux,tce-size", err))
			return -1;
	return 0;
}

/* --- the rest -------------------------------------------------------------------- */

/* all cores have as many threads as the last one, the kernel assumes */
static int read_threads(struct machine *m, const void *fdt, struct error *err)
{
	struct cpu_node node;
	int offset = -1;
	bool any = false;

	if (fdt_path_offset(fdt, "/cpus") < 0)
		return fail(err, "device tree: there is no /cpus");
	while ((offset = cpu_node_next(fdt, offset)) >= 0) {
		if (cpu_node_read(fdt, offset, &node, err))
			return -1;
		m->threads = node.nr_threads;
		any = true;
	}
	return any ? 0 : fail(err, "device tree: there is no CPU in /cpus");
}

/*
 * What client and firmware agreed on: byte 24, bits 0xc0 (early_check_vec5(),
 * arch/powerpc/mm/init_64.c, 6.12; OV5_MMU_RADIX in asm/prom.h).
 */
static bool is_radix(const void *fdt)
{
	const uint8_t *vec5;
	int len;

	vec5 = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
			   "ibm,architecture-vec-5", &len);
	return vec5 && len > 24 && (vec5[24] & 0xc0) == 0x40;
}

/*
 * With the hash MMU the first range of memory is what works without an MMU
 * (early_init_devtree(), hash__setup_initial_memory_limit(), 6.12); radix has
 * no such limit. Where the tree does not tell of memory at 0 there is none
 * either.
 */
static int read_rma(struct machine *m, const void *fdt, struct error *err)
{
	struct memory_list list = { 0 };
	int ret = add_memory_nodes(fdt, &list, err);

	if (list.at_0 && !is_radix(fdt))
		m->rma_size = list.at_0;
	free(list.m);
	return ret;
}

int powerpc_read_tree(struct machine *m, const struct machine_spec *spec,
		      struct error *err)
{
	const void *fdt = live_tree(spec);
	struct lmb_array array;

	if (!spec->boot_fdt)
		return fail(err, "a powerpc machine needs a device tree");
	if (read_threads(m, fdt, err) || lmb_read(fdt, &array, err))
		return -1;
	if (array.size)
		m->block_size = array.size;
	lmb_free(&array);
	return read_rma(m, fdt, err) || read_firmware(m, fdt, err) ||
	       read_reserved(m, fdt, err) ? -1 : 0;
}
