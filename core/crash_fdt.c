// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crash FDT after a CPU event: /cpus is written anew from the live tree
 * into a buffer aside, everything else is copied as it is.
 *
 * What comes out depends on the rest of the tree and on the live CPUs only, not
 * on earlier updates: nodes stand in the order of their hardware ids, and names
 * that only they need are appended to the strings in that order.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_hp.h"

#define TAG_SIZE 4
#define FDT_FIRST_ORDERED_VERSION 17
/*
 * Bytes by which a node that comes later may exceed the largest that is there:
 * a unit address of up to 8 digits in its name, and once more in the property
 * "name" as ibm,configure-connector delivers it (QEMU does).
 */
#define LONGER_UNIT_ADDRESS 16
/* property positions for which the place of the name is remembered */
#define NR_NAME_HINTS 64

/**
 * struct live_cpus - the children of /cpus in the live tree that boot needs
 * @node: CPU nodes by hardware id, then cache nodes by name; referenced
 * @nr: all of them
 * @nr_cpus: CPU nodes among them
 */
struct live_cpus {
	struct device_node **node;
	unsigned int nr;
	unsigned int nr_cpus;
};

/**
 * struct cpus_span - where /cpus is in an FDT, as offsets in the structure block
 * @begin: of its first child, or of its end when it has none
 * @end: of its end tag
 * @kept: bytes of children that are neither CPU nor cache
 * @strings: bytes of the strings block that the rest of the tree needs
 */
struct cpus_span {
	int begin;
	int end;
	size_t kept;
	size_t strings;
};

/**
 * struct fdt_writer - a tree that grows at its end
 * @pos: where the next tag goes
 * @strings: the strings block, behind where the structure will end
 * @nr_strings: bytes in use there
 * @max_strings: bytes that it may grow to
 * @hint: where the name of the property at this position was, last time
 */
struct fdt_writer {
	u8 *pos;
	char *strings;
	size_t nr_strings;
	size_t max_strings;
	u32 hint[NR_NAME_HINTS];
};

/**
 * crash_fdt_errno() - translate libfdt's errors, here and nowhere else
 * @fdt_error: what a libfdt function returned
 *
 * Return: 0 for 0 and above, else a negative errno.
 */
int crash_fdt_errno(int fdt_error)
{
	switch (fdt_error) {
	case 0 ... INT_MAX:
		return 0;
	case -FDT_ERR_NOTFOUND:
		return -ENOENT;
	case -FDT_ERR_NOSPACE:
		return -ENOSPC;
	case -FDT_ERR_EXISTS:
		return -EEXIST;
	default:
		return -EINVAL;
	}
}

/**
 * crash_fdt_find_segment() - find the segment with the FDT
 * @image: the image
 *
 * Return: its index; -ENOENT when no segment holds a tree with /cpus, -EINVAL
 * when one holds a tree that does not fit it.
 */
int crash_fdt_find_segment(struct kimage *image)
{
	unsigned long i, room;
	int ret = -ENOENT;
	void *fdt;

	for (i = 0; i < image->nr_segments && ret < 0; i++) {
		room = image->segment[i].memsz;
		if (room < sizeof(struct fdt_header))
			continue;
		fdt = crash_hp_map_segment(image, i);
		if (!fdt)
			continue;
		if (fdt_magic(fdt) == FDT_MAGIC) {
			if (fdt_totalsize(fdt) > room || fdt_check_header(fdt))
				ret = -EINVAL;
			else if (fdt_path_offset(fdt, "/cpus") >= 0)
				ret = i;
		}
		memunmap(fdt);
	}
	return ret;
}

/* --- the live tree ------------------------------------------------------- */

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

static int compare_names(const void *a, const void *b)
{
	const struct device_node *x = *(struct device_node * const *)a;
	const struct device_node *y = *(struct device_node * const *)b;

	return strcmp(x->full_name, y->full_name);
}

/* two nodes with one id, which no machine has, are ordered as well */
static int compare_cpus(const void *a, const void *b)
{
	u32 x = hardware_id(*(struct device_node * const *)a);
	u32 y = hardware_id(*(struct device_node * const *)b);

	if (x != y)
		return x < y ? -1 : 1;
	return compare_names(a, b);
}

static void put_live_cpus(struct live_cpus *live)
{
	while (live->nr)
		of_node_put(live->node[--live->nr]);
	kvfree(live->node);
}

/* append the children of @parent that have this type, in the order of @cmp */
static void add_live_nodes(struct live_cpus *live, struct device_node *parent,
			   const char *type, unsigned int max_nr, cmp_func_t cmp)
{
	unsigned int first = live->nr;
	struct device_node *dn;

	for_each_child_of_node(parent, dn)
		if (live->nr < max_nr && has_type(dn, type))
			live->node[live->nr++] = of_node_get(dn);
	sort(live->node + first, live->nr - first, sizeof(dn), cmp, NULL);
}

static int get_live_cpus(struct live_cpus *live)
{
	struct device_node *cpus, *dn;
	unsigned int max_nr = 0;

	memset(live, 0, sizeof(*live));
	cpus = of_find_node_by_path("/cpus");
	if (!cpus) {
		pr_err("the live tree has no /cpus\n");
		return -ENOENT;
	}
	for_each_child_of_node(cpus, dn)
		max_nr++;

	live->node = kvmalloc_array(max_nr + 1, sizeof(dn), GFP_KERNEL);
	if (!live->node) {
		of_node_put(cpus);
		return -ENOMEM;
	}
	add_live_nodes(live, cpus, "cpu", max_nr, compare_cpus);
	live->nr_cpus = live->nr;
	add_live_nodes(live, cpus, "cache", max_nr, compare_names);
	of_node_put(cpus);

	if (!live->nr_cpus) {
		pr_err("the live tree has no CPU under /cpus\n");
		put_live_cpus(live);
		return -ENOENT;
	}
	return 0;
}

/* the unit name says it already; CPU nodes alone keep it, as they always had */
static bool skip_property(const struct device_node *node,
			  const struct property *pp)
{
	return !strcmp(pp->name, "name") && has_type(node, "cache");
}

/* bytes of a node in the structure block: tags, name, values, all padded */
static size_t node_size(const struct device_node *node)
{
	size_t size = 2 * TAG_SIZE + ALIGN(strlen(node->full_name) + 1, TAG_SIZE);
	const struct property *pp;

	for_each_property_of_node(node, pp)
		if (!skip_property(node, pp))
			size += sizeof(struct fdt_property) +
				ALIGN((size_t)pp->length, TAG_SIZE);
	return size;
}

static size_t live_size(const struct live_cpus *live)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < live->nr; i++)
		size += node_size(live->node[i]);
	return size;
}

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
	unsigned int i, nr_possible;
	struct live_cpus live;
	int ret;

	ret = get_live_cpus(&live);
	if (ret)
		return ret;

	for (i = 0; i < live.nr_cpus; i++)
		largest_cpu = max(largest_cpu, node_size(live.node[i]));
	for (; i < live.nr; i++)
		largest_cache = max(largest_cache, node_size(live.node[i]));
	caches = DIV_ROUND_UP(live.nr - live.nr_cpus, live.nr_cpus);

	nr_possible = DIV_ROUND_UP(num_possible_cpus(), threads_per_core);
	*room = 0;
	if (nr_possible > live.nr_cpus)
		*room = (nr_possible - live.nr_cpus) *
			(largest_cpu + LONGER_UNIT_ADDRESS +
			 caches * (largest_cache + LONGER_UNIT_ADDRESS));
	put_live_cpus(&live);
	return 0;
}

/* --- the old tree --------------------------------------------------------- */

static bool fdt_has_type(const void *fdt, int node, const char *type)
{
	const char *value;
	int len;

	value = fdt_getprop(fdt, node, "device_type", &len);
	return value && len == (int)strlen(type) + 1 &&
	       !memcmp(value, type, len);
}

/*
 * Is this child of /cpus one that is written anew? A node without a type that
 * has a live CPU's name is the rest of an update that ran out of space.
 */
static bool is_replaced(const void *fdt, int node, const struct live_cpus *live)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	unsigned int i;

	if (fdt_has_type(fdt, node, "cpu") || fdt_has_type(fdt, node, "cache"))
		return true;
	if (fdt_getprop(fdt, node, "device_type", NULL))
		return false;
	for (i = 0; name && i < live->nr; i++)
		if (!strcmp(name, live->node[i]->full_name))
			return true;
	return false;
}

/* offset behind the end tag of @node, or a negative errno */
static int node_end(const void *fdt, int node)
{
	int offset = node, next, depth = 0;
	u32 tag;

	do {
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0 || tag == FDT_END)
			return -EINVAL;
		if (tag == FDT_BEGIN_NODE)
			depth++;
		else if (tag == FDT_END_NODE)
			depth--;
		offset = next;
	} while (depth);
	return offset;
}

/* raise @strings to cover the name of the property at @offset */
static int count_string(const void *fdt, int offset, size_t *strings)
{
	const struct fdt_property *prop;
	const char *name;
	u32 nameoff;
	int len;

	prop = fdt_offset_ptr(fdt, offset, sizeof(*prop));
	if (!prop)
		return -EINVAL;
	nameoff = fdt32_to_cpu(prop->nameoff);
	name = fdt_get_string(fdt, nameoff, &len);
	if (!name)
		return -EINVAL;
	*strings = max(*strings, (size_t)nameoff + len + 1);
	return 0;
}

/* the strings needed by [offset, end), which may be one node or any run of tags */
static int count_strings(const void *fdt, int offset, int end, size_t *strings)
{
	int next, ret;
	u32 tag;

	for (; offset < end; offset = next) {
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0)
			return -EINVAL;
		if (tag == FDT_PROP) {
			ret = count_string(fdt, offset, strings);
			if (ret)
				return ret;
		}
		if (tag == FDT_END)
			break;
	}
	return 0;
}

/* the bytes of children that stay, and the strings that they need */
static int scan_children(const void *fdt, int first,
			 const struct live_cpus *live, struct cpus_span *span)
{
	int node, end, ret;

	for (node = first; node >= 0; node = fdt_next_subnode(fdt, node)) {
		if (is_replaced(fdt, node, live))
			continue;
		end = node_end(fdt, node);
		if (end < 0)
			return end;
		ret = count_strings(fdt, node, end, &span->strings);
		if (ret)
			return ret;
		span->kept += end - node;
	}
	return node == -FDT_ERR_NOTFOUND ? 0 : -EINVAL;
}

static int find_cpus(const void *fdt, const struct live_cpus *live,
		     struct cpus_span *span)
{
	int cpus, first, behind, ret;

	memset(span, 0, sizeof(*span));
	cpus = fdt_path_offset(fdt, "/cpus");
	if (cpus < 0) {
		pr_err("the crash FDT has no /cpus\n");
		return crash_fdt_errno(cpus);
	}
	behind = node_end(fdt, cpus);
	if (behind < 0)
		return behind;

	first = fdt_first_subnode(fdt, cpus);
	span->end = behind - TAG_SIZE;
	span->begin = first >= 0 ? first : span->end;

	ret = count_strings(fdt, 0, span->begin, &span->strings);
	if (!ret)
		ret = scan_children(fdt, first, live, span);
	if (!ret)
		ret = count_strings(fdt, span->end,
				    fdt_size_dt_struct(fdt), &span->strings);
	return ret;
}

/* --- the new tree ----------------------------------------------------------- */

static void put_tag(struct fdt_writer *w, u32 tag)
{
	put_unaligned_be32(tag, w->pos);
	w->pos += TAG_SIZE;
}

/* copy and pad with zeros to the next tag */
static void put_padded(struct fdt_writer *w, const void *bytes, size_t len)
{
	size_t padded = ALIGN(len, TAG_SIZE);

	/* a property without a value may have no address either */
	if (!len)
		return;
	memcpy(w->pos, bytes, len);
	memset(w->pos + len, 0, padded - len);
	w->pos += padded;
}

/* where @name is in the strings block; appended when it is new */
static int string_offset(struct fdt_writer *w, const char *name, u32 *hint)
{
	size_t len = strlen(name) + 1, i;

	if (*hint + len <= w->nr_strings &&
	    !memcmp(w->strings + *hint, name, len))
		return 0;

	for (i = 0; i + len <= w->nr_strings; i++)
		if (w->strings[i] == *name && !memcmp(w->strings + i, name, len))
			break;
	if (i + len > w->nr_strings) {
		i = w->nr_strings;
		if (len > w->max_strings - i)
			return -ENOSPC;
		memcpy(w->strings + i, name, len);
		w->nr_strings += len;
	}
	*hint = i;
	return 0;
}

static int put_node(struct fdt_writer *w, const struct device_node *node)
{
	const struct property *pp;
	unsigned int i = 0;
	u32 *hint;
	int ret;

	put_tag(w, FDT_BEGIN_NODE);
	put_padded(w, node->full_name, strlen(node->full_name) + 1);
	for_each_property_of_node(node, pp) {
		if (skip_property(node, pp))
			continue;
		hint = &w->hint[i++ % NR_NAME_HINTS];
		ret = string_offset(w, pp->name, hint);
		if (ret)
			return ret;
		put_tag(w, FDT_PROP);
		put_tag(w, pp->length);
		put_tag(w, *hint);
		put_padded(w, pp->value, pp->length);
	}
	put_tag(w, FDT_END_NODE);
	return 0;
}

static void put_kept_children(struct fdt_writer *w, const void *fdt, int first,
			      const struct live_cpus *live)
{
	const u8 *block = fdt + fdt_off_dt_struct(fdt);
	int node;

	for (node = first; node >= 0; node = fdt_next_subnode(fdt, node))
		if (!is_replaced(fdt, node, live))
			put_padded(w, block + node, node_end(fdt, node) - node);
}

/*
 * Write the whole tree. The structure's size is known, so the strings get their
 * final place at once and grow there.
 */
static int write_tree(const void *fdt, const struct live_cpus *live,
		      const struct cpus_span *span, void *buf, size_t room)
{
	const size_t off_struct = fdt_off_dt_struct(fdt);
	const size_t tail = fdt_size_dt_struct(fdt) - span->end;
	const size_t size_struct = span->begin + live_size(live) + span->kept +
				   tail;
	const size_t off_strings = off_struct + size_struct;
	const u8 *block = fdt + off_struct;
	struct fdt_writer w = { .pos = buf };
	unsigned int i;
	int ret;

	if (off_strings + span->strings > room) {
		pr_err("FDT needs %zu bytes, segment holds %zu\n",
		       off_strings + span->strings, room);
		return -ENOSPC;
	}
	w.strings = buf + off_strings;
	w.nr_strings = span->strings;
	w.max_strings = room - off_strings;

	/* header and memory reservations, then the tree up to /cpus' children */
	put_padded(&w, fdt, off_struct);
	put_padded(&w, block, span->begin);
	memcpy(w.strings, fdt + fdt_off_dt_strings(fdt), span->strings);

	for (i = 0; i < live->nr; i++) {
		ret = put_node(&w, live->node[i]);
		if (ret) {
			pr_err("FDT strings need more than the %zu bytes left in a segment of %zu\n",
			       w.max_strings, room);
			return ret;
		}
	}
	put_kept_children(&w, fdt, span->begin, live);
	put_padded(&w, block + span->end, tail);

	memset(w.strings + w.nr_strings, 0, w.max_strings - w.nr_strings);
	fdt_set_totalsize(buf, room);
	fdt_set_off_dt_strings(buf, off_strings);
	fdt_set_size_dt_strings(buf, w.nr_strings);
	fdt_set_size_dt_struct(buf, size_struct);
	return 0;
}

/* blocks in libfdt's own order, so that the strings can grow at the end */
static bool is_ordered(const void *fdt)
{
	size_t off_struct = fdt_off_dt_struct(fdt);

	return fdt_version(fdt) >= FDT_FIRST_ORDERED_VERSION &&
	       IS_ALIGNED(off_struct, TAG_SIZE) &&
	       fdt_off_mem_rsvmap(fdt) < off_struct &&
	       off_struct + fdt_size_dt_struct(fdt) <= fdt_off_dt_strings(fdt);
}

/**
 * crash_fdt_update_cpus() - make a tree whose CPUs are the live tree's
 * @fdt: the tree as it is
 * @room: bytes in @buf; also the new tree's totalsize, free space included
 * @buf: where the new tree goes; not @fdt
 *
 * Under /cpus the CPU and cache nodes become those of the live tree; other
 * children and all that is elsewhere stay byte for byte.
 *
 * Return: 0; -EINVAL when @fdt is no well-formed tree of version 17 with its
 * blocks in order; -ENOENT without /cpus there or in the live tree, or without
 * a live CPU; -ENOSPC; -ENOMEM. On error @buf holds nothing of use.
 */
int crash_fdt_update_cpus(const void *fdt, size_t room, void *buf)
{
	struct live_cpus live;
	struct cpus_span span;
	int ret;

	if (fdt_check_header(fdt) || !is_ordered(fdt)) {
		pr_err("the crash FDT is not a tree of version 17 in order\n");
		return -EINVAL;
	}
	ret = get_live_cpus(&live);
	if (ret)
		return ret;

	ret = find_cpus(fdt, &live, &span);
	if (!ret)
		ret = write_tree(fdt, &live, &span, buf, room);
	put_live_cpus(&live);
	return ret;
}
