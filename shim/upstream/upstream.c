// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel has for an architecture that has none of its own. */
#include "upstream_compat.h"

/* powerpc has nothing to do there, x86 frees page tables that are not made here */
void __weak machine_kexec_cleanup(struct kimage *image __always_unused)
{
}

/* include/linux/kexec.h; x86 in 6.12, powerpc before March 2026 */
int __weak machine_kexec_post_load(struct kimage *image __always_unused)
{
	return 0;
}
