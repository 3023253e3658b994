// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU and cache nodes of the live tree, as a list in the order in which the
 * crash FDT has them: read as a whole, or brought up to date node by node.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_fdt_tree.h"

/*
 * Bytes by which a node that comes later may exceed the largest that is there:
 * a unit address of up to 8 digits in its name, and once more in the property
 * "name" as ibm,configure-connector delivers it (QEMU does).
 */
#define LONGER_UNIT_ADDRESS 16
/* as many fit into a list at first */
#define MIN_NODES 64U

/* --- one node --------------------------------------------------------------- */

static bool has_type(const struct device_node *node, const char *type)
{
	const char *value;
	int len;

	value = of_get_property(node, "device_type", &len);
	return value && len == (int)strlen(type) + 1 && !strcmp(value, type);
}

static u32 hardware_id(const struct device_node *node)
{
	u32 reg;

	return of_property_read_u32(node, "reg", &reg) ? U32_MAX : reg;
}

/**
 * crash_fdt_skip_property() - is this property left out?
 * @node: a live node
 * @pp: its property
 *
 * The unit name says what "name" says; CPU nodes alone keep it, as they always
 * had.
 *
 * Return: true when it is not to be written.
 */
bool crash_fdt_skip_property(const struct device_node *node,
			     const struct property *pp)
{
	return !strcmp(pp->name, "name") && has_type(node, "cache");
}

/**
 * crash_fdt_property_size() - room for a property in the structure block
 * @pp: the property
 *
 * Return: bytes, of its tag, its head and its value with padding.
 */
u32 crash_fdt_property_size(const struct property *pp)
{
	return sizeof(struct fdt_property) + ALIGN((u32)pp->length, FDT_TAG_BYTES);
}

/* bytes of a node in the structure block: tags, name, values, all padded */
static u32 node_size(const struct device_node *node)
{
	const struct property *pp;
	u32 size;

	size = 2 * FDT_TAG_BYTES +
	       ALIGN(strlen(node->full_name) + 1, FDT_TAG_BYTES);
	for_each_property_of_node(node, pp)
		if (!crash_fdt_skip_property(node, pp))
			size += crash_fdt_property_size(pp);
	return size;
}

/* false when it is neither CPU nor cache; takes no reference */
static bool look_at(struct device_node *live, struct crash_fdt_node *n)
{
	memset(n, 0, sizeof(*n));
	n->is_cpu = has_type(live, "cpu");
	if (!n->is_cpu && !has_type(live, "cache"))
		return false;
	n->live = live;
	n->id = n->is_cpu ? hardware_id(live) : 0;
	n->size = node_size(live);
	n->changed = true;
	return true;
}

/* --- their order -------------------------------------------------------------- */

/* two nodes with one id, which no machine has, are ordered as well */
static int compare_changed(const void *a, const void *b)
{
	const struct crash_fdt_node *x = a, *y = b;

	if (x->is_cpu != y->is_cpu)
		return x->is_cpu ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return strcmp(x->live->full_name, y->live->full_name);
}

/* does @n, a changed node, come before @other? Its name may be in @fdt only. */
static bool comes_before(const struct crash_fdt_node *n,
			 const struct crash_fdt_node *other, const void *fdt)
{
	const char *name;

	if (other->changed || n->is_cpu != other->is_cpu || n->id != other->id)
		return compare_changed(n, other) < 0;
	name = fdt + fdt_off_dt_struct(fdt) + other->offset + FDT_TAG_BYTES;
	return strncmp(n->live->full_name, name,
		       other->size - 2 * FDT_TAG_BYTES) < 0;
}

/* --- all of them --------------------------------------------------------------- */

/* for one more; the list moves each time that it has doubled */
static int make_room(struct crash_fdt_nodes *nodes)
{
	unsigned int max_nr = max(2 * nodes->max_nr, MIN_NODES);
	struct crash_fdt_node *node;

	if (nodes->nr < nodes->max_nr)
		return 0;
	node = kvcalloc(max_nr, sizeof(*node), GFP_KERNEL);
	if (!node)
		return -ENOMEM;
	if (nodes->nr)
		memcpy(node, nodes->node, nodes->nr * sizeof(*node));
	kvfree(nodes->node);
	nodes->node = node;
	nodes->max_nr = max_nr;
	return 0;
}

static int append_node(struct crash_fdt_nodes *nodes, struct device_node *live)
{
	struct crash_fdt_node new;
	int ret;

	if (!look_at(live, &new))
		return 0;
	ret = make_room(nodes);
	if (ret)
		return ret;
	nodes->node[nodes->nr++] = new;
	of_node_get(live);
	return 0;
}

/**
 * crash_fdt_nodes_read() - list the live tree's nodes, all of them as changed
 * @nodes: the list; what is in it is forgotten
 *
 * Return: 0, -ENOENT without /cpus or without a CPU in the live tree, -ENOMEM.
 */
int crash_fdt_nodes_read(struct crash_fdt_nodes *nodes)
{
	struct device_node *cpus, *dn;
	int ret;

	crash_fdt_nodes_settle(nodes);
	nodes->nr = 0;
	cpus = of_find_node_by_path("/cpus");
	if (!cpus) {
		pr_err("the live tree has no /cpus\n");
		return -ENOENT;
	}
	for_each_child_of_node(cpus, dn) {
		ret = append_node(nodes, dn);
		if (ret) {
			of_node_put(dn);
			goto out;
		}
	}
	sort(nodes->node, nodes->nr, sizeof(*nodes->node), compare_changed,
	     NULL);
	ret = crash_fdt_nodes_check(nodes);
out:
	of_node_put(cpus);
	return ret;
}

/**
 * crash_fdt_nodes_check() - a machine has a CPU
 * @nodes: the list
 *
 * Return: 0, or -ENOENT when no CPU is on it.
 */
int crash_fdt_nodes_check(const struct crash_fdt_nodes *nodes)
{
	if (nodes->nr && nodes->node[0].is_cpu)
		return 0;
	pr_err("the live tree has no CPU under /cpus\n");
	return -ENOENT;
}

/* take @live off the list, if it is there */
static bool remove_node(struct crash_fdt_nodes *nodes,
			const struct device_node *live)
{
	struct crash_fdt_node *n = nodes->node, *end = n + nodes->nr;

	while (n < end && n->live != live)
		n++;
	if (n == end)
		return false;
	if (n->changed)
		of_node_put(n->live);
	memmove(n, n + 1, (end - n - 1) * sizeof(*n));
	nodes->nr--;
	return true;
}

static int insert_node(struct crash_fdt_nodes *nodes,
		       const struct crash_fdt_node *new, const void *fdt)
{
	struct crash_fdt_node *at;
	int ret;

	ret = make_room(nodes);
	if (ret)
		return ret;
	at = nodes->node + nodes->nr;
	while (at > nodes->node && comes_before(new, at - 1, fdt))
		at--;
	memmove(at + 1, at,
		(nodes->node + nodes->nr - at) * sizeof(*at));
	*at = *new;
	of_node_get(at->live);
	nodes->nr++;
	return 0;
}

/**
 * crash_fdt_nodes_change() - a child of /cpus came, went or changed
 * @nodes: the list
 * @live: the child; the caller holds a reference
 * @attached: it is in the live tree
 * @fdt: the FDT with the nodes that have not changed
 *
 * Return: 1 when the list is another one now, 0 when @live is neither CPU nor
 * cache and never was; -ENOMEM, the list is of no use then.
 */
int crash_fdt_nodes_change(struct crash_fdt_nodes *nodes,
			   struct device_node *live, bool attached,
			   const void *fdt)
{
	struct crash_fdt_node new;
	bool removed;
	int ret;

	removed = remove_node(nodes, live);
	if (!attached || !look_at(live, &new))
		return removed;
	ret = insert_node(nodes, &new, fdt);
	return ret ? ret : 1;
}

/**
 * crash_fdt_nodes_settle() - no node counts as changed any more
 * @nodes: the list
 */
void crash_fdt_nodes_settle(struct crash_fdt_nodes *nodes)
{
	unsigned int i;

	for (i = 0; i < nodes->nr; i++) {
		if (nodes->node[i].changed)
			of_node_put(nodes->node[i].live);
		nodes->node[i].changed = false;
	}
}

/**
 * crash_fdt_nodes_free() - give back all that a list holds
 * @nodes: the list
 */
void crash_fdt_nodes_free(struct crash_fdt_nodes *nodes)
{
	crash_fdt_nodes_settle(nodes);
	kvfree(nodes->node);
}

/* --- room ---------------------------------------------------------------------- */

/**
 * crash_fdt_cpus_room() - bytes that CPUs yet to come may need in the FDT
 * @room: set to the bytes
 *
 * Counts, for each possible core that is not in the live tree, a node as large
 * as the largest there is, with as many caches as a core brings on average,
 * rounded up.
 *
 * Return: 0, -ENOENT without a CPU in the live tree, -ENOMEM.
 */
int crash_fdt_cpus_room(size_t *room)
{
	size_t largest_cpu = 0, largest_cache = 0, caches;
	unsigned int i, nr_cpus = 0, nr_possible;
	struct crash_fdt_nodes nodes = { };
	int ret;

	ret = crash_fdt_nodes_read(&nodes);
	for (i = 0; !ret && i < nodes.nr; i++) {
		size_t size = nodes.node[i].size;

		if (nodes.node[i].is_cpu) {
			largest_cpu = max(largest_cpu, size);
			nr_cpus++;
		} else {
			largest_cache = max(largest_cache, size);
		}
	}
	crash_fdt_nodes_free(&nodes);
	if (ret)
		return ret;

	caches = DIV_ROUND_UP(nodes.nr - nr_cpus, nr_cpus);
	nr_possible = DIV_ROUND_UP(num_possible_cpus(), threads_per_core);
	*room = 0;
	if (nr_possible > nr_cpus)
		*room = (nr_possible - nr_cpus) *
			(largest_cpu + LONGER_UNIT_ADDRESS +
			 caches * (largest_cache + LONGER_UNIT_ADDRESS));
	return 0;
}
