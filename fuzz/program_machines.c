// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines that programs are about: small, as every input makes some, and
 * with something of each kind. Crash notes are in the block below the area.
 */
#include "program.h"
#include "program_trees.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

#define NR(array) (sizeof(array) / sizeof(array[0]))

static const struct memory_spec pc_memory[] = {
	{ 0x1000, 60 * 1024, 0 },	/* kexec-tools keeps a copy */
	{ MIB, 1151 * MIB, 0 },
	{ 4 * GIB, 256 * MIB, 1 },
};

static const struct cpu_spec pc_cpus[] = {
	{ .cpu = 0, .present = true, .online = true },
	{ .cpu = 1, .present = true, .online = true },
	{ .cpu = 2, .present = true, .online = true },
	{ .cpu = 3 }, { .cpu = 4 }, { .cpu = 5 },
};

#define CPU(n, there) { .cpu = (n), .present = (there), .online = (there) }
#define EIGHT(n, there) \
	CPU(n, there), CPU((n) + 1, there), CPU((n) + 2, there), \
	CPU((n) + 3, there), CPU((n) + 4, there), CPU((n) + 5, there), \
	CPU((n) + 6, there), CPU((n) + 7, there)

static const struct cpu_spec server_cpus[] = {
	EIGHT(0, true), EIGHT(8, false), EIGHT(16, false), EIGHT(24, false),
	EIGHT(32, false), EIGHT(40, false), EIGHT(48, false), EIGHT(56, false),
	EIGHT(64, false), EIGHT(72, false),
};

static const struct program_machine machines[] = {
	{
		.name = "pseries",
		.spec = {
			.arch = ARCH_POWERPC,
			.boot_fdt = tree_pseries,
			.boot_fdt_size = sizeof(tree_pseries),
			.page_size = 4096,
			.block_size = 256 * MIB,
			.nr_cpus = 16,
			.max_memory_ranges = 16,
			.crashk_start = 256 * MIB,
			.crashk_size = 256 * MIB,
		},
		.cores = 4,
		.threads = 2,
		.area = GIB + 256 * MIB,
		.area_blocks = 9,
	},
	{
		.name = "powernv",
		.spec = {
			.arch = ARCH_POWERPC,
			.boot_fdt = tree_powernv,
			.boot_fdt_size = sizeof(tree_powernv),
			.page_size = 4096,
			.block_size = 256 * MIB,
			.nr_cpus = 16,
			.max_memory_ranges = 16,
			.crashk_start = 512 * MIB,
			.crashk_size = 256 * MIB,
		},
		.threads = 4,
		.area = GIB + 256 * MIB,
		.area_blocks = 15,
	},
	{
		.name = "pc",
		.spec = {
			.arch = ARCH_X86_64,
			.page_size = 4096,
			.block_size = 128 * MIB,
			.nr_cpus = 16,
			.nr_cpus_default = 8,
			.max_memory_ranges = 16,
			.crashk_start = 512 * MIB,
			.crashk_size = 256 * MIB,
			.memory = pc_memory,
			.nr_memory = NR(pc_memory),
			.cpus = pc_cpus,
			.nr_cpu_specs = NR(pc_cpus),
		},
		.cores = NR(pc_cpus),
		.threads = 1,
		.area = 4 * GIB,
		.area_blocks = 8,
	},
	{
		.name = "pseries-smt8",
		.spec = {
			.arch = ARCH_POWERPC,
			.boot_fdt = tree_pseries_smt8,
			.boot_fdt_size = sizeof(tree_pseries_smt8),
			.page_size = 4096,
			.block_size = 256 * MIB,
			.nr_cpus = 64,
			.max_memory_ranges = 32,
			.crashk_start = 256 * MIB,
			.crashk_size = 256 * MIB,
		},
		.cores = 8,
		.threads = 8,
		.area = GIB + 256 * MIB,
		.area_blocks = 19,
	},
	{
		.name = "pseries-1t",
		.spec = {
			.arch = ARCH_POWERPC,
			.boot_fdt = tree_pseries_1t,
			.boot_fdt_size = sizeof(tree_pseries_1t),
			.page_size = 4096,
			.block_size = GIB,
			.nr_cpus = 16,
			.max_memory_ranges = 16,
			.crashk_start = 256 * MIB,
			.crashk_size = 256 * MIB,
		},
		.cores = 2,
		.threads = 2,
		.area = 2 * GIB,
		.area_blocks = 8,
	},
	{
		/* more CPUs may come than most kernels are configured for */
		.name = "server",
		.spec = {
			.arch = ARCH_X86_64,
			.page_size = 4096,
			.block_size = 128 * MIB,
			.nr_cpus = 80,
			.nr_cpus_default = 32,
			.max_memory_ranges = 8,
			.crashk_start = 512 * MIB,
			.crashk_size = 256 * MIB,
			.memory = pc_memory,
			.nr_memory = NR(pc_memory),
			.cpus = server_cpus,
			.nr_cpu_specs = NR(server_cpus),
		},
		.cores = NR(server_cpus),
		.threads = 1,
		.area = 4 * GIB,
		.area_blocks = 8,
	},
};

const size_t program_nr_machines = NR(machines);

const struct program_machine *program_machine(size_t i)
{
	return &machines[i];
}
