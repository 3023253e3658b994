// SPDX-License-Identifier: GPL-2.0-only
/*
 * Differences between two elfcorehdrs and between two FDTs, in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "diff.h"
#include "segments.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))
#define ELF_SIZE 4096
#define FDT_SIZE 4096
#define WHY_SIZE 160

/* all lines of a diff, each ended by a newline; the caller's */
static char *diff_text(const struct diff *diff)
{
	size_t i, size = 1;
	char *text;

	for (i = 0; i < diff->nr; i++)
		size += strlen(diff->items[i].text) + 1;
	text = calloc(1, size);
	assert_non_null(text);
	for (i = 0; i < diff->nr; i++) {
		strcat(text, diff->items[i].text);
		strcat(text, "\n");
	}
	return text;
}

static void assert_diff(const char *what, int err, const char *why,
			struct diff *diff, const char *expected)
{
	char *got;

	if (err)
		fail_msg("%s: cannot be compared: %s", what, why);
	got = diff_text(diff);
	if (strcmp(got, expected))
		fail_msg("%s\nexpected:\n%sgot:\n%s", what, expected, got);
	free(got);
	diff_free(diff);
}

/* --- PT_LOADs ------------------------------------------------------------- */

struct load_row {
	const char *name;
	const char *a;
	const char *b;
	const char *expected;
};

static const struct load_row load_rows[] = {
	/* |-----| |--|
	 * |-----| |--|
	 */
	{ "the same", "0-ffff 10000-1fffffff", "0-ffff 10000-1fffffff", "" },
	{ "added", "0-ffff", "0-ffff a0000000-afffffff",
	  "+ PT_LOAD 0xa0000000-0xafffffff (256 MiB)\n" },
	{ "removed", "0-ffff a0000000-afffffff", "0-ffff",
	  "- PT_LOAD 0xa0000000-0xafffffff (256 MiB)\n" },
	/* |-----------|
	 * |---|   |---|
	 */
	{ "removed in the middle", "40000000-bfffffff",
	  "40000000-7fffffff 90000000-bfffffff",
	  "- PT_LOAD 0x80000000-0x8fffffff (256 MiB)\n" },
	/* |---|   |---|
	 * |-----------|
	 */
	{ "gap closed", "40000000-7fffffff 90000000-bfffffff",
	  "40000000-bfffffff", "+ PT_LOAD 0x80000000-0x8fffffff (256 MiB)\n" },
	/* KB-02: |---|
	 *        |---|x
	 */
	{ "one byte more", "b0000000-cfffffff", "b0000000-d0000000",
	  "+ PT_LOAD 0xd0000000-0xd0000000 (1 B)\n" },
	{ "one byte that is another's", "a0000000-afffffff b0000000-cfffffff",
	  "a0000000-b0000000 b0000000-cfffffff",
	  "+ PT_LOAD 0xb0000000-0xb0000000 (1 B)\n" },
	/* |-----------|
	 * |---|-------|
	 */
	{ "cut elsewhere", "40000000-bfffffff",
	  "40000000-7fffffff 80000000-bfffffff",
	  "~ 0x40000000-0xbfffffff (2 GiB) is cut elsewhere: PT_LOADs 1 -> 2\n" },
	{ "cut elsewhere and removed elsewhere",
	  "0-ffff 10000-1ffff 40000000-bfffffff", "0-1ffff 40000000-9fffffff",
	  "~ 0x0-0x1ffff (128 KiB) is cut elsewhere: PT_LOADs 2 -> 1\n"
	  "- PT_LOAD 0xa0000000-0xbfffffff (512 MiB)\n" },
	{ "moved", "10000-1ffff", "30000-3ffff",
	  "- PT_LOAD 0x10000-0x1ffff (64 KiB)\n"
	  "+ PT_LOAD 0x30000-0x3ffff (64 KiB)\n" },
	{ "another order", "10000-1ffff 30000-3ffff 50000-5ffff",
	  "10000-1ffff 50000-5ffff 30000-3ffff",
	  "~ the PT_LOADs are in another order, not ascending\n" },
	{ "both out of order", "30000-3ffff 50000-5ffff 10000-1ffff",
	  "50000-5ffff 30000-3ffff 10000-1ffff",
	  "~ the PT_LOADs are in another order\n" },
	{ "order mended", "30000-3ffff 10000-1ffff", "10000-1ffff 30000-3ffff",
	  "~ the PT_LOADs are in another order, now ascending\n" },
	/* KB-03: what is out of order is not the same entry either */
	{ "right half at the end", "40000000-7fffffff b0000000-cfffffff",
	  "b0000000-cfffffff 40000000-6fffffff",
	  "~ the PT_LOADs are in another order, not ascending\n"
	  "- PT_LOAD 0x70000000-0x7fffffff (256 MiB)\n" },
	{ "listed twice", "10000-1ffff", "10000-1ffff 10000-1ffff",
	  "+ PT_LOAD 0x10000-0x1ffff (64 KiB)\n" },
	{ "odd sizes", "10000-1ffff", "10000-1ffff 2fff0000-2fff083b 40000000-400003ff",
	  "+ PT_LOAD 0x2fff0000-0x2fff083b (2108 B)\n"
	  "+ PT_LOAD 0x40000000-0x400003ff (1 KiB)\n" },
};

static void loads_differ_by_memory(void **state)
{
	uint64_t a[ELF_SIZE / 8], b[ELF_SIZE / 8];
	char why[WHY_SIZE];
	struct diff diff;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(load_rows); i++) {
		elf_start(a, EM_PPC64);
		elf_start(b, EM_PPC64);
		elf_loads(a, load_rows[i].a);
		elf_loads(b, load_rows[i].b);
		err = diff_elfcorehdr(a, sizeof(a), b, sizeof(b), &diff, why);
		assert_diff(load_rows[i].name, err, why, &diff,
			    load_rows[i].expected);
	}
}

/* --- the rest of an elfcorehdr -------------------------------------------- */

struct elf_row {
	const char *name;
	void (*change)(uint64_t *b);
	const char *expected;
};

static void nothing(uint64_t *b)
{
	(void)b;
}

/* KB-68 */
static void stale_bytes(uint64_t *b)
{
	elf_loads(b, "80000000-ffffffff");
	((Elf64_Ehdr *)b)->e_phnum--;
}

static void ident_and_type(uint64_t *b)
{
	Elf64_Ehdr *ehdr = (Elf64_Ehdr *)b;

	ehdr->e_ident[EI_DATA] = ELFDATA2MSB;
	ehdr->e_type = ET_EXEC;
	ehdr->e_flags = 2;
}

static void backup_offset(uint64_t *b)
{
	elf_find(b, PT_LOAD, 0)->p_offset = 0;
}

static void other_fields(uint64_t *b)
{
	elf_find(b, PT_LOAD, 1)->p_vaddr = 0x10000;
	elf_find(b, PT_LOAD, 1)->p_flags = 0;
	elf_find(b, PT_LOAD, 1)->p_filesz = 0;
}

/* the backup entry merged with what follows loses its way, too */
static void backup_merged(uint64_t *b)
{
	Elf64_Ehdr *ehdr = (Elf64_Ehdr *)b;

	elf_find(b, PT_LOAD, 0)->p_offset = 0;
	elf_find(b, PT_LOAD, 0)->p_memsz = 0x40000000;
	elf_find(b, PT_LOAD, 0)->p_filesz = 0x40000000;
	ehdr->e_phnum--;
}

static void empty_load(uint64_t *b)
{
	elf_load(b, 0x50000000, 0x4fffffff);
}

static void note_moved(uint64_t *b)
{
	elf_find(b, PT_NOTE, 1)->p_paddr = 0x7000;
	elf_find(b, PT_NOTE, 1)->p_offset = 0x7000;
}

static void note_resized(uint64_t *b)
{
	elf_find(b, PT_NOTE, 1)->p_memsz = 0x170;
}

static void notes_swapped(uint64_t *b)
{
	Elf64_Phdr *first = elf_find(b, PT_NOTE, 0), swap = first[0];

	first[0] = first[1];
	first[1] = swap;
}

static void null_added(uint64_t *b)
{
	((Elf64_Ehdr *)b)->e_phnum++;
}

static const struct elf_row elf_rows[] = {
	{ "nothing", nothing, "" },
	{ "stale bytes", stale_bytes, "" },
	{ "ELF header", ident_and_type,
	  "~ EI_DATA: 0x1 -> 0x2\n"
	  "~ e_type: 0x4 -> 0x2\n"
	  "~ e_flags: 0x0 -> 0x2\n" },
	{ "backup offset", backup_offset,
	  "~ PT_LOAD 0x0-0xffff: p_offset 0x21730000 -> 0x0\n" },
	{ "other fields", other_fields,
	  "~ PT_LOAD 0x10000-0x3fffffff: p_flags 0x7 -> 0x0, p_vaddr 0xc000000000010000 -> 0x10000, p_filesz 0x3fff0000 -> 0x0\n" },
	{ "backup merged with what follows", backup_merged,
	  "~ PT_LOAD 0x0-0x3fffffff: p_offset 0x21730000 -> 0x0, p_filesz 0x10000 -> 0x40000000, p_memsz 0x10000 -> 0x40000000\n"
	  "~ 0x0-0x3fffffff (1 GiB) is cut elsewhere: PT_LOADs 2 -> 1\n" },
	{ "empty", empty_load, "+ empty PT_LOAD at 0x50000000\n" },
	{ "note moved", note_moved,
	  "- PT_NOTE at 0x2000 (536 B)\n"
	  "+ PT_NOTE at 0x7000 (536 B)\n" },
	{ "note resized", note_resized,
	  "~ PT_NOTE at 0x2000: p_memsz 0x218 -> 0x170\n" },
	{ "notes swapped", notes_swapped,
	  "~ the PT_NOTEs are in another order\n" },
	{ "an entry of no type", null_added,
	  "+ program header of type 0 at 0x0\n" },
};

static void put_elf(uint64_t *buf)
{
	memset(buf, 0, ELF_SIZE);
	elf_start(buf, EM_PPC64);
	elf_note(buf, 0x1000, 0x218);
	elf_note(buf, 0x2000, 0x218);
	elf_loads(buf, "0-ffff 10000-3fffffff");
	elf_find(buf, PT_LOAD, 0)->p_offset = 0x21730000;
}

static void fields_differ_by_name(void **state)
{
	uint64_t a[ELF_SIZE / 8], b[ELF_SIZE / 8];
	char why[WHY_SIZE];
	struct diff diff;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(elf_rows); i++) {
		put_elf(a);
		put_elf(b);
		elf_rows[i].change(b);
		err = diff_elfcorehdr(a, sizeof(a), b, sizeof(b), &diff, why);
		assert_diff(elf_rows[i].name, err, why, &diff,
			    elf_rows[i].expected);
	}
}

static void no_elfcorehdr_is_told(void **state)
{
	uint64_t good[ELF_SIZE / 8], bad[ELF_SIZE / 8];
	char why[WHY_SIZE];
	struct diff diff;

	(void)state;
	put_elf(good);
	put_elf(bad);
	assert_int_equal(diff_elfcorehdr(good, 63, bad, ELF_SIZE, &diff, why), -1);
	assert_string_equal(why, "63 bytes are too few for an ELF header");
	assert_int_equal(diff_elfcorehdr(good, ELF_SIZE, bad, 64 + 3 * 56, &diff,
					 why), -1);
	assert_string_equal(why, "4 program headers need 288 bytes, there are 232");
	memset(bad, 0, 4);
	assert_int_equal(diff_elfcorehdr(good, ELF_SIZE, bad, ELF_SIZE, &diff,
					 why), -1);
	assert_string_equal(why, "no 64-bit ELF header: it begins with 00 00 00 00 02");
}

/* --- FDTs ----------------------------------------------------------------- */

#define PUT(call) assert_int_equal(call, 0)

static uint8_t *make_fdt(void)
{
	uint8_t *fdt = calloc(1, FDT_SIZE);

	assert_non_null(fdt);
	PUT(fdt_create(fdt, FDT_SIZE));
	PUT(fdt_add_reservemap_entry(fdt, 0x10000, 0x10000));
	PUT(fdt_add_reservemap_entry(fdt, 0x30000, 0x10000));
	PUT(fdt_finish_reservemap(fdt));
	PUT(fdt_begin_node(fdt, ""));
	PUT(fdt_property_u32(fdt, "#size-cells", 2));
	PUT(fdt_begin_node(fdt, "chosen"));
	PUT(fdt_property_string(fdt, "bootargs", "maxcpus=1"));
	PUT(fdt_property(fdt, "linux,booted-from-kexec", NULL, 0));
	PUT(fdt_end_node(fdt));
	PUT(fdt_begin_node(fdt, "cpus"));
	PUT(fdt_begin_node(fdt, "cpu@0"));
	PUT(fdt_property_u32(fdt, "reg", 0));
	PUT(fdt_end_node(fdt));
	PUT(fdt_begin_node(fdt, "cpu@8"));
	PUT(fdt_property_u32(fdt, "reg", 8));
	PUT(fdt_end_node(fdt));
	PUT(fdt_end_node(fdt));
	PUT(fdt_end_node(fdt));
	PUT(fdt_finish(fdt));
	PUT(fdt_open_into(fdt, fdt, FDT_SIZE));
	return fdt;
}

static int node(const void *fdt, const char *path)
{
	int offset = fdt_path_offset(fdt, path);

	if (offset < 0)
		fail_msg("%s: %s", path, fdt_strerror(offset));
	return offset;
}

static void unchanged(void *fdt)
{
	(void)fdt;
}

static void packed(void *fdt)
{
	PUT(fdt_pack(fdt));
	memset((uint8_t *)fdt + fdt_totalsize(fdt), 0xff, 8);
}

static void header(void *fdt)
{
	fdt_set_boot_cpuid_phys(fdt, 8);
}

static void reservations(void *fdt)
{
	PUT(fdt_del_mem_rsv(fdt, 0));
	PUT(fdt_add_mem_rsv(fdt, 0x30000, 0x10000));
	PUT(fdt_add_mem_rsv(fdt, 0x30000, 0x20000));
}

static void reservations_swapped(void *fdt)
{
	PUT(fdt_del_mem_rsv(fdt, 0));
	PUT(fdt_add_mem_rsv(fdt, 0x10000, 0x10000));
}

static void node_added(void *fdt)
{
	int cpu = fdt_add_subnode(fdt, node(fdt, "/cpus"), "cpu@10");

	PUT(fdt_setprop_u32(fdt, cpu, "reg", 0x10));
}

static void node_removed(void *fdt)
{
	PUT(fdt_del_node(fdt, node(fdt, "/cpus")));
}

/* out and in again: first now, but the same */
static void node_moved(void *fdt)
{
	int cpu;

	PUT(fdt_del_node(fdt, node(fdt, "/cpus/cpu@8")));
	cpu = fdt_add_subnode(fdt, node(fdt, "/cpus"), "cpu@8");
	PUT(fdt_setprop_u32(fdt, cpu, "reg", 8));
}

/* the second property first */
static void property_moved(void *fdt)
{
	PUT(fdt_delprop(fdt, node(fdt, "/chosen"), "bootargs"));
	PUT(fdt_setprop_string(fdt, node(fdt, "/chosen"), "bootargs",
			       "maxcpus=1"));
}

static void values(void *fdt)
{
	static const uint8_t bytes[] = { 1, 2, 0xff };
	int chosen = node(fdt, "/chosen");

	PUT(fdt_setprop_string(fdt, chosen, "bootargs", "maxcpus=2"));
	PUT(fdt_setprop(fdt, chosen, "linux,booted-from-kexec", bytes, 3));
	PUT(fdt_setprop_u64(fdt, 0, "#size-cells", 0x1234567890));
}

static void properties(void *fdt)
{
	static const char names[] = "a\0bc";

	PUT(fdt_delprop(fdt, node(fdt, "/chosen"), "bootargs"));
	PUT(fdt_setprop(fdt, node(fdt, "/chosen"), "linux,flag", NULL, 0));
	PUT(fdt_setprop(fdt, 0, "compatible", names, sizeof(names)));
}

static void long_value(void *fdt)
{
	char line[200];

	memset(line, 'x', sizeof(line));
	line[199] = '\0';
	PUT(fdt_setprop_string(fdt, node(fdt, "/chosen"), "bootargs", line));
}

struct fdt_row {
	const char *name;
	void (*change)(void *b);
	const char *expected;
};

static const struct fdt_row fdt_rows[] = {
	{ "nothing", unchanged, "" },
	{ "without free space", packed, "" },
	{ "header", header, "~ boot_cpuid_phys: 0 -> 8\n" },
	{ "reservations", reservations,
	  "- memory reservation 0x10000-0x1ffff (64 KiB)\n"
	  "+ memory reservation 0x30000-0x3ffff (64 KiB)\n"
	  "+ memory reservation 0x30000-0x4ffff (128 KiB)\n" },
	{ "reservations in another order", reservations_swapped, "" },
	{ "node added", node_added, "+ /cpus/cpu@10\n" },
	{ "node removed", node_removed, "- /cpus\n" },
	{ "node moved", node_moved, "" },
	{ "property moved", property_moved, "" },
	{ "values", values,
	  "~ /#size-cells: <0x2> -> <0x12 0x34567890>\n"
	  "~ /chosen/bootargs: \"maxcpus=1\" -> \"maxcpus=2\"\n"
	  "~ /chosen/linux,booted-from-kexec: (empty) -> [01 02 ff]\n" },
	{ "properties", properties,
	  "+ /compatible = \"a\", \"bc\"\n"
	  "- /chosen/bootargs = \"maxcpus=1\"\n"
	  "+ /chosen/linux,flag\n" },
	{ "long value", long_value,
	  "~ /chosen/bootargs: \"maxcpus=1\" -> \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\"\n" },
};

static void trees_differ_by_names(void **state)
{
	char why[WHY_SIZE];
	struct diff diff;
	uint8_t *a, *b;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(fdt_rows); i++) {
		a = make_fdt();
		b = make_fdt();
		fdt_rows[i].change(b);
		err = diff_fdt(a, FDT_SIZE, b, FDT_SIZE, &diff, why);
		assert_diff(fdt_rows[i].name, err, why, &diff,
			    fdt_rows[i].expected);
		free(a);
		free(b);
	}
}

/* both values look the same when they are cut short */
static void long_values_differ_somewhere(void **state)
{
	uint8_t *a = make_fdt(), *b = make_fdt();
	char why[WHY_SIZE];
	struct diff diff;
	uint32_t cells[40] = { 0 };
	int err;

	(void)state;
	PUT(fdt_setprop(a, 0, "long", cells, sizeof(cells)));
	cells[33] = 1;
	PUT(fdt_setprop(b, 0, "long", cells, sizeof(cells)));
	err = diff_fdt(a, FDT_SIZE, b, FDT_SIZE, &diff, why);
	assert_diff("long", err, why, &diff,
		    "~ /long: <0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 ...> -> "
		    "<0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 ...> (from byte 132 on)\n");
	free(a);
	free(b);
}

static void no_fdt_is_told(void **state)
{
	uint8_t *a = make_fdt(), *b = make_fdt();
	char why[WHY_SIZE];
	struct diff diff;

	(void)state;
	assert_int_equal(diff_fdt(a, FDT_SIZE, b, 100, &diff, why), -1);
	assert_string_equal(why, "its totalsize is 4096 bytes, there is room for 100");
	memset(b, 0, 4);
	assert_int_equal(diff_fdt(b, FDT_SIZE, a, FDT_SIZE, &diff, why), -1);
	assert_string_equal(why, "FDT_ERR_BADMAGIC");
	free(a);
	free(b);
}

/* --- what a program reads ------------------------------------------------- */

static void items_say_what_they_are_about(void **state)
{
	uint64_t x[ELF_SIZE / 8], y[ELF_SIZE / 8];
	uint8_t *a = make_fdt(), *b = make_fdt();
	char why[WHY_SIZE];
	struct diff diff;

	(void)state;
	put_elf(x);
	put_elf(y);
	elf_loads(y, "a0000000-afffffff");
	assert_int_equal(diff_elfcorehdr(x, ELF_SIZE, y, ELF_SIZE, &diff, why),
			 0);
	assert_int_equal(diff.nr, 1);
	assert_int_equal(diff.items[0].kind, DIFF_ADDED);
	assert_int_equal(diff.items[0].subject, DIFF_LOAD);
	assert_true(diff.items[0].start == 0xa0000000);
	assert_true(diff.items[0].end == 0xafffffff);
	assert_null(diff.items[0].path);
	diff_free(&diff);

	PUT(fdt_setprop_u32(b, node(b, "/cpus/cpu@8"), "reg", 9));
	assert_int_equal(diff_fdt(a, FDT_SIZE, b, FDT_SIZE, &diff, why), 0);
	assert_int_equal(diff.nr, 1);
	assert_int_equal(diff.items[0].kind, DIFF_CHANGED);
	assert_int_equal(diff.items[0].subject, DIFF_PROPERTY);
	assert_string_equal(diff.items[0].path, "/cpus/cpu@8");
	diff_free(&diff);
	free(a);
	free(b);
}

/* --- segments of real kernels --------------------------------------------- */

struct step_row {
	const char *from;
	const char *to;
	bool fdt;
	const char *expected;
};

#define B "B-dimm-hotadd-remove/"
#define K "K-numa-adjacent-regions/"
#define A "A-cpu-hotadd/"
#define X "x86_64-B-dimm-hotadd-remove/"

static const struct step_row step_rows[] = {
	{ B "step-00-loaded", B "step-01-mem-add-m1-80000000", false,
	  "+ PT_LOAD 0x80000000-0x8fffffff (256 MiB)\n" },
	/* KB-02, KB-03 */
	{ B "step-05-mem-add-m5-c0000000", B "step-06-mem-del-m3-a0000000",
	  false,
	  "- PT_LOAD 0xa0000000-0xafffffff (256 MiB)\n"
	  "+ PT_LOAD 0xd0000000-0xd0000000 (1 B)\n" },
	{ K "step-05-mem-add-m5-c0000000", K "step-06-mem-del-m2-90000000",
	  false,
	  "~ the PT_LOADs are in another order, not ascending\n"
	  "- PT_LOAD 0x90000000-0x9fffffff (256 MiB)\n"
	  "+ PT_LOAD 0xb0000000-0xb0000000 (1 B)\n" },
	{ A "step-00-loaded", A "step-01-cpu-add-core1", true,
	  "+ /cpus/PowerPC,POWER9@1\n" },
	{ A "step-07-cpu-add-core7", A "step-11-cpu5-online", true,
	  "- /cpus/PowerPC,POWER9@3\n"
	  "- /cpus/PowerPC,POWER9@6\n" },
	{ A "step-00-loaded", A "step-11-cpu5-online", false, "" },
	{ X "step-03-mem-add-m3-120000000", X "step-04-mem-del-m2-110000000",
	  false, "" },
};

static struct bytes read_segment(const char *step, bool fdt)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", step,
		 fdt ? "fdt.dtb.gz" : "elfcorehdr.bin.gz");
	return read_captured(path);
}

static void real_segments_differ(void **state)
{
	const struct step_row *row;
	struct bytes a, b;
	char why[WHY_SIZE];
	struct diff diff;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(step_rows); i++) {
		row = &step_rows[i];
		a = read_segment(row->from, row->fdt);
		b = read_segment(row->to, row->fdt);
		err = row->fdt ? diff_fdt(a.p, a.size, b.p, b.size, &diff, why) :
				 diff_elfcorehdr(a.p, a.size, b.p, b.size,
						 &diff, why);
		assert_diff(row->to, err, why, &diff, row->expected);
		bytes_free(&a);
		bytes_free(&b);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_differ_by_memory),
		cmocka_unit_test(fields_differ_by_name),
		cmocka_unit_test(no_elfcorehdr_is_told),
		cmocka_unit_test(trees_differ_by_names),
		cmocka_unit_test(long_values_differ_somewhere),
		cmocka_unit_test(no_fdt_is_told),
		cmocka_unit_test(items_say_what_they_are_about),
		cmocka_unit_test(real_segments_differ),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
