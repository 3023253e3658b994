// SPDX-License-Identifier: GPL-2.0-only
/* Tables: a block for each case, in it a line for each size and peer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "report.h"

#define COLUMN 16

/* three digits that count, and the unit that suits them */
static const char *time_text(double ns, char text[COLUMN])
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	unsigned int unit = 0;
	int decimals;

	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	decimals = !unit || ns >= 99.95 ? 0 : ns >= 9.995 ? 1 : 2;
	snprintf(text, COLUMN, "%.*f %s", decimals, ns, units[unit]);
	return text;
}

static const char *ratio_text(double ratio, char text[COLUMN])
{
	if (isnan(ratio))
		strcpy(text, "-");
	else
		snprintf(text, COLUMN, "%.*f", ratio >= 100 ? 0 :
			 ratio >= 10 ? 1 : ratio >= 1 ? 2 : 3, ratio);
	return text;
}

void table_begin(const struct results *results)
{
	if (*build_complaint())
		printf("note: %s\n", build_complaint());
	if (peers_find(results->peers, "upstream") < 0)
		puts("upstream is not here: ./dev bench builds its handlers out of a kernel tree,\n"
		     "and so does cmake with -DKERNEL_SOURCE=TREE");
}

static void print_title(const struct bench_case *c)
{
	printf("\n%s: %s\n", c->name, c->title);
	printf("  %6s  %-20s %8s %8s %9s %9s %8s %7s %7s\n", c->unit, "", "time",
	       "to core", "per event", "locked", "bytes", "hidden", "samples");
}

static void print_cell(const struct row *row, const struct peer *peer,
		       const struct cell *cell, double ratio, bool first)
{
	char time[COLUMN], versus[COLUMN], size[COLUMN] = "", each[COLUMN] = "";
	char locked[COLUMN] = "", hidden[COLUMN] = "";

	if (first)
		snprintf(size, sizeof(size), "%u", row->size);
	if (cell->events > 1)
		time_text((double)cell->median_ns / cell->events, each);
	if (!peer->copies && !row->c->loads) {
		time_text(cell->locked_ns, locked);
		snprintf(hidden, sizeof(hidden), "%u", cell->hidden);
	}
	printf("  %6s  %-20s %8s %8s %9s %9s %8zu %7s %7u\n", size, peer->name,
	       time_text(cell->median_ns, time), ratio_text(ratio, versus),
	       each, locked, cell->bytes, hidden, cell->samples);
}

static void print_remarks(const struct peer *peer, const struct cell *cell)
{
	if (*cell->verdict_why)
		printf("          %s: %s: %s\n", peer->name,
		       verdict_name(cell->verdict), cell->verdict_why);
	if (!cell->same)
		printf("          %s: not what core made: %s\n", peer->name,
		       cell->different);
}

void table_row(const struct results *results, size_t i)
{
	const struct row *row = &results->rows[i];
	unsigned int p;

	if (!i || results->rows[i - 1].c != row->c)
		print_title(row->c);
	for (p = 0; p < results->peers->nr; p++) {
		const struct peer *peer = &results->peers->peer[p];

		if (!row->cell[p].measured)
			continue;
		print_cell(row, peer, &row->cell[p], row_ratio(row, p), !p);
		print_remarks(peer, &row->cell[p]);
	}
	fflush(stdout);
}

void table_growth(const struct results *results, const struct bench_case *c)
{
	const char *between = "  growth (in the end): ";
	unsigned int p;

	for (p = 0; p < results->peers->nr; p++) {
		struct growth g = results_growth(results, c, p);

		if (isnan(g.all))
			continue;
		printf("%s%s %.2f (%.2f)", between,
		       results->peers->peer[p].name, g.all, g.end);
		between = ", ";
	}
	if (*between == ',')
		putchar('\n');
}

void table_targets(const struct results *results)
{
	char seen[COLUMN];
	unsigned int i;

	puts("\ntargets");
	for (i = 0; i < nr_targets; i++) {
		struct met met = target_check(i, results);

		printf("  %-90s %9s  %s\n", met.text,
		       isnan(met.seen) ? "not seen" :
		       ratio_text(met.seen, seen),
		       met.met ? "met" : "NOT MET");
	}
}
