/* SPDX-License-Identifier: GPL-2.0-only */
/* The truth about a machine, kept while the machine goes on. */
#ifndef CLI_TRUTH_COPY_H
#define CLI_TRUTH_COPY_H

#include "machine_view.h"

/* zeroed at first */
struct truth_copy {
	struct machine_view view;
	struct view_cpu *cpus;
	void *tree;
};

/* what was in @copy goes; 0, or -1 without memory */
int truth_copy_take(struct truth_copy *copy, const struct machine_view *view);
void truth_copy_free(struct truth_copy *copy);

#endif /* CLI_TRUTH_COPY_H */
