// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/crash_fdt_load.c and what the powerpc files list for it: the capture
 * kernel's tree says what it must, and what it leaves free is enough for all
 * that may come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "mem_ranges.h"
#include "pseries.h"

/* --- is there room for all that may come? -------------------------------- */

static void no_chosen(void *fdt)
{
	assert_int_equal(fdt_del_node(fdt, fdt_path_offset(fdt, "/chosen")), 0);
}

static void memory_without_reg(void *fdt)
{
	int node = fdt_add_subnode(fdt, 0, "memory@f00000000");

	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "memory"),
			 0);
}

static const struct {
	const char *what;
	struct pseries_config config;
} room_cases[] = {
	{ "8 cores", { .possible_cores = 8 } },
	{ "as many as there are", { .possible_cores = 4, .boot_cores = 4 } },
	{ "LMBs of version 1",
	  { .possible_cores = 16, .nr_lmbs = 64, .lmbs_v1 = true } },
	{ "LMBs of version 2", { .possible_cores = 16, .nr_lmbs = 64 } },
	{ "1 TiB of LMBs",
	  { .possible_cores = 16, .nr_lmbs = 4096, .lmbs_v1 = true } },
	{ "SMT8, caches, 192 cores",
	  { .possible_cores = 192, .smt = 8, .caches = true } },
	/* unit addresses grow from "@0" to "@7ff", in two places each */
	{ "2048 cores", { .possible_cores = 2048 } },
	{ "2048 cores with caches", { .possible_cores = 2048, .caches = true } },
	{ "no /chosen", { .edit_tree = no_chosen } },
	{ "a memory node without reg", { .edit_tree = memory_without_reg } },
	{ "nothing is reserved", { .no_rtas = true } },
};

static void all_possible_cores_fit(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(room_cases); i++) {
		const char *what = room_cases[i].what;
		struct pseries *p = pseries_boot(&room_cases[i].config, NULL);
		const unsigned int all = p->config.possible_cores;
		/* of many, not each one needs an event of its own */
		const unsigned int step = 1 + all / 64;
		unsigned int core;
		void *start;

		assert_errno(what, 0, pseries_load(p));
		start = pseries_copy(p, p->fdt);
		assert_fdt_ok(what, start, fdt_totalsize(start));
		for (core = p->config.boot_cores; core < all; core++) {
			pseries_attach_core(p, core);
			if (core % step && core != all - 1)
				continue;
			assert_errno("CPU up", 0,
				     kernel_cpu_up(p->kernel,
						   core * p->config.smt, false));
			if (!kernel_crash_hotplug_attr(p->kernel))
				fail_msg("%s: no room for core %u of %u: %s",
					 what, core, all,
					 kernel_log_line(p->kernel, 0));
		}
		assert_live_cpus(what, p, pseries_bytes(p, p->fdt));
		assert_rest_equal(what, start, pseries_bytes(p, p->fdt));
		free(start);
		pseries_shutdown(p);
	}
}

/* bytes of a child of /cpus in the structure block */
static size_t node_size(const void *fdt, const char *path)
{
	int node = fdt_path_offset(fdt, path), next = fdt_next_subnode(fdt, node);

	if (next < 0)
		fail_msg("%s is not there, or the last", path);
	return next - node;
}

/* larger than any CPU, and as long a word */
static void a_large_gpu(void *fdt)
{
	int node = fdt_add_subnode(fdt, fdt_path_offset(fdt, "/cpus"), "gpu@99");
	static const char model[1000];

	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "gpu"), 0);
	assert_int_equal(fdt_setprop(fdt, node, "model", model, sizeof(model)), 0);
}

static const struct {
	const char *what;
	struct pseries_config config;
	unsigned int cores, caches;	/* that may come */
} exact_cases[] = {
	{ "6 cores", { .boot_cores = 2 }, 6, 0 },
	{ "with caches", { .boot_cores = 2, .caches = true }, 6, 6 },
	{ "SMT8", { .boot_cores = 3, .smt = 8, .possible_cores = 4 }, 1, 0 },
	{ "a node of another type", { .boot_cores = 2, .edit_tree = a_large_gpu },
	  6, 0 },
	{ "none", { .boot_cores = 4, .possible_cores = 4, .caches = true }, 0, 0 },
};

/* a node as large as the largest, and its name may be longer: no byte more */
static void the_room_is_what_may_come(void **state __always_unused)
{
	size_t i, room, expected;

	for (i = 0; i < ARRAY_SIZE(exact_cases); i++) {
		struct pseries *p = pseries_boot(&exact_cases[i].config, NULL);
		const void *fdt;

		assert_errno("load", 0, pseries_load(p));
		fdt = pseries_bytes(p, p->fdt);
		expected = exact_cases[i].cores *
			   (node_size(fdt, "/cpus/PowerPC,POWER9@0") + 16);
		if (exact_cases[i].caches)
			expected += exact_cases[i].caches *
				    (node_size(fdt, "/cpus/l2-cache@2000") + 16);
		assert_int_equal(crash_fdt_cpus_room(&room), 0);
		assert_u64(exact_cases[i].what, expected, room);
		pseries_shutdown(p);
	}
}

/* --- what the tree says -------------------------------------------------- */

static u64 prop_u64(const void *fdt, const char *path, const char *name,
		    unsigned int i)
{
	int len;
	const u8 *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), name,
				      &len);

	if (!value || len < (int)(8 * (i + 1)))
		fail_msg("%s has no number %u in %s", path, i, name);
	return get_unaligned_be64(value + 8 * i);
}

static void assert_prop_u64(const void *fdt, const char *path, const char *name,
			    unsigned int i, u64 expected)
{
	assert_u64(name, expected, prop_u64(fdt, path, name, i));
}

static void assert_reserved(const void *fdt, u64 start, u64 size)
{
	int i, nr = fdt_num_mem_rsv(fdt);
	uint64_t a, s;

	for (i = 0; i < nr; i++)
		if (!fdt_get_mem_rsv(fdt, i, &a, &s) && a == start && s == size)
			return;
	fail_msg("no reservation of %#llx bytes at %#llx", size, start);
}

static void the_loaded_tree_says_what_it_must(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .nr_lmbs = 8 };
	static const char drconf[] = "/ibm,dynamic-reconfiguration-memory";
	struct pseries *p = pseries_boot(&config, NULL);
	const struct kexec_segment *elfcorehdr;
	char cmdline[64];
	const void *fdt;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	elfcorehdr = &p->image->segment[p->elfcorehdr];

	assert_fdt_ok("loaded", fdt, fdt_totalsize(fdt));
	assert_live_cpus("loaded", p, fdt);
	snprintf(cmdline, sizeof(cmdline),
		 "elfcorehdr=0x%lx maxcpus=1 irqpoll", elfcorehdr->mem);
	assert_string_equal(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
					"bootargs", NULL), cmdline);
	assert_prop_u64(fdt, "/chosen", "linux,elfcorehdr", 0, elfcorehdr->mem);
	assert_prop_u64(fdt, "/chosen", "linux,elfcorehdr", 1,
			elfcorehdr->memsz);
	assert_prop_u64(fdt, "/chosen", "linux,usable-memory-range", 0,
			PSERIES_CRASHK_START);
	assert_prop_u64(fdt, "/chosen", "linux,usable-memory-range", 1,
			PSERIES_CRASHK_SIZE);
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				"linux,initrd-start", NULL));

	/* early boot needs memory from 0 on; the crash kernel's ends at 768 MiB */
	assert_prop_u64(fdt, "/memory@0", "linux,usable-memory", 0, 0);
	assert_prop_u64(fdt, "/memory@0", "linux,usable-memory", 1,
			PSERIES_CRASHK_END + 1);
	/* for each LMB a count, then (base, size) */
	assert_prop_u64(fdt, drconf, "linux,drconf-usable-memory", 0, 1);
	assert_prop_u64(fdt, drconf, "linux,drconf-usable-memory", 1, 0);
	assert_prop_u64(fdt, drconf, "linux,drconf-usable-memory", 2, 256 * MiB);
	assert_prop_u64(fdt, drconf, "linux,drconf-usable-memory", 9, 0);
	assert_prop_u64(fdt, drconf, "linux,drconf-usable-memory", 13, 0);

	assert_reserved(fdt, elfcorehdr->mem, elfcorehdr->memsz);
	assert_reserved(fdt, 0x10000, PSERIES_CRASHK_START - 0x10000);
	assert_reserved(fdt, p->image->arch.backup_start, 0x10000);
	assert_reserved(fdt, PSERIES_RTAS_START, PSERIES_RTAS_SIZE);
	/* the old initrd's and the boot FDT's mean nothing any more */
	assert_int_equal(fdt_num_mem_rsv(fdt), 4);
	pseries_shutdown(p);
}

/* --- what takes more room than the first attempt has ----------------------- */

/* ranges of one page each, with a page between them, from @start on */
static struct crash_mem *many_ranges(u64 start, unsigned int nr)
{
	struct crash_mem *mem = NULL;
	unsigned int i;

	for (i = 0; i < nr; i++)
		assert_int_equal(add_mem_range(&mem, start + i * 0x20000,
					       0x10000), 0);
	return mem;
}

/* a tree with a command line of @len bytes */
static void *create(struct crash_fdt_load *load, size_t len)
{
	char *cmdline = calloc(1, len + 1);
	void *fdt;

	load->cmdline = memset(cmdline, 'x', len);
	fdt = crash_fdt_create(load);
	if (IS_ERR(fdt))
		fail_msg("command line of %zu bytes: %ld", len, PTR_ERR(fdt));
	assert_fdt_ok("created", fdt, fdt_totalsize(fdt));
	assert_string_equal(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
					"bootargs", NULL), cmdline);
	free(cmdline);
	return fdt;
}

static const struct {
	const char *what;
	unsigned int nr_lmbs;
	size_t cmdline;
	unsigned int usable;
	unsigned int reserved;
} large_cases[] = {
	{ "command line", 4, .cmdline = 200000, .usable = 1, .reserved = 1 },
	{ "usable memory", 0, .cmdline = 1, .usable = 3000, .reserved = 1 },
	{ "LMBs", 6000, .cmdline = 1, .usable = 1, .reserved = 1 },
	{ "reservations", 0, .cmdline = 1, .usable = 1, .reserved = 1500 },
};

/* none of it is left out, nor what is written before and after it */
static void check_large(unsigned int i)
{
	static const char drconf[] = "/ibm,dynamic-reconfiguration-memory";
	const struct pseries_config config = {
		.no_rtas = true, .nr_lmbs = large_cases[i].nr_lmbs,
	};
	const unsigned int usable = large_cases[i].usable;
	const unsigned int reserved = large_cases[i].reserved;
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *usable_mem = many_ranges(0, usable);
	struct crash_mem *reserved_mem = many_ranges(0x30000000, reserved);
	struct crash_fdt_load load = {
		.elfcorehdr_addr = 0x24000000, .elfcorehdr_size = 0x80000,
		.backup_addr = 0x24100000,
		.usable = usable_mem, .reserved = reserved_mem,
	};
	void *fdt = create(&load, large_cases[i].cmdline);
	int len;

	assert_non_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				    "rng-seed", NULL));
	fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@0"),
		    "linux,usable-memory", &len);
	assert_u64(large_cases[i].what, 16 * usable, len);
	if (config.nr_lmbs) {
		fdt_getprop(fdt, fdt_path_offset(fdt, drconf),
			    "linux,drconf-usable-memory", &len);
		assert_u64(large_cases[i].what,
			   8 * config.nr_lmbs + 16 * usable, len);
	}
	/* the header, the backup, the crashed kernel's memory */
	assert_u64(large_cases[i].what, 3 + reserved, fdt_num_mem_rsv(fdt));
	assert_reserved(fdt, 0x30000000 + (reserved - 1) * 0x20000ULL, 0x10000);
	kvfree(fdt);
	kvfree(usable_mem);
	kvfree(reserved_mem);
	pseries_shutdown(p);
}

static void what_is_large_is_all_there(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(large_cases); i++)
		check_large(i);
}

static size_t free_space(const void *fdt)
{
	return fdt_totalsize(fdt) - fdt_off_dt_strings(fdt) -
	       fdt_size_dt_strings(fdt);
}

/* CPUs have the same room, however near the tree comes to its buffer's end */
static void the_room_does_not_depend_on_the_rest(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	struct crash_mem *usable = many_ranges(0, 1);
	struct crash_fdt_load load = { .usable = usable };
	void *fdt = create(&load, 0);
	const size_t space = free_space(fdt);
	size_t len;

	assert_true(space > 0x1000);
	for (len = 0; len < 30000; len += 500) {
		kvfree(fdt);
		fdt = create(&load, len);
		assert_u64("free space", space, free_space(fdt));
	}
	kvfree(fdt);
	kvfree(usable);
	pseries_shutdown(p);
}

static void only_what_is_there_is_reserved(void **state __always_unused)
{
	/* the crash kernel begins right behind the first 64 KiB */
	const struct pseries_config config = { .no_rtas = true,
					       .crashk_start = 0x10000 };
	struct pseries *p = pseries_boot(&config, NULL);
	const void *fdt;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	assert_int_equal(fdt_num_mem_rsv(fdt), 2);
	assert_reserved(fdt, p->image->arch.backup_start, 0x10000);
	pseries_shutdown(p);
}

/* nothing is reserved below a crash kernel that begins at 0, nor for no initrd */
static void nothing_wraps_around(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	struct crash_mem *usable = many_ranges(0, 1);
	struct crash_fdt_load load = {
		.usable = usable, .initrd_len = 0x10000,
		.elfcorehdr_addr = 0x4000000, .elfcorehdr_size = 0x10000,
		.backup_addr = 0x5000000,
	};
	void *fdt;

	kernel_set_crashk(p->kernel, 0, PSERIES_CRASHK_END);
	fdt = create(&load, 0);
	assert_int_equal(fdt_num_mem_rsv(fdt), 2);
	assert_reserved(fdt, 0x4000000, 0x10000);
	assert_reserved(fdt, 0x5000000, 0x10000);
	kvfree(fdt);
	kvfree(usable);
	pseries_shutdown(p);
}

/* --- /chosen ------------------------------------------------------------- */

static void assert_none(const void *fdt, const char *name)
{
	if (fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, NULL))
		fail_msg("/chosen has %s", name);
}

static void the_initrd_is_told_and_kept(void **state __always_unused)
{
	const struct pseries_config config = { .initrd_size = 0x12340 };
	struct pseries *p = pseries_boot(&config, NULL);
	const struct kexec_segment *s;
	const void *fdt;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	s = &p->image->segment[p->fdt - 1];
	assert_u64("the initrd's segment", 0x12340, s->bufsz);
	assert_prop_u64(fdt, "/chosen", "linux,initrd-start", 0, s->mem);
	assert_prop_u64(fdt, "/chosen", "linux,initrd-end", 0,
			s->mem + 0x12340);
	assert_reserved(fdt, s->mem, 0x12340);
	assert_int_equal(fdt_num_mem_rsv(fdt), 5);
	pseries_shutdown(p);
}

/* firmware may have reserved whole pages for the initrd */
static void reserve_pages(void *fdt)
{
	uint64_t start, size;
	int i;

	for (i = 0; i < fdt_num_mem_rsv(fdt); i++) {
		fdt_get_mem_rsv(fdt, i, &start, &size);
		if (start != PSERIES_OLD_INITRD_START)
			continue;
		assert_int_equal(fdt_del_mem_rsv(fdt, i), 0);
		assert_int_equal(fdt_add_mem_rsv(fdt, start,
						 ALIGN(size, 0x10000)), 0);
		return;
	}
	fail_msg("the old initrd is not reserved");
}

static void reserve_nothing(void *fdt)
{
	while (fdt_num_mem_rsv(fdt))
		assert_int_equal(fdt_del_mem_rsv(fdt, 0), 0);
}

static void no_old_initrd(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	reserve_nothing(fdt);
	assert_int_equal(fdt_delprop(fdt, chosen, "linux,initrd-start"), 0);
	assert_int_equal(fdt_delprop(fdt, chosen, "linux,initrd-end"), 0);
}

/* somebody else's, that begins where the initrd does */
static void reserve_more(void *fdt)
{
	assert_int_equal(fdt_add_mem_rsv(fdt, PSERIES_OLD_INITRD_START,
					 PSERIES_OLD_INITRD_SIZE + 0x100000), 0);
}

static void the_old_initrd_is_forgotten(void **state __always_unused)
{
	static void (*const edits[])(void *fdt) = {
		NULL, reserve_pages, reserve_nothing, no_old_initrd, reserve_more,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(edits); i++) {
		const struct pseries_config config = { .edit_tree = edits[i] };
		struct pseries *p = pseries_boot(&config, NULL);
		const void *fdt;

		assert_errno("load", 0, pseries_load(p));
		fdt = pseries_bytes(p, p->fdt);
		assert_none(fdt, "linux,initrd-start");
		assert_none(fdt, "linux,initrd-end");
		assert_int_equal(fdt_num_mem_rsv(fdt),
				 edits[i] == reserve_more ? 5 : 4);
		pseries_shutdown(p);
	}
}

static void half_an_initrd(void *fdt)
{
	assert_int_equal(fdt_delprop(fdt, fdt_path_offset(fdt, "/chosen"),
				     "linux,initrd-end"), 0);
}

static void half_an_initrd_is_refused(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = half_an_initrd };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", -EINVAL, pseries_load(p));
	pseries_shutdown(p);
}

static void old_seeds(void *fdt)
{
	static const u8 seed[200] = { 1, 2, 3 };
	int chosen = fdt_path_offset(fdt, "/chosen");

	assert_int_equal(fdt_setprop(fdt, chosen, "rng-seed", seed, 200), 0);
	assert_int_equal(fdt_setprop(fdt, chosen, "kaslr-seed", seed, 8), 0);
}

/* seeds are there, and never the same twice */
static void seeds_are_new(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = old_seeds };
	struct pseries *p = pseries_boot(&config, NULL);
	u8 rng[3][128] = { { 1, 2, 3 } };
	u64 kaslr[3] = { 0x0102030000000000 };
	const void *fdt, *value;
	int i, j, len;

	for (i = 1; i < 3; i++) {
		assert_errno("load", 0, pseries_load(p));
		fdt = pseries_bytes(p, p->fdt);
		value = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				    "rng-seed", &len);
		assert_non_null(value);
		assert_int_equal(len, 128);
		memcpy(rng[i], value, 128);
		kaslr[i] = prop_u64(fdt, "/chosen", "kaslr-seed", 0);
		for (j = 0; j < i; j++) {
			assert_true(kaslr[i] != kaslr[j]);
			/* all of it: every quarter */
			assert_memory_not_equal(rng[i], rng[j], 32);
			assert_memory_not_equal(rng[i] + 96, rng[j] + 96, 32);
		}
	}
	assert_non_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				    "linux,booted-from-kexec", &len));
	assert_int_equal(len, 0);
	pseries_shutdown(p);
}

/* drivers/of/kexec.c: where one kernel leaves IMA's measurements for the next */
#define MEASUREMENTS_START 0x30000000
#define MEASUREMENTS_SIZE 0x20000

static void put_measurements(void *fdt, size_t len)
{
	static const u32 cells[] = {
		0, MEASUREMENTS_START, 0, MEASUREMENTS_SIZE,
	};
	u8 value[sizeof(cells)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cells); i++)
		put_unaligned_be32(cells[i], value + 4 * i);
	assert_int_equal(fdt_setprop(fdt, fdt_path_offset(fdt, "/chosen"),
				     "linux,ima-kexec-buffer", value, len), 0);
}

static void measurements(void *fdt)
{
	put_measurements(fdt, 16);
	assert_int_equal(fdt_add_mem_rsv(fdt, MEASUREMENTS_START,
					 MEASUREMENTS_SIZE), 0);
}

static void measurements_unreserved(void *fdt)
{
	put_measurements(fdt, 16);
}

/* too short to say where; what lies there is somebody else's */
static void half_measurements(void *fdt)
{
	put_measurements(fdt, 8);
	assert_int_equal(fdt_add_mem_rsv(fdt, MEASUREMENTS_START,
					 MEASUREMENTS_SIZE), 0);
}

static const struct {
	void (*edit)(void *fdt);
	int reserved;
} measurement_cases[] = {
	{ measurements, 4 },
	{ measurements_unreserved, 4 },
	{ half_measurements, 5 },
};

static void old_measurements_are_forgotten(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(measurement_cases); i++) {
		const struct pseries_config config = {
			.edit_tree = measurement_cases[i].edit,
		};
		struct pseries *p = pseries_boot(&config, NULL);
		const void *fdt;

		assert_errno("load", 0, pseries_load(p));
		fdt = pseries_bytes(p, p->fdt);
		assert_none(fdt, "linux,ima-kexec-buffer");
		assert_int_equal(fdt_num_mem_rsv(fdt),
				 measurement_cases[i].reserved);
		pseries_shutdown(p);
	}
}

/* "elfcorehdr=0x......... " comes before it */
static void the_command_line_is_whole_or_refused(void **state __always_unused)
{
	char cmdline[COMMAND_LINE_SIZE + 1], want[COMMAND_LINE_SIZE + 64];
	struct pseries_config config = { .no_cmdline = true };
	struct pseries *p;
	size_t prefix;

	p = pseries_boot(&config, NULL);
	assert_errno("load without a command line", 0, pseries_load(p));
	prefix = snprintf(want, sizeof(want), "elfcorehdr=0x%lx ",
			  p->image->segment[p->elfcorehdr].mem);
	assert_string_equal(fdt_getprop(pseries_bytes(p, p->fdt),
					fdt_path_offset(pseries_bytes(p, p->fdt),
							"/chosen"),
					"bootargs", NULL), want);
	pseries_shutdown(p);

	memset(cmdline, 'x', sizeof(cmdline));
	cmdline[COMMAND_LINE_SIZE - prefix] = 0;
	config.cmdline = cmdline;
	p = pseries_boot(&config, NULL);
	assert_errno("load with one character too many", -EINVAL,
		     pseries_load(p));
	pseries_shutdown(p);

	cmdline[COMMAND_LINE_SIZE - prefix - 1] = 0;
	p = pseries_boot(&config, NULL);
	assert_errno("load with as many as fit", 0, pseries_load(p));
	assert_string_equal(fdt_getprop(pseries_bytes(p, p->fdt),
					fdt_path_offset(pseries_bytes(p, p->fdt),
							"/chosen"),
					"bootargs", NULL) + prefix, cmdline);
	pseries_shutdown(p);
}

/* --- what firmware keeps, and where memory is usable --------------------- */

static void put_pci(void *fdt, const char *name, u64 base, u32 size)
{
	int node = fdt_add_subnode(fdt, 0, name);

	assert_true(node > 0);
	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "pci"), 0);
	if (base)
		assert_int_equal(fdt_setprop_u64(fdt, node, "linux,tce-base",
						 base), 0);
	if (size)
		assert_int_equal(fdt_setprop_u32(fdt, node, "linux,tce-size",
						 size), 0);
}

static void all_that_firmware_keeps(void *fdt)
{
	u8 reserved[32];
	int opal;

	put_pci(fdt, "pci@1", 0x60000000, 0x10000);
	put_pci(fdt, "pci@2", 0x61000000, 0x20000);
	/* bridges without a table, or half of one */
	put_pci(fdt, "pci@3", 0, 0);
	put_pci(fdt, "pci@4", 0x62000000, 0);
	put_pci(fdt, "pci@5", 0, 0x1000);
	assert_int_equal(fdt_setprop_u32(fdt, fdt_path_offset(fdt, "/rtas"),
					 "linux,rtas-base", 0x3a000000), 0);
	opal = fdt_add_subnode(fdt, 0, "ibm,opal");
	assert_int_equal(fdt_setprop_u64(fdt, opal, "opal-base-address",
					 0x38000000), 0);
	assert_int_equal(fdt_setprop_u64(fdt, opal, "opal-runtime-size",
					 0x1000000), 0);
	put_unaligned_be64(0x70000000, reserved);
	put_unaligned_be64(0x30000, reserved + 8);
	put_unaligned_be64(0x71000000, reserved + 16);
	put_unaligned_be64(0x40000, reserved + 24);
	assert_int_equal(fdt_setprop(fdt, 0, "reserved-ranges", reserved,
				     sizeof(reserved)), 0);
}

/* what the capture kernel may use then: all up to the crash kernel's end, OPAL,
 * RTAS, two tables
 */
static const struct range usable[] = {
	{ 0, PSERIES_CRASHK_END }, { 0x38000000, 0x38ffffff },
	{ 0x3a000000, 0x3a000000 + PSERIES_RTAS_SIZE - 1 },
	{ 0x60000000, 0x6000ffff }, { 0x61000000, 0x6101ffff },
};

static void what_firmware_keeps_is_kept(void **state __always_unused)
{
	const struct pseries_config config = {
		.edit_tree = all_that_firmware_keeps,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	const void *fdt;
	unsigned int i;
	int len;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@0"),
		    "linux,usable-memory", &len);
	assert_u64("linux,usable-memory", sizeof(usable), len);
	for (i = 0; i < ARRAY_SIZE(usable); i++) {
		assert_prop_u64(fdt, "/memory@0", "linux,usable-memory", 2 * i,
				usable[i].start);
		assert_prop_u64(fdt, "/memory@0", "linux,usable-memory",
				2 * i + 1, usable[i].end - usable[i].start + 1);
	}

	assert_reserved(fdt, 0x3a000000, PSERIES_RTAS_SIZE);
	assert_reserved(fdt, 0x60000000, 0x10000);
	assert_reserved(fdt, 0x61000000, 0x20000);
	assert_reserved(fdt, 0x70000000, 0x30000);
	assert_reserved(fdt, 0x71000000, 0x40000);
	/* and the header, the backup, the crashed kernel's memory */
	assert_int_equal(fdt_num_mem_rsv(fdt), 8);
	pseries_shutdown(p);
}

/* for each LMB: how many parts of it are usable, then their (start, size) */
static void check_lmbs(const struct pseries_config *config)
{
	static const char drconf[] = "/ibm,dynamic-reconfiguration-memory";
	static const char name[] = "linux,drconf-usable-memory";
	struct pseries *p = pseries_boot(config, NULL);
	unsigned int lmb, i, at = 0;
	const void *fdt;
	int len;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	for (lmb = 0; lmb < config->nr_lmbs; lmb++) {
		const u64 start = lmb * 256 * MiB, end = start + 256 * MiB - 1;
		unsigned int count = at++;

		for (i = 0; i < ARRAY_SIZE(usable); i++) {
			u64 first = max(start, usable[i].start);
			u64 last = min(end, usable[i].end);

			if (first > last)
				continue;
			assert_prop_u64(fdt, drconf, name, at++, first);
			assert_prop_u64(fdt, drconf, name, at++, last - first + 1);
		}
		assert_prop_u64(fdt, drconf, name, count, (at - count) / 2);
	}
	fdt_getprop(fdt, fdt_path_offset(fdt, drconf), name, &len);
	assert_u64(name, 8 * at, len);
	pseries_shutdown(p);
}

static void every_lmb_says_what_is_usable(void **state __always_unused)
{
	struct pseries_config config = {
		.edit_tree = all_that_firmware_keeps, .nr_lmbs = 300,
	};

	check_lmbs(&config);
	config.lmbs_v1 = true;
	check_lmbs(&config);
}

/* what a capture kernel was told is not for another one */
static void check_capture_kernel(const struct pseries_config *config)
{
	static const u8 none[8];
	struct pseries *p = pseries_boot(config, NULL);

	kernel_set_property(p->kernel, "/ibm,dynamic-reconfiguration-memory",
			    "linux,drconf-usable-memory", none, sizeof(none));
	assert_errno("load", -EINVAL, pseries_load(p));
	assert_logged(p, "linux,drconf-usable-memory is there already");
	pseries_shutdown(p);
}

static void a_capture_kernel_loads_no_other(void **state __always_unused)
{
	const struct pseries_config v1 = { .nr_lmbs = 8, .lmbs_v1 = true };
	const struct pseries_config v2 = { .nr_lmbs = 8 };

	check_capture_kernel(&v1);
	check_capture_kernel(&v2);
}

static void put_memory(void *fdt, const char *name, const u64 *reg, size_t size)
{
	int node = fdt_add_subnode(fdt, 0, name);
	u8 bytes[80];
	size_t i;

	for (i = 0; i < size / 8; i++)
		put_unaligned_be64(reg[i], bytes + 8 * i);
	assert_int_equal(fdt_setprop(fdt, node, "reg", bytes, size), 0);
	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "memory"),
			 0);
}

static void memory_of_all_kinds(void *fdt)
{
	static const u64 parts[] = {
		0x38800000, 0x1000000, 0, 0, 0x60008000, 0x1000,
		0x61010000, 0x20000, 0x7000,
	};
	static const u64 unusable[] = { 0x90000000, 0x10000000 };
	/* OPAL begins with the byte behind it */
	static const u64 before_opal[] = { 0x37000000, 0x1000000 };

	all_that_firmware_keeps(fdt);
	/* the last number is half an entry */
	put_memory(fdt, "memory@38800000", parts, sizeof(parts));
	put_memory(fdt, "memory@90000000", unusable, sizeof(unusable));
	put_memory(fdt, "memory@37000000", before_opal, sizeof(before_opal));
	put_memory(fdt, "memory@a0000000", NULL, 0);
}

/* each memory node has the usable parts of its "reg"; (0, 0) where none is */
static void memory_nodes_say_what_is_usable(void **state __always_unused)
{
	static const char name[] = "linux,usable-memory";
	static const u64 parts[] = {
		0x38800000, 0x800000, 0x60008000, 0x1000,
		0x61010000, 0x10000,
	};
	static const char *const unusable[] = {
		"/memory@90000000", "/memory@37000000", "/memory@a0000000",
	};
	const struct pseries_config config = {
		.edit_tree = memory_of_all_kinds,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	const void *fdt;
	unsigned int i;
	int len;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		assert_prop_u64(fdt, "/memory@38800000", name, i, parts[i]);
	fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@38800000"), name, &len);
	assert_u64("three parts", sizeof(parts), len);
	for (i = 0; i < ARRAY_SIZE(unusable); i++) {
		assert_prop_u64(fdt, unusable[i], name, 0, 0);
		assert_prop_u64(fdt, unusable[i], name, 1, 0);
		fdt_getprop(fdt, fdt_path_offset(fdt, unusable[i]), name, &len);
		assert_u64("one part", 16, len);
	}
	pseries_shutdown(p);
}

/* numbers of one cell each */
static void one_cell(void *fdt)
{
	u8 reg[8];

	assert_int_equal(fdt_setprop_u32(fdt, 0, "#address-cells", 1), 0);
	assert_int_equal(fdt_setprop_u32(fdt, 0, "#size-cells", 1), 0);
	put_unaligned_be32(0x10000000, reg);
	put_unaligned_be32(0x40000000, reg + 4);
	assert_int_equal(fdt_setprop(fdt, fdt_path_offset(fdt, "/memory@0"),
				     "reg", reg, sizeof(reg)), 0);
}

static void memory_is_usable_in_small_trees_too(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = one_cell };
	struct pseries *p = pseries_boot(&config, NULL);
	const void *fdt;
	int len;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	assert_prop_u64(fdt, "/memory@0", "linux,usable-memory", 0, 0x10000000);
	assert_prop_u64(fdt, "/memory@0", "linux,usable-memory", 1, 0x20000000);
	fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@0"),
		    "linux,usable-memory", &len);
	assert_u64("one part", 16, len);
	pseries_shutdown(p);
}

/* "reserved-ranges" in numbers of cells that nobody can read is passed over */
static void odd_cells_end_no_load_and_no_loop(void **state __always_unused)
{
	static const u32 cells[] = { 0, 1, 2, 3, 0x7fffffff, 0xffffffff };
	const struct pseries_config config = {
		.edit_tree = all_that_firmware_keeps,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	u8 addr[4], size[4];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(cells); i++) {
		for (k = 0; k < ARRAY_SIZE(cells); k++) {
			put_unaligned_be32(cells[i], addr);
			put_unaligned_be32(cells[k], size);
			kernel_set_property(p->kernel, "/", "#address-cells",
					    addr, 4);
			kernel_set_property(p->kernel, "/", "#size-cells", size,
					    4);
			assert_errno("load", 0, pseries_load(p));
		}
	}
	pseries_shutdown(p);
}

static void no_size_cells(void *fdt)
{
	assert_int_equal(fdt_setprop_u32(fdt, 0, "#size-cells", 0), 0);
}

/* where the crash kernel's memory is could not be said either */
static void a_tree_in_which_nothing_has_a_size_is_refused(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = no_size_cells };
	struct pseries *p = pseries_boot(&config, NULL);

	assert_errno("load", -EINVAL, pseries_load(p));
	pseries_shutdown(p);
}

static void crowded(void *fdt)
{
	u8 reserved[200 * 16];
	char name[16];
	unsigned int i;

	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "pci@%x", i);
		put_pci(fdt, name, 0x60000000 + i * 0x20000, 0x10000);
		put_unaligned_be64(0x70000000 + i * 0x20000, reserved + 16 * i);
		put_unaligned_be64(0x10000, reserved + 16 * i + 8);
	}
	assert_int_equal(fdt_setprop(fdt, 0, "reserved-ranges", reserved,
				     sizeof(reserved)), 0);
}

/* in the list of PCI host bridges, too, an error leaves no reference behind */
static void a_load_without_memory_leaves_nothing(void **state __always_unused)
{
	static const struct pseries_config configs[] = {
		{ .edit_tree = all_that_firmware_keeps, .nr_lmbs = 200 },
		/* so many that the lists grow among them */
		{ .edit_tree = crowded },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(configs); i++) {
		struct pseries *p = pseries_boot(&configs[i], NULL);
		unsigned long nth = 0, failed = 0;

		do {
			kernel_fail_alloc(p->kernel, ++nth);
			failed += !!pseries_load(p);
			if (kernel_alloc_count(p->kernel) < nth)
				break;
			kernel_fail_alloc(p->kernel, 0);
			pseries_check(p, "an allocation fails");
		} while (nth < 100);
		kernel_fail_alloc(p->kernel, 0);
		assert_true(failed > 10 && nth < 100);
		assert_support("no failure", p, 1);
		pseries_shutdown(p);
	}
}

/* the node came after boot: nobody can say in the tree what is usable there */
static void lmbs_that_the_boot_tree_lacks(void **state __always_unused)
{
	const struct pseries_config with = { .nr_lmbs = 8 }, without = { };
	struct pseries *p = pseries_boot(&with, NULL);
	void *fdt;
	int node;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_copy(p, p->fdt);
	pseries_shutdown(p);

	p = pseries_boot(&without, NULL);
	node = fdt_path_offset(fdt, "/ibm,dynamic-reconfiguration-memory");
	assert_true(node > 0);
	assert_errno("attach", 0, kernel_attach_node(p->kernel, "/", fdt, node));
	assert_errno("load", -ENOENT, pseries_load(p));
	free(fdt);
	pseries_shutdown(p);
}

/* attempts that a tree with a command line of @len bytes takes, by allocations */
static unsigned long attempts(struct pseries *p, struct crash_fdt_load *load,
			      size_t len)
{
	kernel_fail_alloc(p->kernel, 0);
	kvfree(create(load, len));
	return kernel_alloc_count(p->kernel);
}

/*
 * Space may end anywhere in an attempt: at its very end where the command line is
 * just too long, at whatever is written behind it where it is longer.
 */
static void a_tree_grows_wherever_space_ends(void **state __always_unused)
{
	const struct pseries_config config = { .nr_lmbs = 4 };
	struct pseries *p = pseries_boot(&config, NULL);
	struct crash_mem *usable = many_ranges(0, 1), *reserved = many_ranges(1, 8);
	struct crash_fdt_load load = {
		.usable = usable, .reserved = reserved,
		.initrd_addr = 0x3000000, .initrd_len = 0x10000,
		.elfcorehdr_addr = 0x4000000, .elfcorehdr_size = 0x10000,
		.backup_addr = 0x5000000,
	};
	size_t fits = 0, grows = 1 << 20, len;
	unsigned long once = attempts(p, &load, fits);

	assert_true(attempts(p, &load, grows) > once);
	while (grows - fits > 1) {
		len = (fits + grows) / 2;
		if (attempts(p, &load, len) > once)
			grows = len;
		else
			fits = len;
	}
	for (len = grows; len < grows + 8192; len += 12)
		assert_true(attempts(p, &load, len) > once);
	kvfree(usable);
	kvfree(reserved);
	pseries_shutdown(p);
}

/* no kernel takes a tree that is larger */
static void a_tree_of_more_than_64_mib_is_refused(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	struct crash_mem *usable = many_ranges(0, 1);
	const size_t len = 80 << 20;
	struct crash_fdt_load load = {
		.usable = usable, .elfcorehdr_addr = 0x4000000,
		.elfcorehdr_size = 0x10000, .backup_addr = 0x5000000,
	};
	char *cmdline = calloc(1, len + 1);
	void *fdt;

	load.cmdline = memset(cmdline, 'x', len);
	fdt = crash_fdt_create(&load);
	assert_true(IS_ERR(fdt));
	assert_errno("80 MiB", -ENOSPC, PTR_ERR(fdt));
	free(cmdline);
	kvfree(usable);
	pseries_shutdown(p);
}

static void put_set(u8 *bytes, u32 nr, u64 base)
{
	put_unaligned_be32(nr, bytes);
	put_unaligned_be64(base, bytes + 4);
	put_unaligned_be32(0x80000000 + base / PSERIES_BLOCK, bytes + 12);
	put_unaligned_be32(0, bytes + 16);
	put_unaligned_be32(8, bytes + 20);
}

/* Linux walks on with the next set of LMBs when memory ran out in this one */
static void no_set_of_lmbs_is_left_out(void **state __always_unused)
{
	static const char drconf[] = "/ibm,dynamic-reconfiguration-memory";
	const struct pseries_config config = { .nr_lmbs = 200 };
	struct pseries *p = pseries_boot(&config, NULL);
	unsigned long nth = 0, failed = 0;
	u8 sets[4 + 2 * 24];
	const void *fdt;
	int len;

	put_unaligned_be32(2, sets);
	put_set(sets + 4, 100, 0);
	put_set(sets + 28, 100, 100 * PSERIES_BLOCK);
	kernel_set_property(p->kernel, drconf, "ibm,dynamic-memory-v2", sets,
			    sizeof(sets));
	do {
		kernel_fail_alloc(p->kernel, ++nth);
		if (pseries_load(p)) {
			failed++;
			continue;
		}
		fdt = pseries_bytes(p, p->fdt);
		fdt_getprop(fdt, fdt_path_offset(fdt, drconf),
			    "linux,drconf-usable-memory", &len);
		/* (address, size) of the first three, up to the crash kernel's end */
		assert_u64("usable LMBs", 8 * 200 + 16 * 3, len);
	} while (kernel_alloc_count(p->kernel) >= nth && nth < 100);
	kernel_fail_alloc(p->kernel, 0);
	assert_true(failed > 10 && nth < 100);
	pseries_shutdown(p);
}

/* the third segment is the backup, the fourth the elfcorehdr */
static void a_segment_without_a_place_ends_the_load(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);

	p->fail_place = 3;
	assert_errno("backup", -EADDRNOTAVAIL, pseries_load(p));
	assert_logged(p, "cannot load the backup segment");
	p->fail_place = 4;
	assert_errno("elfcorehdr", -EADDRNOTAVAIL, pseries_load(p));
	assert_logged(p, "cannot load the elfcorehdr segment");
	p->fail_place = 0;
	assert_errno("load", 0, pseries_load(p));
	pseries_shutdown(p);
}

/* after the load, and once more when the image goes */
static void what_loading_needed_is_freed_once(void **state __always_unused)
{
	const struct handler_module *core = &handler_module_core_powerpc;
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	struct kimage *image;

	assert_errno("load", 0, pseries_load(p));
	image = p->image;
	image->arch.exclude_ranges = many_ranges(0, 1);
	image->arch.backup_buf = vzalloc(1);
	image->arch.fdt = kvmalloc(1, GFP_KERNEL);
	image->elf_headers = kvmalloc(1, GFP_KERNEL);
	assert_int_equal(core->post_load_cleanup(image), 0);
	assert_null(image->arch.exclude_ranges);
	assert_null(image->arch.backup_buf);
	assert_null(image->arch.fdt);
	assert_null(image->elf_headers);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_possible_cores_fit),
	cmocka_unit_test(the_room_is_what_may_come),
	cmocka_unit_test(the_loaded_tree_says_what_it_must),
	cmocka_unit_test(what_is_large_is_all_there),
	cmocka_unit_test(the_room_does_not_depend_on_the_rest),
	cmocka_unit_test(only_what_is_there_is_reserved),
	cmocka_unit_test(nothing_wraps_around),
	cmocka_unit_test(the_initrd_is_told_and_kept),
	cmocka_unit_test(the_old_initrd_is_forgotten),
	cmocka_unit_test(half_an_initrd_is_refused),
	cmocka_unit_test(seeds_are_new),
	cmocka_unit_test(old_measurements_are_forgotten),
	cmocka_unit_test(the_command_line_is_whole_or_refused),
	cmocka_unit_test(what_firmware_keeps_is_kept),
	cmocka_unit_test(every_lmb_says_what_is_usable),
	cmocka_unit_test(a_capture_kernel_loads_no_other),
	cmocka_unit_test(memory_nodes_say_what_is_usable),
	cmocka_unit_test(memory_is_usable_in_small_trees_too),
	cmocka_unit_test(odd_cells_end_no_load_and_no_loop),
	cmocka_unit_test(a_tree_in_which_nothing_has_a_size_is_refused),
	cmocka_unit_test(a_load_without_memory_leaves_nothing),
	cmocka_unit_test(lmbs_that_the_boot_tree_lacks),
	cmocka_unit_test(a_tree_grows_wherever_space_ends),
	cmocka_unit_test(a_tree_of_more_than_64_mib_is_refused),
	cmocka_unit_test(no_set_of_lmbs_is_left_out),
	cmocka_unit_test(a_segment_without_a_place_ends_the_load),
	cmocka_unit_test(what_loading_needed_is_freed_once),
};

TEST_MAIN(tests)
