// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/ on x86_64: what a dump shall have of the System RAM resources, sizes and
 * bytes of the header as the captured kernels have them, which images follow
 * hotplug, and the defects that crash hotplug code for x86 has had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_hp.h"
#include "elfcorehdr.h"
#include "mem_ranges.h"
#include "online_mem.h"
#include "pc.h"
#include "x86.h"

/* --- what a dump shall have --------------------------------------------------------- */

static int crash_list(struct crash_mem **mem)
{
	struct crash_mem *online;
	int ret = list_online_memory(&online);

	if (!ret)
		ret = get_crash_memory_ranges(online, mem);
	kvfree(online);
	return ret;
}

static void check_list(const char *what, struct pc *pc, const char *expected)
{
	struct crash_mem *mem = NULL;

	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(pc->kernel, "get_crash_memory_ranges");
	assert_errno(what, 0, crash_list(&mem));
	kernel_leave_handler(pc->kernel);
	put_online_mems();
	cpus_read_unlock();
	assert_ranges(what, expected, mem);
	kvfree(mem);
}

static const struct {
	const char *what;
	struct pc_config config;
	const char *offline, *expected;
} list_cases[] = {
	{ "a stock machine", { }, "", PC_RAM },
	{ "memory to the end of the crash kernel's",
	  { .ram = "1000-9fbff 100000-3effffff" }, "", "100000-2effffff" },
	{ "the crash kernel's is a resource of its own",
	  { .ram = "1000-9fbff 100000-2eefffff 2f000000-3effffff 3f100000-3fffffff" },
	  "", "100000-2eefffff 3f100000-3fffffff" },
	{ "memory that does not end with a page",
	  { .ram = "1000-9fbff 100000-2eefffff 2f000000-40000bff 40002000-4fffffff" },
	  "", "100000-2eefffff 3f000000-40000bff 40002000-4fffffff" },
	{ "a border of two resources stays",
	  { .ram = "1000-9fbff 100000-3fffffff 40000000-7fffffff" },
	  "", "100000-2effffff 3f000000-3fffffff 40000000-7fffffff" },
	{ "memory across 1 MiB", { .ram = "1000-3ffdefff" }, "", PC_RAM },
	{ "nothing below 1 MiB", { .ram = "100000-3ffdefff" }, "", PC_RAM },
	{ "a low region",
	  { .crashk_low_start = 0x10000000, .crashk_low_size = 0x8000000 }, "",
	  "100000-fffffff 18000000-2effffff 3f000000-3ffdefff" },
	{ "a low region that ends at the other one",
	  { .crashk_low_start = 0x2e000000, .crashk_low_size = 0x1000000 }, "",
	  "100000-2dffffff 3f000000-3ffdefff" },
	{ "a block is offline", { .ram = "100000-7fffffff" }, "50000000",
	  "100000-2effffff 3f000000-4fffffff 58000000-7fffffff" },
	{ "the last block is offline", { .ram = "100000-7fffffff" }, "78000000",
	  "100000-2effffff 3f000000-77ffffff" },
	{ "the first block of a resource is offline",
	  { .ram = "100000-3fffffff 40000000-7fffffff" }, "40000000",
	  "100000-2effffff 3f000000-3fffffff 48000000-7fffffff" },
	{ "all of a resource is offline",
	  { .ram = "100000-3fffffff 40000000-47ffffff 48000000-7fffffff" },
	  "40000000", "100000-2effffff 3f000000-3fffffff 48000000-7fffffff" },
	{ "as many as are configured",
	  { .ram = "100000-3fffffff 40000000-47ffffff 48000000-4fffffff",
	    .max_memory_ranges = 4 }, "",
	  "100000-2effffff 3f000000-3fffffff 40000000-47ffffff 48000000-4fffffff" },
	{ "more than are configured: borders go",
	  { .ram = "100000-3fffffff 40000000-47ffffff 48000000-4fffffff",
	    .max_memory_ranges = 3 }, "", "100000-2effffff 3f000000-4fffffff" },
	{ "far up",
	  { .ram = "100000-3fffffff fffff00000000-fffffffffffff" }, "",
	  "100000-2effffff 3f000000-3fffffff fffff00000000-fffffffffffff" },
};

static void a_dump_has_what_it_shall(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list_cases); i++) {
		struct pc *pc = pc_boot(&list_cases[i].config);

		if (*list_cases[i].offline)
			pc_offline(pc, strtoull(list_cases[i].offline, NULL, 16),
				   PC_BLOCK);
		check_list(list_cases[i].what, pc, list_cases[i].expected);
		pc_shutdown(pc);
	}
}

static void without_memory_there_is_no_dump(void **state __always_unused)
{
	const struct pc_config config = { .ram = "40000000-47ffffff" };
	struct pc *pc = pc_boot(&config);
	struct crash_mem *mem = NULL;

	pc_offline(pc, 0x40000000, PC_BLOCK);
	cpus_read_lock();
	get_online_mems();
	assert_errno("all offline", -ENODATA, crash_list(&mem));
	put_online_mems();
	cpus_read_unlock();
	kvfree(mem);
	pc_shutdown(pc);
}

/* --- sizes --------------------------------------------------------------------------------- */

/*
 * memsz as of the captured kernels, or as arch/x86/kernel/crash.c of 6.12 makes
 * it; the attribute is 64 bytes more than there (KB-48).
 */
static const struct {
	const char *what;
	unsigned int nr_cpus_default, max_ranges, possible, ranges;
	size_t memsz;
	unsigned int attr;
} sizes[] = {
	{ "captured: CONFIG_MAXSMP", 8192, 8192, 8, 2, 0xe1000, 917616 + 64 },
	{ "64 CPUs", 64, 8192, 8, 2, 0x71000, 462448 + 64 },
	{ "few ranges", 64, 32, 8, 2, 0x2000, 5488 + 64 },
	/* KB-22 (i): more CPUs than the default: 64 + 56 x 263 bytes */
	{ "256 CPUs of 64", 64, 8, 256, 5, 0x4000, 4144 + 64 },
	/* KB-22 (ii): more ranges than configured: 64 + 56 x 9010 bytes */
	{ "9000 ranges of 8192", 64, 8192, 8, 9000, 0x7c000, 462448 + 64 },
	/* the table ends within 64 bytes of a page's end: KB-48 is not masked */
	{ "8704 program headers", 510, 8192, 8, 2, 0x78000, 487424 + 64 },
};

static void sizes_are_the_real_kernels(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct pc_config config = {
			.nr_cpus_default = sizes[i].nr_cpus_default,
			.max_memory_ranges = sizes[i].max_ranges,
			.possible_cpus = sizes[i].possible,
		};
		struct pc *pc = pc_boot(&config);

		assert_u64(sizes[i].what, sizes[i].memsz,
			   PAGE_ALIGN(elfcorehdr_segment_size(sizes[i].ranges)));
		assert_u64(sizes[i].what, sizes[i].attr,
			   kernel_elfcorehdr_size_attr(pc->kernel));
		assert_errno(sizes[i].what, 0, pc_load(pc));
		assert_hotplug(sizes[i].what, 1, pc);
		pc_shutdown(pc);
	}
}

/* what user space is told is enough for all that may come */
static void kb_48_the_attribute_counts_the_elf_header(void **state __always_unused)
{
	unsigned int nr_cpus;

	for (nr_cpus = 1; nr_cpus <= 8192; nr_cpus += 509) {
		const struct pc_config config = {
			.possible_cpus = nr_cpus, .nr_cpus_default = nr_cpus,
			.max_memory_ranges = 2,
		};
		struct pc *pc = pc_boot(&config);
		size_t need = 64 + (nr_cpus + 1 + 1 + 2) * 56;
		size_t attr = kernel_elfcorehdr_size_attr(pc->kernel);
		u8 *buf = malloc(attr);
		struct crash_mem *mem = ranges_parse(PC_RAM, 0);

		assert_u64("crash_elfcorehdr_size", need, attr);
		assert_errno("build", 0, elfcorehdr_build(mem, true, buf, attr));
		kvfree(mem);
		free(buf);
		pc_shutdown(pc);
	}
}

static void all_of_the_segment_is_reserved(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);

	assert_errno("load", 0, pc_load(pc));
	/* KB-69: an odd number would leave the last page to the capture kernel */
	assert_u64("elf_headers_sz", pc->image->segment[0].memsz,
		   pc->image->elf_headers_sz);
	assert_u64("elf_load_addr", pc->image->segment[0].mem,
		   pc->image->elf_load_addr);
	pc_shutdown(pc);
}

/* --- the bytes --------------------------------------------------------------------------- */

static void assert_phdr(const char *what, const Elf64_Phdr *phdr, u32 type,
			u64 phys, u64 virt, u64 size)
{
	const Elf64_Phdr expected = {
		.p_type = type,
		.p_flags = type == PT_LOAD ? PF_R | PF_W | PF_X : 0,
		.p_offset = phys, .p_vaddr = virt, .p_paddr = phys,
		.p_filesz = size, .p_memsz = size,
	};

	assert_bytes(what, &expected, phdr, sizeof(expected));
}

static void check_header(u64 page_offset, u64 linear_map)
{
	const struct pc_config config = {
		.possible_cpus = 3, .page_offset = page_offset,
	};
	struct pc *pc = pc_boot(&config);
	Elf64_Ehdr ehdr = pc_empty_elf(ET_CORE);
	const Elf64_Phdr *phdr;
	unsigned int cpu;

	assert_errno("load", 0, pc_load(pc));
	ehdr.e_phnum = 3 + 1 + 1 + 2;
	assert_bytes("ELF header", &ehdr, pc_bytes(pc, pc->header), sizeof(ehdr));
	phdr = pc_bytes(pc, pc->header) + sizeof(ehdr);
	for (cpu = 0; cpu < 3; cpu++)
		assert_phdr("a CPU's notes", phdr++, PT_NOTE,
			    PC_NOTES + cpu * PC_NOTES_STRIDE, 0, 368);
	assert_phdr("vmcoreinfo", phdr++, PT_NOTE, PC_VMCOREINFO, 0, 4132);
	assert_phdr("kernel", phdr++, PT_LOAD, PC_TEXT_PHYS, PC_TEXT_VIRT,
		    PC_TEXT_SIZE);
	assert_phdr("memory", phdr++, PT_LOAD, 0x100000, linear_map + 0x100000,
		    0x2ef00000);
	assert_phdr("memory", phdr++, PT_LOAD, 0x3f000000,
		    linear_map + 0x3f000000, 0xfdf000);
	pc_shutdown(pc);
}

static void the_header_is_what_vmcore_reads(void **state __always_unused)
{
	check_header(0, 0xffff888000000000);
	check_header(0xffff9d0400000000, 0xffff9d0400000000);
}

/* --- which images follow hotplug ------------------------------------------------------ */

static void flags_decide_for_user_space(void **state __always_unused)
{
	static const struct {
		unsigned long flags;
		int support;
	} cases[] = {
		{ 0, 0 }, { 4, 1 }, { 8, 1 }, { 12, 1 }, { 3UL << 16, 0 },
	};
	const Elf64_Ehdr ehdr = pc_empty_elf(ET_CORE);
	const struct pc_segment segments[] = {
		{ "fill", 4, 0x10000 }, { &ehdr, sizeof(ehdr), 0xe1000 },
	};
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);
	const char *loads;
	char what[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(what, sizeof(what), "flags %#lx", cases[i].flags);
		pc_load_user(pc, segments, 2, 1,
			     KEXEC_ON_CRASH | cases[i].flags);
		assert_hotplug(what, cases[i].support, pc);
		/* such an image is brought up to date at once, and stays so */
		loads = cases[i].support ? PC_TEXT PC_RAM : "";
		assert_header(what, loads, pc);
		pc_add_dimm(pc, 0x100000000, PC_BLOCK);
		pc_online(pc, 0x100000000, PC_BLOCK);
		loads = cases[i].support ?
			PC_TEXT PC_RAM " 100000000-107ffffff" : "";
		assert_header(what, loads, pc);
		pc_offline(pc, 0x100000000, PC_BLOCK);
		pc_remove_dimm(pc, 0x100000000, PC_BLOCK);
	}
	pc_shutdown(pc);
}

static bool was_logged(struct pc *pc, const char *text)
{
	unsigned int i;

	for (i = 0; i < kernel_nr_log(pc->kernel); i++)
		if (strstr(kernel_log_line(pc->kernel, i), text))
			return true;
	return false;
}

/*
 * More headers than ELF can count: upstream sets no index, so that the header is
 * part of the digest, and updates it all the same; purgatory stops then.
 */
static void kb_18c_no_room_no_hotplug(void **state __always_unused)
{
	static const struct {
		unsigned int max_ranges;
		int support;
	} cases[] = {
		{ 57340, 1 }, { 57341, 0 }, { 65534, 0 }, { 100000, 0 },
	};
	char what[32], says[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct pc_config config = {
			.max_memory_ranges = cases[i].max_ranges,
		};
		struct pc *pc = pc_boot(&config);

		snprintf(what, sizeof(what), "%u ranges", cases[i].max_ranges);
		assert_errno(what, 0, pc_load(pc));
		assert_hotplug(what, cases[i].support, pc);
		assert_int_equal(pc->image->elfcorehdr_index,
				 cases[i].support ? 0 : -1);
		snprintf(says, sizeof(says), "%u program headers, ELF holds 65534",
			 cases[i].max_ranges + 8192 + 2);
		assert_int_equal(was_logged(pc, says), !cases[i].support);
		assert_header(what, PC_TEXT PC_RAM, pc);
		pc_add_dimm(pc, 0x100000000, PC_BLOCK);
		pc_online(pc, 0x100000000, PC_BLOCK);
		assert_header(what, cases[i].support ?
			      PC_TEXT PC_RAM " 100000000-107ffffff" :
			      PC_TEXT PC_RAM, pc);
		pc_shutdown(pc);
	}
}

/* --- events -------------------------------------------------------------------------------- */

static struct pc *boot_and_load(const struct pc_config *config)
{
	struct pc *pc = pc_boot(config);

	assert_errno("load", 0, pc_load(pc));
	kernel_clear_report(pc->kernel);
	return pc;
}

/* the header lists all possible CPUs; nothing changes, so nothing is hidden */
static void cpu_events_write_nothing(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);
	u8 *before = malloc(0xe1000);

	memcpy(before, pc_bytes(pc, 0), 0xe1000);
	assert_errno("up", 0, kernel_cpu_up(pc->kernel, 1, false));
	assert_errno("down", 0, kernel_cpu_down(pc->kernel, 1));
	assert_u64("events", 2, kernel_report(pc->kernel)->events);
	assert_u64("hidden", 0, kernel_report(pc->kernel)->hidden);
	assert_bytes("header", before, pc_bytes(pc, 0), 0xe1000);
	free(before);
	pc_shutdown(pc);
}

/* KB-71: an offline block came in with its DIMM's first online one */
static void dimms_are_listed_block_by_block(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);

	pc_add_dimm(pc, 0x100000000, 4 * PC_BLOCK);
	assert_header("added", PC_TEXT PC_RAM, pc);
	pc_online(pc, 0x110000000, PC_BLOCK);
	assert_header("third block", PC_TEXT PC_RAM " 110000000-117ffffff", pc);
	pc_online(pc, 0x100000000, PC_BLOCK);
	assert_header("first block", PC_TEXT PC_RAM
		      " 100000000-107ffffff 110000000-117ffffff", pc);
	pc_online(pc, 0x108000000, PC_BLOCK);
	assert_header("second block", PC_TEXT PC_RAM " 100000000-117ffffff", pc);
	pc_add_dimm(pc, 0x120000000, PC_BLOCK);
	pc_online(pc, 0x118000000, 2 * PC_BLOCK);
	assert_header("two DIMMs", PC_TEXT PC_RAM
		      " 100000000-11fffffff 120000000-127ffffff", pc);
	/* two of five ranges came behind all others */
	assert_u64("hidden", 3, kernel_report(pc->kernel)->hidden);
	pc_shutdown(pc);
}

/*
 * At MEM_OFFLINE the DIMM's resource is still there, and when it goes there is
 * no event: the header listed memory that was gone.
 */
static void kb_20_removed_memory_is_dropped_when_it_goes_offline(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);

	pc_add_dimm(pc, 0x100000000, 2 * PC_BLOCK);
	pc_online(pc, 0x100000000, 2 * PC_BLOCK);
	pc_offline(pc, 0x100000000, PC_BLOCK);
	assert_header("one block", PC_TEXT PC_RAM " 108000000-10fffffff", pc);
	pc_offline(pc, 0x108000000, PC_BLOCK);
	assert_header("both blocks", PC_TEXT PC_RAM, pc);
	pc_remove_dimm(pc, 0x100000000, 2 * PC_BLOCK);
	assert_header("gone", PC_TEXT PC_RAM, pc);
	assert_hotplug("gone", 1, pc);
	pc_shutdown(pc);
}

/* unplugged while offline, so without any event: it was not listed before */
static void kb_66_offline_memory_goes_unnoticed(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);

	pc_add_dimm(pc, 0x100000000, 2 * PC_BLOCK);
	pc_online(pc, 0x100000000, 2 * PC_BLOCK);
	pc_offline(pc, 0x100000000, 2 * PC_BLOCK);
	/* a fresh load lists no more than the events left */
	assert_errno("reload", 0, pc_load(pc));
	assert_header("loaded", PC_TEXT PC_RAM, pc);
	pc_remove_dimm(pc, 0x100000000, 2 * PC_BLOCK);
	assert_header("gone", PC_TEXT PC_RAM, pc);
	pc_shutdown(pc);
}

static void bring_a_dimm(struct pc *pc)
{
	pc_add_dimm(pc, 0x100000000, PC_BLOCK);
	pc_online(pc, 0x100000000, PC_BLOCK);
}

/* the kexec lock was busy, so the event was lost; the load makes it good */
static void kb_41_memory_that_comes_during_a_load(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);

	pc->during_load = bring_a_dimm;
	assert_errno("load", 0, pc_load(pc));
	assert_u64("lost", 1, kernel_report(pc->kernel)->lost);
	assert_header("loaded", PC_TEXT PC_RAM " 100000000-107ffffff", pc);
	pc_shutdown(pc);
}

/* --- headers that user space made --------------------------------------------------------- */

/*
 * The last segment with an ELF magic was taken for the header. Here it is the
 * one that lists this kernel's notes, or the only core header there is.
 */
static void kb_50_other_elf_files_are_left_alone(void **state __always_unused)
{
	const Elf64_Ehdr payload = pc_empty_elf(2), core = pc_empty_elf(ET_CORE);
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);
	u8 *header = malloc(0xe1000);
	struct pc_segment segments[] = {
		{ header, 4096, 0xe1000 }, { &payload, sizeof(payload), 0xe1000 },
		{ &core, sizeof(core), 0xe1000 },
	};

	memcpy(header, pc_bytes(pc, 0), 0xe1000);
	bring_a_dimm(pc);
	pc_load_user(pc, segments, 3, 0, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_header("its notes", PC_TEXT PC_RAM " 100000000-107ffffff", pc);
	assert_bytes("payload", &payload, pc_bytes(pc, 1), sizeof(payload));
	assert_bytes("core file", &core, pc_bytes(pc, 2), sizeof(core));
	assert_u64("index", 0, pc->image->elfcorehdr_index);

	/* a header without notes: it must be the only one */
	segments[0] = segments[2];
	pc_load_user(pc, segments, 2, 0, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_header("only one", PC_TEXT PC_RAM " 100000000-107ffffff", pc);
	assert_bytes("payload", &payload, pc_bytes(pc, 1), sizeof(payload));

	/* two of them: better none than the wrong one */
	pc_load_user(pc, segments, 3, 0, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_hotplug("two", 0, pc);
	assert_bytes("first", &core, pc_bytes(pc, 0), sizeof(core));
	assert_bytes("second", &core, pc_bytes(pc, 2), sizeof(core));
	free(header);
	pc_shutdown(pc);
}

/*
 * An update that failed counted as done, and the next CPU event was skipped;
 * crash_hotplug read 1 all the while.
 */
static void kb_43_a_failed_update_is_admitted(void **state __always_unused)
{
	const struct pc_config config = { .possible_cpus = 100 };
	const Elf64_Ehdr ehdr = pc_empty_elf(ET_CORE);
	const struct pc_segment small[] = { { &ehdr, sizeof(ehdr), 0x1000 } };
	struct pc *pc = pc_boot(&config);

	pc_load_user(pc, small, 1, 0, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_hotplug("too small", 0, pc);
	assert_bytes("too small", &ehdr, pc_bytes(pc, 0), sizeof(ehdr));

	/* nor does an event that fails leave a stale image that looks fresh */
	assert_errno("load", 0, pc_load(pc));
	pc_add_dimm(pc, 0x100000000, PC_BLOCK);
	kernel_fail_alloc(pc->kernel, 1);
	pc_online(pc, 0x100000000, PC_BLOCK);
	kernel_fail_alloc(pc->kernel, 0);
	assert_hotplug("no memory", 0, pc);
	assert_header("no memory", PC_TEXT PC_RAM, pc);
	pc_shutdown(pc);
}

/* a load whose @nth allocation fails; whether there was one */
static bool load_fails(unsigned long nth)
{
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);
	bool failed;
	int ret;

	kernel_fail_alloc(pc->kernel, nth);
	ret = pc_load(pc);
	failed = kernel_alloc_count(pc->kernel) >= nth;
	kernel_fail_alloc(pc->kernel, 0);
	/* when only the refresh at the end fails there is an image */
	if (ret)
		assert_errno("load", -ENOMEM, ret);
	else
		assert_header("load", PC_TEXT PC_RAM, pc);
	if (!ret && failed)
		assert_hotplug("load", 0, pc);
	pc_shutdown(pc);
	return failed;
}

static bool event_fails(unsigned long nth)
{
	const struct pc_config config = { };
	struct pc *pc = boot_and_load(&config);
	bool failed;

	pc_add_dimm(pc, 0x100000000, PC_BLOCK);
	kernel_fail_alloc(pc->kernel, nth);
	pc_online(pc, 0x100000000, PC_BLOCK);
	failed = kernel_alloc_count(pc->kernel) >= nth;
	kernel_fail_alloc(pc->kernel, 0);
	assert_hotplug("event", !failed, pc);
	assert_header("event", failed ? PC_TEXT PC_RAM :
		      PC_TEXT PC_RAM " 100000000-107ffffff", pc);
	pc_shutdown(pc);
	return failed;
}

static void nothing_half_done_without_memory(void **state __always_unused)
{
	unsigned long loads = 0, events = 0;

	while (load_fails(loads + 1))
		loads++;
	while (event_fails(events + 1))
		events++;
	/* what is online, a list and a header, twice; and the watch */
	assert_u64("allocations of a load", 7, loads);
	assert_u64("allocations of an event", 2, events);
}

/* --- ranges --------------------------------------------------------------------------------- */

/*
 * KB-08, KB-09: only the first range that the hole met was cut, or all up to the
 * first one that was cut in part. KB-11: a hole inside the only range needs a
 * second entry, which was not there.
 */
static void holes_meet_all_that_they_meet(void **state __always_unused)
{
	static const struct {
		const char *what, *list;
		unsigned int spare;
		u64 start, end;
		int ret;
		const char *expected;
	} cases[] = {
		{ "KB-08", "1000-3efff 40000-9ffff 100000-3fffffff", 0,
		  0, 0xfffff, 0, "100000-3fffffff" },
		{ "KB-09 a", "10000-7ffff 90000-9ffff", 0, 0x20000, 0xfffff, 0,
		  "10000-1ffff" },
		{ "KB-09 b, no room", "0-ffff 20000-2ffff 40000-4ffff", 0,
		  0x4000, 0x7fff, -ENOMEM, "0-ffff 20000-2ffff 40000-4ffff" },
		{ "KB-09 b, room", "0-ffff 20000-2ffff 40000-4ffff", 1, 0x4000,
		  0x7fff, 0, "0-3fff 8000-ffff 20000-2ffff 40000-4ffff" },
		{ "KB-11", "20000000-2fffffff", 1, 0x24000000, 0x240e0fff, 0,
		  "20000000-23ffffff 240e1000-2fffffff" },
		{ "KB-11, at the start", "20000000-2fffffff", 0, 0x20000000,
		  0x200e0fff, 0, "200e1000-2fffffff" },
	};
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct crash_mem *mem = ranges_parse(cases[i].list,
						     cases[i].spare);

		assert_errno(cases[i].what, cases[i].ret,
			     crash_exclude_mem_range(mem, cases[i].start,
						     cases[i].end));
		assert_ranges(cases[i].what, cases[i].expected, mem);
		kvfree(mem);
	}
	pc_shutdown(pc);
}

/* KB-11: a hole below the header, and it loads all the same */
static void kb_11_the_header_may_lie_anywhere(void **state __always_unused)
{
	const struct pc_config config = { };
	struct pc *pc = pc_boot(&config);

	pc->next = 0x400000;
	assert_errno("load", 0, pc_load(pc));
	assert_u64("place", pc->config.crashk_start + 0x400000,
		   pc->image->elf_load_addr);
	assert_header("loaded", PC_TEXT PC_RAM, pc);
	assert_hotplug("loaded", 1, pc);
	pc_shutdown(pc);
}

/* kexec -l: its segments are none of ours, whatever it says of hotplug */
static void other_images_are_left_alone(void **state __always_unused)
{
	struct kimage other = { .type = KEXEC_TYPE_DEFAULT, .hotplug_support = 1 };

	assert_errno("post load", 0, machine_kexec_post_load(&other));
	assert_null(other.arch.crash_watch);
	assert_int_equal(other.hotplug_support, 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_dump_has_what_it_shall),
	cmocka_unit_test(without_memory_there_is_no_dump),
	cmocka_unit_test(sizes_are_the_real_kernels),
	cmocka_unit_test(kb_48_the_attribute_counts_the_elf_header),
	cmocka_unit_test(all_of_the_segment_is_reserved),
	cmocka_unit_test(the_header_is_what_vmcore_reads),
	cmocka_unit_test(flags_decide_for_user_space),
	cmocka_unit_test(kb_18c_no_room_no_hotplug),
	cmocka_unit_test(cpu_events_write_nothing),
	cmocka_unit_test(dimms_are_listed_block_by_block),
	cmocka_unit_test(kb_20_removed_memory_is_dropped_when_it_goes_offline),
	cmocka_unit_test(kb_66_offline_memory_goes_unnoticed),
	cmocka_unit_test(kb_41_memory_that_comes_during_a_load),
	cmocka_unit_test(kb_50_other_elf_files_are_left_alone),
	cmocka_unit_test(kb_43_a_failed_update_is_admitted),
	cmocka_unit_test(nothing_half_done_without_memory),
	cmocka_unit_test(holes_meet_all_that_they_meet),
	cmocka_unit_test(kb_11_the_header_may_lie_anywhere),
	cmocka_unit_test(other_images_are_left_alone),
};

TEST_MAIN(tests)
