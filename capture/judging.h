/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the judge share: the case at hand and how a part tells
 * what it found. Only files of capture/ include this.
 */
#ifndef CAPTURE_JUDGING_H
#define CAPTURE_JUDGING_H

#include "fdt_tree.h"
#include "judge.h"

/* more findings of one kind than this are only counted */
#define FINDINGS_TOLD	64

/*
 * struct judging - one case
 * @cache: NULL: none
 * @told, @held_back: findings, and remarks, of each invariant
 * @worst_held_back: of the findings that were only counted
 * @no_memory: the judge itself ran out of memory; the verdict is void
 */
struct judging {
	const struct machine_view *machine;
	const struct image_view *image;
	uint32_t crash_cpu;
	struct judge_cache *cache;
	struct verdict *verdict;
	size_t told[NR_INVARIANTS][2];
	size_t held_back[NR_INVARIANTS][2];
	enum verdict_word worst_held_back[NR_INVARIANTS];
	bool no_memory;
};

/* what a finding is about */
struct place {
	int index;
	bool has_range;
	uint64_t start;
	uint64_t end;
};

#define NOWHERE			((struct place){ .index = -1 })
#define ABOUT_PHDR(i)		((struct place){ .index = (i) })
#define ABOUT_RANGE(s, e)		((struct place){ -1, true, (s), (e) })
#define ABOUT_PHDR_RANGE(i, s, e)	((struct place){ (i), true, (s), (e) })

/* a finding that leaves the dump as good as it was */
#define REMARK			VERDICT_ACCURATE

/**
 * found() - add a finding, or a remark, to the verdict
 * @j: the case
 * @place: what it is about
 * @inv: the invariant it breaks
 * @word: what it makes of the dump; REMARK: nothing
 * @fmt: one line without a newline; unprintable bytes in it become '?'
 */
void found(struct judging *j, struct place place, enum invariant inv,
	   enum verdict_word word, const char *fmt, ...)
	__attribute__((__format__(printf, 5, 6)));

/* judge.c: "and 7 more", for each invariant with more than FINDINGS_TOLD */
void tell_held_back(struct judging *j);

/* purgatory.c: does purgatory hand over to the capture kernel? */
void judge_purgatory(struct judging *j);

/* early_boot.c: does the capture kernel come up with this FDT (powerpc)? */
void judge_early_boot(struct judging *j, const struct fdt_tree *tree);

/* early_params.c: what do boot parameters make of the elfcorehdr (x86)? */
void judge_early_params(struct judging *j, const struct view_segment *header);

/* fdt_nodes.c: does it say what the live tree and the loaded FDT say? */
void judge_fdt_nodes(struct judging *j, const struct fdt_tree *tree);

/*
 * header_space.c: are so many bytes at the elfcorehdr's start, which the capture
 * kernel leaves alone, enough, and does it lie in the crash kernel's memory?
 */
void judge_header_reserved(struct judging *j,
			   const struct view_segment *segment,
			   uint64_t reserved);
void judge_header_inside(struct judging *j, const struct view_segment *segment);

/* vmcore.c: what does /proc/vmcore make of the elfcorehdr? */
void judge_vmcore(struct judging *j, const struct view_segment *segment);

#endif /* CAPTURE_JUDGING_H */
