// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp compare: the same events under several schemes, and how long each of
 * them had no accurate dump to give.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "compare.h"

struct compare_args {
	const char *file;
	const char *schemes;
	const char *svg;
	bool json;
	bool csv;
	struct compare c;
};

uint64_t compare_exposed(const struct compare_row *row)
{
	return row->overall[DUMP_STALE] + row->overall[DUMP_TORN] +
	       row->overall[DUMP_NONE];
}

/* --- which schemes ------------------------------------------------------------------ */

static int add_row(struct compare *c, const struct scheme *scheme)
{
	for (size_t i = 0; i < c->nr; i++)
		if (c->rows[i].scheme == scheme)
			return cli_fail("--schemes: '%s' stands there twice",
					scheme->name);
	if (c->nr == COMPARE_MAX)
		return cli_fail("more than %d schemes", COMPARE_MAX);
	c->rows[c->nr++].scheme = scheme;
	return STATUS_GOOD;
}

static int choose_named(struct compare *c, const char *list)
{
	char *copy = strdup(list), *save = NULL, *name;
	int status = STATUS_GOOD;

	if (!copy)
		return cli_fail("out of memory");
	for (name = strtok_r(copy, ",", &save); name && !status;
	     name = strtok_r(NULL, ",", &save)) {
		const struct scheme *scheme = scheme_find(name);

		status = scheme ? add_row(c, scheme) :
			 scheme_unknown("--schemes", name);
	}
	free(copy);
	if (!status && !c->nr)
		status = cli_fail("--schemes: none are named");
	return status;
}

/* all that this machine and this build can play */
static int choose_all(struct compare *c)
{
	struct compare_skipped *s;

	for (size_t i = 0; schemes[i]; i++) {
		s = &c->skipped[c->nr_skipped];
		if (scheme_available(schemes[i], c->scenario->machine.arch,
				     &s->why)) {
			if (add_row(c, schemes[i]))
				return STATUS_FAILED;
		} else {
			s->scheme = schemes[i];
			c->nr_skipped++;
		}
	}
	return STATUS_GOOD;
}

static int check_options(const struct compare *c)
{
	const struct scheme *chosen[COMPARE_MAX];

	for (size_t i = 0; i < c->nr; i++)
		chosen[i] = c->rows[i].scheme;
	return scheme_options_check(&c->options, chosen, c->nr);
}

/* --- playing ------------------------------------------------------------------------- */

static int play_row(struct compare *c, struct compare_row *row)
{
	struct scheme_play *p = &row->play;
	struct scheme_crash crash;
	struct error err;

	if (scheme_play_start(p, row->scheme, c->scenario, &c->options) ||
	    scheme_play_until(p, TIME_NEVER))
		return STATUS_FAILED;
	if (scheme_run_crash(&p->run, UINT32_MAX, &crash, &row->end, &err))
		return cli_fail("scheme %s: %s", row->scheme->name, err.text);
	row->total = p->run.settled;
	row->settled = p->run.settled - p->run.last_event;
	/* later than that where the scenario crashes later */
	if (p->run.now > c->end)
		c->end = p->run.now;
	return STATUS_GOOD;
}

static void sum_row(struct compare *c, struct compare_row *row)
{
	struct scheme_run *run = &row->play.run;

	timeline_close(&run->timeline, c->end);
	timeline_sum(&run->timeline, 0, c->end, row->overall);
	timeline_sum(&run->timeline, run->first_event, run->last_event,
		     row->storm);
	row->chance = timeline_chance(&run->timeline, 0, c->end);
	row->storm_chance = timeline_chance(&run->timeline, run->first_event,
					    run->last_event);
}

static int play(struct compare *c)
{
	for (size_t i = 0; i < c->nr; i++)
		if (play_row(c, &c->rows[i]))
			return STATUS_FAILED;
	for (size_t i = 0; i < c->nr; i++)
		sum_row(c, &c->rows[i]);
	return STATUS_GOOD;
}

/* --- the command ---------------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "schemes", 's', "A,B,...", 0,
	  "Schemes to play (default: all that this machine can have)", 0 },
	CLI_OPTION_PARAM,
	CLI_OPTION_RULES,
	CLI_OPTION_JSON,
	{ "csv", 'c', NULL, 0, "Print one line for each scheme, as CSV", 0 },
	{ "svg", 'S', "FILE", 0,
	  "Also draw the timelines into FILE (needs gnuplot)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare_args *a = state->input;

	switch (key) {
	case 's':
		a->schemes = arg;
		return 0;
	case 'P':
	case 'R':
		return scheme_option(&a->c.options, key, arg);
	case 'j':
		a->json = true;
		return 0;
	case 'c':
		a->csv = true;
		return 0;
	case 'S':
		a->svg = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->file) {
			cli_fail("compare plays one scenario, not '%s' too", arg);
			return EINVAL;
		}
		a->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "SCENARIO.yaml",
	"Play a scenario under several schemes of keeping the image true, and "
	"say how long each had no accurate dump to give, and how likely a crash "
	"at a random moment gives one.\v"
	"Times are of a virtual clock; the parameters behind them are printed. "
	"Exit status 0 if all could be played.",
	NULL, NULL, NULL
};

static int print(struct compare_args *a)
{
	if (a->svg && compare_svg(&a->c, a->svg))
		return STATUS_FAILED;
	if (a->json)
		return compare_json(&a->c);
	if (a->csv)
		compare_csv(&a->c);
	else
		compare_text(&a->c);
	return STATUS_GOOD;
}

static int compare(struct compare_args *a)
{
	struct compare *c = &a->c;
	struct error err;

	c->scenario = scenario_read(a->file, &err);
	if (!c->scenario)
		return cli_fail("%s", err.text);
	if ((a->schemes ? choose_named(c, a->schemes) : choose_all(c)) ||
	    check_options(c) || play(c))
		return STATUS_FAILED;
	return print(a);
}

int cmd_compare(int argc, char **argv)
{
	struct compare_args *a = calloc(1, sizeof(*a));
	int status = STATUS_FAILED;

	if (!a)
		return cli_fail("out of memory");
	if (!cli_parse(&argp, 0, argc, argv, a)) {
		if (!a->file)
			cli_fail("compare: no scenario given");
		else if (a->json && a->csv)
			cli_fail("compare: --json or --csv, not both");
		else
			status = compare(a);
	}
	for (size_t i = 0; i < a->c.nr; i++)
		scheme_play_end(&a->c.rows[i].play);
	if (a->c.scenario)
		scenario_free(a->c.scenario);
	free(a);
	return status;
}
