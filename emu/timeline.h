/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a crash would have found, at every moment of the virtual clock: intervals
 * without a gap. Sums over them are exact, nothing is sampled.
 */
#ifndef EMU_TIMELINE_H
#define EMU_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "verdict_word.h"

enum dump_state {
	DUMP_ACCURATE,	/* a dump, and it is right */
	DUMP_STALE,	/* an image that is not the present machine's: any other word */
	DUMP_TORN,	/* it is being rewritten, no dump meanwhile */
	DUMP_NONE,	/* nothing is loaded or registered, as in a reload */
	NR_DUMP_STATES
};

const char *dump_state_name(enum dump_state state);

/* [start, end) */
struct interval {
	uint64_t start;
	uint64_t end;
	enum dump_state state;
	enum verdict_word word;
};

struct timeline {
	size_t nr;
	size_t max;
	struct interval *intervals;
};

/**
 * timeline_mark() - from @time on it is like this
 * @time: not before that of the last mark; at the same time, this one counts
 *
 * The last interval is open: its end is its start until timeline_close().
 *
 * Return: 0, or -1 without memory.
 */
int timeline_mark(struct timeline *t, uint64_t time, enum dump_state state,
		  enum verdict_word word);
/* the last interval lasts until @end, if that is later */
void timeline_close(struct timeline *t, uint64_t end);
void timeline_free(struct timeline *t);

/* the interval that @time is in; NULL: before the first, or behind the last */
const struct interval *timeline_at(const struct timeline *t, uint64_t time);

/* nanoseconds in each state, between @from and @to */
void timeline_sum(const struct timeline *t, uint64_t from, uint64_t to,
		  uint64_t ns[NR_DUMP_STATES]);

/* the share of [@from, @to) in which a crash gives an accurate dump; an empty
 * span has none: -1
 */
double timeline_chance(const struct timeline *t, uint64_t from, uint64_t to);

#endif /* EMU_TIMELINE_H */
