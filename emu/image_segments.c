// SPDX-License-Identifier: GPL-2.0-only
/*
 * The segments of an image, as whoever reads it sees them: the kernel's own, but
 * that an elfcorehdr segment may be two. On x86 the digest leaves out just one
 * segment, so both slots' elfcorehdrs are in that, side by side; the second begins
 * where the second boot parameters say that their elfcorehdr is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "boot_params.h"
#include "machine_private.h"

static void cut_header(struct loaded_image *image, size_t i, uint64_t at)
{
	struct kexec_segment *head = &image->segment[i];
	struct kexec_segment *tail = &image->segment[image->nr];
	size_t size = at - head->mem;

	*tail = (struct kexec_segment){
		.bufsz = head->bufsz > size ? head->bufsz - size : 0,
		.mem = at,
		.memsz = head->memsz - size,
	};
	head->bufsz -= tail->bufsz;
	head->memsz = size;
	image->kind[image->nr] = SEGMENT_ELFCOREHDR;
	snprintf(image->name[image->nr], SEGMENT_NAME, "%s-1",
		 segment_kind_name(SEGMENT_ELFCOREHDR));
	image->nr++;
}

/* at a page's start; a segment that the digest covers stays whole, as it is verified */
static void cut_headers(struct machine *m, uint64_t at)
{
	struct loaded_image *image = &m->image;

	if (at & (m->page_size - 1))
		return;
	for (size_t i = 0; i < image->nr && image->nr < VIEW_SEGMENT_MAX; i++) {
		const struct kexec_segment *s = &image->segment[i];

		if (image->kind[i] == SEGMENT_ELFCOREHDR &&
		    !image->in_digest[i] && at > s->mem &&
		    at - s->mem < s->memsz) {
			cut_header(image, i, at);
			return;
		}
	}
}

void image_list_segments(struct machine *m)
{
	struct loaded_image *image = &m->image;

	image->nr = image->kimage->nr_segments;
	memcpy(image->segment, image->kimage->segment,
	       image->nr * sizeof(image->segment[0]));
	for (size_t i = 0; i < image->kimage->nr_segments; i++) {
		const struct kexec_segment *s = &image->segment[i];
		struct header_place place = { 0 };

		if (image->kind[i] != SEGMENT_BOOT_PARAM)
			continue;
		boot_params_header(physmem_map(&m->phys, s->mem, s->memsz),
				   s->memsz, s->mem, &place);
		if (place.known)
			cut_headers(m, place.address);
	}
}
