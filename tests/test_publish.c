// SPDX-License-Identifier: GPL-2.0-only
/*
 * How core/publish.c publishes a change: whatever differs is found, nothing
 * is copied that does not, and a crash between any two stores finds the old
 * image, the new one, or none.
 */
#include <stdlib.h>
#include <string.h>

#include "elfcorehdr.h"
#include "pseries.h"

/* --- differences ----------------------------------------------------------- */

/* two bytes that are wrong, near and far from each other: both are made good,
 * and the image is hidden when they are not in one aligned word
 */
static void every_difference_is_found(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	/* the program headers of memory */
	const size_t begin = 64 + 9 * 56, end = 64 + 13 * 56;
	u8 *header = pseries_bytes(p, p->elfcorehdr);
	u8 *whole = pseries_copy(p, p->elfcorehdr);
	size_t one, two;

	for (one = begin; one < end; one++) {
		for (two = one; two < end; two += 1 + (two - one) * 2) {
			header[one] ^= 0x40;
			header[two] ^= 0x04;
			kernel_clear_report(p->kernel);
			pseries_poke(p);
			assert_bytes("made good", whole, header,
				     pseries_memsz(p, p->elfcorehdr));
			assert_u64("hidden", one / 8 != two / 8,
				   kernel_report(p->kernel)->hidden);
		}
	}
	free(whole);
	pseries_shutdown(p);
}

/* what lies behind the header is no header; it is made zero, in sight */
static void behind_the_header_nobody_looks(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	u8 *header = pseries_bytes(p, p->elfcorehdr);
	size_t used = elfcorehdr_used(header, pseries_memsz(p, p->elfcorehdr));

	memset(header + used, 0x77, 200);
	pseries_poke(p);
	assert_u64("first", 0, header[used]);
	assert_u64("last", 0, header[used + 199]);
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

/* --- what a crash finds on the way ----------------------------------------- */

/**
 * struct witness - a header at each barrier of an event
 * @image: whether there was an image to be entered
 */
struct witness {
	struct pseries *p;
	unsigned int nr;
	void *header[4];
	bool image[4];
};

static void look(void *ctx)
{
	struct witness *w = ctx;

	assert_true(w->nr < ARRAY_SIZE(w->header));
	w->image[w->nr] = kernel_crash_image(w->p->kernel);
	w->header[w->nr++] = pseries_copy(w->p, w->p->elfcorehdr);
}

/* as far as it is read */
static void assert_reads_as(const char *what, const void *expected,
			    const void *got, size_t size)
{
	size_t used = elfcorehdr_used(expected, size);

	assert_u64(what, used, elfcorehdr_used(got, size));
	assert_bytes(what, expected, got, used);
}

static void append(struct pseries *p)
{
	pseries_online(p, 0xa0000000);
}

static void drop_the_last(struct pseries *p)
{
	pseries_offline(p, 0x80000000);
}

static void insert(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
}

static void grow_the_last(struct pseries *p)
{
	pseries_online(p, 0x90000000);
}

static void append_and_add_a_core(struct pseries *p)
{
	pseries_online_lost(p, 0xa0000000);
	pseries_add_core(p, 1);
}

static void add_a_core(struct pseries *p)
{
	pseries_add_core(p, 1);
}

/* four bytes in the tree */
static void change_a_cell(struct pseries *p)
{
	const __be32 hz = cpu_to_be32(2000000000);

	assert_errno("property", 0,
		     kernel_set_property(p->kernel, "/cpus/PowerPC,POWER9@0",
					 "clock-frequency", &hz, sizeof(hz)));
	pseries_quiet_event(p);
}

static void change_one_word_in_each(struct pseries *p)
{
	pseries_online_lost(p, 0xa0000000);
	change_a_cell(p);
}

/* memory is 0-7fffffff and three blocks behind it, the first of them online */
static const struct {
	const char *what;
	void (*change)(struct pseries *p);
	unsigned int hidden;
} ways[] = {
	{ "a range behind all others", append, 0 },
	{ "the last range goes", drop_the_last, 0 },
	{ "a range is split", insert, 1 },
	{ "p_filesz and p_memsz", grow_the_last, 1 },
	{ "one word here, the tree there", append_and_add_a_core, 1 },
	{ "the tree", add_a_core, 1 },
	{ "one cell of the tree", change_a_cell, 0 },
	{ "one word in each", change_one_word_in_each, 1 },
};

static void a_reader_sees_the_old_or_the_new(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		const char *what = ways[i].what;
		struct pseries *p = pseries_boot(&config, NULL);
		struct witness w = { .p = p };
		void *old, *new;
		size_t size;

		assert_errno("add", 0, kernel_add_memory(p->kernel, 0x80000000,
							 3 * PSERIES_BLOCK, 1));
		pseries_online(p, 0x80000000);
		assert_errno("load", 0, pseries_load(p));
		kernel_clear_report(p->kernel);
		size = pseries_memsz(p, p->elfcorehdr);

		old = pseries_copy(p, p->elfcorehdr);
		kernel_at_barrier(p->kernel, look, &w);
		ways[i].change(p);
		kernel_at_barrier(p->kernel, NULL, NULL);
		new = pseries_copy(p, p->elfcorehdr);

		assert_u64(what, ways[i].hidden, kernel_report(p->kernel)->hidden);
		assert_u64(what, ways[i].hidden ? 0 : 2, w.nr);
		if (w.nr) {
			assert_true(w.image[0] && w.image[1]);
			assert_reads_as(what, old, w.header[0], size);
			assert_reads_as(what, new, w.header[1], size);
		}
		while (w.nr)
			free(w.header[--w.nr]);
		free(old);
		free(new);
		pseries_shutdown(p);
	}
}

/* the header is made anew, and equal; one word of the tree is not */
static void of_two_the_second_differs(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	pseries_offline_lost(p, 0x40000000);
	pseries_online_lost(p, 0x40000000);
	change_a_cell(p);
	assert_changed("a cell", s, p, 1U << p->fdt);
	assert_live_cpus("a cell", p, pseries_bytes(p, p->fdt));
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_difference_is_found),
	cmocka_unit_test(behind_the_header_nobody_looks),
	cmocka_unit_test(a_reader_sees_the_old_or_the_new),
	cmocka_unit_test(of_two_the_second_differs),
};

TEST_MAIN(tests)
