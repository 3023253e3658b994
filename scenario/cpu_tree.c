// SPDX-License-Identifier: GPL-2.0-only
/* CPU nodes of captured live trees. */
#include <libfdt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_tree.h"

/* more than a core has: L2, L3, maybe L4, and the same for instructions */
#define MAX_CACHES 8

static bool is_cpu(const void *tree, int node)
{
	int len;
	const char *type = fdt_getprop(tree, node, "device_type", &len);

	return type && len == 4 && !memcmp(type, "cpu", 4);
}

int cpu_tree_list(const struct blob *tree, struct pool *pool,
		  struct cpu_tree_node **nodes)
{
	int cpus = fdt_path_offset(tree->bytes, "/cpus");
	int node, nr = 0, len;

	*nodes = NULL;
	if (cpus < 0)
		return 0;
	fdt_for_each_subnode(node, tree->bytes, cpus)
		nr += is_cpu(tree->bytes, node);
	*nodes = pool_alloc(pool, (size_t)nr * sizeof(**nodes));
	if (!*nodes)
		return -1;

	nr = 0;
	fdt_for_each_subnode(node, tree->bytes, cpus) {
		const fdt32_t *reg = fdt_getprop(tree->bytes, node, "reg", &len);
		struct cpu_tree_node *n = &(*nodes)[nr];

		if (!is_cpu(tree->bytes, node) || !reg || len < 4)
			continue;
		n->offset = node;
		n->core.id = fdt32_ld(reg);
		n->core.threads = 1;
		if (fdt_getprop(tree->bytes, node, "ibm,ppc-interrupt-server#s",
				&len) && len >= 4)
			n->core.threads = (unsigned int)len / 4;
		nr++;
	}
	return nr;
}

static int count_properties(const void *tree, int node)
{
	int prop, nr = 0;

	fdt_for_each_property_offset(prop, tree, node)
		nr++;
	return nr;
}

bool cpu_tree_same(const void *a, int a_node, const void *b, int b_node)
{
	int prop;

	if (count_properties(a, a_node) != count_properties(b, b_node))
		return false;
	fdt_for_each_property_offset(prop, a, a_node) {
		int a_len, b_len;
		const char *name;
		const void *value = fdt_getprop_by_offset(a, prop, &name, &a_len);
		const void *other = value ? fdt_getprop(b, b_node, name, &b_len) :
					    NULL;

		if (!other || a_len != b_len || memcmp(value, other, (size_t)a_len))
			return false;
	}
	return true;
}

/* --- copying -------------------------------------------------------------- */

static int copy_properties(void *out, const void *tree, int node)
{
	int prop, rc;

	fdt_for_each_property_offset(prop, tree, node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(tree, prop, &name, &len);

		if (!value)
			return len;
		rc = fdt_property(out, name, value, len);
		if (rc)
			return rc;
	}
	return 0;
}

/*
 * A node with all below it. In the order of the document, with the depth as the
 * only state: trees may be deep.
 */
static int copy_node(void *out, const void *tree, int node)
{
	int depth = 0, open = 0, rc;

	do {
		for (; open > depth; open--) {
			rc = fdt_end_node(out);
			if (rc)
				return rc;
		}
		rc = fdt_begin_node(out, fdt_get_name(tree, node, NULL));
		if (!rc)
			rc = copy_properties(out, tree, node);
		if (rc)
			return rc;
		open++;
		node = fdt_next_node(tree, node, &depth);
	} while (node >= 0 && depth > 0);

	for (rc = 0; open && !rc; open--)
		rc = fdt_end_node(out);
	return rc;
}

/* the caches that a CPU node leads to, nearest first (asm/prom.h's phandles) */
static int find_caches(const void *tree, int node, int caches[MAX_CACHES])
{
	int nr = 0, len;

	while (nr < MAX_CACHES) {
		const fdt32_t *next = fdt_getprop(tree, node, "l2-cache", &len);

		if (!next || len != 4)
			next = fdt_getprop(tree, node, "next-level-cache", &len);
		if (!next || len != 4)
			break;
		node = fdt_node_offset_by_phandle(tree, fdt32_ld(next));
		if (node < 0)
			break;
		caches[nr++] = node;
	}
	return nr;
}

static int cut(void *out, const void *tree, int node)
{
	int caches[MAX_CACHES], i, nr = find_caches(tree, node, caches);
	int rc = fdt_finish_reservemap(out);

	if (!rc)
		rc = fdt_begin_node(out, "");
	if (!rc)
		rc = copy_node(out, tree, node);
	for (i = 0; !rc && i < nr; i++)
		rc = copy_node(out, tree, caches[i]);
	if (!rc)
		rc = fdt_end_node(out);
	return rc ? rc : fdt_finish(out);
}

void *cpu_tree_cut(const void *tree, int node, size_t *size)
{
	/* a cache that refers to itself is copied no more than MAX_CACHES times */
	size_t max = (size_t)fdt_totalsize(tree) * (MAX_CACHES + 2);
	void *out, *smaller;

	if (max > INT_MAX)
		return NULL;
	out = malloc(max);
	if (!out || fdt_create(out, (int)max) || cut(out, tree, node)) {
		free(out);
		return NULL;
	}
	*size = fdt_totalsize(out);
	smaller = realloc(out, *size);
	return smaller ? smaller : out;
}

/* --- order ---------------------------------------------------------------- */

static unsigned int number_of(const struct core *cores, size_t nr, uint32_t id)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (cores[i].id == id)
			return cores[i].first;
	return UINT_MAX;
}

static int by_first(const void *a, const void *b)
{
	const struct cpu_tree_node *x = a, *y = b;

	if (x->core.first != y->core.first)
		return x->core.first < y->core.first ? -1 : 1;
	return x->offset - y->offset;
}

static int copy_reservemap(void *out, const void *tree)
{
	int i, rc = 0, nr = fdt_num_mem_rsv(tree);
	uint64_t start, size;

	for (i = 0; i < nr && !rc; i++) {
		rc = fdt_get_mem_rsv(tree, i, &start, &size);
		if (!rc)
			rc = fdt_add_reservemap_entry(out, start, size);
	}
	return rc ? rc : fdt_finish_reservemap(out);
}

static bool is_listed(const struct cpu_tree_node *nodes, int nr, int offset)
{
	int i;

	for (i = 0; i < nr; i++)
		if (nodes[i].offset == offset)
			return true;
	return false;
}

/* /cpus with its CPU nodes as @nodes has them, then its other children */
static int copy_cpus(void *out, const void *tree, int cpus,
		     const struct cpu_tree_node *nodes, int nr)
{
	int i, node, rc = fdt_begin_node(out, fdt_get_name(tree, cpus, NULL));

	if (!rc)
		rc = copy_properties(out, tree, cpus);
	for (i = 0; !rc && i < nr; i++)
		rc = copy_node(out, tree, nodes[i].offset);
	fdt_for_each_subnode(node, tree, cpus)
		if (!rc && !is_listed(nodes, nr, node))
			rc = copy_node(out, tree, node);
	return rc ? rc : fdt_end_node(out);
}

static int copy_sorted(void *out, const void *tree,
		       const struct cpu_tree_node *nodes, int nr)
{
	int cpus = fdt_path_offset(tree, "/cpus"), node;
	int rc = copy_reservemap(out, tree);

	if (!rc)
		rc = fdt_begin_node(out, "");
	if (!rc)
		rc = copy_properties(out, tree, 0);
	fdt_for_each_subnode(node, tree, 0) {
		if (rc)
			break;
		rc = node == cpus ? copy_cpus(out, tree, cpus, nodes, nr) :
				    copy_node(out, tree, node);
	}
	if (!rc)
		rc = fdt_end_node(out);
	if (!rc)
		rc = fdt_finish(out);
	if (!rc)
		fdt_set_boot_cpuid_phys(out, fdt_boot_cpuid_phys(tree));
	return rc;
}

int cpu_tree_sort(struct blob *tree, const struct core *cores, size_t nr,
		  struct pool *pool)
{
	struct cpu_tree_node *nodes;
	int i, nr_nodes = cpu_tree_list(tree, pool, &nodes);
	/* the same content, but names may have shared bytes more cleverly */
	size_t max = tree->size * 2 + 4096;
	void *out;

	if (nr_nodes < 0 || max > INT_MAX)
		return -1;
	if (nr_nodes < 2)
		return 0;
	for (i = 0; i < nr_nodes; i++)
		nodes[i].core.first = number_of(cores, nr, nodes[i].core.id);
	qsort(nodes, (size_t)nr_nodes, sizeof(*nodes), by_first);

	out = pool_alloc(pool, max);
	if (!out || fdt_create(out, (int)max) ||
	    copy_sorted(out, tree->bytes, nodes, nr_nodes))
		return -1;
	tree->bytes = out;
	tree->size = fdt_totalsize(out);
	return 0;
}
