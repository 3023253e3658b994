/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crash-hp bugs: the rows of the suite, and the table of them.
 */
#ifndef CLI_BUGS_H
#define CLI_BUGS_H

#include "bug_play.h"
#include "defect.h"
#include "scenario.h"

/* the release that defect.yaml speaks of */
#define JUDGED_RELEASE "6.12.117"

/**
 * struct outcome - what other handlers make of a scenario, next to core
 * @tried: there are such handlers
 * @shown: the invariants that they leave broken and core does not, at the
 *	first step where there are any; @step is that, from 0
 */
struct outcome {
	bool tried;
	struct bug_play play;
	const struct bug_finding *shown[NR_INVARIANTS];
	size_t nr_shown;
	size_t step;
};

/**
 * struct bug - a row
 * @core, @upstream, @mutant: how the handlers did
 * @events: of the scenario
 * @wrong: why the row is not right, or empty
 */
struct bug {
	struct defect defect;
	struct scenario *scenario;
	struct bug_play core;
	struct outcome upstream;
	struct outcome mutant;
	size_t events;
	char wrong[640];
};

/**
 * struct bugs - the command
 * @ids: those asked for; all if @nr_ids is 0
 * @handlers_b: the file given, or NULL: the upstream modules
 * @mutants: folder with modules of core with the defect, or NULL
 * @demand: @handlers_b has to break this invariant, or NULL
 * @upstream: by architecture
 * @right: rows
 */
struct bugs {
	char **ids;
	size_t nr_ids;
	const char *dir;
	const char *handlers_b;
	const char *mutants;
	const char *demand;
	bool json;
	bool verbose;

	const struct handler_module *upstream[2];
	struct bug *rows;
	size_t nr;
	size_t right;
};

/* bug_row.c: read, play and judge the entry @id; an enum exit_status */
int bug_row(const struct bugs *bugs, const char *id, struct bug *bug);
void bug_row_free(struct bug *bug);
/* is there an invariant of this name? */
bool is_invariant(const char *name);
/* what the handlers fail with: what the entry names, else the first that is
 * found; NULL: they pass
 */
const struct bug_finding *main_finding(const struct defect *defect,
				       const struct outcome *outcome);

/* bugs_table.c; an enum exit_status */
int print_bugs(const struct bugs *bugs);

#endif /* CLI_BUGS_H */
