// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early boot of a powerpc capture kernel: does it find the CPU it runs on?
 *
 * Purgatory writes the hardware id of the crashing CPU into boot_cpuid_phys of
 * the FDT. early_init_dt_scan_cpus() (arch/powerpc/kernel/prom.c, 6.12) looks
 * for it in every node of device_type "cpu": "ibm,ppc-interrupt-server#s", or
 * "reg" where there is none. If no node has it, the kernel stops at a BUG()
 * long before there is a console: a silent hang.
 */
#include <stdlib.h>

#include <libfdt.h>

#include "early_boot.h"

struct cells cells_of(const struct fdt_prop *prop)
{
	if (!prop)
		return (struct cells){ 0 };
	return (struct cells){
		.next = prop->data,
		.end = (const uint8_t *)prop->data + prop->len,
	};
}

bool take_cells(struct cells *cells, unsigned int nr, uint64_t *value)
{
	if ((size_t)(cells->end - cells->next) < nr * sizeof(fdt32_t))
		return false;
	/* more than two cells: the upper ones fall off, as in of_read_number() */
	for (*value = 0; nr; nr--, cells->next += sizeof(fdt32_t))
		*value = *value << 32 |
			 fdt32_ld((const fdt32_t *)cells->next);
	return true;
}

/* --- hardware ids --------------------------------------------------------- */

/* sorted */
struct hwids {
	uint32_t *ids;
	size_t nr;
};

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool has_id(const struct hwids *hw, uint32_t id)
{
	return bsearch(&id, hw->ids, hw->nr, sizeof(id), compare_ids);
}

struct cells threads_of(const struct fdt_tree *tree, int node)
{
	const struct fdt_prop *prop;

	prop = fdt_tree_prop(tree, node, "ibm,ppc-interrupt-server#s");
	return cells_of(prop ? prop : fdt_tree_prop(tree, node, "reg"));
}

/* two passes: count the threads of all CPU nodes, then write them down */
static void add_threads(struct judging *j, const struct fdt_tree *tree,
			struct hwids *hw)
{
	char path[FDT_TREE_PATH];
	struct cells threads;
	uint64_t id;
	size_t before;
	int node;

	for (node = 0; node < tree->nr_nodes; node++) {
		if (!fdt_tree_prop_is(tree, node, "device_type", "cpu"))
			continue;
		before = hw->nr;
		threads = threads_of(tree, node);
		while (take_cells(&threads, 1, &id)) {
			if (hw->ids)
				hw->ids[hw->nr] = id;
			hw->nr++;
		}
		if (hw->ids && hw->nr == before)
			found(j, NOWHERE, I_FDTOK, VERDICT_STALE,
			      "%s is a CPU node without a thread",
			      fdt_tree_path(tree, node, path));
	}
}

static bool collect_ids(struct judging *j, const struct fdt_tree *tree,
			struct hwids *hw)
{
	*hw = (struct hwids){ 0 };
	add_threads(j, tree, hw);
	hw->ids = malloc((hw->nr + 1) * sizeof(*hw->ids));
	if (!hw->ids) {
		j->no_memory = true;
		return false;
	}
	hw->nr = 0;
	add_threads(j, tree, hw);
	qsort(hw->ids, hw->nr, sizeof(*hw->ids), compare_ids);
	return true;
}

/* smp_setup_cpu_maps() would make two CPUs of one */
static void judge_duplicates(struct judging *j, const struct hwids *hw)
{
	size_t i;

	for (i = 1; i < hw->nr; i++) {
		if (hw->ids[i] == hw->ids[i - 1])
			found(j, NOWHERE, I_FDTOK, VERDICT_STALE,
			      "hardware id %u is listed twice in the CPU nodes of the FDT",
			      hw->ids[i]);
	}
}

static void judge_cpu(struct judging *j, const struct view_cpu *cpu)
{
	bool may_crash = j->crash_cpu == JUDGE_ANY_CPU ? cpu->online :
			 j->crash_cpu == cpu->cpu;

	if (may_crash)
		found(j, NOWHERE, I_CPU, VERDICT_HANG,
		      "no CPU node of the FDT has CPU %u (hardware id %u): if it crashes, early boot fails to identify the boot CPU and hangs",
		      cpu->cpu, cpu->hwid);
	else if (cpu->online)
		found(j, NOWHERE, I_CPU, VERDICT_STALE,
		      "no CPU node of the FDT has CPU %u (hardware id %u), which is online",
		      cpu->cpu, cpu->hwid);
	else
		found(j, NOWHERE, I_CPU, REMARK,
		      "no CPU node of the FDT has CPU %u (hardware id %u), which is present but offline",
		      cpu->cpu, cpu->hwid);
}

static void judge_cpus(struct judging *j, const struct fdt_tree *tree,
		       const struct hwids *hw)
{
	uint32_t boot_id = fdt_boot_cpuid_phys(tree->fdt);
	const struct view_cpu *cpu;
	size_t i;

	if (!hw->nr)
		found(j, NOWHERE, I_CPU, VERDICT_HANG,
		      "the FDT has no CPU node: early boot fails to identify the boot CPU and hangs");
	else if (!has_id(hw, boot_id))
		found(j, NOWHERE, I_CPU, REMARK,
		      "boot_cpuid_phys is %u, which no CPU node of the FDT has; purgatory overwrites it",
		      boot_id);
	if (!j->machine->knows_cpus)
		return;
	for (i = 0; i < j->machine->nr_cpus; i++) {
		cpu = &j->machine->cpus[i];
		if (cpu->present && cpu->has_hwid && !has_id(hw, cpu->hwid))
			judge_cpu(j, cpu);
	}
}

/* --- the rest of the tree ------------------------------------------------- */

/* 1 is what early_init_dt_scan_root() falls back to */
static unsigned int root_cells(const struct fdt_tree *tree, const char *name)
{
	struct cells cells = cells_of(fdt_tree_prop(tree, 0, name));
	uint64_t value;

	return take_cells(&cells, 1, &value) && value <= 4 ? value : 1;
}

void judge_early_boot(struct judging *j, const struct fdt_tree *tree)
{
	struct cell_sizes sizes = {
		.address = root_cells(tree, "#address-cells"),
		.size = root_cells(tree, "#size-cells"),
	};
	struct hwids hw;

	if (!collect_ids(j, tree, &hw))
		return;
	judge_duplicates(j, &hw);
	judge_cpus(j, tree, &hw);
	free(hw.ids);
	judge_early_memory(j, tree, sizes);
	judge_header_place(j, tree, sizes);
}
