// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an event costs does not grow with the machine: counted, not timed. A
 * memory event asks for its own blocks and no others, and takes as many
 * allocations on a large machine as on a small one.
 */
#include <stdio.h>
#include <string.h>

#include "pseries.h"

/**
 * struct cost - of one event
 * @asked: calls of pfn_to_online_page()
 * @allocs: allocations
 */
struct cost {
	unsigned long asked;
	unsigned long allocs;
};

static void begin(struct pseries *p)
{
	kernel_clear_report(p->kernel);
	kernel_fail_alloc(p->kernel, 0);
}

static struct cost end(struct pseries *p)
{
	return (struct cost){
		.asked = kernel_report(p->kernel)->asked,
		.allocs = kernel_alloc_count(p->kernel),
	};
}

/* @nr blocks, every other one offline, and no core but the first two */
static struct pseries *boot(unsigned int nr)
{
	static char memory[64];
	const struct pseries_config config = {
		.memory = memory, .block_size = 16 * MiB,
		.max_memory_ranges = 8192, .boot_cores = 2,
	};
	struct pseries *p;
	unsigned int i;

	snprintf(memory, sizeof(memory), "0-%llx",
		 GiB + nr * 16 * MiB - 1);
	p = pseries_boot(&config, NULL);
	for (i = 0; i < nr; i += 2)
		pseries_offline(p, GiB + i * 16 * MiB);
	assert_errno("load", 0, pseries_load(p));
	return p;
}

static struct cost online(struct pseries *p, u64 block)
{
	begin(p);
	pseries_online(p, block);
	return end(p);
}

static struct cost offline(struct pseries *p, u64 block)
{
	begin(p);
	pseries_offline(p, block);
	return end(p);
}

static struct cost thread(struct pseries *p)
{
	begin(p);
	assert_errno("down", 0, kernel_cpu_down(p->kernel, 1));
	return end(p);
}

static struct cost lost_event(struct pseries *p, u64 block)
{
	begin(p);
	pseries_offline_lost(p, block);
	return end(p);
}

static struct cost healing_event(struct pseries *p)
{
	begin(p);
	pseries_quiet_event(p);
	return end(p);
}

static void costs(unsigned int nr, struct cost cost[6])
{
	struct pseries *p = boot(nr);
	const u64 first = GiB, middle = GiB + nr / 2 * 16 * MiB;

	cost[0] = online(p, middle);
	cost[1] = offline(p, middle);
	cost[2] = offline(p, first + 16 * MiB);
	cost[3] = thread(p);
	cost[4] = lost_event(p, middle + 16 * MiB);
	cost[5] = healing_event(p);
	pseries_shutdown(p);
}

/* a list for what is listed and a buffer for the header */
#define FOR_MEMORY 2

static const struct {
	const char *what;
	unsigned long asked;
	unsigned long for_memory;
} expected[6] = {
	{ "a block online", 1, FOR_MEMORY },
	{ "a block offline", 1, FOR_MEMORY },
	{ "another block offline", 1, FOR_MEMORY },
	{ "a thread offline", 0, 0 },
	{ "a lost event", 1, 0 },
	{ "the event after it", 0, FOR_MEMORY },
};

static void an_event_costs_the_same_on_any_machine(void **state __always_unused)
{
	struct cost small[6], large[6];
	unsigned long for_cpus;
	size_t i;

	costs(16, small);
	costs(4096, large);
	/* what the tree of an unchanged core costs is not counted here */
	for_cpus = small[3].allocs;
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *what = expected[i].what;
		unsigned long tree = i == 4 ? 0 : for_cpus;

		assert_u64(what, expected[i].asked, small[i].asked);
		assert_u64(what, expected[i].asked, large[i].asked);
		assert_u64(what, expected[i].for_memory + tree, small[i].allocs);
		assert_u64(what, small[i].allocs, large[i].allocs);
	}
}

/* without memory for the list it is made anew, once */
static void a_list_that_is_lost_is_made_once(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	unsigned int i;
	struct cost c;

	assert_errno("add", 0, kernel_add_memory(p->kernel, 4 * GiB,
						 256 * PSERIES_BLOCK, 1));
	assert_errno("load", 0, pseries_load(p));
	/* as many ranges as the list has room for without growing */
	for (i = 0; i < 126; i++)
		pseries_online(p, 4 * GiB + i * 2 * PSERIES_BLOCK);
	kernel_clear_report(p->kernel);
	kernel_fail_alloc(p->kernel, 1);
	pseries_online(p, 4 * GiB + 126 * 2 * PSERIES_BLOCK);
	c = end(p);
	assert_u64("blocks asked for: the new one, and all", 1 + 8 + 256,
		   c.asked);
	assert_support("after all", p, 1);
	c = offline(p, 4 * GiB + 126 * 2 * PSERIES_BLOCK);
	assert_u64("blocks asked for then", 1, c.asked);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_event_costs_the_same_on_any_machine),
	cmocka_unit_test(a_list_that_is_lost_is_made_once),
};

TEST_MAIN(tests)
