// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp shrink: the smallest scenario that still fails in the same way. Items
 * go first, in chunks that halve (delta debugging), then lines, then numbers, then
 * nodes of the device tree.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "file.h"
#include "playback.h"
#include "scenario.h"
#include "shrink_text.h"
#include "shrink_tree.h"

/* of a candidate, in a folder of its own */
#define SCENARIO "s.yaml"
#define TREE "s.dts"

/**
 * struct failure - the first verdict that is not what it should be
 * @inv: invariant of its first finding, NR_INVARIANTS when there is none
 */
struct failure {
	bool any;
	enum verdict_word word;
	enum invariant inv;
};

/**
 * struct shrink - the command
 * @dir: candidates are written there
 * @tree: its device tree, when that is shrunk as well
 * @tree_path: where that is, as it was at first
 * @failure: how the scenario fails
 * @runs: candidates that were played
 */
struct shrink {
	const char *file;
	const char *out;
	const char *handlers;
	char dir[32];
	struct shrink_text text;
	struct shrink_text tree;
	char *tree_path;
	bool tree_smaller;
	struct failure failure;
	unsigned int runs;
};

/* --- playing a candidate ------------------------------------------------------- */

static void take_failure(struct failure *f, const struct verdict *verdict)
{
	*f = (struct failure){ true, verdict->word, NR_INVARIANTS };
	for (size_t i = 0; i < verdict->nr && f->inv == NR_INVARIANTS; i++)
		if (!verdict->findings[i].remark)
			f->inv = verdict->findings[i].inv;
}

/* the rules of `run`: a step that says what it expects is measured at its end */
static bool is_bad(const struct scenario_step *step, size_t e, bool judged,
		   const struct verdict *verdict)
{
	if (!step->expect)
		return judged && verdict->word != VERDICT_ACCURATE;
	return e == step->nr_events - 1 && strcmp(step->expect, "any") &&
	       (!judged || strcmp(verdict_name(verdict->word), step->expect));
}

static int play_step(struct playback *p, const struct scenario_step *step,
		     struct failure *f, struct error *err)
{
	struct event_report report;
	bool judged;

	for (size_t e = 0; e < step->nr_events && !f->any; e++) {
		struct verdict verdict = { 0 };

		if (playback_apply(p, &step->events[e], &report, err))
			return -1;
		if (playback_judge(p, &step->events[e], report.violations,
				   &verdict, &judged))
			return fail(err, "out of memory while judging");
		if (is_bad(step, e, judged, &verdict))
			take_failure(f, &verdict);
		verdict_free(&verdict);
	}
	return 0;
}

static int play(const struct shrink *sh, const struct scenario *s,
		struct failure *f, struct error *err)
{
	const struct handler_module *handlers;
	struct playback p = { 0 };
	int ret = 0;

	*f = (struct failure){ 0 };
	handlers = cli_handlers(s->machine.arch, sh->handlers, err);
	if (!handlers || playback_start(&p, &s->machine, handlers, err))
		return -1;
	for (size_t i = 0; i < s->nr_steps && !ret && !f->any; i++)
		ret = play_step(&p, &s->steps[i], f, err);
	playback_end(&p);
	return ret;
}

static int write_candidate(struct shrink *sh, struct error *err)
{
	size_t size, tree_size = 0;
	char *text = shrink_text_join(&sh->text, &size);
	char *tree = sh->tree.nr ? shrink_tree_join(&sh->tree, &tree_size) :
				   NULL;
	int ret;

	if (!text || (sh->tree.nr && !tree))
		ret = fail(err, "out of memory");
	else if (tree && file_write(sh->dir, TREE, tree, tree_size, err))
		ret = -1;
	else
		ret = file_write(sh->dir, SCENARIO, text, size, err);
	free(tree);
	free(text);
	return ret;
}

/* what is left of the text, as a scenario of its own */
static int play_text(struct shrink *sh, struct failure *f, struct error *err)
{
	struct scenario *s = NULL;
	char path[48];
	int ret = -1;

	sh->runs++;
	snprintf(path, sizeof(path), "%s/" SCENARIO, sh->dir);
	if (!write_candidate(sh, err))
		s = scenario_read(path, err);
	if (s)
		ret = play(sh, s, f, err);
	if (s)
		scenario_free(s);
	return ret;
}

/* an impossible candidate does not fail in the same way */
static bool still_fails(struct shrink *sh)
{
	struct failure f;
	struct error err;

	return !play_text(sh, &f, &err) && f.any &&
	       f.word == sh->failure.word && f.inv == sh->failure.inv;
}

/* --- smaller ------------------------------------------------------------------------ */

/* what a pass leaves out: an item with all its lines, or a line */
static size_t unit_of(const struct shrink_text *t, size_t i, bool items)
{
	const struct shrink_line *l = &t->lines[i];

	if (items ? l->item < 0 : l->fixed)
		return SIZE_MAX;
	return items ? (size_t)l->item : i;
}

/* leave out units [@from, @to); what was gone before is not counted */
static bool try_without(struct shrink *sh, struct shrink_text *t, bool items,
			size_t from, size_t to)
{
	bool *was = malloc((t->nr + 1) * sizeof(*was)), any = false;

	if (!was)
		return false;
	for (size_t i = 0; i < t->nr; i++) {
		struct shrink_line *l = &t->lines[i];
		size_t unit = unit_of(t, i, items);

		was[i] = l->gone;
		if (unit >= from && unit < to && !l->gone)
			l->gone = any = true;
	}
	if (any && !still_fails(sh)) {
		for (size_t i = 0; i < t->nr; i++)
			t->lines[i].gone = was[i];
		any = false;
	}
	free(was);
	return any;
}

/* chunks of half of all, of a quarter, ... of one; again while it helps */
static bool leave_out(struct shrink *sh, struct shrink_text *t, bool items)
{
	size_t nr = items ? (size_t)t->nr_items : t->nr;
	bool helped = false, again;

	for (size_t chunk = items && nr > 1 ? nr / 2 : 1; chunk; chunk /= 2) {
		do {
			again = false;
			/* from behind: the end follows from the beginning */
			for (size_t to = nr; to; to -= to < chunk ? to : chunk)
				again |= try_without(sh, t, items, to < chunk ?
						     0 : to - chunk, to);
			helped |= again;
		} while (again && chunk == 1);
	}
	return helped;
}

static bool simplify_line(struct shrink *sh, struct shrink_line *l)
{
	bool helped = false;
	unsigned int way = 0;
	char *old, *text;

	while ((text = shrink_text_simpler(l->text, way))) {
		old = l->text;
		l->text = text;
		if (strcmp(old, text) && still_fails(sh)) {
			free(old);
			helped = true;
			continue;
		}
		l->text = old;
		free(text);
		way++;
	}
	return helped;
}

static bool simplify(struct shrink *sh)
{
	bool helped = false;

	for (size_t i = 0; i < sh->text.nr; i++)
		if (!sh->text.lines[i].gone && !sh->text.lines[i].fixed)
			helped |= simplify_line(sh, &sh->text.lines[i]);
	return helped;
}

/* --- the command ---------------------------------------------------------------------- */

/* the tree can go beside the result, when there is one to go beside of */
static int take_tree(struct shrink *sh, struct error *err)
{
	const char *dot;

	sh->tree_path = shrink_text_tree(&sh->text);
	dot = sh->tree_path ? strrchr(sh->tree_path, '.') : NULL;
	if (!sh->out || !dot || strcmp(dot, ".dts"))
		return 0;
	if (shrink_tree_read(&sh->tree, sh->tree_path, err))
		return -1;
	return shrink_text_set_tree(&sh->text, TREE, err);
}

static bool shrink_tree(struct shrink *sh)
{
	bool helped = leave_out(sh, &sh->tree, true);

	shrink_tree_settle(&sh->tree);
	sh->tree_smaller |= helped;
	return helped;
}

/* the new tree beside the scenario, or the old one, found from there */
static int settle_tree(struct shrink *sh, const char *dir, const char *name,
		       struct error *err)
{
	char *text;
	size_t size;
	int ret;

	if (!sh->tree_smaller) {
		if (sh->tree.nr &&
		    shrink_text_set_tree(&sh->text, sh->tree_path, err))
			return -1;
		return shrink_text_move(&sh->text, dir, err);
	}
	text = shrink_tree_join(&sh->tree, &size);
	if (!text)
		return fail(err, "out of memory");
	ret = file_write(dir, name, text, size, err);
	free(text);
	return ret ? ret : shrink_text_set_tree(&sh->text, name, err);
}

static int write_text(struct shrink *sh, const char *dir, struct error *err)
{
	const char *slash = sh->out ? strrchr(sh->out, '/') : NULL;
	char *text;
	size_t size;
	int ret = 0;

	text = shrink_text_join(&sh->text, &size);
	if (!text)
		return fail(err, "out of memory");
	if (sh->out)
		ret = file_write(dir, slash ? slash + 1 : sh->out, text, size,
				 err);
	else
		fwrite(text, 1, size, stdout);
	free(text);
	return ret;
}

/* the tree first: a scenario without its tree would be of no use */
static int write_result(struct shrink *sh)
{
	char *dir = NULL, *name = NULL;
	struct error err;
	int ret;

	if (file_tree_beside(sh->out ? sh->out : "", &dir, &name))
		ret = fail(&err, "out of memory");
	else
		ret = settle_tree(sh, dir, name, &err) ||
		      write_text(sh, dir, &err);
	free(dir);
	free(name);
	return ret ? cli_fail("%s", err.text) : STATUS_GOOD;
}

static int shrink(struct shrink *sh)
{
	struct error err;
	bool helped = true;
	int items = 0;

	if (shrink_text_read(&sh->text, sh->file, &err) ||
	    take_tree(sh, &err) || play_text(sh, &sh->failure, &err))
		return cli_fail("%s", err.text);
	if (!sh->failure.any)
		return cli_fail("%s: nothing to shrink: every verdict is good",
				sh->file);
	while (helped) {
		helped = leave_out(sh, &sh->text, true);
		helped |= leave_out(sh, &sh->text, false);
		helped |= simplify(sh);
		helped |= shrink_tree(sh);
	}
	for (size_t i = 0, last = SIZE_MAX; i < sh->text.nr; i++) {
		const struct shrink_line *l = &sh->text.lines[i];

		if (l->gone || l->fixed || l->item < 0 ||
		    (size_t)l->item == last)
			continue;
		last = l->item;
		items++;
	}
	if (write_result(sh))
		return STATUS_FAILED;
	fprintf(stderr, "crash-hp: %s, %s: %d of %d items left, %u runs\n",
		verdict_name(sh->failure.word),
		sh->failure.inv < NR_INVARIANTS ?
		invariant_name(sh->failure.inv) : "no finding", items,
		sh->text.nr_items, sh->runs);
	return STATUS_GOOD;
}

static const struct argp_option options[] = {
	{ "out", 'o', "FILE", 0,
	  "Write FILE instead of standard output, and shrink a device tree in "
	  "source form too: it goes beside FILE, as FILE.dts (.yaml is left "
	  "out of that name)", 0 },
	CLI_OPTION_HANDLERS,
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct shrink *sh = state->input;

	switch (key) {
	case 'o':
		sh->out = arg;
		return 0;
	case 'H':
		sh->handlers = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (sh->file) {
			cli_fail("shrink: one scenario at a time, not '%s' as well",
				 arg);
			return EINVAL;
		}
		sh->file = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse_option, "SCENARIO",
	"Find the smallest scenario whose first bad verdict is the same word, "
	"with the same invariant broken, as in this one.",
	NULL, NULL, NULL
};

int cmd_shrink(int argc, char **argv)
{
	struct shrink sh = { .handlers = "core", .dir = "/tmp/crash-hp-XXXXXX" };
	char path[48];
	int status;

	if (cli_parse(&argp, 0, argc, argv, &sh))
		return STATUS_FAILED;
	if (!sh.file)
		return cli_fail("shrink: no scenario given");
	if (!mkdtemp(sh.dir))
		return cli_fail("%s: %s", sh.dir, strerror(errno));
	status = shrink(&sh);
	snprintf(path, sizeof(path), "%s/" SCENARIO, sh.dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/" TREE, sh.dir);
	unlink(path);
	rmdir(sh.dir);
	shrink_text_free(&sh.text);
	shrink_text_free(&sh.tree);
	free(sh.tree_path);
	return status;
}
