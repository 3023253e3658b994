/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What crash-hp compare found: one row for each scheme, from the same machine and
 * the same events. compare.c makes it, the others print it.
 */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include "scheme_play.h"

/**
 * struct compare_row - one scheme
 * @total: when it had settled
 * @settled: how long that was after the last event
 * @overall, @storm: nanoseconds in each state
 * @chance, @storm_chance: of an accurate dump, from these; -1: no time at all
 * @end: what a crash gives when all has settled
 */
struct compare_row {
	const struct scheme *scheme;
	struct scheme_play play;
	uint64_t total;
	uint64_t settled;
	uint64_t overall[NR_DUMP_STATES];
	uint64_t storm[NR_DUMP_STATES];
	double chance;
	double storm_chance;
	enum verdict_word end;
};

/* a scheme that was not played, as nobody asked for it by name */
struct compare_skipped {
	const struct scheme *scheme;
	struct error why;
};

#define COMPARE_MAX 32

/**
 * struct compare - all of them
 * @end: overall is from the first load to here, when the last scheme had settled
 */
struct compare {
	struct scenario *scenario;
	struct scheme_options options;
	struct compare_row rows[COMPARE_MAX];
	size_t nr;
	struct compare_skipped skipped[COMPARE_MAX];
	size_t nr_skipped;
	uint64_t end;
};

/* nanoseconds without an accurate image */
uint64_t compare_exposed(const struct compare_row *row);

void compare_text(const struct compare *c);
/* enum exit_status */
int compare_json(const struct compare *c);
void compare_csv(const struct compare *c);
/* an SVG picture into @file, whole or not at all; enum exit_status */
int compare_svg(const struct compare *c, const char *file);

#endif /* CLI_COMPARE_H */
