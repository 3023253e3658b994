/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86_64: there is no device tree; the spec lists memory and CPUs. Firmware
 * (ACPI) brings DIMMs and CPUs and writes nothing down that a dump needs.
 */
#ifndef EMU_ARCH_X86_64_H
#define EMU_ARCH_X86_64_H

#include "machine_private.h"

/* load_file_x86_64.c, load_exec_x86_64.c */
int x86_64_load_file(struct load *l, struct error *err);
int x86_64_load_exec(struct load *l, struct error *err);

/* what kexec-tools backs up: the memory below 640 KiB, as it is or might be */
struct view_range x86_64_low_memory(const struct machine *m);

#endif /* EMU_ARCH_X86_64_H */
