// SPDX-License-Identifier: GPL-2.0-only
/* Intervals one after the other, and sums over them. */
#include <stdlib.h>
#include <string.h>

#include "timeline.h"

const char *dump_state_name(enum dump_state state)
{
	static const char *const names[] = {
		[DUMP_ACCURATE] = "accurate",
		[DUMP_STALE] = "stale",
		[DUMP_TORN] = "torn",
		[DUMP_NONE] = "none",
	};

	return names[state];
}

static int grow(struct timeline *t)
{
	size_t max = t->max ? 2 * t->max : 64;
	struct interval *more;

	if (t->nr < t->max)
		return 0;
	more = realloc(t->intervals, max * sizeof(*more));
	if (!more)
		return -1;
	t->intervals = more;
	t->max = max;
	return 0;
}

int timeline_mark(struct timeline *t, uint64_t time, enum dump_state state,
		  enum verdict_word word)
{
	struct interval *last;

	if (t->nr) {
		last = &t->intervals[t->nr - 1];
		last->end = time;
		if (last->start == time)
			t->nr--;
	}
	/* also with what was before the one that lasted no time */
	if (t->nr) {
		last = &t->intervals[t->nr - 1];
		if (last->state == state && last->word == word) {
			last->end = time;
			return 0;
		}
	}
	if (grow(t))
		return -1;
	t->intervals[t->nr++] = (struct interval){ time, time, state, word };
	return 0;
}

void timeline_close(struct timeline *t, uint64_t end)
{
	if (t->nr && t->intervals[t->nr - 1].end < end)
		t->intervals[t->nr - 1].end = end;
}

void timeline_free(struct timeline *t)
{
	free(t->intervals);
	memset(t, 0, sizeof(*t));
}

const struct interval *timeline_at(const struct timeline *t, uint64_t time)
{
	size_t low = 0, high = t->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->intervals[mid].end <= time)
			low = mid + 1;
		else
			high = mid;
	}
	return low < t->nr && t->intervals[low].start <= time ?
	       &t->intervals[low] : NULL;
}

void timeline_sum(const struct timeline *t, uint64_t from, uint64_t to,
		  uint64_t ns[NR_DUMP_STATES])
{
	memset(ns, 0, NR_DUMP_STATES * sizeof(*ns));
	for (size_t i = 0; i < t->nr; i++) {
		const struct interval *v = &t->intervals[i];
		uint64_t start = v->start > from ? v->start : from;
		uint64_t end = v->end < to ? v->end : to;

		if (start < end)
			ns[v->state] += end - start;
	}
}

double timeline_chance(const struct timeline *t, uint64_t from, uint64_t to)
{
	uint64_t ns[NR_DUMP_STATES], all = 0;

	timeline_sum(t, from, to, ns);
	for (int i = 0; i < NR_DUMP_STATES; i++)
		all += ns[i];
	return all ? (double)ns[DUMP_ACCURATE] / all : -1;
}
