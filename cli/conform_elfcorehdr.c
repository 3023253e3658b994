// SPDX-License-Identifier: GPL-2.0-only
/* Where two elfcorehdrs differ: which memory they list, and how. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "conform_explain.h"
#include "diff.h"
#include "segment.h"

/* --- which memory is listed -------------------------------------------------- */

static int change_by_loads(struct view_ranges *set,
			   const struct view_segment *header,
			   int (*change)(struct view_ranges *, uint64_t,
					 uint64_t))
{
	struct view_range *loads;
	size_t nr = elfcorehdr_loads(header->bytes, header->memsz, &loads);
	int failed = 0;

	for (size_t i = 0; i < nr && !failed; i++)
		failed = change(set, loads[i].start, loads[i].end);
	free(loads);
	return failed;
}

/* memory that @header lists and @other does not */
static int listed_only_in(struct view_ranges *set,
			  const struct view_segment *header,
			  const struct view_segment *other)
{
	return change_by_loads(set, header, view_ranges_add) ||
	       change_by_loads(set, other, view_ranges_remove);
}

static int remove_set(struct view_ranges *set, const struct view_ranges *remove)
{
	int failed = 0;

	for (size_t i = 0; i < remove->nr && !failed; i++)
		failed = view_ranges_remove(set, remove->r[i].start,
					    remove->r[i].end);
	return failed;
}

/* @both = @set cut by @by; what is left in @set is not in @by */
static int cut_by(struct view_ranges *set, const struct view_ranges *by,
		  struct view_ranges *both)
{
	return view_ranges_copy(both, set) || remove_set(set, by) ||
	       remove_set(both, set);
}

static int explain_offline(struct comparison *c, const struct view_range *r)
{
	return reasons_add(&c->reasons, RESULT_REMARK, NULL,
			   "offline memory listed (0x%" PRIx64 "-0x%" PRIx64 ")",
			   r->start, r->end);
}

static int explain_range(struct comparison *c, const char *who,
			 const struct view_range *r)
{
	char what[96];
	const struct symptom s = {
		.kind = SYMPTOM_MEMORY, .what = what,
		.has_range = true, .start = r->start, .end = r->end,
	};

	snprintf(what, sizeof(what), "%s 0x%" PRIx64 "-0x%" PRIx64, who,
		 r->start, r->end);
	return explain_symptom(c, &s);
}

static int explain_listed(struct comparison *c, const struct view_ranges *set)
{
	int failed = 0;

	for (size_t i = 0; i < set->nr && !failed; i++)
		failed = explain_range(c, "only the kernel lists",
				       &set->r[i]);
	return failed;
}

/*
 * Memory that is there and offline may be listed. What is not there is looked at
 * in pieces: a range that ends in one defect may begin in another.
 */
static int explain_only_theirs(struct comparison *c, struct view_ranges *listed)
{
	struct view_ranges offline = { 0 }, piece = { 0 }, there = { 0 };
	int failed;

	failed = view_ranges_copy(&there, &c->truth->ram) ||
		 remove_set(&there, &c->truth->online) ||
		 cut_by(listed, &there, &offline);
	for (size_t i = 0; i < offline.nr && !failed; i++)
		failed = explain_offline(c, &offline.r[i]);

	failed = failed ||
		 cut_by(listed, &c->history->came_in_load, &piece) ||
		 explain_listed(c, &piece) ||
		 cut_by(listed, &c->history->left_offline, &piece) ||
		 explain_listed(c, &piece) ||
		 cut_by(listed, &c->history->relisted, &piece) ||
		 explain_listed(c, &piece) ||
		 cut_by(listed, &c->history->left_online, &piece) ||
		 explain_listed(c, &piece) ||
		 explain_listed(c, listed);
	view_ranges_free(&there);
	view_ranges_free(&offline);
	view_ranges_free(&piece);
	return failed;
}

static int explain_missing(struct comparison *c, const struct view_ranges *set)
{
	int failed = 0;

	for (size_t i = 0; i < set->nr && !failed; i++)
		failed = explain_range(c, "the kernel does not list",
				       &set->r[i]);
	return failed;
}

static int explain_memory(struct comparison *c, const struct view_segment *ours,
			  const struct view_segment *theirs)
{
	struct view_ranges listed = { 0 }, missing = { 0 }, came = { 0 };
	int failed;

	failed = listed_only_in(&listed, theirs, ours) ||
		 listed_only_in(&missing, ours, theirs) ||
		 explain_only_theirs(c, &listed) ||
		 cut_by(&missing, &c->history->came_in_load, &came) ||
		 explain_missing(c, &came) || explain_missing(c, &missing);
	view_ranges_free(&listed);
	view_ranges_free(&missing);
	view_ranges_free(&came);
	return failed;
}

/* --- the rest of the elfcorehdr ------------------------------------------------ */

static bool lists(const struct view_segment *header, const struct diff_item *i)
{
	struct view_ranges set = { 0 };
	bool all;

	/* without memory: not listed, and the step will not pass */
	all = !change_by_loads(&set, header, view_ranges_add) &&
	      view_ranges_contains(&set, i->start, i->end);
	view_ranges_free(&set);
	return all;
}

/* the judge has found that it overlaps another one */
static bool overlaps(const struct comparison *c, const struct diff_item *item)
{
	const struct verdict *theirs = &c->their_verdict;

	for (size_t i = 0; i < theirs->nr; i++)
		if (theirs->findings[i].inv == I_DISJ &&
		    theirs->findings[i].has_range &&
		    theirs->findings[i].start <= item->end &&
		    theirs->findings[i].end >= item->start)
			return true;
	return false;
}

/*
 * A PT_LOAD that only one of the two has: when the other lists that memory as
 * well, it is cut elsewhere. When not, explain_memory() has spoken of it; of one
 * that overlaps, explain_findings() will.
 */
static int explain_load(struct comparison *c, const struct diff_item *item,
			const struct view_segment *other)
{
	if (!lists(other, item) || overlaps(c, item))
		return 0;
	return reasons_add(&c->reasons, RESULT_REMARK, NULL,
			   "the same memory cut elsewhere");
}

static int explain_elf_item(struct comparison *c, const struct diff_item *item,
			    const struct view_segment *ours,
			    const struct view_segment *theirs)
{
	struct symptom s = {
		.kind = SYMPTOM_OTHER, .what = item->text,
		.start = item->start, .end = item->end,
	};

	switch (item->subject) {
	case DIFF_CUT:
		return reasons_add(&c->reasons, RESULT_REMARK, NULL,
				   "the same memory cut elsewhere");
	case DIFF_LOAD:
		if (item->kind == DIFF_ADDED)
			return explain_load(c, item, ours);
		if (item->kind == DIFF_REMOVED)
			return explain_load(c, item, theirs);
		s.kind = SYMPTOM_PHDR;
		s.has_range = true;
		break;
	case DIFF_ORDER:
		s.kind = SYMPTOM_ORDER;
		break;
	case DIFF_EHDR:
		s.kind = SYMPTOM_HEADER;
		break;
	default:
		break;
	}
	return explain_symptom(c, &s);
}

int explain_elfcorehdr(struct comparison *c, struct error *err)
{
	const struct view_segment *ours, *theirs;
	struct diff diff = { 0 };
	char why[DIFF_WHY];
	int failed;

	ours = image_view_segment(c->ours, SEGMENT_ELFCOREHDR);
	theirs = image_view_segment(c->theirs, SEGMENT_ELFCOREHDR);
	if (!ours || !theirs || !ours->bytes || !theirs->bytes)
		return fail(err, "no elfcorehdr to compare");
	if (diff_elfcorehdr(ours->bytes, ours->memsz, theirs->bytes,
			    theirs->memsz, &diff, why))
		return explain_unreadable(c, "elfcorehdr", why, err);

	failed = explain_memory(c, ours, theirs);
	for (size_t i = 0; i < diff.nr && !failed; i++)
		failed = explain_elf_item(c, &diff.items[i], ours, theirs);
	diff_free(&diff);
	return failed ? fail(err, "out of memory") : 0;
}
