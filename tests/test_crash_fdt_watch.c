// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/crash_fdt_watch.c: an event touches what changed in the live tree, and
 * what comes out is what a rewrite of all nodes would give.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "crash_fdt_watch.h"
#include "pseries.h"

#define WALK_CORES 12

/* --- an event, and what it has to give ------------------------------------- */

/* what a rewrite of all nodes makes of the FDT as it is; malloc()ed */
static void *rewritten(struct pseries *p, int *ret)
{
	const void *fdt = pseries_bytes(p, p->fdt);
	void *new = malloc(pseries_memsz(p, p->fdt));

	memcpy(new, fdt, pseries_memsz(p, p->fdt));
	kernel_enter_handler(p->kernel, "crash_fdt_update_cpus");
	*ret = crash_fdt_update_cpus(fdt, fdt_totalsize(fdt), new);
	kernel_leave_handler(p->kernel);
	return new;
}

static void assert_segment(const char *what, const void *expected,
			   struct pseries *p)
{
	assert_bytes(what, expected, pseries_bytes(p, p->fdt),
		     pseries_memsz(p, p->fdt));
}

static void check_event(const char *what, struct pseries *p)
{
	int ret;
	void *expected = rewritten(p, &ret);

	assert_errno(what, 0, ret);
	pseries_quiet_event(p);
	assert_support(what, p, 1);
	assert_segment(what, expected, p);
	assert_live_cpus(what, p, pseries_bytes(p, p->fdt));
	free(expected);
}

static struct pseries *boot(const struct pseries_config *config)
{
	struct pseries *p = pseries_boot(config, NULL);

	assert_errno("load", 0, pseries_load(p));
	return p;
}

static void set_property(struct pseries *p, unsigned int core, const char *name,
			 const void *value, int length)
{
	char path[64];

	snprintf(path, sizeof(path), "/cpus/PowerPC,POWER9@%x",
		 core * p->config.smt);
	assert_errno(path, 0, kernel_set_property(p->kernel, path, name, value,
						  length));
}

/* a machine with these cores, a bit for each, whatever it had */
static void begin_anew(struct pseries *p, unsigned int cores)
{
	char path[64];
	unsigned int core;

	for (core = 0; core < WALK_CORES; core++) {
		snprintf(path, sizeof(path), "/cpus/PowerPC,POWER9@%x", core);
		if (!kernel_detach_node(p->kernel, path)) {
			snprintf(path, sizeof(path), "/cpus/l2-cache@%x",
				 0x2000 + core);
			assert_errno(path, 0,
				     kernel_detach_node(p->kernel, path));
		}
		if (cores & 1U << core)
			pseries_attach_nodes(p, core);
	}
	assert_errno("load", 0, pseries_load(p));
}

/* --- as many as there is room for ---------------------------------------------- */

/* cores come and go where the list of nodes, which doubles, is full */
static void a_full_list_is_no_edge(void **state __always_unused)
{
	static const unsigned int numbers[] = { 1, 63, 64, 65, 127, 128, 129 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct pseries_config config = {
			.boot_cores = numbers[i],
			.possible_cores = numbers[i] + 1,
		};
		struct pseries *p = boot(&config);

		pseries_attach_nodes(p, numbers[i]);
		check_event("one more", p);
		pseries_detach_nodes(p, 0);
		check_event("without the first", p);
		pseries_attach_nodes(p, 0);
		check_event("the first again", p);
		pseries_detach_nodes(p, numbers[i]);
		check_event("without the last", p);
		pseries_shutdown(p);
	}
}

/* --- nothing to do ------------------------------------------------------------ */

/* no allocation, no mapping, so nothing was read, and the image never hidden */
static void check_idle(const char *what, struct pseries *p)
{
	struct snapshot *before = snapshot_take(p);

	kernel_clear_report(p->kernel);
	kernel_fail_alloc(p->kernel, 1);
	kernel_fail_map(p->kernel, 1);
	pseries_quiet_event(p);
	kernel_fail_alloc(p->kernel, 0);
	kernel_fail_map(p->kernel, 0);
	assert_support(what, p, 1);
	assert_u64(what, 0, kernel_report(p->kernel)->hidden);
	assert_changed(what, before, p, 0);
}

static void put_cpus_elsewhere(void *fdt)
{
	int node = fdt_add_subnode(fdt, fdt_path_offset(fdt, "/chosen"), "cpus");

	assert_true(fdt_add_subnode(fdt, node, "x") > 0);
}

static void an_event_without_a_change_does_nothing(void **state __always_unused)
{
	const struct pseries_config config = {
		.boot_cores = 2, .smt = 4, .edit_tree = put_cpus_elsewhere,
	};
	struct pseries *p = boot(&config);

	check_idle("loaded", p);
	pseries_add_core(p, 3);
	check_idle("a core came", p);
	pseries_remove_core(p, 3);
	pseries_quiet_event(p);
	check_idle("a core went", p);

	/* elsewhere in the tree, and of /cpus what the FDT keeps from its boot */
	assert_errno("set", 0, kernel_set_property(p->kernel, "/chosen",
						   "bootargs", "x", 2));
	assert_errno("set", 0, kernel_set_property(p->kernel, "/cpus", "x", "",
						   0));
	assert_errno("set", 0, kernel_set_property(p->kernel, "/chosen/cpus/x",
						   "device_type", "cpu", 4));
	assert_errno("detach", 0, kernel_detach_node(p->kernel, "/chosen/cpus"));
	check_idle("other nodes changed", p);
	pseries_shutdown(p);
}

/* what is looked at and found to be the same is not written either */
static void a_change_that_is_none_is_not_written(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .caches = true };
	struct pseries *p = boot(&config);
	struct snapshot *before = snapshot_take(p);

	kernel_clear_report(p->kernel);
	pseries_attach_nodes(p, 2);
	pseries_detach_nodes(p, 2);
	check_event("came and went", p);
	set_property(p, 1, "device_type", "cpu", 4);
	check_event("the same value again", p);
	assert_u64("image hidden", 0, kernel_report(p->kernel)->hidden);
	assert_changed("as before", before, p, 0);
	pseries_shutdown(p);
}

/* --- one change ------------------------------------------------------------- */

static const u8 one[4] = { 0, 0, 0, 1 };

static void add_second(struct pseries *p) { pseries_attach_nodes(p, 1); }
static void add_last(struct pseries *p) { pseries_attach_nodes(p, 7); }
static void remove_first(struct pseries *p) { pseries_detach_nodes(p, 0); }
static void remove_last(struct pseries *p) { pseries_detach_nodes(p, 6); }

static void another_in_its_place(struct pseries *p)
{
	pseries_detach_nodes(p, 4);
	pseries_attach_nodes(p, 4);
	set_property(p, 4, "clock-frequency", one, 4);
}

static void new_value(struct pseries *p)
{
	set_property(p, 2, "clock-frequency", one, 4);
}

static void longer_value(struct pseries *p)
{
	set_property(p, 2, "ibm,pi-features", "a longer value", 15);
}

static void new_name(struct pseries *p)
{
	set_property(p, 2, "a-new-name", one, 4);
}

static void new_name_before_another(struct pseries *p)
{
	set_property(p, 4, "another-name", one, 4);
	pseries_quiet_event(p);
	set_property(p, 2, "a-new-name", one, 4);
}

static void new_name_in_a_cache(struct pseries *p)
{
	assert_errno("set", 0,
		     kernel_set_property(p->kernel, "/cpus/l2-cache@2004",
					 "a-new-name", one, 4));
}

static void another_id(struct pseries *p)
{
	static const u8 id[4] = { 0, 0, 0, 99 };

	set_property(p, 2, "reg", id, 4);
}

static void an_id_that_is_taken(struct pseries *p)
{
	static const u8 id[4] = { 0, 0, 0, 4 };

	set_property(p, 2, "reg", id, 4);
}

static void no_cpu_any_more(struct pseries *p)
{
	set_property(p, 2, "device_type", "x", 2);
}

static void a_cache_now(struct pseries *p)
{
	set_property(p, 2, "device_type", "cache", 6);
}

/* @all: a name comes so that names of others are not where they were */
static const struct {
	const char *what;
	void (*change)(struct pseries *p);
	bool all;
} changes[] = {
	{ "a core between others", add_second },
	{ "a core behind all others", add_last },
	{ "the first core leaves", remove_first },
	{ "the last core leaves", remove_last },
	{ "another core in its place", another_in_its_place },
	{ "a new value", new_value },
	{ "a longer value", longer_value },
	{ "a name that nobody has", new_name },
	{ "a name before another one", new_name_before_another, .all = true },
	{ "a name that nobody has, in a cache", new_name_in_a_cache },
	{ "another id", another_id },
	{ "an id that another has", an_id_that_is_taken },
	{ "no CPU any more", no_cpu_any_more },
	{ "a cache instead of a CPU", a_cache_now },
};

/* each change by itself, and each after each other, with and without an event
 * in between
 */
static void every_change_is_followed(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = boot(&config);
	size_t i, j, event;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		for (j = 0; j < ARRAY_SIZE(changes); j++) {
			if (i == j)
				continue;
			for (event = 0; event < 2; event++) {
				begin_anew(p, 1 << 0 | 1 << 2 | 1 << 4 | 1 << 6);
				changes[i].change(p);
				if (event)
					check_event(changes[i].what, p);
				changes[j].change(p);
				check_event(changes[j].what, p);
			}
		}
	}
	pseries_shutdown(p);
}

/* names that the boot FDT did not have: the first node brings them, whichever */
static void set_new_names(struct pseries *p)
{
	static const unsigned int cores[] = { 0, 2, 3, 4, 6 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cores); i++) {
		set_property(p, cores[i], "first-new", one, 4);
		set_property(p, cores[i], "second-new", one, 4);
	}
}

/*
 * A node that has not changed is not read: what it says by now, without having
 * told, does not get into the FDT.
 */
static void one_node_is_one_node(void **state __always_unused)
{
	static const char path[] = "/cpus/PowerPC,POWER9@3";
	const struct pseries_config config = { .caches = true };
	struct pseries *p = boot(&config);
	struct device_node *np;
	u8 *live, now;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		const void *fdt, *value;

		begin_anew(p, 1 << 0 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6);
		set_new_names(p);
		/* once all were read, they need not be again */
		pseries_poke(p);
		np = of_find_node_by_path(path);
		live = (u8 *)of_get_property(np, "clock-frequency", NULL);
		of_node_put(np);
		now = ++*live;
		changes[i].change(p);
		pseries_quiet_event(p);

		fdt = pseries_bytes(p, p->fdt);
		value = fdt_getprop(fdt, fdt_path_offset(fdt, path),
				    "clock-frequency", NULL);
		if ((*(u8 *)value == now) != changes[i].all)
			fail_msg("%s: another node was %sread", changes[i].what,
				 changes[i].all ? "not " : "");
	}
	pseries_shutdown(p);
}

/* whatever fails, and whenever: the image stays, and the next event is good */
static void a_failed_event_is_made_good(void **state __always_unused)
{
	static void (*const fail[])(struct kernel *k, unsigned long nth) = {
		kernel_fail_alloc, kernel_fail_map,
	};
	const struct pseries_config config = { .caches = true };
	struct pseries *p = boot(&config);
	unsigned long nth, failures = 0;
	size_t i, j;
	bool failed;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		for (j = 0; j < ARRAY_SIZE(fail); j++) {
			nth = 0;
			do {
				struct snapshot *before;

				begin_anew(p, 1 << 0 | 1 << 2 | 1 << 4 | 1 << 6);
				changes[i].change(p);
				before = snapshot_take(p);
				fail[j](p->kernel, ++nth);
				pseries_quiet_event(p);
				fail[j](p->kernel, 0);
				failed = !p->image->hotplug_support;
				if (failed) {
					assert_changed(changes[i].what, before,
						       p, 0);
					failures++;
				} else {
					snapshot_free(before);
				}
				p->image->hotplug_support = 1;
				check_event(changes[i].what, p);
			} while (failed || nth < p->image->nr_segments);
		}
	}
	/* for each the new content, and the segment mapped twice */
	assert_true(failures >= 3 * ARRAY_SIZE(changes));
	pseries_shutdown(p);
}

/* more at a time than can be remembered */
static void any_number_of_changes_is_followed(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 100 };
	struct pseries *p = boot(&config);
	unsigned int core;

	for (core = 99; core; core--)
		pseries_attach_nodes(p, core);
	check_event("99 came", p);
	set_property(p, 50, "reg", one, 4);
	check_event("one changed", p);
	for (core = 1; core < 100; core++)
		if (core != 50)
			pseries_detach_nodes(p, core);
	check_event("98 went", p);
	for (core = 1; core < 65; core++)
		if (core != 50)
			pseries_attach_nodes(p, core);
	check_event("as many as can be remembered", p);
	pseries_shutdown(p);
}

/* one by one, beyond what there was room for, with and without memory for it */
static void the_list_grows(void **state __always_unused)
{
	const struct pseries_config config = { .possible_cores = 200 };
	struct pseries *p = boot(&config);
	unsigned int core;

	for (core = 1; core < 200; core++) {
		pseries_attach_nodes(p, core);
		/* the first allocation is for the FDT */
		kernel_fail_alloc(p->kernel, core < 100 ? 0 : 2);
		pseries_quiet_event(p);
		kernel_fail_alloc(p->kernel, 0);
		assert_support("a core more", p, 1);
		assert_live_cpus("a core more", p, pseries_bytes(p, p->fdt));
	}
	pseries_shutdown(p);
}

static void cpus_may_go_and_come_back(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 3 };
	struct pseries *p = boot(&config);
	void *live;
	size_t size;

	assert_errno("flatten", 0, kernel_flatten_tree(p->kernel, &live, &size));
	assert_errno("detach", 0, kernel_detach_node(p->kernel, "/cpus"));
	assert_errno("attach", 0,
		     kernel_attach_node(p->kernel, "/", live,
					fdt_path_offset(live, "/cpus")));
	set_property(p, 1, "clock-frequency", one, 4);
	check_event("another /cpus", p);
	assert_errno("another tree", 0, kernel_set_live_tree(p->kernel, live,
							     size));
	check_event("another tree", p);
	set_property(p, 1, "clock-frequency", one, 4);
	check_event("and one node of it", p);
	free(live);
	pseries_shutdown(p);
}

/* a node that comes takes the place of the rest of an update that was cut off */
static void put_half_a_node(void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus");

	assert_true(fdt_add_subnode(fdt, cpus, "PowerPC,POWER9@2") > 0);
	assert_true(fdt_add_subnode(fdt, cpus, "cpu-map") > 0);
}

static void a_new_node_replaces_half_a_node(void **state __always_unused)
{
	const struct pseries_config config = { .edit_tree = put_half_a_node };
	struct pseries *p = boot(&config);

	assert_cpus("loaded", "PowerPC,POWER9@0 cpu-map PowerPC,POWER9@2",
		    pseries_bytes(p, p->fdt));
	pseries_add_core(p, 1);
	pseries_add_core(p, 2);
	assert_cpus("whole", "PowerPC,POWER9@0 PowerPC,POWER9@1 "
		    "PowerPC,POWER9@2 cpu-map", pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

/* while others are looked at: told before, and once more */
static void a_node_may_change_twice(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2 };
	struct pseries *p = boot(&config);
	const void *fdt = pseries_bytes(p, p->fdt);
	struct crash_fdt_nodes nodes = { };
	struct device_node *live;

	live = of_find_node_by_path("/cpus/PowerPC,POWER9@1");
	assert_errno("read", 0, crash_fdt_nodes_read(&nodes));
	assert_u64("came", 1, crash_fdt_nodes_change(&nodes, live, true, fdt));
	assert_u64("two", 2, nodes.nr);
	assert_u64("references", 3, kernel_live_node_refs(p->kernel));
	assert_u64("went", 1, crash_fdt_nodes_change(&nodes, live, false, fdt));
	assert_u64("was gone", 0,
		   crash_fdt_nodes_change(&nodes, live, false, fdt));
	assert_u64("one", 1, nodes.nr);
	assert_u64("references", 2, kernel_live_node_refs(p->kernel));
	crash_fdt_nodes_free(&nodes);
	of_node_put(live);
	pseries_shutdown(p);
}

/* between the moments when a node is measured and when it is written */
static void a_node_may_change_meanwhile(void **state __always_unused)
{
	static u8 huge[0x100000];
	static const struct {
		const char *what, *name;
		int length;
	} cases[] = {
		{ "a longer value", "d-cache-size", 64 },
		{ "a shorter value", "d-cache-size", 0 },
		{ "one more property", "ibm,new", 0 },
		{ "more than the segment holds", "ibm,huge", sizeof(huge) },
	};
	size_t i, size;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct pseries_config config = { .boot_cores = 2 };
		struct pseries *p = boot(&config);
		void *fdt = pseries_copy(p, p->fdt);
		void *buf = malloc(fdt_totalsize(fdt));
		struct crash_fdt_tree tree = { };

		assert_errno("read", 0, crash_fdt_nodes_read(&tree.nodes));
		assert_errno("parse", 0, crash_fdt_tree_parse(&tree, fdt));
		set_property(p, 1, cases[i].name, huge, cases[i].length);
		assert_errno(cases[i].what, -EAGAIN,
			     crash_fdt_tree_write(&tree, fdt, fdt_totalsize(fdt),
						  buf, &size));
		crash_fdt_nodes_free(&tree.nodes);
		free(buf);
		free(fdt);
		pseries_shutdown(p);
	}
}

/* --- a segment that is not what we have left ---------------------------------- */

static void set_totalsize(void *fdt) { fdt_set_totalsize(fdt, 0x7fffffff); }
static void set_struct(void *fdt) { fdt_set_off_dt_struct(fdt, 0x7ffffffc); }
static void set_struct_size(void *fdt) { fdt_set_size_dt_struct(fdt, 0x7ffffffc); }
static void set_strings(void *fdt) { fdt_set_off_dt_strings(fdt, 0x7fffffff); }
static void set_strings_size(void *fdt) { fdt_set_size_dt_strings(fdt, ~0U); }
static void cut_strings(void *fdt) { fdt_set_size_dt_strings(fdt, 3); }
static void cut_struct(void *fdt) { fdt_set_size_dt_struct(fdt, 64); }
static void set_version(void *fdt) { fdt_set_version(fdt, 16); }

static const struct {
	const char *what;
	void (*poke)(void *fdt);
} pokes[] = {
	{ "totalsize", set_totalsize },
	{ "off_dt_struct", set_struct },
	{ "size_dt_struct", set_struct_size },
	{ "size_dt_struct too small", cut_struct },
	{ "off_dt_strings", set_strings },
	{ "size_dt_strings", set_strings_size },
	{ "size_dt_strings too small", cut_strings },
	{ "version", set_version },
};

/* what is known of it does not count any more, and what is no tree is refused */
static void a_poked_header_is_noticed(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pokes); i++) {
		struct pseries *p = boot(&config);
		struct snapshot *before;

		pseries_attach_nodes(p, 1);
		pokes[i].poke(pseries_bytes(p, p->fdt));
		before = snapshot_take(p);
		pseries_quiet_event(p);
		assert_support(pokes[i].what, p, 0);
		assert_changed(pokes[i].what, before, p, 0);
		pseries_shutdown(p);
	}
}

static int string_offset(const void *fdt, const char *name)
{
	int i = 0;

	while (strcmp(fdt_get_string(fdt, i, NULL), name))
		i++;
	return i;
}

/* a good tree that is another one is taken as it is */
static void another_tree_is_taken_as_it_is(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = boot(&config);
	void *fdt = pseries_bytes(p, p->fdt);

	assert_true(fdt_setprop_string(fdt, fdt_path_offset(fdt, "/chosen"),
				       "bootargs", "a rather long one, and more")
		    == 0);
	pseries_attach_nodes(p, 3);
	check_event("another command line", p);
	fdt_set_boot_cpuid_phys(fdt, 3);
	pseries_attach_nodes(p, 2);
	check_event("another boot CPU", p);

	/* a name of the nodes' stands in the strings once more, further ahead */
	fdt = pseries_bytes(p, p->fdt);
	strcpy((char *)fdt_get_string(fdt, string_offset(fdt, "rtas-size"), NULL),
	       "reg");
	fdt_set_boot_cpuid_phys(fdt, 0);
	pseries_attach_nodes(p, 1);
	check_event("other strings", p);
	pseries_shutdown(p);
}

/* any bytes but the header's: never an access outside of the segment */
static void poked_bytes_do_no_harm(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = boot(&config);
	unsigned int turn, seed = 1;
	size_t used;
	u8 *fdt;

	for (turn = 0; turn < 2000; turn++) {
		fdt = pseries_bytes(p, p->fdt);
		used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
		seed = seed * 1664525 + 1013904223;
		fdt[sizeof(struct fdt_header) +
		    seed % (used - sizeof(struct fdt_header))] = seed >> 24;
		if (turn % 2)
			pseries_attach_nodes(p, 5);
		else if (turn)
			pseries_detach_nodes(p, 5);
		pseries_quiet_event(p);
		if (!p->image->hotplug_support || turn % 64 == 63)
			assert_errno("load", 0, pseries_load(p));
	}
	pseries_shutdown(p);
}

/* --- a random walk -------------------------------------------------------------- */

#define WALK_TURNS 40
#define WALKS 150

struct walk {
	struct pseries *p;
	char what[32];
	u64 random;
	unsigned int attached;	/* a bit for each core */
};

static unsigned int pick(struct walk *w, unsigned int nr)
{
	w->random = w->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (w->random >> 33) % nr;
}

/* names that the next node has, of one length: one may stand where another was */
static const char *more_names[2];

static void put_more(void *fdt)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(more_names); i++)
		if (more_names[i])
			assert_int_equal(fdt_property_u32(fdt, more_names[i], i),
					 0);
}

static void pick_more(struct walk *w)
{
	static const char *const names[] = {
		NULL, "aaaa", "bbbb", "cccc", "dddd",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(more_names); i++)
		more_names[i] = names[pick(w, ARRAY_SIZE(names))];
	if (more_names[0] == more_names[1])
		more_names[1] = NULL;
}

static void walk_attach(struct walk *w)
{
	unsigned int core = pick(w, WALK_CORES);

	pick_more(w);
	if (w->attached & 1U << core)
		pseries_detach_nodes(w->p, core);
	else
		pseries_attach_nodes(w->p, core);
	w->attached ^= 1U << core;
}

static void walk_set_property(struct walk *w)
{
	/* some that all have, some that nobody has, and ends of each other */
	static const char *const names[] = {
		"clock-frequency", "64-bit", "x-size", "size", "a-x-size", "z",
		"reg", "device_type", "name",
	};
	static const char *const types[] = { "cpu", "cache", "none" };
	unsigned int core = pick(w, WALK_CORES), name, length;
	u8 value[24];

	if (!(w->attached & 1U << core))
		return;
	name = pick(w, ARRAY_SIZE(names));
	memset(value, pick(w, 4), sizeof(value));
	length = pick(w, sizeof(value));
	if (!strcmp(names[name], "device_type")) {
		length = 1 + snprintf((char *)value, sizeof(value), "%s",
				      types[pick(w, 3)]);
	} else if (!strcmp(names[name], "reg")) {
		memcpy(value, (u8 [4]){ 0, 0, 0, pick(w, 16) }, 4);
		length = 4;
	}
	set_property(w->p, core, names[name], value, length);
}

/* a good event, or none where there is no CPU or no space: then a reload */
static void walk_event(struct walk *w)
{
	int ret;
	void *expected = rewritten(w->p, &ret);

	pseries_quiet_event(w->p);
	assert_support(w->what, w->p, !ret);
	assert_segment(w->what, expected, w->p);
	free(expected);
	if (!ret)
		return;
	if (!w->attached)
		walk_attach(w);
	w->p->image->hotplug_support = 1;
}

/* an event that fails, if it needs what is not there; the next one is good */
static void walk_failing_event(struct walk *w)
{
	int ret;
	void *expected = rewritten(w->p, &ret);
	struct snapshot *before = snapshot_take(w->p);

	if (pick(w, 2))
		kernel_fail_alloc(w->p->kernel, 1 + pick(w, 3));
	else
		kernel_fail_map(w->p->kernel, 1 + pick(w, 12));
	pseries_quiet_event(w->p);
	kernel_fail_alloc(w->p->kernel, 0);
	kernel_fail_map(w->p->kernel, 0);

	if (w->p->image->hotplug_support)
		assert_segment(w->what, expected, w->p);
	else
		assert_false(snapshot_differs(before, w->p, w->p->fdt));
	w->p->image->hotplug_support = 1;
	snapshot_free(before);
	free(expected);
}

static void walk_turn(struct walk *w)
{
	switch (pick(w, 10)) {
	case 0 ... 3:
		walk_attach(w);
		break;
	case 4 ... 6:
		walk_set_property(w);
		break;
	case 7:
		walk_failing_event(w);
		break;
	default:
		walk_event(w);
	}
}

static void the_other_children(void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus"), node;

	node = fdt_add_subnode(fdt, cpus, "idle-states");
	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "idle"), 0);
	assert_int_equal(fdt_setprop_u32(fdt, node, "only-here", 1), 0);
}

static void walk(struct pseries *p, unsigned int seed)
{
	struct walk w = { .p = p, .random = seed, .attached = 1 };
	unsigned int turn;
	void *start;

	pick_more(&w);
	begin_anew(p, w.attached);
	start = pseries_copy(p, p->fdt);
	for (turn = 0; turn < WALK_TURNS; turn++) {
		snprintf(w.what, sizeof(w.what), "seed %u, turn %u", seed, turn);
		walk_turn(&w);
	}
	walk_event(&w);
	assert_rest_equal(w.what, start, pseries_bytes(p, p->fdt));
	assert_fdt_ok(w.what, pseries_bytes(p, p->fdt),
		      pseries_memsz(p, p->fdt));
	free(start);
}

static void any_walk_gives_what_a_rewrite_gives(void **state __always_unused)
{
	const struct pseries_config configs[] = {
		{ .possible_cores = 3 * WALK_CORES, .caches = true,
		  .put_in_cpu = put_more },
		{ .possible_cores = 3 * WALK_CORES, .caches = true,
		  .put_in_cpu = put_more, .edit_tree = the_other_children },
	};
	unsigned int i, seed;

	for (i = 0; i < ARRAY_SIZE(configs); i++) {
		struct pseries *p = boot(&configs[i]);

		for (seed = 0; seed < WALKS; seed++)
			walk(p, seed);
		pseries_shutdown(p);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_full_list_is_no_edge),
	cmocka_unit_test(an_event_without_a_change_does_nothing),
	cmocka_unit_test(a_change_that_is_none_is_not_written),
	cmocka_unit_test(every_change_is_followed),
	cmocka_unit_test(one_node_is_one_node),
	cmocka_unit_test(a_failed_event_is_made_good),
	cmocka_unit_test(any_number_of_changes_is_followed),
	cmocka_unit_test(the_list_grows),
	cmocka_unit_test(cpus_may_go_and_come_back),
	cmocka_unit_test(a_new_node_replaces_half_a_node),
	cmocka_unit_test(a_node_may_change_twice),
	cmocka_unit_test(a_node_may_change_meanwhile),
	cmocka_unit_test(a_poked_header_is_noticed),
	cmocka_unit_test(another_tree_is_taken_as_it_is),
	cmocka_unit_test(poked_bytes_do_no_harm),
	cmocka_unit_test(any_walk_gives_what_a_rewrite_gives),
};

TEST_MAIN(tests)
