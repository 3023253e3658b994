// SPDX-License-Identifier: GPL-2.0-only
/* AFL++'s mutator of programs, called as afl-fuzz does. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* before CMocka, which has a macro of the name fail */
#include "program.h"
#include "helpers.h"
#include "mutator.h"

#define EVENTS 40

static void fill(uint8_t *bytes, size_t nr)
{
	memset(bytes, 0, PROGRAM_HEADER);
	bytes[0] = PROGRAM_VERSION;
	for (size_t i = 0; i < nr * PROGRAM_EVENT; i++)
		bytes[PROGRAM_HEADER + i] = i;
}

static void what_comes_out_is_a_program(void **state)
{
	static const size_t sizes[] = { 0, 1, 4, 5, 8, 100, PROGRAM_MAX_SIZE,
					PROGRAM_MAX_SIZE + 9 };
	uint8_t bytes[PROGRAM_MAX_SIZE + 9], other[64], *out;
	void *m = afl_custom_init(NULL, 1);
	unsigned int ops = 0, machines = 0, flags = 0, changed = 0;

	(void)state;
	assert_in_range(afl_custom_fuzz_count(m, bytes, 0), 1, 1000);
	fill(bytes, PROGRAM_MAX_EVENTS);
	fill(other, 15);
	for (unsigned int i = 0; i < 8000; i++) {
		size_t size = sizes[i % 8], max = i & 8 ? 60 : PROGRAM_MAX_SIZE;
		/* of just this size, so that Valgrind sees what reads beyond */
		uint8_t *in = malloc(size + !size);
		size_t got;

		memcpy(in, bytes, size);
		got = afl_custom_fuzz(m, in, size, &out, i & 16 ? other : NULL,
				      i & 16 ? sizeof(other) : 0, max);
		assert_true(got >= PROGRAM_HEADER && got <= max);
		assert_int_equal((got - PROGRAM_HEADER) % PROGRAM_EVENT, 0);
		assert_int_equal(out[0], PROGRAM_VERSION);
		changed += got != size || memcmp(in, out, size);
		if (got > PROGRAM_HEADER)
			ops |= 1u << out[got - PROGRAM_EVENT] % NR_PROGRAM_OPS;
		machines |= 1u << out[1];
		flags |= out[2];
		assert_memory_equal(afl_custom_describe(m, 64), "event-", 6);
		free(in);
	}
	assert_true(changed > 7000);
	assert_int_equal(ops, (1u << NR_PROGRAM_OPS) - 1);
	assert_int_equal(machines, 0xff);
	assert_int_equal(flags, PROGRAM_MEMMAP_ON_MEMORY | PROGRAM_LARGE_PAGES |
				PROGRAM_HUGE_CONFIG);
	afl_custom_deinit(m);
}

/* --- each operation does what its name says ----------------------------------------- */

#define MINE 10
#define OTHERS 6

/* no two events are the same, and none of them has a field of another */
static void number(uint8_t *bytes, size_t nr, unsigned int first)
{
	memset(bytes, 0, PROGRAM_HEADER);
	bytes[0] = PROGRAM_VERSION;
	for (size_t i = 0; i < nr; i++)
		memset(bytes + PROGRAM_HEADER + i * PROGRAM_EVENT, first + i,
		       PROGRAM_EVENT);
}

static const uint8_t *at(const uint8_t *bytes, size_t i)
{
	return bytes + PROGRAM_HEADER + i * PROGRAM_EVENT;
}

static bool same(const uint8_t *a, size_t i, const uint8_t *b, size_t j, size_t nr)
{
	return !memcmp(at(a, i), at(b, j), nr * PROGRAM_EVENT);
}

/* how many events @a and @b begin with, both */
static size_t head(const uint8_t *a, size_t nr_a, const uint8_t *b, size_t nr_b)
{
	size_t i = 0;

	while (i < nr_a && i < nr_b && same(a, i, b, i, 1))
		i++;
	return i;
}

static bool was_inserted(const uint8_t *in, const uint8_t *other,
			 const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr);

	(void)other;
	/* no random event has four fields that are the same and so large */
	return nr == MINE + 1 && same(in, i, out, i + 1, MINE - i) &&
	       at(out, i)[0] < NR_PROGRAM_OPS;
}

static bool was_deleted(const uint8_t *in, const uint8_t *other,
			const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr);

	(void)other;
	return nr < MINE && same(in, MINE - (nr - i), out, i, nr - i);
}

static bool was_swapped(const uint8_t *in, const uint8_t *other,
			const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr), j;

	(void)other;
	if (nr != MINE || i == MINE)
		return false;
	for (j = MINE - 1; same(in, j, out, j, 1); j--)
		;
	return same(in, i, out, j, 1) && same(in, j, out, i, 1) &&
	       same(in, i + 1, out, i + 1, j - i - 1);
}

static bool was_repeated(const uint8_t *in, const uint8_t *other,
			 const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr), more = nr - MINE;

	(void)other;
	return nr > MINE && more <= 4 && i &&
	       same(out, i, out, i - 1, more) &&
	       same(in, i, out, i + more, MINE - i);
}

static bool was_changed(const uint8_t *in, const uint8_t *other,
			const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr);
	unsigned int fields = 0;

	(void)other;
	if (nr != MINE || i == MINE || !same(in, i + 1, out, i + 1, MINE - i - 1))
		return false;
	for (size_t field = 0; field < PROGRAM_EVENT; field++)
		fields += at(in, i)[field] != at(out, i)[field];
	return fields == 1;
}

static bool has_another_machine(const uint8_t *in, const uint8_t *other,
				const uint8_t *out, size_t nr)
{
	(void)other;
	return nr == MINE && same(in, 0, out, 0, MINE) &&
	       memcmp(in, out, PROGRAM_HEADER);
}

static bool was_spliced(const uint8_t *in, const uint8_t *other,
			const uint8_t *out, size_t nr)
{
	size_t i = head(in, MINE, out, nr), tail = nr - i;

	return tail && tail <= OTHERS && same(other, OTHERS - tail, out, i, tail);
}

static void operations_do_what_their_names_say(void **state)
{
	static const struct {
		const char *name;
		bool (*was_done)(const uint8_t *in, const uint8_t *other,
				 const uint8_t *out, size_t nr);
	} rows[] = {
		{ "event-insert", was_inserted }, { "event-delete", was_deleted },
		{ "event-swap", was_swapped }, { "event-repeat", was_repeated },
		{ "event-change", was_changed },
		{ "event-machine", has_another_machine },
		{ "event-splice", was_spliced },
	};
	uint8_t in[PROGRAM_HEADER + MINE * PROGRAM_EVENT];
	uint8_t other[PROGRAM_HEADER + OTHERS * PROGRAM_EVENT], *out;
	void *m = afl_custom_init(NULL, 1);
	unsigned int named[7] = { 0 }, done[7] = { 0 };

	(void)state;
	number(in, MINE, 100);
	number(other, OTHERS, 200);
	for (unsigned int i = 0; i < 8000; i++) {
		size_t got = afl_custom_fuzz(m, in, sizeof(in), &out, other,
					     sizeof(other), PROGRAM_MAX_SIZE);
		size_t nr = (got - PROGRAM_HEADER) / PROGRAM_EVENT;

		for (size_t r = 0; r < 7; r++) {
			if (strcmp(afl_custom_describe(m, 64), rows[r].name))
				continue;
			named[r]++;
			done[r] += rows[r].was_done(in, other, out, nr);
		}
	}
	/* a quarter of the mutations are one operation, the rest up to four */
	for (size_t r = 0; r < 7; r++)
		if (done[r] < named[r] / 8 || !named[r])
			fail_msg("%s: named %u times, done %u times",
				 rows[r].name, named[r], done[r]);
	afl_custom_deinit(m);
}

/* some events matter: the program fails as long as all of these are in it */
static bool still_fails(const uint8_t *bytes, size_t size, const uint8_t *wanted,
			size_t nr)
{
	size_t found = 0;

	for (size_t i = PROGRAM_HEADER; i < size; i += PROGRAM_EVENT)
		found += found < nr && bytes[i] == wanted[found];
	return found == nr;
}

static void trimming_leaves_the_events_that_matter(void **state)
{
	static const struct {
		size_t nr;
		uint8_t wanted[3];
	} rows[] = {
		{ 0, { 0 } },
		{ 1, { 0 } },
		{ 1, { (EVENTS - 1) * PROGRAM_EVENT } },
		{ 3, { 3 * PROGRAM_EVENT, 20 * PROGRAM_EVENT, 21 * PROGRAM_EVENT } },
	};
	uint8_t bytes[PROGRAM_MAX_SIZE], *out;
	void *m = afl_custom_init(NULL, 1);

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		size_t got, size = PROGRAM_HEADER + EVENTS * PROGRAM_EVENT;
		int32_t done = 0, steps;
		bool ok;

		fill(bytes, EVENTS);
		steps = afl_custom_init_trim(m, bytes, size);
		while (done < steps) {
			got = afl_custom_trim(m, &out);
			assert_true(got < size);
			ok = still_fails(out, got, rows[r].wanted, rows[r].nr);
			if (ok) {
				memcpy(bytes, out, got);
				size = got;
			}
			done = afl_custom_post_trim(m, ok);
		}
		assert_int_equal(size, PROGRAM_HEADER + rows[r].nr * PROGRAM_EVENT);
		assert_true(still_fails(bytes, size, rows[r].wanted, rows[r].nr));
	}
	assert_int_equal(afl_custom_init_trim(m, bytes, PROGRAM_HEADER), 0);
	afl_custom_deinit(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_out_is_a_program),
		cmocka_unit_test(operations_do_what_their_names_say),
		cmocka_unit_test(trimming_leaves_the_events_that_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
