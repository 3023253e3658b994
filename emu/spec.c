// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a machine's description sound? One line says what is not, with the
 * number. What passes here is taken over into the machine.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine_private.h"
#include "tree.h"

#define DEFAULT_NR_CPUS 2048
#define MAX_NR_CPUS 65536
#define DEFAULT_MAX_RANGES 8192
#define MAX_RANGES (1u << 20)

static bool is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

static int take_limits(struct machine *m, const struct machine_spec *spec,
		       struct error *err)
{
	m->page_size = spec->page_size;
	if (m->page_size != 4096 && m->page_size != 65536)
		return fail(err, "page size %" PRIu64 " is neither 4096 nor 65536",
			    m->page_size);

	m->nr_cpu_ids = spec->nr_cpus ? spec->nr_cpus : DEFAULT_NR_CPUS;
	if (m->nr_cpu_ids > MAX_NR_CPUS)
		return fail(err, "NR_CPUS %u is more than %u", m->nr_cpu_ids,
			    MAX_NR_CPUS);

	m->nr_cpus_default = spec->nr_cpus_default;
	if (m->nr_cpus_default > MAX_NR_CPUS)
		return fail(err, "NR_CPUS_DEFAULT %u is more than %u",
			    m->nr_cpus_default, MAX_NR_CPUS);

	m->max_memory_ranges = spec->max_memory_ranges ?
			       spec->max_memory_ranges : DEFAULT_MAX_RANGES;
	if (m->max_memory_ranges > MAX_RANGES)
		return fail(err, "CRASH_MAX_MEMORY_RANGES %u is more than %u",
			    m->max_memory_ranges, MAX_RANGES);
	return 0;
}

/* the tree may have the last word on the block size, so this comes after it */
static int check_blocks(const struct machine *m, struct error *err)
{
	if (!is_power_of_two(m->section_size) ||
	    m->section_size < m->page_size)
		return fail(err, "section size 0x%" PRIx64 " is no power of two, or less than a page",
			    m->section_size);
	if (!is_power_of_two(m->block_size) ||
	    m->block_size % m->section_size)
		return fail(err, "memory block size 0x%" PRIx64 " is no power of two, or no multiple of the section size 0x%" PRIx64,
			    m->block_size, m->section_size);
	return 0;
}

static int take_region(struct machine *m, uint64_t start, uint64_t size,
		       struct view_range *region, struct error *err)
{
	if (!size)
		return 0;
	if ((start | size) & (m->page_size - 1))
		return fail(err, "crash kernel region 0x%" PRIx64 "+0x%" PRIx64 " is not page aligned",
			    start, size);
	if (start + (size - 1) < start)
		return fail(err, "crash kernel region 0x%" PRIx64 "+0x%" PRIx64 " wraps around",
			    start, size);
	*region = (struct view_range){ start, start + (size - 1) };
	if (view_ranges_intersects(&m->crashk, region->start, region->end))
		return fail(err, "crash kernel region 0x%" PRIx64 "-0x%" PRIx64 " overlaps the other one",
			    region->start, region->end);
	return view_ranges_add(&m->crashk, region->start, region->end) ?
	       fail(err, "out of memory") : 0;
}

static int take_crashk(struct machine *m, const struct machine_spec *spec,
		       struct error *err)
{
	if (spec->crashk_low_size && !spec->crashk_size)
		return fail(err, "a low crash kernel region at 0x%" PRIx64 " alone: images go into the other one",
			    spec->crashk_low_start);
	if (take_region(m, spec->crashk_start, spec->crashk_size,
			&m->crashk_main, err))
		return -1;
	return take_region(m, spec->crashk_low_start, spec->crashk_low_size,
			   &m->crashk_low, err);
}

static int compare_cpus(const void *a, const void *b)
{
	const struct view_cpu *x = a, *y = b;

	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

int spec_take_cpus(struct machine *m, const struct machine_spec *spec,
		   struct error *err)
{
	size_t i;

	m->cpus = calloc(spec->nr_cpu_specs, sizeof(*m->cpus));
	if (!m->cpus)
		return fail(err, "out of memory");
	m->nr_cpus = spec->nr_cpu_specs;
	for (i = 0; i < m->nr_cpus; i++) {
		const struct cpu_spec *s = &spec->cpus[i];

		m->cpus[i] = (struct view_cpu){
			.cpu = s->cpu,
			.present = s->present,
			.online = s->online,
			.notes = s->notes,
		};
	}
	qsort(m->cpus, m->nr_cpus, sizeof(*m->cpus), compare_cpus);
	return 0;
}

static int check_trees(const struct machine_spec *spec, struct error *err)
{
	if (spec->boot_fdt &&
	    tree_check(spec->boot_fdt, spec->boot_fdt_size, "boot FDT", err))
		return -1;
	if (spec->live_tree &&
	    tree_check(spec->live_tree, spec->live_tree_size, "live tree", err))
		return -1;
	return 0;
}

int spec_take(struct machine *m, const struct machine_spec *spec,
	      struct error *err)
{
	if (take_limits(m, spec, err) || check_trees(spec, err))
		return -1;

	m->arch = spec->arch;
	m->memmap_on_memory = spec->memmap_on_memory;
	m->no_crash_hotplug = spec->no_crash_hotplug;
	m->page_offset = spec->page_offset;
	m->cmdline = strdup(spec->cmdline ? spec->cmdline : "");
	if (!m->cmdline)
		return fail(err, "out of memory");
	m->section_size = spec->section_size ? spec->section_size :
					       m->ops->section_size;
	m->block_size = m->ops->block_size;
	m->threads = 1;
	m->rma_size = UINT64_MAX;

	if (m->ops->read_hardware(m, spec, err))
		return -1;
	if (spec->block_size)
		m->block_size = spec->block_size;
	return check_blocks(m, err) ? -1 : take_crashk(m, spec, err);
}
