// SPDX-License-Identifier: GPL-2.0-only
/* A comparison for programs: JSON and CSV; times are whole nanoseconds. */
#include <inttypes.h>
#include <stdio.h>

#include "cli.h"
#include "compare.h"
#include "report.h"
#include "scheme_report.h"

/* --- JSON ------------------------------------------------------------------------------- */

static json_t *json_states(const uint64_t ns[NR_DUMP_STATES])
{
	json_t *object = json_object();

	for (int i = 0; i < NR_DUMP_STATES; i++)
		json_object_set_new(object, dump_state_name(i),
				    json_integer(ns[i]));
	return object;
}

static json_t *json_timeline(const struct timeline *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->nr; i++) {
		const struct interval *v = &t->intervals[i];

		json_array_append_new(array,
			json_pack("{s:I, s:I, s:s, s:s}",
				  "start_ns", (json_int_t)v->start,
				  "end_ns", (json_int_t)v->end,
				  "state", dump_state_name(v->state),
				  "verdict", verdict_name(v->word)));
	}
	return array;
}

static json_t *json_crashes(const struct scheme_run *run)
{
	json_t *array = json_array();

	for (size_t i = 0; i < run->nr_verdicts; i++) {
		const struct scheme_verdict *v = &run->verdicts[i];

		json_array_append_new(array,
			json_pack("{s:i, s:i, s:I, s:s, s:s}",
				  "line", v->line, "cpu", (int)v->cpu,
				  "time_ns", (json_int_t)v->time,
				  "state", dump_state_name(v->state),
				  "verdict", verdict_name(v->word)));
	}
	return array;
}

static json_t *json_chance(double chance)
{
	return chance < 0 ? json_null() : json_real(chance);
}

static json_t *json_row(const struct compare_row *row)
{
	const struct scheme_run *run = &row->play.run;
	const struct scheme_counts *n = &run->counts;

	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o}",
			 "scheme", row->scheme->name,
			 "reloads", n->reloads, "events", n->events,
			 "handled", n->handled, "merged", n->merged,
			 "lost", n->lost, "ignored", n->ignored,
			 "total_ns", (json_int_t)row->total,
			 "settled_ns", (json_int_t)row->settled,
			 "overall_ns", json_states(row->overall),
			 "storm_ns", json_states(row->storm),
			 "chance", json_chance(row->chance),
			 "chance_in_storm", json_chance(row->storm_chance),
			 "at_the_end", verdict_name(row->end),
			 "crashes", json_crashes(run),
			 "params", json_params(&row->play.params),
			 "timeline", json_timeline(&run->timeline));
}

int compare_json(const struct compare *c)
{
	json_t *rows = json_array(), *skipped = json_array();

	for (size_t i = 0; i < c->nr; i++)
		json_array_append_new(rows, json_row(&c->rows[i]));
	for (size_t i = 0; i < c->nr_skipped; i++)
		json_array_append_new(skipped,
			json_pack("{s:s, s:s}",
				  "scheme", c->skipped[i].scheme->name,
				  "why", c->skipped[i].why.text));
	return json_print(json_pack("{s:s, s:s, s:I, s:o, s:o}",
				    "scenario", c->scenario->name,
				    "arch", cli_arch_name(c->scenario->machine.arch),
				    "end_ns", (json_int_t)c->end,
				    "schemes", rows, "not_played", skipped));
}

/* --- CSV --------------------------------------------------------------------------------- */

static void csv_chance(double chance)
{
	if (chance < 0)
		printf(",");
	else
		printf(",%.9f", chance);
}

static void csv_row(const struct compare_row *row)
{
	const struct scheme_counts *n = &row->play.run.counts;

	printf("%s,%u,%u,%u,%u,%u,%u,%" PRIu64 ",%" PRIu64, row->scheme->name,
	       n->reloads, n->events, n->handled, n->merged, n->lost,
	       n->ignored, row->total, row->settled);
	for (int i = 0; i < NR_DUMP_STATES; i++)
		printf(",%" PRIu64, row->overall[i]);
	for (int i = 0; i < NR_DUMP_STATES; i++)
		printf(",%" PRIu64, row->storm[i]);
	csv_chance(row->chance);
	csv_chance(row->storm_chance);
	printf(",%s\n", verdict_name(row->end));
}

void compare_csv(const struct compare *c)
{
	printf("scheme,reloads,events,handled,merged,lost,ignored,total_ns,settled_ns");
	for (int i = 0; i < NR_DUMP_STATES; i++)
		printf(",%s_ns", dump_state_name(i));
	for (int i = 0; i < NR_DUMP_STATES; i++)
		printf(",storm_%s_ns", dump_state_name(i));
	printf(",chance,chance_in_storm,at_the_end\n");
	for (size_t i = 0; i < c->nr; i++)
		csv_row(&c->rows[i]);
}
