// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the image's FDT say what it should? Hotplug changes /cpus only (see
 * fdt_cpus.c); everything else must be as it was loaded.
 */
#include <inttypes.h>
#include <string.h>

#include "cache.h"
#include "fdt_nodes.h"

void tell_loaded_property(struct node_case *c, const struct fdt_change *change)
{
	const struct fdt_prop *prop = change->prop_a ? change->prop_a :
						       change->prop_b;
	const char *what = !change->prop_a ? "is new" :
			   !change->prop_b ? "is gone" : "was changed";
	char path[FDT_TREE_PATH];

	found(c->j, NOWHERE, I_FDTOK, VERDICT_STALE, "%s%s%s %s since the load",
	      fdt_tree_path(c->image, change->b, path), change->b ? "/" : "",
	      prop->name, what);
}

static void loaded_change(void *ctx, const struct fdt_change *change)
{
	struct node_case *c = ctx;
	char path[FDT_TREE_PATH];

	if (change->child_a >= 0)
		found(c->j, NOWHERE, I_FDTOK, VERDICT_STALE,
		      "%s is gone since the load",
		      fdt_tree_path(c->loaded, change->child_a, path));
	else if (change->child_b >= 0)
		found(c->j, NOWHERE, I_FDTOK, VERDICT_STALE,
		      "%s is new since the load",
		      fdt_tree_path(c->image, change->child_b, path));
	else
		tell_loaded_property(c, change);
}

static void reservation_change(void *ctx, const struct fdt_reservation *r,
			       bool in_b)
{
	uint64_t end = r->start + r->size - 1;
	struct node_case *c = ctx;

	found(c->j, ABOUT_RANGE(r->start, end), I_FDTOK, VERDICT_STALE,
	      "the memory reservation 0x%" PRIx64 "-0x%" PRIx64
	      " is %s since the load", r->start, end, in_b ? "new" : "gone");
}

static void compare_to_loaded(struct node_case *c)
{
	struct fdt_comparison comparison = {
		.a = c->loaded,
		.b = c->image,
		.skip = "cpus",
		.change = loaded_change,
		.ctx = c,
	};

	if (fdt_tree_compare(&comparison))
		c->j->no_memory = true;
	fdt_tree_compare_reservations(c->loaded, c->image, reservation_change,
				      c);
}

/* most events leave the FDT alone; its header says how large it is */
static bool as_loaded(const struct image_view *image,
		      const struct fdt_tree *tree)
{
	return image->loaded_fdt_size >= tree->used &&
	       !memcmp(image->loaded_fdt, tree->fdt, tree->used);
}

/* a tree to compare with; NULL when it is not known or no tree */
static const struct fdt_tree *read_known(struct judging *j, const void *fdt,
					 size_t size,
					 struct cached_tree *cached)
{
	char why[FDT_TREE_WHY];

	if (!fdt)
		return NULL;
	switch (cached_tree_read(cached, j->cache != NULL, fdt, size, why)) {
	case 0:
		return &cached->tree;
	case FDT_TREE_NO_MEMORY:
		j->no_memory = true;
	}
	return NULL;
}

void judge_fdt_nodes(struct judging *j, const struct fdt_tree *image)
{
	struct cached_tree here[2] = { { 0 }, { 0 } };
	struct cached_tree *live = j->cache ? &j->cache->live : &here[0];
	struct cached_tree *loaded = j->cache ? &j->cache->loaded : &here[1];
	struct node_case c = { .j = j, .image = image };
	int cpus;

	c.live = read_known(j, j->machine->tree, j->machine->tree_size, live);
	if (j->image->loaded_fdt && as_loaded(j->image, image))
		c.loaded = image;
	else
		c.loaded = read_known(j, j->image->loaded_fdt,
				      j->image->loaded_fdt_size, loaded);
	if (c.loaded && c.loaded != image)
		compare_to_loaded(&c);
	cpus = fdt_tree_child(image, 0, "cpus");
	if (cpus >= 0)
		judge_cpu_nodes(&c, cpus);
	cached_tree_free(&here[0]);
	cached_tree_free(&here[1]);
}
