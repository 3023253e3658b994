/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of handlers out of a kernel tree: what a failure means.
 */
#ifndef TESTS_UPSTREAM_H
#define TESTS_UPSTREAM_H

#include <stdio.h>
#include <string.h>

/* the kernel that wrote the captures, and whose defects are known */
#define KNOWN_RELEASE "6.12.117"

/*
 * The exit status of a test program of which @failed tests have failed. A tree
 * of another release may do otherwise, with good reason: that is worth a look,
 * and for CTest the test counts as skipped.
 */
static inline int upstream_status(int failed)
{
	if (!failed)
		return 0;
	if (!strcmp(UPSTREAM_RELEASE, KNOWN_RELEASE))
		return 1;
	printf("skipped: this is %s, and not all of it does as " KNOWN_RELEASE " did\n",
	       UPSTREAM_RELEASE);
	return 77;
}

#endif /* TESTS_UPSTREAM_H */
