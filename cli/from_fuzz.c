// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp from-fuzz: an input of the scenario harness (fuzz/program.h) as a
 * scenario. What comes after which event depends on the machine, so it is played
 * here; the verdicts are what the scenario expects.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "builtin_tree.h"
#include "cli.h"
#include "file.h"
#include "playback.h"
#include "program.h"
#include "values.h"

/**
 * struct from_fuzz - a program being written down
 * @out: the scenario so far; printed when it is whole
 * @nr: events in it
 */
struct from_fuzz {
	const char *file;
	const char *handlers;
	struct program program;
	struct playback play;
	FILE *out;
	unsigned int nr;
};

/* --- the machine --------------------------------------------------------------- */

static void write_size(FILE *out, const char *before, uint64_t size,
		       const char *behind)
{
	char text[SIZE_TEXT_MAX];

	fprintf(out, "%s%s%s", before, size_text(size, text), behind);
}

static void write_range(FILE *out, const char *before, uint64_t start,
			uint64_t size, int nid)
{
	fprintf(out, "%s{start: 0x%" PRIx64, before, start);
	write_size(out, ", size: ", size, "");
	if (nid)
		fprintf(out, ", nid: %d", nid);
	fputs("}\n", out);
}

/* x86 has no tree that would say it */
static void write_memory_and_cpus(FILE *out, const struct machine_spec *s)
{
	unsigned int present = 0;
	size_t i;

	fputs("  arch: x86_64\n  memory:\n", out);
	for (i = 0; i < s->nr_memory; i++)
		write_range(out, "    - ", s->memory[i].start,
			    s->memory[i].size, s->memory[i].nid);
	for (i = 0; i < s->nr_cpu_specs; i++)
		present += s->cpus[i].present;
	fprintf(out, "  possible-cpus: %zu\n  present: \"0-%u\"\n"
		"  nr-cpus-default: %u\n", s->nr_cpu_specs, present - 1,
		s->nr_cpus_default);
}

static void write_machine(const struct from_fuzz *f)
{
	const struct machine_spec *s = &f->program.spec;

	fputs("name: from-fuzz\nmachine:\n", f->out);
	if (s->arch == ARCH_X86_64)
		write_memory_and_cpus(f->out, s);
	else
		fprintf(f->out, "  tree: " BUILTIN_TREE "%s\n",
			f->program.machine->name);
	write_size(f->out, "  page-size: ", s->page_size, "\n");
	write_size(f->out, "  block-size: ", s->block_size, "\n");
	write_size(f->out, "  crashkernel: ", s->crashk_size, "");
	write_size(f->out, "@", s->crashk_start, "\n");
	fprintf(f->out, "  nr-cpus: %u\n  max-memory-ranges: %u\n", s->nr_cpus,
		s->max_memory_ranges);
	if (s->memmap_on_memory)
		fputs("  memmap-on-memory: true\n", f->out);
	fputs("events:\n", f->out);
}

/* --- its events ------------------------------------------------------------------ */

static void write_load(FILE *out, const struct load_spec *load)
{
	bool file = load->call == LOAD_KEXEC_FILE_LOAD;

	fprintf(out, "  - %s:\n      call: %s\n", load->if_needed ? "reload" : "load",
		file ? "kexec_file_load" : "kexec_load");
	if (load->flags)
		fprintf(out, "      flags: 0x%lx\n", load->flags);
	write_size(out, "      kernel-size: ", load->kernel_size, "\n");
	write_size(out, "      initrd-size: ", load->initrd_size, "\n");
}

static void write_core(FILE *out, const struct event *e)
{
	if (e->type == EVENT_CPU_ADD && e->u.core.threads)
		fprintf(out, "  - cpu-add: {core: %" PRIu32 ", threads: %u}\n",
			e->u.core.core, e->u.core.threads);
	else
		fprintf(out, "  - cpu-%s: %" PRIu32 "\n",
			e->type == EVENT_CPU_ADD ? "add" : "remove",
			e->u.core.core);
}

static void write_memory(FILE *out, const struct event *e, const char *what)
{
	fprintf(out, "  - memory-%s: ", what);
	write_range(out, "", e->u.memory.start, e->u.memory.size,
		    e->u.memory.nid);
}

static void write_subject(FILE *out, const struct event *e)
{
	switch (e->type) {
	case EVENT_LOAD:
		write_load(out, &e->u.load);
		break;
	case EVENT_UNLOAD:
		fputs("  - unload: true\n", out);
		break;
	case EVENT_CPU_ADD:
	case EVENT_CPU_REMOVE:
		write_core(out, e);
		break;
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
		fprintf(out, "  - cpu-%s: %u\n",
			e->type == EVENT_CPU_ONLINE ? "online" : "offline",
			e->u.cpu.cpu);
		break;
	case EVENT_MEMORY_ADD:
		write_memory(out, e, "add");
		break;
	case EVENT_MEMORY_REMOVE:
		write_memory(out, e, "remove");
		break;
	case EVENT_MEMORY_ONLINE:
		write_memory(out, e, "online");
		break;
	case EVENT_MEMORY_OFFLINE:
		write_memory(out, e, "offline");
		break;
	case EVENT_CRASH:
		fprintf(out, "  - crash: %u\n", e->u.crash.cpu);
		break;
	case EVENT_POKE:
	case EVENT_RANGES:
		break;	/* no program has them */
	}
}

static void write_event(FILE *out, const struct event *e)
{
	write_subject(out, e);
	if (e->lock_busy)
		fputs("    lock-busy: true\n", out);
	if (e->fail_alloc)
		fprintf(out, "    fail-alloc: %lu\n", e->fail_alloc);
	if (e->fail_map)
		fprintf(out, "    fail-map: %lu\n", e->fail_map);
	if (e->type == EVENT_CPU_ONLINE && e->u.cpu.bringup_fails)
		fputs("    bringup-fails: true\n", out);
}

/* why, for the reader; a scenario expects the word only */
static void write_verdict(FILE *out, const struct verdict *v)
{
	for (size_t i = 0; i < v->nr; i++)
		if (!v->findings[i].remark)
			fprintf(out, "    # %s: %s\n",
				invariant_name(v->findings[i].inv),
				v->findings[i].text);
	if (v->word != VERDICT_ACCURATE)
		fprintf(out, "    expect: %s\n", verdict_name(v->word));
}

/* --- played ------------------------------------------------------------------------ */

static int play_event(struct from_fuzz *f, size_t i)
{
	struct event_report report = { 0 };
	struct verdict v = { 0 };
	struct event event;
	struct error err;
	bool judged, refused;
	int failed;

	if (!program_event(&f->program, i, machine_view(f->play.machine), &event))
		return 0;
	refused = machine_apply(f->play.machine, &event, &report, &err);
	if (refused && event.type != EVENT_LOAD)
		return 0;
	write_event(f->out, &event);
	failed = refused ? playback_refused(&f->play, &err, &v) :
		 playback_judge(&f->play, &event, report.violations, &v,
				&judged);
	write_verdict(f->out, &v);
	verdict_free(&v);
	f->nr++;
	return failed;
}

static int play(struct from_fuzz *f)
{
	const struct handler_module *handlers;
	struct error err;
	int failed = 0;

	handlers = cli_handlers(f->program.spec.arch, f->handlers, &err);
	if (!handlers ||
	    playback_start(&f->play, &f->program.spec, handlers, &err))
		return cli_fail("%s", err.text);
	fputs("# SPDX-License-Identifier: GPL-2.0-only\n", f->out);
	write_machine(f);
	for (size_t i = 0; !failed && i < f->program.nr; i++)
		failed = play_event(f, i);
	playback_end(&f->play);
	if (failed)
		return cli_fail("out of memory");
	return f->nr ? STATUS_GOOD :
	       cli_fail("%s: a program in which nothing happens", f->file);
}

static int from_fuzz(struct from_fuzz *f)
{
	struct error err;
	size_t size, text_size;
	char *text = NULL;
	void *bytes = file_read(f->file, &size, &err);
	int status;

	if (!bytes)
		return cli_fail("%s", err.text);
	program_read(&f->program, bytes, size);
	f->out = open_memstream(&text, &text_size);
	status = f->out ? play(f) : cli_fail("out of memory");
	if (f->out && fclose(f->out) && !status)
		status = cli_fail("out of memory");
	if (!status)
		fwrite(text, 1, text_size, stdout);
	free(text);
	free(bytes);
	return status;
}

/* --- the command ------------------------------------------------------------------- */

static const struct argp_option options[] = {
	CLI_OPTION_HANDLERS,
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct from_fuzz *f = state->input;

	switch (key) {
	case 'H':
		f->handlers = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (f->file) {
			cli_fail("from-fuzz: one file, not '%s' as well", arg);
			return EINVAL;
		}
		f->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!f->file) {
			cli_fail("from-fuzz: which file?");
			return EINVAL;
		}
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse_option, "FILE",
	"Print an input of the scenario harness as a scenario that crash-hp run "
	"replays with the same verdicts.",
	NULL, NULL, NULL
};

int cmd_from_fuzz(int argc, char **argv)
{
	struct from_fuzz f = { .handlers = "core" };

	if (cli_parse(&argp, 0, argc, argv, &f))
		return STATUS_FAILED;
	return from_fuzz(&f);
}
