// SPDX-License-Identifier: GPL-2.0-only
/* What libelf reads in an elfcorehdr. */
#include <gelf.h>

#include "elf_reader.h"

static int read_phdrs(Elf *elf, struct elf_phdr *phdrs, size_t max)
{
	GElf_Ehdr ehdr;
	GElf_Phdr phdr;
	size_t i, nr;

	if (!gelf_getehdr(elf, &ehdr) || ehdr.e_type != ET_CORE ||
	    elf_getphdrnum(elf, &nr))
		return -1;
	for (i = 0; i < nr; i++) {
		if (!gelf_getphdr(elf, i, &phdr))
			return -1;
		if (i < max)
			phdrs[i] = (struct elf_phdr){
				phdr.p_type, phdr.p_offset, phdr.p_paddr,
				phdr.p_filesz, phdr.p_memsz,
			};
	}
	return nr;
}

int elf_reader_read(const void *bytes, size_t size, struct elf_phdr *phdrs,
		size_t max)
{
	Elf *elf;
	int nr;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)bytes, size);
	if (!elf)
		return -1;
	nr = read_phdrs(elf, phdrs, max);
	elf_end(elf);
	return nr;
}
