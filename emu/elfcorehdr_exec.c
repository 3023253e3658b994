// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr by kexec-tools' rules (2.0.29, crashdump-elf.c): what it is
 * made of. Which memory, and in which order, is each architecture's own.
 */
#include <stdlib.h>
#include <string.h>

#include "load_exec.h"

static int add(struct exec_phdrs *list, const Elf64_Phdr *phdr)
{
	if (list->nr == list->max) {
		size_t max = list->max ? 2 * list->max : 64;
		Elf64_Phdr *p = realloc(list->p, max * sizeof(*p));

		if (!p)
			return -1;
		list->p = p;
		list->max = max;
	}
	list->p[list->nr++] = *phdr;
	return 0;
}

int exec_add_note(struct exec_phdrs *list, uint64_t phys, uint64_t size)
{
	Elf64_Phdr phdr = {
		.p_type = PT_NOTE,
		.p_offset = phys,
		.p_paddr = phys,
		.p_filesz = size,
		.p_memsz = size,
	};

	return add(list, &phdr);
}

int exec_add_load(struct exec_phdrs *list, uint64_t start, uint64_t end,
		  uint64_t offset)
{
	Elf64_Phdr phdr = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W | PF_X,
		.p_offset = offset,
		.p_vaddr = list->linear_map + start,
		.p_paddr = start,
		.p_filesz = end - start + 1,
		.p_memsz = end - start + 1,
	};

	return start <= end ? add(list, &phdr) : 0;
}

int exec_add_memory(struct exec_phdrs *list, const struct view_ranges *crashk,
		    uint64_t start, uint64_t end)
{
	size_t i;

	for (i = 0; i < crashk->nr && crashk->r[i].start <= end; i++) {
		const struct view_range *r = &crashk->r[i];

		if (r->end < start)
			continue;
		if (start < r->start &&
		    exec_add_load(list, start, r->start - 1, start))
			return -1;
		if (r->end >= end)
			return 0;
		start = r->end + 1;
	}
	return exec_add_load(list, start, end, start);
}

static void fill_header(Elf64_Ehdr *ehdr, unsigned int machine, size_t nr_phdrs)
{
	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	ehdr->e_ident[EI_OSABI] = ELFOSABI_NONE;
	ehdr->e_type = ET_CORE;
	ehdr->e_machine = machine;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_phoff = sizeof(*ehdr);
	ehdr->e_ehsize = sizeof(*ehdr);
	ehdr->e_phentsize = sizeof(Elf64_Phdr);
	ehdr->e_phnum = nr_phdrs;
}

void *exec_header(struct exec_phdrs *list, unsigned int machine, size_t align,
		  size_t *size)
{
	Elf64_Ehdr *header;

	*size = ALIGN(sizeof(*header) + list->nr * sizeof(*list->p), align);
	header = calloc(1, *size);
	if (header) {
		fill_header(header, machine, list->nr);
		memcpy(header + 1, list->p, list->nr * sizeof(*list->p));
	}
	free(list->p);
	return header;
}
