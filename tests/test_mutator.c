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
	unsigned int ops = 0, changed = 0;

	(void)state;
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
		assert_memory_equal(afl_custom_describe(m, 64), "event-", 6);
		free(in);
	}
	assert_true(changed > 7000);
	assert_int_equal(ops, (1u << NR_PROGRAM_OPS) - 1);
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
		cmocka_unit_test(trimming_leaves_the_events_that_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
