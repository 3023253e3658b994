// SPDX-License-Identifier: GPL-2.0-only
/* System RAM resources and the kernel's image: what x86 makes its headers of. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shim_check.h"

/* --- walking ------------------------------------------------------------------------ */

struct walk {
	char text[512];
	size_t len;
	unsigned int stop_after;	/* 0: never */
	unsigned int nr;
};

static int note(struct resource *res, void *arg)
{
	struct walk *w = arg;

	w->len += snprintf(w->text + w->len, sizeof(w->text) - w->len,
			   "%s%llx-%llx", w->nr ? " " : "", res->start,
			   res->end);
	return ++w->nr == w->stop_after ? 77 : 0;
}

static void check_walk(const char *where, u64 start, u64 end,
		       unsigned int stop_after, int expected_ret,
		       const char *expected)
{
	struct walk w = { .stop_after = stop_after };
	int ret = walk_system_ram_res(start, end, &w, note);

	assert_text(where, expected, w.text);
	assert_u64(where, expected_ret, ret);
}

#define check_ram(expected) \
	check_walk(HERE "all of it", 0, -1, 0, *(expected) ? 0 : -EINVAL, \
		   expected)

/* [100000-3fffffff], then two DIMMs side by side, then a hole, then one more */
static void insert_some(struct kernel *k)
{
	check_ret(0, kernel_insert_system_ram(k, 0x120000000, 0x12fffffff));
	check_ret(0, kernel_insert_system_ram(k, 0x100000, 0x3fffffff));
	check_ret(0, kernel_insert_system_ram(k, 0x110000000, 0x11fffffff));
	check_ret(0, kernel_insert_system_ram(k, 0x150000000, 0x15fffffff));
}

#define SOME "100000-3fffffff 110000000-11fffffff 120000000-12fffffff 150000000-15fffffff"

static void walk_is_sorted_and_keeps_neighbours_apart(void **state)
{
	check_ram("");
	insert_some(*state);
	check_ram(SOME);
}

static void insert_between(void *ctx)
{
	check_ret(0, kernel_insert_system_ram(ctx, 0x170000000, 0x17fffffff));
}

/* seen by the second walk, and asked for once */
static void something_may_come_when_a_walk_ends(void **state)
{
	struct kernel *k = *state;

	insert_some(k);
	kernel_after_walk(k, insert_between, k);
	kernel_after_walk(k, NULL, NULL);
	check_ram(SOME);
	check_ram(SOME);
	kernel_after_walk(k, insert_between, k);
	check_ram(SOME);
	check_ram(SOME " 170000000-17fffffff");
	check_ret(0, kernel_release_system_ram(k, 0x170000000, 0x17fffffff));
	check_ram(SOME);
}

static void walk_cuts_to_what_is_asked(void **state)
{
	static const struct {
		u64 start, end;
		const char *expected;
	} rows[] = {
		{ 0x200000, 0x11000ffff,
		  "200000-3fffffff 110000000-11000ffff" },
		{ 0x11fffffff, 0x120000000,
		  "11fffffff-11fffffff 120000000-120000000" },
		{ 0x3fffffff, 0x40000000, "3fffffff-3fffffff" },
		{ 0x40000000, 0x10fffffff, "" },
		{ 0x160000000, -1, "" },
		{ 0, 0xfffff, "" },
	};
	unsigned int i;
	char where[64];

	insert_some(*state);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(where, sizeof(where), "[%llx, %llx]", rows[i].start,
			 rows[i].end);
		check_walk(where, rows[i].start, rows[i].end, 0,
			   *rows[i].expected ? 0 : -EINVAL, rows[i].expected);
	}
}

static void walk_ends_with_the_functions_error(void **state)
{
	insert_some(*state);
	check_walk(HERE "stopped", 0, -1, 2, 77,
		   "100000-3fffffff 110000000-11fffffff");
}

/* --- coming and going --------------------------------------------------------- */

static void resources_do_not_overlap(void **state)
{
	struct kernel *k = *state;

	insert_some(k);
	check_ret(-EEXIST, kernel_insert_system_ram(k, 0x3fffffff, 0x40000000));
	check_ret(-EEXIST, kernel_insert_system_ram(k, 0, -1));
	check_ret(-EEXIST, kernel_insert_system_ram(k, 0x110000000, 0x110000000));
	check_ret(-EINVAL, kernel_insert_system_ram(k, 0x50000000, 0x4fffffff));
	check_ram(SOME);
	check_ret(0, kernel_insert_system_ram(k, 0x40000000, 0x40000000));
}

static void a_resource_goes_whole_or_in_part(void **state)
{
	struct kernel *k = *state;

	insert_some(k);
	check_ret(0, kernel_release_system_ram(k, 0x120000000, 0x12fffffff));
	check_ram("100000-3fffffff 110000000-11fffffff 150000000-15fffffff");
	check_ret(0, kernel_release_system_ram(k, 0x110000000, 0x117ffffff));
	check_ret(0, kernel_release_system_ram(k, 0x158000000, 0x15fffffff));
	check_ret(0, kernel_release_system_ram(k, 0x8000000, 0xfffffff));
	check_ram("100000-7ffffff 10000000-3fffffff 118000000-11fffffff 150000000-157ffffff");

	/* what comes back into the hole is a resource of its own */
	check_ret(0, kernel_insert_system_ram(k, 0x8000000, 0xfffffff));
	check_ram("100000-7ffffff 8000000-fffffff 10000000-3fffffff 118000000-11fffffff 150000000-157ffffff");
}

static void only_what_is_inside_one_can_go(void **state)
{
	struct kernel *k = *state;

	insert_some(k);
	check_ret(-EINVAL, kernel_release_system_ram(k, 0x110000000, 0x12fffffff));
	check_ret(-EINVAL, kernel_release_system_ram(k, 0x40000000, 0x40000000));
	check_ret(-EINVAL, kernel_release_system_ram(k, 0xf0000, 0x3fffffff));
	check_ret(-EINVAL, kernel_release_system_ram(k, 0x200000, 0x1fffff));
	check_ram(SOME);
}

/* --- the rest --------------------------------------------------------------------- */

static void the_image_has_a_place_of_its_own(void **state)
{
	struct kernel *k = *state;

	check_num(0, (u64)_text);
	check_num(0, (u64)_end);
	kernel_set_text(k, 0x1000000, 0xffffffff81000000, 0x2c30000);
	check_num(0xffffffff81000000, (u64)_text);
	check_num(0xffffffff83c30000, (u64)_end);
	check_num(0x1000000, __pa_symbol(_text));
	check_num(0x1000010, __pa_symbol(_text + 0x10));
}

static void the_default_number_of_cpus(void **state __always_unused)
{
	struct kernel_config c = test_config;
	struct kernel *k, *previous;

	check_num(64, CONFIG_NR_CPUS_DEFAULT);
	c.nr_cpus_default = 8192;
	k = kernel_create(&c, NULL);
	previous = kernel_switch(k);
	check_num(64, NR_CPUS);
	check_num(8192, CONFIG_NR_CPUS_DEFAULT);
	kernel_switch(previous);
	kernel_destroy(k);
}

static void host_memory_behind_an_address(void **state __always_unused)
{
	check(shim_phys_to_host(RAM_BASE) == ram);
	check(shim_phys_to_host(RAM_BASE + RAM_SIZE - 1) == ram + RAM_SIZE - 1);
	check(!shim_phys_to_host(RAM_BASE + RAM_SIZE));
	check(!shim_phys_to_host(0));
}

static const struct CMUnitTest tests[] = {
	test(walk_is_sorted_and_keeps_neighbours_apart),
	test(something_may_come_when_a_walk_ends),
	test(walk_cuts_to_what_is_asked),
	test(walk_ends_with_the_functions_error),
	test(resources_do_not_overlap),
	test(a_resource_goes_whole_or_in_part),
	test(only_what_is_inside_one_can_go),
	test(the_image_has_a_place_of_its_own),
	test(the_default_number_of_cpus),
	test(host_memory_behind_an_address),
};

TEST_MAIN(tests)
