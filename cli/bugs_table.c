// SPDX-License-Identifier: GPL-2.0-only
/* The table of known defects, as text and as JSON. */
#include <stdio.h>
#include <string.h>

#include "bugs.h"
#include "cli.h"
#include "report.h"

/* no cell of the table needs more */
#define SHOWN_MAX 64

/* of the tree; of other handlers their name; NULL: there are none */
static const char *version_of(const struct bugs *bugs)
{
	const char *version;

	for (int i = 0; i < 2; i++) {
		if (!bugs->upstream[i])
			continue;
		version = handlers_version(bugs->upstream[i]);
		return version ? version : handlers_name(bugs->upstream[i]);
	}
	return NULL;
}

static void outcome_text(const struct defect *d, const struct outcome *o,
			 char *buf, size_t size)
{
	const struct bug_finding *f = main_finding(d, o);

	if (!o->tried)
		snprintf(buf, size, "-");
	else if (!o->play.played)
		snprintf(buf, size, "not played");
	else if (!f)
		snprintf(buf, size, "passes");
	else
		snprintf(buf, size, "fails %s", invariant_name(f->inv));
}

static const char *core_text(const struct bug *bug)
{
	if (!bug->core.played)
		return "not played";
	return bug->core.unexpected ? "fails" : "passes";
}

static void invariants_text(const struct defect *d, char *buf, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < d->nr_invariants && used < size; i++)
		used += snprintf(buf + used, size - used, "%s%s", i ? "/" : "",
				 d->invariants[i]);
}

static int title_width(const struct bugs *bugs)
{
	size_t width = strlen("title");

	for (size_t i = 0; i < bugs->nr; i++)
		if (strlen(bugs->rows[i].defect.title) > width)
			width = strlen(bugs->rows[i].defect.title);
	return (int)width;
}

static void print_shown(const struct bug *bug, const char *whose,
			const struct outcome *o)
{
	for (size_t i = 0; i < o->nr_shown; i++)
		printf("  %s: step %zu, %s: %s: %s\n", whose, o->step + 1,
		       bug->scenario->steps[o->step].text,
		       invariant_name(o->shown[i]->inv), o->shown[i]->text);
}

static void print_details(const struct bug *bug)
{
	const struct defect *d = &bug->defect;

	printf("  %s in Linux %s%s%s\n", d->present ? "present" : "fixed",
	       JUDGED_RELEASE, d->commit ? ", fixed by " : "",
	       d->commit ? d->commit : "");
	if (d->note)
		printf("  %s\n", d->note);
	print_shown(bug, "upstream", &bug->upstream);
	print_shown(bug, "mutant", &bug->mutant);
}

static void print_row(const struct bugs *bugs, const struct bug *bug, int width)
{
	const struct defect *d = &bug->defect;
	char upstream[SHOWN_MAX], mutant[SHOWN_MAX], invariants[SHOWN_MAX];

	outcome_text(d, &bug->upstream, upstream, sizeof(upstream));
	outcome_text(d, &bug->mutant, mutant, sizeof(mutant));
	invariants_text(d, invariants, sizeof(invariants));
	printf("%-10s %-*s  %-10s  %-18s  ", d->id, width, d->title,
	       core_text(bug), upstream);
	if (bugs->mutants)
		printf("%-14s  ", mutant);
	printf("%-16s  %zu%s%s\n", invariants, bug->events,
	       bug->wrong[0] ? "  WRONG: " : "", bug->wrong);
}

static void print_table(const struct bugs *bugs)
{
	const char *version = version_of(bugs);
	char head[SHOWN_MAX];
	int width = title_width(bugs);

	snprintf(head, sizeof(head), "upstream%s%s", version ? " " : "",
		 version ? version : "");
	printf("%-10s %-*s  %-10s  %-18s  %s%-16s  %s\n", "id", width, "title",
	       "core", head, bugs->mutants ? "mutant          " : "",
	       "invariant", "events");
	for (size_t i = 0; i < bugs->nr; i++) {
		print_row(bugs, &bugs->rows[i], width);
		if (bugs->verbose)
			print_details(&bugs->rows[i]);
	}
	if (!version)
		printf("no upstream handlers: build them with ./dev upstream\n");
	printf("%zu rows, %zu right\n", bugs->nr, bugs->right);
}

static json_t *json_outcome(const struct defect *d, const struct outcome *o)
{
	const struct bug_finding *f = main_finding(d, o);
	json_t *findings;

	if (!o->tried)
		return json_null();
	findings = json_array();
	for (size_t i = 0; i < o->nr_shown; i++)
		json_array_append_new(findings,
			json_pack("{s:s, s:s}", "invariant",
				  invariant_name(o->shown[i]->inv),
				  "text", o->shown[i]->text));
	return json_pack("{s:b, s:b, s:s?, s:i, s:o}",
			 "played", o->play.played,
			 "passes", o->play.played && !f,
			 "invariant", f ? invariant_name(f->inv) : NULL,
			 "step", f ? (int)f->step + 1 : 0,
			 "findings", findings);
}

static json_t *json_bug(const struct bug *bug)
{
	const struct defect *d = &bug->defect;
	json_t *invariants = json_array();

	for (size_t i = 0; i < d->nr_invariants; i++)
		json_array_append_new(invariants, json_string(d->invariants[i]));
	return json_pack("{s:s, s:s, s:o, s:s, s:s?, s:s?, s:i, s:s, s:o, s:o, s:b, s:s}",
			 "id", d->id, "title", d->title,
			 "invariants", invariants,
			 "status", d->present ? "present" : "fixed",
			 "commit", d->commit, "note", d->note,
			 "events", (int)bug->events, "core", core_text(bug),
			 "upstream", json_outcome(d, &bug->upstream),
			 "mutant", json_outcome(d, &bug->mutant),
			 "right", !bug->wrong[0], "wrong", bug->wrong);
}

static int print_json(const struct bugs *bugs)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < bugs->nr; i++)
		json_array_append_new(rows, json_bug(&bugs->rows[i]));
	return json_print(json_pack("{s:s?, s:o, s:i, s:i}",
				    "upstream", version_of(bugs), "rows", rows,
				    "nr", (int)bugs->nr,
				    "right", (int)bugs->right));
}

int print_bugs(const struct bugs *bugs)
{
	if (bugs->json)
		return print_json(bugs);
	print_table(bugs);
	return STATUS_GOOD;
}
