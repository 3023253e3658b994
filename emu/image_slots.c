// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which FDT, and which elfcorehdr, does a crash read? On powerpc, purgatory hands
 * over the FDT whose address is in its word dt_offset
 * (arch/powerpc/purgatory/trampoline_64.S, 6.12), and the capture kernel looks
 * for the elfcorehdr where that FDT says. So an image may hold both twice, and
 * the word selects a slot. None of the bytes is trusted.
 */
#include <libfdt.h>
#include <string.h>

#include "bootargs.h"
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

/* a capture kernel's command line wins over the property (drivers/of/fdt.c, 6.12) */
static void read_header_place(const struct view_segment *fdt,
			      struct header_place *place)
{
	const fdt32_t *prop;
	int chosen, len, cells;

	if (!fdt->bytes || fdt_check_sound(fdt->bytes, fdt->memsz))
		return;
	chosen = fdt_path_offset(fdt->bytes, "/chosen");
	if (chosen < 0)
		return;
	prop = fdt_getprop(fdt->bytes, chosen, "linux,elfcorehdr", &len);
	cells = fdt_address_cells(fdt->bytes, 0);
	if (prop && cells > 0 && len / (int)sizeof(*prop) >= cells) {
		place->known = true;
		for (int i = 0; i < cells; i++)
			place->address = place->address << 32 | fdt32_ld(&prop[i]);
	}
	prop = fdt_getprop(fdt->bytes, chosen, "bootargs", &len);
	if (prop)
		bootargs_header(prop, len, place);
}

static void select_header(struct image_view *image,
			  const struct view_segment *fdt)
{
	const enum segment_kind kind = SEGMENT_ELFCOREHDR;
	size_t slot = fdt ? image_view_slot(image, fdt) : 0;
	const struct view_segment *own = segment_of_slot(image, kind, slot);
	const struct view_segment *named = NULL;
	struct header_place place = { 0 };

	if (fdt)
		read_header_place(fdt, &place);
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

void image_view_resolve(struct image_view *image)
{
	const struct view_segment *fdt;

	if (image->dt_offset &&
	    read_word(image, image->dt_offset, &image->dt_value)) {
		fdt = segment_at(image, SEGMENT_FDT, image->dt_value);
		select_segment(image, SEGMENT_FDT, fdt);
		/* reading an FDT takes a while: not where there is no choice */
		if (count_loaded_as(image, SEGMENT_ELFCOREHDR) > 1)
			select_header(image, fdt);
	}
	fdt = image_view_segment(image, SEGMENT_FDT);
	image->loaded_fdt = fdt ? fdt->loaded : NULL;
	image->loaded_fdt_size = image->loaded_fdt ? fdt->memsz : 0;
}
