// SPDX-License-Identifier: GPL-2.0-only
/*
 * A new crash FDT out of the old one and the list of nodes: changed nodes are
 * written from the live tree, the others and all that is outside of /cpus are
 * copied out of the old FDT.
 *
 * What comes out depends on the rest of the tree and on the live CPUs only, not
 * on earlier updates: nodes stand in the order of the list, and names that only
 * they need are appended to the strings in that order. A node that is copied
 * has the places of its names in it; so it is copied only where the strings
 * are, so far, what they were in the old FDT.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_fdt_tree.h"

#define FDT_FIRST_ORDERED_VERSION 17

/**
 * struct fdt_writer - a tree that grows at its end
 * @start: of its structure block
 * @pos: where the next tag goes
 * @strings: the strings block, behind where the structure will end
 * @nr_strings: bytes in use there
 * @max_strings: bytes that it may grow to
 * @old_strings: the old FDT's strings block
 * @nr_old: bytes in use there
 * @nr_same: bytes that both begin with
 * @old_block: the old FDT's structure block
 * @hint: where the name of the property at this position was, last time
 */
struct fdt_writer {
	u8 *start;
	u8 *pos;
	char *strings;
	size_t nr_strings;
	size_t max_strings;
	const char *old_strings;
	size_t nr_old;
	size_t nr_same;
	const u8 *old_block;
	u32 *hint;
};

/* --- the old tree --------------------------------------------------------- */

/*
 * Blocks in libfdt's own order, so that the strings can grow at the end; none
 * reaches into the next, so that what changes in one is in no other.
 */
static bool is_ordered(const void *fdt)
{
	size_t off_struct = fdt_off_dt_struct(fdt);
	int nr_reserved = fdt_num_mem_rsv(fdt);

	return fdt_version(fdt) >= FDT_FIRST_ORDERED_VERSION &&
	       IS_ALIGNED(off_struct, FDT_TAG_BYTES) && nr_reserved >= 0 &&
	       fdt_off_mem_rsvmap(fdt) + (nr_reserved + 1UL) *
	       sizeof(struct fdt_reserve_entry) <= off_struct &&
	       off_struct + fdt_size_dt_struct(fdt) <= fdt_off_dt_strings(fdt);
}

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
static bool is_replaced(const void *fdt, int node,
			const struct crash_fdt_nodes *nodes)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	unsigned int i;

	if (fdt_has_type(fdt, node, "cpu") || fdt_has_type(fdt, node, "cache"))
		return true;
	if (fdt_getprop(fdt, node, "device_type", NULL))
		return false;
	for (i = 0; name && i < nodes->nr; i++)
		if (!strcmp(name, nodes->node[i].live->full_name))
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
static int count_string(const void *fdt, int offset, u32 *strings)
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
	*strings = max(*strings, nameoff + len + 1);
	return 0;
}

/*
 * The strings needed by [offset, end), which may be one node or any run of
 * tags. Where there is an FDT_END, it has to be the last.
 */
static int count_strings(const void *fdt, int offset, int end, u32 *strings)
{
	u32 tag = FDT_NOP;
	int next, ret;

	for (; offset < end && tag != FDT_END; offset = next) {
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0)
			return -EINVAL;
		if (tag == FDT_PROP) {
			ret = count_string(fdt, offset, strings);
			if (ret)
				return ret;
		}
	}
	return offset == end ? 0 : -EINVAL;
}

/* the bytes of children that stay, and the strings that they need */
static int parse_children(struct crash_fdt_tree *tree, const void *fdt,
			  int first)
{
	int node, end, ret;

	for (node = first; node >= 0; node = fdt_next_subnode(fdt, node)) {
		if (is_replaced(fdt, node, &tree->nodes))
			continue;
		end = node_end(fdt, node);
		if (end < 0)
			return end;
		ret = count_strings(fdt, node, end, &tree->strings);
		if (ret)
			return ret;
		tree->kept_before += end - node;
		if (!fdt_getprop(fdt, node, "device_type", NULL))
			tree->untyped = true;
	}
	return node == -FDT_ERR_NOTFOUND ? 0 : -EINVAL;
}

/**
 * crash_fdt_tree_parse() - look at a tree that we know nothing of
 * @tree: its nodes are those of the live tree; the rest is filled in
 * @fdt: the tree
 *
 * Return: 0; -ENOENT without /cpus; -EINVAL when it is not well-formed, of
 * version 17, with its blocks in order.
 */
int crash_fdt_tree_parse(struct crash_fdt_tree *tree, const void *fdt)
{
	int cpus, first, behind, ret;

	if (fdt_check_header(fdt) || !is_ordered(fdt)) {
		pr_err("the crash FDT is not a tree of version 17 in order\n");
		return -EINVAL;
	}
	cpus = fdt_path_offset(fdt, "/cpus");
	if (cpus < 0) {
		pr_err("the crash FDT has no /cpus\n");
		return crash_fdt_errno(cpus);
	}
	behind = node_end(fdt, cpus);
	if (behind < 0)
		return behind;

	first = fdt_first_subnode(fdt, cpus);
	tree->kept = behind - FDT_TAG_BYTES;
	tree->begin = first >= 0 ? (u32)first : tree->kept;
	tree->kept_before = 0;
	tree->untyped = false;
	tree->ours = false;
	tree->strings = 0;
	memset(tree->hint, 0, sizeof(tree->hint));

	ret = count_strings(fdt, 0, tree->begin, &tree->strings);
	if (!ret)
		ret = parse_children(tree, fdt, first);
	if (!ret)
		ret = count_strings(fdt, tree->kept, fdt_size_dt_struct(fdt),
				    &tree->strings);
	return ret;
}

/* --- strings ----------------------------------------------------------------- */

/* are the strings, so far, those of the old FDT? */
static bool strings_same(const struct fdt_writer *w)
{
	return w->nr_same == w->nr_strings;
}

static int append_strings(struct fdt_writer *w, const char *bytes, size_t len)
{
	const size_t at = w->nr_strings;

	if (len > w->max_strings - at)
		return -ENOSPC;
	memcpy(w->strings + at, bytes, len);
	w->nr_strings += len;
	if (w->nr_same != at)
		return 0;
	if (at + len <= w->nr_old && !memcmp(w->old_strings + at, bytes, len))
		w->nr_same += len;
	else
		memset(w->hint, 0, CRASH_FDT_NAME_HINTS * sizeof(*w->hint));
	return 0;
}

/*
 * Set @hint to where @name is in the strings block: its first place there. The
 * name is appended when it is new. A hint comes from these strings, or from the
 * old ones as long as they are the same: it is the first place if it is one.
 */
static int find_string(struct fdt_writer *w, const char *name, u32 *hint)
{
	size_t len = strlen(name) + 1, i;

	if (*hint + len <= w->nr_strings &&
	    !memcmp(w->strings + *hint, name, len))
		return 0;

	for (i = 0; i + len <= w->nr_strings; i++) {
		if (w->strings[i] == *name &&
		    !memcmp(w->strings + i, name, len)) {
			*hint = i;
			return 0;
		}
	}
	i = w->nr_strings;
	if (append_strings(w, name, len))
		return -ENOSPC;
	*hint = i;
	return 0;
}

/*
 * Note that the next name of @n is at [offset, end). A name that is further
 * behind than one more than all before it takes for granted what lies between.
 */
static void note_string(struct crash_fdt_node *n, u32 offset, u32 end)
{
	if (offset > n->strings)
		n->strings_before = offset;
	n->strings = max(n->strings, end);
}

/* --- the new tree ----------------------------------------------------------- */

static void put_tag(struct fdt_writer *w, u32 tag)
{
	put_unaligned_be32(tag, w->pos);
	w->pos += FDT_TAG_BYTES;
}

static void put_bytes(struct fdt_writer *w, const void *bytes, size_t len)
{
	memcpy(w->pos, bytes, len);
	w->pos += len;
}

/* copy and pad with zeros to the next tag */
static void put_padded(struct fdt_writer *w, const void *bytes, size_t len)
{
	size_t padding = ALIGN(len, FDT_TAG_BYTES) - len;

	/* a property without a value may have no address either */
	if (!len)
		return;
	put_bytes(w, bytes, len);
	memset(w->pos, 0, padding);
	w->pos += padding;
}

/*
 * Write a node from the live tree, whose properties may change while they are
 * read: -EAGAIN when they are not what has been measured. Nothing is written
 * behind the place that was kept for the node.
 */
static int put_changed(struct fdt_writer *w, struct crash_fdt_node *n)
{
	const struct device_node *live = n->live;
	const u8 *end = w->pos + n->size - FDT_TAG_BYTES;
	const struct property *pp;
	unsigned int i = 0;
	u32 *hint;
	int ret;

	n->strings_before = 0;
	n->strings = 0;
	put_tag(w, FDT_BEGIN_NODE);
	put_padded(w, live->full_name, strlen(live->full_name) + 1);
	for_each_property_of_node(live, pp) {
		if (crash_fdt_skip_property(live, pp))
			continue;
		if (crash_fdt_property_size(pp) > (size_t)(end - w->pos))
			return -EAGAIN;
		hint = &w->hint[i++ % CRASH_FDT_NAME_HINTS];
		ret = find_string(w, pp->name, hint);
		if (ret)
			return ret;
		note_string(n, *hint, *hint + strlen(pp->name) + 1);
		put_tag(w, FDT_PROP);
		put_tag(w, pp->length);
		put_tag(w, *hint);
		put_padded(w, pp->value, pp->length);
	}
	if (w->pos != end)
		return -EAGAIN;
	put_tag(w, FDT_END_NODE);
	return 0;
}

/* copy a node; -EAGAIN when its names are not where they were */
static int put_unchanged(struct fdt_writer *w, const struct crash_fdt_node *n)
{
	const size_t at = w->nr_strings;

	if (n->strings > w->nr_same) {
		if (!strings_same(w) || n->strings_before > at)
			return -EAGAIN;
		if (append_strings(w, w->old_strings + at, n->strings - at))
			return -ENOSPC;
	}
	put_bytes(w, w->old_block + n->offset, n->size);
	return 0;
}

static int put_nodes(struct fdt_writer *w, struct crash_fdt_nodes *nodes)
{
	struct crash_fdt_node *n = nodes->node, *end = n + nodes->nr;
	u32 offset;
	int ret;

	for (; n < end; n++) {
		offset = w->pos - w->start;
		ret = n->changed ? put_changed(w, n) : put_unchanged(w, n);
		if (ret)
			return ret;
		n->offset = offset;
	}
	return 0;
}

/* the children that stay, where they stand among those that do not */
static void put_kept_before(struct fdt_writer *w,
			    const struct crash_fdt_tree *tree, const void *fdt)
{
	int node = tree->kept_before ? (int)tree->begin : -1;

	for (; node >= 0; node = fdt_next_subnode(fdt, node))
		if (!is_replaced(fdt, node, &tree->nodes))
			put_bytes(w, w->old_block + node,
				  node_end(fdt, node) - node);
}

static size_t nodes_size(const struct crash_fdt_nodes *nodes)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < nodes->nr; i++)
		size += nodes->node[i].size;
	return size;
}

/* the place of everything is known, so the strings can grow at theirs at once */
static int init_writer(struct fdt_writer *w, struct crash_fdt_tree *tree,
		       const void *fdt, size_t room, void *buf)
{
	const size_t off_struct = fdt_off_dt_struct(fdt);
	const size_t off_strings = off_struct + tree->begin +
				   nodes_size(&tree->nodes) +
				   tree->kept_before +
				   fdt_size_dt_struct(fdt) - tree->kept;

	if (off_strings + tree->strings > room) {
		pr_err("FDT needs %zu bytes, segment holds %zu\n",
		       off_strings + tree->strings, room);
		return -ENOSPC;
	}
	w->start = buf + off_struct;
	w->pos = buf;
	w->strings = buf + off_strings;
	w->nr_strings = tree->strings;
	w->max_strings = room - off_strings;
	w->old_strings = fdt + fdt_off_dt_strings(fdt);
	w->nr_old = fdt_size_dt_strings(fdt);
	w->nr_same = tree->strings;
	w->old_block = fdt + off_struct;
	w->hint = tree->hint;
	memcpy(w->strings, w->old_strings, tree->strings);
	return 0;
}

/* structure and strings are written: complete the header, clear what is behind */
static size_t finish(struct fdt_writer *w, struct crash_fdt_tree *tree,
		     const void *fdt, size_t room, void *buf)
{
	const size_t off_strings = w->strings - (char *)buf;
	size_t used = off_strings + w->nr_strings;
	size_t old_used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	size_t size = tree->ours ? max(used, min(room, old_used)) : room;

	memset(w->strings + w->nr_strings, 0, size - used);
	fdt_set_totalsize(buf, room);
	fdt_set_off_dt_strings(buf, off_strings);
	fdt_set_size_dt_strings(buf, w->nr_strings);
	fdt_set_size_dt_struct(buf, w->pos - w->start);
	memcpy(&tree->header, buf, sizeof(tree->header));
	return size;
}

/**
 * crash_fdt_tree_write() - write a tree whose nodes are those of the list
 * @tree: what is known of @fdt; when it is written, what is known of the new one
 * @fdt: the tree as it is; when @tree->ours, it begins with @tree->header
 * @room: bytes in @buf; also the new tree's totalsize, free space included
 * @buf: where the new tree goes; not @fdt
 * @size: set to the bytes in @buf that are written; behind them both trees are
 *	the same
 *
 * Nothing in @fdt is looked at but its header, its strings, and what
 * crash_fdt_tree_parse() has seen in order: where bytes of a tree that we have
 * written are changed by others, they are copied as they are.
 *
 * Return: 0, -ENOSPC, or -EAGAIN when all nodes have to be read: unchanged ones
 * have to be written anew as well, or one has changed since it was read. On error
 * @buf and @tree hold nothing of use, but for the list.
 */
int crash_fdt_tree_write(struct crash_fdt_tree *tree, const void *fdt,
			 size_t room, void *buf, size_t *size)
{
	struct fdt_writer w;
	int ret;

	ret = init_writer(&w, tree, fdt, room, buf);
	if (ret)
		return ret;

	/* header and memory reservations, then the tree up to /cpus' children */
	put_bytes(&w, fdt, w.start - w.pos);
	put_bytes(&w, w.old_block, tree->begin);
	ret = put_nodes(&w, &tree->nodes);
	if (ret == -ENOSPC)
		pr_err("FDT strings need more than the %zu bytes left in a segment of %zu\n",
		       w.max_strings, room);
	if (ret)
		return ret;
	put_kept_before(&w, tree, fdt);
	put_bytes(&w, w.old_block + tree->kept,
		  fdt_size_dt_struct(fdt) - tree->kept);

	*size = finish(&w, tree, fdt, room, buf);
	tree->kept = tree->begin + nodes_size(&tree->nodes);
	tree->kept_before = 0;
	tree->ours = true;
	return 0;
}
