// SPDX-License-Identifier: GPL-2.0-only
/* Numbers out of many: the middle of them, and how they grow. */
#include <math.h>
#include <stdlib.h>

#include "statistics.h"

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t median(uint64_t *values, size_t nr)
{
	if (!nr)
		return 0;
	qsort(values, nr, sizeof(*values), compare);
	return (values[(nr - 1) / 2] + values[nr / 2]) / 2;
}

double growth(const double *x, const double *y, size_t nr)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, divisor;
	size_t i;

	for (i = 0; i < nr; i++) {
		double lx, ly;

		if (x[i] <= 0 || y[i] <= 0)
			continue;
		lx = log(x[i]);
		ly = log(y[i]);
		n++;
		sx += lx;
		sy += ly;
		sxx += lx * lx;
		sxy += lx * ly;
	}
	divisor = n * sxx - sx * sx;
	/* rounding leaves a little where all sizes are the same */
	return divisor > 1e-9 ? (n * sxy - sx * sy) / divisor : NAN;
}
