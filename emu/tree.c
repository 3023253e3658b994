// SPDX-License-Identifier: GPL-2.0-only
/* Reading flattened device trees. */
#include <libfdt.h>
#include <string.h>

#include "fdt_sound.h"
#include "tree.h"

/* FDT_MAX_DEPTH of drivers/of/fdt.c: the kernel unflattens no deeper */
#define MAX_DEPTH 64

static int check_depth(const void *fdt, const char *what, struct error *err)
{
	int depth = 0, node = 0;

	while (node >= 0 && depth >= 0) {
		if (depth >= MAX_DEPTH)
			return fail(err, "%s: node %s is deeper than %d levels",
				    what, fdt_get_name(fdt, node, NULL),
				    MAX_DEPTH);
		node = fdt_next_node(fdt, node, &depth);
	}
	return 0;
}

int tree_check(const void *fdt, size_t size, const char *what,
	       struct error *err)
{
	int ret;

	if (size < sizeof(struct fdt_header))
		return fail(err, "%s: %zu bytes are no device tree", what,
			    size);
	if (fdt_magic(fdt) != FDT_MAGIC)
		return fail(err, "%s: starts with 0x%08x, no device tree", what,
			    fdt_magic(fdt));
	if (fdt_totalsize(fdt) > size)
		return fail(err, "%s: torn: %zu bytes of 0x%x", what, size,
			    fdt_totalsize(fdt));
	ret = fdt_check_sound(fdt, size);
	if (ret)
		return fail(err, "%s: not a sound device tree: %s", what,
			    fdt_strerror(ret));
	return check_depth(fdt, what, err);
}

uint64_t tree_read(const void *p, int cells)
{
	const fdt32_t *cell = p;
	uint64_t val = 0;

	while (cells--)
		val = val << 32 | fdt32_ld(cell++);
	return val;
}

bool tree_get_u32(const void *fdt, int node, const char *name, uint32_t *val)
{
	int len;
	const void *p = fdt_getprop(fdt, node, name, &len);

	if (!p || len != 4)
		return false;
	*val = fdt32_ld(p);
	return true;
}

bool tree_get_number(const void *fdt, int node, const char *name, uint64_t *val)
{
	int len;
	const void *p = fdt_getprop(fdt, node, name, &len);

	if (!p || (len != 4 && len != 8))
		return false;
	*val = tree_read(p, len / 4);
	return true;
}

/* include/linux/of.h: 1 and 1 where the root does not say */
int tree_root_cells(const void *fdt, struct tree_cells *cells,
		    struct error *err)
{
	uint32_t addr = 1, size = 1;

	tree_get_u32(fdt, 0, "#address-cells", &addr);
	tree_get_u32(fdt, 0, "#size-cells", &size);
	if (addr < 1 || addr > 2)
		return fail(err, "device tree: root's #address-cells is %u",
			    addr);
	if (size < 1 || size > 2)
		return fail(err, "device tree: root's #size-cells is %u", size);
	cells->addr = addr;
	cells->size = size;
	return 0;
}

bool tree_is_type(const void *fdt, int node, const char *type)
{
	int len, want = strlen(type) + 1;
	const void *p = fdt_getprop(fdt, node, "device_type", &len);

	return p && len == want && !memcmp(p, type, want);
}

int tree_next_of_type(const void *fdt, int node, const char *type)
{
	do {
		node = fdt_next_node(fdt, node, NULL);
	} while (node >= 0 && !tree_is_type(fdt, node, type));
	return node;
}

int tree_nid(const void *fdt, const void *assoc, size_t nr)
{
	int rtas = fdt_path_offset(fdt, "/rtas");
	const fdt32_t *list = assoc;
	const void *points;
	uint32_t level, nid;
	int len;

	if (rtas < 0)
		return 0;
	points = fdt_getprop(fdt, rtas, "ibm,associativity-reference-points",
			     &len);
	if (!points || len < 4)
		return 0;
	level = fdt32_ld(points);
	if (!level || level > nr)
		return 0;
	nid = fdt32_ld(list + level - 1);
	/* POWER4 firmware says 0xffff for "no node" */
	return nid >= 0xffff ? 0 : nid;
}
