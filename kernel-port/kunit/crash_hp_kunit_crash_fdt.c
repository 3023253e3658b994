// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash_fdt*.c: the CPUs of the crash FDT follow the live tree's, all else stays.
 *
 * The live nodes here are unflattened aside and never attached: the machine that
 * the tests run on does not see them.
 */
#include <linux/of.h>
#include <linux/of_fdt.h>

#include "crash_fdt_tree.h"
#include "crash_hp_kunit.h"
#include "vectors_crash_fdt.h"

#define FDT_ROOM 8192
#define CHILD_ROOM 1024
#define MAX_LIVE 8
#define CHILDREN_TEXT 256
/* for the machine's own CPUs */
#define MACHINE_ROOM (8 << 20)

/**
 * struct bed - a live tree aside, and the FDT that follows it
 * @live: children of /cpus in the order in which they were attached
 * @nr_live: that many
 * @tree: what is known of @fdt
 * @fdt: FDT_ROOM bytes
 * @next: where the next one is written
 */
struct bed {
	struct device_node *live[MAX_LIVE];
	unsigned int nr_live;
	struct crash_fdt_tree tree;
	void *fdt;
	void *next;
};

/* --- the live tree ---------------------------------------------------------------- */

KUNIT_DEFINE_ACTION_WRAPPER(free_nodes, kfree, const void *);

/* a node of its own, with the reference that a tree holds */
static struct device_node *make_live(struct kunit *test,
				     const struct fdt_child *child)
{
	void *fdt = crash_hp_kunit_alloc(test, CHILD_ROOM), *memory;
	struct device_node *root = NULL;

	KUNIT_ASSERT_EQ(test, 0, fdt_create_empty_tree(fdt, CHILD_ROOM));
	KUNIT_ASSERT_EQ(test, 0, fdt_child_put(fdt, 0, child));
	memory = of_fdt_unflatten_tree(fdt, NULL, &root);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_nodes, memory));
	KUNIT_ASSERT_NOT_NULL(test, root);
	KUNIT_ASSERT_NOT_NULL(test, root->child);
	return root->child;
}

static void attach(struct kunit *test, struct bed *bed,
		   const struct fdt_child *child)
{
	struct device_node *live = make_live(test, child);

	KUNIT_ASSERT_LT(test, bed->nr_live, MAX_LIVE);
	bed->live[bed->nr_live++] = live;
	KUNIT_ASSERT_GE(test, crash_fdt_nodes_change(&bed->tree.nodes, live, true,
						     bed->fdt), 0);
}

static void detach(struct kunit *test, struct bed *bed,
		   const struct fdt_child *child)
{
	unsigned int i = 0;

	while (i < bed->nr_live && strcmp(bed->live[i]->full_name, child->name))
		i++;
	KUNIT_ASSERT_LT_MSG(test, i, bed->nr_live, "no %s", child->name);
	KUNIT_ASSERT_GE(test, crash_fdt_nodes_change(&bed->tree.nodes,
						     bed->live[i], false,
						     bed->fdt), 0);
	bed->live[i] = bed->live[--bed->nr_live];
}

/* --- the FDT ---------------------------------------------------------------------- */

/* all nodes count as changed */
static int rewrite(struct kunit *test, struct bed *bed, size_t *size)
{
	struct crash_fdt_nodes *nodes = &bed->tree.nodes;
	unsigned int i;

	crash_fdt_nodes_settle(nodes);
	nodes->nr = 0;
	for (i = 0; i < bed->nr_live; i++)
		KUNIT_ASSERT_GE(test, crash_fdt_nodes_change(nodes, bed->live[i],
							     true, bed->fdt), 0);
	KUNIT_ASSERT_EQ(test, 0, crash_fdt_tree_parse(&bed->tree, bed->fdt));
	return crash_fdt_tree_write(&bed->tree, bed->fdt, FDT_ROOM, bed->next,
				    size);
}

/* as crash_fdt_watch_update() does it; behind what is written nothing changes */
static void update(struct kunit *test, struct bed *bed, bool known)
{
	size_t size = FDT_ROOM;
	int ret = -EAGAIN;

	memset(bed->next, 0xa5, FDT_ROOM);
	if (known)
		ret = crash_fdt_tree_write(&bed->tree, bed->fdt, FDT_ROOM,
					   bed->next, &size);
	if (ret == -EAGAIN)
		ret = rewrite(test, bed, &size);
	KUNIT_ASSERT_EQ(test, 0, ret);
	crash_fdt_nodes_settle(&bed->tree.nodes);
	memcpy(bed->next + size, bed->fdt + size, FDT_ROOM - size);
	swap(bed->fdt, bed->next);
}

static void *empty_tree(struct kunit *test, size_t room)
{
	void *fdt = crash_hp_kunit_alloc(test, room);
	int node;

	KUNIT_ASSERT_EQ(test, 0, fdt_create_empty_tree(fdt, room));
	KUNIT_ASSERT_EQ(test, 0, fdt_add_mem_rsv(fdt, 0x10000, 0x1000));
	node = fdt_add_subnode(fdt, 0, "zz-last");
	KUNIT_ASSERT_EQ(test, 0, fdt_setprop(fdt, node, "last-word", "abcde", 5));
	KUNIT_ASSERT_GT(test, fdt_add_subnode(fdt, 0, "cpus"), 0);
	return fdt;
}

/* the machine of a walk as it is when the image is loaded */
static void load(struct kunit *test, struct bed *bed, const char *text)
{
	struct fdt_child children[MAX_LIVE];
	unsigned int nr = 0;

	bed->fdt = empty_tree(test, FDT_ROOM);
	bed->next = crash_hp_kunit_alloc(test, FDT_ROOM);
	while (nr < MAX_LIVE && fdt_child_next(&text, &children[nr]))
		attach(test, bed, &children[nr++]);
	/* each new one is the first */
	while (nr--)
		KUNIT_ASSERT_EQ(test, 0,
				fdt_child_put(bed->fdt,
					      fdt_path_offset(bed->fdt, "/cpus"),
					      &children[nr]));
	update(test, bed, false);
}

/* --- what is in it ------------------------------------------------------------------ */

/* the children of /cpus in document order */
static const char *children_text(struct kunit *test, const void *fdt)
{
	char *text = kunit_kzalloc(test, CHILDREN_TEXT, GFP_KERNEL);
	int node, len = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus"))
		len += scnprintf(text + len, CHILDREN_TEXT - len, "%s%s",
				 len ? " " : "", fdt_get_name(fdt, node, NULL));
	return text;
}

static int count_properties(const void *fdt, int node)
{
	int property, nr = 0;

	fdt_for_each_property_offset(property, fdt, node)
		nr++;
	return nr;
}

/* what a live node has is in the FDT, and no more; of caches "name" is not */
static void expect_node(struct kunit *test, const struct device_node *live,
			const void *fdt)
{
	const int cpus = fdt_path_offset(fdt, "/cpus");
	const int node = fdt_subnode_offset(fdt, cpus, live->full_name);
	const bool cache = of_node_is_type(live, "cache");
	const struct property *pp;
	const void *value;
	int nr = 0, len;

	for_each_property_of_node(live, pp) {
		if (cache && !strcmp(pp->name, "name"))
			continue;
		value = fdt_getprop(fdt, node, pp->name, &len);
		KUNIT_ASSERT_NOT_NULL_MSG(test, value, "%s of %s", pp->name,
					  live->full_name);
		KUNIT_ASSERT_EQ_MSG(test, pp->length, len, "%s of %s", pp->name,
				    live->full_name);
		KUNIT_EXPECT_MEMEQ_MSG(test, pp->value, value, len, "%s of %s",
				       pp->name, live->full_name);
		nr++;
	}
	KUNIT_EXPECT_EQ_MSG(test, nr, count_properties(fdt, node), "%s",
			    live->full_name);
}

static void expect_nodes(struct kunit *test, const struct bed *bed)
{
	unsigned int i;

	for (i = 0; i < bed->nr_live; i++)
		if (of_get_property(bed->live[i], "device_type", NULL))
			expect_node(test, bed->live[i], bed->fdt);
}

/*
 * What is outside of /cpus is still there, all of the tree can be read, and the
 * free space is empty.
 */
static void expect_rest(struct kunit *test, const void *fdt)
{
	const size_t used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	const char *word;
	int node = 0, last = 0, len;
	u64 start, size;

	KUNIT_EXPECT_EQ(test, 0, fdt_check_header(fdt));
	KUNIT_EXPECT_EQ(test, FDT_ROOM, fdt_totalsize(fdt));
	KUNIT_EXPECT_NULL(test, memchr_inv(fdt + used, 0, FDT_ROOM - used));
	while (node >= 0) {
		last = node;
		node = fdt_next_node(fdt, node, NULL);
	}
	KUNIT_EXPECT_EQ(test, -FDT_ERR_NOTFOUND, node);
	KUNIT_EXPECT_STREQ(test, "zz-last", fdt_get_name(fdt, last, NULL));
	word = fdt_getprop(fdt, last, "last-word", &len);
	KUNIT_ASSERT_EQ(test, 5, len);
	KUNIT_EXPECT_MEMEQ(test, "abcde", word, 5);
	KUNIT_EXPECT_EQ(test, 1, fdt_num_mem_rsv(fdt));
	KUNIT_EXPECT_EQ(test, 0, fdt_get_mem_rsv(fdt, 0, &start, &size));
	KUNIT_EXPECT_EQ(test, 0x10000, start);
	KUNIT_EXPECT_EQ(test, 0x1000, size);
}

/* --- walks -------------------------------------------------------------------------- */

static void describe_walk(const struct fdt_walk *w, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", w->what);
}

KUNIT_ARRAY_PARAM(walks, fdt_walks, describe_walk);

static void a_walk_ends_where_it_should(struct kunit *test)
{
	const struct fdt_walk *w = test->param_value;
	struct bed *bed = crash_hp_kunit_alloc(test, sizeof(*bed));
	const char *text = w->changes;
	struct fdt_child child;

	load(test, bed, w->loaded);
	for (; *text; text += *text == ' ') {
		const bool comes = *text == '+';

		KUNIT_ASSERT_TRUE(test, fdt_child_next(&text, &child));
		if (comes)
			attach(test, bed, &child);
		else
			detach(test, bed, &child);
		update(test, bed, true);
		expect_nodes(test, bed);
	}
	KUNIT_EXPECT_STREQ(test, w->expected, children_text(test, bed->fdt));
	expect_rest(test, bed->fdt);

	/* all of it anew: the machine decides, not its history */
	update(test, bed, false);
	KUNIT_EXPECT_MEMEQ(test, bed->next, bed->fdt, FDT_ROOM);
	crash_fdt_nodes_free(&bed->tree.nodes);
}

/* the machine's own live tree, whatever it is */
static void this_machines_cpus_are_found(struct kunit *test)
{
	struct device_node *cpus = of_find_node_by_path("/cpus"), *dn;
	void *fdt = empty_tree(test, MACHINE_ROOM);
	void *new = crash_hp_kunit_alloc(test, MACHINE_ROOM);
	int node, nr = 0;

	KUNIT_ASSERT_NOT_NULL(test, cpus);
	KUNIT_EXPECT_EQ(test, 0, crash_fdt_update_cpus(fdt, MACHINE_ROOM, new));
	fdt_for_each_subnode(node, new, fdt_path_offset(new, "/cpus"))
		nr++;
	for_each_child_of_node(cpus, dn) {
		if (!of_node_is_type(dn, "cpu") && !of_node_is_type(dn, "cache"))
			continue;
		expect_node(test, dn, new);
		nr--;
	}
	KUNIT_EXPECT_EQ(test, 0, nr);
	of_node_put(cpus);
}

/* --- trees that are none ------------------------------------------------------------- */

static void describe_layout(const struct fdt_layout *l, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", l->blocks);
}

KUNIT_ARRAY_PARAM(layouts, fdt_layouts, describe_layout);

static void misordered_blocks_are_refused(struct kunit *test)
{
	const struct fdt_layout *l = test->param_value;
	struct bed *bed = crash_hp_kunit_alloc(test, sizeof(*bed));
	void *mixed = crash_hp_kunit_alloc(test, 2 * FDT_ROOM);

	load(test, bed, "PowerPC,POWER9@0 PowerPC,POWER9@8");
	fdt_lay_out(bed->fdt, l->blocks, 64, mixed);
	KUNIT_EXPECT_EQ(test, l->ret, crash_fdt_tree_parse(&bed->tree, mixed));
	crash_fdt_nodes_free(&bed->tree.nodes);
}

static void describe_word(const u32 *word, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "tag %u", *word);
}

KUNIT_ARRAY_PARAM(words, fdt_words_behind, describe_word);

static void what_is_behind_the_end_is_refused(struct kunit *test)
{
	const u32 word = *(const u32 *)test->param_value;
	struct bed *bed = crash_hp_kunit_alloc(test, sizeof(*bed));
	void *fdt = crash_hp_kunit_alloc(test, 2 * FDT_ROOM);

	load(test, bed, "PowerPC,POWER9@0 PowerPC,POWER9@8");
	fdt_lay_out(bed->fdt, "rst", 64, fdt);
	put_unaligned_be32(word, fdt + fdt_off_dt_struct(fdt) +
			   fdt_size_dt_struct(fdt));
	fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) + FDT_TAG_BYTES);
	KUNIT_EXPECT_EQ(test, -EINVAL, crash_fdt_tree_parse(&bed->tree, fdt));
	crash_fdt_nodes_free(&bed->tree.nodes);
}

/* in any smaller buffer the update gives up, and writes nothing beyond it */
static void too_little_space_is_noticed(struct kunit *test)
{
	struct bed *bed = crash_hp_kunit_alloc(test, sizeof(*bed));
	u8 *next = crash_hp_kunit_alloc(test, FDT_ROOM);
	size_t need, room, size;

	load(test, bed, "PowerPC,POWER9@0 PowerPC,POWER9@8 l2-cache@2000");
	need = fdt_off_dt_strings(bed->fdt) + fdt_size_dt_strings(bed->fdt);
	for (room = need; room + 64 > need; room -= 16) {
		memset(next, 0xa5, FDT_ROOM);
		bed->next = next;
		KUNIT_EXPECT_EQ(test, 0, crash_fdt_tree_parse(&bed->tree, bed->fdt));
		KUNIT_EXPECT_EQ(test, room < need ? -ENOSPC : 0,
				crash_fdt_tree_write(&bed->tree, bed->fdt, room,
						     next, &size));
		KUNIT_EXPECT_NULL(test, memchr_inv(next + room, 0xa5,
						   FDT_ROOM - room));
	}
	crash_fdt_nodes_free(&bed->tree.nodes);
}

static void describe_error(const struct fdt_error *e, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%d", e->fdt_error);
}

KUNIT_ARRAY_PARAM(errors, fdt_errors, describe_error);

static void errors_are_translated(struct kunit *test)
{
	const struct fdt_error *e = test->param_value;

	KUNIT_EXPECT_EQ(test, e->ret, crash_fdt_errno(e->fdt_error));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_walk_ends_where_it_should, walks_gen_params),
	KUNIT_CASE(this_machines_cpus_are_found),
	KUNIT_CASE_PARAM(misordered_blocks_are_refused, layouts_gen_params),
	KUNIT_CASE_PARAM(what_is_behind_the_end_is_refused, words_gen_params),
	KUNIT_CASE(too_little_space_is_noticed),
	KUNIT_CASE_PARAM(errors_are_translated, errors_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "crash_hp_crash_fdt",
	.test_cases = cases,
};

kunit_test_suite(suite);
