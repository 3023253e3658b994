// SPDX-License-Identifier: GPL-2.0-only
/* One entry of the suite: played with each set of handlers, and judged. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bugs.h"
#include "cli.h"

/* --- who gets through ---------------------------------------------------------- */

/* worse than what core makes of it */
static bool is_news(const struct bug *bug, const struct bug_finding *f)
{
	const struct bug_finding *same;

	same = bug_play_find(&bug->core, f->step, f->inv);
	return !same || f->word > same->word;
}

static void find_shown(const struct bug *bug, struct outcome *o)
{
	for (size_t i = 0; i < o->play.nr; i++) {
		const struct bug_finding *f = &o->play.findings[i];

		if (!is_news(bug, f) || (o->nr_shown && f->step != o->step))
			continue;
		o->step = f->step;
		o->shown[o->nr_shown++] = f;
	}
}

static bool is_named(const struct defect *d, enum invariant inv)
{
	for (size_t i = 0; i < d->nr_invariants; i++)
		if (!strcmp(d->invariants[i], invariant_name(inv)))
			return true;
	return false;
}

const struct bug_finding *main_finding(const struct defect *defect,
				       const struct outcome *outcome)
{
	for (size_t i = 0; i < outcome->nr_shown; i++)
		if (is_named(defect, outcome->shown[i]->inv))
			return outcome->shown[i];
	return outcome->nr_shown ? outcome->shown[0] : NULL;
}

static bool shows(const struct outcome *outcome, const char *invariant)
{
	for (size_t i = 0; i < outcome->nr_shown; i++)
		if (!strcmp(invariant_name(outcome->shown[i]->inv), invariant))
			return true;
	return false;
}

static bool is_judged_release(const struct handler_module *h)
{
	const char *version = h ? handlers_version(h) : NULL;

	return version && !strcmp(version, JUDGED_RELEASE);
}

static void judge_upstream(struct bug *bug)
{
	const struct defect *d = &bug->defect;
	const struct bug_finding *f = main_finding(d, &bug->upstream);
	size_t size = sizeof(bug->wrong);

	if (!d->present && f)
		snprintf(bug->wrong, size, "is fixed there, but fails with %s at step %zu",
			 invariant_name(f->inv), f->step + 1);
	else if (d->present && !f)
		snprintf(bug->wrong, size, "is present there, but passes");
	else if (d->present && !is_named(d, f->inv))
		snprintf(bug->wrong, size, "fails with %s at step %zu, which is not its invariant",
			 invariant_name(f->inv), f->step + 1);
}

static void judge_demand(const struct bugs *bugs, struct bug *bug)
{
	if (!bug->upstream.tried)
		snprintf(bug->wrong, sizeof(bug->wrong),
			 "%.500s is for another architecture",
			 bugs->handlers_b);
	else if (!shows(&bug->upstream, bugs->demand))
		snprintf(bug->wrong, sizeof(bug->wrong),
			 "does not fail with %s", bugs->demand);
}

/* handlers that should be judged, and could not play; false: none */
static bool judge_play(struct bug *bug, const char *whose,
		       const struct bug_play *play)
{
	if (play->played)
		return false;
	snprintf(bug->wrong, sizeof(bug->wrong), "%s: cannot be played: %.500s",
		 whose, play->why);
	return true;
}

static void judge_bug(const struct bugs *bugs, struct bug *bug)
{
	const struct outcome *upstream = &bug->upstream;
	const struct outcome *mutant = &bug->mutant;

	if (judge_play(bug, "core", &bug->core) ||
	    (upstream->tried && judge_play(bug, "upstream", &upstream->play)) ||
	    (mutant->tried && judge_play(bug, "mutant", &mutant->play)))
		return;
	if (bug->core.unexpected)
		snprintf(bug->wrong, sizeof(bug->wrong), "core: %.500s",
			 bug->core.first_unexpected);
	else if (mutant->tried && !mutant->nr_shown)
		snprintf(bug->wrong, sizeof(bug->wrong), "the mutant passes");
	else if (bugs->demand)
		judge_demand(bugs, bug);
	else if (is_judged_release(bugs->upstream[bug->scenario->machine.arch]))
		judge_upstream(bug);
}

/* --- playing ------------------------------------------------------------------- */

/* a name that no judge knows would never be found */
bool is_invariant(const char *name)
{
	for (enum invariant i = 0; i < NR_INVARIANTS; i++)
		if (!strcmp(invariant_name(i), name))
			return true;
	return false;
}

static int read_bug(const struct bugs *bugs, const char *id, struct bug *bug)
{
	struct defect *d = &bug->defect;
	char path[PATH_MAX];
	struct error err;

	if (snprintf(path, sizeof(path), "%s/%s/defect.yaml", bugs->dir, id) >=
	    (int)sizeof(path))
		return cli_fail("%s: the path is too long", bugs->dir);
	if (defect_read(path, d, &err))
		return cli_fail("%s", err.text);
	if (strcmp(d->id, id))
		return cli_fail("%s: id is %s, the folder %s", path, d->id, id);
	for (size_t i = 0; i < d->nr_invariants; i++)
		if (!is_invariant(d->invariants[i]))
			return cli_fail("%s: no invariant '%s'", path,
					d->invariants[i]);
	snprintf(path, sizeof(path), "%s/%s/scenario.yaml", bugs->dir, id);
	bug->scenario = scenario_read(path, &err);
	if (!bug->scenario)
		return cli_fail("%s", err.text);
	for (size_t i = 0; i < bug->scenario->nr_steps; i++)
		bug->events += bug->scenario->steps[i].nr_events;
	return STATUS_GOOD;
}

/* with handlers that may be NULL */
static int play_outcome(const struct bugs *bugs, struct bug *bug,
			const struct handler_module *h, struct outcome *o)
{
	struct error err;

	if (!h)
		return STATUS_GOOD;
	o->tried = true;
	if (bug_play(bug->scenario, h, !bugs->verbose, &o->play, &err))
		return cli_fail("%s", err.text);
	find_shown(bug, o);
	return STATUS_GOOD;
}

/* the module that the test "mutants" has left: DIR/KB-02/module-powerpc.so */
static int open_mutant(const struct bugs *bugs, const struct bug *bug,
		       const struct handler_module **h)
{
	char path[PATH_MAX];
	struct error err;

	*h = NULL;
	if (!bugs->mutants)
		return STATUS_GOOD;
	if (snprintf(path, sizeof(path), "%s/%s/module-%s.so", bugs->mutants,
		     bug->defect.id,
		     cli_arch_name(bug->scenario->machine.arch)) >=
	    (int)sizeof(path))
		return cli_fail("%s: the path is too long", bugs->mutants);
	if (access(path, R_OK))
		return STATUS_GOOD;
	*h = handlers_open(path, &err);
	return *h ? STATUS_GOOD : cli_fail("%s", err.text);
}

static int play_bug(const struct bugs *bugs, struct bug *bug)
{
	enum arch arch = bug->scenario->machine.arch;
	const struct handler_module *h;
	struct error err;

	h = cli_handlers(arch, "core", &err);
	if (!h || bug_play(bug->scenario, h, !bugs->verbose, &bug->core, &err))
		return cli_fail("%s", err.text);
	if (play_outcome(bugs, bug, bugs->upstream[arch], &bug->upstream) ||
	    open_mutant(bugs, bug, &h) ||
	    play_outcome(bugs, bug, h, &bug->mutant))
		return STATUS_FAILED;
	judge_bug(bugs, bug);
	return STATUS_GOOD;
}

int bug_row(const struct bugs *bugs, const char *id, struct bug *bug)
{
	int status = read_bug(bugs, id, bug);

	return status ? status : play_bug(bugs, bug);
}

void bug_row_free(struct bug *bug)
{
	defect_free(&bug->defect);
	scenario_free(bug->scenario);
	bug_play_free(&bug->core);
	bug_play_free(&bug->upstream.play);
	bug_play_free(&bug->mutant.play);
}
