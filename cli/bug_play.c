// SPDX-License-Identifier: GPL-2.0-only
/*
 * The child plays and writes what it finds into a pipe, record by record; the
 * parent reads until the pipe ends, and then asks how the child did.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bug_play.h"
#include "playback.h"
#include "scenario.h"

/* far more than any scenario of the suite takes, under Valgrind too */
#define SECONDS_MAX 120

enum record_kind {
	RECORD_STEP,		/* begins */
	RECORD_FINDING,
	RECORD_UNEXPECTED,
	RECORD_IMPOSSIBLE,	/* the scenario cannot be played; the last */
	RECORD_END,
};

struct record {
	enum record_kind kind;
	struct bug_finding finding;
};

/* --- the child ---------------------------------------------------------------- */

struct child {
	const struct scenario *scenario;
	struct playback play;
	size_t step;
	int out;
};

static void send_record(const struct child *c, enum record_kind kind,
			enum invariant inv, enum verdict_word word,
			const char *text)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	r.finding.step = c->step;
	r.finding.inv = inv;
	r.finding.word = word;
	snprintf(r.finding.text, sizeof(r.finding.text), "%s", text);
	/* a pipe takes a record whole */
	if (write(c->out, &r, sizeof(r)) != sizeof(r))
		_exit(EXIT_FAILURE);
}

static void send_impossible(const struct child *c, const char *text)
{
	send_record(c, RECORD_IMPOSSIBLE, 0, 0, text);
	_exit(EXIT_SUCCESS);
}

static void send_findings(const struct child *c, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct finding *f = &verdict->findings[i];

		if (!f->remark)
			send_record(c, RECORD_FINDING, f->inv, f->word, f->text);
	}
}

static void judge_moment(const struct child *c, bool judged,
			 const struct verdict *verdict)
{
	const struct scenario_step *step = &c->scenario->steps[c->step];
	const char *expect = step->expect, *word;
	char text[128];

	word = judged ? verdict_name(verdict->word) : "not judged";
	if (!expect)
		expect = judged ? verdict_name(VERDICT_ACCURATE) : word;
	if (strcmp(word, expect)) {
		snprintf(text, sizeof(text), "step %zu is %s, expected %s",
			 c->step + 1, word, expect);
		send_record(c, RECORD_UNEXPECTED, 0, 0, text);
	}
	send_findings(c, verdict);
}

static void play_event(struct child *c, const struct event *event, bool counts)
{
	struct event_report report = { 0 };
	struct verdict verdict = { 0 };
	bool judged = true;
	struct error err;
	int failed;

	if (playback_apply(&c->play, event, &report, &err)) {
		if (event->type != EVENT_LOAD)
			send_impossible(c, err.text);
		failed = playback_refused(&c->play, &err, &verdict);
	} else {
		failed = playback_judge(&c->play, event, report.violations,
					&verdict, &judged);
	}
	if (failed)
		send_impossible(c, "out of memory while judging");
	if (counts)
		judge_moment(c, judged, &verdict);
	verdict_free(&verdict);
}

static void play_steps(struct child *c)
{
	const struct scenario *s = c->scenario;

	for (c->step = 0; c->step < s->nr_steps; c->step++) {
		const struct scenario_step *step = &s->steps[c->step];

		send_record(c, RECORD_STEP, 0, 0, "");
		for (size_t e = 0; e < step->nr_events; e++)
			play_event(c, &step->events[e],
				   !step->expect || e == step->nr_events - 1);
	}
	send_record(c, RECORD_END, 0, 0, "");
}

static void be_quiet(void)
{
	int null = open("/dev/null", O_WRONLY);

	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
}

static _Noreturn void run_child(struct child *c,
				const struct handler_module *handlers,
				bool quiet)
{
	const struct rlimit none = { 0, 0 };
	struct error err;

	/* that it dies is expected of some */
	setrlimit(RLIMIT_CORE, &none);
	alarm(SECONDS_MAX);
	if (quiet)
		be_quiet();
	if (playback_start(&c->play, &c->scenario->machine, handlers, &err))
		send_impossible(c, err.text);
	/* a read of freed memory must not pass by luck */
	if (!machine_guard_alloc(c->play.machine))
		send_impossible(c, "out of memory");
	play_steps(c);
	_exit(EXIT_SUCCESS);
}

/* --- the parent ---------------------------------------------------------------- */

static int keep_finding(struct bug_play *play, const struct bug_finding *f)
{
	struct bug_finding *same, *all;

	same = (struct bug_finding *)bug_play_find(play, f->step, f->inv);
	if (same) {
		if (f->word > same->word)
			same->word = f->word;
		return 0;
	}
	all = realloc(play->findings, (play->nr + 1) * sizeof(*all));
	if (!all)
		return -1;
	play->findings = all;
	all[play->nr++] = *f;
	return 0;
}

static int keep_record(struct bug_play *play, const struct record *r)
{
	switch (r->kind) {
	case RECORD_FINDING:
		return keep_finding(play, &r->finding);
	case RECORD_UNEXPECTED:
		if (!play->unexpected++)
			memcpy(play->first_unexpected, r->finding.text,
			       sizeof(play->first_unexpected));
		return 0;
	case RECORD_IMPOSSIBLE:
		snprintf(play->why, sizeof(play->why), "step %zu: %.480s",
			 r->finding.step + 1, r->finding.text);
		return 0;
	case RECORD_END:
		play->played = true;
		return 0;
	default:
		return 0;
	}
}

/* false: it ended */
static bool read_record(int in, struct record *r)
{
	size_t got = 0;

	while (got < sizeof(*r)) {
		ssize_t n = read(in, (char *)r + got, sizeof(*r) - got);

		if (n <= 0 && errno != EINTR)
			return false;
		if (!n)
			return false;
		got += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* the handlers ended before the scenario did */
static int keep_death(struct bug_play *play, size_t step, int status)
{
	struct bug_finding f = {
		.step = step, .inv = I_MEM, .word = VERDICT_LOST,
	};
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (sig == SIGALRM) {
		f.inv = I_LIVE;
		snprintf(f.text, sizeof(f.text),
			 "the handlers run for more than %d s", SECONDS_MAX);
	} else if (sig) {
		snprintf(f.text, sizeof(f.text), "the handlers die: %s",
			 strsignal(sig));
	} else {
		snprintf(f.text, sizeof(f.text),
			 "the handlers end with status %d",
			 WEXITSTATUS(status));
	}
	play->unexpected++;
	if (play->unexpected == 1)
		memcpy(play->first_unexpected, f.text, sizeof(f.text));
	play->played = true;
	return keep_finding(play, &f);
}

static int read_child(struct bug_play *play, int in, pid_t pid)
{
	struct record r = { .kind = RECORD_STEP };
	size_t step = 0;
	int status = 0, failed = 0;

	while (read_record(in, &r) && !failed) {
		if (r.kind == RECORD_STEP)
			step = r.finding.step;
		failed = keep_record(play, &r);
	}
	if (failed)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!failed && !play->played && !play->why[0])
		failed = keep_death(play, step, status);
	return failed;
}

int bug_play(const struct scenario *scenario,
	     const struct handler_module *handlers, bool quiet,
	     struct bug_play *play, struct error *err)
{
	struct child child = { .scenario = scenario };
	int ends[2], failed;
	pid_t pid;

	memset(play, 0, sizeof(*play));
	if (pipe(ends))
		return fail(err, "no pipe: %s", strerror(errno));
	/* what is buffered would come twice */
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return fail(err, "no process: %s", strerror(errno));
	}
	if (!pid) {
		close(ends[0]);
		child.out = ends[1];
		run_child(&child, handlers, quiet);
	}
	close(ends[1]);
	failed = read_child(play, ends[0], pid);
	close(ends[0]);
	return failed ? fail(err, "out of memory") : 0;
}

void bug_play_free(struct bug_play *play)
{
	free(play->findings);
	memset(play, 0, sizeof(*play));
}

const struct bug_finding *bug_play_find(const struct bug_play *play,
					size_t step, enum invariant inv)
{
	for (size_t i = 0; i < play->nr; i++)
		if (play->findings[i].step == step &&
		    play->findings[i].inv == inv)
			return &play->findings[i];
	return NULL;
}
