// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr by kexec-tools' rules for x86 (2.0.29, crashdump-x86.c). It
 * differs from the kernel's: notes of present CPUs only, since others have no
 * file in sysfs; the memory below 640 KiB is listed, and read from its backup;
 * a resource is listed whether its memory is online or not.
 */
#include <stdlib.h>

#include "arch_x86_64.h"
#include "load_exec.h"

#define HEADER_ALIGN 4096

/* the tool knows no linear map but the one without KASLR */
#define LINEAR_MAP 0xffff888000000000ULL

static int add_text(struct machine *m, struct exec_phdrs *list)
{
	const struct view_text *t = &m->text;

	if (exec_add_load(list, t->phys, t->phys + (t->size - 1), t->phys))
		return -1;
	list->p[list->nr - 1].p_vaddr = t->virt;
	return 0;
}

struct resources {
	struct exec_phdrs *list;
	const struct view_ranges *crashk;
	struct view_range low;
	uint64_t backup;
};

static int add_resource(struct resource *res, void *arg)
{
	const struct resources *r = arg;

	if (res->start == r->low.start && res->end == r->low.end)
		return exec_add_load(r->list, res->start, res->end, r->backup);
	return exec_add_memory(r->list, r->crashk, res->start, res->end);
}

static int add_all(struct machine *m, struct exec_phdrs *list,
		   const struct exec_plan *plan)
{
	struct resources resources = {
		.list = list,
		.crashk = &m->crashk,
		.low = x86_64_low_memory(m),
		.backup = plan->backup,
	};
	size_t i;

	/* so many numbers are tried, and absent CPUs count */
	for (i = 0; i < m->nr_cpus && m->cpus[i].cpu < plan->configured; i++)
		if (m->cpus[i].present &&
		    exec_add_note(list, m->cpus[i].notes, m->ops->notes_size))
			return -1;
	if (exec_add_note(list, m->vmcoreinfo, 2 * 12 + 12 + m->page_size) ||
	    add_text(m, list))
		return -1;
	return walk_system_ram_res(0, UINT64_MAX, &resources, add_resource);
}

void *x86_64_exec_elfcorehdr(struct machine *m, const struct exec_plan *plan,
			     size_t *size)
{
	struct exec_phdrs list = { .linear_map = LINEAR_MAP };

	if (add_all(m, &list, plan)) {
		free(list.p);
		return NULL;
	}
	return exec_header(&list, EM_X86_64, HEADER_ALIGN, size);
}
