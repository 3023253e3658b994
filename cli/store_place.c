// SPDX-License-Identifier: GPL-2.0-only
/* Where in an image a store was. */
#include <elf.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "store_place.h"

#define MAX_DEPTH 16

struct field {
	size_t offset;
	const char *name;
};

/* the last field of @fields that begins at @offset or before */
static const char *field_at(const struct field *fields, size_t nr,
			    size_t offset)
{
	const char *name = fields[0].name;

	for (size_t i = 0; i < nr && fields[i].offset <= offset; i++)
		name = fields[i].name;
	return name;
}

/* --- elfcorehdr -------------------------------------------------------------------- */

static void header_place(size_t offset, char *text, size_t size)
{
	static const struct field ehdr[] = {
		{ offsetof(Elf64_Ehdr, e_ident), "e_ident" },
		{ offsetof(Elf64_Ehdr, e_type), "e_type" },
		{ offsetof(Elf64_Ehdr, e_version), "e_version" },
		{ offsetof(Elf64_Ehdr, e_entry), "e_entry" },
		{ offsetof(Elf64_Ehdr, e_phoff), "e_phoff" },
		{ offsetof(Elf64_Ehdr, e_shoff), "e_shoff" },
		{ offsetof(Elf64_Ehdr, e_flags), "e_flags" },
		/* the word that holds it holds e_phentsize and more too */
		{ offsetof(Elf64_Ehdr, e_phentsize), "e_phnum" },
	};
	static const struct field phdr[] = {
		{ offsetof(Elf64_Phdr, p_type), "p_type" },
		{ offsetof(Elf64_Phdr, p_offset), "p_offset" },
		{ offsetof(Elf64_Phdr, p_vaddr), "p_vaddr" },
		{ offsetof(Elf64_Phdr, p_paddr), "p_paddr" },
		{ offsetof(Elf64_Phdr, p_filesz), "p_filesz" },
		{ offsetof(Elf64_Phdr, p_memsz), "p_memsz" },
		{ offsetof(Elf64_Phdr, p_align), "p_align" },
	};
	size_t at = offset - sizeof(Elf64_Ehdr);

	if (offset < sizeof(Elf64_Ehdr))
		snprintf(text, size, "ELF header, %s",
			 field_at(ehdr, sizeof(ehdr) / sizeof(ehdr[0]), offset));
	else
		snprintf(text, size, "program header %zu, %s",
			 at / sizeof(Elf64_Phdr),
			 field_at(phdr, sizeof(phdr) / sizeof(phdr[0]),
				  at % sizeof(Elf64_Phdr)));
}

/* --- FDT ----------------------------------------------------------------------------- */

/**
 * struct tree_walk - the nodes around a place in the structure block
 * @path: of the node
 * @length: of @path, for each depth
 */
struct tree_walk {
	char path[160];
	size_t length[MAX_DEPTH];
	int depth;
};

static void enter(struct tree_walk *w, const char *name)
{
	size_t length = w->depth ? w->length[w->depth - 1] : 0;

	if (w->depth < MAX_DEPTH)
		snprintf(w->path + length, sizeof(w->path) - length, "%s%s",
			 w->depth > 1 || !w->depth ? "/" : "", name);
	if (w->depth == 0)
		snprintf(w->path, sizeof(w->path), "/");
	if (w->depth < MAX_DEPTH)
		w->length[w->depth] = strlen(w->path);
	w->depth++;
}

static void leave(struct tree_walk *w)
{
	if (!w->depth)
		return;
	w->depth--;
	if (w->depth && w->depth <= MAX_DEPTH)
		w->path[w->length[w->depth - 1]] = '\0';
}

/* the tags up to @at; the tree may be torn on the way there */
static void structure_place(const void *fdt, int at, char *text, size_t size)
{
	struct tree_walk w = { .path = "/" };
	int offset = 0, next = 0, length;
	const char *name;
	uint32_t tag;

	do {
		offset = next;
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0 || tag == FDT_END) {
			snprintf(text, size, "structure, torn after %s", w.path);
			return;
		}
		if (tag == FDT_BEGIN_NODE)
			enter(&w, fdt_get_name(fdt, offset, NULL));
		else if (tag == FDT_END_NODE && next <= at)
			leave(&w);
	} while (next <= at);

	if (tag != FDT_PROP ||
	    !fdt_getprop_by_offset(fdt, offset, &name, &length))
		snprintf(text, size, "%s", w.path);
	else
		snprintf(text, size, "%s, property %s", w.path, name);
}

static void fdt_place(const void *fdt, size_t memsz, size_t offset, char *text,
		      size_t size)
{
	size_t structure, strings;

	if (fdt_check_header(fdt) || fdt_totalsize(fdt) > memsz) {
		snprintf(text, size, "no FDT any more");
		return;
	}
	structure = fdt_off_dt_struct(fdt);
	strings = fdt_off_dt_strings(fdt);
	if (offset < sizeof(struct fdt_header))
		snprintf(text, size, "FDT header");
	else if (offset >= strings && offset < strings + fdt_size_dt_strings(fdt))
		snprintf(text, size, "names of properties");
	else if (offset >= structure &&
		 offset < structure + fdt_size_dt_struct(fdt))
		structure_place(fdt, (int)(offset - structure), text, size);
	else
		snprintf(text, size, "between the FDT's blocks");
}

/* the word of purgatory, and what it says now; other bytes of it have no names */
static void purgatory_place(const struct image_view *image,
			    const struct view_segment *s, size_t offset,
			    char *text, size_t size)
{
	const bool fdt = image_view_names(image) == SEGMENT_FDT;
	const char *word = fdt ? "dt_offset" : "entry64_regs.rsi";
	const struct view_segment *read =
		image_view_segment(image, image_view_names(image));

	if (!image->selector || s->mem + offset != image->selector)
		return;
	if (read)
		snprintf(text, size, "%s, selects slot %zu", word,
			 image_view_slot(image, read));
	else
		snprintf(text, size, "%s, 0x%" PRIx64 " is no %s address", word,
			 image->selected, fdt ? "FDT's" : "boot parameters'");
}

/* what is in it, whether it is read now or not */
static enum segment_kind holds(const struct view_segment *s)
{
	return s->kind == SEGMENT_SPARE ? s->loaded_as : s->kind;
}

void store_place(const struct image_view *image, const struct store *store,
		 char *text, size_t size)
{
	const struct view_segment *s = &image->segment[store->segment];
	char where[STORE_PLACE_SIZE] = "";

	if (!store->changes) {
		snprintf(text, size, "kexec_crash_image is %s, the kexec lock %s",
			 store->visible ? "the image" : "NULL",
			 store->locked ? "held" : "free");
		return;
	}
	if (holds(s) == SEGMENT_ELFCOREHDR)
		header_place(store->offset, where, sizeof(where));
	else if (holds(s) == SEGMENT_FDT)
		fdt_place(s->bytes, s->memsz, store->offset, where,
			  sizeof(where));
	else if (s->kind == SEGMENT_PURGATORY)
		purgatory_place(image, s, store->offset, where, sizeof(where));
	snprintf(text, size, "%s%s +0x%x%s%s",
		 s->kind == SEGMENT_SPARE ? "spare " : "",
		 segment_kind_name(holds(s)), store->offset,
		 where[0] ? ": " : "", where);
}
