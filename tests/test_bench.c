// SPDX-License-Identifier: GPL-2.0-only
/*
 * What crash-hp-bench makes of what it measures: medians, growth, targets, and
 * whether two results are the same.
 */
#include <elf.h>
#include <libfdt.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "statistics.h"
#include "targets.h"

/* its own fail() is a macro */
#include <cmocka.h>

/* --- numbers ---------------------------------------------------------------- */

static void the_median_is_in_the_middle(void **state)
{
	static const struct {
		uint64_t values[5];
		size_t nr;
		uint64_t median;
	} rows[] = {
		{ { 0 }, 0, 0 },
		{ { 7 }, 1, 7 },
		{ { 9, 3 }, 2, 6 },
		{ { 100, 1, 2 }, 3, 2 },
		{ { 4, 900, 2, 8 }, 4, 6 },
		{ { 5, 1, 4, 2, 3 }, 5, 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t values[5];

		memcpy(values, rows[i].values, sizeof(values));
		assert_int_equal(median(values, rows[i].nr), rows[i].median);
	}
}

static void growth_is_the_exponent(void **state)
{
	static const struct {
		double x[4];
		double y[4];
		size_t nr;
		double exponent;
	} rows[] = {
		{ { 1, 2, 4, 8 }, { 3, 12, 48, 192 }, 4, 2 },
		{ { 8, 64, 256 }, { 80, 640, 2560 }, 3, 1 },
		{ { 8, 64, 256 }, { 5, 5, 5 }, 3, 0 },
		/* a 0 is left out */
		{ { 2, 4, 8 }, { 0, 4, 8 }, 3, 1 },
		/* no two sizes */
		{ { 8, 8 }, { 1, 2 }, 2, NAN },
		{ { 8 }, { 1 }, 1, NAN },
		{ { 0 }, { 0 }, 0, NAN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double seen = growth(rows[i].x, rows[i].y, rows[i].nr);

		assert_int_equal(isnan(seen), isnan(rows[i].exponent));
		if (!isnan(seen))
			assert_true(fabs(seen - rows[i].exponent) < 1e-6);
	}
}

/* --- targets ------------------------------------------------------------------- */

static const struct bench_case *find_case(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_bench_cases; i++)
		if (!strcmp(bench_cases[i].name, name))
			return &bench_cases[i];
	fail_msg("no case %s", name);
	return NULL;
}

static bool is_met(const struct results *results, const char *text)
{
	unsigned int i;

	for (i = 0; i < nr_targets; i++) {
		struct met met = target_check(i, results);

		if (strstr(met.text, text))
			return met.met;
	}
	fail_msg("no target %s", text);
	return false;
}

/* times of core, memcpy and upstream, for a core that comes, at 1024 nodes */
static void targets_are_met_from_their_limit_on(void **state)
{
	static const struct {
		uint64_t core;
		uint64_t copy;
		uint64_t upstream;
		bool faster;
		bool near_copy;
	} rows[] = {
		{ 100, 50, 100000, true, true },
		{ 100, 50, 99999, false, true },
		{ 80, 10, 80000, true, true },
		{ 81, 10, 81000, true, false },
	};
	struct peers peers = {
		.peer = { { .name = "core" }, { .name = "memcpy" },
			  { .name = "upstream" } },
		.nr = 3,
	};
	struct row row = { .c = find_case("cpu-add"), .size = 1024 };
	struct results results = { &peers, &row, 1 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint64_t ns[] = { rows[i].core, rows[i].copy,
					rows[i].upstream };
		size_t p;

		for (p = 0; p < 3; p++) {
			row.cell[p].measured = true;
			row.cell[p].median_ns = ns[p];
		}
		assert_int_equal(rows[i].faster,
				 is_met(&results, "times faster"));
		assert_int_equal(rows[i].near_copy,
				 is_met(&results, "as long as memcpy"));
		/* what was not measured is not met */
		assert_false(is_met(&results, "cpu-online 1024: bytes"));
	}
}

/* --- results ---------------------------------------------------------------------- */

struct image {
	Elf64_Ehdr ehdr;
	Elf64_Phdr load[2];
	char fdt[512];
};

static void make_image(struct image *image, struct outcome *outcome,
		       const char *value)
{
	memset(image, 0, sizeof(*image));
	memcpy(image->ehdr.e_ident, ELFMAG, SELFMAG);
	image->ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	image->ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	image->ehdr.e_ident[EI_VERSION] = EV_CURRENT;
	image->ehdr.e_type = ET_CORE;
	image->ehdr.e_version = EV_CURRENT;
	image->ehdr.e_phoff = sizeof(image->ehdr);
	image->ehdr.e_ehsize = sizeof(image->ehdr);
	image->ehdr.e_phentsize = sizeof(image->load[0]);
	image->ehdr.e_phnum = 2;
	image->load[0] = (Elf64_Phdr){ PT_LOAD, 7, 0, 0, 0, 4096, 4096, 0 };
	image->load[1] = (Elf64_Phdr){ PT_LOAD, 7, 8192, 8192, 8192, 4096,
				       4096, 0 };

	assert_int_equal(fdt_create_empty_tree(image->fdt, sizeof(image->fdt)),
			 0);
	assert_int_equal(fdt_setprop_string(image->fdt, 0, "model", value), 0);
	*outcome = (struct outcome){
		.header = &image->ehdr,
		.header_size = sizeof(image->ehdr) + sizeof(image->load),
		.fdt = image->fdt,
		.fdt_size = sizeof(image->fdt),
	};
}

static void results_are_compared_by_what_they_mean(void **state)
{
	struct image image[2];
	struct outcome a, b;
	char why[OUTCOME_WHY] = "";
	Elf64_Phdr first;

	(void)state;
	make_image(&image[0], &a, "one");
	make_image(&image[1], &b, "one");
	assert_true(outcome_same(&a, &b, why));

	/* the order of ranges does not count */
	first = image[1].load[0];
	image[1].load[0] = image[1].load[1];
	image[1].load[1] = first;
	assert_true(outcome_same(&a, &b, why));

	image[1].load[0].p_memsz += 4096;
	assert_false(outcome_same(&a, &b, why));
	assert_non_null(strstr(why, "0x3000"));

	make_image(&image[1], &b, "two");
	assert_false(outcome_same(&a, &b, why));
	assert_non_null(strstr(why, "model"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_is_in_the_middle),
		cmocka_unit_test(growth_is_the_exponent),
		cmocka_unit_test(targets_are_met_from_their_limit_on),
		cmocka_unit_test(results_are_compared_by_what_they_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
