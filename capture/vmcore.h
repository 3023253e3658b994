/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc/vmcore: what its files share.
 */
#ifndef CAPTURE_VMCORE_H
#define CAPTURE_VMCORE_H

#include "elfcore.h"
#include "judging.h"

/*
 * struct entry - a program header and what to call it
 * @index: in the table
 * @nr: among those of its type: "PT_LOAD 4"
 */
struct entry {
	const Elf64_Phdr *phdr;
	int index;
	int nr;
};

struct entries {
	struct entry *e;
	size_t nr;
};

/* vmcore_notes.c: are all the notes there that the CPUs will write? */
void judge_notes(struct judging *j, const struct entries *notes);

/*
 * vmcore_loads.c: is each PT_LOAD sound, and are all of them in order? Those
 * that are not sound are taken out of @loads, the others sorted by address.
 */
void judge_loads(struct judging *j, struct entries *loads);

/* vmcore_memory.c: do sound and sorted PT_LOADs say what memory there is? */
void judge_memory(struct judging *j, const struct entries *loads);

/*
 * x86 lists the kernel's text a second time at its other virtual address
 * (__START_KERNEL_map, arch/x86/include/asm/page_64_types.h, 6.12).
 */
bool is_kernel_text(const struct judging *j, const Elf64_Phdr *phdr);

/*
 * RTAS or OPAL, which a header lists wherever they are; kexec-tools puts them
 * last and rounds them to pages.
 */
bool is_firmware(const struct judging *j, const Elf64_Phdr *phdr);

/* memory that a dump reads from elsewhere: the first 64 KiB (powerpc) */
bool is_backup(const struct judging *j, const Elf64_Phdr *phdr);

#endif /* CAPTURE_VMCORE_H */
