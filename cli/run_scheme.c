// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp run --scheme: what happened until the crash, what was loaded then, what
 * each who reads it made of it, and why the dump is what it is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "report.h"
#include "run_scheme.h"
#include "scheme_play.h"
#include "scheme_report.h"
#include "vmcore.h"

/* of a tale, so many lines at its beginning and at its end */
#define LINES_FIRST 8
#define LINES_LAST 16
/* of a reader, so many findings */
#define FINDINGS_PRINTED 4

/**
 * struct tale - one crash
 * @time, @cpu: of it; JUDGE_ANY_CPU: the worst of all that are online
 * @word: what it gives; @verdict: why, where the judge was asked
 * @dumped: there was a dump to write, and it is written
 */
struct tale {
	const struct run_scheme_args *args;
	struct scenario *scenario;
	struct scheme_play play;
	uint64_t time;
	uint32_t cpu;
	struct scheme_crash crash;
	enum verdict_word word;
	struct verdict verdict;
	bool dumped;
};

/* --- who reads what ------------------------------------------------------------------------ */

enum reader { READER_KERNEL, READER_PURGATORY, READER_BOOT, READER_VMCORE, NR_READERS };

static const char *const readers[] = {
	[READER_KERNEL] = "the crashing kernel",
	[READER_PURGATORY] = "purgatory",
	[READER_BOOT] = "early boot",
	[READER_VMCORE] = "/proc/vmcore",
};

static enum reader reader_of(enum invariant inv)
{
	switch (inv) {
	case I_LIVE:
	case I_MEM:
	case I_LEAK:
		return READER_KERNEL;
	case I_DIG:
	case I_BACKUP:
		return READER_PURGATORY;
	case I_FDTOK:
	case I_CPU:
	case I_RESV:
		return READER_BOOT;
	default:
		return READER_VMCORE;
	}
}

static void print_reader(const struct tale *t, enum reader reader)
{
	size_t nr = 0;

	printf("%s:", readers[reader]);
	for (size_t i = 0; i < t->verdict.nr; i++) {
		const struct finding *f = &t->verdict.findings[i];

		if (reader_of(f->inv) != reader ||
		    (f->remark && !t->args->verbose))
			continue;
		if (nr++ < FINDINGS_PRINTED || t->args->verbose)
			printf("\n  %s%s: %s", f->remark ? "remark: " : "",
			       invariant_name(f->inv), f->text);
	}
	if (nr > FINDINGS_PRINTED && !t->args->verbose)
		printf("\n  ... %zu more, which -v shows", nr - FINDINGS_PRINTED);
	puts(nr ? "" : " nothing is wrong");
}

/* --- text ------------------------------------------------------------------------------------- */

static void print_line(uint64_t time, const char *text)
{
	printf("%14.6f s  %s\n", time / 1e9, text);
}

static void print_lines(const struct tale *t)
{
	const struct scheme_run *run = &t->play.run;
	size_t skip = 0;

	if (!t->args->verbose && run->nr_lines > LINES_FIRST + LINES_LAST)
		skip = run->nr_lines - LINES_FIRST - LINES_LAST;
	for (size_t i = 0; i < run->nr_lines; i++) {
		if (skip && i == LINES_FIRST) {
			printf("%14s    ... %zu lines more, which -v shows\n", "",
			       skip);
			i += skip;
		}
		print_line(run->lines[i].time, run->lines[i].text);
	}
}

/* a scheme without kexec has nothing but headers */
static bool has_kernel(const struct image_view *image)
{
	return image_view_segment(image, SEGMENT_KERNEL);
}

static void print_image(const struct image_view *image)
{
	if (!has_kernel(image)) {
		printf("headers of /proc/vmcore: %zu bytes\n",
		       image->segment[0].memsz);
		return;
	}
	printf("loaded, by %s:\n", image->file_mode ? "kexec_file_load(2)" :
						      "kexec_load(2)");
	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];
		bool spare = s->kind == SEGMENT_SPARE;
		char name[32];

		snprintf(name, sizeof(name), "%s%s", spare ? "spare " : "",
			 segment_kind_name(spare ? s->loaded_as : s->kind));
		printf("  %-16s 0x%" PRIx64 " +0x%zx%s\n", name, s->mem,
		       s->memsz,
		       s->in_digest ? ", in the digest" : "");
	}
}

static void print_crash(const struct tale *t)
{
	char text[64];

	if (t->cpu == JUDGE_ANY_CPU)
		snprintf(text, sizeof(text), "crash, of whichever CPU");
	else
		snprintf(text, sizeof(text), "crash of CPU %u", t->cpu);
	print_line(t->time, text);
	if (t->crash.why[0])
		printf("%s: %s\n", dump_state_name(t->crash.state),
		       t->crash.why);
	if (t->crash.state != DUMP_NONE && t->crash.state != DUMP_TORN &&
	    !t->crash.decided) {
		print_image(t->crash.image);
		for (int r = 0; r < NR_READERS; r++)
			if (r == READER_VMCORE || has_kernel(t->crash.image))
				print_reader(t, r);
	}
	printf("verdict: %s\n", verdict_name(t->word));
	if (t->args->vmcore)
		printf("%s: %s\n", t->args->vmcore, t->dumped ?
		       "the dump" : "not written, there is no dump");
}

static void print_text(const struct tale *t)
{
	printf("%s: %s, scheme %s: %s\n", t->scenario->name,
	       cli_arch_name(t->scenario->machine.arch), t->play.scheme->name,
	       t->play.scheme->summary);
	print_lines(t);
	print_crash(t);
	puts(SCHEME_MODEL_LINE);
	for (size_t i = 0; i < t->play.params.nr; i++)
		scheme_param_print(&t->play.params.p[i], "");
}

/* --- JSON --------------------------------------------------------------------------------------- */

static int print_json(const struct tale *t)
{
	const struct scheme_run *run = &t->play.run;
	json_t *lines = json_array();

	for (size_t i = 0; i < run->nr_lines; i++)
		json_array_append_new(lines,
			json_pack("{s:I, s:s}",
				  "time_ns", (json_int_t)run->lines[i].time,
				  "text", run->lines[i].text));
	return json_print(json_pack("{s:s, s:s, s:I, s:o, s:s, s:s, s:s, s:s?, s:o, s:o, s:o}",
				    "scenario", t->scenario->name,
				    "scheme", t->play.scheme->name,
				    "time_ns", (json_int_t)t->time,
				    "cpu", t->cpu == JUDGE_ANY_CPU ?
					   json_null() : json_integer(t->cpu),
				    "state", dump_state_name(t->crash.state),
				    "verdict", verdict_name(t->word),
				    "why", t->crash.why,
				    "vmcore", t->dumped ? t->args->vmcore :
							  NULL,
				    "findings", json_findings(&t->verdict),
				    "lines", lines,
				    "params", json_params(&t->play.params)));
}

/* --- the crash -------------------------------------------------------------------------------------- */

/* where the scenario crashes last; false: nowhere */
static bool last_crash(const struct schedule *s, uint64_t *time, uint32_t *cpu)
{
	for (size_t i = s->nr; i; i--) {
		const struct timed_event *e = &s->events[i - 1];

		if (e->event.type != EVENT_CRASH)
			continue;
		*time = e->time;
		*cpu = e->event.u.crash.cpu;
		return true;
	}
	return false;
}

static int choose_moment(struct tale *t)
{
	const struct run_scheme_args *a = t->args;
	uint64_t cpu;

	t->time = TIME_NEVER;
	t->cpu = JUDGE_ANY_CPU;
	if (!a->crash_at)
		last_crash(&t->play.schedule, &t->time, &t->cpu);
	else if (!duration_parse(a->crash_at, &t->time))
		return cli_fail("--crash-at: '%s' is no duration such as 1.5s, 20ms or 300us",
				a->crash_at);
	if (!a->crash_cpu)
		return STATUS_GOOD;
	if (cli_number(a->crash_cpu, UINT32_MAX - 1, &cpu))
		return cli_fail("--crash-cpu: '%s' is no CPU's number",
				a->crash_cpu);
	t->cpu = cpu;
	return STATUS_GOOD;
}

static bool is_online(struct machine *machine, uint32_t cpu)
{
	const struct machine_view *view = machine_view(machine);

	for (size_t i = 0; i < view->nr_cpus; i++)
		if (view->cpus[i].cpu == cpu)
			return view->cpus[i].online;
	return false;
}

/* a handler that began before, and is not through, leaves no dump */
static int in_torn(struct tale *t)
{
	const struct interval *v = timeline_at(&t->play.run.timeline, t->time);

	if (!v || v->state != DUMP_TORN)
		return 0;
	t->crash.state = DUMP_TORN;
	t->word = VERDICT_LOST;
	snprintf(t->crash.why, sizeof(t->crash.why),
		 "the image is being rewritten");
	return 1;
}

static int judge_crash(struct tale *t)
{
	struct scheme_run *run = &t->play.run;
	struct error err;

	if (t->time == TIME_NEVER)
		t->time = run->now;
	else if (run->now > t->time && in_torn(t))
		return STATUS_GOOD;
	if (t->cpu != JUDGE_ANY_CPU && !is_online(run->machine, t->cpu))
		return cli_fail("CPU %u cannot crash: it is not online then",
				t->cpu);
	if (scheme_run_crash(run, t->cpu, &t->crash, &t->word, &err))
		return cli_fail("%s", err.text);
	if (t->crash.state != DUMP_NONE && t->crash.state != DUMP_TORN &&
	    !t->crash.decided &&
	    judge(t->crash.machine, t->crash.image, t->cpu, &t->verdict))
		return cli_fail("out of memory while judging");
	return STATUS_GOOD;
}

/* a capture kernel that boots and finds a header saves what that leads to */
static int write_dump(struct tale *t)
{
	if (t->word == VERDICT_HANG || t->word == VERDICT_LOST)
		return STATUS_GOOD;
	t->dumped = true;
	return vmcore_write(&t->play.run, &t->crash, t->args->vmcore);
}

static int tell(struct tale *t)
{
	const struct scheme *scheme = scheme_find(t->args->scheme);
	struct error err;

	if (!scheme)
		return scheme_unknown("--scheme", t->args->scheme);
	t->scenario = scenario_read(t->args->file, &err);
	if (!t->scenario)
		return cli_fail("%s", err.text);
	if (scheme_options_check(&t->args->options, &scheme, 1))
		return STATUS_FAILED;
	t->play.tells = true;
	if (scheme_play_start(&t->play, scheme, t->scenario,
			      &t->args->options) ||
	    choose_moment(t) || scheme_play_until(&t->play, t->time) ||
	    judge_crash(t))
		return STATUS_FAILED;
	if (t->args->vmcore && write_dump(t))
		return STATUS_FAILED;
	if (t->args->json && print_json(t))
		return STATUS_FAILED;
	if (!t->args->json)
		print_text(t);
	return t->word == VERDICT_ACCURATE ? STATUS_GOOD : STATUS_BAD;
}

int run_scheme(const struct run_scheme_args *args)
{
	struct tale t = { .args = args };
	int status = tell(&t);

	scheme_play_end(&t.play);
	verdict_free(&t.verdict);
	if (t.scenario)
		scenario_free(t.scenario);
	return status;
}
