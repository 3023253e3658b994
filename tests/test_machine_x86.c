// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as x86_64: which descriptions it takes, which events can happen on
 * it, and what each system call loads where. core/ runs on it, since what it
 * lists shows what the machine's kernel knows.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "judge.h"

#include "helpers.h"

/* --- machines ------------------------------------------------------------------------- */

static const struct memory_spec stock_memory[] = {
	{ 0x1000, 0x9ec00, 0 }, { 0x100000, 0x3fedf000, 0 },
};

/* below 640 KiB, and 8 GiB with the crash kernel's region far up */
static const struct memory_spec large_memory[] = {
	{ 0x1000, 0x9ec00, 0 }, { 0x100000, 0x7ff00000, 0 },
	{ 0x100000000, 0x180000000, 0 },
};

static const struct cpu_spec stock_cpus[] = {
	{ 0, true, true, 0 }, { 1, true, false, 0 }, { 2, false, false, 0 },
	{ 3, false, false, 0 },
};

#define X86 .arch = ARCH_X86_64, .page_size = 4096
#define MEMORY .memory = stock_memory, .nr_memory = 2
#define CPUS .cpus = stock_cpus, .nr_cpu_specs = 4
#define CRASHK .crashk_start = 0x2f000000, .crashk_size = 0x10000000
#define STOCK X86, MEMORY, CPUS, CRASHK

#define LARGE \
	X86, CPUS, .memory = large_memory, .nr_memory = 3, \
	.crashk_start = 0x180000000, .crashk_size = 0x10000000, \
	.crashk_low_start = 0x40000000, .crashk_low_size = 0x8000000

static struct machine *create(const struct machine_spec *spec, struct error *err)
{
	return machine_create(spec, handlers_builtin(ARCH_X86_64, "core"), err);
}

static struct machine *boot(const struct machine_spec *spec)
{
	struct error err = { "" };
	struct machine *m = create(spec, &err);

	if (!m)
		fail_msg("no machine: %s", err.text);
	return m;
}

/* --- descriptions ----------------------------------------------------------------- */

static const struct memory_spec no_kernel[] = {
	{ 0x100000, 0x100000, 0 }, { 0x2f000000, 0x10000000, 0 },
};

static const struct block_spec crashk_offline = { 0x30000000, false };

static const struct {
	const char *what;
	struct machine_spec spec;
	const char *says;
} refused[] = {
	{ "a tree", { STOCK, .boot_fdt = "tree", .boot_fdt_size = 4 },
	  "boot FDT" },
	{ "no memory", { X86, CPUS, CRASHK }, "memory of an x86_64 machine" },
	{ "no CPUs", { X86, MEMORY, CRASHK }, "CPUs of an x86_64 machine" },
	{ "no place for the kernel",
	  { X86, CPUS, CRASHK, .memory = no_kernel, .nr_memory = 2 },
	  "kernel image 0x1000000-0x3c2ffff is not all memory" },
	{ "the kernel in the crash kernel's region",
	  { STOCK, .text = { 0x30000000, 0xffffffff81000000, 0x2000000 } },
	  "kernel image 0x30000000-0x31ffffff overlaps" },
	{ "a kernel without end",
	  { STOCK, .text = { 0x30000000, 0xffffffff81000000, UINT64_MAX } },
	  "wraps around" },
	{ "a low region alone",
	  { X86, MEMORY, CPUS, .crashk_low_start = 0x10000000,
	    .crashk_low_size = 0x1000000 },
	  "0x10000000 alone" },
	{ "regions that overlap",
	  { STOCK, .crashk_low_start = 0x2e000000,
	    .crashk_low_size = 0x1001000 },
	  "0x2e000000-0x2f000fff overlaps the other one" },
	{ "a low region in a hole",
	  { STOCK, .crashk_low_start = 0x50000000,
	    .crashk_low_size = 0x1000000 },
	  "0x50000000-0x50ffffff is not all memory" },
	{ "the region's block is offline",
	  { STOCK, .blocks = &crashk_offline, .nr_blocks = 1 },
	  "is not all online" },
	{ "NR_CPUS_DEFAULT", { STOCK, .nr_cpus_default = 100000 },
	  "NR_CPUS_DEFAULT 100000" },
};

static void unsound_descriptions_are_refused(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		struct error err = { "" };
		struct machine *m = create(&refused[i].spec, &err);

		if (m)
			fail_msg("%s: accepted", refused[i].what);
		assert_says(refused[i].what, refused[i].says, err.text);
	}
}

/* --- what happens ----------------------------------------------------------------- */

static const struct {
	const char *events, *state;
} possible[] = {
	{ "", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 .2 .3" },
	{ "on 1", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 1 .2 .3" },
	{ "core+ 2", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 -2 .3" },
	{ "core+ 2 2; on 3", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 -2 3" },
	{ "core- 1", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 .1 .2 .3" },
	{ "core- 1; core+ 1; on 1; off 1", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 .2 .3" },
	{ "mem+ 100000000 10000000", "ram 1000-9fbff 100000-3ffdefff 100000000-10fffffff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 .2 .3" },
	{ "mem+ 100000000 10000000; mem-on 108000000 8000000", "ram 1000-9fbff 100000-3ffdefff 100000000-10fffffff; online 1000-9fbff 100000-3ffdefff 108000000-10fffffff; cpus 0 -1 .2 .3" },
	{ "mem+ 100000000 10000000; mem- 100000000 10000000; mem+ 100000000 8000000",
	  "ram 1000-9fbff 100000-3ffdefff 100000000-107ffffff; online 1000-9fbff 100000-3ffdefff; cpus 0 -1 .2 .3" },
	/* block 1 is below the kernel, block 2 above it */
	{ "mem-off 10000000 8000000", "ram 1000-9fbff 100000-3ffdefff; online 1000-9fbff 100000-fffffff 18000000-3ffdefff; cpus 0 -1 .2 .3" },
};

static void events_change_what_they_say(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(possible); i++) {
		struct machine *m = boot(&spec);

		bed_apply(m, possible[i].events);
		assert_text(possible[i].events, possible[i].state, bed_state(m));
		machine_destroy(m);
	}
}

static const struct {
	const char *before, *event, *says;
} impossible[] = {
	{ "", "core+ 1", "CPU 1 is there already" },
	{ "", "core+ 4", "CPU 4 is not possible" },
	{ "", "core+ 2 3", "CPU 4 is not possible" },
	{ "", "core- 2", "CPU 2 is not there" },
	{ "", "core- 0", "CPU 0 cannot go: it is online" },
	{ "", "on 2", "CPU 2 cannot go online: it is not present" },
	{ "", "mem+ 100000000 1000000", "not made of whole blocks" },
	{ "", "mem+ 38000000 8000000", "overlaps memory that is there" },
	{ "", "mem-off 0 8000000", "it has a hole" },
	{ "", "mem-off 38000000 8000000", "it has a hole" },
	{ "", "mem-off 28000000 8000000", "it holds the crash kernel's region" },
};

static void impossible_events_change_nothing(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(impossible); i++) {
		struct machine *m = boot(&spec);
		struct event e = bed_event(impossible[i].event);
		struct error err = { "" };
		char *before;

		bed_apply(m, impossible[i].before);
		before = strdup(bed_state(m));
		if (!machine_apply(m, &e, NULL, &err))
			fail_msg("'%s' happened", impossible[i].event);
		assert_says(impossible[i].event, impossible[i].says, err.text);
		assert_text(impossible[i].event, before, bed_state(m));
		free(before);
		machine_destroy(m);
	}
}

/* wherever KASLR has put it, memory below it can go offline */
static void the_kernel_keeps_its_blocks_online(void **state __always_unused)
{
	static const struct machine_spec spec = {
		STOCK, .text = { 0x17000000, 0xffffffff9a000000, 0x2c30000 },
	};
	struct machine *m = boot(&spec);
	const char *const blocks[] = { "mem-off 10000000 8000000",
				       "mem-off 18000000 8000000" };
	struct error err = { "" };
	size_t i;

	bed_apply(m, "load; mem-off 8000000 8000000; mem-off 20000000 8000000");
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		struct event e = bed_event(blocks[i]);

		assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
		assert_says(blocks[i], "it holds the kernel", err.text);
	}
	machine_destroy(m);
}

/* --- images ----------------------------------------------------------------------- */

static void assert_verdict(const char *what, enum verdict_word expected,
			   struct machine *m)
{
	struct verdict v;

	assert_int_equal(judge(machine_view(m), machine_image(m), JUDGE_ANY_CPU,
			       &v), 0);
	if (v.word != expected)
		fail_msg("%s: %s, expected %s; %s", what, verdict_name(v.word),
			 verdict_name(expected),
			 v.nr ? v.findings[0].text : "no finding");
	verdict_free(&v);
}

/* "elfcorehdr 2f000000+e1000; kernel ...": in the image's order */
static const char *segments(struct machine *m)
{
	const struct image_view *image = machine_image(m);
	static char text[1024];
	size_t i, len = 0;

	for (i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];

		len += snprintf(text + len, sizeof(text) - len,
				"%s%s %" PRIx64 "+%zx%s", i ? "; " : "",
				segment_kind_name(s->kind), s->mem, s->memsz,
				s->in_digest ? "" : "*");
	}
	return text;
}

/* all PT_LOADs; where a dump reads elsewhere, "<" and the place */
static const char *loads(struct machine *m)
{
	const struct view_segment *s =
		image_view_segment(machine_image(m), SEGMENT_ELFCOREHDR);
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)s->bytes;
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)(ehdr + 1);
	static char text[4096];
	size_t i, len = 0, notes = 0;

	for (i = 0; i < ehdr->e_phnum; i++) {
		notes += phdr[i].p_type == PT_NOTE;
		if (phdr[i].p_type != PT_LOAD)
			continue;
		len += snprintf(text + len, sizeof(text) - len,
				"%llx-%llx", phdr[i].p_paddr,
				phdr[i].p_paddr + phdr[i].p_memsz - 1);
		if (phdr[i].p_offset != phdr[i].p_paddr)
			len += snprintf(text + len, sizeof(text) - len,
					"<%llx", phdr[i].p_offset);
		len += snprintf(text + len, sizeof(text) - len, " ");
	}
	snprintf(text + len, sizeof(text) - len, "and %zu notes", notes);
	return text;
}

/* the captured kernel's own places: hints for sizes only; what it lacks is spare */
static void segments_lie_where_the_kernel_puts_them(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK, .nr_cpus = 8192 };
	struct event e = {
		.type = EVENT_LOAD,
		.u.load = { .kernel_size = 0x37ee000, .initrd_size = 0x151fe2 },
	};
	struct machine *m = boot(&spec);
	struct error err = { "" };

	if (machine_apply(m, &e, NULL, &err))
		fail_msg("%s", err.text);
	assert_text("segments",
		    "elfcorehdr 2f000000+e1000*; purgatory 3effb000+5000*; boot_param 3eff9000+2000; kernel 3b800000+37ee000; initrd 3b6ae000+152000; spare 3eff7000+2000; spare 2f0e1000+e1000*",
		    segments(m));
	assert_int_equal(machine_image(m)->reserved, 2 * 0xe1000);
	assert_true(machine_image(m)->verifies);
	assert_verdict("loaded", VERDICT_ACCURATE, m);
	assert_text("header", "1000000-3c2ffff 100000-2effffff 3f000000-3ffdefff and 5 notes",
		    loads(m));
	bed_apply(m, "mem+ 100000000 10000000; mem-on 100000000 10000000; on 1");
	assert_verdict("a DIMM", VERDICT_ACCURATE, m);
	bed_apply(m, "mem-off 100000000 8000000");
	assert_text("header", "1000000-3c2ffff 100000-2effffff 3f000000-3ffdefff 108000000-10fffffff and 5 notes",
		    loads(m));
	assert_verdict("half a DIMM", VERDICT_ACCURATE, m);
	machine_destroy(m);
}

static void a_crash_kernel_far_up_has_two_regions(void **state __always_unused)
{
	static const struct machine_spec spec = { LARGE };
	struct machine *m = boot(&spec);
	const struct sysfs_file *files;
	size_t i, nr;

	bed_apply(m, "load");
	assert_text("header",
		    "1000000-3c2ffff 100000-3fffffff 48000000-7fffffff 100000000-17fffffff 190000000-27fffffff and 5 notes",
		    loads(m));
	assert_verdict("loaded", VERDICT_ACCURATE, m);
	assert_int_equal(machine_image(m)->segment[0].mem, 0x180000000);
	nr = machine_sysfs(m, &files);
	for (i = 0; i < nr; i++)
		if (!strcmp(files[i].path, "kernel/kexec_crash_size"))
			assert_text("kexec_crash_size", "402653184\n",
				    files[i].value);
	machine_destroy(m);
}

/* CPUs that are absent have no files, and kexec-tools no notes of them */
static void sysfs_shows_notes_of_present_cpus(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	struct machine *m = boot(&spec);
	const struct sysfs_file *files;
	char text[256] = "";
	size_t i, nr;

	bed_apply(m, "core+ 3");
	nr = machine_sysfs(m, &files);
	for (i = 0; i < nr; i++)
		if (strstr(files[i].path, "/crash_notes") &&
		    !strstr(files[i].path, "size"))
			strcat(strcat(text, " "), files[i].path);
	assert_text("files", " devices/system/cpu/cpu0/crash_notes devices/system/cpu/cpu1/crash_notes devices/system/cpu/cpu3/crash_notes",
		    text);
	machine_destroy(m);
}

static void memory_comes_between_two_walks(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	struct event between[] = { bed_event("mem+ 100000000 10000000"),
				   bed_event("mem+ 100000000 10000000") };
	struct event e = bed_event("load");
	struct machine *m = boot(&spec);
	struct error err = { "" };

	e.u.load.between = between;
	e.u.load.nr_between = 1;
	if (machine_apply(m, &e, NULL, &err))
		fail_msg("%s", err.text);
	assert_true(view_ranges_contains(&machine_view(m)->ram, 0x100000000,
					 0x10fffffff));
	assert_verdict("loaded", VERDICT_ACCURATE, m);

	/* as impossible as anywhere else, and told */
	e.u.load.nr_between = 2;
	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("the same memory again", "overlaps memory that is there",
		    err.text);
	machine_destroy(m);
}

/* KB-56: of CPUs 0, 1 and 3, as many numbers as are configured are tried */
static void kexec_tools_stops_at_a_hole(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	static const struct { size_t configured; const char *notes; } rows[] = {
		{ 0, "and 4 notes" }, { 4, "and 4 notes" },
		{ 3, "and 3 notes" }, { 1, "and 2 notes" },
	};
	struct error err = { "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = bed_event("load-exec 0");
		struct machine *m = boot(&spec);

		bed_apply(m, "core+ 3");
		e.u.load.configured_cpus = rows[i].configured;
		if (machine_apply(m, &e, NULL, &err))
			fail_msg("%s", err.text);
		assert_says("notes", rows[i].notes, loads(m));
		machine_destroy(m);
	}
}

/* what the tool makes, before the kernel's first update of it */
static void kexec_tools_makes_its_own_header(void **state __always_unused)
{
	static const struct machine_spec spec = { LARGE };
	static const struct {
		const char *what, *events, *loads;
	} rows[] = {
		{ "no flag", "load-exec 0",
		  "1000000-3c2ffff 1000-9fbff<18ff61000 100000-3fffffff 48000000-7fffffff 100000000-17fffffff 190000000-27fffffff and 3 notes" },
		{ "no flag, an offline DIMM",
		  "mem+ 300000000 10000000; load-exec 0",
		  "1000000-3c2ffff 1000-9fbff<18ff61000 100000-3fffffff 48000000-7fffffff 100000000-17fffffff 190000000-27fffffff 300000000-30fffffff and 3 notes" },
		{ "update of elfcorehdr", "load-exec 4",
		  "1000000-3c2ffff 100000-3fffffff 48000000-7fffffff 100000000-17fffffff 190000000-27fffffff and 5 notes" },
		{ "hotplug", "mem+ 300000000 10000000; load-exec 8",
		  "1000000-3c2ffff 100000-3fffffff 48000000-7fffffff 100000000-17fffffff 190000000-27fffffff and 5 notes" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = boot(&spec);

		bed_apply(m, rows[i].events);
		assert_text(rows[i].what, rows[i].loads, loads(m));
		assert_verdict(rows[i].what, VERDICT_ACCURATE, m);
		machine_destroy(m);
	}
}

/* both purgatories check the digest: an update of what it covers loses the dump */
static void the_digest_covers_what_does_not_change(void **state __always_unused)
{
	static const struct machine_spec spec = { STOCK };
	static const struct {
		const char *load, *segments;
	} rows[] = {
		{ "load", "elfcorehdr 2f000000+71000*; purgatory 3effb000+5000*; boot_param 3eff9000+2000; kernel 3ee00000+100000; initrd 3efe9000+10000; spare 3efe7000+2000; spare 2f071000+71000*" },
		{ "load-exec 0", "initrd 3ee41000+10000; kernel 3ee51000+100000; boot_param 3ef51000+5000; purgatory 3ef56000+7000*; elfcorehdr 3ef5d000+4000; backup 3ef61000+9f000" },
		{ "load-exec 4", "initrd 3edd4000+10000; kernel 3ede4000+100000; boot_param 3eee4000+5000; purgatory 3eee9000+7000*; elfcorehdr 3eef0000+71000*; backup 3ef61000+9f000" },
	};
	struct event poke = {
		.type = EVENT_POKE,
		.u.poke = { .segment = "initrd", .bytes = "x", .nr_bytes = 1 },
	};
	struct machine_spec small = spec;
	size_t i;

	small.nr_cpus = 512;
	small.nr_cpus_default = 64;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = boot(&small);
		struct error err;

		bed_apply(m, rows[i].load);
		assert_text(rows[i].load, rows[i].segments, segments(m));
		assert_verdict(rows[i].load, VERDICT_ACCURATE, m);
		assert_int_equal(machine_apply(m, &poke, NULL, &err), 0);
		assert_verdict("a byte of the initrd", VERDICT_LOST, m);
		machine_destroy(m);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(unsound_descriptions_are_refused),
	cmocka_unit_test(events_change_what_they_say),
	cmocka_unit_test(impossible_events_change_nothing),
	cmocka_unit_test(the_kernel_keeps_its_blocks_online),
	cmocka_unit_test(segments_lie_where_the_kernel_puts_them),
	cmocka_unit_test(a_crash_kernel_far_up_has_two_regions),
	cmocka_unit_test(sysfs_shows_notes_of_present_cpus),
	cmocka_unit_test(kexec_tools_stops_at_a_hole),
	cmocka_unit_test(memory_comes_between_two_walks),
	cmocka_unit_test(kexec_tools_makes_its_own_header),
	cmocka_unit_test(the_digest_covers_what_does_not_change),
};

TEST_MAIN(tests)
