// SPDX-License-Identifier: GPL-2.0-only
/*
 * The children of /cpus in the image's FDT. The node of a core that runs must be
 * as in the live tree; that of one that is gone, or came back and is not online
 * yet, does no harm. Anything else there, caches mostly, came with the load or,
 * together with a core, from the live tree: either will do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "early_boot.h"
#include "fdt_nodes.h"

/* how a child of /cpus differs */
#define NOT_IN_LIVE	0x1
#define NOT_AS_LIVE	0x2
#define NOT_AS_LOADED	0x4

/*
 * struct cpus_case - one /cpus to be compared
 * @cpus: where it is in the image
 * @live_cpus: and in the live tree
 * @state: for each node of the image
 * @node: the CPU node whose properties are being gathered, or -1
 * @live_node: the live tree's
 * @nr_props, @props: how many differ, and the first of them in words
 */
struct cpus_case {
	struct node_case *c;
	int cpus;
	int live_cpus;
	uint8_t *state;
	int node;
	int live_node;
	unsigned int nr_props;
	char props[112];
};

static bool is_cpu(const struct fdt_tree *tree, int node)
{
	return fdt_tree_prop_is(tree, node, "device_type", "cpu");
}

/* mark the child of /cpus that @node is, or is below of */
static void mark(struct cpus_case *k, int node, uint8_t state)
{
	if (node == k->cpus)
		return;
	while (k->c->image->nodes[node].parent != k->cpus)
		node = k->c->image->nodes[node].parent;
	k->state[node] |= state;
}

/* --- CPU nodes, against the live tree ------------------------------------- */

static bool is_online(const struct machine_view *machine, uint64_t hwid)
{
	size_t i;

	for (i = 0; i < machine->nr_cpus; i++) {
		const struct view_cpu *cpu = &machine->cpus[i];

		if (cpu->online && cpu->has_hwid && cpu->hwid == hwid)
			return true;
	}
	return false;
}

/* may this core of the live tree run? where CPUs are not known, any may */
static bool may_run(const struct cpus_case *k, int live_node)
{
	struct cells threads = threads_of(k->c->live, live_node);
	uint64_t hwid;

	if (!k->c->j->machine->knows_cpus)
		return true;
	while (take_cells(&threads, 1, &hwid))
		if (is_online(k->c->j->machine, hwid))
			return true;
	return false;
}

static void tell_properties(struct cpus_case *k)
{
	char path[FDT_TREE_PATH], more[32] = "";
	bool stale;

	if (k->node < 0)
		return;
	stale = may_run(k, k->live_node);
	if (k->nr_props > 3)
		snprintf(more, sizeof(more), " and %u more", k->nr_props - 3);
	found(k->c->j, NOWHERE, I_FRESH, stale ? VERDICT_STALE : REMARK,
	      "%s is not as in the live tree%s: %s%s",
	      fdt_tree_path(k->c->image, k->node, path),
	      stale ? "" : ", and no thread of it is online", k->props, more);
	k->node = -1;
}

/*
 * Changes of one node come in a row; a node is one finding, however many of
 * its properties differ.
 */
static void gather_property(struct cpus_case *k,
			    const struct fdt_change *change)
{
	const struct fdt_prop *prop = change->prop_a ? change->prop_a :
						       change->prop_b;
	const char *what = !change->prop_a ? "extra" :
			   !change->prop_b ? "missing" : "different";
	size_t len;

	if (k->node != change->b) {
		tell_properties(k);
		k->node = change->b;
		k->live_node = change->a;
		k->nr_props = 0;
		k->props[0] = '\0';
	}
	len = strlen(k->props);
	if (k->nr_props++ < 3)
		snprintf(k->props + len, sizeof(k->props) - len, "%s%s %s",
			 len ? ", " : "", prop->name, what);
}

/*
 * Linux makes up a "name" where firmware gave none, with the unit address or
 * without: a tree without it lacks nothing.
 */
static bool is_made_up_name(const struct fdt_change *change, const char *node)
{
	const struct fdt_prop *prop = change->prop_a ? change->prop_a :
						       change->prop_b;
	size_t len = strlen(node), base = strcspn(node, "@");

	if ((change->prop_a && change->prop_b) || strcmp(prop->name, "name") ||
	    !prop->len)
		return false;
	return (prop->len == len + 1 || prop->len == base + 1) &&
	       !memcmp(prop->data, node, prop->len - 1);
}

/* early_boot.c knows better where it knows the CPUs */
static void judge_missing_core(struct cpus_case *k, int node)
{
	char path[FDT_TREE_PATH];

	if (!k->c->j->machine->knows_cpus && is_cpu(k->c->live, node))
		found(k->c->j, NOWHERE, I_CPU, VERDICT_STALE,
		      "the FDT lacks %s of the live tree",
		      fdt_tree_path(k->c->live, node, path));
}

static void live_change(void *ctx, const struct fdt_change *change)
{
	struct cpus_case *k = ctx;
	const struct fdt_tree *image = k->c->image;
	const struct fdt_node *node = &image->nodes[change->b];
	bool property = change->prop_a || change->prop_b;

	if (property && is_made_up_name(change, node->name))
		return;
	if (change->b == k->cpus) {
		if (change->child_a >= 0)
			judge_missing_core(k, change->child_a);
		if (change->child_b >= 0)
			k->state[change->child_b] |= NOT_IN_LIVE | NOT_AS_LIVE;
	} else if (property && node->parent == k->cpus &&
		   is_cpu(image, change->b)) {
		gather_property(k, change);
	} else {
		mark(k, change->b, NOT_AS_LIVE);
	}
}

static void compare_to_live(struct cpus_case *k)
{
	struct fdt_comparison comparison = {
		.a = k->c->live,
		.b = k->c->image,
		.node_a = k->live_cpus,
		.node_b = k->cpus,
		.change = live_change,
		.ctx = k,
	};

	if (fdt_tree_compare(&comparison))
		k->c->j->no_memory = true;
	tell_properties(k);
}

/* --- the rest, against the FDT as it was loaded --------------------------- */

static void loaded_change(void *ctx, const struct fdt_change *change)
{
	struct cpus_case *k = ctx;
	const struct fdt_tree *loaded = k->c->loaded, *live = k->c->live;
	char path[FDT_TREE_PATH];

	if (change->child_b >= 0) {
		mark(k, change->child_b, NOT_AS_LOADED);
	} else if (change->b != k->cpus) {
		mark(k, change->b, NOT_AS_LOADED);
	} else if (change->child_a < 0) {
		tell_loaded_property(k->c, change);
	} else if (!is_cpu(loaded, change->child_a) &&
		   (k->live_cpus < 0 ||
		    fdt_tree_child(live, k->live_cpus,
				   loaded->nodes[change->child_a].name) >= 0)) {
		found(k->c->j, NOWHERE, I_FDTOK, VERDICT_STALE,
		      "%s is gone since the load",
		      fdt_tree_path(loaded, change->child_a, path));
	}
}

static void compare_to_loaded(struct cpus_case *k, int loaded_cpus)
{
	struct fdt_comparison comparison = {
		.a = k->c->loaded,
		.b = k->c->image,
		.node_a = loaded_cpus,
		.node_b = k->cpus,
		.change = loaded_change,
		.ctx = k,
	};

	if (fdt_tree_compare(&comparison))
		k->c->j->no_memory = true;
}

/* --- caches that a core refers to ----------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* all phandles of a tree, sorted; NULL when memory ran out */
static uint32_t *read_phandles(const struct fdt_tree *tree, size_t *nr)
{
	uint32_t *phandles = malloc(tree->nr_nodes * sizeof(*phandles));
	const struct fdt_prop *prop;
	int node;

	if (!phandles)
		return NULL;
	for (*nr = 0, node = 0; node < tree->nr_nodes; node++) {
		prop = fdt_tree_prop(tree, node, "phandle");
		if (prop && prop->len == sizeof(fdt32_t))
			phandles[(*nr)++] = fdt32_ld(prop->data);
	}
	qsort(phandles, *nr, sizeof(*phandles), compare_ids);
	return phandles;
}

/* rare enough to look through the whole tree */
static bool has_phandle(const struct fdt_tree *tree, uint32_t phandle)
{
	const struct fdt_prop *prop;
	int node;

	for (node = 0; node < tree->nr_nodes; node++) {
		prop = fdt_tree_prop(tree, node, "phandle");
		if (prop && prop->len == sizeof(fdt32_t) &&
		    fdt32_ld(prop->data) == phandle)
			return true;
	}
	return false;
}

/* "l2-cache" on Power, "next-level-cache" by the device tree specification */
static const struct fdt_prop *cache_link(const struct fdt_tree *tree, int node)
{
	const struct fdt_prop *prop = fdt_tree_prop(tree, node, "l2-cache");

	if (!prop)
		prop = fdt_tree_prop(tree, node, "next-level-cache");
	return prop && prop->len == sizeof(fdt32_t) ? prop : NULL;
}

/*
 * The capture kernel boots without, it only knows less about its caches. Where
 * the live tree has no such cache either, it is firmware that left it out.
 */
static void tell_cache_link(struct cpus_case *k, int child,
			    const struct fdt_prop *link)
{
	uint32_t phandle = fdt32_ld(link->data);
	bool live = k->c->live && has_phandle(k->c->live, phandle);
	char path[FDT_TREE_PATH];

	found(k->c->j, NOWHERE, I_FDTOK, live ? VERDICT_STALE : REMARK,
	      "%s/%s refers to phandle 0x%x, which no node has%s",
	      fdt_tree_path(k->c->image, child, path), link->name, phandle,
	      live ? "; in the live tree one has it" : "");
}

static void judge_cache_links(struct cpus_case *k)
{
	const struct fdt_tree *image = k->c->image;
	uint32_t *phandles = NULL, phandle;
	const struct fdt_prop *link;
	size_t nr = 0;
	int child;

	for_each_child(child, image, k->cpus) {
		link = cache_link(image, child);
		if (!link || (k->state[child] & NOT_IN_LIVE))
			continue;
		if (!phandles)
			phandles = read_phandles(image, &nr);
		if (!phandles) {
			k->c->j->no_memory = true;
			return;
		}
		phandle = fdt32_ld(link->data);
		if (!bsearch(&phandle, phandles, nr, sizeof(phandle),
			     compare_ids))
			tell_cache_link(k, child, link);
	}
	free(phandles);
}

/* --- what came of it ------------------------------------------------------ */

static void judge_child(struct cpus_case *k, int child)
{
	const struct fdt_tree *image = k->c->image;
	uint8_t neither = NOT_AS_LIVE | NOT_AS_LOADED;
	char path[FDT_TREE_PATH];

	if (is_cpu(image, child)) {
		if (k->state[child] & NOT_IN_LIVE)
			found(k->c->j, NOWHERE, I_FRESH, REMARK,
			      "%s is the node of a core that is gone",
			      fdt_tree_path(image, child, path));
	} else if ((k->state[child] & neither) != neither) {
		return;
	} else if (!fdt_tree_prop(image, child, "device_type")) {
		/* cut off by an error, and no later update knows it as a CPU */
		found(k->c->j, NOWHERE, I_FDTOK, VERDICT_STALE,
		      "%s is half a CPU node: it has no device_type",
		      fdt_tree_path(image, child, path));
	} else {
		found(k->c->j, NOWHERE, I_FDTOK, VERDICT_STALE,
		      "%s is neither as it was loaded nor as in the live tree",
		      fdt_tree_path(image, child, path));
	}
}

/* a tree that is not known, or has no /cpus, explains nothing */
static void mark_all(struct cpus_case *k, uint8_t state)
{
	int child;

	for_each_child(child, k->c->image, k->cpus)
		k->state[child] |= state;
}

void judge_cpu_nodes(struct node_case *c, int image_cpus)
{
	struct cpus_case k = {
		.c = c, .cpus = image_cpus, .live_cpus = -1, .node = -1,
	};
	int child, loaded_cpus = -1;

	if (!c->live && !c->loaded)
		return;
	k.state = calloc(c->image->nr_nodes, sizeof(*k.state));
	if (!k.state) {
		c->j->no_memory = true;
		return;
	}
	if (c->live)
		k.live_cpus = fdt_tree_child(c->live, 0, "cpus");
	if (k.live_cpus >= 0)
		compare_to_live(&k);
	else
		mark_all(&k, NOT_AS_LIVE);
	if (c->loaded)
		loaded_cpus = fdt_tree_child(c->loaded, 0, "cpus");
	if (loaded_cpus < 0)
		mark_all(&k, NOT_AS_LOADED);
	else if (c->loaded != c->image)
		compare_to_loaded(&k, loaded_cpus);
	for_each_child(child, c->image, image_cpus)
		judge_child(&k, child);
	judge_cache_links(&k);
	free(k.state);
}
