// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios: what each event becomes, what the machine is made of, and a table
 * of broken ones, each with the line that a person gets to read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <libfdt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario.h"
#include "values.h"

/* last: it makes fail() a macro */
#include <cmocka.h>

/* --- a folder to write scenarios into: BOX/scenarios, BOX/trees ----------- */

static char box[64];
static char file[128];

static const char *source_dir(void)
{
	const char *source = getenv("CRASH_HP_SOURCE");

	return source ? source : ".";
}

static int make_box(void **state)
{
	char from[1024], trees[1100], to[128];

	(void)state;
	strcpy(box, "/tmp/test_scenario.XXXXXX");
	if (!mkdtemp(box))
		return -1;
	snprintf(from, sizeof(from), "%s/fixtures/trees", source_dir());
	snprintf(to, sizeof(to), "%s/trees", box);
	if (!realpath(from, trees) || symlink(trees, to))
		return -1;
	snprintf(to, sizeof(to), "%s/scenarios", box);
	snprintf(file, sizeof(file), "%s/scenarios/x.yaml", box);
	return mkdir(to, 0700);
}

static int remove_box(void **state)
{
	static const char *const names[] = {
		"scenarios/x.yaml", "scenarios/bad.dts", "scenarios/bad.dtb",
		"scenarios", "trees", "",
	};
	char path[192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", box, names[i]);
		remove(path);
	}
	return 0;
}

static void write_file(const char *name, const char *bytes, size_t size)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, size, out), size);
	fclose(out);
}

static struct scenario *read_text(const char *text)
{
	struct scenario *s;
	struct error err;

	write_file(file, text, strlen(text));
	s = scenario_read(file, &err);
	if (!s)
		fail_msg("%s\nin:\n%s", err.text, text);
	return s;
}

/* 4 cores of 4 threads: 0, 4, 8, 12; room for 8; LMBs of 256 MiB */
#define SMT4 "machine: {tree: ../trees/pseries-smt4.dts, crashkernel: 512M@512M}\n"

static struct scenario *read_events(const char *events)
{
	char text[4096];

	snprintf(text, sizeof(text), SMT4 "events:\n%s", events);
	return read_text(text);
}

/* --- values --------------------------------------------------------------- */

static void sizes_are_read_exactly_or_not_at_all(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t size;
	} rows[] = {
		{ "0", true, 0 },
		{ "4096", true, 4096 },
		{ "010", true, 10 },
		{ "0x10", true, 16 },
		{ "0X1f", true, 31 },
		{ "64K", true, 65536 },
		{ "256M", true, 256 << 20 },
		{ "1g", true, 1 << 30 },
		{ "2T", true, UINT64_C(2) << 40 },
		{ "0x10M", true, 16 << 20 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "0xffffffffffffffff", true, UINT64_MAX },
		{ "16777215T", true, UINT64_C(16777215) << 40 },
		{ "18446744073709551616", false, 0 },
		{ "0x10000000000000000", false, 0 },
		{ "16777216T", false, 0 },
		{ "-1", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1MB", false, 0 },
		{ "1.5G", false, 0 },
		{ "0x", false, 0 },
		{ "M", false, 0 },
		{ "ff", false, 0 },
		{ "", false, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t size = 0;
		bool good = parse_size(rows[i].text, &size);

		if (good != rows[i].good || (good && size != rows[i].size))
			fail_msg("size \"%s\": expected %s 0x%llx, got %s 0x%llx",
				 rows[i].text, rows[i].good ? "good" : "bad",
				 (unsigned long long)rows[i].size,
				 good ? "good" : "bad",
				 (unsigned long long)size);
	}
}

static void sizes_are_written_as_they_are_read(void **state)
{
	static const uint64_t sizes[] = {
		0, 1, 1023, 1024, 4097, 65536, 256 << 20, 3 << 29, 1 << 30,
		UINT64_C(480) << 30, UINT64_C(1) << 40, UINT64_MAX,
		UINT64_C(1) << 63,
	};
	char text[SIZE_TEXT_MAX];
	uint64_t back;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (!parse_size(size_text(sizes[i], text), &back) ||
		    back != sizes[i])
			fail_msg("0x%llx is written \"%s\"",
				 (unsigned long long)sizes[i], text);
	assert_string_equal(size_text(UINT64_C(480) << 30, text), "480G");
	assert_string_equal(size_text(1536 << 20, text), "1536M");
}

/* --- events --------------------------------------------------------------- */

/* all events of all steps but a first load: "a; b; c" */
static void events_in_words(const struct scenario *s, char *text, size_t size)
{
	size_t i, j;

	text[0] = '\0';
	for (i = 0; i < s->nr_steps; i++) {
		for (j = 0; j < s->steps[i].nr_events; j++) {
			char one[128];

			event_describe(&s->steps[i].events[j], one, sizeof(one));
			if (text[0])
				strncat(text, "; ", size - strlen(text) - 1);
			strncat(text, one, size - strlen(text) - 1);
		}
	}
}

/* core 16 with two threads; in this machine the others have four */
static void write_core_tree(void)
{
	static const char dts[] =
		"/dts-v1/;\n"
		"/ {\n"
		"	l2-cache@2010 { device_type = \"cache\"; reg = <0x2010>; };\n"
		"	PowerPC,POWER9@10 {\n"
		"		device_type = \"cpu\";\n"
		"		reg = <16>;\n"
		"		ibm,ppc-interrupt-server#s = <16 17>;\n"
		"	};\n"
		"};\n";
	char name[128];

	snprintf(name, sizeof(name), "%s/scenarios/core.dts", box);
	write_file(name, dts, strlen(dts));
}

static void items_become_events(void **state)
{
	static const struct {
		const char *events;
		const char *want;
	} rows[] = {
		{ "- load", "load kexec_file_load" },
		{ "- load: kexec_file_load", "load kexec_file_load" },
		{ "- load: kexec_load", "load kexec_load" },
		{ "- load: {call: kexec_load, flags: hotplug}", "load kexec_load flags 0x8" },
		{ "- load: {call: kexec_load, flags: [hotplug, update-elfcorehdr]}", "load kexec_load flags 0xc" },
		{ "- load: {call: kexec_load, flags: none}", "load kexec_load" },
		{ "- load: {call: kexec_load, flags: 0x9}", "load kexec_load flags 0x8" },
		{ "- load: {during: [cpu-offline: 1, cpu-online: 1]}",
		  "load kexec_file_load (2 events meanwhile)" },
		{ "- reload", "reload kexec_file_load" },
		{ "- reload: {call: kexec_load, flags: hotplug}", "reload kexec_load flags 0x8" },
		{ "- unload", "unload" },
		{ "- unload: true", "unload" },
		{ "- crash: 2", "crash cpu 2" },
		{ "- crash: {cpu: 0x3}", "crash cpu 3" },
		{ "- poke: {segment: fdt, offset: 4, bytes: 00001000}",
		  "poke fdt +0x4: 00 00 10 00" },
		{ "- poke: {segment: fdt, offset: 4K, bytes: \"00 01 02 03 04 05 06 07 08\"}",
		  "poke fdt +0x1000: 00 01 02 03 04 05 06 07 ..." },

		{ "- poke: {segment: fdt, delete: /cpus}", "poke fdt: delete /cpus" },

		{ "- cpu-add: 16", "cpu-add core 16" },
		{ "- cpu-add: {core: 0x10, threads: 2}", "cpu-add core 16" },
		{ "- dlpar-cpu-add: {core: 16, node: core.dts}\n- dlpar-cpu-add: {core: 24, threads: 2}",
		  "cpu-add core 16; cpu-online 16; cpu-online 17; cpu-add core 24; cpu-online 18; cpu-online 19" },
		{ "- cpu-add: \"16,20\"", "cpu-add core 16; cpu-add core 20" },
		{ "- cpu-add: 0xffffffff", "cpu-add core 4294967295" },
		{ "- cpu-remove: 4", "cpu-remove core 4" },
		{ "- cpu-remove: [4, 8]", "cpu-remove core 4; cpu-remove core 8" },
		{ "- cpu-online: 3", "cpu-online 3" },
		{ "- cpu-offline: 1-3", "cpu-offline 1; cpu-offline 2; cpu-offline 3" },
		{ "- cpu-offline: \"3,1-2\"", "cpu-offline 3; cpu-offline 1; cpu-offline 2" },
		{ "- cpu-offline: [3, 1-2]", "cpu-offline 3; cpu-offline 1; cpu-offline 2" },
		{ "- cpu-online: 3\n  bringup-fails: true", "cpu-online 3, bring-up fails" },
		{ "- cpu-online: 3\n  fail-alloc: 7\n  lock-busy: true",
		  "cpu-online 3, kexec lock busy, allocation 7 fails" },
		{ "- cpu-online: 3\n  lock-busy: false", "cpu-online 3" },
		{ "- cpu-online: 3\n  fail-map: 2", "cpu-online 3, mapping 2 fails" },
		{ "- cpu-online: 3\n  stays-visible: true", "cpu-online 3, the image visible" },

		/* threads of a core: those that are not so already */
		{ "- core-offline: 4", "cpu-offline 4; cpu-offline 5; cpu-offline 6; cpu-offline 7" },
		{ "- cpu-offline: 5\n- core-offline: 4",
		  "cpu-offline 5; cpu-offline 4; cpu-offline 6; cpu-offline 7" },
		{ "- core-online: 4", "" },
		{ "- cpu-offline: 5-7\n- core-offline: [4, 12]",
		  "cpu-offline 5; cpu-offline 6; cpu-offline 7; cpu-offline 4; "
		  "cpu-offline 12; cpu-offline 13; cpu-offline 14; cpu-offline 15" },
		{ "- core-offline: 4\n- cpu-online: 6\n- core-online: 4",
		  "cpu-offline 4; cpu-offline 5; cpu-offline 6; cpu-offline 7; "
		  "cpu-online 6; cpu-online 4; cpu-online 5; cpu-online 7" },

		{ "- dlpar-cpu-add: 16",
		  "cpu-add core 16; cpu-online 16; cpu-online 17; cpu-online 18; cpu-online 19" },
		{ "- dlpar-cpu-add: 16\n  lock-busy: true",
		  "cpu-add core 16; cpu-online 16, kexec lock busy; cpu-online 17, kexec lock busy; "
		  "cpu-online 18, kexec lock busy; cpu-online 19, kexec lock busy" },
		{ "- cpu-offline: 9\n- dlpar-cpu-remove: 8",
		  "cpu-offline 9; cpu-offline 8; cpu-offline 10; cpu-offline 11; cpu-remove core 8" },
		/* the lowest free numbers, aligned to the threads */
		{ "- dlpar-cpu-remove: 4\n- dlpar-cpu-add: 40",
		  "cpu-offline 4; cpu-offline 5; cpu-offline 6; cpu-offline 7; cpu-remove core 4; "
		  "cpu-add core 40; cpu-online 4; cpu-online 5; cpu-online 6; cpu-online 7" },
		{ "- cpu-add: {core: 16, threads: 1}\n- dlpar-cpu-add: {core: 17, threads: 2}",
		  "cpu-add core 16; cpu-add core 17; cpu-online 18; cpu-online 19" },
		{ "- cpu-remove: 4\n- cpu-add: 40\n- core-online: 40",
		  "cpu-remove core 4; cpu-add core 40; cpu-online 4; cpu-online 5; cpu-online 6; cpu-online 7" },
		/* what the machine will refuse it shall see */
		{ "- dlpar-cpu-add: 4", "cpu-add core 4" },
		{ "- dlpar-cpu-remove: 99", "cpu-remove core 99" },

		{ "- smt: 4", "" },
		{ "- smt: 3", "cpu-offline 3; cpu-offline 7; cpu-offline 11; cpu-offline 15" },
		{ "- smt: 1\n- core-offline: 0\n- smt: 2",
		  "cpu-offline 1; cpu-offline 2; cpu-offline 3; cpu-offline 5; cpu-offline 6; cpu-offline 7; "
		  "cpu-offline 9; cpu-offline 10; cpu-offline 11; cpu-offline 13; cpu-offline 14; cpu-offline 15; "
		  "cpu-offline 0; cpu-online 5; cpu-online 9; cpu-online 13" },
		{ "- cpu-offline: 1-15\n- smt: 2\n- dlpar-cpu-add: 16",
		  "cpu-offline 1; cpu-offline 2; cpu-offline 3; cpu-offline 4; cpu-offline 5; cpu-offline 6; "
		  "cpu-offline 7; cpu-offline 8; cpu-offline 9; cpu-offline 10; cpu-offline 11; cpu-offline 12; "
		  "cpu-offline 13; cpu-offline 14; cpu-offline 15; cpu-add core 16; cpu-online 16; cpu-online 17" },

		{ "- memory-add: 0x100000000+256M", "memory-add 0x100000000 +256M" },
		{ "- memory-add: {start: 4G, size: 1G, nid: 3}", "memory-add 0x100000000 +1G node 3" },
		{ "- memory-online: 4G+256M", "memory-online 0x100000000 +256M" },
		{ "- memory-offline: {start: 4G, size: 256M}", "memory-offline 0x100000000 +256M" },
		{ "- memory-remove: 4G+256M", "memory-remove 0x100000000 +256M" },
		{ "- dimm-add: {start: 4G, size: 1G, nid: 3}",
		  "memory-add 0x100000000 +1G node 3; memory-online 0x100000000 +1G" },
		{ "- dimm-add: 4G+1G\n  fail-alloc: 2",
		  "memory-add 0x100000000 +1G; memory-online 0x100000000 +1G, allocation 2 fails" },
		{ "- dimm-remove: 4G+1G", "memory-offline 0x100000000 +1G; memory-remove 0x100000000 +1G" },
		{ "- lmb-add: 4G+512M",
		  "memory-add 0x100000000 +256M; memory-online 0x100000000 +256M; "
		  "memory-add 0x110000000 +256M; memory-online 0x110000000 +256M" },
		{ "- lmb-remove: 4G+512M",
		  "memory-offline 0x100000000 +256M; memory-remove 0x100000000 +256M; "
		  "memory-offline 0x110000000 +256M; memory-remove 0x110000000 +256M" },
		/* what is offline already is passed over */
		{ "- memory-offline: 0x110000000+256M\n- dimm-remove: 4G+1G",
		  "memory-offline 0x110000000 +256M; memory-offline 0x100000000 +256M; "
		  "memory-offline 0x120000000 +512M; memory-remove 0x100000000 +1G" },
		{ "- memory-add: 4G+512M\n- memory-online: 4G+256M\n- lmb-remove: 4G+512M",
		  "memory-add 0x100000000 +512M; memory-online 0x100000000 +256M; "
		  "memory-offline 0x100000000 +256M; memory-remove 0x100000000 +256M; "
		  "memory-remove 0x110000000 +256M" },

		{ "- load: {elfcorehdr-at: 1G}", "load kexec_file_load" },
		{ "- ranges: {op: merge, list: [0-0xf, 0x8-0x1f]}", "ranges: merge 2" },
		{ "- ranges: {op: remove, list: {start: 0, size: 16, times: 9, step: 32}, argument: [0+8, 8-15]}\n  fail-alloc: 1",
		  "ranges: remove from 9: 0x0-0x7, 0x8-0xf, allocation 1 fails" },
		{ "- repeat: {times: 2, step: 1G, events: [memory-add: 4G+256M]}",
		  "memory-add 0x100000000 +256M; "
		  "memory-add 0x140000000 +256M" },
		{ "- repeat: {times: 2, events: [cpu-offline: 3, cpu-online: 3]}",
		  "cpu-offline 3; cpu-online 3; cpu-offline 3; cpu-online 3" },
		{ "- repeat: {times: 2, events: [dlpar-cpu-add: 16, repeat: {times: 2, events: [unload]}, dlpar-cpu-remove: 16]}",
		  "cpu-add core 16; cpu-online 16; cpu-online 17; cpu-online 18; cpu-online 19; unload; unload; "
		  "cpu-offline 16; cpu-offline 17; cpu-offline 18; cpu-offline 19; cpu-remove core 16; "
		  "cpu-add core 16; cpu-online 16; cpu-online 17; cpu-online 18; cpu-online 19; unload; unload; "
		  "cpu-offline 16; cpu-offline 17; cpu-offline 18; cpu-offline 19; cpu-remove core 16" },
		/* an alias is what it stands for */
		{ "- &off\n  cpu-offline: 3\n- cpu-online: 3\n- *off",
		  "cpu-offline 3; cpu-online 3; cpu-offline 3" },
	};
	size_t i;

	(void)state;
	write_core_tree();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scenario *s = read_events(rows[i].events);
		char got[4096];

		events_in_words(s, got, sizeof(got));
		if (strcmp(got, rows[i].want))
			fail_msg("%s\nexpected: %s\n     got: %s",
				 rows[i].events, rows[i].want, got);
		scenario_free(s);
	}
}

static void a_load_has_all_that_was_said(void **state)
{
	struct scenario *s = read_events(
		"- load:\n"
		"    call: kexec_load\n"
		"    flags: 0x4\n"
		"    kernel-size: 24M\n"
		"    initrd-size: 0x1000\n"
		"    cmdline: console=hvc0 maxcpus=1\n"
		"    configured-cpus: 3\n"
		"    extra-segment: {start: 0x3e000000, size: 64K, bytes: \"7f 45\"}\n"
		"    during:\n"
		"      - cpu-offline: 1-2\n"
		"      - repeat: {times: 2, events: [memory-online: 4G+256M]}\n");
	const struct load_spec *load = &s->steps[0].events[0].u.load;

	(void)state;
	assert_int_equal(load->call, LOAD_KEXEC_LOAD);
	assert_int_equal(load->flags, 4);
	assert_int_equal(load->kernel_size, 24 << 20);
	assert_int_equal(load->initrd_size, 4096);
	assert_string_equal(load->cmdline, "console=hvc0 maxcpus=1");
	assert_int_equal(load->configured_cpus, 3);
	assert_int_equal(load->nr_segments, 1);
	assert_string_equal(load->segments[0].name, "other");
	assert_int_equal(load->segments[0].mem, 0x3e000000);
	assert_int_equal(load->segments[0].memsz, 64 << 10);
	assert_int_equal(load->segments[0].nr_bytes, 2);
	assert_memory_equal(load->segments[0].bytes, "\x7f\x45", 2);
	assert_int_equal(load->nr_during, 4);
	assert_int_equal(load->during[1].type, EVENT_CPU_OFFLINE);
	assert_int_equal(load->during[1].u.cpu.cpu, 2);
	assert_int_equal(load->during[3].type, EVENT_MEMORY_ONLINE);
	assert_int_equal(load->during[3].line, 13);
	scenario_free(s);
}

static void steps_have_text_line_and_expectation(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *expect;
	} want[] = {
		{ "load kexec_file_load", 3, "accurate" },
		{ "dlpar-cpu-add core 16 (CPUs 16-19)", 5, NULL },
		{ "cpu-offline 1-2,16", 6, "stale" },
		{ "dimm-add 0x100000000 +1G, allocation 2 fails", 8, NULL },
		{ "lmb-add 0x180000000 +256M node 1", 10, NULL },
		{ "smt 2", 11, "hang" },
		{ "unload", 14, NULL },
		{ "unload", 14, NULL },
	};
	struct scenario *s;
	size_t i;

	(void)state;
	s = read_text(SMT4
		"events:\n"				/* 2 */
		"- load: kexec_file_load\n"
		"  expect: accurate\n"
		"- dlpar-cpu-add: 16\n"			/* 5 */
		"- cpu-offline: [1, 2, 16]\n"
		"  expect: stale\n"
		"- dimm-add: 4G+1G\n"
		"  fail-alloc: 2\n"
		"- lmb-add: {start: 6G, size: 256M, nid: 1}\n"	/* 10 */
		"- smt: 2\n"
		"  expect: hang\n"
		"- repeat: {times: 2, events: [\n"
		"    unload]}\n");
	assert_int_equal(s->nr_steps, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < s->nr_steps; i++) {
		const struct scenario_step *step = &s->steps[i];

		if (strcmp(step->text, want[i].text) ||
		    step->line != want[i].line ||
		    strcmp(step->expect ? step->expect : "nothing",
			   want[i].expect ? want[i].expect : "nothing"))
			fail_msg("step %zu: expected line %d \"%s\" (%s), got line %d \"%s\" (%s)",
				 i, want[i].line, want[i].text, want[i].expect,
				 step->line, step->text, step->expect);
		if (step->nr_events)
			assert_int_equal(step->events[0].line, step->line);
	}
	scenario_free(s);
}

static void descriptions_fit_their_buffer(void **state)
{
	struct scenario *s = read_events("- cpu-online: 3\n  lock-busy: true\n");
	char text[16];
	size_t size;

	(void)state;
	for (size = 1; size <= sizeof(text); size++) {
		memset(text, '#', sizeof(text));
		event_describe(s->steps[0].events, text, size);
		assert_int_equal(strlen(text), size - 1);
		assert_memory_equal(text, "cpu-online 3, ke", size - 1);
	}
	scenario_free(s);
}

/* --- machines ------------------------------------------------------------- */

static void a_machine_has_the_usual_values(void **state)
{
	struct scenario *s = read_text(
		"machine: {tree: ../trees/pseries-smt4.dts}\nevents: [unload]\n");
	const struct machine_spec *m = &s->machine;

	(void)state;
	assert_int_equal(m->arch, ARCH_POWERPC);
	assert_int_equal(m->page_size, 65536);
	assert_int_equal(m->nr_cpus, 2048);
	assert_int_equal(m->max_memory_ranges, 0);
	assert_int_equal(m->block_size, 0);
	assert_int_equal(m->crashk_size, 0);
	assert_int_equal(m->nr_cpu_specs, 0);
	assert_int_equal(m->nr_memory, 0);
	assert_false(m->memmap_on_memory);
	assert_int_equal(fdt_check_full(m->boot_fdt, m->boot_fdt_size), 0);
	assert_string_equal(s->name, "x.yaml");
	assert_string_equal(s->file, file);
	scenario_free(s);
}

static void a_machine_has_the_values_that_are_given(void **state)
{
	struct scenario *s = read_text(
		"events: [unload]\n"
		"name: all of it\n"
		"machine:\n"
		"  tree: ../trees/pseries-smt4.dts\n"
		"  arch: powerpc\n"
		"  page-size: 4K\n"
		"  crashkernel: 256M@0x10000000\n"
		"  nr-cpus: 24\n"
		"  max-memory-ranges: 64\n"
		"  block-size: 16M\n"
		"  memmap-on-memory: true\n"
		"  online: \"0-3,9\"\n"
		"  cmdline: quiet splash\n");
	const struct machine_spec *m = &s->machine;
	size_t i;

	(void)state;
	assert_int_equal(m->page_size, 4096);
	assert_int_equal(m->crashk_start, 0x10000000);
	assert_int_equal(m->crashk_size, 256 << 20);
	assert_int_equal(m->nr_cpus, 24);
	assert_int_equal(m->max_memory_ranges, 64);
	assert_int_equal(m->block_size, 16 << 20);
	assert_true(m->memmap_on_memory);
	assert_string_equal(m->cmdline, "quiet splash");
	assert_string_equal(s->name, "all of it");
	/* firmware allows 32 threads, this kernel 24 */
	assert_int_equal(m->nr_cpu_specs, 24);
	for (i = 0; i < 24; i++) {
		assert_int_equal(m->cpus[i].cpu, i);
		assert_int_equal(m->cpus[i].present, i < 16);
		assert_int_equal(m->cpus[i].online, i < 4 || i == 9);
	}
	scenario_free(s);
}

/* a core that firmware has disabled takes numbers, but nobody is there */
static void disabled_cores_are_not_present(void **state)
{
	static const char dts[] =
		"/dts-v1/; / { #address-cells = <2>; #size-cells = <2>;\n"
		"cpus { #address-cells = <1>; #size-cells = <0>;\n"
		"cpu@0 { device_type = \"cpu\"; reg = <0>; ibm,ppc-interrupt-server#s = <0 1>; };\n"
		"cpu@8 { device_type = \"cpu\"; reg = <8>; ibm,ppc-interrupt-server#s = <8 9>;\n"
		"status = \"disabled\"; };\n"
		"l2@1 { device_type = \"cache\"; reg = <1>; };\n"
		"cpu@10 { device_type = \"cpu\"; reg = <16>; ibm,ppc-interrupt-server#s = <16 17>; };\n"
		"}; };\n";
	struct scenario *s;
	char name[128], got[256];
	size_t i;

	(void)state;
	snprintf(name, sizeof(name), "%s/scenarios/bad.dts", box);
	write_file(name, dts, strlen(dts));
	s = read_text("machine: {tree: bad.dts, online: \"0,4-5\"}\n"
		      "events: [core-offline: 16, core-online: 0]\n");
	/* without /rtas nothing more can come */
	assert_int_equal(s->machine.nr_cpu_specs, 6);
	for (i = 0; i < 6; i++) {
		assert_int_equal(s->machine.cpus[i].present, i < 2 || i > 3);
		assert_int_equal(s->machine.cpus[i].online, i < 1 || i > 3);
	}
	events_in_words(s, got, sizeof(got));
	assert_string_equal(got, "cpu-offline 4; cpu-offline 5; cpu-online 1");
	scenario_free(s);
}

static void memory_may_come_between_two_walks(void **state)
{
	struct scenario *s = read_text(
		"machine: {arch: x86_64, memory: [0+1G], possible-cpus: 1}\n"
		"events:\n"
		"- load: {between-walks: [memory-add: 4G+256M, memory-add: 5G+256M]}\n");
	const struct load_spec *load = &s->steps[0].events[0].u.load;

	(void)state;
	assert_int_equal(load->nr_between, 2);
	assert_int_equal(load->between[1].type, EVENT_MEMORY_ADD);
	assert_int_equal(load->between[1].u.memory.start, UINT64_C(5) << 30);
	assert_string_equal(s->steps[0].text, "load kexec_file_load (2 between two walks)");
	scenario_free(s);
}

static void an_x86_64_machine_needs_no_tree(void **state)
{
	struct scenario *s = read_text(
		"machine:\n"
		"  arch: x86_64\n"
		"  memory: [0x1000+636K, {start: 4G, size: 1G, nid: 1}]\n"
		"  possible-cpus: 8\n"
		"  present: 0-3\n"
		"  online: 0-2\n"
		"events: [{cpu-add: 4}, {cpu-online: 3-4}]\n");
	const struct machine_spec *m = &s->machine;

	(void)state;
	assert_int_equal(m->arch, ARCH_X86_64);
	assert_int_equal(m->page_size, 4096);
	assert_null(m->boot_fdt);
	assert_int_equal(m->nr_memory, 2);
	assert_int_equal(m->memory[1].start, UINT64_C(4) << 30);
	assert_int_equal(m->memory[1].nid, 1);
	assert_int_equal(m->nr_cpu_specs, 8);
	assert_true(m->cpus[3].present);
	assert_false(m->cpus[3].online);
	assert_false(m->cpus[4].present);
	assert_int_equal(s->steps[1].nr_events, 2);
	scenario_free(s);
}

/* --- broken ones ---------------------------------------------------------- */

static void expect_error(const char *text, size_t size, const char *says)
{
	struct scenario *s;
	struct error err;
	char want[512];

	write_file(file, text, size);
	s = scenario_read(file, &err);
	if (s)
		fail_msg("expected an error, got a scenario from:\n%s", text);
	snprintf(want, sizeof(want), "%s%s", file, says);
	if (strncmp(err.text, want, strlen(want)) || strchr(err.text, '\n'))
		fail_msg("%s\nexpected: %s\n     got: %s", text, want, err.text);
}

static void write_bad_trees(void)
{
	static const char dts[] = "/dts-v1/;\n/ { a = <1>\n};\n";
	static const char dtb[] = "\xd0\x0d\xfe\xed and no more of it";
	char name[128];

	snprintf(name, sizeof(name), "%s/scenarios/bad.dts", box);
	write_file(name, dts, strlen(dts));
	snprintf(name, sizeof(name), "%s/scenarios/bad.dtb", box);
	write_file(name, dtb, strlen(dtb));
}

static void broken_scenarios_are_told_by_line(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} rows[] = {
		/* the document */
		{ "", ":1: empty" },
		{ "# nothing\n", ":1: empty" },
		{ "just a word", ":1: scenario is one value; a mapping is wanted" },
		{ "- a\n- b\n", ":1: scenario is a list; a mapping is wanted" },
		{ "name: a\nmachine: {}\n", ":1: scenario has no \"events\"" },
		{ "name: a\nevents: []\n", ":1: scenario has no \"machine\"" },
		{ "name: a\nname: b\n" SMT4 "events: [load]\n", ":2: \"name\" stands in scenario twice" },
		{ "name: a\nfoo: b\n", ":2: unknown key \"foo\" in scenario" },
		{ "name: [a]\n" SMT4 "events: [load]\n", ":1: name is a list; one value is wanted" },
		{ "name:\n" SMT4 "events: [load]\n", ":1: name has no value" },
		{ "[a]: b\n", ":1: key is a list; one value is wanted" },
		{ "name: \"a\\0b\"\n" SMT4 "events: [load]\n", ":1: name \"a\" goes on behind a zero byte" },
		{ SMT4 "events: [load]\n---\nname: b\n", ":4: a second document begins" },
		{ "a: [b\nc: d\n", ":2: while parsing a flow sequence: did not find expected" },
		{ "a: \"b\n", ":2: while scanning a quoted scalar: found unexpected end of stream" },
		{ "a: *nothing\n", ":1: " },
		{ "\tname: a\n", ":1: while scanning for the next token" },
		{ "name: \xff\xfe\xfa\n", ": byte 6: invalid leading UTF-8 octet" },
		{ "name: \x01\n", ": byte 6: control characters are not allowed" },

		/* the machine */
		{ "machine: []\nevents: []\n", ":1: machine is a list; a mapping is wanted" },
		{ "machine: {}\nevents: []\n", ":1: machine has no \"tree\"" },
		{ "machine:\n  tree: ../trees/none.dts\nevents: []\n", ":2: tree: " },
		{ "machine: {tree: .}\nevents: []\n", ":1: tree: " },
		{ "machine: {tree: x.yaml}\nevents: []\n", ":1: tree: " },
		{ "machine: {tree: bad.dts}\nevents: []\n", ":1: tree: " },
		{ "machine: {tree: bad.dtb}\nevents: []\n", ":1: tree: " },
		{ "machine: {arch: arm64}\nevents: []\n", ":1: arch \"arm64\" is not powerpc or x86_64" },
		{ "machine: {page-size: 16K}\nevents: []\n", ":1: page-size \"16K\" is not 4K or 64K" },
		{ "machine: {arch: x86_64, page-size: 64K}\nevents: []\n", ":1: page-size \"64K\" is not 4K" },
		{ "machine: {crashkernel: 512M}\nevents: []\n", ":1: crashkernel \"512M\" is not SIZE@OFFSET" },
		{ "machine: {crashkernel: 0@512M}\nevents: []\n", ":1: crashkernel \"0@512M\" is not" },
		{ "machine: {crashkernel: 512M@0xffffffffff000000}\nevents: []\n", ":1: crashkernel" },
		{ "machine: {nr-cpus: 0}\nevents: []\n", ":1: nr-cpus \"0\" is no number from 1 to 8192" },
		{ "machine: {nr-cpus: 8193}\nevents: []\n", ":1: nr-cpus \"8193\" is no number" },
		{ "machine: {nr-cpus: -4}\nevents: []\n", ":1: nr-cpus \"-4\" is no number" },
		{ "machine: {max-memory-ranges: 65536}\nevents: []\n", ":1: max-memory-ranges \"65536\"" },
		{ "machine: {block-size: 3M}\nevents: []\n", ":1: block-size 0x300000 is no power of two" },
		{ "machine: {block-size: 99999999999T}\nevents: []\n", ":1: block-size \"99999999999T\" is no size" },
		{ "machine: {block-size: 1K}\nevents: []\n", ":1: block-size 0x400 is no power of two above the page size" },
		{ "machine: {memmap-on-memory: maybe}\nevents: []\n", ":1: memmap-on-memory \"maybe\" is not false or true" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, online: 0-16}\nevents: []\n", ":1: online: CPU 16 is not present at boot" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, online: 8192}\nevents: []\n", ":1: online \"8192\" is no CPU list" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, online: []}\nevents: []\n", ":1: online names no CPU" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, possible-cpus: 1}\nevents: []\n", ":1: possible-cpus is for x86_64" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, memory: [{start: 0, size: 1G, times: 131073}]}\nevents: []\n", ":1: times \"131073\" is no number" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, memory: [0+1G, {start: 1G, size: 1G, times: 131072, step: 1G}]}\nevents: []\n", ":1: memory: more than 131072 ranges" },
		{ "machine: {tree: ../trees/pseries-smt4.dts, memory: [{start: 4G, size: 1G, times: 3, step: 0x7fffffffffffffff}]}\nevents: []\n", ":1: memory: number 3 ends behind the last address" },
		{ "machine: {arch: x86_64}\nevents: []\n", ":1: machine has no \"memory\"" },
		{ "machine: {arch: x86_64, memory: [0+1G]}\nevents: []\n", ":1: machine has no \"possible-cpus\"" },
		{ "machine: {arch: x86_64, memory: 0+1G, possible-cpus: 1}\nevents: []\n", ":1: memory is not a list" },
		{ "machine: {arch: x86_64, memory: [1G], possible-cpus: 1}\nevents: []\n", ":1: memory \"1G\" is not START+SIZE" },
		{ "machine: {arch: x86_64, memory: [0+1G], possible-cpus: 4, present: 4}\nevents: []\n", ":1: online: CPU 4" },
		{ "machine: {arch: x86_64, tree: a.dts}\nevents: []\n", ":1: tree is for powerpc" },
		{ "machine: {arch: x86_64, memory: [0+1G], possible-cpus: 1}\nevents:\n- load: {between-walks: [cpu-online: 0]}\n", ":3: between-walks: only memory-add can happen between two walks" },
		{ "machine: {arch: x86_64, memory: [0+1G], possible-cpus: 1}\nevents:\n- load: {call: kexec_load, between-walks: [memory-add: 4G+1G]}\n", ":3: between-walks is for call: kexec_file_load" },
		{ "machine: {arch: x86_64, memory: [0+1G], possible-cpus: 1}\nevents:\n- smt: 1\n", ":3: smt is for powerpc" },
		{ "machine:\n  tree: a\n  colour: red\nevents: []\n", ":3: unknown key \"colour\" in machine" },

		/* events */
		{ SMT4 "events: load\n", ":2: events is not a list" },
		{ SMT4 "events: []\n", ":2: events is empty" },
		{ SMT4 "events:\n- [load]\n", ":3: an event is a word or a mapping, not a list" },
		{ SMT4 "events:\n- {}\n", ":3: no event here" },
		{ SMT4 "events:\n- expect: lost\n", ":3: no event here" },
		{ SMT4 "events:\n- reboot\n", ":3: unknown event \"reboot\"" },
		{ SMT4 "events:\n- reboot: now\n", ":3: unknown event \"reboot\"" },
		{ SMT4 "events:\n- crash\n", ":3: crash needs a value" },
		{ SMT4 "events:\n- repeat\n", ":3: repeat needs a value" },
		{ SMT4 "events:\n- load:\n", ":3: call has no value" },
		{ SMT4 "events:\n- reload: kexec\n", ":3: call \"kexec\" is not kexec_file_load" },
		{ SMT4 "events:\n- unload: false\n", ":3: unload: false means nothing" },
		{ SMT4 "events:\n- load: kexec_file_load\n  unload: true\n", ":4: \"unload\": an item of the list is one event" },
		{ SMT4 "events:\n- load\n- crash: 1\n  crash: 2\n", ":5: \"crash\": an item of the list is one event" },
		{ SMT4 "events:\n- load: kexec_file\n", ":3: call \"kexec_file\" is not kexec_file_load or kexec_load" },
		{ SMT4 "events:\n- load: {flags: hotplug}\n", ":3: flags is for call: kexec_load" },
		{ SMT4 "events:\n- load: {call: kexec_load, flags: hot}\n", ":3: flags \"hot\" is not hotplug" },
		{ SMT4 "events:\n- load: {call: kexec_load, flags: 0x100000000}\n", ":3: flags \"0x100000000\"" },
		{ SMT4 "events:\n- load: {kernel-size: 0}\n", ":3: kernel-size 0x0 is not a size" },
		{ SMT4 "events:\n- load: {initrd-size: 2T}\n", ":3: initrd-size 0x20000000000 is not a size" },
		{ SMT4 "events:\n- load: {extra-segment: {start: 1G, size: 1M, bytes: 00}}\n", ":3: extra-segment is for call: kexec_load" },
		{ SMT4 "events:\n- load: {between-walks: [memory-add: 4G+256M]}\n", ":3: between-walks is for x86_64" },
		{ SMT4 "events:\n- load: {configured-cpus: 4}\n", ":3: configured-cpus is for call: kexec_load" },
		{ SMT4 "events:\n- load: {call: kexec_load, configured-cpus: 0}\n", ":3: configured-cpus \"0\" is no number from 1" },
		{ SMT4 "events:\n- load: {call: kexec_load, extra-segment: {start: 1G, size: 1, bytes: 0000}}\n", ":3: bytes: 2 of them, the segment has 0x1" },
		{ SMT4 "events:\n- load:\n    during:\n    - load\n", ":5: during: only CPU and memory events" },
		{ SMT4 "events:\n- load:\n    during:\n    - crash: 0\n", ":5: during: only CPU and memory events" },
		{ SMT4 "events:\n- load:\n    during:\n    - cpu-online: 1\n      expect: lost\n", ":5: expect has no place" },
		{ SMT4 "events:\n- load: {during: []}\n", ":3: during is empty" },
		{ SMT4 "events:\n- load\n- cpu-online: x\n", ":4: cpu-online \"x\" is no CPU list" },
		{ SMT4 "events:\n- cpu-online: 5-3\n", ":3: cpu-online \"5-3\" is no CPU list" },
		{ SMT4 "events:\n- cpu-online: 1,\n", ":3: cpu-online \"1,\" is no CPU list" },
		{ SMT4 "events:\n- cpu-online: -1\n", ":3: cpu-online \"-1\" is no CPU list" },
		{ SMT4 "events:\n- cpu-online: {cpu: 1}\n", ":3: cpu-online is a mapping" },
		{ SMT4 "events:\n- cpu-online: [0-8191, 0-8191]\n", ":3: cpu-online \"0-8191\" names more than 8192 CPUs" },
		{ SMT4 "events:\n- cpu-add: {threads: 4}\n", ":3: cpu-add has no \"core\"" },
		{ SMT4 "events:\n- cpu-add: {core: 4, threads: 9}\n", ":3: threads \"9\" is no number from 1 to 8" },
		{ SMT4 "events:\n- cpu-add: 4294967296\n", ":3: cpu-add \"4294967296\" is no number" },
		{ "machine: {arch: x86_64, memory: [0+1G], possible-cpus: 1}\nevents:\n- cpu-add: {core: 0, node: core.dts}\n", ":3: cpu-add: node is for powerpc" },
		{ SMT4 "events:\n- cpu-add: 5-3\n", ":3: cpu-add \"5-3\" is no CPU list" },
		{ SMT4 "events:\n- cpu-add: {core: 16, node: none.dts}\n", ":3: node: " },
		{ SMT4 "events:\n- cpu-add: {core: 16, threads: 4, node: core.dts}\n", ":3: threads of a core whose node says them" },
		{ SMT4 "events:\n- cpu-remove: {core: 4, threads: 4}\n", ":3: unknown key \"threads\" in cpu-remove" },
		{ SMT4 "events:\n- core-online: 5\n", ":3: core-online: there is no core 5 here" },
		{ SMT4 "events:\n- smt: 5\n", ":3: smt \"5\" is no number from 1 to 4" },
		{ SMT4 "events:\n- memory-add: 256M\n", ":3: memory-add \"256M\" is not START+SIZE" },
		{ SMT4 "events:\n- memory-add: 0+\n", ":3: memory-add \"0+\" is not START+SIZE" },
		{ SMT4 "events:\n- memory-add: 4G+0\n", ":3: memory-add at 0x100000000 has size 0" },
		{ SMT4 "events:\n- memory-add: 0xffffffff00000000+8G\n", ":3: memory-add 0xffffffff00000000+0x200000000 ends behind the last address" },
		{ SMT4 "events:\n- memory-add: {start: 4G}\n", ":3: memory-add has no \"size\"" },
		{ SMT4 "events:\n- memory-add: {start: 4G, size: 1G, nid: -1}\n", ":3: nid \"-1\" is no number" },
		{ SMT4 "events:\n- memory-online: {start: 4G, size: 1G, nid: 1}\n", ":3: memory-online: nid is for memory that arrives" },
		{ SMT4 "events:\n- lmb-add: 4G+128M\n", ":3: lmb-add 0x100000000+0x8000000: an LMB is 256M" },
		{ SMT4 "events:\n- lmb-add: 0x108000000+256M\n", ":3: lmb-add 0x108000000+0x10000000: an LMB is 256M" },
		{ SMT4 "events:\n- crash: {}\n", ":3: crash has no \"cpu\"" },
		{ SMT4 "events:\n- crash: 8192\n", ":3: crash: cpu \"8192\" is no number from 0 to 8191" },
		{ SMT4 "events:\n- poke: fdt\n", ":3: poke is one value; a mapping is wanted" },
		{ SMT4 "events:\n- poke: {segment: fdt, offset: 4, bytes: 0x}\n", ":3: bytes \"0x\" are no bytes" },
		{ SMT4 "events:\n- poke: {segment: fdt, offset: 4, bytes: \"0 1\"}\n", ":3: bytes \"0 1\" are no bytes" },
		{ SMT4 "events:\n- poke: {segment: fdt, offset: 4, bytes: abc}\n", ":3: bytes \"abc\" are no bytes" },
		{ SMT4 "events:\n- load: {call: kexec_load, elfcorehdr-at: 1G}\n", ":3: elfcorehdr-at is for call: kexec_file_load" },
		{ SMT4 "events:\n- memory-add: {start: 4G, size: 1G, times: 2, step: 1G}\n", ":3: memory-add: times is for lists of memory" },
		{ SMT4 "events:\n- ranges: {op: remove, argument: 0+1}\n", ":3: ranges has no \"list\"" },
		{ SMT4 "events:\n- ranges: {op: split, list: 0+1}\n", ":3: op \"split\" is not add, remove, exclude or merge" },
		{ SMT4 "events:\n- ranges: {op: add, list: 0+1}\n", ":3: add needs an argument" },
		{ SMT4 "events:\n- ranges: {op: merge, list: 0+1, argument: 0+1}\n", ":3: merge takes no argument" },
		{ SMT4 "events:\n- ranges: {op: merge, list: []}\n", ":3: list is empty" },
		{ SMT4 "events:\n- ranges: {op: merge, list: [0+1, 1+1], capacity: 1}\n", ":3: capacity \"1\" is no number from 2" },
		{ SMT4 "events:\n- ranges: {op: merge, list: {start: 0, size: 1, times: 4097, step: 1}}\n", ":3: list: more than 4096 ranges" },

		{ SMT4 "events:\n- poke: {segment: fdt}\n", ":3: poke has either" },
		{ SMT4 "events:\n- poke: {segment: fdt, offset: 4}\n", ":3: poke has either" },
		{ SMT4 "events:\n- poke: {segment: fdt, bytes: 00}\n", ":3: poke has either" },
		{ SMT4 "events:\n- poke: {segment: fdt, offset: 4, bytes: 00, delete: /cpus}\n", ":3: poke has either" },
		{ SMT4 "events:\n- poke: {segment: fdt, bytes: 00, delete: /cpus}\n", ":3: poke has either" },
		{ SMT4 "events:\n- poke: {segment: fdt, delete: /}\n", ":3: delete \"/\" is no path" },
		{ SMT4 "events:\n- poke: {segment: fdt, delete: cpus}\n", ":3: delete \"cpus\" is no path" },

		/* what goes with events */
		{ SMT4 "events:\n- load\n- crash: 1\n  expect: fine\n", ":5: expect \"fine\" is not accurate, stale, incomplete, lost, hang or any" },
		{ SMT4 "events:\n- crash: 1\n  expect: lost\n  expect: lost\n", ":5: \"expect\" stands in one event twice" },
		{ SMT4 "events:\n- cpu-add: 16\n  stays-visible: true\n", ":4: stays-visible means nothing for cpu-add" },
		{ SMT4 "events:\n- cpu-add: 16\n  lock-busy: true\n", ":4: lock-busy means nothing for cpu-add" },
		{ SMT4 "events:\n- ranges: {op: merge, list: 0+1}\n  lock-busy: true\n", ":4: lock-busy means nothing for ranges" },
		{ SMT4 "events:\n- load: kexec_file_load\n  lock-busy: true\n", ":4: lock-busy means nothing for load" },
		{ SMT4 "events:\n- crash: 0\n  fail-alloc: 1\n", ":4: fail-alloc means nothing for crash" },
		{ SMT4 "events:\n- memory-remove: 4G+256M\n  fail-alloc: 1\n", ":4: fail-alloc means nothing for memory-remove" },
		{ SMT4 "events:\n- cpu-offline: 1\n  bringup-fails: true\n", ":4: bringup-fails means nothing for cpu-offline" },
		{ SMT4 "events:\n- cpu-add: 16\n  fail-map: 1\n", ":4: fail-map means nothing for cpu-add" },
		{ SMT4 "events:\n- cpu-offline: 1\n  fail-alloc: 0\n", ":4: fail-alloc \"0\" is no number from 1" },
		{ SMT4 "events:\n- cpu-offline: 1\n  lock-busy: 1\n", ":4: lock-busy \"1\" is not false or true" },
		{ SMT4 "events:\n- repeat: {times: 2}\n", ":3: repeat has no \"events\"" },
		{ SMT4 "events:\n- repeat: {times: 0, events: [load]}\n", ":3: times \"0\" is no number from 1" },
		{ SMT4 "events:\n- repeat: {times: 3, step: 0x7fffffffffffffff, events: [memory-add: 4G+1G]}\n", ":3: memory-add is repeated behind the last address" },
		{ SMT4 "events:\n- repeat: {times: 2, events: []}\n", ":3: repeat: events is empty" },
		{ SMT4 "events:\n- repeat: {times: 2, events: [load]}\n  expect: lost\n", ":3: expect belongs to an event inside repeat" },

		/* too much of it */
		{ SMT4 "events:\n- repeat: {times: 262144, events: [cpu-online: 0-8191]}\n", ":3: more than 262144 events" },
		{ SMT4 "events:\n- repeat: {times: 262144, events: [smt: 4]}\n", ":3: more than 262144 events" },
		{ SMT4 "events: &a\n- repeat: {times: 2, events: *a}\n", ":2: lists of events inside events, more than 8 deep" },
		{ SMT4 "events:\n- &a\n  load: {during: [*a]}\n", ":4: lists of events inside events, more than 8 deep" },
		{ SMT4 "events:\n- &a {load: *a}\n", ":3: unknown key \"load\" in load" },
		{ SMT4 "events:\n- lmb-add: 0+1048576G\n", ":3: more than 262144 events" },
	};
	size_t i;

	(void)state;
	write_bad_trees();
	write_core_tree();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_error(rows[i].text, strlen(rows[i].text), rows[i].says);
}

/* the file that the tree is in, and what dtc or libfdt say of it */
static void broken_trees_are_told_by_their_file(void **state)
{
	static const struct {
		const char *tree;
		const char *says;
	} rows[] = {
		{ "../trees/none.dts", "/scenarios/../trees/none.dts: No such file or directory" },
		{ "bad.dts", "/scenarios/bad.dts: dtc: Error: " },
		{ "bad.dtb", "/scenarios/bad.dtb: not a flattened device tree: FDT_ERR_" },
		{ ".", "/scenarios/.: not a file" },
		{ "/dev/null", ":1: tree: /dev/null: not a file" },
	};
	struct error err;
	char text[256];
	size_t i;

	(void)state;
	write_bad_trees();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "machine: {tree: %s}\nevents: []\n",
			 rows[i].tree);
		write_file(file, text, strlen(text));
		assert_null(scenario_read(file, &err));
		if (!strstr(err.text, rows[i].says) || strchr(err.text, '\n'))
			fail_msg("tree %s: expected \"...%s...\", got \"%s\"",
				 rows[i].tree, rows[i].says, err.text);
	}
}

static void files_that_are_none_are_told(void **state)
{
	struct error err;

	(void)state;
	assert_null(scenario_read("/nowhere/x.yaml", &err));
	assert_string_equal(err.text, "/nowhere/x.yaml: No such file or directory");
	assert_null(scenario_read("/tmp", &err));
	assert_string_equal(err.text, "/tmp: not a file");
	scenario_free(NULL);
}

/* every beginning of a good scenario is broken or good, and never a crash */
static void scenarios_that_end_early_do_no_harm(void **state)
{
	static const char text[] =
		"name: &n a\n" SMT4
		"events:\n- load: {call: kexec_load, flags: [hotplug, 4], during: [cpu-offline: 1-3]}\n"
		"- dlpar-cpu-add: {core: 16, threads: 4}\n  lock-busy: true\n"
		"- dimm-add: {start: 4G, size: 1G, nid: 1}\n  fail-alloc: 3\n"
		"- repeat: {times: 3, events: [poke: {segment: fdt, offset: 4, bytes: \"00 1f\"}]}\n"
		"- crash: {cpu: 2}\n  expect: lost\n";
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(text); size += size < 75 ? 15 : 7) {
		struct scenario *s;
		struct error err = { "" };

		write_file(file, text, size);
		s = scenario_read(file, &err);
		if (!s && !strstr(err.text, file))
			fail_msg("cut at %zu: got \"%s\"", size, err.text);
		scenario_free(s);
	}
}

/* --- what others get to read ---------------------------------------------- */

static void all_fixtures_can_be_read(void **state)
{
	char path[1400], dir_name[1024];
	struct dirent *entry;
	size_t nr = 0;
	DIR *dir;

	(void)state;
	snprintf(dir_name, sizeof(dir_name), "%s/fixtures/scenarios", source_dir());
	dir = opendir(dir_name);
	if (!dir)
		fail_msg("no folder %s", dir_name);
	while ((entry = readdir(dir))) {
		struct scenario *s;
		struct error err;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir_name, entry->d_name);
		s = scenario_read(path, &err);
		if (!s)
			fail_msg("%s", err.text);
		/* a scenario is called as its file */
		if (strncmp(s->name, entry->d_name, strlen(s->name)) ||
		    strcmp(entry->d_name + strlen(s->name), ".yaml"))
			fail_msg("%s calls itself %s", path, s->name);
		scenario_free(s);
		nr++;
	}
	closedir(dir);
	assert_true(nr >= 10);
}

/* each ```yaml block of the page is a scenario, or events of one */
static void all_examples_of_the_page_can_be_read(void **state)
{
	char path[1024], line[512], block[4096];
	bool inside = false;
	size_t nr = 0;
	FILE *in;

	(void)state;
	snprintf(path, sizeof(path), "%s/docs/scenario.md", source_dir());
	in = fopen(path, "r");
	if (!in)
		fail_msg("no page %s", path);
	while (fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "```", 3)) {
			if (inside) {
				scenario_free(strstr(block, "machine:") ?
					      read_text(block) : read_events(block));
				nr++;
			}
			inside = !strcmp(line, "```yaml\n");
			block[0] = '\0';
		} else if (inside) {
			strncat(block, line, sizeof(block) - strlen(block) - 1);
		}
	}
	fclose(in);
	assert_true(nr >= 5);
}

int main(void)
{
#define IN_A_BOX(test) cmocka_unit_test_setup_teardown(test, make_box, remove_box)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read_exactly_or_not_at_all),
		cmocka_unit_test(sizes_are_written_as_they_are_read),
		IN_A_BOX(items_become_events),
		IN_A_BOX(a_load_has_all_that_was_said),
		IN_A_BOX(steps_have_text_line_and_expectation),
		IN_A_BOX(descriptions_fit_their_buffer),
		IN_A_BOX(a_machine_has_the_usual_values),
		IN_A_BOX(a_machine_has_the_values_that_are_given),
		IN_A_BOX(disabled_cores_are_not_present),
		IN_A_BOX(an_x86_64_machine_needs_no_tree),
		IN_A_BOX(memory_may_come_between_two_walks),
		IN_A_BOX(broken_scenarios_are_told_by_line),
		IN_A_BOX(broken_trees_are_told_by_their_file),
		IN_A_BOX(files_that_are_none_are_told),
		IN_A_BOX(scenarios_that_end_early_do_no_harm),
		cmocka_unit_test(all_fixtures_can_be_read),
		IN_A_BOX(all_examples_of_the_page_can_be_read),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
