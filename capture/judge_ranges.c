// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handlers' functions on lists of ranges: is what they left the memory that
 * it should be, and is it in order? What it should be is set arithmetic.
 */
#include <inttypes.h>

#include "judging.h"
#include "machine.h"
#include "pieces.h"

/*
 * struct arithmetic - one list, before and after
 * @before: memory in the list that the functions found
 * @expected: memory that it should hold now
 * @listed: memory that it holds now
 */
struct arithmetic {
	const struct ranges_spec *spec;
	const struct ranges_result *result;
	struct view_ranges before;
	struct view_ranges expected;
	struct view_ranges listed;
};

static int add_all(struct view_ranges *set, const struct view_range *r,
		   size_t nr)
{
	int failed = 0;

	for (size_t i = 0; i < nr && !failed; i++)
		if (r[i].start <= r[i].end)
			failed = view_ranges_add(set, r[i].start, r[i].end);
	return failed;
}

/* what the arguments taken before an error have done stays done */
static int find_sets(struct arithmetic *a)
{
	const struct ranges_spec *spec = a->spec;
	size_t nr = spec->op == RANGES_MERGE ? 0 : a->result->done;
	int failed;

	failed = add_all(&a->before, spec->list, spec->nr) ||
		 add_all(&a->listed, a->result->list, a->result->nr) ||
		 view_ranges_copy(&a->expected, &a->before);
	if (!failed && spec->op == RANGES_ADD)
		return add_all(&a->expected, spec->args, nr);
	for (size_t i = 0; i < nr && !failed; i++)
		failed = view_ranges_remove(&a->expected, spec->args[i].start,
					    spec->args[i].end);
	return failed;
}

static void free_sets(struct arithmetic *a)
{
	view_ranges_free(&a->before);
	view_ranges_free(&a->expected);
	view_ranges_free(&a->listed);
}

/* --- the memory --------------------------------------------------------------- */

static void judge_missing(struct judging *j, const struct arithmetic *a)
{
	struct view_range piece;
	struct pieces walk;

	for (size_t i = 0; i < a->expected.nr; i++) {
		walk = pieces_of(a->expected.r[i].start, a->expected.r[i].end,
				 &a->listed, false);
		while (next_piece(&walk, &piece))
			found(j, ABOUT_RANGE(piece.start, piece.end), I_COVER,
			      VERDICT_INCOMPLETE,
			      "no range covers 0x%" PRIx64 "-0x%" PRIx64,
			      piece.start, piece.end);
	}
}

/* memory that was never in the list is not what an exclusion left over */
static void judge_surplus(struct judging *j, const struct arithmetic *a)
{
	struct view_range piece;
	struct pieces walk;

	for (size_t i = 0; i < a->listed.nr; i++) {
		walk = pieces_of(a->listed.r[i].start, a->listed.r[i].end,
				 &a->expected, false);
		while (next_piece(&walk, &piece)) {
			bool left = a->spec->op == RANGES_EXCLUDE &&
				    view_ranges_intersects(&a->before,
							   piece.start,
							   piece.end);

			found(j, ABOUT_RANGE(piece.start, piece.end),
			      left ? I_CRASHK : I_GONE, VERDICT_INCOMPLETE,
			      "0x%" PRIx64 "-0x%" PRIx64 " is listed, which %s",
			      piece.start, piece.end,
			      left ? "is excluded" : "is not memory");
		}
	}
}

/* --- the order --------------------------------------------------------------- */

static bool overlap(const struct view_range *a, const struct view_range *b)
{
	return a->start <= b->end && b->start <= a->end;
}

static bool is_disjoint(const struct view_range *r, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < i; k++)
			if (overlap(&r[i], &r[k]))
				return false;
	return true;
}

static bool is_sorted(const struct view_range *r, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (r[i].start < r[i - 1].start)
			return false;
	return true;
}

static void judge_sane(struct judging *j, const struct ranges_result *result)
{
	for (size_t i = 0; i < result->nr; i++) {
		const struct view_range *r = &result->list[i];

		if (r->start > r->end)
			found(j, ABOUT_PHDR(i), I_SANE, VERDICT_INCOMPLETE,
			      "range %zu, 0x%" PRIx64 "-0x%" PRIx64
			      ", ends before it starts",
			      i, r->start, r->end);
	}
}

/* of a list that was not in order, only a merge makes one that is */
static void judge_order(struct judging *j, const struct arithmetic *a)
{
	const struct ranges_spec *spec = a->spec;
	const struct ranges_result *result = a->result;
	bool merged = spec->op == RANGES_MERGE;

	if ((merged || is_disjoint(spec->list, spec->nr)) &&
	    !is_disjoint(result->list, result->nr))
		found(j, NOWHERE, I_DISJ, VERDICT_INCOMPLETE,
		      "ranges of the list overlap");
	if ((merged || is_sorted(spec->list, spec->nr)) &&
	    !is_sorted(result->list, result->nr))
		found(j, NOWHERE, I_SORT, VERDICT_INCOMPLETE,
		      "the list is not in ascending order");
}

/* --- all of it --------------------------------------------------------------- */

static void judge_result(struct judging *j, const struct arithmetic *a)
{
	if (a->result->gone && !a->result->ret) {
		found(j, NOWHERE, I_MEM, VERDICT_LOST,
		      "no error, and no list: the next reader follows a null pointer");
		return;
	}
	if (a->result->ret)
		found(j, NOWHERE, I_FRESH, VERDICT_STALE,
		      "error %d: the old list stays", a->result->ret);
	if (a->result->gone)
		return;
	judge_sane(j, a->result);
	judge_missing(j, a);
	judge_surplus(j, a);
	judge_order(j, a);
}

int judge_ranges(const struct ranges_spec *spec,
		 const struct ranges_result *result, struct verdict *verdict)
{
	struct arithmetic a = { .spec = spec, .result = result };
	struct judging j = { .verdict = verdict };

	if (find_sets(&a))
		j.no_memory = true;
	else
		judge_result(&j, &a);
	free_sets(&a);
	tell_held_back(&j);
	return j.no_memory ? -1 : 0;
}
