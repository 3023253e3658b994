// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live device tree as firmware and hotplug make it: from a flattened tree
 * (drivers/of/fdt.c), by nodes that come and go (drivers/of/dynamic.c), and
 * back into a flattened one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_private.h"

/* drivers/of/fdt.c:FDT_MAX_DEPTH */
#define MAX_DEPTH 64

/* --- one node ------------------------------------------------------------------- */

static struct device_node *node_new(const char *full_name)
{
	struct shim_node *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->np.full_name = strdup(full_name);
	if (!s->np.full_name) {
		free(s);
		return NULL;
	}
	return &s->np;
}

static void property_free(struct property *pp)
{
	if (!pp)
		return;
	free(pp->name);
	free(pp->value);
	free(pp);
}

void node_free(struct device_node *np)
{
	struct property *pp;

	while ((pp = np->properties)) {
		np->properties = pp->next;
		property_free(pp);
	}
	free((void *)np->full_name);
	free(container_of(np, struct shim_node, np));
}

static struct property *property_new(const char *name, const void *value,
				     int length)
{
	struct property *pp = calloc(1, sizeof(*pp));

	if (!pp)
		return NULL;
	pp->name = strdup(name);
	pp->value = malloc(length);
	pp->length = length;
	if (!pp->name || !pp->value) {
		property_free(pp);
		return NULL;
	}
	if (length)
		memcpy(pp->value, value, length);
	return pp;
}

/* put a property in the place of the one with its name, which is returned, or
 * at the end (drivers/of/base.c:__of_add_property())
 */
static struct property *put_property(struct device_node *np, struct property *pp)
{
	struct property **slot = node_property(np, pp->name), *old = *slot;

	if (old)
		pp->next = old->next;
	*slot = pp;
	return old;
}

static int set_property(struct device_node *np, const char *name,
			const void *value, int length)
{
	struct property *pp = property_new(name, value, length);

	if (!pp)
		return -ENOMEM;
	property_free(put_property(np, pp));
	return 0;
}

/* the fields that repeat a property */
static void refresh_fields(struct device_node *np)
{
	static const char *const names[] = {
		"phandle", "linux,phandle", "ibm,phandle",
	};
	unsigned int i;
	u32 handle;
	int len;

	np->name = of_get_property(np, "name", &len);
	if (!np->name || strnlen(np->name, len) == (size_t)len)
		np->name = "<NULL>";

	/* the first two are the same thing; the third overrides them */
	np->phandle = 0;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!of_property_read_u32(np, names[i], &handle) &&
		    (!np->phandle || i == 2))
			np->phandle = handle;
}

/* drivers/of/fdt.c:populate_properties(): the unit name, without address */
static int add_name(struct device_node *np, const char *unit)
{
	size_t len = strcspn(unit, "@");
	char *name = strndup(unit, len);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = set_property(np, "name", name, len + 1);
	free(name);
	return ret;
}

static int copy_properties(struct device_node *np, const void *fdt, int offset)
{
	const char *name;
	const void *value;
	int prop, len, ret;

	fdt_for_each_property_offset(prop, fdt, offset) {
		value = fdt_getprop_by_offset(fdt, prop, &name, &len);
		if (!value)
			return -EINVAL;
		ret = set_property(np, name, value, len);
		if (ret)
			return ret;
	}
	return 0;
}

static struct device_node *copy_node(const void *fdt, int offset)
{
	const char *unit = fdt_get_name(fdt, offset, NULL);
	struct device_node *np = unit ? node_new(*unit ? unit : "/") : NULL;
	int ret;

	if (!np)
		return NULL;
	ret = copy_properties(np, fdt, offset);
	if (!ret && !*node_property(np, "name"))
		ret = add_name(np, unit);
	if (ret) {
		node_free(np);
		return NULL;
	}
	refresh_fields(np);
	return np;
}

/* --- trees of nodes --------------------------------------------------------------- */

static void free_tree(struct device_node *np)
{
	struct device_node *child;

	while ((child = np->child)) {
		np->child = child->sibling;
		free_tree(child);
	}
	node_free(np);
}

/*
 * Copy node @offset and all below it. At boot the children keep the order that
 * they have in the document; those of a node that is attached later are
 * attached one by one, each in front of the others.
 */
static int copy_tree(const void *fdt, int offset, int max_depth, bool boot,
		     struct device_node **top)
{
	struct device_node *at[MAX_DEPTH], **tail[MAX_DEPTH], *np;
	int depth = 0;

	*top = NULL;
	do {
		np = depth < max_depth ? copy_node(fdt, offset) : NULL;
		if (!np)
			goto fail;
		at[depth] = np;
		if (!depth) {
			*top = np;
		} else if (boot) {
			*tail[depth - 1] = np;
			tail[depth - 1] = &np->sibling;
			np->parent = at[depth - 1];
		} else {
			np->parent = at[depth - 1];
			np->sibling = np->parent->child;
			np->parent->child = np;
		}
		tail[depth] = &np->child;
		offset = fdt_next_node(fdt, offset, &depth);
	} while (offset >= 0 && depth > 0);

	if (offset >= 0 || offset == -FDT_ERR_NOTFOUND)
		return 0;
fail:
	if (*top)
		free_tree(*top);
	*top = NULL;
	return -EINVAL;
}

/* take a tree apart; a node that somebody holds stays until it is put */
static void release_tree(struct kernel *k, struct device_node *np)
{
	struct shim_node *s = container_of(np, struct shim_node, np);
	struct device_node *child;

	while ((child = np->child)) {
		np->child = child->sibling;
		child->sibling = NULL;
		release_tree(k, child);
	}
	np->parent = NULL;
	if (!np->refcount) {
		node_free(np);
		return;
	}
	s->detached = true;
	s->next_detached = k->detached;
	k->detached = s;
}

void tree_destroy(struct kernel *k)
{
	struct shim_node *s;

	if (k->root)
		release_tree(k, k->root);
	while ((s = k->detached)) {
		k->detached = s->next_detached;
		node_free(&s->np);
	}
	free(k->boot_fdt);
}

/* --- who is told ------------------------------------------------------------- */

int of_reconfig_notifier_register(struct notifier_block *nb)
{
	struct kernel *k = kernel_current();

	return chain_register(k, &k->of_chain, nb);
}

int of_reconfig_notifier_unregister(struct notifier_block *nb)
{
	struct kernel *k = kernel_current();

	return chain_unregister(k, &k->of_chain, nb);
}

/* the change is made; whoever makes it holds the node */
static void tell(struct kernel *k, unsigned long action, struct device_node *np,
		 struct property *prop, struct property *old_prop)
{
	struct of_reconfig_data rd = { np, prop, old_prop };

	chain_call(k, &k->of_chain, "live tree notifier", action, &rd);
}

/* --- what the machine does ---------------------------------------------------- */

int kernel_set_live_tree(struct kernel *k, const void *fdt, size_t size)
{
	struct device_node *root, *old;
	int ret;

	if (fdt_check_full(fdt, size))
		return -EINVAL;
	ret = copy_tree(fdt, 0, MAX_DEPTH, true, &root);
	if (ret)
		return ret;
	old = k->root;
	k->root = root;
	k->tree_generation++;
	if (old) {
		tell(k, OF_RECONFIG_DETACH_NODE, old, NULL, NULL);
		release_tree(k, old);
	}
	tell(k, OF_RECONFIG_ATTACH_NODE, root, NULL, NULL);
	return 0;
}

int kernel_set_boot_fdt(struct kernel *k, const void *fdt, size_t size,
			u64 phys)
{
	void *copy;
	int ret = kernel_set_live_tree(k, fdt, size);

	if (ret)
		return ret;
	copy = malloc(fdt_totalsize(fdt));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, fdt, fdt_totalsize(fdt));
	free(k->boot_fdt);
	k->boot_fdt = copy;
	k->boot_fdt_phys = phys;
	return 0;
}

static int depth_of(const struct device_node *np)
{
	int depth = 0;

	while ((np = np->parent))
		depth++;
	return depth;
}

int kernel_attach_node(struct kernel *k, const char *parent_path,
		       const void *fdt, int offset)
{
	struct device_node *parent, *np;
	int ret;

	parent = tree_find(k, parent_path);
	if (!parent)
		return -ENOENT;
	ret = copy_tree(fdt, offset, MAX_DEPTH - 1 - depth_of(parent), false,
			&np);
	if (ret)
		return ret;
	np->parent = parent;
	np->sibling = parent->child;
	parent->child = np;
	k->tree_generation++;
	tell(k, OF_RECONFIG_ATTACH_NODE, np, NULL, NULL);
	return 0;
}

int kernel_detach_node(struct kernel *k, const char *path)
{
	struct device_node *np = tree_find(k, path), **slot;

	if (!np)
		return -ENOENT;
	if (np == k->root)
		return -EINVAL;
	slot = &np->parent->child;
	while (*slot != np)
		slot = &(*slot)->sibling;
	*slot = np->sibling;
	k->tree_generation++;
	tell(k, OF_RECONFIG_DETACH_NODE, np, NULL, NULL);
	release_tree(k, np);
	return 0;
}

int kernel_set_property(struct kernel *k, const char *path, const char *name,
			const void *value, int length)
{
	struct device_node *np = tree_find(k, path);
	struct property *pp, *old;

	if (!np)
		return -ENOENT;
	if (length < 0)
		return -EINVAL;
	pp = property_new(name, value, length);
	if (!pp)
		return -ENOMEM;
	old = put_property(np, pp);
	refresh_fields(np);
	k->tree_generation++;
	tell(k, old ? OF_RECONFIG_UPDATE_PROPERTY : OF_RECONFIG_ADD_PROPERTY,
	     np, pp, old);
	property_free(old);
	return 0;
}

unsigned long kernel_tree_generation(const struct kernel *k)
{
	return k->tree_generation;
}

/* --- flattening ------------------------------------------------------------------ */

static int put_tree(void *fdt, const struct device_node *np)
{
	const struct device_node *child;
	const struct property *pp;
	int err = fdt_begin_node(fdt, np->parent ? np->full_name : "");

	for (pp = np->properties; pp && !err; pp = pp->next)
		err = fdt_property(fdt, pp->name, pp->value, pp->length);
	for (child = np->child; child && !err; child = child->sibling)
		err = put_tree(fdt, child);
	return err ? err : fdt_end_node(fdt);
}

/* a name for each property: looking whether it is there takes longest of all */
static int put_fdt(const struct kernel *k, void *fdt, size_t size)
{
	int err = fdt_create_with_flags(fdt, size,
					FDT_CREATE_FLAG_NO_NAME_DEDUP);

	if (!err)
		err = fdt_finish_reservemap(fdt);
	if (!err)
		err = put_tree(fdt, k->root);
	return err ? err : fdt_finish(fdt);
}

int kernel_flatten_tree(struct kernel *k, void **fdt, size_t *size)
{
	/* the next tree mostly has the size of the last */
	size_t room = k->flat_size + 4096;
	int err = -FDT_ERR_NOSPACE;
	void *buf = NULL;

	if (!k->root)
		return -ENOENT;
	while (err == -FDT_ERR_NOSPACE && room <= INT_MAX) {
		free(buf);
		buf = malloc(room);
		if (!buf)
			return -ENOMEM;
		err = put_fdt(k, buf, room);
		room *= 2;
	}
	if (err) {
		free(buf);
		return -EINVAL;
	}
	k->flat_size = fdt_totalsize(buf);
	*fdt = buf;
	*size = k->flat_size;
	return 0;
}
