// SPDX-License-Identifier: GPL-2.0-only
/* The kexec crash FDT: its hole, and its CPU nodes. */
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "fdt_hole.h"
#include "place.h"
#include "tree.h"

int fdt_hole_reserve(struct machine *m, uint64_t size, struct error *err)
{
	struct view_ranges free = { 0 };
	struct place_request req = {
		.size = size,
		.align = m->page_size,
		.max = min(m->rma_size, UINT64_MAX) - 1,
	};
	bool found = false;
	uint64_t at;
	int ret;

	if (!size || size & (m->page_size - 1))
		return fail(err, "a hole of 0x%" PRIx64 " bytes is not made of whole pages",
			    size);
	ret = m->crashk.nr ? view_ranges_add(&free, m->crashk_main.start,
					     m->crashk_main.end) : 0;
	for (size_t i = 0; !ret && i < m->reserved.nr; i++)
		ret = view_ranges_remove(&free, m->reserved.r[i].start,
					 m->reserved.r[i].end);
	if (!ret)
		found = place_top_down(&free, &req, &at);
	view_ranges_free(&free);
	if (ret || (found &&
		    view_ranges_add(&m->reserved, at, at + (size - 1))))
		return fail(err, "out of memory");
	if (!found)
		return fail(err, "no room for a hole of 0x%" PRIx64 " bytes in the crash kernel's region",
			    size);
	m->crash_fdt = (struct segment_spec){
		.name = "fdt",
		.mem = at,
		.memsz = size,
	};
	return 0;
}

static void *tree_in_hole(const struct machine *m)
{
	return physmem_map(&m->phys, m->crash_fdt.mem, m->crash_fdt.memsz);
}

int fdt_hole_open(struct machine *m, struct error *err)
{
	void *fdt = tree_in_hole(m);
	int ret = fdt ? fdt_open_into(fdt, fdt, m->crash_fdt.memsz) :
			-FDT_ERR_NOTFOUND;

	return ret ? fail(err, "FDT in the hole: %s", fdt_strerror(ret)) : 0;
}

/* the first child that is a CPU; a negative number: none, or an error */
static int first_cpu(const void *fdt, int cpus)
{
	int node;

	fdt_for_each_subnode(node, fdt, cpus)
		if (tree_is_type(fdt, node, "cpu"))
			return node;
	return node;
}

static int copy_node(void *fdt, int cpus, const void *live, int from)
{
	const char *name = fdt_get_name(live, from, NULL);
	int node = fdt_add_subnode(fdt, cpus, name), prop, len, ret;

	if (node < 0)
		return node;
	fdt_for_each_property_offset(prop, live, from) {
		const void *value = fdt_getprop_by_offset(live, prop, &name,
							  &len);

		ret = fdt_setprop(fdt, node, name, value, len);
		if (ret)
			return ret;
	}
	return 0;
}

static int replace_nodes(void *fdt, const void *live)
{
	int cpus = fdt_path_offset(fdt, "/cpus");
	int from = fdt_path_offset(live, "/cpus");
	int node, ret = 0;

	if (cpus < 0)
		return cpus;
	while (!ret && (node = first_cpu(fdt, cpus)) >= 0)
		ret = fdt_del_node(fdt, node);
	if (ret || from < 0)
		return ret ? ret : from;
	fdt_for_each_subnode(node, live, from) {
		if (!tree_is_type(live, node, "cpu"))
			continue;
		ret = copy_node(fdt, cpus, live, node);
		if (ret)
			return ret;
	}
	return 0;
}

int fdt_hole_update(struct machine *m, struct error *err)
{
	const void *live = machine_tree(m);
	void *fdt = tree_in_hole(m);
	int ret = -FDT_ERR_NOTFOUND;

	if (fdt && live)
		ret = replace_nodes(fdt, live);
	return ret ? fail(err, "CPU nodes of the FDT in the hole: %s",
			  fdt_strerror(ret)) : 0;
}
