/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of schemes: a machine from bed.h played under one, by lines of
 * events, and its timeline as text.
 *
 * Include before <cmocka.h>, which makes fail() a macro.
 */
#ifndef TESTS_SCHEME_BED_H
#define TESTS_SCHEME_BED_H

#include "bed.h"
#include "scheme_run.h"

/**
 * struct scheme_case - what happens under a scheme
 * @bed: the machine
 * @scheme: by name
 * @rules: file of udev rules, relative to the source directory; NULL: the scheme's
 * @params: blank-separated "NAME=VALUE", e.g. "load=1s handler=20us"
 * @events: one after the other, ';' between: "TIME EVENT", an event as
 *	bed_event() takes it
 * @spec: the machine, if @bed is NULL
 */
struct scheme_case {
	const struct bed *bed;
	const char *scheme;
	const char *rules;
	const char *params;
	const char *events;
	const struct machine_spec *spec;
};

/* play it until it has settled; fails the test if anything is impossible */
void scheme_bed_play(struct scheme_run *run, const struct scheme_case *c);
/* the start must fail: why; in static memory until the next call */
const char *scheme_bed_refused(struct scheme_run *run,
			       const struct scheme_case *c);
/* or until @time, with what happens at that moment */
void scheme_bed_play_until(struct scheme_run *run, const struct scheme_case *c,
			   uint64_t time);

/* "0 accurate, 1 s incomplete, 2 s torn", in static memory until the next call */
const char *scheme_bed_timeline(const struct scheme_run *run);

/* that timeline, and a crash at the end for which @why is said; @name is the case's */
void scheme_bed_assert(struct scheme_run *run, const char *name,
		       const char *timeline, const char *why);

#endif /* TESTS_SCHEME_BED_H */
