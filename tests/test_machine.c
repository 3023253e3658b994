// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine: which descriptions it takes, which events can happen on it,
 * what they change and what is reported of them. Nearly all tests are tables:
 * events as text, the state after them as text.
 */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"

#include "helpers.h"
#include "handler_module.h"

#define G 0x40000000ULL

/* 2 GiB, of which the crash kernel has the second half of the first */
#define SMALL .memory = "0+80000000", .cores = "0"

static const struct bed roomy = {
	.memory = "0+80000000",
	.cores = "0 4",
	.threads = 4,
	.max_cores = 5,
	.lmbs = 16,
	.lmb_base = 0x80000000,
};

/* --- descriptions ----------------------------------------------------------------- */

static const struct memory_spec overlapping[] = {
	{ 0, 0x80000000, 0 },
	{ 0x70000000, 0x20000000, 0 },
};

static const struct memory_spec two_gib = { 0, 0x80000000, 0 };
static const struct memory_spec empty = { 0x10000000, 0, 0 };
static const struct memory_spec odd = { 0, 0x12345, 0 };
static const struct memory_spec too_high = { 1ULL << 51, 0x10000000, 0 };
static const struct block_spec crashk_offline = { 0x20000000, false };
static const struct block_spec unaligned_block = { 0x18000000, true };
static const struct block_spec missing_block = { 0x90000000, true };
static const struct block_spec twice[] = { { 0, true }, { 0, true } };
static const struct cpu_spec cpu_twice[] = { { 0, true, true, 0 },
					     { 0, true, true, 0 } };
static const struct cpu_spec absent_online = { 0, false, true, 0 };
static const struct cpu_spec all_offline = { 0, true, false, 0 };
static const struct cpu_spec cpu_4000 = { 4000, true, true, 0 };
static const struct cpu_spec three_cpus[] = { { 0, true, true, 0 },
					      { 1, true, true, 0 },
					      { 2, true, true, 0 } };

static void drop_cpus(void *fdt)
{
	fdt_del_node(fdt, fdt_path_offset(fdt, "/cpus"));
}

static void three_cells(void *fdt)
{
	fdt_setprop_u32(fdt, 0, "#address-cells", 3);
}

static void drop_lmb_size(void *fdt)
{
	int node = fdt_path_offset(fdt, "/ibm,dynamic-reconfiguration-memory");

	fdt_delprop(fdt, node, "ibm,lmb-size");
}

static void many_lmbs(void *fdt)
{
	int node = fdt_path_offset(fdt, "/ibm,dynamic-reconfiguration-memory");

	fdt_setprop_u32(fdt, node, "ibm,dynamic-memory-v2", 0x7fffffff);
}

static void endless_run(void *fdt)
{
	const fdt32_t v2[7] = { cpu_to_fdt32(1), cpu_to_fdt32(0xffffffff) };
	int node = fdt_path_offset(fdt, "/ibm,dynamic-reconfiguration-memory");

	fdt_setprop(fdt, node, "ibm,dynamic-memory-v2", v2, sizeof(v2));
}

static void no_ids(void *fdt)
{
	int node = fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@0");

	fdt_delprop(fdt, node, "ibm,ppc-interrupt-server#s");
	fdt_delprop(fdt, node, "reg");
}

static void too_deep(void *fdt)
{
	int node = 0, i;

	for (i = 0; i < 64; i++)
		node = fdt_add_subnode(fdt, node, "n");
}

static const struct handler_module other_abi = {
	.abi = HANDLER_MODULE_ABI + 1,
	.kimage_size = sizeof(struct kimage),
	.name = "old",
	.arch = "powerpc",
};

static const struct handler_module other_kimage = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = 8,
	.name = "small",
	.arch = "powerpc",
};

static const struct handler_module other_arch = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = sizeof(struct kimage),
	.name = "x",
	.arch = "x86_64",
};

static const struct {
	const char *what;
	struct bed bed;
	const char *says;
} refused[] = {
	{ "page size", { SMALL, .spec.page_size = 8192 }, "page size 8192" },
	{ "NR_CPUS", { SMALL, .spec.nr_cpus = 100000 }, "NR_CPUS 100000" },
	{ "ranges", { SMALL, .spec.max_memory_ranges = 1 << 30 },
	  "CRASH_MAX_MEMORY_RANGES 1073741824" },
	{ "block no multiple of a section",
	  { SMALL, .spec.block_size = 8 << 20 },
	  "0x800000 is no power of two, or no multiple of the section size 0x1000000" },
	{ "odd block", { SMALL, .spec.block_size = 48 << 20 }, "0x3000000" },
	{ "odd section", { SMALL, .spec.section_size = 3 << 20 },
	  "section size 0x300000 is no power of two" },

	{ "overlapping memory",
	  { SMALL, .spec.memory = overlapping, .spec.nr_memory = 2 },
	  "memory 0x70000000-0x8fffffff overlaps" },
	{ "overlapping nodes", { .memory = "0+80000000 40000000+10000000",
				 .cores = "0" },
	  "memory 0x40000000-0x4fffffff overlaps" },
	{ "empty memory", { SMALL, .spec.memory = &empty, .spec.nr_memory = 1 },
	  "memory at 0x10000000 has no bytes" },
	{ "odd memory", { SMALL, .spec.memory = &odd, .spec.nr_memory = 1 },
	  "0x0+0x12345 is not page aligned" },
	{ "high memory",
	  { SMALL, .spec.memory = &too_high, .spec.nr_memory = 1 },
	  "ends beyond 0x8000000000000" },
	{ "no memory", { .memory = "", .cores = "0" }, "has no memory" },

	{ "block alignment",
	  { SMALL, .spec.blocks = &unaligned_block, .spec.nr_blocks = 1 },
	  "block at 0x18000000 is not aligned" },
	{ "block without memory",
	  { SMALL, .spec.blocks = &missing_block, .spec.nr_blocks = 1 },
	  "block at 0x90000000 has no memory" },
	{ "block twice", { SMALL, .spec.blocks = twice, .spec.nr_blocks = 2 },
	  "block at 0x0 is given twice" },
	{ "offline block with a hole",
	  { .memory = "0+18000000", .cores = "0",
	    .spec.crashk_size = UINT64_MAX,
	    .spec.blocks = &(struct block_spec){ 0x10000000, false },
	    .spec.nr_blocks = 1 },
	  "block at 0x10000000 has a hole" },

	{ "crash kernel not aligned",
	  { SMALL, .spec.crashk_start = 0x20001000,
	    .spec.crashk_size = 0x10000000 }, "0x20001000+0x10000000" },
	{ "crash kernel outside",
	  { SMALL, .spec.crashk_start = 0x70000000,
	    .spec.crashk_size = 0x20000000 },
	  "0x70000000-0x8fffffff is not all memory" },
	{ "crash kernel wraps",
	  { SMALL, .spec.crashk_start = 0xffffffffffff0000,
	    .spec.crashk_size = 0x20000 }, "wraps around" },
	{ "crash kernel offline",
	  { SMALL, .spec.blocks = &crashk_offline, .spec.nr_blocks = 1 },
	  "is not all online" },

	{ "CPU twice", { SMALL, .spec.cpus = cpu_twice,
			 .spec.nr_cpu_specs = 2, .threads = 2 },
	  "CPU 0 is given twice" },
	{ "online but absent", { SMALL, .spec.cpus = &absent_online,
				 .spec.nr_cpu_specs = 1 },
	  "CPU 0 is online but not present" },
	{ "all CPUs offline", { SMALL, .spec.cpus = &all_offline,
				.spec.nr_cpu_specs = 1 }, "no CPU is online" },
	{ "number beyond NR_CPUS", { SMALL, .spec.cpus = &cpu_4000,
				     .spec.nr_cpu_specs = 1 },
	  "CPU 4000 is not below NR_CPUS, which is 2048" },
	{ "more CPUs than threads",
	  { SMALL, .spec.cpus = three_cpus, .spec.nr_cpu_specs = 3 },
	  "CPU 1 is present, but the device tree has only 1 threads" },

	{ "no /cpus", { SMALL, .edit = drop_cpus }, "there is no /cpus" },
	{ "no CPU", { .memory = "0+80000000", .cores = "" },
	  "there is no CPU" },
	{ "three cells", { SMALL, .edit = three_cells },
	  "#address-cells is 3" },
	{ "no LMB size", { SMALL, .lmbs = 4, .edit = drop_lmb_size },
	  "no usable ibm,lmb-size" },
	{ "LMBs torn", { SMALL, .lmbs = 4, .edit = many_lmbs },
	  "ibm,dynamic-memory-v2 says 2147483647 entries but has 4 bytes" },
	{ "endless LMBs", { SMALL, .lmbs = 4, .edit = endless_run },
	  "entry 0 has 4294967295 LMBs" },
	{ "CPU without ids", { SMALL, .edit = no_ids },
	  "PowerPC,POWER9@0 has neither" },
	{ "deep tree", { SMALL, .edit = too_deep }, "deeper than 64" },

	{ "other ABI", { SMALL, .handlers = &other_abi }, "old has ABI 4" },
	{ "other kimage", { SMALL, .handlers = &other_kimage },
	  "struct kimage of 8 bytes" },
	{ "other architecture", { SMALL, .handlers = &other_arch },
	  "x is for x86_64, the machine is powerpc" },
};

static void a_wrong_description_is_refused(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		struct error err = { "" };
		struct machine *m = bed_create(&refused[i].bed, &err);

		if (m)
			fail_msg("%s: accepted", refused[i].what);
		assert_says(refused[i].what, refused[i].says, err.text);
	}
}

/* every length but the whole, and some damaged bytes */
static void a_torn_tree_is_refused(void **state __always_unused)
{
	struct bed bed = roomy;
	struct error err;
	size_t size, cut;
	const void *tree = bed_tree(&bed, &size);
	char *copy;

	for (cut = 0; cut < size; cut += cut < 64 ? 1 : 97) {
		copy = malloc(cut + 1);
		memcpy(copy, tree, cut);
		bed.spec.boot_fdt = copy;
		bed.spec.boot_fdt_size = cut;
		if (bed_create(&bed, &err))
			fail_msg("%zu of %zu bytes are a tree", cut, size);
		assert_says("torn tree", "boot FDT: ", err.text);
		free(copy);
	}
}

static void other_architectures_and_no_handlers(void **state __always_unused)
{
	struct machine_spec spec = { .arch = 99, .page_size = 4096 };
	struct error err;

	assert_null(machine_create(&spec, &fake_handlers, &err));
	assert_says("99", "architecture 99 are not emulated", err.text);
	spec.arch = ARCH_X86_64;
	assert_null(machine_create(&spec, &fake_handlers, &err));
	assert_says("x86_64", "fake is for powerpc, the machine is x86_64",
		    err.text);
	spec.arch = ARCH_POWERPC;
	assert_null(machine_create(&spec, NULL, &err));
	assert_says("no handlers", "no handler module for powerpc", err.text);
	assert_null(machine_create(&spec, &fake_handlers, &err));
	assert_says("no tree", "needs a device tree", err.text);
}

/* --- what boots ------------------------------------------------------------------- */

static const struct cpu_spec given[] = {
	{ 5, true, false, 0x50000000 },
	{ 0, true, true, 0 },
	{ 4, true, true, 0 },
	{ 1, true, true, 0 },
	{ 9, false, false, 0 },
};

static const struct block_spec one_offline[] = {
	{ 0x40000000, true },
	{ 0x50000000, false },
};

static void second_core_disabled(void *fdt)
{
	fdt_setprop_string(fdt, fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@4"),
			   "status", "disabled");
}

static const struct {
	const char *what;
	struct bed bed;
	const char *state;
} boots[] = {
	{ "one core", { SMALL }, "ram 0-7fffffff; online 0-7fffffff; cpus 0" },
	{ "possible cores", { .memory = "0+80000000", .cores = "0",
			      .threads = 2, .max_cores = 3 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 .2 .3 .4 .5" },
	{ "numbers in the document's order",
	  { .memory = "0+80000000", .cores = "10 8", .threads = 2 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0=10 1=11 2=8 3=9" },
	{ "NR_CPUS ends the numbers",
	  { .memory = "0+80000000", .cores = "0 8", .threads = 4,
	    .max_cores = 9, .spec.nr_cpus = 6 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 2 3 4=8 5=9" },
	{ "a disabled core", { .memory = "0+80000000", .cores = "0 4",
			       .threads = 2, .edit = second_core_disabled },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 .2=4 .3=5" },
	{ "given CPUs with the tree's ids",
	  { .memory = "0+80000000", .cores = "0 4", .threads = 2,
	    .spec.cpus = given, .spec.nr_cpu_specs = 5 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 4 -5 .9" },
	{ "given CPUs with other ids",
	  { .memory = "0+80000000", .cores = "0 8", .threads = 2,
	    .spec.cpus = given, .spec.nr_cpu_specs = 5 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 4=8 -5=9 .9" },
	{ "given CPUs, the tree in another order",
	  { .memory = "0+80000000", .cores = "4 0", .threads = 2,
	    .spec.cpus = given, .spec.nr_cpu_specs = 5 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0=4 1=5 4=0 -5=1 .9" },
	{ "memory nodes that touch",
	  { .memory = "0+40000000 40000000+40000000 100000000+10000000",
	    .cores = "0" },
	  "ram 0-7fffffff 100000000-10fffffff; online 0-7fffffff 100000000-10fffffff; cpus 0" },
	{ "LMBs", { SMALL, .lmbs = 8, .lmbs_assigned = 2,
		    .lmb_base = 0x80000000 },
	  "ram 0-9fffffff; online 0-9fffffff; cpus 0" },
	{ "LMBs, older format", { SMALL, .lmbs = 8, .lmbs_assigned = 3,
				  .lmb_base = 0x80000000, .lmb_v1 = true },
	  "ram 0-afffffff; online 0-afffffff; cpus 0" },
	{ "given memory wins", { SMALL, .spec.memory = &two_gib,
				 .spec.nr_memory = 1, .lmbs = 8,
				 .lmbs_assigned = 8, .lmb_base = 0x80000000 },
	  "ram 0-7fffffff; online 0-7fffffff; cpus 0" },
	{ "an offline block", { SMALL, .spec.blocks = one_offline,
				.spec.nr_blocks = 2 },
	  "ram 0-7fffffff; online 0-4fffffff 60000000-7fffffff; cpus 0" },
};

static void a_description_boots(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(boots); i++) {
		struct machine *m = bed_boot(&boots[i].bed);

		assert_text(boots[i].what, boots[i].state, bed_state(m));
		machine_destroy(m);
	}
}

static void the_live_tree_may_differ_from_the_boot_fdt(void **state
						       __always_unused)
{
	struct bed boot = { SMALL }, live = { SMALL };
	struct machine *m;
	size_t size;
	void *copy;

	live.cores = "0 1";
	boot.spec.live_tree = bed_tree(&live, &size);
	copy = malloc(size);
	memcpy(copy, boot.spec.live_tree, size);
	boot.spec.live_tree = copy;
	boot.spec.live_tree_size = size;
	m = bed_boot(&boot);
	assert_text("CPUs of the live tree",
		    "ram 0-7fffffff; online 0-7fffffff; cpus 0 1", bed_state(m));
	assert_true(fdt_path_offset(machine_view(m)->tree,
				    "/cpus/PowerPC,POWER9@1") > 0);
	machine_destroy(m);
	free(copy);
}

/* in online memory, apart, none over the end of a page */
static void check_notes(const char *what, struct machine *m)
{
	const struct machine_view *v = machine_view(m);
	struct view_ranges seen = { 0 };
	size_t i;

	for (i = 0; i <= v->nr_cpus; i++) {
		uint64_t start = i < v->nr_cpus ? v->cpus[i].notes :
						  v->vmcoreinfo;
		uint64_t size = i < v->nr_cpus ? v->notes_size :
						 v->vmcoreinfo_size;

		if (!view_ranges_contains(&v->online, start, start + size - 1))
			fail_msg("%s: notes %zu at 0x%" PRIx64 " are not in online memory",
				 what, i, start);
		if (view_ranges_intersects(&v->crashk, start, start + size - 1))
			fail_msg("%s: notes %zu at 0x%" PRIx64 " are in the crash kernel's region",
				 what, i, start);
		if (view_ranges_intersects(&seen, start, start + size - 1))
			fail_msg("%s: notes %zu at 0x%" PRIx64 " overlap others",
				 what, i, start);
		if (i < v->nr_cpus &&
		    start / v->page_size != (start + size - 1) / v->page_size)
			fail_msg("%s: notes %zu at 0x%" PRIx64 " cross a page",
				 what, i, start);
		assert_int_equal(view_ranges_add(&seen, start,
						 start + size - 1), 0);
	}
	view_ranges_free(&seen);
}

static void notes_have_places_of_their_own(void **state __always_unused)
{
	static const struct {
		const char *what;
		struct bed bed;
	} rows[] = {
		{ "2 GiB", { SMALL, .max_cores = 100 } },
		{ "below 1 GiB", { .memory = "0+30000000", .cores = "0",
				   .spec.crashk_start = 0x8000000,
				   .spec.crashk_size = 0x8000000 } },
		{ "many CPUs", { SMALL, .max_cores = 2048,
				 .spec.page_size = 4096 } },
		{ "some given", { .memory = "0+80000000", .cores = "0 4",
				  .threads = 2, .spec.cpus = given,
				  .spec.nr_cpu_specs = 5 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&rows[i].bed);

		check_notes(rows[i].what, m);
		machine_destroy(m);
	}
}

static void firmware_and_crash_kernel_are_known(void **state __always_unused)
{
	static const struct bed bed = {
		SMALL, .rtas = 0x2fff0000, .rtas_size = 0x89c,
		.opal = 0x30000000, .opal_size = 0x1000000,
	};
	struct machine *m = bed_boot(&bed);
	const struct machine_view *v = machine_view(m);

	assert_text("firmware", "2fff0000-2fff089b 30000000-30ffffff",
		    bed_ranges(&v->firmware));
	assert_text("crash kernel", "20000000-3fffffff", bed_ranges(&v->crashk));
	assert_u64("notes", 536, v->notes_size);
	assert_u64("vmcoreinfo", 2 * 12 + 12 + 65536, v->vmcoreinfo_size);
	assert_true(v->knows_cpus && v->knows_ram);
	machine_destroy(m);
}

/* --- events ------------------------------------------------------------------------ */

#define RAM2G "ram 0-7fffffff; online 0-7fffffff; "

static const struct {
	const char *events;
	const char *state;
} happens[] = {
	{ "off 3", RAM2G "cpus 0 1 2 -3 4 5 6 7 .8 .9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "off 3; on 3", RAM2G "cpus 0 1 2 3 4 5 6 7 .8 .9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "off 3; up-fails 3", RAM2G "cpus 0 1 2 -3 4 5 6 7 .8 .9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "core+ 8", RAM2G "cpus 0 1 2 3 4 5 6 7 -8 -9 -10 -11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "core+ 8; on 8; on 9", RAM2G "cpus 0 1 2 3 4 5 6 7 8 9 -10 -11 .12 .13 .14 .15 .16 .17 .18 .19" },
	/* the lowest free run, whatever the hardware id */
	{ "core+ 20; core+ 8", RAM2G "cpus 0 1 2 3 4 5 6 7 -8=20 -9=21 -10=22 -11=23 -12=8 -13=9 -14=a -15=b .16 .17 .18 .19" },
	{ "core+ 8; core+ 20; core- 8", RAM2G "cpus 0 1 2 3 4 5 6 7 .8 .9 .10 .11 -12=20 -13=21 -14=22 -15=23 .16 .17 .18 .19" },
	{ "core+ 8; core+ 20; core- 8; core+ 30", RAM2G "cpus 0 1 2 3 4 5 6 7 -8=30 -9=31 -10=32 -11=33 -12=20 -13=21 -14=22 -15=23 .16 .17 .18 .19" },
	/* fewer threads: a run aligned to as many */
	{ "core+ 8 2", RAM2G "cpus 0 1 2 3 4 5 6 7 -8 -9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "core+ 8 2; core+ 10 4", RAM2G "cpus 0 1 2 3 4 5 6 7 -8 -9 .10 .11 -12=10 -13=11 -14=12 -15=13 .16 .17 .18 .19" },
	{ "off 4; off 5; off 6; off 7; core- 4", RAM2G "cpus 0 1 2 3 .4 .5 .6 .7 .8 .9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
	{ "crash 2", RAM2G "cpus 0 1 2 3 4 5 6 7 .8 .9 .10 .11 .12 .13 .14 .15 .16 .17 .18 .19" },
};

static void cpus_come_and_go(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(happens); i++) {
		struct machine *m = bed_boot(&roomy);

		bed_apply(m, happens[i].events);
		assert_text(happens[i].events, happens[i].state, bed_state(m));
		machine_destroy(m);
	}
}

static const struct {
	const char *events;
	const char *ram;
	const char *online;
} memory_happens[] = {
	{ "mem+ 80000000 10000000", "0-8fffffff", "0-7fffffff" },
	{ "mem+ 80000000 10000000; mem-on 80000000 10000000",
	  "0-8fffffff", "0-8fffffff" },
	{ "mem+ 90000000 30000000; mem-on a0000000 10000000",
	  "0-7fffffff 90000000-bfffffff", "0-7fffffff a0000000-afffffff" },
	{ "mem+ 80000000 30000000; mem-on 80000000 30000000; mem-off 90000000 10000000",
	  "0-afffffff", "0-8fffffff a0000000-afffffff" },
	{ "mem+ 80000000 30000000; mem-on 80000000 30000000; mem-off 90000000 10000000; mem- 90000000 10000000",
	  "0-8fffffff a0000000-afffffff", "0-8fffffff a0000000-afffffff" },
	/* boot memory may go, too */
	{ "mem-off 70000000 10000000; mem- 70000000 10000000",
	  "0-6fffffff", "0-6fffffff" },
	{ "mem+ 1000000000000 10000000", "0-7fffffff 1000000000000-100000fffffff",
	  "0-7fffffff" },
};

static void memory_comes_and_goes(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(memory_happens); i++) {
		struct machine *m = bed_boot(&roomy);

		bed_apply(m, memory_happens[i].events);
		assert_text(memory_happens[i].events, memory_happens[i].ram,
			    bed_ranges(&machine_view(m)->ram));
		assert_text(memory_happens[i].events, memory_happens[i].online,
			    bed_ranges(&machine_view(m)->online));
		machine_destroy(m);
	}
}

/* @before is possible, @event then is not, and changes nothing */
static const struct {
	const char *before;
	const char *event;
	const char *says;
} impossible[] = {
	{ "", "on 8", "CPU 8 cannot go online: it is not present" },
	{ "", "on 20", "CPU 20 cannot go online: it is not possible" },
	{ "", "on 3", "CPU 3 is online already" },
	{ "", "off 8", "CPU 8 cannot go offline: it is not online" },
	{ "", "off 4294967295", "CPU 4294967295 cannot go offline" },
	{ "off 1; off 2; off 3; off 4; off 5; off 6; off 7", "off 0",
	  "CPU 0 cannot go offline: it is the last one" },
	{ "", "core+ 4", "core 0x4 cannot arrive: a thread with hardware id 0x4 is there" },
	{ "", "core+ 2", "hardware id 0x2 is there" },
	{ "core+ 8; core+ 10; core+ 20", "core+ 30",
	  "core 0x30 cannot arrive: no 4 free CPU numbers in a row" },
	{ "core+ 8 2", "core+ 8 2", "hardware id 0x8 is there" },
	{ "", "core+ 8 41", "core 0x8 cannot have 65 threads, more than 64" },
	{ "", "core- 4", "core 0x4 cannot go: CPU 4 is online" },
	{ "off 4; off 5; off 6", "core- 4", "core 0x4 cannot go: CPU 7 is online" },
	{ "", "core- 8", "core 0x8 cannot go: it is not there" },
	{ "", "core- 5", "core 0x5 cannot go: it is not there" },
	{ "", "crash 8", "CPU 8 cannot crash" },

	{ "", "mem+ 70000000 20000000", "memory 0x70000000-0x8fffffff overlaps" },
	{ "", "mem+ 80000000 8000000",
	  "0x80000000+0x8000000 is not made of whole blocks of 0x10000000" },
	{ "", "mem+ 88000000 10000000", "is not made of whole blocks" },
	{ "", "mem+ 80000000 0", "memory at 0x80000000 has no bytes" },
	{ "", "mem+ 8000000000000 10000000", "ends beyond 0x8000000000000" },
	{ "", "mem+ fffffffff0000000 20000000", "ends beyond" },
	{ "", "mem- 80000000 10000000", "0x80000000-0x8fffffff is not all there" },
	{ "", "mem- 70000000 20000000", "0x70000000-0x8fffffff is not all there" },
	{ "", "mem- 70000000 10000000", "0x70000000-0x7fffffff is not all offline" },
	{ "mem-off 60000000 10000000", "mem- 60000000 20000000",
	  "is not all offline" },
	{ "", "mem-on 70000000 10000000", "block 0x70000000 is online already" },
	{ "", "mem-on 80000000 10000000",
	  "block 0x80000000 cannot go online: not all of it is there" },
	{ "mem-off 60000000 10000000", "mem-on 60000000 20000000",
	  "block 0x70000000 is online already" },
	{ "", "mem-off 80000000 10000000",
	  "block 0x80000000 cannot go offline: it is not there" },
	{ "mem-off 70000000 10000000", "mem-off 60000000 20000000",
	  "block 0x70000000 is offline already" },
	{ "", "mem-off 0 10000000", "block 0x0 cannot go offline: it holds the kernel" },
	{ "", "mem-off 20000000 10000000",
	  "block 0x20000000 cannot go offline: it holds the crash kernel's region" },
	{ "", "mem-off 10000000 20000000",
	  "block 0x20000000 cannot go offline: it holds the crash kernel's region" },
	{ "", "mem-off 40000000 10000000",
	  "block 0x40000000 cannot go offline: it holds crash notes" },
	{ "", "busy load", "kexec_file_load: the kexec lock is busy" },
	{ "", "busy unload", "unload: the kexec lock is busy" },
	{ "", "load-exec 10", "flags 0x10 are not known" },
	{ "", "load-exec 3e0000", "are for another architecture" },
};

static void an_impossible_event_changes_nothing(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(impossible); i++) {
		struct machine *m = bed_boot(&roomy);
		struct event e = bed_event(impossible[i].event);
		struct event_report report;
		struct error err = { "" };
		unsigned long generation;
		char *before;

		bed_apply(m, impossible[i].before);
		before = strdup(bed_state(m));
		generation = machine_view(m)->tree_generation;
		if (!machine_apply(m, &e, &report, &err))
			fail_msg("'%s' happened after '%s'",
				 impossible[i].event, impossible[i].before);
		assert_says(impossible[i].event, impossible[i].says, err.text);
		assert_text(impossible[i].event, before, bed_state(m));
		assert_u64(impossible[i].event, generation,
			   machine_view(m)->tree_generation);
		assert_u64(impossible[i].event, 0, report.kernel_events);
		free(before);
		machine_destroy(m);
	}
}

static void firmware_keeps_its_block_online(void **state __always_unused)
{
	static const struct bed bed = {
		SMALL, .opal = 0x60000000, .opal_size = 0x1000000,
	};
	struct event e = bed_event("mem-off 60000000 10000000");
	struct machine *m = bed_boot(&bed);
	struct error err;

	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("OPAL", "it holds firmware", err.text);
	machine_destroy(m);
}

static void drop_kernel_end(void *fdt)
{
	fdt_delprop(fdt, fdt_path_offset(fdt, "/chosen"), "linux,kernel-end");
}

/* the kernel ends at 0x1730000, in the second block of 16 MiB */
static void the_kernel_keeps_its_blocks_online(void **state __always_unused)
{
	static const struct {
		struct bed bed;
		const char *event;
		bool possible;
	} rows[] = {
		{ { SMALL, .spec.block_size = 16 << 20 },
		  "mem-off 1000000 1000000", false },
		{ { SMALL, .spec.block_size = 16 << 20 },
		  "mem-off 2000000 1000000", true },
		{ { SMALL, .edit = drop_kernel_end }, "mem-off 0 10000000",
		  false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&rows[i].bed);
		struct event e = bed_event(rows[i].event);
		struct error err = { "" };
		int ret = machine_apply(m, &e, NULL, &err);

		if (!ret != rows[i].possible)
			fail_msg("'%s': %s", rows[i].event,
				 ret ? err.text : "happened");
		if (ret)
			assert_says(rows[i].event, "it holds the kernel",
				    err.text);
		machine_destroy(m);
	}
}

static void a_block_with_a_hole_stays_online(void **state __always_unused)
{
	static const struct bed bed = { .memory = "0+58000000", .cores = "0" };
	struct event e = bed_event("mem-off 50000000 10000000");
	struct machine *m = bed_boot(&bed);
	struct error err;

	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("hole", "it has a hole", err.text);
	machine_destroy(m);
}

/* --- what handlers are told ------------------------------------------------------ */

static void the_kernel_knows_the_machine(void **state __always_unused)
{
	static const struct bed bed = {
		.memory = "0+80000000", .cores = "0", .threads = 4,
		.spec.max_memory_ranges = 77, .spec.vmcoreinfo = 0x4700000,
		.spec.block_size = 16 << 20,
	};
	struct machine *m = bed_boot(&bed);

	bed_apply(m, "load");
	assert_u64("crash kernel", 0x20000000, fake.seen.crashk_start);
	assert_u64("crash kernel's end", 0x3fffffff, fake.seen.crashk_end);
	assert_u64("threads", 4, fake.seen.threads);
	assert_u64("ranges", 77, fake.seen.max_ranges);
	assert_u64("block size", 16 << 20, fake.seen.block_size);
	assert_u64("vmcoreinfo", 0x4700000, fake.seen.vmcoreinfo);
	assert_u64("notes", machine_view(m)->cpus[1].notes, fake.seen.notes_1);
	machine_destroy(m);
}

static void each_block_is_told(void **state __always_unused)
{
	struct event on = bed_event("mem-on 80000000 30000000");
	struct event_report report;
	struct machine *m = bed_boot(&roomy);
	struct error err;

	fake = (struct fake){ 0 };
	bed_apply(m, "load; mem+ 80000000 30000000");
	assert_u64("arrival", 0, fake.events);
	assert_int_equal(machine_apply(m, &on, &report, &err), 0);
	assert_u64("blocks", 3, report.kernel_events);
	assert_u64("handled", 3, fake.events);
	assert_u64("last block", 0xa000, fake.start_pfn);
	assert_u64("its pages", 0x1000, fake.nr_pages);
	machine_destroy(m);
}

/* 64-byte struct pages: 4 MiB of 4 KiB pages' for 256 MiB, 256 KiB of 64 KiB */
static void a_block_may_carry_its_struct_pages(void **state __always_unused)
{
	static const struct {
		const char *what;
		uint64_t page_size;
		uint64_t block_size;
		unsigned long start_pfn;
		unsigned long nr_pages;
	} rows[] = {
		{ "4K", 4096, 0, 0x80400, 0xfc00 },
		{ "64K", 65536, 0, 0x8004, 0xffc },
		/* 16 KiB are no whole page: they lie elsewhere */
		{ "64K, 16M", 65536, 0x1000000, 0x8000, 0x100 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bed bed = { SMALL, .spec.memmap_on_memory = true };
		struct machine *m;

		bed.spec.page_size = rows[i].page_size;
		bed.spec.block_size = rows[i].block_size;
		m = bed_boot(&bed);
		bed_apply(m, "load; mem+ 80000000 10000000; mem-on 80000000 10000000");
		bed_apply(m, rows[i].block_size ? "mem-off 80000000 1000000" :
			  "mem-off 80000000 10000000");
		assert_u64(rows[i].what, rows[i].start_pfn, fake.start_pfn);
		assert_u64(rows[i].what, rows[i].nr_pages, fake.nr_pages);
		/* boot memory has them elsewhere */
		bed_apply(m, "mem-off 70000000 10000000");
		assert_u64(rows[i].what, rows[i].block_size ?
			   0x1000000 / rows[i].page_size :
			   0x10000000 / rows[i].page_size, fake.nr_pages);
		machine_destroy(m);
	}
}

static void a_report_counts_what_an_event_did(void **state __always_unused)
{
	static const struct {
		const char *what;
		const char *event;
		struct fake fake;
		unsigned int events;
		unsigned int lost;
		unsigned int hidden;
		size_t written[6];
		unsigned int violations;
	} rows[] = {
		{ "handled", "off 1", { .write = 100, .write_segment = 3 },
		  1, 0, 1, { 0, 0, 0, 100 }, 0 },
		{ "lost", "busy off 1", { .write = 100, .write_segment = 3 },
		  1, 1, 0, { 0 }, 0 },
		{ "bring-up fails", "up-fails 7", { .write = 1 },
		  2, 0, 2, { 1 }, 0 },
		/* the wrong segment is noticed, at the head of the kernel */
		{ "wrong segment", "off 1", { .write = 7, .write_segment = 0 },
		  1, 0, 1, { 7 }, 0 },
		{ "nothing written", "off 1", { .write = 0 },
		  1, 0, 1, { 0 }, 0 },
		{ "left hidden", "off 1", { .leave_hidden = true },
		  1, 0, 1, { 0 }, 1 },
		{ "no handler", "crash 0", { .write = 100 }, 0, 0, 0, { 0 }, 0 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&roomy);
		struct event e = bed_event(rows[i].event);
		struct event off_3 = bed_event("off 3");
		struct event_report r;
		struct error err;

		fake = (struct fake){ 0 };
		bed_apply(m, "off 7; load");
		/* unreported events do not spoil the next report */
		fake.write = 80;
		fake.write_segment = 3;
		bed_apply(m, "off 2");
		fake.write = 50;
		/* nor does one that was reported */
		assert_int_equal(machine_apply(m, &off_3, &r, &err), 0);
		assert_u64(rows[i].what, 50, r.bytes_written[3]);
		fake = rows[i].fake;
		assert_int_equal(machine_apply(m, &e, &r, &err), 0);
		assert_u64(rows[i].what, rows[i].events, r.kernel_events);
		assert_u64(rows[i].what, rows[i].lost, r.lost);
		assert_u64(rows[i].what, rows[i].hidden, r.hidden);
		assert_u64(rows[i].what, rows[i].violations, r.violations);
		for (k = 0; k < 6; k++)
			assert_u64(rows[i].what, rows[i].written[k],
				   r.bytes_written[k]);
		assert_int_equal(machine_image(m)->loaded,
				 !rows[i].fake.leave_hidden);
		machine_destroy(m);
	}
	fake = (struct fake){ 0 };
}

/* the fake handlers hide the image at every event that reaches them */
static void hiding_is_a_violation_where_nothing_has_to_change(void **state __always_unused)
{
	static const struct {
		const char *event;
		bool stays_visible;
		unsigned int violations;
	} rows[] = {
		{ "off 1", false, 0 },
		{ "off 1", true, 1 },
		{ "busy off 1", true, 0 },
		{ "crash 0", true, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&roomy);
		struct event e = bed_event(rows[i].event);
		struct event_report r;
		struct error err;

		bed_apply(m, "load");
		e.stays_visible = rows[i].stays_visible;
		assert_int_equal(machine_apply(m, &e, &r, &err), 0);
		assert_u64(rows[i].event, rows[i].violations, r.violations);
		if (r.violations)
			assert_says("violation", "the image was hidden",
				    machine_violation(m, 0));
		machine_destroy(m);
	}
}

static void a_poke_writes_into_a_segment(void **state __always_unused)
{
	struct event e = { .type = EVENT_POKE, .u.poke = {
		.segment = "backup", .offset = 0xfffe, .bytes = "ab",
		.nr_bytes = 2,
	} };
	struct machine *m = bed_boot(&roomy);
	const struct view_segment *backup;
	struct event_report r;
	struct error err;

	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	assert_says("nothing loaded", "no segment backup is loaded", err.text);
	bed_apply(m, "load");
	assert_int_equal(machine_apply(m, &e, &r, &err), 0);
	assert_u64("bytes", 2, r.bytes_written[2]);
	backup = image_view_segment(machine_image(m), SEGMENT_BACKUP);
	assert_memory_equal(backup->bytes + 0xfffe, "ab", 2);

	e.u.poke.offset = 0xffff;
	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	assert_says("beyond", "segment backup has 0x10000 bytes, none for 2 at 0xffff",
		    err.text);
	e.u.poke.offset = SIZE_MAX;
	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	e.u.poke.segment = "nobody";
	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	assert_says("other", "no segment nobody", err.text);
	machine_destroy(m);
}

static void a_poke_deletes_from_a_tree(void **state __always_unused)
{
	static const struct {
		const char *segment;
		const char *path;
		const char *says;	/* NULL: it goes */
	} rows[] = {
		{ "fdt", "/cpus/PowerPC,POWER9@0/device_type", NULL },
		{ "fdt", "/cpus/PowerPC,POWER9@0/device_type",
		  "segment fdt: cannot delete /cpus/PowerPC,POWER9@0/device_type: FDT_ERR_NOTFOUND" },
		{ "fdt", "/none/reg", "segment fdt: cannot delete /none/reg: FDT_ERR_NOTFOUND" },
		{ "fdt", "/cpus", NULL },
		{ "fdt", "/cpus", "segment fdt: cannot delete /cpus: FDT_ERR_NOTFOUND" },
		{ "fdt", "/#address-cells", NULL },
		{ "initrd", "/cpus", "segment initrd is no device tree: FDT_ERR_BADMAGIC" },
	};
	struct machine *m = bed_boot(&roomy);
	const struct view_segment *fdt;
	struct error err;
	size_t i;

	bed_apply(m, "load-exec 0");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct event e = { .type = EVENT_POKE, .u.poke = {
			.segment = rows[i].segment, .path = rows[i].path,
		} };
		int ret;

		err.text[0] = '\0';
		ret = machine_apply(m, &e, NULL, &err);
		if (rows[i].says)
			assert_says(rows[i].path, rows[i].says, err.text);
		else if (ret)
			fail_msg("%s: %s", rows[i].path, err.text);
	}
	fdt = image_view_segment(machine_image(m), SEGMENT_FDT);
	assert_int_equal(fdt_check_full(fdt->bytes, fdt->memsz), 0);
	assert_int_equal(fdt_path_offset(fdt->bytes, "/cpus"),
			 -FDT_ERR_NOTFOUND);
	assert_null(fdt_getprop(fdt->bytes, 0, "#address-cells", NULL));
	machine_destroy(m);
}

/* --- size ------------------------------------------------------------------------------ */

/* 480 GiB of 128 MiB blocks, online one by one and offline again */
static void a_large_machine_is_cheap(void **state __always_unused)
{
	static const struct bed bed = { SMALL, .spec.block_size = 128 << 20 };
	struct event e = { .type = EVENT_MEMORY_ADD,
			   .u.memory = { 16 * G, 480 * G, 0 } };
	struct machine *m = bed_boot(&bed);
	struct error err;
	unsigned int i;

	fake = (struct fake){ 0 };
	bed_apply(m, "load");
	assert_int_equal(machine_apply(m, &e, NULL, &err), 0);
	for (i = 0; i < 7680; i++) {
		e.type = i < 3840 ? EVENT_MEMORY_ONLINE : EVENT_MEMORY_OFFLINE;
		e.u.memory.start = 16 * G + i % 3840 * (128ULL << 20);
		e.u.memory.size = 128 << 20;
		if (machine_apply(m, &e, NULL, &err))
			fail_msg("block %u: %s", i, err.text);
		if (i == 3839)
			assert_text("all online", "0-7fffffff 400000000-7bffffffff",
				    bed_ranges(&machine_view(m)->online));
	}
	assert_text("all offline", "0-7fffffff",
		    bed_ranges(&machine_view(m)->online));
	assert_u64("events", 7680, fake.events);
	machine_destroy(m);
}

static void sixty_four_tebibytes_cost_nothing(void **state __always_unused)
{
	static const struct bed bed = {
		.memory = "0+80000000 100000000+400000000000", .cores = "0",
	};
	struct machine *m = bed_boot(&bed);

	bed_apply(m, "mem-off 300000000000 10000000");
	assert_text("64 TiB",
		    "0-7fffffff 100000000-2fffffffffff 300010000000-4000ffffffff",
		    bed_ranges(&machine_view(m)->online));
	machine_destroy(m);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_wrong_description_is_refused),
	cmocka_unit_test(a_torn_tree_is_refused),
	cmocka_unit_test(other_architectures_and_no_handlers),
	cmocka_unit_test(a_description_boots),
	cmocka_unit_test(the_live_tree_may_differ_from_the_boot_fdt),
	cmocka_unit_test(notes_have_places_of_their_own),
	cmocka_unit_test(firmware_and_crash_kernel_are_known),
	cmocka_unit_test(cpus_come_and_go),
	cmocka_unit_test(memory_comes_and_goes),
	cmocka_unit_test(an_impossible_event_changes_nothing),
	cmocka_unit_test(firmware_keeps_its_block_online),
	cmocka_unit_test(the_kernel_keeps_its_blocks_online),
	cmocka_unit_test(a_block_with_a_hole_stays_online),
	cmocka_unit_test(the_kernel_knows_the_machine),
	cmocka_unit_test(each_block_is_told),
	cmocka_unit_test(a_block_may_carry_its_struct_pages),
	cmocka_unit_test(a_report_counts_what_an_event_did),
	cmocka_unit_test(hiding_is_a_violation_where_nothing_has_to_change),
	cmocka_unit_test(a_poke_writes_into_a_segment),
	cmocka_unit_test(a_poke_deletes_from_a_tree),
	cmocka_unit_test(a_large_machine_is_cheap),
	cmocka_unit_test(sixty_four_tebibytes_cost_nothing),
};

TEST_MAIN(tests)
