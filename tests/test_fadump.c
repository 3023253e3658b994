// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware-assisted dump: the structure that is registered, what firmware says to
 * it and does by it, and what the scheme wins and loses on a machine that changes.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_memory.h"
#include "fadump.h"
#include "scheme_bed.h"

#include "helpers.h"

/* --- the structure ------------------------------------------------------------------ */

static const struct rtas_dump three = {
	.version = 1,
	.nr = 3,
	.offset_first = RTAS_DUMP_HEADER,
	.section = {
		{ 1, RTAS_DUMP_CPU_STATE, 0, 0, 0x2000, 0, 0x20000000 },
		{ 1, RTAS_DUMP_HPTE, 0, 0, 0x10000, 0, 0x20010000 },
		{ 1, RTAS_DUMP_BOOT_MEMORY, 0, 0x1000, 0x10000000, 0, 0x20020000 },
	},
};

static void test_bytes(void **state)
{
	static const uint8_t head[] = {
		0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 40,
	};
	static const uint8_t third[] = {
		0, 0, 0, 1, 0, 0x11, 0, 0,
		0, 0, 0, 0, 0, 0, 0x10, 0,	/* source */
		0, 0, 0, 0, 0x10, 0, 0, 0,	/* length */
		0, 0, 0, 0, 0, 0, 0, 0,		/* dumped */
		0, 0, 0, 0, 0x20, 2, 0, 0,	/* destination */
	};
	uint8_t bytes[RTAS_DUMP_SIZE];
	struct rtas_dump back;

	(void)state;
	assert_int_equal(440, RTAS_DUMP_SIZE);
	rtas_dump_write(&three, bytes);
	assert_memory_equal(head, bytes, sizeof(head));
	assert_memory_equal(third, bytes + 40 + 2 * 40, sizeof(third));
	assert_int_equal(0, rtas_dump_read(&back, bytes, sizeof(bytes), NULL));
	assert_memory_equal(&three, &back, sizeof(three));
}

static void test_read_errors(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		size_t size;
		const char *says;
	} rows[] = {
		{ 0, 0, 39, "has 39 bytes, its header 40" },
		{ 3, 2, 440, "is of version 2" },
		{ 5, 11, 440, "11 sections, at most 10" },
		{ 11, 39, 440, "too few for 3 sections at 39" },
		{ 5, 3, 159, "has 159 bytes, too few for 3 sections at 40" },
		{ 8, 0xff, 440, "too few for 3 sections" },
	};
	uint8_t bytes[RTAS_DUMP_SIZE];
	struct rtas_dump dump;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rtas_dump_write(&three, bytes);
		bytes[rows[i].at] = rows[i].byte;
		assert_int_equal(-1, rtas_dump_read(&dump, bytes, rows[i].size,
						    &err));
		assert_says("read", rows[i].says, err.text);
	}
}

/* --- the call --------------------------------------------------------------------------- */

/* changes the structure; @how is what is written there */
static const struct {
	const char *name;
	enum rtas_fault fault;
	size_t section;		/* of it, this destination, source, length */
	uint64_t destination, source, length;
	int ret;
} calls[] = {
	{ "as it should be", 0, 2, 0x20020000, 0x1000, 0x10000000, 0 },
	{ "destination in no memory", 0, 2, 0x40000000, 0x1000, 0x10000000, -3 },
	{ "a hole in the destination", 0, 2, 0x38000000, 0x1000, 0x10000000, -3 },
	{ "a hole in the source", 0, 2, 0x20020000, 0x48000000, 0x1000, -3 },
	{ "no bytes", 0, 2, 0x20020000, 0x1000, 0, -3 },
	{ "a destination that wraps", 0, 1, -0x1000ULL, 0, 0x2000, -3 },
	{ "the CPU state into boot memory", 0, 0, 0x8000000, 0, 0x2000, -3 },
	{ "a copy over its source", 0, 2, 0x10000000, 0x1000, 0x10000000, -3 },
	{ "firmware's own error", RTAS_FAULT_REGISTER, 2, 0x20020000, 0x1000,
	  0x10000000, -1 },
};

static int call(struct rtas_firmware *fw, enum rtas_dump_command command,
		const struct rtas_dump *dump)
{
	struct view_range r[] = { { 0, 0x3fffffff }, { 0x50000000, 0x5fffffff } };
	const struct view_ranges ram = { 2, 2, r };
	uint8_t bytes[RTAS_DUMP_SIZE];

	rtas_dump_write(dump, bytes);
	return rtas_configure_dump(fw, command, bytes, sizeof(bytes), &ram);
}

static void test_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct rtas_firmware fw = { .fault = calls[i].fault };
		struct rtas_dump dump = three;
		struct rtas_dump_section *s = &dump.section[calls[i].section];
		int ret;

		s->destination = calls[i].destination;
		s->source = calls[i].source;
		s->length = calls[i].length;
		ret = call(&fw, RTAS_DUMP_REGISTER, &dump);
		if (ret != calls[i].ret || fw.registered != !ret)
			fail_msg("%s: %d and not %d", calls[i].name, ret,
				 calls[i].ret);
	}
}

static void test_call_order(void **state)
{
	struct rtas_firmware fw = { 0 };

	(void)state;
	assert_int_equal(-3, call(&fw, RTAS_DUMP_UNREGISTER, &three));
	assert_int_equal(0, call(&fw, RTAS_DUMP_REGISTER, &three));
	assert_int_equal(-9, call(&fw, RTAS_DUMP_REGISTER, &three));
	assert_int_equal(0, call(&fw, RTAS_DUMP_UNREGISTER, &three));
	assert_false(fw.registered);
	assert_int_equal(-3, call(&fw, RTAS_DUMP_INVALIDATE, &three));
	assert_int_equal(0, call(&fw, RTAS_DUMP_REGISTER, &three));
	fw.active = true;
	assert_int_equal(0, call(&fw, RTAS_DUMP_INVALIDATE, &three));
	assert_false(fw.active);
	assert_int_equal(-3, call(&fw, 4, &three));
}

/* at most seven regions of boot memory */
static void test_regions(void **state)
{
	struct rtas_dump dump = { .version = 1, .offset_first = 40 };
	struct rtas_firmware fw = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 8; i++)
		dump.section[i] = (struct rtas_dump_section){
			1, RTAS_DUMP_BOOT_MEMORY, 0, i * 0x10000, 0x8000, 0,
			0x20000000 + i * 0x8000,
		};
	dump.nr = 8;
	assert_int_equal(-3, call(&fw, RTAS_DUMP_REGISTER, &dump));
	dump.nr = 7;
	assert_int_equal(0, call(&fw, RTAS_DUMP_REGISTER, &dump));
	dump.nr = 0;
	fw.registered = false;
	assert_int_equal(-3, call(&fw, RTAS_DUMP_REGISTER, &dump));
}

/* --- a crash ---------------------------------------------------------------------------- */

static void test_firmware_copies(void **state)
{
	static const struct rtas_cpu_state cpus[] = {
		{ 0, 0xc000000000001000, 1 }, { 9, 0xc000000000002000, 2 },
	};
	struct rtas_firmware fw = { .registered = true, .dump = three };
	struct physmem memory = { 0 };
	struct rtas_cpu_state cpu;
	const uint8_t *area;
	size_t at = 0;

	(void)state;
	/* before, across the beginning of, inside and behind the boot memory */
	assert_int_equal(0, physmem_add(&memory, 0xff0, 0x20));
	assert_int_equal(0, physmem_add(&memory, 0x5000000, 4));
	assert_int_equal(0, physmem_add(&memory, 0x15000000, 4));
	memcpy(physmem_map(&memory, 0x1000, 4), "head", 4);
	memcpy(physmem_map(&memory, 0x5000000, 4), "body", 4);
	assert_int_equal(0, rtas_dump_crash(&fw, &memory, cpus, 2));
	assert_true(fw.active);
	assert_false(fw.registered);

	assert_memory_equal("head", physmem_map(&memory, 0x20020000, 4), 4);
	assert_memory_equal("body", physmem_map(&memory, 0x2501f000, 4), 4);
	assert_null(physmem_map(&memory, 0x2001fff0, 0x10));
	assert_u64("dumped", 0x10000000, fw.dump.section[2].dumped);

	area = physmem_map(&memory, 0x20000000, 0x2000);
	assert_memory_equal("REGSAVE\0\0\0\0\0\0\0\0\x10\0\0\0\x02" "CPUSTRT\0",
			    area, 28);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(1, rtas_next_cpu(area, 0x2000, &at, &cpu));
		assert_memory_equal(&cpus[i], &cpu, sizeof(cpu));
	}
	assert_int_equal(0, rtas_next_cpu(area, 0x2000, &at, &cpu));
	at = 0;
	assert_int_equal(-1, rtas_next_cpu(area + 8, 0x1ff8, &at, &cpu));
	/* cut within a CPU */
	at = 0;
	assert_int_equal(-1, rtas_next_cpu(area, 100, &at, &cpu));
	physmem_clear(&memory);
}

/* CPUs that have no room are left out, whole */
static void test_save_area_full(void **state)
{
	struct rtas_cpu_state cpus[3] = { { 1 }, { 2 }, { 3 } }, cpu;
	struct rtas_firmware fw = { .registered = true, .dump = three };
	struct physmem memory = { 0 };
	size_t size = rtas_cpu_state_size(3) - 1, at = 0;
	const uint8_t *area;

	(void)state;
	fw.dump.nr = 1;
	fw.dump.section[0].length = size;
	assert_int_equal(0, rtas_dump_crash(&fw, &memory, cpus, 3));
	area = physmem_map(&memory, 0x20000000, size);
	assert_int_equal(1, rtas_next_cpu(area, size, &at, &cpu));
	assert_int_equal(1, rtas_next_cpu(area, size, &at, &cpu));
	assert_int_equal(0, rtas_next_cpu(area, size, &at, &cpu));
	physmem_clear(&memory);
}

/* --- schemes ----------------------------------------------------------------------------- */

static const struct bed two_cores = {
	.memory = "0+80000000", .cores = "0 1", .max_cores = 4,
	.lmbs = 16, .lmb_base = 0x80000000,
};

/* the first 320 MiB have eight regions */
static const struct bed holes = {
	.memory = "0+2000000 4000000+2000000 8000000+2000000 c000000+2000000 "
		  "10000000+2000000 14000000+2000000 18000000+2000000 "
		  "1c000000+64000000",
	.cores = "0 1",
};

#define LMB "1s mem+ 80000000 10000000; 1s mem-on 80000000 10000000;"
#define OFF "3s mem-off 80000000 10000000; 4s mem- 80000000 10000000"
#define RULES "fixtures/udev/fadump.rules"
#define NEW(b, p, e) { &b, "fadump", RULES, p, e }
#define OLD(b, p, e) { &b, "fadump:6.9", RULES, p, e }
/* registering again takes half a second, and begins at once */
#define PROMPT "udev-delay=0 udev-event=0 throttle-sleep=0 settle-timeout=0 " \
	       "unload=200ms load=300ms"

static const struct {
	const char *name;
	struct scheme_case c;
	const char *timeline;
	unsigned int reloads;
	const char *why;	/* of a crash at the end */
} rows[] = {
	/* wins: nobody needs to do anything */
	{ "6.10, memory", NEW(two_cores, "", LMB OFF), "0 accurate", 0,
	  "has registers of 2 CPUs and headers made by itself" },
	{ "6.10, a core", NEW(two_cores, "", "1s core+ 2; 2s on 2"), "0 accurate",
	  0, "registers of 3 CPUs" },
	{ "6.9, a core", OLD(two_cores, "", "1s core+ 2; 2s on 2"), "0 accurate",
	  0, "registers of 3 CPUs and headers made when fadump was registered" },

	/* loses: nothing is registered meanwhile */
	{ "6.9, memory", OLD(two_cores, PROMPT, LMB OFF),
	  "0 accurate, 1 s none, 1.5 s accurate, 3 s none, 3.5 s accurate, 4 s incomplete",
	  2, "when fadump was registered" },
	/* two events in a second: the throttler waits, and does it once */
	{ "6.9, throttled",
	  OLD(two_cores, "udev-delay=0 udev-event=0 unload=200ms load=300ms",
	      LMB "1200ms mem+ 90000000 10000000;"
		  "1200ms mem-on 90000000 10000000"),
	  "0 accurate, 1 s incomplete, 2 s none, 2.5 s accurate", 1,
	  "registers of 2 CPUs" },

	/* a rule that has it the wrong way round (KB-61) */
	{ "6.10, wrong rule",
	  { &two_cores, "fadump", "tests/fadump-inverted.rules", PROMPT, LMB },
	  "0 accurate, 1 s none, 1.5 s accurate", 1, "made by itself" },
	{ "6.9, wrong rule",
	  { &two_cores, "fadump:6.9", "tests/fadump-inverted.rules", PROMPT, LMB },
	  "0 accurate, 1 s incomplete", 0, "when fadump was registered" },

	{ "too many regions", NEW(holes, "", ""), "0 none", 0,
	  "boot memory has more than 7 regions" },
	{ "firmware refuses", NEW(two_cores, "firmware=no-register", ""), "0 none",
	  0, "firmware does not register it: hardware error (-1)" },
	{ "the dump went wrong", NEW(two_cores, "firmware=status-error", ""),
	  "0 lost", 0, "went wrong, status 0x2000" },
	{ "no registers", NEW(two_cores, "firmware=cpu-error", ""), "0 lost", 0,
	  "section 0, type 0x0001, has error flags 0x1" },
	{ "half a copy", NEW(two_cores, "firmware=short-copy", ""), "0 lost", 0,
	  "section 2, type 0x0011, has 0x" },
};

static void test_rows(void **state)
{
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scheme_bed_play(&run, &rows[i].c);
		assert_int_equal(rows[i].reloads, run.counts.reloads);
		scheme_bed_assert(&run, rows[i].name, rows[i].timeline,
				  rows[i].why);
		scheme_run_stop(&run);
	}
}

/*
 * KB-53: headers have the room that they had at boot, rounded up to pages. With
 * 4 KiB pages, and 680 bytes in front of them, that is 60: two for notes, two for
 * memory at boot, and 56 for every second LMB, a range of its own.
 */
static const struct bed many_lmbs = {
	.memory = "0+80000000", .cores = "0 1", .lmbs = 160,
	.lmb_base = 0x80000000, .spec.page_size = 4096,
};

static void test_header_room(void **state)
{
	static const struct {
		const char *scheme;
		enum verdict_word with_56, with_57;
	} expected[] = {
		{ "fadump:6.9", VERDICT_ACCURATE, VERDICT_INCOMPLETE },
		{ "fadump", VERDICT_ACCURATE, VERDICT_ACCURATE },
	};
	static char events[8192];
	struct scheme_run run;

	(void)state;
	for (unsigned int i = 1; i <= 70; i++) {
		uint64_t at = 0x80000000 + i * 0x20000000ULL;

		sprintf(events + strlen(events),
			"%us mem+ %" PRIx64 " 10000000;%us mem-on %" PRIx64 " 10000000;",
			i, at, i, at);
	}
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		struct scheme_case c = {
			&many_lmbs, expected[i].scheme, .rules = RULES,
			.params = PROMPT, .events = events,
		};

		scheme_bed_play(&run, &c);
		assert_int_equal(expected[i].with_56,
				 timeline_at(&run.timeline,
					     56900 * NS_PER_MS)->word);
		assert_int_equal(expected[i].with_57,
				 timeline_at(&run.timeline,
					     57900 * NS_PER_MS)->word);
		scheme_run_stop(&run);
	}
}

/*
 * What the judge is shown: boot memory that is read from its copy counts as read
 * from itself, and one that is read from anywhere else does not (KB-52).
 */
static void test_shown_header(void **state)
{
	struct machine *m = bed_boot(&two_cores);

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		struct physmem memory = { 0 };
		struct fadump_dump dump = { 0 };
		struct fadump f = { 0 };
		const Elf64_Phdr *p;
		struct error err;
		size_t nr = 0;

		if (fadump_reserve(&f, m, 0, &err) ||
		    fadump_register(&f, m, &err))
			fail_msg("%s", err.text);
		/* behind two notes */
		if (wrong)
			((Elf64_Phdr *)((Elf64_Ehdr *)f.elfcorehdr.bytes +
					1))[2].p_offset = 0;
		assert_int_equal(0, fadump_crash(&f, m, 0, &memory, &dump, &err));
		p = dump_header_phdrs(dump.as_loaded.bytes, dump.as_loaded.size,
				      &nr);
		for (size_t i = 0; i < nr; i++) {
			if (p[i].p_type != PT_LOAD || p[i].p_paddr >= 0x10000000)
				continue;
			if (p[i].p_paddr)
				assert_int_equal(!wrong,
						 p[i].p_offset == p[i].p_paddr);
			else
				assert_int_equal(!wrong,
						 p[i].p_offset == f.boot_copy);
		}
		fadump_dump_free(&dump);
		fadump_free(&f);
		physmem_clear(&memory);
	}
	machine_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_read_errors),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_call_order),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_firmware_copies),
		cmocka_unit_test(test_save_area_full),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_header_room),
		cmocka_unit_test(test_shown_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
