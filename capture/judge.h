/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge: would this dump have worked? It reads bytes as purgatory, the
 * capture kernel's early boot and /proc/vmcore would, and holds them against
 * the truth about the machine. It shares no code with what it judges.
 */
#ifndef CAPTURE_JUDGE_H
#define CAPTURE_JUDGE_H

#include "machine_view.h"
#include "verdict_word.h"

struct ranges_spec;
struct ranges_result;

const char *verdict_name(enum verdict_word word);

enum invariant {
	I_LIVE, I_DIG, I_FDTOK, I_CPU, I_RESV, I_SANE, I_SORT, I_DISJ,
	I_COVER, I_GONE, I_CRASHK, I_PHNUM, I_BACKUP, I_FRESH, I_MEM, I_LEAK,
	NR_INVARIANTS,
};

/* "I-GONE" */
const char *invariant_name(enum invariant inv);

/**
 * struct finding - one broken invariant, or one remark
 * @inv: which
 * @remark: harmless: told, but does not spoil the verdict
 * @word: how bad a dump would be
 * @start, @end: the bytes of memory it is about, if @has_range
 * @index: the program header it is about, or -1
 * @text: one line, e.g. "PT_LOAD 4 covers 0xd0000000-0xd0000000, which is not
 *	memory" (without the invariant's name)
 */
struct finding {
	enum invariant inv;
	bool remark;
	enum verdict_word word;
	bool has_range;
	uint64_t start;
	uint64_t end;
	int index;
	char text[224];
};

struct verdict {
	enum verdict_word word;
	size_t nr;
	size_t max;
	struct finding *findings;
};

/* any online CPU may be the one that crashes */
#define JUDGE_ANY_CPU UINT32_MAX

/**
 * judge() - what a crash at this moment would give
 * @machine: the truth
 * @image: the loaded image
 * @crash_cpu: the kernel's number of the CPU that crashes, or JUDGE_ANY_CPU:
 *	then the worst over all CPUs that are online
 * @verdict: filled in; verdict_free() it
 *
 * Hostile bytes give findings, never a crash. A fact that @machine does not
 * know (knows_cpus, knows_ram) is not judged.
 *
 * Return: 0, or -1 when memory ran out.
 */
int judge(const struct machine_view *machine, const struct image_view *image,
	  uint32_t crash_cpu, struct verdict *verdict);

/**
 * struct judge_cache - what a judge keeps in mind from one call to the next
 *
 * Reading device trees, and the digest, take most of the time, and most events
 * leave them as they are. A cache knows them by their bytes: it belongs to no
 * machine and never changes a verdict.
 */
struct judge_cache;

struct judge_cache *judge_cache_new(void);
/* all but the digest, the one thing that no code of ours computes */
void judge_cache_forget_trees(struct judge_cache *cache);
void judge_cache_free(struct judge_cache *cache);

/* judge(), with a cache that may be NULL */
int judge_with_cache(struct judge_cache *cache,
		     const struct machine_view *machine,
		     const struct image_view *image, uint32_t crash_cpu,
		     struct verdict *verdict);

/*
 * Add to @verdict what is wrong with a list of ranges that the handlers' own
 * functions made (machine.h); 0, or -1 when memory ran out.
 */
int judge_ranges(const struct ranges_spec *spec,
		 const struct ranges_result *result, struct verdict *verdict);

/* add a finding from outside: what the emulated kernel saw (I-MEM, I-LEAK) */
int verdict_add(struct verdict *verdict, enum invariant inv,
		enum verdict_word word, bool remark, const char *fmt, ...)
	__attribute__((__format__(printf, 5, 6)));
void verdict_free(struct verdict *verdict);

#endif /* CAPTURE_JUDGE_H */
