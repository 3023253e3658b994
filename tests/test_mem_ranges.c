// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/mem_ranges.c: what becomes of a list when memory is added or taken
 * away. The tables are the KUnit suite's as well (kernel-port/kunit/).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers.h"
#include "kernel.h"
#include "vectors_mem_ranges.h"

/* --- a kernel to allocate from ------------------------------------------- */

static struct kernel *kernel;

static void *no_memory(void *ctx __always_unused, u64 phys __always_unused,
		       u64 size __always_unused)
{
	return NULL;
}

static int setup(void **state __always_unused)
{
	const struct kernel_config config = {
		.page_shift = 16,
		.section_shift = 24,
		.block_size = 256 << 20,
		.nr_cpus = 1,
		.smt = 1,
		.max_memory_ranges = 2048,
		.map = no_memory,
	};

	kernel = kernel_create(&config, NULL);
	kernel_switch(kernel);
	return kernel ? 0 : -1;
}

static int teardown(void **state __always_unused)
{
	unsigned long live = kernel_live_allocs(kernel);
	const char *violation = kernel_violation(kernel, 0);

	if (live)
		print_error("%lu allocations are never freed\n", live);
	if (violation)
		print_error("violation: %s\n", violation);
	live += !!violation;
	kernel_destroy(kernel);
	return live ? -1 : 0;
}

/* --- one operation on one list ------------------------------------------- */

static void operations_in_pictures(void **state __always_unused)
{
	char what[128], expected[RANGES_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_pictures); i++) {
		const struct range_picture *p = &range_pictures[i];
		struct crash_mem *list = ranges_draw(p->list, 1);
		struct crash_mem *operand = ranges_draw(p->operand, 0);
		struct crash_mem *result = ranges_draw(p->result, 0);
		struct range x = { 0x5000, 0x4fff };

		if (operand->nr_ranges)
			x = operand->ranges[0];
		snprintf(what, sizeof(what), "%s '%s' to/from '%s'",
			 range_op_names[p->op], p->operand, p->list);
		assert_errno(what, 0, range_op_apply(p->op, &list, x.start, x.end));
		assert_ranges(what, ranges_text(result, expected), list);
		kvfree(list);
		kvfree(operand);
		kvfree(result);
	}
}

static void insert_refuses_overlaps(void **state __always_unused)
{
	char what[128], expected[RANGES_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_overlaps); i++) {
		const struct range_overlap *o = &range_overlaps[i];
		struct crash_mem *list = ranges_draw(o->list, 1);
		struct crash_mem *operand = ranges_draw(o->operand, 0);

		ranges_text(list, expected);
		snprintf(what, sizeof(what), "insert '%s' into '%s'",
			 o->operand, o->list);
		assert_errno(what, -EEXIST,
			     insert_mem_range(&list, operand->ranges[0].start,
					      operand->ranges[0].end));
		assert_ranges(what, expected, list);
		kvfree(list);
		kvfree(operand);
	}
}

static void ends_of_the_address_space(void **state __always_unused)
{
	char what[160];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_edges); i++) {
		const struct range_edge *e = &range_edges[i];
		struct crash_mem *list = ranges_parse(e->list, 1);

		snprintf(what, sizeof(what), "%s %llx-%llx to/from %s",
			 range_op_names[e->op], e->start, e->end, e->list);
		assert_errno(what, 0, range_op_apply(e->op, &list, e->start, e->end));
		assert_ranges(what, e->result, list);
		kvfree(list);
	}
}

static void impossible_ranges_are_refused(void **state __always_unused)
{
	char what[160];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_refusals); i++) {
		const struct range_refusal *r = &range_refusals[i];
		struct crash_mem *list = ranges_parse(r->list, 1);

		snprintf(what, sizeof(what), "%s %llx-%llx to/from %s",
			 range_op_names[r->op], r->start, r->end, r->list);
		assert_errno(what, r->ret,
			     range_op_apply(r->op, &list, r->start, r->end));
		assert_ranges(what, r->list, list);
		kvfree(list);
	}
}

/* sizes 0 and lists that are not there yet */
static void nothing_is_added_to_nothing(void **state __always_unused)
{
	struct crash_mem *list = NULL;

	assert_errno("add nothing", 0, add_mem_range(&list, 0x1000, 0));
	assert_errno("remove from no list", 0,
		     remove_mem_range(&list, 0x1000, 0x1000));
	assert_null(list);

	assert_errno("first add", 0, add_mem_range(&list, 0x1000, 0x1000));
	assert_errno("add nothing", 0, add_mem_range(&list, 0x1800, 0));
	assert_errno("remove nothing", 0, remove_mem_range(&list, 0x1800, 0));
	assert_ranges("one range", "1000-1fff", list);
	kvfree(list);

	list = NULL;
	assert_errno("first insert", 0, insert_mem_range(&list, 0, U64_MAX));
	assert_ranges("all there is", "0-ffffffffffffffff", list);
	kvfree(list);
}

/* --- coalesce ------------------------------------------------------------ */

static void coalesce_keeps_the_memory(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_heaps); i++) {
		const struct range_heap *h = &range_heaps[i];
		struct crash_mem *list = ranges_parse(h->list, 0);

		coalesce_mem_ranges(list);
		assert_ranges(h->list, h->result, list);
		kvfree(list);
	}
}

/* --- full lists, failing allocations ------------------------------------- */

/* @nr ranges of @size bytes, one every 0x10000 bytes, and no room behind them */
static struct crash_mem *full_list(unsigned int nr, u64 size)
{
	struct crash_mem *list = ranges_parse("", nr);
	unsigned int i;

	for (i = 0; i < nr; i++)
		list->ranges[i] = (struct range){
			i * 0x10000ULL, i * 0x10000ULL + size - 1
		};
	list->nr_ranges = nr;
	return list;
}

static void check_list(const char *what, const struct crash_mem *list)
{
	unsigned int i;

	if (list->nr_ranges > list->max_nr_ranges)
		fail_msg("%s: %u ranges in a list for %u", what,
			 list->nr_ranges, list->max_nr_ranges);
	for (i = 0; i < list->nr_ranges; i++) {
		const struct range *r = &list->ranges[i];

		if (r->start > r->end)
			fail_msg("%s: range %u ends before it starts: %llx-%llx",
				 what, i, r->start, r->end);
		if (i && r->start <= r[-1].end)
			fail_msg("%s: ranges %u and %u: %llx-%llx %llx-%llx",
				 what, i - 1, i, r[-1].start, r[-1].end,
				 r->start, r->end);
	}
}

/* the whole list but [@at, @at + @nr) must be as full_list() made it */
static void check_full_list(const char *what, const struct crash_mem *list,
			    unsigned int nr, u64 size)
{
	struct crash_mem *expected = full_list(nr, size);

	assert_u64(what, nr, list->nr_ranges);
	assert_bytes(what, expected->ranges, list->ranges,
		     nr * sizeof(list->ranges[0]));
	kvfree(expected);
}

static void full_lists_grow(void **state __always_unused)
{
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_full_lists); i++) {
		unsigned int nr = range_full_lists[i], at = nr / 2, j;
		const u64 base = at * 0x10000ULL;
		struct crash_mem *list = full_list(nr, 0x3000);

		snprintf(what, sizeof(what), "split range %u of %u", at, nr);
		assert_errno(what, 0,
			     remove_mem_range(&list, base + 0x1000, 0x1000));
		assert_u64(what, nr + 1, list->nr_ranges);
		check_list(what, list);
		assert_u64(what, base + 0xfff, list->ranges[at].end);
		assert_u64(what, base + 0x2000, list->ranges[at + 1].start);
		assert_u64(what, base + 0x2fff, list->ranges[at + 1].end);
		kvfree(list);

		list = full_list(nr, 0x3000);
		snprintf(what, sizeof(what), "insert behind range %u of %u", at, nr);
		assert_errno(what, 0, insert_mem_range(&list, base + 0x8000,
						       base + 0x8fff));
		/* and on, until it must have grown again */
		for (j = 0; j < nr; j++)
			assert_errno(what, 0,
				     add_mem_range(&list, 0x10000ULL * j + 0xa000,
						   0x1000));
		assert_u64(what, 2 * nr + 1, list->nr_ranges);
		check_list(what, list);
		kvfree(list);
	}
}

static void full_lists_that_may_not_grow(void **state __always_unused)
{
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_full_lists); i++) {
		unsigned int nr = range_full_lists[i];
		struct crash_mem *list = full_list(nr, 0x3000);

		snprintf(what, sizeof(what), "exclude from %u of %u", nr, nr);
		assert_errno(what, -ENOMEM,
			     crash_exclude_mem_range(list, 0x1000, 0x1fff));
		check_full_list(what, list, nr, 0x3000);

		/* a hole that splits nothing needs no room */
		assert_errno(what, 0,
			     crash_exclude_mem_range(list, 0x2000, 0xffff));
		assert_u64(what, nr, list->nr_ranges);
		assert_u64(what, 0x1fff, list->ranges[0].end);
		kvfree(list);
	}
}

/* the map of x86's capture kernel does not say how much room it has: none */
static void lists_that_say_less_than_they_hold(void **state __always_unused)
{
	struct crash_mem *list = full_list(2, 0x3000);

	list->max_nr_ranges = 0;
	assert_errno("split", -ENOMEM,
		     crash_exclude_mem_range(list, 0x1000, 0x1fff));
	list->max_nr_ranges = 2;
	check_full_list("split", list, 2, 0x3000);
	kvfree(list);
}

static void a_failed_allocation_leaves_the_list(void **state __always_unused)
{
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(range_full_lists); i++) {
		unsigned int nr = range_full_lists[i];
		struct crash_mem *list = full_list(nr, 0x3000), *was = list;

		snprintf(what, sizeof(what), "no memory with %u ranges", nr);
		kernel_fail_alloc(kernel, 1);
		assert_errno(what, -ENOMEM,
			     remove_mem_range(&list, 0x1000, 0x1000));
		kernel_fail_alloc(kernel, 1);
		assert_errno(what, -ENOMEM, insert_mem_range(&list, 0x8000, 0x8fff));
		kernel_fail_alloc(kernel, 1);
		assert_errno(what, -ENOMEM, add_mem_range(&list, 0x8000, 0x1000));
		kernel_fail_alloc(kernel, 0);

		if (list != was)
			fail_msg("%s: the list has moved", what);
		check_full_list(what, list, nr, 0x3000);

		/* what needs no entry needs no memory */
		kernel_fail_alloc(kernel, 1);
		assert_errno(what, 0, add_mem_range(&list, 0x3000, 0x1000));
		assert_errno(what, 0, remove_mem_range(&list, 0x3000, 0x1000));
		kernel_fail_alloc(kernel, 0);
		check_full_list(what, list, nr, 0x3000);
		kvfree(list);
	}
}

static void the_first_allocation_fails(void **state __always_unused)
{
	struct crash_mem *list = NULL;

	kernel_fail_alloc(kernel, 1);
	assert_errno("first add", -ENOMEM, add_mem_range(&list, 0, 0x1000));
	assert_null(list);
}

/* --- random operations against a model ----------------------------------- */

/*
 * The whole address space in 512 units, so that both of its ends take part.
 * A unit is there or not, and may begin a range though the one before it is
 * there, too: then the two belong to ranges that touch.
 */
#define NR_UNITS 512
#define UNIT_SHIFT (64 - 9)
#define NR_RANDOM_OPS 300000

struct model {
	bool there[NR_UNITS];
	bool begins[NR_UNITS];
};

static u64 unit_start(unsigned int unit)
{
	return (u64)unit << UNIT_SHIFT;
}

static u64 unit_end(unsigned int unit)
{
	return unit_start(unit) + ((1ULL << UNIT_SHIFT) - 1);
}

static void model_begin(struct model *m, unsigned int unit, bool begins)
{
	if (unit < NR_UNITS)
		m->begins[unit] = begins && m->there[unit];
}

static int model_apply(struct model *m, enum range_op op, unsigned int first,
		       unsigned int last)
{
	bool alone = !first || !m->there[first - 1];
	unsigned int i;

	for (i = first; op == INSERT && i <= last; i++)
		if (m->there[i])
			return -EEXIST;

	/* what is behind a hole begins a range there */
	if (op == REMOVE || op == EXCLUDE)
		model_begin(m, last + 1, true);
	else if (op == ADD)
		model_begin(m, last + 1, false);
	for (i = first; i <= last; i++) {
		m->there[i] = op == ADD || op == INSERT;
		m->begins[i] = false;
	}
	model_begin(m, first, alone || op == INSERT);
	return 0;
}

static void model_compare(const char *what, const struct model *m,
			  const struct crash_mem *list)
{
	unsigned int unit, i = 0;

	for (unit = 0; unit < NR_UNITS; unit++) {
		bool ends = m->there[unit] &&
			    (unit == NR_UNITS - 1 || !m->there[unit + 1] ||
			     m->begins[unit + 1]);

		if (m->begins[unit] &&
		    (i == list->nr_ranges ||
		     list->ranges[i].start != unit_start(unit)))
			fail_msg("%s: no range starts at unit %u", what, unit);
		if (ends && list->ranges[i++].end != unit_end(unit))
			fail_msg("%s: no range ends at unit %u", what, unit);
	}
	assert_u64(what, i, list->nr_ranges);
}

/* so the list fills up and empties again, over and over */
static enum range_op random_op(unsigned int *seed, unsigned int turn)
{
	unsigned int dice = random_below(seed, 16);

	if (turn / 3000 % 2)
		return dice < 3 ? INSERT : dice < 6 ? ADD :
		       dice < 8 ? EXCLUDE : REMOVE;
	return dice < 13 ? INSERT : dice == 13 ? ADD :
	       dice == 14 ? EXCLUDE : REMOVE;
}

static void random_operations_match_a_bitmap(void **state __always_unused)
{
	struct crash_mem *list = ranges_parse("", 1);
	unsigned int seed = 1, turn, most = 0;
	struct model m = { };
	char what[96];

	for (turn = 0; turn < NR_RANDOM_OPS; turn++) {
		enum range_op op = random_op(&seed, turn);
		unsigned int len = random_below(&seed, 500) ? 1 :
				   1 + random_below(&seed, NR_UNITS / 2);
		unsigned int first = random_below(&seed, NR_UNITS - len + 1);
		unsigned int last = first + len - 1;
		int ret, expected;

		snprintf(what, sizeof(what), "turn %u, %s units %u-%u", turn,
			 range_op_names[op], first, last);
		ret = range_op_apply(op, &list, unit_start(first), unit_end(last));
		/* full: the list must be as it was, which the model shows */
		if (op == EXCLUDE && ret == -ENOMEM &&
		    list->nr_ranges == list->max_nr_ranges) {
			model_compare(what, &m, list);
			continue;
		}
		expected = model_apply(&m, op, first, last);
		assert_errno(what, expected, ret);
		check_list(what, list);
		model_compare(what, &m, list);
		most = max(most, list->nr_ranges);
	}
	/* or this test would say little */
	if (most <= 254)
		fail_msg("the list never held more than %u ranges", most);
	kvfree(list);
}

/* the union of any heap of ranges is the same before and after */
static void random_heaps_coalesce(void **state __always_unused)
{
	unsigned int seed = 2, turn, i, unit;
	char what[64];

	for (turn = 0; turn < 3000; turn++) {
		struct crash_mem *list = ranges_parse("", 64);
		struct model m = { };

		list->nr_ranges = random_below(&seed, 65);
		for (i = 0; i < list->nr_ranges; i++) {
			unsigned int len = 1 + random_below(&seed, 12);
			unsigned int first = random_below(&seed,
							  NR_UNITS - len + 1);

			list->ranges[i].start = unit_start(first);
			list->ranges[i].end = unit_end(first + len - 1);
			for (unit = first; unit < first + len; unit++)
				m.there[unit] = true;
		}
		for (unit = 0; unit < NR_UNITS; unit++)
			model_begin(&m, unit, !unit || !m.there[unit - 1]);

		snprintf(what, sizeof(what), "heap %u", turn);
		coalesce_mem_ranges(list);
		model_compare(what, &m, list);
		kvfree(list);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(operations_in_pictures),
	TEST(insert_refuses_overlaps),
	TEST(ends_of_the_address_space),
	TEST(impossible_ranges_are_refused),
	TEST(nothing_is_added_to_nothing),
	TEST(coalesce_keeps_the_memory),
	TEST(full_lists_grow),
	TEST(full_lists_that_may_not_grow),
	TEST(lists_that_say_less_than_they_hold),
	TEST(a_failed_allocation_leaves_the_list),
	TEST(the_first_allocation_fails),
	TEST(random_operations_match_a_bitmap),
	TEST(random_heaps_coalesce),
};

TEST_MAIN(tests)
