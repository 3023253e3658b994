// SPDX-License-Identifier: GPL-2.0-only
/*
 * printk: one line per call, kept in a ring as the kernel does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_private.h"

void shim_printk(char level, const char *fmt, ...)
{
	struct kernel *k = kernel_current();
	char text[512];
	char **slot = &k->log[k->nr_log % KERNEL_LOG_LINES];
	va_list ap;
	size_t len;

	len = snprintf(text, sizeof(text), "<%c>", level);
	va_start(ap, fmt);
	vsnprintf(text + len, sizeof(text) - len, fmt, ap);
	va_end(ap);
	len = strlen(text);
	if (text[len - 1] == '\n')
		text[len - 1] = '\0';

	free(*slot);
	*slot = strdup(text);
	k->nr_log++;
}

unsigned int kernel_nr_log(const struct kernel *k)
{
	return min_t(unsigned long, k->nr_log, KERNEL_LOG_LINES);
}

const char *kernel_log_line(const struct kernel *k, unsigned int i)
{
	unsigned long first = k->nr_log - kernel_nr_log(k);
	const char *line;

	if (i >= kernel_nr_log(k))
		return NULL;
	line = k->log[(first + i) % KERNEL_LOG_LINES];
	return line ? line : "";
}
