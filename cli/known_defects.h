/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known defects of the 6.12 kernel that can be told by the invariant they break
 * and the shape that they leave in a segment; never by where a capture is from.
 */
#ifndef CLI_KNOWN_DEFECTS_H
#define CLI_KNOWN_DEFECTS_H

#include "conform.h"

enum symptom_kind {
	SYMPTOM_FINDING,	/* a finding about the real kernel's image */
	SYMPTOM_MEMORY,		/* memory that only one of the two lists */
	SYMPTOM_ORDER,		/* its PT_LOADs are in another order */
	SYMPTOM_HEADER,		/* a field of the ELF header */
	SYMPTOM_PHDR,		/* the same memory, described otherwise */
	SYMPTOM_NODE_MISSING,	/* a node under /cpus that it lacks */
	SYMPTOM_NODE_CUT,	/* one that lacks properties there */
	SYMPTOM_RESERVE,	/* a memory reservation */
	SYMPTOM_SIZE,		/* what crash_elfcorehdr_size reads */
	SYMPTOM_ATTRIBUTE,	/* what crash_hotplug reads */
	SYMPTOM_OTHER,
};

/**
 * struct symptom - one thing about the real kernel's bytes that is not ours
 * @finding: for SYMPTOM_FINDING, else NULL
 * @start, @end: the memory it is about, if @has_range; of SYMPTOM_SIZE theirs
 *	and ours
 * @path: the node it is about, or NULL
 * @what: in words
 * @harmless: why it has no consequence, unless it is a defect; or NULL
 */
struct symptom {
	enum symptom_kind kind;
	const struct finding *finding;
	bool has_range;
	uint64_t start;
	uint64_t end;
	const char *path;
	const char *what;
	const char *harmless;
};

/**
 * struct known_defect - one row of the table
 * @id: in docs/conform.md
 * @title: the defect in a few words
 * @invariants: bits; the real kernel's image breaks one of them there, and ours
 *	does not; 0: none that the judge could see
 * @harmless: the judge has no more than a remark to make about it
 * @shape: does the symptom look like it?
 */
struct known_defect {
	const char *id;
	const char *title;
	unsigned int invariants;
	bool harmless;
	bool (*shape)(const struct comparison *c, const struct symptom *s);
};

/* the first row that @s is a case of, or NULL */
const struct known_defect *known_defect_find(const struct comparison *c,
					     const struct symptom *s);

/**
 * known_defect_of_death() - why did the guest die in an event?
 * @elfcorehdr, @size: the last one that the kernel wrote
 */
const struct known_defect *known_defect_of_death(const void *elfcorehdr,
						 size_t size);

/* a finding about the real kernel's image that is not one about ours too */
bool only_theirs(const struct comparison *c, const struct finding *f);

#endif /* CLI_KNOWN_DEFECTS_H */
