/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed in the live tree since an image's FDT was last updated.
 */
#ifndef CRASH_HP_CRASH_FDT_WATCH_H
#define CRASH_HP_CRASH_FDT_WATCH_H

#include "crash_fdt_tree.h"
#include "crash_watch.h"

/* nodes that may change between two events; with more, all are read anew */
#define CRASH_FDT_MAX_CHANGES 64

/**
 * struct crash_fdt_change - a child of /cpus that came, went or changed
 * @node: the child, with a reference
 * @attached: it was in the live tree after its last change
 */
struct crash_fdt_change {
	struct device_node *node;
	bool attached;
};

/**
 * struct crash_fdt_watch - of one image, kept at image->arch.crash_fdt
 * @index: of the segment with the FDT, in image->segment[]
 * @nb: told when the live tree changes
 * @lock: protects what is told: @change, @nr_changes, @all_changed, and that
 *	@mark counts on
 * @change: nodes that changed, each of them once
 * @nr_changes: that many
 * @all_changed: there were more, or /cpus itself came or went
 * @mark: changes of the live tree, which the FDT shows
 * @tree: what is known of the FDT as it was last made
 * @prepared: number of changes that it was made for
 */
struct crash_fdt_watch {
	int index;
	struct notifier_block nb;
	spinlock_t lock;	/* see above */
	struct crash_fdt_change change[CRASH_FDT_MAX_CHANGES];
	unsigned int nr_changes;
	bool all_changed;
	struct crash_watch_mark mark;
	struct crash_fdt_tree tree;
	unsigned long prepared;
};

int crash_fdt_watch_start(struct kimage *image);
void crash_fdt_watch_stop(struct kimage *image);
int crash_fdt_watch_update(struct crash_fdt_watch *watch, unsigned long changes,
			   const void *fdt, size_t room, void *buf,
			   size_t *size);

#endif /* CRASH_HP_CRASH_FDT_WATCH_H */
