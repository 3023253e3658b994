// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shim's live device tree: made from flattened ones, changed, searched,
 * flattened again; and what powerpc reads from it about memory.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "shim_check.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

/* --- device tree ------------------------------------------------------------------ */

static char tree[16384];

static void put_cells(const char *name, u32 value)
{
	check_ret(0, fdt_property_u32(tree, name, value));
}

static void put_cpu(const char *name, u32 reg, u32 phandle)
{
	check_ret(0, fdt_begin_node(tree, name));
	check_ret(0, fdt_property_string(tree, "device_type", "cpu"));
	put_cells("reg", reg);
	if (phandle)
		put_cells("phandle", phandle);
	check_ret(0, fdt_end_node(tree));
}

/*
 * /			#address-cells 2, #size-cells 2
 *   cpus		#address-cells 1, #size-cells 0
 *     PowerPC,POWER9@0 (phandle 0x10), l2-cache@2000, PowerPC,POWER9@8
 *   memory@0
 */
static void make_tree(struct kernel *k)
{
	check_ret(0, fdt_create(tree, sizeof(tree)));
	check_ret(0, fdt_finish_reservemap(tree));
	check_ret(0, fdt_begin_node(tree, ""));
	put_cells("#address-cells", 2);
	put_cells("#size-cells", 2);
	check_ret(0, fdt_begin_node(tree, "cpus"));
	put_cells("#address-cells", 1);
	put_cells("#size-cells", 0);
	put_cpu("PowerPC,POWER9@0", 0, 0x10);
	check_ret(0, fdt_begin_node(tree, "l2-cache@2000"));
	put_cells("ibm,phandle", 0x2000);
	check_ret(0, fdt_end_node(tree));
	put_cpu("PowerPC,POWER9@8", 8, 0);
	check_ret(0, fdt_end_node(tree));
	check_ret(0, fdt_begin_node(tree, "memory@0"));
	check_ret(0, fdt_property_string(tree, "device_type", "memory"));
	check_ret(0, fdt_end_node(tree));
	check_ret(0, fdt_end_node(tree));
	check_ret(0, fdt_finish(tree));
	check_ret(0, kernel_set_boot_fdt(k, tree, sizeof(tree), 0x1230000));
}

/* only ASan can tell */
static void check_freed(const void *p __always_unused)
{
#ifdef __SANITIZE_ADDRESS__
	check(__asan_address_is_poisoned(p));
#endif
}

/* the children's names, in order */
static const char *children(const char *path)
{
	static char text[512];
	struct device_node *np = of_find_node_by_path(path), *child;

	text[0] = '\0';
	for_each_child_of_node(np, child)
		sprintf(text + strlen(text), "%s ", child->full_name);
	of_node_put(np);
	return text;
}

static void tree_is_in_document_order(void **state)
{
	struct kernel *k = *state;
	struct device_node *np;

	make_tree(k);
	check_str("cpus memory@0 ", children("/"));
	check_str("PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ",
		  children("/cpus"));
	check_num(0, kernel_live_node_refs(k));
	check_num(0x1230000, initial_boot_params_pa);
	check(!memcmp(initial_boot_params, tree, fdt_totalsize(tree)));

	np = of_find_node_by_path("/");
	check_str("/", np->full_name);
	check_str("", np->name);
	check_num(2, of_n_addr_cells(np));
	of_node_put(np);
	np = of_find_node_by_path("/cpus/PowerPC,POWER9@8");
	check_str("PowerPC,POWER9", np->name);
	check_num(1, of_n_addr_cells(np));
	check_num(0, of_n_size_cells(np));
	of_node_put(np);
	np = of_find_node_by_path("/cpus");
	check_num(2, of_n_size_cells(np));
	/* one cell where nothing is said */
	check_ret(0, kernel_set_property(k, "/", "#size-cells", "", 0));
	check_num(1, of_n_size_cells(np));
	of_node_put(np);

	check(!of_find_node_by_path("/memory"));
	check(!of_find_node_by_path("/cpus/"));
	check(!of_find_node_by_path("cpus"));
	check(!of_find_node_by_path("/cpus/PowerPC,POWER9@"));
}

static void properties_are_read(void **state)
{
	struct kernel *k = *state;
	struct device_node *np;
	struct property *pp;
	char names[128] = "";
	u32 v32 = 1;
	u64 v64;
	int len;

	make_tree(k);
	np = of_find_node_by_path("/cpus/PowerPC,POWER9@0");
	for_each_property_of_node(np, pp)
		sprintf(names + strlen(names), "%s ", pp->name);
	check_str("device_type reg phandle name ", names);
	check_str("cpu", of_get_property(np, "device_type", &len));
	check_num(4, len);
	check(!of_get_property(np, "nothing", NULL));

	check_ret(-EINVAL, of_property_read_u32(np, "nothing", &v32));
	check_ret(0, of_property_read_u32(np, "reg", &v32));
	check_num(0, v32);
	check_ret(-EOVERFLOW, of_property_read_u64(np, "reg", &v64));
	check_ret(0, kernel_set_property(k, "/cpus/PowerPC,POWER9@0", "reg",
					 "\0\0\0\1\0\0\0\2", 8));
	check_ret(0, of_property_read_u64(np, "reg", &v64));
	check_num(0x100000002, v64);
	check_ret(0, of_property_read_u32(np, "reg", &v32));
	check_num(1, v32);
	check_ret(0, kernel_set_property(k, "/cpus/PowerPC,POWER9@0", "empty",
					 NULL, 0));
	check_ret(-ENODATA, of_property_read_u32(np, "empty", &v32));
	names[0] = '\0';
	for_each_property_of_node(np, pp)
		sprintf(names + strlen(names), "%s ", pp->name);
	check_str("device_type reg phandle name empty ", names);
	of_node_put(np);
	check_ret(-ENOENT, kernel_set_property(k, "/no", "x", "", 0));
}

static void nodes_are_found(void **state)
{
	struct kernel *k = *state;
	struct device_node *np;
	char found[128] = "";

	make_tree(k);
	for_each_node_by_type(np, "cpu")
		sprintf(found + strlen(found), "%s ", np->full_name);
	check_str("PowerPC,POWER9@0 PowerPC,POWER9@8 ", found);
	check(!of_find_node_by_type(NULL, "pci"));

	/* back up from the last CPU to what follows */
	np = of_find_node_by_type(NULL, "memory");
	check_str("memory@0", np->full_name);
	of_node_put(np);

	/* a type that is not a string is no type */
	check_ret(0, kernel_set_property(k, "/memory@0", "device_type", "cpu",
					 3));
	check(!of_find_node_by_type(NULL, "memory"));
	found[0] = '\0';
	for_each_node_by_type(np, "cpu")
		sprintf(found + strlen(found), "%s ", np->full_name);
	check_str("PowerPC,POWER9@0 PowerPC,POWER9@8 ", found);

	np = of_find_node_by_phandle(0x2000);
	check_str("l2-cache@2000", np->full_name);
	of_node_put(np);
	np = of_find_node_by_phandle(0x10);
	check_str("PowerPC,POWER9@0", np->full_name);
	/* ibm,phandle rules; a name that is not a string is no name */
	check_ret(0, kernel_set_property(k, "/cpus/PowerPC,POWER9@0",
					 "ibm,phandle", "\0\0\0\x11", 4));
	check_num(0x11, np->phandle);
	check_ret(0, kernel_set_property(k, "/cpus/PowerPC,POWER9@0", "name",
					 "abc", 3));
	check_str("<NULL>", np->name);
	of_node_put(np);
	check(!of_find_node_by_phandle(0));
	check(!of_find_node_by_phandle(0x10));
	check_num(0, kernel_live_node_refs(k));
}

static void references_are_counted(void **state)
{
	struct kernel *k = *state;
	struct device_node *cpus, *child;

	make_tree(k);
	cpus = of_find_node_by_path("/cpus");
	check(of_node_get(cpus) == cpus);
	check_num(2, kernel_live_node_refs(k));
	child = of_get_next_child(cpus, NULL);
	child = of_get_next_child(cpus, child);
	check_str("l2-cache@2000", child->full_name);
	check_num(3, kernel_live_node_refs(k));
	of_node_put(child);
	of_node_put(cpus);
	of_node_put(cpus);
	of_node_put(NULL);
	check_num(0, kernel_live_node_refs(k));
	of_node_put(cpus);
	check_violations(k, "of_node_put() of cpus without a reference");
	check_num(0, kernel_live_node_refs(k));
}

static void new_nodes_come_first(void **state)
{
	struct kernel *k = *state;
	struct device_node *np, *other;
	unsigned long generation;
	char dtb[1024];
	int node, sub;

	make_tree(k);
	check_ret(0, fdt_create_empty_tree(dtb, sizeof(dtb)));
	node = fdt_add_subnode(dtb, 0, "PowerPC,POWER9@10");
	check_ret(0, fdt_setprop_u32(dtb, node, "phandle", 0x77));
	check_ret(0, fdt_setprop_string(dtb, node, "name", "as given"));
	sub = fdt_add_subnode(dtb, node, "sub@1");
	check(sub > 0);
	check(fdt_add_subnode(dtb, node, "sub@2") == sub);
	node = fdt_path_offset(dtb, "/PowerPC,POWER9@10");

	generation = kernel_tree_generation(k);
	check_ret(-ENOENT, kernel_attach_node(k, "/no", dtb, node));
	check_num(generation, kernel_tree_generation(k));
	check_ret(0, kernel_attach_node(k, "/cpus", dtb, node));
	check(generation != kernel_tree_generation(k));
	check_str("PowerPC,POWER9@10 PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ",
		  children("/cpus"));
	check_str("sub@1 sub@2 ", children("/cpus/PowerPC,POWER9@10"));
	np = of_find_node_by_phandle(0x77);
	check_str("as given", np->name);

	/* somebody holds it when it goes: it lives until it is put */
	check_ret(0, kernel_detach_node(k, "/cpus/PowerPC,POWER9@10"));
	check_str("PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ",
		  children("/cpus"));
	check_str("PowerPC,POWER9@10", np->full_name);
	check(!of_find_node_by_phandle(0x77));
	of_node_put(np);
	check_freed(np);

	/* one of two goes that are held */
	np = of_find_node_by_path("/cpus/l2-cache@2000");
	check_ret(0, kernel_detach_node(k, "/cpus/l2-cache@2000"));
	other = of_find_node_by_path("/memory@0");
	check_ret(0, kernel_detach_node(k, "/memory@0"));
	of_node_put(np);
	check_freed(np);
	check_str("memory@0", other->full_name);
	of_node_put(other);
	check_str("PowerPC,POWER9@0 PowerPC,POWER9@8 ", children("/cpus"));
	check_ret(-ENOENT, kernel_detach_node(k, "/cpus/l2-cache@2000"));
	check_ret(-EINVAL, kernel_detach_node(k, "/"));
}

/* --- who is told ---------------------------------------------------------------- */

static char told[256];

/* what the callback finds: the change is made, and what went is still there */
static int tell(struct notifier_block *nb __always_unused, unsigned long action,
		void *data)
{
	static const char *const actions[] = {
		[OF_RECONFIG_ATTACH_NODE] = "attach",
		[OF_RECONFIG_DETACH_NODE] = "detach",
		[OF_RECONFIG_ADD_PROPERTY] = "add",
		[OF_RECONFIG_UPDATE_PROPERTY] = "update",
	};
	const struct of_reconfig_data *rd = data;
	const struct device_node *parent = rd->dn->parent;

	sprintf(told, "%s %s in %s", actions[action], rd->dn->full_name,
		parent ? parent->full_name : "nothing");
	if (rd->prop)
		sprintf(told + strlen(told), ": %s", (char *)rd->prop->value);
	if (rd->old_prop)
		sprintf(told + strlen(told), ", was %s",
			(char *)rd->old_prop->value);
	if (parent)
		sprintf(told + strlen(told), "; %s", children("/cpus"));
	return NOTIFY_OK;
}

static void check_told(const char *expected)
{
	check_str(expected, told);
	told[0] = 0;
}

static void changes_are_told(void **state)
{
	struct notifier_block nb = { .notifier_call = tell };
	struct kernel *k = *state;
	char dtb[1024];

	make_tree(k);
	check_ret(0, fdt_create_empty_tree(dtb, sizeof(dtb)));
	check(fdt_add_subnode(dtb, 0, "x") > 0);
	check_ret(0, of_reconfig_notifier_register(&nb));

	check_ret(0, kernel_attach_node(k, "/cpus", dtb,
					fdt_path_offset(dtb, "/x")));
	check_told("attach x in cpus; x PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ");
	check_ret(0, kernel_set_property(k, "/cpus/x", "p", "one", 4));
	check_told("add x in cpus: one; x PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ");
	check_ret(0, kernel_set_property(k, "/cpus/x", "p", "two", 4));
	check_told("update x in cpus: two, was one; x PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ");
	check_ret(0, kernel_detach_node(k, "/cpus/x"));
	check_told("detach x in cpus; PowerPC,POWER9@0 l2-cache@2000 PowerPC,POWER9@8 ");
	make_tree(k);
	check_told("attach / in nothing");

	/* nothing changed */
	check_ret(-ENOENT, kernel_detach_node(k, "/cpus/x"));
	check_ret(-ENOENT, kernel_set_property(k, "/cpus/x", "p", "", 0));
	check_ret(-EINVAL, kernel_set_property(k, "/cpus", "p", "", -1));
	check_told("");

	check_ret(0, of_reconfig_notifier_unregister(&nb));
	check_ret(0, kernel_detach_node(k, "/cpus"));
	check_told("");
}

static int keep(struct notifier_block *nb __always_unused,
		unsigned long action __always_unused, void *data)
{
	of_node_get(((struct of_reconfig_data *)data)->dn);
	return NOTIFY_OK;
}

/* a callback may keep a node, a handler may not; nor may it drop one too many */
static void a_callback_may_keep_a_node(void **state)
{
	struct notifier_block nb = { .notifier_call = keep };
	struct device_node *np;
	struct kernel *k = *state;

	make_tree(k);
	check_ret(0, of_reconfig_notifier_register(&nb));
	np = of_find_node_by_path("/memory@0");
	check_ret(0, kernel_detach_node(k, "/memory@0"));
	check_num(1, kernel_live_node_refs(k));
	of_node_put(np);
	check_num(0, kernel_live_node_refs(k));

	kernel_enter_handler(k, "handler");
	of_node_put(np);
	check_freed(np);
	kernel_leave_handler(k);
	check_num(0, kernel_report(k)->violations);

	np = of_find_node_by_path("/cpus");
	kernel_enter_handler(k, "handler");
	of_node_put(np);
	kernel_leave_handler(k);
	check_violations(k, "handler() dropped 1 node reference(s)");

	kernel_enter_handler(k, "handler");
	np = of_find_node_by_path("/cpus");
	kernel_leave_handler(k);
	check_violations(k, "handler() keeps 1 node reference(s)");
	of_node_put(np);

	/* with the last callback goes the one that could still drop it */
	np = of_find_node_by_path("/cpus");
	check_ret(0, kernel_set_property(k, "/cpus", "p", "", 0));
	of_node_put(np);
	check_num(0, kernel_live_node_refs(k));
	check_ret(0, of_reconfig_notifier_unregister(&nb));
	check_num(1, kernel_live_node_refs(k));
	of_node_put(np);
}

static void held_nodes_outlive_no_kernel(void **state __always_unused)
{
	struct kernel *k = kernel_create(&test_config, &test_handlers);

	kernel_switch(k);
	make_tree(k);
	of_find_node_by_path("/cpus");
	check_ret(0, kernel_detach_node(k, "/cpus"));
	of_find_node_by_path("/memory@0");
	kernel_destroy(k);
}

static void broken_trees_are_refused(void **state)
{
	struct kernel *k = *state;
	int i;

	make_tree(k);
	check_ret(-EINVAL, kernel_set_boot_fdt(k, tree, 64, 0));
	check_ret(-EINVAL, kernel_set_boot_fdt(k, "no tree", 8, 0));
	check_str("cpus memory@0 ", children("/"));

	check_ret(0, fdt_create(tree, sizeof(tree)));
	check_ret(0, fdt_finish_reservemap(tree));
	for (i = 0; i < 65; i++)
		check_ret(0, fdt_begin_node(tree, i ? "n" : ""));
	for (i = 0; i < 65; i++)
		check_ret(0, fdt_end_node(tree));
	check_ret(0, fdt_finish(tree));
	check_ret(-EINVAL, kernel_set_boot_fdt(k, tree, sizeof(tree), 0));
	check_str("cpus memory@0 ", children("/"));

	/* 63 levels below /cpus, the first of them given */
	check_ret(-EINVAL, kernel_attach_node(k, "/cpus", tree,
					      fdt_path_offset(tree, "/n/n")));
	check_ret(0, kernel_attach_node(k, "/cpus", tree,
					fdt_path_offset(tree, "/n/n/n")));
}

/* --- a round trip of real trees ------------------------------------------------ */

static char *read_gz(const char *path, size_t *size)
{
	const size_t max = 8 * MIB;
	gzFile f = gzopen(path, "rb");
	char *buf = malloc(max);
	int n = f ? gzread(f, buf, max) : -1;

	if (n <= 0)
		fail_msg("cannot read %s", path);
	gzclose(f);
	*size = n;
	return buf;
}

/* as populate_properties(): a node without a name gets its unit's */
static void check_added_name(const void *fdt, int node, int prop)
{
	const char *unit = fdt_get_name(fdt, node, NULL);
	const char *name, *value;
	char want[256];
	int len;

	snprintf(want, sizeof(want), "%.*s", (int)strcspn(unit, "@"), unit);
	value = fdt_getprop_by_offset(fdt, prop, &name, &len);
	check_str("name", name);
	check_str(want, value);
	check_num(strlen(want) + 1, len);
}

static void check_same_properties(const char *file, const void *a, int node_a,
				  const void *b, int node_b)
{
	int pa = fdt_first_property_offset(a, node_a);
	int pb = fdt_first_property_offset(b, node_b);
	const char *name_a, *name_b;
	const void *va, *vb;
	int la, lb;

	for (; pa >= 0; pa = fdt_next_property_offset(a, pa)) {
		va = fdt_getprop_by_offset(a, pa, &name_a, &la);
		vb = pb < 0 ? NULL : fdt_getprop_by_offset(b, pb, &name_b, &lb);
		if (!vb || strcmp(name_a, name_b) || la != lb ||
		    memcmp(va, vb, la))
			fail_msg("%s: node %s: property %s is not kept",
				 file, fdt_get_name(a, node_a, NULL), name_a);
		pb = fdt_next_property_offset(b, pb);
	}
	if (!fdt_getprop(a, node_a, "name", NULL)) {
		check(pb >= 0);
		check_added_name(b, node_b, pb);
		pb = fdt_next_property_offset(b, pb);
	}
	check_ret(-FDT_ERR_NOTFOUND, pb);
}

static void check_round_trip(struct kernel *k, const char *file)
{
	int a = 0, b = 0, depth_a = 0, depth_b = 0;
	size_t size, flat_size;
	char *fdt = read_gz(file, &size);
	void *flat;

	check_ret(0, kernel_set_boot_fdt(k, fdt, size, 0));
	check_ret(0, kernel_flatten_tree(k, &flat, &flat_size));
	check_ret(0, fdt_check_full(flat, flat_size));
	while (a >= 0 && depth_a >= 0) {
		check_str(fdt_get_name(fdt, a, NULL),
			  fdt_get_name(flat, b, NULL));
		check_num(depth_a, depth_b);
		check_same_properties(file, fdt, a, flat, b);
		a = fdt_next_node(fdt, a, &depth_a);
		b = fdt_next_node(flat, b, &depth_b);
	}
	check_num(depth_a, depth_b);
	free(flat);
	free(fdt);
}

static void real_trees_survive_a_round_trip(void **state)
{
	const char *source = getenv("CRASH_HP_SOURCE");
	char pattern[PATH_MAX];
	glob_t found = { 0 };
	size_t i;

#ifdef CRASH_HP_SOURCE_DIR
	if (!source)
		source = CRASH_HP_SOURCE_DIR;
#endif
	snprintf(pattern, sizeof(pattern), "%s/fixtures/captures/*/step-00*/*.dtb.gz",
		 source ? source : ".");
	if (glob(pattern, 0, NULL, &found))
		fail_msg("no trees: %s", pattern);
	for (i = 0; i < found.gl_pathc; i++)
		check_round_trip(*state, found.gl_pathv[i]);
	globfree(&found);
}

/* --- drmem ------------------------------------------------------------------------- */

#define DRCONF "/ibm,dynamic-reconfiguration-memory"

static char lmbs[512];
static unsigned int fail_at_lmb;

static int list_lmb(struct drmem_lmb *lmb, const __be32 **usm, void *data)
{
	unsigned int *nr = data;

	sprintf(lmbs + strlen(lmbs), "%llx:%x:%x:%x%s ", lmb->base_addr,
		lmb->drc_index, lmb->aa_index, lmb->flags, *usm ? "+" : "");
	lmb->base_addr = 0;	/* its own copy: changes nothing */
	return ++*nr == fail_at_lmb ? -EIO : 0;
}

static int walk(struct kernel *k __always_unused, unsigned int fails_at)
{
	struct device_node *np = of_find_node_by_path(DRCONF);
	unsigned int nr = 0;
	int ret;

	lmbs[0] = '\0';
	fail_at_lmb = fails_at;
	ret = walk_drmem_lmbs(np, &nr, list_lmb);
	of_node_put(np);
	return ret;
}

static void set_cells(struct kernel *k, const char *path, const char *name,
		      unsigned int nr, const u32 *cells)
{
	__be32 be[64];
	unsigned int i;

	for (i = 0; i < nr; i++)
		be[i] = cpu_to_be32(cells[i]);
	check_ret(0, kernel_set_property(k, path, name, be, nr * 4));
}

#define cells(k, path, name, ...) do { \
	const u32 cells_[] = { __VA_ARGS__ }; \
	set_cells(k, path, name, ARRAY_SIZE(cells_), cells_); \
} while (0)

static void add_node(struct kernel *k, const char *name)
{
	char dtb[256];
	int node;

	check_ret(0, fdt_create_empty_tree(dtb, sizeof(dtb)));
	node = fdt_add_subnode(dtb, 0, name);
	check_ret(0, kernel_attach_node(k, "/", dtb, node));
}

static void lmbs_of_version_1(void **state)
{
	struct kernel *k = *state;

	make_tree(k);
	check_num(0, drmem_lmb_size());
	add_node(k, &DRCONF[1]);
	check_ret(-ENODEV, walk(k, 0));
	check_str("<6>drmem: Could not determine LMB size",
		  kernel_log_line(k, 0));
	cells(k, DRCONF, "ibm,lmb-size", 0, 0x10000000);
	check_num(0x10000000, drmem_lmb_size());
	check_ret(-ENODEV, walk(k, 0));

	/*                 n  base           drc  -  aa flags */
	cells(k, DRCONF, "ibm,dynamic-memory",
	      2, 0, 0x20000000, 0x80000002, 0, 1, 8,
	      1, 0x30000000, 0x80000013, 0, 2, 0);
	check_ret(0, walk(k, 0));
	check_str("20000000:80000002:1:8 130000000:80000013:2:0 ", lmbs);
	check_ret(-EIO, walk(k, 1));
	check_str("20000000:80000002:1:8 ", lmbs);
	check_ret(0, kernel_set_property(k, DRCONF, "linux,drconf-usable-memory",
					 "", 1));
	check_ret(0, walk(k, 0));
	check_str("20000000:80000002:1:8 130000000:80000013:2:0 ", lmbs);
	cells(k, DRCONF, "linux,drconf-usable-memory", 0);
	check_ret(0, walk(k, 0));
	check_str("20000000:80000002:1:8+ 130000000:80000013:2:0+ ", lmbs);
}

static void lmbs_of_version_2(void **state)
{
	struct kernel *k = *state;

	make_tree(k);
	add_node(k, &DRCONF[1]);
	cells(k, DRCONF, "ibm,lmb-size", 0, 0x10000000);
	/*                 sets n  base           drc         aa flags */
	cells(k, DRCONF, "ibm,dynamic-memory-v2",
	      2, 2, 0, 0x20000000, 0x80000002, 1, 8,
	      1, 1, 0, 0x80000010, 2, 0);
	check_ret(0, walk(k, 0));
	check_str("20000000:80000002:1:8 30000000:80000003:1:8 100000000:80000010:2:0 ",
		  lmbs);
	/* 6.12: the error ends its set, and is forgotten by the next one */
	check_ret(0, walk(k, 1));
	check_str("20000000:80000002:1:8 100000000:80000010:2:0 ", lmbs);
	check_ret(-EIO, walk(k, 3));
}

static void broken_lmb_lists_are_refused(void **state)
{
	struct kernel *k = *state;

	make_tree(k);
	add_node(k, &DRCONF[1]);
	cells(k, DRCONF, "ibm,lmb-size", 0x10000000);
	check_num(0, drmem_lmb_size());
	cells(k, DRCONF, "ibm,lmb-size", 0, 0x10000000);
	check_ret(0, kernel_set_property(k, DRCONF, "ibm,dynamic-memory-v2",
					 "", 0));
	check_ret(-EINVAL, walk(k, 0));
	cells(k, DRCONF, "ibm,dynamic-memory-v2",
	      2, 1, 0, 0x20000000, 0x80000002, 1, 8, 1, 1, 0, 0x80000010, 2);
	check_ret(-EINVAL, walk(k, 0));
	cells(k, DRCONF, "ibm,dynamic-memory-v2",
	      1, 0xffffffff, 0, 0x20000000, 0x80000002, 1, 8);
	check_ret(-EINVAL, walk(k, 0));
	cells(k, DRCONF, "ibm,dynamic-memory-v2",
	      1, 1, 0, 0, 0x20000000, 0x80000002, 1, 8);
	cells(k, "/", "#address-cells", 3);
	check_ret(-EINVAL, walk(k, 0));
	cells(k, "/", "#size-cells", 3);
	cells(k, DRCONF, "ibm,lmb-size", 0, 0, 0x10000000);
	check_num(0, drmem_lmb_size());
	check_str("", lmbs);
}

static void hotplug_limit_is_the_largest(void **state)
{
	struct kernel *k = *state;

	check_num(0, memory_hotplug_max());
	check_ret(0, kernel_boot_memory(k, 0, GIB, 0));
	check_num(GIB, memory_hotplug_max());
	make_tree(k);
	add_node(k, &DRCONF[1]);
	cells(k, DRCONF, "ibm,lmb-size", 0, 0x10000000);
	cells(k, DRCONF, "ibm,dynamic-memory-v2",
	      1, 3, 1, 0, 0x80000002, 1, 8);
	check_num(0x130000000, memory_hotplug_max());
	add_node(k, "rtas");
	cells(k, "/rtas", "ibm,lrdr-capacity", 2, 0, 0, 0x10000000, 8);
	check_num(0x200000000, memory_hotplug_max());
	check_ret(0, kernel_boot_memory(k, 64 * GIB, GIB, 0));
	check_num(65 * GIB, memory_hotplug_max());
}

static const struct CMUnitTest tests[] = {
	test(tree_is_in_document_order),
	test(properties_are_read),
	test(nodes_are_found),
	test(references_are_counted),
	test(new_nodes_come_first),
	test(changes_are_told),
	test(a_callback_may_keep_a_node),
	cmocka_unit_test(held_nodes_outlive_no_kernel),
	test(broken_trees_are_refused),
	test(real_trees_survive_a_round_trip),
	test(lmbs_of_version_1),
	test(lmbs_of_version_2),
	test(broken_lmb_lists_are_refused),
	test(hotplug_limit_is_the_largest),
};

TEST_MAIN(tests)
