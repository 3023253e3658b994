// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel has for an architecture that has none of its own. */
#include "upstream_compat.h"

/* include/linux/kexec.h; x86 in 6.12, powerpc before March 2026 */
int __weak machine_kexec_post_load(struct kimage *image __always_unused)
{
	return 0;
}
