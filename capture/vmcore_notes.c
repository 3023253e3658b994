// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PT_NOTEs: crashing CPUs write their registers to the places that these
 * point at; /proc/vmcore reads them from p_offset. There is one for each
 * possible CPU and one for vmcoreinfo.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "vmcore.h"

/*
 * KMALLOC_MAX_SIZE (include/linux/slab.h, 6.12): 16 MiB with 64 KiB pages, 4 MiB
 * with 4 KiB pages. The kernel reads each PT_NOTE into one buffer.
 */
static uint64_t max_buffer(const struct machine_view *m)
{
	return m->page_size > 4096 ? 16 << 20 : 4 << 20;
}

static void judge_note(struct judging *j, const struct entry *note)
{
	const Elf64_Phdr *p = note->phdr;

	if (p->p_memsz < sizeof(Elf64_Nhdr))
		found(j, ABOUT_PHDR(note->index), I_SANE, VERDICT_HANG,
		      "PT_NOTE %d has %" PRIu64 " bytes, too few for a note: the capture kernel reads past its buffer",
		      note->nr, p->p_memsz);
	else if (p->p_memsz > max_buffer(j->machine))
		found(j, ABOUT_PHDR(note->index), I_SANE, VERDICT_LOST,
		      "PT_NOTE %d has %" PRIu64 " bytes: the capture kernel cannot allocate them",
		      note->nr, p->p_memsz);
	if (p->p_filesz != p->p_memsz)
		found(j, ABOUT_PHDR(note->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_NOTE %d has p_filesz 0x%" PRIx64 " and p_memsz 0x%" PRIx64,
		      note->nr, p->p_filesz, p->p_memsz);
	if (p->p_offset != p->p_paddr)
		found(j, ABOUT_PHDR(note->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_NOTE %d has p_offset 0x%" PRIx64 " and p_paddr 0x%" PRIx64,
		      note->nr, p->p_offset, p->p_paddr);
}

/* --- whose notes are they? ------------------------------------------------ */

static int compare_notes(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->phdr->p_offset != y->phdr->p_offset)
		return x->phdr->p_offset < y->phdr->p_offset ? -1 : 1;
	return x->nr - y->nr;
}

/* the first of @sorted that reads from @address, or NULL */
static const struct entry *find_note(const struct entries *sorted,
				     uint64_t address)
{
	size_t low = 0, high = sorted->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (sorted->e[middle].phdr->p_offset < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sorted->nr && sorted->e[low].phdr->p_offset == address ?
	       &sorted->e[low] : NULL;
}

/*
 * Notes that are missing are missed when their CPU runs. kexec_load(2) loads
 * what kexec-tools made, and that may list the CPUs that are present only.
 */
static void judge_missing(struct judging *j, const struct view_cpu *cpu)
{
	if (cpu->online)
		found(j, NOWHERE, I_PHNUM, VERDICT_INCOMPLETE,
		      "CPU %u is online, but no PT_NOTE is at its notes (0x%" PRIx64 ")",
		      cpu->cpu, cpu->notes);
	else
		found(j, NOWHERE, I_PHNUM,
		      j->image->file_mode ? VERDICT_STALE : REMARK,
		      "no PT_NOTE is at the notes of CPU %u (0x%" PRIx64 "), which is offline",
		      cpu->cpu, cpu->notes);
}

static void judge_size(struct judging *j, const struct entry *note,
		       uint64_t size, const char *whose)
{
	if (size && note->phdr->p_memsz != size)
		found(j, ABOUT_PHDR(note->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_NOTE %d has %" PRIu64 " bytes, %s have %" PRIu64,
		      note->nr, note->phdr->p_memsz, whose, size);
}

/*
 * Is there a note at @address? @known tells for each of @sorted whether it is
 * somebody's.
 */
static bool claim(struct judging *j, const struct entries *sorted, bool *known,
		  uint64_t address, uint64_t size, const char *whose)
{
	const struct entry *note = find_note(sorted, address);

	if (!note)
		return false;
	known[note - sorted->e] = true;
	judge_size(j, note, size, whose);
	return true;
}

/* returns whether each note has an owner that could be known */
static bool claim_all(struct judging *j, const struct entries *sorted,
		      bool *known)
{
	const struct machine_view *m = j->machine;
	bool complete = m->vmcoreinfo;
	const struct view_cpu *cpu;
	size_t i;

	for (i = 0; i < m->nr_cpus; i++) {
		cpu = &m->cpus[i];
		if (!cpu->notes)
			complete = false;
		else if (!claim(j, sorted, known, cpu->notes, m->notes_size,
				"a CPU's notes"))
			judge_missing(j, cpu);
	}
	if (m->vmcoreinfo && !claim(j, sorted, known, m->vmcoreinfo,
				    m->vmcoreinfo_size, "those of vmcoreinfo"))
		found(j, NOWHERE, I_PHNUM, VERDICT_INCOMPLETE,
		      "no PT_NOTE is at vmcoreinfo (0x%" PRIx64 ")",
		      m->vmcoreinfo);
	return complete;
}

static void judge_claims(struct judging *j, const struct entries *sorted)
{
	bool *known = calloc(sorted->nr + 1, sizeof(*known));
	const struct entry *note;
	bool complete;
	size_t i;

	if (!known) {
		j->no_memory = true;
		return;
	}
	complete = claim_all(j, sorted, known);
	for (i = 0; i < sorted->nr; i++) {
		note = &sorted->e[i];
		if (complete && !known[i])
			found(j, ABOUT_PHDR(note->index), I_PHNUM,
			      VERDICT_INCOMPLETE,
			      "PT_NOTE %d at 0x%" PRIx64 " is no CPU's, or one too many for it",
			      note->nr, note->phdr->p_offset);
	}
	free(known);
}

void judge_notes(struct judging *j, const struct entries *notes)
{
	struct entries sorted = { .nr = notes->nr };
	size_t i;

	for (i = 0; i < notes->nr; i++)
		judge_note(j, &notes->e[i]);
	if (!j->machine->knows_cpus)
		return;
	sorted.e = malloc((notes->nr + 1) * sizeof(*sorted.e));
	if (!sorted.e) {
		j->no_memory = true;
		return;
	}
	for (i = 0; i < notes->nr; i++)
		sorted.e[i] = notes->e[i];
	qsort(sorted.e, sorted.nr, sizeof(*sorted.e), compare_notes);
	judge_claims(j, &sorted);
	free(sorted.e);
}
