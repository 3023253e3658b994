/* SPDX-License-Identifier: GPL-2.0-only */
/* The results as tables, for a person, and as JSON, for a program. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "targets.h"

/* how this program was built, "" with nothing to say against it */
const char *build_complaint(void);

/* what is above all tables */
void table_begin(const struct results *results);
/* a row of the results, as soon as it is there, its case's title above the first */
void table_row(const struct results *results, size_t i);
/* below the last row of a case */
void table_growth(const struct results *results, const struct bench_case *c);
void table_targets(const struct results *results);

/* could it be? 0, or -1 with @err set; better asked before than after */
int json_can_write(const char *file, struct error *err);
/* all of it into @file, "-" for stdout; 0, or -1 with @err set */
int json_write(const struct results *results, bool targets, const char *file,
	       struct error *err);

#endif /* BENCH_REPORT_H */
