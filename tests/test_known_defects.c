// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defects that crash hotplug code has had, in kernels and on mailing lists: one
 * test for each shows that core/ does not have it. Each is known to fail when
 * it has: scripts/mutants.sh puts the defect, or its nearest form, back into a
 * copy of core/ (tests/mutants/KB-nn.patch) and demands that the test of that
 * name fails.
 *
 * The comment over a test says what the defect was and how it would look.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "crash_hp.h"
#include "elfcorehdr.h"
#include "mem_ranges.h"
#include "pseries.h"

/* --- ranges -------------------------------------------------------------- */

/* lists come from a kernel's slab: any machine will do */
static struct pseries *boot_for_ranges(void)
{
	const struct pseries_config config = { };

	return pseries_boot(&config, NULL);
}

enum op { ADD, REMOVE, EXCLUDE, COALESCE };

static void check_op(enum op op, const char *list, unsigned int spare,
		     u64 start, u64 end, const char *expected)
{
	struct pseries *p = boot_for_ranges();
	struct crash_mem *mem = ranges_parse(list, spare);
	int ret = 0;

	switch (op) {
	case ADD:
		ret = add_mem_range(&mem, start, end - start + 1);
		break;
	case REMOVE:
		ret = remove_mem_range(&mem, start, end - start + 1);
		break;
	case EXCLUDE:
		ret = crash_exclude_mem_range(mem, start, end);
		break;
	case COALESCE:
		coalesce_mem_ranges(mem);
	}
	assert_errno(list, 0, ret);
	assert_ranges(list, expected, mem);
	kvfree(mem);
	pseries_shutdown(p);
}

#define NODES_AT_4G "0-ffff 10000-1fffffff 30000000-ffffffff 100000000-17fffffff"

/* The size of the right part was computed from an end that was cut already: a
 * range that ends 1 GiB before it starts, and a dump tool lost in it.
 */
static void kb_01_right_half_of_negative_size(void **state __always_unused)
{
	check_op(REMOVE, "40000000-fffffffff", 1, 0xb40000000, 0xb7fffffff,
		 "40000000-b3fffffff b80000000-fffffffff");
}

/* The right part was one byte too long: it overlapped the next range by one
 * byte, or told of a byte that is no memory.
 */
static void kb_02_right_half_one_byte_too_long(void **state __always_unused)
{
	check_op(REMOVE, NODES_AT_4G, 1, 0x80000000, 0x8fffffff,
		 "0-ffff 10000-1fffffff 30000000-7fffffff 90000000-ffffffff "
		 "100000000-17fffffff");
}

/* The right part was appended at the list's end: out of order, and readers
 * that search a sorted list miss memory.
 */
static void kb_03_right_half_at_the_lists_end(void **state __always_unused)
{
	check_op(REMOVE, "0-fffffff 20000000-3fffffff", 1, 0x4000000, 0x4ffffff,
		 "0-3ffffff 5000000-fffffff 20000000-3fffffff");
}

/* A span over two ranges was in neither of them: success, and nothing removed;
 * memory that is gone stays in the dump.
 */
static void kb_04_span_over_two_ranges_ignored(void **state __always_unused)
{
	check_op(REMOVE, "10000-3fffffff 40000000-7fffffff", 0, 0x30000000,
		 0x4fffffff, "10000-2fffffff 50000000-7fffffff");
	check_op(REMOVE, "0-ffff 10000-1fffffff", 0, 0, 0xfffffff,
		 "10000000-1fffffff");
}

/* i x 20000000 ... + fffffff, and no room for one more */
static struct crash_mem *full_list(unsigned int nr)
{
	struct crash_mem *mem = ranges_parse("", nr);
	unsigned int i;

	for (i = 0; i < nr; i++)
		mem->ranges[i] = (struct range){
			i * 0x20000000ULL, i * 0x20000000ULL + 0xfffffff
		};
	mem->nr_ranges = nr;
	return mem;
}

static void check_split_of_full_list(unsigned int nr)
{
	struct pseries *p = boot_for_ranges();
	struct crash_mem *mem = full_list(nr);

	assert_errno("split", 0, remove_mem_range(&mem, 0xa1000000, 0x1000000));
	assert_u64("ranges", nr + 1, mem->nr_ranges);
	assert_u64("left end", 0xa0ffffff, mem->ranges[5].end);
	assert_u64("right start", 0xa2000000, mem->ranges[6].start);
	assert_u64("right end", 0xafffffff, mem->ranges[6].end);
	assert_u64("the next one", 0xc0000000, mem->ranges[7].start);
	assert_u64("the last one", (nr - 1) * 0x20000000ULL,
		   mem->ranges[nr].start);
	kvfree(mem);
	pseries_shutdown(p);
}

/* The list was full and moved for the right part, and the loop went on in the
 * memory that it had before: a use after free, deadly in a guest with poisoned
 * slabs.
 */
static void kb_05_full_list_used_after_it_moved(void **state __always_unused)
{
	check_split_of_full_list(127);
	check_split_of_full_list(255);
}

/* Merging compared with the range before and took the last end: where ranges
 * lie inside another one, memory was lost.
 */
static void kb_06_merge_loses_what_is_around(void **state __always_unused)
{
	check_op(COALESCE, "1000-9000 2000-5000 6000-8000", 0, 0, 0,
		 "1000-9000");
}

/* Adding extended the first range that it met and stopped: two ranges that
 * overlap, and a byte at the edge was not seen to be there.
 */
static void kb_07_add_joins_only_one_neighbour(void **state __always_unused)
{
	check_op(ADD, "10000-7ffffff 18000000-3fffffff", 1, 0x7f00000,
		 0x180fffff, "10000-3fffffff");
	check_op(ADD, "10000000-1fffffff", 1, 0x1fffffff, 0x1fffffff,
		 "10000000-1fffffff");
	check_op(ADD, "10000000-1fffffff", 1, 0x20000000, 0x2fffffff,
		 "10000000-2fffffff");
}

/* Excluding stopped after the first range that it met: the second stayed, and
 * memory that the capture kernel uses was dumped.
 */
static void kb_08_exclude_stops_at_the_first_range(void **state __always_unused)
{
	check_op(EXCLUDE, "0-3efff 40000-9ffff", 0, 0, 0xfffff, "");
}

/* Then it stopped at the first range that it only trimmed, and compared an
 * index with the capacity: a write behind the list.
 */
static void kb_09_exclude_stops_at_a_trimmed_range(void **state __always_unused)
{
	struct pseries *p = boot_for_ranges();
	struct crash_mem *mem;

	check_op(EXCLUDE, "10000-7ffff 90000-9ffff", 0, 0x20000, 0xfffff,
		 "10000-1ffff");
	/* that one has switched away */
	kernel_switch(p->kernel);
	mem = full_list(3);
	assert_errno("split in a full list", -ENOMEM,
		     crash_exclude_mem_range(mem, 0x1000, 0x1fff));
	assert_u64("ranges", 3, mem->nr_ranges);
	assert_u64("the first", 0xfffffff, mem->ranges[0].end);
	kvfree(mem);
	pseries_shutdown(p);
}

/* Then it stopped at the first range behind the hole: right only in a list
 * that is sorted, and nothing excluded where it is not.
 */
static void kb_10_exclude_needs_a_sorted_list(void **state __always_unused)
{
	check_op(EXCLUDE, "10000-1fffffff 80000000-8fffffff 40000000-5fffffff",
		 0, 0x40000000, 0x4fffffff,
		 "10000-1fffffff 80000000-8fffffff 50000000-5fffffff");
}

/* A list that could not grow was freed, and success returned: the next one to
 * look at it dereferenced NULL.
 */
static void kb_13_failed_growth_is_success(void **state __always_unused)
{
	struct pseries *p = boot_for_ranges();
	struct crash_mem *mem = full_list(127);

	kernel_fail_alloc(p->kernel, 1);
	assert_errno("add", -ENOMEM, add_mem_range(&mem, 0x1f8000000, 0x1000));
	assert_non_null(mem);
	assert_u64("ranges", 127, mem->nr_ranges);
	kernel_fail_alloc(p->kernel, 1);
	assert_errno("remove", -ENOMEM, remove_mem_range(&mem, 0x1000, 0x1000));
	kernel_fail_alloc(p->kernel, 0);
	assert_non_null(mem);
	assert_u64("ranges", 127, mem->nr_ranges);
	kvfree(mem);
	pseries_shutdown(p);
}

/* --- ready-made vectors -------------------------------------------------- */

static void v1_remove_from_the_middle(void **state __always_unused)
{
	check_op(REMOVE, NODES_AT_4G, 0, 0x80000000, 0x8fffffff,
		 "0-ffff 10000-1fffffff 30000000-7fffffff 90000000-ffffffff "
		 "100000000-17fffffff");
}

static void v2_remove_across_a_border(void **state __always_unused)
{
	check_op(REMOVE, "10000-3fffffff 40000000-7fffffff", 0, 0x30000000,
		 0x4fffffff, "10000-2fffffff 50000000-7fffffff");
}

static void v3_add_across_a_hole(void **state __always_unused)
{
	check_op(ADD, "10000-7ffffff 18000000-3fffffff", 0, 0x7f00000,
		 0x180fffff, "10000-3fffffff");
}

static void v4_exclude_from_an_unsorted_list(void **state __always_unused)
{
	check_op(EXCLUDE, "10000-1fffffff 80000000-8fffffff 40000000-5fffffff",
		 0, 0x40000000, 0x4fffffff,
		 "10000-1fffffff 80000000-8fffffff 50000000-5fffffff");
}

static void v5_exclude_the_first_megabyte(void **state __always_unused)
{
	check_op(EXCLUDE, "1000-3efff 40000-9ffff 100000-3fffffff", 0, 0,
		 0xfffff, "100000-3fffffff");
}

static void v6_add_a_byte_that_is_there(void **state __always_unused)
{
	check_op(ADD, "10000000-1fffffff", 0, 0x1fffffff, 0x1fffffff,
		 "10000000-1fffffff");
}

static void v7_merge_what_lies_inside(void **state __always_unused)
{
	check_op(COALESCE, "1000-9000 2000-5000 6000-8000", 0, 0, 0,
		 "1000-9000");
}

static void v8_split_in_a_list_of_127(void **state __always_unused)
{
	check_split_of_full_list(127);
}

/* 192 nodes without "name" and 4096 bytes: the live tree's nodes do not fit, so
 * the 192 that are there must stay, every one whole
 */
static void v9_rewrite_of_192_nodes(void **state __always_unused)
{
	const struct pseries_config config = {
		.boot_cores = 192, .possible_cores = 192,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;
	int cpus, node;

	user_image_make(p, &u);
	cpus = fdt_path_offset(u.fdt, "/cpus");
	fdt_for_each_subnode(node, u.fdt, cpus)
		assert_int_equal(fdt_delprop(u.fdt, node, "name"), 0);
	assert_int_equal(fdt_pack(u.fdt), 0);
	fdt_set_totalsize(u.fdt, fdt_totalsize(u.fdt) + 4096);
	u.segment[USER_FDT].bufsz = fdt_totalsize(u.fdt);

	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_bytes("the tree as it came", u.fdt, pseries_bytes(p, USER_FDT),
		     fdt_totalsize(u.fdt));
	s = snapshot_take(p);
	assert_errno("down", 0, kernel_cpu_down(p->kernel, 7));
	assert_errno("up", 0, kernel_cpu_up(p->kernel, 7, false));
	assert_changed("192 nodes", s, p, 0);
	assert_support("user space must reload", p, 0);
	user_image_free(&u);
	pseries_shutdown(p);
}

static void check_header_of(unsigned int nr_ranges)
{
	struct pseries_config config = { .possible_cores = 1 };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *mem = ranges_parse("", nr_ranges);
	const size_t size = elfcorehdr_bytes(nr_ranges);
	u8 *buf = calloc(1, size);
	unsigned int i;

	for (i = 0; i < nr_ranges; i++)
		mem->ranges[i] = (struct range){ i * 0x20000ULL,
						 i * 0x20000ULL + 0xffff };
	mem->nr_ranges = nr_ranges;
	assert_errno("build", -E2BIG, elfcorehdr_build(mem, false, buf, size));
	assert_u64("first byte", 0, buf[0]);
	free(buf);
	kvfree(mem);
	pseries_shutdown(p);
}

static void v10_header_of_65536_program_headers(void **state __always_unused)
{
	check_header_of(65534);
}

/* --- the header ---------------------------------------------------------- */

/* The walk over the header never went on from the first entry, a note: the
 * backup was not found, and for six years dumps had the capture kernel's own
 * first 64 KiB.
 */
static void kb_15_backup_never_found_at_load(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	assert_u64("offset of the first 64 KiB", p->image->arch.backup_start,
		   header_backup(pseries_bytes(p, p->elfcorehdr)));
	assert_true(p->image->arch.backup_start >= PSERIES_CRASHK_START);
	pseries_shutdown(p);
}

/* A memory event built the header anew and forgot the backup, as the kernel did
 * not even know it where user space had made the header.
 */
static void kb_16_backup_lost_at_a_memory_event(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;

	assert_errno("load", 0, pseries_load(p));
	pseries_offline(p, 0x40000000);
	assert_u64("kexec_file_load", p->image->arch.backup_start,
		   header_backup(pseries_bytes(p, p->elfcorehdr)));

	user_image_make(p, &u);
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	pseries_online(p, 0x40000000);
	assert_u64("kexec_load", USER_BACKUP_START,
		   header_backup(pseries_bytes(p, USER_HEADER)));
	user_image_free(&u);
	pseries_shutdown(p);
}

/* Too little of the segment was reserved in the capture kernel: it allocated
 * over the end of a header that had grown.
 */
static void kb_17_header_may_grow_into_free_memory(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 192 };
	struct pseries *p = pseries_boot(&config, NULL);
	const struct kexec_segment *s;
	uint64_t start, size;
	const void *fdt;
	const u8 *prop;
	int i, len;

	assert_errno("load", 0, pseries_load(p));
	s = &p->image->segment[p->elfcorehdr];
	fdt = pseries_bytes(p, p->fdt);
	assert_true(s->memsz > s->bufsz);
	prop = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
			   "linux,elfcorehdr", &len);
	assert_int_equal(len, 16);
	assert_u64("/chosen", s->mem, get_unaligned_be64(prop));
	assert_u64("/chosen", s->memsz, get_unaligned_be64(prop + 8));
	for (i = 0; i < fdt_num_mem_rsv(fdt); i++) {
		assert_int_equal(fdt_get_mem_rsv(fdt, i, &start, &size), 0);
		if (start == s->mem)
			break;
	}
	assert_u64("reserved from", s->mem, start);
	assert_u64("reserved", s->memsz, size);
	pseries_shutdown(p);
}

/* The count of program headers was kept in 16 bits and never looked at: 65536
 * of them are none, and the capture kernel refuses the header.
 */
static void kb_18_count_of_program_headers_wraps(void **state __always_unused)
{
	check_header_of(65533);
	check_header_of(65534);
	check_header_of(65536);
}

/* The block's own struct pages are not in the notified span: subtracting that
 * left the head of a removed block listed.
 */
static void kb_19_head_of_a_removed_block_stays(void **state __always_unused)
{
	/* 1 GiB blocks, whose struct pages take a section or less */
	static const u64 vmemmap[] = { 256 * 1024, 1 * MiB, 16 * MiB, 32 * MiB };
	const struct pseries_config config = {
		.memory = "0-3fffffff", .block_size = 1 * GiB, .no_rtas = true,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	size_t i;

	assert_errno("load", 0, pseries_load(p));
	for (i = 0; i < ARRAY_SIZE(vmemmap); i++) {
		assert_errno("add", 0, kernel_add_memory(p->kernel, 2 * GiB,
							 1 * GiB, 0));
		assert_errno("online", 0,
			     kernel_online_block(p->kernel, 2 * GiB, vmemmap[i]));
		assert_loads("online", "0-ffff 10000-1fffffff 30000000-3fffffff "
			     "80000000-bfffffff",
			     pseries_bytes(p, p->elfcorehdr));
		assert_errno("offline", 0,
			     kernel_offline_block(p->kernel, 2 * GiB, vmemmap[i]));
		assert_errno("remove", 0, kernel_remove_memory(p->kernel, 2 * GiB,
							       1 * GiB));
		assert_loads("removed", "0-ffff 10000-1fffffff 30000000-3fffffff",
			     pseries_bytes(p, p->elfcorehdr));
	}
	pseries_shutdown(p);
}

/* A block that is offline, but there, came back at the next event of another
 * one: the header told of the machine's history.
 */
static void kb_21_offline_block_comes_back(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	void *one, *two;

	assert_errno("load", 0, pseries_load(p));
	pseries_offline(p, 0x40000000);
	one = pseries_copy(p, p->elfcorehdr);
	pseries_offline(p, 0x60000000);
	pseries_online(p, 0x60000000);
	assert_loads("after another block's events", "0-ffff 10000-1fffffff "
		     "30000000-3fffffff 50000000-7fffffff",
		     pseries_bytes(p, p->elfcorehdr));
	assert_bytes("the same state, the same bytes", one,
		     pseries_bytes(p, p->elfcorehdr),
		     pseries_memsz(p, p->elfcorehdr));

	/* and two orders that lead to one state */
	pseries_offline(p, 0x60000000);
	two = pseries_copy(p, p->elfcorehdr);
	pseries_online(p, 0x40000000);
	pseries_offline(p, 0x40000000);
	assert_bytes("two orders", two, pseries_bytes(p, p->elfcorehdr),
		     pseries_memsz(p, p->elfcorehdr));
	free(one);
	free(two);
	pseries_shutdown(p);
}

/* The byte order in e_ident was always little: strict readers refuse a big
 * endian machine's header.
 */
static void kb_47_byte_order_of_another_machine(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	const u16 one = 1;
	const Elf64_Ehdr *ehdr;

	assert_errno("load", 0, pseries_load(p));
	ehdr = pseries_bytes(p, p->elfcorehdr);
	assert_u64("EI_DATA", *(const u8 *)&one ? ELFDATA2LSB : ELFDATA2MSB,
		   ehdr->e_ident[EI_DATA]);
	assert_u64("e_type in this byte order", ET_CORE, ehdr->e_type);
	pseries_shutdown(p);
}

/* Unplugging a block that is offline tells nobody: what listed it until then
 * went on listing memory that is gone, and the dump did not complete.
 */
static void kb_66_unplugged_offline_block_stays(void **state __always_unused)
{
	const struct pseries_config config = {
		.memory = "0-7fffffff", .no_rtas = true,
	};
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	pseries_add_memory(p, 0x80000000, 512 * MiB);
	pseries_offline(p, 0x80000000);
	/* events of others in between, as in the capture L */
	pseries_add_core(p, 1);
	pseries_offline(p, 0x90000000);
	kernel_clear_report(p->kernel);
	assert_errno("unplug", 0, kernel_remove_memory(p->kernel, 0x80000000,
						       512 * MiB));
	assert_u64("events told", 0, kernel_report(p->kernel)->events);
	assert_loads("unplugged", "0-ffff 10000-1fffffff 30000000-7fffffff",
		     pseries_bytes(p, p->elfcorehdr));
	pseries_shutdown(p);
}

/* --- the tree: who is in it ---------------------------------------------- */

static void check_both_cores(struct pseries *p)
{
	assert_cpus("made", "PowerPC,POWER9@0 PowerPC,POWER9@c0",
		    pseries_bytes(p, p->fdt));
}

/* The FDT had the CPUs of the boot only: a crash on one that came later hung
 * behind the purgatory's last message.
 */
static void kb_25_tree_of_the_boot_cpus(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 32, .smt = 8 };
	struct pseries *p = pseries_boot(&config, NULL);

	pseries_add_core(p, 24);
	/* before the refresh at the load's end could heal it */
	p->during_load = check_both_cores;
	assert_errno("load", 0, pseries_load(p));
	assert_live_cpus("loaded", p, pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* All children of /cpus were deleted to write the CPUs anew: no cache nodes any
 * more, and dangling phandles.
 */
static void kb_26_cache_nodes_deleted(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .caches = true };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	assert_cpus("loaded", "PowerPC,POWER9@0 PowerPC,POWER9@1 "
		    "l2-cache@2000 l2-cache@2001", pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* Only CPU nodes were copied from the live tree: the l2-cache of a new core
 * pointed nowhere.
 */
static void kb_36_caches_of_a_new_core_missing(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = pseries_boot(&config, NULL);
	const void *fdt, *l2;
	int node, len;

	assert_errno("load", 0, pseries_load(p));
	pseries_add_core(p, 3);
	fdt = pseries_bytes(p, p->fdt);
	node = fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@3");
	l2 = fdt_getprop(fdt, node, "l2-cache", &len);
	assert_non_null(l2);
	if (fdt_node_offset_by_phandle(fdt, get_unaligned_be32(l2)) < 0)
		fail_msg("no node has the phandle %#x",
			 get_unaligned_be32(l2));
	pseries_shutdown(p);
}

/* Nothing was done when a CPU went: its core's node stayed until the next one
 * came, and was stale when its id was used again.
 */
static void kb_38_removed_core_stays(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 3 };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	/* its node goes after its last event */
	pseries_remove_core(p, 1);
	assert_errno("another one down", 0, kernel_cpu_down(p->kernel, 2));
	assert_cpus("the next event", "PowerPC,POWER9@0 PowerPC,POWER9@2",
		    pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* No rewrite for a CPU number that had been up once: the number may be another
 * core's by now, and a crash on that one hangs.
 */
static void kb_40_number_reused_by_another_core(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	assert_errno("down", 0, kernel_cpu_down(p->kernel, 1));
	pseries_detach_nodes(p, 1);
	pseries_attach_nodes(p, 5);
	assert_errno("up", 0, kernel_cpu_up(p->kernel, 1, false));
	assert_cpus("CPU 1 is another core", "PowerPC,POWER9@0 PowerPC,POWER9@5",
		    pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* A node that an update without space had cut off before its device_type was
 * no CPU for the next one: it stayed for ever, and its CPU was not there.
 */
static void kb_67_half_a_node_stays(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	void *fdt;
	int node;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	node = fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@1");
	assert_int_equal(fdt_delprop(fdt, node, "device_type"), 0);
	pseries_add_core(p, 2);
	assert_cpus("half a node", "PowerPC,POWER9@0 PowerPC,POWER9@1 "
		    "PowerPC,POWER9@2", fdt);
	assert_live_cpus("half a node", p, fdt);
	pseries_shutdown(p);
}

/* --- the tree: what goes wrong ------------------------------------------- */

/* All CPU nodes were deleted and added again, as many as fitted: the newest
 * cores were missing in the image, and a crash there hung.
 */
static void kb_35_tree_with_some_of_the_cpus(void **state __always_unused)
{
	const struct pseries_config config = {
		.boot_cores = 4, .possible_cores = 12,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	unsigned int core;
	struct snapshot *s;
	void *fdt;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	/* space for one more */
	fdt_set_totalsize(fdt, fdt_off_dt_strings(fdt) +
			       fdt_size_dt_strings(fdt) + 320);
	pseries_add_core(p, 4);
	assert_live_cpus("with space", p, fdt);
	s = snapshot_take(p);
	for (core = 5; core < 12; core++)
		pseries_add_core(p, core);
	assert_changed("without space", s, p, 0);
	assert_support("without space", p, 0);
	pseries_shutdown(p);
}

/* "Not found" was used as an offset: CPU nodes next to the root's children, or
 * an internal error, in a tree without /cpus.
 */
static void kb_37_tree_without_cpus(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	void *fdt, *was, *new;
	struct snapshot *s;

	assert_errno("load", 0, pseries_load(p));
	was = pseries_copy(p, p->fdt);
	fdt = pseries_bytes(p, p->fdt);
	assert_int_equal(fdt_del_node(fdt, fdt_path_offset(fdt, "/cpus")), 0);

	new = malloc(fdt_totalsize(was));
	assert_errno("update", -ENOENT,
		     crash_fdt_update_cpus(fdt, fdt_totalsize(was), new));
	s = snapshot_take(p);
	pseries_add_core(p, 2);
	assert_changed("event", s, p, 0);
	assert_support("event", p, 0);
	free(new);
	free(was);
	pseries_shutdown(p);
}

/* Slip in a review: the tree was always packed, so that the first CPU found no
 * space.
 */
static void kb_39_packed_tree_has_no_space(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	pseries_add_core(p, 1);
	assert_support("one core", p, 1);
	assert_live_cpus("one core", p, pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* Another slip: "!index < 0" is never true, so that no segment at all was taken
 * for the one with the tree.
 */
static void kb_39_no_segment_is_taken_for_one(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;

	user_image_make(p, &u);
	u.segment[USER_FDT] = (struct user_segment){ "no tree", 8, 0x20000 };
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("no tree", p, 0);
	s = snapshot_take(p);
	pseries_add_core(p, 1);
	assert_changed("no tree", s, p, 0);
	user_image_free(&u);
	pseries_shutdown(p);
}

/* --- the tree: how large it is ------------------------------------------- */

/* a load that succeeds, and then all cores that are possible */
static void check_room(const char *what, const struct pseries_config *config,
		       unsigned int added_before)
{
	struct pseries *p = pseries_boot(config, NULL);
	const unsigned int all = p->config.possible_cores;
	unsigned int core = p->config.boot_cores;

	for (; added_before; added_before--)
		pseries_attach_core(p, core++);
	assert_errno(what, 0, pseries_load(p));
	assert_support(what, p, 1);
	assert_live_cpus(what, p, pseries_bytes(p, p->fdt));
	for (; core < all; core++)
		pseries_attach_core(p, core);
	if (all > p->config.boot_cores)
		assert_errno("up", 0,
			     kernel_cpu_up(p->kernel, (all - 1) * p->config.smt,
					   false));
	assert_support(what, p, 1);
	assert_live_cpus(what, p, pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* The list of reserved ranges was dereferenced where a machine has none. */
static void kb_24_no_reserved_ranges(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };

	check_room("nothing reserved", &config, 0);
}

/* The FDT was sized by the tree at boot: after many hot added CPUs no crash
 * kernel could be loaded.
 */
static void kb_27_no_room_for_cpus_since_boot(void **state __always_unused)
{
	const struct pseries_config config = {
		.possible_cores = 320, .boot_cores = 32,
	};

	check_room("288 cores since boot", &config, 288);
}

/* 1000 ranges that firmware keeps, every other page */
static void many_reserved_ranges(void *fdt)
{
	u8 *ranges = malloc(1000 * 16);
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		put_unaligned_be64(0x40000000 + i * 0x20000ULL, ranges + 16 * i);
		put_unaligned_be64(0x10000, ranges + 16 * i + 8);
	}
	assert_int_equal(fdt_setprop(fdt, 0, "reserved-ranges", ranges,
				     1000 * 16), 0);
	free(ranges);
}

/* The entries for reserved ranges, 16 bytes each, were not counted. */
static void kb_28_no_room_for_reserved_ranges(void **state __always_unused)
{
	const struct pseries_config config = {
		.edit_tree = many_reserved_ranges,
	};

	check_room("1000 reserved ranges", &config, 0);
}

/* The usable memory of each LMB was not counted: 32 KiB and more. */
static void kb_29_no_room_for_usable_memory(void **state __always_unused)
{
	const struct pseries_config config = { .nr_lmbs = 4096 };

	check_room("1 TiB of LMBs", &config, 0);
}

/* The estimate divided by the size of an LMB, which is 0 where there are none. */
static void kb_30_no_lmbs_division_by_zero(void **state __always_unused)
{
	const struct pseries_config config = { };

	check_room("no LMBs", &config, 0);
}

/* Then it counted the LMBs of the memory that was there, not of all that may
 * come, which the property has, too.
 */
static void kb_31_hot_pluggable_memory_not_counted(void **state __always_unused)
{
	const struct pseries_config config = {
		.memory = "0-ffffffff", .nr_lmbs = 4096, .lmbs_v1 = true,
	};

	check_room("4 GiB of at most 1 TiB", &config, 0);
}

/* And it took the size of the crash kernel's memory for where that ends: too
 * little where it lies high and LMBs are small.
 */
static void kb_32_usable_memory_ends_where_crashk_ends(void **state __always_unused)
{
	const struct pseries_config config = {
		.memory = "0-1ffffffff", .crashk_start = 4 * GiB,
		.lmb_size = 16 * MiB, .nr_lmbs = 512,
	};

	check_room("crash kernel at 4 GiB", &config, 0);
}

static void twenty_short_names(void *fdt)
{
	char name[8];
	unsigned int i;

	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "prop%02u", i);
		assert_int_equal(fdt_property_u32(fdt, name, i), 0);
	}
}

/* The estimate of a CPU node had no tags and no padding: too small where the
 * names of properties are short.
 */
static void kb_33_node_without_tags_and_padding(void **state __always_unused)
{
	const struct pseries_config config = {
		.possible_cores = 65, .put_in_cpu = twenty_short_names,
	};

	check_room("64 cores with short names", &config, 0);
}

/* The live tree's nodes have a "name", those of the boot FDT do not: rewriting
 * the same 192 nodes took 5376 bytes more than there were.
 */
static void kb_34_name_not_counted(void **state __always_unused)
{
	const struct pseries_config same = {
		.boot_cores = 192, .possible_cores = 192,
	};
	const struct pseries_config more = { .possible_cores = 256 };

	check_room("the same 192 cores", &same, 0);
	check_room("255 more", &more, 0);
}

static void memory_without_reg(void *fdt)
{
	int node = fdt_add_subnode(fdt, 0, "memory@f00000000");

	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "memory"),
			 0);
}

/* A memory node without "reg" was meant to be skipped, and ended the load. */
static void kb_54_memory_node_without_reg(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = memory_without_reg };

	check_room("no reg", &config, 0);
}

/* --- locks, order, lost events ------------------------------------------- */

/* Every event lost the memory of its list. */
static void kb_23_event_leaks_its_list(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	unsigned int i;

	assert_errno("load", 0, pseries_load(p));
	for (i = 0; i < 10; i++) {
		pseries_offline(p, 0x40000000);
		pseries_online(p, 0x40000000);
	}
	assert_u64("allocations", 0, kernel_lost_allocs(p->kernel, p->image));
	pseries_shutdown(p);
}

static void offline_a_block(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
}

/* An event while an image is being loaded found the lock busy and was lost: the
 * new image was stale from its first moment, and said that it was not.
 */
static void kb_41_event_lost_during_a_load(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);

	p->during_load = offline_a_block;
	assert_errno("load", 0, pseries_load(p));
	assert_u64("lost", 1, kernel_report(p->kernel)->lost);
	assert_loads("loaded", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));
	assert_support("loaded", p, 1);
	pseries_shutdown(p);
}

/* After an event that failed the image passed for up to date: nothing told user
 * space to reload, and later events were skipped.
 */
static void kb_43_failed_event_counts_as_done(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	kernel_fail_alloc(p->kernel, 1);
	pseries_offline(p, 0x40000000);
	kernel_fail_alloc(p->kernel, 0);
	assert_support("an event that failed", p, 0);
	pseries_shutdown(p);
}

/* There was no way back: an event that failed half-way left one segment new and
 * the other old, or none whole.
 */
static void kb_44_no_way_back(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct snapshot *s;
	void *fdt;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	fdt_set_totalsize(fdt, fdt_off_dt_strings(fdt) +
			       fdt_size_dt_strings(fdt));
	/* a lost event: both segments are to change, one cannot */
	pseries_offline_lost(p, 0x40000000);
	s = snapshot_take(p);
	pseries_add_core(p, 1);
	assert_changed("half an update", s, p, 0);
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	assert_errno("a crash", 0, kernel_crash_kexec(p->kernel));
	pseries_shutdown(p);
}

/* A handler took the memory hotplug lock for reading; its caller held it for
 * writing.
 */
static void kb_46_lock_that_the_caller_holds(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", 0, pseries_load(p));
	pseries_offline(p, 0x40000000);
	pseries_add_core(p, 1);
	pseries_check(p, "in events");
	pseries_shutdown(p);
}

/* The last segment that begins with an ELF magic was taken for the elfcorehdr:
 * a payload that is an ELF file was overwritten, and the header stayed old.
 */
static void kb_50_last_elf_file_taken_for_the_header(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_segment segments[5];
	u8 payload[256] = ELFMAG;
	struct user_image u;
	struct snapshot *s;

	user_image_make(p, &u);
	memcpy(segments, u.segment, sizeof(u.segment));
	segments[4] = (struct user_segment){ payload, sizeof(payload), 0x20000 };
	pseries_load_user(p, segments, 5, KEXEC_CRASH_HOTPLUG_SUPPORT);
	s = snapshot_take(p);
	pseries_offline(p, 0x40000000);
	assert_changed("two ELF files", s, p, 1 << USER_HEADER);
	assert_loads("two ELF files", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, USER_HEADER));
	user_image_free(&u);
	pseries_shutdown(p);
}

/* The first segment that begins with an FDT magic was taken for the tree. */
static void kb_50_first_fdt_taken_for_the_tree(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;
	void *overlay;

	user_image_make(p, &u);
	overlay = pseries_copy(p, p->fdt);
	assert_int_equal(fdt_del_node(overlay,
				      fdt_path_offset(overlay, "/cpus")), 0);
	u.segment[USER_KERNEL] = (struct user_segment){
		overlay, fdt_totalsize(overlay), 0
	};
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	s = snapshot_take(p);
	pseries_add_core(p, 1);
	assert_changed("two trees", s, p, 1 << USER_FDT);
	assert_live_cpus("two trees", p, pseries_bytes(p, USER_FDT));
	free(overlay);
	user_image_free(&u);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(kb_01_right_half_of_negative_size),
	cmocka_unit_test(kb_02_right_half_one_byte_too_long),
	cmocka_unit_test(kb_03_right_half_at_the_lists_end),
	cmocka_unit_test(kb_04_span_over_two_ranges_ignored),
	cmocka_unit_test(kb_05_full_list_used_after_it_moved),
	cmocka_unit_test(kb_06_merge_loses_what_is_around),
	cmocka_unit_test(kb_07_add_joins_only_one_neighbour),
	cmocka_unit_test(kb_08_exclude_stops_at_the_first_range),
	cmocka_unit_test(kb_09_exclude_stops_at_a_trimmed_range),
	cmocka_unit_test(kb_10_exclude_needs_a_sorted_list),
	cmocka_unit_test(kb_13_failed_growth_is_success),
	cmocka_unit_test(kb_15_backup_never_found_at_load),
	cmocka_unit_test(kb_16_backup_lost_at_a_memory_event),
	cmocka_unit_test(kb_17_header_may_grow_into_free_memory),
	cmocka_unit_test(kb_18_count_of_program_headers_wraps),
	cmocka_unit_test(kb_19_head_of_a_removed_block_stays),
	cmocka_unit_test(kb_21_offline_block_comes_back),
	cmocka_unit_test(kb_23_event_leaks_its_list),
	cmocka_unit_test(kb_24_no_reserved_ranges),
	cmocka_unit_test(kb_25_tree_of_the_boot_cpus),
	cmocka_unit_test(kb_26_cache_nodes_deleted),
	cmocka_unit_test(kb_27_no_room_for_cpus_since_boot),
	cmocka_unit_test(kb_28_no_room_for_reserved_ranges),
	cmocka_unit_test(kb_29_no_room_for_usable_memory),
	cmocka_unit_test(kb_30_no_lmbs_division_by_zero),
	cmocka_unit_test(kb_31_hot_pluggable_memory_not_counted),
	cmocka_unit_test(kb_32_usable_memory_ends_where_crashk_ends),
	cmocka_unit_test(kb_33_node_without_tags_and_padding),
	cmocka_unit_test(kb_34_name_not_counted),
	cmocka_unit_test(kb_35_tree_with_some_of_the_cpus),
	cmocka_unit_test(kb_36_caches_of_a_new_core_missing),
	cmocka_unit_test(kb_37_tree_without_cpus),
	cmocka_unit_test(kb_38_removed_core_stays),
	cmocka_unit_test(kb_39_packed_tree_has_no_space),
	cmocka_unit_test(kb_39_no_segment_is_taken_for_one),
	cmocka_unit_test(kb_40_number_reused_by_another_core),
	cmocka_unit_test(kb_41_event_lost_during_a_load),
	cmocka_unit_test(kb_43_failed_event_counts_as_done),
	cmocka_unit_test(kb_44_no_way_back),
	cmocka_unit_test(kb_46_lock_that_the_caller_holds),
	cmocka_unit_test(kb_47_byte_order_of_another_machine),
	cmocka_unit_test(kb_50_last_elf_file_taken_for_the_header),
	cmocka_unit_test(kb_50_first_fdt_taken_for_the_tree),
	cmocka_unit_test(kb_54_memory_node_without_reg),
	cmocka_unit_test(kb_66_unplugged_offline_block_stays),
	cmocka_unit_test(kb_67_half_a_node_stays),
	cmocka_unit_test(v1_remove_from_the_middle),
	cmocka_unit_test(v2_remove_across_a_border),
	cmocka_unit_test(v3_add_across_a_hole),
	cmocka_unit_test(v4_exclude_from_an_unsorted_list),
	cmocka_unit_test(v5_exclude_the_first_megabyte),
	cmocka_unit_test(v6_add_a_byte_that_is_there),
	cmocka_unit_test(v7_merge_what_lies_inside),
	cmocka_unit_test(v8_split_in_a_list_of_127),
	cmocka_unit_test(v9_rewrite_of_192_nodes),
	cmocka_unit_test(v10_header_of_65536_program_headers),
};

TEST_MAIN(tests)
