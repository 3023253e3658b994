/* SPDX-License-Identifier: GPL-2.0-only */
/* What core is to reach, in ratios: they hold on any machine. */
#ifndef BENCH_TARGETS_H
#define BENCH_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "measure.h"

/**
 * struct results - all that was measured
 * @rows: in the order of the cases, sizes ascending
 */
struct results {
	const struct peers *peers;
	struct row *rows;
	size_t nr;
};

/*
 * The exponent of a peer's cost against the size: over all sizes, or between the
 * last two, where what is the same at all sizes matters least; NAN where it is
 * not known.
 */
struct growth {
	double all;
	double end;
};

struct growth results_growth(const struct results *results,
			     const struct bench_case *c, unsigned int peer);
/* a peer's time against core's; NAN where one of them is not known */
double row_ratio(const struct row *row, unsigned int peer);

/**
 * struct met - how one target was met
 * @text: the target, for a person
 * @seen: the number to hold against it; NAN where it was not measured
 * @limit: from here on it is met
 * @at_most: @limit is the largest that meets it, else the smallest
 */
struct met {
	char text[120];
	double seen;
	double limit;
	bool at_most;
	bool met;
};

extern const unsigned int nr_targets;
/* target number @i */
struct met target_check(unsigned int i, const struct results *results);

#endif /* BENCH_TARGETS_H */
