// SPDX-License-Identifier: GPL-2.0-only
/* One clear line for each thing that can be wrong with an input. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

int fail(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -1;
}
