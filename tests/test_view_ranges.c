// SPDX-License-Identifier: GPL-2.0-only
/*
 * The small things under the machine: set arithmetic over ranges, sparse
 * physical memory, finding a place. Pictures: a column is a page of 0x1000
 * bytes from address 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_view.h"
#include "physmem.h"
#include "place.h"

#include <cmocka.h>

#define PAGE 0x1000ULL
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* runs of '#' */
static struct view_ranges draw(const char *picture)
{
	struct view_ranges set = { 0 };
	size_t i, n;

	for (i = 0; picture[i]; i += n ? n : 1) {
		n = strspn(picture + i, "#");
		if (n)
			view_ranges_add(&set, i * PAGE, (i + n) * PAGE - 1);
	}
	return set;
}

static void assert_picture(const char *what, const char *expected,
			   const struct view_ranges *got)
{
	size_t i, k, width = strlen(expected);
	char picture[80];

	memset(picture, '.', width);
	picture[width] = '\0';
	for (i = 0; i < got->nr; i++) {
		if (i && got->r[i].start <= got->r[i - 1].end + 1)
			fail_msg("%s: ranges %zu and %zu touch or overlap",
				 what, i - 1, i);
		for (k = got->r[i].start / PAGE;
		     k <= got->r[i].end / PAGE && k < width; k++)
			picture[k] = '#';
	}
	if (strcmp(picture, expected))
		fail_msg("%s:\n\texpected %s\n\tgot      %s", what, expected,
			 picture);
}

static const struct {
	const char *what;
	const char *before;
	const char *change;
	const char *added;
	const char *removed;
} rows[] = {
	{ "to nothing",
	  "..........", "..###.....",
	  "..###.....", ".........." },
	{ "apart, before",
	  ".....###..", ".##.......",
	  ".##..###..", ".....###.." },
	{ "apart, after",
	  ".##.......", ".....###..",
	  ".##..###..", ".##......." },
	{ "between",
	  "##.....##.", "...##.....",
	  "##.##..##.", "##.....##." },
	{ "touches before",
	  "....###...", "..##......",
	  "..#####...", "....###..." },
	{ "touches after",
	  "..##......", "....###...",
	  "..#####...", "..##......" },
	{ "fills a gap",
	  "..##..##..", "....##....",
	  "..######..", "..##..##.." },
	{ "the same",
	  "..####....", "..####....",
	  "..####....", ".........." },
	{ "inside",
	  "..######..", "....##....",
	  "..######..", "..##..##.." },
	{ "left edge",
	  "..######..", "..##......",
	  "..######..", "....####.." },
	{ "right edge",
	  "..######..", "......##..",
	  "..######..", "..####...." },
	{ "over the left edge",
	  "...#####..", ".####.....",
	  ".#######..", ".....###.." },
	{ "over the right edge",
	  "..#####...", ".....####.",
	  "..#######.", "..###....." },
	{ "around",
	  "....##....", "..######..",
	  "..######..", ".........." },
	{ "over several",
	  ".##.#.##..", "..#####...",
	  ".#######..", ".#.....#.." },
	{ "over several, exactly",
	  ".##.#.##..", ".#######..",
	  ".#######..", ".........." },
	{ "from the first byte",
	  "##........", "#.........",
	  "##........", ".#........" },
};

static void ranges_are_added(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct view_ranges set = draw(rows[i].before);
		struct view_ranges change = draw(rows[i].change);

		assert_int_equal(view_ranges_add(&set, change.r[0].start,
						 change.r[0].end), 0);
		assert_picture(rows[i].what, rows[i].added, &set);
		view_ranges_free(&set);
		view_ranges_free(&change);
	}
}

static void ranges_are_removed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct view_ranges set = draw(rows[i].before);
		struct view_ranges change = draw(rows[i].change);

		assert_int_equal(view_ranges_remove(&set, change.r[0].start,
						    change.r[0].end), 0);
		assert_picture(rows[i].what, rows[i].removed, &set);
		view_ranges_free(&set);
		view_ranges_free(&change);
	}
}

static void ranges_are_asked(void **state)
{
	static const struct {
		const char *set;
		const char *about;
		bool contains;
		bool intersects;
	} asked[] = {
		{ ".###..##..", "..#.......", true, true },
		{ ".###..##..", ".###......", true, true },
		{ ".###..##..", "..###.....", false, true },
		{ ".###..##..", "....##....", false, false },
		{ ".###..##..", "#.........", false, false },
		{ ".###..##..", "########..", false, true },
		{ ".###..##..", "........##", false, false },
		{ "..........", "#.........", false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(asked); i++) {
		struct view_ranges set = draw(asked[i].set);
		struct view_ranges about = draw(asked[i].about);
		uint64_t start = about.r[0].start, end = about.r[0].end;

		if (view_ranges_contains(&set, start, end) !=
		    asked[i].contains)
			fail_msg("%s contains %s", asked[i].set,
				 asked[i].about);
		if (view_ranges_intersects(&set, start, end) !=
		    asked[i].intersects)
			fail_msg("%s intersects %s", asked[i].set,
				 asked[i].about);
		view_ranges_free(&set);
		view_ranges_free(&about);
	}
}

static void the_ends_of_all_addresses_are_addresses(void **state)
{
	struct view_ranges set = { 0 }, copy = { 0 };

	(void)state;
	view_ranges_add(&set, 0, 0);
	view_ranges_add(&set, UINT64_MAX, UINT64_MAX);
	assert_int_equal(set.nr, 2);
	assert_true(view_ranges_contains(&set, UINT64_MAX, UINT64_MAX));
	view_ranges_add(&set, 1, UINT64_MAX - 1);
	assert_int_equal(set.nr, 1);
	assert_int_equal(set.r[0].end, UINT64_MAX);
	view_ranges_remove(&set, 0, 0);
	view_ranges_remove(&set, UINT64_MAX, UINT64_MAX);
	assert_int_equal(set.r[0].start, 1);
	assert_int_equal(set.r[0].end, UINT64_MAX - 1);
	/* an end before the start is nothing */
	view_ranges_add(&set, 5, 4);
	view_ranges_remove(&set, 5, 4);
	assert_int_equal(set.nr, 1);

	assert_int_equal(view_ranges_copy(&copy, &set), 0);
	assert_int_equal(copy.nr, 1);
	assert_int_equal(copy.r[0].start, 1);
	view_ranges_free(&copy);
	assert_int_equal(view_ranges_copy(&copy, &copy), 0);
	view_ranges_free(&set);
}

/* --- places ----------------------------------------------------------------------- */

static void places_are_found(void **state)
{
	static const struct {
		const char *free;
		struct place_request req;
		int up;		/* page number, -1: there is none */
		int down;
	} asked[] = {
		{ "..###.####", { 2 * PAGE, PAGE, 0, UINT64_MAX }, 2, 8 },
		{ "..###.####", { 4 * PAGE, PAGE, 0, UINT64_MAX }, 6, 6 },
		{ "..###.####", { 5 * PAGE, PAGE, 0, UINT64_MAX }, -1, -1 },
		/* aligned to two pages, to four */
		{ ".####.####", { 2 * PAGE, 2 * PAGE, 0, UINT64_MAX }, 2, 8 },
		{ ".####.###.", { 2 * PAGE, 2 * PAGE, 0, UINT64_MAX }, 2, 6 },
		{ "##########", { 3 * PAGE, 4 * PAGE, 0, UINT64_MAX }, 0, 4 },
		/* limits, both inside */
		{ "##########", { 2 * PAGE, PAGE, 3 * PAGE, 6 * PAGE - 1 },
		  3, 4 },
		{ "##########", { 2 * PAGE, PAGE, 3 * PAGE, 5 * PAGE - 1 },
		  3, 3 },
		{ "##########", { 2 * PAGE, PAGE, 3 * PAGE, 5 * PAGE - 2 },
		  -1, -1 },
		{ "##########", { 1, PAGE, 8 * PAGE, 2 * PAGE }, -1, -1 },
		{ "..........", { PAGE, PAGE, 0, UINT64_MAX }, -1, -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(asked); i++) {
		struct view_ranges set = draw(asked[i].free);
		uint64_t at;
		int up, down;

		up = place_bottom_up(&set, &asked[i].req, &at) ?
		     (int)(at / PAGE) : -1;
		down = place_top_down(&set, &asked[i].req, &at) ?
		       (int)(at / PAGE) : -1;
		if (up != asked[i].up || down != asked[i].down)
			fail_msg("row %zu: expected pages %d and %d, got %d and %d",
				 i, asked[i].up, asked[i].down, up, down);
		view_ranges_free(&set);
	}
}

static void places_at_the_end_of_all_addresses(void **state)
{
	struct place_request req = { PAGE, 1ULL << 32, 0, UINT64_MAX };
	struct view_ranges set = { 0 };
	uint64_t at;

	(void)state;
	view_ranges_add(&set, UINT64_MAX - 2 * PAGE, UINT64_MAX);
	assert_false(place_bottom_up(&set, &req, &at));
	assert_false(place_top_down(&set, &req, &at));
	view_ranges_free(&set);
}

/* --- physical memory ---------------------------------------------------------------- */

static void memory_is_mapped_within_one_extent(void **state)
{
	static const struct {
		uint64_t start;
		uint64_t size;
		bool mapped;
	} asked[] = {
		{ 0x1000, 0x1000, true }, { 0x1000, 1, true },
		{ 0x1fff, 1, true }, { 0x1800, 0x800, true },
		{ 0x1800, 0x801, false }, { 0xfff, 1, false },
		{ 0xfff, 2, false }, { 0x3000, 0x2000, true },
		{ 0x2000, 1, false }, { 0x5000, 1, false },
		{ 0x1000, UINT64_MAX, false }, { UINT64_MAX, 1, false },
		/* the next one touches, but is another */
		{ 0x3000, 0x2001, false }, { 0x7000, 0x1000, true },
		{ 0x7000, 0x1001, false }, { 0x8000, 1, true },
	};
	struct physmem phys = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(physmem_add(&phys, 0x3000, 0x2000), 0);
	assert_int_equal(physmem_add(&phys, 0x1000, 0x1000), 0);
	assert_int_equal(physmem_add(&phys, 0x8000, 0x1000), 0);
	assert_int_equal(physmem_add(&phys, 0x7000, 0x1000), 0);
	for (i = 0; i < COUNT(asked); i++) {
		uint8_t *p = physmem_map(&phys, asked[i].start, asked[i].size);

		if (!!p != asked[i].mapped)
			fail_msg("0x%lx+0x%lx is %smapped", asked[i].start,
				 asked[i].size, p ? "" : "not ");
		if (p && (p[0] || p[asked[i].size - 1]))
			fail_msg("0x%lx is not zero", asked[i].start);
	}
	/* two views of a byte are one byte */
	*(uint8_t *)physmem_map(&phys, 0x3000, 1) = 7;
	assert_int_equal(*(uint8_t *)physmem_map(&phys, 0x3000, 0x2000), 7);
	physmem_clear(&phys);
	assert_null(physmem_map(&phys, 0x3000, 1));
}

static void extents_do_not_overlap(void **state)
{
	struct physmem phys = { 0 };

	(void)state;
	assert_int_equal(physmem_add(&phys, 0x3000, 0x2000), 0);
	assert_int_equal(physmem_add(&phys, 0x3000, 0x2000), -1);
	assert_int_equal(physmem_add(&phys, 0x2000, 0x1001), -1);
	assert_int_equal(physmem_add(&phys, 0x4fff, 1), -1);
	assert_int_equal(physmem_add(&phys, 0x1000, 0x8000), -1);
	assert_int_equal(physmem_add(&phys, UINT64_MAX, 2), -1);
	assert_int_equal(physmem_add(&phys, 0x9000, 0), -1);
	assert_int_equal(phys.nr, 1);
	physmem_clear(&phys);
}

static void kinds_have_names(void **state)
{
	struct image_view image = { .nr_segments = 2, .segment = {
		{ .kind = SEGMENT_KERNEL }, { .kind = SEGMENT_FDT } } };

	(void)state;
	assert_string_equal(segment_kind_name(SEGMENT_ELFCOREHDR),
			    "elfcorehdr");
	assert_string_equal(segment_kind_name(99), "?");
	assert_ptr_equal(image_view_segment(&image, SEGMENT_FDT),
			 &image.segment[1]);
	assert_null(image_view_segment(&image, SEGMENT_INITRD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_added),
		cmocka_unit_test(ranges_are_removed),
		cmocka_unit_test(ranges_are_asked),
		cmocka_unit_test(the_ends_of_all_addresses_are_addresses),
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(places_at_the_end_of_all_addresses),
		cmocka_unit_test(memory_is_mapped_within_one_extent),
		cmocka_unit_test(extents_do_not_overlap),
		cmocka_unit_test(kinds_have_names),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
