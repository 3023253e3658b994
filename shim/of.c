// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live device tree as core sees it (drivers/of/base.c, property.c). Every
 * node that a lookup returns is one reference more, to be dropped.
 */
#include <errno.h>
#include <string.h>

#include "kernel_private.h"

/* --- without references ------------------------------------------------------ */

static struct device_node *find_child(const struct device_node *np,
				      const char *name, size_t len)
{
	struct device_node *child;

	for (child = np->child; child; child = child->sibling)
		if (!strncmp(child->full_name, name, len) &&
		    !child->full_name[len])
			return child;
	return NULL;
}

/* unit addresses count: "/memory" does not find "/memory@0" */
struct device_node *tree_find(const struct kernel *k, const char *path)
{
	struct device_node *np = k->root;
	size_t len;

	if (*path != '/')
		return NULL;
	if (!path[1])
		return np;
	while (np && *path == '/') {
		len = strcspn(++path, "/");
		np = find_child(np, path, len);
		path += len;
	}
	return np;
}

/* the next node in document order */
struct device_node *tree_next(const struct device_node *np)
{
	if (np->child)
		return np->child;
	while (np->parent && !np->sibling)
		np = np->parent;
	return np->sibling;
}

/* where the property hangs, or at the list's end where it would */
struct property **node_property(struct device_node *np, const char *name)
{
	struct property **pp = &np->properties;

	while (*pp && strcmp((*pp)->name, name))
		pp = &(*pp)->next;
	return pp;
}

/* --- references ------------------------------------------------------------------ */

struct device_node *of_node_get(struct device_node *node)
{
	if (node) {
		node->refcount++;
		kernel_current()->node_refs++;
	}
	return node;
}

/* a node that has left the tree goes with the last reference to it */
static void free_detached(struct kernel *k, struct device_node *node)
{
	struct shim_node *s = container_of(node, struct shim_node, np);
	struct shim_node **p = &k->detached;

	while (*p != s)
		p = &(*p)->next_detached;
	*p = s->next_detached;
	node_free(node);
}

void of_node_put(struct device_node *node)
{
	struct kernel *k = kernel_current();

	if (!node)
		return;
	if (!node->refcount) {
		kernel_add_violation(k, "of_node_put() of %s without a reference",
				     node->full_name);
		return;
	}
	k->node_refs--;
	if (!--node->refcount &&
	    container_of(node, struct shim_node, np)->detached)
		free_detached(k, node);
}

unsigned long kernel_live_node_refs(const struct kernel *k)
{
	return k->node_refs - (k->of_chain.first ? k->kept_node_refs : 0);
}

/* --- lookups ----------------------------------------------------------------------- */

/* aliases, paths that do not begin with '/', are not known here */
struct device_node *of_find_node_by_path(const char *path)
{
	return of_node_get(tree_find(kernel_current(), path));
}

static bool is_type(const struct device_node *np, const char *type)
{
	const char *value;
	int len;

	value = of_get_property(np, "device_type", &len);
	return value && strnlen(value, len) < (size_t)len &&
	       !strcmp(value, type);
}

struct device_node *of_find_node_by_type(struct device_node *from,
					 const char *type)
{
	struct device_node *np = from ? tree_next(from) :
					kernel_current()->root;

	while (np && !is_type(np, type))
		np = tree_next(np);
	of_node_get(np);
	of_node_put(from);
	return np;
}

struct device_node *of_find_node_by_phandle(phandle handle)
{
	struct device_node *np = handle ? kernel_current()->root : NULL;

	while (np && np->phandle != handle)
		np = tree_next(np);
	return of_node_get(np);
}

struct device_node *of_get_next_child(const struct device_node *node,
				      struct device_node *prev)
{
	struct device_node *next = NULL;

	if (node)
		next = of_node_get(prev ? prev->sibling : node->child);
	of_node_put(prev);
	return next;
}

/* --- properties ---------------------------------------------------------------------- */

const void *of_get_property(const struct device_node *np, const char *name,
			    int *lenp)
{
	const struct property *pp = np ? np->properties : NULL;

	while (pp && strcmp(pp->name, name))
		pp = pp->next;
	if (pp && lenp)
		*lenp = pp->length;
	return pp ? pp->value : NULL;
}

static int read_number(const struct device_node *np, const char *name,
		       void *value, int size)
{
	const void *found;
	int len;

	found = of_get_property(np, name, &len);
	if (!found)
		return -EINVAL;
	if (!len)
		return -ENODATA;
	if (len < size)
		return -EOVERFLOW;
	memcpy(value, found, size);
	return 0;
}

int of_property_read_u32(const struct device_node *np, const char *propname,
			 u32 *out_value)
{
	__be32 value;
	int ret = read_number(np, propname, &value, sizeof(value));

	if (!ret)
		*out_value = be32_to_cpu(value);
	return ret;
}

int of_property_read_u64(const struct device_node *np, const char *propname,
			 u64 *out_value)
{
	__be64 value;
	int ret = read_number(np, propname, &value, sizeof(value));

	if (!ret)
		*out_value = be64_to_cpu(value);
	return ret;
}

/* the cells of what is in @np's bus, that is, by the nearest node above */
static int count_cells(const struct device_node *np, const char *name,
		       int otherwise)
{
	u32 cells;

	if (np->parent)
		np = np->parent;
	for (; np; np = np->parent)
		if (!of_property_read_u32(np, name, &cells))
			return cells;
	return otherwise;
}

int of_n_addr_cells(struct device_node *np)
{
	return count_cells(np, "#address-cells",
			   OF_ROOT_NODE_ADDR_CELLS_DEFAULT);
}

int of_n_size_cells(struct device_node *np)
{
	return count_cells(np, "#size-cells", OF_ROOT_NODE_SIZE_CELLS_DEFAULT);
}

void *shim_initial_boot_params(void)
{
	return kernel_current()->boot_fdt;
}

phys_addr_t shim_initial_boot_params_pa(void)
{
	return kernel_current()->boot_fdt_phys;
}
