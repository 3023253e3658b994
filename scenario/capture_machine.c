// SPDX-License-Identifier: GPL-2.0-only
/* The machine at one step, out of the manifest: memory, blocks, CPUs. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "capture_reader.h"
#include "fdt_sound.h"
#include "values.h"

/* sizes of Elf64_Ehdr and Elf64_Phdr */
#define EHDR_SIZE 64
#define PHDR_SIZE 56
/* CONFIG_CRASH_MAX_MEMORY_RANGES unless somebody changed it (Kconfig.kexec) */
#define X86_MEMORY_RANGES 8192

static int no_line(const struct place *at, const char *text, const char *form)
{
	return place_wrong(at, "\"%.60s\" is not %s", text, form);
}

/* "   0: 0x0000000000000000..0x000000007fffffff    0 NONE"; node "x": none */
static int memblock_line(const struct place *at, struct memory_spec *memory)
{
	const char *text, *p;
	uint64_t index, end, nid = 0;

	if (place_text(at, &text))
		return -1;
	p = parse_leading(text + strspn(text, " "), 10, &index);
	if (p && !strncmp(p, ": ", 2))
		p = parse_leading(p + 2, 0, &memory->start);
	if (p && !strncmp(p, "..", 2)) {
		p = parse_leading(p + 2, 0, &end);
		if (p)
			p += strspn(p, " ");
		if (p && *p != 'x')
			p = parse_leading(p, 10, &nid);
		if (p && end >= memory->start && end - memory->start < UINT64_MAX &&
		    nid <= INT16_MAX) {
			memory->size = end - memory->start + 1;
			memory->nid = (int)nid;
			return 0;
		}
	}
	return no_line(at, text, "\"N: 0xSTART..0xEND NODE FLAGS\"");
}

/* "  00100000-3ffdefff : System RAM"; whether it is such a line of memory */
static bool ram_line(const char *text, struct memory_spec *memory)
{
	uint64_t end;
	const char *p = parse_leading(text + strspn(text, " "), 16,
				     &memory->start);

	if (!p || *p != '-')
		return false;
	p = parse_leading(p + 1, 16, &end);
	if (!p || strncmp(p, " : System RAM", 13) || end < memory->start ||
	    end - memory->start == UINT64_MAX)
		return false;
	memory->size = end - memory->start + 1;
	memory->nid = 0;
	return true;
}

static int add_memory(const struct place *at, struct machine_spec *m,
		      struct memory_spec *memory, const struct memory_spec *new)
{
	if (m->nr_memory) {
		const struct memory_spec *last = &memory[m->nr_memory - 1];

		/* nested System RAM (kmem) is in its parent already */
		if (new->start >= last->start &&
		    new->start - last->start < last->size &&
		    m->arch == ARCH_X86_64)
			return 0;
		if (new->start < last->start ||
		    new->start - last->start < last->size)
			return place_wrong(at, "0x%llx lies before the end of what is above it",
					   (unsigned long long)new->start);
	}
	memory[m->nr_memory++] = *new;
	return 0;
}

static int read_memory(struct step_reader *r, struct machine_spec *m)
{
	struct place list = place_member(&r->top, m->arch == ARCH_POWERPC ?
					 "memblock_memory" : "iomem");
	struct memory_spec *memory, new;
	size_t i;

	if (place_array(&list))
		return -1;
	memory = pool_alloc(r->pool, place_items(&list) * sizeof(*memory));
	if (!memory)
		return step_no_memory(r);
	m->memory = memory;
	for (i = 0; i < place_items(&list); i++) {
		struct place at = place_item(&list, i);
		const char *text;

		if (m->arch == ARCH_POWERPC) {
			if (memblock_line(&at, &new))
				return -1;
		} else {
			if (place_text(&at, &text))
				return -1;
			if (!ram_line(text, &new))
				continue;
		}
		if (add_memory(&at, m, memory, &new))
			return -1;
	}
	return m->nr_memory ? 0 : place_wrong(&list, "no memory in it");
}

static int by_start(const void *a, const void *b)
{
	const struct block_spec *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* "41 offline phys_index=00000029 zones=Normal" */
static int read_blocks(struct step_reader *r, struct machine_spec *m)
{
	struct place list = place_member(&r->top, "memory_blocks");
	struct block_spec *blocks;
	size_t i;

	if (place_array(&list))
		return -1;
	blocks = pool_alloc(r->pool, place_items(&list) * sizeof(*blocks));
	if (!blocks)
		return step_no_memory(r);
	for (i = 0; i < place_items(&list); i++) {
		struct place at = place_item(&list, i);
		const char *text, *p;
		uint64_t number;

		if (place_text(&at, &text))
			return -1;
		p = parse_leading(text, 10, &number);
		if (!p || *p != ' ' || number > UINT64_MAX / m->block_size - 1)
			return no_line(&at, text, "\"NUMBER STATE ...\"");
		blocks[i].start = number * m->block_size;
		blocks[i].online = !strncmp(p, " online", 7);
	}
	qsort(blocks, i, sizeof(*blocks), by_start);
	m->blocks = blocks;
	m->nr_blocks = i;
	return 0;
}

/* --- CPUs ----------------------------------------------------------------- */

static int read_cpu_set(struct step_reader *r, const char *key,
			bool set[MAX_CPUS])
{
	struct place at = place_member(&r->top, key);
	unsigned int cpu, last;
	const char *text, *p;
	int got;

	memset(set, 0, MAX_CPUS * sizeof(*set));
	if (place_text(&at, &text))
		return -1;
	for (p = text; (got = parse_cpus(&p, &cpu, &last)) > 0;)
		while (cpu <= last)
			set[cpu++] = true;
	return got ? no_line(&at, text, "a CPU list such as 0-7,16") : 0;
}

static struct cpu_spec *find_cpu(struct cpu_spec *cpus, size_t nr, uint64_t cpu)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (cpus[i].cpu == cpu)
			return &cpus[i];
	return NULL;
}

/* "0 7f9fb000 536": CPU, address, size */
static int read_notes(struct step_reader *r, struct cpu_spec *cpus, size_t nr)
{
	struct place list = place_member(&r->top, "crash_notes");
	size_t i;

	if (place_array(&list))
		return -1;
	for (i = 0; i < place_items(&list); i++) {
		struct place at = place_item(&list, i);
		struct cpu_spec *spec = NULL;
		const char *text, *p;
		uint64_t cpu, notes;

		if (place_text(&at, &text))
			return -1;
		p = parse_leading(text, 10, &cpu);
		if (p && *p == ' ')
			p = parse_leading(p + 1, 16, &notes);
		if (p && (!*p || *p == ' '))
			spec = find_cpu(cpus, nr, cpu);
		if (!spec)
			return no_line(&at, text, "\"POSSIBLE-CPU ADDRESS SIZE\"");
		spec->notes = notes;
	}
	return 0;
}

static int read_cpus(struct step_reader *r, struct machine_spec *m)
{
	bool possible[MAX_CPUS], present[MAX_CPUS], online[MAX_CPUS];
	struct place top = r->top;
	struct cpu_spec *cpus;
	unsigned int cpu;

	if (read_cpu_set(r, "cpu_possible", possible) ||
	    read_cpu_set(r, "cpu_present", present) ||
	    read_cpu_set(r, "cpu_online", online))
		return -1;
	for (cpu = 0; cpu < MAX_CPUS; cpu++) {
		m->nr_cpu_specs += possible[cpu];
		if ((present[cpu] && !possible[cpu]) ||
		    (online[cpu] && !present[cpu])) {
			top = place_member(&top, present[cpu] ?
					   "cpu_present" : "cpu_online");
			return place_wrong(&top, "CPU %u is not %s", cpu,
					   present[cpu] ? "possible" : "present");
		}
	}
	cpus = pool_alloc(r->pool, m->nr_cpu_specs * sizeof(*cpus));
	if (!cpus)
		return step_no_memory(r);
	m->cpus = cpus;
	for (cpu = 0; cpu < MAX_CPUS; cpu++)
		if (possible[cpu])
			*cpus++ = (struct cpu_spec){
				.cpu = cpu,
				.present = present[cpu],
				.online = online[cpu],
			};
	return read_notes(r, cpus - m->nr_cpu_specs, m->nr_cpu_specs);
}

/* --- the rest ------------------------------------------------------------- */

static int read_region(struct step_reader *r, const char *name,
		       uint64_t *first, uint64_t *size)
{
	struct place region = place_member(&r->top, name);
	struct place start = place_member(&region, "start");
	struct place end = place_member(&region, "end");
	uint64_t last;

	if (!region.value)
		return 0;
	if (place_number(&start, 16, UINT64_MAX, first) ||
	    place_number(&end, 16, UINT64_MAX, &last))
		return -1;
	if (last < *first || last - *first == UINT64_MAX)
		return place_wrong(&end, "0x%llx is before the start 0x%llx",
				   (unsigned long long)last,
				   (unsigned long long)*first);
	*size = last - *first + 1;
	return 0;
}

static int read_crashkernel(struct step_reader *r, struct machine_spec *m)
{
	if (read_region(r, "crashkernel", &m->crashk_start, &m->crashk_size))
		return -1;
	return read_region(r, "crashkernel_low", &m->crashk_low_start,
			   &m->crashk_low_size);
}

/*
 * crash_elfcorehdr_size tells what the kernel was configured for, 6.12:
 * powerpc (arch_crash_get_elfcorehdr_size(), arch/powerpc/kexec/crash.c) has
 * EHDR_SIZE + (possible CPUs + 1 + ranges) headers, x86 (arch/x86/kernel/
 * crash.c) NR_CPUS_DEFAULT + 2 + ranges headers, and forgets EHDR_SIZE. What
 * does not fit is not judged.
 */
static void read_x86_limits(struct step_reader *r, struct machine_spec *m)
{
	unsigned int size = r->step->elfcorehdr_size;
	unsigned int headers, last;

	if (size % PHDR_SIZE == EHDR_SIZE % PHDR_SIZE && size > EHDR_SIZE)
		size -= EHDR_SIZE;
	headers = size / PHDR_SIZE;
	if (size % PHDR_SIZE || headers <= X86_MEMORY_RANGES + 2 ||
	    headers - X86_MEMORY_RANGES - 2 > MAX_CPUS)
		return;
	m->max_memory_ranges = X86_MEMORY_RANGES;
	m->nr_cpus_default = headers - X86_MEMORY_RANGES - 2;
	/* NR_CPUS is not said, and may be more */
	last = m->nr_cpu_specs ? m->cpus[m->nr_cpu_specs - 1].cpu : 0;
	m->nr_cpus = last < m->nr_cpus_default ? m->nr_cpus_default : last + 1;
}

static void read_limits(struct step_reader *r, struct machine_spec *m)
{
	unsigned int size = r->step->elfcorehdr_size;
	unsigned int headers, others;

	if (m->arch == ARCH_X86_64) {
		read_x86_limits(r, m);
		return;
	}
	others = (unsigned int)m->nr_cpu_specs + 1;
	headers = size > EHDR_SIZE ? (size - EHDR_SIZE) / PHDR_SIZE : 0;
	if ((size - EHDR_SIZE) % PHDR_SIZE == 0 && headers > others)
		m->max_memory_ranges = headers - others;
}

static int read_sysfs(struct step_reader *r)
{
	struct place sysfs = place_member(&r->top, "sysfs");
	struct place size = place_member(&sysfs, "crash_elfcorehdr_size");
	struct place attr = place_member(&sysfs, "cpu_crash_hotplug");
	uint64_t value;

	if (size.value) {
		if (place_number(&size, 10, INT32_MAX, &value))
			return -1;
		r->step->elfcorehdr_size = (unsigned int)value;
	}
	if (attr.value) {
		if (place_number(&attr, 10, 1, &value))
			return -1;
		r->step->attr_crash_hotplug = (int)value;
	}
	return 0;
}

/* "0x0000000004460000 10024": address, size */
static int read_vmcoreinfo(struct step_reader *r, struct machine_spec *m)
{
	struct place at = place_member(&r->top, "vmcoreinfo");
	const char *text, *p;

	if (place_text(&at, &text))
		return -1;
	p = parse_leading(text, 16, &m->vmcoreinfo);
	return p && (!*p || *p == ' ') ? 0 :
	       no_line(&at, text, "\"0xADDRESS SIZE\"");
}

static int read_tree(struct step_reader *r, struct machine_spec *m)
{
	struct blob *tree = &r->step->tree;
	int rc;

	if (step_file(r, "live-tree.dtb.gz", true, tree))
		return -1;
	rc = fdt_check_sound(tree->bytes, tree->size);
	if (rc)
		return fail(r->err, "%s/live-tree.dtb.gz: not a flattened device tree: %s",
			    r->dir, fdt_strerror(rc));
	m->boot_fdt = tree->bytes;
	m->boot_fdt_size = tree->size;
	return 0;
}

static int read_sizes(struct step_reader *r, struct machine_spec *m)
{
	struct place page = place_member(&r->top, "page_size");
	struct place block = place_member(&r->top, "block_size_bytes");

	if (place_number(&page, 10, 65536, &m->page_size) ||
	    place_number(&block, 16, UINT64_MAX, &m->block_size))
		return -1;
	if (m->page_size != 4096 && m->page_size != 65536)
		return place_wrong(&page, "%llu is no page size",
				   (unsigned long long)m->page_size);
	if (!m->block_size || m->block_size & (m->block_size - 1))
		return place_wrong(&block, "0x%llx is no power of two",
				   (unsigned long long)m->block_size);
	return 0;
}

int read_state(struct step_reader *r)
{
	struct place possible = place_member(&r->top, "cpu_possible");
	struct place memblock = place_member(&r->top, "memblock_memory");
	struct place cmdline = place_member(&r->top, "cmdline");
	struct machine_spec *m = &r->step->machine;

	/* whoever could ask the guest for its CPUs got all the rest too */
	if (!possible.value)
		return 0;
	r->step->has_state = true;
	/* only powerpc keeps memblock; for x86_64 the manifest has a null */
	m->arch = memblock.value ? ARCH_POWERPC : ARCH_X86_64;
	if (!memblock.value && !json_object_get(r->top.value, "memblock_memory"))
		return place_wrong(&memblock, "missing");
	m->cmdline = place_text_or_null(&cmdline);
	if (m->cmdline) {
		m->cmdline = pool_printf(r->pool, "%s", m->cmdline);
		if (!m->cmdline)
			return step_no_memory(r);
	}
	if (read_sizes(r, m) || read_memory(r, m) || read_blocks(r, m) ||
	    read_cpus(r, m) || read_sysfs(r) || read_crashkernel(r, m) ||
	    read_vmcoreinfo(r, m))
		return -1;
	read_limits(r, m);
	if (m->arch == ARCH_X86_64)
		read_kernel(r);
	return m->arch == ARCH_POWERPC ? read_tree(r, m) : 0;
}
