// SPDX-License-Identifier: GPL-2.0-only
/* The real kernel's image: our view of an image with the captured bytes in it. */
#include <stdlib.h>
#include <string.h>

#include "conform_replay.h"

const struct segment_spec *load_segment(const struct load_spec *load,
					enum segment_kind kind)
{
	for (size_t i = 0; i < load->nr_segments; i++)
		if (!strcmp(load->segments[i].name, segment_kind_name(kind)))
			return &load->segments[i];
	return NULL;
}

/* put captured bytes, padded to the segment, into a view of ours */
static int replace_segment(struct image_view *image, const struct blob *blob,
			   const struct segment_spec *spec,
			   enum segment_kind kind, void **keep)
{
	uint8_t *bytes;

	if (!blob->size || !spec)
		return 0;
	bytes = calloc(1, blob->size > spec->memsz ? blob->size : spec->memsz);
	if (!bytes)
		return -1;
	memcpy(bytes, blob->bytes, blob->size);
	*keep = bytes;
	for (size_t i = 0; i < image->nr_segments; i++) {
		struct view_segment *s = &image->segment[i];

		if (s->kind != kind)
			continue;
		s->mem = spec->mem;
		s->memsz = spec->memsz;
		s->bufsz = spec->bufsz;
		s->bytes = bytes;
	}
	return 0;
}

int real_image_make(const struct replay *r, const struct image_view *ours,
		    struct real_image *real)
{
	const struct load_spec *load = &r->load->load;
	const struct segment_spec *backup;

	memset(real, 0, sizeof(*real));
	real->view = *ours;
	real->view.loaded = true;
	real->view.file_mode = load->call == LOAD_KEXEC_FILE_LOAD;
	real->view.loaded_fdt = r->load->fdt.bytes;
	real->view.loaded_fdt_size = r->load->fdt.size;
	real->view.reserved = load->reserved;
	backup = load_segment(load, SEGMENT_BACKUP);
	if (backup)
		real->view.backup = backup->mem;
	/* the digest is of bytes that we do not have */
	if (r->own_load)
		real->view.verifies = false;
	return replace_segment(&real->view, &r->at->elfcorehdr,
			       load_segment(load, SEGMENT_ELFCOREHDR),
			       SEGMENT_ELFCOREHDR, &real->elfcorehdr) ||
	       replace_segment(&real->view, &r->at->fdt,
			       load_segment(load, SEGMENT_FDT), SEGMENT_FDT,
			       &real->fdt);
}

void real_image_free(struct real_image *real)
{
	free(real->elfcorehdr);
	free(real->fdt);
}
