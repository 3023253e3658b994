// SPDX-License-Identifier: GPL-2.0-only
/* The little that the command itself reads out of segments. */
#include <gelf.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "fdt_sound.h"
#include "segment.h"

/* libelf reads from memory that it may write to, but does not */
static Elf *open_header(const void *bytes, size_t size, GElf_Ehdr *ehdr,
			size_t *nr_phdr)
{
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)bytes, size);
	if (elf && gelf_getclass(elf) == ELFCLASS64 &&
	    gelf_getehdr(elf, ehdr) && !elf_getphdrnum(elf, nr_phdr))
		return elf;
	elf_end(elf);
	return NULL;
}

static size_t elfcorehdr_used(const void *bytes, size_t size)
{
	GElf_Ehdr ehdr;
	size_t nr, used = size;
	Elf *elf = open_header(bytes, size, &ehdr, &nr);

	if (!elf)
		return size;
	/* both factors are 16 bits wide */
	if (ehdr.e_phoff < size &&
	    nr * ehdr.e_phentsize < size - ehdr.e_phoff)
		used = ehdr.e_phoff + nr * ehdr.e_phentsize;
	elf_end(elf);
	return used;
}

static size_t fdt_used(const void *fdt, size_t size)
{
	if (size < FDT_V1_SIZE || fdt_magic(fdt) != FDT_MAGIC ||
	    fdt_totalsize(fdt) > size)
		return size;
	return fdt_totalsize(fdt);
}

size_t segment_used(enum segment_kind kind, const void *bytes, size_t size)
{
	switch (kind) {
	case SEGMENT_ELFCOREHDR:
		return elfcorehdr_used(bytes, size);
	case SEGMENT_FDT:
		return fdt_used(bytes, size);
	default:
		return size;
	}
}

size_t elfcorehdr_loads(const void *bytes, size_t size,
			struct view_range **loads)
{
	size_t nr_phdr, nr = 0;
	GElf_Ehdr ehdr;
	GElf_Phdr phdr;
	Elf *elf = open_header(bytes, size, &ehdr, &nr_phdr);

	*loads = elf && nr_phdr ? calloc(nr_phdr, sizeof(**loads)) : NULL;
	for (size_t i = 0; *loads && i < nr_phdr; i++) {
		if (!gelf_getphdr(elf, i, &phdr) || phdr.p_type != PT_LOAD ||
		    !phdr.p_memsz)
			continue;
		(*loads)[nr].start = phdr.p_paddr;
		(*loads)[nr].end = phdr.p_memsz - 1 > UINT64_MAX - phdr.p_paddr ?
				   UINT64_MAX : phdr.p_paddr + phdr.p_memsz - 1;
		nr++;
	}
	elf_end(elf);
	if (!nr) {
		free(*loads);
		*loads = NULL;
	}
	return nr;
}

size_t fdt_free_bytes(const void *fdt)
{
	size_t used = (size_t)fdt_off_dt_strings(fdt) +
		      fdt_size_dt_strings(fdt);

	return used < fdt_totalsize(fdt) ? fdt_totalsize(fdt) - used : 0;
}

/* "[SIZE@]ADDRESS", numbers with K, M or G as memparse() takes them */
static uint64_t parse_elfcorehdr(const char *text)
{
	const char *at = strchr(text, '@'), *space = strchr(text, ' ');
	uint64_t address;
	char *end;

	if (at && (!space || at < space))
		text = at + 1;
	address = strtoull(text, &end, 0);
	switch (*end) {
	case 'G':
		return address << 30;
	case 'M':
		return address << 20;
	case 'K':
		return address << 10;
	default:
		return address;
	}
}

uint64_t fdt_elfcorehdr_address(const void *fdt, size_t size)
{
	static const char option[] = "elfcorehdr=";
	const char *bootargs, *found = NULL, *next;
	const void *value;
	int chosen, length;

	if (fdt_check_sound(fdt, size))
		return 0;
	chosen = fdt_path_offset(fdt, "/chosen");
	bootargs = fdt_getprop(fdt, chosen, "bootargs", &length);
	if (bootargs && length > 0 && !bootargs[length - 1])
		for (next = bootargs; (next = strstr(next, option));)
			found = next += strlen(option);
	if (found)
		return parse_elfcorehdr(found);
	value = fdt_getprop(fdt, chosen, "linux,elfcorehdr", &length);
	return value && length >= (int)sizeof(fdt64_t) ? fdt64_ld(value) : 0;
}
