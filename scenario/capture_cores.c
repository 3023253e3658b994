// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which CPU numbers the cores of a captured machine have. No file says so; it
 * follows from the steps. At boot the kernel numbers cores in the order of its
 * tree (smp_setup_cpu_maps(), arch/powerpc/kernel/setup-common.c, 6.12), which
 * is the reverse of the order in which kexec_file_load() writes them into the
 * FDT; the order in the captured live tree is readdir's and means nothing. A
 * core keeps its numbers; one that arrives has those that are newly present.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "capture_reader.h"
#include "cpu_tree.h"
#include "fdt_sound.h"
#include "values.h"

static int by_id(const void *a, const void *b)
{
	const struct core *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static const struct core *find(const struct core *cores, size_t nr, uint32_t id)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (cores[i].id == id)
			return &cores[i];
	return NULL;
}

/* the nodes that DLPAR brought have their full name as a property */
static bool is_added(const struct blob *fdt, const struct cpu_tree_node *node)
{
	int len;
	const char *name = fdt_getprop(fdt->bytes, node->offset, "name", &len);

	return name && memchr(name, '@', (size_t)len);
}

/*
 * Put @cores into the order in which the kernel numbered them, if the FDT shows
 * it: firmware's against the FDT's order, then those that were added before
 * the capture began. Each of these went to the head of the live tree.
 */
static int boot_order(const struct capture_step *step, struct core *cores,
		      size_t nr)
{
	struct cpu_tree_node *nodes;
	size_t i, at = 0;
	int nr_nodes;

	if (!step->fdt.size || step->load.call != LOAD_KEXEC_FILE_LOAD ||
	    fdt_check_sound(step->fdt.bytes, step->fdt.size))
		return 0;
	nr_nodes = cpu_tree_list(&step->fdt, &facts_of(step)->pool, &nodes);
	if (nr_nodes < 0)
		return -1;
	if ((size_t)nr_nodes != nr)
		return 0;
	for (i = 0; i < nr; i++)
		if (!find(cores, nr, nodes[i].core.id))
			return 0;

	for (i = nr; i--;)
		if (!is_added(&step->fdt, &nodes[i]))
			cores[at++] = nodes[i].core;
	for (i = 0; i < nr; i++)
		if (is_added(&step->fdt, &nodes[i]))
			cores[at++] = nodes[i].core;
	return 0;
}

/* which CPU numbers are present: into @set, of MAX_CPUS */
static void present_cpus(const struct machine_spec *m, bool *set)
{
	size_t i;

	memset(set, 0, MAX_CPUS * sizeof(*set));
	for (i = 0; i < m->nr_cpu_specs; i++)
		set[m->cpus[i].cpu] = m->cpus[i].present;
}

/* take @core's numbers out of @set; false when not all of them are in it */
static bool take(bool *set, const struct core *core)
{
	unsigned int i;

	if (core->threads > MAX_CPUS - core->first)
		return false;
	for (i = 0; i < core->threads; i++)
		if (!set[core->first + i])
			return false;
	memset(&set[core->first], 0, core->threads * sizeof(*set));
	return true;
}

/* number cores by what is left in @set, ascending; false when too few are */
static bool hand_out(bool *set, struct core *cores, size_t nr)
{
	unsigned int cpu = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		while (cpu < MAX_CPUS && !set[cpu])
			cpu++;
		cores[i].first = cpu;
		if (!take(set, &cores[i]))
			return false;
	}
	return true;
}

/*
 * The @nr cores of @nodes into @cores: first those that @old has as well and
 * that are still where they were, then the others. The number of the former.
 */
static size_t keep_cores(const struct capture_facts *old,
			 const struct cpu_tree_node *nodes, size_t nr,
			 bool *set, struct core *cores)
{
	size_t kept = 0, others = nr, i;

	for (i = 0; i < nr; i++) {
		const struct core *core = &nodes[i].core, *was = NULL;

		if (old)
			was = find(old->cores, old->nr_cores, core->id);
		if (was && was->threads == core->threads && take(set, was))
			cores[kept++] = *was;
		else
			cores[--others] = *core;
	}
	return kept;
}

static int number_step(struct capture_step *step,
		       const struct capture_step *before)
{
	struct capture_facts *facts = facts_of(step);
	struct cpu_tree_node *nodes;
	int nr = cpu_tree_list(&step->tree, &facts->pool, &nodes);
	bool set[MAX_CPUS];
	struct core *cores;
	size_t kept;

	if (nr < 0)
		return -1;
	cores = pool_alloc(&facts->pool, (size_t)nr * sizeof(*cores));
	if (!cores)
		return -1;

	present_cpus(&step->machine, set);
	kept = keep_cores(before ? facts_of(before) : NULL, nodes, (size_t)nr,
			  set, cores);
	qsort(&cores[kept], (size_t)nr - kept, sizeof(*cores), by_id);
	if (!before && boot_order(step, cores, (size_t)nr))
		return -1;
	if (!hand_out(set, &cores[kept], (size_t)nr - kept)) {
		/* unexplained; in most machines the order is the same */
		present_cpus(&step->machine, set);
		qsort(cores, (size_t)nr, sizeof(*cores), by_id);
		if (!hand_out(set, cores, (size_t)nr))
			return 0;
	}
	facts->cores = cores;
	facts->nr_cores = (size_t)nr;
	return cpu_tree_sort(&step->tree, cores, (size_t)nr, &facts->pool);
}

int number_cores(struct capture *c, struct error *err)
{
	const struct capture_step *before = NULL;
	size_t i;

	for (i = 0; i < c->nr_steps; i++) {
		struct capture_step *step = &c->steps[i];

		if (!step->has_state || step->machine.arch != ARCH_POWERPC)
			continue;
		if (number_step(step, before))
			return fail(err, "%s/%s: out of memory", c->dir,
				    step->name);
		step->machine.boot_fdt = step->tree.bytes;
		step->machine.boot_fdt_size = step->tree.size;
		before = step;
	}
	return 0;
}
