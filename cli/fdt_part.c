// SPDX-License-Identifier: GPL-2.0-only
/* The part of a capture kernel's FDT that kexec_file_load(2) decides. */
#include <libfdt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fdt_part.h"
#include "fdt_sound.h"

/* 6.12 drivers/of/kexec.c, arch/powerpc/kexec/file_load_64.c; not the seeds */
static const char * const chosen[] = {
	"bootargs", "linux,booted-from-kexec", "linux,elfcorehdr",
	"linux,initrd-end", "linux,initrd-start", "linux,usable-memory-range",
	NULL
};
static const char * const memory[] = { "linux,usable-memory", NULL };
static const char * const drconf[] = { "linux,drconf-usable-memory", NULL };
static const char * const nothing[] = { NULL };

/* nodes below the root, by name without unit address, and what is kept there */
static const struct {
	const char *name;
	const char * const *properties;
	bool children;
} parts[] = {
	{ "cpus", nothing, true },
	{ "chosen", chosen, false },
	{ "memory", memory, false },
	{ "ibm,dynamic-reconfiguration-memory", drconf, false },
};

/* an index into parts, or -1 */
static int find_part(const char *name)
{
	size_t length = name ? strcspn(name, "@") : 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (length == strlen(parts[i].name) &&
		    !memcmp(name, parts[i].name, length))
			return i;
	return -1;
}

static bool is_kept(const char *name, int depth, int part)
{
	const char * const *keep = parts[part].properties;

	if (depth > 1)
		return parts[part].children;
	while (*keep && strcmp(name, *keep))
		keep++;
	return *keep;
}

static int copy_property(void *to, const void *fdt, int offset, int depth,
			 int part)
{
	const char *name;
	const void *value;
	int length;

	value = fdt_getprop_by_offset(fdt, offset, &name, &length);
	if (!value)
		return length;
	if (!is_kept(name, depth, part))
		return 0;
	return fdt_property(to, name, value, length);
}

/* tag by tag, which keeps the order */
static int copy_node(void *to, const void *fdt, int node, int part)
{
	int offset = node, next, depth = 0, failed = 0;
	const bool children = parts[part].children;
	uint32_t tag;

	do {
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0 || tag == FDT_END)
			return -FDT_ERR_BADSTRUCTURE;
		depth += tag == FDT_BEGIN_NODE;
		if (tag == FDT_BEGIN_NODE && (depth == 1 || children))
			failed = fdt_begin_node(to, fdt_get_name(fdt, offset,
								 NULL));
		if (tag == FDT_PROP)
			failed = copy_property(to, fdt, offset, depth, part);
		if (tag == FDT_END_NODE && (depth == 1 || children))
			failed = fdt_end_node(to);
		depth -= tag == FDT_END_NODE;
		offset = next;
	} while (depth && !failed);
	return failed;
}

static int copy_reservations(void *to, const void *fdt)
{
	uint64_t start, size;
	int failed = 0;

	for (int i = 0; i < fdt_num_mem_rsv(fdt) && !failed; i++) {
		failed = fdt_get_mem_rsv(fdt, i, &start, &size);
		if (!failed)
			failed = fdt_add_reservemap_entry(to, start, size);
	}
	return failed ? failed : fdt_finish_reservemap(to);
}

static int copy_parts(void *to, size_t room, const void *fdt)
{
	int failed = fdt_create(to, room);
	int node, part;

	if (!failed)
		failed = copy_reservations(to, fdt);
	if (!failed)
		failed = fdt_begin_node(to, "");
	fdt_for_each_subnode(node, fdt, 0) {
		part = find_part(fdt_get_name(fdt, node, NULL));
		if (part >= 0 && !failed)
			failed = copy_node(to, fdt, node, part);
	}
	if (!failed)
		failed = fdt_end_node(to);
	return failed ? failed : fdt_finish(to);
}

void *fdt_loaded_part(const void *fdt, size_t size, struct error *err)
{
	/* names may be shared in the original where they are not here */
	size_t room = 2 * size + 4096;
	int failed = fdt_check_sound(fdt, size);
	void *to;

	if (failed) {
		fail(err, "FDT: %s", fdt_strerror(failed));
		return NULL;
	}
	to = malloc(room);
	failed = to ? copy_parts(to, room, fdt) : -FDT_ERR_NOSPACE;
	if (!failed)
		return to;
	fail(err, "FDT: %s", fdt_strerror(failed));
	free(to);
	return NULL;
}
