// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes and bytes as a person reads them.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "text.h"

void text_printable(char *text)
{
	for (; *text; text++) {
		if (!isprint((unsigned char)*text))
			*text = '?';
	}
}

const char *text_size(uint64_t start, uint64_t end, char buf[TEXT_SIZE])
{
	static const char *const units[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB",
	};
	uint64_t size = end - start + 1;
	size_t unit = 0;

	if (!size) {
		/* all of the address space; 64 bits cannot count it */
		snprintf(buf, TEXT_SIZE, "16 EiB");
		return buf;
	}
	while (!(size % 1024)) {
		size /= 1024;
		unit++;
	}
	snprintf(buf, TEXT_SIZE, "%" PRIu64 " %s", size, units[unit]);
	return buf;
}

/* one or more strings, each with its NUL and none of them empty */
static bool is_strings(const char *data, size_t len)
{
	size_t i;

	if (data[len - 1])
		return false;
	for (i = 0; i < len; i++) {
		if (data[i] ? !isprint((unsigned char)data[i]) :
			      !i || !data[i - 1])
			return false;
	}
	return true;
}

/* room for one more item, "..." and the closing bracket */
#define ITEM_MAX	16

static void put_strings(const char *data, size_t len, char *buf)
{
	int room = TEXT_VALUE - ITEM_MAX;
	const char *end = data + len;
	int n = 0;

	for (; data < end && n < room; data += strlen(data) + 1)
		n += snprintf(buf + n, room - n, "%s\"%s\"",
			      n ? ", " : "", data);
	if (n >= room)
		snprintf(buf + room - 1, ITEM_MAX, "...\"");
}

static void put_numbers(const uint8_t *data, size_t len, size_t width,
			char *buf)
{
	bool cells = width == sizeof(fdt32_t);
	size_t i;
	int n;

	n = snprintf(buf, ITEM_MAX, cells ? "<" : "[");
	for (i = 0; i < len && n < TEXT_VALUE - ITEM_MAX; i += width) {
		if (cells)
			n += snprintf(buf + n, ITEM_MAX, "%s0x%x", i ? " " : "",
				      fdt32_ld((const fdt32_t *)(data + i)));
		else
			n += snprintf(buf + n, ITEM_MAX, "%s%02x", i ? " " : "",
				      data[i]);
	}
	snprintf(buf + n, ITEM_MAX, "%s%s", i < len ? " ..." : "",
		 cells ? ">" : "]");
}

const char *text_value(const void *data, size_t len, char buf[TEXT_VALUE])
{
	if (!len)
		buf[0] = '\0';
	else if (is_strings(data, len))
		put_strings(data, len, buf);
	else if (len % sizeof(fdt32_t))
		put_numbers(data, len, 1, buf);
	else
		put_numbers(data, len, sizeof(fdt32_t), buf);
	return buf;
}
