// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading an elfcorehdr: an ELF header and the program headers behind it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfcore.h"

/* little endian bytes to @to, in host order */
static int translate(Elf_Type type, const void *from, size_t size, void *to)
{
	Elf_Data src = {
		.d_buf = (void *)from,
		.d_type = type,
		.d_version = EV_CURRENT,
		.d_size = size,
	};
	Elf_Data dst = {
		.d_buf = to,
		.d_type = type,
		.d_version = EV_CURRENT,
		.d_size = size,
	};

	/* fails only for sizes that are no multiple of the type's */
	return elf64_xlatetom(&dst, &src, ELFDATA2LSB) ? 0 : -1;
}

int elfcore_read_ehdr(const void *bytes, size_t size, Elf64_Ehdr *ehdr)
{
	if (size < sizeof(*ehdr))
		return -1;
	return translate(ELF_T_EHDR, bytes, sizeof(*ehdr), ehdr);
}

uint64_t elfcore_used(const void *bytes, size_t size)
{
	Elf64_Ehdr ehdr;

	if (elfcore_read_ehdr(bytes, size, &ehdr) ||
	    memcmp(ehdr.e_ident, ELFMAG, SELFMAG))
		return 0;
	return elfcore_size(ehdr.e_phnum);
}

int elfcore_read(const void *bytes, size_t size, struct elfcore *core,
		 char *why)
{
	Elf64_Ehdr *ehdr = &core->ehdr;
	uint64_t used;

	if (elfcore_read_ehdr(bytes, size, ehdr)) {
		snprintf(why, ELFCORE_WHY,
			 "%zu bytes are too few for an ELF header", size);
		return -1;
	}
	if (memcmp(ehdr->e_ident, ELFMAG, SELFMAG) ||
	    ehdr->e_ident[EI_CLASS] != ELFCLASS64) {
		snprintf(why, ELFCORE_WHY,
			 "no 64-bit ELF header: it begins with %02x %02x %02x %02x %02x",
			 ehdr->e_ident[0],
			 ehdr->e_ident[1], ehdr->e_ident[2], ehdr->e_ident[3],
			 ehdr->e_ident[EI_CLASS]);
		return -1;
	}
	used = elfcore_size(ehdr->e_phnum);
	if (used > size) {
		snprintf(why, ELFCORE_WHY,
			 "%u program headers need %" PRIu64 " bytes, there are %zu",
			 ehdr->e_phnum, used, size);
		return -1;
	}
	core->nr = ehdr->e_phnum;
	core->phdrs = malloc((core->nr + 1) * sizeof(*core->phdrs));
	if (!core->phdrs) {
		snprintf(why, ELFCORE_WHY, "out of memory");
		return -1;
	}
	return translate(ELF_T_PHDR, (const char *)bytes + sizeof(*ehdr),
			 core->nr * sizeof(*core->phdrs), core->phdrs);
}
