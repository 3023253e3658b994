// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plain way to keep an FDT's CPUs true: libfdt's read-write functions, one
 * node and one property after the other.
 */
#include <libfdt.h>
#include <string.h>

#include "handler_module.h"
#include "rebuild.h"

static bool is_cpu(const void *fdt, int node)
{
	int len;
	const char *type = fdt_getprop(fdt, node, "device_type", &len);

	return type && len == sizeof("cpu") && !memcmp(type, "cpu", len);
}

/* offsets behind a deleted node are new: start over from its place */
static int delete_cpus(void *fdt, int cpus)
{
	int node = fdt_first_subnode(fdt, cpus), next, err;

	while (node >= 0) {
		if (!is_cpu(fdt, node)) {
			node = fdt_next_subnode(fdt, node);
			continue;
		}
		err = fdt_del_node(fdt, node);
		if (err)
			return err;
		/* the place holds the next child now, or the parent's end */
		if (fdt_next_tag(fdt, node, &next) != FDT_BEGIN_NODE)
			return 0;
	}
	return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

static int add_cpu(void *fdt, int cpus, const struct device_node *dn)
{
	int node = fdt_add_subnode(fdt, cpus, dn->full_name), err;
	const struct property *pp;

	if (node < 0)
		return node;
	for_each_property_of_node(dn, pp) {
		err = fdt_setprop(fdt, node, pp->name, pp->value, pp->length);
		if (err)
			return err;
	}
	return 0;
}

static int add_cpus(void *fdt, int cpus)
{
	struct device_node *live = of_find_node_by_path("/cpus"), *dn;
	const char *type;
	int err = 0;

	for_each_child_of_node(live, dn) {
		type = of_get_property(dn, "device_type", NULL);
		if (type && !strcmp(type, "cpu"))
			err = add_cpu(fdt, cpus, dn);
		if (err) {
			of_node_put(dn);
			break;
		}
	}
	of_node_put(live);
	return err;
}

static int rebuild(const void *fdt, void *copy, int size)
{
	int err = fdt_open_into(fdt, copy, size), cpus;

	if (err)
		return err;
	cpus = fdt_path_offset(copy, "/cpus");
	if (cpus < 0)
		return cpus;
	err = delete_cpus(copy, cpus);
	return err ? err : add_cpus(copy, cpus);
}

static void update_segment(struct kimage *image, void *fdt, size_t size)
{
	void *copy = kvmalloc(size, GFP_KERNEL);
	int err = copy ? rebuild(fdt, copy, size) : -FDT_ERR_NOSPACE;

	if (!err) {
		xchg(&kexec_crash_image, NULL);
		memcpy(fdt, copy, size);
		xchg(&kexec_crash_image, image);
	} else {
		pr_err("FDT: %s\n", fdt_strerror(err));
	}
	kvfree(copy);
}

static void handle_event(struct kimage *image, void *arg __always_unused)
{
	unsigned long i;

	if (image->hp_action != KEXEC_CRASH_HP_ADD_CPU)
		return;
	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *s = &image->segment[i];
		void *p = memremap(s->mem, s->memsz, MEMREMAP_WB);

		if (p && fdt_magic(p) == FDT_MAGIC)
			update_segment(image, p, s->memsz);
		memunmap(p);
	}
}

const struct handler_module *rebuild_module(const struct handler_module *core)
{
	static struct handler_module module;

	module = *core;
	module.name = "rebuild";
	module.handle_event = handle_event;
	/* the plain way has one FDT */
	module.load_slots = NULL;
	return &module;
}
