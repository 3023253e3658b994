// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a crashed kernel leaves for its dump: notes of the CPUs that ran, vmcoreinfo,
 * and the data that programs find by it: the log's ring, page tables, sections.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "crash_memory.h"
#include "helpers.h"

static const struct memory_spec memory_of_pc[] = {
	{ 0x1000, 0x9ec00, 0 }, { 0x100000, 0x7ff00000, 0 },
	{ 0xd00000000, 0x8000000, 0 },
};

static const struct cpu_spec cpus[] = {
	{ 0, true, true, 0 }, { 1, true, true, 0 }, { 2, true, false, 0 },
};

#define PC \
	.arch = ARCH_X86_64, .page_size = 4096, \
	.memory = memory_of_pc, .nr_memory = 3, .cpus = cpus, .nr_cpu_specs = 3, \
	.crashk_start = 0x2f000000, .crashk_size = 0x10000000

static const struct machine_spec pc = { PC };
/* with KASLR, and not in whole 2 MiB */
static const struct machine_spec moved = {
	PC, .text = { 0x12300000, 0xffffffff9b300000, 0x2c30000 },
	.page_offset = 0xffff9d0040000000,
};

static const struct bed pseries = {
	.memory = "0+80000000", .cores = "0 8", .max_cores = 4,
};

struct crashed {
	struct machine *m;
	const struct machine_view *view;
	struct physmem memory;
	const char *info;
};

static void crash(struct crashed *c, struct machine *m, uint32_t cpu)
{
	struct error err;

	*c = (struct crashed){ .m = m, .view = machine_view(m) };
	if (crash_memory(m, cpu, &c->memory, &err))
		fail_msg("%s", err.text);
	c->info = physmem_map(&c->memory, c->view->vmcoreinfo, 25);
	c->info += 24;
}

static void crash_pc(struct crashed *c, const struct machine_spec *spec)
{
	struct error err;
	struct machine *m = machine_create(spec, handlers_builtin(ARCH_X86_64,
								  "core"), &err);

	if (!m)
		fail_msg("%s", err.text);
	crash(c, m, 1);
}

static void done(struct crashed *c)
{
	physmem_clear(&c->memory);
	machine_destroy(c->m);
}

/* a number of vmcoreinfo; fails the test if there is none */
static uint64_t number(const struct crashed *c, const char *name)
{
	const char *line = strstr(c->info, name);

	if (!line || line[strlen(name)] != '=' ||
	    (line != c->info && line[-1] != '\n'))
		fail_msg("no %s in:\n%s", name, c->info);
	return strtoull(line + strlen(name) + 1, NULL,
			!strncmp(name, "SYMBOL", 6) ? 16 : 10);
}

static const void *at_phys(const struct crashed *c, uint64_t phys, size_t size)
{
	const void *bytes = physmem_map(&c->memory, phys, size);

	if (!bytes)
		fail_msg("nothing at 0x%" PRIx64, phys);
	return bytes;
}

static uint64_t read64(const struct crashed *c, uint64_t phys)
{
	uint64_t value;

	memcpy(&value, at_phys(c, phys, sizeof(value)), sizeof(value));
	return value;
}

/* --- notes ------------------------------------------------------------------------- */

static void test_notes(void **state)
{
	static const struct {
		unsigned int cpu;
		bool there;
		uint32_t pid;
	} rows[] = { { 0, true, 0 }, { 1, true, 1 }, { 2, false, 0 } };
	static const uint8_t head[] = { 5, 0, 0, 0, 0x50, 1, 0, 0, 1, 0, 0, 0,
					'C', 'O', 'R', 'E', 0, 0, 0, 0 };
	struct crashed c;
	uint32_t pid;

	(void)state;
	crash_pc(&c, &pc);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint8_t *note = at_phys(&c, c.view->cpus[i].notes,
					      c.view->notes_size);

		if (!rows[i].there) {
			assert_int_equal(0, *note);
			continue;
		}
		assert_memory_equal(head, note, sizeof(head));
		memcpy(&pid, note + 20 + 32, sizeof(pid));
		assert_int_equal(rows[i].pid, pid);
		/* rip, and the empty note behind it all */
		assert_memory_equal("\0\0\0\x81\xff\xff\xff\xff",
				    note + 20 + 112 + 128, 8);
		assert_memory_equal("\0\0\0\0\0\0\0\0\0\0\0\0",
				    note + crash_note_size(ARCH_X86_64), 12);
	}
	assert_int_equal(356, crash_note_size(ARCH_X86_64));
	assert_int_equal(524, crash_note_size(ARCH_POWERPC));
	done(&c);
}

/* --- page tables ------------------------------------------------------------------- */

/* where a virtual address leads to, as the CPU finds it; UINT64_MAX: nowhere */
static uint64_t walk(const struct crashed *c, uint64_t virt)
{
	uint64_t table = number(c, "SYMBOL(init_top_pgt)") -
			 (c->view->text.virt - c->view->text.phys);

	for (int shift = 39; shift >= 21; shift -= 9) {
		uint64_t entry = read64(c, table + (virt >> shift & 511) * 8);
		uint64_t mask = (1ULL << shift) - 1;

		if (!(entry & 1))
			return UINT64_MAX;
		table = entry & 0xffffffffff000;
		if (entry & 0x80)
			assert_u64("large page", 0, table & mask);
		if (entry & 0x80)
			return (table & ~mask) | (virt & mask);
	}
	return UINT64_MAX;
}

static void test_page_tables(void **state)
{
	static const struct {
		const struct machine_spec *spec;
		uint64_t virt, phys;
	} rows[] = {
		{ &pc, 0xffff888000000000, 0 },
		{ &pc, 0xffff888012345678, 0x12345678 },
		{ &pc, 0xffff888d07ffffff, 0xd07ffffff },
		{ &pc, 0xffff888d40000000, UINT64_MAX },
		{ &pc, 0xffffffff81000000, 0x1000000 },
		{ &pc, 0xffffffff83c2ffff, 0x3c2ffff },
		{ &pc, 0xffffffff80e00000, UINT64_MAX },
		{ &moved, 0xffff9d0040000000, 0 },
		{ &moved, 0xffff9d0d47ffffff, 0xd07ffffff },
		{ &moved, 0xffffffff9b300010, 0x12300010 },
		{ &moved, 0xffffffff9df2ffff, 0x14f2ffff },
		{ &moved, 0xffffffff81000000, UINT64_MAX },
	};
	struct crashed c;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		crash_pc(&c, rows[i].spec);
		assert_u64("walk", rows[i].phys, walk(&c, rows[i].virt));
		done(&c);
	}
}

static void test_sections(void **state)
{
	/* of 128 MiB: all of 2 GiB, and one at 52 GiB */
	static const struct {
		uint64_t nr;
		bool there;
	} rows[] = {
		{ 0, true }, { 15, true }, { 16, false }, { 255, false },
		{ 288, false }, { 415, false }, { 416, true }, { 417, false },
	};
	struct crashed c;
	uint64_t delta, roots, root;

	(void)state;
	crash_pc(&c, &pc);
	delta = c.view->text.virt - c.view->text.phys;
	roots = read64(&c, number(&c, "SYMBOL(mem_section)") - delta) - delta;
	assert_int_equal(2048, number(&c, "LENGTH(mem_section)"));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		root = read64(&c, roots + rows[i].nr / 256 * 8);
		assert_true(root);
		assert_int_equal(rows[i].there,
				 read64(&c, root - delta +
					rows[i].nr % 256 * 16) & 1);
	}
	assert_u64("no third root", 0, read64(&c, roots + 16));
	done(&c);
}

/* --- the log ------------------------------------------------------------------------- */

/* the line of that number, as a reader finds it with vmcoreinfo alone */
static void read_line(const struct crashed *c, uint64_t delta, uint64_t id,
		      char *text, size_t size)
{
	uint64_t prb = read64(c, number(c, "SYMBOL(prb)") - delta) - delta;
	uint64_t descs = prb + number(c, "OFFSET(prb_desc_ring.descs)");
	uint64_t data = prb + number(c, "OFFSET(printk_ringbuffer.text_data_ring)") +
			number(c, "OFFSET(prb_data_ring.data)");
	uint64_t infos = prb + number(c, "OFFSET(prb_desc_ring.infos)");
	uint64_t desc = read64(c, descs) - delta + id * number(c, "SIZE(prb_desc)");
	uint64_t info = read64(c, infos) - delta + id * number(c, "SIZE(printk_info)");
	uint64_t begin = read64(c, desc + number(c, "OFFSET(prb_desc.text_blk_lpos)"));
	uint16_t len;

	assert_u64("state", id | 2ULL << 62, read64(c, desc));
	memcpy(&len, at_phys(c, info + number(c, "OFFSET(printk_info.text_len)"), 2),
	       sizeof(len));
	assert_true(len < size);
	memcpy(text, at_phys(c, read64(c, data) - delta + begin + 8, len), len);
	text[len] = '\0';
}

static void test_log(void **state)
{
	struct crashed c;
	uint64_t delta, prb;
	char text[128];

	(void)state;
	crash_pc(&c, &moved);
	delta = c.view->text.virt - c.view->text.phys;
	prb = read64(&c, number(&c, "SYMBOL(prb)") - delta) - delta;
	assert_u64("tail", 0, read64(&c, prb +
				     number(&c, "OFFSET(prb_desc_ring.tail_id)")));
	assert_u64("head", 1, read64(&c, prb +
				     number(&c, "OFFSET(prb_desc_ring.head_id)")));
	read_line(&c, delta, 0, text, sizeof(text));
	assert_string_equal("Linux version 6.12.117", text);
	read_line(&c, delta, 1, text, sizeof(text));
	assert_string_equal("Kernel panic - not syncing: CPU 1", text);
	assert_string_equal("Linux", at_phys(&c, number(&c, "SYMBOL(init_uts_ns)") -
					     delta, 6));
	assert_u64("phys_base", 0x12200000 - 0x1b200000 + (1ULL << 32),
		   number(&c, "NUMBER(phys_base)") & 0xffffffff);
	done(&c);
}

/* in the linear map, and without page tables of x86 */
static void test_powerpc(void **state)
{
	const uint64_t linear = 0xc000000000000000;
	struct crashed c;
	char text[128];

	(void)state;
	crash(&c, bed_boot(&pseries), UINT32_MAX);
	read_line(&c, linear, 1, text, sizeof(text));
	assert_string_equal("Kernel panic - not syncing", text);
	assert_int_equal(65536, number(&c, "PAGESIZE"));
	assert_null(strstr(c.info, "init_top_pgt"));
	assert_null(strstr(c.info, "mem_section"));
	done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_page_tables),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_powerpc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
