// SPDX-License-Identifier: GPL-2.0-only
/*
 * System RAM resources (kernel/resource.c), and where the kernel's image lies:
 * what x86 makes its headers of.
 */
#include <errno.h>

#include "kernel_private.h"

/* --- what handlers ask ------------------------------------------------------- */

static void walk_ended(struct kernel *k)
{
	void (*func)(void *ctx) = k->after_walk;

	k->after_walk = NULL;
	if (func)
		func(k->after_walk_ctx);
}

int walk_system_ram_res(u64 start, u64 end, void *arg,
			int (*func)(struct resource *, void *))
{
	struct kernel *k = kernel_current();
	const struct region_list *ram = &k->system_ram;
	int ret = -EINVAL;
	unsigned int i;

	for (i = 0; i < ram->nr && ram->r[i].start <= end; i++) {
		struct resource res = {
			.start = max(ram->r[i].start, start),
			.end = min(ram->r[i].end, end),
		};

		if (ram->r[i].end < start)
			continue;
		ret = func(&res, arg);
		if (ret)
			break;
	}
	walk_ended(k);
	return ret;
}

const char *shim_kernel_text(void)
{
	return (const char *)kernel_current()->text.virt;
}

const char *shim_kernel_end(void)
{
	const struct kernel_text *text = &kernel_current()->text;

	return (const char *)(text->virt + text->size);
}

phys_addr_t shim_kernel_phys(const void *virt)
{
	const struct kernel_text *text = &kernel_current()->text;

	return (unsigned long)virt - text->virt + text->phys;
}

/* --- what the machine does ----------------------------------------------- */

int kernel_insert_system_ram(struct kernel *k, u64 start, u64 end)
{
	if (end < start)
		return -EINVAL;
	if (region_any(&k->system_ram, start, end))
		return -EEXIST;
	/* two DIMMs side by side are two resources: they must not melt */
	return region_add(&k->system_ram, start, end, k->nr_system_ram++);
}

/* kernel/resource.c:release_mem_region_adjustable(): what is left stays */
int kernel_release_system_ram(struct kernel *k, u64 start, u64 end)
{
	const struct region *r = region_find(&k->system_ram, start);

	if (end < start || !r || r->end < end)
		return -EINVAL;
	return region_remove(&k->system_ram, start, end);
}

void kernel_after_walk(struct kernel *k, void (*func)(void *ctx), void *ctx)
{
	k->after_walk = func;
	k->after_walk_ctx = ctx;
}

void kernel_set_text(struct kernel *k, u64 phys, u64 virt, u64 size)
{
	k->text = (struct kernel_text){ phys, virt, size };
}
