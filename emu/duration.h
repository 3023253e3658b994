/* SPDX-License-Identifier: GPL-2.0-only */
/* Times on the virtual clock: whole nanoseconds, and how they are written. */
#ifndef EMU_DURATION_H
#define EMU_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* later than everything */
#define TIME_NEVER UINT64_MAX

/* no duration may be longer: 100 days; sums of many of them still fit */
#define DURATION_MAX (100 * 86400 * NS_PER_S)

/**
 * duration_parse() - "47ms", "1.5s", "20us", "300ns", "3min", or "0"
 * @text: nothing before or after it
 * @ns: set on success; what is below a nanosecond is cut off
 *
 * Return: is it one?
 */
bool duration_parse(const char *text, uint64_t *ns);

/* "1.5 s", "47 ms": four digits at most, the unit that fits */
void duration_print(uint64_t ns, char *buf, size_t size);

#endif /* EMU_DURATION_H */
