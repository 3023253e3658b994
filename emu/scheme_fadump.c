// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware-assisted dump, before Linux 6.10 and since. Nothing is loaded: the
 * machine's firmware is told what to keep, and the ordinary kernel boots again. A
 * udev rule registers it again for memory events, where hotplug_ready is not 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fadump.h"
#include "user_space.h"

/**
 * struct scheme_state - what the scheme keeps
 * @f: the kernel's
 * @why_not: it is not registered, and why
 * @dump: of the crash that was asked about last
 * @image, @machine: the judge's view of it: no crash kernel's memory, but what
 *	fadump reserves
 */
struct scheme_state {
	struct fadump f;
	struct error why_not;
	struct fadump_dump dump;
	struct image_view image;
	struct machine_view machine;
};

static int fadump_start(struct scheme_run *run, struct error *err)
{
	struct scheme_state *s = calloc(1, sizeof(*s));

	if (!s)
		return fail(err, "out of memory");
	run->private = s;
	s->f.hotplug_ready = run->scheme == &scheme_fadump;
	s->f.fw.fault = param(run->params, "firmware");
	run->machine->fadump.there = true;
	run->machine->fadump.hotplug_ready = s->f.hotplug_ready;
	return fadump_reserve(&s->f, run->machine,
			      param(run->params, "boot-memory"), err) ||
	       user_space_start(run, err) ? -1 : 0;
}

static void fadump_stop(struct scheme_run *run)
{
	struct scheme_state *s = run->private;

	user_space_stop(run);
	if (!s)
		return;
	fadump_dump_free(&s->dump);
	fadump_free(&s->f);
	free(s);
}

static void register_now(struct scheme_run *run, struct scheme_state *s)
{
	if (fadump_register(&s->f, run->machine, &s->why_not))
		scheme_tell(run, "%s", s->why_not.text);
	else if (s->f.hotplug_ready)
		scheme_tell(run, "registered with firmware");
	else
		scheme_tell(run, "registered with firmware; headers take %zu of %zu bytes",
			    s->f.elfcorehdr.size, s->f.capacity);
}

static int fadump_loaded(struct scheme_run *run,
			 struct error *err __always_unused)
{
	struct scheme_state *s = run->private;

	if (s->f.fw.registered)
		fadump_unregister(&s->f, run->machine);
	register_now(run, s);
	run->machine->fadump.registered = s->f.fw.registered;
	return 0;
}

/* --- a crash --------------------------------------------------------------------------- */

/* @memory becomes what the second kernel finds */
static int ask(struct scheme_run *run, uint32_t cpu, struct physmem *memory,
	       struct fadump_dump *dump, struct error *why)
{
	const struct scheme_state *s = run->private;
	struct fadump copy = s->f;

	return fadump_crash(&copy, run->machine, cpu, memory, dump, why);
}

static void show_image(struct scheme_run *run, struct scheme_crash *crash)
{
	struct scheme_state *s = run->private;
	const struct dump_header *h = &s->dump.as_loaded;
	char wait[32];

	s->image = (struct image_view){
		.loaded = true,
		.file_mode = true,
		.nr_segments = 1,
		.segment[0] = {
			.kind = SEGMENT_ELFCOREHDR,
			.mem = s->f.area.start,
			.memsz = h->size,
			.bufsz = h->size,
			.bytes = h->bytes,
		},
		.backup = s->f.boot_copy,
	};
	s->machine = *machine_view(run->machine);
	s->machine.crashk = s->f.reserved;
	crash->state = DUMP_ACCURATE;
	crash->machine = &s->machine;
	crash->image = &s->image;
	crash->header = s->dump.header.bytes;
	crash->header_size = s->dump.header.size;
	duration_print(param(run->params, "firmware-boot"), wait, sizeof(wait));
	snprintf(crash->why, sizeof(crash->why),
		 "firmware kept memory; the second kernel, %s later, has registers of %u CPUs and headers made %s",
		 wait, s->dump.cpus, s->f.hotplug_ready ? "by itself" :
		 "when fadump was registered");
}

static int scheme_fadump_crash(struct scheme_run *run,
			       struct scheme_crash *crash, struct error *err)
{
	struct scheme_state *s = run->private;
	struct physmem memory = { 0 };
	struct error why = { "" };
	int ret;

	crash->state = DUMP_NONE;
	if (run->phase != RELOAD_IDLE) {
		snprintf(crash->why, sizeof(crash->why),
			 "fadump is unregistered, and not registered again yet");
		return 0;
	}
	if (!s->f.fw.registered) {
		snprintf(crash->why, sizeof(crash->why), "%.200s",
			 s->why_not.text);
		return 0;
	}
	/* whether there is a dump does not depend on what is in it */
	fadump_dump_free(&s->dump);
	ret = ask(run, crash->cpu, &memory, &s->dump, &why);
	physmem_clear(&memory);
	if (ret < 0)
		return fail(err, "out of memory");
	if (!ret) {
		show_image(run, crash);
		return 0;
	}
	crash->state = DUMP_STALE;
	crash->decided = true;
	crash->word = VERDICT_LOST;
	snprintf(crash->why, sizeof(crash->why),
		 "the second kernel has no dump: %.180s", why.text);
	return 0;
}

static int fadump_memory(struct scheme_run *run,
			 const struct scheme_crash *crash,
			 struct physmem *memory, struct error *err)
{
	struct fadump_dump dump = { 0 };
	int ret = ask(run, crash->cpu, memory, &dump, err);

	fadump_dump_free(&dump);
	return ret ? fail(err, "out of memory") : 0;
}

/* --- both ways -------------------------------------------------------------------------- */

static const struct param_spec fadump_params[] = {
	{
		.name = "boot-memory", .kind = PARAM_NUMBER,
		.what = "bytes that firmware copies; 0: 5 % of memory, 320 MiB at least",
		.source = "firmware-assisted-dump.rst, and RTAS_FADUMP_MIN_BOOT_MEM, 6.12",
	}, {
		.name = "firmware", .kind = PARAM_CHOICE,
		.choices = "good|no-register|status-error|cpu-error|short-copy",
		.what = "what goes wrong with firmware",
		.source = "error flags of the structure, rtas-fadump.h, 6.12",
	}, {
		.name = "firmware-boot", .kind = PARAM_DURATION,
		.value = 60 * NS_PER_S,
		.what = "from the crash to the second kernel, with the copy",
		.source = "assumed",
	},
};

#define FADUMP \
	.archs = SCHEME_ON_POWERPC, \
	.handlers = "core", \
	.registers = true, \
	.rules = "fadump", \
	.user_space = true, \
	.params = fadump_params, \
	.nr_params = sizeof(fadump_params) / sizeof(fadump_params[0]), \
	.ops = { \
		.start = fadump_start, \
		.stop = fadump_stop, \
		.loaded = fadump_loaded, \
		.event = user_space_event, \
		.next = user_space_next, \
		.work = user_space_work, \
		.crash = scheme_fadump_crash, \
		.memory = fadump_memory, \
	}

const struct scheme scheme_fadump = {
	.name = "fadump",
	.summary = "firmware keeps memory, the second kernel makes the headers (since 6.10)",
	FADUMP,
};

const struct scheme scheme_fadump_early = {
	.name = "fadump:6.9",
	.summary = "the same before 6.10: udev registers it again at memory events",
	FADUMP,
};
