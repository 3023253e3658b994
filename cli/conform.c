// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp conform: replay captures of a real kernel, and compare the segments
 * after every step. docs/conform.md says how to read it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli.h"
#include "conform_replay.h"
#include "handler_module.h"
#include "isolated.h"

#define NAME_WIDTH 34
#define INDENT 8

static const char * const result_names[] = {
	[RESULT_EQUAL] = "equal",
	[RESULT_REMARK] = "remark",
	[RESULT_DEFECT] = "known defect",
	[RESULT_DIFFERENT] = "DIFFERENT",
};

struct counts {
	unsigned int steps;
	unsigned int of[RESULT_DIFFERENT + 1];
};

/**
 * struct conform - the command
 * @same_bytes: the kernel of the captures has the handlers in it
 * @exact: that, or the handlers are a kernel's own: every byte counts
 * @dir: the capture at hand
 */
struct conform {
	const char *handlers;
	bool json;
	bool verbose;
	bool same_bytes;
	bool exact;
	const char *dir;
	struct counts total;
	unsigned int nr_captures;
	json_t *captures;
};

/* --- text ----------------------------------------------------------------------- */

static void print_reason(const struct reason *reason)
{
	printf("%s%s%s: %s", result_names[reason->result],
	       reason->defect ? " " : "", reason->defect ? reason->defect : "",
	       reason->text);
	if (reason->times > 1)
		printf(" (%u times)", reason->times);
	putchar('\n');
}

/* the worst first; it is the one on the step's own line */
static void print_reasons(const struct reasons *reasons)
{
	int indent = 0;

	for (int result = RESULT_DIFFERENT; result > RESULT_EQUAL; result--)
		for (size_t i = 0; i < reasons->nr; i++) {
			if ((int)reasons->reason[i].result != result)
				continue;
			printf("%*s", indent, "");
			print_reason(&reasons->reason[i]);
			indent = INDENT;
		}
}

static void print_step(const struct conform *conform,
		       const struct capture_step *step,
		       const struct step_outcome *out)
{
	char written[160];

	written_text(&out->written, written, sizeof(written));
	printf("  %-*s  %-26s  ", NAME_WIDTH, step->name, written);
	if (!out->reasons.nr)
		printf("equal%s%s%s\n", conform->exact ? ", byte for byte" : "",
		       out->note[0] ? "; " : "", out->note);
	print_reasons(&out->reasons);
	if (out->reasons.nr && out->note[0])
		printf("%*s%s\n", INDENT, "", out->note);
	if (!conform->verbose)
		return;
	if (out->ours.nr)
		printf("%*sours is %s:\n", INDENT, "",
		       verdict_name(out->ours.word));
	report_findings(&out->ours, true, INDENT + 2);
	if (out->theirs.nr)
		printf("%*sthe kernel's is %s:\n", INDENT, "",
		       verdict_name(out->theirs.word));
	report_findings(&out->theirs, true, INDENT + 2);
}

static void print_counts(const char *name, const struct counts *counts)
{
	printf("%s: %u steps", name, counts->steps);
	for (int result = 0; result <= RESULT_DIFFERENT; result++)
		if (counts->of[result] || result == RESULT_EQUAL)
			printf(", %u %s", counts->of[result],
			       result_names[result]);
	putchar('\n');
}

/* --- JSON ------------------------------------------------------------------------ */

static json_t *json_reasons(const struct reasons *reasons)
{
	json_t *array = json_array();

	for (size_t i = 0; i < reasons->nr; i++) {
		const struct reason *r = &reasons->reason[i];

		json_array_append_new(array,
			json_pack("{s:s, s:s?, s:s, s:i}",
				  "result", result_names[r->result],
				  "defect", r->defect, "text", r->text,
				  "times", r->times));
	}
	return array;
}

/* null where there was nothing to judge: the guest had died */
static json_t *json_verdict(const struct step_outcome *out,
			    const struct verdict *verdict)
{
	if (out->crash_hotplug < 0)
		return json_null();
	return json_pack("{s:s, s:o}", "verdict", verdict_name(verdict->word),
			 "findings", json_findings(verdict));
}

static json_t *json_step(const struct capture_step *step,
			 const struct step_outcome *out)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s}",
			 "name", step->name, "kind", step->kind,
			 "result", result_names[reasons_result(&out->reasons)],
			 "reasons", json_reasons(&out->reasons),
			 "written", json_written(&out->written),
			 "ours", json_verdict(out, &out->ours),
			 "kernel", json_verdict(out, &out->theirs),
			 "note", out->note);
}

static const char * const count_names[] = {
	[RESULT_EQUAL] = "equal",
	[RESULT_REMARK] = "remark",
	[RESULT_DEFECT] = "known_defect",
	[RESULT_DIFFERENT] = "different",
};

static void add_counts_json(json_t *object, const struct counts *counts)
{
	json_object_set_new(object, "nr_steps", json_integer(counts->steps));
	for (int result = 0; result <= RESULT_DIFFERENT; result++)
		json_object_set_new(object, count_names[result],
				    json_integer(counts->of[result]));
}

/* --- the command ------------------------------------------------------------------- */

static int replay_capture(struct conform *conform,
			  const struct capture *capture, struct replay *r,
			  struct counts *counts, json_t *steps)
{
	struct step_outcome out;
	struct error err;
	int failed = 0;

	for (size_t i = 0; i < capture->nr_steps && !failed; i++) {
		const struct capture_step *step = &capture->steps[i];

		failed = replay_step(r, step, &out, &err);
		if (failed) {
			cli_fail("%s: %s: %s", capture->dir, step->name,
				 err.text);
		} else {
			counts->steps++;
			counts->of[reasons_result(&out.reasons)]++;
			if (conform->json)
				json_array_append_new(steps,
						      json_step(step, &out));
			else
				print_step(conform, step, &out);
		}
		step_outcome_free(&out);
		/* what comes after the guest's death is not of this machine */
		if (!step->has_state && !step->crash)
			break;
	}
	return failed ? STATUS_FAILED : STATUS_GOOD;
}

static json_t *json_capture(const struct capture *capture,
			    const struct counts *counts, json_t *steps)
{
	json_t *object;

	object = json_pack("{s:s, s:s, s:O}", "capture", capture->name,
			   "arch", cli_arch_name(capture->steps[0].machine.arch),
			   "steps", steps);
	add_counts_json(object, counts);
	return object;
}

static void print_capture(const struct conform *conform,
			  const struct capture *capture,
			  const struct handler_module *handlers)
{
	printf("%s: %s, %" PRIu64 " KiB pages, handlers %s", capture->name,
	       cli_arch_name(capture->steps[0].machine.arch),
	       capture->steps[0].machine.page_size >> 10, conform->handlers);
	if (handlers->version)
		printf(" (%s)", handlers->version);
	putchar('\n');
}

static json_t *conform_opened(struct conform *conform,
			      const struct capture *capture)
{
	struct counts counts = { 0 };
	struct replay r = { 0 };
	json_t *steps, *object;
	struct error err;
	int failed;

	r.handlers = cli_handlers(capture->steps[0].machine.arch,
				  conform->handlers, &err);
	if (!r.handlers) {
		cli_fail("%s: %s", conform->dir, err.text);
		return NULL;
	}
	conform->exact = conform->same_bytes || r.handlers->version;
	r.exact = conform->exact;
	if (!conform->json)
		print_capture(conform, capture, r.handlers);
	steps = json_array();
	failed = replay_capture(conform, capture, &r, &counts, steps);
	if (!failed && !conform->json)
		print_counts(capture->name, &counts);
	object = failed ? NULL : json_capture(capture, &counts, steps);
	json_decref(steps);
	replay_free(&r);
	return object;
}

/* NULL after a message */
static json_t *conform_capture(void *arg)
{
	struct conform *conform = arg;
	struct capture *capture;
	struct error err;
	json_t *object;

	capture = capture_read(conform->dir, &err);
	if (!capture) {
		cli_fail("%s", err.text);
		return NULL;
	}
	object = conform_opened(conform, capture);
	capture_free(capture);
	return object;
}

static void add_counts(struct counts *total, const json_t *object)
{
	total->steps += json_integer_value(json_object_get(object, "nr_steps"));
	for (int result = 0; result <= RESULT_DIFFERENT; result++)
		total->of[result] += json_integer_value(
			json_object_get(object, count_names[result]));
}

/*
 * In a process of its own: a kernel's static variables know one machine, and
 * its known defects may be the end of the process.
 */
static int isolate_capture(struct conform *conform, const char *dir)
{
	struct isolated job;
	json_t *object;
	int how;

	conform->dir = dir;
	if (isolated_start(&job, conform_capture, conform))
		return cli_fail("%s: %s", dir, strerror(errno));
	object = isolated_end(&job, &how);
	if (WIFSIGNALED(how))
		cli_fail("%s: the handlers were killed: %s", dir,
			 strsignal(WTERMSIG(how)));
	if (!object || how) {
		json_decref(object);
		return STATUS_FAILED;
	}
	conform->nr_captures++;
	add_counts(&conform->total, object);
	json_array_append_new(conform->captures, object);
	return STATUS_GOOD;
}

static int print_total(struct conform *conform)
{
	json_t *root;

	if (!conform->json) {
		if (conform->nr_captures > 1)
			print_counts("all", &conform->total);
		return STATUS_GOOD;
	}
	root = json_pack("{s:s, s:O, s:s}", "handlers", conform->handlers,
			 "captures", conform->captures, "result",
			 conform->total.of[RESULT_DIFFERENT] ? "bad" : "good");
	add_counts_json(root, &conform->total);
	return json_print(root);
}

struct conform_input {
	struct conform *conform;
	char **dirs;
	int nr_dirs;
};

static const struct argp_option options[] = {
	CLI_OPTION_HANDLERS,
	{ "exact", 'x', NULL, 0,
	  "The captured kernel has these handlers in it: they have to leave the "
	  "very bytes that it left", 0 },
	CLI_OPTION_JSON,
	CLI_OPTION_VERBOSE,
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct conform_input *in = state->input;

	switch (key) {
	case 'H':
		in->conform->handlers = arg;
		return 0;
	case 'j':
		in->conform->json = true;
		return 0;
	case 'x':
		in->conform->same_bytes = true;
		return 0;
	case 'v':
		in->conform->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		in->dirs = state->argv + state->next;
		in->nr_dirs = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "CAPTURE...",
	"Replay captures of a real kernel and compare the segments after "
	"every step.\v"
	"Each step ends in one of: equal; remark, a difference without "
	"consequence; known defect, where the real kernel's bytes break an "
	"invariant and ours do not; DIFFERENT. Handlers of a kernel tree "
	"(--handlers upstream) have to leave the very bytes that the real "
	"kernel left, and so have all others with --exact. Exit status 1: some step is DIFFERENT. docs/conform.md "
	"explains remarks and defects.",
	NULL, NULL, NULL
};

int cmd_conform(int argc, char **argv)
{
	struct conform conform = { .handlers = "core" };
	struct conform_input in = { .conform = &conform };
	int status = STATUS_GOOD;

	if (cli_parse(&argp, 0, argc, argv, &in))
		return STATUS_FAILED;
	if (!in.nr_dirs)
		return cli_fail("conform: no capture given");

	conform.captures = json_array();
	for (int i = 0; i < in.nr_dirs; i++)
		if (isolate_capture(&conform, in.dirs[i]))
			status = STATUS_FAILED;
	if (print_total(&conform))
		status = STATUS_FAILED;
	json_decref(conform.captures);
	if (!status && conform.total.of[RESULT_DIFFERENT])
		status = STATUS_BAD;
	return status;
}
