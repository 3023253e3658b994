// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp bugs: the suite of known defects. Each entry's scenario is played
 * with core and with the handlers of a kernel tree, and the table says who
 * gets through.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bugs.h"
#include "cli.h"

/* --- what to play ---------------------------------------------------------------- */

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type != DT_REG;
}

static int list_ids(struct bugs *bugs, struct dirent ***list, int *nr)
{
	*nr = scandir(bugs->dir, list, is_entry, versionsort);
	if (*nr < 0)
		return cli_fail("%s: %s", bugs->dir, strerror(errno));
	if (!*nr)
		return cli_fail("%s: no entries", bugs->dir);
	return STATUS_GOOD;
}

static int open_upstream(struct bugs *bugs)
{
	char path[PATH_MAX + 64];
	const struct handler_module *h;
	struct error err;

	for (enum arch arch = ARCH_POWERPC; arch <= ARCH_X86_64; arch++) {
		if (!bugs->handlers_b &&
		    !cli_find_upstream(arch, path, sizeof(path)))
			continue;
		h = handlers_open(bugs->handlers_b ? bugs->handlers_b : path,
				  &err);
		if (!h)
			return cli_fail("%s", err.text);
		bugs->upstream[handlers_arch(h)] = h;
	}
	return STATUS_GOOD;
}

static int play_all(struct bugs *bugs, struct dirent **list, size_t nr_list)
{
	size_t nr = bugs->nr_ids ? bugs->nr_ids : nr_list;
	int status = STATUS_GOOD;

	bugs->rows = calloc(nr, sizeof(*bugs->rows));
	if (!bugs->rows)
		return cli_fail("out of memory");
	for (size_t i = 0; i < nr && !status; i++) {
		struct bug *bug = &bugs->rows[bugs->nr++];

		status = bug_row(bugs, bugs->nr_ids ? bugs->ids[i] :
				 list[i]->d_name, bug);
		bugs->right += !bug->wrong[0];
	}
	return status;
}

static int run(struct bugs *bugs)
{
	struct dirent **list = NULL;
	int nr = 0, status = STATUS_GOOD;

	if (!bugs->nr_ids)
		status = list_ids(bugs, &list, &nr);
	if (!status)
		status = open_upstream(bugs);
	if (!status)
		status = play_all(bugs, list, nr);
	if (!status)
		status = print_bugs(bugs);
	while (nr > 0)
		free(list[--nr]);
	free(list);
	return status ? status :
	       bugs->right < bugs->nr ? STATUS_BAD : STATUS_GOOD;
}

/* --- the command ---------------------------------------------------------------- */

enum { OPTION_DEFECTS = 256, OPTION_B, OPTION_DEMAND, OPTION_MUTANTS };

static const struct argp_option options[] = {
	{ "defects", OPTION_DEFECTS, "DIR", 0,
	  "The suite (default: tests/known-defects of the source tree)", 0 },
	{ "handlers-b", OPTION_B, "FILE.so", 0,
	  "Default: the upstream modules built with this program", 0 },
	{ "b-fails", OPTION_DEMAND, "INVARIANT", 0,
	  "A row is right when FILE.so breaks this one, as a mutant should", 0 },
	{ "mutants", OPTION_MUTANTS, "DIR", 0,
	  "One more column: core with the defect, DIR/ID/module-ARCH.so, which "
	  "the test mutants leaves in BUILD/mutants/mutants", 0 },
	CLI_OPTION_JSON,
	{ "verbose", 'v', NULL, 0,
	  "Also print what is found, and what the handlers say when they die",
	  0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct bugs *bugs = state->input;

	switch (key) {
	case OPTION_DEFECTS:
		bugs->dir = arg;
		return 0;
	case OPTION_B:
		bugs->handlers_b = arg;
		return 0;
	case OPTION_DEMAND:
		bugs->demand = arg;
		return 0;
	case OPTION_MUTANTS:
		bugs->mutants = arg;
		return 0;
	case 'j':
		bugs->json = true;
		return 0;
	case 'v':
		bugs->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		bugs->ids = state->argv + state->next;
		bugs->nr_ids = state->argc - state->next;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse_option, "[ID...]",
	"Play the scenario of each known defect with core, and with the "
	"handlers of a kernel tree.\v"
	"A row is right when core passes, and the handlers of Linux "
	JUDGED_RELEASE " fail with the entry's invariant where they have the "
	"defect and pass where it is fixed. Handlers of another release are "
	"only reported. Exit status: 0 all rows are right, 1 some are not, 2 "
	"could not run.",
	NULL, NULL, NULL
};

static void free_rows(struct bugs *bugs)
{
	for (size_t i = 0; i < bugs->nr; i++)
		bug_row_free(&bugs->rows[i]);
	free(bugs->rows);
}

int cmd_bugs(int argc, char **argv)
{
	struct bugs bugs = { .dir = CRASH_HP_KNOWN_DEFECTS };
	int status;

	if (cli_parse(&argp, 0, argc, argv, &bugs))
		return STATUS_FAILED;
	if (bugs.demand && !is_invariant(bugs.demand))
		return cli_fail("bugs: --b-fails %s: no such invariant",
				bugs.demand);
	if (bugs.demand && !bugs.handlers_b)
		return cli_fail("bugs: --b-fails needs --handlers-b");
	status = run(&bugs);
	free_rows(&bugs);
	return status;
}
