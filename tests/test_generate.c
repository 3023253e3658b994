// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random scenarios: they can happen, the same seed gives the same bytes, and
 * with core the image is accurate wherever the generator says it has to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <valgrind/valgrind.h>

/* before cmocka.h, whose fail() is a macro */
#include "generate.h"
#include "judge.h"
#include "scenario.h"

#include <cmocka.h>

#define NR_SEEDS 200

static char dir[] = "/tmp/crash-hp-generate-XXXXXX";
static char yaml_path[64];
static char tree_path[64];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(yaml_path, sizeof(yaml_path), "%s/random.yaml", dir);
	snprintf(tree_path, sizeof(tree_path), "%s/random.dts", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(yaml_path);
	unlink(tree_path);
	return rmdir(dir);
}

static void write_file(const char *path, const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

/* most machines are small, for speed; one in a hundred is not */
static struct generate_options options_of(enum arch arch, uint64_t seed)
{
	bool large = seed % 100 == 99;

	return (struct generate_options){
		.arch = arch,
		.events = large ? 8 : 10,
		.seed = seed,
		.max_cpus = large ? 96 : 12,
		.max_blocks = large ? 300 : 24,
		.tree = "random.dts",
	};
}

static struct scenario *make_scenario(enum arch arch, uint64_t seed,
				      struct generated *g)
{
	struct generate_options options = options_of(arch, seed);
	struct scenario *s;
	struct error err;

	if (generate(&options, g, &err))
		fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
	write_file(yaml_path, g->yaml, g->yaml_size);
	if (g->dts)
		write_file(tree_path, g->dts, g->dts_size);
	s = scenario_read(yaml_path, &err);
	if (!s)
		fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
	assert_int_equal(s->nr_steps, g->nr);
	return s;
}

/* one line of what is wrong, or "" */
static void describe(const struct verdict *verdict, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 0; i < verdict->nr && !buf[0]; i++)
		if (!verdict->findings[i].remark)
			snprintf(buf, size, "%s: %s",
				 invariant_name(verdict->findings[i].inv),
				 verdict->findings[i].text);
}

/* after a step that owes it, the image is accurate */
static void check_image(struct machine *m, struct judge_cache *cache,
			const struct scenario_step *step, uint64_t seed)
{
	struct verdict verdict = { 0 };
	char why[300];

	assert_int_equal(judge_with_cache(cache, machine_view(m),
					  machine_image(m), JUDGE_ANY_CPU,
					  &verdict), 0);
	describe(&verdict, why, sizeof(why));
	if (verdict.word != VERDICT_ACCURATE)
		fail_msg("seed %llu, line %d, %s: expected accurate, got %s: %s",
			 (unsigned long long)seed, step->line, step->text,
			 verdict_name(verdict.word), why);
	verdict_free(&verdict);
}

static void play_step(struct machine *m, const struct scenario_step *step,
		      bool *loaded, uint64_t seed)
{
	struct event_report report;
	struct error err;

	for (size_t e = 0; e < step->nr_events; e++) {
		const struct event *event = &step->events[e];

		if (machine_apply(m, event, &report, &err))
			fail_msg("seed %llu, line %d, %s: impossible: %s",
				 (unsigned long long)seed, step->line,
				 step->text, err.text);
		if (report.violations)
			fail_msg("seed %llu, line %d, %s: %s",
				 (unsigned long long)seed, step->line,
				 step->text, machine_violation(m, 0));
		if (event->type == EVENT_LOAD || event->type == EVENT_UNLOAD)
			*loaded = event->type == EVENT_LOAD;
	}
}

static void play(enum arch arch, uint64_t seed, struct judge_cache *cache)
{
	const struct handler_module *core = handlers_builtin(arch, "core");
	struct generated g;
	struct scenario *s = make_scenario(arch, seed, &g);
	bool loaded = false;
	struct machine *m;
	struct error err;

	m = machine_create(&s->machine, core, &err);
	if (!m)
		fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
	for (size_t i = 0; i < s->nr_steps; i++) {
		play_step(m, &s->steps[i], &loaded, seed);
		/* whoever plays it asks for no more than is owed */
		if (g.owed[i] != !s->steps[i].expect)
			fail_msg("seed %llu, line %d: owed %d, expects %s",
				 (unsigned long long)seed, s->steps[i].line,
				 g.owed[i], s->steps[i].expect);
		if (loaded && g.owed[i])
			check_image(m, cache, &s->steps[i], seed);
	}
	machine_destroy(m);
	scenario_free(s);
	generated_free(&g);
}

static void play_seeds(enum arch arch)
{
	/* Valgrind looks at memory, not at more machines: a few are enough */
	uint64_t nr_seeds = RUNNING_ON_VALGRIND ? NR_SEEDS / 20 : NR_SEEDS;
	struct judge_cache *cache = judge_cache_new();

	for (uint64_t seed = 0; seed < nr_seeds; seed++)
		play(arch, seed, cache);
	judge_cache_free(cache);
}

static void test_powerpc(void **state)
{
	(void)state;
	play_seeds(ARCH_POWERPC);
}

static void test_x86_64(void **state)
{
	(void)state;
	play_seeds(ARCH_X86_64);
}

/* --- the generator itself ----------------------------------------------------------- */

static void test_same_seed(void **state)
{
	struct generate_options options = options_of(ARCH_POWERPC, 7);
	struct generated a, b;
	struct error err;

	(void)state;
	assert_int_equal(generate(&options, &a, &err), 0);
	assert_int_equal(generate(&options, &b, &err), 0);
	assert_string_equal(a.yaml, b.yaml);
	assert_string_equal(a.dts, b.dts);
	generated_free(&b);
	options.seed = 8;
	assert_int_equal(generate(&options, &b, &err), 0);
	assert_string_not_equal(a.yaml, b.yaml);
	generated_free(&a);
	generated_free(&b);
}

/* over many seeds, each thing that the generator can do comes up */
static void test_variety(void **state)
{
	static const char * const words[] = {
		"kexec_file_load", "kexec_load", "hotplug", "during:", "unload",
		"lock-busy", "fail-alloc", "bringup-fails", "dlpar-cpu-add",
		" cpu-add", "dlpar-cpu-remove", " cpu-remove", "core-online",
		"core-offline", "smt:", "cpu-online", "cpu-offline",
		"memory-add", "memory-remove", "memory-online",
		"memory-offline", "dimm-add", "dimm-remove", "lmb-add",
		"lmb-remove", "crash:", "memmap-on-memory", "online: \"",
		"page-size: 4K", "page-size: 64K", "nid:", "threads: ",
		"expect: any", "ibm,dynamic-memory = ",
		"ibm,dynamic-memory-v2 = ",
	};
	bool seen[sizeof(words) / sizeof(words[0])] = { false };
	struct error err;

	(void)state;
	for (uint64_t seed = 0; seed < NR_SEEDS; seed++) {
		struct generate_options options = options_of(ARCH_POWERPC, seed);
		struct generated g;

		assert_int_equal(generate(&options, &g, &err), 0);
		for (size_t i = 0; i < sizeof(seen); i++)
			seen[i] = seen[i] || strstr(g.yaml, words[i]) ||
				  strstr(g.dts, words[i]);
		generated_free(&g);
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		if (!seen[i])
			fail_msg("no scenario has \"%s\"", words[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_powerpc),
		cmocka_unit_test(test_x86_64),
		cmocka_unit_test(test_same_seed),
		cmocka_unit_test(test_variety),
	};

	return !!cmocka_run_group_tests(tests, make_dir, remove_dir);
}
