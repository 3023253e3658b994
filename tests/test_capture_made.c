// SPDX-License-Identifier: GPL-2.0-only
/*
 * Captures that no real kernel left: what their steps show beyond the states,
 * and what a person gets to read when one is broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <sys/stat.h>

#include "capture_box.h"
#include "capture_model.h"
#include "scenario.h"

/* last: it makes fail() a macro */
#include <cmocka.h>

/* --- what the states do not show ------------------------------------------ */

static void events_that_found_the_lock_busy_are_marked(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-00-a", "E-smt4/step-01-cpu-add-core4");
	box_step("step-01-b", "E-smt4/step-02-cpu-add-core8");
	box_edit("step-01-b", "dmesg",
		 "[\"[ 1.0][ T1] crash hp: hp_action 1, cpu 8\","
		 " \"[ 1.1][ T1] crash hp: kexec_trylock() failed, kdump image may be inaccurate\","
		 " \"[ 1.2][ T1] something else\","
		 " \"[ 1.3][ T1] crash hp: hp_action 1, cpu 10\","
		 " \"[ 1.4][ T1] crash hp: kexec_trylock() failed, kdump image may be inaccurate\"]");
	c = read_box();
	check_words(c, 1, "cpu-add core 8; cpu-online 8; "
		    "cpu-online 9, kexec lock busy; cpu-online 10; "
		    "cpu-online 11, kexec lock busy");
	capture_free(c);
}

/* a log with other events than the states show marks none of these */
static void the_logs_of_other_events_mark_nothing(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-00-a", "E-smt4/step-05-cpu5-offline");
	box_step("step-01-b", "E-smt4/step-06-cpu5-online");
	box_edit("step-01-b", "dmesg",
		 "[\"[ 1.0][ T1] crash hp: hp_action 2, cpu 7\","
		 " \"[ 1.1][ T1] crash hp: kexec_trylock() failed, kdump image may be inaccurate\"]");
	c = read_box();
	check_words(c, 1, "cpu-online 5");
	capture_free(c);
}

static void memory_that_went_and_came_back_follows_detail(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-00-a", "B-dimm-hotadd-remove/step-06-mem-del-m3-a0000000");
	box_step("step-01-b", "B-dimm-hotadd-remove/step-07-mem-del-m5-c0000000");
	box_edit("step-01-b", "detail.blocks_removed", "[8, 12]");
	box_edit("step-01-b", "detail.blocks_offlined", "[9]");
	c = read_box();
	check_words(c, 1, "memory-offline 0x90000000 +256M; "
		    "memory-offline 0x80000000 +256M; memory-remove 0x80000000 +256M; "
		    "memory-offline 0xc0000000 +256M; memory-remove 0xc0000000 +256M; "
		    "memory-add 0x80000000 +256M; memory-online 0x80000000 +256M; "
		    "memory-online 0x90000000 +256M");
	capture_free(c);
}

/* core 4 went, core 20 came and got its CPU numbers */
static void a_core_replaced_by_another_goes_first(void **state)
{
	static const char threads[16] = "\0\0\0\024\0\0\0\025\0\0\0\026\0\0\0\027";
	struct capture *c = read_capture("E-smt4");
	void *tree = c->steps[1].tree.bytes;
	int node = fdt_path_offset(tree, "/cpus/PowerPC,POWER9@4");

	(void)state;
	assert_true(node > 0);
	fdt_setprop_inplace(tree, node, "reg", "\0\0\0\024", 4);
	fdt_setprop_inplace(tree, node, "ibm,ppc-interrupt-server#s", threads, 16);
	box_step("step-00-a", "E-smt4/step-01-cpu-add-core4");
	box_step("step-01-b", "E-smt4/step-01-cpu-add-core4");
	box_gzip("step-01-b", "live-tree.dtb.gz", tree, c->steps[1].tree.size);
	box_edit("step-01-b", "detail", "{\"kind\": \"something-new\"}");
	capture_free(c);
	c = read_box();
	check_words(c, 1, "cpu-offline 4; cpu-offline 5; cpu-offline 6; "
		    "cpu-offline 7; cpu-remove core 4; cpu-add core 20; "
		    "cpu-online 4; cpu-online 5; cpu-online 6; cpu-online 7");
	capture_free(c);
}

/* the same addresses, on another NUMA node */
static void memory_that_changed_its_node_went_and_came(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-00-a", "B-dimm-hotadd-remove/step-00-loaded");
	box_step("step-01-b", "B-dimm-hotadd-remove/step-00-loaded");
	box_edit("step-01-b", "memblock_memory",
		 "[\"   0: 0x0000000000000000..0x000000006fffffff    0 NONE\","
		 " \"   1: 0x0000000070000000..0x000000007fffffff    1 HOTPLUG\"]");
	c = read_box();
	check_words(c, 1, "memory-offline 0x70000000 +256M; memory-remove 0x70000000 +256M; "
		    "memory-add 0x70000000 +256M node 1; memory-online 0x70000000 +256M");
	capture_free(c);
}

static void set_core_id(const struct blob *tree, const char *path, char id)
{
	char reg[4] = { 0, 0, 0, id };
	int node = fdt_path_offset(tree->bytes, path);

	assert_int_equal(fdt_setprop_inplace(tree->bytes, node, "reg", reg, 4), 0);
}

/* the order of the cores in this step's tree: "1 0" */
static void check_cores(const struct capture_step *s, const char *want)
{
	char got[64] = "";
	struct model_core core;
	int node = -1;

	while ((node = model_next_cpu(s->tree.bytes, node, &core)) >= 0)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%u",
			 got[0] ? " " : "", core.id);
	assert_string_equal(got, want);
}

/*
 * A kernel that was booted by kexec got its cores in the reverse order, and
 * numbers them so. The FDT that it then loads shows it: it is reversed again.
 */
static void cores_are_numbered_against_the_fdt(void **state)
{
	struct capture *c = read_capture("B-dimm-hotadd-remove");
	struct blob *fdt = &c->steps[0].fdt;

	(void)state;
	check_cores(&c->steps[0], "0 1");
	set_core_id(fdt, "/cpus/PowerPC,POWER9@0", 1);
	set_core_id(fdt, "/cpus/PowerPC,POWER9@1", 0);
	box_step("step-00-a", "B-dimm-hotadd-remove/step-00-loaded");
	box_step("step-01-b", "B-dimm-hotadd-remove/step-01-mem-add-m1-80000000");
	box_gzip("step-00-a", "fdt.dtb.gz", fdt->bytes, fdt->size);
	capture_free(c);
	c = read_box();
	check_cores(&c->steps[0], "1 0");
	/* and keeps it so, whatever the later FDTs are */
	check_cores(&c->steps[1], "1 0");
	capture_free(c);
}

static void an_image_that_is_gone_was_unloaded(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-00-a", "E-smt4/step-00-loaded");
	box_step("step-01-b", "E-smt4/step-00-loaded");
	box_step("step-02-c", "E-smt4/step-00-loaded");
	box_edit("step-01-b", "detail.kind", "\"unload\"");
	box_edit("step-01-b", "sysfs.kexec_crash_loaded", "\"0\"");
	box_edit("step-02-c", "detail.kind", "\"whatever\"");
	c = read_box();
	check_words(c, 1, "unload");
	assert_int_equal(c->steps[1].load.nr_segments, 0);
	assert_false(c->steps[1].loaded);
	assert_true(c->steps[2].loaded);
	capture_free(c);
}

/* whatever the step is called, its content tells that the image is new */
static void a_load_is_known_by_what_it_leaves(void **state)
{
	static const struct {
		const char *what;
		const char *path;
		const char *json;
		bool loaded;
	} rows[] = {
		{ "nothing new", "detail.kind", "\"race\"", false },
		{ "a segment moved", "segments[4].mem", "\"0x21770000\"", true },
		{ "another size", "segments[4].bufsz", "\"0x1874d8\"", true },
		{ "the kernel's debug output", "dmesg",
		  "[\"[ 9.1][ T1] kexec_file: kernel: 00000000e4 kernel_size: 0x15acc60\"]", true },
		{ "the same, kept aside", "extra",
		  "{\"load_log\": [\"[ 9.1][ T1] kexec_file: kernel: 00000000e4 kernel_size: 0x15acc60\"]}", true },
		{ "a kind of load", "detail.kind", "\"reload\"", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture *c;

		box_step("step-00-a", "E-smt4/step-05-cpu5-offline");
		box_step("step-01-b", "E-smt4/step-06-cpu5-online");
		box_edit("step-01-b", rows[i].path, rows[i].json);
		c = read_box();
		if (c->steps[1].loaded != rows[i].loaded)
			fail_msg("%s: expected %s, got the opposite", rows[i].what,
				 rows[i].loaded ? "a new image" : "the old image");
		capture_free(c);
		remove_box(NULL);
		make_box(NULL);
	}
}

static void steps_are_in_the_order_of_their_numbers(void **state)
{
	struct capture *c;

	(void)state;
	box_step("step-100-c", "E-smt4/step-02-cpu-add-core8");
	box_step("step-99-b", "E-smt4/step-01-cpu-add-core4");
	box_step("step-9-a", "E-smt4/step-00-loaded");
	c = read_box();
	assert_int_equal(c->nr_steps, 3);
	assert_string_equal(c->steps[0].name, "step-9-a");
	assert_string_equal(c->steps[1].name, "step-99-b");
	assert_string_equal(c->steps[2].name, "step-100-c");
	capture_free(c);
}

static void states_of_different_machines_have_no_events_between(void **state)
{
	struct capture *a = read_capture("E-smt4");
	struct capture *b = read_capture("L-offline-block-then-unplug");
	struct event *events;
	struct error err;
	size_t nr;

	(void)state;
	assert_int_equal(capture_events(&a->steps[0], &b->steps[0], &events, &nr,
					&err), -1);
	assert_string_equal(err.text, "no events lead from step-00-loaded to step-00-loaded: the number of possible CPUs differs");
	assert_int_equal(capture_events(&b->steps[9], &b->steps[10], &events, &nr,
					&err), -1);
	assert_string_equal(err.text, "step-10-crash-cpu0: the machine's state is not in the capture");
	capture_free(a);
	capture_free(b);
}

/* --- broken captures ------------------------------------------------------ */

static void expect_error(const char *what, const char *says)
{
	struct error err;
	struct capture *c = capture_read(box, &err);

	if (c)
		fail_msg("%s: expected an error, got a capture", what);
	if (!strstr(err.text, says) || strchr(err.text, '\n'))
		fail_msg("%s: expected \"...%s...\" in one line, got \"%s\"",
			 what, says, err.text);
}

static void a_broken_manifest_is_told_by_file_and_key(void **state)
{
	static const struct {
		const char *path;
		const char *json;	/* NULL: take it away */
		const char *says;
	} rows[] = {
		{ "event", NULL, "manifest.json: event: missing" },
		{ "event", "\"crash-now\"", "event: \"crash-now\" names no CPU" },
		{ "event", "\"crash-cpu99999\"", "event: \"crash-cpu99999\" names no CPU" },
		{ "detail", "[]", "detail.kind: missing" },
		{ "detail.kind", "7", "detail.kind: not a text" },
		{ "page_size", NULL, "page_size: missing" },
		{ "page_size", "12345", "page_size: 12345 is no page size" },
		{ "page_size", "-4096", "page_size: not a number" },
		{ "page_size", "6.5e4", "page_size: not a number" },
		{ "block_size_bytes", "\"10000001\"", "block_size_bytes: 0x10000001 is no power of two" },
		{ "block_size_bytes", "\"123456789abcdef01\"", "block_size_bytes: \"123456789abcdef01\" is no number" },
		{ "memblock_memory", NULL, "memblock_memory: missing" },
		{ "memblock_memory", "[]", "memblock_memory: no memory in it" },
		{ "memblock_memory", "\"0x0..0xfff\"", "memblock_memory: not a list" },
		{ "memblock_memory[0]", "\"   0: 0x0..\"", "memblock_memory[0]: \"   0: 0x0..\" is not" },
		{ "memblock_memory[0]", "\"   0: 0x2000..0x1fff    0 NONE\"", "memblock_memory[0]" },
		{ "memblock_memory[0]", "\"   0: 0x0..0xffffffffffffffff    0 NONE\"", "memblock_memory[0]" },
		{ "memblock_memory[0]", "\"0: 0x0..0xffff 99999 NONE\"", "memblock_memory[0]" },
		{ "memblock_memory", "[\"0: 0x1000..0x1fff 0 NONE\", \"1: 0x1000..0x2fff 0 NONE\"]",
		  "memblock_memory[1]: 0x1000 lies before the end of what is above it" },
		{ "memory_blocks", NULL, "memory_blocks: missing" },
		{ "memory_blocks[2]", "\"two online\"", "memory_blocks[2]: \"two online\" is not" },
		{ "memory_blocks[2]", "\"18446744073709551615 online\"", "memory_blocks[2]" },
		{ "memory_blocks[2]", "5", "memory_blocks[2]: not a text" },
		{ "cpu_present", NULL, "cpu_present: missing" },
		{ "cpu_present", "\"0-20\"", "cpu_present: CPU 20 is not possible" },
		{ "cpu_online", "\"0-4\"", "cpu_online: CPU 4 is not present" },
		{ "cpu_online", "\"3-0\"", "cpu_online: \"3-0\" is not a CPU list" },
		{ "cpu_possible", "\"0-99999999999\"", "cpu_possible: \"0-99999999999\" is not a CPU list" },
		{ "crash_notes[1]", "\"1 7fzz 536\"", "crash_notes[1]" },
		{ "crash_notes[1]", "\"77 7f00 536\"", "crash_notes[1]: \"77 7f00 536\" is not" },
		{ "crashkernel.end", NULL, "crashkernel.end: missing" },
		{ "crashkernel.end", "\"0x1\"", "crashkernel.end: 0x1 is before the start" },
		{ "sysfs.crash_elfcorehdr_size", "\"many\"", "sysfs.crash_elfcorehdr_size: \"many\" is no number" },
		{ "sysfs.cpu_crash_hotplug", "\"2\"", "sysfs.cpu_crash_hotplug: 0x2 is above 0x1" },
		{ "vmcoreinfo", "\"\"", "vmcoreinfo" },
		{ "segments", "{}", "segments: not a list" },
		{ "segments[0]", "null", "segments[0].mem: missing" },
		{ "segments[3].memsz", "\"0x\"", "segments[3].memsz: \"0x\" is no number" },
		{ "segments[3].memsz", "\"0xfffffffffffffff0\"", "segments[3].memsz: 0xfffffffffffffff0 is above" },
		{ "segments[3].bufsz", "\"0x20001\"", "segments[3].bufsz: 0x20001 is above 0x20000" },
		{ "segments[3].memsz", "\"0x30000\"", "elfcorehdr.bin.gz: 131072 bytes, the segment has 196608" },
		{ "segments", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "segments: 17 segments; an image has 16 at most" },
		{ "load_flags", "\"0x1ffffffff\"", "load_flags: 0x1ffffffff is above" },
		{ "detail.blocks_removed", "[\"x\"]", "detail.blocks_removed[0]: \"x\" is no number" },
		{ "detail.block", "99999999999999", "detail.block" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_step("step-00-loaded", "E-smt4/step-00-loaded");
		box_edit("step-00-loaded", rows[i].path, rows[i].json);
		expect_error(rows[i].path, rows[i].says);
		remove_box(NULL);
		make_box(NULL);
	}
}

static void a_broken_file_is_told_by_its_name(void **state)
{
	/* the header of a gzip file, and then nothing of it */
	static const char torn[] = "\037\213\010\0\0\0\0\0\0\003";
	static const char wrong[] = "\037\213\010\0\0\0\0\0\0\003garbage garbage";
	static const struct {
		const char *file;
		const char *bytes;	/* NULL: take it away */
		size_t size;		/* 0: up to the terminator */
		const char *says;
	} rows[] = {
		{ "manifest.json", NULL, 0, "manifest.json: No such file" },
		{ "manifest.json", "", 0, "manifest.json:1: no JSON" },
		{ "manifest.json", "{\"scenario\": \"E\",\n\"step\": ", 0, "manifest.json:2: no JSON" },
		{ "manifest.json", "{\"step\": 1, \"step\": 2}", 0, "no JSON: duplicate object key" },
		{ "manifest.json", "{\"page_size\": 99999999999999999999}", 0, "too big integer" },
		{ "manifest.json", "[]", 0, "manifest.json: not a JSON object" },
		{ "elfcorehdr.bin.gz", NULL, 0, "elfcorehdr.bin.gz: No such file" },
		{ "elfcorehdr.bin.gz", "\177ELF", 0, "elfcorehdr.bin.gz: not a gzip file" },
		{ "elfcorehdr.bin.gz", "", 0, "elfcorehdr.bin.gz: not a gzip file" },
		{ "elfcorehdr.bin.gz", torn, sizeof(torn) - 1, "elfcorehdr.bin.gz: gzip data ends too early" },
		{ "elfcorehdr.bin.gz", wrong, sizeof(wrong) - 1, "elfcorehdr.bin.gz: bad gzip data" },
		{ "fdt.dtb.gz", NULL, 0, "fdt.dtb.gz: No such file" },
		{ "live-tree.dtb.gz", NULL, 0, "live-tree.dtb.gz: No such file" },
		{ "live-tree.dtb.gz", torn, sizeof(torn) - 1, "live-tree.dtb.gz: gzip data ends too early" },
	};
	static const char no_tree[64] = "no tree at all";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_step("step-00-loaded", "E-smt4/step-00-loaded");
		box_file("step-00-loaded", rows[i].file, rows[i].bytes,
			 rows[i].size || !rows[i].bytes ? rows[i].size :
			 strlen(rows[i].bytes));
		expect_error(rows[i].file, rows[i].says);
		remove_box(NULL);
		make_box(NULL);
	}

	box_step("step-00-loaded", "E-smt4/step-00-loaded");
	box_gzip("step-00-loaded", "live-tree.dtb.gz", no_tree, sizeof(no_tree));
	expect_error("a tree that is none",
		     "live-tree.dtb.gz: not a flattened device tree");
}

static void a_folder_without_steps_is_told(void **state)
{
	struct error err;
	char dir[128];

	(void)state;
	expect_error("an empty folder", "no step-NN-EVENT folder in it");
	assert_null(capture_read("/nowhere/at/all", &err));
	assert_string_equal(err.text, "/nowhere/at/all: No such file or directory");
	snprintf(dir, sizeof(dir), "%s/step-00-empty", box);
	assert_int_equal(mkdir(dir, 0700), 0);
	expect_error("a step without a manifest",
		     "step-00-empty/manifest.json: No such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_A_BOX(test) cmocka_unit_test_setup_teardown(test, make_box, remove_box)
		IN_A_BOX(events_that_found_the_lock_busy_are_marked),
		IN_A_BOX(the_logs_of_other_events_mark_nothing),
		IN_A_BOX(memory_that_went_and_came_back_follows_detail),
		IN_A_BOX(a_core_replaced_by_another_goes_first),
		IN_A_BOX(memory_that_changed_its_node_went_and_came),
		IN_A_BOX(cores_are_numbered_against_the_fdt),
		IN_A_BOX(an_image_that_is_gone_was_unloaded),
		IN_A_BOX(a_load_is_known_by_what_it_leaves),
		IN_A_BOX(steps_are_in_the_order_of_their_numbers),
		cmocka_unit_test(states_of_different_machines_have_no_events_between),
		IN_A_BOX(a_broken_manifest_is_told_by_file_and_key),
		IN_A_BOX(a_broken_file_is_told_by_its_name),
		IN_A_BOX(a_folder_without_steps_is_told),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
