// SPDX-License-Identifier: GPL-2.0-only
/* Ranges as text and pictures, comparisons in words, numbers to choose by. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers.h"

#define PICTURE_PAGE 0x1000ULL

struct crash_mem *ranges_parse(const char *text, unsigned int spare)
{
	unsigned long long start, end;
	unsigned int nr = 0;
	struct crash_mem *mem;
	const char *p;
	int used;

	for (p = text; (p = strchr(p, '-')); p++)
		nr++;
	mem = kvmalloc(struct_size(mem, ranges, nr + spare), GFP_KERNEL);
	if (!mem)
		fail_msg("out of memory");
	mem->max_nr_ranges = nr + spare;
	mem->nr_ranges = 0;

	for (p = text; *(p += strspn(p, " ")); p += used) {
		if (sscanf(p, "%llx-%llx%n", &start, &end, &used) != 2)
			fail_msg("'%s' in a list of ranges", p);
		mem->ranges[mem->nr_ranges++] = (struct range){ start, end };
	}
	return mem;
}

struct crash_mem *ranges_draw(const char *picture, unsigned int spare)
{
	const size_t width = strlen(picture);
	char *text = calloc(width + 1, 40);
	struct crash_mem *mem;
	size_t i, next, len = 0;

	for (i = 0; i < width; i = next) {
		for (next = i; picture[next] == picture[i]; next++)
			;
		if (picture[i] != ' ' && picture[i] != '.')
			len += sprintf(text + len, " %llx-%llx",
				       i * PICTURE_PAGE,
				       next * PICTURE_PAGE - 1);
	}
	mem = ranges_parse(text, spare);
	free(text);
	return mem;
}

const char *ranges_text(const struct crash_mem *mem, char *text)
{
	unsigned int i;
	size_t len = 0;

	*text = '\0';
	for (i = 0; mem && i < mem->nr_ranges; i++) {
		if (len > RANGES_TEXT - 64)
			return strcpy(text + len, " ...") - len;
		len += sprintf(text + len, "%s%llx-%llx", i ? " " : "",
			       mem->ranges[i].start, mem->ranges[i].end);
	}
	return text;
}

void assert_ranges(const char *what, const char *expected,
		   const struct crash_mem *got)
{
	char text[RANGES_TEXT];

	if (strcmp(ranges_text(got, text), expected))
		fail_msg("%s:\n\texpected %s\n\tgot      %s", what,
			 *expected ? expected : "(nothing)",
			 *text ? text : "(nothing)");
}

const char *errno_text(int ret)
{
	static char text[32];
	const char *name = strerrorname_np(ret < 0 ? -ret : ret);

	if (!ret)
		return "0";
	if (name)
		snprintf(text, sizeof(text), "%s%s", ret < 0 ? "-" : "", name);
	else
		snprintf(text, sizeof(text), "%d", ret);
	return text;
}

void assert_loads(const char *what, const char *expected, const void *header)
{
	const Elf64_Ehdr *ehdr = header;
	const Elf64_Phdr *phdr = header + sizeof(*ehdr);
	struct crash_mem *mem = ranges_parse("", ehdr->e_phnum);
	unsigned int i;

	for (i = 0; i < ehdr->e_phnum; i++) {
		struct range *r = &mem->ranges[mem->nr_ranges];

		if (phdr[i].p_type != PT_LOAD)
			continue;
		*r = (struct range){ phdr[i].p_paddr,
				     phdr[i].p_paddr + phdr[i].p_memsz - 1 };
		mem->nr_ranges++;
	}
	assert_ranges(what, expected, mem);
	kvfree(mem);
}

void assert_errno(const char *what, int expected, int got)
{
	char text[32];

	if (expected == got)
		return;
	snprintf(text, sizeof(text), "%s", errno_text(got));
	fail_msg("%s: expected %s, got %s", what, errno_text(expected), text);
}

void assert_u64(const char *what, u64 expected, u64 got)
{
	if (expected != got)
		fail_msg("%s: expected %#llx (%llu), got %#llx (%llu)", what,
			 expected, expected, got, got);
}

void assert_bytes(const char *what, const void *expected, const void *got,
		  size_t size)
{
	const u8 *e = expected, *g = got;
	size_t i;

	for (i = 0; i < size; i++)
		if (e[i] != g[i])
			fail_msg("%s: byte %#zx of %#zx: expected %#04x, got %#04x",
				 what, i, size, e[i], g[i]);
}

unsigned int random_below(unsigned int *seed, unsigned int n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % n;
}

bool tests_select(const char *pattern, const struct CMUnitTest *tests,
		  size_t nr)
{
	size_t i;

	if (!pattern)
		return true;
	cmocka_set_test_filter(pattern);
	for (i = 0; i < nr; i++)
		if (!fnmatch(pattern, tests[i].name, 0))
			return true;
	print_error("no test matches '%s'\n", pattern);
	return false;
}

void assert_text(const char *what, const char *expected, const char *got)
{
	if (!got || strcmp(expected, got))
		fail_msg("%s:\n\texpected %s\n\tgot      %s", what, expected,
			 got ? got : "(nothing)");
}
