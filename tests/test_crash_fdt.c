// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/crash_fdt.c: the CPUs of the crash FDT are the live tree's, all else is
 * untouched, the same machine gives the same bytes, and what is no tree does no
 * harm. The tables are the KUnit suite's as well (kernel-port/kunit/).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pseries.h"
#include "vectors_crash_fdt.h"

/* --- one update ---------------------------------------------------------- */

static int update(struct pseries *p, const void *fdt, size_t room, void *buf)
{
	int ret;

	kernel_enter_handler(p->kernel, "crash_fdt_update_cpus");
	ret = crash_fdt_update_cpus(fdt, room, buf);
	kernel_leave_handler(p->kernel);
	return ret;
}

static size_t used(const void *fdt)
{
	return fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
}

/* no name is in the strings block twice */
static void assert_names_once(const char *what, const void *fdt)
{
	const char *strings = fdt + fdt_off_dt_strings(fdt);
	const char *end = strings + fdt_size_dt_strings(fdt), *a, *b;

	for (a = strings; a < end; a += strlen(a) + 1)
		for (b = a + strlen(a) + 1; b < end; b += strlen(b) + 1)
			if (!strcmp(a, b))
				fail_msg("%s: '%s' is in the strings twice",
					 what, a);
}

/* all that one update promises; the new tree is malloc()ed */
static void *check_update(const char *what, struct pseries *p, const void *fdt)
{
	static const u8 zeros[1 << 20];
	const size_t room = fdt_totalsize(fdt);
	u8 *new = malloc(room);
	void *again = malloc(room);

	memset(new, 0xa5, room);
	assert_errno(what, 0, update(p, fdt, room, new));
	assert_u64("totalsize", room, fdt_totalsize(new));
	assert_u64("strings behind the structure", fdt_off_dt_strings(new),
		   fdt_off_dt_struct(new) + fdt_size_dt_struct(new));
	assert_fdt_ok(what, new, room);
	assert_live_cpus(what, p, new);
	assert_rest_equal(what, fdt, new);
	assert_names_once(what, new);
	assert_true(room - used(new) <= sizeof(zeros));
	assert_bytes("free space", zeros, new + used(new), room - used(new));

	assert_errno(what, 0, update(p, new, room, again));
	assert_bytes("a second update", new, again, room);
	free(again);
	return new;
}

static void small_strings_of_many_kinds(void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus"), map, cluster;

	/* neither CPU nor cache; names that nobody else uses */
	map = fdt_add_subnode(fdt, cpus, "cpu-map");
	assert_int_equal(fdt_setprop_u32(fdt, map, "only-here", 1), 0);
	cluster = fdt_add_subnode(fdt, map, "cluster0");
	assert_int_equal(fdt_setprop_string(fdt, cluster, "and-here", "x"), 0);
	cluster = fdt_add_subnode(fdt, fdt_path_offset(fdt, "/cpus"),
				  "idle-states");
	assert_int_equal(fdt_setprop(fdt, cluster, "device_type", "idle", 5), 0);
	/* behind /cpus, and with odd lengths */
	map = fdt_add_subnode(fdt, 0, "zz-last");
	assert_int_equal(fdt_setprop(fdt, map, "last-word", "abcde", 5), 0);
	fdt_set_boot_cpuid_phys(fdt, 0);
}

static const struct {
	const char *what;
	struct pseries_config config;
} machines[] = {
	{ "one core", { .boot_cores = 1 } },
	{ "8 cores", { .boot_cores = 8 } },
	{ "SMT4", { .boot_cores = 2, .smt = 4 } },
	{ "SMT8 with caches", { .boot_cores = 3, .smt = 8, .caches = true } },
	{ "other children of /cpus",
	  { .boot_cores = 2, .edit_tree = small_strings_of_many_kinds } },
	{ "other children and caches",
	  { .boot_cores = 2, .caches = true,
	    .edit_tree = small_strings_of_many_kinds } },
	{ "LMBs", { .nr_lmbs = 64 } },
};

static void an_update_does_what_it_promises(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		const char *what = machines[i].what;
		struct pseries *p = pseries_boot(&machines[i].config, NULL);
		unsigned int core;
		void *fdt, *new;

		assert_errno(what, 0, pseries_load(p));
		fdt = pseries_copy(p, p->fdt);
		for (core = p->config.boot_cores;
		     core < p->config.possible_cores; core++) {
			pseries_attach_core(p, core);
			new = check_update(what, p, fdt);
			free(fdt);
			fdt = new;
		}
		for (core = p->config.boot_cores;
		     core < p->config.possible_cores; core += 2) {
			pseries_detach_core(p, core);
			new = check_update(what, p, fdt);
			free(fdt);
			fdt = new;
		}
		free(fdt);
		pseries_shutdown(p);
	}
}

/* --- walks ---------------------------------------------------------------- */

static const struct fdt_walk *walk;

/* the children of /cpus that the machine of a walk boots with */
static void put_loaded(void *fdt)
{
	struct fdt_child children[8];
	const char *text = walk->loaded;
	unsigned int nr = 0;

	assert_int_equal(fdt_del_node(fdt, fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@0")),
			 0);
	while (nr < ARRAY_SIZE(children) && fdt_child_next(&text, &children[nr]))
		nr++;
	/* each new one is the first */
	while (nr--)
		assert_int_equal(fdt_child_put(fdt, fdt_path_offset(fdt, "/cpus"),
					       &children[nr]), 0);
}

static void change_live_tree(struct pseries *p, bool attach,
			     const struct fdt_child *child)
{
	u8 fdt[4096] __attribute__((__aligned__(8)));
	char path[64];

	if (!attach) {
		snprintf(path, sizeof(path), "/cpus/%s", child->name);
		assert_errno(path, 0, kernel_detach_node(p->kernel, path));
		return;
	}
	assert_int_equal(fdt_create_empty_tree(fdt, sizeof(fdt)), 0);
	assert_int_equal(fdt_child_put(fdt, 0, child), 0);
	assert_errno(child->name, 0,
		     kernel_attach_node(p->kernel, "/cpus", fdt,
					fdt_first_subnode(fdt, 0)));
}

static void walks_end_where_they_should(void **state __always_unused)
{
	const struct pseries_config config = {
		.possible_cores = 64, .edit_tree = put_loaded,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fdt_walks); i++) {
		struct fdt_child child;
		struct pseries *p;
		const char *text;
		void *fdt, *new;

		walk = &fdt_walks[i];
		text = walk->changes;
		p = pseries_boot(&config, NULL);
		assert_errno(walk->what, 0, pseries_load(p));
		for (; *text; text += *text == ' ') {
			const bool attach = *text == '+';

			assert_true(fdt_child_next(&text, &child));
			change_live_tree(p, attach, &child);
			pseries_quiet_event(p);
		}
		fdt = pseries_bytes(p, p->fdt);
		assert_cpus(walk->what, walk->expected, fdt);
		new = check_update(walk->what, p, fdt);
		assert_bytes("all of it anew", new, fdt, fdt_totalsize(fdt));
		free(new);
		pseries_shutdown(p);
	}
}

/* --- the machine decides, not its history -------------------------------- */

static void the_order_of_events_leaves_no_trace(void **state __always_unused)
{
	const struct pseries_config config = {
		.possible_cores = 4, .caches = true,
		.edit_tree = small_strings_of_many_kinds,
	};
	void *start, *ab, *ba;
	struct pseries *p = pseries_boot(&config, NULL);
	size_t size;

	assert_errno("load", 0, pseries_load(p));
	size = pseries_memsz(p, p->fdt);
	start = pseries_copy(p, p->fdt);
	pseries_add_core(p, 1);
	pseries_add_core(p, 2);
	ab = pseries_copy(p, p->fdt);
	pseries_remove_core(p, 1);
	pseries_remove_core(p, 2);
	pseries_poke(p);
	assert_bytes("add, add, remove, remove", start,
		     pseries_bytes(p, p->fdt), size);
	pseries_add_core(p, 2);
	pseries_add_core(p, 3);
	pseries_remove_core(p, 3);
	pseries_add_core(p, 1);
	ba = pseries_copy(p, p->fdt);
	assert_bytes("1 then 2, 2 then 1", ab, ba, size);
	free(start);
	free(ab);
	free(ba);
	pseries_shutdown(p);
}

/* every state that is met again has the bytes that it had */
static void a_state_has_one_tree(void **state __always_unused)
{
	const struct pseries_config config = {
		.possible_cores = 6, .smt = 2, .caches = true,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	unsigned int seed = 3, turn, cores = 1, seen = 0;
	void *trees[64] = { };
	size_t size;

	assert_errno("load", 0, pseries_load(p));
	size = pseries_memsz(p, p->fdt);
	for (turn = 0; turn < 400; turn++) {
		const unsigned int core = 1 + random_below(&seed, 5);

		if (cores & 1 << core)
			pseries_remove_core(p, core);
		else
			pseries_add_core(p, core);
		pseries_poke(p);
		cores ^= 1 << core;
		if (!trees[cores]) {
			trees[cores] = pseries_copy(p, p->fdt);
			seen++;
		}
		assert_bytes("a tree of a state met before", trees[cores],
			     pseries_bytes(p, p->fdt), size);
	}
	assert_true(seen > 20);
	for (turn = 0; turn < ARRAY_SIZE(trees); turn++)
		free(trees[turn]);
	pseries_shutdown(p);
}

/* threads that go down and up change nothing: the core is there */
static void threads_do_not_matter(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .smt = 4 };
	struct pseries *p = pseries_boot(&config, NULL);
	void *start;

	assert_errno("load", 0, pseries_load(p));
	start = pseries_copy(p, p->fdt);
	assert_errno("down", 0, kernel_cpu_down(p->kernel, 5));
	assert_bytes("a thread down", start, pseries_bytes(p, p->fdt),
		     pseries_memsz(p, p->fdt));
	assert_errno("up", 0, kernel_cpu_up(p->kernel, 5, false));
	assert_bytes("and up again", start, pseries_bytes(p, p->fdt),
		     pseries_memsz(p, p->fdt));
	free(start);
	pseries_shutdown(p);
}

/* --- the rest of an update that was cut off ------------------------------ */

static void half_a_node_is_replaced(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	void *fdt, *whole;
	int node;

	assert_errno("load", 0, pseries_load(p));
	whole = pseries_copy(p, p->fdt);
	fdt = pseries_bytes(p, p->fdt);

	/* as an update leaves it that ran out of space at device_type */
	node = fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@1");
	assert_int_equal(fdt_delprop(fdt, node, "device_type"), 0);
	pseries_poke(p);
	assert_cpus("half a node", "PowerPC,POWER9@0 PowerPC,POWER9@1", fdt);
	assert_bytes("the whole one", whole, fdt, pseries_memsz(p, p->fdt));

	node = fdt_path_offset(fdt, "/cpus/PowerPC,POWER9@1");
	assert_int_equal(fdt_del_node(fdt, node), 0);
	assert_true(fdt_add_subnode(fdt, fdt_path_offset(fdt, "/cpus"),
				    "PowerPC,POWER9@1") > 0);
	pseries_poke(p);
	assert_bytes("an empty node", whole, fdt, pseries_memsz(p, p->fdt));
	free(whole);
	pseries_shutdown(p);
}

/* --- space --------------------------------------------------------------- */

/* in any smaller buffer the update gives up, and writes nothing beyond it */
static void too_little_space_is_noticed(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .caches = true };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t room, need;
	void *fdt, *new;

	assert_errno("load", 0, pseries_load(p));
	pseries_attach_core(p, 2);
	/* names of properties that are new, too */
	kernel_set_property(p->kernel, "/cpus/PowerPC,POWER9@2", "a-new-name",
			    "x", 2);
	fdt = pseries_copy(p, p->fdt);
	new = check_update("with space", p, fdt);
	need = used(new);
	free(new);

	for (room = need + 8; room > fdt_off_dt_struct(fdt); room--) {
		int expected = room < need ? -ENOSPC : 0;

		new = malloc(room);
		assert_errno("a buffer too small", expected,
			     update(p, fdt, room, new));
		if (!expected)
			assert_fdt_ok("just enough space", new, room);
		free(new);
	}
	free(fdt);
	pseries_shutdown(p);
}

/* a live node may have any number of properties of any length */
/* names that end at any place between two tags */
static void names_may_be_of_any_length(void **state __always_unused)
{
	static const unsigned int cores[] = { 1, 2, 32, 512 };
	const struct pseries_config config = { .smt = 8, .possible_cores = 513 };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t i;

	assert_errno("load", 0, pseries_load(p));
	for (i = 0; i < ARRAY_SIZE(cores); i++) {
		pseries_attach_nodes(p, cores[i]);
		free(check_update("longer", p, pseries_bytes(p, p->fdt)));
	}
	pseries_shutdown(p);
}

static void nodes_may_be_of_any_shape(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	static const u8 bytes[300];
	char name[64];
	unsigned int i;
	void *fdt, *new;

	assert_errno("load", 0, pseries_load(p));
	for (i = 0; i < 200; i++) {
		/* tails of other names, and more than are remembered */
		snprintf(name, sizeof(name), "%.*s-size", 1 + i % 40,
			 &"abcdefghijklmnopqrstuvwxyz0123456789.,+#"[i % 13]);
		kernel_set_property(p->kernel, i % 3 ? "/cpus/PowerPC,POWER9@0" :
				    "/cpus/PowerPC,POWER9@1", name, bytes, i);
	}
	kernel_set_property(p->kernel, "/cpus/PowerPC,POWER9@1", "size", "", 0);
	/* no longer what loading counted with: in a larger segment */
	fdt = malloc(1 << 18);
	assert_int_equal(fdt_open_into(pseries_bytes(p, p->fdt), fdt, 1 << 18),
			 0);
	new = check_update("200 properties", p, fdt);
	free(new);
	free(fdt);
	pseries_shutdown(p);
}

/* --- trees that are none ------------------------------------------------- */

static void no_cpus_no_update(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t size;
	void *fdt, *was, *new;

	assert_errno("load", 0, pseries_load(p));
	size = pseries_memsz(p, p->fdt);
	was = pseries_copy(p, p->fdt);
	fdt = pseries_copy(p, p->fdt);
	new = malloc(size);

	assert_int_equal(fdt_del_node(fdt, fdt_path_offset(fdt, "/cpus")), 0);
	assert_errno("no /cpus in the FDT", -ENOENT, update(p, fdt, size, new));

	assert_errno("detach", 0, kernel_detach_node(p->kernel,
						     "/cpus/PowerPC,POWER9@0"));
	assert_errno("detach", 0, kernel_detach_node(p->kernel,
						     "/cpus/PowerPC,POWER9@1"));
	assert_errno("no live CPU", -ENOENT, update(p, was, size, new));
	assert_errno("detach", 0, kernel_detach_node(p->kernel, "/cpus"));
	assert_errno("no live /cpus", -ENOENT, update(p, was, size, new));
	free(fdt);
	free(was);
	free(new);
	pseries_shutdown(p);
}

static void *lay_out(const void *fdt, const char *blocks, u32 gap)
{
	void *new = calloc(1, fdt_totalsize(fdt) + 4 * gap);

	fdt_lay_out(fdt, blocks, gap, new);
	return new;
}

static void misordered_blocks_are_refused(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t i, room;
	void *fdt, *mixed, *new;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_bytes(p, p->fdt);
	for (i = 0; i < ARRAY_SIZE(fdt_layouts); i++) {
		mixed = lay_out(fdt, fdt_layouts[i].blocks, 64);
		room = fdt_totalsize(mixed);
		assert_fdt_ok(fdt_layouts[i].blocks, mixed, room);
		new = malloc(room);
		assert_errno(fdt_layouts[i].blocks, fdt_layouts[i].ret,
			     update(p, mixed, room, new));
		if (!fdt_layouts[i].ret)
			assert_fdt_ok("with gaps", new, room);
		free(new);
		free(mixed);
	}

	mixed = pseries_copy(p, p->fdt);
	new = malloc(fdt_totalsize(mixed));
	fdt_set_version(mixed, 16);
	assert_errno("version 16", -EINVAL,
		     update(p, mixed, fdt_totalsize(mixed), new));
	free(new);
	free(mixed);
	pseries_shutdown(p);
}

/* offsets that just touch, and those that just overlap */
static void the_edges_of_blocks_are_known(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	void *fdt, *new;
	size_t room;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_copy(p, p->fdt);
	room = fdt_totalsize(fdt);
	new = malloc(room);
	assert_u64("no gap", fdt_off_dt_strings(fdt),
		   fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt));
	assert_errno("strings right behind", 0, update(p, fdt, room, new));
	fdt_set_off_dt_strings(fdt, fdt_off_dt_strings(fdt) - 1);
	fdt_set_size_dt_strings(fdt, fdt_size_dt_strings(fdt) + 1);
	assert_errno("strings overlap", -EINVAL, update(p, fdt, room, new));
	free(fdt);

	fdt = pseries_copy(p, p->fdt);
	fdt_set_off_dt_struct(fdt, fdt_off_dt_struct(fdt) - 2);
	assert_errno("tags at odd places", -EINVAL, update(p, fdt, room, new));
	free(fdt);

	fdt = pseries_copy(p, p->fdt);
	fdt_set_off_mem_rsvmap(fdt, fdt_off_dt_struct(fdt));
	assert_errno("no reservations", -EINVAL, update(p, fdt, room, new));
	free(fdt);

	/* one more, where the zeros at the end were */
	fdt = pseries_copy(p, p->fdt);
	memset(fdt + fdt_off_mem_rsvmap(fdt) + 16 * fdt_num_mem_rsv(fdt), 1, 16);
	assert_errno("reservations overlap", -EINVAL,
		     update(p, fdt, room, new));
	free(fdt);
	free(new);
	pseries_shutdown(p);
}

/* the tag FDT_END is the structure's last, or the tree says two things */
static void what_is_behind_the_end_is_refused(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = pseries_boot(&config, NULL);
	size_t i, room;
	void *fdt, *new;

	assert_errno("load", 0, pseries_load(p));
	fdt = lay_out(pseries_bytes(p, p->fdt), "rst", 64);
	room = fdt_totalsize(fdt);
	new = malloc(room);
	assert_errno("nothing", 0, update(p, fdt, room, new));
	for (i = 0; i < ARRAY_SIZE(fdt_words_behind); i++) {
		put_unaligned_be32(fdt_words_behind[i],
				   fdt + fdt_off_dt_struct(fdt) +
				   fdt_size_dt_struct(fdt));
		fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) + 4);
		assert_errno("a tag more", -EINVAL, update(p, fdt, room, new));
		fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) - 4);
	}
	free(new);
	free(fdt);
	pseries_shutdown(p);
}

/*
 * Any word of the structure replaced by any tag: never an access outside, and
 * a tree that libfdt accepts gives one that it accepts.
 */
static void torn_trees_do_no_harm(void **state __always_unused)
{
	static const u32 words[] = { 0, 1, 2, 3, 4, 9, 0x7fffffff, 0x80000000,
				     0xfffffffc };
	const struct pseries_config config = {
		.boot_cores = 2, .caches = true,
		.edit_tree = small_strings_of_many_kinds,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	size_t at, i, size, room;
	unsigned int good = 0;
	u8 *fdt, *new;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_copy(p, p->fdt);
	/* no free space behind it, so that every tool sees its end */
	assert_int_equal(fdt_pack(fdt), 0);
	size = fdt_totalsize(fdt);
	fdt = realloc(fdt, size);
	room = size + 4096;
	new = malloc(room);

	for (at = 0; at < size; at += 4) {
		u8 was[4];

		memcpy(was, fdt + at, min((size_t)4, size - at));
		for (i = 0; i < ARRAY_SIZE(words) && at + 4 <= size; i++) {
			bool accepted;

			put_unaligned_be32(words[i], fdt + at);
			accepted = !fdt_check_full(fdt, size);
			/* the caller has seen that it fits the segment */
			if (fdt_check_header(fdt) || fdt_totalsize(fdt) > size)
				continue;
			if (update(p, fdt, room, new) || !accepted)
				continue;
			assert_fdt_ok("an accepted tree", new, room);
			good++;
		}
		memcpy(fdt + at, was, min((size_t)4, size - at));
	}
	assert_true(good > 100);
	free(new);
	free(fdt);
	pseries_shutdown(p);
}

/* --- finding the segment ------------------------------------------------- */

static void the_segment_is_the_one_with_cpus(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	u8 *fdt, *bare, *broken, *future, *full, *plain, *empty;
	size_t size;

	assert_errno("load", 0, pseries_load(p));
	fdt = pseries_copy(p, p->fdt);
	bare = pseries_copy(p, p->fdt);
	broken = pseries_copy(p, p->fdt);
	future = pseries_copy(p, p->fdt);
	fdt_set_last_comp_version(future, 0x12);
	size = fdt_totalsize(fdt);
	assert_int_equal(fdt_del_node(bare, fdt_path_offset(bare, "/cpus")), 0);
	fdt_set_totalsize(broken, 0x10000000);
	/* whole pages, to the last byte */
	full = calloc(1, ALIGN(size, 0x10000));
	memcpy(full, fdt, size);
	fdt_set_totalsize(full, ALIGN(size, 0x10000));
	/* as of user space that does not say who starts the kernel */
	plain = pseries_copy(p, p->fdt);
	assert_int_equal(fdt_nop_property(plain, fdt_path_offset(plain, "/chosen"),
					  "linux,booted-from-kexec"), 0);
	empty = pseries_copy(p, p->fdt);
	assert_int_equal(fdt_del_node(empty, fdt_path_offset(empty, "/chosen")), 0);
	assert_int_equal(fdt_del_node(empty, fdt_path_offset(empty, "/cpus")), 0);
	assert_true(fdt_add_subnode(empty, 0, "cpus") >= 0);

	const struct {
		const char *what;
		struct user_segment segments[3];
		int expected;
	} cases[] = {
		{ "the second", { { "kernel", 6, 0 }, { fdt, size, 0 } }, 1 },
		{ "an overlay before it",
		  { { bare, size, 0 }, { fdt, size, 0 } }, 1 },
		{ "a broken one before it",
		  { { broken, size, 0 }, { fdt, size, 0 } }, 1 },
		{ "the first of two", { { fdt, size, 0 }, { fdt, size, 0 } }, 0 },
		{ "one with an empty /cpus before it",
		  { { empty, size, 0 }, { fdt, size, 0 } }, 1 },
		{ "one with an empty /cpus behind it",
		  { { fdt, size, 0 }, { empty, size, 0 } }, 0 },
		{ "the only one, although it does not say who starts it",
		  { { bare, size, 0 }, { plain, size, 0 } }, 1 },
		{ "either of two that do not say who starts them",
		  { { empty, size, 0 }, { plain, size, 0 } }, -EINVAL },
		{ "one that fills its segment",
		  { { "kernel", 6, 0 }, { full, ALIGN(size, 0x10000), 0 } }, 1 },
		{ "only without /cpus", { { bare, size, 0 } }, -ENOENT },
		{ "only a broken one", { { broken, size, 0 } }, -EINVAL },
		{ "only one of a version to come", { { future, size, 0 } }, -EINVAL },
		{ "the only one, with a broken one behind it",
		  { { plain, size, 0 }, { broken, size, 0 } }, 0 },
		{ "none", { { "kernel", 6, 0 } }, -ENOENT },
	};
	size_t i;
	int found;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		pseries_load_user(p, cases[i].segments,
				  cases[i].segments[1].bytes ? 2 : 1, 0);
		kernel_enter_handler(p->kernel, "crash_fdt_find_segment");
		found = crash_fdt_find_segment(p->image);
		kernel_leave_handler(p->kernel);
		if (found != cases[i].expected)
			fail_msg("%s: expected segment %d, got %d",
				 cases[i].what, cases[i].expected, found);
	}
	free(empty);
	free(plain);
	free(full);
	free(fdt);
	free(bare);
	free(broken);
	free(future);
	pseries_shutdown(p);
}

/* one that cannot be looked at may be the one, unless it is found before */
static void segments_that_cannot_be_mapped(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	int i, found;

	assert_errno("load", 0, pseries_load(p));
	assert_true(p->fdt >= 3);
	for (i = 0; i <= p->fdt + 2; i++) {
		kernel_fail_map(p->kernel, i);
		kernel_enter_handler(p->kernel, "crash_fdt_find_segment");
		found = crash_fdt_find_segment(p->image);
		kernel_leave_handler(p->kernel);
		kernel_fail_map(p->kernel, 0);
		assert_int_equal(found, i && i <= p->fdt + 1 ? -ENOMEM : p->fdt);
	}
	pseries_shutdown(p);
}

/* nor may the only one that is seen be taken for the only one */
static void a_tree_that_is_not_seen_may_be_the_one(void **state __always_unused)
{
	struct pseries *p = pseries_boot(&(struct pseries_config){ 0 }, NULL);
	const size_t size = 4096;
	void *plain = malloc(size);
	const struct user_segment segments[] = {
		{ "kernel", 6, 0 }, { plain, size, 0 },
	};
	int i, found;

	assert_int_equal(fdt_create_empty_tree(plain, size), 0);
	assert_true(fdt_add_subnode(plain, 0, "cpus") > 0);
	pseries_load_user(p, segments, 2, 0);
	/* the first is too short to be looked at */
	for (i = 0; i <= 1; i++) {
		kernel_fail_map(p->kernel, i);
		kernel_enter_handler(p->kernel, "crash_fdt_find_segment");
		found = crash_fdt_find_segment(p->image);
		kernel_leave_handler(p->kernel);
		kernel_fail_map(p->kernel, 0);
		assert_int_equal(found, i ? -ENOMEM : 1);
	}
	free(plain);
	pseries_shutdown(p);
}

static void errors_are_translated(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fdt_errors); i++)
		assert_errno(fdt_strerror(fdt_errors[i].fdt_error),
			     fdt_errors[i].ret,
			     crash_fdt_errno(fdt_errors[i].fdt_error));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_update_does_what_it_promises),
	cmocka_unit_test(walks_end_where_they_should),
	cmocka_unit_test(the_order_of_events_leaves_no_trace),
	cmocka_unit_test(a_state_has_one_tree),
	cmocka_unit_test(threads_do_not_matter),
	cmocka_unit_test(half_a_node_is_replaced),
	cmocka_unit_test(too_little_space_is_noticed),
	cmocka_unit_test(names_may_be_of_any_length),
	cmocka_unit_test(nodes_may_be_of_any_shape),
	cmocka_unit_test(no_cpus_no_update),
	cmocka_unit_test(misordered_blocks_are_refused),
	cmocka_unit_test(the_edges_of_blocks_are_known),
	cmocka_unit_test(what_is_behind_the_end_is_refused),
	cmocka_unit_test(torn_trees_do_no_harm),
	cmocka_unit_test(the_segment_is_the_one_with_cpus),
	cmocka_unit_test(segments_that_cannot_be_mapped),
	cmocka_unit_test(a_tree_that_is_not_seen_may_be_the_one),
	cmocka_unit_test(errors_are_translated),
};

TEST_MAIN(tests)
