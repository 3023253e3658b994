/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all tests share: ranges as text and as pictures, comparisons that say
 * in words what was expected and what came, numbers to choose by, running one
 * test by its name.
 *
 * Include after the system's headers and before anything else.
 */
#ifndef TESTS_HELPERS_H
#define TESTS_HELPERS_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel_compat.h"

/* ranges are written as "10000-7ffffff 18000000-3fffffff": hex, ends inside */
#define RANGES_TEXT 4096

/**
 * ranges_parse() - make a list out of text
 * @text: ranges in the order that the list shall have; "" for an empty list
 * @spare: entries to leave free behind them
 *
 * Return: the list, from kvmalloc() of the current kernel. A mistake in @text
 * fails the test.
 */
struct crash_mem *ranges_parse(const char *text, unsigned int spare);

/**
 * ranges_draw() - make a list out of a picture
 * @picture: one column is one page of 0x1000 bytes, the first at address 0; a
 *	run of one letter is a range, a space or a dot is nothing
 * @spare: entries to leave free behind them
 *
 * So "  AAAABB  CC" is 2000-5fff 6000-7fff a000-bfff.
 *
 * Return: as ranges_parse().
 */
struct crash_mem *ranges_draw(const char *picture, unsigned int spare);

/* into @text, of RANGES_TEXT bytes, which is returned; "..." when too long */
const char *ranges_text(const struct crash_mem *mem, char *text);

/* @what names the case in the message */
void assert_ranges(const char *what, const char *expected,
		   const struct crash_mem *got);
void assert_errno(const char *what, int expected, int got);
void assert_u64(const char *what, u64 expected, u64 got);
/* the first byte that differs is told */
void assert_bytes(const char *what, const void *expected, const void *got,
		  size_t size);

/* the memory of all PT_LOADs of a header, in their order, against @expected */
void assert_loads(const char *what, const char *expected, const void *header);

/* less than @n, 0 too; what @seed was at first decides all that follow */
unsigned int random_below(unsigned int *seed, unsigned int n);

/* "-ENOMEM", "0"; the string is static */
const char *errno_text(int ret);

/*
 * The main() of a test program. Its first argument, if any, is a pattern for
 * the names of the tests to run: "kb_02_*". It is an error when none matches.
 */
#define TEST_MAIN(tests)						\
	int main(int argc, char **argv)					\
	{								\
		if (!tests_select(argc > 1 ? argv[1] : NULL, tests,	\
				  ARRAY_SIZE(tests)))			\
			return 1;					\
		return !!cmocka_run_group_tests(tests, NULL, NULL);	\
	}

bool tests_select(const char *pattern, const struct CMUnitTest *tests,
		  size_t nr);

/* the same words, else the test fails and shows both */
void assert_text(const char *what, const char *expected, const char *got);

#endif /* TESTS_HELPERS_H */
