// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which FDT, and which elfcorehdr, does a crash read? On powerpc, purgatory hands
 * over the FDT whose address is in its word dt_offset
 * (arch/powerpc/purgatory/trampoline_64.S, 6.12), and the capture kernel looks
 * for the elfcorehdr where that FDT says. On x86 it is boot parameters, in rsi
 * (arch/x86/purgatory/entry64.S), with a command line. So an image may hold both
 * twice, and the word selects a slot. None of the bytes is trusted.
 */
#include <libfdt.h>
#include <string.h>

#include "boot_params.h"
#include "fdt_sound.h"
#include "machine_view.h"

/* the word at @at, in the order of bytes of the machine, which is the host's */
static bool read_word(const struct image_view *image, uint64_t at,
		      uint64_t *value)
{
	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];

		if (!s->bytes || at < s->mem || s->memsz < sizeof(*value) ||
		    at - s->mem > s->memsz - sizeof(*value))
			continue;
		memcpy(value, s->bytes + (at - s->mem), sizeof(*value));
		return true;
	}
	return false;
}

size_t image_view_slot(const struct image_view *image,
		       const struct view_segment *segment)
{
	size_t slot = 0;

	for (const struct view_segment *s = image->segment; s < segment; s++)
		slot += s->loaded_as == segment->loaded_as;
	return slot;
}

/* @selected: of those that were loaded as @kind, the one that is read; or NULL */
static void select_segment(struct image_view *image, enum segment_kind kind,
			   const struct view_segment *selected)
{
	for (size_t i = 0; i < image->nr_segments; i++) {
		struct view_segment *s = &image->segment[i];

		if (s->loaded_as == kind)
			s->kind = s == selected ? kind : SEGMENT_SPARE;
	}
}

/* the one that begins at @mem, or NULL */
static const struct view_segment *segment_at(const struct image_view *image,
					     enum segment_kind kind,
					     uint64_t mem)
{
	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];

		if (s->loaded_as == kind && s->mem == mem)
			return s;
	}
	return NULL;
}

/* the one of @slot, or else the first, or NULL */
static const struct view_segment *segment_of_slot(const struct image_view *image,
						  enum segment_kind kind,
						  size_t slot)
{
	const struct view_segment *first = NULL;

	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];

		if (s->loaded_as != kind)
			continue;
		if (image_view_slot(image, s) == slot)
			return s;
		first = first ? first : s;
	}
	return first;
}

/* one property of /chosen; a command line wins over linux,elfcorehdr
 * (drivers/of/fdt.c, 6.12)
 */
static void read_property(const void *fdt, int offset, bool *by_option,
			  struct header_place *place)
{
	const int cells = fdt_address_cells(fdt, 0);
	struct header_place option = { 0 };
	const fdt32_t *value;
	const char *name;
	int len;

	value = fdt_getprop_by_offset(fdt, offset, &name, &len);
	if (!value)
		return;
	if (!strcmp(name, "bootargs"))
		bootargs_header(value, len, &option);
	if (option.known) {
		*place = option;
		*by_option = true;
	} else if (!*by_option && !strcmp(name, "linux,elfcorehdr") &&
		   cells > 0 && len / (int)sizeof(*value) >= cells) {
		*place = (struct header_place){ .known = true };
		for (int i = 0; i < cells; i++)
			place->address = place->address << 32 |
					 fdt32_ld(&value[i]);
	}
}

/*
 * Up to the end of /chosen and no further. libfdt's own search would go round in
 * circles in some trees (fdt_sound.h), and to check a large one first takes longer
 * than anything else that is done with an image.
 */
static void read_fdt(const struct view_segment *fdt, struct header_place *place)
{
	int offset, next = 0, depth = 0;
	bool in_chosen = false, by_option = false;
	uint32_t tag;

	if (!fdt->bytes || fdt_check_sound_header(fdt->bytes, fdt->memsz))
		return;
	do {
		offset = next;
		tag = fdt_next_tag(fdt->bytes, offset, &next);
		if (next <= offset)
			return;
		if (tag == FDT_BEGIN_NODE)
			in_chosen = ++depth == 2 &&
				    !strcmp(fdt_get_name(fdt->bytes, offset, NULL),
					    "chosen");
		else if (tag == FDT_END_NODE && (depth-- < 2 || in_chosen))
			return;
		else if (tag == FDT_PROP && in_chosen)
			read_property(fdt->bytes, offset, &by_option, place);
	} while (tag != FDT_END);
}

static void read_params(const struct view_segment *params,
			struct header_place *place)
{
	if (params->bytes)
		boot_params_header(params->bytes, params->memsz, params->mem,
				   place);
}

/* @names: an FDT or boot parameters; NULL: what is read is neither */
static void select_header(struct image_view *image,
			  const struct view_segment *names)
{
	const enum segment_kind kind = SEGMENT_ELFCOREHDR;
	size_t slot = names ? image_view_slot(image, names) : 0;
	const struct view_segment *own = segment_of_slot(image, kind, slot);
	const struct view_segment *named = NULL;
	struct header_place place = { 0 };

	if (names && names->loaded_as == SEGMENT_FDT)
		read_fdt(names, &place);
	else if (names)
		read_params(names, &place);
	if (place.known)
		named = segment_at(image, kind, place.address);
	select_segment(image, kind, named ? named : own);
}

static size_t count_loaded_as(const struct image_view *image,
			      enum segment_kind kind)
{
	size_t nr = 0;

	for (size_t i = 0; i < image->nr_segments; i++)
		nr += image->segment[i].loaded_as == kind;
	return nr;
}

enum segment_kind image_view_names(const struct image_view *image)
{
	return count_loaded_as(image, SEGMENT_FDT) ? SEGMENT_FDT :
						     SEGMENT_BOOT_PARAM;
}

void image_view_resolve(struct image_view *image)
{
	enum segment_kind kind = image_view_names(image);
	const struct view_segment *names, *fdt;

	if (image->selector &&
	    read_word(image, image->selector, &image->selected)) {
		names = segment_at(image, kind, image->selected);
		select_segment(image, kind, names);
		/* reading an FDT takes a while: not where there is no choice */
		if (count_loaded_as(image, SEGMENT_ELFCOREHDR) > 1)
			select_header(image, names);
	}
	fdt = image_view_segment(image, SEGMENT_FDT);
	image->loaded_fdt = fdt ? fdt->loaded : NULL;
	image->loaded_fdt_size = image->loaded_fdt ? fdt->memsz : 0;
}
