// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RFC of 2022: where the hole is, what is rewritten in it and when, and what
 * this wins and loses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "machine_private.h"
#include "scheme_bed.h"

#include "helpers.h"

static const struct bed two_cores = {
	.memory = "0+80000000", .cores = "0 1", .max_cores = 64,
	.lmbs = 16, .lmb_base = 0x80000000,
};

static const struct bed two_threads = {
	.memory = "0+80000000", .cores = "0 2", .threads = 2, .max_cores = 4,
};

#define FILE_LOAD(b, p, e) { &b, "crash-fdt-hole", .params = p, .events = e }
#define EXEC_LOAD(b, p, e) \
	{ &b, "crash-fdt-hole:kexec-load", .params = p, .events = e }

static const struct {
	const char *name;
	struct scheme_case c;
	const char *timeline;
	unsigned int handled, ignored;
} rows[] = {
	/* wins: a core that was not there, with nothing loaded anew */
	{ "a core", FILE_LOAD(two_cores, "handler=1ms", "1s core+ 2; 2s on 2"),
	  "0 accurate, 2 s torn, 2.001 s accurate", 1 },
	{ "a core, by the tool",
	  EXEC_LOAD(two_cores, "handler=1ms", "1s core+ 2; 2s on 2"),
	  "0 accurate, 2 s torn, 2.001 s accurate", 1 },
	{ "a core goes", FILE_LOAD(two_cores, "handler=0", "1s off 1; 1s core- 1"),
	  "0 accurate", 0, 1 },
	/* a thread of a core that the FDT has: nothing to do */
	{ "a thread", FILE_LOAD(two_threads, "handler=1ms", "1s off 3; 2s on 3"),
	  "0 accurate", 0, 2 },

	/* loses: the hook comes after the last thread; before it they run already */
	{ "between threads",
	  FILE_LOAD(two_threads, "handler=0", "1s core+ 4; 2s on 4; 3s on 5"),
	  "0 accurate, 2 s hang, 3 s accurate", 1, 1 },
	/* loses: memory is nobody's business */
	{ "memory",
	  FILE_LOAD(two_cores, "handler=0",
		    "1s mem+ 80000000 10000000; 2s mem-on 80000000 10000000;"
		    "3s mem-off 80000000 10000000"),
	  "0 accurate, 2 s incomplete, 3 s accurate", 0, 2 },
	/* and the FDT's rewrite does not help with it */
	{ "memory, then a core",
	  FILE_LOAD(two_cores, "handler=0",
		    "1s mem+ 80000000 10000000; 2s mem-on 80000000 10000000;"
		    "3s core+ 2; 3s on 2"),
	  "0 accurate, 2 s incomplete", 1, 1 },
};

static void test_rows(void **state)
{
	struct scheme_crash crash;
	enum verdict_word word;
	struct scheme_run run;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scheme_bed_play(&run, &rows[i].c);
		if (strcmp(rows[i].timeline, scheme_bed_timeline(&run)) ||
		    run.counts.handled != rows[i].handled ||
		    run.counts.ignored != rows[i].ignored)
			fail_msg("%s:\n\texpected \"%s\"\n\tgot      \"%s\", %u handled, %u ignored",
				 rows[i].name, rows[i].timeline,
				 scheme_bed_timeline(&run), run.counts.handled,
				 run.counts.ignored);
		/* no rewrite has failed */
		if (scheme_run_crash(&run, UINT32_MAX, &crash, &word, &err))
			fail_msg("%s: %s", rows[i].name, err.text);
		assert_string_equal("", crash.why);
		scheme_run_stop(&run);
	}
}

static const char *sysfs(struct machine *m, const char *path)
{
	const struct sysfs_file *files;
	size_t nr = machine_sysfs(m, &files);

	for (size_t i = 0; i < nr; i++)
		if (!strcmp(files[i].path, path))
			return files[i].value;
	return NULL;
}

/* at the region's end, told by sysfs, and the FDT is there with all of the room */
static void test_place(void **state)
{
	static const struct scheme_case cases[] = {
		FILE_LOAD(two_cores, NULL, ""), EXEC_LOAD(two_cores, NULL, ""),
	};
	static const char totalsize[] = { 0, 0x10, 0, 0 };
	const struct view_segment *fdt;
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		scheme_bed_play(&run, &cases[i]);
		assert_string_equal("3ff00000\n", sysfs(run.machine,
						       "kernel/kexec_crash_fdt"));
		assert_string_equal("1048576\n",
				    sysfs(run.machine,
					  "kernel/kexec_crash_fdt_size"));
		assert_null(sysfs(run.machine, "devices/system/cpu/crash_hotplug"));
		fdt = image_view_segment(machine_image(run.machine),
					 SEGMENT_FDT);
		assert_u64("place", 0x3ff00000, fdt->mem);
		assert_u64("size", 0x100000, fdt->memsz);
		assert_memory_equal(totalsize, fdt->bytes + 4, 4);
		assert_false(fdt->in_digest);
		scheme_run_stop(&run);
	}
}

static void apply(struct scheme_run *run, const char *text)
{
	struct event event = bed_event(text);
	struct error err;

	if (scheme_run_event(run, run->now, &event, &err))
		fail_msg("%s: %s", text, err.text);
}

/* all nodes go first, then as many come as have room: the rest is missing */
static void test_no_room(void **state)
{
	static const struct scheme_case c = FILE_LOAD(two_cores, "handler=0", "");
	struct scheme_crash crash;
	enum verdict_word word;
	struct scheme_run run;
	struct error err;
	void *fdt;

	(void)state;
	scheme_bed_play(&run, &c);
	fdt = physmem_map(&run.machine->phys, 0x3ff00000, 0x100000);
	assert_int_equal(0, fdt_pack(fdt));
	apply(&run, "core+ 2");
	apply(&run, "on 2");
	assert_int_equal(0, scheme_run_crash(&run, UINT32_MAX, &crash, &word,
					     &err));
	assert_int_equal(VERDICT_HANG, word);
	assert_says("why", "CPU nodes of the FDT in the hole: FDT_ERR_NOSPACE",
		    crash.why);
	scheme_run_stop(&run);
}

static void test_refused(void **state)
{
	static const struct {
		struct scheme_case c;
		const char *says;
	} refused[] = {
		{ FILE_LOAD(two_cores, "hole-size=0x10001", NULL),
		  "a hole of 0x10001 bytes is not made of whole pages" },
		{ FILE_LOAD(two_cores, "hole-size=0x20010000", NULL),
		  "no room for a hole of 0x20010000 bytes" },
	};
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_says("refused", refused[i].says,
			    scheme_bed_refused(&run, &refused[i].c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
