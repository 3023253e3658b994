// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every difference between a real kernel's image and ours gets a reason: a
 * remark, a known defect of the kernel, or none, and then it counts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conform_explain.h"

bool conform_refused(const struct comparison *c)
{
	return c->crash_hotplug == 0 &&
	       c->our_verdict.word != VERDICT_ACCURATE &&
	       c->their_verdict.word != VERDICT_ACCURATE;
}

static bool is_told(const struct reasons *reasons, const char *defect)
{
	for (size_t i = 0; i < reasons->nr; i++)
		if (reasons->reason[i].defect == defect)
			return true;
	return false;
}

static struct subject subject_of(const struct symptom *s)
{
	return (struct subject){ s->has_range, s->start, s->end, s->path };
}

static int add_defect(struct comparison *c, const struct known_defect *defect,
		      const struct symptom *s)
{
	const struct subject about = subject_of(s);

	/* the judge's finding about what the comparison has told already */
	if (s->kind == SYMPTOM_FINDING && is_told(&c->reasons, defect->id))
		return 0;
	if (s->path)
		return reasons_add_about(&c->reasons, RESULT_DEFECT,
					 defect->id, &about, "%s (%s)",
					 defect->title, s->path);
	if (s->has_range)
		return reasons_add_about(&c->reasons, RESULT_DEFECT,
					 defect->id, &about,
					 "%s (0x%" PRIx64 "-0x%" PRIx64 ")",
					 defect->title, s->start, s->end);
	return reasons_add(&c->reasons, RESULT_DEFECT, defect->id, "%s",
			   defect->title);
}

/* about the header that user space made and the kernel need not have written to */
static bool about_user_header(const struct comparison *c,
			      const struct symptom *s)
{
	enum invariant inv;

	if (!c->user_header || c->missed || s->path ||
	    s->kind == SYMPTOM_RESERVE || s->kind == SYMPTOM_SIZE)
		return false;
	if (s->kind != SYMPTOM_FINDING)
		return true;
	inv = s->finding->inv;
	return inv >= I_SANE && inv <= I_BACKUP;
}

int explain_symptom(struct comparison *c, const struct symptom *s)
{
	const struct subject about = subject_of(s);
	bool user = about_user_header(c, s);
	const struct known_defect *defect;

	/* memory that came or went is the kernel's business, its header or not */
	defect = user && s->kind != SYMPTOM_MEMORY ? NULL :
						     known_defect_find(c, s);
	if (defect)
		return add_defect(c, defect, s);
	if (user)
		return reasons_add(&c->reasons, RESULT_REMARK, NULL,
				   "the header is still the one that user space made");
	if (s->harmless)
		return reasons_add_about(&c->reasons, RESULT_REMARK, NULL,
					 &about, "%s", s->harmless);
	return reasons_add_about(&c->reasons, RESULT_DIFFERENT, NULL, &about,
				 "%s", s->what);
}

int explain_unreadable(struct comparison *c, const char *segment,
		       const char *why, struct error *err)
{
	if (reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
			"%s not compared: %s", segment, why))
		return fail(err, "out of memory");
	return 0;
}

/* --- verdicts ----------------------------------------------------------------------- */

/*
 * All memory that only one of the two lists has got its reason, in pieces that
 * a finding may span. And the judge only counts what is more of the same.
 */
static bool is_explained(const struct finding *f)
{
	return ((f->inv == I_GONE || f->inv == I_COVER) && f->has_range) ||
	       !strncmp(f->text, "and ", strlen("and "));
}

/* an invariant that the real kernel breaks and we do not is a defect of it */
static int explain_findings(struct comparison *c)
{
	const struct verdict *theirs = &c->their_verdict;
	int failed = 0;

	for (size_t i = 0; i < theirs->nr && !failed; i++) {
		const struct finding *f = &theirs->findings[i];
		char what[sizeof(f->text) + 32];
		const struct symptom s = {
			.kind = SYMPTOM_FINDING, .finding = f, .what = what,
			.has_range = f->has_range,
			.start = f->start, .end = f->end,
		};

		if (f->remark || !only_theirs(c, f) || is_explained(f))
			continue;
		snprintf(what, sizeof(what), "the kernel's image breaks %s: %s",
			 invariant_name(f->inv), f->text);
		failed = explain_symptom(c, &s);
	}
	return failed;
}

static int explain_our_verdict(struct comparison *c)
{
	const struct verdict *ours = &c->our_verdict;
	int failed = 0;

	if (ours->word == VERDICT_ACCURATE || conform_refused(c))
		return 0;
	for (size_t i = 0; i < ours->nr && !failed; i++) {
		const struct finding *f = &ours->findings[i];
		const struct subject about = { f->has_range, f->start, f->end,
					       NULL };

		if (!f->remark)
			failed = reasons_add_about(&c->reasons,
						   RESULT_DIFFERENT, NULL,
						   &about,
						   "our image is %s: %s: %s",
						   verdict_name(ours->word),
						   invariant_name(f->inv),
						   f->text);
	}
	return failed;
}

/* both images have what user space made, and only our kernel admits it */
static int explain_attribute(struct comparison *c)
{
	const struct symptom s = {
		.kind = SYMPTOM_ATTRIBUTE,
		.what = "crash_hotplug reads 1, and the image was not updated",
	};

	if (!c->missed || c->their_hotplug != 1 || !conform_refused(c))
		return 0;
	return explain_symptom(c, &s);
}

int conform_explain(struct comparison *c, struct error *err)
{
	if (explain_elfcorehdr(c, err) || explain_fdt(c, err))
		return -1;
	if (explain_findings(c) || explain_attribute(c) ||
	    explain_our_verdict(c))
		return fail(err, "out of memory");
	return 0;
}
