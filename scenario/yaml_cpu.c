// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of CPUs. What a person says of a core becomes one event for each of
 * its threads, as the kernel sees it; which threads these are is kept in a
 * core_map. Where the map does not know better, the machine gets the event and
 * says why it cannot be.
 */
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

/* "8" or "{core: 8, threads: 4}" */
static int read_core(struct yaml_reader *r, const struct event_kind *kind,
		     yaml_node_t *value, uint32_t *id, unsigned int *threads)
{
	struct yaml_field f[] = {
		{ .key = "core", .required = true },
		{ .key = "threads" },
	};
	uint64_t number;

	*threads = 0;
	if (value->type == YAML_MAPPING_NODE) {
		/* only a new core's threads are not known yet */
		if (yaml_fields(r, value, kind->name, f,
				kind->types[0] == EVENT_CPU_ADD ? 2 : 1))
			return -1;
		if (f[1].value) {
			if (yaml_number(r, f[1].value, "threads", 1, 8, &number))
				return -1;
			*threads = (unsigned int)number;
		}
		value = f[0].value;
	}
	if (yaml_number(r, value, kind->name, 0, UINT32_MAX, &number))
		return -1;
	*id = (uint32_t)number;
	return 0;
}

int yaml_cpu_add(struct yaml_reader *r, const struct event_kind *kind,
		 struct item *item, yaml_node_t *value)
{
	const struct core *core = NULL;
	unsigned int threads;
	uint32_t id;

	if (read_core(r, kind, value, &id, &threads) ||
	    core_event(r, item, EVENT_CPU_ADD, id, threads))
		return -1;
	if (r->scenario->machine.arch == ARCH_POWERPC)
		core = core_map_add(&r->cores, id,
				    threads ? threads : r->cores.threads);
	/* DLPAR keeps to the SMT level (dlpar_online_cpu(), 6.12) */
	if (core && kind->nr_types == 2 &&
	    core_threads(r, item, EVENT_CPU_ONLINE, core, 0, r->cores.smt))
		return -1;
	return core_text(r, kind, item, id, core);
}

int yaml_cpu_remove(struct yaml_reader *r, const struct event_kind *kind,
		    struct item *item, yaml_node_t *value)
{
	const struct core *core;
	unsigned int threads;
	uint32_t id;

	if (read_core(r, kind, value, &id, &threads))
		return -1;
	core = core_map_find(&r->cores, id);
	if (core && kind->nr_types == 2 &&
	    core_threads(r, item, EVENT_CPU_OFFLINE, core, 0, core->threads))
		return -1;
	if (core_event(r, item, EVENT_CPU_REMOVE, id, 0) ||
	    core_text(r, kind, item, id, core))
		return -1;
	core_map_remove(&r->cores, id);
	return 0;
}

int yaml_core_threads(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, yaml_node_t *value)
{
	const struct core *core;
	unsigned int threads;
	uint32_t id;

	if (read_core(r, kind, value, &id, &threads))
		return -1;
	core = core_map_find(&r->cores, id);
	if (!core)
		return yaml_wrong(r, value, "%s: there is no core %u here",
				  kind->name, id);
	if (core_threads(r, item, kind->types[0], core, 0, core->threads))
		return -1;
	return core_text(r, kind, item, id, core);
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
