// SPDX-License-Identifier: GPL-2.0-only
/* A deep copy of a machine_view. */
#include <stdlib.h>
#include <string.h>

#include "truth_copy.h"

static void *copy_of(const void *bytes, size_t size)
{
	void *copy = bytes && size ? malloc(size) : NULL;

	return copy ? memcpy(copy, bytes, size) : NULL;
}

static int copy_ranges(struct truth_copy *copy, const struct machine_view *view)
{
	struct machine_view *v = &copy->view;

	memset(&v->ram, 0, sizeof(v->ram));
	memset(&v->online, 0, sizeof(v->online));
	memset(&v->firmware, 0, sizeof(v->firmware));
	memset(&v->crashk, 0, sizeof(v->crashk));
	return view_ranges_copy(&v->ram, &view->ram) ||
	       view_ranges_copy(&v->online, &view->online) ||
	       view_ranges_copy(&v->firmware, &view->firmware) ||
	       view_ranges_copy(&v->crashk, &view->crashk) ? -1 : 0;
}

int truth_copy_take(struct truth_copy *copy, const struct machine_view *view)
{
	truth_copy_free(copy);
	copy->view = *view;
	copy->cpus = copy_of(view->cpus, view->nr_cpus * sizeof(*view->cpus));
	copy->tree = copy_of(view->tree, view->tree_size);
	copy->view.cpus = copy->cpus;
	copy->view.tree = copy->tree;
	if (copy_ranges(copy, view) || (view->nr_cpus && !copy->cpus) ||
	    (view->tree && !copy->tree)) {
		truth_copy_free(copy);
		return -1;
	}
	return 0;
}

void truth_copy_free(struct truth_copy *copy)
{
	view_ranges_free(&copy->view.ram);
	view_ranges_free(&copy->view.online);
	view_ranges_free(&copy->view.firmware);
	view_ranges_free(&copy->view.crashk);
	free(copy->cpus);
	free(copy->tree);
	memset(copy, 0, sizeof(*copy));
}
