// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr segment: ELF program headers that tell the capture kernel
 * where the crashed kernel's memory and the CPUs' notes are.
 *
 * One rule decides which memory is listed: what is online at the moment of the
 * update. The same state gives the same bytes, whatever events led to it.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "elfcorehdr.h"
#include "mem_ranges.h"

/**
 * exclude_crash_regions() - take the crash kernel's own memory out of a list
 * @mem_ranges: the list
 *
 * Return: 0 or -ENOMEM.
 */
int exclude_crash_regions(struct crash_mem **mem_ranges)
{
	int ret;

	ret = remove_mem_range(mem_ranges, crashk_res.start,
			       crashk_res.end ? resource_size(&crashk_res) : 0);
	if (ret || !crashk_low_res.end)
		return ret;
	return remove_mem_range(mem_ranges, crashk_low_res.start,
				resource_size(&crashk_low_res));
}

/* program headers for the notes of all possible CPUs and for vmcoreinfo */
static unsigned int nr_note_headers(void)
{
	return num_possible_cpus() + 1;
}

/**
 * elfcorehdr_bytes() - bytes that a header takes
 * @nr_ranges: number of memory ranges that it lists
 *
 * As in kernel/crash_core.c, one more program header than needed is counted
 * (for the kernel text on architectures that map it apart), so that segments
 * have the size that user space knows.
 *
 * Return: bytes, a multiple of ELF_CORE_HEADER_ALIGN.
 */
size_t elfcorehdr_bytes(unsigned int nr_ranges)
{
	size_t nr_phdr = (size_t)nr_note_headers() + nr_ranges + 1;

	return ALIGN(sizeof(struct elf64_hdr) + nr_phdr * sizeof(struct elf64_phdr),
		     ELF_CORE_HEADER_ALIGN);
}

static struct elf64_phdr *put_note(struct elf64_phdr *phdr, u64 phys, u64 size)
{
	*phdr = (struct elf64_phdr){
		.p_type = PT_NOTE,
		.p_offset = phys,
		.p_paddr = phys,
		.p_filesz = size,
		.p_memsz = size,
	};
	return phdr + 1;
}

static struct elf64_phdr *put_load(struct elf64_phdr *phdr, const struct range *r)
{
	const u64 size = r->end - r->start + 1;

	*phdr = (struct elf64_phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W | PF_X,
		.p_offset = r->start,
		.p_paddr = r->start,
		.p_vaddr = (unsigned long)__va(r->start),
		.p_filesz = size,
		.p_memsz = size,
	};
	return phdr + 1;
}

/* the kernel's image, at its own virtual address besides the linear map's */
static struct elf64_phdr *put_kernel_map(struct elf64_phdr *phdr)
{
	const u64 start = __pa_symbol(_text);
	const struct range r = { start, start + (_end - _text) - 1 };

	put_load(phdr, &r);
	phdr->p_vaddr = (unsigned long)_text;
	return phdr + 1;
}

static void put_ehdr(struct elf64_hdr *ehdr, unsigned int nr_phdr)
{
	memset(ehdr, 0, sizeof(*ehdr));
	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	ehdr->e_ident[EI_DATA] = ELF_DATA;
	ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	ehdr->e_ident[EI_OSABI] = ELF_OSABI;
	ehdr->e_type = ET_CORE;
	ehdr->e_machine = ELF_ARCH;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_phoff = sizeof(struct elf64_hdr);
	ehdr->e_ehsize = sizeof(struct elf64_hdr);
	ehdr->e_phentsize = sizeof(struct elf64_phdr);
	ehdr->e_phnum = nr_phdr;
}

/**
 * elfcorehdr_build() - write the header
 * @mem: the memory to list
 * @need_kernel_map: the kernel's image has an entry of its own, for
 *	architectures that map it apart from other memory
 * @buf: where to; all of it is written
 * @size: bytes in @buf
 *
 * Notes come first and together, because /proc/vmcore merges them into the
 * first header and drops as many as it has merged (fs/proc/vmcore.c). What
 * lies behind the header is zero: no rest of an older one survives.
 *
 * Return: 0, -E2BIG when e_phnum cannot hold the count, -ENOSPC when @size is
 * too small. On error @buf is unchanged.
 */
int elfcorehdr_build(const struct crash_mem *mem, bool need_kernel_map,
		     void *buf, size_t size)
{
	size_t nr_phdr = (size_t)nr_note_headers() + need_kernel_map +
			 mem->nr_ranges;
	size_t used = sizeof(struct elf64_hdr) + nr_phdr * sizeof(struct elf64_phdr);
	struct elf64_phdr *phdr = buf + sizeof(struct elf64_hdr);
	unsigned int cpu, i;

	if (nr_phdr >= PN_XNUM) {
		pr_err("elfcorehdr needs %zu program headers, ELF holds %u\n",
		       nr_phdr, PN_XNUM - 1);
		return -E2BIG;
	}
	if (used > size) {
		pr_err("elfcorehdr needs %zu bytes, segment holds %zu\n",
		       used, size);
		return -ENOSPC;
	}

	put_ehdr(buf, nr_phdr);
	for_each_possible_cpu(cpu)
		phdr = put_note(phdr,
				per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes,
								cpu)),
				sizeof(note_buf_t));
	phdr = put_note(phdr, paddr_vmcoreinfo_note(), VMCOREINFO_NOTE_SIZE);
	if (need_kernel_map)
		phdr = put_kernel_map(phdr);
	for (i = 0; i < mem->nr_ranges; i++)
		phdr = put_load(phdr, &mem->ranges[i]);
	memset(phdr, 0, size - used);
	return 0;
}

/* program headers that lie inside @size bytes, or NULL where any does not */
static struct elf64_phdr *phdr_table(void *buf, size_t size, unsigned int *nr)
{
	const struct elf64_hdr *ehdr = buf;

	if (size < sizeof(*ehdr) || memcmp(ehdr->e_ident, ELFMAG, SELFMAG))
		return NULL;
	if (ehdr->e_ident[EI_CLASS] != ELFCLASS64 || ehdr->e_type != ET_CORE ||
	    ehdr->e_machine != ELF_ARCH ||
	    ehdr->e_phentsize != sizeof(struct elf64_phdr))
		return NULL;
	if (ehdr->e_phnum > (size - sizeof(*ehdr)) / sizeof(struct elf64_phdr))
		return NULL;

	*nr = ehdr->e_phnum;
	return buf + sizeof(*ehdr);
}

/**
 * elfcorehdr_used() - bytes that a header takes with its program headers
 * @buf: start of a segment
 * @size: bytes in it
 *
 * Return: the bytes; @size when this is no header, as all of it may matter.
 */
size_t elfcorehdr_used(const void *buf, size_t size)
{
	unsigned int nr;

	if (!phdr_table((void *)buf, size, &nr))
		return size;
	return sizeof(struct elf64_hdr) + nr * sizeof(struct elf64_phdr);
}

/**
 * elfcorehdr_is_core() - is this a core header of a machine like ours?
 * @buf: start of a segment
 * @size: bytes in it
 *
 * It need not list anything yet: user space may leave that to the kernel's
 * first update.
 *
 * Return: true when it is.
 */
bool elfcorehdr_is_core(const void *buf, size_t size)
{
	unsigned int nr;

	return phdr_table((void *)buf, size, &nr);
}

/**
 * elfcorehdr_is_ours() - is this the core header of the running kernel?
 * @buf: start of a segment
 * @size: bytes in it
 *
 * An ELF magic alone says little: another payload may be an ELF file too. Only
 * a header made for this kernel points at its vmcoreinfo note.
 *
 * Return: true when it does.
 */
bool elfcorehdr_is_ours(const void *buf, size_t size)
{
	unsigned int i, nr;
	const struct elf64_phdr *phdr = phdr_table((void *)buf, size, &nr);

	for (i = 0; phdr && i < nr; i++)
		if (phdr[i].p_type == PT_NOTE &&
		    phdr[i].p_paddr == paddr_vmcoreinfo_note())
			return true;
	return false;
}

/**
 * elfcorehdr_find_paddr() - the PT_LOAD that starts at a physical address
 * @buf: the header
 * @size: bytes in @buf; nothing beyond is read
 * @paddr: address of the first byte
 *
 * Return: the program header, or NULL.
 */
struct elf64_phdr *elfcorehdr_find_paddr(void *buf, size_t size, u64 paddr)
{
	unsigned int i, nr;
	struct elf64_phdr *phdr = phdr_table(buf, size, &nr);

	for (i = 0; phdr && i < nr; i++)
		if (phdr[i].p_type == PT_LOAD && phdr[i].p_paddr == paddr)
			return &phdr[i];
	return NULL;
}
