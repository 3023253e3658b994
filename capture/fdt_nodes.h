/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image's FDT and what it is held against.
 */
#ifndef CAPTURE_FDT_NODES_H
#define CAPTURE_FDT_NODES_H

#include "judging.h"

/*
 * struct node_case - one FDT to be compared
 * @image: the image's
 * @live: the live tree, NULL when not known
 * @loaded: the FDT as it was loaded, NULL when not known; @image itself when
 *	nothing was changed since
 */
struct node_case {
	struct judging *j;
	const struct fdt_tree *image;
	const struct fdt_tree *live;
	const struct fdt_tree *loaded;
};

/* tell that a property is not what it was in the FDT as it was loaded */
void tell_loaded_property(struct node_case *c, const struct fdt_change *change);

/* fdt_cpus.c: /cpus and what is in it; the trees agree that there is one */
void judge_cpu_nodes(struct node_case *c, int image_cpus);

#endif /* CAPTURE_FDT_NODES_H */
