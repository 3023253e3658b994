/* SPDX-License-Identifier: GPL-2.0-only */
/* One case, at one size: everybody in turn, again and again. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "outcome.h"
#include "peers.h"

/* an even number of them has no middle one */
#define MAX_SAMPLES 301

/**
 * struct cell - what one peer took for one case at one size
 * @measured: else all the rest is 0
 * @samples: so many times
 * @median_ns, @fastest_ns: of a sample, in nanoseconds; a copy counts once for
 *	each event
 * @locked_ns: median of the time in which hotplug held the kexec lock
 * @events: that the kernel told its handlers in one sample
 * @bytes: that differ after the events of one sample, summed up
 * @hidden: how often the image was hidden in one sample
 * @verdict, @verdict_why: what a crash would give at the end
 * @same, @different: is the image the same as core's at the end, and what is
 *	not
 */
struct cell {
	bool measured;
	unsigned int samples;
	uint64_t median_ns;
	uint64_t fastest_ns;
	uint64_t locked_ns;
	unsigned int events;
	size_t bytes;
	unsigned int hidden;
	enum verdict_word verdict;
	char verdict_why[OUTCOME_WHY];
	bool same;
	char different[OUTCOME_WHY];
};

/**
 * struct row - all peers, one case, one size
 * @cell: by the peer's index
 */
struct row {
	const struct bench_case *c;
	unsigned int size;
	struct cell cell[MAX_PEERS];
};

/**
 * measure_row() - run a case with each peer that has something to do in it
 * @row: its case and size are set, the rest is filled in
 * @peers: who
 * @budget: seconds for each of them; at least one sample is taken
 * @err: set on failure
 *
 * Return: 0 or -1.
 */
int measure_row(struct row *row, const struct peers *peers, double budget,
		struct error *err);

#endif /* BENCH_MEASURE_H */
