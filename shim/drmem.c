// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: logical memory blocks in "ibm,dynamic-reconfiguration-memory"
 * (arch/powerpc/mm/drmem.c; PAPR, ibm,dynamic-memory and its version 2).
 */
#define pr_fmt(fmt) "drmem: " fmt

#include <errno.h>

#include "kernel_private.h"

#define DRCONF_PATH "/ibm,dynamic-reconfiguration-memory"

/* 4 PiB of the usual 256 MiB: who claims to have more has a broken tree */
#define MAX_LMBS (1UL << 24)

/**
 * struct drconf - reading the list, one set of LMBs after the other
 * @v2: each entry is a set of LMBs in a row; in version 1, one LMB
 * @nr: entries still to come
 */
struct drconf {
	const __be32 *p;
	u32 nr;
	int addr_cells;
	bool v2;
	u64 lmb_size;
};

static u64 read_lmb_size(const struct kernel *k, const struct device_node *dn)
{
	const __be32 *prop;
	int cells, len;

	cells = of_n_size_cells(k->root);
	prop = of_get_property(dn, "ibm,lmb-size", &len);
	if (!prop || cells < 1 || cells > 2 || len < cells * 4)
		return 0;
	return of_read_number(prop, cells);
}

/* the first LMB of the next set, and how many there are in it */
static u32 next_set(struct drconf *d, struct drmem_lmb *lmb)
{
	u32 nr = d->v2 ? be32_to_cpup(d->p++) : 1;

	lmb->base_addr = of_read_number(d->p, d->addr_cells);
	d->p += d->addr_cells;
	lmb->drc_index = be32_to_cpup(d->p++);
	if (!d->v2)
		d->p++;		/* reserved */
	lmb->aa_index = be32_to_cpup(d->p++);
	lmb->flags = be32_to_cpup(d->p++);
	d->nr--;
	return nr;
}

/* the kernel trusts these numbers; here they may be anybody's */
static bool list_is_sane(struct drconf d, int len)
{
	unsigned long nr_lmbs = 0;
	struct drmem_lmb lmb;
	size_t entry;

	if (d.addr_cells < 1 || d.addr_cells > 2)
		return false;
	/* four cells besides the address: drc, aa, flags; reserved or count */
	entry = (d.addr_cells + 4) * sizeof(*d.p);
	if ((len - sizeof(*d.p)) / entry < d.nr)
		return false;
	while (d.nr && nr_lmbs <= MAX_LMBS)
		nr_lmbs += next_set(&d, &lmb);
	return nr_lmbs <= MAX_LMBS;
}

static int open_drconf(const struct kernel *k, const struct device_node *dn,
		       struct drconf *d)
{
	int len;

	*d = (struct drconf){ .lmb_size = read_lmb_size(k, dn) };
	if (!d->lmb_size) {
		pr_info("Could not determine LMB size\n");
		return -ENODEV;
	}
	d->p = of_get_property(dn, "ibm,dynamic-memory", &len);
	if (!d->p) {
		d->p = of_get_property(dn, "ibm,dynamic-memory-v2", &len);
		d->v2 = true;
	}
	if (!d->p)
		return -ENODEV;
	if (len < 4)
		return -EINVAL;
	d->nr = be32_to_cpup(d->p++);
	d->addr_cells = of_n_addr_cells(k->root);
	return list_is_sane(*d, len) ? 0 : -EINVAL;
}

/*
 * In version 2 an error of @func ends the set that it is in and not the walk,
 * whose result is that of the last set: so it is in 6.12, and whoever passes
 * an error on in another way than through @data loses it.
 */
int walk_drmem_lmbs(struct device_node *dn, void *data,
		    int (*func)(struct drmem_lmb *, const __be32 **, void *))
{
	struct drmem_lmb first, lmb;
	const __be32 *usm;
	struct drconf d;
	int ret, len;
	u32 nr;

	ret = open_drconf(kernel_current(), dn, &d);
	if (ret)
		return ret;
	usm = of_get_property(dn, "linux,drconf-usable-memory", &len);
	if (usm && len < 4)
		usm = NULL;

	while (d.nr && (!ret || d.v2)) {
		nr = next_set(&d, &first);
		while (nr--) {
			/* the function's own copy */
			lmb = first;
			ret = func(&lmb, &usm, data);
			if (ret)
				break;
			first.base_addr += d.lmb_size;
			first.drc_index++;
		}
	}
	return ret;
}

u64 drmem_lmb_size(void)
{
	const struct kernel *k = kernel_current();
	const struct device_node *dn = tree_find(k, DRCONF_PATH);

	return dn ? read_lmb_size(k, dn) : 0;
}

/* the end of the last LMB in the list, there or not */
static u64 drmem_end(const struct kernel *k)
{
	const struct device_node *dn = tree_find(k, DRCONF_PATH);
	struct drmem_lmb lmb;
	struct drconf d;
	u64 end = 0;
	u32 nr;

	if (!dn || open_drconf(k, dn, &d))
		return 0;
	while (d.nr) {
		nr = next_set(&d, &lmb);
		end = lmb.base_addr + nr * d.lmb_size;
	}
	return end;
}

/* arch/powerpc/mm/numa.c: what the hypervisor may add at most, or has */
u64 memory_hotplug_max(void)
{
	const struct kernel *k = kernel_current();
	u64 present = 0, possible;
	const void *lrdr;
	int len;

	if (k->memblock.nr)
		present = k->memblock.r[k->memblock.nr - 1].end + 1;
	lrdr = of_get_property(tree_find(k, "/rtas"), "ibm,lrdr-capacity",
			       &len);
	possible = lrdr && len >= 8 ? get_unaligned_be64(lrdr) : drmem_end(k);
	return max(possible, present);
}
