// SPDX-License-Identifier: GPL-2.0-only
/* Device trees that need no file. */
#include <string.h>

#include "builtin_tree.h"
#include "program_trees.h"

static const struct {
	const char *name;
	struct blob tree;
} trees[] = {
	{ "powernv", { (void *)tree_powernv, sizeof(tree_powernv) } },
	{ "pseries", { (void *)tree_pseries, sizeof(tree_pseries) } },
	{ "pseries-1t", { (void *)tree_pseries_1t, sizeof(tree_pseries_1t) } },
	{ "pseries-smt8", { (void *)tree_pseries_smt8, sizeof(tree_pseries_smt8) } },
};

bool builtin_tree(const char *name, struct blob *tree)
{
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		if (!strcmp(trees[i].name, name)) {
			*tree = trees[i].tree;
			return true;
		}
	}
	return false;
}
