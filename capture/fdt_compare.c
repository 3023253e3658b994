// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparing two device trees by names, not by order: nodes pair up from the
 * root down, and what finds no partner is new or gone. Two trees are nearly
 * always in the same order; only where they are not, the names are sorted.
 */
#include <stdlib.h>
#include <string.h>

#include "fdt_tree.h"

struct named {
	const char *name;
	int id;
};

/* the children, or the properties, of one node */
struct name_list {
	struct named *items;
	size_t nr;
};

/*
 * @twin: for each node of a, its partner in b, or -1
 * @list_a, @list_b: room for the largest list
 */
struct pairing {
	const struct fdt_comparison *c;
	int *twin;
	struct name_list list_a;
	struct name_list list_b;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->id - y->id;
}

static bool same_names(const struct name_list *a, const struct name_list *b)
{
	size_t i;

	if (a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++) {
		if (strcmp(a->items[i].name, b->items[i].name))
			return false;
	}
	return true;
}

/* call @pair with each pair of ids; -1 for what has no partner */
static void pair_up(struct pairing *p, int node_a, int node_b,
		    void (*pair)(struct pairing *p, int node_a, int node_b,
				 int a, int b))
{
	struct name_list *a = &p->list_a, *b = &p->list_b;
	size_t i = 0, k = 0;
	int order = 0;

	if (!same_names(a, b)) {
		qsort(a->items, a->nr, sizeof(*a->items), by_name);
		qsort(b->items, b->nr, sizeof(*b->items), by_name);
	}
	while (i < a->nr || k < b->nr) {
		if (i == a->nr)
			order = 1;
		else if (k == b->nr)
			order = -1;
		else
			order = strcmp(a->items[i].name, b->items[k].name);
		pair(p, node_a, node_b, order <= 0 ? a->items[i].id : -1,
		     order >= 0 ? b->items[k].id : -1);
		i += order <= 0;
		k += order >= 0;
	}
}

static void pair_props(struct pairing *p, int node_a, int node_b, int a, int b)
{
	struct fdt_change change = {
		.a = node_a,
		.b = node_b,
		.child_a = -1,
		.child_b = -1,
		.prop_a = a < 0 ? NULL : &p->c->a->props[a],
		.prop_b = b < 0 ? NULL : &p->c->b->props[b],
	};

	if (a < 0 || b < 0 || change.prop_a->len != change.prop_b->len ||
	    memcmp(change.prop_a->data, change.prop_b->data,
		   change.prop_a->len))
		p->c->change(p->c->ctx, &change);
}

static void pair_children(struct pairing *p, int node_a, int node_b, int a,
			  int b)
{
	struct fdt_change change = {
		.a = node_a, .b = node_b, .child_a = a, .child_b = b,
	};

	if (a < 0 || b < 0)
		p->c->change(p->c->ctx, &change);
	else if (node_a != p->c->node_a || !p->c->skip ||
		 strcmp(p->c->a->nodes[a].name, p->c->skip))
		p->twin[a] = b;
}

static void list_props(struct name_list *list, const struct fdt_tree *tree,
		       int node)
{
	size_t i, first = tree->nodes[node].props;

	list->nr = tree->nodes[node].nr_props;
	for (i = 0; i < list->nr; i++)
		list->items[i] = (struct named){ tree->props[first + i].name,
						 first + i };
}

static void list_children(struct name_list *list, const struct fdt_tree *tree,
			  int node)
{
	int child;

	list->nr = 0;
	for_each_child(child, tree, node)
		list->items[list->nr++] = (struct named){
			tree->nodes[child].name, child };
}

static struct named *room_for(const struct fdt_tree *tree)
{
	return malloc((tree->nr_nodes + tree->nr_props) *
		      sizeof(struct named));
}

static void compare_nodes(struct pairing *p)
{
	const struct fdt_tree *a = p->c->a, *b = p->c->b;
	int node, twin;

	/* parents come before their children, so twin[] is known in time */
	for (node = p->c->node_a; node < a->nodes[p->c->node_a].end; node++) {
		twin = p->twin[node];
		if (twin < 0)
			continue;
		list_props(&p->list_a, a, node);
		list_props(&p->list_b, b, twin);
		pair_up(p, node, twin, pair_props);
		list_children(&p->list_a, a, node);
		list_children(&p->list_b, b, twin);
		pair_up(p, node, twin, pair_children);
	}
}

int fdt_tree_compare(const struct fdt_comparison *c)
{
	struct pairing p = { .c = c };
	int i, err = FDT_TREE_NO_MEMORY;

	p.twin = malloc(c->a->nr_nodes * sizeof(*p.twin));
	p.list_a.items = room_for(c->a);
	p.list_b.items = room_for(c->b);
	if (p.twin && p.list_a.items && p.list_b.items) {
		for (i = 0; i < c->a->nr_nodes; i++)
			p.twin[i] = -1;
		p.twin[c->node_a] = c->node_b;
		compare_nodes(&p);
		err = 0;
	}
	free(p.twin);
	free(p.list_a.items);
	free(p.list_b.items);
	return err;
}

void fdt_tree_compare_reservations(const struct fdt_tree *a,
				   const struct fdt_tree *b,
				   void (*change)(void *ctx,
						  const struct fdt_reservation *r,
						  bool in_b),
				   void *ctx)
{
	const struct fdt_reservation *x = a->reservations;
	const struct fdt_reservation *y = b->reservations;
	const struct fdt_reservation *x_end = x + a->nr_reservations;
	const struct fdt_reservation *y_end = y + b->nr_reservations;

	while (x < x_end || y < y_end) {
		if (x < x_end && y < y_end && x->start == y->start &&
		    x->size == y->size) {
			x++;
			y++;
		} else if (y == y_end ||
			   (x < x_end && (x->start < y->start ||
					  (x->start == y->start &&
					   x->size < y->size)))) {
			change(ctx, x++, false);
		} else {
			change(ctx, y++, true);
		}
	}
}
