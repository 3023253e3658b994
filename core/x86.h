/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86: what events and loading share.
 */
#ifndef CRASH_HP_X86_H
#define CRASH_HP_X86_H

#include "kernel_compat.h"

size_t x86_max_program_headers(void);

#endif /* CRASH_HP_X86_H */
