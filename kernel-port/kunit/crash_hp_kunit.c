// SPDX-License-Identifier: GPL-2.0-only
/* What the suites of crash hotplug share. */
#include <linux/mm.h>
#include <linux/string.h>

#include "crash_hp_kunit.h"

#define PICTURE_PAGE 0x1000ULL
#define RANGES_TEXT 4096

/**
 * crash_hp_kunit_parse() - make a list out of text
 * @test: fails where @text is no list
 * @text: "10000-7ffffff 18000000-3fffffff": hexadecimal, both ends inside
 * @spare: entries to leave free behind them
 *
 * Return: the list, to be freed with kvfree().
 */
struct crash_mem *crash_hp_kunit_parse(struct kunit *test, const char *text,
				       unsigned int spare)
{
	unsigned int nr = 0;
	struct crash_mem *mem;
	const char *p;
	int used;

	for (p = text; (p = strchr(p, '-')); p++)
		nr++;
	mem = alloc_mem_ranges(nr + spare);
	KUNIT_ASSERT_NOT_NULL(test, mem);

	for (p = text; *p; p += used) {
		struct range *r = &mem->ranges[mem->nr_ranges++];

		KUNIT_ASSERT_EQ_MSG(test, 2,
				    sscanf(p, " %llx-%llx%n", &r->start, &r->end,
					   &used),
				    "'%s' in a list of ranges", p);
	}
	return mem;
}

/**
 * crash_hp_kunit_draw() - make a list out of a picture
 * @test: the test
 * @picture: one column is one page of 0x1000 bytes, a run of one letter a range
 * @spare: entries to leave free behind them
 *
 * Return: the list, to be freed with kvfree().
 */
struct crash_mem *crash_hp_kunit_draw(struct kunit *test, const char *picture,
				      unsigned int spare)
{
	struct crash_mem *mem = alloc_mem_ranges(strlen(picture) + spare);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	for (i = 0; picture[i]; i++) {
		if (picture[i] == ' ')
			continue;
		if (!i || picture[i] != picture[i - 1])
			mem->ranges[mem->nr_ranges++].start = i * PICTURE_PAGE;
		mem->ranges[mem->nr_ranges - 1].end = (i + 1) * PICTURE_PAGE - 1;
	}
	mem->max_nr_ranges = mem->nr_ranges + spare;
	return mem;
}

/**
 * crash_hp_kunit_text() - a list as text, for comparisons that say both
 * @test: the test, at whose end the text is freed
 * @mem: the list
 *
 * Return: what crash_hp_kunit_parse() reads.
 */
const char *crash_hp_kunit_text(struct kunit *test, const struct crash_mem *mem)
{
	char *text = kunit_kzalloc(test, RANGES_TEXT, GFP_KERNEL);
	unsigned int i;
	int len = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 0; mem && i < mem->nr_ranges; i++)
		len += scnprintf(text + len, RANGES_TEXT - len, "%s%llx-%llx",
				 i ? " " : "", mem->ranges[i].start,
				 mem->ranges[i].end);
	return text;
}

KUNIT_DEFINE_ACTION_WRAPPER(free_memory, kvfree, const void *);

/**
 * crash_hp_kunit_alloc() - memory of any size, all zero
 * @test: the test, at whose end it is freed
 * @size: bytes
 *
 * Return: the memory; without any the test fails.
 */
void *crash_hp_kunit_alloc(struct kunit *test, size_t size)
{
	void *memory = kvzalloc(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_memory, memory));
	return memory;
}
