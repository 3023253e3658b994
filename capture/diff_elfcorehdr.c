// SPDX-License-Identifier: GPL-2.0-only
/*
 * The difference between two elfcorehdrs: fields of the ELF header, notes by
 * their addresses, PT_LOADs by their memory (diff_loads.c).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_elfcorehdr.h"
#include "text.h"

static void diff_ehdr(struct elf_diff *e)
{
	const Elf64_Ehdr *a = &e->a.ehdr, *b = &e->b.ehdr;
	/* e_phnum follows from the notes and loads, and is left to them */
	const struct {
		const char *name;
		uint64_t a;
		uint64_t b;
	} fields[] = {
		{ "EI_DATA", a->e_ident[EI_DATA], b->e_ident[EI_DATA] },
		{ "EI_VERSION", a->e_ident[EI_VERSION],
		  b->e_ident[EI_VERSION] },
		{ "EI_OSABI", a->e_ident[EI_OSABI], b->e_ident[EI_OSABI] },
		{ "EI_ABIVERSION", a->e_ident[EI_ABIVERSION],
		  b->e_ident[EI_ABIVERSION] },
		{ "e_type", a->e_type, b->e_type },
		{ "e_machine", a->e_machine, b->e_machine },
		{ "e_version", a->e_version, b->e_version },
		{ "e_entry", a->e_entry, b->e_entry },
		{ "e_phoff", a->e_phoff, b->e_phoff },
		{ "e_shoff", a->e_shoff, b->e_shoff },
		{ "e_flags", a->e_flags, b->e_flags },
		{ "e_ehsize", a->e_ehsize, b->e_ehsize },
		{ "e_phentsize", a->e_phentsize, b->e_phentsize },
		{ "e_shentsize", a->e_shentsize, b->e_shentsize },
		{ "e_shnum", a->e_shnum, b->e_shnum },
		{ "e_shstrndx", a->e_shstrndx, b->e_shstrndx },
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].a != fields[i].b)
			differ(&e->d, DIFF_CHANGED, DIFF_EHDR, NO_RANGE, NULL,
			       "%s: 0x%" PRIx64 " -> 0x%" PRIx64,
			       fields[i].name, fields[i].a, fields[i].b);
	}
}

/* --- lists of program headers --------------------------------------------- */

static bool phdr_list_make(struct phdr_list *list, const struct elfcore *core,
			   bool loads)
{
	size_t i;

	*list = (struct phdr_list){
		.p = malloc((core->nr + 1) * sizeof(*list->p)),
	};
	if (!list->p)
		return false;
	for (i = 0; i < core->nr; i++) {
		/* what is neither note nor load is shown as a note would be */
		if ((core->phdrs[i].p_type == PT_LOAD) == loads)
			list->p[list->nr++] = &core->phdrs[i];
	}
	return true;
}

static int compare_fields(const Elf64_Phdr *x, const Elf64_Phdr *y)
{
	if (x->p_paddr != y->p_paddr)
		return x->p_paddr < y->p_paddr ? -1 : 1;
	if (x->p_memsz != y->p_memsz)
		return x->p_memsz < y->p_memsz ? -1 : 1;
	return memcmp(x, y, sizeof(*x));
}

/* by address; copies stay in their order */
static int compare_phdrs(const void *a, const void *b)
{
	const Elf64_Phdr *x = *(const Elf64_Phdr *const *)a;
	const Elf64_Phdr *y = *(const Elf64_Phdr *const *)b;
	int order = compare_fields(x, y);

	return order ? order : x < y ? -1 : x > y;
}

/* an entry that both have */
struct pair {
	const Elf64_Phdr *a;
	const Elf64_Phdr *b;
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->a < y->a ? -1 : x->a > y->a;
}

static bool in_same_order(struct pair *pairs, size_t nr)
{
	size_t i;

	qsort(pairs, nr, sizeof(*pairs), compare_pairs);
	for (i = 1; i < nr; i++) {
		if (pairs[i].b < pairs[i - 1].b)
			return false;
	}
	return true;
}

/* both lists are sorted; returns how many pairs left them */
static size_t take_pairs(struct phdr_list *a, struct phdr_list *b,
			 struct pair *pairs)
{
	size_t i = 0, k = 0, nr = 0, nr_a = 0, nr_b = 0;
	int order;

	while (i < a->nr || k < b->nr) {
		if (i == a->nr)
			order = 1;
		else if (k == b->nr)
			order = -1;
		else
			order = compare_fields(a->p[i], b->p[k]);
		if (order < 0)
			a->p[nr_a++] = a->p[i];
		else if (order > 0)
			b->p[nr_b++] = b->p[k];
		else
			pairs[nr++] = (struct pair){ a->p[i], b->p[k] };
		i += order <= 0;
		k += order >= 0;
	}
	a->nr = nr_a;
	b->nr = nr_b;
	return nr;
}

bool drop_equal(struct elf_diff *e)
{
	struct phdr_list *a = &e->list_a, *b = &e->list_b;
	struct pair *pairs = malloc((a->nr + 1) * sizeof(*pairs));
	bool in_order;

	if (!pairs) {
		e->d.no_memory = true;
		return true;
	}
	qsort(a->p, a->nr, sizeof(*a->p), compare_phdrs);
	qsort(b->p, b->nr, sizeof(*b->p), compare_phdrs);
	in_order = in_same_order(pairs, take_pairs(a, b, pairs));
	free(pairs);
	return in_order;
}

struct view_range phdr_range(const Elf64_Phdr *phdr)
{
	return (struct view_range){
		phdr->p_paddr,
		phdr->p_memsz ? phdr_end(phdr) : phdr->p_paddr,
	};
}

/* --- notes ---------------------------------------------------------------- */

static void diff_note(struct elf_diff *e, enum diff_kind kind,
		      const Elf64_Phdr *note)
{
	if (note->p_type == PT_NOTE)
		differ(&e->d, kind, DIFF_NOTE, phdr_range(note), NULL,
		       "PT_NOTE at 0x%" PRIx64 " (%" PRIu64 " B)",
		       note->p_paddr, note->p_memsz);
	else
		differ(&e->d, kind, DIFF_NOTE, phdr_range(note), NULL,
		       "program header of type %u at 0x%" PRIx64,
		       note->p_type, note->p_paddr);
}

/* the same address, but something else differs */
static void diff_changed_note(struct elf_diff *e, const Elf64_Phdr *a,
			      const Elf64_Phdr *b)
{
	char fields[PHDR_FIELDS];

	differ(&e->d, DIFF_CHANGED, DIFF_NOTE, phdr_range(b), NULL,
	       "PT_NOTE at 0x%" PRIx64 ": %s", b->p_paddr,
	       phdr_fields(a, b, fields));
}

static void diff_notes(struct elf_diff *e)
{
	struct phdr_list *a = &e->list_a, *b = &e->list_b;
	size_t i = 0, k = 0;

	if (!drop_equal(e))
		differ(&e->d, DIFF_CHANGED, DIFF_ORDER, NO_RANGE, NULL,
		       "the PT_NOTEs are in another order");
	while (i < a->nr || k < b->nr) {
		if (k == b->nr ||
		    (i < a->nr && a->p[i]->p_paddr < b->p[k]->p_paddr))
			diff_note(e, DIFF_REMOVED, a->p[i++]);
		else if (i == a->nr || b->p[k]->p_paddr < a->p[i]->p_paddr)
			diff_note(e, DIFF_ADDED, b->p[k++]);
		else
			diff_changed_note(e, a->p[i++], b->p[k++]);
	}
}

/* --- fields of a program header ------------------------------------------- */

const char *phdr_fields(const Elf64_Phdr *a, const Elf64_Phdr *b,
			char text[PHDR_FIELDS])
{
	const struct {
		const char *name;
		uint64_t a;
		uint64_t b;
	} fields[] = {
		{ "p_type", a->p_type, b->p_type },
		{ "p_flags", a->p_flags, b->p_flags },
		{ "p_offset", a->p_offset, b->p_offset },
		{ "p_vaddr", a->p_vaddr, b->p_vaddr },
		{ "p_filesz", a->p_filesz, b->p_filesz },
		{ "p_memsz", a->p_memsz, b->p_memsz },
		{ "p_align", a->p_align, b->p_align },
	};
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].a == fields[i].b)
			continue;
		snprintf(text + len, PHDR_FIELDS - len,
			 "%s%s 0x%" PRIx64 " -> 0x%" PRIx64, len ? ", " : "",
			 fields[i].name, fields[i].a, fields[i].b);
		len = strlen(text);
	}
	return text;
}

/* --- all of it ------------------------------------------------------------ */

static void diff_lists(struct elf_diff *e, bool loads,
		       void (*diff_list)(struct elf_diff *e))
{
	bool ok = phdr_list_make(&e->list_a, &e->a, loads);

	if (phdr_list_make(&e->list_b, &e->b, loads) && ok)
		diff_list(e);
	else
		e->d.no_memory = true;
	free(e->list_a.p);
	free(e->list_b.p);
}

int diff_elfcorehdr(const void *a, size_t a_size, const void *b, size_t b_size,
		    struct diff *diff, char *why)
{
	struct elf_diff e = { .d.diff = diff };
	int err;

	*diff = (struct diff){ 0 };
	if (elfcore_read(a, a_size, &e.a, why))
		return -1;
	err = elfcore_read(b, b_size, &e.b, why);
	if (!err) {
		diff_ehdr(&e);
		diff_lists(&e, false, diff_notes);
		diff_lists(&e, true, diff_loads);
		err = differing_end(&e.d, why);
		free(e.b.phdrs);
	}
	free(e.a.phdrs);
	return err;
}
