// SPDX-License-Identifier: GPL-2.0-only
/* Headers for /proc/vmcore, as crash_prepare_elf64_headers() has them (6.12). */
#include <stdlib.h>
#include <string.h>

#include "dump_header.h"

/* without KASLR: __PAGE_OFFSET_BASE_L4, arch/x86/include/asm/page_64_types.h;
 * PAGE_OFFSET of book3s, arch/powerpc/Kconfig
 */
#define LINEAR_MAP_X86_64 0xffff888000000000ULL
#define LINEAR_MAP_POWERPC 0xc000000000000000ULL

/* x86 leaves the first MiB to firmware and real mode */
#define LOW_MEMORY_END 0xfffff

uint64_t dump_linear_map(const struct machine *m)
{
	if (m->arch == ARCH_POWERPC)
		return LINEAR_MAP_POWERPC;
	return m->page_offset ? m->page_offset : LINEAR_MAP_X86_64;
}

int dump_add_notes(const struct machine *m, struct exec_phdrs *list)
{
	for (size_t i = 0; i < m->nr_cpus; i++)
		if (exec_add_note(list, m->cpus[i].notes, m->ops->notes_size))
			return -1;
	return exec_add_note(list, m->vmcoreinfo, 2 * 12 + 12 + m->page_size);
}

int dump_add_text(const struct machine *m, struct exec_phdrs *list)
{
	const struct view_text *t = &m->text;

	if (!t->size)
		return 0;
	if (exec_add_load(list, t->phys, t->phys + (t->size - 1), t->phys))
		return -1;
	list->p[list->nr - 1].p_vaddr = t->virt;
	return 0;
}

int dump_add_memory(const struct machine *m, const struct view_ranges *memory,
		    struct exec_phdrs *list)
{
	for (size_t i = 0; i < memory->nr; i++) {
		uint64_t start = memory->r[i].start, end = memory->r[i].end;

		if (m->arch == ARCH_X86_64 && start <= LOW_MEMORY_END)
			start = LOW_MEMORY_END + 1;
		if (start <= end &&
		    exec_add_memory(list, &m->crashk, start, end))
			return -1;
	}
	return 0;
}

int dump_header_make(const struct machine *m, struct exec_phdrs *list,
		     struct dump_header *header)
{
	free(header->bytes);
	header->bytes = exec_header(list, m->arch == ARCH_POWERPC ? EM_PPC64 :
				    EM_X86_64, sizeof(uint64_t),
				    &header->size);
	header->size = sizeof(Elf64_Ehdr) + list->nr * sizeof(Elf64_Phdr);
	return header->bytes ? 0 : -1;
}

const Elf64_Phdr *dump_header_phdrs(const void *bytes, size_t size, size_t *nr)
{
	const Elf64_Ehdr *ehdr = bytes;

	if (!bytes || size < sizeof(*ehdr) ||
	    memcmp(ehdr->e_ident, ELFMAG, SELFMAG))
		return NULL;
	*nr = (size - sizeof(*ehdr)) / sizeof(Elf64_Phdr);
	if (*nr > ehdr->e_phnum)
		*nr = ehdr->e_phnum;
	return (const Elf64_Phdr *)(ehdr + 1);
}

bool dump_header_reads(const void *bytes, size_t size, uint64_t start,
		       uint64_t end)
{
	size_t nr = 0;
	const Elf64_Phdr *p = dump_header_phdrs(bytes, size, &nr);

	for (size_t i = 0; i < nr; i++)
		if (p[i].p_type == PT_LOAD && p[i].p_memsz &&
		    p[i].p_offset <= end &&
		    p[i].p_offset + (p[i].p_memsz - 1) >= start)
			return true;
	return false;
}
