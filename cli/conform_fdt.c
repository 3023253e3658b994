// SPDX-License-Identifier: GPL-2.0-only
/* Where two FDTs differ: reservations, CPU nodes, everything else. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform_explain.h"
#include "diff.h"
#include "fdt_part.h"

static bool has_node(const void *fdt, const char *path)
{
	return fdt && fdt_path_offset(fdt, path) >= 0;
}

static bool is_firmware(const struct comparison *c, const struct diff_item *i)
{
	const struct view_ranges *firmware = &c->truth->firmware;

	for (size_t n = 0; n < firmware->nr; n++)
		if (firmware->r[n].start >= i->start &&
		    firmware->r[n].end <= i->end)
			return true;
	return false;
}

/*
 * What firmware's own code reserved before the kernel ran, in whole pages, is in
 * the boot FDT and in no live tree (6.12 prom_init.c, prom_instantiate_rtas()).
 */
static bool from_boot_fdt(const struct comparison *c,
			  const struct diff_item *item)
{
	return c->own_load && item->kind == DIFF_ADDED &&
	       is_firmware(c, item) &&
	       item->start % c->truth->page_size == 0 &&
	       (item->end + 1) % c->truth->page_size == 0;
}

static int explain_reserve(struct comparison *c, const struct diff_item *item)
{
	const struct symptom s = {
		.kind = SYMPTOM_RESERVE, .what = item->text,
		.has_range = true, .start = item->start, .end = item->end,
	};

	/* nothing of the machine's: no reason is needed */
	if (from_boot_fdt(c, item))
		return 0;
	return explain_symptom(c, &s);
}

static int explain_cpu_node(struct comparison *c, const struct diff_item *item)
{
	struct symptom s = {
		.kind = SYMPTOM_OTHER, .path = item->path, .what = item->text,
	};

	if (!has_node(c->truth->tree, item->path))
		return reasons_add(&c->reasons, RESULT_REMARK, NULL,
				   "%s of a core that is gone is still in %s",
				   item->path, item->kind == DIFF_ADDED ?
				   "the kernel's FDT" : "ours");
	/* ours kept its old tree, whole, rather than a part of the new one */
	if (item->kind == DIFF_ADDED && conform_refused(c))
		return reasons_add(&c->reasons, RESULT_REMARK, NULL,
				   "ours has no room for %s and asks for a reload",
				   item->path);
	if (item->kind == DIFF_REMOVED)
		s.kind = item->subject == DIFF_NODE ? SYMPTOM_NODE_MISSING :
						      SYMPTOM_NODE_CUT;
	return explain_symptom(c, &s);
}

static int explain_fdt_item(struct comparison *c, const struct diff_item *item)
{
	const struct symptom s = {
		.kind = SYMPTOM_OTHER, .path = item->path, .what = item->text,
	};

	if (item->subject == DIFF_RESERVE)
		return explain_reserve(c, item);
	if (item->path && !strncmp(item->path, "/cpus/", strlen("/cpus/")))
		return explain_cpu_node(c, item);
	return explain_symptom(c, &s);
}

/* all there is, or what a load sets when the boot FDT is not known */
static int compare_fdts(const struct comparison *c,
			const struct view_segment *ours,
			const struct view_segment *theirs, struct diff *diff,
			char *why)
{
	struct error err = { "" };
	void *a, *b;
	int failed;

	if (!c->own_load)
		return diff_fdt(ours->bytes, ours->memsz, theirs->bytes,
				theirs->memsz, diff, why);
	a = fdt_loaded_part(ours->bytes, ours->memsz, &err);
	b = a ? fdt_loaded_part(theirs->bytes, theirs->memsz, &err) : NULL;
	snprintf(why, DIFF_WHY, "%.*s", DIFF_WHY - 1, err.text);
	failed = !a || !b ||
		 diff_fdt(a, fdt_totalsize(a), b, fdt_totalsize(b), diff, why);
	free(a);
	free(b);
	return failed;
}

int explain_fdt(struct comparison *c, struct error *err)
{
	const struct view_segment *ours, *theirs;
	struct diff diff = { 0 };
	char why[DIFF_WHY];
	int failed = 0;

	ours = image_view_segment(c->ours, SEGMENT_FDT);
	theirs = image_view_segment(c->theirs, SEGMENT_FDT);
	/* an architecture without one, or not captured */
	if (!ours || !theirs || !ours->bytes || !theirs->bytes)
		return 0;
	if (compare_fdts(c, ours, theirs, &diff, why))
		return explain_unreadable(c, "FDT", why, err);
	for (size_t i = 0; i < diff.nr && !failed; i++)
		failed = explain_fdt_item(c, &diff.items[i]);
	diff_free(&diff);
	return failed ? fail(err, "out of memory") : 0;
}
