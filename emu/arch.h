/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the architectures of a machine: where the facts of its
 * hardware are written down, how its CPUs get their numbers, what loading
 * puts where.
 */
#ifndef EMU_ARCH_H
#define EMU_ARCH_H

#include "machine.h"

struct load;

/**
 * struct arch_ops - one architecture
 * @name: as in struct handler_module
 * @section_size: bytes of a memory section
 * @block_size: bytes of a memory block where nothing says otherwise
 * @max_phys: no memory at this address or above
 * @odd_memory: memory may begin and end anywhere, not at pages only
 * @notes_size: bytes of a CPU's crash note buffer
 * @notes_of_possible: sysfs shows notes of all possible CPUs, not only present
 * @kexec_arch: the architecture bits of kexec_load(2)'s flags
 * @hotplug_flags: any of these flags: user space has left the segments that
 *	follow hotplug out of the digest
 * @file_verifies: the kernel's own purgatory checks the digest; its loader sets
 *	elfcorehdr_index, so that this segment is left out
 *
 * @read_hardware: take what the spec, or its device tree, says of the hardware:
 *	the machine's block size, threads per core, firmware and reserved
 *	ranges, where its kernel is; @spec's own numbers win
 * @memory: the memory that the device tree tells of: *@nr entries, to be freed
 * @number_cpus: fill m->cpus, hardware ids included
 * @core_add, @core_remove: the event, from its check to its end
 * @memory_assigned: memory has come or gone; firmware writes that down. NULL:
 *	it does not
 * @load_file: segments of kexec_file_load(2), in the kernel's order
 * @load_exec: segments of kexec_load(2), as kexec-tools makes them
 *
 * All of them return 0, or -1 with the error set.
 */
struct arch_ops {
	const char *name;
	uint64_t section_size;
	uint64_t block_size;
	uint64_t max_phys;
	bool odd_memory;
	uint64_t notes_size;
	bool notes_of_possible;
	unsigned long kexec_arch;
	unsigned long hotplug_flags;
	bool file_verifies;

	int (*read_hardware)(struct machine *m, const struct machine_spec *spec,
			     struct error *err);
	int (*memory)(struct machine *m, const struct machine_spec *spec,
		      struct memory_spec **memory, size_t *nr,
		      struct error *err);
	int (*number_cpus)(struct machine *m, const struct machine_spec *spec,
			   struct error *err);
	int (*core_add)(struct machine *m, const struct event *event,
			struct error *err);
	int (*core_remove)(struct machine *m, const struct event *event,
			   struct error *err);
	int (*memory_assigned)(struct machine *m, uint64_t start, uint64_t size,
			       int nid, bool assigned, struct error *err);
	int (*load_file)(struct load *load, struct error *err);
	int (*load_exec)(struct load *load, struct error *err);
};

extern const struct arch_ops arch_powerpc;
extern const struct arch_ops arch_x86_64;

#endif /* EMU_ARCH_H */
