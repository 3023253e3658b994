// SPDX-License-Identifier: GPL-2.0-only
/* powerpc: the table of what it does, and LMBs under memory hotplug. */
#include <stdlib.h>

#include "arch_powerpc.h"
#include "lmb.h"

/*
 * DLPAR writes the list of LMBs once, when all of a request is done
 * (arch/powerpc/platforms/pseries/hotplug-memory.c, dlpar_memory(), 6.12).
 */
static int powerpc_memory_assigned(struct machine *m, uint64_t start,
				   uint64_t size, int nid, bool assigned,
				   struct error *err)
{
	const void *fdt = machine_tree(m);
	struct lmb_array array;
	int length, ret = 0;
	void *value;

	if (!fdt)
		return fail(err, "out of memory");
	if (lmb_read(fdt, &array, err))
		return -1;
	if (lmb_assign(fdt, &array, start, size, nid, assigned)) {
		value = lmb_encode(&array, &length);
		ret = value ? kernel_set_property(m->kernel, LMB_NODE,
						  array.property, value,
						  length) : -ENOMEM;
		free(value);
	}
	lmb_free(&array);
	return ret ? fail(err, "cannot update the list of LMBs: %s",
			  machine_strerror(ret)) : 0;
}

const struct arch_ops arch_powerpc = {
	.name = "powerpc",
	/* arch/powerpc/include/asm/sparsemem.h, 6.12: SECTION_SIZE_BITS 24,
	 * MAX_PHYSMEM_BITS 51
	 */
	.section_size = 1ULL << 24,
	.block_size = 256ULL << 20,
	.max_phys = 1ULL << 51,
	.notes_size = 536,
	/* it registers a device for each of them, which x86 does not */
	.notes_of_possible = true,
	.kexec_arch = KEXEC_ARCH_PPC64,
	.hotplug_flags = KEXEC_CRASH_HOTPLUG_SUPPORT,
	/* its trampoline has no code for that */
	.file_verifies = false,
	.read_hardware = powerpc_read_tree,
	.memory = powerpc_memory,
	.number_cpus = powerpc_number_cpus,
	.core_add = powerpc_core_add,
	.core_remove = powerpc_core_remove,
	.memory_assigned = powerpc_memory_assigned,
	.load_file = powerpc_load_file,
	.load_exec = powerpc_load_exec,
};
