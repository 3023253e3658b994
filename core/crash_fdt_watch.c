// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which nodes of the FDT changed in the live tree since the last update. The
 * live tree tells; where it cannot (CONFIG_OF_DYNAMIC is off) it cannot change.
 *
 * Locking. Nodes come and go under a lock of the live tree's own, which is not
 * ours to take. The live tree tells of a change after it is made, so an update
 * first takes what was told and then looks: a change that comes in between is
 * seen, told later, and seen once more at the next update. So is one that comes
 * while its node is being written: that may be seen in part, but no more is
 * written than there is room for. What was told is protected by a spinlock, as it
 * is told at any time; everything else belongs to the holder of the kexec lock.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_fdt_watch.h"

/* --- what the live tree tells ------------------------------------------------ */

static bool is_cpus(const struct device_node *node)
{
	return node && node->parent && !node->parent->parent &&
	       !strcmp(node->full_name, "cpus");
}

/* of a node that changes more than once only the last counts */
static void note_change(struct crash_fdt_watch *watch, struct device_node *node,
			bool attached)
{
	struct crash_fdt_change *c = watch->change;
	struct crash_fdt_change *end = c + watch->nr_changes;

	while (c < end && c->node != node)
		c++;
	if (c == watch->change + CRASH_FDT_MAX_CHANGES) {
		watch->all_changed = true;
		return;
	}
	if (c == end) {
		c->node = of_node_get(node);
		watch->nr_changes++;
	}
	c->attached = attached;
}

static int live_tree_changed(struct notifier_block *nb, unsigned long action,
			     void *arg)
{
	struct crash_fdt_watch *watch = container_of(nb, struct crash_fdt_watch,
						     nb);
	const struct of_reconfig_data *rd = arg;
	bool came_or_went = action == OF_RECONFIG_ATTACH_NODE ||
			    action == OF_RECONFIG_DETACH_NODE;
	bool child = is_cpus(rd->dn->parent);

	/* the properties of /cpus itself stay what they are in the FDT */
	if (!child && !(came_or_went && (is_cpus(rd->dn) || !rd->dn->parent)))
		return NOTIFY_OK;

	spin_lock(&watch->lock);
	if (child)
		note_change(watch, rd->dn, action != OF_RECONFIG_DETACH_NODE);
	else
		watch->all_changed = true;
	watch->mark.changes++;
	spin_unlock(&watch->lock);
	return NOTIFY_OK;
}

/**
 * crash_fdt_watch_start() - watch the live tree on behalf of an image
 * @image: the image, at the end of being loaded
 *
 * Context: may sleep. Not to be called when the live tree tells of a change.
 * Return: 0 or a negative errno.
 */
int crash_fdt_watch_start(struct kimage *image)
{
	struct crash_fdt_watch *watch;
	int index, ret;

	index = crash_fdt_find_segment(image);
	if (index < 0)
		return index;
	watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	if (!watch)
		return -ENOMEM;
	watch->index = index;
	spin_lock_init(&watch->lock);
	watch->mark.changes = 1;
	watch->nb.notifier_call = live_tree_changed;
	if (IS_ENABLED(CONFIG_OF_DYNAMIC)) {
		ret = of_reconfig_notifier_register(&watch->nb);
		if (ret) {
			kfree(watch);
			return ret;
		}
	}
	image->arch.crash_fdt = watch;
	return 0;
}

/**
 * crash_fdt_watch_stop() - give back what crash_fdt_watch_start() made
 * @image: the image, which is being freed; it need not have a watch
 *
 * Context: as for crash_fdt_watch_start().
 */
void crash_fdt_watch_stop(struct kimage *image)
{
	struct crash_fdt_watch *watch = image->arch.crash_fdt;

	if (!watch)
		return;
	image->arch.crash_fdt = NULL;
	if (IS_ENABLED(CONFIG_OF_DYNAMIC))
		of_reconfig_notifier_unregister(&watch->nb);
	while (watch->nr_changes)
		of_node_put(watch->change[--watch->nr_changes].node);
	crash_fdt_nodes_free(&watch->tree.nodes);
	kfree(watch);
}

/* --- an update --------------------------------------------------------------- */

/* one change less; the reference to its node is the caller's to drop */
static bool take_change(struct crash_fdt_watch *watch,
			struct crash_fdt_change *change)
{
	bool taken;

	spin_lock(&watch->lock);
	taken = watch->nr_changes;
	if (taken)
		*change = watch->change[--watch->nr_changes];
	spin_unlock(&watch->lock);
	return taken;
}

static bool take_all_changed(struct crash_fdt_watch *watch)
{
	bool all;

	spin_lock(&watch->lock);
	all = watch->all_changed;
	watch->all_changed = false;
	spin_unlock(&watch->lock);
	return all;
}

/*
 * Bring the list of nodes up to date with what was told, where it is known.
 * 1 when it changed, 0 when it did not, -EAGAIN when it has to be read.
 */
static int take_changes(struct crash_fdt_watch *watch, const void *fdt,
			bool known)
{
	struct crash_fdt_tree *tree = &watch->tree;
	struct crash_fdt_change change;
	int ret, changed = 0;

	while (take_change(watch, &change)) {
		ret = 0;
		if (known)
			ret = crash_fdt_nodes_change(&tree->nodes, change.node,
						     change.attached, fdt);
		of_node_put(change.node);
		if (ret < 0)
			known = false;
		else
			changed |= ret;
	}
	if (take_all_changed(watch) || !known)
		return -EAGAIN;
	/* a new node may take the place of a child without a type */
	return changed && tree->untyped ? -EAGAIN : changed;
}

/* everything counts as changed */
static int read_all(struct crash_fdt_tree *tree, const void *fdt)
{
	int ret = crash_fdt_nodes_read(&tree->nodes);

	return ret ? ret : crash_fdt_tree_parse(tree, fdt);
}

/* once more when the live tree changed meanwhile; that often it does not */
static int rewrite(struct crash_fdt_tree *tree, const void *fdt, size_t room,
		   void *buf, size_t *size)
{
	int ret, attempts = 2;

	do {
		ret = read_all(tree, fdt);
		if (!ret)
			ret = crash_fdt_tree_write(tree, fdt, room, buf, size);
	} while (ret == -EAGAIN && --attempts);
	return ret;
}

/**
 * crash_fdt_update_cpus() - make a tree whose CPUs are the live tree's
 * @fdt: the tree as it is
 * @room: bytes in @buf; also the new tree's totalsize, free space included
 * @buf: where the new tree goes; not @fdt
 *
 * Under /cpus the CPU and cache nodes become those of the live tree; other
 * children and all that is elsewhere stay byte for byte.
 *
 * Return: 0; -EINVAL when @fdt is no well-formed tree of version 17 with its
 * blocks in order; -ENOENT without /cpus there or in the live tree, or without
 * a live CPU; -EAGAIN when the live tree does not stop changing; -ENOSPC;
 * -ENOMEM. On error @buf holds nothing of use.
 */
int crash_fdt_update_cpus(const void *fdt, size_t room, void *buf)
{
	struct crash_fdt_tree tree = { };
	size_t size;
	int ret;

	ret = rewrite(&tree, fdt, room, buf, &size);
	crash_fdt_nodes_free(&tree.nodes);
	return ret;
}

/**
 * crash_fdt_watch_update() - crash_fdt_update_cpus() of what changed only
 * @watch: of the image
 * @changes: number of changes of @watch that the new tree is for
 * @fdt: the tree as it is, in the image
 * @room: as for crash_fdt_update_cpus()
 * @buf: likewise
 * @size: set to the bytes of @buf behind which nothing differs from @fdt; left
 *	alone when no node has changed
 *
 * What comes out is what crash_fdt_update_cpus() would make of @fdt. What is
 * known of @fdt counts only where the last update has come to be published, and
 * where the header is still the one that we have written.
 *
 * Return: as for crash_fdt_update_cpus().
 */
int crash_fdt_watch_update(struct crash_fdt_watch *watch, unsigned long changes,
			   const void *fdt, size_t room, void *buf,
			   size_t *size)
{
	struct crash_fdt_tree *tree = &watch->tree;
	bool known = watch->prepared == watch->mark.published &&
		     !memcmp(fdt, &tree->header, sizeof(tree->header));
	int ret;

	watch->prepared = changes;
	ret = take_changes(watch, fdt, known);
	if (!ret)
		return 0;
	if (ret == 1)
		ret = crash_fdt_nodes_check(&tree->nodes);
	if (!ret)
		ret = crash_fdt_tree_write(tree, fdt, room, buf, size);
	if (ret == -EAGAIN)
		ret = rewrite(tree, fdt, room, buf, size);
	crash_fdt_nodes_settle(&tree->nodes);
	return ret;
}
