// SPDX-License-Identifier: GPL-2.0-only
/* CPU nodes of a powerpc device tree: read, looked up, cloned. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_node.h"
#include "tree.h"

#define SERVERS "ibm,ppc-interrupt-server#s"
#define GSERVERS "ibm,ppc-interrupt-gserver#s"
#define MAX_NAME 64

int cpu_node_next(const void *fdt, int offset)
{
	return tree_next_of_type(fdt, offset, "cpu");
}

/* of_device_is_available(): no status, "okay" or "ok" */
static bool is_available(const void *fdt, int offset)
{
	int len;
	const char *status = fdt_getprop(fdt, offset, "status", &len);

	return !status || (len == 5 && !memcmp(status, "okay", 5)) ||
	       (len == 3 && !memcmp(status, "ok", 3));
}

/* smp_setup_cpu_maps(), arch/powerpc/kernel/setup-common.c, 6.12 */
int cpu_node_read(const void *fdt, int offset, struct cpu_node *node,
		  struct error *err)
{
	const char *name = fdt_get_name(fdt, offset, NULL);
	const fdt32_t *p;
	unsigned int i;
	int len;

	p = fdt_getprop(fdt, offset, SERVERS, &len);
	if (!p)
		p = fdt_getprop(fdt, offset, "reg", &len);
	if (!p || len < 4 || len % 4)
		return fail(err, "device tree: CPU node %s has neither " SERVERS " nor reg",
			    name);
	if (len / 4 > CPU_NODE_MAX_THREADS)
		return fail(err, "device tree: CPU node %s has %d threads, more than %d",
			    name, len / 4, CPU_NODE_MAX_THREADS);

	node->offset = offset;
	node->nr_threads = len / 4;
	for (i = 0; i < node->nr_threads; i++)
		node->thread[i] = fdt32_ld(p + i);
	if (!tree_get_u32(fdt, offset, "reg", &node->reg))
		node->reg = node->thread[0];
	node->available = is_available(fdt, offset);
	return 0;
}

int cpu_node_find(const void *fdt, uint32_t hwid)
{
	struct cpu_node node;
	unsigned int i;
	int offset = -1;

	while ((offset = cpu_node_next(fdt, offset)) >= 0) {
		if (cpu_node_read(fdt, offset, &node, NULL))
			continue;
		if (node.reg == hwid)
			return offset;
		for (i = 0; i < node.nr_threads; i++)
			if (node.thread[i] == hwid)
				return offset;
	}
	return -1;
}

/* --- a new core ---------------------------------------------------------------- */

struct clone {
	const void *model_fdt;
	int model;
	char name[MAX_NAME];
	uint32_t reg;
	unsigned int nr_threads;
	uint32_t drc_index;
	uint32_t phandle;
};

static int set_threads(void *fdt, int node, const char *name,
		       const struct clone *c, unsigned int stride)
{
	fdt32_t ids[2 * CPU_NODE_MAX_THREADS] = { 0 };
	unsigned int i;

	/* "server, 0" for each thread, or just "server" */
	for (i = 0; i < c->nr_threads; i++)
		fdt32_st(&ids[i * stride], c->reg + i);
	return fdt_setprop(fdt, node, name, ids,
			   c->nr_threads * stride * sizeof(*ids));
}

/* one property of the new node: as the model's, or as the new core needs it */
static int put_property(void *fdt, int node, const struct clone *c,
			const char *name, const void *value, int len)
{
	if (!strcmp(name, "reg"))
		return fdt_setprop_u32(fdt, node, name, c->reg);
	if (!strcmp(name, SERVERS))
		return set_threads(fdt, node, name, c, 1);
	if (!strcmp(name, GSERVERS))
		return set_threads(fdt, node, name, c, 2);
	if (!strcmp(name, "ibm,my-drc-index"))
		return fdt_setprop_u32(fdt, node, name, c->drc_index);
	if (!strcmp(name, "phandle") || !strcmp(name, "linux,phandle") ||
	    !strcmp(name, "ibm,phandle"))
		return fdt_setprop_u32(fdt, node, name, c->phandle);
	/* with the unit address, as every node that DLPAR brings has it */
	if (!strcmp(name, "name"))
		return fdt_setprop_string(fdt, node, name, c->name);
	return fdt_setprop(fdt, node, name, value, len);
}

static int put_node(void *fdt, size_t room, const struct clone *c)
{
	const char *name;
	const void *value;
	int prop, len, node, ret;

	ret = fdt_create_empty_tree(fdt, room);
	if (ret)
		return ret;
	node = fdt_add_subnode(fdt, 0, c->name);
	if (node < 0)
		return node;

	fdt_for_each_property_offset(prop, c->model_fdt, c->model) {
		value = fdt_getprop_by_offset(c->model_fdt, prop, &name, &len);
		ret = value ? put_property(fdt, node, c, name, value, len) :
			      len;
		if (ret)
			return ret;
	}
	return 0;
}

/* the largest number of a property that every node may have */
static uint32_t max_phandle(const void *fdt)
{
	uint32_t handle, max = 0;
	int node = 0;

	for (node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		handle = fdt_get_phandle(fdt, node);
		if (handle > max && handle != UINT32_MAX)
			max = handle;
		if (tree_get_u32(fdt, node, "ibm,phandle", &handle) &&
		    handle > max && handle != UINT32_MAX)
			max = handle;
	}
	return max;
}

static void plan_clone(struct clone *c, const struct cpu_node *model)
{
	const char *name = fdt_get_name(c->model_fdt, c->model, NULL);
	uint32_t drc_index = 0;

	snprintf(c->name, sizeof(c->name), "%.*s@%x", (int)strcspn(name, "@"),
		 name, c->reg);
	/* firmware numbers the connectors of cores as it numbers the cores */
	tree_get_u32(c->model_fdt, c->model, "ibm,my-drc-index", &drc_index);
	c->drc_index = drc_index - model->reg + c->reg;
	c->phandle = max_phandle(c->model_fdt) + 1;
}

void *cpu_node_clone(const void *fdt, int model, uint32_t reg,
		     unsigned int nr_threads, size_t *size, struct error *err)
{
	struct clone c = {
		.model_fdt = fdt,
		.model = model,
		.reg = reg,
		.nr_threads = nr_threads,
	};
	struct cpu_node node;
	size_t room = 4096;
	void *copy = NULL;
	int ret;

	if (cpu_node_read(fdt, model, &node, err))
		return NULL;
	plan_clone(&c, &node);
	do {
		free(copy);
		room *= 2;
		copy = malloc(room);
		ret = copy ? put_node(copy, room, &c) : 0;
	} while (ret == -FDT_ERR_NOSPACE);

	if (!copy || ret) {
		free(copy);
		fail(err, "cannot make node %s: %s", c.name,
		     ret ? fdt_strerror(ret) : "out of memory");
		return NULL;
	}
	fdt_pack(copy);
	*size = fdt_totalsize(copy);
	return copy;
}

/* --- caches -------------------------------------------------------------------- */

/* what of_find_next_cache_node() looks at, drivers/of/base.c, 6.12 */
static bool cache_handle(const void *fdt, int node, uint32_t *handle)
{
	return tree_get_u32(fdt, node, "l2-cache", handle) ||
	       tree_get_u32(fdt, node, "next-level-cache", handle);
}

static unsigned int count_users(const void *fdt, uint32_t cache,
				const char *type)
{
	unsigned int users = 0;
	uint32_t handle;
	int node = -1;

	while ((node = tree_next_of_type(fdt, node, type)) >= 0)
		users += cache_handle(fdt, node, &handle) && handle == cache;
	return users;
}

/* pseries_cpuhp_detach_nodes(), 6.12: up to the first that somebody shares */
size_t cpu_node_private_caches(const void *fdt, int cpu, int *cache, size_t max)
{
	uint32_t handle;
	size_t nr = 0;
	int node = cpu;

	while (nr < max && cache_handle(fdt, node, &handle)) {
		node = fdt_node_offset_by_phandle(fdt, handle);
		if (node < 0 || !tree_is_type(fdt, node, "cache") ||
		    count_users(fdt, handle, "cpu") +
		    count_users(fdt, handle, "cache") > 1)
			break;
		cache[nr++] = node;
	}
	return nr;
}
