/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel that crashes leaves in memory for its dump: registers in the crash
 * notes of the CPUs that ran, and vmcoreinfo. The emulator has no other memory of
 * the running kernel; all else reads as zeros.
 */
#ifndef EMU_CRASH_MEMORY_H
#define EMU_CRASH_MEMORY_H

#include "error.h"
#include "machine.h"
#include "physmem.h"

/**
 * struct crash_registers - of one CPU, as far as the emulator has any
 * @pid: task that ran there; 0: the idle task
 * @pc: where it was
 */
struct crash_registers {
	uint32_t pid;
	uint64_t pc;
};

/* bytes of an NT_PRSTATUS note, and then of the empty note that ends a buffer */
size_t crash_note_size(enum arch arch);
#define CRASH_NOTE_END 12

/* the note at @at: fs/binfmt_elf.c's struct elf_prstatus under the name "CORE" */
void crash_note_write(enum arch arch, uint8_t *at,
		      const struct crash_registers *regs);

/* of a CPU at the moment of the crash: the one that crashes runs a task, the
 * others are idle; all are in the kernel's image
 */
struct crash_registers crash_registers(const struct machine_view *view,
				       bool crashes);

/**
 * crash_memory() - memory after a crash
 * @m: the machine; stays as it is
 * @cpu: the one that crashes; UINT32_MAX: the first that is online
 * @memory: zeroed; filled in, to be cleared, also after a failure
 * @err: set on failure
 *
 * Segments of a loaded image are not in it: no dump has them.
 *
 * Return: 0 or -1.
 */
int crash_memory(struct machine *m, uint32_t cpu, struct physmem *memory,
		 struct error *err);

#endif /* EMU_CRASH_MEMORY_H */
