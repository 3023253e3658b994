// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr by kexec-tools' rules for ppc64 (2.0.29, crashdump-ppc64.c). It
 * differs from the kernel's: the backup region comes first, the other memory in
 * the order in which it is found, and of firmware's memory only what lies in
 * the crash kernel's region has an entry of its own, rounded up to pages.
 */
#include <stdlib.h>

#include "load_exec.h"

/* the tool's alignment on ppc64, so that elfcorehdr= can be given in KiB */
#define HEADER_ALIGN 1024
#define LINEAR_MAP 0xc000000000000000ULL

static int add_firmware(struct machine *m, struct exec_phdrs *list)
{
	const struct view_range *crashk = &m->crashk_main;
	size_t i;

	for (i = 0; i < m->firmware.nr; i++) {
		uint64_t start = max(m->firmware.r[i].start, crashk->start);
		uint64_t end = min(m->firmware.r[i].end, crashk->end);

		if (start > end)
			continue;
		end = ALIGN(end + 1, m->page_size) - 1;
		if (exec_add_load(list, start, end, start))
			return -1;
	}
	return 0;
}

static int add_all(struct machine *m, struct exec_phdrs *list,
		   const struct exec_plan *plan)
{
	unsigned int i;
	size_t cpu;

	/* so many numbers are tried; every possible CPU has a crash_notes file */
	for (cpu = 0; cpu < m->nr_cpus && m->cpus[cpu].cpu < plan->configured;
	     cpu++)
		if (exec_add_note(list, m->cpus[cpu].notes, m->ops->notes_size))
			return -1;
	if (exec_add_note(list, m->vmcoreinfo, 2 * 12 + 12 + m->page_size) ||
	    exec_add_load(list, BACKUP_SRC_START, BACKUP_SRC_END,
			  plan->backup))
		return -1;

	for (i = 0; i < kernel_nr_memblock(m->kernel); i++) {
		u64 start, size, end;
		int nid;

		kernel_memblock(m->kernel, i, &start, &size, &nid);
		end = start + (size - 1);
		if (start == BACKUP_SRC_START && end > BACKUP_SRC_END)
			start = BACKUP_SRC_END + 1;
		if (exec_add_memory(list, &m->crashk, start, end))
			return -1;
	}
	return add_firmware(m, list);
}

void *powerpc_exec_elfcorehdr(struct machine *m, const struct exec_plan *plan,
			      size_t *size)
{
	struct exec_phdrs list = { .linear_map = LINEAR_MAP };

	if (add_all(m, &list, plan)) {
		free(list.p);
		return NULL;
	}
	return exec_header(&list, EM_PPC64, HEADER_ALIGN, size);
}
