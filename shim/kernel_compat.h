/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one door through which core/ sees the kernel.
 *
 * In a kernel tree this file is a short list of <linux/...> includes. Here
 * it gives the same names, types and contracts from three drawers, sorted
 * by the kind of lie they tell:
 *
 *   dup.h     facts repeated from the kernel, which must stay in step
 *   stub.h    deliberate no-ops, each saying what is lost
 *   custom.h  stand-ins that behave as the kernel promises and can be
 *             watched: allocation, locks, device tree, memory, kimage
 */
#ifndef SHIM_KERNEL_COMPAT_H
#define SHIM_KERNEL_COMPAT_H

#include "dup.h"
#include "stub.h"
#include "custom.h"

#endif /* SHIM_KERNEL_COMPAT_H */
