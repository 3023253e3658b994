// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/elfcorehdr.c and the powerpc list of what a dump shall have: what is
 * online is listed, the header's bytes are what the capture kernel reads, and
 * its sizes are the real kernel's. The tables about the bytes are the KUnit
 * suite's as well (kernel-port/kunit/).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elfcorehdr.h"
#include "mem_ranges.h"
#include "online_mem.h"
#include "powerpc.h"
#include "pseries.h"
#include "vectors_elfcorehdr.h"

/* --- which memory is online ---------------------------------------------- */

static int get_online(struct crash_mem **mem)
{
	struct crash_mem *online;
	int ret = list_online_memory(&online);

	if (!ret)
		ret = get_online_memory_ranges(online, mem);
	kvfree(online);
	return ret;
}

/* the list as a handler would get it, for any way to hold the layout still */
static struct crash_mem *online_list(struct pseries *p)
{
	struct crash_mem *mem = NULL;

	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(p->kernel, "get_online_memory_ranges");
	assert_errno("get_online_memory_ranges()", 0, get_online(&mem));
	kernel_leave_handler(p->kernel);
	put_online_mems();
	cpus_read_unlock();
	return mem;
}

/* 16 blocks of 256 MiB; those that are named go offline */
static const struct {
	const char *what, *memory, *offline, *online;
} online_cases[] = {
	{ "all", "0-ffffffff", "", "0-ffffffff" },
	{ "the first block", "0-ffffffff", "0-fffffff", "10000000-ffffffff" },
	{ "the last block", "0-ffffffff", "f0000000-ffffffff", "0-efffffff" },
	{ "one in the middle", "0-ffffffff", "80000000-8fffffff",
	  "0-7fffffff 90000000-ffffffff" },
	{ "two in a row", "0-ffffffff", "80000000-8fffffff 90000000-9fffffff",
	  "0-7fffffff a0000000-ffffffff" },
	{ "two with one between", "0-ffffffff", "80000000-8fffffff a0000000-afffffff",
	  "0-7fffffff 90000000-9fffffff b0000000-ffffffff" },
	{ "all of a region", "0-3fffffff 80000000-8fffffff c0000000-ffffffff",
	  "80000000-8fffffff", "0-3fffffff c0000000-ffffffff" },
	{ "all there is", "80000000-8fffffff", "80000000-8fffffff", "" },
	{ "the border of two nodes stays", "0-7fffffff 80000000-ffffffff", "",
	  "0-7fffffff 80000000-ffffffff" },
	{ "before a border", "0-7fffffff 80000000-ffffffff", "70000000-7fffffff",
	  "0-6fffffff 80000000-ffffffff" },
	{ "behind a border", "0-7fffffff 80000000-ffffffff", "80000000-8fffffff",
	  "0-7fffffff 90000000-ffffffff" },
	{ "on both sides of a border", "0-7fffffff 80000000-ffffffff",
	  "70000000-7fffffff 80000000-8fffffff", "0-6fffffff 90000000-ffffffff" },
	{ "holes of other sizes", "0-fffffff 14000000-1fffffff 20000000-3fffffff",
	  "20000000-2fffffff", "0-fffffff 14000000-1fffffff 30000000-3fffffff" },
	{ "far up", "0-fffffff 4000000000000-400001fffffff",
	  "4000010000000-400001fffffff", "0-fffffff 4000000000000-400000fffffff" },
};

static void offline_blocks_are_not_listed(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(online_cases); i++) {
		const struct pseries_config config = {
			.memory = online_cases[i].memory,
		};
		struct pseries *p = pseries_boot(&config, NULL);
		struct crash_mem *offline = ranges_parse(online_cases[i].offline, 0);
		struct crash_mem *mem;
		unsigned int j;

		for (j = 0; j < offline->nr_ranges; j++)
			pseries_offline(p, offline->ranges[j].start);
		mem = online_list(p);
		assert_ranges(online_cases[i].what, online_cases[i].online, mem);
		kvfree(mem);

		/* and back again: no trace is left of it */
		for (j = 0; j < offline->nr_ranges; j++)
			pseries_online(p, offline->ranges[j].start);
		mem = online_list(p);
		assert_ranges(online_cases[i].what, online_cases[i].memory, mem);
		kvfree(mem);
		kvfree(offline);
		pseries_shutdown(p);
	}
}

/* memory that is there and was never online is not listed */
static void added_memory_is_listed_block_by_block(void **state __always_unused)
{
	const struct pseries_config config = { .memory = "0-7fffffff" };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem;

	kernel_add_memory(p->kernel, 0x80000000, 512 * MiB, 0);
	mem = online_list(p);
	assert_ranges("added only", "0-7fffffff", mem);
	kvfree(mem);

	pseries_online(p, 0x90000000);
	mem = online_list(p);
	assert_ranges("second block online", "0-7fffffff 90000000-9fffffff", mem);
	kvfree(mem);

	pseries_online(p, 0x80000000);
	mem = online_list(p);
	assert_ranges("both online", "0-9fffffff", mem);
	kvfree(mem);
	pseries_shutdown(p);
}

/* --- inside the notifier ------------------------------------------------- */

/* what the list is at the moment in which the generic layer calls a handler */
static char seen[RANGES_TEXT];

static int always_supported(struct kimage *image __always_unused,
			    unsigned long flags __always_unused)
{
	return 1;
}

static void look_at_online(struct kimage *image __always_unused,
			   void *arg __always_unused)
{
	struct crash_mem *mem = NULL;

	assert_errno("get_online_memory_ranges()", 0, get_online(&mem));
	ranges_text(mem, seen);
	kvfree(mem);
}

static const struct handler_module onlooker = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = sizeof(struct kimage),
	.name = "onlooker",
	.arch = "powerpc",
	.hotplug_support = always_supported,
	.handle_event = look_at_online,
};

static void assert_seen(const char *what, const char *expected)
{
	if (strcmp(seen, expected))
		fail_msg("%s: expected %s, saw %s", what, expected, seen);
}

/* at MEM_OFFLINE the block is gone already, at MEM_ONLINE it is there */
static void check_notifier(u64 block_size, u64 vmemmap_size)
{
	const struct pseries_config config = {
		.memory = "0-ffffffff", .block_size = block_size,
	};
	struct pseries *p = pseries_boot(&config, &onlooker);
	const u64 block = 0x40000000;
	char without[RANGES_TEXT];

	assert_errno("load", 0, pseries_load(p));
	snprintf(without, sizeof(without), "0-3fffffff %llx-ffffffff",
		 block + block_size);

	assert_errno("offline", 0,
		     kernel_offline_block(p->kernel, block, vmemmap_size));
	assert_seen("at MEM_OFFLINE", without);
	assert_errno("online", 0,
		     kernel_online_block(p->kernel, block, vmemmap_size));
	assert_seen("at MEM_ONLINE", "0-ffffffff");
	pseries_shutdown(p);
}

static void events_see_the_new_state(void **state __always_unused)
{
	check_notifier(16 * MiB, 0);
	check_notifier(256 * MiB, 0);
	check_notifier(1 * GiB, 0);
}

/*
 * memmap_on_memory: whole sections of the block that hold its struct pages go
 * offline only after the notifiers. 256 KiB are the usual 256 MiB with 64 KiB
 * pages; 16 MiB and more are whole sections.
 */
static void struct_pages_in_the_block_change_nothing(void **state __always_unused)
{
	check_notifier(256 * MiB, 256 * 1024);
	check_notifier(1 * GiB, 1 * MiB);
	check_notifier(1 * GiB, 16 * MiB);
	check_notifier(1 * GiB, 48 * MiB);
}

/* a walk that could race is a broken contract, here and in the kernel */
static void the_layout_must_be_held_still(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem = NULL;

	get_online(&mem);
	assert_true(kernel_report(p->kernel)->violations > 0);
	kvfree(mem);
	kernel_clear_report(p->kernel);
	pseries_shutdown(p);
}

/* --- what a dump shall have ---------------------------------------------- */

static int crash_list(struct pseries *p, struct crash_mem **mem)
{
	struct crash_mem *online;
	int ret;

	*mem = NULL;
	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(p->kernel, "get_crash_memory_ranges");
	ret = list_online_memory(&online);
	if (!ret)
		ret = get_crash_memory_ranges(online, mem);
	kvfree(online);
	kernel_leave_handler(p->kernel);
	put_online_mems();
	cpus_read_unlock();
	return ret;
}

static void put_opal(void *fdt, u64 base, u64 size)
{
	int node = fdt_add_subnode(fdt, 0, "ibm,opal");

	assert_true(node > 0);
	assert_int_equal(fdt_setprop_u64(fdt, node, "opal-base-address", base), 0);
	assert_int_equal(fdt_setprop_u64(fdt, node, "opal-runtime-size", size), 0);
}

static void opal_inside(void *fdt)
{
	put_opal(fdt, 0x28000000, 0x1000000);
}

static void opal_across_the_border(void *fdt)
{
	put_opal(fdt, 0x1ff00000, 0x200000);
}

static void half_an_opal(void *fdt)
{
	opal_inside(fdt);
	assert_int_equal(fdt_delprop(fdt, fdt_path_offset(fdt, "/ibm,opal"),
				     "opal-runtime-size"), 0);
}

static void opal_somewhere(void *fdt)
{
	opal_inside(fdt);
	assert_int_equal(fdt_delprop(fdt, fdt_path_offset(fdt, "/ibm,opal"),
				     "opal-base-address"), 0);
}

static void half_an_rtas(void *fdt)
{
	assert_int_equal(fdt_delprop(fdt, fdt_path_offset(fdt, "/rtas"),
				     "rtas-size"), 0);
}

/* the crash kernel's memory is 20000000-2fffffff, RTAS 2fff0000-2fff07ff */
static const struct {
	const char *what;
	struct pseries_config config;
	const char *expected;
} crash_cases[] = {
	{ "RTAS inside", { .memory = "0-7fffffff" },
	  "0-ffff 10000-1fffffff 2fff0000-2fff07ff 30000000-7fffffff" },
	{ "no RTAS", { .memory = "0-7fffffff", .no_rtas = true },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "memory ends with the crash kernel's",
	  { .memory = "0-2fffffff", .no_rtas = true }, "0-ffff 10000-1fffffff" },
	{ "a border inside the crash kernel's",
	  { .memory = "0-27ffffff 28000000-7fffffff", .no_rtas = true,
	    .block_size = 16 * MiB },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "a border of two nodes",
	  { .memory = "0-3fffffff 40000000-7fffffff", .no_rtas = true },
	  "0-ffff 10000-1fffffff 30000000-3fffffff 40000000-7fffffff" },
	{ "as many as are configured: borders go",
	  { .memory = "0-3fffffff 40000000-7fffffff", .no_rtas = true,
	    .max_memory_ranges = 3 },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "OPAL inside",
	  { .memory = "0-7fffffff", .no_rtas = true, .edit_tree = opal_inside },
	  "0-ffff 10000-1fffffff 28000000-28ffffff 30000000-7fffffff" },
	{ "OPAL across the border",
	  { .memory = "0-7fffffff", .no_rtas = true,
	    .edit_tree = opal_across_the_border },
	  "0-ffff 10000-200fffff 30000000-7fffffff" },
	{ "OPAL of no size",
	  { .memory = "0-7fffffff", .no_rtas = true, .edit_tree = half_an_opal },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "OPAL of no address",
	  { .memory = "0-7fffffff", .no_rtas = true,
	    .edit_tree = opal_somewhere },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "RTAS of no size",
	  { .memory = "0-7fffffff", .edit_tree = half_an_rtas },
	  "0-ffff 10000-1fffffff 30000000-7fffffff" },
	{ "nothing but the first 64 KiB",
	  { .memory = "0-ffff", .no_rtas = true }, "0-ffff" },
};

/* no memory is online that could be listed: purgatory's copy still is */
static void without_memory_the_first_64_kib_are_left(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem;
	int ret;

	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(p->kernel, "get_crash_memory_ranges");
	ret = get_crash_memory_ranges(NULL, &mem);
	kernel_leave_handler(p->kernel);
	put_online_mems();
	cpus_read_unlock();
	assert_errno("nothing online", 0, ret);
	assert_ranges("nothing online", "0-ffff", mem);
	kvfree(mem);
	pseries_shutdown(p);
}

static void a_dump_has_what_it_shall(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(crash_cases); i++) {
		struct pseries *p = pseries_boot(&crash_cases[i].config, NULL);
		struct crash_mem *mem;

		assert_errno(crash_cases[i].what, 0, crash_list(p, &mem));
		assert_ranges(crash_cases[i].what, crash_cases[i].expected, mem);
		kvfree(mem);
		pseries_shutdown(p);
	}
}

static void the_low_crash_region_is_left_out(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem;

	kernel_set_crashk_low(p->kernel, 0x1000000, 0x1ffffff);
	assert_errno("low region", 0, crash_list(p, &mem));
	assert_ranges("low region",
		      "0-ffff 10000-ffffff 2000000-1fffffff 30000000-7fffffff",
		      mem);
	kvfree(mem);
	pseries_shutdown(p);
}

/* neither region is left in the list because the other one was no trouble */
static void an_error_at_either_region_is_told(void **state __always_unused)
{
	static const struct {
		const char *what, *list;
		int ret;
		const char *expected;
	} cases[] = {
		{ "both inside", "0-7fffffff", -ENOMEM, "0-7fffffff" },
		{ "only the first one", "18000000-7fffffff", -ENOMEM,
		  "18000000-7fffffff" },
		{ "only the second one", "0-1fffffff", -ENOMEM, "0-1fffffff" },
		{ "neither", "1000000-1ffffff 20000000-2fffffff 40000000-7fffffff",
		  0, "40000000-7fffffff" },
	};
	const struct pseries_config config = { .crashk_start = 0x20000000 };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t i;

	kernel_set_crashk_low(p->kernel, 0x1000000, 0x1ffffff);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		/* a split has to make room first */
		struct crash_mem *mem = ranges_parse(cases[i].list, 0);

		kernel_fail_alloc(p->kernel, 1);
		assert_errno(cases[i].what, cases[i].ret,
			     exclude_crash_regions(&mem));
		kernel_fail_alloc(p->kernel, 0);
		assert_ranges(cases[i].what, cases[i].expected, mem);
		kvfree(mem);
	}
	pseries_shutdown(p);
}

/* --- sizes --------------------------------------------------------------- */

/*
 * What real kernels (6.12.117, CONFIG_CRASH_MAX_MEMORY_RANGES 2048) had after
 * kexec_file_load: the elfcorehdr segment's bufsz and memsz, and
 * /sys/kernel/crash_elfcorehdr_size. From the captures' manifests.
 */
static const struct {
	const char *capture;
	unsigned int page_shift, possible_cpus, ranges, bufsz, memsz, attr;
} captured[] = {
	{ "A-cpu-hotadd", 16, 8, 4, 0x1000, 0x20000, 115256 },
	{ "A-cpu-hotadd-4kpages", 12, 8, 4, 0x1000, 0x1d000, 115256 },
	{ "B-dimm-hotadd-remove", 16, 2, 4, 0x1000, 0x20000, 114920 },
	{ "E-smt4", 16, 20, 4, 0x1000, 0x20000, 115928 },
	{ "G-crash-on-hotadded-cpu", 16, 4, 4, 0x1000, 0x20000, 115032 },
};

static void sizes_are_the_real_kernels(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(captured); i++) {
		const struct pseries_config config = {
			.page_shift = captured[i].page_shift,
			.possible_cores = captured[i].possible_cpus,
		};
		struct pseries *p = pseries_boot(&config, NULL);
		unsigned int n = captured[i].ranges;

		assert_u64(captured[i].capture, captured[i].bufsz,
			   elfcorehdr_bytes(n));
		assert_u64(captured[i].capture, captured[i].memsz,
			   PAGE_ALIGN(elfcorehdr_segment_size(n)));
		assert_u64(captured[i].capture, captured[i].attr,
			   kernel_elfcorehdr_size_attr(p->kernel));

		assert_errno("load", 0, pseries_load(p));
		assert_u64(captured[i].capture, captured[i].bufsz,
			   p->image->segment[p->elfcorehdr].bufsz);
		assert_u64(captured[i].capture, captured[i].memsz,
			   pseries_memsz(p, p->elfcorehdr));
		/* the backup is the segment before */
		assert_u64("backup", 0x10000,
			   p->image->segment[p->elfcorehdr - 1].bufsz);
		assert_u64("backup", 0x10000,
			   pseries_memsz(p, p->elfcorehdr - 1));
		pseries_shutdown(p);
	}
}

/* one program header more than the notes and the ranges, in whole 4096 bytes */
static void sizes_are_exact(void **state __always_unused)
{
	static const unsigned int cpus[] = { 1, 64, 192, 2048 };
	size_t i, size;
	unsigned int n;

	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		const struct pseries_config config = {
			.possible_cores = cpus[i],
		};
		struct pseries *p = pseries_boot(&config, NULL);

		for (n = 0; n < 300; n++) {
			size = 64 + (cpus[i] + 1 + n + 1) * 56;
			assert_u64("elfcorehdr_bytes()",
				   (size + 4095) / 4096 * 4096,
				   elfcorehdr_bytes(n));
		}
		assert_u64("crash_elfcorehdr_size",
			   64 + (cpus[i] + 1 + 2048) * 56,
			   kernel_elfcorehdr_size_attr(p->kernel));
		pseries_shutdown(p);
	}
}

/* room for as many ranges as are configured, or for more that are there */
static void the_segment_holds_what_may_come(void **state __always_unused)
{
	static const unsigned int max_ranges[] = { 1, 10, 2048, 8192 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(max_ranges); i++) {
		const struct pseries_config config = {
			.max_memory_ranges = max_ranges[i],
			.possible_cores = 192,
		};
		struct pseries *p = pseries_boot(&config, NULL);
		unsigned int n;

		for (n = 1; n < 10000; n += n / 3 + 1) {
			unsigned int phdrs = 192 + 1 + max(n, max_ranges[i]);
			size_t need = sizeof(Elf64_Ehdr) +
				      phdrs * sizeof(Elf64_Phdr);

			if (elfcorehdr_segment_size(n) < need)
				fail_msg("%u of %u ranges need %zu bytes, reserved are %zu",
					 n, max_ranges[i], need,
					 elfcorehdr_segment_size(n));
		}
		pseries_shutdown(p);
	}
}

/* --- the bytes ----------------------------------------------------------- */

static void assert_phdr(const Elf64_Phdr *phdr, u32 type, u32 flags, u64 phys,
			u64 vaddr, u64 size)
{
	assert_u64("p_type", type, phdr->p_type);
	assert_u64("p_flags", flags, phdr->p_flags);
	assert_u64("p_offset", phys, phdr->p_offset);
	assert_u64("p_vaddr", vaddr, phdr->p_vaddr);
	assert_u64("p_paddr", phys, phdr->p_paddr);
	assert_u64("p_filesz", size, phdr->p_filesz);
	assert_u64("p_memsz", size, phdr->p_memsz);
	assert_u64("p_align", 0, phdr->p_align);
}

static void assert_ehdr(const void *header, unsigned int e_phnum)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(header_fields); i++) {
		const struct header_field *f = &header_fields[i];

		assert_u64(f->name, f->value,
			   header_get(header, f->offset, f->size));
	}
	assert_u64("e_phnum", e_phnum, header_get(header, 56, 2));
}

#define KERNEL_START 0x1000000
#define KERNEL_VADDR 0xffffffff81000000
#define KERNEL_BYTES 0x2345678

/* notes first: every possible CPU, ascending, then vmcoreinfo */
static void check_header(const struct header_list *h, unsigned int cpus,
			 const struct crash_mem *mem, const u8 *buf)
{
	const Elf64_Phdr *phdr = (void *)(buf + EHDR_BYTES);
	static const u8 zeros[HEADER_BYTES];
	unsigned int i;

	assert_ehdr(buf, cpus + 1 + h->kernel_map + mem->nr_ranges);
	for (i = 0; i < cpus; i++)
		assert_phdr(phdr++, PT_NOTE, 0, 0x7c00000 + i * 0x400, 0, 536);
	assert_phdr(phdr++, PT_NOTE, 0, PSERIES_VMCOREINFO, 0, 65536 + 36);
	/* architectures that map the kernel apart want an entry for that, too */
	if (h->kernel_map)
		assert_phdr(phdr++, PT_LOAD, 7, KERNEL_START, KERNEL_VADDR,
			    KERNEL_BYTES);
	for (i = 0; i < mem->nr_ranges; i++) {
		const struct range *r = &mem->ranges[i];

		assert_phdr(phdr++, PT_LOAD, 7, r->start,
			    0xc000000000000000 + r->start,
			    r->end - r->start + 1);
	}
	assert_bytes("behind the header", zeros, phdr,
		     buf + HEADER_BYTES - (u8 *)phdr);
}

static void the_header_is_what_vmcore_reads(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 5 };
	struct pseries *p = pseries_boot(&config, NULL);
	u8 *buf = malloc(HEADER_BYTES);
	size_t i, need;

	kernel_set_text(p->kernel, KERNEL_START, KERNEL_VADDR, KERNEL_BYTES);
	for (i = 0; i < ARRAY_SIZE(header_lists); i++) {
		const struct header_list *h = &header_lists[i];
		struct crash_mem *mem = ranges_parse(h->memory, 0);

		need = EHDR_BYTES + (config.possible_cores + 1 + h->kernel_map +
				     mem->nr_ranges) * PHDR_BYTES;
		assert_errno(h->what, -ENOSPC,
			     elfcorehdr_build(mem, h->kernel_map, buf, need - 1));
		memset(buf, 0xff, HEADER_BYTES);
		assert_errno(h->what, 0,
			     elfcorehdr_build(mem, h->kernel_map, buf,
					      HEADER_BYTES));
		check_header(h, config.possible_cores, mem, buf);
		kvfree(mem);
	}
	free(buf);
	pseries_shutdown(p);
}

static void possible_cpus_may_have_holes(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 1 };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem = ranges_parse("0-ffff", 0);
	u8 *buf = malloc(HEADER_BYTES);
	Elf64_Phdr *phdr = (void *)(buf + 64);

	kernel_set_cpu_possible(p->kernel, 2047, 0xb00000);
	kernel_set_cpu_possible(p->kernel, 7, 0xa00000);
	assert_errno("build", 0, elfcorehdr_build(mem, false, buf, HEADER_BYTES));
	assert_ehdr((void *)buf, 5);
	assert_phdr(phdr++, PT_NOTE, 0, 0x7c00000, 0, 536);
	assert_phdr(phdr++, PT_NOTE, 0, 0xa00000, 0, 536);
	assert_phdr(phdr++, PT_NOTE, 0, 0xb00000, 0, 536);
	assert_phdr(phdr++, PT_NOTE, 0, PSERIES_VMCOREINFO, 0, 65536 + 36);
	free(buf);
	kvfree(mem);
	pseries_shutdown(p);
}

/* --- what does not fit --------------------------------------------------- */

/* @nr single bytes, one every 64 KiB */
static struct crash_mem *many_ranges(unsigned int nr)
{
	struct crash_mem *mem = ranges_parse("", nr);
	unsigned int i;

	for (i = 0; i < nr; i++)
		mem->ranges[i] = (struct range){ i * 0x10000ULL, i * 0x10000ULL };
	mem->nr_ranges = nr;
	return mem;
}

static void e_phnum_must_hold_the_count(void **state __always_unused)
{
	const size_t size = EHDR_BYTES + 65600 * PHDR_BYTES;
	static const unsigned int cpus[] = { 1, 192 };
	u8 *buf = malloc(size), *was = malloc(size);
	size_t i, j;

	memset(was, 0xa5, size);
	for (i = 0; i < ARRAY_SIZE(cpus); i++) {
		const struct pseries_config config = {
			.possible_cores = cpus[i],
		};
		struct pseries *p = pseries_boot(&config, NULL);
		struct crash_mem *mem = many_ranges(65600);

		for (j = 0; j < ARRAY_SIZE(header_limits); j++) {
			const struct header_limit *l = &header_limits[j];

			memcpy(buf, was, size);
			mem->nr_ranges = l->phnum - cpus[i] - 1;
			assert_errno("program headers", l->ret,
				     elfcorehdr_build(mem, false, buf, size));
			if (l->ret)
				assert_bytes("refused", was, buf, size);
			else
				assert_ehdr(buf, l->phnum);
		}
		kvfree(mem);
		pseries_shutdown(p);
	}
	free(buf);
	free(was);
}

static void a_small_buffer_is_left_alone(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 3 };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem = ranges_parse("0-ffff 10000-1fffffff", 0);
	const size_t need = 64 + (3 + 1 + 2) * 56;
	size_t size;

	for (size = 0; size <= need; size++) {
		/* its own allocation, so that every tool sees its end */
		u8 *buf = malloc(size + 1), *was = malloc(size + 1);
		int expected = size < need ? -ENOSPC : 0;

		memset(buf, 0xa5, size + 1);
		memset(was, 0xa5, size + 1);
		assert_errno("build", expected,
			     elfcorehdr_build(mem, false, buf, size));
		if (expected)
			assert_bytes("after -ENOSPC", was, buf, size);
		assert_u64("behind the buffer", 0xa5, buf[size]);
		free(buf);
		free(was);
	}
	kvfree(mem);
	pseries_shutdown(p);
}

/* --- reading one --------------------------------------------------------- */

static u8 *own_header(size_t size)
{
	struct crash_mem *mem = ranges_parse("0-ffff 10000-1fffffff", 0);
	u8 *buf = malloc(size);

	assert_errno("build", 0, elfcorehdr_build(mem, false, buf, size));
	kvfree(mem);
	return buf;
}

static void only_this_kernels_header_is_ours(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 3 };
	struct pseries *p = pseries_boot(&config, NULL);
	const size_t used = EHDR_BYTES + (3 + 1 + 2) * PHDR_BYTES;
	const size_t vmcoreinfo = EHDR_BYTES + 3 * PHDR_BYTES;
	u8 *buf = own_header(HEADER_BYTES);
	size_t size, i;

	assert_true(elfcorehdr_is_ours(buf, used));
	/* cut short anywhere, also in the middle of the ELF header */
	for (size = 0; size < used; size++) {
		u8 *cut = malloc(size + 1);

		memcpy(cut, buf, size);
		if (elfcorehdr_is_ours(cut, size))
			fail_msg("%zu of %zu bytes are taken for a header",
				 size, used);
		free(cut);
	}

	for (i = 0; i < ARRAY_SIZE(header_pokes); i++) {
		const struct header_poke *k = &header_pokes[i];
		u8 *poked = own_header(HEADER_BYTES);

		header_set(poked, k->offset +
			   (k->where == IN_VMCOREINFO ? vmcoreinfo : 0),
			   k->size, k->value);
		assert_u64(k->what, k->is_core,
			   elfcorehdr_is_core(poked, HEADER_BYTES));
		assert_u64(k->what, k->is_ours,
			   elfcorehdr_is_ours(poked, HEADER_BYTES));
		/* all of the segment may matter where this is no header */
		assert_u64(k->what, !k->is_core ? HEADER_BYTES : EHDR_BYTES +
			   header_get(poked, 56, 2) * PHDR_BYTES,
			   elfcorehdr_used(poked, HEADER_BYTES));
		free(poked);
	}

	/* the vmcoreinfo note is the fourth; a header may also list nothing */
	header_set(buf, 56, 2, 3);
	assert_false(elfcorehdr_is_ours(buf, HEADER_BYTES));
	header_set(buf, 56, 2, 0);
	assert_true(elfcorehdr_is_core(buf, EHDR_BYTES));
	assert_false(elfcorehdr_is_ours(buf, EHDR_BYTES));
	assert_u64("used", EHDR_BYTES, elfcorehdr_used(buf, EHDR_BYTES));
	free(buf);
	pseries_shutdown(p);
}

static void a_load_is_found_by_its_address(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 3 };
	struct pseries *p = pseries_boot(&config, NULL);
	u8 *buf = own_header(HEADER_BYTES);
	Elf64_Phdr *phdr = (void *)(buf + 64);

	assert_ptr_equal(elfcorehdr_find_paddr(buf, HEADER_BYTES, 0), phdr + 4);
	assert_ptr_equal(elfcorehdr_find_paddr(buf, HEADER_BYTES, 0x10000),
			 phdr + 5);
	assert_null(elfcorehdr_find_paddr(buf, HEADER_BYTES, 1));
	/* a note's address is no memory */
	phdr[0].p_paddr = 0;
	assert_ptr_equal(elfcorehdr_find_paddr(buf, HEADER_BYTES, 0), phdr + 4);
	assert_null(elfcorehdr_find_paddr(buf, HEADER_BYTES,
					  PSERIES_VMCOREINFO));
	assert_null(elfcorehdr_find_paddr(buf, 64 + 5 * 56, 0));
	assert_null(elfcorehdr_find_paddr(buf, 0, 0));

	/* user space may put what it likes first */
	phdr[0].p_type = PT_LOAD;
	assert_ptr_equal(elfcorehdr_find_paddr(buf, HEADER_BYTES, 0), phdr);

	/* nothing behind the last one is looked at */
	buf = realloc(buf, 64 + 6 * 56);
	assert_null(elfcorehdr_find_paddr(buf, 64 + 6 * 56, 1));
	((Elf64_Phdr *)(buf + 64 + 3 * 56))->p_type = 0;
	assert_false(elfcorehdr_is_ours(buf, 64 + 6 * 56));
	free(buf);
	pseries_shutdown(p);
}

/* only where there is both an entry for the first 64 KiB and a backup of them */
static void the_backup_is_told_where_there_is_one(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 3 };
	struct pseries *p = pseries_boot(&config, NULL);
	struct kimage image = { };
	u8 *buf = own_header(HEADER_BYTES);
	Elf64_Phdr *phdr = (void *)(buf + 64);

	set_backup_offset(&image, buf, HEADER_BYTES);
	assert_u64("no backup", 0, phdr[4].p_offset);
	image.arch.backup_start = 0x24000000;
	set_backup_offset(&image, buf, HEADER_BYTES);
	assert_u64("backup", 0x24000000, phdr[4].p_offset);
	assert_u64("other memory", 0x10000, phdr[5].p_offset);
	/* no entry for them */
	set_backup_offset(&image, buf, 64);
	phdr[4].p_paddr = phdr[4].p_offset = 0x20000;
	set_backup_offset(&image, buf, HEADER_BYTES);
	assert_u64("no entry", 0x20000, phdr[4].p_offset);
	free(buf);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(offline_blocks_are_not_listed),
	cmocka_unit_test(added_memory_is_listed_block_by_block),
	cmocka_unit_test(events_see_the_new_state),
	cmocka_unit_test(struct_pages_in_the_block_change_nothing),
	cmocka_unit_test(the_layout_must_be_held_still),
	cmocka_unit_test(without_memory_the_first_64_kib_are_left),
	cmocka_unit_test(a_dump_has_what_it_shall),
	cmocka_unit_test(the_low_crash_region_is_left_out),
	cmocka_unit_test(an_error_at_either_region_is_told),
	cmocka_unit_test(sizes_are_the_real_kernels),
	cmocka_unit_test(sizes_are_exact),
	cmocka_unit_test(the_segment_holds_what_may_come),
	cmocka_unit_test(the_header_is_what_vmcore_reads),
	cmocka_unit_test(possible_cpus_may_have_holes),
	cmocka_unit_test(e_phnum_must_hold_the_count),
	cmocka_unit_test(a_small_buffer_is_left_alone),
	cmocka_unit_test(only_this_kernels_header_is_ours),
	cmocka_unit_test(a_load_is_found_by_its_address),
	cmocka_unit_test(the_backup_is_told_where_there_is_one),
};

TEST_MAIN(tests)
