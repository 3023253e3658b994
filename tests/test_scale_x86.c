// SPDX-License-Identifier: GPL-2.0-only
/*
 * On x86_64 too: what the header grew to event by event, some of them lost and
 * in some memory short, is what a load makes from nothing; and a CPU event costs
 * nothing at all.
 */
#include <stdlib.h>
#include <string.h>

#include "pc.h"

#define NR_DIMMS 8
#define DIMM_BLOCKS 3
#define DIMM_SIZE (DIMM_BLOCKS * PC_BLOCK)
#define HEADER_SIZE 0xe1000

struct random_pc {
	struct pc *pc;
	unsigned int seed;
	bool there[NR_DIMMS];
	bool online[NR_DIMMS * DIMM_BLOCKS];
};

/* DIMMs of three blocks, side by side */
static u64 block_at(unsigned int block)
{
	return 0x100000000 + block * PC_BLOCK;
}

static bool all_offline(const struct random_pc *r, unsigned int dimm)
{
	unsigned int i;

	for (i = 0; i < DIMM_BLOCKS; i++)
		if (r->online[dimm * DIMM_BLOCKS + i])
			return false;
	return true;
}

static void change_memory(struct random_pc *r)
{
	unsigned int block = random_below(&r->seed, NR_DIMMS * DIMM_BLOCKS);
	unsigned int dimm = block / DIMM_BLOCKS;

	if (!r->there[dimm]) {
		pc_add_dimm(r->pc, block_at(dimm * DIMM_BLOCKS), DIMM_SIZE);
		r->there[dimm] = true;
	} else if (r->online[block]) {
		pc_offline(r->pc, block_at(block), PC_BLOCK);
		r->online[block] = false;
	} else if (all_offline(r, dimm) && random_below(&r->seed, 2)) {
		pc_remove_dimm(r->pc, block_at(dimm * DIMM_BLOCKS), DIMM_SIZE);
		r->there[dimm] = false;
	} else {
		pc_online(r->pc, block_at(block), PC_BLOCK);
		r->online[block] = true;
	}
}

static void change_at_random(struct random_pc *r)
{
	struct kernel *k = r->pc->kernel;
	bool busy = !random_below(&r->seed, 4);

	if (busy)
		assert_true(kernel_kexec_trylock(k));
	if (!random_below(&r->seed, 6))
		kernel_fail_alloc(k, 1 + random_below(&r->seed, 4));
	change_memory(r);
	kernel_fail_alloc(k, 0);
	if (busy)
		kernel_kexec_unlock(k);
}

static void the_image_is_the_machines_state(void **state __always_unused)
{
	const struct pc_config config = { };
	struct random_pc r = { .pc = pc_boot(&config), .seed = 3 };
	struct kernel *k = r.pc->kernel;
	unsigned int turn, failed = 0;
	u8 *grown = malloc(HEADER_SIZE);

	assert_errno("load", 0, pc_load(r.pc));
	assert_errno("up", 0, kernel_cpu_up(k, 1, false));
	for (turn = 0; turn < 1000; turn++) {
		change_at_random(&r);
		/* makes good what was lost */
		assert_errno("down", 0, kernel_cpu_down(k, 1));
		assert_errno("up", 0, kernel_cpu_up(k, 1, false));
		if (!kernel_crash_hotplug_attr(k)) {
			assert_errno("reload", 0, pc_load(r.pc));
			failed++;
			continue;
		}
		if (turn % 4)
			continue;
		memcpy(grown, pc_bytes(r.pc, r.pc->header), HEADER_SIZE);
		assert_errno("load", 0, pc_load(r.pc));
		assert_bytes("loaded anew", grown,
			     pc_bytes(r.pc, r.pc->header), HEADER_SIZE);
	}
	assert_true(failed > 20);
	free(grown);
	pc_shutdown(r.pc);
}

static void a_cpu_event_costs_nothing(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);

	assert_errno("load", 0, pc_load(pc));
	kernel_clear_report(pc->kernel);
	kernel_fail_alloc(pc->kernel, 0);
	assert_errno("up", 0, kernel_cpu_up(pc->kernel, 1, false));
	assert_u64("events", 1, kernel_report(pc->kernel)->events);
	assert_u64("allocations", 0, kernel_alloc_count(pc->kernel));
	assert_u64("blocks asked for", 0, kernel_report(pc->kernel)->asked);
	assert_u64("hidden", 0, kernel_report(pc->kernel)->hidden);
	pc_shutdown(pc);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_image_is_the_machines_state),
	cmocka_unit_test(a_cpu_event_costs_nothing),
};

TEST_MAIN(tests)
