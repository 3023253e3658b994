// SPDX-License-Identifier: GPL-2.0-only
/* Checks and a kernel for the tests of the shim. */
#include <stdio.h>
#include <string.h>

#include "shim_check.h"

void assert_violations(const char *where, struct kernel *k,
		       const char *const *expected, unsigned int nr)
{
	unsigned int i, got = kernel_report(k)->violations;
	bool same = got == nr;

	for (i = 0; same && i < nr; i++)
		same = strstr(kernel_violation(k, i), expected[i]);
	if (!same) {
		for (i = 0; i < nr; i++)
			print_error("expected violation: %s\n", expected[i]);
		for (i = 0; i < got; i++)
			print_error("got violation:      %s\n",
				    kernel_violation(k, i));
		fail_msg("%sexpected %u violations, got %u", where, nr, got);
	}
	kernel_clear_report(k);
}

/* --- the kernel ------------------------------------------------------------- */

u8 ram[RAM_SIZE];
void (*on_event)(struct kimage *image, void *arg);

static void handle_event(struct kimage *image, void *arg)
{
	if (on_event)
		on_event(image, arg);
}

static unsigned int elfcorehdr_size(void)
{
	return 4711;
}

const struct handler_module test_handlers = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = sizeof(struct kimage),
	.name = "test",
	.arch = "powerpc",
	.handle_event = handle_event,
	.elfcorehdr_size = elfcorehdr_size,
};

static void *map_ram(void *ctx __always_unused, u64 phys, u64 size)
{
	/* the kernel asks for ranges only that are some */
	check(size && phys + (size - 1) >= phys);
	if (phys < RAM_BASE || size > RAM_SIZE ||
	    phys - RAM_BASE > RAM_SIZE - size)
		return NULL;
	return ram + (phys - RAM_BASE);
}

const struct kernel_config test_config = {
	.page_shift = 16,
	.section_shift = 24,
	.block_size = 256 * MIB,
	.nr_cpus = 64,
	.smt = 8,
	.max_memory_ranges = 8192,
	.map = map_ram,
};

int setup_kernel(void **state)
{
	struct kernel *k = kernel_create(&test_config, &test_handlers);

	on_event = NULL;
	memset(ram, 0, sizeof(ram));
	kernel_switch(k);
	*state = k;
	return k ? 0 : -1;
}

int teardown_kernel(void **state)
{
	struct kernel *k = *state;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < kernel_report(k)->violations; i++)
		print_error("unexpected violation: %s\n",
			    kernel_violation(k, i));
	if (i || kernel_live_allocs(k) || kernel_live_mappings(k) ||
	    kernel_live_node_refs(k)) {
		print_error("left: %lu allocations, %lu mappings, %lu node references\n",
			    kernel_live_allocs(k), kernel_live_mappings(k),
			    kernel_live_node_refs(k));
		ret = -1;
	}
	kernel_destroy(k);
	return ret;
}
