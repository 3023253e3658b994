/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two kinds of comparison share. Only files of capture/ include this.
 */
#ifndef CAPTURE_DIFFERING_H
#define CAPTURE_DIFFERING_H

#include "diff.h"
#include "machine_view.h"

/* room for the reason why bytes cannot be compared, see diff.h */
#define DIFF_WHY	160

/* struct differing - a list of differences that grows */
struct differing {
	struct diff *diff;
	bool no_memory;
};

#define NO_RANGE	((struct view_range){ 0 })

/* add a difference; its text follows after "+ ", "- " or "~ " */
void differ(struct differing *d, enum diff_kind kind, enum diff_subject subject,
	    struct view_range range, const char *path, const char *fmt, ...)
	__attribute__((__format__(printf, 6, 7)));

/* 0, or -1 with @why set and the list emptied when memory ran out */
int differing_end(struct differing *d, char *why);

#endif /* CAPTURE_DIFFERING_H */
