/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An elfcorehdr: an ELF header and the program headers behind it.
 */
#ifndef CAPTURE_ELFCORE_H
#define CAPTURE_ELFCORE_H

#include <stddef.h>
#include <stdint.h>

#include <gelf.h>

/* room for the reason why bytes are no elfcorehdr */
#define ELFCORE_WHY	160

/* struct elfcore - in host order; the caller owns @phdrs */
struct elfcore {
	Elf64_Ehdr ehdr;
	Elf64_Phdr *phdrs;
	size_t nr;
};

/* the bytes of a header with @nr program headers */
static inline uint64_t elfcore_size(uint64_t nr)
{
	return sizeof(Elf64_Ehdr) + nr * sizeof(Elf64_Phdr);
}

/**
 * elfcore_read_ehdr() - the ELF header as the capture kernel sees it
 * @bytes: the segment
 * @size: of the segment
 * @ehdr: filled in
 *
 * Both architectures are little endian, and /proc/vmcore does not ask EI_DATA,
 * so neither does this.
 *
 * Return: 0, or -1 when @size is too small.
 */
int elfcore_read_ehdr(const void *bytes, size_t size, Elf64_Ehdr *ehdr);

/**
 * elfcore_used() - how many bytes the header and its table take
 *
 * Return: 0 when there is no ELF header; may be more than @size.
 */
uint64_t elfcore_used(const void *bytes, size_t size);

/**
 * elfcore_read() - read an ELF header and its program headers
 * @core: filled in; on success, free() its phdrs
 * @why: ELFCORE_WHY bytes, set on failure
 *
 * Only what is needed to read is checked, not what makes sense. The table is
 * taken from behind the ELF header, whatever e_phoff says: so does
 * /proc/vmcore.
 *
 * Return: 0, or -1.
 */
int elfcore_read(const void *bytes, size_t size, struct elfcore *core,
		 char *why);

/* the last byte that a program header is about; its p_memsz is not 0 */
static inline uint64_t phdr_end(const Elf64_Phdr *phdr)
{
	return phdr->p_memsz - 1 > UINT64_MAX - phdr->p_paddr ?
	       UINT64_MAX : phdr->p_paddr + phdr->p_memsz - 1;
}

#endif /* CAPTURE_ELFCORE_H */
