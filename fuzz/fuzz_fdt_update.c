// SPDX-License-Identifier: GPL-2.0-only
/*
 * An FDT as it may lie in a segment, whole, torn, hostile or merely odd, is
 * updated while the live tree changes.
 *
 *   byte 0      length of the program
 *   byte 1, 2   zeros behind the segment's bytes
 *   program     operations of two bytes: which one, its argument
 *   the rest    the segment
 *
 * Bit 7 of byte 0: totalsize becomes the segment's size, as large as kexec would
 * make it.
 */
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "crash_fdt_watch.h"
#include "crash_hp.h"
#include "fdt_sound.h"
#include "fdt_tree.h"
#include "slack.h"
#include "small.h"

#define SEGMENT_START 0x20000000ULL
#define MAX_SEGMENT 0x20000
#define USE_ALL_SPACE 0x80

/**
 * struct updated - one segment and the machine above it
 * @before: its bytes before an update
 * @core, @cache: which there are
 */
struct updated {
	struct kernel *kernel;
	struct kimage image;
	struct small_memory memory;
	u8 *before;
	bool core[SMALL_CORES];
	bool cache[SMALL_CORES];
};

/* --- what may come out ----------------------------------------------------- */

static const char live_cache[] = "not the live cache";

static void no_change(void *ctx, const struct fdt_change *change)
{
	const char *what = ctx;
	const struct fdt_prop *p = change->prop_a ?: change->prop_b;

	/* what a cache is called, its unit name says */
	if (what == live_cache && !change->prop_b && change->prop_a &&
	    !strcmp(change->prop_a->name, "name"))
		return;
	fuzz_fail("%s: node %d, %s", what, change->a,
		  p ? p->name : "its children");
}

static bool is_type(const struct fdt_tree *t, int node, const char *type)
{
	return fdt_tree_prop_is(t, node, "device_type", type);
}

/* a CPU or a cache, or what an update that ran out of space has left of one */
static bool is_replaced(const struct fdt_tree *old, int node,
			const struct fdt_tree *live, int live_cpus)
{
	int twin;

	if (is_type(old, node, "cpu") || is_type(old, node, "cache"))
		return true;
	if (fdt_tree_prop(old, node, "device_type"))
		return false;
	twin = live_cpus < 0 ? -1 :
	       fdt_tree_child(live, live_cpus, old->nodes[node].name);
	return twin >= 0;
}

static void compare_nodes(const struct fdt_tree *a, int node_a,
			  const struct fdt_tree *b, int node_b,
			  const char *skip, const char *what)
{
	const struct fdt_comparison c = {
		.a = a, .b = b, .node_a = node_a, .node_b = node_b,
		.skip = skip, .change = no_change, .ctx = (void *)what,
	};

	fuzz_check(!fdt_tree_compare(&c), "no memory to compare trees");
}

static void compare_properties(const struct fdt_tree *a, int node_a,
			       const struct fdt_tree *b, int node_b)
{
	const struct fdt_node *x = &a->nodes[node_a], *y = &b->nodes[node_b];
	size_t i;

	fuzz_check(x->nr_props == y->nr_props, "/cpus: %zu properties, had %zu",
		   y->nr_props, x->nr_props);
	for (i = 0; i < x->nr_props; i++) {
		const struct fdt_prop *p = &a->props[x->props + i];
		const struct fdt_prop *q = &b->props[y->props + i];

		fuzz_check(!strcmp(p->name, q->name) && p->len == q->len &&
			   !memcmp(p->data, q->data, p->len),
			   "/cpus: property %s", p->name);
	}
}

/* CPUs and then caches, those that the model has, as they are in the live tree */
static int check_new_nodes(const struct updated *u, const struct fdt_tree *new,
			   int cpus, const struct fdt_tree *live)
{
	int live_cpus = fdt_tree_child(live, 0, "cpus"), node = cpus + 1, twin;
	char name[32];
	unsigned int i;

	for (i = 0; i < 2 * SMALL_CORES; i++) {
		unsigned int core = i % SMALL_CORES;
		bool cache = i >= SMALL_CORES;

		if (!(cache ? u->cache : u->core)[core])
			continue;
		snprintf(name, sizeof(name), "%s@%x",
			 cache ? "l2-cache" : "PowerPC,POWER9",
			 cache ? 0x2000 + core : core);
		fuzz_check(node < new->nodes[cpus].end &&
			   !strcmp(new->nodes[node].name, name),
			   "%s is not where it should be", name);
		twin = fdt_tree_child(live, live_cpus, name);
		fuzz_check(twin >= 0, "%s is not in the live tree", name);
		compare_nodes(live, twin, new, node, NULL,
			      cache ? live_cache : "not the live node");
		node = new->nodes[node].end;
	}
	return node;
}

/* what else /cpus had, it has, in its order, behind those */
static void check_kept_nodes(const struct fdt_tree *old, int old_cpus,
			     const struct fdt_tree *new, int new_cpus, int node,
			     const struct fdt_tree *live)
{
	int live_cpus = fdt_tree_child(live, 0, "cpus"), child;

	for_each_child(child, old, old_cpus) {
		if (is_replaced(old, child, live, live_cpus))
			continue;
		fuzz_check(node < new->nodes[new_cpus].end &&
			   !strcmp(old->nodes[child].name,
				   new->nodes[node].name),
			   "/cpus/%s is gone", old->nodes[child].name);
		compare_nodes(old, child, new, node, NULL,
			      "another child of /cpus changed");
		node = new->nodes[node].end;
	}
	fuzz_check(node == new->nodes[new_cpus].end,
		   "/cpus/%s is too many", new->nodes[node].name);
}

static void no_reservation(void *ctx __always_unused,
			   const struct fdt_reservation *r, bool in_b)
{
	fuzz_fail("reservation 0x%llx is %s", (unsigned long long)r->start,
		  in_b ? "new" : "gone");
}

/* "/cpus" means one node, whoever looks for it */
static int only_cpus(const struct fdt_tree *t)
{
	int child, cpus = -1;

	for_each_child(child, t, 0) {
		const char *name = t->nodes[child].name;

		if (strncmp(name, "cpus", 4) || (name[4] && name[4] != '@'))
			continue;
		if (cpus >= 0 || name[4])
			return -1;
		cpus = child;
	}
	return cpus;
}

static void compare_trees(const struct updated *u, const struct fdt_tree *old,
			  const struct fdt_tree *new)
{
	int old_cpus = only_cpus(old), new_cpus = only_cpus(new), node;
	struct fdt_tree live;
	char why[FDT_TREE_WHY];
	size_t size;
	void *flat;

	if (old_cpus < 0)
		return;
	fuzz_check(new_cpus >= 0, "/cpus is gone");
	fuzz_check(!kernel_flatten_tree(u->kernel, &flat, &size) &&
		   !fdt_tree_read(&live, flat, size, why),
		   "the live tree cannot be read");
	compare_nodes(old, 0, new, 0, "cpus", "outside of /cpus");
	compare_properties(old, old_cpus, new, new_cpus);
	node = check_new_nodes(u, new, new_cpus, &live);
	check_kept_nodes(old, old_cpus, new, new_cpus, node, &live);
	fdt_tree_compare_reservations(old, new, no_reservation, NULL);
	fdt_tree_free(&live);
	free(flat);
}

/* valid in, valid out, and what has changed is what should */
static void check_written(const struct updated *u)
{
	const size_t size = u->memory.size, total = fdt_totalsize(u->before);
	struct fdt_tree old, new;
	char why[FDT_TREE_WHY];

	fuzz_check(fdt_totalsize(u->memory.bytes) == total, "totalsize changed");
	fuzz_check(!memcmp(u->before + total, u->memory.bytes + total,
			   size - total), "bytes behind the tree changed");
	if (fdt_check_sound(u->before, total) ||
	    fdt_tree_read(&old, u->before, total, why))
		return;
	fuzz_check(!fdt_check_sound(u->memory.bytes, total),
		   "libfdt refuses what it took before");
	fuzz_check(!fdt_tree_read(&new, u->memory.bytes, total, why),
		   "the judge refuses what it took before: %s", why);
	fuzz_check(fdt_boot_cpuid_phys(u->before) ==
		   fdt_boot_cpuid_phys(u->memory.bytes),
		   "boot_cpuid_phys changed");
	compare_trees(u, &old, &new);
	fdt_tree_free(&old);
	fdt_tree_free(&new);
}

/* --- an update --------------------------------------------------------------- */

static int from_scratch(struct updated *u, void *buf)
{
	int ret;

	kernel_enter_handler(u->kernel, "crash_fdt_update_cpus");
	ret = crash_fdt_update_cpus(u->before, fdt_totalsize(u->before), buf);
	kernel_leave_handler(u->kernel);
	return ret;
}

static int refresh(struct updated *u, unsigned int fail)
{
	int ret;

	kernel_enter_handler(u->kernel, "crash_hp_refresh");
	kernel_fail_alloc(u->kernel, fail);
	slack_hide(u->memory.bytes, u->memory.size);
	ret = crash_hp_refresh(&u->image);
	slack_show(u->memory.bytes, u->memory.size);
	kernel_fail_alloc(u->kernel, 0);
	kernel_leave_handler(u->kernel);
	return ret;
}

static bool has_cpu(const struct updated *u)
{
	return memchr(u->core, true, sizeof(u->core));
}

/* a caller may ask for an update of anything whose totalsize is not beyond it */
static void check_no_fdt(struct updated *u)
{
	u8 *buf;

	memcpy(u->before, u->memory.bytes, u->memory.size);
	if (u->memory.size < sizeof(struct fdt_header) ||
	    !fdt_check_header(u->before))
		return;
	buf = malloc(u->memory.size);
	fuzz_check(from_scratch(u, buf) == (has_cpu(u) ? -EINVAL : -ENOENT),
		   "what is no FDT was updated");
	free(buf);
}

/* incremental is from scratch; an error changes nothing */
static void update(struct updated *u, unsigned int fail)
{
	u8 *buf = malloc(u->memory.size);
	int ret, expected;

	memcpy(u->before, u->memory.bytes, u->memory.size);
	expected = from_scratch(u, buf);
	ret = refresh(u, fail);
	fuzz_check(ret == expected || (fail && ret == -ENOMEM),
		   "an update gives %d, from scratch %d", ret, expected);
	if (ret) {
		fuzz_check(!memcmp(u->before, u->memory.bytes, u->memory.size),
			   "an update that failed (%d) changed bytes", ret);
	} else {
		fuzz_check(!memcmp(buf, u->memory.bytes, fdt_totalsize(buf)),
			   "an update differs from one from scratch");
		check_written(u);
	}
	free(buf);
}

/* --- the live tree changes ----------------------------------------------------- */

enum {
	UPDATE, ATTACH_CORE, DETACH_CORE, ATTACH_CACHE, DETACH_CACHE,
	SET_PROPERTY, ALL_CHANGED, FAIL_UPDATE, NR_OPERATIONS,
};

static void check_done(int ret, bool possible, bool *state, bool new)
{
	fuzz_check(!ret == possible, "the live tree: %d", ret);
	if (possible)
		*state = new;
}

static void set_property(struct updated *u, unsigned int core, u8 arg)
{
	static const u8 value[16] = "value";

	if (u->core[core])
		fuzz_check(!small_set_property(u->kernel, core, arg >> 6, value,
					       arg >> 3 & 7),
			   "the live tree: no property");
}

static void do_operation(struct updated *u, u8 which, u8 arg)
{
	const unsigned int core = arg % SMALL_CORES;
	struct kernel *k = u->kernel;

	switch (which % NR_OPERATIONS) {
	case UPDATE:
		update(u, 0);
		break;
	case ATTACH_CORE:
		check_done(u->core[core] ? -EEXIST :
			   small_attach_core(k, core, arg >> 3),
			   !u->core[core], &u->core[core], true);
		break;
	case DETACH_CORE:
		check_done(small_detach_core(k, core), u->core[core],
			   &u->core[core], false);
		break;
	case ATTACH_CACHE:
		check_done(u->cache[core] ? -EEXIST :
			   small_attach_cache(k, core),
			   !u->cache[core], &u->cache[core], true);
		break;
	case DETACH_CACHE:
		check_done(small_detach_cache(k, core), u->cache[core],
			   &u->cache[core], false);
		break;
	case SET_PROPERTY:
		set_property(u, core, arg);
		break;
	case ALL_CHANGED:
		u->image.arch.crash_fdt->all_changed = true;
		u->image.arch.crash_fdt->mark.changes++;
		break;
	case FAIL_UPDATE:
		update(u, 1 + arg % 8);
		break;
	}
}

/* --- one input ------------------------------------------------------------------- */

static void begin(struct updated *u, struct fuzz_bytes segment, size_t zeros,
		  bool use_all)
{
	struct kexec_segment *s = &u->image.segment[0];
	unsigned int core;

	for (core = 0; core < SMALL_BOOT_CORES; core++)
		u->core[core] = u->cache[core] = true;
	s->mem = SEGMENT_START;
	s->memsz = segment.size + zeros;
	s->bufsz = segment.size;
	u->memory.phys = s->mem;
	u->memory.size = s->memsz;
	u->memory.bytes = fuzz_copy(segment, s->memsz);
	u->before = malloc(s->memsz ? s->memsz : 1);
	if (use_all && s->memsz >= sizeof(struct fdt_header))
		fdt_set_totalsize(u->memory.bytes, s->memsz);
	small_set_memory(&u->memory, 1);
	u->image.nr_segments = 1;
	u->image.elfcorehdr_index = -1;
	u->image.type = KEXEC_TYPE_CRASH;
}

static void run_program(struct updated *u, struct fuzz_bytes program)
{
	/* of memory nothing changes, so the FDT is all that there is to update */
	u->image.arch.crash_watch->memory.published =
		u->image.arch.crash_watch->memory.changes;
	update(u, 0);
	while (program.size) {
		u8 which = fuzz_u8(&program);

		do_operation(u, which, fuzz_u8(&program));
	}
	update(u, 0);
}

/* what is no FDT with /cpus is not watched */
static void play(struct updated *u, struct fuzz_bytes program)
{
	int found = crash_fdt_find_segment(&u->image);

	fuzz_check(!crash_watch_start(&u->image), "no watch of memory");
	fuzz_check(crash_fdt_watch_start(&u->image) == min(found, 0),
		   "the watch of an FDT that %s", found ? "is none" : "is one");
	if (found)
		check_no_fdt(u);
	else
		run_program(u, program);
	crash_fdt_watch_stop(&u->image);
	crash_watch_stop(&u->image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct updated u = { .kernel = small_kernel() };
	struct fuzz_bytes in = { data, size }, program;
	unsigned long allocs = kernel_live_allocs(u.kernel);
	u8 first = fuzz_u8(&in);
	u16 zeros = fuzz_u16(&in);

	program = fuzz_take(&in, first & ~USE_ALL_SPACE);
	begin(&u, fuzz_take(&in, MAX_SEGMENT), zeros, first & USE_ALL_SPACE);

	if (!fdt_wraps(u.memory.bytes, u.memory.size))
		play(&u, program);

	small_reset_tree(u.kernel);
	small_set_memory(NULL, 0);
	free(u.memory.bytes);
	free(u.before);
	small_end(u.kernel, allocs);
	return 0;
}
