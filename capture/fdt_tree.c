// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a flattened device tree into arrays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "fdt_sound.h"
#include "fdt_tree.h"

/* FDT_MAX_DEPTH in drivers/of/fdt.c (6.12): the kernel drops what is deeper */
#define MAX_DEPTH	64

/* --- reading -------------------------------------------------------------- */

static int invalid(char *why, const char *text)
{
	snprintf(why, FDT_TREE_WHY, "%s", text);
	return FDT_TREE_INVALID;
}

/* everything that follows may rely on what is checked here */
static int check_blob(const void *fdt, size_t size, char *why)
{
	int err;

	if (size >= FDT_V1_SIZE && fdt_magic(fdt) == FDT_MAGIC &&
	    fdt_totalsize(fdt) > size) {
		snprintf(why, FDT_TREE_WHY,
			 "its totalsize is %u bytes, there is room for %zu",
			 fdt_totalsize(fdt), size);
		return FDT_TREE_INVALID;
	}
	err = fdt_check_sound(fdt, size);
	return err ? invalid(why, fdt_strerror(err)) : 0;
}

/* @array with room for one more item; NULL, and @array as it was, on failure */
static void *make_room(void *array, size_t *max, size_t nr, size_t item)
{
	size_t more = *max ? 2 * *max : 64;
	void *larger;

	if (nr < *max)
		return array;
	larger = realloc(array, more * item);
	if (larger)
		*max = more;
	return larger;
}

static int add_node(struct fdt_tree *tree, const char *name, int parent)
{
	int node = tree->nr_nodes;
	struct fdt_node *nodes;

	nodes = make_room(tree->nodes, &tree->max_nodes, node, sizeof(*nodes));
	if (!nodes)
		return FDT_TREE_NO_MEMORY;
	tree->nodes = nodes;
	nodes[node] = (struct fdt_node){
		.name = name,
		.parent = parent,
		.depth = parent < 0 ? 0 : nodes[parent].depth + 1,
		.props = tree->nr_props,
	};
	tree->nr_nodes++;
	return node;
}

static int add_prop(struct fdt_tree *tree, int node, int offset)
{
	struct fdt_prop *props, *prop;
	int len;

	props = make_room(tree->props, &tree->max_props, tree->nr_props,
			  sizeof(*props));
	if (!props)
		return FDT_TREE_NO_MEMORY;
	tree->props = props;
	prop = &tree->props[tree->nr_props++];
	prop->data = fdt_getprop_by_offset(tree->fdt, offset, &prop->name,
					   &len);
	prop->len = len;
	tree->nodes[node].nr_props++;
	return 0;
}

/*
 * fdt_check_sound() has walked the same tags, but leaves some shapes to us:
 * properties outside of a node or behind its subnodes, which nobody would find,
 * and no node at all.
 */
static int read_tags(struct fdt_tree *tree, char *why)
{
	int offset = 0, next, node = -1;
	struct fdt_node *nodes;

	for (;; offset = next) {
		switch (fdt_next_tag(tree->fdt, offset, &next)) {
		case FDT_BEGIN_NODE:
			if (node >= 0 && tree->nodes[node].depth == MAX_DEPTH)
				return invalid(why, "it is too deep");
			node = add_node(tree, fdt_get_name(tree->fdt, offset,
							   NULL), node);
			if (node < 0)
				return node;
			break;
		case FDT_END_NODE:
			nodes = tree->nodes;
			nodes[node].end = tree->nr_nodes;
			node = nodes[node].parent;
			break;
		case FDT_PROP:
			if (node != tree->nr_nodes - 1 || node < 0)
				return invalid(why,
					       "a property is not at the start of a node");
			if (add_prop(tree, node, offset))
				return FDT_TREE_NO_MEMORY;
			break;
		case FDT_END:
			return tree->nr_nodes ? 0 :
						invalid(why, "it has no root");
		}
	}
}

static int compare_reservations(const void *a, const void *b)
{
	const struct fdt_reservation *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->size < y->size ? -1 : x->size > y->size;
}

static int read_reservations(struct fdt_tree *tree)
{
	struct fdt_reservation r;
	int i, nr = fdt_num_mem_rsv(tree->fdt);

	tree->reservations = calloc(nr + 1, sizeof(r));
	if (!tree->reservations)
		return FDT_TREE_NO_MEMORY;
	for (i = 0; i < nr; i++) {
		if (!fdt_get_mem_rsv(tree->fdt, i, &r.start, &r.size) && r.size)
			tree->reservations[tree->nr_reservations++] = r;
	}
	qsort(tree->reservations, tree->nr_reservations, sizeof(r),
	      compare_reservations);
	return 0;
}

/* where the last of the blocks ends; before version 17 a blob does not say */
static size_t used_size(const void *fdt)
{
	size_t ends[] = {
		fdt_off_mem_rsvmap(fdt) + (fdt_num_mem_rsv(fdt) + 1) *
		sizeof(struct fdt_reserve_entry),
		fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt),
		fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt),
	};
	size_t i, used = 0;

	if (fdt_version(fdt) < 17)
		return fdt_totalsize(fdt);
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		if (ends[i] > used)
			used = ends[i];
	}
	return used;
}

int fdt_tree_read(struct fdt_tree *tree, const void *fdt, size_t size,
		  char *why)
{
	int err;

	*tree = (struct fdt_tree){ .fdt = fdt };
	err = check_blob(fdt, size, why);
	if (!err)
		err = read_tags(tree, why);
	if (!err)
		err = read_reservations(tree);
	if (err)
		fdt_tree_free(tree);
	else
		tree->used = used_size(fdt);
	return err;
}

void fdt_tree_free(struct fdt_tree *tree)
{
	free(tree->nodes);
	free(tree->props);
	free(tree->reservations);
	*tree = (struct fdt_tree){ 0 };
}

/* --- asking --------------------------------------------------------------- */

int fdt_tree_child(const struct fdt_tree *tree, int node, const char *name)
{
	int child;

	for_each_child(child, tree, node) {
		if (!strcmp(tree->nodes[child].name, name))
			return child;
	}
	return -1;
}

const struct fdt_prop *fdt_tree_prop(const struct fdt_tree *tree, int node,
				     const char *name)
{
	const struct fdt_node *n = &tree->nodes[node];
	const struct fdt_prop *prop;
	size_t i;

	for (i = 0; i < n->nr_props; i++) {
		prop = &tree->props[n->props + i];
		if (!strcmp(prop->name, name))
			return prop;
	}
	return NULL;
}

bool fdt_tree_prop_is(const struct fdt_tree *tree, int node, const char *name,
		      const char *string)
{
	const struct fdt_prop *prop = fdt_tree_prop(tree, node, name);

	return prop && prop->len == strlen(string) + 1 &&
	       !memcmp(prop->data, string, prop->len);
}

const char *fdt_tree_path(const struct fdt_tree *tree, int node,
			  char path[FDT_TREE_PATH])
{
	char *p = path + FDT_TREE_PATH - 1;
	size_t len, room;

	*p = '\0';
	if (!node)
		*--p = '/';
	for (; node > 0; node = tree->nodes[node].parent) {
		len = strlen(tree->nodes[node].name);
		room = p - path - strlen("...");
		if (len + 1 > room) {
			len = room;
			p -= len;
			memcpy(p, tree->nodes[node].name +
			       strlen(tree->nodes[node].name) - len, len);
			p -= strlen("...");
			memcpy(p, "...", strlen("..."));
			break;
		}
		p -= len;
		memcpy(p, tree->nodes[node].name, len);
		*--p = '/';
	}
	return p;
}
