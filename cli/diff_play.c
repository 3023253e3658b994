// SPDX-License-Identifier: GPL-2.0-only
/* The same events for two handler modules, step by step. */
#include <stdio.h>

#include "cli.h"
#include "diff_play.h"
#include "divergence_classes.h"
#include "report.h"

const char *diff_who_is_right(const struct divergence *d)
{
	if (d->a.word < d->b.word)
		return "A is right";
	if (d->b.word < d->a.word)
		return "B is right";
	return d->a.word == VERDICT_ACCURATE ? "both are right" :
					       "neither is right";
}

static void count(struct diff_play *p, const struct divergence *d)
{
	struct divergence_class class;

	for (size_t i = 0; i < d->new.nr; i++) {
		if (divergence_class_find(d, &d->new.reason[i], &class))
			p->explained++;
		else
			p->unexplained++;
	}
}

/* --- what A must never do ---------------------------------------------------------- */

static const struct finding *worst_finding(const struct verdict *v)
{
	const struct finding *worst = NULL;

	for (size_t i = 0; i < v->nr; i++)
		if (!v->findings[i].remark &&
		    (!worst || v->findings[i].word > worst->word))
			worst = &v->findings[i];
	return worst;
}

/* a contract of the kernel; nothing excuses that */
static const struct finding *contract_finding(const struct verdict *v)
{
	for (size_t i = 0; i < v->nr; i++)
		if (v->findings[i].inv == I_MEM || v->findings[i].inv == I_LEAK)
			return &v->findings[i];
	return NULL;
}

/*
 * At the end of a step its image is accurate if the scenario lets it; where
 * memory ran out, or the room that user space's segments have, it may be old, but
 * then crash_hotplug has to say so.
 */
static bool is_owed(const struct diff_play *p, size_t step, size_t event)
{
	const struct source_step *s = &p->source.steps[step];
	struct machine *a = p->twins.a.machine;

	if (!p->source.owed || event != s->nr - 1 ||
	    (!machine_image(a)->file_mode && !machine_crash_hotplug(a)))
		return false;
	return p->source.owed[step] ||
	       (s->events[event].fail_alloc &&
		machine_crash_hotplug(a) == 1);
}

static void check_a(struct diff_play *p, size_t step, size_t event,
		    const struct divergence *d)
{
	const struct finding *f = contract_finding(&d->a);
	char what[sizeof(f->text) + 64];

	if (!f && d->a.word != VERDICT_ACCURATE && is_owed(p, step, event))
		f = worst_finding(&d->a);
	if (!f)
		return;
	p->faults++;
	snprintf(what, sizeof(what), "A is %s: %s: %s",
		 verdict_name(d->a.word), invariant_name(f->inv), f->text);
	p->broken(p->arg, step, &p->source.steps[step].events[event], what);
}

/* --- the run ---------------------------------------------------------------------- */

static int play_step(struct diff_play *p, size_t i)
{
	const struct source_step *step = &p->source.steps[i];
	struct divergence d;
	struct error err;
	int failed;

	if (twins_step(&p->twins))
		return cli_fail("out of memory");
	for (size_t e = 0; e < step->nr; e++) {
		failed = twins_event(&p->twins, &step->events[e], &d, &err);
		if (!failed) {
			if (d.new.nr)
				p->tell(p->arg, i, &step->events[e], &d);
			count(p, &d);
			check_a(p, i, e, &d);
		}
		divergence_free(&d);
		if (failed)
			return cli_fail("%s: step %zu, %s: %s", p->source.name,
					i + 1, step->text, err.text);
		p->events++;
	}
	return STATUS_GOOD;
}

int diff_play_run(struct diff_play *p)
{
	int status = STATUS_GOOD;

	for (size_t i = 0; !status && i < p->source.nr_steps; i++)
		status = play_step(p, i);
	return status;
}

int diff_play_start(struct diff_play *p)
{
	const enum arch arch = p->source.machine->arch;
	const struct handler_module *h[2];
	struct error err;

	for (int i = 0; i < 2; i++) {
		h[i] = cli_handlers(arch, p->handlers[i], &err);
		if (!h[i])
			return cli_fail("%s", err.text);
	}
	if (twins_start(&p->twins, p->source.machine, h[0], h[1], &err))
		return cli_fail("%s: %s", p->source.name, err.text);
	return STATUS_GOOD;
}

void diff_play_end(struct diff_play *p)
{
	twins_end(&p->twins);
	event_source_close(&p->source);
}
