// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge: asks purgatory, early boot and /proc/vmcore in the order in which
 * a dump meets them, and keeps the list of what they found.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "judging.h"
#include "text.h"

static const char *const verdict_names[] = {
	[VERDICT_ACCURATE] = "accurate",
	[VERDICT_STALE] = "stale",
	[VERDICT_INCOMPLETE] = "incomplete",
	[VERDICT_HANG] = "hang",
	[VERDICT_LOST] = "lost",
};

static const char *const invariant_names[NR_INVARIANTS] = {
	[I_LIVE] = "I-LIVE",
	[I_DIG] = "I-DIG",
	[I_FDTOK] = "I-FDTOK",
	[I_CPU] = "I-CPU",
	[I_RESV] = "I-RESV",
	[I_SANE] = "I-SANE",
	[I_SORT] = "I-SORT",
	[I_DISJ] = "I-DISJ",
	[I_COVER] = "I-COVER",
	[I_GONE] = "I-GONE",
	[I_CRASHK] = "I-CRASHK",
	[I_PHNUM] = "I-PHNUM",
	[I_BACKUP] = "I-BACKUP",
	[I_FRESH] = "I-FRESH",
	[I_MEM] = "I-MEM",
	[I_LEAK] = "I-LEAK",
};

const char *verdict_name(enum verdict_word word)
{
	return verdict_names[word];
}

const char *invariant_name(enum invariant inv)
{
	return invariant_names[inv];
}

/* --- the list of findings ------------------------------------------------- */

/* the next free finding, or NULL */
static struct finding *verdict_grow(struct verdict *verdict)
{
	struct finding *findings;
	size_t max;

	if (verdict->nr == verdict->max) {
		max = verdict->max ? 2 * verdict->max : 8;
		findings = realloc(verdict->findings, max * sizeof(*findings));
		if (!findings)
			return NULL;
		verdict->findings = findings;
		verdict->max = max;
	}
	return &verdict->findings[verdict->nr];
}

static int verdict_append(struct verdict *verdict, struct place place,
			  enum invariant inv, enum verdict_word word,
			  bool remark, const char *fmt, va_list args)
{
	struct finding *f = verdict_grow(verdict);

	if (!f)
		return -1;
	*f = (struct finding){
		.inv = inv,
		.remark = remark,
		.word = word,
		.has_range = place.has_range,
		.start = place.start,
		.end = place.end,
		.index = place.index,
	};
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	text_printable(f->text);
	verdict->nr++;
	if (!remark && word > verdict->word)
		verdict->word = word;
	return 0;
}

int verdict_add(struct verdict *verdict, enum invariant inv,
		enum verdict_word word, bool remark, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = verdict_append(verdict, NOWHERE, inv, word, remark, fmt, args);
	va_end(args);
	return err;
}

void verdict_free(struct verdict *verdict)
{
	free(verdict->findings);
	*verdict = (struct verdict){ .word = VERDICT_ACCURATE };
}

/* --- telling -------------------------------------------------------------- */

void found(struct judging *j, struct place place, enum invariant inv,
	   enum verdict_word word, const char *fmt, ...)
{
	bool remark = word == REMARK;
	va_list args;

	if (j->told[inv][remark] == FINDINGS_TOLD) {
		j->held_back[inv][remark]++;
		if (word > j->worst_held_back[inv])
			j->worst_held_back[inv] = word;
		return;
	}
	j->told[inv][remark]++;
	va_start(args, fmt);
	if (verdict_append(j->verdict, place, inv, word, remark, fmt, args))
		j->no_memory = true;
	va_end(args);
}

void tell_held_back(struct judging *j)
{
	enum invariant inv;
	int remark;

	for (inv = 0; inv < NR_INVARIANTS; inv++) {
		for (remark = 0; remark < 2; remark++) {
			if (!j->held_back[inv][remark])
				continue;
			if (verdict_add(j->verdict, inv,
					remark ? REMARK : j->worst_held_back[inv],
					remark, "and %zu more",
					j->held_back[inv][remark]))
				j->no_memory = true;
		}
	}
}

/* --- the parts of an image ------------------------------------------------ */

/*
 * A segment that an image must have. `crash-hp check` may be given some
 * segments only; then there is no kernel either, and nothing is missing.
 */
static const struct view_segment *
required_segment(struct judging *j, enum segment_kind kind, enum invariant inv,
		 enum verdict_word word, const char *consequence)
{
	const struct view_segment *segment;

	segment = image_view_segment(j->image, kind);
	if (!segment && image_view_segment(j->image, SEGMENT_KERNEL))
		found(j, NOWHERE, inv, word, "the image has no %s: %s",
		      segment_kind_name(kind), consequence);
	return segment && segment->bytes ? segment : NULL;
}

/* purgatory's word leads to no FDT: the capture kernel is given something else */
static bool judge_dt_offset(struct judging *j)
{
	if (!j->image->selector || image_view_segment(j->image, SEGMENT_FDT))
		return true;
	found(j, NOWHERE, I_FDTOK, VERDICT_HANG,
	      "purgatory's dt_offset is 0x%" PRIx64 ", where no FDT is: the capture kernel cannot boot",
	      j->image->selected);
	return false;
}

static void judge_fdt(struct judging *j)
{
	const struct view_segment *segment;
	struct cached_tree here = { 0 }, *image;
	char why[FDT_TREE_WHY];

	if (!judge_dt_offset(j))
		return;
	segment = required_segment(j, SEGMENT_FDT, I_FDTOK, VERDICT_HANG,
				   "the capture kernel cannot boot");
	if (!segment)
		return;
	image = j->cache ? &j->cache->image : &here;
	switch (cached_tree_read(image, j->cache != NULL, segment->bytes,
				 segment->memsz, why)) {
	case 0:
		judge_early_boot(j, &image->tree);
		judge_fdt_nodes(j, &image->tree);
		break;
	case FDT_TREE_INVALID:
		found(j, NOWHERE, I_FDTOK, VERDICT_HANG,
		      "the FDT does not parse: %s", why);
		break;
	default:
		j->no_memory = true;
	}
	cached_tree_free(&here);
}

static void judge_elfcorehdr(struct judging *j)
{
	const struct view_segment *segment;

	segment = required_segment(j, SEGMENT_ELFCOREHDR, I_SANE, VERDICT_LOST,
				   "there will be no /proc/vmcore");
	if (!segment)
		return;
	judge_header_inside(j, segment);
	/* on powerpc the FDT says where it is, and what is reserved */
	if (j->machine->arch == ARCH_X86_64)
		judge_early_params(j, segment);
	judge_vmcore(j, segment);
}

int judge(const struct machine_view *machine, const struct image_view *image,
	  uint32_t crash_cpu, struct verdict *verdict)
{
	return judge_with_cache(NULL, machine, image, crash_cpu, verdict);
}

int judge_with_cache(struct judge_cache *cache,
		     const struct machine_view *machine,
		     const struct image_view *image, uint32_t crash_cpu,
		     struct verdict *verdict)
{
	struct judging j = {
		.machine = machine,
		.image = image,
		.crash_cpu = crash_cpu,
		.cache = cache,
		.verdict = verdict,
	};

	*verdict = (struct verdict){ .word = VERDICT_ACCURATE };
	if (!image->loaded) {
		found(&j, NOWHERE, I_LIVE, VERDICT_LOST,
		      "kexec_crash_image is NULL: a crash now finds no image");
	} else {
		judge_purgatory(&j);
		if (machine->arch == ARCH_POWERPC)
			judge_fdt(&j);
		judge_elfcorehdr(&j);
	}
	tell_held_back(&j);
	if (j.no_memory) {
		verdict_free(verdict);
		return -1;
	}
	return 0;
}
