// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of CPUs. What a person says of a core becomes one event for each of
 * its threads, as the kernel sees it; which threads these are is kept in a
 * core_map. Where the map does not know better, the machine gets the event and
 * says why it cannot be.
 */
#include <libfdt.h>
#include <string.h>

#include "yaml_reader.h"

/* @cpu comes or goes, unless it is so already */
static int thread_event(struct yaml_reader *r, struct item *item,
			enum event_type type, unsigned int cpu)
{
	struct event *event = item_event(r, item, type);

	if (!event)
		return -1;
	event->u.cpu.cpu = cpu;
	core_map_set_online(&r->cores, cpu, type == EVENT_CPU_ONLINE);
	return 0;
}

static int core_event(struct yaml_reader *r, struct item *item,
		      enum event_type type, uint32_t core, unsigned int threads)
{
	struct event *event = item_event(r, item, type);

	if (!event)
		return -1;
	event->u.core.core = core;
	event->u.core.threads = threads;
	return 0;
}

/* those of @core's threads that @type changes, below thread number @end */
static int core_threads(struct yaml_reader *r, struct item *item,
			enum event_type type, const struct core *core,
			unsigned int begin, unsigned int end)
{
	bool online = type == EVENT_CPU_ONLINE;
	unsigned int i;

	for (i = begin; i < end && i < core->threads; i++)
		if (core_map_online(&r->cores, core->first + i) != online &&
		    thread_event(r, item, type, core->first + i))
			return -1;
	return 0;
}

static int core_text(struct yaml_reader *r, const struct event_kind *kind,
		     struct item *item, uint32_t id, const struct core *core)
{
	if (!core)
		return item_text(r, item, "%s core %u", kind->name, id);
	if (core->threads == 1)
		return item_text(r, item, "%s core %u (CPU %u)", kind->name,
				 id, core->first);
	return item_text(r, item, "%s core %u (CPUs %u-%u)", kind->name, id,
			 core->first, core->first + core->threads - 1);
}

int yaml_cpu_threads(struct yaml_reader *r, const struct event_kind *kind,
		     struct item *item, yaml_node_t *value)
{
	struct cpu_list list;
	char cpus[64];
	size_t i;

	if (yaml_cpus(r, value, kind->name, &list))
		return -1;
	for (i = 0; i < list.nr; i++)
		if (thread_event(r, item, kind->types[0], list.cpus[i]))
			return -1;
	cpus_text(list.cpus, list.nr, cpus, sizeof(cpus));
	return item_text(r, item, "%s %s", kind->name, cpus);
}

/**
 * struct named_cores - the cores that an item speaks of
 * @list: their ids, in the order in which they are written
 * @threads: of a new core; 0: as the others
 * @node: of a new core, and its caches; no bytes: after the model of another
 */
struct named_cores {
	struct cpu_list list;
	unsigned int threads;
	struct blob node;
};

/* its threads are those that its node says, of the first CPU node there is */
static int read_node(struct yaml_reader *r, const yaml_node_t *value,
		     struct named_cores *cores)
{
	int node, len = 0;

	if (yaml_tree(r, value, "node", &cores->node))
		return -1;
	node = fdt_node_offset_by_prop_value(cores->node.bytes, -1,
					     "device_type", "cpu", 4);
	if (node >= 0)
		fdt_getprop(cores->node.bytes, node,
			    "ibm,ppc-interrupt-server#s", &len);
	cores->threads = len < 8 ? 1 : (unsigned int)len / 4;
	return 0;
}

/* what only a core that arrives can have */
static int read_new_core(struct yaml_reader *r, const struct yaml_field *f,
			 struct named_cores *cores)
{
	uint64_t number;

	if (f[1].value && f[2].value)
		return yaml_wrong(r, f[1].value, "threads of a core whose node says them");
	if (f[2].value)
		return read_node(r, f[2].value, cores);
	if (f[1].value) {
		if (yaml_number(r, f[1].value, "threads", 1, 8, &number))
			return -1;
		cores->threads = (unsigned int)number;
	}
	return 0;
}

/* one id of 32 bits, or a list of smaller ones as of CPUs */
static int read_ids(struct yaml_reader *r, const struct event_kind *kind,
		    yaml_node_t *value, struct cpu_list *list)
{
	const char *text;
	uint64_t id;

	if (value->type == YAML_SEQUENCE_NODE)
		return yaml_cpus(r, value, kind->name, list);
	if (yaml_text(r, value, kind->name, &text))
		return -1;
	if (strpbrk(text, "-,") && text[0] != '-')
		return yaml_cpus(r, value, kind->name, list);
	if (yaml_number(r, value, kind->name, 0, UINT32_MAX, &id))
		return -1;
	list->cpus[0] = (unsigned int)id;
	list->nr = 1;
	return 0;
}

/* "8", "8-15", or "{core: 8, threads: 4}" */
static int read_cores(struct yaml_reader *r, const struct event_kind *kind,
		      yaml_node_t *value, struct named_cores *cores)
{
	struct yaml_field f[] = {
		{ .key = "core", .required = true },
		{ .key = "threads" },
		{ .key = "node" },
	};

	cores->threads = 0;
	cores->node = (struct blob){ 0 };
	if (value->type == YAML_MAPPING_NODE) {
		/* only a new core's threads are not known yet */
		if (yaml_fields(r, value, kind->name, f,
				kind->types[0] == EVENT_CPU_ADD ? 3 : 1) ||
		    read_new_core(r, f, cores))
			return -1;
		value = f[0].value;
	}
	return read_ids(r, kind, value, &cores->list);
}

/* one core has said its CPU numbers */
static int cores_text(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, const struct cpu_list *list)
{
	char ids[64];

	if (list->nr == 1)
		return 0;
	cpus_text(list->cpus, list->nr, ids, sizeof(ids));
	return item_text(r, item, "%s cores %s", kind->name, ids);
}

static int add_core(struct yaml_reader *r, const struct event_kind *kind,
		    struct item *item, const struct named_cores *cores,
		    uint32_t id)
{
	unsigned int threads = cores->threads;
	const struct core *core = NULL;
	struct event *event;

	if (core_event(r, item, EVENT_CPU_ADD, id, threads))
		return -1;
	event = &item->list->events[item->list->nr - 1];
	event->u.core.node = cores->node.bytes;
	event->u.core.node_size = cores->node.size;
	if (r->scenario->machine.arch == ARCH_POWERPC)
		core = core_map_add(&r->cores, id,
				    threads ? threads : r->cores.threads);
	/* DLPAR keeps to the SMT level (dlpar_online_cpu(), 6.12) */
	if (core && kind->nr_types == 2 &&
	    core_threads(r, item, EVENT_CPU_ONLINE, core, 0, r->cores.smt))
		return -1;
	return core_text(r, kind, item, id, core);
}

int yaml_cpu_add(struct yaml_reader *r, const struct event_kind *kind,
		 struct item *item, yaml_node_t *value)
{
	struct named_cores cores;
	size_t i;

	if (read_cores(r, kind, value, &cores))
		return -1;
	if (cores.node.bytes && r->scenario->machine.arch != ARCH_POWERPC)
		return yaml_wrong(r, value, "%s: node is for powerpc",
				  kind->name);
	for (i = 0; i < cores.list.nr; i++)
		if (add_core(r, kind, item, &cores, cores.list.cpus[i]))
			return -1;
	return cores_text(r, kind, item, &cores.list);
}

static int remove_core(struct yaml_reader *r, const struct event_kind *kind,
		       struct item *item, uint32_t id)
{
	const struct core *core = core_map_find(&r->cores, id);

	if (core && kind->nr_types == 2 &&
	    core_threads(r, item, EVENT_CPU_OFFLINE, core, 0, core->threads))
		return -1;
	if (core_event(r, item, EVENT_CPU_REMOVE, id, 0) ||
	    core_text(r, kind, item, id, core))
		return -1;
	core_map_remove(&r->cores, id);
	return 0;
}

int yaml_cpu_remove(struct yaml_reader *r, const struct event_kind *kind,
		    struct item *item, yaml_node_t *value)
{
	struct named_cores cores;
	size_t i;

	if (read_cores(r, kind, value, &cores))
		return -1;
	for (i = 0; i < cores.list.nr; i++)
		if (remove_core(r, kind, item, cores.list.cpus[i]))
			return -1;
	return cores_text(r, kind, item, &cores.list);
}

int yaml_core_threads(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, yaml_node_t *value)
{
	struct named_cores cores;
	size_t i;

	if (read_cores(r, kind, value, &cores))
		return -1;
	for (i = 0; i < cores.list.nr; i++) {
		uint32_t id = cores.list.cpus[i];
		const struct core *core = core_map_find(&r->cores, id);

		if (!core)
			return yaml_wrong(r, value, "%s: there is no core %u here",
					  kind->name, id);
		if (core_threads(r, item, kind->types[0], core, 0,
				 core->threads) ||
		    core_text(r, kind, item, id, core))
			return -1;
	}
	return cores_text(r, kind, item, &cores.list);
}

/*
 * The SMT switch: up or down, all CPUs in ascending order; a core that is
 * offline stays so (cpuhp_smt_enable(), cpuhp_smt_disable(), kernel/cpu.c, and
 * topology_is_core_online(), asm/topology.h, 6.12).
 */
int yaml_smt(struct yaml_reader *r, const struct event_kind *kind,
	     struct item *item, yaml_node_t *value)
{
	unsigned int old = r->cores.smt;
	uint64_t level;
	size_t i;

	if (yaml_number(r, value, kind->name, 1, r->cores.threads, &level))
		return -1;
	r->cores.smt = (unsigned int)level;
	for (i = 0; i < r->cores.nr; i++) {
		const struct core *core = &r->cores.cores[i];

		if (core_threads(r, item, EVENT_CPU_OFFLINE, core,
				 r->cores.smt, old))
			return -1;
		if (core_map_core_online(&r->cores, core) &&
		    core_threads(r, item, EVENT_CPU_ONLINE, core, old,
				 r->cores.smt))
			return -1;
	}
	return item_text(r, item, "smt %u", r->cores.smt);
}
