// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a description to a machine whose kernel has booted: memory, blocks,
 * CPUs, and what the kernel itself occupies.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "machine_private.h"

/* crash notes are this far apart: none crosses a page */
#define NOTES_STRIDE 1024
#define NOTES_FROM (1ULL << 30)
/* on powerpc the kernel itself is below */
#define NOTES_NOT_BELOW (64ULL << 20)

/* include/linux/vmcore_info.h: two note headers, "VMCOREINFO", one page */
#define VMCOREINFO_NOTE(page_size) (2 * 12 + 12 + (page_size))

/* --- memory ------------------------------------------------------------------------ */

static int check_memory(const struct machine *m, const struct memory_spec *mem,
			struct error *err)
{
	uint64_t end = mem->start + (mem->size - 1);

	if (!mem->size)
		return fail(err, "memory at 0x%" PRIx64 " has no bytes",
			    mem->start);
	if (!m->ops->odd_memory &&
	    (mem->start | mem->size) & (m->page_size - 1))
		return fail(err, "memory 0x%" PRIx64 "+0x%" PRIx64 " is not page aligned",
			    mem->start, mem->size);
	if (end < mem->start || end >= m->ops->max_phys)
		return fail(err, "memory 0x%" PRIx64 "+0x%" PRIx64 " ends beyond 0x%" PRIx64,
			    mem->start, mem->size, m->ops->max_phys);
	if (view_ranges_intersects(&m->ram, mem->start, end))
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 " overlaps other memory",
			    mem->start, end);
	return 0;
}

static int boot_memory(struct machine *m, const struct memory_spec *mem,
		       struct error *err)
{
	uint64_t end = mem->start + (mem->size - 1);
	int ret;

	if (check_memory(m, mem, err))
		return -1;
	if (view_ranges_add(&m->ram, mem->start, end) ||
	    view_ranges_add(&m->online, mem->start, end))
		return fail(err, "out of memory");
	ret = kernel_boot_memory(m->kernel, mem->start, mem->size, mem->nid);
	if (!ret)
		ret = kernel_insert_system_ram(m->kernel, mem->start, end);
	if (ret)
		return fail(err, "memory 0x%" PRIx64 "-0x%" PRIx64 ": %s",
			    mem->start, end, machine_strerror(ret));
	return 0;
}

/* offline from the start; nothing is loaded yet that could follow */
static int boot_block(struct machine *m, const struct block_spec *block,
		      struct view_ranges *seen, struct error *err)
{
	uint64_t end = block->start + (m->block_size - 1);
	int ret;

	if (block->start & (m->block_size - 1))
		return fail(err, "memory block at 0x%" PRIx64 " is not aligned to its size 0x%" PRIx64,
			    block->start, m->block_size);
	if (!view_ranges_intersects(&m->ram, block->start, end))
		return fail(err, "memory block at 0x%" PRIx64 " has no memory",
			    block->start);
	if (view_ranges_intersects(seen, block->start, end))
		return fail(err, "memory block at 0x%" PRIx64 " is given twice",
			    block->start);
	if (view_ranges_add(seen, block->start, end))
		return fail(err, "out of memory");
	if (block->online)
		return 0;

	if (!view_ranges_contains(&m->ram, block->start, end))
		return fail(err, "memory block at 0x%" PRIx64 " has a hole and cannot be offline",
			    block->start);
	ret = kernel_offline_block(m->kernel, block->start, 0);
	if (!ret)
		ret = view_ranges_remove(&m->online, block->start, end);
	if (ret)
		return fail(err, "memory block at 0x%" PRIx64 ": %s",
			    block->start, machine_strerror(ret));
	return 0;
}

static int boot_blocks(struct machine *m, const struct machine_spec *spec,
		       struct error *err)
{
	struct view_ranges seen = { 0 };
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < spec->nr_blocks; i++)
		ret = boot_block(m, &spec->blocks[i], &seen, err);
	view_ranges_free(&seen);
	return ret;
}

/* --- what the kernel keeps for itself ----------------------------------------- */

/* is all of @r memory, and online? */
static int check_kept(const struct machine *m, const struct view_range *r,
		      const char *what, struct error *err)
{
	if (!view_ranges_contains(&m->ram, r->start, r->end))
		return fail(err, "%s 0x%" PRIx64 "-0x%" PRIx64 " is not all memory",
			    what, r->start, r->end);
	if (!view_ranges_contains(&m->online, r->start, r->end))
		return fail(err, "%s 0x%" PRIx64 "-0x%" PRIx64 " is not all online",
			    what, r->start, r->end);
	return 0;
}

static int boot_crashk(struct machine *m, struct error *err)
{
	const struct view_range *high = &m->crashk_main, *low = &m->crashk_low;
	size_t i;

	for (i = 0; i < m->crashk.nr; i++)
		if (check_kept(m, &m->crashk.r[i], "crash kernel region", err))
			return -1;
	if (high->end)
		kernel_set_crashk(m->kernel, high->start, high->end);
	if (low->end)
		kernel_set_crashk_low(m->kernel, low->start, low->end);
	return 0;
}

static int boot_text(struct machine *m, struct error *err)
{
	const struct view_text *t = &m->text;
	struct view_range r = { t->phys, t->phys + (t->size - 1) };

	if (!t->size)
		return 0;
	if (r.end < r.start)
		return fail(err, "kernel image 0x%" PRIx64 "+0x%" PRIx64 " wraps around",
			    t->phys, t->size);
	if (check_kept(m, &r, "kernel image", err))
		return -1;
	if (view_ranges_intersects(&m->crashk, r.start, r.end))
		return fail(err, "kernel image 0x%" PRIx64 "-0x%" PRIx64 " overlaps the crash kernel region",
			    r.start, r.end);
	kernel_set_text(m->kernel, t->phys, t->virt, t->size);
	return 0;
}

/* the lowest place for @size bytes at or above @from, not in @used */
static bool find_place(const struct machine *m, const struct view_ranges *used,
		       uint64_t from, uint64_t size, uint64_t align,
		       uint64_t *place)
{
	size_t i, j;

	for (i = 0; i < m->online.nr; i++) {
		uint64_t at = m->online.r[i].start;

		if (at < from)
			at = from;
		at = ALIGN(at, align);
		for (j = 0; j < used->nr; j++)
			if (at <= used->r[j].end &&
			    at + (size - 1) >= used->r[j].start)
				at = ALIGN(used->r[j].end + 1, align);
		if (view_ranges_contains(&m->online, at, at + (size - 1))) {
			*place = at;
			return true;
		}
	}
	return false;
}

/* notes lie above 1 GiB where the machine is that large, else where they fit */
static int choose_place(struct machine *m, struct view_ranges *used,
			uint64_t size, uint64_t align, uint64_t *place,
			struct error *err)
{
	if (!find_place(m, used, NOTES_FROM, size, align, place) &&
	    !find_place(m, used, NOTES_NOT_BELOW, size, align, place))
		return fail(err, "no room for %" PRIu64 " bytes of crash notes in online memory",
			    size);
	return view_ranges_add(used, *place, *place + (size - 1)) ?
	       fail(err, "out of memory") : 0;
}

/* what notes must keep clear of: the crash kernel, firmware, the kernel, each
 * other
 */
static int used_memory(struct machine *m, struct view_ranges *used)
{
	size_t i;
	int ret;

	ret = view_ranges_copy(used, &m->reserved);
	for (i = 0; !ret && i < m->crashk.nr; i++)
		ret = view_ranges_add(used, m->crashk.r[i].start,
				      m->crashk.r[i].end);
	if (!ret && m->kernel_end)
		ret = view_ranges_add(used, m->kernel_start,
				      m->kernel_end - 1);
	return ret;
}

static int place_notes(struct machine *m, struct error *err)
{
	uint64_t size = VMCOREINFO_NOTE(m->page_size), area, chosen = 0;
	struct view_ranges used = { 0 };
	int ret = 0;
	size_t i;

	for (i = 0; i < m->nr_cpus; i++)
		chosen += !m->cpus[i].notes;
	if (used_memory(m, &used)) {
		view_ranges_free(&used);
		return fail(err, "out of memory");
	}
	if (chosen)
		ret = choose_place(m, &used, chosen * NOTES_STRIDE,
				   m->page_size, &area, err);
	if (!ret && !m->vmcoreinfo)
		ret = choose_place(m, &used, size, m->page_size,
				   &m->vmcoreinfo, err);
	view_ranges_free(&used);

	for (i = 0; !ret && i < m->nr_cpus; i++) {
		struct view_cpu *c = &m->cpus[i];

		if (!c->notes) {
			c->notes = area;
			area += NOTES_STRIDE;
		}
		if (view_ranges_add(&m->notes, c->notes,
				    c->notes + (m->ops->notes_size - 1)))
			ret = fail(err, "out of memory");
	}
	if (!ret && view_ranges_add(&m->notes, m->vmcoreinfo,
				    m->vmcoreinfo + (size - 1)))
		ret = fail(err, "out of memory");
	return ret;
}

/* --- CPUs ----------------------------------------------------------------------------- */

static int check_cpus(const struct machine *m, struct error *err)
{
	size_t i, online = 0;

	for (i = 0; i < m->nr_cpus; i++) {
		const struct view_cpu *c = &m->cpus[i];

		if (c->cpu >= m->nr_cpu_ids)
			return fail(err, "CPU %u is not below NR_CPUS, which is %u",
				    c->cpu, m->nr_cpu_ids);
		if (i && c->cpu == m->cpus[i - 1].cpu)
			return fail(err, "CPU %u is given twice", c->cpu);
		if (c->online && !c->present)
			return fail(err, "CPU %u is online but not present",
				    c->cpu);
		online += c->online;
	}
	return online ? 0 : fail(err, "no CPU is online");
}

static int boot_cpus(struct machine *m, struct error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < m->nr_cpus; i++) {
		const struct view_cpu *c = &m->cpus[i];

		ret = kernel_set_cpu_possible(m->kernel, c->cpu, c->notes);
		if (!ret)
			ret = kernel_set_cpu_present(m->kernel, c->cpu,
						     c->present);
		if (!ret && c->online)
			ret = kernel_boot_cpu(m->kernel, c->cpu);
		if (ret)
			return fail(err, "CPU %u: %s", c->cpu,
				    machine_strerror(ret));
	}
	return 0;
}

/* --- all of it ------------------------------------------------------------------------ */

static void *map_phys(void *ctx, u64 phys, u64 size)
{
	struct machine *m = ctx;

	return physmem_map(&m->phys, phys, size);
}

static int make_kernel(struct machine *m, struct error *err)
{
	struct kernel_config config = {
		.page_shift = __builtin_ctzll(m->page_size),
		.section_shift = __builtin_ctzll(m->section_size),
		.block_size = m->block_size,
		.nr_cpus = m->nr_cpu_ids,
		.nr_cpus_default = m->nr_cpus_default,
		.smt = m->threads,
		.max_memory_ranges = m->max_memory_ranges,
		.page_offset = m->page_offset,
		.map = map_phys,
		.ctx = m,
	};

	m->kernel = kernel_create(&config, m->handlers);
	if (!m->kernel)
		return fail(err, "cannot make a kernel with %" PRIu64 "-byte pages, sections of 0x%" PRIx64 ", blocks of 0x%" PRIx64 " and %u CPUs",
			    m->page_size, m->section_size, m->block_size,
			    m->nr_cpu_ids);
	return 0;
}

/*
 * Where firmware left the boot FDT: nothing depends on it but a memory
 * reservation that loading drops when it names just this place and size. The
 * last page is none that a kernel would use.
 */
static int boot_trees(struct machine *m, const struct machine_spec *spec,
		      struct error *err)
{
	uint64_t phys = m->ops->max_phys - m->page_size;
	int ret;

	if (!spec->boot_fdt)
		return 0;
	ret = kernel_set_boot_fdt(m->kernel, spec->boot_fdt,
				  spec->boot_fdt_size, phys);
	if (!ret && spec->live_tree)
		ret = kernel_set_live_tree(m->kernel, spec->live_tree,
					   spec->live_tree_size);
	return ret ? fail(err, "device tree: %s", machine_strerror(ret)) : 0;
}

int machine_boot(struct machine *m, const struct machine_spec *spec,
		 const struct memory_spec *memory, size_t nr_memory,
		 struct error *err)
{
	size_t i;

	if (make_kernel(m, err) || boot_trees(m, spec, err))
		return -1;
	if (!nr_memory)
		return fail(err, "the machine has no memory");
	for (i = 0; i < nr_memory; i++)
		if (boot_memory(m, &memory[i], err))
			return -1;
	if (boot_blocks(m, spec, err) || boot_crashk(m, err) ||
	    boot_text(m, err))
		return -1;

	m->vmcoreinfo = spec->vmcoreinfo;
	if (check_cpus(m, err) || place_notes(m, err) || boot_cpus(m, err))
		return -1;
	kernel_set_vmcoreinfo(m->kernel, m->vmcoreinfo);
	kernel_clear_report(m->kernel);
	return 0;
}
