// SPDX-License-Identifier: GPL-2.0-only
/*
 * A real kernel's image beside the one that its own handlers made here: what
 * differs is a fault of the emulator, or of another release. Who is right does
 * not matter, and what a crash would make of it neither.
 */
#include <stdio.h>
#include <string.h>

#include "conform_explain.h"
#include "diff.h"
#include "segment.h"

/* of one segment; more would only bury the first */
#define ITEMS_MAX 16

/* the first byte that is not the same, @size when all are */
static size_t first_difference(const uint8_t *a, const uint8_t *b, size_t size)
{
	size_t i = 0;

	while (i < size && a[i] == b[i])
		i++;
	return i;
}

static int differs(struct comparison *c, const char *what)
{
	return reasons_add(&c->reasons, RESULT_DIFFERENT, NULL, "%s", what);
}

/* the first with @where in front; @nr is set to how many there are */
static int add_items(struct comparison *c, const struct diff *diff,
		     const char *where, size_t *nr)
{
	int failed = 0;

	*nr = 0;
	for (size_t i = 0; i < diff->nr && !failed; i++) {
		if (from_boot_fdt(c, &diff->items[i]) || (*nr)++ >= ITEMS_MAX)
			continue;
		failed = reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				     "%s%s", *nr > 1 ? "" : where,
				     diff->items[i].text);
	}
	if (*nr > ITEMS_MAX && !failed)
		failed = reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				     "and %zu more", *nr - ITEMS_MAX);
	return failed;
}

/* "elfcorehdr, byte 0x78 is 01, the kernel's 00" */
static void describe(char *where, size_t size, enum segment_kind kind,
		     const uint8_t *ours, const uint8_t *theirs, size_t at)
{
	snprintf(where, size, "%s, byte 0x%zx is %02x, the kernel's %02x",
		 segment_kind_name(kind), at, ours[at], theirs[at]);
}

static int exact_elfcorehdr(struct comparison *c,
			    const struct view_segment *ours,
			    const struct view_segment *theirs)
{
	size_t size = ours->memsz < theirs->memsz ? ours->memsz : theirs->memsz;
	size_t at = first_difference(ours->bytes, theirs->bytes, size);
	char why[DIFF_WHY], where[96];
	struct diff diff = { 0 };
	size_t nr = 0;
	int failed;

	if (at == size)
		return 0;
	describe(where, sizeof(where), SEGMENT_ELFCOREHDR, ours->bytes,
		 theirs->bytes, at);
	if (diff_elfcorehdr(ours->bytes, ours->memsz, theirs->bytes,
			    theirs->memsz, &diff, why) || !diff.nr)
		return differs(c, where);
	snprintf(where + strlen(where), sizeof(where) - strlen(where), ": ");
	failed = add_items(c, &diff, where, &nr);
	diff_free(&diff);
	return failed;
}

/*
 * What a capture has of an FDT ends with its totalsize. Bytes of a load of our
 * own are not compared at all: they come from another boot FDT.
 */
static int exact_fdt(struct comparison *c, const struct view_segment *ours,
		     const struct view_segment *theirs)
{
	size_t size = segment_used(SEGMENT_FDT, theirs->bytes, theirs->memsz);
	char why[DIFF_WHY], where[96];
	struct diff diff = { 0 };
	size_t at, nr;
	int failed;

	if (size > ours->memsz)
		size = ours->memsz;
	at = first_difference(ours->bytes, theirs->bytes, size);
	if (at == size)
		return 0;
	snprintf(where, sizeof(where), "fdt");
	if (!c->own_load)
		describe(where, sizeof(where), SEGMENT_FDT, ours->bytes,
			 theirs->bytes, at);
	if (compare_fdts(c, ours, theirs, &diff, why))
		return differs(c, where) || differs(c, why);
	snprintf(where + strlen(where), sizeof(where) - strlen(where), ": ");
	failed = add_items(c, &diff, where, &nr);
	if (!failed && !nr && !c->own_load)
		failed = reasons_add(&c->reasons, RESULT_REMARK, NULL,
				     "%sthe same content", where);
	diff_free(&diff);
	return failed;
}

static int exact_segment(struct comparison *c, enum segment_kind kind)
{
	const struct view_segment *ours = image_view_segment(c->ours, kind);
	const struct view_segment *theirs = image_view_segment(c->theirs, kind);

	/* an architecture without one, or not captured */
	if (!theirs || !theirs->bytes)
		return 0;
	if (!ours || !ours->bytes)
		return reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				   "%s: ours is not there",
				   segment_kind_name(kind));
	return kind == SEGMENT_FDT ? exact_fdt(c, ours, theirs) :
				     exact_elfcorehdr(c, ours, theirs);
}

static int exact_attributes(struct comparison *c)
{
	int failed = 0;

	if (c->their_hotplug >= 0 && c->crash_hotplug != c->their_hotplug)
		failed = reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				     "crash_hotplug reads %d, the kernel's %d",
				     c->crash_hotplug, c->their_hotplug);
	if (!failed && c->their_size && c->elfcorehdr_size != c->their_size)
		failed = reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				     "crash_elfcorehdr_size reads %u, the kernel's %u",
				     c->elfcorehdr_size, c->their_size);
	return failed;
}

int conform_exact(struct comparison *c)
{
	return exact_segment(c, SEGMENT_ELFCOREHDR) ||
	       exact_segment(c, SEGMENT_FDT) || exact_attributes(c) ? -1 : 0;
}
