/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What handlers made of the image, to hold against what others made of it:
 * the speed of wrong results is worth nothing.
 */
#ifndef BENCH_OUTCOME_H
#define BENCH_OUTCOME_H

#include "judge.h"

struct machine;

#define OUTCOME_WHY 320

/**
 * struct outcome - the segments that follow the machine, when all is done
 * @header, @fdt: copies
 * @verdict: what a crash would give
 * @why: what spoils the verdict, "" for nothing
 */
struct outcome {
	void *header;
	size_t header_size;
	void *fdt;
	size_t fdt_size;
	enum verdict_word verdict;
	char why[OUTCOME_WHY];
};

/* 0, or -1 without memory; outcome_free() it in any case */
int outcome_take(struct outcome *outcome, struct machine *machine);
void outcome_free(struct outcome *outcome);

/**
 * outcome_same() - the same memory, notes, nodes and properties?
 * @a: one outcome
 * @b: the other
 * @why: the first difference, from @a to @b; OUTCOME_WHY bytes
 *
 * The order of nodes, properties and ranges does not count.
 */
bool outcome_same(const struct outcome *a, const struct outcome *b, char *why);

#endif /* BENCH_OUTCOME_H */
