// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp explore: a crash after every store that the handlers make.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "event_source.h"
#include "explore_states.h"
#include "report.h"

#define MAX_KINDS 16

/* all events of one kind: "memory-online" */
struct kind {
	char name[32];
	struct explored explored;
};

/**
 * struct explore - a scenario or a capture, explored
 * @sum: of all kinds
 */
struct explore {
	const char *file;
	const char *handlers;
	bool json;

	struct event_source source;
	struct machine *machine;
	struct machine *timed;
	struct explorer *explorer;
	struct kind kinds[MAX_KINDS];
	size_t nr_kinds;
	struct explored sum;
};

static const char *const path_names[NR_PATHS] = {
	[PATH_LINUX] = "Linux 6.12",
	[PATH_PAST_UPDATE] = "past update",
};

static const char *const path_keys[NR_PATHS] = {
	[PATH_LINUX] = "linux",
	[PATH_PAST_UPDATE] = "past_update",
};

static const char *const crasher_names[NR_CRASHERS] = {
	[CRASH_BOOT] = "boot",
	[CRASH_OTHER] = "other",
	[CRASH_NEW] = "new",
};

static unsigned long states_of(const struct tally *t)
{
	unsigned long sum = 0;

	for (int w = 0; w <= VERDICT_LOST; w++)
		sum += t->nr[w];
	return sum;
}

/* --- playing ------------------------------------------------------------------------ */

static struct kind *kind_of(struct explore *x, const struct event *event)
{
	char text[128], *end;

	event_describe(event, text, sizeof(text));
	end = strchr(text, ' ');
	if (end)
		*end = '\0';
	for (size_t i = 0; i < x->nr_kinds; i++)
		if (!strcmp(x->kinds[i].name, text))
			return &x->kinds[i];
	if (x->nr_kinds == MAX_KINDS)
		return &x->kinds[MAX_KINDS - 1];
	snprintf(x->kinds[x->nr_kinds].name, sizeof(x->kinds[0].name), "%.31s",
		 text);
	return &x->kinds[x->nr_kinds++];
}

/* an event of which the handlers hear nothing, and that harms nothing */
static bool is_dull(const struct explored *one)
{
	const struct tally *t = &one->worst[PATH_PAST_UPDATE];

	return !one->events && states_of(t) == t->nr[VERDICT_ACCURATE];
}

static int play_event(struct explore *x, const struct source_step *step,
		      const struct event *event)
{
	struct explored one;
	struct error err;

	if (explorer_play(x->explorer, event, &one, &err))
		return cli_fail("%s: %s: %s", x->file, step->text, err.text);
	if (is_dull(&one))
		return STATUS_GOOD;
	explored_add(&kind_of(x, event)->explored, &one);
	explored_add(&x->sum, &one);
	return STATUS_GOOD;
}

static int play(struct explore *x)
{
	int status = STATUS_GOOD;

	for (size_t i = 0; i < x->source.nr_steps && !status; i++) {
		const struct source_step *step = &x->source.steps[i];

		explorer_step(x->explorer);
		for (size_t e = 0; e < step->nr && !status; e++)
			status = play_event(x, step, &step->events[e]);
	}
	return status;
}

/* --- text --------------------------------------------------------------------------- */

static uint64_t time_of(const struct tally *t)
{
	uint64_t sum = 0;

	for (int w = 0; w <= VERDICT_LOST; w++)
		sum += t->ns[w];
	return sum;
}

static void print_row(const char *name, const struct explored *e,
		      enum crash_path path)
{
	const struct tally *t = &e->worst[path];
	uint64_t ns = time_of(t);
	char all[32];

	if (path == PATH_LINUX)
		printf("%-16s %6lu %9lu", name, e->events, e->stores);
	else
		printf("%-16s %6s %9s", "", "", "");
	printf("  %-11s %8lu", path_names[path], states_of(t));
	for (int w = 0; w <= VERDICT_LOST; w++)
		printf(" %10lu", t->nr[w]);
	duration_text(ns, all, sizeof(all));
	printf("  %10s %6.2f %%\n", all,
	       ns ? 100.0 * t->ns[VERDICT_ACCURATE] / ns : 100.0);
}

static void print_table(const struct explore *x)
{
	printf("%-16s %6s %9s  %-11s %8s", "event", "times", "stores",
	       "crash path", "states");
	for (int w = 0; w <= VERDICT_LOST; w++)
		printf(" %10s", verdict_name(w));
	printf("  %10s %8s\n", "time", "accurate");
	for (size_t i = 0; i < x->nr_kinds; i++)
		for (int p = 0; p < NR_PATHS; p++)
			print_row(x->kinds[i].name, &x->kinds[i].explored, p);
	for (int p = 0; p < NR_PATHS; p++)
		print_row("all", &x->sum, p);
}

static void print_worse(const struct explore *x)
{
	char text[96] = "";
	int used = 0;

	for (int w = VERDICT_LOST; w > VERDICT_ACCURATE; w--)
		if (x->sum.worse[w])
			used += snprintf(text + used, sizeof(text) - used,
					 "%s%lu %s", used ? ", " : "",
					 x->sum.worse[w], verdict_name(w));
	printf("states worse than before and after their update: %s\n",
	       used ? text : "none");
}

/* the word before and after, byte by byte, with a caret below what changed */
static void print_word(const struct store *s)
{
	for (int line = 0; line < 3; line++) {
		printf("    %s  ", line == 0 ? "was" : line == 1 ? "is " : "   ");
		for (int i = 0; i < 8; i++)
			if (line == 2)
				printf(" %s", s->old[i] != s->new[i] ? "^^" :
								       "  ");
			else
				printf(" %02x", line ? s->new[i] : s->old[i]);
		putchar('\n');
	}
}

static void print_first(const struct explore *x)
{
	for (int w = VERDICT_LOST; w > VERDICT_ACCURATE; w--) {
		const struct bad_state *bad = &x->sum.first[w];

		if (!bad->word)
			continue;
		printf("first %s: step %u (%s), after store %lu of %lu, CPU %u crashes\n    %s\n",
		       verdict_name(w), bad->step,
		       x->source.steps[bad->step - 1].text, bad->store,
		       bad->stores, bad->cpu, bad->why);
		if (x->source.scenario)
			printf("    to see it: behind that step, - crash: {cpu: %u, at-store: %lu%s}\n",
			       bad->cpu, bad->store,
			       machine_crash_past_update(x->machine) ? "" :
			       ", without-lock: true");
		if (!bad->has_change)
			continue;
		printf("    the last store: %s\n", bad->place);
		if (bad->last.changes)
			print_word(&bad->last);
	}
}

/* --- JSON ---------------------------------------------------------------------------- */

static json_t *json_tally(const struct tally *t)
{
	json_t *o = json_object();

	for (int w = 0; w <= VERDICT_LOST; w++)
		json_object_set_new(o, verdict_name(w),
			json_pack("{s:I, s:I}", "states", (json_int_t)t->nr[w],
				  "ns", (json_int_t)t->ns[w]));
	return o;
}

static json_t *json_explored(const char *name, const struct explored *e)
{
	json_t *o = json_pack("{s:s, s:I, s:I}", "event", name, "times",
			      (json_int_t)e->events, "stores",
			      (json_int_t)e->stores);

	for (int p = 0; p < NR_PATHS; p++) {
		json_t *path = json_pack("{s:o}", "worst",
					 json_tally(&e->worst[p]));

		for (int c = 0; c < NR_CRASHERS; c++)
			json_object_set_new(path, crasher_names[c],
					    json_tally(&e->states[p][c]));
		json_object_set_new(o, path_keys[p], path);
	}
	return o;
}

static json_t *json_bad(const struct bad_state *bad)
{
	json_t *o = json_pack("{s:s, s:i, s:I, s:I, s:i, s:s}", "verdict",
			      verdict_name(bad->word), "step", bad->step,
			      "at_store", (json_int_t)bad->store, "stores",
			      (json_int_t)bad->stores, "cpu", bad->cpu, "why",
			      bad->why);

	if (bad->has_change)
		json_object_set_new(o, "last_store", json_string(bad->place));
	return o;
}

/* {"lost": 57} */
static json_t *json_worse(const struct explored *e)
{
	json_t *o = json_object();

	for (int w = VERDICT_LOST; w > VERDICT_ACCURATE; w--)
		if (e->worse[w])
			json_object_set_new(o, verdict_name(w),
				json_integer((json_int_t)e->worse[w]));
	return o;
}

static int print_json(const struct explore *x)
{
	json_t *rows = json_array(), *first = json_array();

	for (size_t i = 0; i < x->nr_kinds; i++)
		json_array_append_new(rows, json_explored(x->kinds[i].name,
							  &x->kinds[i].explored));
	for (int w = VERDICT_LOST; w > VERDICT_ACCURATE; w--)
		if (x->sum.first[w].word)
			json_array_append_new(first,
					      json_bad(&x->sum.first[w]));
	return json_print(json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}",
				    "source", x->source.name, "arch",
				    cli_arch_name(x->source.machine->arch),
				    "handlers", x->handlers, "events", rows,
				    "all", json_explored("all", &x->sum),
				    "worse", json_worse(&x->sum), "first",
				    first));
}

/* --- the command ------------------------------------------------------------------------ */

static int set_up(struct explore *x)
{
	const struct handler_module *handlers;
	struct error err;

	if (event_source_open(&x->source, x->file, &err))
		return cli_fail("%s", err.text);
	handlers = cli_handlers(x->source.machine->arch, x->handlers, &err);
	if (!handlers)
		return cli_fail("%s", err.text);
	x->machine = machine_create(x->source.machine, handlers, &err);
	x->timed = x->machine ? machine_create(x->source.machine, handlers,
					       &err) : NULL;
	x->explorer = x->timed ? explorer_attach(x->machine, &err) : NULL;
	if (!x->explorer || explorer_time(x->explorer, x->timed, &err))
		return cli_fail("%s: %s", x->file, err.text);
	return STATUS_GOOD;
}

static int report(const struct explore *x)
{
	if (x->json)
		return print_json(x);
	printf("%s: %s, handlers %s\n", x->source.name,
	       cli_arch_name(x->source.machine->arch), x->handlers);
	print_table(x);
	print_worse(x);
	print_first(x);
	return STATUS_GOOD;
}

static bool all_accurate(const struct explore *x)
{
	const struct tally *t = &x->sum.worst[PATH_PAST_UPDATE];

	return states_of(t) == t->nr[VERDICT_ACCURATE];
}

static const struct argp_option options[] = {
	CLI_OPTION_HANDLERS,
	CLI_OPTION_JSON,
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explore *x = state->input;

	switch (key) {
	case 'H':
		x->handlers = arg;
		return 0;
	case 'j':
		x->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (x->file) {
			cli_fail("explore takes one scenario, not '%s' too",
				 arg);
			return EINVAL;
		}
		x->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "SCENARIO.yaml|CAPTURE",
	"Play a scenario, or what happened in a capture, and judge a crash after "
	"every store that the handlers make.\v"
	"Each event has two lines: a crash by the rule of Linux 6.12, which finds "
	"no image while the kexec lock is held, and one that goes past the lock "
	"of an update, as core's kernel does. 'time' is how long all those states "
	"last where nobody looks, 'accurate' the part of it. Exit status 0: past "
	"the update's lock, every state is accurate.",
	NULL, NULL, NULL
};

int cmd_explore(int argc, char **argv)
{
	struct explore x = { .handlers = "core" };
	int status;

	if (cli_parse(&argp, 0, argc, argv, &x))
		return STATUS_FAILED;
	if (!x.file)
		return cli_fail("explore: no scenario or capture given");
	status = set_up(&x);
	if (!status)
		status = play(&x);
	if (!status)
		status = report(&x);
	if (!status && !all_accurate(&x))
		status = STATUS_BAD;
	machine_destroy(x.machine);
	machine_destroy(x.timed);
	explorer_free(x.explorer);
	event_source_close(&x.source);
	return status;
}
