// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where an x86 kernel lies, which does not change while it runs: its image, from
 * _text to _end, which /proc/kallsyms and /proc/iomem tell, and its linear map.
 * Where the manifest does not have them, a header that the kernel wrote does:
 * the image's entry is the one above __START_KERNEL_map, all others are of the
 * linear map (crash_prepare_elf64_headers(), kernel/crash_core.c, 6.12).
 */
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "capture_reader.h"
#include "values.h"

/* arch/x86/include/asm/page_64_types.h, 6.12: __START_KERNEL_map */
#define START_KERNEL_MAP 0xffffffff80000000ULL

/* "ffffffff81000000 T _text"; 0 where there is no such line */
static uint64_t symbol(const struct place *symbols, const char *name)
{
	uint64_t value;
	const char *text, *p;
	size_t i;

	for (i = 0; i < place_items(symbols); i++) {
		struct place line = place_item(symbols, i);

		text = place_text_or_null(&line);
		p = text ? parse_leading(text, 16, &value) : NULL;
		if (p && strlen(p) > 3 && !strcmp(p + 3, name))
			return value;
	}
	return 0;
}

/* "  01000000-01ffffff : Kernel code" begins with _text */
static uint64_t kernel_code(const struct place *iomem)
{
	uint64_t start;
	const char *text;
	size_t i;

	for (i = 0; i < place_items(iomem); i++) {
		struct place line = place_item(iomem, i);

		text = place_text_or_null(&line);
		if (text && strstr(text, " : Kernel code") &&
		    parse_leading(text + strspn(text, " "), 16, &start))
			return start;
	}
	return 0;
}

void read_kernel(struct step_reader *r)
{
	struct place symbols = place_member(&r->top, "kallsyms");
	struct place iomem = place_member(&r->top, "iomem");
	uint64_t start = symbol(&symbols, "_text");
	uint64_t end = symbol(&symbols, "_end");
	uint64_t phys = kernel_code(&iomem);

	if (!phys || start < START_KERNEL_MAP || end <= start)
		return;
	r->step->machine.text = (struct view_text){
		.phys = phys, .virt = start, .size = end - start,
	};
}

/* user space's headers have fewer notes, and know nothing of KASLR */
static void learn_from_header(const struct capture_step *step,
			      struct machine_spec *known)
{
	const Elf64_Ehdr *ehdr = step->elfcorehdr.bytes;
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)(ehdr + 1);
	size_t nr, i;

	if (step->elfcorehdr.size < sizeof(*ehdr))
		return;
	nr = (step->elfcorehdr.size - sizeof(*ehdr)) / sizeof(*phdr);
	if (nr > le16toh(ehdr->e_phnum))
		nr = le16toh(ehdr->e_phnum);
	for (i = 0; i < nr && le32toh(phdr[i].p_type) == PT_NOTE;)
		i++;
	if (i != step->machine.nr_cpu_specs + 1)
		return;
	for (; i < nr; i++) {
		uint64_t phys = le64toh(phdr[i].p_paddr);
		uint64_t virt = le64toh(phdr[i].p_vaddr);

		if (le32toh(phdr[i].p_type) != PT_LOAD || virt < phys)
			continue;
		if (virt < START_KERNEL_MAP)
			known->page_offset = virt - phys;
		else if (!known->text.size)
			known->text = (struct view_text){
				.phys = phys, .virt = virt,
				.size = le64toh(phdr[i].p_memsz),
			};
	}
}

/* the first load's header may be user space's, and know of nothing */
void complete_kernel(struct capture *c)
{
	struct machine_spec known = { 0 };
	size_t i;

	if (c->steps[0].machine.arch != ARCH_X86_64)
		return;
	for (i = 0; i < c->nr_steps && !known.text.size; i++)
		known.text = c->steps[i].machine.text;
	for (i = 0; i < c->nr_steps && !(known.text.size && known.page_offset);
	     i++)
		learn_from_header(&c->steps[i], &known);

	for (i = 0; i < c->nr_steps; i++) {
		c->steps[i].machine.text = known.text;
		c->steps[i].machine.page_offset = known.page_offset;
	}
}
