// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests of the judge: two small machines with an image that is accurate.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>
#include <nettle/sha2.h>

#include "judge_case.h"

#define RESERVE(fdt, start, size) \
	assert_int_equal(fdt_add_reservemap_entry(fdt, start, size), 0)
#define PUT(call) assert_int_equal(call, 0)

/* --- the device trees ----------------------------------------------------- */

static void put_cells(void *fdt, const char *name, unsigned int nr,
		      const uint32_t *values)
{
	fdt32_t cells[16];
	unsigned int i;

	for (i = 0; i < nr; i++)
		cells[i] = cpu_to_fdt32(values[i]);
	PUT(fdt_property(fdt, name, cells, nr * sizeof(*cells)));
}

#define PUT_CELLS(fdt, name, ...) \
	put_cells(fdt, name, \
		  sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), \
		  (uint32_t[]){ __VA_ARGS__ })

static void put_chosen(void *fdt)
{
	PUT(fdt_begin_node(fdt, "chosen"));
	PUT(fdt_property_string(fdt, "bootargs",
				"elfcorehdr=0x21740000 maxcpus=1"));
	PUT_CELLS(fdt, "linux,elfcorehdr", 0, CASE_ELFCOREHDR, 0,
		  CASE_ELFCOREHDR_SIZE);
	PUT(fdt_end_node(fdt));
}

static void put_core(void *fdt, uint32_t id)
{
	char name[32];

	snprintf(name, sizeof(name), "PowerPC,POWER9@%x", id);
	PUT(fdt_begin_node(fdt, name));
	PUT(fdt_property_string(fdt, "device_type", "cpu"));
	PUT_CELLS(fdt, "reg", id);
	PUT_CELLS(fdt, "ibm,ppc-interrupt-server#s", id, id + 1);
	PUT_CELLS(fdt, "l2-cache", 0x2000 + id);
	PUT(fdt_property(fdt, "64-bit", NULL, 0));
	PUT(fdt_end_node(fdt));

	snprintf(name, sizeof(name), "l2-cache@%x", 0x2000 + id);
	PUT(fdt_begin_node(fdt, name));
	PUT(fdt_property_string(fdt, "device_type", "cache"));
	PUT_CELLS(fdt, "phandle", 0x2000 + id);
	PUT(fdt_end_node(fdt));
}

static void put_cpus(void *fdt)
{
	PUT(fdt_begin_node(fdt, "cpus"));
	PUT_CELLS(fdt, "#address-cells", 1);
	PUT_CELLS(fdt, "#size-cells", 0);
	put_core(fdt, 0);
	put_core(fdt, 8);
	PUT(fdt_end_node(fdt));
}

/*
 * 2 GiB: the first half as a node, the other as four LMBs of 256 MiB, which is
 * how PowerVM tells about memory.
 */
static void put_memory(void *fdt)
{
	PUT(fdt_begin_node(fdt, "memory@0"));
	PUT(fdt_property_string(fdt, "device_type", "memory"));
	PUT_CELLS(fdt, "reg", 0, 0, 0, 0x40000000);
	PUT_CELLS(fdt, "linux,usable-memory", 0, 0, 0, 0x30000000);
	PUT(fdt_end_node(fdt));

	PUT(fdt_begin_node(fdt, "ibm,dynamic-reconfiguration-memory"));
	PUT_CELLS(fdt, "ibm,lmb-size", 0, 0x10000000);
	PUT_CELLS(fdt, "ibm,dynamic-memory-v2", 2,
		  1, 0, 0x30000000, 0x80000003, 0, 0x08,
		  4, 0, 0x40000000, 0x80000004, 0, 0x08);
	PUT_CELLS(fdt, "linux,drconf-usable-memory",
		  0, 1, 0, 0x30000000, 0, 0x10000000, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT(fdt_end_node(fdt));
}

static uint8_t *make_tree(void)
{
	uint8_t *fdt = calloc(1, CASE_FDT_SIZE);

	assert_non_null(fdt);
	PUT(fdt_create(fdt, CASE_FDT_SIZE));
	RESERVE(fdt, 0x10000, CASE_CRASHK - 0x10000);
	RESERVE(fdt, CASE_BACKUP, 0x10000);
	RESERVE(fdt, CASE_ELFCOREHDR, CASE_ELFCOREHDR_SIZE);
	PUT(fdt_finish_reservemap(fdt));
	PUT(fdt_begin_node(fdt, ""));
	PUT_CELLS(fdt, "#address-cells", 2);
	PUT_CELLS(fdt, "#size-cells", 2);
	put_chosen(fdt);
	put_cpus(fdt);
	put_memory(fdt);
	PUT(fdt_begin_node(fdt, "vdevice"));
	PUT(fdt_property_string(fdt, "compatible", "IBM,vdevice"));
	PUT(fdt_end_node(fdt));
	PUT(fdt_end_node(fdt));
	PUT(fdt_finish(fdt));
	PUT(fdt_open_into(fdt, fdt, CASE_FDT_SIZE));
	return fdt;
}

int tree_node(const void *fdt, const char *path)
{
	int node = fdt_path_offset(fdt, path);

	if (node < 0)
		fail_msg("%s: %s", path, fdt_strerror(node));
	return node;
}

void tree_set_cells(void *fdt, const char *path, const char *name,
		    unsigned int nr, ...)
{
	fdt32_t cells[64];
	unsigned int i;
	va_list args;

	va_start(args, nr);
	for (i = 0; i < nr; i++)
		cells[i] = cpu_to_fdt32(va_arg(args, uint32_t));
	va_end(args);
	PUT(fdt_setprop(fdt, tree_node(fdt, path), name, cells,
			nr * sizeof(*cells)));
}

void tree_set_string(void *fdt, const char *path, const char *name,
		     const char *value)
{
	PUT(fdt_setprop_string(fdt, tree_node(fdt, path), name, value));
}

void tree_delete(void *fdt, const char *path, const char *name)
{
	if (name)
		PUT(fdt_delprop(fdt, tree_node(fdt, path), name));
	else
		PUT(fdt_del_node(fdt, tree_node(fdt, path)));
}

void tree_unreserve(void *fdt, uint64_t start)
{
	uint64_t address, size;
	int i;

	for (i = fdt_num_mem_rsv(fdt) - 1; i >= 0; i--) {
		PUT(fdt_get_mem_rsv(fdt, i, &address, &size));
		if (address == start)
			PUT(fdt_del_mem_rsv(fdt, i));
	}
}

/* --- the machines --------------------------------------------------------- */

static void add_segment(struct judge_case *c, enum segment_kind kind,
			uint64_t mem, uint8_t *bytes, size_t size)
{
	c->image.segment[c->image.nr_segments++] = (struct view_segment){
		.kind = kind,
		.mem = mem,
		.memsz = size,
		.bufsz = size,
		.bytes = bytes,
	};
}

static void put_notes(struct judge_case *c)
{
	unsigned int cpu;

	for (cpu = 0; cpu < CASE_NR_CPUS; cpu++)
		elf_note(c->elfcorehdr, CASE_NOTES(cpu), CASE_NOTES_SIZE);
	elf_note(c->elfcorehdr, CASE_VMCOREINFO, CASE_VMCOREINFO_SIZE);
}

void case_loads(struct judge_case *c, const char *text)
{
	bool powerpc = c->machine.arch == ARCH_POWERPC;
	Elf64_Phdr *load;

	elf_start(c->elfcorehdr, powerpc ? EM_PPC64 : EM_X86_64);
	put_notes(c);
	if (!powerpc) {
		load = elf_load(c->elfcorehdr, 0x1000000, 0x3c2ffff);
		load->p_vaddr = 0xffffffff81000000;
	}
	elf_loads(c->elfcorehdr, text);
	if (powerpc && !strncmp(text, "0-", 2))
		elf_find(c->elfcorehdr, PT_LOAD, 0)->p_offset = CASE_BACKUP;
}

static void make_powerpc(struct judge_case *c)
{
	c->machine.page_size = 0x10000;
	c->machine.ram = ranges_of("0-7fffffff");
	c->machine.online = ranges_of("0-7fffffff");
	c->machine.firmware = ranges_of("2fff0000-2fff083b");
	c->machine.tree = c->live = make_tree();
	c->machine.tree_size = CASE_FDT_SIZE;
	c->fdt = make_tree();
	c->image.loaded_fdt = c->loaded_fdt = make_tree();
	c->image.loaded_fdt_size = CASE_FDT_SIZE;
	c->image.backup = CASE_BACKUP;
	add_segment(c, SEGMENT_FDT, CASE_FDT, c->fdt, CASE_FDT_SIZE);
	case_loads(c, CASE_LOADS);
}

static void make_x86_64(struct judge_case *c)
{
	c->machine.page_size = 0x1000;
	c->machine.ram = ranges_of("1000-9fbff 100000-7fffffff");
	c->machine.online = ranges_of("1000-9fbff 100000-7fffffff");
	c->machine.text = (struct view_text){
		0x1000000, 0xffffffff81000000, 0x2c30000,
	};
	case_loads(c, CASE_X86_LOADS);
}

static void make_cpus(struct judge_case *c)
{
	static const uint32_t hwids[CASE_NR_CPUS] = { 0, 1, 8, 9 };
	unsigned int cpu;

	for (cpu = 0; cpu < CASE_NR_CPUS; cpu++)
		c->cpus[cpu] = (struct view_cpu){
			.cpu = cpu,
			.present = cpu < 4,
			.online = cpu < 4,
			.has_hwid = cpu < 4,
			.hwid = hwids[cpu],
			.notes = CASE_NOTES(cpu),
		};
	c->machine.cpus = c->cpus;
	c->machine.nr_cpus = CASE_NR_CPUS;
	c->machine.notes_size = CASE_NOTES_SIZE;
	c->machine.vmcoreinfo = CASE_VMCOREINFO;
	c->machine.vmcoreinfo_size = CASE_VMCOREINFO_SIZE;
	c->machine.knows_cpus = true;
}

struct judge_case *case_new(enum arch arch)
{
	struct judge_case *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->crash_cpu = JUDGE_ANY_CPU;
	c->elfcorehdr = calloc(1, CASE_ELFCOREHDR_SIZE);
	c->kernel = calloc(1, CASE_KERNEL_SIZE);
	assert_non_null(c->elfcorehdr);
	assert_non_null(c->kernel);
	c->machine.arch = arch;
	c->machine.knows_ram = true;
	c->machine.crashk = ranges_of("20000000-3fffffff");
	make_cpus(c);
	c->image.loaded = true;
	c->image.file_mode = true;
	add_segment(c, SEGMENT_KERNEL, CASE_CRASHK, c->kernel,
		    CASE_KERNEL_SIZE);
	add_segment(c, SEGMENT_ELFCOREHDR, CASE_ELFCOREHDR, c->elfcorehdr,
		    CASE_ELFCOREHDR_SIZE);
	if (arch == ARCH_POWERPC)
		make_powerpc(c);
	else
		make_x86_64(c);
	return c;
}

void case_free(struct judge_case *c)
{
	view_ranges_free(&c->machine.ram);
	view_ranges_free(&c->machine.online);
	view_ranges_free(&c->machine.firmware);
	view_ranges_free(&c->machine.crashk);
	free(c->elfcorehdr);
	free(c->kernel);
	free(c->fdt);
	free(c->loaded_fdt);
	free(c->live);
	free(c);
}

struct view_segment *case_segment(struct judge_case *c, enum segment_kind kind)
{
	return (struct view_segment *)image_view_segment(&c->image, kind);
}

void case_set(struct view_ranges *set, const char *text)
{
	view_ranges_free(set);
	*set = ranges_of(text);
}

void case_digest(struct judge_case *c)
{
	struct sha256_ctx sha;
	size_t i;

	sha256_init(&sha);
	for (i = 0; i < c->image.nr_segments; i++) {
		if (c->image.segment[i].in_digest)
			sha256_update(&sha, c->image.segment[i].memsz,
				      c->image.segment[i].bytes);
	}
	sha256_digest(&sha, sizeof(c->image.digest), c->image.digest);
}

/* --- findings ------------------------------------------------------------- */

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* the lines of @text, sorted, as one text again, which is the caller's */
static char *sort_lines(const char *text)
{
	char *copy = strdup(text), *sorted = calloc(1, strlen(text) + 2), *line;
	char *lines[1024];
	size_t i, nr = 0;

	assert_non_null(copy);
	assert_non_null(sorted);
	for (line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(nr < sizeof(lines) / sizeof(*lines));
		lines[nr++] = line;
	}
	qsort(lines, nr, sizeof(*lines), compare_lines);
	for (i = 0; i < nr; i++) {
		strcat(sorted, lines[i]);
		strcat(sorted, "\n");
	}
	free(copy);
	return sorted;
}

static char *findings_text(const struct verdict *v)
{
	char *text = calloc(v->nr + 1, sizeof(v->findings->text) + 64);
	const struct finding *f;
	size_t i, len = 0;

	assert_non_null(text);
	for (i = 0; i < v->nr; i++) {
		f = &v->findings[i];
		len += sprintf(text + len, "%s %s %s\n",
			       f->remark ? "remark" : verdict_name(f->word),
			       invariant_name(f->inv), f->text);
	}
	return text;
}

/* the verdict is as bad as its worst finding, and no worse */
static void assert_word(const char *what, const struct verdict *v)
{
	enum verdict_word worst = VERDICT_ACCURATE;
	size_t i;

	for (i = 0; i < v->nr; i++) {
		if (!v->findings[i].remark && v->findings[i].word > worst)
			worst = v->findings[i].word;
	}
	if (v->word != worst)
		fail_msg("%s: the verdict is %s, its worst finding %s", what,
			 verdict_name(v->word), verdict_name(worst));
}

static struct judge_cache *cache;

static void assert_verdict(const char *what, const struct judge_case *c,
			   struct judge_cache *with, const char *want)
{
	char *text, *got;
	struct verdict v;

	if (judge_with_cache(with, &c->machine, &c->image, c->crash_cpu, &v))
		fail_msg("%s: the judge ran out of memory", what);
	text = findings_text(&v);
	got = sort_lines(text);
	if (strcmp(got, want))
		fail_msg("%s%s\nexpected:\n%sgot:\n%s", what,
			 with ? ", with a cache" : "", want, got);
	assert_word(what, &v);
	verdict_free(&v);
	free(text);
	free(got);
}

void assert_findings(const char *what, const struct judge_case *c,
		     const char *expected)
{
	char *want = sort_lines(expected);

	if (!cache)
		cache = judge_cache_new();
	assert_non_null(cache);
	assert_verdict(what, c, NULL, want);
	assert_verdict(what, c, cache, want);
	assert_verdict(what, c, cache, want);
	free(want);
}

int case_teardown(void **state)
{
	(void)state;
	judge_cache_free(cache);
	cache = NULL;
	return 0;
}
