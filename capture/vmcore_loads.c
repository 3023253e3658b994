// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PT_LOADs, one by one and among themselves. /proc/vmcore reads p_memsz
 * bytes at p_offset, rounded to pages, in the order of the table; p_paddr is
 * for the tools that read the dump, and those expect ascending addresses.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "vmcore.h"

#define BACKUP_SIZE		0x10000ULL
#define LOW_MEMORY_END		0xfffffULL
#define START_KERNEL_MAP	0xffffffff80000000ULL

bool is_kernel_text(const struct judging *j, const Elf64_Phdr *phdr)
{
	return j->machine->arch == ARCH_X86_64 &&
	       phdr->p_vaddr >= START_KERNEL_MAP;
}

bool is_firmware(const struct judging *j, const Elf64_Phdr *phdr)
{
	const struct view_ranges *firmware = &j->machine->firmware;
	uint64_t mask = j->machine->page_size - 1;
	size_t i;

	for (i = 0; i < firmware->nr; i++) {
		if (phdr->p_paddr >= (firmware->r[i].start & ~mask) &&
		    phdr_end(phdr) <= (firmware->r[i].end | mask))
			return true;
	}
	return false;
}

/*
 * On x86, kexec-tools may back up memory below 1 MiB; the kernel leaves that
 * out of the header altogether.
 */
bool is_backup(const struct judging *j, const Elf64_Phdr *phdr)
{
	if (j->machine->arch == ARCH_POWERPC)
		return !phdr->p_paddr;
	return phdr_end(phdr) <= LOW_MEMORY_END &&
	       phdr->p_offset != phdr->p_paddr;
}

/* --- one by one ----------------------------------------------------------- */

static bool is_sound(struct judging *j, const struct entry *load)
{
	const Elf64_Phdr *p = load->phdr;

	if (!p->p_memsz) {
		found(j, ABOUT_PHDR(load->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_LOAD %d at 0x%" PRIx64 " is empty", load->nr,
		      p->p_paddr);
		return false;
	}
	if (p->p_memsz > UINT64_MAX - p->p_paddr ||
	    p->p_memsz > UINT64_MAX - p->p_offset) {
		found(j, ABOUT_PHDR(load->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_LOAD %d at 0x%" PRIx64 " has p_memsz 0x%" PRIx64
		      ", which wraps around", load->nr, p->p_paddr,
		      p->p_memsz);
		return false;
	}
	return true;
}

static void judge_fields(struct judging *j, const struct entry *load)
{
	const Elf64_Phdr *p = load->phdr;

	if (p->p_filesz != p->p_memsz)
		found(j, ABOUT_PHDR(load->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_LOAD %d has p_filesz 0x%" PRIx64 " and p_memsz 0x%" PRIx64,
		      load->nr, p->p_filesz, p->p_memsz);
	if (p->p_offset != p->p_paddr && !is_backup(j, p))
		found(j, ABOUT_PHDR_RANGE(load->index, p->p_paddr, phdr_end(p)),
		      I_SANE, VERDICT_INCOMPLETE,
		      "PT_LOAD %d has p_offset 0x%" PRIx64 " and p_paddr 0x%" PRIx64
		      ": the dump reads the wrong memory", load->nr,
		      p->p_offset, p->p_paddr);
}

/* --- the backup region ---------------------------------------------------- */

static uint64_t backup_address(const struct image_view *image)
{
	const struct view_segment *segment;

	if (image->backup)
		return image->backup;
	segment = image_view_segment(image, SEGMENT_BACKUP);
	return segment ? segment->mem : 0;
}

static void judge_backup_entry(struct judging *j, const struct entry *load)
{
	uint64_t backup = backup_address(j->image);
	const Elf64_Phdr *p = load->phdr;

	if (p->p_memsz != BACKUP_SIZE)
		found(j, ABOUT_PHDR(load->index), I_BACKUP, VERDICT_INCOMPLETE,
		      "PT_LOAD %d at 0x0 has 0x%" PRIx64 " bytes, the backup region 0x%llx",
		      load->nr, p->p_memsz, BACKUP_SIZE);
	if (backup && p->p_offset != backup)
		found(j, ABOUT_PHDR(load->index), I_BACKUP, VERDICT_INCOMPLETE,
		      "PT_LOAD %d at 0x0 has p_offset 0x%" PRIx64 ", the backup is at 0x%" PRIx64,
		      load->nr, p->p_offset, backup);
	else if (!backup && !p->p_offset)
		found(j, ABOUT_PHDR(load->index), I_BACKUP, VERDICT_INCOMPLETE,
		      "PT_LOAD %d at 0x0 has p_offset 0x0, the backup is elsewhere",
		      load->nr);
}

/*
 * The capture kernel runs in the first 64 KiB; purgatory has copied what was
 * there (sync_backup_region_phdr() in arch/powerpc/kexec/crash.c, 6.12).
 */
static void judge_backup(struct judging *j, const struct entries *loads)
{
	const struct machine_view *m = j->machine;
	size_t i, nr = 0;

	for (i = 0; i < loads->nr; i++) {
		if (loads->e[i].phdr->p_paddr)
			continue;
		if (!nr++)
			judge_backup_entry(j, &loads->e[i]);
		else
			found(j, ABOUT_PHDR(loads->e[i].index), I_BACKUP,
			      VERDICT_INCOMPLETE,
			      "PT_LOAD %d is one more at 0x0, the backup region's",
			      loads->e[i].nr);
	}
	if (!nr && (!m->knows_ram ||
		    view_ranges_intersects(&m->ram, 0, BACKUP_SIZE - 1)))
		found(j, ABOUT_RANGE(0, BACKUP_SIZE - 1), I_BACKUP,
		      VERDICT_INCOMPLETE,
		      "no PT_LOAD at 0x0 leads to the backup region");
}

/* --- the kernel's image ---------------------------------------------------- */

/* who reads the dump finds the kernel's symbols by this (x86) */
static void judge_text(struct judging *j, const struct entries *loads)
{
	const struct view_text *text = &j->machine->text;
	const Elf64_Phdr *p;
	size_t i;

	if (!text->size)
		return;
	for (i = 0; i < loads->nr; i++) {
		p = loads->e[i].phdr;
		if (p->p_vaddr - p->p_paddr == text->virt - text->phys &&
		    p->p_paddr <= text->phys &&
		    phdr_end(p) >= text->phys + text->size - 1)
			return;
	}
	found(j, ABOUT_RANGE(text->phys, text->phys + text->size - 1), I_COVER,
	      VERDICT_INCOMPLETE,
	      "no PT_LOAD maps the kernel's image, 0x%" PRIx64 "-0x%" PRIx64 ", at 0x%" PRIx64,
	      text->phys, text->phys + text->size - 1, text->virt);
}

/* --- among themselves ----------------------------------------------------- */

/* these may repeat others, and stand where they like */
static bool is_exempt(const struct judging *j, const Elf64_Phdr *phdr)
{
	return is_kernel_text(j, phdr) || is_firmware(j, phdr);
}

static void judge_ascending(struct judging *j, const struct entries *loads)
{
	const struct entry *before = NULL, *load;
	size_t i;

	for (i = 0; i < loads->nr; i++) {
		load = &loads->e[i];
		if (is_exempt(j, load->phdr))
			continue;
		if (before && load->phdr->p_paddr < before->phdr->p_paddr)
			found(j, ABOUT_PHDR(load->index), I_SORT,
			      VERDICT_INCOMPLETE,
			      "PT_LOAD %d at 0x%" PRIx64 " comes after PT_LOAD %d at 0x%" PRIx64,
			      load->nr, load->phdr->p_paddr, before->nr,
			      before->phdr->p_paddr);
		before = load;
	}
}

/* @loads are sorted: what overlaps an entry begins before that entry's end */
static void judge_disjoint(struct judging *j, const struct entries *loads)
{
	const struct entry *far = NULL, *load;
	uint64_t start, end;
	size_t i;

	for (i = 0; i < loads->nr; i++) {
		load = &loads->e[i];
		if (is_exempt(j, load->phdr))
			continue;
		start = load->phdr->p_paddr;
		end = phdr_end(load->phdr);
		if (far && start <= phdr_end(far->phdr)) {
			if (end > phdr_end(far->phdr))
				end = phdr_end(far->phdr);
			found(j, ABOUT_PHDR_RANGE(load->index, start, end), I_DISJ,
			      VERDICT_INCOMPLETE,
			      "PT_LOAD %d and PT_LOAD %d both cover 0x%" PRIx64 "-0x%" PRIx64,
			      far->nr, load->nr, start, end);
		}
		if (!far || phdr_end(load->phdr) > phdr_end(far->phdr))
			far = load;
	}
}

static int compare_loads(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->phdr->p_paddr != y->phdr->p_paddr)
		return x->phdr->p_paddr < y->phdr->p_paddr ? -1 : 1;
	return x->nr - y->nr;
}

void judge_loads(struct judging *j, struct entries *loads)
{
	size_t i, sound = 0;

	for (i = 0; i < loads->nr; i++) {
		if (!is_sound(j, &loads->e[i]))
			continue;
		judge_fields(j, &loads->e[i]);
		loads->e[sound++] = loads->e[i];
	}
	loads->nr = sound;
	if (j->machine->arch == ARCH_POWERPC)
		judge_backup(j, loads);
	judge_text(j, loads);
	judge_ascending(j, loads);
	qsort(loads->e, loads->nr, sizeof(*loads->e), compare_loads);
	judge_disjoint(j, loads);
}
