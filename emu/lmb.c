// SPDX-License-Identifier: GPL-2.0-only
/* Logical memory blocks, out of the device tree and back into it. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "lmb.h"
#include "tree.h"

#define FLAG_ASSIGNED 0x00000008
#define FLAG_RESERVED 0x00000080
#define AA_INVALID 0xffffffff

#define V1 "ibm,dynamic-memory"
#define V2 "ibm,dynamic-memory-v2"

/* 64 TiB of 16 MiB LMBs; a damaged count must not eat all of our memory */
#define MAX_LMBS (1u << 22)

/* bytes of an entry: base of 64 bits as in every tree that has LMBs */
#define V1_ENTRY 24
#define V2_ENTRY 24

static int append(struct lmb_array *a, size_t *max, const struct lmb *lmb)
{
	if (a->nr == *max) {
		size_t new_max = *max ? 2 * *max : 64;
		struct lmb *l = realloc(a->lmb, new_max * sizeof(*l));

		if (!l)
			return -1;
		a->lmb = l;
		*max = new_max;
	}
	a->lmb[a->nr++] = *lmb;
	return 0;
}

/* base, DRC index, a reserved cell, associativity index, flags */
static int read_v1(struct lmb_array *a, const fdt32_t *p, uint32_t nr,
		   struct error *err)
{
	size_t max = 0;
	uint32_t i;

	for (i = 0; i < nr; i++, p += V1_ENTRY / 4) {
		struct lmb lmb = {
			.base = tree_read(p, 2),
			.drc_index = fdt32_ld(p + 2),
			.aa_index = fdt32_ld(p + 4),
			.flags = fdt32_ld(p + 5),
		};

		if (append(a, &max, &lmb))
			return fail(err, "out of memory");
	}
	return 0;
}

/* LMBs in the run, base, DRC index, associativity index, flags */
static int read_v2(struct lmb_array *a, const fdt32_t *p, uint32_t nr,
		   struct error *err)
{
	size_t max = 0;
	uint32_t i, j, run;

	for (i = 0; i < nr; i++, p += V2_ENTRY / 4) {
		struct lmb lmb = {
			.base = tree_read(p + 1, 2),
			.drc_index = fdt32_ld(p + 3),
			.aa_index = fdt32_ld(p + 4),
			.flags = fdt32_ld(p + 5),
		};

		run = fdt32_ld(p);
		if (run > MAX_LMBS - a->nr)
			return fail(err, "device tree: " V2 " entry %u has %u LMBs: more than %u in all",
				    i, run, MAX_LMBS);
		for (j = 0; j < run; j++) {
			if (append(a, &max, &lmb))
				return fail(err, "out of memory");
			lmb.base += a->size;
			lmb.drc_index++;
		}
	}
	return 0;
}

static int read_array(struct lmb_array *a, const void *p, int len,
		      struct error *err)
{
	bool v1 = !strcmp(a->property, V1);
	uint32_t nr = len < 4 ? 0 : fdt32_ld(p);
	size_t entry = v1 ? V1_ENTRY : V2_ENTRY;

	if (len < 4 || nr > (len - 4) / entry)
		return fail(err, "device tree: %s says %u entries but has %d bytes",
			    a->property, nr, len);
	if (nr > MAX_LMBS)
		return fail(err, "device tree: %s has %u entries, more than %u",
			    a->property, nr, MAX_LMBS);
	return v1 ? read_v1(a, (const fdt32_t *)p + 1, nr, err) :
		    read_v2(a, (const fdt32_t *)p + 1, nr, err);
}

int lmb_read(const void *fdt, struct lmb_array *array, struct error *err)
{
	struct tree_cells cells;
	const void *p;
	int node, len;

	memset(array, 0, sizeof(*array));
	node = fdt_path_offset(fdt, LMB_NODE);
	if (node < 0)
		return 0;

	array->property = V1;
	p = fdt_getprop(fdt, node, V1, &len);
	if (!p) {
		array->property = V2;
		p = fdt_getprop(fdt, node, V2, &len);
	}
	if (!p)
		return 0;
	if (tree_root_cells(fdt, &cells, err))
		return -1;
	if (cells.addr != 2)
		return fail(err, "device tree: %s needs 64-bit addresses, root's #address-cells is %d",
			    array->property, cells.addr);
	if (!tree_get_number(fdt, node, "ibm,lmb-size", &array->size) ||
	    !array->size || array->size & (array->size - 1))
		return fail(err, "device tree: " LMB_NODE " has no usable ibm,lmb-size (0x%llx)",
			    (unsigned long long)array->size);
	if (read_array(array, p, len, err)) {
		lmb_free(array);
		return -1;
	}
	return 0;
}

void lmb_free(struct lmb_array *array)
{
	free(array->lmb);
	memset(array, 0, sizeof(*array));
}

/* arch/powerpc/kernel/prom.c, early_init_drmem_lmb(), 6.12 */
bool lmb_is_memory(const struct lmb *lmb)
{
	return lmb->flags & FLAG_ASSIGNED && !(lmb->flags & FLAG_RESERVED);
}

/* number of lists, entries in each, then the lists; NULL if there are none */
static const fdt32_t *lookup_arrays(const void *fdt, uint32_t *nr,
				    uint32_t *entries)
{
	int len, node = fdt_path_offset(fdt, LMB_NODE);
	const fdt32_t *p = NULL;

	if (node >= 0)
		p = fdt_getprop(fdt, node, "ibm,associativity-lookup-arrays",
				&len);
	if (!p || len < 8)
		return NULL;
	*nr = fdt32_ld(p);
	*entries = fdt32_ld(p + 1);
	if (!*entries || *nr > (len / 4 - 2) / *entries)
		return NULL;
	return p + 2;
}

int lmb_nid(const void *fdt, const struct lmb *lmb)
{
	uint32_t nr, entries;
	const fdt32_t *lists = lookup_arrays(fdt, &nr, &entries);

	if (!lists || lmb->aa_index >= nr)
		return 0;
	return tree_nid(fdt, lists + (size_t)lmb->aa_index * entries, entries);
}

/* the list of a NUMA node; @old when no list says that node */
static uint32_t find_aa_index(const void *fdt, int nid, uint32_t old)
{
	uint32_t i, nr, entries;
	const fdt32_t *lists = lookup_arrays(fdt, &nr, &entries);

	for (i = 0; lists && i < nr; i++, lists += entries)
		if (tree_nid(fdt, lists, entries) == nid)
			return i;
	return old;
}

size_t lmb_assign(const void *fdt, struct lmb_array *array, uint64_t start,
		  uint64_t size, int nid, bool assigned)
{
	size_t i, changed = 0;

	for (i = 0; i < array->nr; i++) {
		struct lmb *lmb = &array->lmb[i];

		if (lmb->base < start || lmb->base - start >= size)
			continue;
		/* what DLPAR does: hotplug-memory.c, dlpar_remove_lmb(), 6.12 */
		if (assigned) {
			lmb->flags |= FLAG_ASSIGNED;
			lmb->aa_index = find_aa_index(fdt, nid, lmb->aa_index);
		} else {
			lmb->flags &= ~FLAG_ASSIGNED;
			lmb->aa_index = AA_INVALID;
		}
		changed++;
	}
	return changed;
}

static void put(fdt32_t **p, uint32_t val)
{
	fdt32_st((*p)++, val);
}

static void put_base(fdt32_t **p, uint64_t base)
{
	put(p, base >> 32);
	put(p, base);
}

static void encode_v1(const struct lmb_array *a, fdt32_t *p)
{
	size_t i;

	put(&p, a->nr);
	for (i = 0; i < a->nr; i++) {
		const struct lmb *lmb = &a->lmb[i];

		put_base(&p, lmb->base);
		put(&p, lmb->drc_index);
		put(&p, 0);
		put(&p, lmb->aa_index);
		put(&p, lmb->flags);
	}
}

/*
 * The end of the run that starts at LMB @i. The kernel goes by index and flags
 * only (drmem_update_dt_v2(), 6.12) and would join runs across a hole, which
 * is harmless on machines without one; here a hole also ends a run.
 */
static size_t run_end(const struct lmb_array *a, size_t i)
{
	const struct lmb *first = &a->lmb[i];
	size_t j = i + 1;

	while (j < a->nr && a->lmb[j].aa_index == first->aa_index &&
	       a->lmb[j].flags == first->flags &&
	       a->lmb[j].base == first->base + (j - i) * a->size &&
	       a->lmb[j].drc_index == first->drc_index + (j - i))
		j++;
	return j;
}

static int encode_v2(const struct lmb_array *a, fdt32_t *start)
{
	fdt32_t *p = start + 1;
	uint32_t runs = 0;
	size_t i, end;

	for (i = 0; i < a->nr; i = end) {
		const struct lmb *lmb = &a->lmb[i];

		end = run_end(a, i);
		put(&p, end - i);
		put_base(&p, lmb->base);
		put(&p, lmb->drc_index);
		put(&p, lmb->aa_index);
		put(&p, lmb->flags);
		runs++;
	}
	fdt32_st(start, runs);
	return (p - start) * sizeof(*p);
}

void *lmb_encode(const struct lmb_array *array, int *length)
{
	int max = 4 + array->nr * V1_ENTRY;
	void *value = malloc(max);

	if (!value)
		return NULL;
	if (!strcmp(array->property, V1)) {
		encode_v1(array, value);
		*length = max;
	} else {
		*length = encode_v2(array, value);
	}
	return value;
}
