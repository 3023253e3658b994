// SPDX-License-Identifier: GPL-2.0-only
/*
 * The powerpc handlers of the user's kernel tree, function by function: known
 * defects of Linux 6.12.117 have to show exactly as they are there.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "pseries.h"
#include "shim_check.h"
#include "upstream.h"
#include "upstream_compat.h"

extern const struct handler_module handler_module_upstream_powerpc;

/* --- lists as the handlers keep them ---------------------------------------- */

static struct crash_mem *list(const char *text)
{
	struct crash_mem *parsed = ranges_parse(text, 0), *mem = NULL;

	do
		check(realloc_mem_ranges(&mem));
	while (mem->max_nr_ranges < parsed->nr_ranges);
	memcpy(mem->ranges, parsed->ranges,
	       parsed->nr_ranges * sizeof(*mem->ranges));
	mem->nr_ranges = parsed->nr_ranges;
	kvfree(parsed);
	return mem;
}

static int exclude_mem_range(struct crash_mem **mem, u64 base, u64 size)
{
	return crash_exclude_mem_range(*mem, base, base + size - 1);
}

static int merge(struct crash_mem **mem, u64 base __always_unused,
		 u64 size __always_unused)
{
	sort_memory_ranges(*mem, true);
	return 0;
}

/* expected is what 6.12.117 does, right or wrong */
static const struct vector {
	const char *what;
	int (*op)(struct crash_mem **mem, u64 base, u64 size);
	const char *before;
	u64 start, end;
	const char *expected;
} vectors[] = {
	{ "V1: removal in the middle: a byte too long, and at the end (KB-02, KB-03)",
	  remove_mem_range,
	  "0-ffff 10000-1fffffff 30000000-ffffffff 100000000-17fffffff",
	  0x80000000, 0x8fffffff,
	  "0-ffff 10000-1fffffff 30000000-7fffffff 100000000-17fffffff 90000000-100000000" },
	{ "V2: removal across two entries: nothing happens (KB-04)",
	  remove_mem_range,
	  "10000-3fffffff 40000000-7fffffff", 0x30000000, 0x4fffffff,
	  "10000-3fffffff 40000000-7fffffff" },
	{ "V3: an addition that joins two entries: overlap (KB-07)",
	  add_mem_range,
	  "10000-7ffffff 18000000-3fffffff", 0x7f00000, 0x180fffff,
	  "10000-180fffff 18000000-3fffffff" },
	{ "V4: exclusion in an unsorted list: nothing happens (KB-10)",
	  exclude_mem_range,
	  "10000-1fffffff 80000000-8fffffff 40000000-5fffffff",
	  0x40000000, 0x4fffffff,
	  "10000-1fffffff 80000000-8fffffff 40000000-5fffffff" },
	{ "V5: exclusion of two entries and a part (KB-08, KB-09: fixed)",
	  exclude_mem_range,
	  "1000-3efff 40000-9ffff 100000-3fffffff", 0, 0xfffff,
	  "100000-3fffffff" },
	{ "V6: an addition inside, by one byte: a second entry (KB-07)",
	  add_mem_range, "10000000-1fffffff", 0x1fffffff, 0x1fffffff,
	  "10000000-1fffffff 1fffffff-1fffffff" },
	{ "V7: merge of nested entries (KB-06: fixed)",
	  merge, "1000-9000 2000-5000 6000-8000", 0, 0, "1000-9000" },
};

static void ranges_change_as_in_6_12_117(void **state __always_unused)
{
	const struct vector *v;

	for (v = vectors; v < vectors + ARRAY_SIZE(vectors); v++) {
		struct crash_mem *mem = list(v->before);

		assert_errno(v->what, 0,
			     v->op(&mem, v->start, v->end - v->start + 1));
		assert_ranges(v->what, v->expected, mem);
		kfree(mem);
	}
}

/* --- V8: reading what was freed ------------------------------------------------ */

#define GUARD_SIZE 65536	/* pages of any size */

/* a full list in memory of its own, not to be touched once it is reallocated */
static struct crash_mem *guarded;
static volatile sig_atomic_t stale_accesses;

void *__real_krealloc(const void *p, size_t new_size, gfp_t flags);
void *__wrap_krealloc(const void *p, size_t new_size, gfp_t flags);

/* the old memory stays readable for who asks, as it mostly is in a kernel */
void *__wrap_krealloc(const void *p, size_t new_size, gfp_t flags)
{
	void *new;

	if (!p || p != guarded)
		return __real_krealloc(p, new_size, flags);
	new = kmalloc(new_size, flags);
	memcpy(new, p, MEM_RANGE_CHUNK_SZ);
	mprotect(guarded, GUARD_SIZE, PROT_NONE);
	return new;
}

static void on_segv(int sig, siginfo_t *info, void *ucontext __always_unused)
{
	const char *at = info->si_addr, *start = (const char *)guarded;

	if (at < start || at >= start + GUARD_SIZE) {
		signal(sig, SIG_DFL);
		return;
	}
	stale_accesses++;
	mprotect(guarded, GUARD_SIZE, PROT_READ | PROT_WRITE);
}

static void fill_guarded(void)
{
	u64 i;

	guarded = mmap(NULL, GUARD_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(guarded != MAP_FAILED);
	guarded->max_nr_ranges = 127;
	guarded->nr_ranges = 127;
	for (i = 0; i < 127; i++)
		guarded->ranges[i] = (struct range){
			i * 0x20000000, i * 0x20000000 + 0xfffffff
		};
}

static void v8_removal_from_a_full_list_reads_freed_memory(void **state
							   __always_unused)
{
	struct sigaction old, segv = {
		.sa_sigaction = on_segv,
		.sa_flags = SA_SIGINFO,
	};
	struct crash_mem *mem;

	fill_guarded();
	mem = guarded;
	stale_accesses = 0;
	sigaction(SIGSEGV, &segv, &old);
	check_ret(0, remove_mem_range(&mem, 0xa1000000, 0x1000000));
	sigaction(SIGSEGV, &old, NULL);

	check(stale_accesses > 0);
	check_num(128, mem->nr_ranges);
	check_num(0xa0000000, mem->ranges[5].start);
	check_num(0xa0ffffff, mem->ranges[5].end);
	check_num(0xa2000000, mem->ranges[127].start);
	check_num(0xb0000000, mem->ranges[127].end);
	kfree(mem);
	munmap(guarded, GUARD_SIZE);
	guarded = NULL;
}

/* --- V9: the FDT ---------------------------------------------------------------------- */

#define V9_NODES 192
#define V9_NODE_SIZE 632
#define V9_SPARE 4096

/* V9_NODE_SIZE bytes: 28 for the node, 12 and the value for each property */
static void put_cpu(void *fdt, unsigned int hwid)
{
	static const u8 features[V9_NODE_SIZE - 28 - 16 - 16 - 44 - 12];
	u8 threads[32] = { 0 };
	char name[32];

	snprintf(name, sizeof(name), "PowerPC,POWER9@%x", hwid);
	put_unaligned_be32(hwid, threads);
	check_ret(0, fdt_begin_node(fdt, name));
	check_ret(0, fdt_property_string(fdt, "device_type", "cpu"));
	check_ret(0, fdt_property_u32(fdt, "reg", hwid));
	check_ret(0, fdt_property(fdt, "ibm,ppc-interrupt-server#s", threads,
				  sizeof(threads)));
	check_ret(0, fdt_property(fdt, "ibm,pa-features", features,
				  sizeof(features)));
	check_ret(0, fdt_end_node(fdt));
}

static void *v9_tree(void)
{
	const size_t room = V9_NODES * V9_NODE_SIZE + 2 * V9_SPARE;
	void *fdt = malloc(room);
	unsigned int i;
	int cpus;

	check_ret(0, fdt_create(fdt, room));
	check_ret(0, fdt_finish_reservemap(fdt));
	check_ret(0, fdt_begin_node(fdt, ""));
	check_ret(0, fdt_begin_node(fdt, "cpus"));
	cpus = fdt_size_dt_struct(fdt);
	for (i = 0; i < V9_NODES; i++)
		put_cpu(fdt, 8 * i);
	check_num(V9_NODES * V9_NODE_SIZE, fdt_size_dt_struct(fdt) - cpus);
	check_ret(0, fdt_end_node(fdt));
	check_ret(0, fdt_end_node(fdt));
	check_ret(0, fdt_finish(fdt));
	check_ret(0, fdt_open_into(fdt, fdt, fdt_totalsize(fdt) + V9_SPARE));
	return fdt;
}

static void v9_rewriting_the_same_cpus_runs_out_of_space(void **state)
{
	void *fdt = v9_tree();
	unsigned int nr = 0;
	int node;

	check_ret(0, kernel_set_live_tree(*state, fdt, fdt_totalsize(fdt)));
	check_num((u64)-FDT_ERR_NOSPACE, (u64)update_cpus_node(fdt));
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus"))
		nr += !!fdt_getprop(fdt, node, "ibm,ppc-interrupt-server#s",
				    NULL);
	check_num(190, nr);
	free(fdt);
}

/* --- V10: the header ------------------------------------------------------------------ */

static void v10_the_number_of_headers_wraps(void **state)
{
	const unsigned int nr = 65534;
	const Elf64_Ehdr *ehdr;
	struct crash_mem *mem;
	unsigned long size;
	unsigned int i;
	void *buf;

	check_ret(0, kernel_set_cpu_possible(*state, 0, 0x1000));
	mem = kvzalloc(struct_size(mem, ranges, nr), GFP_KERNEL);
	mem->nr_ranges = nr;
	for (i = 0; i < nr; i++)
		mem->ranges[i] = (struct range){ i << 17, (i << 17) + 0xffff };
	check_ret(0, crash_prepare_elf64_headers(mem, false, &buf, &size));
	ehdr = buf;
	check_num(0, ehdr->e_phnum);
	check_num(ALIGN(64 + (nr + 3UL) * 56, 4096), size);
	kvfree(buf);
	kvfree(mem);
}

/* --- an event ----------------------------------------------------------------------- */

/* as captures/B-dimm-hotadd-remove, step 6 */
static void a_removed_block_leaves_a_byte_too_many(void **state __always_unused)
{
	struct pseries_config config = { .memory = "0-cfffffff" };
	struct pseries *p = pseries_boot(&config,
					 &handler_module_upstream_powerpc);

	check_ret(0, pseries_load(p));
	pseries_offline(p, 0xa0000000);
	assert_loads("block offline",
		     "0-ffff 10000-1fffffff 2fff0000-2fff07ff 30000000-9fffffff b0000000-d0000000",
		     pseries_bytes(p, p->elfcorehdr));
	pseries_online(p, 0xa0000000);
	assert_loads("block online",
		     "0-ffff 10000-1fffffff 2fff0000-2fff07ff 30000000-cfffffff",
		     pseries_bytes(p, p->elfcorehdr));
	pseries_add_core(p, 1);
	assert_cpus("core added", "PowerPC,POWER9@0 PowerPC,POWER9@1",
		    pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* --- what the tree asks of the kernel ------------------------------------------- */

static void put_u64(void *fdt, int node, const char *name, u64 value)
{
	check_ret(0, fdt_setprop_u64(fdt, node, name, value));
}

static void tell_where_things_lie(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	check_ret(0, fdt_setprop_string(fdt, chosen, "bootargs",
					"quiet retain_initrd"));
	put_u64(fdt, chosen, "linux,initrd-start", 0x8000000);
	put_u64(fdt, chosen, "linux,initrd-end", 0x80fffff);
	put_u64(fdt, chosen, "linux,htab-base", 0x7e000000);
	put_u64(fdt, chosen, "linux,htab-size", 0x1000000);
}

static void variables_come_from_the_device_tree(void **state __always_unused)
{
	struct pseries_config config = {
		.edit_tree = tell_where_things_lie,
		.boot_cores = 3,
	};
	struct pseries *p = pseries_boot(&config,
					 &handler_module_upstream_powerpc);
	struct crash_mem *mem = NULL;
	struct device_node *dn;
	char path[64];
	u64 base, size;

	kernel_set_text(p->kernel, 0, PAGE_OFFSET, 0x4000000);
	check_ret(0, get_exclude_memory_ranges(&mem));
	assert_ranges("exclude ranges",
		      "0-3ffffff 8000000-80fffff 2fff0000-2fff07ff 7e000000-7effffff",
		      mem);
	kfree(mem);
	check_num(3, boot_cpu_node_count);
	check(firmware_has_feature(FW_FEATURE_LPAR));

	dn = of_find_node_by_path("/memory@0");
	check_num(9, snprintf(path, 5, "%pOF", dn));
	check_str("/mem", path);
	check_num(9, snprintf(path, sizeof(path), "%pOF", dn));
	check_str("/memory@0", path);
	check_ret(0, of_property_read_reg(dn, 0, &base, &size));
	check_num(0, base);
	check_num(0x80000000, size);
	check_ret(-EINVAL, of_property_read_reg(dn, 1, &base, &size));
	of_node_put(dn);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	test(ranges_change_as_in_6_12_117),
	test(v8_removal_from_a_full_list_reads_freed_memory),
	test(v9_rewriting_the_same_cpus_runs_out_of_space),
	test(v10_the_number_of_headers_wraps),
	cmocka_unit_test(a_removed_block_leaves_a_byte_too_many),
	cmocka_unit_test(variables_come_from_the_device_tree),
};

int main(int argc, char **argv)
{
	if (!tests_select(argc > 1 ? argv[1] : NULL, tests, ARRAY_SIZE(tests)))
		return 1;
	return upstream_status(cmocka_run_group_tests(tests, NULL, NULL));
}
