// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many random scenarios, each in a process of its own: a kernel's handlers keep
 * static variables, and known defects of theirs may crash. What comes back is
 * how often each class explained a divergence, and all that none explained.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli.h"
#include "diff_play.h"
#include "diff_random.h"
#include "divergence_classes.h"
#include "isolated.h"
#include "report.h"

/* lines of one scenario that are told; later ones follow from the first mostly */
#define LINES_MAX 20

/**
 * struct worker - one scenario, in its own process
 * @classes: how often each has explained something: {"KB-02": 3}
 * @lines: what is not explained, in words
 */
struct worker {
	const struct diff_random *random;
	uint64_t seed;
	struct diff_play play;
	json_t *classes;
	json_t *lines;
};

/* --- what is drawn ---------------------------------------------------------------- */

/* as the generator's own numbers, from another place */
static uint64_t mix(uint64_t seed)
{
	uint64_t z = seed + 0x632be59bd9b4e019ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/*
 * Sizes up to the largest, but the more CPUs and blocks, the fewer and shorter:
 * what 6.12 does at an event grows with the square of the machine.
 */
struct generate_options random_options(enum arch arch, uint64_t seed)
{
	static const struct {
		unsigned int once_in;
		unsigned int cpus;
		unsigned int blocks;
		unsigned int events;
	} sizes[] = {
		{ 256, GENERATE_MAX_CPUS, GENERATE_MAX_BLOCKS, 8 },
		{ 64, 512, 2048, 24 },
		{ 8, 96, 512, 48 },
		{ 1, 24, 64, 64 },
	};
	uint64_t z = mix(seed);
	size_t i = 0;

	while (z % sizes[i].once_in)
		i++;
	return (struct generate_options){
		.arch = arch,
		.seed = seed,
		.events = 2 + (z >> 32) % (sizes[i].events - 1),
		.max_cpus = sizes[i].cpus,
		.max_blocks = sizes[i].blocks,
		.small_image = true,
	};
}

/* --- in the worker's process ----------------------------------------------------- */

static void add_line(struct worker *w, size_t step, const struct event *event,
		     const char *kind, const char *text)
{
	char what[128], line[512];

	if (json_array_size(w->lines) >= LINES_MAX)
		return;
	event_describe(event, what, sizeof(what));
	snprintf(line, sizeof(line), "step %zu, %s: %s%s", step + 1, what,
		 kind, text);
	json_array_append_new(w->lines, json_string(line));
}

static void tell(void *arg, size_t step, const struct event *event,
		 const struct divergence *d)
{
	struct divergence_class class;
	struct worker *w = arg;
	char kind[64];

	snprintf(kind, sizeof(kind), "A %s, B %s: UNEXPLAINED: ",
		 verdict_name(d->a.word), verdict_name(d->b.word));
	for (size_t i = 0; i < d->new.nr; i++) {
		if (!divergence_class_find(d, &d->new.reason[i], &class)) {
			add_line(w, step, event, kind, d->new.reason[i].text);
			continue;
		}
		json_object_set_new(w->classes, class.id, json_integer(1 +
			json_integer_value(json_object_get(w->classes,
							   class.id))));
	}
}

static void broken(void *arg, size_t step, const struct event *event,
		   const char *what)
{
	add_line(arg, step, event, "FAULT: ", what);
}

/* NULL after a message */
static json_t *play(void *arg)
{
	struct worker *w = arg;
	struct generate_options options = random_options(w->random->arch,
							 w->seed);
	json_t *answer = NULL;
	struct error err;

	/* a machine takes and gives back the same few MiB at each event */
	mallopt(M_MMAP_THRESHOLD, INT_MAX);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	w->classes = json_object();
	w->lines = json_array();
	w->play = (struct diff_play){
		.handlers = { w->random->handlers[0], w->random->handlers[1] },
		.tell = tell, .broken = broken, .arg = w,
	};
	if (event_source_random(&w->play.source, &options, &err))
		cli_fail("seed %" PRIu64 ": %s", w->seed, err.text);
	else if (!diff_play_start(&w->play) && !diff_play_run(&w->play))
		answer = json_pack("{s:i, s:i, s:i, s:i, s:O, s:O}",
				   "events", (int)w->play.events,
				   "explained", (int)w->play.explained,
				   "unexplained", (int)w->play.unexplained,
				   "faults", (int)w->play.faults,
				   "classes", w->classes, "lines", w->lines);
	diff_play_end(&w->play);
	json_decref(w->classes);
	json_decref(w->lines);
	return answer;
}

/* --- in the first process -------------------------------------------------------- */

/**
 * struct sum - of all scenarios
 * @classes: as in struct worker
 * @bad: JSON, one object for each scenario that is not explained
 * @failed: some scenario could not be played
 */
struct sum {
	const struct diff_random *random;
	json_int_t events;
	json_int_t explained;
	json_int_t unexplained;
	json_int_t faults;
	unsigned int died;
	json_t *classes;
	json_t *bad;
	bool failed;
};

static json_int_t number(const json_t *answer, const char *key)
{
	return json_integer_value(json_object_get(answer, key));
}

/* write it down, for whoever wants to look at it */
static int save(const struct diff_random *random, uint64_t seed)
{
	struct generate_options options = random_options(random->arch, seed);
	char name[32], tree[40];
	struct generated g;
	struct error err;
	int status = STATUS_GOOD;

	snprintf(name, sizeof(name), "seed-%" PRIu64, seed);
	snprintf(tree, sizeof(tree), "%s.dts", name);
	options.tree = tree;
	if (generate(&options, &g, &err) ||
	    event_source_write(&g, random->save, name, &err))
		status = cli_fail("%s", err.text);
	generated_free(&g);
	return status;
}

static void tell_bad(struct sum *sum, uint64_t seed, json_t *lines)
{
	size_t i;
	json_t *line;

	json_array_append_new(sum->bad, json_pack("{s:I, s:O}", "seed",
						  (json_int_t)seed, "lines",
						  lines));
	if (sum->random->json)
		return;
	json_array_foreach(lines, i, line)
		printf("seed %" PRIu64 ": %s\n", seed, json_string_value(line));
	fflush(stdout);
}

static void add_answer(struct sum *sum, uint64_t seed, const json_t *answer)
{
	json_t *lines = json_object_get(answer, "lines"), *times;
	const char *id;

	sum->events += number(answer, "events");
	sum->explained += number(answer, "explained");
	sum->unexplained += number(answer, "unexplained");
	sum->faults += number(answer, "faults");
	json_object_foreach(json_object_get(answer, "classes"), id, times)
		json_object_set_new(sum->classes, id,
				    json_integer(number(sum->classes, id) +
						 json_integer_value(times)));
	if (json_array_size(lines))
		tell_bad(sum, seed, lines);
}

static void add_dead(struct sum *sum, uint64_t seed, int how)
{
	json_t *lines = json_pack("[o]", json_sprintf("killed: %s",
						      strsignal(WTERMSIG(how))));

	sum->died++;
	tell_bad(sum, seed, lines);
	json_decref(lines);
}

static void finish(struct sum *sum, struct worker *w, struct isolated *job)
{
	size_t bad = json_array_size(sum->bad);
	json_t *answer;
	int how;

	answer = isolated_end(job, &how);
	if (answer && !how)
		add_answer(sum, w->seed, answer);
	else if (WIFSIGNALED(how))
		add_dead(sum, w->seed, how);
	else
		sum->failed = true;
	json_decref(answer);
	/* the only one is asked for by name */
	if (sum->random->save && (json_array_size(sum->bad) > bad ||
				  sum->random->scenarios == 1) &&
	    save(sum->random, w->seed))
		sum->failed = true;
}

/* one after the other begins and is waited for, some at a time */
static int run_all(struct sum *sum)
{
	const struct diff_random *random = sum->random;
	struct isolated jobs[RANDOM_MAX_JOBS];
	struct worker workers[RANDOM_MAX_JOBS] = { 0 };
	uint64_t started = 0, finished = 0;
	unsigned int at;
	int status = STATUS_GOOD;

	while (finished < started || (started < random->scenarios && !status)) {
		if (started < random->scenarios && !status &&
		    started - finished < random->jobs) {
			at = started % random->jobs;
			workers[at].random = random;
			workers[at].seed = random->seed + started;
			if (isolated_start(&jobs[at], play, &workers[at]))
				status = cli_fail("seed %" PRIu64 ": %s",
						  workers[at].seed,
						  strerror(errno));
			else
				started++;
			continue;
		}
		at = finished++ % random->jobs;
		finish(sum, &workers[at], &jobs[at]);
	}
	return status;
}

static int print_json(const struct sum *sum)
{
	return json_print(json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:O, s:O}",
		"arch", cli_arch_name(sum->random->arch),
		"a", sum->random->handlers[0], "b", sum->random->handlers[1],
		"seed", (json_int_t)sum->random->seed,
		"scenarios", (json_int_t)sum->random->scenarios,
		"events", sum->events, "explained", sum->explained,
		"unexplained", sum->unexplained, "faults", sum->faults,
		"died", (int)sum->died, "classes", sum->classes,
		"not_explained", sum->bad));
}

static int print_text(const struct sum *sum)
{
	const char *id;
	json_t *times;

	json_object_foreach(sum->classes, id, times)
		printf("  %-6s %" JSON_INTEGER_FORMAT "\n", id,
		       json_integer_value(times));
	printf("%" PRIu64 " scenarios, %" JSON_INTEGER_FORMAT
	       " events, %" JSON_INTEGER_FORMAT
	       " explained divergences, %" JSON_INTEGER_FORMAT
	       " unexplained, %" JSON_INTEGER_FORMAT " faults of A\n",
	       sum->random->scenarios, sum->events, sum->explained,
	       sum->unexplained, sum->faults);
	return STATUS_GOOD;
}

/* one complaint instead of one per scenario */
static int check_handlers(const struct diff_random *random)
{
	struct error err;

	for (int i = 0; i < 2; i++)
		if (!cli_handlers(random->arch, random->handlers[i], &err))
			return cli_fail("%s", err.text);
	return STATUS_GOOD;
}

int diff_random(const struct diff_random *random)
{
	struct sum sum = { .random = random };
	int status;

	if (check_handlers(random))
		return STATUS_FAILED;
	sum.classes = json_object();
	sum.bad = json_array();
	if (!random->json)
		printf("%" PRIu64 " random scenarios from seed %" PRIu64
		       ": %s, A %s, B %s\n", random->scenarios, random->seed,
		       cli_arch_name(random->arch), random->handlers[0],
		       random->handlers[1]);
	status = run_all(&sum);
	if (!status)
		status = random->json ? print_json(&sum) : print_text(&sum);
	if (sum.failed)
		status = STATUS_FAILED;
	if (!status && (sum.unexplained || sum.faults || sum.died ||
			(sum.explained && !random->explained_ok)))
		status = STATUS_BAD;
	json_decref(sum.classes);
	json_decref(sum.bad);
	return status;
}
