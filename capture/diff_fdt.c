// SPDX-License-Identifier: GPL-2.0-only
/*
 * The difference between two FDTs: header, memory reservations, nodes and
 * properties.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "differing.h"
#include "fdt_tree.h"
#include "text.h"

struct fdt_diff {
	struct differing d;
	struct fdt_tree a;
	struct fdt_tree b;
};

static void diff_header(struct fdt_diff *f)
{
	const struct {
		const char *name;
		uint32_t a;
		uint32_t b;
	} fields[] = {
		{ "boot_cpuid_phys", fdt_boot_cpuid_phys(f->a.fdt),
		  fdt_boot_cpuid_phys(f->b.fdt) },
		{ "version", fdt_version(f->a.fdt), fdt_version(f->b.fdt) },
		{ "last_comp_version", fdt_last_comp_version(f->a.fdt),
		  fdt_last_comp_version(f->b.fdt) },
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].a != fields[i].b)
			differ(&f->d, DIFF_CHANGED, DIFF_FDT_HEADER, NO_RANGE,
			       NULL, "%s: %u -> %u", fields[i].name,
			       fields[i].a, fields[i].b);
	}
}

static void diff_reservation(void *ctx, const struct fdt_reservation *r,
			     bool in_b)
{
	struct view_range range = { r->start, r->start + r->size - 1 };
	struct fdt_diff *f = ctx;
	char size[TEXT_SIZE];

	differ(&f->d, in_b ? DIFF_ADDED : DIFF_REMOVED, DIFF_RESERVE, range,
	       NULL, "memory reservation 0x%" PRIx64 "-0x%" PRIx64 " (%s)",
	       range.start, range.end, text_size(range.start, range.end, size));
}

/* " = VALUE", or nothing for a property that is only there */
static const char *assigned(const struct fdt_prop *prop,
			    char buf[TEXT_VALUE + 4])
{
	char value[TEXT_VALUE];

	text_value(prop->data, prop->len, value);
	snprintf(buf, TEXT_VALUE + 4, "%s%s", *value ? " = " : "", value);
	return buf;
}

static void diff_value(struct fdt_diff *f, const char *path, const char *name,
		       const struct fdt_prop *a, const struct fdt_prop *b)
{
	const char *x = a->data, *y = b->data;
	char was[TEXT_VALUE], is[TEXT_VALUE], where[40] = "";
	size_t i;

	text_value(a->data, a->len, was);
	text_value(b->data, b->len, is);
	if (!strcmp(was, is)) {
		/* both were cut short before they differ */
		for (i = 0; i < a->len && i < b->len && x[i] == y[i];)
			i++;
		snprintf(where, sizeof(where), " (from byte %zu on)", i);
	}
	differ(&f->d, DIFF_CHANGED, DIFF_PROPERTY, NO_RANGE, path,
	       "%s: %s -> %s%s", name, *was ? was : "(empty)",
	       *is ? is : "(empty)", where);
}

static void diff_node(struct fdt_diff *f, enum diff_kind kind,
		      const struct fdt_tree *tree, int node)
{
	char buf[FDT_TREE_PATH];
	const char *path = fdt_tree_path(tree, node, buf);

	differ(&f->d, kind, DIFF_NODE, NO_RANGE, path, "%s", path);
}

static void diff_property(struct fdt_diff *f, const struct fdt_change *change)
{
	const struct fdt_prop *prop = change->prop_a ? change->prop_a :
						       change->prop_b;
	char buf[FDT_TREE_PATH], value[TEXT_VALUE + 4], name[2 * FDT_TREE_PATH];
	const char *path = fdt_tree_path(&f->a, change->a, buf);

	snprintf(name, sizeof(name), "%s%s%s", path, change->a ? "/" : "",
		 prop->name);
	if (change->prop_a && change->prop_b)
		diff_value(f, path, name, change->prop_a, change->prop_b);
	else
		differ(&f->d, change->prop_a ? DIFF_REMOVED : DIFF_ADDED,
		       DIFF_PROPERTY, NO_RANGE, path, "%s%s", name,
		       assigned(prop, value));
}

static void diff_change(void *ctx, const struct fdt_change *change)
{
	struct fdt_diff *f = ctx;

	if (change->child_a >= 0)
		diff_node(f, DIFF_REMOVED, &f->a, change->child_a);
	else if (change->child_b >= 0)
		diff_node(f, DIFF_ADDED, &f->b, change->child_b);
	else
		diff_property(f, change);
}

static int read_tree(struct fdt_tree *tree, const void *fdt, size_t size,
		     char *why)
{
	int err = fdt_tree_read(tree, fdt, size, why);

	if (err == FDT_TREE_NO_MEMORY)
		snprintf(why, DIFF_WHY, "out of memory");
	return err ? -1 : 0;
}

static int diff_trees(struct fdt_diff *f, char *why)
{
	struct fdt_comparison comparison = {
		.a = &f->a,
		.b = &f->b,
		.change = diff_change,
		.ctx = f,
	};

	diff_header(f);
	fdt_tree_compare_reservations(&f->a, &f->b, diff_reservation, f);
	if (fdt_tree_compare(&comparison))
		f->d.no_memory = true;
	return differing_end(&f->d, why);
}

int diff_fdt(const void *a, size_t a_size, const void *b, size_t b_size,
	     struct diff *diff, char *why)
{
	struct fdt_diff f = { .d.diff = diff };
	int err;

	*diff = (struct diff){ 0 };
	if (read_tree(&f.a, a, a_size, why))
		return -1;
	err = read_tree(&f.b, b, b_size, why);
	if (!err)
		err = diff_trees(&f, why);
	fdt_tree_free(&f.a);
	fdt_tree_free(&f.b);
	return err;
}
