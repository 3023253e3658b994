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
bool from_boot_fdt(const struct comparison *c, const struct diff_item *item)
{
	return c->own_load && item->subject == DIFF_RESERVE &&
	       item->kind == DIFF_ADDED && is_firmware(c, item) &&
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

/* one of the numbers of the node's threads is of a CPU that is online */
static bool has_online_cpu(const struct machine_view *truth, const char *path)
{
	int node = fdt_path_offset(truth->tree, path), length;
	const fdt32_t *ids;

	ids = fdt_getprop(truth->tree, node, "ibm,ppc-interrupt-server#s",
			  &length);
	if (!ids)
		ids = fdt_getprop(truth->tree, node, "reg", &length);
	for (int i = 0; ids && i < length / (int)sizeof(*ids); i++)
		for (size_t cpu = 0; cpu < truth->nr_cpus; cpu++)
			if (truth->cpus[cpu].online &&
			    truth->cpus[cpu].has_hwid &&
			    truth->cpus[cpu].hwid == fdt32_ld(&ids[i]))
				return true;
	return false;
}

static bool is_property(const struct diff_item *item, const char *name)
{
	const char *at = item->subject == DIFF_PROPERTY ?
			 strstr(item->text, name) : NULL;

	return at && at > item->text && at[-1] == '/' &&
	       (at[strlen(name)] == ' ' || at[strlen(name)] == ':');
}

/* why it does not matter that the real kernel's FDT lacks this */
static const char *harmless_lack(const struct comparison *c,
				 const struct diff_item *item)
{
	if (item->subject == DIFF_NODE && c->truth->knows_cpus &&
	    !c->loaded && !has_online_cpu(c->truth, item->path))
		return "a core of which no CPU is online is not in the kernel's FDT yet";
	/* kexec-tools leaves it out, and the live tree has it */
	if (c->user_fdt && is_property(item, "name"))
		return "the FDT is still the one that user space made";
	return NULL;
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
	if (item->kind == DIFF_REMOVED) {
		s.kind = item->subject == DIFF_NODE ? SYMPTOM_NODE_MISSING :
						      SYMPTOM_NODE_CUT;
		s.harmless = harmless_lack(c, item);
	}
	return explain_symptom(c, &s);
}

/* the memory that a property of (address, size) pairs, two cells each, lists */
static int usable_memory(const struct view_segment *segment, const char *path,
			 struct view_ranges *set)
{
	const void *fdt = segment->bytes;
	const fdt64_t *pairs;
	int length, failed = 0;

	pairs = fdt_getprop(fdt, fdt_path_offset(fdt, path),
			    "linux,usable-memory", &length);
	for (int i = 0; pairs && i < length / 16 && !failed; i++) {
		uint64_t start = fdt64_ld(&pairs[2 * i]);
		uint64_t size = fdt64_ld(&pairs[2 * i + 1]);

		if (size && size - 1 <= UINT64_MAX - start)
			failed = view_ranges_add(set, start, start + size - 1);
	}
	return failed;
}

static bool same_ranges(const struct view_ranges *a, const struct view_ranges *b)
{
	if (!a->nr || a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++)
		if (a->r[i].start != b->r[i].start ||
		    a->r[i].end != b->r[i].end)
			return false;
	return true;
}

/* the same usable memory, only that one of the two joins what touches */
static bool same_usable_memory(const struct comparison *c,
			       const struct diff_item *item)
{
	struct view_ranges a = { 0 }, b = { 0 };
	bool same;

	if (item->kind != DIFF_CHANGED ||
	    !is_property(item, "linux,usable-memory"))
		return false;
	same = !usable_memory(image_view_segment(c->ours, SEGMENT_FDT),
			      item->path, &a) &&
	       !usable_memory(image_view_segment(c->theirs, SEGMENT_FDT),
			      item->path, &b) && same_ranges(&a, &b);
	view_ranges_free(&a);
	view_ranges_free(&b);
	return same;
}

static bool is_seed(const struct diff_item *item)
{
	return is_property(item, "rng-seed") ||
	       is_property(item, "kaslr-seed");
}

static int explain_fdt_item(struct comparison *c, const struct diff_item *item)
{
	struct symptom s = {
		.kind = SYMPTOM_OTHER, .path = item->path, .what = item->text,
	};

	if (item->subject == DIFF_RESERVE)
		return explain_reserve(c, item);
	if (item->path && !strncmp(item->path, "/cpus/", strlen("/cpus/")))
		return explain_cpu_node(c, item);
	/* random by nature */
	if (is_seed(item))
		return 0;
	if (same_usable_memory(c, item))
		s.harmless = "the same usable memory in other pieces";
	return explain_symptom(c, &s);
}

int compare_fdts(const struct comparison *c, const struct view_segment *ours,
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

/* one of the two cannot be walked */
static int explain_broken(struct comparison *c, const char *why)
{
	char what[DIFF_WHY + 32];
	const struct symptom s = {
		.kind = SYMPTOM_OTHER, .path = "/", .what = what,
	};

	snprintf(what, sizeof(what), "FDT not compared: %s", why);
	return explain_symptom(c, &s);
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
		return explain_broken(c, why) ? fail(err, "out of memory") : 0;
	for (size_t i = 0; i < diff.nr && !failed; i++)
		failed = explain_fdt_item(c, &diff.items[i]);
	diff_free(&diff);
	return failed ? fail(err, "out of memory") : 0;
}
