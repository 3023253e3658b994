// SPDX-License-Identifier: GPL-2.0-only
/* Around the x86 handlers of a kernel tree. */
#include "upstream_compat.h"

int crash_setup_memmap(struct kimage *image);

/*
 * arch/x86/kernel/kexec-bzimage64.c:setup_boot_params(): a load fails when this
 * does. The map itself is not part of an image here.
 */
int crash_setup_memmap(struct kimage *image)
{
	struct boot_params *params = vzalloc(sizeof(*params));
	int ret;

	if (!params)
		return -ENOMEM;
	ret = crash_setup_memmap_entries(image, params);
	vfree(params);
	return ret;
}
