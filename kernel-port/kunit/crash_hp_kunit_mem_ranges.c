// SPDX-License-Identifier: GPL-2.0-only
/* mem_ranges.c: what becomes of a list when memory is added or taken away. */
#include "crash_hp_kunit.h"
#include "vectors_mem_ranges.h"

/* --- one operation on one list ----------------------------------------------- */

static void describe_picture(const struct range_picture *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s '%s' to/from '%s'",
		 range_op_names[p->op], p->operand, p->list);
}

KUNIT_ARRAY_PARAM(pictures, range_pictures, describe_picture);

static void an_operation_in_a_picture(struct kunit *test)
{
	const struct range_picture *p = test->param_value;
	struct crash_mem *list = crash_hp_kunit_draw(test, p->list, 1);
	struct crash_mem *operand = crash_hp_kunit_draw(test, p->operand, 0);
	struct crash_mem *result = crash_hp_kunit_draw(test, p->result, 0);
	struct range x = { 0x5000, 0x4fff };
	const char *expected, *got;

	if (operand->nr_ranges)
		x = operand->ranges[0];
	KUNIT_EXPECT_EQ(test, 0, range_op_apply(p->op, &list, x.start, x.end));
	expected = crash_hp_kunit_text(test, result);
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, expected, got);
	kvfree(list);
	kvfree(operand);
	kvfree(result);
}

static void describe_overlap(const struct range_overlap *o, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "insert '%s' into '%s'", o->operand,
		 o->list);
}

KUNIT_ARRAY_PARAM(overlaps, range_overlaps, describe_overlap);

static void insert_refuses_overlaps(struct kunit *test)
{
	const struct range_overlap *o = test->param_value;
	struct crash_mem *list = crash_hp_kunit_draw(test, o->list, 1);
	struct crash_mem *operand = crash_hp_kunit_draw(test, o->operand, 0);
	const char *was = crash_hp_kunit_text(test, list);
	const char *got;

	KUNIT_EXPECT_EQ(test, -EEXIST,
			insert_mem_range(&list, operand->ranges[0].start,
					 operand->ranges[0].end));
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, was, got);
	kvfree(list);
	kvfree(operand);
}

static void describe_edge(const struct range_edge *e, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %llx-%llx to/from '%s'",
		 range_op_names[e->op], e->start, e->end, e->list);
}

KUNIT_ARRAY_PARAM(edges, range_edges, describe_edge);

static void ends_of_the_address_space(struct kunit *test)
{
	const struct range_edge *e = test->param_value;
	struct crash_mem *list = crash_hp_kunit_parse(test, e->list, 1);
	const char *got;

	KUNIT_EXPECT_EQ(test, 0, range_op_apply(e->op, &list, e->start, e->end));
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, e->result, got);
	kvfree(list);
}

static void describe_refusal(const struct range_refusal *r, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %llx-%llx to/from '%s'",
		 range_op_names[r->op], r->start, r->end, r->list);
}

KUNIT_ARRAY_PARAM(refusals, range_refusals, describe_refusal);

static void impossible_ranges_are_refused(struct kunit *test)
{
	const struct range_refusal *r = test->param_value;
	struct crash_mem *list = crash_hp_kunit_parse(test, r->list, 1);
	const char *got;

	KUNIT_EXPECT_EQ(test, r->ret,
			range_op_apply(r->op, &list, r->start, r->end));
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, r->list, got);
	kvfree(list);
}

static void describe_heap(const struct range_heap *h, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%s'", h->list);
}

KUNIT_ARRAY_PARAM(heaps, range_heaps, describe_heap);

static void coalesce_keeps_the_memory(struct kunit *test)
{
	const struct range_heap *h = test->param_value;
	struct crash_mem *list = crash_hp_kunit_parse(test, h->list, 0);
	const char *got;

	coalesce_mem_ranges(list);
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, h->result, got);
	kvfree(list);
}

/* sizes 0 and lists that are not there yet */
static void nothing_is_added_to_nothing(struct kunit *test)
{
	struct crash_mem *list = NULL;
	const char *got;

	KUNIT_EXPECT_EQ(test, 0, add_mem_range(&list, 0x1000, 0));
	KUNIT_EXPECT_EQ(test, 0, remove_mem_range(&list, 0x1000, 0x1000));
	KUNIT_EXPECT_NULL(test, list);

	KUNIT_EXPECT_EQ(test, 0, add_mem_range(&list, 0x1000, 0x1000));
	KUNIT_EXPECT_EQ(test, 0, add_mem_range(&list, 0x1800, 0));
	KUNIT_EXPECT_EQ(test, 0, remove_mem_range(&list, 0x1800, 0));
	got = crash_hp_kunit_text(test, list);
	KUNIT_EXPECT_STREQ(test, "1000-1fff", got);
	kvfree(list);
}

/* --- full lists ---------------------------------------------------------------- */

#define EVERY 0x10000ULL
#define FULL_SIZE 0x3000ULL

/* @nr ranges, one at each multiple of EVERY, and no room behind them */
static struct crash_mem *full_list(struct kunit *test, unsigned int nr)
{
	struct crash_mem *list = alloc_mem_ranges(nr);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, list);
	for (i = 0; i < nr; i++)
		list->ranges[i] = (struct range){ i * EVERY,
						  i * EVERY + FULL_SIZE - 1 };
	list->nr_ranges = nr;
	return list;
}

/* sorted, disjoint, and not longer than the room for it */
static void expect_in_order(struct kunit *test, const struct crash_mem *list)
{
	const struct range *r = list->ranges;
	unsigned int i;

	KUNIT_EXPECT_LE(test, list->nr_ranges, list->max_nr_ranges);
	for (i = 0; i < list->nr_ranges; i++) {
		KUNIT_EXPECT_LE(test, r[i].start, r[i].end);
		if (i)
			KUNIT_EXPECT_LT(test, r[i - 1].end, r[i].start);
	}
}

static void describe_full(const unsigned int *nr, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u ranges", *nr);
}

KUNIT_ARRAY_PARAM(full_lists, range_full_lists, describe_full);

static void full_lists_grow(struct kunit *test)
{
	const unsigned int nr = *(const unsigned int *)test->param_value;
	const unsigned int at = nr / 2;
	const u64 base = at * EVERY;
	struct crash_mem *list = full_list(test, nr);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, 0, remove_mem_range(&list, base + 0x1000, 0x1000));
	KUNIT_EXPECT_EQ(test, nr + 1, list->nr_ranges);
	expect_in_order(test, list);
	KUNIT_EXPECT_EQ(test, base + 0xfff, list->ranges[at].end);
	KUNIT_EXPECT_EQ(test, base + 0x2000, list->ranges[at + 1].start);
	KUNIT_EXPECT_EQ(test, base + 0x2fff, list->ranges[at + 1].end);
	kvfree(list);

	list = full_list(test, nr);
	KUNIT_EXPECT_EQ(test, 0,
			insert_mem_range(&list, base + 0x8000, base + 0x8fff));
	/* and on, until it must have grown again */
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, 0,
				add_mem_range(&list, i * EVERY + 0xa000, 0x1000));
	KUNIT_EXPECT_EQ(test, 2 * nr + 1, list->nr_ranges);
	expect_in_order(test, list);
	kvfree(list);
}

static void full_lists_that_may_not_grow(struct kunit *test)
{
	const unsigned int nr = *(const unsigned int *)test->param_value;
	struct crash_mem *list = full_list(test, nr);
	struct crash_mem *was = full_list(test, nr);

	KUNIT_EXPECT_EQ(test, -ENOMEM,
			crash_exclude_mem_range(list, 0x1000, 0x1fff));
	KUNIT_EXPECT_EQ(test, nr, list->nr_ranges);
	KUNIT_EXPECT_MEMEQ(test, was->ranges, list->ranges,
			   nr * sizeof(list->ranges[0]));

	/* a hole that splits nothing needs no room */
	KUNIT_EXPECT_EQ(test, 0, crash_exclude_mem_range(list, 0x2000, 0xffff));
	KUNIT_EXPECT_EQ(test, nr, list->nr_ranges);
	KUNIT_EXPECT_EQ(test, 0x1fff, list->ranges[0].end);
	kvfree(list);
	kvfree(was);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(an_operation_in_a_picture, pictures_gen_params),
	KUNIT_CASE_PARAM(insert_refuses_overlaps, overlaps_gen_params),
	KUNIT_CASE_PARAM(ends_of_the_address_space, edges_gen_params),
	KUNIT_CASE_PARAM(impossible_ranges_are_refused, refusals_gen_params),
	KUNIT_CASE_PARAM(coalesce_keeps_the_memory, heaps_gen_params),
	KUNIT_CASE(nothing_is_added_to_nothing),
	KUNIT_CASE_PARAM(full_lists_grow, full_lists_gen_params),
	KUNIT_CASE_PARAM(full_lists_that_may_not_grow, full_lists_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "crash_hp_mem_ranges",
	.test_cases = cases,
};

kunit_test_suite(suite);
