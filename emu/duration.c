// SPDX-License-Identifier: GPL-2.0-only
/* Durations, read and written. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "duration.h"

static const struct unit {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", NS_PER_US },
	{ "ms", NS_PER_MS },
	{ "s", NS_PER_S },
	{ "min", 60 * NS_PER_S },
};

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

bool duration_parse(const char *text, uint64_t *ns)
{
	uint64_t whole = 0, part = 0, scale = 1;
	const struct unit *unit;
	const char *at = text;

	if (!strcmp(text, "0")) {
		*ns = 0;
		return true;
	}
	if (!isdigit((unsigned char)*at))
		return false;
	for (; isdigit((unsigned char)*at); at++) {
		whole = whole * 10 + (*at - '0');
		if (whole > DURATION_MAX)
			return false;
	}
	if (*at == '.')
		for (at++; isdigit((unsigned char)*at); at++) {
			/* no unit has more than eleven digits of nanoseconds */
			if (scale > 100 * NS_PER_S)
				continue;
			part = part * 10 + (*at - '0');
			scale *= 10;
		}
	unit = find_unit(at);
	if (!unit || whole > DURATION_MAX / unit->ns)
		return false;
	/* no more than 12 digits and 36 bits */
	*ns = whole * unit->ns +
	      (uint64_t)((unsigned __int128)part * unit->ns / scale);
	return *ns <= DURATION_MAX;
}

void duration_print(uint64_t ns, char *buf, size_t size)
{
	const struct unit *unit = &units[3];

	if (!ns) {
		snprintf(buf, size, "0");
		return;
	}
	/* minutes are for writing only: times that are compared share a unit */
	while (unit > units && ns < unit->ns)
		unit--;
	snprintf(buf, size, "%.*g %s", ns >= 1000 * unit->ns ? 15 : 4,
		 ns >= 1000 * unit->ns ?
		 (double)((ns + unit->ns / 2) / unit->ns) :
		 (double)ns / unit->ns, unit->name);
}
