// SPDX-License-Identifier: GPL-2.0-only
/* The CPU numbers of cores, at boot and as they come and go. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "core_map.h"

/* cells of a property, NULL when it is not there */
static const fdt32_t *cells(const void *tree, int node, const char *name,
			    unsigned int *nr)
{
	int len = 0;
	const fdt32_t *prop = fdt_getprop(tree, node, name, &len);

	*nr = prop ? (unsigned int)len / sizeof(*prop) : 0;
	return *nr ? prop : NULL;
}

static bool is_cpu(const void *tree, int node)
{
	const char *type = fdt_getprop(tree, node, "device_type", NULL);

	return type && !strcmp(type, "cpu");
}

static bool available(const void *tree, int node)
{
	const char *status = fdt_getprop(tree, node, "status", NULL);

	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

/* how many CPUs the partition may ever have, by firmware's word; 0: unknown */
static unsigned int partition_cpus(const void *tree, unsigned int threads)
{
	int rtas = fdt_path_offset(tree, "/rtas");
	int at = fdt_address_cells(tree, 0) + fdt_size_cells(tree, 0);
	const fdt32_t *capacity;
	uint64_t cpus;
	unsigned int nr;

	if (rtas < 0 || at < 0)
		return 0;
	capacity = cells(tree, rtas, "ibm,lrdr-capacity", &nr);
	if (!capacity || nr <= (unsigned int)at)
		return 0;
	cpus = (uint64_t)fdt32_ld(&capacity[at]) * threads;
	return cpus > UINT32_MAX ? UINT32_MAX : (unsigned int)cpus;
}

static int boot_cores(struct core_map *map, const void *tree,
		      unsigned int nr_cpus)
{
	int cpus = fdt_path_offset(tree, "/cpus"), node;
	unsigned int next = 0, nr, i;
	const fdt32_t *reg;

	if (cpus < 0)
		return 0;
	fdt_for_each_subnode(node, tree, cpus) {
		struct core *more;

		reg = cells(tree, node, "reg", &nr);
		if (!is_cpu(tree, node) || !reg)
			continue;
		if (!cells(tree, node, "ibm,ppc-interrupt-server#s", &nr))
			nr = 1;
		if (nr > nr_cpus - next)
			break;
		map->threads = nr;
		if (available(tree, node)) {
			more = realloc(map->cores,
				       (map->nr + 1) * sizeof(*more));
			if (!more)
				return -1;
			map->cores = more;
			map->cores[map->nr++] = (struct core){
				.id = fdt32_ld(reg),
				.first = next,
				.threads = nr,
			};
			for (i = 0; i < nr; i++)
				map->present[next + i] = true;
		}
		next += nr;
	}
	map->possible = next;
	return 0;
}

static int alloc_cpus(struct core_map *map, unsigned int nr)
{
	*map = (struct core_map){ .threads = 1, .smt = 1 };
	map->present = calloc(nr, sizeof(*map->present));
	map->online = calloc(nr, sizeof(*map->online));
	if (map->present && map->online)
		return 0;
	core_map_free(map);
	return -1;
}

int core_map_flat(struct core_map *map, unsigned int possible)
{
	if (alloc_cpus(map, possible))
		return -1;
	map->possible = possible;
	memset(map->present, true, possible);
	memset(map->online, true, possible);
	return 0;
}

int core_map_boot(struct core_map *map, const void *tree, unsigned int nr_cpus)
{
	unsigned int most;

	if (alloc_cpus(map, nr_cpus))
		return -1;
	if (boot_cores(map, tree, nr_cpus)) {
		core_map_free(map);
		return -1;
	}
	memcpy(map->online, map->present, nr_cpus * sizeof(bool));

	most = partition_cpus(tree, map->threads);
	if (most > nr_cpus)
		most = nr_cpus;
	if (most > map->possible)
		map->possible = most;
	map->smt = map->threads;
	return 0;
}

void core_map_free(struct core_map *map)
{
	free(map->cores);
	free(map->present);
	free(map->online);
	*map = (struct core_map){ 0 };
}

const struct core *core_map_find(const struct core_map *map, uint32_t id)
{
	size_t i;

	for (i = 0; i < map->nr; i++)
		if (map->cores[i].id == id)
			return &map->cores[i];
	return NULL;
}

/* the lowest free run of @threads numbers, aligned; map->possible if none */
static unsigned int free_run(const struct core_map *map, unsigned int threads)
{
	unsigned int first, i;

	for (first = 0; threads <= map->possible - first; first += threads) {
		for (i = 0; i < threads && !map->present[first + i]; i++)
			;
		if (i == threads)
			return first;
	}
	return map->possible;
}

const struct core *core_map_add(struct core_map *map, uint32_t id,
				unsigned int threads)
{
	struct core *more;
	unsigned int first, i;
	size_t at;

	if (!threads || core_map_find(map, id))
		return NULL;
	first = free_run(map, threads);
	if (first == map->possible)
		return NULL;
	more = realloc(map->cores, (map->nr + 1) * sizeof(*more));
	if (!more)
		return NULL;

	map->cores = more;
	for (at = map->nr; at && more[at - 1].first > first; at--)
		more[at] = more[at - 1];
	more[at] = (struct core){ id, first, threads };
	map->nr++;
	for (i = 0; i < threads; i++)
		map->present[first + i] = true;
	return &more[at];
}

void core_map_remove(struct core_map *map, uint32_t id)
{
	const struct core *core = core_map_find(map, id);
	unsigned int i;
	size_t at;

	if (!core)
		return;
	for (i = 0; i < core->threads; i++) {
		map->present[core->first + i] = false;
		map->online[core->first + i] = false;
	}
	at = (size_t)(core - map->cores);
	memmove(&map->cores[at], &map->cores[at + 1],
		(map->nr - at - 1) * sizeof(*core));
	map->nr--;
}

bool core_map_online(const struct core_map *map, unsigned int cpu)
{
	return cpu < map->possible && map->online[cpu];
}

bool core_map_core_online(const struct core_map *map, const struct core *core)
{
	unsigned int i;

	for (i = 0; i < core->threads; i++)
		if (core_map_online(map, core->first + i))
			return true;
	return false;
}

void core_map_set_online(struct core_map *map, unsigned int cpu, bool online)
{
	if (cpu < map->possible)
		map->online[cpu] = online;
}
