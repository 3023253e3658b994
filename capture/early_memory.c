// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early boot of a powerpc capture kernel: its memory. The loader leaves the
 * crashed kernel's memory in the tree and cuts it down twice: usable-memory
 * properties end at the crash region's end, and reservations keep what lies
 * below its start. What is left over and not of the crash region would be
 * overwritten before it is dumped.
 *
 *	0    64K              crash kernel        end of memory
 *	|-------------------------------|            usable-memory
 *	     |================|                      memory reservations
 *	|----|                |---------|            free to use
 *
 * The first 64 KiB are free: purgatory has copied them to the backup region.
 */
#include <inttypes.h>
#include <string.h>

#include "early_boot.h"
#include "pieces.h"

/* arch/powerpc/include/asm/drmem.h, 6.12 */
#define DRCONF_MEM_ASSIGNED	0x08
#define DRCONF_MEM_RESERVED	0x80

#define BACKUP_END		0xffffULL

/* what one reading of the memory nodes needs */
struct usable {
	struct judging *j;
	const struct fdt_tree *tree;
	struct cell_sizes sizes;
	struct view_ranges set;
};

static void add_usable(struct usable *u, uint64_t base, uint64_t size)
{
	if (size && view_ranges_add(&u->set, base, range_end(base, size)))
		u->j->no_memory = true;
}

static bool take_range(struct cells *cells, struct cell_sizes sizes,
		       uint64_t *base, uint64_t *size)
{
	return take_cells(cells, sizes.address, base) &&
	       take_cells(cells, sizes.size, size);
}

/* --- memory nodes --------------------------------------------------------- */

/* of_fdt_device_is_available() */
static bool is_available(const struct fdt_tree *tree, int node)
{
	return !fdt_tree_prop(tree, node, "status") ||
	       fdt_tree_prop_is(tree, node, "status", "okay") ||
	       fdt_tree_prop_is(tree, node, "status", "ok");
}

/* early_init_dt_scan_memory() in drivers/of/fdt.c */
static void add_memory_node(struct usable *u, int node)
{
	const struct fdt_prop *prop;
	struct cells cells;
	uint64_t base, size;

	prop = fdt_tree_prop(u->tree, node, "linux,usable-memory");
	cells = cells_of(prop ? prop : fdt_tree_prop(u->tree, node, "reg"));
	while (u->sizes.address + u->sizes.size &&
	       take_range(&cells, u->sizes, &base, &size))
		add_usable(u, base, size);
}

/* --- dynamic reconfiguration memory --------------------------------------- */

/*
 * struct lmbs - a run of logical memory blocks with the same flags
 * @base: of the first one
 * @nr: how many, each @size bytes
 */
struct lmbs {
	uint64_t base;
	uint64_t nr;
	uint64_t size;
	uint64_t flags;
};

/*
 * Each block that is in use has its entry in linux,drconf-usable-memory: a
 * count, then that many ranges (early_init_drmem_lmb() in prom.c). Without the
 * property all of a block is usable. False when the entries end too early: then
 * @lmbs is left at the block that has none.
 */
static bool add_lmbs(struct usable *u, struct lmbs *lmbs, struct cells *usable)
{
	uint64_t nr, base, size;

	if ((lmbs->flags & DRCONF_MEM_RESERVED) ||
	    !(lmbs->flags & DRCONF_MEM_ASSIGNED))
		return true;
	if (!usable->next) {
		add_usable(u, lmbs->base, lmbs->nr > UINT64_MAX / lmbs->size ?
			   UINT64_MAX : lmbs->nr * lmbs->size);
		return true;
	}
	for (; lmbs->nr; lmbs->nr--, lmbs->base += lmbs->size) {
		if (!take_cells(usable, u->sizes.size, &nr))
			return false;
		for (; nr; nr--) {
			if (!take_range(usable, u->sizes, &base, &size))
				return false;
			add_usable(u, base, size);
		}
	}
	return true;
}

/* one entry of ibm,dynamic-memory, or a run in ibm,dynamic-memory-v2 */
static bool take_lmbs(const struct usable *u, struct cells *cells, bool v2,
		      struct lmbs *lmbs)
{
	uint64_t ignored;

	lmbs->nr = 1;
	/* drc index, a reserved cell in v1 only, associativity, flags */
	return (!v2 || take_cells(cells, 1, &lmbs->nr)) &&
	       take_cells(cells, u->sizes.address, &lmbs->base) &&
	       take_cells(cells, v2 ? 2 : 3, &ignored) &&
	       take_cells(cells, 1, &lmbs->flags);
}

/* walk_drmem_lmbs_early() in arch/powerpc/mm/drmem.c */
static void add_dynamic_memory(struct usable *u, int node)
{
	const struct fdt_prop *v1, *v2, *prop;
	struct cells list, usable, cells;
	struct lmbs lmbs;
	uint64_t nr;

	cells = cells_of(fdt_tree_prop(u->tree, node, "ibm,lmb-size"));
	if (!u->sizes.size || !take_cells(&cells, u->sizes.size, &lmbs.size) ||
	    !lmbs.size)
		return;
	v1 = fdt_tree_prop(u->tree, node, "ibm,dynamic-memory");
	v2 = fdt_tree_prop(u->tree, node, "ibm,dynamic-memory-v2");
	prop = v1 ? v1 : v2;
	list = cells_of(prop);
	usable = cells_of(fdt_tree_prop(u->tree, node,
					"linux,drconf-usable-memory"));
	if (!take_cells(&list, 1, &nr))
		return;
	for (; nr; nr--) {
		if (!take_lmbs(u, &list, !v1, &lmbs)) {
			found(u->j, NOWHERE, I_FDTOK, VERDICT_STALE,
			      "%s is shorter than the number of its entries",
			      prop->name);
			return;
		}
		if (!add_lmbs(u, &lmbs, &usable)) {
			found(u->j, NOWHERE, I_FDTOK, VERDICT_HANG,
			      "linux,drconf-usable-memory ends before the memory block at 0x%" PRIx64,
			      lmbs.base);
			return;
		}
	}
}

static void read_usable(struct usable *u)
{
	int child;

	for_each_child(child, u->tree, 0) {
		if (fdt_tree_prop_is(u->tree, child, "device_type", "memory") &&
		    is_available(u->tree, child))
			add_memory_node(u, child);
		if (!strcmp(u->tree->nodes[child].name,
			    "ibm,dynamic-reconfiguration-memory"))
			add_dynamic_memory(u, child);
	}
}

/* --- what is free to use -------------------------------------------------- */

bool add_reservations(struct view_ranges *set, const struct fdt_tree *tree)
{
	const struct fdt_reservation *r = tree->reservations;
	size_t i;

	for (i = 0; i < tree->nr_reservations; i++, r++) {
		if (view_ranges_add(set, r->start,
				    range_end(r->start, r->size)))
			return false;
	}
	return true;
}

static bool remove_all(struct view_ranges *set, const struct view_ranges *gone)
{
	size_t i;

	for (i = 0; i < gone->nr; i++) {
		if (view_ranges_remove(set, gone->r[i].start, gone->r[i].end))
			return false;
	}
	return true;
}

static bool meets(const struct view_ranges *a, const struct view_ranges *b)
{
	size_t i;

	for (i = 0; i < a->nr; i++) {
		if (view_ranges_intersects(b, a->r[i].start, a->r[i].end))
			return true;
	}
	return false;
}

/* @spare: usable and not reserved; used up */
static void judge_free(struct judging *j, struct view_ranges *spare)
{
	const struct machine_view *m = j->machine;
	uint64_t mask = m->page_size - 1;
	size_t i;

	if (!meets(spare, &m->crashk)) {
		found(j, NOWHERE, I_RESV, VERDICT_HANG,
		      "the FDT leaves the capture kernel no memory to run in");
		return;
	}
	/* the kernel reserves what firmware keeps by itself, in whole pages */
	if (view_ranges_remove(spare, 0, BACKUP_END) ||
	    !remove_all(spare, &m->crashk)) {
		j->no_memory = true;
		return;
	}
	for (i = 0; i < m->firmware.nr; i++) {
		if (view_ranges_remove(spare, m->firmware.r[i].start & ~mask,
				       m->firmware.r[i].end | mask))
			j->no_memory = true;
	}
	for (i = 0; i < spare->nr; i++)
		found(j, ABOUT_RANGE(spare->r[i].start, spare->r[i].end), I_RESV,
		      VERDICT_INCOMPLETE,
		      "the capture kernel may use 0x%" PRIx64 "-0x%" PRIx64
		      ", memory of the crashed kernel", spare->r[i].start,
		      spare->r[i].end);
}

void judge_early_memory(struct judging *j, const struct fdt_tree *tree,
			struct cell_sizes sizes)
{
	struct usable u = { .j = j, .tree = tree, .sizes = sizes };
	struct view_ranges reserved = { 0 };

	read_usable(&u);
	/* without a crash region nobody knows whose the memory is */
	if (j->machine->crashk.nr) {
		if (add_reservations(&reserved, tree) &&
		    remove_all(&u.set, &reserved))
			judge_free(j, &u.set);
		else
			j->no_memory = true;
	}
	view_ranges_free(&reserved);
	view_ranges_free(&u.set);
}
