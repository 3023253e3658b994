// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp run: play a scenario, and after every event judge what a crash
 * there would give.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "judge.h"
#include "playback.h"
#include "report.h"
#include "run_scheme.h"
#include "scenario.h"
#include "segment.h"

/* a step of more events than this gets one line */
#define EVENTS_PRINTED 8
#define INDENT 7

/**
 * struct run - a scenario being played
 * @play: the machine, and what happened to it
 * @events, @judged: so far; @judged where there should be an image
 * @word: of them, how many had this verdict
 * @expected: steps whose verdict is what the scenario expects, though it is not
 *	accurate
 * @bad: events that spoil the exit status
 * @windows: when no dump was possible; @longest_step: the step with the longest
 */
struct run {
	const char *file;
	const char *out;
	const char *sysfs;
	const char *handlers;
	bool json;
	bool verbose;
	struct run_scheme_args crash;

	struct scenario *scenario;
	struct playback play;
	json_t *steps;
	unsigned int events;
	unsigned int judged;
	unsigned int word[VERDICT_LOST + 1];
	unsigned int expected;
	unsigned int bad;
	struct windows windows;
	size_t longest_step;
};

/**
 * struct moment - one event, or all events of a step taken together
 * @events: of the machine; @kernel_events: hotplug events told to the handlers
 * @judged: there is a verdict; else there is no image, and none was asked for
 * @verdict: after the event; of a step: the worst, or the last when the
 *	scenario says what it expects
 * @log: what the kernel printed
 */
struct moment {
	unsigned int events;
	unsigned int kernel_events;
	unsigned int lost;
	struct windows windows;
	struct written written;
	bool judged;
	struct verdict verdict;
	json_t *log;
};

static void moment_free(struct moment *moment)
{
	verdict_free(&moment->verdict);
	json_decref(moment->log);
}

/* --- one event ------------------------------------------------------------- */

static int judge_event(struct run *run, const struct event *event,
		       unsigned int violations, struct moment *moment)
{
	if (playback_judge(&run->play, event, violations, &moment->verdict,
			   &moment->judged))
		return cli_fail("out of memory while judging");
	return STATUS_GOOD;
}

/* a load that fails is a verdict where the scenario expects it */
static bool may_be_refused(const struct scenario_step *step,
			   const struct event *event)
{
	return event->type == EVENT_LOAD && step->expect &&
	       !strcmp(step->expect, verdict_name(VERDICT_LOST));
}

static int play_event(struct run *run, const struct scenario_step *step,
		      const struct event *event, struct moment *moment)
{
	struct event_report report = { 0 };
	struct error err;
	bool refused;

	memset(moment, 0, sizeof(*moment));
	refused = playback_apply(&run->play, event, &report, &err);
	if (refused && !may_be_refused(step, event))
		return cli_fail("%s:%d: %s", run->file,
				event->line ? event->line : step->line,
				err.text);
	moment->events = 1;
	moment->kernel_events = report.kernel_events;
	moment->lost = report.lost;
	moment->windows = windows_of(&report);
	moment->log = json_log(run->play.machine);
	if (refused) {
		moment->judged = true;
		return playback_refused(&run->play, &err, &moment->verdict) ?
		       cli_fail("out of memory") : STATUS_GOOD;
	}
	written_add(&moment->written, machine_image(run->play.machine), &report);
	return judge_event(run, event, report.violations, moment);
}

/* --- a step: some events ----------------------------------------------------- */

/* takes what is in @one */
static void add_moment(struct moment *sum, struct moment *one, bool want_last)
{
	struct verdict verdict = sum->verdict;

	sum->events += one->events;
	sum->kernel_events += one->kernel_events;
	sum->lost += one->lost;
	windows_add(&sum->windows, &one->windows);
	written_sum(&sum->written, &one->written);
	json_array_extend(sum->log, one->log);

	/* the worst, and the last of several equally bad */
	if (want_last || !sum->judged ||
	    (one->judged && one->verdict.word >= verdict.word)) {
		sum->judged = one->judged;
		sum->verdict = one->verdict;
		one->verdict = verdict;
	}
	moment_free(one);
}

static void count_event(struct run *run, const struct moment *one,
			const char *expect)
{
	run->events++;
	if (!one->judged)
		return;
	run->judged++;
	run->word[one->verdict.word]++;
	/* a step that says what it expects is measured at its end */
	if (!expect && one->verdict.word != VERDICT_ACCURATE)
		run->bad++;
}

static void count_expectation(struct run *run, const struct moment *step,
			      const char *expect)
{
	bool any = !strcmp(expect, "any");

	if (!any && (!step->judged ||
		     strcmp(verdict_name(step->verdict.word), expect)))
		run->bad++;
	else if (step->judged && step->verdict.word != VERDICT_ACCURATE)
		run->expected++;
}

static void print_moment(const struct run *run, const char *number,
			 const char *text, const struct moment *moment,
			 const char *expect)
{
	char written[224];

	written_text(&moment->written, written, 160);
	windows_text(&moment->windows, written + strlen(written), 64);
	printf("%*s  %-48s  %-40s  %s", INDENT - 2, number, text, written,
	       moment->judged ? verdict_name(moment->verdict.word) : "-");
	if (expect)
		printf(", expected %s", expect);
	if (moment->lost)
		printf(" (%u of %u hotplug events lost)", moment->lost,
		       moment->kernel_events);
	else if (moment->kernel_events > 1)
		printf(" (%u hotplug events)", moment->kernel_events);
	putchar('\n');
	report_findings(&moment->verdict, run->verbose, INDENT + 2);
	report_log(moment->log, run->verbose ? '7' : '4', INDENT + 2);
}

static void print_event(const struct run *run, size_t i, size_t e,
			const struct moment *one)
{
	const struct scenario_step *step = &run->scenario->steps[i];
	bool last = e == step->nr_events - 1;
	char number[48], text[128];

	if (!e)
		printf("%*zu  %s\n", INDENT - 2, i + 1, step->text);
	snprintf(number, sizeof(number), "%zu.%zu", i + 1, e + 1);
	event_describe(&step->events[e], text, sizeof(text));
	print_moment(run, number, text, one, last ? step->expect : NULL);
}

static void print_step(const struct run *run, size_t i,
		       const struct moment *moment)
{
	const struct scenario_step *step = &run->scenario->steps[i];
	char number[32], text[512];

	snprintf(number, sizeof(number), "%zu", i + 1);
	snprintf(text, sizeof(text), "%s", step->text);
	if (step->nr_events > 1)
		snprintf(text, sizeof(text), "%s: %zu events", step->text,
			 step->nr_events);
	print_moment(run, number, text, moment, step->expect);
}

static void add_step_json(struct run *run, const struct scenario_step *step,
			  const struct moment *moment)
{
	int hotplug = machine_crash_hotplug(run->play.machine);

	json_array_append_new(run->steps,
		json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:o, s:s?, s:s?, s:o, s:o, s:O}",
			  "line", step->line, "text", step->text,
			  "events", moment->events,
			  "hotplug_events", moment->kernel_events,
			  "lost", moment->lost,
			  "hidden", moment->windows.hidden,
			  "hidden_ns", (json_int_t)moment->windows.hidden_ns,
			  "locked_ns", (json_int_t)moment->windows.locked_ns,
			  "no_dump_ns", (json_int_t)moment->windows.no_dump_ns,
			  "longest_ns", (json_int_t)moment->windows.longest_ns,
			  "written", json_written(&moment->written),
			  "verdict", moment->judged ?
				     verdict_name(moment->verdict.word) : NULL,
			  "expect", step->expect,
			  "findings", json_findings(&moment->verdict),
			  "crash_hotplug", hotplug < 0 ? json_null() :
							 json_integer(hotplug),
			  "log", moment->log));
}

/* it looks into the step before */
static bool crashes_during(const struct scenario_step *step)
{
	return step->nr_events && step->events[0].type == EVENT_CRASH &&
	       step->events[0].u.crash.during;
}

static int play_step(struct run *run, size_t i)
{
	const struct scenario_step *step = &run->scenario->steps[i];
	bool one_line = step->nr_events <= 1 ||
			(step->nr_events > EVENTS_PRINTED && !run->verbose);
	struct moment sum = { .log = json_array() }, one;
	int status = STATUS_GOOD;

	if (!crashes_during(step))
		playback_step(&run->play);
	for (size_t e = 0; e < step->nr_events && !status; e++) {
		status = play_event(run, step, &step->events[e], &one);
		if (!status) {
			count_event(run, &one, step->expect);
			if (!run->json && !one_line)
				print_event(run, i, e, &one);
		}
		add_moment(&sum, &one, step->expect);
	}
	if (sum.windows.longest_ns > run->windows.longest_ns)
		run->longest_step = i + 1;
	windows_add(&run->windows, &sum.windows);
	if (!status && step->expect)
		count_expectation(run, &sum, step->expect);
	if (!status && run->json)
		add_step_json(run, step, &sum);
	else if (!status && one_line)
		print_step(run, i, &sum);
	moment_free(&sum);
	return status;
}

/* --- files -------------------------------------------------------------------- */

static int write_segments(struct run *run, const char *dir, struct error *err)
{
	static const struct {
		enum segment_kind kind;
		const char *name;
	} files[] = {
		{ SEGMENT_ELFCOREHDR, "elfcorehdr" },
		{ SEGMENT_FDT, "fdt.dtb" },
	};
	const struct image_view *image = machine_image(run->play.machine);
	const struct view_segment *s;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		s = image->loaded ? image_view_segment(image, files[i].kind) :
				    NULL;
		if (s && s->bytes &&
		    file_write(dir, files[i].name, s->bytes,
			       segment_used(s->kind, s->bytes, s->memsz), err))
			return -1;
	}
	return 0;
}

/* DIR/step-NN/: the segments, and with --sysfs a sysfs below sys/ */
static int write_step(struct run *run, size_t i)
{
	char dir[PATH_MAX], sys[PATH_MAX + 8];
	struct error err;

	if (snprintf(dir, sizeof(dir), "%s/step-%02zu", run->out, i + 1) >=
	    (int)sizeof(dir))
		return cli_fail("%s: the path is too long", run->out);
	snprintf(sys, sizeof(sys), "%s/sys", dir);
	if (file_make_dir(dir, &err) || write_segments(run, dir, &err) ||
	    (run->sysfs && (file_make_dir(sys, &err) ||
			    machine_write_sysfs(run->play.machine, sys, &err))))
		return cli_fail("%s", err.text);
	return STATUS_GOOD;
}

/* --- the command ---------------------------------------------------------------- */

static void print_windows(const struct run *run)
{
	char all[32], longest[32];

	if (!run->windows.locked_ns)
		return;
	if (!run->windows.no_dump_ns) {
		puts("a dump possible at any time");
		return;
	}
	duration_text(run->windows.no_dump_ns, all, sizeof(all));
	duration_text(run->windows.longest_ns, longest, sizeof(longest));
	printf("no dump possible for %s in all, longest %s at step %zu\n", all,
	       longest, run->longest_step);
}

static void print_summary(const struct run *run)
{
	const char *sep = run->bad ? ": " : "";

	printf("%u events", run->events);
	for (int word = 0; word <= VERDICT_LOST; word++)
		if (run->word[word] || word == VERDICT_ACCURATE)
			printf(", %u %s", run->word[word], verdict_name(word));
	if (run->events > run->judged)
		printf(", %u without an image", run->events - run->judged);
	if (run->expected)
		printf(", %u not accurate as expected", run->expected);
	if (run->bad)
		printf("%s%u bad", sep, run->bad);
	putchar('\n');
}

static int print_result(struct run *run)
{
	json_t *root;

	if (!run->json) {
		print_windows(run);
		print_summary(run);
		return STATUS_GOOD;
	}
	root = json_pack("{s:s, s:s, s:s, s:O, s:i, s:i, s:I, s:I, s:i, s:i, s:s}",
			 "scenario", run->scenario->name,
			 "arch", cli_arch_name(run->scenario->machine.arch),
			 "handlers", run->handlers, "steps", run->steps,
			 "events", run->events,
			 "accurate", run->word[VERDICT_ACCURATE],
			 "no_dump_ns", (json_int_t)run->windows.no_dump_ns,
			 "longest_no_dump_ns",
			 (json_int_t)run->windows.longest_ns,
			 "longest_no_dump_step", (int)run->longest_step,
			 "bad", run->bad, "result", run->bad ? "bad" : "good");
	return json_print(root);
}

static int play(struct run *run)
{
	struct error err;
	int status = STATUS_GOOD;

	if (!run->json)
		printf("%s: %s, handlers %s\n", run->scenario->name,
		       cli_arch_name(run->scenario->machine.arch),
		       run->handlers);
	for (size_t i = 0; i < run->scenario->nr_steps && !status; i++) {
		status = play_step(run, i);
		if (!status && run->out)
			status = write_step(run, i);
	}
	if (!status && run->sysfs &&
	    machine_write_sysfs(run->play.machine, run->sysfs, &err))
		status = cli_fail("%s", err.text);
	if (!status)
		status = print_result(run);
	return status ? status : run->bad ? STATUS_BAD : STATUS_GOOD;
}

static bool any_crashes_during(const struct scenario *s)
{
	for (size_t i = 0; i < s->nr_steps; i++)
		if (crashes_during(&s->steps[i]))
			return true;
	return false;
}

static int set_up(struct run *run)
{
	const struct handler_module *handlers;
	struct error err;

	run->scenario = scenario_read(run->file, &err);
	if (!run->scenario)
		return cli_fail("%s", err.text);
	handlers = cli_handlers(run->scenario->machine.arch, run->handlers,
				&err);
	if (!handlers)
		return cli_fail("%s", err.text);
	if (playback_start(&run->play, &run->scenario->machine, handlers, &err))
		return cli_fail("%s: %s", run->file, err.text);
	if (any_crashes_during(run->scenario) &&
	    playback_watch_stores(&run->play, &err))
		return cli_fail("%s: %s", run->file, err.text);
	if ((run->out && file_make_dir(run->out, &err)) ||
	    (run->sysfs && file_make_dir(run->sysfs, &err)))
		return cli_fail("%s", err.text);
	return STATUS_GOOD;
}

static const struct argp_option options[] = {
	{ "out", 'o', "DIR", 0,
	  "Write DIR/step-NN/elfcorehdr and fdt.dtb after each step", 0 },
	{ "sysfs", 's', "DIR", 0,
	  "Write what sysfs shows after the last step; with --out also "
	  "after each, to step-NN/sys", 0 },
	CLI_OPTION_HANDLERS,
	CLI_OPTION_JSON,
	CLI_OPTION_VERBOSE,
	{ "scheme", 'S', "NAME", 0,
	  "Instead tell of one crash, where this keeps the image true", 1 },
	{ "crash-at", 'C', "TIME", 0,
	  "With --scheme: when, since the first load (default: where the "
	  "scenario crashes, else when all has settled)", 1 },
	{ "crash-cpu", 'U', "CPU", 0,
	  "With --scheme: which CPU (default: the scenario's, else any)", 1 },
	{ "vmcore", 'V', "FILE", 0,
	  "With --scheme: write the dump that results, an ELF core", 1 },
	CLI_OPTION_PARAM,
	CLI_OPTION_RULES,
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case 'o':
		run->out = arg;
		return 0;
	case 's':
		run->sysfs = arg;
		return 0;
	case 'H':
		run->handlers = arg;
		return 0;
	case 'j':
		run->json = true;
		return 0;
	case 'v':
		run->verbose = true;
		return 0;
	case 'S':
		run->crash.scheme = arg;
		return 0;
	case 'C':
		run->crash.crash_at = arg;
		return 0;
	case 'U':
		run->crash.crash_cpu = arg;
		return 0;
	case 'V':
		run->crash.vmcore = arg;
		return 0;
	case 'P':
	case 'R':
		return scheme_option(&run->crash.options, key, arg);
	case ARGP_KEY_ARG:
		if (run->file) {
			cli_fail("run plays one scenario, not '%s' too", arg);
			return EINVAL;
		}
		run->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "SCENARIO.yaml",
	"Play a scenario and judge, after every event, what a crash there "
	"would give.\v"
	"Each line: number, what happened, bytes rewritten by segment, how long "
	"the image was hidden and the kexec lock held, "
	"verdict (accurate, stale, incomplete, hang, lost; - is no image, and none "
	"asked for). Exit status 0: every verdict is accurate, or as the "
	"scenario expects.",
	NULL, NULL, NULL
};

/* options that go with --scheme, and those that do not */
static int check_scheme_options(const struct run *run)
{
	const struct run_scheme_args *c = &run->crash;

	if (!c->scheme && (c->crash_at || c->crash_cpu || c->vmcore ||
			   c->options.nr_params || c->options.nr_rules))
		return cli_fail("run: --crash-at, --crash-cpu, --vmcore, --param and --rules go with --scheme");
	if (c->scheme && (run->out || run->sysfs || run->handlers))
		return cli_fail("run: --out, --sysfs and --handlers do not go with --scheme");
	return STATUS_GOOD;
}

static int run_one_crash(struct run *run)
{
	run->crash.file = run->file;
	run->crash.json = run->json;
	run->crash.verbose = run->verbose;
	return run_scheme(&run->crash);
}

int cmd_run(int argc, char **argv)
{
	struct run run = { 0 };
	int status;

	if (cli_parse(&argp, 0, argc, argv, &run))
		return STATUS_FAILED;
	if (!run.file)
		return cli_fail("run: no scenario given");
	if (check_scheme_options(&run))
		return STATUS_FAILED;
	if (run.crash.scheme)
		return run_one_crash(&run);
	if (!run.handlers)
		run.handlers = "core";

	run.steps = json_array();
	status = set_up(&run);
	if (!status)
		status = play(&run);
	json_decref(run.steps);
	playback_end(&run.play);
	if (run.scenario)
		scenario_free(run.scenario);
	return status;
}
