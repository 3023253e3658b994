// SPDX-License-Identifier: GPL-2.0-only
/* Numbers, sizes and CPU lists as people and the kernel write them. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "values.h"

static const char units[] = "KMGT";

const char *parse_leading(const char *text, int base, uint64_t *value)
{
	char *end;

	/* strtoull() would take blanks and signs; "010" is ten, not eight */
	if (!isxdigit((unsigned char)*text))
		return NULL;
	if (!base)
		base = text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10;

	errno = 0;
	*value = strtoull(text, &end, base);
	return errno || end == text ? NULL : end;
}

bool parse_number(const char *text, int base, uint64_t *value)
{
	const char *end = parse_leading(text, base, value);

	return end && !*end;
}

bool parse_size(const char *text, uint64_t *value)
{
	const char *end = parse_leading(text, 0, value);
	const char *unit;
	unsigned int shift;

	if (!end)
		return false;
	if (!*end)
		return true;

	unit = strchr(units, toupper((unsigned char)*end));
	if (!unit || end[1])
		return false;
	shift = 10 * (unsigned int)(unit - units + 1);
	if (*value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return true;
}

static bool cpu_number(const char **text, unsigned int *cpu)
{
	uint64_t value;
	const char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	end = parse_leading(*text, 10, &value);
	if (!end || value >= MAX_CPUS)
		return false;
	*text = end;
	*cpu = (unsigned int)value;
	return true;
}

int parse_cpus(const char **list, unsigned int *first, unsigned int *last)
{
	const char *at = *list;

	if (!*at)
		return 0;
	if (!cpu_number(&at, first))
		return -1;
	*last = *first;
	if (*at == '-') {
		at++;
		if (!cpu_number(&at, last) || *last < *first)
			return -1;
	}
	if (*at == ',' && at[1])
		at++;
	else if (*at)
		return -1;
	*list = at;
	return 1;
}

const char *size_text(uint64_t size, char buf[SIZE_TEXT_MAX])
{
	unsigned int unit = sizeof(units) - 1;

	while (unit && size & ((UINT64_C(1) << 10 * unit) - 1))
		unit--;
	if (!size)
		snprintf(buf, SIZE_TEXT_MAX, "0");
	else if (unit)
		snprintf(buf, SIZE_TEXT_MAX, "%" PRIu64 "%c",
			 size >> 10 * unit, units[unit - 1]);
	else
		snprintf(buf, SIZE_TEXT_MAX, "0x%" PRIx64, size);
	return buf;
}

void one_line(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = ' ';
}

void cpus_text(const unsigned int *cpus, size_t nr, char *buf, size_t size)
{
	size_t i, run, used = 0;

	buf[0] = '\0';
	for (i = 0; i < nr; i += run) {
		char entry[32];

		for (run = 1; i + run < nr && cpus[i + run] == cpus[i] + run;)
			run++;
		snprintf(entry, sizeof(entry), run > 1 ? "%s%u-%u" : "%s%u",
			 i ? "," : "", cpus[i], cpus[i] + (unsigned int)run - 1);
		/* room for the dots and the terminator stays free */
		if (used + strlen(entry) + 5 > size) {
			snprintf(buf + used, size - used, ",...");
			return;
		}
		used += (size_t)snprintf(buf + used, size - used, "%s", entry);
	}
}
