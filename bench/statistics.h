/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers out of many: the middle of them, and how they grow. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* the middle value, of an even number the mean of both; sorts @values; 0 of none */
uint64_t median(uint64_t *values, size_t nr);

/**
 * growth() - the exponent b of y = a * x^b that fits best
 * @x: sizes
 * @y: costs
 * @nr: of each
 *
 * Least squares over the logarithms. Points with a 0 in them say nothing and
 * are left out.
 *
 * Return: b; NAN where fewer than two different sizes are left.
 */
double growth(const double *x, const double *y, size_t nr);

#endif /* BENCH_STATISTICS_H */
