// SPDX-License-Identifier: GPL-2.0-only
/* A small pSeries: its tree, its kernel, and what changes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pseries.h"

#define TREE_SIZE (8 * MiB)
#define TREE_SPACE (64 * 1024)
#define BOOT_FDT_PHYS 0x1f00000ULL
#define NOTES_START 0x7c00000ULL
#define L2_PHANDLE 0x2000
#define HOST_PAGE 4096

/* --- the tree ------------------------------------------------------------ */

static void ok(int ret)
{
	if (ret < 0)
		fail_msg("libfdt: %s", fdt_strerror(ret));
}

static void put_string(void *fdt, const char *name, const char *value)
{
	ok(fdt_property_string(fdt, name, value));
}

static void put_regs(void *fdt, const struct pseries_config *c, u64 start,
		     u64 size)
{
	u8 reg[16];

	if (c->one_cell) {
		put_unaligned_be32(start, reg);
		put_unaligned_be32(size, reg + 4);
		ok(fdt_property(fdt, "reg", reg, 8));
	} else {
		put_unaligned_be64(start, reg);
		put_unaligned_be64(size, reg + 8);
		ok(fdt_property(fdt, "reg", reg, 16));
	}
}

static void put_l2(void *fdt, unsigned int core)
{
	char name[32];

	snprintf(name, sizeof(name), "l2-cache@%x", L2_PHANDLE + core);
	ok(fdt_begin_node(fdt, name));
	put_string(fdt, "device_type", "cache");
	ok(fdt_property_u32(fdt, "reg", L2_PHANDLE + core));
	ok(fdt_property_u32(fdt, "d-cache-size", 0x80000));
	ok(fdt_property(fdt, "cache-unified", NULL, 0));
	ok(fdt_property_u32(fdt, "phandle", L2_PHANDLE + core));
	ok(fdt_end_node(fdt));
}

/* @hot: as configure-connector delivers it, with a name that it brings along */
static void put_cpu(void *fdt, const struct pseries_config *c,
		    unsigned int core, bool hot)
{
	const unsigned int hwid = core * c->smt;
	static const u8 features[] = { 1, 0, 0 };
	char name[32];
	unsigned int i;
	__be32 *threads;
	void *p;

	snprintf(name, sizeof(name), "PowerPC,POWER9@%x", hwid);
	ok(fdt_begin_node(fdt, name));
	put_string(fdt, "device_type", "cpu");
	ok(fdt_property_u32(fdt, "reg", hwid));
	ok(fdt_property_placeholder(fdt, "ibm,ppc-interrupt-server#s",
				    c->smt * sizeof(*threads), &p));
	for (i = 0, threads = p; i < c->smt; i++)
		threads[i] = cpu_to_be32(hwid + i);
	ok(fdt_property(fdt, "64-bit", NULL, 0));
	ok(fdt_property(fdt, "ibm,pi-features", features, sizeof(features)));
	ok(fdt_property_u32(fdt, "clock-frequency", 1000000000));
	if (c->caches)
		ok(fdt_property_u32(fdt, "l2-cache", L2_PHANDLE + core));
	ok(fdt_property_u32(fdt, "ibm,my-drc-index", 0x10000000 + hwid));
	if (c->put_in_cpu)
		c->put_in_cpu(fdt);
	if (hot)
		put_string(fdt, "name", name);
	ok(fdt_end_node(fdt));
}

static void put_core(void *fdt, const struct pseries_config *c,
		     unsigned int core, bool hot)
{
	put_cpu(fdt, c, core, hot);
	if (c->caches)
		put_l2(fdt, core);
}

static void put_cpus(void *fdt, const struct pseries_config *c)
{
	unsigned int core;

	ok(fdt_begin_node(fdt, "cpus"));
	ok(fdt_property_u32(fdt, "#address-cells", 1));
	ok(fdt_property_u32(fdt, "#size-cells", 0));
	for (core = 0; core < c->boot_cores; core++)
		put_core(fdt, c, core, false);
	ok(fdt_end_node(fdt));
}

static void put_memory(void *fdt, const struct pseries_config *c)
{
	struct crash_mem *mem = ranges_parse(c->memory, 0);
	char name[32];
	unsigned int i;

	for (i = 0; i < mem->nr_ranges; i++) {
		const struct range *r = &mem->ranges[i];

		snprintf(name, sizeof(name), "memory@%llx", r->start);
		ok(fdt_begin_node(fdt, name));
		put_string(fdt, "device_type", "memory");
		put_regs(fdt, c, r->start, r->end - r->start + 1);
		ok(fdt_end_node(fdt));
	}
	kvfree(mem);
}

/* PAPR: (address, drc index, reserved, associativity, flags) of each LMB, or
 * (how many, address, drc index, associativity, flags) of each run of LMBs
 */
static void put_lmbs(void *fdt, const struct pseries_config *c)
{
	unsigned int i, nr = c->lmbs_v1 ? c->nr_lmbs : 1;
	__be32 *cell;
	void *p;

	ok(fdt_begin_node(fdt, "ibm,dynamic-reconfiguration-memory"));
	ok(fdt_property_u64(fdt, "ibm,lmb-size", c->lmb_size));
	ok(fdt_property_placeholder(fdt, c->lmbs_v1 ?
				    "ibm,dynamic-memory" :
				    "ibm,dynamic-memory-v2",
				    (1 + nr * 6) * sizeof(*cell), &p));
	cell = p;
	*cell++ = cpu_to_be32(nr);
	for (i = 0; i < nr; i++) {
		const u64 addr = i * c->lmb_size;

		if (!c->lmbs_v1)
			*cell++ = cpu_to_be32(c->nr_lmbs);
		*cell++ = cpu_to_be32(addr >> 32);
		*cell++ = cpu_to_be32(addr);
		*cell++ = cpu_to_be32(0x80000000 + i);
		if (c->lmbs_v1)
			*cell++ = 0;
		*cell++ = 0;
		*cell++ = cpu_to_be32(DRCONF_MEM_ASSIGNED);
	}
	ok(fdt_end_node(fdt));
}

static void put_chosen(void *fdt)
{
	ok(fdt_begin_node(fdt, "chosen"));
	put_string(fdt, "bootargs", "root=/dev/vda2 crashkernel=256M");
	ok(fdt_property_u64(fdt, "linux,initrd-start", PSERIES_OLD_INITRD_START));
	ok(fdt_property_u64(fdt, "linux,initrd-end",
			    PSERIES_OLD_INITRD_START + PSERIES_OLD_INITRD_SIZE));
	ok(fdt_end_node(fdt));
}

static void put_rtas(void *fdt)
{
	ok(fdt_begin_node(fdt, "rtas"));
	ok(fdt_property_u32(fdt, "linux,rtas-base", PSERIES_RTAS_START));
	ok(fdt_property_u32(fdt, "rtas-size", PSERIES_RTAS_SIZE));
	ok(fdt_end_node(fdt));
}

static void *make_tree(const struct pseries_config *c)
{
	void *fdt = malloc(TREE_SIZE);
	int size;

	ok(fdt_create(fdt, TREE_SIZE));
	ok(fdt_add_reservemap_entry(fdt, PSERIES_OLD_INITRD_START,
				    PSERIES_OLD_INITRD_SIZE));
	ok(fdt_finish_reservemap(fdt));
	ok(fdt_begin_node(fdt, ""));
	put_string(fdt, "compatible", "IBM,pSeries");
	put_string(fdt, "device_type", "chrp");
	ok(fdt_property_u32(fdt, "#address-cells", c->one_cell ? 1 : 2));
	ok(fdt_property_u32(fdt, "#size-cells", c->one_cell ? 1 : 2));
	if (!c->chosen_last)
		put_chosen(fdt);
	put_cpus(fdt, c);
	if (c->chosen_last)
		put_chosen(fdt);
	put_memory(fdt, c);
	if (c->nr_lmbs)
		put_lmbs(fdt, c);
	if (!c->no_rtas)
		put_rtas(fdt);
	ok(fdt_end_node(fdt));
	ok(fdt_finish(fdt));

	ok(fdt_open_into(fdt, fdt, fdt_totalsize(fdt) + TREE_SPACE));
	if (c->edit_tree)
		c->edit_tree(fdt);
	ok(fdt_pack(fdt));
	/* it reserves itself, this entry of 16 bytes included */
	size = fdt_totalsize(fdt) + 16;
	ok(fdt_open_into(fdt, fdt, size));
	ok(fdt_add_mem_rsv(fdt, BOOT_FDT_PHYS, size));
	return fdt;
}

/* --- booting ------------------------------------------------------------- */

static void *map(void *ctx, u64 phys, u64 size)
{
	struct pseries *p = ctx;
	const u64 start = p->config.crashk_start;

	if (phys < start || size > PSERIES_BACKED ||
	    phys - start > PSERIES_BACKED - size)
		return NULL;
	return p->crashk + (phys - start);
}

static void fill_in_defaults(struct pseries_config *c)
{
	c->page_shift = c->page_shift ?: 16;
	c->max_memory_ranges = c->max_memory_ranges ?: 2048;
	c->block_size = c->block_size ?: PSERIES_BLOCK;
	c->crashk_start = c->crashk_start ?: PSERIES_CRASHK_START;
	c->lmb_size = c->lmb_size ?: 256 * MiB;
	c->memory = c->memory ?: "0-7fffffff";
	c->smt = c->smt ?: 1;
	c->possible_cores = c->possible_cores ?: 8;
	c->boot_cores = c->boot_cores ?: 1;
	c->selector = c->selector ?: "dt_offset";
	c->selector_at = c->selector_at ?: 0x250;
}

static void boot_memory(struct pseries *p)
{
	struct crash_mem *mem = ranges_parse(p->config.memory, 0);
	unsigned int i;

	for (i = 0; i < mem->nr_ranges; i++) {
		const struct range *r = &mem->ranges[i];

		assert_errno("boot memory", 0,
			     kernel_boot_memory(p->kernel, r->start,
						r->end - r->start + 1, i));
	}
	kvfree(mem);
}

static void boot_cpus(struct pseries *p)
{
	const struct pseries_config *c = &p->config;
	unsigned int cpu;

	for (cpu = 0; cpu < c->possible_cores * c->smt; cpu++)
		assert_errno("possible CPU", 0,
			     kernel_set_cpu_possible(p->kernel, cpu,
						     NOTES_START + cpu * 0x400));
	for (cpu = 0; cpu < c->boot_cores * c->smt; cpu++) {
		assert_errno("present CPU", 0,
			     kernel_set_cpu_present(p->kernel, cpu, true));
		assert_errno("boot CPU", 0, kernel_boot_cpu(p->kernel, cpu));
	}
}

struct pseries *pseries_boot(const struct pseries_config *config,
			     const struct handler_module *handlers)
{
	struct pseries *p = calloc(1, sizeof(*p));
	struct kernel_config kc = { .section_shift = 24, .map = map, .ctx = p };
	void *fdt;

	p->config = *config;
	fill_in_defaults(&p->config);
	p->backing = calloc(1, PSERIES_BACKED + HOST_PAGE);
	p->crashk = (u8 *)ALIGN((unsigned long)p->backing, HOST_PAGE);
	p->elfcorehdr = -1;
	p->fdt = -1;

	kc.page_shift = p->config.page_shift;
	kc.block_size = p->config.block_size;
	kc.smt = p->config.smt;
	kc.nr_cpus = max(p->config.possible_cores * p->config.smt, 2048U);
	kc.max_memory_ranges = p->config.max_memory_ranges;
	p->kernel = kernel_create(&kc, handlers ?: &handler_module_core_powerpc);
	assert_non_null(p->kernel);
	kernel_switch(p->kernel);

	fdt = make_tree(&p->config);
	assert_errno("boot FDT", 0,
		     kernel_set_boot_fdt(p->kernel, fdt, fdt_totalsize(fdt),
					 BOOT_FDT_PHYS));
	free(fdt);
	boot_memory(p);
	boot_cpus(p);
	kernel_set_vmcoreinfo(p->kernel, PSERIES_VMCOREINFO);
	kernel_set_crashk(p->kernel, p->config.crashk_start,
			  p->config.crashk_start + PSERIES_CRASHK_SIZE - 1);
	return p;
}

void pseries_check(struct pseries *p, const char *what)
{
	if (kernel_report(p->kernel)->violations)
		fail_msg("%s: %s", what, kernel_violation(p->kernel, 0));
	assert_u64("mappings still held", 0, kernel_live_mappings(p->kernel));
	assert_u64("nodes still held", 0, kernel_live_node_refs(p->kernel));
	assert_u64("allocations never freed", 0, kernel_lost_allocs(p->kernel, p->image));
}

void pseries_shutdown(struct pseries *p)
{
	pseries_unload(p);
	pseries_check(p, "at shutdown");
	kernel_destroy(p->kernel);
	free(p->backing);
	free(p);
}

/* --- the machine changes ------------------------------------------------- */

void pseries_attach_nodes(struct pseries *p, unsigned int core)
{
	u8 fdt[4096] __attribute__((__aligned__(8)));
	int node;

	ok(fdt_create(fdt, sizeof(fdt)));
	ok(fdt_finish_reservemap(fdt));
	ok(fdt_begin_node(fdt, ""));
	put_core(fdt, &p->config, core, true);
	ok(fdt_end_node(fdt));
	ok(fdt_finish(fdt));

	fdt_for_each_subnode(node, fdt, 0)
		assert_errno("attach a node", 0,
			     kernel_attach_node(p->kernel, "/cpus", fdt, node));
}

void pseries_attach_core(struct pseries *p, unsigned int core)
{
	unsigned int i;

	pseries_attach_nodes(p, core);
	for (i = 0; i < p->config.smt; i++)
		assert_errno("CPU present", 0,
			     kernel_set_cpu_present(p->kernel,
						    core * p->config.smt + i,
						    true));
}

void pseries_detach_nodes(struct pseries *p, unsigned int core)
{
	char path[64];

	snprintf(path, sizeof(path), "/cpus/PowerPC,POWER9@%x",
		 core * p->config.smt);
	assert_errno(path, 0, kernel_detach_node(p->kernel, path));
	if (!p->config.caches)
		return;
	snprintf(path, sizeof(path), "/cpus/l2-cache@%x", L2_PHANDLE + core);
	assert_errno(path, 0, kernel_detach_node(p->kernel, path));
}

void pseries_detach_core(struct pseries *p, unsigned int core)
{
	unsigned int i;

	for (i = 0; i < p->config.smt; i++)
		assert_errno("CPU absent", 0,
			     kernel_set_cpu_present(p->kernel,
						    core * p->config.smt + i,
						    false));
	pseries_detach_nodes(p, core);
}

void pseries_add_core(struct pseries *p, unsigned int core)
{
	unsigned int i;

	pseries_attach_core(p, core);
	for (i = 0; i < p->config.smt; i++)
		assert_errno("CPU up", 0,
			     kernel_cpu_up(p->kernel, core * p->config.smt + i,
					   false));
}

void pseries_remove_core(struct pseries *p, unsigned int core)
{
	unsigned int i;

	for (i = 0; i < p->config.smt; i++)
		assert_errno("CPU down", 0,
			     kernel_cpu_down(p->kernel,
					     core * p->config.smt + i));
	pseries_detach_core(p, core);
}

void pseries_online(struct pseries *p, u64 block)
{
	assert_errno("online", 0, kernel_online_block(p->kernel, block, 0));
}

void pseries_offline(struct pseries *p, u64 block)
{
	assert_errno("offline", 0, kernel_offline_block(p->kernel, block, 0));
}

void pseries_online_lost(struct pseries *p, u64 block)
{
	assert_true(kernel_kexec_trylock(p->kernel));
	pseries_online(p, block);
	kernel_kexec_unlock(p->kernel);
}

void pseries_offline_lost(struct pseries *p, u64 block)
{
	assert_true(kernel_kexec_trylock(p->kernel));
	pseries_offline(p, block);
	kernel_kexec_unlock(p->kernel);
}

void pseries_add_memory(struct pseries *p, u64 start, u64 size)
{
	u64 block;

	assert_errno("add memory", 0,
		     kernel_add_memory(p->kernel, start, size, 0));
	for (block = start; block < start + size; block += p->config.block_size)
		pseries_online(p, block);
}

void pseries_remove_memory(struct pseries *p, u64 start, u64 size)
{
	u64 block;

	for (block = start; block < start + size; block += p->config.block_size)
		pseries_offline(p, block);
	assert_errno("remove memory", 0,
		     kernel_remove_memory(p->kernel, start, size));
}
