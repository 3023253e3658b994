// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of a CPU node's properties. The captured live tree was read file by
 * file, and what it lists is readdir's order; but the order decides where bytes
 * go, and what is missing when an FDT gets full. Where the kernel has written a
 * node into the FDT it can be read backwards: of a node that is copied, libfdt
 * puts each property in front of those before it (update_cpus_node(),
 * arch/powerpc/kexec/core_64.c, 6.12).
 */
#include <libfdt.h>
#include <string.h>

#include "capture_reader.h"
#include "fdt_sound.h"

/* a node that the kernel wrote */
struct written {
	const void *fdt;
	int node;
};

/* kexec_load(2) brings user space's FDT; the kernel's is the one of an event */
static bool is_kernels(const struct capture *c, size_t at)
{
	const struct capture_step *step = &c->steps[at], *load = step;

	if (!step->has_state || !step->fdt.size ||
	    fdt_check_sound(step->fdt.bytes, step->fdt.size))
		return false;
	if (step->load.call == LOAD_KEXEC_FILE_LOAD)
		return true;
	while (at && !load->loaded)
		load = &c->steps[--at];
	return load->fdt.size != step->fdt.size ||
	       memcmp(load->fdt.bytes, step->fdt.bytes, step->fdt.size);
}

static int find_property(const void *fdt, int node, const char *name)
{
	const char *found;
	int prop;

	fdt_for_each_property_offset(prop, fdt, node) {
		if (fdt_getprop_by_offset(fdt, prop, &found, NULL) &&
		    !strcmp(found, name))
			return prop;
	}
	return -1;
}

/* are all properties of @node in @w? A node may have been cut off */
static bool is_whole(const struct written *w, const void *tree, int node)
{
	const char *name;
	int prop;

	fdt_for_each_property_offset(prop, tree, node) {
		if (!fdt_getprop_by_offset(tree, prop, &name, NULL) ||
		    find_property(w->fdt, w->node, name) < 0)
			return false;
	}
	return true;
}

/* the node of this name, or for no name the first one that is whole */
static bool find_written(const struct capture *c, size_t at, const char *name,
			 const void *tree, int node, struct written *w)
{
	int cpus;

	if (!is_kernels(c, at))
		return false;
	w->fdt = c->steps[at].fdt.bytes;
	cpus = fdt_path_offset(w->fdt, "/cpus");
	if (name) {
		w->node = fdt_subnode_offset(w->fdt, cpus, name);
		return w->node >= 0;
	}
	fdt_for_each_subnode(w->node, w->fdt, cpus) {
		if (is_whole(w, tree, node))
			return true;
	}
	return false;
}

/* that node in the nearest step in which it is whole, later ones first */
static bool find_whole(const struct capture *c, size_t at, const char *name,
		       const void *tree, int node, struct written *w)
{
	size_t i;

	for (i = at; i < c->nr_steps; i++)
		if (find_written(c, i, name, tree, node, w) &&
		    is_whole(w, tree, node))
			return true;
	for (i = at; i--;)
		if (find_written(c, i, name, tree, node, w) &&
		    is_whole(w, tree, node))
			return true;
	return false;
}

/* --- moving ---------------------------------------------------------------- */

static char *struct_at(void *tree, int offset)
{
	return (char *)tree + fdt_off_dt_struct(tree) + offset;
}

/* exchange the @a bytes at @p with the @b bytes behind them */
static int exchange(char *p, int a, int b, struct pool *pool)
{
	char *aside = pool_copy(pool, p, (size_t)a);

	if (!aside)
		return -1;
	memmove(p, p + a, (size_t)b);
	memcpy(p + b, aside, (size_t)a);
	return 0;
}

/* the first of @w is the last in the live tree: each in turn goes to the front */
static int order_as(const struct written *w, void *tree, int node,
		    struct pool *pool)
{
	int prop, from, to, next;
	const char *name;

	fdt_for_each_property_offset(prop, w->fdt, w->node) {
		if (!fdt_getprop_by_offset(w->fdt, prop, &name, NULL))
			continue;
		from = find_property(tree, node, name);
		to = fdt_first_property_offset(tree, node);
		if (from <= to)
			continue;
		fdt_next_tag(tree, from, &next);
		if (exchange(struct_at(tree, to), from - to, next - from, pool))
			return -1;
	}
	return 0;
}

/* a node whose own copy was cut off still shows how its order begins */
static int order_node(const struct capture *c, size_t at, int node,
		      struct pool *pool)
{
	void *tree = c->steps[at].tree.bytes;
	const char *name = fdt_get_name(tree, node, NULL);
	struct written w;

	if ((find_whole(c, at, name, tree, node, &w) ||
	     find_whole(c, at, NULL, tree, node, &w)) &&
	    order_as(&w, tree, node, pool))
		return -1;
	return find_written(c, at, name, tree, node, &w) ?
	       order_as(&w, tree, node, pool) : 0;
}

static int order_step(const struct capture *c, size_t at)
{
	const struct capture_step *step = &c->steps[at];
	const void *tree = step->tree.bytes;
	struct pool aside = { 0 };
	int node, failed = 0;

	if (!step->has_state || !step->tree.size)
		return 0;
	fdt_for_each_subnode(node, tree, fdt_path_offset(tree, "/cpus")) {
		failed = order_node(c, at, node, &aside);
		if (failed)
			break;
	}
	pool_free(&aside);
	return failed;
}

int order_properties(struct capture *c, struct error *err)
{
	size_t i;

	for (i = 0; i < c->nr_steps; i++)
		if (order_step(c, i))
			return fail(err, "%s/%s: out of memory", c->dir,
				    c->steps[i].name);
	return 0;
}
