// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests: segments made by hand, and segments of real kernels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "segments.h"

#define PPC64_PAGE_OFFSET	0xc000000000000000ULL
#define X86_64_PAGE_OFFSET	0xffff888000000000ULL

struct bytes bytes_copy(const void *from, size_t size)
{
	struct bytes bytes = { malloc(size ? size : 1), size };

	assert_non_null(bytes.p);
	if (size)
		memcpy(bytes.p, from, size);
	return bytes;
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->p);
	*bytes = (struct bytes){ 0 };
}

struct bytes read_captured(const char *file)
{
	static char buf[1 << 20];
	const char *source = getenv("CRASH_HP_SOURCE");
	char path[512];
	gzFile gz;
	int len;

	snprintf(path, sizeof(path), "%s/fixtures/captures/%s",
		 source ? source : ".", file);
	gz = gzopen(path, "rb");
	if (!gz)
		fail_msg("%s: cannot be opened", path);
	len = gzread(gz, buf, sizeof(buf));
	gzclose(gz);
	if (len <= 0)
		fail_msg("%s: cannot be unpacked", path);
	return bytes_copy(buf, len);
}

/* one "start-end" of @text; false at its end */
static bool next_range(const char **text, struct view_range *r)
{
	int len;

	if (sscanf(*text, " %lx-%lx%n", &r->start, &r->end, &len) != 2)
		return false;
	if (r->start > r->end)
		fail_msg("a range ends before it begins: %s", *text);
	*text += len;
	return true;
}

struct view_ranges ranges_of(const char *text)
{
	struct view_ranges set = { 0 };
	struct view_range r;

	while (next_range(&text, &r))
		assert_int_equal(view_ranges_add(&set, r.start, r.end), 0);
	return set;
}

/* --- elfcorehdrs ---------------------------------------------------------- */

void elf_start(void *buf, unsigned int machine)
{
	Elf64_Ehdr *ehdr = buf;

	*ehdr = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = machine,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
}

static Elf64_Phdr *elf_append(void *buf, uint32_t type, uint64_t address,
			      uint64_t size)
{
	Elf64_Ehdr *ehdr = buf;
	Elf64_Phdr *phdr = (Elf64_Phdr *)(ehdr + 1) + ehdr->e_phnum++;

	*phdr = (Elf64_Phdr){
		.p_type = type,
		.p_offset = address,
		.p_paddr = address,
		.p_filesz = size,
		.p_memsz = size,
	};
	return phdr;
}

Elf64_Phdr *elf_note(void *buf, uint64_t address, uint64_t size)
{
	return elf_append(buf, PT_NOTE, address, size);
}

Elf64_Phdr *elf_load(void *buf, uint64_t start, uint64_t end)
{
	Elf64_Phdr *phdr = elf_append(buf, PT_LOAD, start, end - start + 1);
	Elf64_Ehdr *ehdr = buf;

	phdr->p_flags = PF_R | PF_W | PF_X;
	phdr->p_vaddr = start + (ehdr->e_machine == EM_PPC64 ?
				 PPC64_PAGE_OFFSET : X86_64_PAGE_OFFSET);
	return phdr;
}

void elf_loads(void *buf, const char *text)
{
	struct view_range r;

	while (next_range(&text, &r))
		elf_load(buf, r.start, r.end);
}

Elf64_Phdr *elf_find(void *buf, uint32_t type, unsigned int nr)
{
	Elf64_Ehdr *ehdr = buf;
	Elf64_Phdr *phdr = (Elf64_Phdr *)(ehdr + 1);
	unsigned int i;

	for (i = 0; i < ehdr->e_phnum; i++) {
		if (phdr[i].p_type == type && !nr--)
			return &phdr[i];
	}
	fail_msg("the elfcorehdr has too few program headers of type %u", type);
	return NULL;
}
