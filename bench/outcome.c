// SPDX-License-Identifier: GPL-2.0-only
/* Outcomes: judged each by itself, and compared by what they mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "image_straight.h"
#include "machine.h"
#include "outcome.h"

static void *copy_segment(const struct image_view *image,
			  enum segment_kind kind, size_t *size)
{
	const struct view_segment *s = image_view_segment(image, kind);
	void *copy = s ? malloc(s->memsz) : NULL;

	if (!copy)
		return NULL;
	*size = s->memsz;
	return memcpy(copy, s->bytes, s->memsz);
}

/* what is no remark, and as bad as the verdict */
static void take_verdict(struct outcome *outcome, const struct verdict *verdict)
{
	size_t i;

	outcome->verdict = verdict->word;
	for (i = 0; i < verdict->nr; i++) {
		const struct finding *f = &verdict->findings[i];

		if (f->remark || f->word != verdict->word ||
		    verdict->word == VERDICT_ACCURATE)
			continue;
		snprintf(outcome->why, sizeof(outcome->why), "%s: %s",
			 invariant_name(f->inv), f->text);
		return;
	}
}

int outcome_take(struct outcome *outcome, struct machine *machine)
{
	const struct image_view *image = machine_image(machine);
	struct verdict verdict = { 0 };
	struct straight_image s;
	int ret;

	memset(outcome, 0, sizeof(*outcome));
	ret = image_straighten(&s, image);
	outcome->header = copy_segment(&s.view, SEGMENT_ELFCOREHDR,
				       &outcome->header_size);
	outcome->fdt = copy_segment(&s.view, SEGMENT_FDT, &outcome->fdt_size);
	image_straight_free(&s);
	if (ret || !outcome->header || !outcome->fdt)
		return -1;
	ret = judge(machine_view(machine), image, JUDGE_ANY_CPU, &verdict);
	if (!ret)
		take_verdict(outcome, &verdict);
	verdict_free(&verdict);
	return ret;
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->header);
	free(outcome->fdt);
	memset(outcome, 0, sizeof(*outcome));
}

/* seeds are random, hence others at each load */
static bool counts(const struct diff_item *item)
{
	return item->subject != DIFF_ORDER &&
	       !strstr(item->text, "/chosen/rng-seed") &&
	       !strstr(item->text, "/chosen/kaslr-seed");
}

typedef int (*diff_fn)(const void *a, size_t a_size, const void *b,
		       size_t b_size, struct diff *diff, char *why);

static bool same(diff_fn diff_segments, const void *a, size_t a_size,
		 const void *b, size_t b_size, char *why)
{
	struct diff diff = { 0 };
	bool equal;
	size_t i = 0;

	if (diff_segments(a, a_size, b, b_size, &diff, why))
		return false;
	while (i < diff.nr && !counts(&diff.items[i]))
		i++;
	equal = i == diff.nr;
	if (!equal)
		snprintf(why, OUTCOME_WHY, "%s", diff.items[i].text);
	diff_free(&diff);
	return equal;
}

bool outcome_same(const struct outcome *a, const struct outcome *b, char *why)
{
	return same(diff_elfcorehdr, a->header, a->header_size, b->header,
		    b->header_size, why) &&
	       same(diff_fdt, a->fdt, a->fdt_size, b->fdt, b->fdt_size, why);
}
