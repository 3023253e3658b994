/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a list of ranges when memory is added or taken away: the
 * tables of the KUnit suite, and of the tests in user space.
 *
 * In pictures a column is a page of 0x1000 bytes, the first at address 0, and a
 * run of one letter is a range: "  AAABB" is 2000-4fff 5000-6fff. As text,
 * ranges are hexadecimal, with both ends inside.
 */
#ifndef CRASH_HP_VECTORS_MEM_RANGES_H
#define CRASH_HP_VECTORS_MEM_RANGES_H

#include "mem_ranges.h"

enum range_op { ADD, INSERT, REMOVE, EXCLUDE };

static const char *const range_op_names[] = {
	"add", "insert", "remove", "exclude"
};

/* @end - @start + 1 wraps where the size shall wrap */
static inline int range_op_apply(enum range_op op, struct crash_mem **mem,
				 u64 start, u64 end)
{
	switch (op) {
	case ADD:
		return add_mem_range(mem, start, end - start + 1);
	case INSERT:
		return insert_mem_range(mem, start, end);
	case REMOVE:
		return remove_mem_range(mem, start, end - start + 1);
	case EXCLUDE:
		return crash_exclude_mem_range(*mem, start, end);
	}
	return -EINVAL;
}

/*
 * Every way in which an operand can lie to a range, and to two: before,
 * touching, overlapping from the left, from the right, within at either edge,
 * within, equal, around, across.
 */
static const struct range_picture {
	enum range_op op;
	const char *list, *operand, *result;
} range_pictures[] = {
	/* one range */
	{ ADD,	   "    AAAA",   "",		 "    AAAA" },
	{ ADD,	   "    AAAA",   "xx",		 "xx  AAAA" },
	{ ADD,	   "    AAAA",   " xxx",	 " AAAAAAA" },
	{ ADD,	   "    AAAA",   " xxxx",	 " AAAAAAA" },
	{ ADD,	   "    AAAA",   "    xx",	 "    AAAA" },
	{ ADD,	   "    AAAA",   "     xx",	 "    AAAA" },
	{ ADD,	   "    AAAA",   "      xx",	 "    AAAA" },
	{ ADD,	   "    AAAA",   "    xxxx",	 "    AAAA" },
	{ ADD,	   "    AAAA",   "   xxxxxx",	 "   AAAAAA" },
	{ ADD,	   "    AAAA",   "    xxxxxx",	 "    AAAAAA" },
	{ ADD,	   "    AAAA",   "  xxxxxx",	 "  AAAAAA" },
	{ ADD,	   "    AAAA",   "      xxxx",	 "    AAAAAA" },
	{ ADD,	   "    AAAA",   "       xx",	 "    AAAAA" },
	{ ADD,	   "    AAAA",   "        xx",	 "    AAAAAA" },
	{ ADD,	   "    AAAA",   "         xx",	 "    AAAA xx" },
	/* bridges, and ranges that touch but stay two */
	{ ADD,	   " AAA    BBB  CC", "   xxxxxx",  " AAAAAAAAAA  CC" },
	{ ADD,	   " AAA    BBB  CC", "    xxxx",   " AAAAAAAAAA  CC" },
	{ ADD,	   " AAA    BBB  CC", "     xxx",   " AAA BBBBBB  CC" },
	{ ADD,	   " AAA    BBB  CC", "    xxx",    " AAAAAA BBB  CC" },
	{ ADD,	   " AAA    BBB  CC", "xxxxxxxxxxxxxxxx", "AAAAAAAAAAAAAAAA" },
	{ ADD,	   " AAABBB",	 "  x",		 " AAABBB" },
	{ ADD,	   " AAABBB",	 "     x",	 " AAABBB" },
	{ ADD,	   " AAABBB",	 "   xx",	 " AAAAAA" },
	{ ADD,	   " AAABBB",	 "   x",	 " AAAAAA" },
	{ ADD,	   "",		 "  xx",	 "  xx" },

	{ INSERT,  "    AAAA",   "xx",		 "xx  AAAA" },
	{ INSERT,  "    AAAA",   " xxx",	 " xxxAAAA" },
	{ INSERT,  "    AAAA",   "        xx",	 "    AAAAxx" },
	{ INSERT,  "    AAAA",   "          x",	 "    AAAA  x" },
	{ INSERT,  " AAA   CCC", "    xxx",	 " AAAxxxCCC" },
	{ INSERT,  " AAA   CCC", "     x",	 " AAA x CCC" },
	{ INSERT,  "",		 "  xx",	 "  xx" },

	{ REMOVE,  "    AAAA",   "",		 "    AAAA" },
	{ REMOVE,  "    AAAA",   "xx",		 "    AAAA" },
	{ REMOVE,  "    AAAA",   " xxx",	 "    AAAA" },
	{ REMOVE,  "    AAAA",   " xxxx",	 "     AAA" },
	{ REMOVE,  "    AAAA",   "    xx",	 "      AA" },
	{ REMOVE,  "    AAAA",   "    xxx",	 "       A" },
	{ REMOVE,  "    AAAA",   "     xx",	 "    A  A" },
	{ REMOVE,  "    AAAA",   "      xx",	 "    AA" },
	{ REMOVE,  "    AAAA",   "    xxxx",	 "" },
	{ REMOVE,  "    AAAA",   "   xxxxxx",	 "" },
	{ REMOVE,  "    AAAA",   "    xxxxxx",	 "" },
	{ REMOVE,  "    AAAA",   "  xxxxxx",	 "" },
	{ REMOVE,  "    AAAA",   "      xxxx",	 "    AA" },
	{ REMOVE,  "    AAAA",   "       xx",	 "    AAA" },
	{ REMOVE,  "    AAAA",   "        xx",	 "    AAAA" },
	{ REMOVE,  "    AAAA",   "         xx",	 "    AAAA" },
	{ REMOVE,  "",		 "  xx",	 "" },
	/* over any number of ranges */
	{ REMOVE,  " AAABBB",	 "   xx",	 " AA  BB" },
	{ REMOVE,  " AAABBB",	 "  xxxx",	 " A    B" },
	{ REMOVE,  " AAABBB",	 " xxxx",	 "     BB" },
	{ REMOVE,  " AAABBB",	 "   xxxx",	 " AA" },
	{ REMOVE,  " AAABBB",	 "    xxx",	 " AAA" },
	{ REMOVE,  " AAABBB",	 " xxxxxx",	 "" },
	{ REMOVE,  " AAABBB",	 "  x",		 " A ABBB" },
	{ REMOVE,  " AAABBB",	 "     x",	 " AAAB B" },
	{ REMOVE,  " AA BB CC DD", "  xxxxxxxx", " A        DD" },
	{ REMOVE,  " AA BB CC DD", "  xxxxxxxxx", " A         D" },
	{ REMOVE,  " AA BB CC DD", "   xxxxxxx", " AA       DD" },
	{ REMOVE,  " AA BB CC DD", "   x",	 " AA BB CC DD" },
	{ REMOVE,  " AA BB CC DD", "xxxxxxxxxxxxx", "" },

	{ EXCLUDE, "    AAAA",   "     xx",	 "    A  A" },
	{ EXCLUDE, "    AAAA",   "    xx",	 "      AA" },
	{ EXCLUDE, "    AAAA",   "      xx",	 "    AA" },
	{ EXCLUDE, "    AAAA",   "    xxxx",	 "" },
	{ EXCLUDE, "    AAAA",   "   xxxxxx",	 "" },
	{ EXCLUDE, "    AAAA",   "xx",		 "    AAAA" },
	{ EXCLUDE, "    AAAA",   "         xx",	 "    AAAA" },
	{ EXCLUDE, " AA BB CC DD", "  xxxxxxxx", " A        DD" },
};

/* insert_mem_range() refuses what overlaps */
static const struct range_overlap {
	const char *list, *operand;
} range_overlaps[] = {
	{ "    AAAA", " xxxx" },
	{ "    AAAA", "    xx" },
	{ "    AAAA", "     x" },
	{ "    AAAA", "      xx" },
	{ "    AAAA", "    xxxx" },
	{ "    AAAA", "   xxxxxx" },
	{ "    AAAA", "       xx" },
	{ " AAA   CCC", "   xxx" },
	{ " AAA   CCC", "     xxx" },
};

/* one byte at either end of the address space, and all of it */
static const struct range_edge {
	enum range_op op;
	const char *list;
	u64 start, end;
	const char *result;
} range_edges[] = {
	{ ADD, "1000-1fff", 0, 0xfff, "0-1fff" },
	{ ADD, "1000-1fff", 0, 0, "0-0 1000-1fff" },
	{ ADD, "0-fff", 0x1000, 0x1fff, "0-1fff" },
	{ ADD, "0-0", 1, 1, "0-1" },
	{ ADD, "0-0", 0, 0, "0-0" },
	{ ADD, "0-0", 2, 2, "0-0 2-2" },
	{ ADD, "fffffffffffff000-ffffffffffffffff", 0, 0xfff,
	  "0-fff fffffffffffff000-ffffffffffffffff" },
	{ ADD, "0-fff", U64_MAX, U64_MAX, "0-fff ffffffffffffffff-ffffffffffffffff" },
	{ ADD, "ffffffffffffffff-ffffffffffffffff", U64_MAX - 1, U64_MAX - 1,
	  "fffffffffffffffe-ffffffffffffffff" },
	{ ADD, "fffffffffffffffe-fffffffffffffffe", U64_MAX, U64_MAX,
	  "fffffffffffffffe-ffffffffffffffff" },
	{ ADD, "10-1f 30-3f", 1, U64_MAX, "1-ffffffffffffffff" },
	{ ADD, "0-f ffffffffffffff00-ffffffffffffffff", 0x10, 0xfffffffffffffeff,
	  "0-ffffffffffffffff" },

	{ INSERT, "1-ffffffffffffffff", 0, 0, "0-0 1-ffffffffffffffff" },
	{ INSERT, "0-fffffffffffffffe", U64_MAX, U64_MAX,
	  "0-fffffffffffffffe ffffffffffffffff-ffffffffffffffff" },
	{ INSERT, "", 0, U64_MAX, "0-ffffffffffffffff" },

	{ REMOVE, "0-ffffffffffffffff", 0, 0, "1-ffffffffffffffff" },
	{ REMOVE, "0-ffffffffffffffff", U64_MAX, U64_MAX, "0-fffffffffffffffe" },
	{ REMOVE, "0-ffffffffffffffff", 0, U64_MAX - 1,
	  "ffffffffffffffff-ffffffffffffffff" },
	{ REMOVE, "0-ffffffffffffffff", 1, U64_MAX, "0-0" },
	{ REMOVE, "0-ffffffffffffffff", 1, U64_MAX - 1,
	  "0-0 ffffffffffffffff-ffffffffffffffff" },
	{ REMOVE, "0-0", 0, 0, "" },
	{ REMOVE, "5-5", 4, 4, "5-5" },
	{ REMOVE, "5-5", 6, 6, "5-5" },

	{ EXCLUDE, "0-ffffffffffffffff", 0, U64_MAX, "" },
	{ EXCLUDE, "0-ffffffffffffffff", 1, U64_MAX, "0-0" },
	{ EXCLUDE, "0-ffffffffffffffff", 0, U64_MAX - 1,
	  "ffffffffffffffff-ffffffffffffffff" },
	{ EXCLUDE, "5-5", 0, U64_MAX, "" },
};

/* what wraps, ends before it starts or overlaps: the list stays as it is */
static const struct range_refusal {
	enum range_op op;
	const char *list;
	u64 start, end;
	int ret;
} range_refusals[] = {
	/* 2^64 - 1 bytes at 2, and 2 bytes at the last */
	{ ADD, "1000-1fff", 2, 0, -EINVAL },
	{ ADD, "1000-1fff", U64_MAX, 0, -EINVAL },
	{ REMOVE, "1000-1fff", 2, 0, -EINVAL },
	{ INSERT, "1000-1fff", 0x1801, 0x1800, -EINVAL },
	{ INSERT, "1000-1fff", 0x2001, 0x2000, -EINVAL },
	{ EXCLUDE, "1000-1fff", 0x1801, 0x1800, -EINVAL },
	/* one byte in common, at either edge */
	{ INSERT, "1000-1fff", 0, 0x1000, -EEXIST },
	{ INSERT, "1000-1fff", 0x1fff, 0x3000, -EEXIST },
	{ INSERT, "0-ffffffffffffffff", 5, 5, -EEXIST },
	{ INSERT, "0-ffffffffffffffff", U64_MAX, U64_MAX, -EEXIST },
};

/* any heap of ranges, and what is left when they are sorted and merged */
static const struct range_heap {
	const char *list, *result;
} range_heaps[] = {
	{ "", "" },
	{ "5-5", "5-5" },
	{ "1000-1fff 2000-2fff", "1000-2fff" },
	{ "1000-1fff 2001-2fff", "1000-1fff 2001-2fff" },
	{ "2000-2fff 1000-1fff", "1000-2fff" },
	{ "1000-1fff 1000-1fff", "1000-1fff" },
	{ "1000-9000 2000-5000 6000-8000", "1000-9000" },
	{ "2000-5000 6000-8000 1000-9000", "1000-9000" },
	{ "1000-9000 2000-5000 9001-9fff", "1000-9fff" },
	{ "1000-2000 1000-9000 8000-a000", "1000-a000" },
	{ "0-ffffffffffffffff 5-5 ffffffffffffffff-ffffffffffffffff",
	  "0-ffffffffffffffff" },
	{ "ffffffffffffffff-ffffffffffffffff 0-fffffffffffffffe",
	  "0-ffffffffffffffff" },
	{ "ffffffffffffffff-ffffffffffffffff 0-0",
	  "0-0 ffffffffffffffff-ffffffffffffffff" },
};

/* lists that are full with so many ranges; room for 127 is what a list begins with */
static const unsigned int range_full_lists[] = { 1, 2, 126, 127, 128, 254, 255, 256,
						 510, 511, 8192 };

#endif /* CRASH_HP_VECTORS_MEM_RANGES_H */
