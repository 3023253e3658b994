// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as a person reads it. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "compare.h"
#include "scheme_report.h"

#define NAME_WIDTH 22

/* --- the table ------------------------------------------------------------------------ */

static void print_chance(double chance)
{
	if (chance < 0)
		printf("  %8s", "-");
	else if (chance == 0 || chance == 1)
		printf("  %7.0f%%", 100 * chance);
	else
		printf("  %7.*f%%", chance > 0.999 ? 4 : 2, 100 * chance);
}

static void print_duration(uint64_t ns)
{
	char text[32];

	duration_print(ns, text, sizeof(text));
	printf("  %9s", text);
}

static void print_row(const struct compare_row *row)
{
	const struct scheme_counts *n = &row->play.run.counts;

	printf("%-*s  %7u  %6u  %7u  %6u  %4u  %7u", NAME_WIDTH,
	       row->scheme->name, n->reloads, n->events, n->handled, n->merged,
	       n->lost, n->ignored);
	print_duration(row->total);
	print_duration(row->settled);
	print_duration(row->overall[DUMP_NONE]);
	print_duration(row->overall[DUMP_TORN]);
	print_duration(row->overall[DUMP_STALE]);
	print_duration(row->overall[DUMP_ACCURATE]);
	print_chance(row->chance);
	print_chance(row->storm_chance);
	printf("  %s\n", verdict_name(row->end));
}

static void print_table(const struct compare *c)
{
	printf("%-*s  %7s  %6s  %7s  %6s  %4s  %7s  %9s  %9s  %9s  %9s  %9s  %9s  %8s  %8s  %s\n",
	       NAME_WIDTH, "scheme", "reloads", "events", "handled", "merged",
	       "lost", "ignored", "done at", "settled", "none", "torn", "stale",
	       "accurate", "chance", "in storm", "at the end");
	for (size_t i = 0; i < c->nr; i++)
		print_row(&c->rows[i]);
}

/* --- the scenario's crashes ------------------------------------------------------------ */

static void print_crash(const struct compare *c, size_t n)
{
	const struct scheme_verdict *v = &c->rows[0].play.run.verdicts[n];

	printf("crash of CPU %u (line %d):", v->cpu, v->line);
	for (size_t i = 0; i < c->nr; i++) {
		v = &c->rows[i].play.run.verdicts[n];
		printf("%s %s %s", i ? "," : "", c->rows[i].scheme->name,
		       verdict_name(v->word));
	}
	putchar('\n');
}

/* --- who is best ------------------------------------------------------------------------ */

static const struct compare_row *best_row(const struct compare *c)
{
	const struct compare_row *best = &c->rows[0];

	for (size_t i = 1; i < c->nr; i++)
		if (compare_exposed(&c->rows[i]) < compare_exposed(best))
			best = &c->rows[i];
	return best;
}

static void print_best(const struct compare *c)
{
	const struct compare_row *best = best_row(c);
	uint64_t least = compare_exposed(best);
	const char *sep = "; the others: ";
	double ratio;
	char text[32];

	if (c->nr < 2)
		return;
	duration_print(least, text, sizeof(text));
	printf("least time without an accurate dump: %s, %s", best->scheme->name,
	       text);
	for (size_t i = 0; i < c->nr; i++) {
		const struct compare_row *row = &c->rows[i];

		if (row == best)
			continue;
		printf("%s%s ", sep, row->scheme->name);
		sep = ", ";
		duration_print(compare_exposed(row), text, sizeof(text));
		ratio = least ? (double)compare_exposed(row) / least : 0;
		if (least)
			printf("%.*f times", ratio < 100 ? 2 : 0, ratio);
		else
			printf("%s", text);
	}
	puts(least ? " as long" : "");
}

/* --- parameters -------------------------------------------------------------------------- */

static const struct param *find_param(const struct params *params,
				      const char *name)
{
	for (size_t i = 0; i < params->nr; i++)
		if (!strcmp(params->p[i].spec->name, name))
			return &params->p[i];
	return NULL;
}

/* has a scheme before @row this parameter with this value? */
static bool printed_before(const struct compare *c, size_t row,
			   const struct param *p)
{
	const struct param *q;

	for (size_t i = 0; i < row; i++) {
		q = find_param(&c->rows[i].play.params, p->spec->name);
		if (q && q->value == p->value && q->spec->source == p->spec->source)
			return true;
	}
	return false;
}

/* all schemes that have it have it with one value */
static bool is_common(const struct compare *c, const struct param *p)
{
	const struct param *q;

	for (size_t i = 0; i < c->nr; i++) {
		q = find_param(&c->rows[i].play.params, p->spec->name);
		if (q && q->value != p->value)
			return false;
	}
	return true;
}

/* " [none, in-kernel]": those that have it with this value, if not all have it so */
static void list_schemes(const struct compare *c, size_t row,
			 const struct param *p, char *buf, size_t size)
{
	const struct param *q;
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = row; i < c->nr && !is_common(c, p) && used < size; i++) {
		q = find_param(&c->rows[i].play.params, p->spec->name);
		if (q && q->value == p->value)
			used += snprintf(buf + used, size - used, "%s%s",
					 used ? ", " : " [",
					 c->rows[i].scheme->name);
	}
	if (used && used + 1 < size)
		strcat(buf, "]");
}

static void print_params(const struct compare *c)
{
	char who[256];

	puts(SCHEME_MODEL_LINE);
	for (size_t i = 0; i < c->nr; i++) {
		const struct params *params = &c->rows[i].play.params;

		for (size_t p = 0; p < params->nr; p++)
			if (!printed_before(c, i, &params->p[p])) {
				list_schemes(c, i, &params->p[p], who,
					     sizeof(who));
				scheme_param_print(&params->p[p], who);
			}
	}
}

void compare_text(const struct compare *c)
{
	char end[32];

	duration_print(c->end, end, sizeof(end));
	printf("%s: %s, %s on the virtual clock\n", c->scenario->name,
	       cli_arch_name(c->scenario->machine.arch), end);
	print_table(c);
	for (size_t n = 0; n < c->rows[0].play.run.nr_verdicts; n++)
		print_crash(c, n);
	print_best(c);
	for (size_t i = 0; i < c->nr_skipped; i++)
		printf("not played: %s: %s\n", c->skipped[i].scheme->name,
		       c->skipped[i].why.text);
	print_params(c);
}
