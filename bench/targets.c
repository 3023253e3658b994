// SPDX-License-Identifier: GPL-2.0-only
/* The targets as a table, and what was measured for each. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "statistics.h"
#include "targets.h"

enum measure {
	TIMES_FASTER,		/* than upstream */
	TIMES_COPY,		/* of the time of a copy */
	TIMES_ONE_SLOT,		/* of core's own time without a second slot */
	LOCKED_SHORTER,		/* than upstream's, in times */
	BYTES_WRITTEN,
	TIMES_HIDDEN,
	GROWTH,			/* exponent, over all sizes up to this one */
};

static const struct target {
	const char *name;	/* of the case */
	unsigned int size;
	enum measure measure;
	double limit;
} targets[] = {
	{ "cpu-add", 1024, TIMES_FASTER, 1000 },
	{ "cpu-add", 1024, TIMES_COPY, 8 },
	{ "cpu-add", 1024, TIMES_ONE_SLOT, 2 },
	{ "cpu-add", 1024, TIMES_HIDDEN, 0 },
	{ "cpu-add", 2048, GROWTH, 1.1 },
	{ "cpu-add", 1024, LOCKED_SHORTER, 1000 },
	{ "cpu-online", 1024, TIMES_FASTER, 5000 },
	{ "cpu-online", 1024, BYTES_WRITTEN, 0 },
	{ "cpu-online", 1024, TIMES_HIDDEN, 0 },
	{ "cpu-online", 1024, LOCKED_SHORTER, 1000 },
	{ "mem-add-alternating", 8192, TIMES_FASTER, 100 },
	{ "mem-add-alternating", 8192, GROWTH, 1.1 },
	{ "mem-add-alternating", 8192, TIMES_ONE_SLOT, 2 },
	{ "mem-add-alternating", 8192, TIMES_HIDDEN, 0 },
	{ "mem-remove-alternating", 8192, TIMES_FASTER, 100 },
	{ "mem-remove-alternating", 8192, GROWTH, 1.1 },
	{ "storm-alternating", 3840, TIMES_FASTER, 50 },
	{ "storm-alternating", 3840, TIMES_ONE_SLOT, 2 },
	{ "smt-switch", 192, TIMES_FASTER, 1000 },
};

const unsigned int nr_targets = sizeof(targets) / sizeof(targets[0]);

static const char *const measures[] = {
	[TIMES_FASTER] = "times faster than upstream: at least",
	[TIMES_COPY] = "times as long as memcpy: at most",
	[TIMES_ONE_SLOT] = "times as long as without a second slot: at most",
	[LOCKED_SHORTER] = "times shorter than upstream with the kexec lock held: at least",
	[BYTES_WRITTEN] = "bytes written: at most",
	[TIMES_HIDDEN] = "times that the image was hidden: at most",
	[GROWTH] = "exponent of growth up to here: at most",
};

/* --- numbers out of results --------------------------------------------------- */

struct growth results_growth(const struct results *results,
			     const struct bench_case *c, unsigned int peer)
{
	double x[CASE_MAX_SIZES], y[CASE_MAX_SIZES];
	size_t i, nr = 0, last;

	for (i = 0; i < results->nr && nr < CASE_MAX_SIZES; i++) {
		const struct row *row = &results->rows[i];

		if (row->c != c || !row->cell[peer].measured)
			continue;
		x[nr] = row->size;
		y[nr++] = row->cell[peer].median_ns;
	}
	last = nr < 2 ? nr : 2;
	return (struct growth){
		.all = growth(x, y, nr),
		.end = growth(x + nr - last, y + nr - last, last),
	};
}

double row_ratio(const struct row *row, unsigned int peer)
{
	const struct cell *core = &row->cell[0], *cell = &row->cell[peer];

	if (!core->measured || !cell->measured || !core->median_ns)
		return NAN;
	return (double)cell->median_ns / core->median_ns;
}

static double ratio_of(const struct results *results, const struct row *row,
		       const char *peer)
{
	int i = peers_find(results->peers, peer);

	return i < 0 ? NAN : row_ratio(row, i);
}

/* upstream's time with the kexec lock held against core's */
static double locked_ratio(const struct results *results,
			    const struct row *row)
{
	int i = peers_find(results->peers, "upstream");
	const struct cell *core = &row->cell[0];

	if (i < 0 || !core->locked_ns || !row->cell[i].measured)
		return NAN;
	return (double)row->cell[i].locked_ns / core->locked_ns;
}

static double see_row(const struct results *results, const struct row *row,
		      enum measure measure)
{
	switch (measure) {
	case TIMES_FASTER:
		return ratio_of(results, row, "upstream");
	case LOCKED_SHORTER:
		return locked_ratio(results, row);
	case TIMES_COPY:
		return 1 / ratio_of(results, row, "memcpy");
	case TIMES_ONE_SLOT:
		return 1 / ratio_of(results, row, "one-slot");
	case BYTES_WRITTEN:
		return row->cell[0].bytes;
	case TIMES_HIDDEN:
		return row->cell[0].hidden;
	default:
		return NAN;
	}
}

static double see(const struct results *results, const struct target *t)
{
	size_t i;

	for (i = 0; i < results->nr; i++) {
		const struct row *row = &results->rows[i];

		if (strcmp(row->c->name, t->name) || row->size != t->size)
			continue;
		return t->measure == GROWTH ?
		       results_growth(results, row->c, 0).all :
		       see_row(results, row, t->measure);
	}
	return NAN;
}

static bool is_at_most(enum measure measure)
{
	return measure != TIMES_FASTER && measure != LOCKED_SHORTER;
}

struct met target_check(unsigned int i, const struct results *results)
{
	const struct target *t = &targets[i];
	struct met met = {
		.seen = see(results, t),
		.limit = t->limit,
		.at_most = is_at_most(t->measure),
	};

	snprintf(met.text, sizeof(met.text), "%s %u: %s %g", t->name, t->size,
		 measures[t->measure], t->limit);
	/* what was not measured meets nothing */
	met.met = met.at_most ? met.seen <= met.limit : met.seen >= met.limit;
	return met;
}
