// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where crash notes lie. An x86 kernel shows it in sysfs for present CPUs only,
 * but it does not change while the kernel runs, and a header that the kernel
 * wrote has a PT_NOTE for each possible CPU, ascending
 * (crash_prepare_elf64_headers(), kernel/crash_core.c, 6.12).
 */
#include <elf.h>
#include <endian.h>

#include "capture_reader.h"
#include "values.h"

static void learn_from_specs(const struct machine_spec *m, uint64_t *notes)
{
	size_t i;

	for (i = 0; i < m->nr_cpu_specs; i++)
		if (m->cpus[i].notes)
			notes[m->cpus[i].cpu] = m->cpus[i].notes;
}

/* only a header with as many PT_NOTEs as the kernel writes tells whose is whose */
static void learn_from_header(const struct capture_step *step, uint64_t *notes)
{
	const struct machine_spec *m = &step->machine;
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
	if (i != m->nr_cpu_specs + 1)
		return;
	for (i = 0; i < m->nr_cpu_specs; i++)
		if (!notes[m->cpus[i].cpu])
			notes[m->cpus[i].cpu] = le64toh(phdr[i].p_offset);
}

void complete_notes(struct capture *c)
{
	uint64_t notes[MAX_CPUS] = { 0 };
	size_t i, j;

	for (i = 0; i < c->nr_steps; i++)
		if (c->steps[i].has_state)
			learn_from_specs(&c->steps[i].machine, notes);
	for (i = 0; i < c->nr_steps; i++)
		if (c->steps[i].has_state)
			learn_from_header(&c->steps[i], notes);

	for (i = 0; i < c->nr_steps; i++) {
		struct machine_spec *m = &c->steps[i].machine;
		struct cpu_spec *cpus = (struct cpu_spec *)m->cpus;

		for (j = 0; j < m->nr_cpu_specs; j++)
			cpus[j].notes = notes[cpus[j].cpu];
	}
}
