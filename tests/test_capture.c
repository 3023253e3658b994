// SPDX-License-Identifier: GPL-2.0-only
/*
 * Captures of real kernels: every one in fixtures/captures is read, and what
 * capture_events() derives leads a model of the machine from each step to the
 * next.
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

#include "capture_box.h"
#include "capture_model.h"
#include "scenario.h"

/* last: it makes fail() a macro */
#include <cmocka.h>

/* --- from step to step ---------------------------------------------------- */

static void events_lead_from_each_step_to_the_next(void **state)
{
	DIR *dir = opendir(captures_dir());
	size_t i, pairs = 0;
	struct dirent *entry;

	(void)state;
	if (!dir)
		fail_msg("no folder %s", captures_dir());
	while ((entry = readdir(dir))) {
		struct capture *c;

		if (entry->d_name[0] == '.' || strchr(entry->d_name, '.'))
			continue;
		c = read_capture(entry->d_name);
		for (i = 1; i < c->nr_steps; i++) {
			if (!c->steps[i - 1].has_state || !c->steps[i].has_state)
				continue;
			model_check_pair(c->name, &c->steps[i - 1], &c->steps[i]);
			pairs++;
		}
		capture_free(c);
	}
	closedir(dir);
	if (pairs < 150)
		fail_msg("only %zu pairs of steps in %s", pairs, captures_dir());
}

/*
 * Over more than one step, and backwards: states are all that counts. (Not for
 * cores: numbers with a gap need a core that came and went.)
 */
static void events_lead_between_any_two_steps(void **state)
{
	static const char *const names[] = {
		"B-dimm-hotadd-remove", "K-numa-adjacent-regions",
		"L-offline-block-then-unplug", "I2-many-ranges-poison",
		"x86_64-D-manual-online", "x86_64-M1-mixed",
	};
	size_t n, i, j;

	(void)state;
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		struct capture *c = read_capture(names[n]);

		for (i = 0; i < c->nr_steps; i++)
			for (j = 0; j < c->nr_steps; j++)
				if (c->steps[i].has_state && c->steps[j].has_state)
					model_check_pair(c->name, &c->steps[i],
						   &c->steps[j]);
		capture_free(c);
	}
}

/* --- what is read --------------------------------------------------------- */

static void steps_say_what_they_are(void **state)
{
	static const struct {
		const char *capture;
		size_t step;
		const char *kind;
		bool has_state, loaded;
		enum load_call call;
		unsigned long flags;
		unsigned int ranges;
		int crash_cpu;		/* -1: no crash */
		bool up;
	} rows[] = {
		{ "E-smt4", 0, "load", true, true, LOAD_KEXEC_FILE_LOAD, 0, 2048, -1, false },
		{ "E-smt4", 4, "cpu-del", true, false, LOAD_KEXEC_FILE_LOAD, 0, 2048, -1, false },
		{ "E-smt4", 8, "reload", true, true, LOAD_KEXEC_FILE_LOAD, 0, 2048, -1, false },
		{ "G-crash-on-hotadded-cpu", 4, "crash", false, false, LOAD_KEXEC_FILE_LOAD, 0, 0, 2, true },
		{ "H-crash-fdt-not-updated", 0, "kexec_load", true, true, LOAD_KEXEC_LOAD, 0, 2048, -1, false },
		{ "H-crash-fdt-not-updated", 2, "cpu-add", true, false, LOAD_KEXEC_LOAD, 0, 2048, -1, false },
		{ "H-crash-fdt-not-updated", 3, "crash", false, false, LOAD_KEXEC_LOAD, 0, 0, 2, false },
		{ "I2-many-ranges-poison", 3, "dlpar-remove", false, false, LOAD_KEXEC_FILE_LOAD, 0, 0, -1, false },
		{ "N-fdt-no-space", 1, "poke", true, false, LOAD_KEXEC_FILE_LOAD, 0, 2048, -1, false },
		{ "x86_64-K-kexec-load", 0, "kexec_load", true, true, LOAD_KEXEC_LOAD, 0x8, 8192, -1, false },
		{ "x86_64-K-kexec-load", 8, "cpu-offline", true, false, LOAD_KEXEC_LOAD, 0x4, 8192, -1, false },
		{ "x86_64-K-kexec-load", 9, "kexec_load", true, true, LOAD_KEXEC_LOAD, 0, 8192, -1, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture *c = read_capture(rows[i].capture);
		struct capture_step *s = &c->steps[rows[i].step];
		int crash_cpu = s->crash ? (int)s->crash_cpu : -1;

		if (strcmp(s->kind, rows[i].kind) ||
		    s->has_state != rows[i].has_state ||
		    s->loaded != rows[i].loaded ||
		    s->load.call != rows[i].call ||
		    s->load.flags != rows[i].flags ||
		    s->machine.max_memory_ranges != rows[i].ranges ||
		    crash_cpu != rows[i].crash_cpu ||
		    s->capture_up != rows[i].up)
			fail_msg("%s/%s: kind %s (expected %s), state %d (%d), loaded %d (%d), call %d (%d), flags 0x%lx (0x%lx), ranges %u (%u), crash CPU %d (%d), up %d (%d)",
				 c->name, s->name, s->kind, rows[i].kind,
				 s->has_state, rows[i].has_state, s->loaded,
				 rows[i].loaded, s->load.call, rows[i].call,
				 s->load.flags, rows[i].flags,
				 s->machine.max_memory_ranges, rows[i].ranges,
				 crash_cpu, rows[i].crash_cpu, s->capture_up,
				 rows[i].up);
		capture_free(c);
	}
}

static void the_machine_is_as_the_manifest_says(void **state)
{
	struct capture *c = read_capture("K-numa-adjacent-regions");
	const struct machine_spec *m = &c->steps[9].machine;

	(void)state;
	assert_int_equal(m->arch, ARCH_POWERPC);
	assert_int_equal(m->page_size, 65536);
	assert_int_equal(m->block_size, 256 << 20);
	assert_int_equal(m->crashk_start, 0x20000000);
	assert_int_equal(m->crashk_size, 0x20000000);
	assert_int_equal(m->vmcoreinfo, 0x4780000);
	assert_int_equal(m->nr_memory, 4);
	assert_int_equal(m->memory[3].start, 0xb0000000);
	assert_int_equal(m->memory[3].size, 0x30000000);
	assert_int_equal(m->memory[3].nid, 1);
	assert_int_equal(m->nr_blocks, 14);
	assert_false(m->blocks[9].online);
	assert_true(m->blocks[11].online);
	assert_int_equal(m->nr_cpu_specs, 2);
	assert_int_equal(c->steps[9].elfcorehdr_size, 114920);
	assert_int_equal(c->steps[9].attr_crash_hotplug, 1);
	assert_int_equal(fdt_check_full(m->boot_fdt, m->boot_fdt_size), 0);
	capture_free(c);
}

/* kexec-tools gives its segments no names; their content and places do */
static void segments_have_their_names(void **state)
{
	static const struct {
		const char *capture;
		const char *names;
	} rows[] = {
		{ "E-smt4", "kernel purgatory backup elfcorehdr initrd fdt" },
		{ "H-crash-fdt-not-updated",
		  "kernel backup elfcorehdr purgatory initrd fdt" },
		{ "x86_64-A-cpu-hotadd",
		  "elfcorehdr purgatory boot_param kernel initrd" },
		{ "x86_64-K-kexec-load", "other elfcorehdr" },
	};
	size_t i, j, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture *c = read_capture(rows[i].capture);

		for (k = 0; k < c->nr_steps; k++) {
			const struct load_spec *load = &c->steps[k].load;
			char names[256] = "";

			for (j = 0; j < load->nr_segments; j++) {
				strcat(names, j ? " " : "");
				strcat(names, load->segments[j].name);
			}
			/* after a crash the manifest may have no segments */
			if (load->nr_segments && strcmp(names, rows[i].names))
				fail_msg("%s/%s: expected segments \"%s\", got \"%s\"",
					 c->name, c->steps[k].name,
					 rows[i].names, names);
		}
		capture_free(c);
	}
}

static void segments_come_with_their_bytes(void **state)
{
	struct capture *c = read_capture("N-fdt-no-space");
	const struct capture_step *s = &c->steps[1];
	const struct segment_spec *header = &s->load.segments[3];
	const struct segment_spec *fdt = &s->load.segments[5];

	(void)state;
	assert_int_equal(header->mem, 0x21740000);
	assert_int_equal(header->memsz, 0x20000);
	assert_int_equal(header->bufsz, 0x1000);
	assert_int_equal(header->nr_bytes, header->memsz);
	assert_memory_equal(header->bytes, "\177ELF", 4);
	/* cut at the totalsize that somebody lowered */
	assert_int_equal(fdt->nr_bytes, 21391);
	assert_int_equal(fdt_totalsize(fdt->bytes), 21391);
	assert_int_equal(fdt->memsz, 0x40000);
	assert_null(s->load.segments[0].bytes);
	assert_string_equal(s->load.cmdline,
			    "console=hvc0 maxcpus=1 reset_devices numa=off");
	capture_free(c);
}

static void check_order(const struct capture *c, const struct capture_step *s)
{
	const struct machine_spec *m = &s->machine;
	struct model_core core;
	unsigned int cpu = 0;
	int node = -1;

	assert_int_equal(fdt_check_full(m->boot_fdt, m->boot_fdt_size), 0);
	while ((node = model_next_cpu(m->boot_fdt, node, &core)) >= 0) {
		while (cpu < m->nr_cpu_specs && !m->cpus[cpu].present)
			cpu++;
		if (core.id != cpu)
			fail_msg("%s/%s: expected core %u next, got core %u",
				 c->name, s->name, cpu, core.id);
		cpu += core.threads;
	}
}

/* in the order of CPU numbers, whatever readdir's was */
static void live_trees_have_cores_in_order(void **state)
{
	/* here a core's id is the number of its first CPU */
	static const char *const names[] = {
		"A-cpu-hotadd", "B-dimm-hotadd-remove", "E-smt4",
		"K-numa-adjacent-regions",
	};
	size_t n, i;

	(void)state;
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		struct capture *c = read_capture(names[n]);

		for (i = 0; i < c->nr_steps; i++)
			check_order(c, &c->steps[i]);
		capture_free(c);
	}
}

/* x86 shows notes for present CPUs only; headers and later steps know more */
static void crash_notes_are_known_for_all_cpus(void **state)
{
	struct capture *c = read_capture("x86_64-A-cpu-hotadd");
	size_t i;

	(void)state;
	for (i = 0; i < c->steps[0].machine.nr_cpu_specs; i++)
		if (!c->steps[0].machine.cpus[i].notes)
			fail_msg("%s: no notes of CPU %zu", c->name, i);
	assert_int_equal(c->steps[0].machine.cpus[1].notes,
			 c->steps[9].machine.cpus[1].notes);
	capture_free(c);
}

/* --- events in words ------------------------------------------------------ */

static void events_come_in_the_kernels_order(void **state)
{
	static const struct {
		const char *capture;
		size_t step;
		const char *events;
	} rows[] = {
		{ "A-cpu-hotadd", 12, "" },
		{ "E-smt4", 1, "cpu-add core 4; cpu-online 4; cpu-online 5; cpu-online 6; cpu-online 7" },
		{ "E-smt4", 4, "cpu-offline 8; cpu-offline 9; cpu-offline 10; cpu-offline 11; cpu-remove core 8" },
		{ "E-smt4", 5, "cpu-offline 5" },
		/* two LMBs: one after the other */
		{ "B-dimm-hotadd-remove", 9,
		  "memory-add 0xc0000000 +256M; memory-online 0xc0000000 +256M; "
		  "memory-add 0xd0000000 +256M; memory-online 0xd0000000 +256M" },
		{ "B-dimm-hotadd-remove", 11,
		  "memory-offline 0x80000000 +256M; memory-remove 0x80000000 +256M" },
		{ "K-numa-adjacent-regions", 4,
		  "memory-add 0xb0000000 +256M node 1; memory-online 0xb0000000 +256M" },
		/* offline already: nothing is told */
		{ "L-offline-block-then-unplug", 8, "memory-remove 0xb0000000 +256M" },
		{ "N-fdt-no-space", 1, "poke fdt +0x4: 00 00 53 8f" },
		/* a DIMM: whole, then its blocks */
		{ "x86_64-D-manual-online", 1, "memory-add 0x100000000 +512M" },
		{ "x86_64-F-crash-after-hotplug", 5,
		  "memory-add 0x100000000 +256M; memory-online 0x100000000 +128M; "
		  "memory-online 0x108000000 +128M" },
		{ "x86_64-J-memmap-holes", 3,
		  "memory-offline 0x100000000 +128M; memory-offline 0x108000000 +128M; "
		  "memory-remove 0x100000000 +256M" },
		{ "x86_64-A-cpu-hotadd", 3, "cpu-add core 5" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture *c = read_capture(rows[i].capture);

		check_words(c, rows[i].step, rows[i].events);
		capture_free(c);
	}
}

/* the capture says which LMB was the last: the lowest, so they went downwards */
static void lmbs_go_in_the_order_that_detail_tells(void **state)
{
	struct capture *c = read_capture("I2-many-ranges-poison");
	struct event *events;
	struct error err;
	size_t i, nr;

	(void)state;
	if (capture_events(&c->steps[0], &c->steps[1], &events, &nr, &err))
		fail_msg("%s", err.text);
	assert_int_equal(nr, 2 * 122);
	for (i = 0; i < nr; i++) {
		assert_int_equal(events[i].type, i % 2 ? EVENT_MEMORY_REMOVE :
				 EVENT_MEMORY_OFFLINE);
		if (i > 1 && events[i].u.memory.start >= events[i - 2].u.memory.start)
			fail_msg("event %zu: expected LMBs downwards, got 0x%llx after 0x%llx",
				 i, (unsigned long long)events[i].u.memory.start,
				 (unsigned long long)events[i - 2].u.memory.start);
	}
	capture_events_free(events, nr);
	capture_free(c);
}

/* the node arrives as the live tree has it */
static void a_new_core_brings_its_node(void **state)
{
	struct capture *c = read_capture("E-smt4");
	const void *node, *value;
	struct event *events;
	struct error err;
	int len, sub;
	size_t nr;

	(void)state;
	if (capture_events(&c->steps[1], &c->steps[2], &events, &nr, &err))
		fail_msg("%s", err.text);
	assert_int_equal(events[0].type, EVENT_CPU_ADD);
	assert_int_equal(events[0].u.core.core, 8);
	assert_int_equal(events[0].u.core.threads, 4);
	node = events[0].u.core.node;
	assert_int_equal(fdt_check_full(node, events[0].u.core.node_size), 0);
	sub = fdt_first_subnode(node, 0);
	assert_string_equal(fdt_get_name(node, sub, NULL), "PowerPC,POWER9@8");
	value = fdt_getprop(node, sub, "name", &len);
	assert_non_null(value);
	assert_string_equal(value, "PowerPC,POWER9@8");
	value = fdt_getprop(node, sub, "ibm,ppc-interrupt-server#s", &len);
	assert_int_equal(len, 16);
	assert_memory_equal(value, "\0\0\0\010\0\0\0\011\0\0\0\012\0\0\0\013", 16);
	assert_true(fdt_next_subnode(node, sub) < 0);
	capture_events_free(events, nr);
	capture_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_lead_from_each_step_to_the_next),
		cmocka_unit_test(events_lead_between_any_two_steps),
		cmocka_unit_test(steps_say_what_they_are),
		cmocka_unit_test(the_machine_is_as_the_manifest_says),
		cmocka_unit_test(segments_have_their_names),
		cmocka_unit_test(segments_come_with_their_bytes),
		cmocka_unit_test(live_trees_have_cores_in_order),
		cmocka_unit_test(crash_notes_are_known_for_all_cpus),
		cmocka_unit_test(events_come_in_the_kernels_order),
		cmocka_unit_test(lmbs_go_in_the_order_that_detail_tells),
		cmocka_unit_test(a_new_core_brings_its_node),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
