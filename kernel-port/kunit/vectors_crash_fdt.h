/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The children of /cpus in the crash FDT while the live tree changes: the tables
 * of the KUnit suite, and of the tests in user space.
 *
 * As text a child is its name, and its hardware id (hexadecimal) behind "=":
 * without, a CPU has that of its unit address; "=" alone is no id. "PowerPC,..."
 * is a CPU, "...-cache@..." a cache, and all else is neither.
 */
#ifndef CRASH_HP_VECTORS_CRASH_FDT_H
#define CRASH_HP_VECTORS_CRASH_FDT_H

#include "crash_fdt.h"

/*
 * @loaded: children in the live tree when the image is loaded
 * @changes: what is attached ("+") and detached ("-") then, one after the other
 * @expected: children in the FDT, in their order, without ids
 */
static const struct fdt_walk {
	const char *what, *loaded, *changes, *expected;
} fdt_walks[] = {
	{ "nothing changes",
	  "PowerPC,POWER9@0", "",
	  "PowerPC,POWER9@0" },
	{ "loading puts CPUs in the order of their ids, as numbers",
	  "PowerPC,POWER9@108 PowerPC,POWER9@10 PowerPC,POWER9@8", "",
	  "PowerPC,POWER9@8 PowerPC,POWER9@10 PowerPC,POWER9@108" },
	{ "a CPU goes where its id belongs",
	  "PowerPC,POWER9@0",
	  "+PowerPC,POWER9@108 +PowerPC,POWER9@10 +PowerPC,POWER9@8",
	  "PowerPC,POWER9@0 PowerPC,POWER9@8 PowerPC,POWER9@10 PowerPC,POWER9@108" },
	{ "one in the middle goes",
	  "PowerPC,POWER9@0 PowerPC,POWER9@8 PowerPC,POWER9@10",
	  "-PowerPC,POWER9@8",
	  "PowerPC,POWER9@0 PowerPC,POWER9@10" },
	{ "the first and the last go",
	  "PowerPC,POWER9@0 PowerPC,POWER9@8 PowerPC,POWER9@10",
	  "-PowerPC,POWER9@10 -PowerPC,POWER9@0",
	  "PowerPC,POWER9@8" },
	{ "one goes and comes back",
	  "PowerPC,POWER9@0 PowerPC,POWER9@8",
	  "-PowerPC,POWER9@0 +PowerPC,POWER9@0",
	  "PowerPC,POWER9@0 PowerPC,POWER9@8" },
	{ "the largest ids",
	  "PowerPC,POWER9@0",
	  "+PowerPC,POWER9@ffffffff +PowerPC,POWER9@7fffffff",
	  "PowerPC,POWER9@0 PowerPC,POWER9@7fffffff PowerPC,POWER9@ffffffff" },
	{ "one without an id is the last",
	  "PowerPC,POWER9@0= PowerPC,POWER9@1 PowerPC,POWER9@2", "",
	  "PowerPC,POWER9@1 PowerPC,POWER9@2 PowerPC,POWER9@0" },
	{ "one id twice: the names decide",
	  "PowerPC,POWER9@0", "+PowerPC,POWER9@5=1 +PowerPC,POWER9@3=1",
	  "PowerPC,POWER9@0 PowerPC,POWER9@3 PowerPC,POWER9@5" },
	{ "one id twice, in the other order",
	  "PowerPC,POWER9@0", "+PowerPC,POWER9@3=1 +PowerPC,POWER9@5=1",
	  "PowerPC,POWER9@0 PowerPC,POWER9@3 PowerPC,POWER9@5" },
	{ "caches come behind the CPUs",
	  "PowerPC,POWER9@0 l2-cache@2000",
	  "+PowerPC,POWER9@2 +l2-cache@2002",
	  "PowerPC,POWER9@0 PowerPC,POWER9@2 l2-cache@2000 l2-cache@2002" },
	{ "caches come and go with their cores",
	  "PowerPC,POWER9@0 l2-cache@2000",
	  "+l2-cache@2002 +PowerPC,POWER9@2 -PowerPC,POWER9@0 -l2-cache@2000",
	  "PowerPC,POWER9@2 l2-cache@2002" },
	{ "other children stay behind the CPUs",
	  "idle-states cpu-map PowerPC,POWER9@0",
	  "+PowerPC,POWER9@2 +PowerPC,POWER9@1",
	  "PowerPC,POWER9@0 PowerPC,POWER9@1 PowerPC,POWER9@2 idle-states cpu-map" },
	{ "other children stay behind the caches",
	  "cpu-map l2-cache@2000 PowerPC,POWER9@0 idle-states",
	  "-l2-cache@2000 +PowerPC,POWER9@1 +l2-cache@2001",
	  "PowerPC,POWER9@0 PowerPC,POWER9@1 l2-cache@2001 cpu-map idle-states" },
};

/* what such children have, besides device_type and reg; "name" as hot-plug has it */
static const struct fdt_child_property {
	const char *type, *name, *value;
	int length;
} fdt_child_properties[] = {
	{ "cpu", "64-bit", "", 0 },
	{ "cpu", "ibm,pi-features", "\1\0\0", 3 },
	{ "cpu", "clock-frequency", "\x3b\x9a\xca\0", 4 },
	{ "cpu", "name", "PowerPC,POWER9", 15 },
	{ "cache", "cache-unified", "", 0 },
	{ "cache", "d-cache-size", "\0\x8\0\0", 4 },
	{ "cache", "name", "l2-cache", 9 },
	{ NULL, "only-here", "x", 2 },
};

/* libfdt's results, and the kernel's */
static const struct fdt_error {
	int fdt_error, ret;
} fdt_errors[] = {
	{ 0, 0 },
	{ 1, 0 },
	{ INT_MAX, 0 },
	{ -FDT_ERR_NOTFOUND, -ENOENT },
	{ -FDT_ERR_EXISTS, -EEXIST },
	{ -FDT_ERR_NOSPACE, -ENOSPC },
	{ -FDT_ERR_BADOFFSET, -EINVAL },
	{ -FDT_ERR_BADPATH, -EINVAL },
	{ -FDT_ERR_TRUNCATED, -EINVAL },
	{ -FDT_ERR_BADMAGIC, -EINVAL },
	{ -FDT_ERR_BADSTRUCTURE, -EINVAL },
	{ -FDT_ERR_INTERNAL, -EINVAL },
	{ INT_MIN, -EINVAL },
};

/* the order of reservations (r), structure (s) and strings (t) */
static const struct fdt_layout {
	const char *blocks;
	int ret;
} fdt_layouts[] = {
	{ "rst", 0 },
	{ "rts", -EINVAL },
	{ "srt", -EINVAL },
	{ "str", -EINVAL },
	{ "trs", -EINVAL },
	{ "tsr", -EINVAL },
};

/* tags that must not follow FDT_END */
static const u32 fdt_words_behind[] = { 0, FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP,
					FDT_NOP, FDT_END };

/* --- a child, as text and as a node ------------------------------------------ */

/**
 * struct fdt_child - one word
 * @name: with its unit address
 * @type: device_type, NULL for a child without
 * @has_id: it has a property reg ...
 * @id: ... which says this
 */
struct fdt_child {
	char name[40];
	const char *type;
	bool has_id;
	u32 id;
};

/* the next word of @text, which is moved behind it; false when there is none */
static inline bool fdt_child_next(const char **text, struct fdt_child *child)
{
	const char *word = *text + strspn(*text, " +-"), *at;
	const size_t len = strcspn(word, " =");

	if (!len || len >= sizeof(child->name))
		return false;
	memset(child, 0, sizeof(*child));
	memcpy(child->name, word, len);
	word += len;
	*text = word + strcspn(word, " ");

	if (strstr(child->name, "-cache@"))
		child->type = "cache";
	if (!strncmp(child->name, "PowerPC,", strlen("PowerPC,"))) {
		child->type = "cpu";
		at = *word == '=' ? word : strchr(child->name, '@');
		child->has_id = at && at[1] && at[1] != ' ' &&
				sscanf(at + 1, "%x", &child->id) == 1;
	}
	return true;
}

/* as a new node of @fdt, the first of @parent's; 0 or libfdt's error */
static inline int fdt_child_put(void *fdt, int parent,
				const struct fdt_child *child)
{
	int node = fdt_add_subnode(fdt, parent, child->name), ret = 0;
	const struct fdt_child_property *p = fdt_child_properties;
	const struct fdt_child_property *end = p + ARRAY_SIZE(fdt_child_properties);

	if (node < 0)
		return node;
	if (child->type)
		ret = fdt_setprop_string(fdt, node, "device_type", child->type);
	if (!ret && child->has_id)
		ret = fdt_setprop_u32(fdt, node, "reg", child->id);
	for (; !ret && p < end; p++) {
		bool same = p->type && child->type ?
			    !strcmp(p->type, child->type) : p->type == child->type;

		if (same)
			ret = fdt_setprop(fdt, node, p->name, p->value, p->length);
	}
	return ret;
}

/* @fdt's blocks in another order, @gap bytes and more apart, into @buf, all zero */
static inline void fdt_lay_out(const void *fdt, const char *blocks, u32 gap,
			       void *buf)
{
	size_t pos = sizeof(struct fdt_header), from, len;

	memcpy(buf, fdt, sizeof(struct fdt_header));
	for (; *blocks; blocks++) {
		pos = ALIGN(pos + gap, 8);
		switch (*blocks) {
		case 'r':
			from = fdt_off_mem_rsvmap(fdt);
			len = fdt_off_dt_struct(fdt) - from;
			fdt_set_off_mem_rsvmap(buf, pos);
			break;
		case 's':
			from = fdt_off_dt_struct(fdt);
			len = fdt_size_dt_struct(fdt);
			fdt_set_off_dt_struct(buf, pos);
			break;
		default:
			from = fdt_off_dt_strings(fdt);
			len = fdt_size_dt_strings(fdt);
			fdt_set_off_dt_strings(buf, pos);
		}
		memcpy(buf + pos, fdt + from, len);
		pos += len;
	}
	fdt_set_totalsize(buf, fdt_totalsize(fdt) + 4 * gap);
}

#endif /* CRASH_HP_VECTORS_CRASH_FDT_H */
