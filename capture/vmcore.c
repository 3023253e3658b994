// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /proc/vmcore makes of an elfcorehdr: the rules of
 * parse_crash_elf64_headers() and merge_note_headers_elf64() in fs/proc/vmcore.c
 * (6.12), and those of ELF readers in user space. Only the header and the
 * e_phnum entries behind it are read: what an older, longer table left behind
 * is nobody's business.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore.h"

/* --- the ELF header ------------------------------------------------------- */

/* a field that must have one value */
struct field {
	const char *name;
	uint64_t got;
	uint64_t want;
};

/* "Core image elf header is not sane": no /proc/vmcore at all */
static bool judge_sanity(struct judging *j, const Elf64_Ehdr *e)
{
	const struct field fields[] = {
		{ "EI_CLASS", e->e_ident[EI_CLASS], ELFCLASS64 },
		{ "EI_VERSION", e->e_ident[EI_VERSION], EV_CURRENT },
		{ "e_type", e->e_type, ET_CORE },
		{ "e_machine", e->e_machine, j->machine->arch == ARCH_POWERPC ?
					     EM_PPC64 : EM_X86_64 },
		{ "e_version", e->e_version, EV_CURRENT },
		{ "e_ehsize", e->e_ehsize, sizeof(Elf64_Ehdr) },
		{ "e_phentsize", e->e_phentsize, sizeof(Elf64_Phdr) },
	};
	bool sane = true;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].got == fields[i].want)
			continue;
		found(j, NOWHERE, I_SANE, VERDICT_LOST,
		      "%s is %" PRIu64 " and not %" PRIu64
		      ": the capture kernel refuses the header",
		      fields[i].name, fields[i].got, fields[i].want);
		sane = false;
	}
	return sane;
}

static bool judge_ehdr(struct judging *j, const struct view_segment *segment,
		       Elf64_Ehdr *e)
{
	if (elfcore_read_ehdr(segment->bytes, segment->memsz, e) ||
	    memcmp(e->e_ident, ELFMAG, SELFMAG)) {
		found(j, NOWHERE, I_SANE, VERDICT_LOST,
		      "the elfcorehdr segment holds no ELF header");
		return false;
	}
	if (!judge_sanity(j, e))
		return false;
	if (!e->e_phnum) {
		found(j, NOWHERE, I_PHNUM, VERDICT_LOST,
		      "e_phnum is 0: the capture kernel refuses the header");
		return false;
	}
	if (elfcore_size(e->e_phnum) > segment->memsz) {
		found(j, NOWHERE, I_PHNUM, VERDICT_LOST,
		      "e_phnum is %u, which takes %" PRIu64 " bytes, the segment has %zu",
		      e->e_phnum, elfcore_size(e->e_phnum), segment->memsz);
		return false;
	}
	return true;
}

/* does libelf see the same program headers, at both ends of the table? */
static bool is_same_table(Elf *elf, const struct elfcore *core)
{
	size_t last = core->nr - 1, nr;
	GElf_Phdr phdr;

	return !elf_getphdrnum(elf, &nr) && nr == core->nr &&
	       gelf_getphdr(elf, 0, &phdr) &&
	       !memcmp(&phdr, &core->phdrs[0], sizeof(phdr)) &&
	       gelf_getphdr(elf, last, &phdr) &&
	       !memcmp(&phdr, &core->phdrs[last], sizeof(phdr));
}

/*
 * The kernel takes byte order and place of the table for granted. Whoever reads
 * the dump later does not, and sees the ELF header as it is here.
 */
static void ask_libelf(struct judging *j, const struct view_segment *segment,
		       const struct elfcore *core)
{
	/* elf_memory() does not write to what it only reads */
	Elf *elf = elf_memory((char *)segment->bytes, elfcore_size(core->nr));

	if (!elf)
		found(j, NOWHERE, I_SANE, VERDICT_INCOMPLETE,
		      "libelf does not accept the header: %s", elf_errmsg(-1));
	else if (!is_same_table(elf, core))
		found(j, NOWHERE, I_SANE, VERDICT_INCOMPLETE,
		      "ELF readers see other program headers than the kernel: EI_DATA is %u, e_phoff %" PRIu64,
		      core->ehdr.e_ident[EI_DATA], core->ehdr.e_phoff);
	elf_end(elf);
}

/* --- the program headers -------------------------------------------------- */

/*
 * The kernel puts all notes into the first program header and drops as many
 * headers behind it as there were notes, whatever they are.
 */
static void judge_order(struct judging *j, const struct entries *notes,
			const struct entries *loads)
{
	const struct entry *last;

	if (!notes->nr) {
		found(j, NOWHERE, I_PHNUM, VERDICT_LOST,
		      "there is no PT_NOTE: the capture kernel fails to merge the notes");
		return;
	}
	last = &notes->e[notes->nr - 1];
	if (loads->nr && loads->e[0].index < last->index)
		found(j, ABOUT_PHDR(last->index), I_SANE, VERDICT_INCOMPLETE,
		      "PT_NOTE %d comes after PT_LOAD 0: the capture kernel drops PT_LOADs for it",
		      last->nr);
}

static void sort_out(struct judging *j, const struct elfcore *core,
		     struct entries *notes, struct entries *loads)
{
	const Elf64_Phdr *phdr;
	struct entries *list;
	size_t i;

	for (i = 0; i < core->nr; i++) {
		phdr = &core->phdrs[i];
		if (phdr->p_type != PT_NOTE && phdr->p_type != PT_LOAD) {
			found(j, ABOUT_PHDR(i), I_PHNUM, VERDICT_STALE,
			      "program header %zu is of type %u, neither PT_NOTE nor PT_LOAD",
			      i, phdr->p_type);
			continue;
		}
		list = phdr->p_type == PT_NOTE ? notes : loads;
		list->e[list->nr] = (struct entry){ phdr, i, list->nr };
		list->nr++;
	}
}

static void judge_phdrs(struct judging *j, const struct elfcore *core)
{
	struct entries notes = { 0 }, loads = { 0 };

	notes.e = malloc(core->nr * sizeof(*notes.e));
	loads.e = malloc(core->nr * sizeof(*loads.e));
	if (notes.e && loads.e) {
		sort_out(j, core, &notes, &loads);
		judge_order(j, &notes, &loads);
		judge_notes(j, &notes);
		judge_loads(j, &loads);
		judge_memory(j, &loads);
	} else {
		j->no_memory = true;
	}
	free(notes.e);
	free(loads.e);
}

void judge_vmcore(struct judging *j, const struct view_segment *segment)
{
	struct elfcore core;
	Elf64_Ehdr ehdr;
	char why[ELFCORE_WHY];

	elf_version(EV_CURRENT);
	if (!judge_ehdr(j, segment, &ehdr))
		return;
	if (elfcore_read(segment->bytes, segment->memsz, &core, why)) {
		/* all else that it could complain of is sorted out */
		j->no_memory = true;
		return;
	}
	ask_libelf(j, segment, &core);
	judge_phdrs(j, &core);
	free(core.phdrs);
}
