// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shim keeps the kernel's contracts: what is allowed works as in 6.12,
 * and each contract that is broken here shows as a violation. A test that
 * wants one names it; one that nobody asked for fails the test that caused it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim_check.h"

/* an image with an elfcorehdr in segment 1, published */
static struct kimage *load(struct kernel *k, struct kimage *image)
{
	*image = (struct kimage){
		.nr_segments = 2,
		.segment = {
			{ .mem = RAM_BASE, .memsz = 0x10000 },
			{ .mem = RAM_BASE + 0x10000, .memsz = 0x10000 },
		},
		.file_mode = 1,
		.hotplug_support = 1,
		.elfcorehdr_index = -1,
	};
	memcpy(ram + 0x10000, ELFMAG, SELFMAG);
	check(kernel_kexec_trylock(k));
	kernel_publish_image(k, image);
	kernel_kexec_unlock(k);
	return image;
}

static void add_cpu(struct kernel *k, unsigned int cpu, bool online)
{
	check_ret(0, kernel_set_cpu_possible(k, cpu, 0x1000 + cpu * 0x1000));
	check_ret(0, kernel_set_cpu_present(k, cpu, true));
	if (online)
		check_ret(0, kernel_boot_cpu(k, cpu));
}

/* --- kernels ------------------------------------------------------------------ */

static void impossible_configurations_are_refused(void **state __always_unused)
{
	struct kernel_config c = test_config;
	struct handler_module h = test_handlers;

	c.page_shift = 13;
	check(!kernel_create(&c, &test_handlers));
	c = test_config;
	c.block_size = 8 * MIB;		/* half a section */
	check(!kernel_create(&c, &test_handlers));
	c = test_config;
	c.nr_cpus = 0;
	check(!kernel_create(&c, &test_handlers));
	c = test_config;
	c.map = NULL;
	check(!kernel_create(&c, &test_handlers));
	h.abi++;
	check(!kernel_create(&test_config, &h));
	h = test_handlers;
	h.kimage_size++;
	check(!kernel_create(&test_config, &h));
}

static void configuration_is_the_kernels_own(void **state)
{
	struct kernel *k = *state;

	check_num(16, PAGE_SHIFT);
	check_num(8192, CONFIG_CRASH_MAX_MEMORY_RANGES);
	check_num(64, NR_CPUS);
	check_num(8, threads_per_core);
	check_num(256 * MIB, memory_block_size_bytes());
	kernel_set_crashk(k, 0x10000000, 0x1fffffff);
	kernel_set_crashk_low(k, 0x8000000, 0x8ffffff);
	check_num(0x10000000, crashk_res.start);
	check_num(0x10000000, resource_size(&crashk_res));
	check_num(0x8ffffff, crashk_low_res.end);
}

static void two_kernels_share_nothing(void **state)
{
	struct kernel *a = *state, *b;
	struct kernel_config c = test_config;
	void *p;

	c.page_shift = 12;
	b = kernel_create(&c, NULL);
	check_num(0x10000, PAGE_SIZE);
	p = kmalloc(10, GFP_KERNEL);
	get_online_mems();

	check(kernel_switch(b) == a);
	check_num(0x1000, PAGE_SIZE);
	check_num(0, kernel_live_allocs(b));
	lockdep_assert_mem_hotplug_stable();
	check_violations(b, "lockdep_assert_mem_hotplug_stable()");
	kfree(p);
	check_violations(b, "kfree() of what is not allocated");
	check_num(0xe220a8397b1dcdaf, get_random_u64());

	/* whatever is done to another kernel, the current one stays */
	check_num(4711, kernel_elfcorehdr_size_attr(a));
	check_num(0, kernel_elfcorehdr_size_attr(b));
	check_num(0, kernel_crash_hotplug_attr(a));
	add_cpu(a, 0, false);
	check_ret(0, kernel_cpu_up(a, 0, false));
	check(kernel_switch(a) == b);
	check_num(0xe220a8397b1dcdaf, get_random_u64());
	put_online_mems();
	kfree(p);
	kernel_destroy(b);
}

static void a_destroyed_kernel_gives_all_back(void **state __always_unused)
{
	struct kernel *k = kernel_create(&test_config, &test_handlers);

	kernel_switch(k);
	(void)!kmalloc(100, GFP_KERNEL);
	(void)!kvzalloc(100, GFP_KERNEL);
	(void)!memremap(RAM_BASE, 1, MEMREMAP_WB);
	pr_info("a line\n");
	kernel_add_violation(k, "one");
	kernel_destroy(k);
}

/* --- report, log ------------------------------------------------------------- */

static void violations_are_written_down(void **state)
{
	struct kernel *k = *state;
	unsigned int i;

	kernel_add_violation(k, "a%d", 1);
	kernel_add_violation(k, "a%d", 1);
	kernel_add_violation(k, "b");
	kernel_add_violation(k, "a%d", 1);
	check(!kernel_violation(k, 3));
	check_violations(k, "a1", "b", "a1");
	check(WARN_ON(1 == 1));
	check(!WARN_ON(1 == 2));
	check_violations(k, "WARN_ON(1 == 1) at test_shim.c:");

	for (i = 0; i < 1000; i++)
		kernel_add_violation(k, "%u", i);
	check_num(256, kernel_report(k)->violations);
	check_str("255", kernel_violation(k, 255));
	kernel_clear_report(k);
	check_num(0, kernel_report(k)->violations);
}

static void log_keeps_the_last_lines(void **state)
{
	struct kernel *k = *state;
	unsigned int i;

	pr_err("one %d\n", 1);
	pr_warn("two");
	pr_info("three\n");
	pr_debug("four\n");
	check_num(4, kernel_nr_log(k));
	check_str("<3>one 1", kernel_log_line(k, 0));
	check_str("<4>two", kernel_log_line(k, 1));
	check_str("<6>three", kernel_log_line(k, 2));
	check_str("<7>four", kernel_log_line(k, 3));
	check(!kernel_log_line(k, 4));

	for (i = 0; i < 5000; i++)
		pr_info("%u\n", i);
	check_num(1024, kernel_nr_log(k));
	check_str("<6>3976", kernel_log_line(k, 0));
	check_str("<6>4999", kernel_log_line(k, 1023));
	kernel_clear_report(k);
	check_num(0, kernel_nr_log(k));
}

/* --- slab ------------------------------------------------------------------------ */

static void allocations_are_counted(void **state)
{
	struct kernel *k = *state;
	char *a = kmalloc(10, GFP_KERNEL);
	char *b = kvzalloc(20, GFP_KERNEL);
	char *c = kasprintf(GFP_KERNEL, "%s-%d", "abc", 7);

	check_num(3, kernel_live_allocs(k));
	check_num(10 + 20 + 6, kernel_live_alloc_bytes(k));
	check_str("abc-7", c);
	check_num(0, b[19]);
	memset(a, 'x', 10);
	a = krealloc(a, 30, GFP_KERNEL);
	check(!memcmp(a, "xxxxxxxxxx", 10));
	a = krealloc(a, 3, GFP_KERNEL);
	check_num(3 + 20 + 6, kernel_live_alloc_bytes(k));
	kfree(a);
	kvfree(b);
	kfree(c);
	kfree(NULL);
	kvfree(NULL);
	vfree(NULL);
	check_num(0, kernel_live_alloc_bytes(k));
	check(!kvmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	check(!kvcalloc(SIZE_MAX / 2, 3, GFP_KERNEL));
	check_violations(k, "kvmalloc() of 18446744073709551615 bytes");
}

static void *alloc_by(unsigned int how)
{
	switch (how) {
	case 0: return kmalloc(8, GFP_KERNEL);
	case 1: return kzalloc(8, GFP_KERNEL);
	case 2: return kvmalloc(8, GFP_KERNEL);
	case 3: return kvzalloc(8, GFP_KERNEL);
	case 4: return kvmalloc_array(2, 4, GFP_KERNEL);
	case 5: return kvcalloc(2, 4, GFP_KERNEL);
	case 6: return krealloc(NULL, 8, GFP_KERNEL);
	case 7: return kmemdup("1234567", 8, GFP_KERNEL);
	case 8: return kasprintf(GFP_KERNEL, "%d", 1234567);
	default: return vzalloc(8);
	}
}

static void every_allocation_can_fail(void **state)
{
	struct kernel *k = *state;
	unsigned int nth, how;
	void *p;

	for (nth = 0; nth <= 10; nth++) {
		kernel_fail_alloc(k, nth);
		for (how = 0; how < 10; how++) {
			p = alloc_by(how);
			check_num(how + 1 != nth, p != NULL);
			kvfree(p);
		}
		check_num(10, kernel_alloc_count(k));
	}
}

/* what is read of an allocation of 24 bytes */
enum touch { TOUCH_INSIDE, TOUCH_FREED, TOUCH_MOVED, TOUCH_BEHIND };

static bool survives(struct kernel *k, enum touch touch)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		volatile char *p = kmalloc(24, GFP_KERNEL);

		/* a sanitizer's report is no news */
		fclose(stderr);
		if (touch == TOUCH_FREED)
			kfree((void *)p);
		if (touch == TOUCH_MOVED)
			kfree(krealloc((void *)p, 48, GFP_KERNEL));
		_exit(p[touch == TOUCH_BEHIND ? 24 : 23] != 0);
	}
	check(pid > 0 && waitpid(pid, &status, 0) == pid);
	check(kernel_live_allocs(k) == 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void guarded_memory_is_gone_when_it_is_freed(void **state)
{
	struct kernel *k = *state;
	void *before = kmalloc(10, GFP_KERNEL);
	unsigned int i;

	check(kernel_guard_alloc(k));
	kfree(before);
	check(survives(k, TOUCH_INSIDE));
	check(!survives(k, TOUCH_FREED));
	check(!survives(k, TOUCH_MOVED));
	check(!survives(k, TOUCH_BEHIND));
	/* more than are kept back */
	for (i = 0; i < 5000; i++)
		kfree(kzalloc(i, GFP_KERNEL));
	check(kernel_live_allocs(k) == 0);
}

static void failing_krealloc_leaves_the_old_block(void **state)
{
	struct kernel *k = *state;
	char *p = kmemdup("old", 4, GFP_KERNEL);

	kernel_fail_alloc(k, 1);
	check(!krealloc(p, 1000, GFP_KERNEL));
	check_str("old", p);
	check_num(4, kernel_live_alloc_bytes(k));
	kfree(p);
}

static void misuse_of_slab_is_found(void **state)
{
	struct kernel *k = *state;
	char local, *p = kmalloc(8, GFP_KERNEL);

	kfree(&local);
	check_violations(k, "kfree() of what is not allocated");
	kfree(p);
	kvfree(p);
	check_violations(k, "kvfree() of what is not allocated");
	check(!krealloc(p, 1, GFP_KERNEL));
	check_violations(k, "krealloc() of what is not allocated");
	kfree(kvmalloc(8, GFP_KERNEL));
	check_violations(k, "kfree() of memory from kvmalloc()");
	vfree(kmalloc(8, GFP_KERNEL));
	check_violations(k, "vfree() of memory from kmalloc()");
	kfree(krealloc(vzalloc(8), 16, GFP_KERNEL));
	check_violations(k, "krealloc() of memory from vmalloc()");
	kvfree(vzalloc(8));
	check(!kmalloc(4 * MIB + 1, GFP_KERNEL));
	check_violations(k, "kmalloc() of 4194305 bytes, the limit is 4194304");
}

/* --- sort ------------------------------------------------------------------------ */

static int compare_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static unsigned int nr_swaps;

static void counting_swap(void *a, void *b, int size)
{
	u32 tmp = *(u32 *)a;

	check_num(4, size);
	*(u32 *)a = *(u32 *)b;
	*(u32 *)b = tmp;
	nr_swaps++;
}

static void sort_sorts(void **state __always_unused)
{
	u32 v[50], i, n;

	for (n = 0; n < 50; n++) {
		for (i = 0; i < n; i++)
			v[i] = get_random_u64() % 30;
		nr_swaps = 0;
		sort(v, n, sizeof(*v), compare_u32,
		     n % 2 ? counting_swap : NULL);
		check_num(n % 2 && n > 1, nr_swaps > 0);
		for (i = 1; i < n; i++)
			check(v[i - 1] <= v[i]);
	}
}

/* elements of several words, and the same that are no multiple of a word */
static void sort_moves_whole_elements(void **state __always_unused)
{
	struct {
		u32 key[4];
	} __attribute__((__aligned__(8))) four[64];
	struct {
		u32 key[3];
	} three[64];
	u32 i, j;

	for (i = 0; i < 64; i++) {
		four[i].key[0] = three[i].key[0] = i * 37 % 64;
		for (j = 1; j < 4; j++)
			four[i].key[j] = four[i].key[0] + j;
		for (j = 1; j < 3; j++)
			three[i].key[j] = three[i].key[0] + j;
	}
	sort(four, 64, sizeof(*four), compare_u32, NULL);
	sort(three, 64, sizeof(*three), compare_u32, NULL);
	for (i = 0; i < 64; i++) {
		for (j = 0; j < 4; j++)
			check_num(i + j, four[i].key[j]);
		for (j = 0; j < 3; j++)
			check_num(i + j, three[i].key[j]);
	}
}

static void random_bytes_come_from_the_same_source(void **state)
{
	u8 bytes[17] = "................";
	u64 first, second;

	get_random_bytes(bytes, 11);
	check(!memcmp(bytes + 11, ".....", 6));
	teardown_kernel(state);
	setup_kernel(state);
	first = get_random_u64();
	second = get_random_u64();
	check(!memcmp(bytes, &first, 8));
	check(!memcmp(bytes + 8, &second, 3));
}

/* --- locks ----------------------------------------------------------------------- */

struct lock_case {
	const char *name;
	void (*calls[4])(void);
	const char *violation;	/* NULL: all is well */
};

static spinlock_t spinlock;

static void spin_init(void)
{
	spin_lock_init(&spinlock);
}

static void spin_forget(void)
{
	memset(&spinlock, 0, sizeof(spinlock));
}

static void spin_take(void)
{
	spin_lock(&spinlock);
}

static void spin_give(void)
{
	spin_unlock(&spinlock);
}

static void allocate(void)
{
	kvfree(kvmalloc(1, GFP_KERNEL));
}

static const struct lock_case lock_cases[] = {
	{ "CPUs", { cpus_read_lock, cpus_read_unlock }, NULL },
	{ "memory", { get_online_mems, put_online_mems }, NULL },
	{ "both in order", { cpus_read_lock, get_online_mems,
			     put_online_mems, cpus_read_unlock }, NULL },
	{ "both, the wrong way round", { get_online_mems, cpus_read_lock,
					 cpus_read_unlock, put_online_mems },
	  "cpus_read_lock() after get_online_mems()" },
	{ "CPUs twice", { cpus_read_lock, cpus_read_lock,
			  cpus_read_unlock, cpus_read_unlock },
	  "cpus_read_lock() taken twice" },
	{ "memory twice", { get_online_mems, get_online_mems,
			    put_online_mems, put_online_mems },
	  "get_online_mems() taken twice" },
	{ "CPUs unlocked only", { cpus_read_unlock },
	  "cpus_read_unlock() of a lock that is not held" },
	{ "memory unlocked only", { put_online_mems },
	  "put_online_mems() of a lock that is not held" },
	{ "stable under memory lock", { get_online_mems,
					lockdep_assert_mem_hotplug_stable,
					put_online_mems }, NULL },
	{ "spinlock", { spin_init, spin_take, spin_give, allocate }, NULL },
	{ "spinlock twice", { spin_take, spin_take, spin_give },
	  "spin_lock() deadlocks" },
	{ "spinlock unlocked only", { spin_give },
	  "spin_unlock() of a lock that is not held" },
	{ "sleeps with a spinlock", { spin_take, allocate, spin_give },
	  "kvmalloc() with a spinlock held" },
	{ "spinlock not initialised", { spin_forget, spin_take, spin_give },
	  "spin_lock() of a lock that was not initialised" },
	{ "not stable under CPU lock for reading", {
	  cpus_read_lock, lockdep_assert_mem_hotplug_stable,
	  cpus_read_unlock }, "lockdep_assert_mem_hotplug_stable() while" },
};

static void locks_by_table(void **state)
{
	struct kernel *k = *state;
	const struct lock_case *c;
	unsigned int i;

	for (c = lock_cases; c < lock_cases + ARRAY_SIZE(lock_cases); c++) {
		for (i = 0; i < 4 && c->calls[i]; i++)
			c->calls[i]();
		if (kernel_report(k)->violations != !!c->violation)
			print_error("case: %s\n", c->name);
		if (c->violation)
			check_violations(k, c->violation);
		else
			check_violations(k);
	}
}

static void take_mem_lock(struct kimage *i __always_unused,
			  void *arg __always_unused)
{
	get_online_mems();
	put_online_mems();
}

static void take_cpu_lock(struct kimage *i __always_unused,
			  void *arg __always_unused)
{
	cpus_read_lock();
	cpus_read_unlock();
}

static void keep_spinlock(struct kimage *i __always_unused,
			  void *arg __always_unused)
{
	spin_init();
	spin_take();
}

static void read_attribute(struct kimage *i __always_unused,
			   void *arg __always_unused)
{
	struct kernel *k = kernel_switch(NULL);

	kernel_switch(k);
	kernel_crash_hotplug_attr(k);
}

static void assert_stable(struct kimage *i __always_unused,
			  void *arg __always_unused)
{
	phys_addr_t start, end;
	u64 n;

	lockdep_assert_mem_hotplug_stable();
	for_each_mem_range(n, &start, &end)
		pfn_to_online_page(PHYS_PFN(start));
}

/* which locks an event's notifiers run under, seen from inside */
static void events_hold_their_locks(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	load(k, &image);
	add_cpu(k, 0, true);
	add_cpu(k, 1, false);
	check_ret(0, kernel_add_memory(k, 4 * GIB, 256 * MIB, 0));

	on_event = take_cpu_lock;
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_violations(k, "cpus_read_lock() deadlocks");
	check_ret(0, kernel_cpu_down(k, 1));
	check_violations(k, "cpus_read_lock() deadlocks");
	on_event = take_mem_lock;
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_ret(0, kernel_cpu_down(k, 1));
	check_violations(k);
	on_event = read_attribute;
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_ret(0, kernel_cpu_down(k, 1));
	check_violations(k, "crash hotplug mutex taken twice");
	on_event = take_mem_lock;

	/* the deadlock of one arm64 proposal */
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check_violations(k, "get_online_mems() deadlocks");
	on_event = take_cpu_lock;
	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
	check_violations(k, "cpus_read_lock() taken twice");

	on_event = keep_spinlock;
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_violations(k, "keeps 1 spinlock(s)");
	check_ret(0, kernel_cpu_down(k, 1));
	check_violations(k, "keeps 1 spinlock(s)");

	/* what went wrong leaves no lock behind */
	on_event = assert_stable;
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_violations(k);
}

static void hotplug_inside_a_lock_is_found(void **state)
{
	struct kernel *k = *state;

	add_cpu(k, 0, true);
	add_cpu(k, 1, false);
	check_ret(0, kernel_add_memory(k, 0, 256 * MIB, 0));
	cpus_read_lock();
	check_ret(0, kernel_cpu_up(k, 1, false));
	check_violations(k, "CPU hotplug deadlocks");
	cpus_read_unlock();
	get_online_mems();
	check_ret(0, kernel_online_block(k, 0, 0));
	check_violations(k, "memory hotplug deadlocks");
	put_online_mems();
}

/* --- memory ------------------------------------------------------------------------ */

/* in blocks of 256 MiB: first+count@node */
static const char *memblock_text(struct kernel *k)
{
	static char text[512];
	const u64 b = 256 * MIB;
	unsigned int i;
	u64 start, size;
	int nid;

	text[0] = '\0';
	for (i = 0; i < kernel_nr_memblock(k); i++) {
		kernel_memblock(k, i, &start, &size, &nid);
		sprintf(text + strlen(text), "%s%llu+%llu@%d%s", i ? " " : "",
			start / b, size / b, nid,
			start % b || size % b ? "(odd)" : "");
	}
	return text;
}

#define check_memblock(k, expected) check_str(expected, memblock_text(k))

static void memblock_is_sorted_and_merged(void **state)
{
	struct kernel *k = *state;
	const u64 b = 256 * MIB;

	/*        0   1   2   3   4   5   6   7
	 *      |-------|       |---|   |---|
	 */
	check_ret(0, kernel_boot_memory(k, 6 * b, b, 1));
	check_ret(0, kernel_boot_memory(k, 0, 2 * b, 0));
	check_ret(0, kernel_add_memory(k, 4 * b, b, 0));
	check_memblock(k, "0+2@0 4+1@0 6+1@1");

	/* joined on both sides; touching another node stays apart */
	check_ret(0, kernel_add_memory(k, 2 * b, 2 * b, 0));
	check_memblock(k, "0+5@0 6+1@1");
	check_ret(0, kernel_add_memory(k, 5 * b, b, 0));
	check_memblock(k, "0+6@0 6+1@1");

	/* out of the middle, from an end, a whole region, across two */
	check_ret(0, kernel_remove_memory(k, 3 * b, b));
	check_memblock(k, "0+3@0 4+2@0 6+1@1");
	check_ret(0, kernel_remove_memory(k, 4 * b, b));
	check_memblock(k, "0+3@0 5+1@0 6+1@1");
	check_ret(0, kernel_offline_block(k, 6 * b, 0));
	check_ret(0, kernel_remove_memory(k, 5 * b, 2 * b));
	check_memblock(k, "0+3@0");
	check_ret(0, kernel_add_memory(k, 3 * b, b, 1));
	check_memblock(k, "0+3@0 3+1@1");
}

/* one entry per block: '0' + node, ' ' for none; online or not */
#define MODEL_BLOCKS 24

struct model {
	char nid[MODEL_BLOCKS + 1];
	bool online[MODEL_BLOCKS];
};

static unsigned int pick(unsigned int below)
{
	return get_random_u64() % below;
}

static void add_or_remove(struct kernel *k, struct model *m, unsigned int i)
{
	unsigned int j, n = 1 + pick(MODEL_BLOCKS - i) % 5, there = 0;
	const u64 b = 256 * MIB;
	bool online = false;
	int nid = pick(2);

	for (j = i; j < i + n; j++) {
		there += m->nid[j] != ' ';
		online |= m->online[j];
	}
	if (pick(2)) {
		check_ret(there ? -EEXIST : 0,
			  kernel_add_memory(k, i * b, n * b, nid));
		if (!there)
			memset(&m->nid[i], '0' + nid, n);
	} else {
		check_ret(there < n ? -EINVAL : online ? -EBUSY : 0,
			  kernel_remove_memory(k, i * b, n * b));
		if (there == n && !online)
			memset(&m->nid[i], ' ', n);
	}
}

static void change_block(struct kernel *k, struct model *m, unsigned int i)
{
	const u64 b = 256 * MIB;
	bool on = m->nid[i] != ' ' && !m->online[i];

	if (pick(2)) {
		check_ret(on ? 0 : -EINVAL, kernel_online_block(k, i * b, 0));
		m->online[i] |= on;
	} else {
		check_ret(m->online[i] ? 0 : -EINVAL,
			  kernel_offline_block(k, i * b, 0));
		m->online[i] = false;
	}
}

static void check_model(struct kernel *k, const struct model *m)
{
	char got[MODEL_BLOCKS + 1] = "";
	const u64 b = 256 * MIB;
	unsigned int i, j;
	u64 start, size;
	int nid;

	memset(got, ' ', MODEL_BLOCKS);
	for (i = 0; i < kernel_nr_memblock(k); i++) {
		kernel_memblock(k, i, &start, &size, &nid);
		j = start / b;
		check(!j || got[j - 1] != '0' + nid);	/* merged */
		memset(got + j, '0' + nid, size / b);
	}
	check_str(m->nid, got);
	for (i = 0; i < MODEL_BLOCKS; i++)
		check_num(m->online[i], kernel_range_online(k, i * b, b));
}

static void memory_agrees_with_a_simple_model(void **state)
{
	struct kernel *k = *state;
	struct model m = { };
	unsigned int step;

	memset(m.nid, ' ', MODEL_BLOCKS);
	for (step = 0; step < 20000; step++) {
		if (pick(2))
			add_or_remove(k, &m, pick(MODEL_BLOCKS));
		else
			change_block(k, &m, pick(MODEL_BLOCKS));
		check_model(k, &m);
	}
}

static void impossible_memory_is_refused(void **state)
{
	struct kernel *k = *state;
	const u64 b = 256 * MIB;

	check_ret(0, kernel_boot_memory(k, 0, 4 * b, 0));
	check_ret(-EEXIST, kernel_boot_memory(k, 3 * b, 2 * b, 0));
	check_ret(-EEXIST, kernel_add_memory(k, 3 * b, 2 * b, 0));
	check_ret(-EINVAL, kernel_boot_memory(k, 4 * b, 0, 0));
	check_ret(-EINVAL, kernel_add_memory(k, 4 * b, 0, 0));
	check_ret(-EINVAL, kernel_add_memory(k, 4 * b, b / 2, 0));
	check_ret(-EINVAL, kernel_add_memory(k, 4 * b + 4096, b, 0));
	check_ret(-EINVAL, kernel_add_memory(k, -b, 2 * b, 0));
	check_ret(-EINVAL, kernel_add_memory(k, 1ULL << 52, b, 0));
	check_ret(-EBUSY, kernel_remove_memory(k, 3 * b, b));
	check_ret(0, kernel_offline_block(k, 3 * b, 0));
	check_ret(-EBUSY, kernel_remove_memory(k, 2 * b, 2 * b));
	check_ret(-EINVAL, kernel_remove_memory(k, 3 * b, 2 * b));
	check_ret(-EINVAL, kernel_remove_memory(k, 3 * b, 0));

	/* blocks: not there, not aligned, not in that state, all vmemmap */
	check_ret(-EINVAL, kernel_online_block(k, 4 * b, 0));
	check_ret(-EINVAL, kernel_online_block(k, 2 * b, 0));
	check_ret(-EINVAL, kernel_online_block(k, 3 * b, b));
	check_ret(-EINVAL, kernel_online_block(k, 3 * b, 4096));
	check_ret(-EINVAL, kernel_offline_block(k, 3 * b, 0));
	check_ret(-EINVAL, kernel_offline_block(k, b / 2, 0));
	check_memblock(k, "0+4@0");
	check_num(1, kernel_report(k)->events);		/* the one that was possible */
}

/*
 * What a memory event finds: the action, the span of pages, the block at
 * 4 GiB in memblock or not, its first, second and last section online or not.
 */
static char seen[128];

static char online_at(u64 phys)
{
	return pfn_to_online_page(PHYS_PFN(phys)) ? '+' : '-';
}

static void see_memory_event(struct kimage *image, void *arg)
{
	const struct memory_notify *mn = arg;
	u64 b = 4 * GIB, start, end, i;
	bool there = false;

	for_each_mem_range(i, &start, &end)
		there |= start <= b && b + 256 * MIB <= end;
	sprintf(seen + strlen(seen), "%s %lx+%lx%s %c%c%c ",
		image->hp_action == KEXEC_CRASH_HP_ADD_MEMORY ? "add" :
		image->hp_action == KEXEC_CRASH_HP_REMOVE_MEMORY ? "remove" :
		"?", mn->start_pfn, mn->nr_pages, there ? "" : " gone",
		online_at(b), online_at(b + 16 * MIB), online_at(b + 255 * MIB));
}

static void blocks_change_state_before_the_event(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	load(k, &image);
	on_event = see_memory_event;
	seen[0] = '\0';
	check_ret(0, kernel_add_memory(k, 4 * GIB, 512 * MIB, 0));
	check(!kernel_range_online(k, 4 * GIB, 1));

	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check(kernel_range_online(k, 4 * GIB, 256 * MIB));
	check(!kernel_range_online(k, 4 * GIB, 256 * MIB + 1));
	check(kernel_range_online(k, 4 * GIB + 256 * MIB - 1, 1));

	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
	check_str("add 10000+1000 +++ remove 10000+1000 --- ", seen);
}

/*
 * memmap_on_memory: 20 MiB of struct pages at the block's head fill one
 * section of 16 MiB and a part of the next.
 */
static void sections_of_struct_pages_go_last(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	load(k, &image);
	on_event = see_memory_event;
	seen[0] = '\0';
	check_ret(0, kernel_add_memory(k, 4 * GIB, 256 * MIB, 0));
	check_ret(0, kernel_online_block(k, 4 * GIB, 20 * MIB));
	check_ret(0, kernel_offline_block(k, 4 * GIB, 20 * MIB));
	check_str("add 10140+ec0 +++ remove 10140+ec0 +-- ", seen);
	check(!kernel_range_online(k, 4 * GIB, 1));
}

static void sections_that_are_there_in_part_are_online(void **state)
{
	struct kernel *k = *state;

	/* x86's hole below 1 MiB, and a ragged end */
	check_ret(0, kernel_boot_memory(k, 0x1000, 0x9e000, 0));
	check_ret(0, kernel_boot_memory(k, MIB, 20 * MIB - 0x1000, 0));
	get_online_mems();
	check(pfn_to_online_page(0));
	check(pfn_to_online_page(PHYS_PFN(0xa0000)));
	check(pfn_to_online_page(PHYS_PFN(32 * MIB - 1)));
	check(!pfn_to_online_page(PHYS_PFN(32 * MIB)));
	put_online_mems();
	check_ret(0, kernel_boot_memory(k, GIB, GIB, 0));
	get_online_mems();
	check(!pfn_to_online_page(PHYS_PFN(32 * MIB)));
	check(pfn_to_online_page(PHYS_PFN(GIB)));
	put_online_mems();
}

static void layout_must_be_held_still(void **state)
{
	struct kernel *k = *state;
	phys_addr_t start, end;
	u64 i = 0;

	check_ret(0, kernel_boot_memory(k, 0, GIB, 0));
	check(shim_next_mem_range(&i, &start, &end));
	check_num(GIB, end);
	check_violations(k, "walk over memblock while");
	check(pfn_to_online_page(0));
	check_violations(k, "pfn_to_online_page() while");
}

/* --- CPUs --------------------------------------------------------------------------- */

static char cpu_trace[128];

static void trace_cpu_event(struct kimage *image, void *arg)
{
	struct kernel *k = kernel_switch(NULL);

	kernel_switch(k);
	check(!arg);
	sprintf(cpu_trace + strlen(cpu_trace), "%s(%s) ",
		image->hp_action == KEXEC_CRASH_HP_ADD_CPU ? "add" : "remove",
		kernel_cpu_online(k, 5) ? "online" : "offline");
}

static void cpu_events_run_while_the_cpu_does_not(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	load(k, &image);
	on_event = trace_cpu_event;
	add_cpu(k, 0, true);
	add_cpu(k, 5, false);
	cpu_trace[0] = '\0';

	check_ret(0, kernel_cpu_up(k, 5, true));
	check(!kernel_cpu_online(k, 5));
	check_str("add(offline) remove(offline) ", cpu_trace);
	cpu_trace[0] = '\0';
	check_ret(0, kernel_cpu_up(k, 5, false));
	check(kernel_cpu_online(k, 5));
	check_ret(0, kernel_cpu_down(k, 5));
	check(!kernel_cpu_online(k, 5));
	check_str("add(offline) remove(offline) ", cpu_trace);
}

static void impossible_cpus_are_refused(void **state)
{
	struct kernel *k = *state;

	check_ret(-EINVAL, kernel_set_cpu_possible(k, 64, 0));
	check_ret(-EINVAL, kernel_set_cpu_present(k, 1, true));
	check_ret(0, kernel_set_cpu_possible(k, 1, 0));
	check_ret(-EINVAL, kernel_boot_cpu(k, 1));
	check_ret(-EINVAL, kernel_cpu_up(k, 1, false));
	check_ret(0, kernel_set_cpu_present(k, 1, true));
	check_ret(-EINVAL, kernel_cpu_down(k, 1));
	check_ret(0, kernel_boot_cpu(k, 1));
	check_ret(-EINVAL, kernel_boot_cpu(k, 1));
	check_ret(-EINVAL, kernel_cpu_up(k, 1, false));
	check_ret(-EBUSY, kernel_set_cpu_present(k, 1, false));
	/* somebody has to run */
	check_ret(-EBUSY, kernel_cpu_down(k, 1));
	check(!kernel_cpu_possible(k, 64));
	check(!kernel_cpu_present(k, 64));
	check(!kernel_cpu_online(k, 64));
	check_num(0, kernel_report(k)->events);
}

static void possible_cpus_have_notes(void **state)
{
	struct kernel *k = *state;
	unsigned int cpu, mask = 0;

	for_each_possible_cpu(cpu)
		fail_msg("CPU %u is not possible", cpu);
	check_ret(0, kernel_set_cpu_possible(k, 3, 0x3000));
	check_ret(0, kernel_set_cpu_possible(k, 1, 0x1000));
	check_ret(0, kernel_set_cpu_possible(k, 1, 0x1100));
	for_each_possible_cpu(cpu)
		mask |= 1 << cpu;
	check_num(0xa, mask);
	check_num(2, num_possible_cpus());
	check_num(0x1100, per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, 1)));
	check_num(0, per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, 2)));
	check_violations(k, "crash notes of CPU 2, which is not possible");
	kernel_set_vmcoreinfo(k, 0xabc000);
	check_num(0xabc000, paddr_vmcoreinfo_note());
}

/* --- kexec and the generic layer ---------------------------------------------- */

static void image_is_published_under_the_lock(void **state)
{
	struct kernel *k = *state;
	struct kimage image = { .hotplug_support = 1 };

	check_ret(-ENOENT, kernel_crash_kexec(k));
	check(!kernel_publish_image(k, &image));
	check_violations(k, "published without the kexec lock");
	check_ret(0, kernel_crash_kexec(k));
	check_num(1, kernel_crash_hotplug_attr(k));
	image.hotplug_support = 0;
	check_num(0, kernel_crash_hotplug_attr(k));
	image.hotplug_support = 1;

	check(kernel_kexec_trylock(k));
	check(!kernel_kexec_trylock(k));
	check_ret(-EBUSY, kernel_crash_kexec(k));
	check_num(0, kernel_crash_hotplug_attr(k));
	check_str("<6>crash hp: kexec_trylock() failed, kdump image may be inaccurate",
		  kernel_log_line(k, 0));
	check(kernel_publish_image(k, NULL) == &image);
	check(!kernel_crash_image(k));
	kernel_kexec_unlock(k);
	check_num(0, kernel_crash_hotplug_attr(k));
	kernel_kexec_unlock(k);
	check_violations(k, "kexec_unlock() of a lock that is not held");
	check_num(4711, kernel_elfcorehdr_size_attr(k));
}

static void hiding_the_image_is_counted(void **state)
{
	struct kernel *k = *state;
	struct kimage image;
	unsigned long word = 1;

	load(k, &image);
	check(kernel_kexec_trylock(k));
	check(xchg(&kexec_crash_image, NULL) == &image);
	check_num(1, kernel_report(k)->hidden);
	check(!xchg(&kexec_crash_image, NULL));
	check(!xchg(&kexec_crash_image, &image));
	check(kernel_crash_image(k) == &image);
	check_num(1, kernel_report(k)->hidden);
	kernel_kexec_unlock(k);

	check_num(1, xchg(&word, 0));
	check_num(0, word);
	check_num(1, kernel_report(k)->hidden);
	xchg(&kexec_crash_image, &image);
	check_violations(k, "exchanged without kexec lock");
}

/* of an ADD and a REMOVE */
static const char *outcome_text(struct kernel *k)
{
	static const char *const names[] = {
		"none", "lost", "ignored", "handled",
	};
	static char text[64];
	const struct kernel_report *r = kernel_report(k);

	kernel_clear_report(k);
	check_str("none", names[r->outcome]);
	kernel_cpu_up(k, 5, true);
	sprintf(text, "%s: events %u, lost %u, ignored %u", names[r->outcome],
		r->events, r->lost, r->ignored);
	return text;
}

#define IGNORED "ignored: events 2, lost 0, ignored 2"
#define LOST "lost: events 2, lost 2, ignored 0"
#define HANDLED "handled: events 2, lost 0, ignored 0"

static void events_have_outcomes(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	add_cpu(k, 5, false);
	check_str(IGNORED, outcome_text(k));		/* nothing loaded */
	load(k, &image);
	check(kernel_kexec_trylock(k));
	check_str(LOST, outcome_text(k));
	check_str("<6>crash hp: kexec_trylock() failed, kdump image may be inaccurate",
		  kernel_log_line(k, 1));
	kernel_kexec_unlock(k);
	image.hotplug_support = 0;
	check_str(IGNORED, outcome_text(k));
	check(!image.elfcorehdr_updated);
	image.hotplug_support = 1;
	ram[0x10000] = 'x';
	check_str(IGNORED, outcome_text(k));		/* no ELF magic */
	check_str("<3>crash hp: unable to locate elfcorehdr segment",
		  kernel_log_line(k, 1));
	check(!image.elfcorehdr_updated);
	memcpy(ram + 0x10000, ELFMAG, SELFMAG);
	check_str(HANDLED, outcome_text(k));
	check_str("<7>crash hp: hp_action 1, cpu 5", kernel_log_line(k, 0));
	check(image.elfcorehdr_updated);
	check_num(KEXEC_CRASH_HP_NONE, image.hp_action);
	check_ret(0, kernel_crash_kexec(k));
}

/* what a crash finds in the middle of an update: while the image is seen, and
 * while it is hidden
 */
static int crash_seen, crash_hidden;

static void crash_in_update(struct kimage *image, void *arg __always_unused)
{
	struct kernel *k = kernel_switch(NULL);

	kernel_switch(k);
	crash_seen = kernel_crash_kexec(k);
	xchg(&kexec_crash_image, NULL);
	crash_hidden = kernel_crash_kexec(k);
	xchg(&kexec_crash_image, image);
}

static void a_crash_goes_past_an_update(void **state __always_unused)
{
	static const struct {
		bool past_update;
		int seen;
		int hidden;
	} rows[] = {
		/* past	seen	hidden */
		{ false, -EBUSY, -EBUSY },
		{ true,	 0,	 -ENOENT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct handler_module h = test_handlers;
		struct kernel *previous, *k;
		struct kimage image;

		h.crash_past_update = rows[i].past_update;
		k = kernel_create(&test_config, &h);
		previous = kernel_switch(k);
		on_event = crash_in_update;
		add_cpu(k, 5, false);
		load(k, &image);
		check_ret(0, kernel_cpu_up(k, 5, false));
		check_ret(rows[i].seen, crash_seen);
		check_ret(rows[i].hidden, crash_hidden);
		check_ret(0, kernel_crash_kexec(k));
		/* a load takes the image apart, whatever the crash path */
		check(kernel_kexec_trylock(k));
		check_ret(-EBUSY, kernel_crash_kexec(k));
		kernel_kexec_unlock(k);
		kernel_switch(previous);
		kernel_destroy(k);
	}
}

/* segments 0 and 1 both look like an elfcorehdr */
static void last_elf_segment_is_taken_and_remembered(void **state)
{
	struct kernel *k = *state;
	struct kimage image;

	add_cpu(k, 5, false);
	load(k, &image);
	memcpy(ram, ELFMAG, SELFMAG);
	/* a segment outside of memory is passed over */
	image.segment[2].mem = RAM_BASE + RAM_SIZE;
	image.nr_segments = 3;
	kernel_cpu_up(k, 5, true);
	check_num(1, image.elfcorehdr_index);
	memset(ram + 0x10000, 0, SELFMAG);
	kernel_cpu_up(k, 5, true);
	check_num(1, image.elfcorehdr_index);
	check_num(0, kernel_report(k)->ignored);
}

/* --- what a handler leaves behind -------------------------------------------- */

static void leave_mapping(struct kimage *image, void *arg __always_unused)
{
	(void)!memremap(image->segment[0].mem, 1, MEMREMAP_WB);
}

static void drop_mapping(struct kimage *i __always_unused,
			 void *arg __always_unused)
{
	memunmap(ram);
}

static void leave_node(struct kimage *i __always_unused,
		       void *arg __always_unused)
{
	of_find_node_by_path("/");
}

static void leave_cpu_lock(struct kimage *i __always_unused,
			   void *arg __always_unused)
{
	cpus_read_lock();
}

static void leave_mem_lock(struct kimage *i __always_unused,
			   void *arg __always_unused)
{
	get_online_mems();
}

static void leave_image_hidden(struct kimage *i __always_unused,
			       void *arg __always_unused)
{
	xchg(&kexec_crash_image, NULL);
}

static void leave_other_image(struct kimage *i __always_unused,
			      void *arg __always_unused)
{
	static struct kimage other;

	xchg(&kexec_crash_image, &other);
}

/* of an event, or of another entry point */
static void call(struct kernel *k, void (*handler)(struct kimage *, void *))
{
	kernel_enter_handler(k, "machine_kexec_post_load");
	handler(kernel_crash_image(k), NULL);
	kernel_leave_handler(k);
}

static void mem_event(struct kernel *k,
		      void (*handler)(struct kimage *, void *))
{
	on_event = handler;
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	on_event = NULL;
	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
}

static void make_root(struct kernel *k)
{
	char fdt[256];

	fdt_create_empty_tree(fdt, sizeof(fdt));
	check_ret(0, kernel_set_boot_fdt(k, fdt, sizeof(fdt), 0));
}

static void handlers_must_leave_nothing(void **state)
{
	struct kernel *k = *state;
	struct kimage image;
	struct device_node *root;

	make_root(k);
	check_ret(0, kernel_add_memory(k, 4 * GIB, 256 * MIB, 0));
	load(k, &image);

	mem_event(k, leave_mapping);
	check_violations(k, "arch_crash_handle_hotplug_event() keeps 1 mapping");
	check_num(1, kernel_live_mappings(k));
	mem_event(k, drop_mapping);
	check_violations(k, "dropped 1 mapping(s) that it did not take");
	mem_event(k, leave_node);
	check_violations(k, "keeps 1 node reference");
	root = of_find_node_by_path("/");
	of_node_put(root);
	of_node_put(root);

	call(k, leave_cpu_lock);
	check_violations(k, "machine_kexec_post_load() keeps 1 cpus_read_lock()");
	call(k, leave_mem_lock);
	check_violations(k, "keeps 1 get_online_mems()");
	/* a lock once left is not found again by the next who takes it */
	call(k, take_cpu_lock);
	call(k, take_mem_lock);
	check_violations(k);

	mem_event(k, leave_image_hidden);
	check_violations(k, "left kexec_crash_image NULL");
	load(k, &image);
	mem_event(k, leave_other_image);
	check_violations(k, "left kexec_crash_image changed");
}

/* --- mapping ------------------------------------------------------------------- */

static void mapping_ends_where_memory_does(void **state)
{
	struct kernel *k = *state;
	u8 *p = memremap(RAM_BASE + 0x100, 0x10, MEMREMAP_WB);

	check(p == ram + 0x100);
	check_num(1, kernel_live_mappings(k));
	memunmap(p);
	memunmap(p);
	check_violations(k, "memunmap() of what is not mapped");

	check(!memremap(RAM_BASE - 1, 2, MEMREMAP_WB));
	check_violations(k, "memremap() outside of memory: 2 bytes at 0xfffffff");
	check(!memremap(RAM_BASE, RAM_SIZE + 1, MEMREMAP_WB));
	check_violations(k, "outside of memory: 262145 bytes");
	check(!memremap(RAM_BASE, 0, MEMREMAP_WB));
	check_violations(k, "outside of memory: 0 bytes");
	check(!memremap(0, 0, MEMREMAP_WB));
	check_violations(k, "outside of memory: 0 bytes at 0");
	check(!memremap(-8ULL, 16, MEMREMAP_WB));
	check_violations(k, "outside of memory: 16 bytes");
	p = memremap(RAM_BASE, 1, 0);
	memunmap(p);
	check_violations(k, "memremap() of memory with flags 0");
	check_num(0, kernel_live_mappings(k));
}

static void mapping_can_fail(void **state)
{
	struct kernel *k = *state;
	void *first;

	kernel_fail_map(k, 2);
	first = memremap(RAM_BASE, 1, MEMREMAP_WB);
	check(first);
	check(!memremap(RAM_BASE, 1, MEMREMAP_WB));
	memunmap(first);
	memunmap(memremap(RAM_BASE, 1, MEMREMAP_WB));
}

static int place(void *ctx, struct kexec_buf *kbuf)
{
	kbuf->mem = *(unsigned long *)ctx;
	*(unsigned long *)ctx += kbuf->memsz;
	return kbuf->memsz > 0x100000 ? -EADDRNOTAVAIL : 0;
}

static void buffers_become_segments(void **state)
{
	struct kernel *k = *state;
	struct kimage image = { .file_mode = 1 };
	struct kexec_buf kbuf = { .image = &image, .memsz = 100 };
	unsigned long next = 0x2000000;

	check_ret(-EADDRNOTAVAIL, kexec_add_buffer(&kbuf));
	kernel_set_placer(k, place, &next);
	kbuf = (struct kexec_buf){ .image = &image, .buffer = ram,
				   .bufsz = 50, .memsz = 0x10001 };
	check_ret(0, kexec_add_buffer(&kbuf));
	check_num(0x20000, kbuf.memsz);
	check_num(0x10000, kbuf.buf_align);
	check_num(0x2000000, kbuf.mem);
	check_num(1, image.nr_segments);
	check(image.segment[0].kbuf == ram);
	check_num(50, image.segment[0].bufsz);
	check_num(0x2000000, image.segment[0].mem);
	check_num(0x20000, image.segment[0].memsz);

	kbuf.memsz = 0x200000;
	check_ret(-EADDRNOTAVAIL, kexec_add_buffer(&kbuf));
	check_num(1, image.nr_segments);
	image.nr_segments = KEXEC_SEGMENT_MAX;
	check_ret(-EINVAL, kexec_add_buffer(&kbuf));
	image.nr_segments = 1;
	image.file_mode = 0;
	check_ret(-EINVAL, kexec_add_buffer(&kbuf));
}

static const struct CMUnitTest tests[] = {
	test(impossible_configurations_are_refused),
	test(configuration_is_the_kernels_own),
	test(two_kernels_share_nothing),
	cmocka_unit_test(a_destroyed_kernel_gives_all_back),
	test(violations_are_written_down),
	test(log_keeps_the_last_lines),
	test(allocations_are_counted),
	test(every_allocation_can_fail),
	test(guarded_memory_is_gone_when_it_is_freed),
	test(failing_krealloc_leaves_the_old_block),
	test(misuse_of_slab_is_found),
	test(sort_sorts),
	test(sort_moves_whole_elements),
	test(random_bytes_come_from_the_same_source),
	test(locks_by_table),
	test(events_hold_their_locks),
	test(hotplug_inside_a_lock_is_found),
	test(memblock_is_sorted_and_merged),
	test(memory_agrees_with_a_simple_model),
	test(impossible_memory_is_refused),
	test(blocks_change_state_before_the_event),
	test(sections_of_struct_pages_go_last),
	test(sections_that_are_there_in_part_are_online),
	test(layout_must_be_held_still),
	test(cpu_events_run_while_the_cpu_does_not),
	test(impossible_cpus_are_refused),
	test(possible_cpus_have_notes),
	test(image_is_published_under_the_lock),
	test(hiding_the_image_is_counted),
	test(events_have_outcomes),
	test(a_crash_goes_past_an_update),
	test(last_elf_segment_is_taken_and_remembered),
	test(handlers_must_leave_nothing),
	test(mapping_ends_where_memory_does),
	test(mapping_can_fail),
	test(buffers_become_segments),
};

TEST_MAIN(tests)
