/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of conform_explain() share. */
#ifndef CLI_CONFORM_EXPLAIN_H
#define CLI_CONFORM_EXPLAIN_H

#include "known_defects.h"

/* what diff_elfcorehdr() and diff_fdt() say when they cannot compare */
#define DIFF_WHY 160

/*
 * All return 0, or -1 without memory (with @err set where there is one).
 */

/* what nothing harmless explains: a known defect, or it counts */
int explain_symptom(struct comparison *c, const struct symptom *s);
/* not to be compared: the judge says what a crash would make of it */
int explain_unreadable(struct comparison *c, const char *segment,
		       const char *why, struct error *err);

struct diff;
struct diff_item;

/* two FDTs: all there is, or what a load sets when the boot FDT is not known */
int compare_fdts(const struct comparison *c, const struct view_segment *ours,
		 const struct view_segment *theirs, struct diff *diff,
		 char *why);

/* a reservation that only the boot FDT could have brought into a load's */
bool from_boot_fdt(const struct comparison *c, const struct diff_item *item);

int explain_elfcorehdr(struct comparison *c, struct error *err);
int explain_fdt(struct comparison *c, struct error *err);

#endif /* CLI_CONFORM_EXPLAIN_H */
