// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge on segments of real kernels (fixtures/captures). The state of the
 * machine is what the captures' manifests say. Where the capture went on to
 * crash, the outcome of the real dump is in the row's name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge_case.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

/*
 * struct guest - what does not change during a capture
 * @notes: of each possible CPU, 0 where the manifest does not say
 * @fdt: address of the FDT segment; 0: x86_64
 */
struct guest {
	const char *name;
	const char *load_step;
	const char *crashk;
	const char *firmware;
	uint64_t elfcorehdr;
	size_t elfcorehdr_size;
	uint64_t backup;
	uint64_t fdt;
	size_t fdt_size;
	unsigned int nr_cpus;
	uint64_t notes[CASE_MAX_CPUS];
	uint64_t vmcoreinfo;
};

static const struct guest B = {
	.name = "B-dimm-hotadd-remove",
	.load_step = "step-00-loaded",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff083b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x20000,
	.backup = 0x21730000,
	.fdt = 0x3ffb0000,
	.fdt_size = 0x40000,
	.nr_cpus = 2,
	.notes = { 0x7fe8b400, 0x7feab400 },
	.vmcoreinfo = 0x4780000,
};

static const struct guest G = {
	.name = "G-crash-on-hotadded-cpu",
	.load_step = "step-00-loaded",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff085b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x20000,
	.backup = 0x21730000,
	.fdt = 0x3ffb0000,
	.fdt_size = 0x40000,
	.nr_cpus = 4,
	.notes = { 0x7fdfb400, 0x7fe1b400, 0x7fe3b400, 0x7fe5b400 },
	.vmcoreinfo = 0x4460000,
};

/* by kexec-tools, without the flag for hotplug */
static const struct guest H = {
	.name = "H-crash-fdt-not-updated",
	.load_step = "step-00-kexec-load",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff085b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x10000,
	.backup = 0x21730000,
	.fdt = 0x2ffe0000,
	.fdt_size = 0x10000,
	.nr_cpus = 4,
	.notes = { 0x7fdfb400, 0x7fe1b400, 0x7fe3b400, 0x7fe5b400 },
	.vmcoreinfo = 0x4460000,
};

static const struct guest K = {
	.name = "K-numa-adjacent-regions",
	.load_step = "step-00-loaded",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff083b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x20000,
	.backup = 0x21730000,
	.fdt = 0x3ffb0000,
	.fdt_size = 0x40000,
	.nr_cpus = 2,
	.notes = { 0x1ff3b800, 0x7ff0b800 },
	.vmcoreinfo = 0x4780000,
};

static const struct guest L = {
	.name = "L-offline-block-then-unplug",
	.load_step = "step-00-loaded",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff083b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x20000,
	.backup = 0x21730000,
	.fdt = 0x3ffb0000,
	.fdt_size = 0x40000,
	.nr_cpus = 2,
	.notes = { 0x7fe8b400, 0x7feab400 },
	.vmcoreinfo = 0x4600000,
};

static const struct guest N = {
	.name = "N-fdt-no-space",
	.load_step = "step-00-loaded",
	.crashk = "20000000-3fffffff",
	.firmware = "2fff0000-2fff089b",
	.elfcorehdr = 0x21740000,
	.elfcorehdr_size = 0x20000,
	.backup = 0x21730000,
	.fdt = 0x3ffb0000,
	.fdt_size = 0x40000,
	.nr_cpus = 8,
	.notes = { 0x7fccb400, 0x7fceb400, 0x7fd0b400, 0x7fd2b400, 0x7fd4b400,
		   0x7fd6b400, 0x7fd8b400, 0x7fdab400 },
	.vmcoreinfo = 0x4700000,
};

static const struct guest x86_B = {
	.name = "x86_64-B-dimm-hotadd-remove",
	.crashk = "2f000000-3effffff",
	.firmware = "",
	.elfcorehdr = 0x2f000000,
	.elfcorehdr_size = 0xe1000,
	.nr_cpus = 8,
	.notes = { 0x2dc3d800, 0x2dcbd800 },
	.vmcoreinfo = 0x48ba000,
};

static const struct guest x86_F = {
	.name = "x86_64-F-crash-after-hotplug",
	.crashk = "2f000000-3effffff",
	.firmware = "",
	.elfcorehdr = 0x2f000000,
	.elfcorehdr_size = 0xe1000,
	.nr_cpus = 8,
	.notes = { 0x2dc3d800, 0x2dcbd800, [4] = 0x2de3d800 },
	.vmcoreinfo = 0x48ba000,
};

static const struct guest x86_J = {
	.name = "x86_64-J-memmap-holes",
	.crashk = "10000000-1fffffff",
	.firmware = "",
	.elfcorehdr = 0x10000000,
	.elfcorehdr_size = 0xe1000,
	.nr_cpus = 8,
	.notes = { 0x3dc3d800 },
	.vmcoreinfo = 0x3014c000,
};

/*
 * struct moment - one step of a capture
 * @online: part of @ram; NULL: all of it
 * @present: mask of CPUs, all of them online; their hardware ids are their
 *	numbers in these captures
 */
struct moment {
	const char *name;
	const struct guest *guest;
	const char *step;
	const char *ram;
	const char *online;
	unsigned int present;
	uint32_t crash_cpu;
	const char *expected;
};

#define ANY JUDGE_ANY_CPU
#define KB_17 \
	"remark I-RESV 1024 bytes are reserved for the elfcorehdr, which may grow to 65536\n"
#define HANGS(cpu) \
	"hang I-CPU no CPU node of the FDT has CPU " cpu " (hardware id " cpu \
	"): if it crashes, early boot fails to identify the boot CPU and hangs\n"
#define STALE_CPU(cpu) \
	"stale I-CPU no CPU node of the FDT has CPU " cpu " (hardware id " cpu "), which is online\n"
#define NOT_LIVE(node) "stale I-FRESH /cpus/PowerPC,POWER9@" node " is not as in the live tree: "
#define HALF(node) "stale I-FDTOK /cpus/PowerPC,POWER9@" node " is half a CPU node: it has no device_type\n"

static const struct moment moments[] = {
	{ "B: loaded", &B, "step-00-loaded", "0-7fffffff", NULL, 0x3, ANY, "" },
	{ "B: a DIMM added", &B, "step-01-mem-add-m1-80000000", "0-8fffffff",
	  NULL, 0x3, ANY, "" },
	/* KB-02 at the end of memory */
	{ "B: a DIMM in the middle removed", &B, "step-06-mem-del-m3-a0000000",
	  "0-9fffffff b0000000-cfffffff", NULL, 0x3, ANY,
	  "incomplete I-GONE PT_LOAD 4 covers 0xd0000000-0xd0000000, which is not memory\n" },
	{ "G: crash on a CPU that was added, dump complete", &G,
	  "step-03-mem-add-m1-80000000", "0-9fffffff", NULL, 0x7, 2, "" },
	{ "H: loaded", &H, "step-00-kexec-load", "0-7fffffff", NULL, 0x1, ANY,
	  KB_17 },
	{ "H: crash on a CPU that is not in the FDT, no dump", &H,
	  "step-02-cpu-add-core2", "0-7fffffff", NULL, 0x7, 2,
	  KB_17 HANGS("2") STALE_CPU("1") },
	{ "H: crash on CPU 0", &H, "step-02-cpu-add-core2", "0-7fffffff", NULL,
	  0x7, 0, KB_17 STALE_CPU("1") STALE_CPU("2") },
	/* KB-02 and KB-03 between two NUMA nodes */
	{ "K: a DIMM in the middle removed", &K, "step-06-mem-del-m2-90000000",
	  "0-8fffffff a0000000-cfffffff", NULL, 0x3, ANY,
	  "incomplete I-SORT PT_LOAD 6 at 0xa0000000 comes after PT_LOAD 5 at 0xb0000000\n"
	  "incomplete I-DISJ PT_LOAD 6 and PT_LOAD 5 both cover 0xb0000000-0xb0000000\n" },
	/* KB-21 */
	{ "K: a block offline", &K, "step-10-block11-offline",
	  "0-dfffffff", "0-8fffffff a0000000-afffffff c0000000-dfffffff", 0x3,
	  ANY,
	  "remark I-GONE PT_LOAD 4 covers 0x90000000-0x9fffffff, which is offline\n" },
	/* KB-66: no event told of it */
	{ "L: an offline block removed, dump never ends", &L,
	  "step-09-cpu-add-core1", "0-afffffff", NULL, 0x3, 0,
	  "incomplete I-GONE PT_LOAD 3 covers 0xb0000000-0xbfffffff, which is not memory\n" },
	{ "N: one CPU fits", &N, "step-02-cpu-add-core1", "0-7fffffff", NULL,
	  0x3, ANY, "" },
	/* KB-35: the boot CPU's node is the last one to be added, and is cut */
	{ "N: no space", &N, "step-04-cpu-add-core3", "0-7fffffff", NULL, 0xf,
	  ANY, NOT_LIVE("0") "64-bit missing, clock-frequency missing, i-cache-size missing and 20 more\n" },
	{ "N: no space, crash on CPU 0, no dump", &N, "step-05-cpu-add-core4",
	  "0-7fffffff", NULL, 0x1f, 0,
	  HANGS("0") STALE_CPU("1") HALF("1")
	  "remark I-CPU boot_cpuid_phys is 0, which no CPU node of the FDT has; purgatory overwrites it\n" },
	{ "x86_64-B: DIMMs added", &x86_B, "step-03-mem-add-m3-120000000",
	  "1000-9fbff 100000-3ffdefff 100000000-12fffffff", NULL, 0x1, ANY,
	  "" },
	/* KB-20 */
	{ "x86_64-B: a DIMM removed", &x86_B, "step-04-mem-del-m2-110000000",
	  "1000-9fbff 100000-3ffdefff 100000000-10fffffff 120000000-12fffffff",
	  NULL, 0x1, ANY,
	  "incomplete I-GONE PT_LOAD 4 covers 0x110000000-0x11fffffff, which is not memory\n" },
	{ "x86_64-F: a block offline, dump complete", &x86_F,
	  "step-07-block41-offline",
	  "1000-9fbff 100000-3ffdefff 100000000-10fffffff 140000000-15fffffff",
	  "1000-9fbff 100000-3ffdefff 100000000-10fffffff 140000000-147ffffff 150000000-15fffffff",
	  0x13, 1,
	  "remark I-GONE PT_LOAD 4 covers 0x148000000-0x14fffffff, which is offline\n" },
	{ "x86_64-J: odd memory", &x86_J,
	  "step-02-mem-add-m2-120000000",
	  "1000-9fbff 100000-0fefffff 10000000-1fffffff 21000000-30000bff "
	  "30002000-300fffff 30110000-3ffdefff 100000000-10fffffff 120000000-127ffffff",
	  NULL, 0x1, 0,
	  "remark I-GONE PT_LOAD 2 is read as 0x21000000-0x30000fff, in whole pages, and not all of that is memory\n" },
};

static struct bytes read_step(const struct guest *g, const char *step,
			      const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/%s", g->name, step, file);
	return read_captured(path);
}

/* the captured bytes stop at totalsize, the segment goes on */
static struct bytes read_fdt(const struct guest *g, const char *step)
{
	struct bytes fdt = read_step(g, step, "fdt.dtb.gz");

	fdt.p = realloc(fdt.p, g->fdt_size);
	assert_non_null(fdt.p);
	memset(fdt.p + fdt.size, 0, g->fdt_size - fdt.size);
	fdt.size = g->fdt_size;
	return fdt;
}

static void make_cpus(struct judge_case *c, const struct moment *m)
{
	unsigned int cpu;

	for (cpu = 0; cpu < m->guest->nr_cpus; cpu++)
		c->cpus[cpu] = (struct view_cpu){
			.cpu = cpu,
			.present = m->present >> cpu & 1,
			.online = m->present >> cpu & 1,
			.has_hwid = m->guest->fdt,
			.hwid = cpu,
			.notes = m->guest->notes[cpu],
		};
	c->machine.cpus = c->cpus;
	c->machine.nr_cpus = m->guest->nr_cpus;
	c->machine.knows_cpus = true;
}

static void make_machine(struct judge_case *c, const struct moment *m)
{
	const struct guest *g = m->guest;
	bool powerpc = g->fdt;

	c->machine.arch = powerpc ? ARCH_POWERPC : ARCH_X86_64;
	c->machine.page_size = powerpc ? 0x10000 : 0x1000;
	c->machine.ram = ranges_of(m->ram);
	c->machine.online = ranges_of(m->online ? m->online : m->ram);
	c->machine.crashk = ranges_of(g->crashk);
	c->machine.firmware = ranges_of(g->firmware);
	c->machine.notes_size = powerpc ? 0x218 : 0x170;
	if (!powerpc)
		c->machine.text = (struct view_text){
			0x1000000, 0xffffffff81000000, 0x2c30000,
		};
	c->machine.vmcoreinfo = g->vmcoreinfo;
	c->machine.vmcoreinfo_size = powerpc ? 0x10024 : 0x1024;
	c->machine.knows_ram = true;
	make_cpus(c, m);
}

static void add_segment(struct judge_case *c, enum segment_kind kind,
			uint64_t mem, struct bytes bytes)
{
	c->image.segment[c->image.nr_segments++] = (struct view_segment){
		.kind = kind,
		.mem = mem,
		.memsz = bytes.size,
		.bufsz = bytes.size,
		.bytes = bytes.p,
	};
}

static void make_image(struct judge_case *c, const struct moment *m)
{
	const struct guest *g = m->guest;
	struct bytes bytes = read_step(g, m->step, "elfcorehdr.bin.gz");

	assert_int_equal(bytes.size, g->elfcorehdr_size);
	c->image.loaded = true;
	c->image.file_mode = g != &H;
	c->image.backup = g->backup;
	c->elfcorehdr = bytes.p;
	add_segment(c, SEGMENT_ELFCOREHDR, g->elfcorehdr, bytes);
	if (!g->fdt)
		return;
	bytes = read_fdt(g, m->step);
	c->fdt = bytes.p;
	add_segment(c, SEGMENT_FDT, g->fdt, bytes);
	bytes = read_fdt(g, g->load_step);
	c->image.loaded_fdt = c->loaded_fdt = bytes.p;
	c->image.loaded_fdt_size = bytes.size;
	bytes = read_step(g, m->step, "live-tree.dtb.gz");
	c->machine.tree = c->live = bytes.p;
	c->machine.tree_size = bytes.size;
}

static void run_moment(void **state)
{
	const struct moment *m = *state;
	struct judge_case *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->crash_cpu = m->crash_cpu;
	make_machine(c, m);
	make_image(c, m);
	assert_findings(m->name, c, m->expected);
	case_free(c);
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[ARRAY_SIZE(moments)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(moments); i++)
		tests[i] = (struct CMUnitTest){
			.name = moments[i].name,
			.test_func = run_moment,
			.initial_state = (void *)&moments[i],
		};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return !!cmocka_run_group_tests(tests, NULL, case_teardown);
}
