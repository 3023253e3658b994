// SPDX-License-Identifier: GPL-2.0-only
/* A small powerpc machine. */
#include <stdio.h>
#include <stdlib.h>

#include "small.h"

#define TREE_SIZE 8192
#define BOOT_FDT_PHYS 0x1f00000ULL
#define NOTES_START 0x7c00000ULL
#define L2_PHANDLE 0x2000

static const struct small_memory *memory;
static unsigned int nr_memory;
static u8 boot_tree[TREE_SIZE] __attribute__((__aligned__(8)));

static const char *const names[] = {
	"clock-frequency", "ibm,pi-features", "frequency", "64-bit",
};

static void ok(int ret)
{
	fuzz_check(ret >= 0, "the small machine's own tree: error %d", ret);
}

/* --- the tree -------------------------------------------------------------- */

static void put_core(void *fdt, unsigned int core, unsigned int kind)
{
	char name[32];
	unsigned int i;

	snprintf(name, sizeof(name), "PowerPC,POWER9@%x", core);
	ok(fdt_begin_node(fdt, name));
	ok(fdt_property_string(fdt, "device_type", "cpu"));
	ok(fdt_property_u32(fdt, "reg", core));
	ok(fdt_property_u32(fdt, "ibm,ppc-interrupt-server#s", core));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (kind & 1U << i)
			ok(fdt_property_u32(fdt, names[i], kind));
	ok(fdt_property_u32(fdt, "l2-cache", L2_PHANDLE + core));
	ok(fdt_end_node(fdt));
}

static void put_cache(void *fdt, unsigned int core)
{
	char name[32];

	snprintf(name, sizeof(name), "l2-cache@%x", L2_PHANDLE + core);
	ok(fdt_begin_node(fdt, name));
	ok(fdt_property_string(fdt, "device_type", "cache"));
	ok(fdt_property(fdt, "cache-unified", NULL, 0));
	ok(fdt_property_u32(fdt, "phandle", L2_PHANDLE + core));
	ok(fdt_end_node(fdt));
}

static void begin_tree(void *fdt, int size)
{
	ok(fdt_create(fdt, size));
	ok(fdt_finish_reservemap(fdt));
	ok(fdt_begin_node(fdt, ""));
}

static void end_tree(void *fdt)
{
	ok(fdt_end_node(fdt));
	ok(fdt_finish(fdt));
}

static void make_boot_tree(void)
{
	unsigned int core;

	begin_tree(boot_tree, sizeof(boot_tree));
	ok(fdt_property_string(boot_tree, "compatible", "IBM,pSeries"));
	ok(fdt_property_u32(boot_tree, "#address-cells", 2));
	ok(fdt_property_u32(boot_tree, "#size-cells", 2));
	ok(fdt_begin_node(boot_tree, "chosen"));
	ok(fdt_end_node(boot_tree));
	ok(fdt_begin_node(boot_tree, "cpus"));
	ok(fdt_property_u32(boot_tree, "#address-cells", 1));
	ok(fdt_property_u32(boot_tree, "#size-cells", 0));
	for (core = 0; core < SMALL_BOOT_CORES; core++) {
		put_core(boot_tree, core, 1);
		put_cache(boot_tree, core);
	}
	ok(fdt_end_node(boot_tree));
	end_tree(boot_tree);
}

static void core_path(char *path, size_t size, unsigned int core)
{
	snprintf(path, size, "/cpus/PowerPC,POWER9@%x", core);
}

/* the only node in @fdt's root */
static int attach(struct kernel *k, const void *fdt)
{
	return kernel_attach_node(k, "/cpus", fdt, fdt_first_subnode(fdt, 0));
}

int small_attach_core(struct kernel *k, unsigned int core, unsigned int kind)
{
	u8 fdt[1024] __attribute__((__aligned__(8)));

	begin_tree(fdt, sizeof(fdt));
	put_core(fdt, core, kind);
	end_tree(fdt);
	return attach(k, fdt);
}

int small_attach_cache(struct kernel *k, unsigned int core)
{
	u8 fdt[1024] __attribute__((__aligned__(8)));

	begin_tree(fdt, sizeof(fdt));
	put_cache(fdt, core);
	end_tree(fdt);
	return attach(k, fdt);
}

int small_detach_core(struct kernel *k, unsigned int core)
{
	char path[64];

	core_path(path, sizeof(path), core);
	return kernel_detach_node(k, path);
}

int small_detach_cache(struct kernel *k, unsigned int core)
{
	char path[64];

	snprintf(path, sizeof(path), "/cpus/l2-cache@%x", L2_PHANDLE + core);
	return kernel_detach_node(k, path);
}

int small_set_property(struct kernel *k, unsigned int core, unsigned int which,
		       const void *value, int length)
{
	char path[64];

	core_path(path, sizeof(path), core);
	return kernel_set_property(k, path, names[which % ARRAY_SIZE(names)],
				   value, length);
}

void small_reset_tree(struct kernel *k)
{
	ok(kernel_set_live_tree(k, boot_tree, fdt_totalsize(boot_tree)));
}

/* --- the kernel ------------------------------------------------------------- */

void small_set_memory(const struct small_memory *m, unsigned int nr)
{
	memory = m;
	nr_memory = nr;
}

static void *map(void *ctx __always_unused, u64 phys, u64 size)
{
	unsigned int i;

	for (i = 0; i < nr_memory; i++) {
		const struct small_memory *m = &memory[i];

		if (phys >= m->phys && phys - m->phys <= m->size &&
		    size <= m->size - (phys - m->phys))
			return m->bytes + (phys - m->phys);
	}
	return NULL;
}

static struct kernel *boot(void)
{
	static const struct kernel_config config = {
		.page_shift = 16,
		.section_shift = 24,
		.block_size = SMALL_BLOCK,
		.nr_cpus = 2048,
		.smt = 1,
		.max_memory_ranges = 64,
		.map = map,
	};
	/* events are the harness's own to send */
	static const struct handler_module none = {
		.abi = HANDLER_MODULE_ABI,
		.kimage_size = sizeof(struct kimage),
		.name = "none",
		.arch = "powerpc",
	};
	struct kernel *k = kernel_create(&config, &none);
	unsigned int cpu, block;

	fuzz_check(k, "no memory for a kernel");
	kernel_skip_times(k);
	kernel_switch(k);
	make_boot_tree();
	ok(kernel_set_boot_fdt(k, boot_tree, fdt_totalsize(boot_tree),
			       BOOT_FDT_PHYS));
	for (block = 0; block < SMALL_BLOCKS / 2; block++)
		ok(kernel_boot_memory(k, block * SMALL_BLOCK, SMALL_BLOCK, 0));
	for (cpu = 0; cpu < SMALL_CORES; cpu++)
		ok(kernel_set_cpu_possible(k, cpu, NOTES_START + cpu * 0x400));
	for (cpu = 0; cpu < SMALL_BOOT_CORES; cpu++) {
		ok(kernel_set_cpu_present(k, cpu, true));
		ok(kernel_boot_cpu(k, cpu));
	}
	kernel_set_vmcoreinfo(k, SMALL_VMCOREINFO);
	return k;
}

struct kernel *small_kernel(void)
{
	static struct kernel *kernel;

	if (!kernel)
		kernel = boot();
	return kernel;
}

void small_end(struct kernel *k, unsigned long allocs)
{
	fuzz_check(!kernel_report(k)->violations, "%s", kernel_violation(k, 0));
	fuzz_check(!kernel_live_mappings(k), "%lu mappings are left",
		   kernel_live_mappings(k));
	fuzz_check(!kernel_live_node_refs(k), "%lu references to nodes are left",
		   kernel_live_node_refs(k));
	fuzz_check(kernel_live_allocs(k) == allocs,
		   "%lu allocations are left", kernel_live_allocs(k) - allocs);
	kernel_clear_report(k);
}
