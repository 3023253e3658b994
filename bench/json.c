// SPDX-License-Identifier: GPL-2.0-only
/* JSON: the same numbers, not rounded. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "file.h"
#include "report.h"

/* JSON has no NAN */
static json_t *number(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

static json_t *cell_json(const struct row *row, const struct peers *peers,
			 unsigned int peer)
{
	const struct cell *cell = &row->cell[peer];

	return json_pack("{s:s, s:i, s:I, s:I, s:I, s:i, s:I, s:i, s:o, s:s, s:s, s:b, s:s}",
			 "peer", peers->peer[peer].name,
			 "samples", (int)cell->samples,
			 "median_ns", (json_int_t)cell->median_ns,
			 "fastest_ns", (json_int_t)cell->fastest_ns,
			 "locked_ns", (json_int_t)cell->locked_ns,
			 "events", (int)cell->events,
			 "bytes", (json_int_t)cell->bytes,
			 "hidden", (int)cell->hidden,
			 "to_core", number(row_ratio(row, peer)),
			 "verdict", verdict_name(cell->verdict),
			 "verdict_why", cell->verdict_why,
			 "same", (int)cell->same,
			 "different", cell->different);
}

static json_t *row_json(const struct row *row, const struct peers *peers)
{
	json_t *cells = json_array();
	unsigned int p;

	for (p = 0; p < peers->nr; p++)
		if (row->cell[p].measured)
			json_array_append_new(cells, cell_json(row, peers, p));
	return json_pack("{s:s, s:s, s:i, s:o}", "case", row->c->name, "unit",
			 row->c->unit, "size", (int)row->size, "peers", cells);
}

/* exponents, by peer */
static json_t *case_growth(const struct results *results,
			   const struct bench_case *c)
{
	json_t *peers = json_object();
	unsigned int p;

	for (p = 0; p < results->peers->nr; p++) {
		struct growth g = results_growth(results, c, p);

		if (!isnan(g.all))
			json_object_set_new(peers,
					    results->peers->peer[p].name,
					    json_pack("{s:f, s:f}", "all",
						      g.all, "end", g.end));
	}
	return peers;
}

static json_t *growth_json(const struct results *results)
{
	json_t *cases = json_object();
	unsigned int i;

	for (i = 0; i < nr_bench_cases; i++)
		json_object_set_new(cases, bench_cases[i].name,
				    case_growth(results, &bench_cases[i]));
	return cases;
}

static json_t *targets_json(const struct results *results)
{
	json_t *targets = json_array();
	unsigned int i;

	for (i = 0; i < nr_targets; i++) {
		struct met met = target_check(i, results);

		json_array_append_new(targets,
			json_pack("{s:s, s:o, s:f, s:b}", "target", met.text,
				  "seen", number(met.seen), "limit", met.limit,
				  "met", (int)met.met));
	}
	return targets;
}

static json_t *all_json(const struct results *results, bool targets)
{
	json_t *rows = json_array(), *root;
	size_t i;

	for (i = 0; i < results->nr; i++)
		json_array_append_new(rows, row_json(&results->rows[i],
						     results->peers));
	root = json_pack("{s:s, s:o, s:o}", "build", build_complaint(), "rows",
			 rows, "growth", growth_json(results));
	if (targets)
		json_object_set_new(root, "targets", targets_json(results));
	return root;
}

/* "DIR/NAME": the folder, to be freed, and the name */
static char *split(const char *file, const char **name)
{
	const char *slash = strrchr(file, '/');

	*name = slash ? slash + 1 : file;
	return slash ? strndup(file, slash - file + 1) : strdup(".");
}

int json_can_write(const char *file, struct error *err)
{
	const char *name;
	char *dir = split(file, &name);
	int ret = 0;

	if (!dir || access(dir, W_OK | X_OK))
		ret = fail(err, "%s: %s", file, strerror(errno));
	else if (!*name)
		ret = fail(err, "%s is no name of a file", file);
	free(dir);
	return ret;
}

static int write_file(const char *file, const char *text, struct error *err)
{
	const char *name;
	char *dir = split(file, &name);
	int ret = dir ? file_write(dir, name, text, strlen(text), err) :
			fail(err, "out of memory");

	free(dir);
	return ret;
}

int json_write(const struct results *results, bool targets, const char *file,
	       struct error *err)
{
	json_t *root = all_json(results, targets);
	char *text = json_dumps(root, JSON_INDENT(2));
	int ret = 0;

	json_decref(root);
	if (!text)
		return fail(err, "out of memory");
	if (strcmp(file, "-"))
		ret = write_file(file, text, err);
	else
		puts(text);
	free(text);
	return ret;
}
