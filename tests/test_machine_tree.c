// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live device tree under hotplug: nodes of cores and caches, LMBs.
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

#define SMALL .memory = "0+80000000", .cores = "0"
#define RAM2G "ram 0-7fffffff; online 0-7fffffff; "

static const struct bed two_cores = {
	.memory = "0+80000000",
	.cores = "0 4",
	.threads = 4,
	.max_cores = 4,
};

/* --- CPU nodes ---------------------------------------------------------------------- */

static int cpu_node(const void *tree, const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), "/cpus/%s", name);
	return fdt_path_offset(tree, path);
}

static void assert_cells(const char *what, const void *tree, int node,
			 const char *name, const char *expected)
{
	const fdt32_t *p;
	char got[256] = "";
	size_t used = 0;
	int len, i;

	p = fdt_getprop(tree, node, name, &len);
	for (i = 0; p && i < len / 4; i++)
		used += sprintf(got + used, "%s%x", i ? " " : "",
				fdt32_ld(p + i));
	if (strcmp(got, expected))
		fail_msg("%s: %s:\n\texpected %s\n\tgot      %s", what, name,
			 expected, p ? got : "(none)");
}

static void a_new_core_has_its_own_numbers(void **state __always_unused)
{
	struct machine *m = bed_boot(&two_cores);
	const void *tree;
	int node, len;

	bed_apply(m, "core+ 28");
	tree = machine_view(m)->tree;
	node = cpu_node(tree, "PowerPC,POWER9@28");
	if (node < 0)
		fail_msg("no node PowerPC,POWER9@28");
	assert_cells("new core", tree, node, "reg", "28");
	assert_cells("new core", tree, node, "ibm,ppc-interrupt-server#s",
		     "28 29 2a 2b");
	assert_cells("new core", tree, node, "ibm,ppc-interrupt-gserver#s",
		     "28 0 29 0 2a 0 2b 0");
	assert_cells("new core", tree, node, "ibm,my-drc-index", "10000028");
	/* one above the largest there is */
	assert_cells("new core", tree, node, "phandle", "105");
	assert_string_equal(fdt_getprop(tree, node, "status", NULL), "okay");
	assert_string_equal(fdt_getprop(tree, node, "name", &len),
			    "PowerPC,POWER9@28");
	machine_destroy(m);
}

/* all nodes of /cpus that are there, in the document's order */
static const char *cpus_of(struct machine *m)
{
	const void *tree = machine_view(m)->tree;
	int node, cpus = fdt_path_offset(tree, "/cpus");
	static char text[512];
	size_t len = 0;

	*text = '\0';
	fdt_for_each_subnode(node, tree, cpus)
		len += sprintf(text + len, "%s%s", len ? " " : "",
			       fdt_get_name(tree, node, NULL));
	return text;
}

static void a_core_takes_only_its_own_caches_along(void **state __always_unused)
{
	static const struct bed bed = {
		.memory = "0+80000000", .cores = "0 1", .caches = true,
		.max_cores = 8,
	};
	static const struct {
		const char *events;
		const char *nodes;
	} rows[] = {
		{ "", "PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@1 l2-cache@2001 l3-cache@3000" },
		{ "off 1; core- 1", "PowerPC,POWER9@0 l2-cache@2000 l3-cache@3000" },
		/* a new core shares the caches of its model, the first */
		{ "core+ 2; off 0; core- 0",
		  "PowerPC,POWER9@2 l2-cache@2000 PowerPC,POWER9@1 l2-cache@2001 l3-cache@3000" },
		{ "core+ 2; off 0; core- 0; core- 2",
		  "PowerPC,POWER9@1 l2-cache@2001 l3-cache@3000" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&bed);

		bed_apply(m, rows[i].events);
		assert_text(*rows[i].events ? rows[i].events : "boot",
			    rows[i].nodes, cpus_of(m));
		machine_destroy(m);
	}
}

/* a tree with a core's node, and a cache beside it */
static void *given_core(uint32_t reg, size_t *size)
{
	struct bed bed = { .memory = "", .caches = true, .threads = 2 };
	char cores[16];
	const void *tree;
	void *fdt;
	int cpus, node;

	snprintf(cores, sizeof(cores), "%x", reg);
	bed.cores = cores;
	tree = bed_tree(&bed, size);
	fdt = calloc(1, 8192);
	fdt_create_empty_tree(fdt, 8192);
	cpus = fdt_path_offset(tree, "/cpus");
	fdt_for_each_subnode(node, tree, cpus) {
		const char *name = fdt_get_name(tree, node, NULL), *prop;
		int new, p, len;

		if (!strncmp(name, "l3", 2))
			continue;
		new = fdt_add_subnode(fdt, 0, name);
		fdt_for_each_property_offset(p, tree, node) {
			const void *value = fdt_getprop_by_offset(tree, p,
								  &prop, &len);

			fdt_setprop(fdt, new, prop, value, len);
		}
	}
	*size = 8192;
	return fdt;
}

static void a_core_may_bring_its_node_and_caches(void **state __always_unused)
{
	struct bed bed = two_cores;
	struct event e = { .type = EVENT_CPU_ADD, .u.core.core = 8 };
	struct error err = { "" };
	struct machine *m;
	void *fdt;

	bed.threads = 2;
	m = bed_boot(&bed);
	fdt = given_core(8, &e.u.core.node_size);
	e.u.core.node = fdt;
	if (machine_apply(m, &e, NULL, &err))
		fail_msg("given core: %s", err.text);
	assert_text("given core", RAM2G "cpus 0 1 2=4 3=5 -4=8 -5=9 .6 .7",
		    bed_state(m));
	assert_true(cpu_node(machine_view(m)->tree, "l2-cache@2008") > 0);
	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("twice", "hardware id 0x8 is there", err.text);

	bed_apply(m, "core- 8");
	assert_true(cpu_node(machine_view(m)->tree, "l2-cache@2008") < 0);
	e.u.core.core = 9;
	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("other core", "core 0x9 arrives with the node of core 0x8",
		    err.text);
	/* its cache has the name of one that is there */
	e.u.core.core = 8;
	fdt_set_name(fdt, fdt_path_offset(fdt, "/l2-cache@2008"),
		     "PowerPC,POWER9@0");
	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("same name", "node /cpus/PowerPC,POWER9@0 is there",
		    err.text);
	e.u.core.node_size = 100;
	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("torn", "tree of the new core: torn", err.text);
	free(fdt);
	machine_destroy(m);
}

/* --- LMBs ---------------------------------------------------------------------------- */

/* "first+number flags:index" for each run of LMBs alike, in either format */
static const char *lmbs_of(struct machine *m)
{
	const void *tree = machine_view(m)->tree;
	int node = fdt_path_offset(tree, "/ibm,dynamic-reconfiguration-memory");
	static char text[2048];
	const fdt32_t *p;
	unsigned int i, nr;
	size_t len = 0;
	bool v1 = true;

	p = fdt_getprop(tree, node, "ibm,dynamic-memory", NULL);
	if (!p) {
		v1 = false;
		p = fdt_getprop(tree, node, "ibm,dynamic-memory-v2", NULL);
	}
	nr = fdt32_ld(p++);
	*text = '\0';
	for (i = 0; i < nr; i++, p += 6)
		len += sprintf(text + len, "%s%x+%x %x:%x", i ? ", " : "",
			       fdt32_ld(v1 ? p + 2 : p + 3) & 0xffff,
			       v1 ? 1 : fdt32_ld(p), fdt32_ld(p + 5),
			       fdt32_ld(p + 4));
	return text;
}

static const struct {
	const char *events;
	const char *v2;
	const char *v1;
} lmb_rows[] = {
	{ "", "8+4 0:ffffffff",
	  "8+1 0:ffffffff, 9+1 0:ffffffff, a+1 0:ffffffff, b+1 0:ffffffff" },
	{ "mem+ 80000000 10000000", "8+1 8:0, 9+3 0:ffffffff",
	  "8+1 8:0, 9+1 0:ffffffff, a+1 0:ffffffff, b+1 0:ffffffff" },
	/* a run is split, and joined again */
	{ "mem+ 90000000 20000000", "8+1 0:ffffffff, 9+2 8:0, b+1 0:ffffffff",
	  "8+1 0:ffffffff, 9+1 8:0, a+1 8:0, b+1 0:ffffffff" },
	{ "mem+ 90000000 20000000; mem+ 80000000 10000000",
	  "8+3 8:0, b+1 0:ffffffff",
	  "8+1 8:0, 9+1 8:0, a+1 8:0, b+1 0:ffffffff" },
	{ "mem+ 80000000 40000000; mem- 90000000 10000000",
	  "8+1 8:0, 9+1 0:ffffffff, a+2 8:0",
	  "8+1 8:0, 9+1 0:ffffffff, a+1 8:0, b+1 8:0" },
	/* another NUMA node is another associativity list */
	{ "mem+ 80000000 10000000; mem+ 90000000 10000000 1",
	  "8+1 8:0, 9+1 8:1, a+2 0:ffffffff",
	  "8+1 8:0, 9+1 8:1, a+1 0:ffffffff, b+1 0:ffffffff" },
	/* one that no list has */
	{ "mem+ 80000000 10000000 7", "8+1 8:ffffffff, 9+3 0:ffffffff",
	  "8+1 8:ffffffff, 9+1 0:ffffffff, a+1 0:ffffffff, b+1 0:ffffffff" },
	/* going online is nothing that firmware writes down */
	{ "mem+ 80000000 10000000; mem-on 80000000 10000000; mem-off 80000000 10000000",
	  "8+1 8:0, 9+3 0:ffffffff",
	  "8+1 8:0, 9+1 0:ffffffff, a+1 0:ffffffff, b+1 0:ffffffff" },
};

static void lmbs_are_assigned_and_freed(void **state __always_unused)
{
	struct bed bed = { SMALL, .lmbs = 4, .lmb_base = 0x80000000,
			   .max_cores = 1 };
	unsigned int i, v1;

	for (i = 0; i < ARRAY_SIZE(lmb_rows); i++) {
		for (v1 = 0; v1 < 2; v1++) {
			struct machine *m;

			bed.lmb_v1 = v1;
			m = bed_boot(&bed);
			bed_apply(m, lmb_rows[i].events);
			assert_text(lmb_rows[i].events, v1 ? lmb_rows[i].v1 :
				    lmb_rows[i].v2, lmbs_of(m));
			machine_destroy(m);
		}
	}
}

static const struct bed eight_lmbs = {
	SMALL, .lmbs = 8, .lmb_base = 0x80000000,
};

static void the_tree_is_written_once_for_a_request(void **state __always_unused)
{
	struct machine *m = bed_boot(&eight_lmbs);
	unsigned long before = machine_view(m)->tree_generation;

	bed_apply(m, "mem+ 80000000 80000000");
	assert_u64("8 LMBs", before + 1, machine_view(m)->tree_generation);
	bed_apply(m, "mem-on 80000000 80000000");
	assert_u64("online", before + 1, machine_view(m)->tree_generation);
	machine_destroy(m);
}

static void machines_without_lmbs_hotplug_memory_too(void **state
						     __always_unused)
{
	static const struct bed bed = { SMALL };
	struct machine *m = bed_boot(&bed);

	bed_apply(m, "mem+ 80000000 10000000; mem-on 80000000 10000000");
	assert_text("no LMBs", "0-8fffffff",
		    bed_ranges(&machine_view(m)->online));
	machine_destroy(m);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_core_has_its_own_numbers),
	cmocka_unit_test(a_core_takes_only_its_own_caches_along),
	cmocka_unit_test(a_core_may_bring_its_node_and_caches),
	cmocka_unit_test(lmbs_are_assigned_and_freed),
	cmocka_unit_test(the_tree_is_written_once_for_a_request),
	cmocka_unit_test(machines_without_lmbs_hotplug_memory_too),
};

TEST_MAIN(tests)
