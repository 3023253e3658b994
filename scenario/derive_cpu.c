// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU events between two states. A core went or arrived when only one of the
 * live trees has its node, or when the two nodes differ: DLPAR's differs from
 * firmware's. Without trees a CPU is a core.
 */
#include <stdlib.h>

#include "cpu_tree.h"
#include "derive.h"
#include "values.h"

static const struct cpu_spec *cpu_of(const struct capture_step *step,
				     unsigned int cpu)
{
	const struct machine_spec *m = &step->machine;
	size_t i;

	for (i = 0; i < m->nr_cpu_specs; i++)
		if (m->cpus[i].cpu == cpu)
			return &m->cpus[i];
	return NULL;
}

static const struct cpu_tree_node *node_of(const struct cpu_tree_node *nodes,
					   int nr, uint32_t id)
{
	int i;

	for (i = 0; i < nr; i++)
		if (nodes[i].core.id == id)
			return &nodes[i];
	return NULL;
}

/* nodes of @here that are not the same in @there; their number or -1 */
static int changed_nodes(struct derive *d, const struct capture_step *here,
			 const struct capture_step *there,
			 struct cpu_tree_node **changed)
{
	struct cpu_tree_node *nodes, *others;
	int i, nr, nr_others, nr_changed = 0;

	nr = cpu_tree_list(&here->tree, &d->pool, &nodes);
	nr_others = cpu_tree_list(&there->tree, &d->pool, &others);
	if (nr < 0 || nr_others < 0)
		return -1;
	for (i = 0; i < nr; i++) {
		const struct cpu_tree_node *other =
			node_of(others, nr_others, nodes[i].core.id);

		if (!other || !cpu_tree_same(here->tree.bytes, nodes[i].offset,
					     there->tree.bytes, other->offset))
			nodes[nr_changed++] = nodes[i];
	}
	*changed = nodes;
	return nr_changed;
}

/* CPUs that are in @set of @here and go with a core that is not in @there */
static int changed_cpus(struct derive *d, const struct capture_step *here,
			const struct capture_step *there, bool *set)
{
	const struct capture_facts *facts = facts_of(here);
	struct cpu_tree_node *nodes;
	int nr;
	size_t i;

	if (here->machine.arch != ARCH_POWERPC)
		return 0;
	nr = changed_nodes(d, here, there, &nodes);
	if (nr < 0)
		return -1;
	for (i = 0; i < facts->nr_cores; i++) {
		const struct core *core = &facts->cores[i];
		unsigned int t;

		if (!node_of(nodes, nr, core->id))
			continue;
		for (t = 0; t < core->threads; t++)
			set[core->first + t] = true;
	}
	return 0;
}

/* an event for each CPU online in @here and not all the time until @there */
static int online_events(struct derive *d, enum event_type type,
			 const struct capture_step *here,
			 const struct capture_step *there)
{
	bool changed[MAX_CPUS] = { false };
	size_t i;

	if (changed_cpus(d, here, there, changed))
		return -1;
	for (i = 0; i < here->machine.nr_cpu_specs; i++) {
		const struct cpu_spec *cpu = &here->machine.cpus[i];
		struct event *event;

		if (!cpu->online || (cpu_of(there, cpu->cpu)->online &&
				     !changed[cpu->cpu]))
			continue;
		event = derive_event(d, type);
		if (!event)
			return -1;
		event->u.cpu.cpu = cpu->cpu;
	}
	return 0;
}

int derive_cpus_offline(struct derive *d)
{
	return online_events(d, EVENT_CPU_OFFLINE, d->from, d->to);
}

int derive_cpus_online(struct derive *d)
{
	return online_events(d, EVENT_CPU_ONLINE, d->to, d->from);
}

/* CPUs that are present in @here only, each of them a core */
static int present_events(struct derive *d, enum event_type type,
			  const struct capture_step *here,
			  const struct capture_step *there)
{
	size_t i;

	for (i = 0; i < here->machine.nr_cpu_specs; i++) {
		const struct cpu_spec *cpu = &here->machine.cpus[i];
		struct event *event;

		if (!cpu->present || cpu_of(there, cpu->cpu)->present)
			continue;
		event = derive_event(d, type);
		if (!event)
			return -1;
		event->u.core.core = cpu->cpu;
		event->u.core.threads = 1;
	}
	return 0;
}

int derive_cores_gone(struct derive *d)
{
	struct cpu_tree_node *nodes;
	int i, nr;

	if (d->from->machine.arch != ARCH_POWERPC)
		return present_events(d, EVENT_CPU_REMOVE, d->from, d->to);
	nr = changed_nodes(d, d->from, d->to, &nodes);
	for (i = 0; i < nr; i++) {
		struct event *event = derive_event(d, EVENT_CPU_REMOVE);

		if (!event)
			return -1;
		event->u.core.core = nodes[i].core.id;
	}
	return nr < 0 ? -1 : 0;
}

int derive_cores_new(struct derive *d)
{
	struct cpu_tree_node *nodes;
	int i, nr;

	if (d->from->machine.arch != ARCH_POWERPC)
		return present_events(d, EVENT_CPU_ADD, d->to, d->from);
	nr = changed_nodes(d, d->to, d->from, &nodes);
	for (i = 0; i < nr; i++) {
		struct event *event = derive_event(d, EVENT_CPU_ADD);

		if (!event)
			return -1;
		event->u.core.core = nodes[i].core.id;
		event->u.core.threads = nodes[i].core.threads;
		event->u.core.node = cpu_tree_cut(d->to->tree.bytes,
						  nodes[i].offset,
						  &event->u.core.node_size);
		if (!event->u.core.node)
			return -1;
	}
	return nr < 0 ? -1 : 0;
}
