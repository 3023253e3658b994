// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: which number a thread gets from the kernel, at boot and when its
 * core arrives; the device tree when cores come and go.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch_powerpc.h"
#include "cpu_node.h"
#include "tree.h"

/* --- at boot --------------------------------------------------------------------- */

struct thread {
	uint32_t hwid;
	bool available;
};

/* all threads, in the order of the document; their number, or -1 */
static int collect_threads(const void *fdt, struct thread **threads,
			   struct error *err)
{
	int offset = -1, nr = 0, max = 0;
	struct thread *t = NULL, *new;
	struct cpu_node node;
	unsigned int i;

	while ((offset = cpu_node_next(fdt, offset)) >= 0) {
		if (cpu_node_read(fdt, offset, &node, err))
			goto fail;
		if (nr + CPU_NODE_MAX_THREADS > max) {
			max = 2 * max + CPU_NODE_MAX_THREADS;
			new = realloc(t, max * sizeof(*t));
			if (!new) {
				fail(err, "out of memory");
				goto fail;
			}
			t = new;
		}
		for (i = 0; i < node.nr_threads; i++)
			t[nr++] = (struct thread){ node.thread[i],
						   node.available };
	}
	*threads = t;
	return nr;
fail:
	free(t);
	return -1;
}

/* how many CPUs the partition may ever have, 0 when firmware does not say */
static unsigned int max_cpus(const struct machine *m, const void *fdt)
{
	int len, rtas = fdt_path_offset(fdt, "/rtas");
	struct tree_cells c;
	const fdt32_t *p;
	uint64_t cpus;

	if (rtas < 0 || tree_root_cells(fdt, &c, NULL))
		return 0;
	p = fdt_getprop(fdt, rtas, "ibm,lrdr-capacity", &len);
	if (!p || len < 4 * (c.addr + c.size + 1))
		return 0;
	cpus = (uint64_t)fdt32_ld(p + c.addr + c.size) * m->threads;
	return cpus < m->nr_cpu_ids ? cpus : m->nr_cpu_ids;
}

/*
 * smp_setup_cpu_maps(), arch/powerpc/kernel/setup-common.c, 6.12: numbers go
 * up in the order of the document; what is beyond nr_cpu_ids gets none.
 */
static int number_by_tree(struct machine *m, const void *fdt,
			  const struct thread *threads, unsigned int nr,
			  struct error *err)
{
	unsigned int i, possible = max_cpus(m, fdt);

	if (nr > m->nr_cpu_ids)
		nr = m->nr_cpu_ids;
	if (possible < nr)
		possible = nr;

	m->cpus = calloc(possible, sizeof(*m->cpus));
	if (!m->cpus)
		return fail(err, "out of memory");
	m->nr_cpus = possible;
	for (i = 0; i < possible; i++)
		m->cpus[i].cpu = i;
	for (i = 0; i < nr; i++) {
		m->cpus[i].present = threads[i].available;
		m->cpus[i].online = threads[i].available;
		m->cpus[i].has_hwid = true;
		m->cpus[i].hwid = threads[i].hwid;
	}
	return 0;
}

/*
 * Numbers are given, and belong to the tree's threads in the order of the tree:
 * whoever describes a machine whose cores came in another order puts its CPU
 * nodes in the order of their numbers.
 */
static int match_threads(struct machine *m, const struct thread *threads,
			 unsigned int nr, struct error *err)
{
	unsigned int next = 0;
	size_t i;

	for (i = 0; i < m->nr_cpus; i++) {
		struct view_cpu *c = &m->cpus[i];

		if (!c->present)
			continue;
		if (next == nr)
			return fail(err, "CPU %u is present, but the device tree has only %u threads",
				    c->cpu, nr);
		c->hwid = threads[next++].hwid;
		c->has_hwid = true;
	}
	return 0;
}

int powerpc_number_cpus(struct machine *m, const struct machine_spec *spec,
			struct error *err)
{
	const void *fdt = spec->live_tree ? spec->live_tree : spec->boot_fdt;
	struct thread *threads = NULL;
	int ret, nr = collect_threads(fdt, &threads, err);

	if (nr < 0)
		return -1;
	if (!spec->nr_cpu_specs) {
		ret = number_by_tree(m, fdt, threads, nr, err);
	} else {
		ret = spec_take_cpus(m, spec, err);
		if (!ret)
			ret = match_threads(m, threads, nr, err);
	}
	free(threads);
	return ret;
}

/* --- a core arrives ------------------------------------------------------------- */

/*
 * find_cpu_id_range(), arch/powerpc/platforms/pseries/hotplug-cpu.c, 6.12: the
 * lowest run of free numbers that starts at a multiple of the threads. That
 * numbers once used on a NUMA node are preferred there is not followed.
 */
static int find_numbers(struct machine *m, unsigned int nr_threads)
{
	unsigned int first, i;

	for (first = 0; first < m->nr_cpu_ids; first += nr_threads) {
		for (i = 0; i < nr_threads; i++) {
			const struct view_cpu *c = machine_cpu(m, first + i);

			if (!c || c->present)
				break;
		}
		if (i == nr_threads)
			return first;
	}
	return -1;
}

static void set_present(struct machine *m, unsigned int cpu, bool present,
			uint32_t hwid)
{
	struct view_cpu *c = machine_cpu(m, cpu);

	kernel_set_cpu_present(m->kernel, cpu, present);
	c->present = present;
	c->has_hwid = present;
	c->hwid = present ? hwid : 0;
}

/* attach all children of the root: the CPU node and its caches; how many */
static int attach_children(struct machine *m, const void *fdt,
			   struct error *err)
{
	int child, ret, nr = 0;

	fdt_for_each_subnode(child, fdt, 0) {
		ret = kernel_attach_node(m->kernel, "/cpus", fdt, child);
		if (ret)
			return fail(err, "cannot attach node %s: %s",
				    fdt_get_name(fdt, child, NULL),
				    machine_strerror(ret));
		nr++;
	}
	return nr;
}

/* is the core of the tree @fdt new to the machine? */
static int check_new_core(struct machine *m, const void *live, const void *fdt,
			  struct cpu_node *node, struct error *err)
{
	char path[96];
	unsigned int i;
	int child, offset = cpu_node_next(fdt, -1);

	if (offset < 0)
		return fail(err, "the tree of the new core has no CPU node");
	if (cpu_node_read(fdt, offset, node, err))
		return -1;
	for (i = 0; i < node->nr_threads; i++)
		if (cpu_node_find(live, node->thread[i]) >= 0)
			return fail(err, "core 0x%" PRIx32 " cannot arrive: a thread with hardware id 0x%" PRIx32 " is there",
				    node->reg, node->thread[i]);
	fdt_for_each_subnode(child, fdt, 0) {
		snprintf(path, sizeof(path), "/cpus/%s",
			 fdt_get_name(fdt, child, NULL));
		if (fdt_path_offset(live, path) >= 0)
			return fail(err, "core 0x%" PRIx32 " cannot arrive: node %s is there",
				    node->reg, path);
	}
	return find_numbers(m, node->nr_threads) >= 0 ? 0 :
	       fail(err, "core 0x%" PRIx32 " cannot arrive: no %u free CPU numbers in a row",
		    node->reg, node->nr_threads);
}

static int attach_core(struct machine *m, const void *fdt, struct error *err)
{
	const void *live = machine_tree(m);
	struct cpu_node node;
	unsigned int i;
	int first;

	if (!live)
		return fail(err, "out of memory");
	if (check_new_core(m, live, fdt, &node, err))
		return -1;
	first = find_numbers(m, node.nr_threads);
	if (attach_children(m, fdt, err) < 0)
		return -1;
	for (i = 0; i < node.nr_threads; i++)
		set_present(m, first + i, true, node.thread[i]);
	return 0;
}

static int add_given(struct machine *m, const struct event *event,
		     struct error *err)
{
	const void *fdt = event->u.core.node;
	struct cpu_node node;
	int offset;

	if (tree_check(fdt, event->u.core.node_size, "tree of the new core",
		       err))
		return -1;
	offset = cpu_node_next(fdt, -1);
	if (offset >= 0 && !cpu_node_read(fdt, offset, &node, NULL) &&
	    node.reg != event->u.core.core)
		return fail(err, "core 0x%" PRIx32 " arrives with the node of core 0x%" PRIx32,
			    event->u.core.core, node.reg);
	return attach_core(m, fdt, err);
}

int powerpc_core_add(struct machine *m, const struct event *event,
		     struct error *err)
{
	unsigned int threads = event->u.core.threads;
	const void *live = machine_tree(m);
	size_t size;
	void *fdt;
	int ret;

	if (event->u.core.node)
		return add_given(m, event, err);
	if (!live)
		return fail(err, "out of memory");
	if (!threads)
		threads = m->threads;
	if (threads > CPU_NODE_MAX_THREADS)
		return fail(err, "core 0x%" PRIx32 " cannot have %u threads, more than %d",
			    event->u.core.core, threads, CPU_NODE_MAX_THREADS);

	fdt = cpu_node_clone(live, cpu_node_next(live, -1), event->u.core.core,
			     threads, &size, err);
	if (!fdt)
		return -1;
	ret = attach_core(m, fdt, err);
	free(fdt);
	return ret;
}

/* --- a core goes ----------------------------------------------------------------- */

static struct view_cpu *find_hwid(struct machine *m, uint32_t hwid)
{
	size_t i;

	for (i = 0; i < m->nr_cpus; i++)
		if (m->cpus[i].has_hwid && m->cpus[i].hwid == hwid)
			return &m->cpus[i];
	return NULL;
}

static int check_offline_threads(struct machine *m, const struct cpu_node *node,
				 struct error *err)
{
	unsigned int i;

	for (i = 0; i < node->nr_threads; i++) {
		const struct view_cpu *c = find_hwid(m, node->thread[i]);

		if (c && c->online)
			return fail(err, "core 0x%" PRIx32 " cannot go: CPU %u is online",
				    node->reg, c->cpu);
	}
	return 0;
}

#define MAX_CACHES 4

/* the core's node, and then the caches that were its own alone */
static int detach_core(struct machine *m, const void *live, int offset,
		       struct error *err)
{
	char path[MAX_CACHES + 1][256];
	int node[MAX_CACHES + 1], ret;
	size_t i, nr;

	node[0] = offset;
	nr = 1 + cpu_node_private_caches(live, offset, node + 1, MAX_CACHES);
	for (i = 0; i < nr; i++)
		if (fdt_get_path(live, node[i], path[i], sizeof(path[i])))
			return fail(err, "path of node %s is too long",
				    fdt_get_name(live, node[i], NULL));
	for (i = 0; i < nr; i++) {
		ret = kernel_detach_node(m->kernel, path[i]);
		if (ret)
			return fail(err, "cannot detach %s: %s", path[i],
				    machine_strerror(ret));
	}
	return 0;
}

int powerpc_core_remove(struct machine *m, const struct event *event,
			struct error *err)
{
	const void *live = machine_tree(m);
	struct cpu_node node;
	unsigned int i;
	int offset;

	if (!live)
		return fail(err, "out of memory");
	offset = cpu_node_find(live, event->u.core.core);
	if (offset < 0 || cpu_node_read(live, offset, &node, NULL) ||
	    (node.reg != event->u.core.core &&
	     node.thread[0] != event->u.core.core))
		return fail(err, "core 0x%" PRIx32 " cannot go: it is not there",
			    event->u.core.core);
	if (check_offline_threads(m, &node, err) ||
	    detach_core(m, live, offset, err))
		return -1;

	for (i = 0; i < node.nr_threads; i++) {
		const struct view_cpu *c = find_hwid(m, node.thread[i]);

		if (c)
			set_present(m, c->cpu, false, 0);
	}
	return 0;
}
