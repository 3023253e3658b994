/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU numbers a core's threads have, so that a scenario can speak of
 * cores. The kernel's rules: at boot the cores are numbered in the tree's
 * order (smp_setup_cpu_maps(), arch/powerpc/kernel/setup-common.c, 6.12); a
 * core that is added takes the lowest free run of numbers that is aligned to
 * its threads (find_cpu_id_range(), platforms/pseries/hotplug-cpu.c). Of the
 * latter's preference for numbers that its NUMA node had before, nothing is
 * known here.
 */
#ifndef SCENARIO_CORE_MAP_H
#define SCENARIO_CORE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core {
	uint32_t id;		/* its node's "reg" */
	unsigned int first;	/* CPU number of its first thread */
	unsigned int threads;
};

/**
 * struct core_map - cores and their CPUs
 * @cores: ascending by their CPU numbers
 * @threads: of a core, unless said otherwise
 * @smt: so many threads of each core may be online, the SMT level
 * @possible: CPU numbers are below this
 * @present, @online: by CPU number
 */
struct core_map {
	struct core *cores;
	size_t nr;
	unsigned int threads;
	unsigned int smt;
	unsigned int possible;
	bool *present;
	bool *online;
};

/* the cores of @tree, all online, where CONFIG_NR_CPUS is @nr_cpus; 0 or -1 */
int core_map_boot(struct core_map *map, const void *tree, unsigned int nr_cpus);
/* no cores that are known: @possible CPUs, all present and online; 0 or -1 */
int core_map_flat(struct core_map *map, unsigned int possible);
void core_map_free(struct core_map *map);

/* NULL: no such core; no room for it, or it is there already */
const struct core *core_map_find(const struct core_map *map, uint32_t id);
const struct core *core_map_add(struct core_map *map, uint32_t id,
				unsigned int threads);
void core_map_remove(struct core_map *map, uint32_t id);

bool core_map_online(const struct core_map *map, unsigned int cpu);
/* any thread of it */
bool core_map_core_online(const struct core_map *map, const struct core *core);
void core_map_set_online(struct core_map *map, unsigned int cpu, bool online);

#endif /* SCENARIO_CORE_MAP_H */
