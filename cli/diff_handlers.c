// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp diff-handlers: two handler modules, the same events, and wherever
 * their images part: how, which of the two is right, and why.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diff.h"
#include "diff_play.h"
#include "diff_random.h"
#include "divergence_classes.h"
#include "image_straight.h"
#include "report.h"

/**
 * struct diff_handlers - the command
 * @steps: JSON, one object for each event with a divergence
 */
struct diff_handlers {
	const char *path;
	struct diff_random random;
	struct diff_play play;
	json_t *steps;
};

/* --- what is told ---------------------------------------------------------------- */

/* nodes and ranges, B against A */
static void print_segment(const struct straight_image *image_a,
			  const struct straight_image *image_b,
			  enum segment_kind kind)
{
	const struct view_segment *a = image_view_segment(&image_a->view, kind);
	const struct view_segment *b = image_view_segment(&image_b->view, kind);
	struct diff diff = { 0 };
	char why[160];

	if (!a || !b || !a->bytes || !b->bytes)
		return;
	if ((kind == SEGMENT_FDT ? diff_fdt : diff_elfcorehdr)
	    (a->bytes, a->memsz, b->bytes, b->memsz, &diff, why)) {
		printf("           %s: %s\n", segment_kind_name(kind), why);
		return;
	}
	for (size_t i = 0; i < diff.nr; i++)
		printf("           %s\n", diff.items[i].text);
	diff_free(&diff);
}

static void print_segments(struct diff_handlers *dh)
{
	struct straight_image a = { 0 }, b = { 0 };

	/* without memory there is only less to be told */
	if (!image_straighten(&a, machine_image(dh->play.twins.a.machine)) &&
	    !image_straighten(&b, machine_image(dh->play.twins.b.machine))) {
		print_segment(&a, &b, SEGMENT_ELFCOREHDR);
		print_segment(&a, &b, SEGMENT_FDT);
	}
	image_straight_free(&a);
	image_straight_free(&b);
}

static void print_reason(const struct divergence *d, const struct reason *r)
{
	struct divergence_class class;

	if (!divergence_class_find(d, r, &class))
		printf("         UNEXPLAINED: %s\n", r->text);
	else if (strcmp(class.text, r->text))
		printf("         %s: %s: %s\n", class.id, class.text, r->text);
	else
		printf("         %s: %s\n", class.id, r->text);
}

static void print_divergence(struct diff_handlers *dh, size_t step,
			     const struct event *event,
			     const struct divergence *d)
{
	bool first = !dh->play.explained && !dh->play.unexplained;
	char text[128];

	event_describe(event, text, sizeof(text));
	printf("%5zu  %-48s  A %s, B %s: %s\n", step + 1, text,
	       verdict_name(d->a.word), verdict_name(d->b.word),
	       diff_who_is_right(d));
	for (size_t i = 0; i < d->new.nr; i++)
		print_reason(d, &d->new.reason[i]);
	/* the first one, whole: later ones follow from it more often than not */
	if (!first && !dh->random.verbose)
		return;
	print_segments(dh);
}

static json_t *json_reasons(const struct divergence *d)
{
	const struct reasons *reasons = &d->new;
	json_t *list = json_array();
	struct divergence_class class;

	for (size_t i = 0; i < reasons->nr; i++) {
		const struct reason *r = &reasons->reason[i];
		bool known = divergence_class_find(d, r, &class);

		json_array_append_new(list,
			json_pack("{s:s?, s:s?, s:s}",
				  "class", known ? class.id : NULL,
				  "explanation", known ? class.text : NULL,
				  "text", r->text));
	}
	return list;
}

static void add_json(struct diff_handlers *dh, size_t step,
		     const struct event *event, const struct divergence *d)
{
	char text[128];

	event_describe(event, text, sizeof(text));
	json_array_append_new(dh->steps,
		json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o}",
			  "step", (int)step + 1,
			  "step_text", dh->play.source.steps[step].text,
			  "event", text, "a", verdict_name(d->a.word),
			  "b", verdict_name(d->b.word),
			  "right", diff_who_is_right(d),
			  "reasons", json_reasons(d)));
}

static void tell(void *arg, size_t step, const struct event *event,
		 const struct divergence *d)
{
	struct diff_handlers *dh = arg;

	if (dh->random.json)
		add_json(dh, step, event, d);
	else
		print_divergence(dh, step, event, d);
}

static int print_result(struct diff_handlers *dh)
{
	const struct diff_play *p = &dh->play;
	bool bad = p->unexplained || (p->explained && !dh->random.explained_ok);

	if (!dh->random.json) {
		printf("%u events, %u explained divergences, %u unexplained\n",
		       p->events, p->explained, p->unexplained);
		return bad ? STATUS_BAD : STATUS_GOOD;
	}
	if (json_print(json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:O, s:s}",
				 "scenario", p->source.name,
				 "a", p->handlers[0], "b", p->handlers[1],
				 "events", (int)p->events,
				 "explained", (int)p->explained,
				 "unexplained", (int)p->unexplained,
				 "divergences", dh->steps, "result",
				 p->explained + p->unexplained ? "different" :
								 "same")))
		return STATUS_FAILED;
	return bad ? STATUS_BAD : STATUS_GOOD;
}

/* --- the command ------------------------------------------------------------------- */

static int play_one(struct diff_handlers *dh)
{
	struct diff_play *p = &dh->play;
	struct error err;
	int status = STATUS_FAILED;

	if (event_source_open(&p->source, dh->path, &err)) {
		cli_fail("%s", err.text);
	} else if (!diff_play_start(p)) {
		if (!dh->random.json)
			printf("%s: %s, A %s, B %s\n", p->source.name,
			       cli_arch_name(p->source.machine->arch),
			       p->handlers[0], p->handlers[1]);
		status = diff_play_run(p);
	}
	if (!status)
		status = print_result(dh);
	diff_play_end(p);
	return status;
}

enum { OPTION_A = 256, OPTION_B, OPTION_RANDOM, OPTION_EXPLAINED, OPTION_SAVE };

static const struct argp_option options[] = {
	{ "handlers-a", OPTION_A, "core|upstream|FILE.so", 0, "Default: core", 0 },
	{ "handlers-b", OPTION_B, "core|upstream|FILE.so", 0,
	  "Default: upstream", 0 },
	{ "random", OPTION_RANDOM, "N", 0,
	  "Instead of a scenario: N random ones, small ones mostly, up to 2000 "
	  "CPUs and 10000 memory blocks; A has to keep its image accurate too", 0 },
	{ "seed", 's', "N", 0,
	  "Of the first random scenario (default: 0); the next has N+1", 0 },
	{ "arch", 'a', "powerpc|x86_64", 0, "For --random (default: powerpc)",
	  0 },
	{ "jobs", 'J', "N", 0, "Random scenarios at a time (default: 1)", 0 },
	{ "save", OPTION_SAVE, "DIR", 0,
	  "Write random scenarios that are not explained to DIR; with "
	  "--random 1 that one in any case", 0 },
	{ "explained-ok", OPTION_EXPLAINED, NULL, 0,
	  "Exit status 0 when every divergence is explained", 0 },
	CLI_OPTION_JSON,
	{ "verbose", 'v', NULL, 0,
	  "Print nodes and ranges at every divergence, not the first only", 0 },
	{ 0 }
};

static int set_number(const char *what, const char *arg, uint64_t max,
		      uint64_t *n)
{
	if (!cli_number(arg, max, n))
		return 0;
	cli_fail("diff-handlers: %s %s is no number up to %llu", what, arg,
		 (unsigned long long)max);
	return EINVAL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct diff_handlers *dh = state->input;
	struct diff_random *random = &dh->random;
	uint64_t n = 0;
	int failed;

	switch (key) {
	case OPTION_A:
	case OPTION_B:
		random->handlers[key - OPTION_A] = arg;
		return 0;
	case OPTION_RANDOM:
		return set_number("--random", arg, RANDOM_MAX_SCENARIOS,
				  &random->scenarios);
	case 's':
		return set_number("--seed", arg, UINT64_MAX, &random->seed);
	case 'a':
		return cli_arch(arg, &random->arch);
	case 'J':
		failed = set_number("--jobs", arg, RANDOM_MAX_JOBS, &n);
		random->jobs = n ? n : 1;
		return failed;
	case OPTION_SAVE:
		random->save = arg;
		return 0;
	case OPTION_EXPLAINED:
		random->explained_ok = true;
		return 0;
	case 'j':
		random->json = true;
		return 0;
	case 'v':
		random->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		if (dh->path) {
			cli_fail("diff-handlers: one scenario or capture at a time, not '%s' as well",
				 arg);
			return EINVAL;
		}
		dh->path = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse_option, "SCENARIO|CAPTURE",
	"Let the same happen to two machines with different handlers, and say "
	"where their images part, which one is right, and why.\v"
	"Exit status: 0 no divergence, 1 some, 2 could not run.",
	NULL, NULL, NULL
};

int cmd_diff_handlers(int argc, char **argv)
{
	struct diff_handlers dh = {
		.random = { .handlers = { "core", "upstream" }, .jobs = 1 },
		.play = { .tell = tell, .arg = &dh },
	};
	int status;

	if (cli_parse(&argp, 0, argc, argv, &dh))
		return STATUS_FAILED;
	if (!!dh.random.scenarios == !!dh.path)
		return cli_fail("diff-handlers: give a scenario, a capture, or "
				"--random N from 1 on");
	if (!dh.path)
		return diff_random(&dh.random);
	dh.play.handlers[0] = dh.random.handlers[0];
	dh.play.handlers[1] = dh.random.handlers[1];
	dh.steps = json_array();
	status = play_one(&dh);
	json_decref(dh.steps);
	return status;
}
