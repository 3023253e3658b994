// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/powerpc_slots_load.c: what kexec_file_load(2) adds to an image so that it
 * can be updated without a window, and that a load without it is as good as ever.
 */
#include <stdlib.h>
#include <string.h>

#include "pseries.h"

/* kernel, purgatory, backup, elfcorehdr, FDT */
#define SEGMENTS 5

static struct pseries *boot(struct pseries_config config, bool slots)
{
	config.slots = slots;
	return pseries_boot(&config, NULL);
}

static u64 place_of(const struct pseries *p, int segment)
{
	return p->image->segment[segment].mem;
}

/* --- two slots ------------------------------------------------------------- */

/* before the header's, where libfdt puts a new one behind all others */
static void reserve_something(void *fdt)
{
	assert_int_equal(0, fdt_add_mem_rsv(fdt, 0x10000000, 0x1000));
}

/*
 * Where the FDT names the header depends on where /chosen is, and how on the
 * cells of an address. The spare header is 0x20000 bytes behind the header, which
 * is 0x30000 bytes behind the region's start.
 */
static const struct {
	const char *what;
	struct pseries_config config;
} layouts[] = {
	{ "/chosen before /cpus", { } },
	{ "/chosen behind /cpus", { .chosen_last = true } },
	{ "one cell", { .one_cell = true } },
	{ "one cell, behind /cpus", { .one_cell = true, .chosen_last = true } },
	{ "one digit, the second", { .crashk_start = 0x1ffc0000 } },
	{ "two halves of a cell pair", { .crashk_start = 0x1fffc0000 } },
	{ "pages of 4 KiB", { .page_shift = 12 } },
	{ "other reservations", { .edit_tree = reserve_something } },
	{ "an initrd", { .initrd_size = 0x20000 } },
	{ "no words from user space", { .no_cmdline = true } },
	{ "caches and threads", { .caches = true, .smt = 8, .boot_cores = 4 } },
};

/* slot 0 lies where the only one would, with the same bytes */
static void assert_slot_0(const char *what, struct pseries *p)
{
	struct pseries *q = boot(p->config, false);
	unsigned long i;

	assert_errno(what, 0, pseries_load(q));
	assert_u64(what, q->image->nr_segments + 2, p->image->nr_segments);
	for (i = 0; i < q->image->nr_segments; i++) {
		assert_u64(what, place_of(q, i), place_of(p, i));
		assert_u64(what, pseries_memsz(q, i), pseries_memsz(p, i));
		if (i != (unsigned long)p->purgatory)
			assert_bytes(what, pseries_bytes(q, i),
				     pseries_bytes(p, i), pseries_memsz(q, i));
	}
	pseries_shutdown(q);
	kernel_switch(p->kernel);
}

/* it says the same, and its tree names its own header */
static void assert_slot_1(const char *what, struct pseries *p)
{
	const unsigned long selector = *pseries_selector(p);
	const int header = pseries_slot_header(p, 1), fdt = pseries_slot_fdt(p, 1);

	assert_u64(what, pseries_memsz(p, p->elfcorehdr), pseries_memsz(p, header));
	assert_u64(what, pseries_memsz(p, p->fdt), pseries_memsz(p, fdt));
	assert_equal_slots(what, p);

	*pseries_selector(p) = place_of(p, fdt);
	assert_ptr_equal(pseries_bytes(p, header), pseries_read_header(p));
	*pseries_selector(p) = selector;
}

static void an_image_has_two_slots(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const char *what = layouts[i].what;
		struct pseries *p = boot(layouts[i].config, true);

		assert_errno(what, 0, pseries_load(p));
		assert_support(what, p, 1);
		assert_true(pseries_has_slots(p));
		assert_u64(what, 0, pseries_active(p));
		assert_ptr_equal(pseries_bytes(p, p->elfcorehdr),
				 pseries_read_header(p));
		assert_slot_0(what, p);
		assert_slot_1(what, p);
		pseries_shutdown(p);
	}
}

static void change_both(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
	pseries_add_core(p, 1);
}

/* events that came while the image was loaded are in it; slot 1 is read then */
static void a_load_may_end_in_the_second_slot(void **state __always_unused)
{
	struct pseries *p = boot((struct pseries_config){ .no_rtas = true }, true);

	p->during_load = change_both;
	assert_errno("load", 0, pseries_load(p));
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	assert_u64("active", 1, pseries_active(p));
	assert_loads("loaded", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_read_header(p));
	assert_live_cpus("loaded", p, pseries_read_fdt(p));
	pseries_shutdown(p);
}

/* --- one slot ---------------------------------------------------------------- */

static void no_place_for_a_header(struct pseries *p)
{
	p->fail_place = SEGMENTS + 1;
}

static void no_place_for_a_tree(struct pseries *p)
{
	p->fail_place = SEGMENTS + 2;
}

static void break_the_word(struct pseries *p)
{
	*pseries_selector(p) ^= 0x10000;
}

static void another_word(struct pseries *p)
{
	p->during_load = break_the_word;
}

/*
 * @prepare: before the load
 * @spares: segments that stay although nobody uses them
 * @says: a message
 */
static const struct {
	const char *what;
	struct pseries_config config;
	void (*prepare)(struct pseries *p);
	unsigned int spares;
	const char *says;
} ways_to_one[] = {
	{ "no place for a header", { }, no_place_for_a_header, 0,
	  "no second slot (error -99)" },
	{ "no place for a tree", { }, no_place_for_a_tree, 0,
	  "no second slot (error -99)" },
	{ "a digit more", { .crashk_start = 0xffc0000 }, NULL, 0,
	  "no second slot (error -34)" },
	{ "another purgatory", { .selector = "dtb" }, NULL, 0,
	  "no second slot (error -22)" },
	{ "a word across words", { .selector_at = 0x254 }, NULL, 0,
	  "no second slot (error -22)" },
	{ "the word leads elsewhere", { }, another_word, 2,
	  "purgatory does not lead to the first slot" },
};

static void assert_updates_hide(const char *what, struct pseries *p)
{
	kernel_clear_report(p->kernel);
	pseries_offline(p, 0x40000000);
	assert_u64(what, 1, kernel_report(p->kernel)->hidden);
	assert_loads(what, "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));
	pseries_add_core(p, 1);
	assert_u64(what, 2, kernel_report(p->kernel)->hidden);
	assert_live_cpus(what, p, pseries_bytes(p, p->fdt));
	assert_support(what, p, 1);
}

static void without_a_second_slot_updates_hide(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways_to_one); i++) {
		const char *what = ways_to_one[i].what;
		struct pseries_config config = ways_to_one[i].config;
		struct pseries *p;

		config.no_rtas = true;
		/* the crash kernel's memory is never listed */
		if (config.crashk_start)
			config.memory = "10000000-7fffffff";
		p = boot(config, true);
		if (ways_to_one[i].prepare)
			ways_to_one[i].prepare(p);
		assert_errno(what, 0, pseries_load(p));
		assert_support(what, p, 1);
		assert_false(pseries_has_slots(p));
		assert_logged(p, ways_to_one[i].says);
		assert_u64(what, SEGMENTS + ways_to_one[i].spares,
			   p->image->nr_segments);
		if (!config.crashk_start)
			assert_updates_hide(what, p);
		pseries_shutdown(p);
	}
}

static void forget_hotplug(struct pseries *p)
{
	p->image->hotplug_support = 0;
}

/* what is never updated needs no slots, and nobody frees them at an event */
static void an_image_that_does_not_follow_has_none(void **state __always_unused)
{
	struct pseries *p = boot((struct pseries_config){ }, true);

	p->during_load = forget_hotplug;
	assert_errno("load", 0, pseries_load(p));
	assert_false(pseries_has_slots(p));
	assert_u64("active", 0, pseries_active(p));
	pseries_shutdown(p);
}

/* --- what goes wrong ----------------------------------------------------------- */

/* the kernel frees such an image without machine_kexec_cleanup() */
static void a_load_given_up_later_frees_the_slots(void **state __always_unused)
{
	struct pseries *p = boot((struct pseries_config){ }, true);

	p->fail_purgatory = true;
	assert_errno("load", -EINVAL, pseries_load(p));
	pseries_check(p, "given up");
	p->fail_purgatory = false;
	assert_errno("load", 0, pseries_load(p));
	assert_true(pseries_has_slots(p));
	/* and one image replaces another */
	assert_errno("load again", 0, pseries_load(p));
	pseries_check(p, "loaded twice");
	pseries_unload(p);
	pseries_check(p, "unloaded");
	pseries_shutdown(p);
}

static void an_allocation_that_fails_costs_the_slot_at_most(void **state __always_unused)
{
	unsigned long nth, allocs = 1, loads = 0, followed = 0, in_one = 0;

	for (nth = 1; nth <= allocs; nth++) {
		struct pseries *p = boot((struct pseries_config){ }, true);

		kernel_fail_alloc(p->kernel, nth);
		if (!pseries_load(p)) {
			allocs = kernel_alloc_count(p->kernel);
			loads++;
			followed += p->image->hotplug_support;
			in_one += p->image->hotplug_support && !pseries_has_slots(p);
			/* none of them is half there */
			assert_u64("segments", SEGMENTS + 2 * !was_logged(p, "no second slot"),
				   p->image->nr_segments);
		} else {
			allocs = nth + 1;
		}
		kernel_fail_alloc(p->kernel, 0);
		pseries_check(p, "an allocation failed");
		pseries_shutdown(p);
	}
	/* the slots' own; those behind it cost the updates */
	assert_u64("followed in one slot", 1, in_one);
	assert_true(loads > followed);
}

static unsigned int fail_map;

static void break_the_word_and_a_mapping(struct pseries *p)
{
	break_the_word(p);
	kernel_fail_map(p->kernel, fail_map);
}

static void break_a_mapping(struct pseries *p)
{
	kernel_fail_map(p->kernel, fail_map);
}

/* with two trees that kexec starts, the one that is read is the one that is updated */
static void a_mapping_that_fails_confuses_no_slots(void **state __always_unused)
{
	static void (*const during[])(struct pseries *p) = {
		break_a_mapping, break_the_word_and_a_mapping
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(during); i++) {
		for (fail_map = 1; fail_map < 20; fail_map++) {
			struct pseries *p = boot((struct pseries_config){ }, true);
			const u8 *fdt;

			p->during_load = during[i];
			assert_errno("load", 0, pseries_load(p));
			kernel_fail_map(p->kernel, 0);
			if (!kernel_crash_hotplug_attr(p->kernel)) {
				pseries_shutdown(p);
				continue;
			}
			pseries_add_core(p, 1);
			fdt = pseries_has_slots(p) ? pseries_read_fdt(p) :
						     pseries_bytes(p, p->fdt);
			assert_live_cpus("core", p, fdt);
			pseries_shutdown(p);
		}
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_image_has_two_slots),
	cmocka_unit_test(a_load_may_end_in_the_second_slot),
	cmocka_unit_test(without_a_second_slot_updates_hide),
	cmocka_unit_test(an_image_that_does_not_follow_has_none),
	cmocka_unit_test(a_load_given_up_later_frees_the_slots),
	cmocka_unit_test(an_allocation_that_fails_costs_the_slot_at_most),
	cmocka_unit_test(a_mapping_that_fails_confuses_no_slots),
};

TEST_MAIN(tests)
