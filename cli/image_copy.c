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

int image_copy_extend(struct image_copy *copy, const struct image_view *image,
		      const struct store *stores, size_t nr)
{
	bool taken[VIEW_SEGMENT_MAX] = { false };

	for (size_t i = 0; i < nr; i++) {
		uint32_t n = stores[i].segment;

		/* it has one, or is of an image that has gone */
		if (!stores[i].changes || copy->bytes[n] ||
		    copy->view.segment[n].bytes != image->segment[n].bytes)
			continue;
		if (copy_segment(copy, n))
			return -1;
		taken[n] = true;
	}
	for (size_t i = nr; i-- > 0;)
		if (stores[i].changes && taken[stores[i].segment])
			put_word(copy, &stores[i], stores[i].old);
	return 0;
}

int image_copy_rewind(struct image_copy *copy, const struct image_view *image,
		      const struct store *stores, size_t nr)
{
	image_copy_free(copy);
	copy->view = *image;
	if (image_copy_extend(copy, image, stores, nr))
		return -1;
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
