// SPDX-License-Identifier: GPL-2.0-only
/* Names and look-ups for the plain data of machine_view.h. */
#include "machine_view.h"

const char *segment_kind_name(enum segment_kind kind)
{
	static const char *const names[] = {
		[SEGMENT_OTHER] = "other",
		[SEGMENT_KERNEL] = "kernel",
		[SEGMENT_PURGATORY] = "purgatory",
		[SEGMENT_BACKUP] = "backup",
		[SEGMENT_ELFCOREHDR] = "elfcorehdr",
		[SEGMENT_INITRD] = "initrd",
		[SEGMENT_BOOT_PARAM] = "boot_param",
		[SEGMENT_FDT] = "fdt",
		[SEGMENT_SPARE] = "spare",
	};

	return kind < NR_SEGMENT_KINDS ? names[kind] : "?";
}

const struct view_segment *image_view_segment(const struct image_view *image,
					      enum segment_kind kind)
{
	size_t i;

	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].kind == kind)
			return &image->segment[i];
	return NULL;
}
