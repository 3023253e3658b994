// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp diff-handlers: two handler modules, the same events, and wherever
 * their images part: how, which of the two is right, and why.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "diff.h"
#include "divergence.h"
#include "divergence_classes.h"
#include "event_source.h"
#include "report.h"

/* a random machine that both modules play in seconds */
#define RANDOM_CPUS 64
#define RANDOM_BLOCKS 256

/**
 * struct diff_handlers - the command
 * @steps: JSON, one object for each event with a divergence
 * @explained, @unexplained: divergences
 */
struct diff_handlers {
	const char *path;
	const char *handlers[2];
	struct generate_options random;
	bool is_random;
	bool explained_ok;
	bool json;
	bool verbose;

	struct event_source source;
	struct twins twins;
	json_t *steps;
	unsigned int events;
	unsigned int explained;
	unsigned int unexplained;
};

/* --- what is told ---------------------------------------------------------------- */

static const char *who_is_right(const struct divergence *d)
{
	if (d->a.word < d->b.word)
		return "A is right";
	if (d->b.word < d->a.word)
		return "B is right";
	return d->a.word == VERDICT_ACCURATE ? "both are right" :
					       "neither is right";
}

/* nodes and ranges, B against A */
static void print_segment(struct diff_handlers *dh, enum segment_kind kind)
{
	const struct view_segment *a, *b;
	struct diff diff = { 0 };
	char why[160];

	a = image_view_segment(machine_image(dh->twins.a.machine), kind);
	b = image_view_segment(machine_image(dh->twins.b.machine), kind);
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
	bool first = !dh->explained && !dh->unexplained;
	char text[128];

	event_describe(event, text, sizeof(text));
	printf("%5zu  %-48s  A %s, B %s: %s\n", step + 1, text,
	       verdict_name(d->a.word), verdict_name(d->b.word),
	       who_is_right(d));
	for (size_t i = 0; i < d->new.nr; i++)
		print_reason(d, &d->new.reason[i]);
	/* the first one, whole: later ones follow from it more often than not */
	if (!first && !dh->verbose)
		return;
	print_segment(dh, SEGMENT_ELFCOREHDR);
	print_segment(dh, SEGMENT_FDT);
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
			  "step_text", dh->source.steps[step].text,
			  "event", text, "a", verdict_name(d->a.word),
			  "b", verdict_name(d->b.word),
			  "right", who_is_right(d),
			  "reasons", json_reasons(d)));
}

static void tell(struct diff_handlers *dh, size_t step,
		 const struct event *event, const struct divergence *d)
{
	struct divergence_class class;

	if (!d->new.nr)
		return;
	if (dh->json)
		add_json(dh, step, event, d);
	else
		print_divergence(dh, step, event, d);
	for (size_t i = 0; i < d->new.nr; i++) {
		if (divergence_class_find(d, &d->new.reason[i], &class))
			dh->explained++;
		else
			dh->unexplained++;
	}
}

/* --- the run ---------------------------------------------------------------------- */

static int play_step(struct diff_handlers *dh, size_t i)
{
	const struct source_step *step = &dh->source.steps[i];
	struct divergence d;
	struct error err;
	int failed;

	if (twins_step(&dh->twins))
		return cli_fail("out of memory");
	for (size_t e = 0; e < step->nr; e++) {
		failed = twins_event(&dh->twins, &step->events[e], &d, &err);
		if (!failed)
			tell(dh, i, &step->events[e], &d);
		divergence_free(&d);
		if (failed)
			return cli_fail("%s: step %zu, %s: %s", dh->source.name,
					i + 1, step->text, err.text);
		dh->events++;
	}
	return STATUS_GOOD;
}

static int print_result(struct diff_handlers *dh)
{
	bool bad = dh->unexplained || (dh->explained && !dh->explained_ok);

	if (!dh->json) {
		printf("%u events, %u explained divergences, %u unexplained\n",
		       dh->events, dh->explained, dh->unexplained);
		return bad ? STATUS_BAD : STATUS_GOOD;
	}
	if (json_print(json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:O, s:s}",
				 "scenario", dh->source.name,
				 "a", dh->handlers[0], "b", dh->handlers[1],
				 "events", (int)dh->events,
				 "explained", (int)dh->explained,
				 "unexplained", (int)dh->unexplained,
				 "divergences", dh->steps, "result",
				 dh->explained + dh->unexplained ? "different" :
								   "same")))
		return STATUS_FAILED;
	return bad ? STATUS_BAD : STATUS_GOOD;
}

/* --- what to run ------------------------------------------------------------------ */

/* DIR/bin/crash-hp has the modules in DIR/modules */
static int find_upstream(enum arch arch, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	for (int up = 0; up < 2; up++) {
		path[n < 0 ? 0 : n] = '\0';
		slash = strrchr(path, '/');
		n = slash ? slash - path : 0;
	}
	snprintf(path + n, size - n, "/modules/upstream-%s.so",
		 cli_arch_name(arch));
	if (!access(path, R_OK))
		return STATUS_GOOD;
	return cli_fail("no upstream handlers for %s: build them with "
			"./dev upstream, or give --handlers-b FILE.so",
			cli_arch_name(arch));
}

static int open_source(struct diff_handlers *dh)
{
	struct error err;
	int failed;

	if (dh->is_random)
		failed = event_source_random(&dh->source, &dh->random, &err);
	else
		failed = event_source_open(&dh->source, dh->path, &err);
	return failed ? cli_fail("%s", err.text) : STATUS_GOOD;
}

static int set_up(struct diff_handlers *dh, char *upstream, size_t size)
{
	const struct handler_module *h[2];
	enum arch arch;
	struct error err;

	if (open_source(dh))
		return STATUS_FAILED;
	arch = dh->source.machine->arch;
	if (!dh->handlers[1]) {
		if (find_upstream(arch, upstream, size))
			return STATUS_FAILED;
		dh->handlers[1] = upstream;
	}
	for (int i = 0; i < 2; i++) {
		h[i] = cli_handlers(arch, dh->handlers[i], &err);
		if (!h[i])
			return cli_fail("%s", err.text);
	}
	if (twins_start(&dh->twins, dh->source.machine, h[0], h[1], &err))
		return cli_fail("%s: %s", dh->source.name, err.text);
	if (!dh->json)
		printf("%s: %s, A %s, B %s\n", dh->source.name,
		       cli_arch_name(arch), dh->handlers[0], dh->handlers[1]);
	return STATUS_GOOD;
}

enum { OPTION_A = 256, OPTION_B, OPTION_RANDOM, OPTION_EXPLAINED };

static const struct argp_option options[] = {
	{ "handlers-a", OPTION_A, "core|FILE.so", 0, "Default: core", 0 },
	{ "handlers-b", OPTION_B, "core|FILE.so", 0,
	  "Default: the upstream module built with this program", 0 },
	{ "random", OPTION_RANDOM, "N", 0,
	  "Instead of a scenario: N random steps, as crash-hp gen writes them, "
	  "on a machine of at most 64 CPUs and 256 memory blocks", 0 },
	{ "seed", 's', "N", 0, "For --random (default: 0)", 0 },
	{ "arch", 'a', "powerpc|x86_64", 0, "For --random (default: powerpc)",
	  0 },
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
	uint64_t n = 0;
	int failed;

	switch (key) {
	case OPTION_A:
	case OPTION_B:
		dh->handlers[key - OPTION_A] = arg;
		return 0;
	case OPTION_RANDOM:
		failed = set_number("--random", arg, GENERATE_MAX_EVENTS, &n);
		dh->is_random = n;
		dh->random.events = n;
		return failed;
	case 's':
		return set_number("--seed", arg, UINT64_MAX, &dh->random.seed);
	case 'a':
		return cli_arch(arg, &dh->random.arch);
	case OPTION_EXPLAINED:
		dh->explained_ok = true;
		return 0;
	case 'j':
		dh->json = true;
		return 0;
	case 'v':
		dh->verbose = true;
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
		.handlers = { "core", NULL },
		.random = { .max_cpus = RANDOM_CPUS,
			    .max_blocks = RANDOM_BLOCKS },
	};
	char upstream[PATH_MAX + 64];
	int status;

	if (cli_parse(&argp, 0, argc, argv, &dh))
		return STATUS_FAILED;
	if (dh.is_random == !!dh.path)
		return cli_fail("diff-handlers: give a scenario, a capture, or "
				"--random N from 1 on");
	dh.steps = json_array();
	status = set_up(&dh, upstream, sizeof(upstream));
	for (size_t i = 0; !status && i < dh.source.nr_steps; i++)
		status = play_step(&dh, i);
	if (!status)
		status = print_result(&dh);
	twins_end(&dh.twins);
	event_source_close(&dh.source);
	json_decref(dh.steps);
	return status;
}
