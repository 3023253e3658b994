// SPDX-License-Identifier: GPL-2.0-only
/* Are the two segments that follow the machine the same? */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "image_straight.h"
#include "segment_bytes.h"

static const enum segment_kind kinds[2] = { SEGMENT_ELFCOREHDR, SEGMENT_FDT };

void segment_bytes_take(struct segment_bytes *s, const struct image_view *image)
{
	struct straight_image straight;

	fuzz_check(!image_straighten(&straight, image),
		   "no memory for an image");
	for (int i = 0; i < 2; i++) {
		const struct view_segment *v =
			image_view_segment(&straight.view, kinds[i]);

		s->size[i] = v ? v->memsz : 0;
		s->bytes[i] = malloc(s->size[i] + 1);
		fuzz_check(s->bytes[i], "no memory for a segment");
		if (v)
			memcpy(s->bytes[i], v->bytes, v->memsz);
	}
	image_straight_free(&straight);
}

void segment_bytes_free(struct segment_bytes *s)
{
	free(s->bytes[0]);
	free(s->bytes[1]);
}

const char *segment_bytes_differ(const struct segment_bytes *a,
				 const struct segment_bytes *b)
{
	for (int i = 0; i < 2; i++)
		if (a->size[i] != b->size[i] ||
		    memcmp(a->bytes[i], b->bytes[i], a->size[i]))
			return segment_kind_name(kinds[i]);
	return NULL;
}

static bool headers_differ(const struct view_segment *a,
			   const struct view_segment *b)
{
	const struct view_segment *longer = a->memsz > b->memsz ? a : b;
	size_t i, both = a->memsz > b->memsz ? b->memsz : a->memsz;

	if (memcmp(a->bytes, b->bytes, both))
		return true;
	for (i = both; i < longer->memsz; i++)
		if (longer->bytes[i])
			return true;
	return false;
}

static bool nodes_differ(const void *a, int in_a, const void *b, int in_b);

static bool properties_differ(const void *a, int in_a, const void *b, int in_b)
{
	int pa = fdt_first_property_offset(a, in_a);
	int pb = fdt_first_property_offset(b, in_b);
	const char *name_a, *name_b;
	const void *value_a, *value_b;
	int size_a, size_b;

	while (pa >= 0 && pb >= 0) {
		value_a = fdt_getprop_by_offset(a, pa, &name_a, &size_a);
		value_b = fdt_getprop_by_offset(b, pb, &name_b, &size_b);
		if (!value_a || !value_b || size_a != size_b ||
		    strcmp(name_a, name_b) || memcmp(value_a, value_b, size_a))
			return true;
		pa = fdt_next_property_offset(a, pa);
		pb = fdt_next_property_offset(b, pb);
	}
	return pa >= 0 || pb >= 0;
}

static bool children_differ(const void *a, int in_a, const void *b, int in_b)
{
	int ca = fdt_first_subnode(a, in_a), cb = fdt_first_subnode(b, in_b);

	while (ca >= 0 && cb >= 0) {
		if (nodes_differ(a, ca, b, cb))
			return true;
		ca = fdt_next_subnode(a, ca);
		cb = fdt_next_subnode(b, cb);
	}
	return ca >= 0 || cb >= 0;
}

static bool nodes_differ(const void *a, int in_a, const void *b, int in_b)
{
	return strcmp(fdt_get_name(a, in_a, NULL), fdt_get_name(b, in_b, NULL)) ||
	       properties_differ(a, in_a, b, in_b) ||
	       children_differ(a, in_a, b, in_b);
}

static bool cpus_differ(const void *a, const void *b)
{
	int in_a = fdt_path_offset(a, "/cpus"), in_b = fdt_path_offset(b, "/cpus");

	if (in_a < 0 || in_b < 0)
		return in_a != in_b;
	return nodes_differ(a, in_a, b, in_b);
}

const char *segments_differ(const struct image_view *a,
			    const struct image_view *b)
{
	const struct view_segment *in_a, *in_b;

	for (int i = 0; i < 2; i++) {
		in_a = image_view_segment(a, kinds[i]);
		in_b = image_view_segment(b, kinds[i]);
		if (!in_a != !in_b)
			return segment_kind_name(kinds[i]);
		if (in_a && (kinds[i] == SEGMENT_FDT ?
			     cpus_differ(in_a->bytes, in_b->bytes) :
			     headers_differ(in_a, in_b)))
			return segment_kind_name(kinds[i]);
	}
	return NULL;
}
