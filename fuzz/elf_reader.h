/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libelf reads in an elfcorehdr. Apart, as its header cannot stand beside
 * the kernel's ELF definitions.
 */
#ifndef FUZZ_ELF_READER_H
#define FUZZ_ELF_READER_H

#include <stddef.h>
#include <stdint.h>

struct elf_phdr {
	uint32_t type;
	uint64_t offset;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
};

/* program headers into @phdrs, @max at most; how many there are, or -1 */
int elf_reader_read(const void *bytes, size_t size, struct elf_phdr *phdrs,
		size_t max);

#endif /* FUZZ_ELF_READER_H */
