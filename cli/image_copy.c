// SPDX-License-Identifier: GPL-2.0-only
/* Back and forth in a log of stores. */
#include <stdlib.h>
#include <string.h>

#include "image_copy.h"

static int copy_segment(struct image_copy *copy, size_t i)
{
	struct view_segment *s = &copy->view.segment[i];

	copy->bytes[i] = malloc(s->memsz);
	if (!copy->bytes[i])
		return -1;
	memcpy(copy->bytes[i], s->bytes, s->memsz);
	s->bytes = copy->bytes[i];
	return 0;
}

/* the last word of a segment need not be whole */
static void put_word(struct image_copy *copy, const struct store *s,
		     const uint8_t *word)
{
	size_t left = copy->view.segment[s->segment].memsz - s->offset;

	memcpy(copy->bytes[s->segment] + s->offset, word, left < 8 ? left : 8);
}

int image_copy_rewind(struct image_copy *copy, const struct image_view *image,
		      const struct store *stores, size_t nr)
{
	image_copy_free(copy);
	copy->view = *image;
	for (size_t i = 0; i < nr; i++) {
		uint32_t segment = stores[i].segment;

		if (stores[i].changes && !copy->bytes[segment] &&
		    copy_segment(copy, segment))
			return -1;
	}
	for (size_t i = nr; i-- > 0;)
		if (stores[i].changes)
			put_word(copy, &stores[i], stores[i].old);
	image_view_resolve(&copy->view);
	return 0;
}

/* purgatory says which FDT or boot parameters are read, they which elfcorehdr */
static bool may_select(const struct image_view *image, const struct store *s)
{
	enum segment_kind kind = image->segment[s->segment].kind;

	return image->selector &&
	       (kind == SEGMENT_PURGATORY || kind == image_view_names(image));
}

void image_copy_step(struct image_copy *copy, const struct store *store)
{
	copy->view.loaded = store->visible;
	if (!store->changes)
		return;
	put_word(copy, store, store->new);
	if (may_select(&copy->view, store))
		image_view_resolve(&copy->view);
}

void image_copy_free(struct image_copy *copy)
{
	for (size_t i = 0; i < VIEW_SEGMENT_MAX; i++)
		free(copy->bytes[i]);
	memset(copy, 0, sizeof(*copy));
}
