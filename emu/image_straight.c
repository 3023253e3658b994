// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image without its slots: what is read moves to slot 0's places, whatever names
 * its old place names the new one, and the rest is left out.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdt_sound.h"
#include "image_straight.h"

/* the address of an elfcorehdr, and the one to have instead */
struct move {
	uint64_t from;
	uint64_t to;
};

/* --- an FDT names another elfcorehdr ----------------------------------------- */

/* as text it is as long as before, or stays */
static void move_bootargs(void *fdt, int chosen, const struct move *m)
{
	char from[40], to[40], *args, *at;
	int len;

	snprintf(from, sizeof(from), "elfcorehdr=0x%" PRIx64, m->from);
	snprintf(to, sizeof(to), "elfcorehdr=0x%" PRIx64, m->to);
	args = fdt_getprop_w(fdt, chosen, "bootargs", &len);
	if (!args || len < 1 || args[len - 1] || strlen(from) != strlen(to))
		return;
	while ((at = strstr(args, from))) {
		memcpy(at, to, strlen(to));
		args = at + strlen(to);
	}
}

/* an address of one cell or of two */
static void move_property(void *fdt, int chosen, const struct move *m)
{
	int len, cells = fdt_address_cells(fdt, 0);
	fdt32_t from[2], to[2], *place;

	fdt64_st(from, m->from);
	fdt64_st(to, m->to);
	place = fdt_getprop_w(fdt, chosen, "linux,elfcorehdr", &len);
	if (!place || (cells != 1 && cells != 2) ||
	    len < cells * (int)sizeof(*place))
		return;
	if (!memcmp(place, from + 2 - cells, cells * sizeof(*place)))
		memcpy(place, to + 2 - cells, cells * sizeof(*place));
}

/* fdt_get_mem_rsv() reads them from here; the address comes first, and nobody has
 * seen to it that it is aligned
 */
static void move_reservation(void *fdt, const struct move *m)
{
	char *entry = (char *)fdt + fdt_off_mem_rsvmap(fdt);
	int nr = fdt_num_mem_rsv(fdt);

	for (int i = 0; i < nr; i++, entry += sizeof(struct fdt_reserve_entry))
		if (fdt64_ld((fdt64_t *)entry) == m->from)
			fdt64_st(entry, m->to);
}

static void move_header(void *fdt, size_t size, const struct move *m)
{
	int chosen;

	if (fdt_check_sound(fdt, size))
		return;
	move_reservation(fdt, m);
	chosen = fdt_path_offset(fdt, "/chosen");
	if (chosen < 0)
		return;
	move_property(fdt, chosen, m);
	move_bootargs(fdt, chosen, m);
}

/* --- segments ------------------------------------------------------------------- */

static struct view_segment *first_loaded_as(struct image_view *v,
					    enum segment_kind kind)
{
	for (size_t i = 0; i < v->nr_segments; i++)
		if (v->segment[i].loaded_as == kind)
			return &v->segment[i];
	return NULL;
}

static struct view_segment *now_read(struct image_view *v,
				     enum segment_kind kind)
{
	return (struct view_segment *)image_view_segment(v, kind);
}

/* a copy of its bytes, which is @s's from now on */
static void *copy_bytes(struct view_segment *s)
{
	void *copy = malloc(s->memsz);

	if (copy)
		s->bytes = memcpy(copy, s->bytes, s->memsz);
	return copy;
}

static int straighten_fdt(struct straight_image *s)
{
	struct view_segment *fdt = now_read(&s->view, SEGMENT_FDT);
	struct view_segment *header = now_read(&s->view, SEGMENT_ELFCOREHDR);
	struct view_segment *first = first_loaded_as(&s->view,
						     SEGMENT_ELFCOREHDR);

	if (!fdt || !fdt->bytes || !header || header == first)
		return 0;
	s->fdt = copy_bytes(fdt);
	if (!s->fdt)
		return -1;
	move_header(s->fdt, fdt->memsz,
		    &(struct move){ header->mem, first->mem });
	return 0;
}

static int straighten_word(struct straight_image *s)
{
	struct view_segment *purgatory = now_read(&s->view, SEGMENT_PURGATORY);
	enum segment_kind kind = image_view_names(&s->view);
	struct view_segment *read = now_read(&s->view, kind);
	struct view_segment *first = first_loaded_as(&s->view, kind);
	uint64_t at = s->view.selector;

	if (!read || read == first || !purgatory || !purgatory->bytes ||
	    at < purgatory->mem || purgatory->memsz < sizeof(first->mem) ||
	    at - purgatory->mem > purgatory->memsz - sizeof(first->mem))
		return 0;
	s->purgatory = copy_bytes(purgatory);
	if (!s->purgatory)
		return -1;
	memcpy((char *)s->purgatory + (at - purgatory->mem), &first->mem,
	       sizeof(first->mem));
	s->view.selected = first->mem;
	return 0;
}

/* what is read is where the first one was */
static void move_to_first(struct image_view *v, enum segment_kind kind)
{
	struct view_segment *first = first_loaded_as(v, kind);
	struct view_segment *read = now_read(v, kind);
	struct view_segment moved;

	if (!read || read == first)
		return;
	moved = *first;
	moved.kind = kind;
	moved.bytes = read->bytes;
	read->kind = SEGMENT_SPARE;
	*first = moved;
	if (kind == SEGMENT_FDT)
		v->loaded_fdt = first->loaded;
}

/* no update changes boot parameters: the first ones name the first elfcorehdr */
static void go_back_to_first(struct image_view *v, enum segment_kind kind)
{
	struct view_segment *first = first_loaded_as(v, kind);
	struct view_segment *read = now_read(v, kind);

	if (!read)
		return;
	read->kind = SEGMENT_SPARE;
	first->kind = kind;
}

static void drop_spare(struct image_view *v)
{
	size_t nr = 0;

	for (size_t i = 0; i < v->nr_segments; i++) {
		const struct view_segment *s = &v->segment[i];

		if (s->kind != SEGMENT_SPARE)
			v->segment[nr++] = *s;
		else if (s->in_digest)
			v->verifies = false;
	}
	v->nr_segments = nr;
}

/* one elfcorehdr has no more reserved than it has */
static void limit_reserved(struct image_view *v)
{
	const struct view_segment *header =
		image_view_segment(v, SEGMENT_ELFCOREHDR);

	if (header && v->reserved > header->memsz)
		v->reserved = header->memsz;
}

int image_straighten(struct straight_image *s, const struct image_view *image)
{
	*s = (struct straight_image){ .view = *image };
	if (straighten_fdt(s) || straighten_word(s)) {
		image_straight_free(s);
		return -1;
	}
	move_to_first(&s->view, SEGMENT_ELFCOREHDR);
	move_to_first(&s->view, SEGMENT_FDT);
	go_back_to_first(&s->view, SEGMENT_BOOT_PARAM);
	drop_spare(&s->view);
	if (s->view.nr_segments < image->nr_segments)
		limit_reserved(&s->view);
	return 0;
}

void image_straight_free(struct straight_image *s)
{
	free(s->fdt);
	free(s->purgatory);
	*s = (struct straight_image){ 0 };
}
