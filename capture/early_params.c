// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early boot of an x86 capture kernel: the elfcorehdr. Where it is says
 * elfcorehdr= on the command line, which boot parameters lead to; and their memory
 * map leaves it out, or it is handed out as free memory before it is read.
 */
#include <inttypes.h>

#include "boot_params.h"
#include "judging.h"

static void judge_place(struct judging *j, const struct view_segment *params,
			const struct view_segment *header)
{
	struct header_place place = { 0 };

	boot_params_header(params->bytes, params->memsz, params->mem, &place);
	if (!place.known)
		found(j, NOWHERE, I_RESV, VERDICT_LOST,
		      "no elfcorehdr= on the command line says where the elfcorehdr is");
	else if (place.address != header->mem)
		found(j, NOWHERE, I_RESV, VERDICT_LOST,
		      "the capture kernel looks for the elfcorehdr at 0x%" PRIx64
		      ", it is at 0x%" PRIx64, place.address, header->mem);
}

/* what the map leaves out begins with the first of two: so much of it from @header on */
static uint64_t reserved_bytes(const struct image_view *image,
			       const struct view_segment *header)
{
	uint64_t before = 0;

	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];

		if (s != header && s->loaded_as == SEGMENT_ELFCOREHDR &&
		    s->mem + s->memsz == header->mem)
			before = s->memsz;
	}
	return image->reserved > before ? image->reserved - before : 0;
}

void judge_early_params(struct judging *j, const struct view_segment *header)
{
	const struct view_segment *params =
		image_view_segment(j->image, SEGMENT_BOOT_PARAM);

	if (j->image->selector && !params)
		found(j, NOWHERE, I_SANE, VERDICT_HANG,
		      "purgatory's rsi is 0x%" PRIx64 ", where no boot parameters are: the capture kernel cannot boot",
		      j->image->selected);
	/* without the word it is not known whether these bytes are real */
	if (j->image->selector && params && params->bytes)
		judge_place(j, params, header);
	if (j->image->reserved)
		judge_header_reserved(j, header,
				      reserved_bytes(j->image, header));
}
