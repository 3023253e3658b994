// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes that nobody vouches for, given to what reads them: the judge, the
 * differences between two segments, and the reader of scenarios. Each gives an
 * answer, or says in one line why it cannot, and gives it twice alike.
 *
 *   byte 0      who reads
 *   judge       byte 1, 2: flags; 16 bit: length of the elfcorehdr, which is
 *               first; the rest is the FDT
 *   difference  16 bit: length of the first segment; the rest is the second
 *   scenario    the rest is YAML; a device tree is where "tree: 100" says
 */
#define _GNU_SOURCE	/* memfd_create(), memmem() */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "diff.h"
#include "fuzz.h"
#include "judge.h"
#include "scenario.h"

#define NR_CPUS 4
#define GIB (1ULL << 30)
#define TREE_FD 100

/* one line that says something */
static void check_line(const char *what, const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	fuzz_check(len && len < size, "%s: no text, or one without end", what);
	fuzz_check(!memchr(text, '\n', len), "%s: more than one line", what);
}

/* --- the judge ------------------------------------------------------------------ */

/* flags of the first byte */
#define IS_X86 1
#define KNOWS_RAM 2
#define KNOWS_CPUS 4
#define FILE_MODE 8
#define VERIFIES 16
#define HAS_TREE 32
#define LOADED_FDT 64
#define ONE_CPU 128

static void check_verdict(const struct verdict *v)
{
	enum verdict_word worst = VERDICT_ACCURATE;
	size_t i;

	for (i = 0; i < v->nr; i++) {
		const struct finding *f = &v->findings[i];

		check_line("finding", f->text, sizeof(f->text));
		fuzz_check(f->inv < NR_INVARIANTS && f->word <= VERDICT_LOST,
			   "a finding of no kind: %s", f->text);
		if (!f->remark && f->word > worst)
			worst = f->word;
	}
	fuzz_check(v->word == worst, "the verdict is %s, the worst finding %s",
		   verdict_name(v->word), verdict_name(worst));
}

static void check_same_verdict(const struct verdict *a, const struct verdict *b)
{
	size_t i;

	fuzz_check(a->word == b->word && a->nr == b->nr,
		   "with a cache the verdict is another one");
	for (i = 0; i < a->nr; i++)
		fuzz_check(!strcmp(a->findings[i].text, b->findings[i].text),
			   "with a cache: %s, without: %s",
			   b->findings[i].text, a->findings[i].text);
}

static void judge_views(const struct machine_view *machine,
			const struct image_view *image, uint32_t cpu)
{
	struct judge_cache *cache = judge_cache_new();
	struct verdict plain, cached;
	unsigned int i;

	fuzz_check(cache && !judge(machine, image, cpu, &plain),
		   "no memory for the judge");
	check_verdict(&plain);
	for (i = 0; i < 2; i++) {
		fuzz_check(!judge_with_cache(cache, machine, image, cpu,
					     &cached),
			   "no memory for the judge");
		check_same_verdict(&plain, &cached);
		verdict_free(&cached);
	}
	verdict_free(&plain);
	judge_cache_free(cache);
}

static struct view_segment *add_segment(struct image_view *image,
					enum segment_kind kind, void *bytes,
					size_t size)
{
	struct view_segment *s = &image->segment[image->nr_segments++];

	s->kind = kind;
	s->mem = 0x20000000 + image->nr_segments * 0x1000000;
	s->memsz = size;
	s->bufsz = size;
	s->bytes = bytes;
	return s;
}

static void fuzz_the_judge(struct fuzz_bytes in)
{
	uint8_t flags = fuzz_u8(&in), more = fuzz_u8(&in);
	struct fuzz_bytes header = fuzz_take(&in, fuzz_u16(&in));
	struct view_range ram[] = { { 0, GIB - 1 }, { 2 * GIB, 4 * GIB - 1 } };
	struct view_range crashk = { GIB / 2, GIB / 2 + (256 << 20) - 1 };
	struct view_cpu cpus[NR_CPUS];
	struct machine_view machine = {
		.arch = flags & IS_X86 ? ARCH_X86_64 : ARCH_POWERPC,
		.page_size = flags & IS_X86 ? 4096 : 65536,
		.ram = { 2, 2, ram },
		.online = { more & 1 ? 1 : 2, 2, ram },
		.crashk = { 1, 1, &crashk },
		.nr_cpus = NR_CPUS,
		.cpus = cpus,
		.notes_size = more & 2 ? 0x400 : 0,
		.vmcoreinfo = 0x4700000,
		.vmcoreinfo_size = 0x1000,
		.knows_cpus = flags & KNOWS_CPUS,
		.knows_ram = flags & KNOWS_RAM,
		.max_memory_ranges = more & 4 ? 8 : 0,
	};
	struct image_view image = {
		.loaded = true,
		.file_mode = flags & FILE_MODE,
		.verifies = flags & VERIFIES,
		.backup = more & 8 ? 0x21000000 : 0,
		.reserved = more & 16 ? 0x1000 : 0,
	};
	void *elf = fuzz_copy(header, header.size);
	void *fdt = fuzz_copy(in, in.size), *copy = fuzz_copy(in, in.size);
	unsigned int i;

	for (i = 0; i < NR_CPUS; i++)
		cpus[i] = (struct view_cpu){
			.cpu = i, .present = i < 3, .online = i < 2,
			.has_hwid = !(flags & IS_X86), .hwid = i * 8,
			.notes = 0x7c00000 + i * 0x400,
		};
	if (flags & HAS_TREE) {
		machine.tree = copy;
		machine.tree_size = in.size;
	}
	if (flags & LOADED_FDT) {
		image.loaded_fdt = copy;
		image.loaded_fdt_size = in.size;
	}
	if (header.size || !(more & 32))
		add_segment(&image, SEGMENT_ELFCOREHDR, elf,
			    header.size)->in_digest = flags & VERIFIES;
	if (in.size || !(more & 64))
		add_segment(&image, SEGMENT_FDT, fdt, in.size);
	judge_views(&machine, &image, flags & ONE_CPU ? 1 : JUDGE_ANY_CPU);
	free(elf);
	free(fdt);
	free(copy);
}

/* --- differences ---------------------------------------------------------------- */

typedef int (*diff_fn)(const void *a, size_t a_size, const void *b,
		       size_t b_size, struct diff *diff, char *why);

static size_t count(const struct diff *d, enum diff_kind kind)
{
	size_t i, nr = 0;

	for (i = 0; i < d->nr; i++)
		nr += d->items[i].kind == kind;
	return nr;
}

/* 0 when both can be read */
static int compare(diff_fn diff, struct fuzz_bytes a, struct fuzz_bytes b,
		   struct diff *d)
{
	char why[160] = "";
	size_t i;

	*d = (struct diff){ 0 };
	if (diff(a.p, a.size, b.p, b.size, d, why)) {
		check_line("why not", why, sizeof(why));
		return -1;
	}
	for (i = 0; i < d->nr; i++)
		check_line("difference", d->items[i].text, SIZE_MAX / 2);
	return 0;
}

static void fuzz_diff(diff_fn diff, struct fuzz_bytes in)
{
	struct fuzz_bytes first = fuzz_take(&in, fuzz_u16(&in));
	void *a = fuzz_copy(first, first.size), *b = fuzz_copy(in, in.size);
	struct fuzz_bytes x = { a, first.size }, y = { b, in.size };
	struct diff same, there, back;
	int readable = compare(diff, x, y, &there);

	fuzz_check(readable == compare(diff, y, x, &back),
		   "only one way there is a difference");
	if (!compare(diff, x, x, &same))
		fuzz_check(!same.nr, "different from itself: %s",
			   same.items[0].text);
	if (!readable) {
		fuzz_check(count(&there, DIFF_ADDED) ==
			   count(&back, DIFF_REMOVED) &&
			   count(&there, DIFF_REMOVED) ==
			   count(&back, DIFF_ADDED),
			   "there and back are not the same way");
	}
	diff_free(&same);
	diff_free(&there);
	diff_free(&back);
	free(a);
	free(b);
}

/* --- scenarios -------------------------------------------------------------------- */

/* a file without a name */
static int anonymous_file(const void *bytes, size_t size)
{
	int fd = memfd_create("input", 0);

	fuzz_check(fd >= 0 && write(fd, bytes, size) == (ssize_t)size,
		   "no anonymous file");
	return fd;
}

/* a machine with two cores, as the file TREE_FD */
static void make_tree(void)
{
	char fdt[2048] __attribute__((__aligned__(8))), name[16];
	uint64_t reg[2] = { 0, cpu_to_fdt64(GIB) };
	unsigned int core;

	fdt_create(fdt, sizeof(fdt));
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_property_u32(fdt, "#address-cells", 2);
	fdt_property_u32(fdt, "#size-cells", 2);
	fdt_begin_node(fdt, "memory@0");
	fdt_property_string(fdt, "device_type", "memory");
	fdt_property(fdt, "reg", reg, sizeof(reg));
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "cpus");
	fdt_property_u32(fdt, "#address-cells", 1);
	fdt_property_u32(fdt, "#size-cells", 0);
	for (core = 0; core < 2; core++) {
		snprintf(name, sizeof(name), "cpu@%u", core);
		fdt_begin_node(fdt, name);
		fdt_property_string(fdt, "device_type", "cpu");
		fdt_property_u32(fdt, "reg", core);
		fdt_property_u32(fdt, "ibm,ppc-interrupt-server#s", core);
		fdt_end_node(fdt);
	}
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	fuzz_check(!fdt_finish(fdt) &&
		   dup2(anonymous_file(fdt, fdt_totalsize(fdt)), TREE_FD) ==
		   TREE_FD, "no tree for scenarios");
}

/* other files than ours, and programs, are no business of an input */
static bool goes_elsewhere(struct fuzz_bytes in)
{
	return memmem(in.p, in.size, ".dts", 4) ||
	       memmem(in.p, in.size, "/", 1);
}

static void check_steps(const struct scenario *s)
{
	char text[256];
	size_t i, k;

	for (i = 0; i < s->nr_steps; i++) {
		const struct scenario_step *step = &s->steps[i];

		check_line("step", step->text, SIZE_MAX / 2);
		for (k = 0; k < step->nr_events; k++) {
			event_describe(&step->events[k], text, sizeof(text));
			check_line("event", text, sizeof(text));
		}
	}
}

static void fuzz_scenario_reader(struct fuzz_bytes in)
{
	static bool has_tree;
	struct error err = { "" };
	struct scenario *s;
	char path[64];
	int fd;

	if (goes_elsewhere(in))
		return;
	if (!has_tree)
		make_tree();
	has_tree = true;
	fd = anonymous_file(in.p, in.size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s = scenario_read(path, &err);
	close(fd);
	if (s) {
		check_steps(s);
		scenario_free(s);
	} else {
		check_line("error", err.text, sizeof(err.text));
		fuzz_check(!strncmp(err.text, "/proc/self/fd/", 14),
			   "an error without its file: %s", err.text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes in = { data, size };

	switch (fuzz_u8(&in) % 4) {
	case 0:
		fuzz_the_judge(in);
		break;
	case 1:
		fuzz_diff(diff_elfcorehdr, in);
		break;
	case 2:
		fuzz_diff(diff_fdt, in);
		break;
	case 3:
		fuzz_scenario_reader(in);
		break;
	}
	return 0;
}
